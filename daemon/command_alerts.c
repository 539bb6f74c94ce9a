/*
 * newsbell alerts: what rang, listed; or one alert whole: why it rang, its story, who was told.
 */
#include "command.h"

#include "delivery_show.h"
#include "mem.h"
#include "selection.h"
#include "store_overview.h"
#include "store_story.h"
#include "wording.h"
#include "date.h"

#include <stdio.h>
#include <sysexits.h>

#define LIMIT 50
#define ID_SHOWN 10 /* characters: enough to name it */
#define ENTRIES_SHOWN 3
#define COLUMNS 78 /* of running text */
#define JSON_MAX (2 * ALERT_JSON_MAX)

enum { OPTION_FEED = 1, OPTION_WATCH, OPTION_SEVERITY, OPTION_DELIVERY };

static const enum colour severity_colours[] = {
	[SEVERITY_LOW] = COLOUR_DIM,
	[SEVERITY_NORMAL] = COLOUR_NONE,
	[SEVERITY_HIGH] = COLOUR_WARN,
	[SEVERITY_CRITICAL] = COLOUR_BAD,
};

struct alerts_view {
	struct command_options common;
	struct alert_filter filter;
	int64_t now_s;
	struct store *store;
	struct arena *arena;
};

/* ---- JSON ---- */

static bool
print_json(const struct alerts_view *v, const struct alert_row *row, struct err *e)
{
	struct delivery_row *deliveries;
	struct attempt_row *attempts;
	struct json_out o;
	size_t n, n_attempts;
	bool good = store_alert_deliveries(v->store, row->id, v->arena, &deliveries, &n, e);

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_raw(&o, "alert", row->facts);
	jout_open(&o, "deliveries", '[');
	for (size_t i = 0; good && i < n; i++) {
		good =
		    store_attempts(v->store, deliveries[i].id, v->arena, &attempts, &n_attempts, e);
		if (good)
			delivery_json(&o, &deliveries[i], attempts, n_attempts);
	}
	jout_close(&o, ']');
	jout_close(&o, '}');
	if (good)
		command_json_line(&o);
	else
		buf_free(&o.b);
	return good;
}

/* ---- a list ---- */

static void
add_told(struct table *t, const struct alert_row *row, struct arena *arena)
{
	int64_t all = row->pending + row->delivered + row->failed;

	table_add(t,
	    all ? str_fmt(arena, "%lld of %lld", (long long)row->delivered, (long long)all)
		: STR("-"),
	    row->failed    ? COLOUR_BAD
	    : row->pending ? COLOUR_WARN
			   : COLOUR_GOOD);
}

static void
add_alert(struct table *t, const struct alert_row *row, const struct alert *a, struct arena *arena)
{
	struct str title = wording_line(a->title, arena);

	table_add(t, str_sub(row->id, 0, ID_SHOWN), COLOUR_DIM);
	table_add(t, date_rfc3339(row->created_s, arena), COLOUR_NONE);
	table_add(t, str_c(severity_names[a->severity]), severity_colours[a->severity]);
	table_add(t, a->watch, COLOUR_NONE);
	table_add(t, wording_names(a, ENTRIES_SHOWN, arena), COLOUR_NONE);
	table_add(t, a->feed, COLOUR_NONE);
	table_add(
	    t, a->story.id ? str_fmt(arena, "%lld", (long long)a->story.id) : STR("-"), COLOUR_DIM);
	add_told(t, row, arena);
	table_add(t, title, COLOUR_NONE);
}

static bool
print_list(const struct alerts_view *v, const struct alert_row *rows, size_t n, struct err *e)
{
	static const char *const heads[] = { "ALERT", "CREATED", "SEVERITY", "WATCH", "ENTRIES",
		"FEED", "#STORY", "#TOLD", "TITLE" };
	struct table t;

	table_init(&t, v->arena, heads, ARRAY_LEN(heads));
	t.cut = true;
	for (size_t i = n; i-- > 0;) { /* the newest last, where the eye is */
		struct alert alert;

		if (!alert_from_json(rows[i].facts, v->arena, &alert, e))
			return false;
		add_alert(&t, &rows[i], &alert, v->arena);
	}
	if (n)
		table_print(&t, stdout, command_colour());
	else
		command_none("alerts", &v->common,
		    &(struct command_names){ .feed = v->filter.feed, .watch = v->filter.watch });
	return true;
}

