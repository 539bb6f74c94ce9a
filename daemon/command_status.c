/*
 * newsbell status: everything on one screen.  The figures come from the database, so they are there
 * while the daemon is down too; that it is down is the first thing said.
 */
#include "command.h"

#include "control.h"
#include "date.h"
#include "health.h"
#include "mem.h"
#include "poll.h"
#include "store_overview.h"
#include "store_status.h"
#include "table.h"
#include "wording.h"

#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#define DAY_S ((int64_t)86400)
#define ANSWER_MAX 60 /* characters of a receiver's answer */

struct figures {
	struct store_status s;
	struct failing_row *failing;
	size_t n_failing;
};

static const enum colour health_colours[] = {
	[FEED_WELL] = COLOUR_GOOD,
	[FEED_BROKEN] = COLOUR_BAD,
	[FEED_SILENT] = COLOUR_WARN,
	[FEED_SUSPICIOUS] = COLOUR_WARN,
	[FEED_GONE] = COLOUR_BAD,
};

/* 0: never */
static json_t *
moment(int64_t at_s, struct arena *arena)
{
	struct str s = date_rfc3339(at_s, arena);

	return at_s ? json_stringn(s.p, s.n) : json_null();
}

static json_t *
failing_json(const struct figures *f)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < f->n_failing; i++)
		json_array_append_new(ret,
		    json_pack("{s:s%,s:I,s:s%}", "channel", f->failing[i].channel.p,
			f->failing[i].channel.n, "deliveries", (json_int_t)f->failing[i].deliveries,
			"answer", f->failing[i].answer.n ? f->failing[i].answer.p : "",
			f->failing[i].answer.n));
	return ret;
}

