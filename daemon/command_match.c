#include "command.h"

#include "alert.h"
#include "file.h"
#include "html.h"
#include "match.h"
#include "mem.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define MATCH_TEXT_MAX ((size_t)64 << 20) /* bytes */
#define MATCH_LISTS_MAX 64

struct match_options {
	const char *lists[MATCH_LISTS_MAX];
	size_t n_lists;
	const char *when;
	const char *title;
	const char *text;
	bool plain;
};

static const char *const suppression_texts[] = {
	[SUPPRESS_EXCEPT] = "it stands inside an except: phrase",
	[SUPPRESS_WITHOUT] = "a without: word occurs",
	[SUPPRESS_WITH] = "none of its with: words occurs",
	[SUPPRESS_SHOUTED] = "the text is shouted and nothing supports it",
	[SUPPRESS_ZONE] = "it does not count in this zone",
	[SUPPRESS_LIMIT] = "the regular expression ran into its limits",
};

static struct str
list_name(struct str path)
{
	struct str dir = file_dirname(path);
	struct str name =
	    str_find_char(path, '/') == STR_NONE ? path : str_sub(path, dir.n + 1, path.n);

	return str_ends(name, STR(".list")) ? str_sub(name, 0, name.n - 5) : name;
}

static struct watchset *
build(const struct match_options *o, struct arena *arena, struct diags *diags, struct err *e)
{
	struct list_source *lists = ARENA_ARRAY(arena, struct list_source, o->n_lists);
	struct watch_source watch = { .name = STR("--when"), .severity = SEVERITY_NORMAL };
	const struct str_list none = { 0 };

	for (size_t i = 0; i < o->n_lists; i++) {
		lists[i].file = str_c(o->lists[i]);
		lists[i].name = list_name(lists[i].file);
		if (!file_read(o->lists[i], MATCH_TEXT_MAX, arena, &lists[i].text, e))
			return NULL;
	}
	if (o->when) {
		struct str when = str_c(o->when), first, rest;

		str_cut(when, '\n', &first, &rest);
		watch.when = (struct setting_line){ .key = STR("when"), .value = when };
		watch.when.key_at = watch.when.value_at = (struct place){
			.file = STR("--when"), .line = 1, .column = 1, .source = first
		};
	}
	err_set(e, ERR_CONFIG, "nothing could be built from what was given");
	return watchset_build(lists, o->n_lists, &watch, o->when ? 1 : 0, &none, &none, diags);
}

/* The line that a hit stands in, with the hit marked. */
static void
print_hit(const struct match_input *in, const struct hit *hit)
{
	struct str text = in->zone[hit->zone];
	size_t end = hit->offset + hit->length, from = hit->offset, to = end;

	while (from > 0 && text.p[from - 1] != '\n' && hit->offset - from < 60)
		from--;
	while (from < hit->offset && (text.p[from] & 0xc0) == 0x80)
		from++;
	while (to < text.n && text.p[to] != '\n' && to - end < 60)
		to++;
	while (to < text.n && (text.p[to] & 0xc0) == 0x80)
		to++;
	printf("      %s %u: %.*s[%.*s]%.*s\n", zone_names[hit->zone], hit->offset,
	    (int)(hit->offset - from), text.p + from, (int)hit->length, text.p + hit->offset,
	    (int)(to - end), text.p + end);
}

static void
print_result(const struct match_result *result, const struct match_input *in)
{
	printf("match: %s\n", result->n_fired ? "yes" : "no");
	for (size_t i = 0; i < result->n_fired; i++) {
		const struct watch_hit *watch = &result->fired[i];

		printf(
		    "  watch %.*s (%s)\n", STR_ARG(watch->name), severity_names[watch->severity]);
		for (size_t k = 0; k < watch->n_entries; k++) {
			const struct entry_hit *entry = &watch->entries[k];

			printf("    %.*s%s%.*s\n", STR_ARG(entry->list), entry->list.n ? "/" : "",
			    STR_ARG(entry->name));
			for (size_t h = 0; h < entry->n_hits; h++)
				print_hit(in, &entry->hits[h]);
		}
	}
	for (size_t i = 0; i < result->n_suppressed; i++) {
		const struct suppressed *s = &result->suppressed[i];

		printf("  found and not counted: %.*s%s%.*s: %s%s%.*s%s\n", STR_ARG(s->list),
		    s->list.n ? "/" : "", STR_ARG(s->entry), suppression_texts[s->why],
		    s->by.n ? " (" : "", STR_ARG(s->by), s->by.n ? ")" : "");
		print_hit(in, &s->hit);
	}
}

static struct str
as_text(const struct match_options *o, struct str text, struct arena *arena)
{
	return o->plain ? text_clean(text, arena, MATCH_TEXT_MAX)
			: html_to_text(text, arena, MATCH_TEXT_MAX);
}

static int
match(const struct match_options *o, struct arena *arena)
{
	struct match_input in = { 0 };
	struct match_result result;
	struct matcher *matcher;
	struct watchset *set;
	struct diags diags;
	struct err e = { 0 };
	struct str text = str_c(o->text);

	diags_init(&diags, arena);
	set = build(o, arena, &diags, &e);
	command_diags(&diags);
	if (!set)
		return e.kind == ERR_CONFIG ? EX_CONFIG
					    : command_fail("match", EX_NOINPUT, "%s", e.text);
	if (strcmp(o->text, "-") == 0 && !file_read_stdin(MATCH_TEXT_MAX, arena, &text, &e)) {
		watchset_free(set);
		return command_fail("match", EX_NOINPUT, "%s", e.text);
	}
	in.zone[ZONE_TITLE] = as_text(o, str_c(o->title), arena);
	in.zone[ZONE_SUMMARY] = as_text(o, text, arena);
	matcher = matcher_new(set);
	matcher_run(matcher, &in, arena, &result);
	print_result(&result, &in);
	matcher_free(matcher);
	watchset_free(set);
	return result.n_fired ? EX_OK : 1;
}

int
command_match(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "list", required_argument, NULL, 'l' },
		{ "when", required_argument, NULL, 'w' },
		{ "title", required_argument, NULL, 't' },
		{ "plain", no_argument, NULL, 'p' },
		{ 0 },
	};
	struct match_options o = { 0 };
	struct arena *arena;
	int c, status;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'l':
			if (o.n_lists == MATCH_LISTS_MAX)
				return command_fail(
				    "match", EX_USAGE, "more than %d lists", MATCH_LISTS_MAX);
			o.lists[o.n_lists++] = optarg;
			break;
		case 'w':
			o.when = optarg;
			break;
		case 't':
			o.title = optarg;
			break;
		case 'p':
			o.plain = true;
			break;
		default:
			return EX_USAGE;
		}
	if (optind + 1 != argc || (!o.when && o.n_lists == 0))
		return command_fail(
		    "match", EX_USAGE, "give --list FILE or --when EXPR, and one TEXT or -");
	o.text = argv[optind];
	arena = arena_new();
	status = match(&o, arena);
	arena_free(arena);
	return status;
}
