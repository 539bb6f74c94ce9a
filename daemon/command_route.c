/*
 * newsbell route: the path of an alert through the routes, and when each channel would be told.  Of
 * an item that is kept, of a test, or of an alert made up by options.  Sends nothing.
 */
#include "command.h"

#include "file.h"
#include "json_out.h"
#include "route_tests.h"
#include "store_lookup.h"

#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#define NAMES_MAX 64               /* of one option */
#define JSON_MAX ((size_t)1 << 20) /* bytes of a line */

struct request {
	struct command_options common;
	const char *item, *test, *at;
	bool made_up; /* by the options below */
	struct route_subject subject;
	struct str tags[NAMES_MAX];
	struct route_entry entries[NAMES_MAX];
	int64_t now_s;
};

/* ---- showing ---- */

static void
print_told(const struct told *told, const struct route_subject *subject)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "watch", subject->watch);
	jout_str(&o, "severity", str_c(severity_names[subject->severity]));
	jout_str(&o, "channel", told->channel);
	jout_str_or_null(&o, "route", told->route ? told->route->name : STR(""));
	jout_str(&o, "how", str_c(bundle_kind_names[told->kind]));
	jout_date(&o, "at", told->at_s);
	jout_bool(&o, "held", told->held);
	jout_close(&o, '}');
	command_json_line(&o);
}

static void
show(const struct request *r, const struct config *config, const struct route_subject *subject,
    struct arena *arena)
{
	struct str path;
	struct told *told;
	size_t n;

	if (r->common.json) {
		n = route_plan(&config->routing, subject, r->now_s, arena, &told);
		for (size_t i = 0; i < n; i++)
			print_told(&told[i], subject);
		return;
	}
	path = route_explain(&config->routing, subject, r->now_s, arena);
	if (subject->watch.n)
		printf("watch \"%.*s\", severity %s:\n", STR_ARG(subject->watch),
		    severity_names[subject->severity]);
	while (path.n) {
		struct str line;

		str_cut(path, '\n', &line, &path);
		printf("  %.*s\n", STR_ARG(line));
	}
}

static int
show_item(const struct request *r, const struct config *config, const struct match_input *in,
    struct arena *arena)
{
	struct rehearsal rehearsal;

	rehearse(config, in, r->now_s, arena, &rehearsal);
	if (rehearsal.n == 0 && !r->common.json)
		puts("no watch fires on it: nobody is told (`newsbell match` shows why)");
	for (size_t i = 0; i < rehearsal.n; i++)
		show(r, config, &rehearsal.v[i].subject, arena);
	return EX_OK;
}

/* ---- what is asked for ---- */

static int
of_item(const struct request *r, const struct config *config, struct arena *arena)
{
	struct item_found found;
	struct match_input in;
	struct store *store;
	struct err e;
	int status;
	bool good;

	store = command_store("route", &r->common, &status);
	if (!store)
		return status;
	good = store_find_item(store, str_c(r->item), arena, &found, &e);
	store_close(store);
	if (!good)
		return command_fail(
		    "route", e.kind == ERR_CONFIG ? EX_DATAERR : EX_IOERR, "%s", e.text);
	in = (struct match_input){
		.zone = { [ZONE_TITLE] = found.title,
		    [ZONE_SUMMARY] = found.summary,
		    [ZONE_BODY] = found.body,
		    [ZONE_AUTHOR] = found.author,
		    [ZONE_CATEGORY] = found.categories,
		    [ZONE_URL] = found.link },
		.feed = found.feed,
		.tags = rehearse_tags(config, found.feed),
		.lang = found.lang,
	};
	if (!r->common.json)
		printf("%.*s (%.*s)\n", STR_ARG(found.title), STR_ARG(found.feed));
	return show_item(r, config, &in, arena);
}

static int
of_test(struct request *r, const struct config *config, struct arena *arena)
{
	struct route_test *tests;
	struct diags diags;
	size_t n;

	diags_init(&diags, arena);
	route_tests_read(config, file_dirname(str_c(r->common.config)), arena, &diags, &tests, &n);
	command_diags(&diags);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(tests[i].name, r->test)) {
			r->now_s = tests[i].now_s;
			return show_item(r, config, &tests[i].item, arena);
		}
	return command_fail(
	    "route", EX_DATAERR, "there is no [test \"%s\"] in tests.conf", r->test);
}

