/*
 * newsbell feed NAME: everything that is known of one feed, and its last polls.
 */
#include "date.h"
#include "feed_view.h"
#include "history.h"
#include "mem.h"
#include "store_health.h"
#include "table.h"

#include <stdio.h>
#include <sysexits.h>

#define EVENTS 20 /* of its health, that are shown */

static struct str
when(const struct feed_view *view, int64_t at_s)
{
	if (at_s == 0)
		return STR("");
	return str_fmt(view->arena, "%.*s (%.*s)", STR_ARG(date_rfc3339(at_s, view->arena)),
	    STR_ARG(at_s > view->now_s ? feed_view_until(view, at_s) : feed_view_ago(view, at_s)));
}

static void
print_state(const struct feed_view *view, const struct feed_shown *shown)
{
	static const char *const heads[] = { "feed", "" };
	const struct feed_state *s = &shown->stored.state;
	struct arena *a = view->arena;
	struct table t;
	int64_t since;

	table_init(&t, a, heads, ARRAY_LEN(heads));
	table_add_named(&t, "name", shown->feed.name, COLOUR_NONE);
	table_add_named(&t, "url", shown->feed.url, COLOUR_NONE);
	if (poll_is_moved(s))
		table_add_named(&t, "moved to",
		    str_fmt(a, "%.*s since %.*s; to make it so: url = %.*s", STR_ARG(s->moved_url),
			STR_ARG(date_rfc3339(s->moved_since_s, a)), STR_ARG(s->moved_url)),
		    COLOUR_NONE);
	else if (s->moved_count > 0)
		table_add_named(&t, "redirected",
		    str_fmt(a, "to %.*s, %d times since %.*s", STR_ARG(s->moved_url),
			s->moved_count, STR_ARG(date_rfc3339(s->moved_since_s, a))),
		    COLOUR_NONE);
	since = feed_view_merely_failing(view, shown) ? s->failing_since_s : s->health_since_s;
	table_add_named(&t, "health",
	    since ? str_fmt(a, "%.*s since %.*s", STR_ARG(feed_view_label(view, shown)),
			STR_ARG(date_rfc3339(since, a)))
		  : feed_view_label(view, shown),
	    COLOUR_NONE);
	table_add_named(&t, "next",
	    feed_view_asked(view, shown) ? when(view, s->next_due_s) : STR("-"), COLOUR_NONE);
	table_add_named(&t, "why", feed_view_why(view, shown), COLOUR_NONE);
	table_add_named(&t, "last request", when(view, s->last_try_s), COLOUR_NONE);
	table_add_named(
	    &t, "last answer", s->status ? str_fmt(a, "%d", s->status) : STR("none"), COLOUR_NONE);
	table_add_named(&t, "last good", when(view, s->last_ok_s), COLOUR_NONE);
	table_add_named(&t, "last new item", when(view, s->last_change_s), COLOUR_NONE);
	table_add_named(&t, "items listed", str_fmt(a, "%d", s->items), COLOUR_NONE);
	table_add_named(&t, "first seen", when(view, s->first_s), COLOUR_NONE);
	table_add_named(&t, "last error", s->error, COLOUR_NONE);
	table_add_named(&t, "at", when(view, s->error_s), COLOUR_NONE);
	/* most often the address of the page was taken for the feed's */
	if (s->last_ok_s == 0 && str_ends(s->error, STR("page")))
		table_add_named(&t, "what to do",
		    str_fmt(a, "newsbell try %.*s WORD names the feeds that the page links to",
			STR_ARG(shown->feed.url)),
		    COLOUR_NONE);
	table_add_named(&t, "ETag", s->etag, COLOUR_NONE);
	table_add_named(&t, "Last-Modified", s->last_modified, COLOUR_NONE);
	table_add_named(&t, "asked in full", when(view, s->unconditional_s), COLOUR_NONE);
	table_add_named(&t, "not before",
	    s->not_before_s > view->now_s ? when(view, s->not_before_s) : STR(""), COLOUR_NONE);
	table_add_named(&t, "validators lied", when(view, s->hidden_s), COLOUR_NONE);
	table_add_named(&t, "not used until",
	    s->distrust_until_s > view->now_s ? when(view, s->distrust_until_s) : STR(""),
	    COLOUR_NONE);
	table_add_named(&t, "gaps",
	    s->gaps
		? str_fmt(a, "%d, the last %.*s", s->gaps, STR_ARG(feed_view_ago(view, s->gap_s)))
		: STR(""),
	    COLOUR_NONE);
	table_print(&t, stdout, command_colour());
}

/* ---- its past ---- */

struct past {
	struct health_event *events;
	size_t n_events;
	struct history_poll *polls; /* the latest first */
	size_t n_polls;
};

static bool
load_past(
    const struct feed_view *view, const struct feed_shown *shown, struct past *ret, struct err *e)
{
	struct str packed;

	*ret = (struct past){ 0 };
	if (!shown->remembered)
		return true;
	if (!store_health_history(view->store, shown->stored.id, EVENTS, view->arena, &ret->events,
		&ret->n_events, e) ||
	    !store_history(view->store, shown->stored.id, view->arena, &packed, e))
		return false;
	history_read(packed, view->arena, &ret->polls, &ret->n_polls);
	return true;
}

