#include "match_show.h"

#include "alert.h"
#include "json_text.h"
#include "utf8.h"

#define SNIPPET_SIDE 60 /* bytes shown on either side of a hit */

static const struct {
	const char *name, *text;
} whys[] = {
	/* for programs; for people */
	[SUPPRESS_EXCEPT] = { "except", "it stands inside an except: phrase" },
	[SUPPRESS_WITHOUT] = { "without", "a without: word occurs" },
	[SUPPRESS_WITH] = { "with", "it is weak, and no with: word and no other alias occurs" },
	[SUPPRESS_SHOUTED] = { "shouted", "the text is shouted and nothing supports it" },
	[SUPPRESS_ZONE] = { "in", "it does not count in this zone" },
	[SUPPRESS_LIMIT] = { "limit", "the regular expression ran into its limits" },
};

struct str
match_entry_name(struct str list, struct str name, struct arena *arena)
{
	return list.n ? str_fmt(arena, "%.*s/%.*s", STR_ARG(list), STR_ARG(name)) : name;
}

/* The text around a hit with the hit marked, on one line. */
static void
print_snippet(FILE *to, struct str text, const struct hit *hit, bool colour)
{
	size_t end = hit->offset + hit->length, from = hit->offset, until = end;

	while (from > 0 && text.p[from - 1] != '\n' && hit->offset - from < SNIPPET_SIDE)
		from--;
	while (from < hit->offset && utf8_is_tail(text.p[from]))
		from++;
	while (until < text.n && text.p[until] != '\n' && until - end < SNIPPET_SIDE)
		until++;
	while (until < text.n && utf8_is_tail(text.p[until]))
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
	print_snippet(to, in->zone[hit->zone], hit, colour);
}

void
match_print(FILE *to, const struct match_result *result, const struct match_input *in, bool colour)
{
	for (size_t i = 0; i < result->n_fired; i++) {
		const struct watch_hit *watch = &result->fired[i];

		fprintf(to, "  watch %.*s (%s)\n", STR_ARG(watch->name),
		    severity_names[watch->severity]);
		for (size_t k = 0; k < watch->n_entries; k++) {
			fprintf(to, "    %.*s%s%.*s\n", STR_ARG(watch->entries[k].list),
			    watch->entries[k].list.n ? "/" : "", STR_ARG(watch->entries[k].name));
			match_print_hits(to, &watch->entries[k], in, colour);
		}
	}
	match_print_suppressed(to, result, in, colour);
}

void
match_print_hits(FILE *to, const struct entry_hit *entry, const struct match_input *in, bool colour)
{
	for (size_t h = 0; h < entry->n_hits; h++)
		print_hit(to, &entry->hits[h], in, colour);
}

void
match_print_suppressed(
    FILE *to, const struct match_result *result, const struct match_input *in, bool colour)
{
	for (size_t i = 0; i < result->n_suppressed; i++) {
		const struct suppressed *s = &result->suppressed[i];

		fprintf(to, "  found and not counted: %.*s%s%.*s: %s%s%.*s%s\n", STR_ARG(s->list),
		    s->list.n ? "/" : "", STR_ARG(s->entry), whys[s->why].text, s->by.n ? " (" : "",
		    STR_ARG(s->by), s->by.n ? ")" : "");
		print_hit(to, &s->hit, in, colour);
	}
}

static json_t *
hit_json(struct str list, struct str name, const struct hit *hit, const struct match_input *in,
    struct arena *arena)
{
	json_t *ret = json_object();

	json_object_set_new(ret, "entry", json_text(match_entry_name(list, name, arena)));
	json_object_set_new(ret, "term", json_text(hit->term));
	json_object_set_new(ret, "zone", json_string(zone_names[hit->zone]));
	json_object_set_new(ret, "offset", json_integer(hit->offset));
	json_object_set_new(ret, "length", json_integer(hit->length));
	json_object_set_new(ret, "text",
	    json_text(str_sub(in->zone[hit->zone], hit->offset, hit->offset + hit->length)));
	return ret;
}

/* An entry of a watch that fired, or one hit of it. */
struct listed {
	const struct entry_hit *entry;
	const struct hit *hit; /* NULL: the entry */
};

