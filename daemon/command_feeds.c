/*
 * newsbell feeds, newsbell feed NAME: how each feed is, when it is asked next and why.  From the
 * database, so they work while the daemon is down too; the configuration is read as far as it can
 * be.
 */
#include "command.h"

#include "date.h"
#include "health.h"
#include "mem.h"
#include "poll.h"
#include "store_health.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#define HISTORY 20 /* lines of it that are shown */

static const enum colour health_colours[FEED_HEALTH_COUNT] = {
	[FEED_WELL] = COLOUR_GOOD,
	[FEED_BROKEN] = COLOUR_BAD,
	[FEED_SILENT] = COLOUR_WARN,
	[FEED_SUSPICIOUS] = COLOUR_WARN,
	[FEED_GONE] = COLOUR_BAD,
};

/* A feed as it is remembered and as it is configured; one of the two may be missing. */
struct shown {
	struct feed feed; /* rules: the defaults when the configuration does not know it */
	struct stored_feed stored;
	bool configured, remembered;
};

struct view {
	struct command_options options;
	struct arena *arena;
	struct store *store;
	struct config *config; /* or NULL */
	struct feed_section defaults;
	struct shown *v;
	size_t n, cap;
	int64_t now_s;
};

/* ---- gather ---- */

static const struct feed *
find_configured(const struct feed *const *sorted, size_t n, struct str url)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int d = str_cmp(sorted[middle]->url, url);

		if (d == 0)
			return sorted[middle];
		if (d < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static int
by_url(const void *a, const void *b)
{
	return str_cmp(
	    (*(const struct feed *const *)a)->url, (*(const struct feed *const *)b)->url);
}

static int
by_name(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	int d = str_cmp(x->feed.name, y->feed.name);

	return d ? d : str_cmp(x->feed.url, y->feed.url);
}

static void
merge(struct view *view, const struct stored_feed *stored, size_t n)
{
	size_t n_configured = view->config ? view->config->n_feeds : 0;
	const struct feed **sorted =
	    ARENA_ARRAY(view->arena, const struct feed *, n_configured + 1);
	bool *met = ARENA_ARRAY(view->arena, bool, n_configured + 1);

	for (size_t i = 0; i < n_configured; i++)
		sorted[i] = &view->config->feeds[i];
	if (n_configured)
		qsort(sorted, n_configured, sizeof(*sorted), by_url);
	for (size_t i = 0; i < n; i++) {
		struct shown *shown = ARENA_PUSH(view->arena, view->v, view->n, view->cap);
		const struct feed *feed = find_configured(sorted, n_configured, stored[i].url);

		*shown = (struct shown){ .stored = stored[i], .remembered = true };
		shown->configured = feed != NULL;
		shown->feed =
		    feed ? *feed
			 : (struct feed){ stored[i].name, stored[i].url, &view->defaults.rules };
		if (feed)
			met[feed - view->config->feeds] = true;
	}
	for (size_t i = 0; i < n_configured; i++)
		if (!met[i])
			*ARENA_PUSH(view->arena, view->v, view->n, view->cap) = (struct shown){
				.feed = view->config->feeds[i],
				.configured = true,
			};
	if (view->n)
		qsort(view->v, view->n, sizeof(*view->v), by_name);
}

static bool
load(struct view *view, const char *command, int *status)
{
	const struct config_options files = { view->options.config,
		getenv("CREDENTIALS_DIRECTORY"), view->options.state };
	struct stored_feed *stored;
	struct diags ignored;
	struct err e;
	size_t n;

	view->arena = arena_new();
	view->now_s = (int64_t)time(NULL);
	feed_init(&view->defaults);
	view->store = command_store(command, &view->options, status);
	if (!view->store)
		return false;
	diags_init(&ignored, view->arena);
	view->config = config_load(&files, &ignored); /* what is wrong is for 'check' to say */
	if (!store_feeds(view->store, view->arena, &stored, &n, &e)) {
		*status = command_fail(command, EX_IOERR, "%s", e.text);
		return false;
	}
	merge(view, stored, n);
	return true;
}

static void
unload(struct view *view)
{
	store_close(view->store);
	config_unref(view->config);
	arena_free(view->arena);
}

/* ---- words ---- */

static struct str
ago(const struct view *view, int64_t at_s)
{
	if (at_s == 0)
		return STR("never");
	return str_fmt(
	    view->arena, "%.*s ago", STR_ARG(poll_span(view->now_s - at_s, view->arena)));
}

static struct str
until(const struct view *view, int64_t at_s)
{
	if (at_s <= view->now_s)
		return STR("now");
	return str_fmt(view->arena, "in %.*s", STR_ARG(poll_span(at_s - view->now_s, view->arena)));
}

static struct str
health_word(const struct view *view, const struct shown *shown)
{
	if (!shown->configured && view->config)
		return STR("dropped");
	return shown->remembered ? str_c(health_name(shown->stored.state.health)) : STR("new");
}

static struct str
why_word(const struct view *view, const struct shown *shown)
{
	if (!shown->configured && view->config)
		return STR("no longer configured: not asked");
	if (!shown->remembered)
		return STR("never asked yet");
	return poll_why(&shown->feed, &shown->stored.state, view->arena);
}

/* In one column: what fails says more than why it is asked then. */
static struct str
short_word(const struct view *view, const struct shown *shown)
{
	bool failing = shown->remembered && shown->stored.state.failing_since_s != 0;

	return failing && (shown->configured || !view->config) ? shown->stored.state.error
							       : why_word(view, shown);
}

static bool
is_asked(const struct view *view, const struct shown *shown)
{
	return shown->remembered && (shown->configured || !view->config);
}

/* ---- JSON ---- */

static void
set_str(json_t *o, const char *key, struct str s)
{
	json_object_set_new(o, key, s.n ? json_stringn(s.p, s.n) : json_null());
}

static void
set_time(json_t *o, const char *key, int64_t s, struct arena *arena)
{
	set_str(o, key, s ? date_rfc3339(s, arena) : STR(""));
}

static json_t *
feed_json(const struct view *view, const struct shown *shown)
{
	const struct feed_state *s = &shown->stored.state;
	json_t *o = json_object();
	bool moved = poll_is_moved(s);

	set_str(o, "name", shown->feed.name);
	set_str(o, "url", shown->feed.url);
	set_str(o, "health", health_word(view, shown));
	set_time(o, "since", s->health_since_s, view->arena);
	set_time(o, "last_try", s->last_try_s, view->arena);
	set_time(o, "last_good", s->last_ok_s, view->arena);
	set_time(o, "last_new", s->last_change_s, view->arena);
	set_time(o, "next", is_asked(view, shown) ? s->next_due_s : 0, view->arena);
	set_str(o, "why", why_word(view, shown));
	json_object_set_new(o, "status", json_integer(s->status));
	json_object_set_new(o, "items", json_integer(s->items));
	json_object_set_new(o, "failures", json_real(s->failures));
	set_str(o, "error", s->error);
	set_time(o, "error_at", s->error_s, view->arena);
	set_str(o, "etag", s->etag);
	set_str(o, "last_modified", s->last_modified);
	set_str(o, "moved_to", moved ? s->moved_url : STR(""));
	set_time(o, "moved_since", moved ? s->moved_since_s : 0, view->arena);
	set_time(o, "last_gap", s->gap_s, view->arena);
	json_object_set_new(o, "gaps", json_integer(s->gaps));
	return o;
}

static void
print_json(json_t *o)
{
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

/* ---- newsbell feeds ---- */

static void
print_moved(const struct view *view)
{
	for (size_t i = 0; i < view->n; i++) {
		const struct feed_state *s = &view->v[i].stored.state;

		if (!view->v[i].configured || !poll_is_moved(s))
			continue;
		printf("\n%.*s: configured %.*s, moved to %.*s since %.*s\n    url = %.*s\n",
		    STR_ARG(view->v[i].feed.name), STR_ARG(view->v[i].feed.url),
		    STR_ARG(s->moved_url), STR_ARG(date_rfc3339(s->moved_since_s, view->arena)),
		    STR_ARG(s->moved_url));
	}
}

static void
print_feeds(const struct view *view, bool ailing)
{
	static const char *const heads[] = { "FEED", "HEALTH", "LAST GOOD", "NEXT", "WHY" };
	struct table t;

	table_init(&t, view->arena, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < view->n; i++) {
		const struct shown *shown = &view->v[i];
		enum feed_health health = shown->stored.state.health;
		bool asked = is_asked(view, shown);

		if (ailing && (health == FEED_WELL || !asked))
			continue;
		table_add(&t, shown->feed.name, COLOUR_NONE);
		table_add(&t, health_word(view, shown),
		    asked && health < FEED_HEALTH_COUNT ? health_colours[health] : COLOUR_DIM);
		table_add(&t, ago(view, shown->stored.state.last_ok_s), COLOUR_NONE);
		table_add(&t, asked ? until(view, shown->stored.state.next_due_s) : STR("-"),
		    COLOUR_NONE);
		table_add(&t, short_word(view, shown), COLOUR_DIM);
	}
	table_print(&t, stdout, command_colour());
	print_moved(view);
}

static void
feeds_json(const struct view *view, bool ailing)
{
	json_t *all = json_array();

	for (size_t i = 0; i < view->n; i++)
		if (!ailing ||
		    (view->v[i].stored.state.health != FEED_WELL && is_asked(view, &view->v[i])))
			json_array_append_new(all, feed_json(view, &view->v[i]));
	print_json(all);
}

int
command_feeds(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS, { "ailing", no_argument, NULL, 'a' },
		{ 0 } };
	struct view view = { 0 };
	bool ailing = false;
	int c, status = EX_OK;

	command_options_init(&view.options);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS "a", longs, NULL)) != -1)
		if (c == 'a')
			ailing = true;
		else if (!command_option(c, &view.options))
			return EX_USAGE;
	if (optind != argc)
		return command_fail(
		    "feeds", EX_USAGE, "it takes no name; see 'newsbell feed NAME'");
	if (load(&view, "feeds", &status)) {
		if (view.options.json)
			feeds_json(&view, ailing);
		else
			print_feeds(&view, ailing);
	}
	unload(&view);
	return status;
}

