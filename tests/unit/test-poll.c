/* The manners of polling, over simulated time: what is asked, and what an answer teaches. */
#include "poll_sim.h"

#include <stdio.h>
#include <string.h>

/* ---- validators ---- */

static void
test_opaque(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: W/\"a,\\b c\"\nLast-Modified: some time in May", "1", 20);
	assert_false(sim.answer.conditional);
	sim.now = sim.state.next_due_s;
	say(&sim, 304, "");
	assert_str(sent(&sim, "If-None-Match"), "W/\"a,\\b c\"");
	assert_str(sent(&sim, "If-Modified-Since"), "some time in May");
	assert_str(sent(&sim, "A-IM"), "feed");
	assert_true(sim.answer.conditional);
	sim_free(&sim);
}

static const struct {
	const char *name;
	struct says says;
	struct made made;
	const char *etag, *modified; /* afterwards; before: "e1", "m1" */
} validator_rows[] = {
	{ "200 replaces both",
	    { .status = 200, .headers = "ETag: e2\nLast-Modified: m2", .body = "2" }, { 0 }, "e2",
	    "m2" },
	{ "new ETag, same date",
	    { .status = 200, .headers = "ETag: e2\nLast-Modified: m1", .body = "2" }, { 0 }, "e2",
	    "m1" },
	{ "200 without any takes them away", { .status = 200, .headers = "", .body = "2" }, { 0 },
	    "", "" },
	{ "200 with one takes the other away",
	    { .status = 200, .headers = "ETag: e2", .body = "2" }, { 0 }, "e2", "" },
	{ "same body still replaces",
	    { .status = 200, .headers = "ETag: e2\nLast-Modified: m2", .body = "1" }, { 0 }, "e2",
	    "m2" },
	{ "304 leaves them", { .status = 304, .headers = "", .body = "" }, { 0 }, "e1", "m1" },
	{ "304 with a new ETag", { .status = 304, .headers = "ETag: e2", .body = "" }, { 0 }, "e2",
	    "m1" },
	{ "304 with both", { .status = 304, .headers = "ETag: e2\nLast-Modified: m2", .body = "" },
	    { 0 }, "e2", "m2" },
	{ "no feed", { .status = 200, .headers = "ETag: e2", .body = "2" },
	    { .result = POLL_NO_FEED }, "e1", "m1" },
	{ "not stored", { .status = 200, .headers = "ETag: e2", .body = "2" },
	    { .result = POLL_NOT_STORED }, "e1", "m1" },
	{ "damaged", { .status = 200, .headers = "ETag: e2", .body = "2" },
	    { .result = POLL_PARTIAL }, "e1", "m1" },
	{ "404", { .status = 404, .headers = "ETag: e2", .body = "2" }, { 0 }, "e1", "m1" },
	{ "500", { .status = 500, .headers = "ETag: e2", .body = "2" }, { 0 }, "e1", "m1" },
	{ "no answer", { .fault = HTTP_FAULT_TIMEOUT }, { 0 }, "e1", "m1" },
	{ "202 is no 200", { .status = 202, .headers = "ETag: e2", .body = "2" }, { 0 }, "e1",
	    "m1" },
};