/* ---- one, whole ---- */

static void
add_story(struct table *t, const struct alert_story *s, struct arena *arena)
{
	struct str again = str_c(story_reasons[s->again]);

	if (s->id == 0)
		return;
	table_add_named(t, "story",
	    str_fmt(arena, "%lld, since %.*s: %lld item%s of %lld outlet%s%s%.*s", (long long)s->id,
		STR_ARG(date_rfc3339(s->opened_s, arena)), (long long)s->items,
		s->items == 1 ? "" : "s", (long long)s->outlets, s->outlets == 1 ? "" : "s",
		again.n ? "; told again: " : "", STR_ARG(again)),
	    COLOUR_NONE);
	for (size_t i = 0; i < s->n_others; i++)
		table_add_named(t, "also",
		    str_fmt(arena, "%.*s: %.*s", STR_ARG(s->others[i].feed),
			STR_ARG(s->others[i].title)),
		    COLOUR_NONE);
}

static void
print_entries(const struct alert *a, struct arena *arena)
{
	bool colour = command_colour();

	for (size_t i = 0; i < a->n_entries; i++) {
		const struct snippet *s = &a->entries[i].snippet;

		printf("\n%.*s\n", STR_ARG(wording_entry(&a->entries[i], arena)));
		if (s->marked.n)
			printf("    %.*s%s%.*s%s%.*s\n", STR_ARG(s->before),
			    colour ? "\033[1;33m" : "[", STR_ARG(s->marked),
			    colour ? "\033[0m" : "]", STR_ARG(s->after));
	}
	if (a->n_more)
		printf("\nand %zu more entries\n", a->n_more);
}

static void
print_summary(const struct alert *a)
{
	struct buf text;

	if (a->summary.n == 0)
		return;
	buf_init(&text, ALERT_JSON_MAX);
	wording_wrap(&text, a->summary, STR(""), COLUMNS);
	printf("\n%.*s", STR_ARG(buf_str(&text)));
	buf_free(&text);
}

static bool
print_whole(const struct alerts_view *v, const struct alert_row *alert, struct err *e)
{
	static const char *const heads[] = { "alert", "" };
	struct delivery_row *deliveries;
	struct alert a;
	struct table t;
	size_t n;

	if (!alert_from_json(alert->facts, v->arena, &a, e) ||
	    !store_alert_deliveries(v->store, alert->id, v->arena, &deliveries, &n, e))
		return false;
	table_init(&t, v->arena, heads, ARRAY_LEN(heads));
	table_add_named(&t, "id", alert->id, COLOUR_NONE);
	table_add_named(&t, "title", a.title, COLOUR_BOLD);
	table_add_named(&t, "link", a.link, COLOUR_NONE);
	table_add_named(
	    &t, "source", a.feed.n ? wording_source(&a, NULL, v->arena) : STR(""), COLOUR_NONE);
	table_add_named(&t, "feed", a.feed, COLOUR_NONE);
	table_add_named(&t, "watch", a.watch, COLOUR_NONE);
	table_add_named(
	    &t, "severity", str_c(severity_names[a.severity]), severity_colours[a.severity]);
	table_add_named(
	    &t, "seen", a.item_id.n ? date_rfc3339(a.seen_s, v->arena) : STR(""), COLOUR_NONE);
	table_add_named(&t, "alerted", date_rfc3339(a.created_s, v->arena), COLOUR_NONE);
	add_story(&t, &a.story, v->arena);
	for (size_t i = 0; i < n; i++)
		table_add_named(&t, "delivery",
		    str_fmt(v->arena, "%.*s to %.*s: %s, %lld %s%s%.*s",
			STR_ARG(str_sub(deliveries[i].id, 0, ID_SHOWN)),
			STR_ARG(deliveries[i].channel), delivery_state_names[deliveries[i].state],
			(long long)deliveries[i].attempts,
			deliveries[i].attempts == 1 ? "attempt" : "attempts",
			deliveries[i].text.n ? ", " : "",
			STR_ARG(wording_line(deliveries[i].text, v->arena))),
		    delivery_state_colours[deliveries[i].state]);
	table_print(&t, stdout, command_colour());
	print_summary(&a);
	print_entries(&a, v->arena);
	return true;
}