/* ---- newsbell feed NAME ---- */

static void
row(struct table *t, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	table_add(t, str_c(name), COLOUR_DIM);
	table_add(t, value, COLOUR_NONE);
}

static struct str
when(const struct view *view, int64_t at_s)
{
	if (at_s == 0)
		return STR("");
	return str_fmt(view->arena, "%.*s (%.*s)", STR_ARG(date_rfc3339(at_s, view->arena)),
	    STR_ARG(at_s > view->now_s ? until(view, at_s) : ago(view, at_s)));
}

static void
print_feed(
    const struct view *view, const struct shown *shown, const struct health_event *events, size_t n)
{
	static const char *const heads[] = { "feed", "" };
	const struct feed_state *s = &shown->stored.state;
	struct arena *a = view->arena;
	struct table t;

	table_init(&t, a, heads, ARRAY_LEN(heads));
	row(&t, "name", shown->feed.name);
	row(&t, "url", shown->feed.url);
	if (poll_is_moved(s))
		row(&t, "moved to",
		    str_fmt(a, "%.*s since %.*s; to make it so: url = %.*s", STR_ARG(s->moved_url),
			STR_ARG(date_rfc3339(s->moved_since_s, a)), STR_ARG(s->moved_url)));
	else if (s->moved_count > 0)
		row(&t, "redirected",
		    str_fmt(a, "to %.*s, %d times since %.*s", STR_ARG(s->moved_url),
			s->moved_count, STR_ARG(date_rfc3339(s->moved_since_s, a))));
	row(&t, "health",
	    s->health_since_s ? str_fmt(a, "%.*s since %.*s", STR_ARG(health_word(view, shown)),
				    STR_ARG(date_rfc3339(s->health_since_s, a)))
			      : health_word(view, shown));
	row(&t, "next", is_asked(view, shown) ? when(view, s->next_due_s) : STR("-"));
	row(&t, "why", why_word(view, shown));
	row(&t, "last request", when(view, s->last_try_s));
	row(&t, "last answer", s->status ? str_fmt(a, "%d", s->status) : STR("none"));
	row(&t, "last good", when(view, s->last_ok_s));
	row(&t, "last new item", when(view, s->last_change_s));
	row(&t, "items listed", str_fmt(a, "%d", s->items));
	row(&t, "first seen", when(view, s->first_s));
	row(&t, "last error", s->error);
	row(&t, "at", when(view, s->error_s));
	row(&t, "ETag", s->etag);
	row(&t, "Last-Modified", s->last_modified);
	row(&t, "asked in full", when(view, s->unconditional_s));
	row(&t, "not before",
	    s->not_before_s > view->now_s ? when(view, s->not_before_s) : STR(""));
	row(&t, "validators lied", when(view, s->hidden_s));
	row(&t, "gaps",
	    s->gaps ? str_fmt(a, "%d, the last %.*s", s->gaps, STR_ARG(ago(view, s->gap_s)))
		    : STR(""));
	table_print(&t, stdout, command_colour());
	for (size_t i = 0; i < n; i++)
		printf("%s%.*s  %.*s\n", i == 0 ? "\n" : "",
		    STR_ARG(date_rfc3339(events[i].at_s, a)), STR_ARG(events[i].text));
}

