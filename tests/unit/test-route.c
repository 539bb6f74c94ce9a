/*
 * Routes: expressions, the path through them, when each channel is told; what a bundle is called.
 */
#include "own_arena.h"

#include "date.h"
#include "route.h"

static struct diags diags;

static struct str_list
list_of(const char *text)
{
	struct str_list ret = { 0 };

	if (*text)
		assert_true(settings_list(str_c(text), &ret, arena, NULL));
	return ret;
}

static struct route_names
all_names(void)
{
	return (struct route_names){
		.watches = list_of("ICE and its cloud, vendors, press (daily)"),
		.lists = list_of("agencies, vendors"),
		.feeds = list_of("deftech, harbour-courier"),
		.tags = list_of("defense, en"),
	};
}

static const struct route_entry entries[] = {
	{ STR_INIT("agencies"), STR_INIT("ICE") },
	{ STR_INIT("vendors"), STR_INIT("Shell plc") },
	{ STR_INIT(""), STR_INIT("spyware") },
};

/* high, of "ICE and its cloud", in deftech, which is tagged defense and en. */
static struct route_subject
subject(void)
{
	return (struct route_subject){
		.watch = STR("ICE and its cloud"),
		.severity = SEVERITY_HIGH,
		.feed = STR("deftech"),
		.tags = list_of("defense, en"),
		.lang = STR("en-GB"),
		.entries = entries,
		.n_entries = ARRAY_LEN(entries),
	};
}

static struct setting_line
line_of(const char *value)
{
	return (struct setting_line){
		.key = STR("match"),
		.value = str_c(value),
		.value_at = { .file = STR("nb.conf"),
		    .line = 7,
		    .column = 12,
		    .source = str_c(value) },
	};
}

/* ---- expressions ---- */

static void
test_expressions(void **state)
{
	static const struct {
		const char *expr;
		bool matches;
		const char *print;
	} rows[] = {
		{ "severity >= high", true, "severity >= high" },
		{ "severity>=high", true, "severity >= high" },
		{ "severity > high", false, "severity > high" },
		{ "severity <= normal", false, "severity <= normal" },
		{ "severity < critical", true, "severity < critical" },
		{ "severity = HIGH", true, "severity = high" },
		{ "severity:high", true, "severity = high" },
		{ "severity != high", false, "severity != high" },
		{ "watch:*", true, "watch:*" },
		{ "watch:\"ICE and its cloud\"", true, "watch:\"ICE and its cloud\"" },
		{ "watch:“ice and its cloud”", true, "watch:\"ice and its cloud\"" },
		{ "watch:ICE*", true, "watch:ICE*" },
		{ "watch:*cloud", true, "watch:*cloud" },
		{ "watch:vendors", false, "watch:vendors" },
		{ "WATCH:i*e*its*d", true, "watch:i*e*its*d" },
		{ "feed:deftech", true, "feed:deftech" },
		{ "feed:harbour*", false, "feed:harbour*" },
		{ "tag:Defense", true, "tag:Defense" },
		{ "tag:d* tag:en", true, "tag:d* AND tag:en" },
		{ "list:agencies", true, "list:agencies" },
		{ "@agencies", true, "list:agencies" },
		{ "list:v*", true, "list:v*" },
		{ "entry:ICE", true, "entry:ICE" },
		{ "entry:agencies/ICE", true, "entry:agencies/ICE" },
		{ "entry:vendors/ICE", false, "entry:vendors/ICE" },
		{ "@agencies/ice", true, "entry:agencies/ice" },
		{ "@vendors/\"Shell plc\"", true, "entry:vendors/\"Shell plc\"" },
		{ "entry:\"Shell plc\"", true, "entry:\"Shell plc\"" },
		{ "entry:spyware", true, "entry:spyware" },
		{ "entry:agencies/spyware", false, "entry:agencies/spyware" },
		{ "lang:en", true, "lang:en" },
		{ "lang:en-gb", true, "lang:en-gb" },
		{ "lang:e", false, "lang:e" },
		{ "lang:de", false, "lang:de" },
		{ "watch:* tag:defense", true, "watch:* AND tag:defense" },
		{ "watch:* AND NOT tag:defense", false, "watch:* AND NOT tag:defense" },
		{ "-feed:harbour*", true, "NOT feed:harbour*" },
		{ "-(feed:harbour* OR lang:de)", true, "NOT (feed:harbour* OR lang:de)" },
		{ "lang:de OR tag:en severity >= high", true,
		    "lang:de OR (tag:en AND severity >= high)" },
		{ "(lang:de OR tag:en) severity > high", false,
		    "(lang:de OR tag:en) AND severity > high" },
		{ "NOT NOT lang:en", true, "NOT NOT lang:en" },
		{ "watch:\"press (daily)\"\n  OR lang:en", true,
		    "watch:\"press (daily)\" OR lang:en" },
	};
	struct route_names names = all_names();
	struct route_subject is = subject();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct setting_line line = line_of(rows[i].expr);
		const struct route_expr *q, *again;

		diags_init(&diags, arena);
		q = route_expr_parse(&line, &names, arena, &diags);
		if (!q)
			fail_msg("%s: %.*s", rows[i].expr, STR_ARG(diag_text(&diags.v[0], arena)));
		ROW(rows[i].expr, route_expr_matches(q, &is) == rows[i].matches);
		ROW_STR(rows[i].expr, route_expr_print(q, arena), str_c(rows[i].print));
		/* what is printed reads as the same */
		line = line_of(str_z(arena, route_expr_print(q, arena)));
		again = route_expr_parse(&line, &names, arena, &diags);
		ROW(rows[i].expr, again != NULL);
		if (again)
			ROW_STR(rows[i].expr, route_expr_print(again, arena),
			    route_expr_print(q, arena));
	}
	ROWS_DONE();
}

