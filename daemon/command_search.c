/*
 * newsbell search and newsbell backtest: an expression, a watch or a list over the items that are
 * kept.  search shows what matches, backtest what it would have meant.  Nothing is written or sent.
 */
#include "command.h"

#include "archive_scan.h"
#include "date.h"
#include "json_text.h"
#include "match_show.h"
#include "match_source.h"
#include "query.h"
#include "selection.h"
#include "table.h"
#include "tally.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define DAY_S ((int64_t)86400)
#define SINCE_S (90 * DAY_S)
#define SHOWN 20  /* hits of a search, rows of a table, unless --limit says otherwise */
#define SAMPLES 5 /* snippets of a back-test */
#define BAR 30    /* columns of the longest day */
#define EXPRESSION STR("expression") /* the file that its problems are said to be in */

struct request {
	struct command_options common;
	const char *name; /* of the command */
	const char *what, *feed;
	struct selection selection;
	bool backtest;
};

struct ready { /* what is matched with */
	struct config *config;
	struct watchset *own; /* of an expression */
	const struct watchset *set;
	struct str watch;
	struct str when; /* as it reads */
};

/* ---- showing ---- */

static json_t *
archived_json(const struct archive_match *m, struct arena *arena)
{
	json_t *o = json_object(), *entries = json_array();

	json_object_set_new(o, "item", json_integer(m->row));
	json_object_set_new(o, "seen", json_text(date_rfc3339(m->seen_s, arena)));
	json_object_set_new(o, "feed", json_text(m->feed));
	json_object_set_new(o, "title", json_text(m->title));
	json_object_set_new(o, "link", json_text(m->link));
	for (size_t i = 0; i < m->n_entries; i++)
		json_array_append_new(entries,
		    json_text(match_entry_name(m->entries[i].list, m->entries[i].name, arena)));
	json_object_set_new(o, "entries", entries);
	json_object_set_new(o, "zone", json_string(zone_names[m->zone]));
	json_object_set_new(o, "before", json_text(m->snippet.before));
	json_object_set_new(o, "marked", json_text(m->snippet.marked));
	json_object_set_new(o, "after", json_text(m->snippet.after));
	json_object_set_new(o, "told", json_boolean(m->told));
	json_object_set_new(o, "fired", json_boolean(m->fired));
	return o;
}

static void
print_match(const struct archive_match *m, struct arena *arena)
{
	bool colour = command_colour();
	struct str day = tally_day(m->seen_s, arena);

	printf("%.*s  %.*s  %.*s%s\n", STR_ARG(day), STR_ARG(m->feed), STR_ARG(m->title),
	    m->told ? "" : "  (not told)");
	printf("    %.*s\n", STR_ARG(m->link));
	if (m->snippet.marked.n)
		printf("    %s: %.*s%s%.*s%s%.*s\n", zone_names[m->zone],
		    STR_ARG(m->snippet.before), colour ? "\033[1;33m" : "[",
		    STR_ARG(m->snippet.marked), colour ? "\033[0m" : "]",
		    STR_ARG(m->snippet.after));
}