static int
show_one(const struct view *view, const struct shown *shown)
{
	struct health_event *events = NULL;
	struct err e;
	size_t n = 0;

	if (shown->remembered && !store_health_history(view->store, shown->stored.id, HISTORY,
				     view->arena, &events, &n, &e))
		return command_fail("feed", EX_IOERR, "%s", e.text);
	if (view->options.json) {
		json_t *o = feed_json(view, shown), *history = json_array();

		for (size_t i = 0; i < n; i++) {
			json_t *one = json_object();

			set_time(one, "at", events[i].at_s, view->arena);
			set_str(one, "kind", events[i].kind);
			set_str(one, "text", events[i].text);
			json_array_append_new(history, one);
		}
		json_object_set_new(o, "history", history);
		print_json(o);
	} else {
		print_feed(view, shown, events, n);
	}
	return EX_OK;
}

int
command_feed(int argc, char **argv)
{
	struct view view = { 0 };
	int status = EX_OK;
	struct str name;
	bool found = false;

	if (!command_common(argc, argv, &view.options))
		return EX_USAGE;
	if (optind + 1 != argc)
		return command_fail("feed", EX_USAGE, "name one feed, or its URL");
	name = str_c(argv[optind]);
	if (load(&view, "feed", &status)) {
		struct str *names = ARENA_ARRAY(view.arena, struct str, view.n);

		for (size_t i = 0; i < view.n && !found; i++) {
			names[i] = view.v[i].feed.name;
			found = str_eq(name, names[i]) || str_eq(name, view.v[i].feed.url);
			if (found)
				status = show_one(&view, &view.v[i]);
		}
		if (!found) {
			struct str hint = diag_suggest(name, names, view.n, view.arena);

			status = command_fail("feed", EX_DATAERR, "there is no feed '%.*s'%s%.*s",
			    STR_ARG(name), hint.n ? "; " : "", STR_ARG(hint));
		}
	}
	unload(&view);
	return status;
}
