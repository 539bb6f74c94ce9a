/*
 * From an alert to what each channel gets and when: routes, bundles, limits and silences over
 * simulated days, with the database closed and opened in between.
 */
#include "world.h"

static void
test_no_routes(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "", "2026-11-25T10:00Z");
	tell_one(&w, "a1", SEVERITY_LOW);
	run_until(&w, "2026-11-25T10:05Z");
	row_log(&w, "both at once", "25T10:00 desk: a1\n25T10:00 room: a1\n");
	world_end(&w);
	ROWS_DONE();
}

/* The last weekend of October: Sunday has 25 hours. */
static void
test_digests_over_days(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "[route \"d\"]\nto = desk\ndeliver = daily 08:00\n", "2026-10-23T10:00Z");
	tell_one(&w, "a1", SEVERITY_LOW);
	restart(&w);
	run_until(&w, "2026-10-23T20:00Z");
	tell_one(&w, "a2", SEVERITY_CRITICAL);
	run_until(&w, "2026-10-24T05:59Z");
	row_log(&w, "nothing yet", "");
	restart(&w);
	run_until(&w, "2026-10-24T12:00Z");
	row_log(&w, "summer time", "24T06:00 desk: a1 a2 (digest)\n");
	tell_one(&w, "a3", SEVERITY_LOW);
	run_until(&w, "2026-10-25T12:00Z");
	row_log(&w, "winter time", "25T07:00 desk: a3 (digest)\n");
	run_until(&w, "2026-10-27T12:00Z");
	row_log(&w, "no empty digest", "");
	tell_one(&w, "a4", SEVERITY_LOW);
	restart(&w);
	w.now_s = moment("2026-10-29T15:30Z"); /* the daemon was down over its time */
	tell_one(&w, "a5", SEVERITY_LOW);
	run_until(&w, "2026-10-30T12:00Z");
	row_log(&w, "late, at once", "29T15:30 desk: a4 (digest)\n30T07:00 desk: a5 (digest)\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_quiet_hours(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\n", "2026-11-25T20:00Z");
	tell_one(&w, "a1", SEVERITY_HIGH);
	run_until(&w, "2026-11-25T21:00Z");
	tell_one(&w, "a2", SEVERITY_LOW);
	run_until(&w, "2026-11-25T23:30Z");
	tell_one(&w, "a3", SEVERITY_CRITICAL);
	restart(&w);
	tell_one(&w, "a4", SEVERITY_HIGH);
	run_until(&w, "2026-11-26T06:00Z");
	tell_one(&w, "a5", SEVERITY_HIGH);
	run_until(&w, "2026-11-26T12:00Z");
	row_log(&w, "held, released as one",
	    "25T20:00 desk: a1\n25T23:30 desk: a3\n26T06:00 desk: a2 a4 (held)\n26T06:00 desk: "
	    "a5\n");
	ROW_I64("decisions", scratch_ask("SELECT count(*) FROM decision WHERE reason = 'held'"), 2);
	world_end(&w);
	ROWS_DONE();
}