static void
test_bad_expressions(void **state)
{
	static const struct {
		const char *expr, *text, *hint;
		int line, column; /* of nb.conf, where the value begins at 7:12 */
	} rows[] = {
		{ "severity >= hihg", "there is no severity 'hihg'", "did you mean 'high'?", 7,
		    24 },
		{ "severity high", "severity wants a comparison", "write e.g. severity >= high", 7,
		    21 },
		{ "severity >=", "a severity is missing here",
		    "it is low, normal, high or critical", 7, 23 },
		{ "tag:en watch:vendor", "unknown watch 'vendor'", "did you mean 'vendors'?", 7,
		    25 },
		{ "watch:vx*", "no watch is like 'vx*'", "", 7, 18 },
		{ "feed:\"deftech", "a quote that is not closed", "", 7, 17 },
		{ "feed:deftec", "unknown feed 'deftec'", "did you mean 'deftech'?", 7, 17 },
		{ "tag:defence", "unknown tag 'defence'", "did you mean 'defense'?", 7, 16 },
		{ "@agency", "unknown list 'agency'", "did you mean 'agencies'?", 7, 13 },
		{ "entry:agencis/ICE", "unknown list 'agencis'", "did you mean 'agencies'?", 7,
		    18 },
		{ "critical", "'critical' is nothing a route can look at",
		    "did you mean severity >= critical?", 7, 12 },
		{ "defense", "'defense' is nothing a route can look at",
		    "did you mean tag:defense?", 7, 12 },
		{ "tag:en and lang:en", "'and' is nothing a route can look at",
		    "operators are written in capitals", 7, 19 },
		{ "feed = deftech", "'feed' is nothing a route can look at", "write feed:NAME", 7,
		    12 },
		{ "source:deftech", "'source:deftech' is nothing a route can look at",
		    "did you mean 'feed'?", 7, 12 },
		{ "tagg:en", "'tagg:en' is nothing a route can look at", "did you mean 'tag'?", 7,
		    12 },
		{ "\"ICE and its cloud\"", "a name without a field",
		    "did you mean watch:\"ICE and its cloud\"?", 7, 12 },
		{ "tag:", "a name is missing here", "* stands for any name", 7, 16 },
		{ "(tag:en", "a parenthesis that is not closed", "", 7, 12 },
		{ "tag:en)", "')' without '('", "", 7, 18 },
		{ "()", "')' where something is still wanted", "", 7, 13 },
		{ "tag:en AND", "it ends where something is still wanted", "", 7, 22 },
		{ "OR tag:en", "an operator without its left side", "", 7, 12 },
		{ "tag:en\n\tOR feed:x", "unknown feed 'x'", "", 8, 10 },
	};
	struct route_names names = all_names();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct setting_line line = line_of(rows[i].expr);

		diags_init(&diags, arena);
		ROW(rows[i].expr, !route_expr_parse(&line, &names, arena, &diags));
		ROW_I64(rows[i].expr, diags.n, 1);
		if (diags.n != 1)
			continue;
		ROW_STR(rows[i].expr, diags.v[0].text, str_c(rows[i].text));
		ROW_STR(rows[i].expr, diags.v[0].hint, str_c(rows[i].hint));
		ROW_I64(rows[i].expr, diags.v[0].at.line, rows[i].line);
		ROW_I64(rows[i].expr, diags.v[0].at.column, rows[i].column);
	}
	ROWS_DONE();
}