/* ---- the command ---- */

static bool
show(const struct alerts_view *v, const struct alert_row *rows, size_t n, struct err *e)
{
	bool good = true;

	if (!v->common.json && v->filter.id.n == 0)
		return print_list(v, rows, n, e);
	for (size_t i = n; good && i-- > 0;) {
		good = v->common.json ? print_json(v, &rows[i], e) : print_whole(v, &rows[i], e);
		if (i && !v->common.json)
			putchar('\n');
	}
	return good;
}

static int
run(struct alerts_view *v)
{
	struct alert_row *rows;
	struct err e;
	size_t n;

	if (!store_recent_alerts(v->store, &v->filter, v->arena, &rows, &n, &e))
		return command_fail("alerts", EX_IOERR, "%s", e.text);
	if (n == 0 && v->filter.id.n)
		return command_fail("alerts", EX_DATAERR,
		    "no alert has an id that begins with '%.*s'", STR_ARG(v->filter.id));
	if (n == 0 && v->filter.delivery.n)
		return command_fail("alerts", EX_DATAERR,
		    "no delivery has an id that begins with '%.*s'", STR_ARG(v->filter.delivery));
	for (size_t i = 0; i < n; i++) /* the story as it is by now */
		if (!store_story_facts(v->store, &rows[i].facts, v->now_s + 1, v->arena, &e))
			return command_fail("alerts", EX_IOERR, "%s", e.text);
	if (!show(v, rows, n, &e))
		return command_fail("alerts", EX_IOERR, "%s", e.text);
	return EX_OK;
}

static bool
read_options(int argc, char **argv, struct alerts_view *v)
{
	static const struct option longs[] = { COMMAND_LONGS, SELECTION_LONGS,
		{ "feed", required_argument, NULL, OPTION_FEED },
		{ "watch", required_argument, NULL, OPTION_WATCH },
		{ "severity", required_argument, NULL, OPTION_SEVERITY },
		{ "delivery", required_argument, NULL, OPTION_DELIVERY }, { 0 } };
	struct selection selection;
	bool good = true;
	int c;

	command_options_init(&v->common);
	selection_init(&selection, LIMIT);
	while (good && (c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		switch (c) {
		case OPTION_FEED:
			v->filter.feed = str_c(optarg);
			break;
		case OPTION_WATCH:
			v->filter.watch = str_c(optarg);
			break;
		case OPTION_DELIVERY:
			v->filter.delivery = str_c(optarg);
			if (selection.limit == LIMIT) /* a digest is shown whole */
				selection.limit = BUNDLE_ALERTS_MAX;
			break;
		case OPTION_SEVERITY:
			good = command_severity("alerts", optarg, &v->filter.severity);
			break;
		default:
			good = command_option(c, &v->common) ||
			       selection_option("alerts", c, &selection) == SELECTION_TAKEN;
		}
	if (good && argc - optind > 1) {
		command_fail("alerts", EX_USAGE, "name one alert by its id, or its beginning");
		return false;
	}
	v->now_s = selection.now_s;
	v->filter.since_s = selection.since_s;
	v->filter.before_s = selection.until_s;
	v->filter.limit = selection.limit;
	if (good && optind < argc)
		v->filter.id = str_c(argv[optind]);
	return good;
}

int
command_alerts(int argc, char **argv)
{
	struct alerts_view v = { 0 };
	int status;

	if (!read_options(argc, argv, &v))
		return EX_USAGE;
	v.store = command_store("alerts", &v.common, &status);
	if (!v.store)
		return status;
	v.arena = arena_new();
	status = run(&v);
	store_close(v.store);
	arena_free(v.arena);
	return status;
}