/* What is named must be there, or the answer would be about nothing. */
static bool
check_names(const struct request *r, const struct config *config)
{
	struct str feed = r->subject.feed, watch = r->subject.watch;
	bool has_feed = feed.n == 0, has_watch = watch.n == 0;

	for (size_t i = 0; i < config->n_feeds; i++)
		has_feed = has_feed || str_eq_ci(config->feeds[i].name, feed);
	for (size_t i = 0; i < watchset_watches(config->watchset); i++)
		has_watch = has_watch || str_eq_ci(watchset_watch_name(config->watchset, i), watch);
	if (!has_feed)
		command_fail("route", EX_DATAERR, "there is no feed '%.*s'", STR_ARG(feed));
	else if (!has_watch)
		command_fail("route", EX_DATAERR, "there is no watch '%.*s'", STR_ARG(watch));
	return has_feed && has_watch;
}

static int
of_options(struct request *r, const struct config *config, struct arena *arena)
{
	struct route_subject *s = &r->subject;

	if (!check_names(r, config))
		return EX_DATAERR;
	if (s->tags.n == 0)
		s->tags = rehearse_tags(config, s->feed);
	show(r, config, s, arena);
	return EX_OK;
}

static int
run(struct request *r, struct arena *arena)
{
	struct config *config = command_config(&r->common, arena);
	struct err e;
	int status;

	if (!config)
		return EX_CONFIG;
	r->now_s = (int64_t)time(NULL);
	if (r->at && !rehearse_time(str_c(r->at), config->zone, r->now_s, arena, &r->now_s, &e))
		status = command_fail("route", EX_USAGE, "--at: %s", e.text);
	else if (r->item)
		status = of_item(r, config, arena);
	else if (r->test)
		status = of_test(r, config, arena);
	else
		status = of_options(r, config, arena);
	config_unref(config);
	return status;
}

/* ---- options ---- */

enum {
	OPTION_EXPLAIN = 1,
	OPTION_TEST,
	OPTION_AT,
	OPTION_SEVERITY,
	OPTION_WATCH,
	OPTION_FEED,
	OPTION_TAG,
	OPTION_LIST,
	OPTION_ENTRY,
	OPTION_LANG,
};

static bool
add_entry(struct request *r, struct str list, struct str name)
{
	if (r->subject.n_entries == NAMES_MAX)
		return false;
	r->entries[r->subject.n_entries++] = (struct route_entry){ list, name };
	return true;
}

/* An option that makes up an alert. */
static bool
take(struct request *r, int option, const char *value)
{
	struct str list = STR(""), name = str_c(value);

	r->made_up = true;
	switch (option) {
	case OPTION_SEVERITY:
		return command_severity("route", value, &r->subject.severity);
	case OPTION_WATCH:
		r->subject.watch = name;
		return true;
	case OPTION_FEED:
		r->subject.feed = name;
		return true;
	case OPTION_LANG:
		r->subject.lang = name;
		return true;
	case OPTION_TAG:
		if (r->subject.tags.n == NAMES_MAX)
			return false;
		r->tags[r->subject.tags.n++] = name;
		return true;
	case OPTION_LIST:
		return add_entry(r, name, STR(""));
	case OPTION_ENTRY:
		if (!str_cut(name, '/', &list, &name)) {
			name = list;
			list = STR("");
		}
		return add_entry(r, list, name);
	default:
		return false;
	}
}

int
command_route(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "explain", no_argument, NULL, OPTION_EXPLAIN },
		{ "test", required_argument, NULL, OPTION_TEST },
		{ "at", required_argument, NULL, OPTION_AT },
		{ "severity", required_argument, NULL, OPTION_SEVERITY },
		{ "watch", required_argument, NULL, OPTION_WATCH },
		{ "feed", required_argument, NULL, OPTION_FEED },
		{ "tag", required_argument, NULL, OPTION_TAG },
		{ "list", required_argument, NULL, OPTION_LIST },
		{ "entry", required_argument, NULL, OPTION_ENTRY },
		{ "lang", required_argument, NULL, OPTION_LANG }, { 0 } };
	struct request r = { .subject.severity = SEVERITY_NORMAL };
	struct arena *arena;
	int c, status;

	r.subject.tags.v = r.tags;
	r.subject.entries = r.entries;
	command_options_init(&r.common);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1) {
		if (command_option(c, &r.common) || c == OPTION_EXPLAIN)
			continue;
		if (c == OPTION_TEST)
			r.test = optarg;
		else if (c == OPTION_AT)
			r.at = optarg;
		else if (!take(&r, c, optarg))
			return EX_USAGE;
	}
	r.item = optind < argc ? argv[optind++] : NULL;
	if (optind != argc || (r.item != NULL) + (r.test != NULL) + r.made_up != 1)
		return command_fail("route", EX_USAGE,
		    "name an item (its link, id or number, or an alert's id), or a --test, or make "
		    "an "
		    "alert up: --severity high --watch NAME ...");
	if (r.test && r.at)
		return command_fail("route", EX_USAGE, "a test says its own time");
	arena = arena_new();
	status = run(&r, arena);
	arena_free(arena);
	return status;
}