static void
test_deep_expressions(void **state)
{
	struct route_names names = all_names();
	struct setting_line line;
	char *text = arena_bytes(arena, 40000);

	(void)state;
	for (size_t i = 0; i < 39999; i++)
		text[i] = i % 2 ? '(' : '-';
	text[39999] = '\0';
	line = line_of(text);
	diags_init(&diags, arena);
	assert_null(route_expr_parse(&line, &names, arena, &diags));
	assert_int_equal(diags.errors, 1);
}

/* ---- routes ---- */

/* Reads a configuration's [route] sections; NULL after an error in diags. */
static struct route *
routes_of(const char *conf, size_t *n)
{
	struct section *sections = NULL;
	struct route_names names = all_names();
	struct str_list channels = list_of("desk, siem, room");
	struct route *routes;
	size_t cap = 0;

	*n = 0;
	diags_init(&diags, arena);
	settings_read(str_c(conf), STR("nb.conf"), arena, &diags, &sections, n, &cap);
	routes = ARENA_ARRAY(arena, struct route, *n);
	for (size_t i = 0; i < *n; i++) {
		const struct settings_table table = { route_settings, n_route_settings,
			&routes[i] };

		routes[i].name = sections[i].name;
		routes[i].at = sections[i].at;
		settings_apply(&sections[i], &table, 1, NULL, arena, &diags);
	}
	routes_check(routes, *n, &channels, &names, arena, &diags);
	return diags.errors ? NULL : routes;
}

#define URGENT "[route \"urgent\"]\nmatch = severity >= high\nto = desk, siem\n"
#define DAILY "[route \"daily\"]\nto = room\ndeliver = daily 08:00\n"

