#include "match_show.h"

#include "alert.h"
#include "mem.h"

#define SNIPPET_SIDE 60 /* bytes shown on either side of a hit */

static const struct {
	const char *name, *text;
} whys[] = {
	[SUPPRESS_EXCEPT] = { "except", "it stands inside an except: phrase" },
	[SUPPRESS_WITHOUT] = { "without", "a without: word occurs" },
	[SUPPRESS_WITH] = { "with", "it is weak, and no with: word and no other alias occurs" },
	[SUPPRESS_SHOUTED] = { "shouted", "the text is shouted and nothing supports it" },
	[SUPPRESS_ZONE] = { "in", "it does not count in this zone" },
	[SUPPRESS_LIMIT] = { "limit", "the regular expression ran into its limits" },
};

const char *
match_why(enum suppression why)
{
	return whys[why].text;
}

const char *
match_why_name(enum suppression why)
{
	return whys[why].name;
}

struct str
match_entry_name(struct str list, struct str name, struct arena *arena)
{
	return list.n ? str_fmt(arena, "%.*s/%.*s", STR_ARG(list), STR_ARG(name)) : name;
}

void
match_print_snippet(FILE *to, struct str text, const struct hit *hit, bool colour)
{
	size_t end = hit->offset + hit->length, from = hit->offset, until = end;

	while (from > 0 && text.p[from - 1] != '\n' && hit->offset - from < SNIPPET_SIDE)
		from--;
	while (from < hit->offset && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	while (until < text.n && text.p[until] != '\n' && until - end < SNIPPET_SIDE)
		until++;
	while (until < text.n && ((unsigned char)text.p[until] & 0xc0) == 0x80)
		until++;
	fprintf(to, "%s%.*s%s%.*s%s%.*s%s\n", from > 0 && text.p[from - 1] != '\n' ? "…" : "",
	    (int)(hit->offset - from), text.p + from, colour ? "\033[1;33m" : "[", (int)hit->length,
	    text.p + hit->offset, colour ? "\033[0m" : "]", (int)(until - end), text.p + end,
	    until < text.n && text.p[until] != '\n' ? "…" : "");
}

static void
print_hit(FILE *to, const struct hit *hit, const struct match_input *in, bool colour)
{
	fprintf(to, "      %s %u: ", zone_names[hit->zone], hit->offset);
	match_print_snippet(to, in->zone[hit->zone], hit, colour);
}

void
match_print(FILE *to, const struct match_result *result, const struct match_input *in, bool colour)
{
	for (size_t i = 0; i < result->n_fired; i++) {
		const struct watch_hit *watch = &result->fired[i];

		fprintf(to, "  watch %.*s (%s)\n", STR_ARG(watch->name),
		    severity_names[watch->severity]);
		for (size_t k = 0; k < watch->n_entries; k++) {
			const struct entry_hit *entry = &watch->entries[k];

			fprintf(to, "    %.*s%s%.*s\n", STR_ARG(entry->list),
			    entry->list.n ? "/" : "", STR_ARG(entry->name));
			for (size_t h = 0; h < entry->n_hits; h++)
				print_hit(to, &entry->hits[h], in, colour);
		}
	}
	for (size_t i = 0; i < result->n_suppressed; i++) {
		const struct suppressed *s = &result->suppressed[i];

		fprintf(to, "  found and not counted: %.*s%s%.*s: %s%s%.*s%s\n", STR_ARG(s->list),
		    s->list.n ? "/" : "", STR_ARG(s->entry), match_why(s->why), s->by.n ? " (" : "",
		    STR_ARG(s->by), s->by.n ? ")" : "");
		print_hit(to, &s->hit, in, colour);
	}
}

static json_t *
string(struct str s)
{
	return json_stringn(s.p ? s.p : "", s.n);
}

json_t *
match_hit_json(
    struct str list, struct str name, const struct hit *hit, const struct match_input *in)
{
	struct arena *arena = arena_new();
	json_t *ret = json_object();

	json_object_set_new(ret, "entry", string(match_entry_name(list, name, arena)));
	json_object_set_new(ret, "term", string(hit->term));
	json_object_set_new(ret, "zone", json_string(zone_names[hit->zone]));
	json_object_set_new(ret, "offset", json_integer(hit->offset));
	json_object_set_new(ret, "length", json_integer(hit->length));
	json_object_set_new(ret, "text",
	    string(str_sub(in->zone[hit->zone], hit->offset, hit->offset + hit->length)));
	arena_free(arena);
	return ret;
}