static void
print_json(const struct figures *f, const json_t *daemon, struct arena *arena)
{
	const struct store_status *s = &f->s;
	json_t *all = json_object(), *feeds = json_object();

	json_object_set_new(all, "running", json_boolean(daemon != NULL));
	if (daemon)
		json_object_set(all, "daemon", (json_t *)(uintptr_t)daemon);
	for (int i = 0; i < FEED_HEALTH_COUNT; i++)
		json_object_set_new(
		    feeds, health_name((enum feed_health)i), json_integer(s->feeds[i]));
	json_object_set_new(all, "feeds", feeds);
	json_object_set_new(all, "items", json_integer(s->items));
	json_object_set_new(all, "items_24h", json_integer(s->items_since));
	json_object_set_new(all, "alerts", json_integer(s->alerts));
	json_object_set_new(all, "alerts_24h", json_integer(s->alerts_since));
	json_object_set_new(all, "deliveries_pending", json_integer(s->pending));
	json_object_set_new(all, "deliveries_waiting", json_integer(s->waiting));
	json_object_set_new(all, "deliveries_failed", json_integer(s->failed));
	json_object_set_new(all, "channels_failing", failing_json(f));
	json_object_set_new(all, "oldest_pending", moment(s->oldest_pending_s, arena));
	json_object_set_new(all, "last_alert", moment(s->last_alert_s, arena));
	json_object_set_new(all, "last_poll", moment(s->last_poll_s, arena));
	json_object_set_new(all, "database_bytes", json_integer(s->bytes));
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

static struct str
ago(int64_t at_s, int64_t now_s, struct arena *arena)
{
	if (at_s == 0)
		return STR("never");
	return str_fmt(arena, "%.*s ago", STR_ARG(poll_span(now_s - at_s, arena)));
}

static void
add_daemon(struct table *t, const json_t *daemon, struct arena *arena)
{
	if (!daemon) {
		table_add_named(
		    t, "daemon", STR("not running (or it may not be asked: try sudo)"), COLOUR_BAD);
		return;
	}
	table_add_named(t, "daemon",
	    str_fmt(arena, "running for %.*s, pid %lld, version %s",
		STR_ARG(poll_span(json_integer_value(json_object_get(daemon, "uptime_s")), arena)),
		(long long)json_integer_value(json_object_get(daemon, "pid")),
		json_string_value(json_object_get(daemon, "version"))),
	    COLOUR_GOOD);
	table_add_named(t, "memory",
	    str_fmt(arena, "%.1f MB",
		(double)json_integer_value(json_object_get(daemon, "memory_bytes")) / 1e6),
	    COLOUR_NONE);
}

static void
print_people(const struct figures *f, const json_t *daemon, struct arena *arena)
{
	static const char *const heads[] = { "newsbell", "" };
	const struct store_status *s = &f->s;
	const int64_t now = (int64_t)time(NULL);
	struct table t;

	table_init(&t, arena, heads, ARRAY_LEN(heads));
	add_daemon(&t, daemon, arena);
	for (int i = 0; i < FEED_HEALTH_COUNT; i++)
		if (s->feeds[i] || i == FEED_WELL)
			table_add_named(&t,
			    str_z(arena,
				str_fmt(arena, "feeds %s", health_name((enum feed_health)i))),
			    str_fmt(arena, "%lld", (long long)s->feeds[i]), health_colours[i]);
	table_add_named(&t, "last poll", ago(s->last_poll_s, now, arena), COLOUR_NONE);
	table_add_named(&t, "items",
	    str_fmt(arena, "%lld kept, %lld in the last 24 h", (long long)s->items,
		(long long)s->items_since),
	    COLOUR_NONE);
	table_add_named(&t, "alerts",
	    str_fmt(arena, "%lld kept, %lld in the last 24 h, the last %.*s", (long long)s->alerts,
		(long long)s->alerts_since, STR_ARG(ago(s->last_alert_s, now, arena))),
	    COLOUR_NONE);
	table_add_named(&t, "deliveries pending",
	    s->pending ? str_fmt(arena, "%lld, the oldest owed %.*s", (long long)s->pending,
			     STR_ARG(ago(s->oldest_pending_s, now, arena)))
		       : STR("none"),
	    s->pending ? COLOUR_WARN : COLOUR_GOOD);
	for (size_t i = 0; i < f->n_failing; i++)
		table_add_named(&t, "channel failing",
		    str_fmt(arena, "%.*s: %lld tried in vain, the last answer: %.*s",
			STR_ARG(f->failing[i].channel), (long long)f->failing[i].deliveries,
			STR_ARG(wording_cut(
			    wording_line(f->failing[i].answer, arena), ANSWER_MAX, arena))),
		    COLOUR_BAD);
	if (s->waiting)
		table_add_named(&t, "deliveries waiting",
		    str_fmt(arena, "%lld, for their time", (long long)s->waiting), COLOUR_NONE);
	table_add_named(&t, "deliveries given up", str_fmt(arena, "%lld", (long long)s->failed),
	    s->failed ? COLOUR_BAD : COLOUR_GOOD);
	table_add_named(
	    &t, "database", str_fmt(arena, "%.1f MB", (double)s->bytes / 1e6), COLOUR_NONE);
	table_print(&t, stdout, command_colour());
}

/* The daemon's own answer, or NULL when it does not listen. */
static json_t *
ask_daemon(const struct command_options *o, struct arena *arena)
{
	json_t *request = json_pack("{s:s}", "command", "status"), *answer = NULL;
	struct home home;
	struct err e;

	command_home(o, arena, &home);
	if (!control_ask(str_z(arena, home.control), request, &answer, &e))
		answer = NULL;
	json_decref(request);
	return answer;
}

int
command_status(int argc, char **argv)
{
	struct command_options o;
	struct figures figures = { 0 };
	struct arena *arena;
	struct store *store;
	struct err e;
	json_t *daemon;
	int status = EX_OK;

	if (!command_common(argc, argv, &o))
		return EX_USAGE;
	if (optind != argc)
		return command_fail("status", EX_USAGE, "it takes no argument");
	store = command_store("status", &o, &status);
	if (!store)
		return status;
	arena = arena_new();
	daemon = ask_daemon(&o, arena);
	if (!store_status(store, (int64_t)time(NULL) - DAY_S, &figures.s, &e) ||
	    !store_failing_channels(store, arena, &figures.failing, &figures.n_failing, &e))
		status = command_fail("status", EX_IOERR, "%s", e.text);
	else if (o.json)
		print_json(&figures, daemon, arena);
	else
		print_people(&figures, daemon, arena);
	if (status == EX_OK && !daemon)
		status = EX_UNAVAILABLE;
	json_decref(daemon);
	store_close(store);
	arena_free(arena);
	return status;
}
