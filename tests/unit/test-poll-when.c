/* When a feed is asked next: what publishers ask for, failures, networks that are down. */
#include "poll_sim.h"

/* ---- times that the publisher asks for ---- */

static const struct {
	const char *name, *headers;
	struct feed_hints hints;
	int64_t least, most;
	enum poll_reason why;
} publisher_rows[] = {
	{ "nothing said", "", { 0 }, HOUR, 2 * HOUR, POLL_REASON_LEARNING },
	{ "max-age", "Cache-Control: public, max-age=14400", { 0 }, 4 * HOUR, 4 * HOUR,
	    POLL_REASON_MAX_AGE },
	{ "max-age in quotes", "cache-control: MAX-AGE=\"14400\"", { 0 }, 4 * HOUR, 4 * HOUR,
	    POLL_REASON_MAX_AGE },
	{ "s-maxage is for proxies", "Cache-Control: s-maxage=14400", { 0 }, HOUR, 2 * HOUR,
	    POLL_REASON_LEARNING },
	{ "less Age", "Cache-Control: max-age=14400\nAge: 3600", { 0 }, 3 * HOUR, 3 * HOUR,
	    POLL_REASON_MAX_AGE },
	{ "no-cache wins", "Cache-Control: max-age=14400, no-cache", { 0 }, HOUR, 2 * HOUR,
	    POLL_REASON_LEARNING },
	{ "a year is a day", "Cache-Control: max-age=31536000", { 0 }, DAY, DAY,
	    POLL_REASON_MAX_AGE },
	{ "shorter than our own interval", "Cache-Control: max-age=60", { 0 }, HOUR, 2 * HOUR,
	    POLL_REASON_LEARNING },
	{ "Expires by the server's clock",
	    "Date: Tue, 01 Sep 2020 00:00:00 GMT\nExpires: Tue, 01 Sep 2020 05:00:00 GMT", { 0 },
	    5 * HOUR, 5 * HOUR, POLL_REASON_MAX_AGE },
	{ "max-age before Expires",
	    "Cache-Control: max-age=14400\nDate: Tue, 01 Sep 2020 00:00:00 GMT\n"
	    "Expires: Tue, 01 Sep 2020 09:00:00 GMT",
	    { 0 }, 4 * HOUR, 4 * HOUR, POLL_REASON_MAX_AGE },
	{ "Expires: 0", "Expires: 0", { 0 }, HOUR, 2 * HOUR, POLL_REASON_LEARNING },
	{ "ttl", "", { .ttl_s = 4 * HOUR }, 4 * HOUR, 4 * HOUR + 5 * MIN, POLL_REASON_TTL },
	{ "the longer of ttl and max-age", "Cache-Control: max-age=18000", { .ttl_s = 4 * HOUR },
	    5 * HOUR, 5 * HOUR, POLL_REASON_MAX_AGE },
	{ "updatePeriod", "", { .update_period_s = 12 * HOUR, .update_base_s = DATE_NONE },
	    12 * HOUR, 12 * HOUR + 5 * MIN, POLL_REASON_TTL },
	{ "updateBase: the next time on the grid", "",
	    { .update_period_s = 12 * HOUR, .update_base_s = START - 5 * HOUR }, 7 * HOUR,
	    7 * HOUR + 5 * MIN, POLL_REASON_TTL },
	{ "a week of updatePeriod is a day", "", { .update_period_s = 7 * DAY }, DAY, DAY + 5 * MIN,
	    POLL_REASON_TTL },
	{ "skipHours", "", { .skip_hours = 0x3fff << 8 }, 14 * HOUR, 14 * HOUR + 5 * MIN,
	    POLL_REASON_SKIP },
	{ "skipHours, all of them", "", { .skip_hours = 0xffffff }, HOUR, 2 * HOUR,
	    POLL_REASON_LEARNING },
	{ "skipDays", "", { .skip_days = 1 << 1 | 1 << 2 }, 40 * HOUR, 40 * HOUR + 5 * MIN,
	    POLL_REASON_SKIP },
	{ "skipDays, all of them", "", { .skip_days = 0x7f }, HOUR, 2 * HOUR,
	    POLL_REASON_LEARNING },
};

