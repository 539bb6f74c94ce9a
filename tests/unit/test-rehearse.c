/*
 * A whole configuration held against expectations: what tests.conf says, and what is said of it.
 */
#include "rows.h"

#include "route_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[64];
static struct arena *arena;

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char conf[] =
    "[feed \"deftech\"]\nurl = https://deftech.example/feed/\ntags = defense, en\n"
    "[feed \"gazette\"]\nurl = https://gazette.example/feed/\n"
    "[channel \"desk\"]\ntype = webhook\nurl = https://desk.example/\n"
    "[channel \"room\"]\ntype = webhook\nurl = https://room.example/\n"
    "[watch \"raids\"]\nwhen = ICE AND raid*\nseverity = high\n"
    "[watch \"vendors\"]\nwhen = Oracle OR Shell\n"
    "[route \"urgent\"]\nmatch = severity >= high\nto = desk\nquiet = 22:00-07:00\n"
    "[route \"tech\"]\nmatch = tag:defense\nto = desk, room\ncontinue = yes\n"
    "[route \"rest\"]\nto = room\ndeliver = daily 08:00\n";

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new();
	strcpy(dir, "/tmp/newsbell-rehearse-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	write_file("newsbell.conf", conf);
	return 0;
}

static int
take_down(void **state)
{
	static const char *const names[] = { "newsbell.conf", "tests.conf" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	arena_free(arena);
	return 0;
}

static struct config *
load(void)
{
	char path[128];
	const struct config_options options = { .path = path };
	struct diags diags;
	struct config *config;

	snprintf(path, sizeof(path), "%s/newsbell.conf", dir);
	diags_init(&diags, arena);
	config = config_load(&options, &diags);
	if (!config)
		fail_msg("%.*s", STR_ARG(diag_text(&diags.v[0], arena)));
	return config;
}

static void
test_expectations(void **state)
{
	static const struct {
		const char *name, *test;
		const char *want; /* "LINE: text", empty: it passes */
	} rows[] = {
		{ "told at once", "title = ICE raids\nto = desk\nat-once = desk\nnot-to = room\n",
		    "" },
		{ "held at night", "title = ICE raids\nat = sat 23:30\nlater = desk\n", "" },
		{ "not at once at night", "title = ICE raids\nat = 23:30\nat-once = desk\n",
		    "4: [test \"t\"]: 'desk' is not told at once" },
		{ "not told", "title = ICE raids\nto = room\n",
		    "3: [test \"t\"]: 'room' is not told" },
		{ "told though it must not", "title = Oracle\nnot-to = room\n",
		    "3: [test \"t\"]: 'room' is told by route 'rest'" },
		{ "the feed's tags count",
		    "title = Oracle\nfeed = deftech\nat-once = desk, room\nlater = room\n", "" },
		{ "and another's do not", "title = Oracle\nfeed = gazette\nto = desk\n",
		    "4: [test \"t\"]: 'desk' is not told" },
		{ "nobody", "title = Ice cream\nto = none\nwatches = none\n", "" },
		{ "not nobody", "title = Shell\nto = none\n",
		    "3: [test \"t\"]: 'room' is told by route 'rest'" },
		{ "watches", "title = ICE raids Shell\nwatches = raids, vendors\n", "" },
		{ "one that does not fire", "title = ICE raids\nwatches = raids, vendors\n",
		    "3: [test \"t\"]: watch 'vendors' does not fire" },
		{ "one that must not", "title = ICE raids\nnot-watches = raids\n",
		    "3: [test \"t\"]: watch 'raids' fires" },
		{ "no watch at all", "title = ICE raids\nwatches = none\n",
		    "3: [test \"t\"]: watch 'raids' fires" },
		{ "severity", "title = ICE raids Shell\nseverity = high\n", "" },
		{ "another severity", "title = Shell\nseverity = high\n",
		    "3: [test \"t\"]: its severity is normal" },
		{ "a text over two lines", "title = ICE\n  raids\nto = desk\n", "" },
		{ "the body", "title = x\nbody = Shell\nto = room\n", "" },
		{ "unknown channel", "title = x\nto = dsk\n", "3: there is no channel 'dsk'" },
		{ "unknown watch", "title = x\nwatches = raid\n", "3: there is no watch 'raid'" },
		{ "unknown feed", "title = x\nfeed = defteck\nto = desk\n",
		    "3: there is no feed 'defteck'" },
		{ "unknown key", "title = x\nnever = desk\nto = none\n",
		    "3: unknown key 'never' in [test]" },
		{ "no time", "title = x\nat = noon\nto = none\n",
		    "3: at: 'noon' is no time (want e.g. 23:30 or sat 23:30)" },
		{ "no text", "to = desk\n", "1: [test \"t\"] has no text" },
		{ "expects nothing", "title = x\n", "1: [test \"t\"] expects nothing" },
	};
	struct config *config = load();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct route_test *tests;
		struct diags diags;
		struct str got = STR("");
		size_t n;

		write_file(
		    "tests.conf", str_z(arena, str_fmt(arena, "[test \"t\"]\n%s", rows[i].test)));
		diags_init(&diags, arena);
		route_tests_read(config, str_c(dir), arena, &diags, &tests, &n);
		ROW_I64(rows[i].name, n, 1);
		if (n == 1 && diags.errors == 0)
			route_test_run(config, &tests[0], arena, &diags);
		if (diags.n)
			got = str_fmt(
			    arena, "%d: %.*s", diags.v[0].at.line, STR_ARG(diags.v[0].text));
		ROW_STR(rows[i].name, got, str_c(rows[i].want));
	}
	config_unref(config);
	ROWS_DONE();
}

static void
test_no_tests(void **state)
{
	struct config *config = load();
	struct route_test *tests;
	struct diags diags;
	size_t n = 1;

	(void)state;
	diags_init(&diags, arena);
	route_tests_read(config, STR("/tmp/newsbell-nowhere"), arena, &diags, &tests, &n);
	assert_int_equal(n, 0);
	assert_int_equal(diags.n, 0);
	write_file("tests.conf", "[watch \"x\"]\nwhen = y\n");
	route_tests_read(config, str_c(dir), arena, &diags, &tests, &n);
	assert_int_equal(n, 0);
	assert_int_equal(diags.errors, 1);
	config_unref(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expectations),
		cmocka_unit_test(test_no_tests),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