static int
by_what_it_is(const void *a, const void *b)
{
	const struct listed *x = *(const struct listed *const *)a,
			    *y = *(const struct listed *const *)b;
	int d = str_cmp(x->entry->list, y->entry->list);

	if (d == 0)
		d = str_cmp(x->entry->name, y->entry->name);
	if (d == 0 && x->hit && x->hit->zone != y->hit->zone)
		d = x->hit->zone < y->hit->zone ? -1 : 1;
	if (d == 0 && x->hit && x->hit->offset != y->hit->offset)
		d = x->hit->offset < y->hit->offset ? -1 : 1;
	if (d == 0 && x->hit && x->hit->length != y->hit->length)
		d = x->hit->length < y->hit->length ? -1 : 1;
	return d;
}

static int
by_what_and_place(const void *a, const void *b)
{
	int d = by_what_it_is(a, b);
	const struct listed *x = *(const struct listed *const *)a,
			    *y = *(const struct listed *const *)b;

	return d ? d : x < y ? -1 : x > y;
}

/* What two watches ask for is listed once.  Leaves the first of each, in their order. */
static size_t
each_once(struct listed *v, size_t n, struct arena *arena)
{
	struct listed **sorted = ARENA_ARRAY(arena, struct listed *, n + 1);
	bool *again = ARENA_ARRAY(arena, bool, n + 1);
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &v[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_what_and_place);
	for (size_t i = 1; i < n; i++)
		again[sorted[i] - v] = by_what_it_is(&sorted[i], &sorted[i - 1]) == 0;
	for (size_t i = 0; i < n; i++)
		if (!again[i])
			v[left++] = v[i];
	return left;
}

/* All entries of all watches that fired, or all their hits. */
static size_t
list_all(const struct match_result *r, bool hits, struct arena *arena, struct listed **ret)
{
	size_t n = 0, cap = 0;

	*ret = NULL;
	for (size_t i = 0; i < r->n_fired; i++)
		for (size_t k = 0; k < r->fired[i].n_entries; k++) {
			const struct entry_hit *e = &r->fired[i].entries[k];

			if (!hits)
				*ARENA_PUSH(arena, *ret, n, cap) = (struct listed){ e, NULL };
			for (size_t h = 0; hits && h < e->n_hits; h++)
				*ARENA_PUSH(arena, *ret, n, cap) =
				    (struct listed){ e, &e->hits[h] };
		}
	return each_once(*ret, n, arena);
}

json_t *
match_json(const struct match_result *r, const struct match_input *in, bool name_watches,
    struct arena *arena)
{
	json_t *ret = json_object(), *entries = json_array(), *hits = json_array();
	json_t *watches = json_array(), *suppressed = json_array();
	struct listed *v;
	size_t n;

	for (size_t i = 0; i < r->n_fired; i++)
		json_array_append_new(watches, json_text(r->fired[i].name));
	n = list_all(r, false, arena, &v);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(entries,
		    json_text(match_entry_name(v[i].entry->list, v[i].entry->name, arena)));
	n = list_all(r, true, arena, &v);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    hits, hit_json(v[i].entry->list, v[i].entry->name, v[i].hit, in, arena));
	for (size_t i = 0; i < r->n_suppressed; i++) {
		const struct suppressed *s = &r->suppressed[i];
		json_t *o = hit_json(s->list, s->entry, &s->hit, in, arena);

		json_object_set_new(o, "why", json_string(whys[s->why].name));
		if (s->by.n)
			json_object_set_new(o, "by", json_text(s->by));
		json_array_append_new(suppressed, o);
	}
	json_object_set_new(ret, "match", json_boolean(json_array_size(watches) > 0));
	json_object_set_new(ret, "entries", entries);
	json_object_set_new(ret, "hits", hits);
	if (name_watches)
		json_object_set(ret, "watches", watches);
	json_decref(watches);
	json_object_set_new(ret, "suppressed", suppressed);
	return ret;
}

void
match_only(struct match_result *r, const struct watchset *set, struct str watch)
{
	size_t n = watchset_watches(set), at = 0, fired = 0, suppressed = 0;

	if (watch.n == 0)
		return;
	while (at < n && !str_eq(watchset_watch_name(set, at), watch))
		at++;
	for (size_t i = 0; i < r->n_fired; i++)
		if (r->fired[i].watch == at)
			r->fired[fired++] = r->fired[i];
	for (size_t i = 0; i < r->n_suppressed; i++)
		if (at < n && watchset_asks_for(set, at, r->suppressed[i].id))
			r->suppressed[suppressed++] = r->suppressed[i];
	r->n_fired = fired;
	r->n_suppressed = suppressed;
}