static void
test_publisher(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(publisher_rows); i++) {
		for (uint32_t jitter = 0; jitter < 8; jitter++) {
			struct sim sim;

			sim_init(&sim);
			sim.jitter = jitter * 613566757u;
			sim_poll(&sim,
			    &(struct says){
				.status = 200, .headers = publisher_rows[i].headers, .body = "1" },
			    &(struct made){
				.n_items = 2, .n_new = 2, .hints = publisher_rows[i].hints });
			if (wait_of(&sim) < publisher_rows[i].least ||
			    wait_of(&sim) > publisher_rows[i].most ||
			    sim.state.next_why != publisher_rows[i].why) {
				print_error("%s: %lld s because %.*s\n", publisher_rows[i].name,
				    (long long)wait_of(&sim),
				    STR_ARG(poll_why(&sim.feed, &sim.state, sim.arena)));
				failed++;
			}
			sim_free(&sim);
		}
	}
	assert_int_equal(failed, 0);
}

static void
test_kept_over_304(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1\nCache-Control: max-age=14400", "1", 2);
	sim.now = sim.state.next_due_s;
	say(&sim, 304, ""); /* says nothing: what the 200 said stays */
	assert_int_equal(wait_of(&sim), 4 * HOUR);
	sim.now = sim.state.next_due_s;
	say(&sim, 304, "Cache-Control: max-age=21600");
	assert_int_equal(wait_of(&sim), 6 * HOUR);
	sim.now = sim.state.next_due_s;
	sim_poll(&sim, &(struct says){ .fault = HTTP_FAULT_TIMEOUT }, NULL);
	assert_true(wait_of(&sim) < HOUR); /* a failure is not cached */
	sim.now = sim.state.next_due_s;
	ok(&sim, "ETag: e1", "2", 1); /* a 200 that says nothing ends it */
	assert_true(wait_of(&sim) <= 2 * HOUR);
	sim_free(&sim);
}

static const struct {
	const char *name;
	int status;
	const char *headers;
	enum poll_verdict verdict;
	bool host_wide;
	int64_t least, most;
	enum poll_reason why;
} refusal_rows[] = {
	{ "429 with seconds", 429, "Retry-After: 7200", POLL_LIMITED, true, 2 * HOUR,
	    2 * HOUR + MIN, POLL_REASON_HOST },
	{ "429 with a date", 429,
	    "Date: Tue, 01 Sep 2020 00:00:00 GMT\nRetry-After: Tue, 01 Sep 2020 03:00:00 GMT",
	    POLL_LIMITED, true, 3 * HOUR, 3 * HOUR + MIN, POLL_REASON_HOST },
	{ "429 without a time", 429, "", POLL_LIMITED, true, 10 * MIN, HOUR, POLL_REASON_HOST },
	{ "429 with max-age", 429, "Cache-Control: max-age=86400", POLL_LIMITED, true, DAY,
	    DAY + MIN, POLL_REASON_HOST },
	{ "429 with a month", 429, "Retry-After: 2592000", POLL_LIMITED, true, 2 * DAY,
	    2 * DAY + MIN, POLL_REASON_HOST },
	{ "503 with seconds", 503, "Retry-After: 7200", POLL_LIMITED, false, 2 * HOUR,
	    2 * HOUR + MIN, POLL_REASON_RETRY },
	{ "503 without", 503, "", POLL_FAILED, false, 10 * MIN, HOUR, POLL_REASON_BACKOFF },
	{ "500 with seconds", 500, "Retry-After: 7200", POLL_FAILED, false, 2 * HOUR,
	    2 * HOUR + MIN, POLL_REASON_RETRY },
	{ "403 with seconds", 403, "Retry-After: 7200", POLL_FAILED, false, 2 * HOUR,
	    2 * HOUR + MIN, POLL_REASON_RETRY },
	{ "Retry-After in the past", 503,
	    "Date: Tue, 01 Sep 2020 00:00:00 GMT\nRetry-After: Mon, 31 Aug 2020 00:00:00 GMT",
	    POLL_LIMITED, false, 10 * MIN, HOUR, POLL_REASON_BACKOFF },
	{ "Retry-After with nonsense", 503, "Retry-After: soon", POLL_FAILED, false, 10 * MIN, HOUR,
	    POLL_REASON_BACKOFF },
	{ "410", 410, "", POLL_GONE, false, 6 * DAY, 7 * DAY, POLL_REASON_GONE },
	{ "404", 404, "", POLL_FAILED, false, 20 * MIN, HOUR, POLL_REASON_BACKOFF },
	{ "401", 401, "", POLL_FAILED, false, 20 * MIN, HOUR, POLL_REASON_BACKOFF },
	{ "204", 204, "", POLL_FAILED, false, 10 * MIN, HOUR, POLL_REASON_BACKOFF },
	{ "226 to no delta request", 226, "", POLL_FAILED, false, 10 * MIN, HOUR,
	    POLL_REASON_BACKOFF },
	{ "304 to no conditional request", 304, "", POLL_FAILED, false, 10 * MIN, HOUR,
	    POLL_REASON_BACKOFF },
};