/* What a receiver did not take before quiet hours is not sent within them either. */
static void
test_refused_before_quiet_hours(void **state)
{
	struct world w;
	int64_t until_s;
	struct err e = { 0 };
	size_t n;

	(void)state;
	world_init(&w, "[route \"n\"]\nto = desk\nquiet = 22:00-07:00\n", "2026-11-25T20:59Z");
	tell_one(&w, "a1", SEVERITY_HIGH);
	tell_one(&w, "c1", SEVERITY_CRITICAL);
	deliver_due(&w, STR("desk"), false);
	w.now_s = moment("2026-11-25T21:00Z");
	until_s = dispatch_not_before(&w.routing, STR("n"), SEVERITY_HIGH, w.now_s);
	ROW_I64("until their end", until_s, moment("2026-11-26T06:00Z"));
	ROW_I64("critical at once",
	    dispatch_not_before(&w.routing, STR("n"), SEVERITY_CRITICAL, w.now_s), w.now_s);
	ROW_I64("no such route any more",
	    dispatch_not_before(&w.routing, STR("m"), SEVERITY_LOW, w.now_s), w.now_s);
	ROW_I64("before them", dispatch_not_before(&w.routing, STR("n"), SEVERITY_LOW, w.now_s - 1),
	    w.now_s - 1);
	assert_true(store_hold(w.store, STR("desk"), STR("n"), w.now_s, until_s, &n, &e));
	ROW_I64("one waits", n, 1);
	assert_true(store_hold(w.store, STR("desk"), STR("n"), w.now_s, until_s, &n, &e));
	ROW_I64("and is not held twice", n, 0);
	run_until(&w, "2026-11-26T07:00Z");
	row_log(&w, "told at their end",
	    "25T20:59 desk: a1 refused\n25T20:59 desk: c1 refused\n25T21:00 desk: c1\n"
	    "26T06:00 desk: a1\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_limits(void **state)
{
	struct world w;
	char id[16];

	(void)state;
	world_init(&w, "[route \"l\"]\nto = desk\nlimit = 3 per 1h\n", "2026-11-25T10:00Z");
	for (int i = 1; i <= 40; i++) {
		snprintf(id, sizeof(id), "a%d", i);
		tell_one(&w, id, SEVERITY_NORMAL);
		if (i == 20)
			restart(&w);
	}
	tell_one(&w, "c1", SEVERITY_CRITICAL);
	run_until(&w, "2026-11-25T10:30Z");
	tell_one(&w, "b1", SEVERITY_NORMAL);
	run_until(&w, "2026-11-25T11:10Z");
	tell_one(&w, "b2", SEVERITY_NORMAL);
	run_until(&w, "2026-11-25T13:00Z");
	row_log(&w, "and 38 more",
	    "25T10:00 desk: a1\n25T10:00 desk: a2\n25T10:00 desk: a3\n25T10:00 desk: c1\n"
	    "25T11:00 desk: a4 a5 a6 a7 a8 a9 a10 a11 ... 38 (overflow)\n25T11:10 desk: b2\n");
	ROW_I64(
	    "decisions", scratch_ask("SELECT count(*) FROM decision WHERE reason = 'limited'"), 38);
	for (int i = 1; i <= 5; i++) {
		snprintf(id, sizeof(id), "c1%d", i);
		tell_one(&w, id, SEVERITY_CRITICAL);
	}
	run_until(&w, "2026-11-25T15:00Z");
	row_log(&w, "critical ones have their own",
	    "25T13:00 desk: c11\n25T13:00 desk: c12\n25T13:00 desk: c13\n"
	    "25T14:00 desk: c14 c15 (overflow)\n");
	world_end(&w);
	ROWS_DONE();
}

/* Whatever comes, no hour has more than the limit and one bundle, and nothing is lost. */
static void
test_limit_holds(void **state)
{
	struct world w;
	uint32_t seed = 7;
	int64_t hour_n, all;

	(void)state;
	world_init(&w, "[route \"l\"]\nto = desk\nlimit = 5 per 1h\n", "2026-11-25T00:00Z");
	for (int i = 0; i < 600; i++) {
		struct str then;

		tell_one(&w, str_z(w.arena, str_fmt(w.arena, "x%d", i)), SEVERITY_NORMAL);
		seed = seed * 1664525 + 1013904223;
		then = date_rfc3339(w.now_s + (seed >> 16) % 300, w.arena);
		run_until(&w, str_z(w.arena, then));
	}
	run_until(&w, "2026-11-30T00:00Z");
	all = scratch_ask(
	    "SELECT (SELECT count(*) FROM delivery WHERE kind = 0 AND state = 1) + "
	    "(SELECT count(*) FROM member m JOIN delivery d ON d.seq = m.delivery WHERE "
	    "d.state = 1)");
	hour_n = scratch_ask(
	    "SELECT max((SELECT count(*) FROM delivery b WHERE b.done_s <= a.done_s AND "
	    "b.done_s > a.done_s - 3600)) FROM delivery a");
	ROW_I64("all told, each once", all, 600);
	ROW("at most five and two bundles in an hour", hour_n <= 7);
	ROW_I64("none waits", scratch_ask("SELECT count(*) FROM delivery WHERE state = 0"), 0);
	world_end(&w);
	ROWS_DONE();
}

static void
test_frozen(void **state)
{
	struct world w;
	struct owed *owed;
	struct str first;
	struct err e = { 0 };
	size_t n;

	(void)state;
	world_init(&w, "[route \"d\"]\nto = desk\ndeliver = daily 08:00\n", "2026-11-25T06:00Z");
	tell_one(&w, "a1", SEVERITY_LOW);
	tell_one(&w, "a2", SEVERITY_HIGH);
	w.now_s = moment("2026-11-25T07:00Z");
	assert_true(store_owed(w.store,
	    &(struct owed_filter){ .channel = STR("desk"), .now_s = w.now_s, .limit = 9 }, w.arena,
	    &owed, &n, &e));
	assert_int_equal(n, 1);
	first = owed[0].id;
	ROW_I64("days to live from its time", owed[0].since_s, w.now_s);
	deliver_due(&w, STR("desk"), false);
	/* one that was being stored while the first attempt was made */
	w.now_s -= 1;
	tell_one(&w, "a3", SEVERITY_LOW);
	restart(&w);
	w.now_s = moment("2026-11-25T07:01Z");
	assert_true(store_owed(w.store,
	    &(struct owed_filter){ .channel = STR("desk"), .now_s = w.now_s, .limit = 9 }, w.arena,
	    &owed, &n, &e));
	assert_int_equal(n, 2);
	ROW("the same id", str_eq(owed[0].id, first) || str_eq(owed[1].id, first));
	ROW("another id", !str_eq(owed[0].id, owed[1].id));
	run_until(&w, "2026-11-25T08:00Z");
	row_log(&w, "the same again, and the late one by itself",
	    "25T07:00 desk: a1 a2 (digest) refused\n25T07:01 desk: a3 (digest)\n"
	    "25T07:01 desk: a1 a2 (digest)\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_told_once(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "[route \"d\"]\nto = desk\ndeliver = daily 08:00\n", "2026-11-25T06:00Z");
	tell_one(&w, "a1", SEVERITY_LOW);
	tell_one(&w, "a1", SEVERITY_LOW); /* a restored backup brings it again */
	run_until(&w, "2026-11-25T09:00Z");
	tell_one(&w, "a1", SEVERITY_LOW);
	run_until(&w, "2026-11-27T09:00Z");
	row_log(&w, "once", "25T07:00 desk: a1 (digest)\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_big_bundle(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "[route \"d\"]\nto = desk\ndeliver = daily 08:00\n", "2026-11-25T06:00Z");
	for (int i = 0; i < BUNDLE_ALERTS_MAX + 2; i++)
		tell_one(&w, str_z(w.arena, str_fmt(w.arena, "x%d", i)), SEVERITY_LOW);
	run_until(&w, "2026-11-25T09:00Z");
	row_log(&w, "in two",
	    "25T07:00 desk: x0 x1 x2 x3 x4 x5 x6 x7 ... 200 (digest)\n"
	    "25T07:00 desk: x200 x201 (digest)\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_inhibition(void **state)
{
	static const struct fired both[] = {
		{ .id = "low", .watch = "vendors", .severity = SEVERITY_LOW, .feed = "f" },
		{ .id = "high", .watch = "agencies", .severity = SEVERITY_HIGH, .feed = "f" },
		{ .id = "too", .watch = "techs", .severity = SEVERITY_HIGH, .feed = "f" },
	};
	struct world w;

	(void)state;
	world_init(&w,
	    "[route \"a\"]\nto = desk\ninhibit = yes\ncontinue = yes\n[route \"b\"]\nto = room\n",
	    "2026-11-25T10:00Z");
	tell(&w, both, ARRAY_LEN(both));
	tell_one(&w, "other", SEVERITY_LOW);
	run_until(&w, "2026-11-25T10:05Z");
	row_log(&w, "the lower one of the same item is not told where the higher one is",
	    "25T10:00 desk: high\n25T10:00 desk: too\n25T10:00 desk: other\n25T10:00 room: high\n"
	    "25T10:00 room: too\n25T10:00 room: low\n25T10:00 room: other\n");
	ROW_I64("decision",
	    scratch_ask(
		"SELECT count(*) FROM decision WHERE reason = 'inhibited' AND watch = 'vendors' "
		"AND "
		"detail = 'desk: it has the high alert of ''agencies'''"),
	    1);
	world_end(&w);
	ROWS_DONE();
}

/* Two watches have a story each; that one item fired both says that they are the same. */
static void
test_inhibition_of_stories(void **state)
{
	static const struct fired first[] = {
		{ .id = "high",
		    .watch = "agencies",
		    .severity = SEVERITY_HIGH,
		    .feed = "f",
		    .story = 1 },
	};
	static const struct fired second[] = {
		{ .watch = "agencies", .severity = SEVERITY_HIGH, .feed = "f", .folded = 1 },
		{ .id = "low",
		    .watch = "vendors",
		    .severity = SEVERITY_LOW,
		    .feed = "f",
		    .story = 2 },
	};
	static const struct fired third[] = {
		{ .id = "low again",
		    .watch = "vendors",
		    .severity = SEVERITY_LOW,
		    .feed = "f",
		    .story = 2 },
	};
	static const struct fired fourth[] = {
		{ .id = "other",
		    .watch = "vendors",
		    .severity = SEVERITY_LOW,
		    .feed = "f",
		    .story = 3 },
	};
	struct world w;

	(void)state;
	world_init(&w, "[route \"a\"]\nto = desk\ninhibit = yes\n", "2026-11-25T10:00Z");
	tell(&w, first, ARRAY_LEN(first));
	tell(&w, second, ARRAY_LEN(second));
	tell(&w, third, ARRAY_LEN(third));
	tell(&w, fourth, ARRAY_LEN(fourth));
	run_until(&w, "2026-11-25T10:05Z");
	row_log(&w, "a lower alert of the story of a higher one is not told",
	    "25T10:00 desk: high\n25T10:00 desk: other\n");
	ROW_I64("decisions",
	    scratch_ask("SELECT count(*) FROM decision WHERE reason = 'inhibited' AND detail = "
			"'desk: it has the high alert of ''agencies'''"),
	    2);
	world_end(&w);
	ROWS_DONE();
}

static void
test_unrouted(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "[route \"a\"]\nmatch = severity >= high\nto = desk\n", "2026-11-25T10:00Z");
	tell_one(&w, "a1", SEVERITY_LOW);
	run_until(&w, "2026-11-25T10:05Z");
	row_log(&w, "nobody", "");
	ROW_I64("the alert is kept", scratch_ask("SELECT count(*) FROM alert"), 1);
	ROW_I64(
	    "decision", scratch_ask("SELECT count(*) FROM decision WHERE reason = 'unrouted'"), 1);
	world_end(&w);
	ROWS_DONE();
}

static int64_t
silence(struct world *w, enum silence_kind kind, const char *name, const char *until)
{
	const struct silence s = { .kind = kind,
		.name = str_c(name),
		.reason = STR("maintenance"),
		.author = STR("kim"),
		.from_s = w->now_s,
		.until_s = moment(until) };
	struct err e = { 0 };
	int64_t id;

	assert_true(store_silence_add(w->store, &s, &id, &e));
	return id;
}

static void
test_silences(void **state)
{
	static const struct {
		const char *name;
		enum silence_kind kind;
		const char *what;
		bool told;
	} rows[] = {
		{ "its watch", SILENCE_WATCH, "Vendors", false },
		{ "another watch", SILENCE_WATCH, "agencies", true },
		{ "its feed", SILENCE_FEED, "deftech", false },
		{ "another feed", SILENCE_FEED, "vendors", true },
		{ "one of two entries", SILENCE_ENTRY, "vendors/Shell", true },
		{ "an entry of that name in another list", SILENCE_ENTRY, "agencies/Shell", true },
	};
	static const struct fired two = { .watch = "vendors",
		.severity = SEVERITY_CRITICAL,
		.feed = "deftech",
		.n_entries = 2,
		.entries = { { STR_INIT("vendors"), STR_INIT("Shell") },
		    { STR_INIT(""), STR_INIT("oil") } } };
	struct fired fired = two;
	struct world w;
	struct silence *listed;
	struct err e = { 0 };
	int64_t id;
	size_t n;

	(void)state;
	world_init(&w, "[route \"a\"]\nto = desk\n", "2026-11-25T10:00Z");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		id = silence(&w, rows[i].kind, rows[i].what, "2026-11-25T12:00Z");
		restart(&w);
		fired.id = str_z(w.arena, str_fmt(w.arena, "s%zu", i));
		tell(&w, &fired, 1);
		run_until(&w, "2026-11-25T10:00Z");
		ROW(rows[i].name, (w.log_n > 0) == rows[i].told);
		w.log_n = 0;
		assert_true(store_silence_end(w.store, id, w.now_s, &e));
	}
	silence(&w, SILENCE_ENTRY, "vendors/shell", "2026-11-25T12:00Z");
	id = silence(&w, SILENCE_ENTRY, "oil", "2026-11-25T11:00Z");
	fired.id = "s10";
	tell(&w, &fired, 1);
	run_until(&w, "2026-11-25T11:00Z");
	row_log(&w, "both entries", "");
	assert_true(store_silences_listed(w.store, w.now_s - DAY_S, w.arena, &listed, &n, &e));
	ROW_I64("listed", n, 8);
	ROW_I64("newest first", listed[0].id, id);
	ROW_I64("what it kept", listed[0].n + listed[1].n, 1);
	ROW_STR("why", listed[0].reason, STR("maintenance"));
	fired.id = "s11";
	tell(&w, &fired, 1);
	run_until(&w, "2026-11-25T11:30Z");
	row_log(&w, "one of them is over", "25T11:00 desk: s11\n");
	ROW("ended twice", !store_silence_end(w.store, id, w.now_s, &e));
	ROW_I64("decisions",
	    scratch_ask("SELECT count(*) FROM decision WHERE reason = 'silenced' AND detail LIKE "
			"'silence _: % by kim until Wed 25 Nov 1_:00 CET: maintenance'"),
	    3);
	ROW_I64(
	    "the alerts are kept", scratch_ask("SELECT count(*) FROM alert"), ARRAY_LEN(rows) + 2);
	world_end(&w);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_routes),
		cmocka_unit_test(test_digests_over_days),
		cmocka_unit_test(test_quiet_hours),
		cmocka_unit_test(test_refused_before_quiet_hours),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_limit_holds),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_big_bundle),
		cmocka_unit_test(test_inhibition),
		cmocka_unit_test(test_inhibition_of_stories),
		cmocka_unit_test(test_unrouted),
		cmocka_unit_test(test_silences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