static void
print_search(const struct request *r, const struct archive_result *result, struct arena *arena)
{
	size_t n = result->n < r->selection.limit ? result->n : r->selection.limit;

	for (size_t i = 0; i < n; i++) {
		if (!r->common.json) {
			print_match(&result->v[i], arena);
			continue;
		}
		json_t *o = archived_json(&result->v[i], arena);

		json_dumpf(o, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(o);
	}
	if (!r->common.json)
		printf("%zu of %lld items match%s%s%s\n", result->n, (long long)result->scanned,
		    r->feed ? "; only those of feed " : "", r->feed ? r->feed : "",
		    n < result->n ? "; --limit shows more" : "");
}

static void
print_counts(const struct request *r, const char *head, const struct tally_counts *c, bool bars,
    struct arena *arena)
{
	const char *heads[] = { head, "#items", "#new", "" };
	size_t n = bars || c->n < r->selection.limit ? c->n : r->selection.limit;
	int64_t most = 1;
	struct table t;

	table_init(&t, arena, heads, bars ? 4 : 3);
	t.cut = bars;
	for (size_t i = 0; i < n; i++)
		most = c->v[i].n > most ? c->v[i].n : most;
	for (size_t i = 0; i < n; i++) {
		table_add(&t, c->v[i].name, COLOUR_NONE);
		table_add(&t, str_fmt(arena, "%lld", (long long)c->v[i].n), COLOUR_NONE);
		table_add(&t, str_fmt(arena, "%lld", (long long)c->v[i].fresh), COLOUR_NONE);
		if (bars)
			table_add(&t,
			    str_fmt(arena, "%.*s", (int)(c->v[i].n * BAR / most),
				"##############################"),
			    COLOUR_DIM);
	}
	table_print(&t, stdout, command_colour());
	if (n < c->n)
		printf("and %zu more; --limit shows them\n", c->n - n);
	putchar('\n');
}

static json_t *
counts_json(const struct tally_counts *c)
{
	json_t *o = json_object();

	for (size_t i = 0; i < c->n; i++)
		json_object_setn_new_nocheck(o, c->v[i].name.p, c->v[i].name.n,
		    json_pack("{s:I,s:I}", "items", (json_int_t)c->v[i].n, "new",
			(json_int_t)c->v[i].fresh));
	return o;
}

static void
print_backtest_json(const struct archive_result *result, const struct tally *t, struct arena *arena)
{
	json_t *o = json_object(), *samples = json_array();

	json_object_set_new(o, "scanned", json_integer(result->scanned));
	json_object_set_new(o, "limited", json_integer(result->limited));
	json_object_set_new(o, "items", json_integer((json_int_t)result->n));
	json_object_set_new(o, "new", json_integer(t->fresh));
	json_object_set_new(o, "days", counts_json(&t->days));
	json_object_set_new(o, "feeds", counts_json(&t->feeds));
	json_object_set_new(o, "entries", counts_json(&t->entries));
	for (size_t i = 0; i < result->n && i < SAMPLES; i++)
		json_array_append_new(samples, archived_json(&result->v[i], arena));
	json_object_set_new(o, "samples", samples);
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

static void
print_backtest(const struct request *r, const struct ready *ready,
    const struct archive_result *result, struct arena *arena)
{
	struct tally t;

	tally_make(result, arena, &t);
	if (r->common.json) {
		print_backtest_json(result, &t, arena);
		return;
	}
	printf("%.*s\n%zu of %lld items would have fired%s%s, %lld of them new (no watch fired on "
	       "them)\n\n",
	    STR_ARG(ready->when), result->n, (long long)result->scanned, r->feed ? " on feed " : "",
	    r->feed ? r->feed : "", (long long)t.fresh);
	if (result->n == 0)
		return;
	print_counts(r, "day", &t.days, true, arena);
	print_counts(r, "feed", &t.feeds, false, arena);
	print_counts(r, "entry", &t.entries, false, arena);
	for (size_t i = 0; i < result->n && i < SAMPLES; i++)
		print_match(&result->v[i], arena);
}

/* ---- what is asked for ---- */

static bool
has_list(const struct config *c, struct str name)
{
	for (size_t i = 0; i < c->n_lists; i++)
		if (str_eq(c->lists[i].name, name))
			return true;
	return false;
}

/* Of a feed that was taken out of the configuration items may be kept: it is no mistake. */
static void
note_feed(const struct request *r, const struct config *c, struct arena *arena)
{
	struct str *names = ARENA_ARRAY(arena, struct str, c->n_feeds + 1), hint;

	if (!r->feed)
		return;
	for (size_t i = 0; i < c->n_feeds; i++) {
		names[i] = c->feeds[i].name;
		if (str_eq_ci(names[i], str_c(r->feed)))
			return;
	}
	hint = diag_suggest(str_c(r->feed), names, c->n_feeds, arena);
	command_fail(r->name, EX_OK, "no feed '%s' is configured%s%.*s", r->feed,
	    hint.n ? "; " : "", STR_ARG(hint));
}

/* A warning may say why nothing is found; those of the lists are for newsbell check. */
static void
say_of_expression(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		struct str text = diag_text(&diags->v[i], diags->arena);

		if (str_eq(diags->v[i].at.file, EXPRESSION))
			fprintf(stderr, "%.*s", STR_ARG(text));
	}
}

/* A watch's name, a list's name, or an expression. */
static bool
prepare(const struct request *r, struct arena *arena, struct ready *ret)
{
	struct str what = str_c(r->what);
	struct match_lists lists;
	struct diags diags;

	*ret = (struct ready){ .config = command_config(&r->common, arena) };
	if (!ret->config)
		return false;
	note_feed(r, ret->config, arena);
	for (size_t i = 0; i < watchset_watches(ret->config->watchset); i++)
		if (str_eq(watchset_watch_name(ret->config->watchset, i), what)) {
			ret->set = ret->config->watchset;
			ret->watch = what;
			ret->when = watchset_watch_text(ret->set, i, arena);
			return true;
		}
	if (has_list(ret->config, what))
		what = query_print_list(what, arena);
	lists =
	    (struct match_lists){ ret->config->lists, ret->config->n_lists, ret->config->n_lists };
	diags_init(&diags, arena);
	ret->own = match_build_named(&lists, EXPRESSION, what, ret->config, &diags);
	say_of_expression(&diags);
	if (!ret->own)
		return false;
	ret->set = ret->own;
	ret->when = watchset_watch_text(ret->own, 0, arena);
	return true;
}

static int
run(const struct request *r, struct arena *arena)
{
	struct archive_result result;
	struct home home;
	struct ready ready;
	struct archive_query q;
	struct err e;
	int status = EX_CONFIG;

	if (prepare(r, arena, &ready)) {
		command_home(&r->common, arena, &home);
		q = (struct archive_query){ .database = str_z(arena, home.database),
			.set = ready.set,
			.config = ready.config,
			.watch = ready.watch,
			.feed = str_c(r->feed),
			.since_s = r->selection.since_s,
			.until_s = r->selection.until_s,
			.progress = isatty(STDERR_FILENO) };
		if (!archive_scan(&q, &result, &e))
			status = command_fail(r->name, EX_NOINPUT, "%s", e.text);
		else {
			archive_note_limited(r->name, &result);
			if (r->backtest)
				print_backtest(r, &ready, &result, arena);
			else
				print_search(r, &result, arena);
			status = result.n ? EX_OK : 1;
			archive_result_free(&result);
		}
	}
	watchset_free(ready.own);
	config_unref(ready.config);
	return status;
}

/* ---- options ---- */

enum { OPTION_FEED = 1 };

static int
command(struct request *r, int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS, SELECTION_LONGS,
		{ "feed", required_argument, NULL, OPTION_FEED }, { 0 } };
	struct arena *arena;
	int c, status;

	command_options_init(&r->common);
	selection_init(&r->selection, SHOWN);
	if (r->backtest)
		r->selection.since_s = r->selection.now_s - SINCE_S;
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (c == OPTION_FEED)
			r->feed = optarg;
		else if (!command_option(c, &r->common) &&
			 selection_option(r->name, c, &r->selection) != SELECTION_TAKEN)
			return EX_USAGE;
	if (optind + 1 != argc || str_trim(str_c(argv[optind])).n == 0)
		return command_fail(
		    r->name, EX_USAGE, "give one expression, or the name of a watch or a list");
	r->what = argv[optind];
	if (r->selection.since_s >= r->selection.until_s)
		return command_fail(r->name, EX_USAGE,
		    "--until is not behind --since%s, so there is nothing between them",
		    r->backtest ? " (90d when it is not given)" : "");
	arena = arena_new();
	status = run(r, arena);
	arena_free(arena);
	return status;
}

int
command_search(int argc, char **argv)
{
	return command(&(struct request){ .name = "search" }, argc, argv);
}

int
command_backtest(int argc, char **argv)
{
	return command(&(struct request){ .name = "backtest", .backtest = true }, argc, argv);
}