static void
test_plans(void **state)
{
	static const struct {
		const char *name, *conf;
		enum severity severity;
		const char *at;   /* UTC, the zone of the test */
		const char *want; /* "channel route kind time; ..." */
	} rows[] = {
		{ "no routes: all at once", "", SEVERITY_LOW, "2026-11-25T10:00Z",
		    "desk - single 25T10:00; siem - single 25T10:00; room - single 25T10:00; " },
		{ "the first that matches ends it", URGENT DAILY, SEVERITY_HIGH,
		    "2026-11-25T10:00Z",
		    "desk urgent single 25T10:00; siem urgent single 25T10:00; " },
		{ "unless it goes on", URGENT "continue = yes\n" DAILY, SEVERITY_HIGH,
		    "2026-11-25T10:00Z",
		    "desk urgent single 25T10:00; siem urgent single 25T10:00; "
		    "room daily digest 26T08:00; " },
		{ "one that does not match is passed", URGENT DAILY, SEVERITY_LOW,
		    "2026-11-25T10:00Z", "room daily digest 26T08:00; " },
		{ "no route takes it", URGENT, SEVERITY_LOW, "2026-11-25T10:00Z", "" },
		{ "a channel is told once at once",
		    URGENT "continue = yes\n[route \"all\"]\nto = desk, room\n", SEVERITY_HIGH,
		    "2026-11-25T10:00Z",
		    "desk urgent single 25T10:00; siem urgent single 25T10:00; "
		    "room all single 25T10:00; " },
		{ "and in a digest as well",
		    URGENT "continue = yes\n[route \"all\"]\nto = desk\ndeliver = every 2h\n",
		    SEVERITY_HIGH, "2026-11-25T10:00Z",
		    "desk urgent single 25T10:00; siem urgent single 25T10:00; "
		    "desk all digest 25T12:00; " },
		{ "quiet hours hold", "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\n",
		    SEVERITY_HIGH, "2026-11-25T23:10Z", "desk n held 26T07:00; " },
		{ "critical breaks through", "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\n",
		    SEVERITY_CRITICAL, "2026-11-25T23:10Z", "desk n single 25T23:10; " },
		{ "outside of quiet hours", "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\n",
		    SEVERITY_HIGH, "2026-11-25T07:00Z", "desk n single 25T07:00; " },
		{ "a digest waits for their end",
		    "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\ndeliver = every 2h\n",
		    SEVERITY_HIGH, "2026-11-25T21:10Z", "desk n digest 26T07:00; " },
		{ "and one due before them does not",
		    "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\ndeliver = every 2h\n",
		    SEVERITY_HIGH, "2026-11-25T19:10Z", "desk n digest 25T20:00; " },
		{ "a critical digest is on time",
		    "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\ndeliver = every 2h\n",
		    SEVERITY_CRITICAL, "2026-11-25T21:10Z", "desk n digest 25T22:00; " },
		{ "held, and told at once by a later route",
		    "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\ncontinue = yes\n"
		    "[route \"m\"]\nto = desk\n",
		    SEVERITY_HIGH, "2026-11-25T23:10Z",
		    "desk n held 26T07:00; desk m single 25T23:10; " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct route_subject is = subject();
		struct routing routing = { .channels = list_of("desk, siem, room") };
		struct str got = STR("");
		struct told *told;
		size_t n;

		routing.routes = routes_of(rows[i].conf, &routing.n_routes);
		if (!routing.routes)
			fail_msg("%s: %.*s", rows[i].name, STR_ARG(diag_text(&diags.v[0], arena)));
		is.severity = rows[i].severity;
		n = route_plan(&routing, &is, date_parse(str_c(rows[i].at)), arena, &told);
		for (size_t k = 0; k < n; k++)
			got = str_fmt(arena, "%.*s%.*s %.*s %s %.*s; ", STR_ARG(got),
			    STR_ARG(told[k].channel),
			    STR_ARG(told[k].route ? told[k].route->name : STR("-")),
			    bundle_kind_names[told[k].kind],
			    STR_ARG(str_sub(date_rfc3339(told[k].at_s, arena), 8, 16)));
		ROW_STR(rows[i].name, got, str_c(rows[i].want));
	}
	ROWS_DONE();
}

static void
test_explained(void **state)
{
	struct route_subject is = subject();
	struct routing routing = { .channels = list_of("desk, siem, room") };

	(void)state;
	ROW_STR("no routes", route_explain(&routing, &is, 0, arena),
	    STR("no routes: every channel at once: desk, siem, room\n"));
	routing.routes =
	    routes_of("[route \"night\"]\nmatch = severity = critical OR feed:h*\nto = siem\n"
		      "[route \"urgent\"]\nmatch = severity >= high tag:en\nto = desk, siem\n"
		      "limit = 20 per 1h\nquiet = 22:00-07:00\ncontinue = yes\n" DAILY,
		&routing.n_routes);
	assert_non_null(routing.routes);
	ROW_STR("a path", route_explain(&routing, &is, date_parse(STR("2026-11-25T23:00Z")), arena),
	    STR("night: no: severity = critical OR feed:h*\n"
		"urgent: matches (severity >= high AND tag:en): desk, siem: Thu 26 Nov 07:00 UTC, "
		"held by "
		"quiet hours 22:00-07:00, at most 20 per 1h; goes on\n"
		"daily: matches (every alert): room: Thu 26 Nov 08:00 UTC, in a digest (daily "
		"08:00); ends "
		"here\n"));
	is.severity = SEVERITY_LOW;
	ROW_STR("what fails",
	    str_sub(
		route_explain(&routing, &is, date_parse(STR("2026-11-25T10:00Z")), arena), 0, 94),
	    STR("night: no: severity = critical OR feed:h*\n"
		"urgent: no: severity >= high (it is low)\ndaily: matc"));
	routing.n_routes = 1;
	ROW_STR("nobody", route_explain(&routing, &is, 0, arena),
	    STR("night: no: severity = critical OR feed:h*\n"
		"no route takes it: recorded, sent to nobody\n"));
	ROWS_DONE();
}

static void
test_bad_routes(void **state)
{
	static const struct {
		const char *name, *conf, *text, *hint;
		int line, column;
		enum diag_level level;
	} rows[] = {
		{ "unknown channel", "[route \"a\"]\nto = desk, sime\n",
		    "there is no [channel \"sime\"]", "did you mean 'siem'?", 2, 12, DIAG_ERROR },
		{ "the same twice", "[route \"a\"]\nto = desk, siem, desk\n",
		    "'desk' is named twice", "take it out once", 2, 18, DIAG_ERROR },
		{ "nobody", "[route \"a\"]\ncontinue = yes\n", "[route \"a\"] needs 'to = ...'", "",
		    1, 1, DIAG_ERROR },
		{ "never reached", DAILY "[route \"b\"]\nto = desk\n",
		    "no alert comes as far as [route \"b\"]: [route \"daily\"] takes all",
		    "put it before [route \"daily\"], or give that one 'continue = yes' or a "
		    "'match'",
		    4, 1, DIAG_ERROR },
		{ "a digest with a limit", DAILY "limit = 2 per 1h\n",
		    "'limit' does not go with 'deliver = daily 08:00'",
		    "take one of them out: a digest is one message already", 1, 1, DIAG_ERROR },
		{ "some alerts go nowhere", URGENT,
		    "an alert that no route matches is recorded and sent to nobody",
		    "add a last route without 'match'", 1, 1, DIAG_WARNING },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n;

		routes_of(rows[i].conf, &n);
		ROW_I64(rows[i].name, diags.n, 1);
		if (diags.n == 0)
			continue;
		ROW_STR(rows[i].name, diags.v[0].text, str_c(rows[i].text));
		ROW_STR(rows[i].name, diags.v[0].hint, str_c(rows[i].hint));
		ROW_I64(rows[i].name, diags.v[0].at.line, rows[i].line);
		ROW_I64(rows[i].name, diags.v[0].at.column, rows[i].column);
		ROW(rows[i].name, diags.v[0].level == rows[i].level);
	}
	ROWS_DONE();
}

/* ---- bundles ---- */

static void
test_titles(void **state)
{
	static const struct alert alerts[] = {
		{ .watch = STR_INIT("vendors"), .title = STR_INIT("A"), .severity = SEVERITY_LOW },
		{ .watch = STR_INIT("ICE"),
		    .title = STR_INIT("B"),
		    .link = STR_INIT("https://x.example/b"),
		    .feed = STR_INIT("deftech"),
		    .severity = SEVERITY_HIGH },
		{ .watch = STR_INIT("ICE"), .title = STR_INIT("C") },
		{ .watch = STR_INIT("a"), .title = STR_INIT("D") },
		{ .watch = STR_INIT("b"), .title = STR_INIT("E") },
	};
	static const struct alert notice[] = { { .kind = ALERT_OPERATOR,
	    .watch = STR_INIT(ALERT_OPERATOR_WATCH),
	    .title = STR_INIT("feed x is broken") } };
	static const struct {
		const char *name;
		struct bundle bundle;
		const char *title;
	} rows[] = {
		{ "digest", { .kind = BUNDLE_DIGEST, .alerts = alerts, .n = 3 },
		    "3 alerts: ICE (2), vendors (1)" },
		{ "one", { .kind = BUNDLE_HELD, .alerts = alerts, .n = 1 },
		    "1 alert held by quiet hours: vendors (1)" },
		{ "overflow", { .kind = BUNDLE_OVERFLOW, .alerts = alerts, .n = 5 },
		    "and 5 more alerts: ICE (2), vendors (1), a (1) and 1 other" },
		{ "operators", { .kind = BUNDLE_DIGEST, .alerts = notice, .n = 1 },
		    "1 notice: feed x is broken" },
	};
	struct bundle whole = { .kind = BUNDLE_DIGEST, .alerts = alerts, .n = 3 };
	struct alert one;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ROW_STR(rows[i].name, bundle_title(&rows[i].bundle, arena), str_c(rows[i].title));
	bundle_as_alert(&whole, STR("id"), arena, &one);
	ROW_STR("as one alert", one.summary,
	    STR("[low] A - vendors\n[high] B - ICE, deftech - https://x.example/b\n[low] C - ICE"));
	ROW_STR("its title", one.title, STR("3 alerts: ICE (2), vendors (1)"));
	ROW("its severity", one.severity == SEVERITY_HIGH);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_bad_expressions),
		cmocka_unit_test(test_deep_expressions),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_bad_routes),
		cmocka_unit_test(test_titles),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