static void
test_validators(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(validator_rows); i++) {
		struct sim sim;

		sim_init(&sim);
		ok(&sim, "ETag: e1\nLast-Modified: m1", "1", 20);
		sim.now += HOUR;
		sim_poll(&sim, &validator_rows[i].says, &validator_rows[i].made);
		if (!str_eq_c(sim.state.etag, validator_rows[i].etag) ||
		    !str_eq_c(sim.state.last_modified, validator_rows[i].modified)) {
			print_error("%s: '%.*s' '%.*s'\n", validator_rows[i].name,
			    STR_ARG(sim.state.etag), STR_ARG(sim.state.last_modified));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/* A feed's normal life: one unconditional request, and the periodic re-check. */
static void
test_one_unconditional(void **state)
{
	struct sim sim;
	int unconditional = 0, polls = 0;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	while (sim.now < START + 30 * DAY) {
		sim.now = sim.state.next_due_s;
		sim.jitter = (uint32_t)polls * 2654435761u;
		poll_request(&sim.feed, &sim.state, sim.now, sim.arena, &sim.request);
		if (sent(&sim, "If-None-Match").n == 0) {
			unconditional++;
			ok(&sim, "ETag: e1", "1", 0);
			assert_true(sim.answer.recheck);
			assert_int_equal(sim.answer.verdict, POLL_UNCHANGED);
		} else {
			say(&sim, 304, "");
		}
		polls++;
	}
	assert_in_range(unconditional, 3, 5);
	assert_in_range(polls, 100, 800);
	assert_int_equal(sim.state.hidden_s, 0);
	sim_free(&sim);
}

static void
test_long_validator(void **state)
{
	struct sim sim;
	char headers[FEED_VALIDATOR_MAX + 100];

	(void)state;
	sim_init(&sim);
	snprintf(headers, sizeof(headers), "ETag: %*d", (int)FEED_VALIDATOR_MAX + 1, 0);
	memset(headers + 6, 'x', FEED_VALIDATOR_MAX + 1);
	ok(&sim, headers, "1", 20);
	assert_int_equal(sim.state.etag.n, 0);
	sim_free(&sim);
}

static void
test_new_url(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	sim.feed.url = STR("https://deftech.example/other");
	sim.now += HOUR;
	ok(&sim, "", "1", 20);
	assert_int_equal(sent(&sim, "If-None-Match").n, 0);
	assert_int_equal(sim.answer.verdict, POLL_FRESH);
	assert_int_equal(sim.state.first_s, sim.now);
	sim_free(&sim);
}

/* ---- servers that lie ---- */

static void
test_liars(void **state)
{
	static const struct {
		const char *name, *headers;
		size_t n_new;
		int64_t age; /* of the new items */
		bool hid;
		bool early; /* asked conditionally, days before the look behind the 304s */
	} cases[] = {
		{ "frozen ETag, new items", "ETag: e1", 3, HOUR, true },
		{ "frozen ETag, only the body's clock moved", "ETag: e1", 0, 0, false },
		{ "new ETag, items of the last hour", "ETag: e2", 1, HOUR / 2, false },
		{ "new ETag, items that were there days ago", "ETag: e2", 1, 2 * DAY, true },
		{ "new ETag, items older than all we saw", "ETag: e2", 1, 90 * DAY, false },
		{ "late, but said when asked conditionally", "ETag: e2", 1, 2 * DAY, false, true },
	};
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sim sim;

		sim_init(&sim);
		ok(&sim, "ETag: e1", "1", 20);
		while (!poll_is_recheck(&sim.state, sim.now) &&
		       !(cases[i].early && sim.now > START + 4 * DAY)) {
			say(&sim, 304, "");
			sim.now = sim.state.next_due_s;
		}
		sim_poll(&sim,
		    &(struct says){ .status = 200, .headers = cases[i].headers, .body = "2" },
		    &(struct made){
			.n_items = 20, .n_new = cases[i].n_new, .date = sim.now - cases[i].age });
		if ((sim.state.hidden_s == sim.now) != cases[i].hid ||
		    (sim.state.health == FEED_SUSPICIOUS) != cases[i].hid) {
			print_error("%s: hidden %d health %s\n", cases[i].name,
			    sim.state.hidden_s != 0, health_name(sim.state.health));
			failed++;
		}
		/* what lied is not asked conditionally any more, for a month */
		sim.now += DAY;
		poll_request(&sim.feed, &sim.state, sim.now, sim.arena, &sim.request);
		if ((sent(&sim, "If-None-Match").n == 0) != cases[i].hid) {
			print_error("%s: asked with '%.*s'\n", cases[i].name,
			    STR_ARG(sent(&sim, "If-None-Match")));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/* ---- moved ---- */

static void
moved(struct sim *sim, int status, const char *to)
{
	sim_poll(sim,
	    &(struct says){ .status = status, .headers = "ETag: e1", .body = "1", .moved_url = to },
	    &(struct made){ .n_items = 1, .n_new = 0 });
	sim->now = sim->state.next_due_s;
}

static void
test_moved(void **state)
{
	static const char to[] = "https://new.example/feed",
			  portal[] = "https://portal.example/login";
	struct sim sim;
	int polls = 0;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	/* agreement over days, not at once */
	while (!poll_is_moved(&sim.state)) {
		assert_true(str_eq(sim.request.url, sim.feed.url));
		moved(&sim, 304, to);
		assert_true(polls++ < 100);
	}
	assert_true(sim.now - sim.state.moved_since_s >= 3 * DAY);
	assert_true(polls >= 5);
	moved(&sim, 304, NULL); /* asked directly: no redirect any more */
	assert_str(sim.request.url, to);
	assert_str(sent(&sim, "If-None-Match"), "e1");
	assert_true(poll_is_moved(&sim.state));
	/* the re-check goes by the configured address */
	sim.now = sim.state.unconditional_s;
	moved(&sim, 200, to);
	assert_true(str_eq(sim.request.url, sim.feed.url));
	assert_true(poll_is_moved(&sim.state));
	/* the new address dies: back to the configured one */
	say(&sim, 404, "");
	assert_str(sim.request.url, to);
	assert_false(poll_is_moved(&sim.state));
	sim.now = sim.state.next_due_s;
	moved(&sim, 304, to);
	assert_true(str_eq(sim.request.url, sim.feed.url));
	/* two answers agree over days: not often enough */
	sim.now = sim.state.moved_since_s + 4 * DAY;
	moved(&sim, 304, to);
	assert_false(poll_is_moved(&sim.state));
	/* another target, or none, begins anew */
	moved(&sim, 304, portal);
	assert_int_equal(sim.state.moved_count, 1);
	moved(&sim, 304, NULL);
	assert_int_equal(sim.state.moved_url.n, 0);
	sim_free(&sim);
}

/* Where it moved to is asked like a stranger, its own server is not. */
static void
test_moved_secrets(void **state)
{
	static const struct {
		const char *name, *to;
		bool told;
	} rows[] = {
		{ "another server", "https://new.example/feed", false },
		{ "another path", "https://deftech.example/rss", true },
		{ "without TLS", "http://deftech.example/feed", false },
	};
	struct http_header own[] = { { STR("X-Key"), STR("k") }, { STR("Accept"), STR("a/b") } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sim sim;
		struct feed_rules *rules;

		sim_init(&sim);
		rules = &sim.section.rules;
		rules->headers.v = own;
		rules->headers.n = ARRAY_LEN(own);
		rules->user = STR("me");
		rules->password.text = rules->bearer.text = rules->cookie.text = STR("hush");
		rules->client_cert = rules->client_key = STR("/pem");
		ok(&sim, "ETag: e1", "1", 20);
		while (!poll_is_moved(&sim.state))
			moved(&sim, 304, rows[i].to);
		moved(&sim, 304, NULL);
		assert_str(sim.request.url, rows[i].to);
		assert_str(sent(&sim, "Accept"), "a/b");
		assert_int_equal(sent(&sim, "X-Key").n > 0, rows[i].told);
		assert_int_equal(sent(&sim, "Cookie").n > 0, rows[i].told);
		assert_int_equal(sim.request.password.n > 0, rows[i].told);
		assert_int_equal(sim.request.user.n > 0, rows[i].told);
		assert_int_equal(sim.request.bearer.n > 0, rows[i].told);
		assert_int_equal(sim.request.client_cert.n > 0, rows[i].told);
		assert_int_equal(sim.request.client_key.n > 0, rows[i].told);
		sim_free(&sim);
	}
}

static void
test_portal(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	for (int i = 0; i < 50; i++) {
		sim.now = sim.state.next_due_s;
		sim_poll(&sim,
		    &(struct says){ .status = 200,
			.headers = "",
			.body = "<html>",
			.moved_url = "https://p.example/" },
		    &(struct made){ .result = POLL_NO_FEED });
	}
	assert_int_equal(sim.state.moved_count, 0);
	assert_str(sim.state.etag, "e1");
	sim_free(&sim);
}

/* Two deaths on the same bytes, and these are not parsed again. */
static void
test_deaths(void **state)
{
	static const struct {
		const char *name, *body;
		int status;
		enum poll_result result; /* when it is parsed */
		bool quarantined;        /* it is not */
	} rows[] = {
		{ "good", "good", 200, POLL_STORED, false },
		{ "the first death", "bad", 200, POLL_KILLED, false },
		{ "the second", "bad", 200, POLL_KILLED, false },
		{ "not a third", "bad", 200, POLL_QUARANTINED, true },
		{ "nor later", "bad", 200, POLL_QUARANTINED, true },
		{ "a refusal between", "bad", 503, POLL_STORED, false },
		{ "is no change", "bad", 200, POLL_QUARANTINED, true },
		{ "other bytes", "worse", 200, POLL_KILLED, false },
		{ "count anew", "worse", 200, POLL_KILLED, false },
		{ "and are shut out", "worse", 200, POLL_QUARANTINED, true },
		{ "a good body", "mended", 200, POLL_STORED, false },
		{ "forgets", "worse", 200, POLL_KILLED, false },
		{ "all", "worse", 200, POLL_KILLED, false },
	};
	struct sim sim;
	int failed = 0;

	(void)state;
	sim_init(&sim);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct feed_state before = sim.state;
		bool quarantined;

		sim_poll(&sim,
		    &(struct says){ .status = rows[i].status, .headers = "", .body = rows[i].body },
		    &(struct made){ .result = rows[i].result, .n_items = 20 });
		quarantined =
		    sim.answer.verdict == POLL_FRESH && poll_is_quarantined(&before, &sim.answer);
		if (quarantined == rows[i].quarantined)
			continue;
		print_error("%s: quarantined: %d\n", rows[i].name, quarantined);
		failed++;
	}
	assert_int_equal(failed, 0);
	sim_free(&sim);
}

/* ---- requests ---- */

static void
test_request(void **state)
{
	struct http_header own[] = { { STR("X-Key"), STR("1") }, { STR("accept"), STR("text/x") } };
	struct sim sim;

	(void)state;
	sim_init(&sim);
	poll_request(&sim.feed, &sim.state, sim.now, sim.arena, &sim.request);
	assert_true(str_starts(sent(&sim, "Accept"), STR("application/atom+xml")));
	assert_null(sent(&sim, "User-Agent").p); /* wire's */
	assert_null(sent(&sim, "Referer").p);
	assert_null(sent(&sim, "Cookie").p);
	assert_int_equal(sim.request.max_redirects, 10);
	assert_int_equal(sim.request.max_body, FEED_MAX_SIZE);
	assert_false(sim.request.allow_private);
	sim.section.rules.headers = (struct feed_headers){ own, ARRAY_LEN(own) };
	sim.section.rules.user_agent = STR("own/1");
	poll_request(&sim.feed, &sim.state, sim.now, sim.arena, &sim.request);
	assert_str(sent(&sim, "Accept"), "text/x");
	assert_str(sent(&sim, "X-Key"), "1");
	assert_str(sent(&sim, "User-Agent"), "own/1");
	assert_int_equal(sim.request.n_headers, 3);
	sim_free(&sim);
}

static void
test_delta(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "ETag: e1", "1", 20);
	sim.now = sim.state.next_due_s;
	sim_poll(&sim,
	    &(struct says){ .status = 226, .headers = "ETag: e2\nIM: feed", .body = "2" },
	    &(struct made){ .n_items = 1, .n_new = 1 });
	assert_int_equal(sim.answer.verdict, POLL_FRESH);
	assert_true(sim.answer.delta);
	assert_str(sim.state.etag, "e2");
	assert_int_equal(sim.state.items, 20); /* the feed has not shrunk */
	sim_free(&sim);
}

static void
test_same_body(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "", "1", 20);
	assert_int_equal(sim.answer.verdict, POLL_FRESH);
	sim.now = sim.state.next_due_s;
	ok(&sim, "", "1", 0);
	assert_int_equal(sim.answer.verdict, POLL_UNCHANGED);
	sim.now = sim.state.next_due_s;
	ok(&sim, "", "2", 1);
	assert_int_equal(sim.answer.verdict, POLL_FRESH);
	sim_free(&sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opaque),
		cmocka_unit_test(test_validators),
		cmocka_unit_test(test_one_unconditional),
		cmocka_unit_test(test_long_validator),
		cmocka_unit_test(test_new_url),
		cmocka_unit_test(test_liars),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_moved_secrets),
		cmocka_unit_test(test_portal),
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_delta),
		cmocka_unit_test(test_same_body),
	};

	return cmocka_run_group_tests_name("poll", tests, NULL, NULL);
}