static void
test_refusals(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusal_rows); i++) {
		for (uint32_t jitter = 0; jitter < 8; jitter++) {
			struct sim sim;

			sim_init(&sim);
			sim.jitter = jitter * 613566757u;
			say(&sim, refusal_rows[i].status, refusal_rows[i].headers);
			if (sim.answer.verdict != refusal_rows[i].verdict ||
			    sim.answer.host_wide != refusal_rows[i].host_wide ||
			    wait_of(&sim) < refusal_rows[i].least ||
			    wait_of(&sim) > refusal_rows[i].most ||
			    sim.state.next_why != refusal_rows[i].why || sim.answer.why.n == 0) {
				print_error("%s: verdict %d, %lld s because %.*s\n",
				    refusal_rows[i].name, sim.answer.verdict,
				    (long long)wait_of(&sim),
				    STR_ARG(poll_why(&sim.feed, &sim.state, sim.arena)));
				failed++;
			}
			sim_free(&sim);
		}
	}
	assert_int_equal(failed, 0);
}

/* ---- failures ---- */

static const struct {
	const char *name;
	struct says says;
	double weight;
	bool network;
} weight_rows[] = {
	{ "404", { .status = 404 }, 1, false },
	{ "403", { .status = 403 }, 1, false },
	{ "418", { .status = 418 }, 1, false },
	{ "500", { .status = 500 }, 0.5, false },
	{ "599", { .status = 599 }, 0.5, false },
	{ "429", { .status = 429 }, 0.25, false },
	{ "no such host", { .fault = HTTP_FAULT_DNS }, 1, true },
	{ "name server silent", { .fault = HTTP_FAULT_DNS_TEMPORARY }, 0.25, true },
	{ "refused", { .fault = HTTP_FAULT_CONNECT }, 0.5, true },
	{ "timeout", { .fault = HTTP_FAULT_TIMEOUT }, 0.5, true },
	{ "certificate", { .fault = HTTP_FAULT_TLS }, 1, false },
	{ "private", { .fault = HTTP_FAULT_PRIVATE }, 1, false },
	{ "too big", { .fault = HTTP_FAULT_TOO_BIG }, 1, false },
	{ "circle", { .fault = HTTP_FAULT_REDIRECT }, 1, false },
	{ "cut short", { .fault = HTTP_FAULT_PROTOCOL }, 0.5, false },
};

static void
test_weights(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(weight_rows); i++) {
		struct sim sim;

		sim_init(&sim);
		sim_poll(&sim, &weight_rows[i].says, NULL);
		if (sim.state.failures != weight_rows[i].weight ||
		    sim.answer.network != weight_rows[i].network || sim.state.error.n == 0)
			fail_msg("%s: weight %f, network %d", weight_rows[i].name,
			    sim.state.failures, sim.answer.network);
		sim_free(&sim);
	}
}

/* Months of failures: slower and slower, to a day at most, and never given up. */
static void
test_backoff(void **state)
{
	struct sim sim;
	int polls = 0;
	int64_t wait = 0, longest = 0, shortest = DAY; /* shortest: at the end, by jitter alone */

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	sim.now = sim.state.next_due_s;
	while (sim.now < START + 90 * DAY) {
		say(&sim, 404, "");
		sim.jitter = (uint32_t)polls * 2654435761u;
		wait = wait_of(&sim);
		assert_true(wait >= 11 * MIN);
		if (wait > longest)
			longest = wait;
		if (polls > 30 && wait < shortest)
			shortest = wait;
		sim.now = sim.state.next_due_s;
		polls++;
	}
	assert_in_range(longest, DAY * 9 / 10, DAY);
	assert_in_range(shortest, DAY * 3 / 4, DAY * 8 / 10);
	assert_in_range(polls, 90, 140);
	assert_int_equal(sim.state.failing_since_s > 0, 1);
	ok(&sim, "ETag: e2", "2", 1);
	assert_true(sim.state.failures == 0);
	assert_int_equal(sim.state.failing_since_s, 0);
	assert_true(wait_of(&sim) <= 6 * HOUR + HOUR);
	assert_true(sim.state.error.n > 0); /* stays for the operator */
	sim_free(&sim);
}

