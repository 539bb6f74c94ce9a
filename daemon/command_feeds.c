/*
 * newsbell feeds: how each feed is, when it is asked next and why.
 */
#include "date.h"
#include "feed_view.h"
#include "mem.h"
#include "poll.h"
#include "table.h"

#include <stdio.h>
#include <sysexits.h>

static const enum colour health_colours[FEED_HEALTH_COUNT] = {
	[FEED_WELL] = COLOUR_GOOD,
	[FEED_BROKEN] = COLOUR_BAD,
	[FEED_SILENT] = COLOUR_WARN,
	[FEED_SUSPICIOUS] = COLOUR_WARN,
	[FEED_GONE] = COLOUR_BAD,
};

/* In one column: what fails says more than why it is asked then. */
static struct str
short_word(const struct feed_view *view, const struct feed_shown *shown)
{
	return feed_view_failing(view, shown) ? shown->stored.state.error
					      : feed_view_why(view, shown);
}

static enum colour
health_colour(const struct feed_view *view, const struct feed_shown *shown)
{
	enum feed_health health = shown->stored.state.health;

	if (!feed_view_asked(view, shown) || health >= FEED_HEALTH_COUNT)
		return COLOUR_DIM;
	return feed_view_merely_failing(view, shown) ? COLOUR_WARN : health_colours[health];
}

static void
print_moved(const struct feed_view *view)
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
print_feeds(const struct feed_view *view, bool ailing)
{
	static const char *const heads[] = { "FEED", "HEALTH", "LAST GOOD", "NEXT", "WHY" };
	size_t shown_feeds = 0;
	struct table t;

	table_init(&t, view->arena, heads, ARRAY_LEN(heads));
	t.cut = true;
	for (size_t i = 0; i < view->n; i++) {
		const struct feed_shown *shown = &view->v[i];
		enum feed_health health = shown->stored.state.health;
		bool asked = feed_view_asked(view, shown);

		if (ailing && (health == FEED_WELL || !asked))
			continue;
		shown_feeds++;
		table_add(&t, shown->feed.name, COLOUR_NONE);
		table_add(&t, feed_view_label(view, shown), health_colour(view, shown));
		table_add(&t, feed_view_ago(view, shown->stored.state.last_ok_s), COLOUR_NONE);
		table_add(&t,
		    asked ? feed_view_until(view, shown->stored.state.next_due_s) : STR("-"),
		    COLOUR_NONE);
		table_add(&t, short_word(view, shown), COLOUR_DIM);
	}
	if (shown_feeds)
		table_print(&t, stdout, command_colour());
	else
		puts(ailing ? "no feed ails" : "no feed is configured, and none is remembered");
	print_moved(view);
}

static void
feeds_json(const struct feed_view *view, bool ailing)
{
	json_t *all = json_array();

	for (size_t i = 0; i < view->n; i++)
		if (!ailing || (view->v[i].stored.state.health != FEED_WELL &&
				   feed_view_asked(view, &view->v[i])))
			json_array_append_new(all, feed_view_json(view, &view->v[i]));
	feed_view_print(all);
}

int
command_feeds(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS, { "ailing", no_argument, NULL, 'a' },
		{ 0 } };
	struct feed_view view = { 0 };
	bool ailing = false;
	int c, status = EX_OK;

	command_options_init(&view.options);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS "a", longs, NULL)) != -1)
		if (c == 'a')
			ailing = true;
		else if (!command_option(c, &view.options))
			return EX_USAGE;
	if (optind < argc && !ailing) { /* of one alone: as newsbell feed NAME */
		optind = 0;
		return command_feed(argc, argv);
	}
	if (optind != argc)
		return command_fail("feeds", EX_USAGE, "with --ailing it takes no name");
	if (feed_view_load(&view, "feeds", &status)) {
		if (view.options.json)
			feeds_json(&view, ailing);
		else
			print_feeds(&view, ailing);
	}
	feed_view_unload(&view);
	return status;
}
