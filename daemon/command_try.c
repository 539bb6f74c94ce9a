/*
 * newsbell try URL TERM...: what would these terms find in this feed?  For the first five minutes:
 * no configuration is read, nothing is stored or sent.
 */
#include "command.h"

#include "date.h"
#include "fetch.h"
#include "json_out.h"
#include "match_show.h"
#include "match_source.h"
#include "wording.h"

#include <stdio.h>
#include <sysexits.h>

#define LIST "terms"                /* what the terms are called as a list */
#define TERMS_MAX ((size_t)1 << 20) /* bytes */

enum { OPTION_PRIVATE = 1, OPTION_ALL };

struct trial {
	struct command_options common;
	struct str url;
	bool allow_private, all;
	struct watchset *set;
	struct feed_doc doc;
	struct arena *arena;
};

/* Each TERM is a line of a list, with all that one may say there. */
static struct watchset *
build(struct trial *t, char **terms, int n)
{
	struct list_source list = { .name = STR(LIST), .file = STR(LIST) };
	const struct match_lists lists = { &list, 1, 1 };
	struct watchset *set;
	struct diags diags;
	struct buf text;

	buf_init(&text, TERMS_MAX);
	for (int i = 0; i < n; i++)
		buf_addf(&text, "%s\n", terms[i]);
	list.text = str_dup(t->arena, buf_str(&text));
	buf_free(&text);
	diags_init(&diags, t->arena);
	set = match_build(&lists, STR(LIST), STR(""), NULL, &diags);
	command_diags(&diags);
	return set;
}

static int
fetch(struct trial *t)
{
	struct feed_source source = { 0 };
	struct err e = { 0 };

	if (!fetch_source(t->url, t->allow_private, t->arena, &source, &e))
		return command_fail("try", EX_UNAVAILABLE, "%.*s: %s%s", STR_ARG(t->url), e.text,
		    e.kind == ERR_CONFIG ? " (--allow-private does, if that is meant)" : "");
	if (feed_parse(&source, t->arena, &t->doc, &e))
		return EX_OK;
	command_fail("try", EX_DATAERR, "%.*s: %s", STR_ARG(t->url), e.text);
	fetch_tell_leads(&source, &e);
	return EX_DATAERR;
}

/* ---- showing ---- */

static void
print_item(const struct item *item, const struct match_input *in, const struct match_result *result,
    struct arena *arena)
{
	struct str date = date_rfc3339(item->published_s, arena);

	printf("\n%.*s%s%.*s\n", STR_ARG(date), date.n ? "  " : "", STR_ARG(item->title));
	if (item->link.n)
		printf("    %.*s\n", STR_ARG(item->link));
	for (size_t i = 0; i < result->n_fired; i++)
		for (size_t k = 0; k < result->fired[i].n_entries; k++) {
			const struct entry_hit *entry = &result->fired[i].entries[k];

			printf("    %.*s\n", STR_ARG(entry->name));
			match_print_hits(stdout, entry, in, command_colour());
		}
	match_print_suppressed(stdout, result, in, command_colour());
}

static void
print_json(const struct item *item, const struct match_input *in, const struct match_result *result,
    struct arena *arena)
{
	json_t *found = match_json(result, in, false, arena);
	char *text = json_dumps(found, JSON_COMPACT);
	struct json_out o;

	jout_init(&o, ALERT_JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "id", item->id);
	jout_str(&o, "title", item->title);
	jout_str_or_null(&o, "link", item->link);
	jout_date(&o, "published", item->published_s);
	jout_raw(&o, "found", str_c(text));
	jout_close(&o, '}');
	command_json_line(&o);
	free(text);
	json_decref(found);
}

static size_t
show(const struct trial *t)
{
	struct matcher *matcher = matcher_new(t->set);
	struct arena *arena = arena_new();
	size_t n = 0;

	for (size_t i = t->doc.n_items; i-- > 0;) { /* the newest last, where the eye is */
		const struct item *item = &t->doc.items[i];
		struct match_result result;
		struct match_input in;

		match_input_of(item, arena, &in);
		matcher_run(matcher, &in, arena, &result);
		n += result.n_fired > 0;
		if (!t->all && result.n_fired == 0)
			;
		else if (t->common.json)
			print_json(item, &in, &result, arena);
		else
			print_item(item, &in, &result, arena);
		arena_reset(arena);
	}
	arena_free(arena);
	matcher_free(matcher);
	return n;
}

static int
run(struct trial *t)
{
	int status = fetch(t);
	size_t n;

	if (status != EX_OK)
		return status;
	if (!t->common.json)
		printf("%.*s: %s, %zu item%s%s\n", STR_ARG(wording_line(t->doc.title, t->arena)),
		    t->doc.format, t->doc.n_items, t->doc.n_items == 1 ? "" : "s",
		    t->doc.partial ? "; the document is damaged, the rest of it is lost" : "");
	n = show(t);
	if (!t->common.json)
		printf(
		    "%s%zu of %zu would have rung\n", n || t->all ? "\n" : "", n, t->doc.n_items);
	return n ? EX_OK : 1;
}

int
command_try(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "allow-private", no_argument, NULL, OPTION_PRIVATE },
		{ "all", no_argument, NULL, OPTION_ALL }, { 0 } };
	struct trial t = { 0 };
	int c, status = EX_CONFIG;

	command_options_init(&t.common);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (c == OPTION_PRIVATE)
			t.allow_private = true;
		else if (c == OPTION_ALL)
			t.all = true;
		else if (!command_option(c, &t.common))
			return EX_USAGE;
	if (argc - optind < 2)
		return command_fail("try", EX_USAGE,
		    "give a URL and at least one term: newsbell try https://... 'ICE | "
		    "Immigration'");
	t.url = str_c(argv[optind]);
	t.arena = arena_new();
	t.set = build(&t, argv + optind + 1, argc - optind - 1);
	if (t.set)
		status = run(&t);
	watchset_free(t.set);
	arena_free(t.arena);
	return status;
}