static void
test_gone(void **state)
{
	struct sim sim;
	int polls = 0;

	(void)state;
	sim_init(&sim);
	ok(&sim, "", "1", 20);
	sim.now = sim.state.next_due_s;
	while (sim.now < START + 60 * DAY) {
		say(&sim, 410, "");
		sim.now = sim.state.next_due_s;
		polls++;
	}
	assert_in_range(polls, 8, 10);
	assert_int_equal(sim.state.health, FEED_GONE);
	ok(&sim, "", "2", 1);
	assert_int_equal(sim.state.gone_since_s, 0);
	assert_int_equal(sim.state.health, FEED_WELL);
	sim_free(&sim);
}

static void
test_network(void **state)
{
	static const struct {
		size_t failed, tried;
		bool down;
	} cases[] = { { 0, 0, false }, { 1, 1, false }, { 3, 3, false }, { 4, 4, true },
		{ 3, 4, false }, { 8, 10, true }, { 7, 10, false }, { 900, 1000, true },
		{ 100, 1000, false } };
	struct sim sim;
	struct feed_state before;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(poll_network_down(cases[i].failed, cases[i].tried), cases[i].down);
	sim_init(&sim);
	ok(&sim, "ETag: e1\nCache-Control: max-age=600", "1", 20);
	before = sim.state;
	for (uint32_t i = 0; i < 100; i++) {
		sim.state = poll_offline(&sim.feed, &before, sim.now, i * 2654435761u);
		assert_in_range(wait_of(&sim), 600, 16 * MIN);
		assert_true(sim.state.failures == 0);
		assert_int_equal(sim.state.next_why, POLL_REASON_NETWORK);
	}
	sim_free(&sim);
}

static void
test_not_stored(void **state)
{
	struct sim sim;
	struct feed_state before;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	before = sim.state;
	sim.now = sim.state.next_due_s;
	sim_poll(&sim, &(struct says){ .status = 200, .headers = "ETag: e2", .body = "2" },
	    &(struct made){ .result = POLL_NOT_STORED });
	assert_true(wait_of(&sim) <= 2 * MIN);
	assert_int_equal(sim.state.body_hash, before.body_hash);
	assert_true(sim.state.failures == 0); /* not the feed's fault */
	assert_int_equal(sim.state.next_why, POLL_REASON_STORE);
	sim_free(&sim);
}

/* A damaged document is taken at once, and believed when it comes a second time. */
static void
test_damaged(void **state)
{
	struct sim sim;
	struct says says = { .status = 200, .headers = "ETag: e2", .body = "cut" };
	struct made made = { .result = POLL_PARTIAL, .n_items = 10, .n_new = 10 };

	(void)state;
	sim_init(&sim);
	sim_poll(&sim, &says, &made);
	assert_int_equal(sim.state.etag.n, 0);
	assert_int_equal(sim.state.last_ok_s, sim.now);
	sim.now = sim.state.next_due_s;
	sim_poll(&sim, &says, &made);
	assert_str(sim.state.etag, "e2");
	sim.now = sim.state.next_due_s;
	poll_request(&sim.feed, &sim.state, sim.now, sim.arena, &sim.request);
	assert_str(sent(&sim, "If-None-Match"), "e2");
	sim_free(&sim);
}

static void
test_fixed(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	sim.section.rules.every = (struct feed_every){ .min_s = 15 * MIN, .max_s = 15 * MIN };
	ok(&sim, "", "1", 20);
	assert_int_equal(sim.state.next_why, POLL_REASON_FIXED);
	assert_in_range(wait_of(&sim), 15 * MIN, 16 * MIN);
	sim.now = sim.state.next_due_s;
	ok(&sim, "Cache-Control: max-age=7200", "2", 1);
	assert_int_equal(wait_of(&sim), 2 * HOUR);
	sim_free(&sim);
}

static void
test_first(void **state)
{
	int early = 0;

	(void)state;
	for (uint32_t jitter = 0; jitter < 100; jitter++) {
		int64_t due = poll_first_due(START, 100000, jitter * 2654435761u);

		assert_int_equal(poll_first_due(START, 10, jitter * 2654435761u), START);
		assert_in_range(due, START, START + 5000);
		early += due < START + 2500;
	}
	assert_in_range(early, 30, 70);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_publisher),
		cmocka_unit_test(test_kept_over_304),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_not_stored),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests_name("poll-when", tests, NULL, NULL);
}