/* Polls between two entries that found nothing. */
static void
add_quiet(struct table *t, int64_t n, int64_t since_s)
{
	if (n == 0)
		return;
	table_add(t, date_rfc3339(since_s, t->arena), COLOUR_DIM);
	table_add(t, STR(""), COLOUR_NONE);
	table_add(t,
	    n == 1 ? STR("nothing new, once")
		   : str_fmt(t->arena, "nothing new, %lld times from then on", (long long)n),
	    COLOUR_DIM);
	for (int i = 0; i < 4; i++)
		table_add(t, STR(""), COLOUR_NONE);
}

static void
print_polls(const struct feed_view *view, const struct feed_state *s, const struct past *past)
{
	static const char *const heads[] = { "POLLED", "#ANSWER", "FOUND", "#NEW", "#BYTES", "#MS",
		"NEXT BY" };
	struct arena *a = view->arena;
	struct table t;

	if (past->n_polls == 0)
		return;
	table_init(&t, a, heads, ARRAY_LEN(heads));
	add_quiet(&t, s->quiet_n, s->quiet_since_s);
	for (size_t i = 0; i < past->n_polls; i++) {
		const struct history_poll *p = &past->polls[i];

		table_add(&t, date_rfc3339(p->at_s, a), COLOUR_NONE);
		table_add(&t, p->status ? str_fmt(a, "%d", p->status) : STR("none"), COLOUR_NONE);
		table_add(&t, str_c(history_word(p->outcome)),
		    p->outcome > HISTORY_NEW ? COLOUR_WARN : COLOUR_NONE);
		table_add(&t, str_fmt(a, "%lld", (long long)p->n_new), COLOUR_NONE);
		table_add(&t, str_fmt(a, "%lld", (long long)p->bytes), COLOUR_NONE);
		table_add(&t, str_fmt(a, "%lld", (long long)p->elapsed_ms), COLOUR_NONE);
		table_add(&t, str_c(poll_reason_name(p->next_why)), COLOUR_DIM);
		add_quiet(&t, p->quiet_n, p->quiet_since_s);
	}
	putchar('\n');
	table_print(&t, stdout, command_colour());
}

static void
print_events(const struct past *past, struct arena *a)
{
	for (size_t i = 0; i < past->n_events; i++)
		printf("%s%.*s  %.*s\n", i == 0 ? "\n" : "",
		    STR_ARG(date_rfc3339(past->events[i].at_s, a)), STR_ARG(past->events[i].text));
}

static json_t *
events_json(const struct past *past, struct arena *arena)
{
	json_t *all = json_array();

	for (size_t i = 0; i < past->n_events; i++) {
		json_t *one = json_object();

		feed_view_set_time(one, "at", past->events[i].at_s, arena);
		feed_view_set_str(one, "kind", past->events[i].kind);
		feed_view_set_str(one, "text", past->events[i].text);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *
polls_json(const struct past *past, struct arena *arena)
{
	json_t *all = json_array();

	for (size_t i = 0; i < past->n_polls; i++) {
		const struct history_poll *p = &past->polls[i];
		json_t *one = json_object();

		feed_view_set_time(one, "at", p->at_s, arena);
		json_object_set_new(one, "status", json_integer(p->status));
		feed_view_set_str(one, "found", str_c(history_word(p->outcome)));
		json_object_set_new(one, "new", json_integer(p->n_new));
		json_object_set_new(one, "bytes", json_integer(p->bytes));
		json_object_set_new(one, "ms", json_integer(p->elapsed_ms));
		feed_view_set_str(one, "next_by", str_c(poll_reason_name(p->next_why)));
		json_object_set_new(one, "quiet_before", json_integer(p->quiet_n));
		feed_view_set_time(one, "quiet_since", p->quiet_since_s, arena);
		json_array_append_new(all, one);
	}
	return all;
}

/* ---- newsbell feed NAME ---- */

static int
show_one(const struct feed_view *view, const struct feed_shown *shown)
{
	const struct feed_state *state = &shown->stored.state;
	struct past past;
	struct err e;

	if (!load_past(view, shown, &past, &e))
		return command_fail("feed", EX_IOERR, "%s", e.text);
	if (view->options.json) {
		json_t *o = feed_view_json(view, shown);

		json_object_set_new(o, "history", events_json(&past, view->arena));
		json_object_set_new(o, "polls", polls_json(&past, view->arena));
		json_object_set_new(o, "quiet_polls", json_integer(state->quiet_n));
		feed_view_print(o);
	} else {
		print_state(view, shown);
		print_polls(view, state, &past);
		print_events(&past, view->arena);
	}
	return EX_OK;
}

int
command_feed(int argc, char **argv)
{
	struct feed_view view = { 0 };
	int status = EX_OK;
	struct str name;
	bool found = false;

	if (!command_common(argc, argv, &view.options))
		return EX_USAGE;
	if (optind + 1 != argc)
		return command_fail("feed", EX_USAGE, "name one feed, or its URL");
	name = str_c(argv[optind]);
	if (feed_view_load(&view, "feed", &status)) {
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
	feed_view_unload(&view);
	return status;
}
