/* The manners of polling, over simulated time: what is asked, what is learnt, when it is asked
 * next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fresh.h"
#include "health.h"
#include "mem.h"
#include "poll.h"
#include "rhythm.h"

#include <stdio.h>
#include <string.h>

#define START ((int64_t)1788249600) /* Tuesday, 2026-09-01 08:00 UTC */
#define MIN ((int64_t)60)
#define HOUR ((int64_t)3600)
#define DAY ((int64_t)86400)

/* One feed, its state and the time. */
struct sim {
	struct arena *arena;
	struct feed_section section;
	struct feed feed;
	struct feed_state state;
	struct http_request request; /* the last one */
	struct poll_answer answer;
	int64_t now;
	uint32_t jitter;
	int *told; /* by enum health_kind, or NULL */
};

static void
sim_init(struct sim *sim)
{
	*sim = (struct sim){ .arena = arena_new(), .now = START };
	feed_init(&sim->section);
	sim->feed.rules = &sim->section.rules;
	sim->feed.name = STR("deftech");
	sim->feed.url = STR("https://deftech.example/feed");
}

static void
sim_free(struct sim *sim)
{
	arena_free(sim->arena);
}

/* What the server of a simulated poll says; headers are "Name: value" lines. */
struct says {
	int status;
	const char *headers;
	const char *body;
	const char *moved_url;
	enum http_fault fault;
};

/* What the parser and the store made of it. */
struct made {
	enum poll_result result;
	size_t n_items, n_new;
	int64_t date; /* of all new items, 0 = none */
	bool gap, churn;
	struct feed_hints hints;
};

static struct http_response
response_of(struct sim *sim, const struct says *says)
{
	struct http_response ret = { .status = says->status, .fault = says->fault };
	struct str lines = str_c(says->headers), line;
	struct http_header *v = NULL;
	size_t cap = 0;

	while (lines.n > 0) {
		struct http_header h;

		str_cut(lines, '\n', &line, &lines);
		str_cut(line, ':', &h.name, &h.value);
		h.value = str_trim(h.value);
		*ARENA_PUSH(sim->arena, v, ret.n_headers, cap) = h;
	}
	ret.headers = v;
	ret.body = str_c(says->body);
	ret.moved_url = str_c(says->moved_url);
	if (says->fault)
		ret.fault_text = STR("it went wrong");
	return ret;
}

/* Ask now; the time does not move. */
static void
sim_poll(struct sim *sim, const struct says *says, const struct made *made)
{
	struct http_response response = response_of(sim, says);
	struct poll_found found = { 0 };
	struct health_told told[HEALTH_TOLD_MAX];
	struct feed_state before;
	int64_t *dates;
	size_t n;

	poll_request(&sim->feed, &sim->state, sim->now, sim->arena, &sim->request);
	poll_judge(
	    &sim->feed, &sim->state, &sim->request, &response, sim->now, sim->arena, &sim->answer);
	if (sim->answer.verdict == POLL_FRESH) {
		dates = ARENA_ARRAY(sim->arena, int64_t, made->n_new);
		for (size_t i = 0; i < made->n_new; i++)
			dates[i] = made->date ? made->date : DATE_NONE;
		found = (struct poll_found){ .result = made->result,
			.n_items = made->n_items,
			.n_new = made->n_new,
			.new_dates = dates,
			.gap = made->gap,
			.churn = made->churn,
			.hints = made->hints,
			.error = STR("an HTML page") };
	}
	before = sim->state;
	sim->state =
	    poll_next(&sim->feed, &sim->state, &sim->answer, &found, sim->now, sim->jitter);
	n = health_tell(&sim->feed, &before, &sim->state, sim->now, sim->arena, told);
	for (size_t i = 0; sim->told && i < n; i++)
		sim->told[told[i].kind]++;
}

static void
ok(struct sim *sim, const char *headers, const char *body, size_t n_new)
{
	sim_poll(sim, &(struct says){ .status = 200, .headers = headers, .body = body },
	    &(struct made){ .n_items = 20, .n_new = n_new });
}

static void
say(struct sim *sim, int status, const char *headers)
{
	sim_poll(sim, &(struct says){ .status = status, .headers = headers, .body = "" },
	    &(struct made){ 0 });
}

static struct str
sent(const struct sim *sim, const char *name)
{
	return http_header_find(sim->request.headers, sim->request.n_headers, str_c(name));
}

static void
assert_str(struct str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("'%.*s', want '%s'", STR_ARG(got), want);
}

static int64_t
wait_of(const struct sim *sim)
{
	return sim->state.next_due_s - sim->now;
}

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
	} cases[] = {
		{ "frozen ETag, new items", "ETag: e1", 3, HOUR, true },
		{ "frozen ETag, only the body's clock moved", "ETag: e1", 0, 0, false },
		{ "new ETag, items of the last hour", "ETag: e2", 1, HOUR / 2, false },
		{ "new ETag, items that were there days ago", "ETag: e2", 1, 2 * DAY, true },
		{ "new ETag, items older than all we saw", "ETag: e2", 1, 90 * DAY, false },
	};
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sim sim;

		sim_init(&sim);
		ok(&sim, "ETag: e1", "1", 20);
		while (!poll_is_recheck(&sim.state, sim.now)) {
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
	int64_t wait = 0, longest = 0;

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
		sim.now = sim.state.next_due_s;
		polls++;
	}
	assert_in_range(longest, DAY * 9 / 10, DAY);
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

/* ---- the interval ---- */

/*
 * A feed with an item whenever `when` says so (a minute of the simulated time), asked by its own
 * plan; returns the mean delay from item to poll in the last week, and how often it was asked a
 * day.
 */
static double
run_rhythm(struct sim *sim, bool (*when)(int64_t minute), int days, bool dates, double *a_day)
{
	int64_t minute = START / 60, pending = 0, first = 0, end = START + days * DAY;
	double delay = 0;
	int n = 0, polls = 0, body = 0;
	char text[32];

	ok(sim, "", "0", 0);
	for (; minute * 60 < end; minute++) {
		if (when(minute) && pending++ == 0)
			first = minute * 60;
		while (sim->state.next_due_s <= minute * 60) {
			sim->now = minute * 60;
			sim->jitter = (uint32_t)minute * 2654435761u;
			if (pending > 0)
				body++;
			snprintf(text, sizeof(text), "%d", body);
			sim_poll(sim, &(struct says){ .status = 200, .headers = "", .body = text },
			    &(struct made){ .n_items = 20,
				.n_new = (size_t)pending,
				.date = dates ? first : 0 });
			if (sim->now > end - 7 * DAY) {
				polls++;
				if (pending > 0) {
					delay += (double)(sim->now - first);
					n++;
				}
			}
			pending = 0;
			arena_reset(sim->arena);
			sim->state.etag = sim->state.last_modified = sim->state.error =
			    sim->state.moved_url = (struct str){ 0 };
		}
	}
	*a_day = polls / 7.0;
	return n ? delay / n : 0;
}

static bool
every_20_minutes(int64_t minute)
{
	return minute % 20 == 7;
}

static bool
every_12_hours(int64_t minute)
{
	return minute % 720 == 65;
}

static bool
weekdays_at_6_and_17(int64_t minute)
{
	int64_t day = (minute / 1440 + 3) % 7, of_day = minute % 1440;

	/* some minutes early or late */
	return day < 5 && (of_day == 362 + minute / 1440 % 5 || of_day == 1020 + minute / 1440 % 7);
}

static bool
weekly(int64_t minute)
{
	return minute % 10080 == 3000;
}

/* Forty items within an hour, once in two days. */
static bool
bursts(int64_t minute)
{
	return minute / 1440 % 2 == 0 && minute % 1440 >= 700 && minute % 1440 < 760 &&
	       minute % 3 > 0;
}

static bool
never(int64_t minute)
{
	(void)minute;
	return false;
}

static const struct {
	const char *name;
	bool (*when)(int64_t minute);
	bool dates;
	double delay_min, a_day_min, a_day_max; /* minutes late at most on average; polls a day */
} rhythm_rows[] = {
	{ "every 20 minutes", every_20_minutes, true, 16, 80, 97 },
	{ "every 20 minutes, no dates", every_20_minutes, false, 16, 80, 97 },
	{ "every 12 hours", every_12_hours, true, 20, 4, 20 },
	{ "every 12 hours, no dates", every_12_hours, false, 150, 4, 20 },
	{ "at fixed hours on weekdays", weekdays_at_6_and_17, true, 20, 4, 20 },
	{ "weekly", weekly, true, 400, 3, 6 },
	{ "bursts", bursts, true, 60, 5, 60 },
	{ "never anything", never, true, 1, 3, 6 },
};

static void
test_rhythm(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rhythm_rows); i++) {
		struct sim sim;
		double a_day, delay;

		sim_init(&sim);
		delay =
		    run_rhythm(&sim, rhythm_rows[i].when, 60, rhythm_rows[i].dates, &a_day) / 60;
		if (delay > rhythm_rows[i].delay_min || a_day < rhythm_rows[i].a_day_min ||
		    a_day > rhythm_rows[i].a_day_max) {
			print_error("%s: %.0f minutes late, %.1f polls a day, now because %.*s\n",
			    rhythm_rows[i].name, delay, a_day,
			    STR_ARG(poll_why(&sim.feed, &sim.state, sim.arena)));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/*
 * A feed that lists `window` items and has a new one every `every` minutes: after a day of learning
 * nothing passes unseen, as long as the shortest interval allows it.
 */
static const struct {
	const char *name;
	int64_t every, window;
	bool dates;
	int lost_max; /* after the first day */
} window_rows[] = {
	{ "slow feed, long list", 60, 20, true, 0 },
	{ "twice the window in the default interval", 4, 10, true, 0 },
	{ "the same without dates", 4, 10, false, 0 },
	{ "one list in each quarter of an hour", 2, 10, true, 0 },
	{ "a long list that turns over in two hours", 2, 60, false, 0 },
	{ "faster than we may ask", 1, 10, true, 100000 },
};

static void
test_window(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(window_rows); i++) {
		int64_t every = window_rows[i].every * MIN, window = window_rows[i].window;
		int64_t known = START / every;
		int lost = 0, gaps = 0;
		struct sim sim;
		char body[32];

		sim_init(&sim);
		ok(&sim, "", "0", 0);
		while (sim.now < START + 4 * DAY) {
			int64_t latest, fresh;
			struct says says = { .status = 200, .headers = "", .body = body };
			struct made made = { .n_items = (size_t)window };

			sim.now = sim.state.next_due_s;
			sim.jitter = (uint32_t)sim.now * 2654435761u;
			latest = sim.now / every;
			fresh = latest - known < window ? latest - known : window;
			made.n_new = (size_t)fresh;
			made.gap = latest - known >= window;
			made.date = window_rows[i].dates ? latest * every : 0;
			if (sim.now > START + DAY && latest - known > window)
				lost += (int)(latest - known - window);
			gaps += made.gap;
			known = latest;
			snprintf(body, sizeof(body), "%lld", (long long)latest);
			sim_poll(&sim, &says, &made);
		}
		if (lost > window_rows[i].lost_max || sim.state.gaps != gaps) {
			print_error("%s: %d lost, %d gaps, now because %.*s\n", window_rows[i].name,
			    lost, gaps, STR_ARG(poll_why(&sim.feed, &sim.state, sim.arena)));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/* An empty document that stays the same is not parsed again, and counts all the same. */
static void
test_empty_again(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "", "1", 20);
	for (int i = 0; i < HEALTH_NO_ITEMS_POLLS; i++) {
		assert_int_equal(sim.state.health, FEED_WELL);
		sim.now = sim.state.next_due_s;
		sim_poll(&sim,
		    &(struct says){
			.status = i == 2 ? 304 : 200, .headers = "ETag: e", .body = "0" },
		    &(struct made){ 0 });
	}
	assert_int_equal(sim.state.health, FEED_SUSPICIOUS);
	sim.now = sim.state.next_due_s;
	ok(&sim, "", "2", 1);
	assert_int_equal(sim.state.health, FEED_WELL);
	sim_free(&sim);
}

/* What becomes of a feed is told once: when it begins and when it ends. */
static void
test_tell(void **state)
{
	static const struct {
		const char *name;
		struct says says;
		struct made made;
		int polls;
		enum health_kind begins;
	} cases[] = {
		{ "broken", { .status = 404, .body = "" }, { 0 }, 30, HEALTH_KIND_BROKEN },
		{ "network", { .fault = HTTP_FAULT_DNS }, { 0 }, 30, HEALTH_KIND_BROKEN },
		{ "gone", { .status = 410, .body = "" }, { 0 }, 3, HEALTH_KIND_GONE },
		{ "HTML", { .status = 200, .body = "<html>" }, { .result = POLL_NO_FEED }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "deadly", { .status = 200, .body = "boom" }, { .result = POLL_KILLED }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "empty", { .status = 200, .body = "" }, { .n_items = 0 }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "frozen dates", { .status = 200, .body = "" },
		    { .n_items = 20, .n_new = 1, .date = START - DAY }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "silent", { .status = 304, .body = "" }, { 0 }, 800, HEALTH_KIND_SILENT },
	};
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int told[HEALTH_KIND_COUNT] = { 0 };
		struct sim sim;
		char body[32];

		sim_init(&sim);
		sim.told = told;
		for (int poll = 0; poll < 10; poll++) { /* a feed with a rhythm of hours */
			snprintf(body, sizeof(body), "good %d", poll);
			sim_poll(&sim,
			    &(struct says){ .status = 200, .headers = "ETag: e1", .body = body },
			    &(struct made){ .n_items = 20, .n_new = 1, .date = sim.now });
			sim.now += 3 * HOUR;
		}
		for (int poll = 0; poll < cases[i].polls; poll++) {
			struct says says = cases[i].says;

			snprintf(body, sizeof(body), "%s%d", says.body ? says.body : "", poll);
			if (says.status == 200)
				says.body = body;
			if (says.status == 304 && poll_is_recheck(&sim.state, sim.now))
				says = (struct says){
					.status = 200, .headers = "ETag: e1", .body = "good 9"
				};
			if (!says.headers)
				says.headers = "";
			sim_poll(&sim, &says, &cases[i].made);
			sim.now = sim.state.next_due_s;
		}
		sim_poll(&sim, &(struct says){ .status = 200, .headers = "", .body = "back" },
		    &(struct made){ .n_items = 20, .n_new = 1, .date = sim.now });
		for (int kind = 0; kind < HEALTH_KIND_COUNT; kind++) {
			int want = kind == (int)cases[i].begins || kind == HEALTH_KIND_RECOVERED;

			if (told[kind] == want)
				continue;
			print_error("%s: told %d times that it is %s\n", cases[i].name, told[kind],
			    health_kind_name((enum health_kind)kind));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/* Gaps are told once a day, changed ids once a month, a move when it is believed. */
static void
test_tell_events(void **state)
{
	int told[HEALTH_KIND_COUNT] = { 0 };
	struct sim sim;

	(void)state;
	sim_init(&sim);
	sim.told = told;
	ok(&sim, "", "0", 20);
	for (int i = 0; i < 96; i++) { /* two days */
		char body[32];

		sim.now += HOUR / 2;
		snprintf(body, sizeof(body), "%d", i + 1);
		sim_poll(&sim,
		    &(struct says){ .status = 200,
			.headers = "",
			.body = body,
			.moved_url = "https://new.example/" },
		    &(struct made){
			.n_items = 20, .n_new = 20, .date = sim.now, .gap = true, .churn = true });
	}
	assert_in_range(told[HEALTH_KIND_GAP], 1, 3);
	assert_int_equal(told[HEALTH_KIND_CHURN], 1);
	assert_int_equal(sim.state.gaps, 96);
	assert_int_equal(told[HEALTH_KIND_MOVED], 0);
	sim.now += 2 * DAY;
	sim_poll(&sim,
	    &(struct says){
		.status = 200, .headers = "", .body = "x", .moved_url = "https://new.example/" },
	    &(struct made){ .n_items = 20, .n_new = 1, .date = sim.now });
	assert_int_equal(told[HEALTH_KIND_MOVED], 1);
	sim_free(&sim);
}

/* The dates of the first document already teach the rhythm. */
static void
test_seed(void **state)
{
	struct feed_rhythm rhythm = { 0 };
	int64_t dates[40], from = 0, to = 0;

	(void)state;
	for (int i = 0; i < 40;
	     i++) /* each day at 06:00, newest first; one in the future, one without */
		dates[i] = START - 2 * HOUR - i * DAY;
	dates[3] = START + 50 * DAY;
	dates[7] = DATE_NONE;
	rhythm_seed(&rhythm, dates, ARRAY_LEN(dates), START);
	assert_int_equal(rhythm.n, RHYTHM_ARRIVALS);
	assert_int_equal(rhythm_last_s(&rhythm), START - 2 * HOUR);
	assert_int_equal(rhythm_gap_s(&rhythm), DAY);
	assert_true(rhythm_window(&rhythm, START, &from, &to));
	assert_in_range(from, START + 22 * HOUR - 5 * MIN, START + 22 * HOUR);
	assert_in_range(to, START + 22 * HOUR, START + 23 * HOUR);
	/* late: still within the window */
	assert_true(rhythm_window(&rhythm, START + 22 * HOUR + 10 * MIN, &from, &to));
	assert_true(from < START + 22 * HOUR + 10 * MIN);
	/* it came: the next is tomorrow */
	rhythm_add(&rhythm, START + 22 * HOUR + 11 * MIN, true);
	assert_true(rhythm_window(&rhythm, START + 22 * HOUR + 12 * MIN, &from, &to));
	assert_true(from > START + 40 * HOUR);
	/* the whole of the past is refused */
	rhythm_add(&rhythm, START, true);
	assert_int_equal(rhythm_last_s(&rhythm), START + 22 * HOUR + 11 * MIN);
}

static void
test_midnight(void **state)
{
	struct feed_rhythm rhythm = { 0 };
	int64_t midnight = START - 8 * HOUR, from = 0, to = 0;

	(void)state;
	for (int i = 10; i > 0; i--) /* ten before and ten after midnight by turns */
		rhythm_add(&rhythm, midnight - i * DAY + (i % 2 ? -10 : 10) * MIN, true);
	assert_true(rhythm_window(&rhythm, START, &from, &to));
	assert_int_equal(from, midnight + DAY - 12 * MIN);
	assert_int_equal(to, midnight + DAY + 40 * MIN);
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
	(void)state;
	for (uint32_t jitter = 0; jitter < 100; jitter++) {
		assert_int_equal(poll_first_due(START, 10, jitter * 2654435761u), START);
		assert_in_range(
		    poll_first_due(START, 100000, jitter * 2654435761u), START, START + 5000);
	}
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
		cmocka_unit_test(test_publisher),
		cmocka_unit_test(test_kept_over_304),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_not_stored),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_moved_secrets),
		cmocka_unit_test(test_portal),
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_rhythm),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_empty_again),
		cmocka_unit_test(test_tell),
		cmocka_unit_test(test_tell_events),
		cmocka_unit_test(test_midnight),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_delta),
		cmocka_unit_test(test_same_body),
	};

	return cmocka_run_group_tests_name("poll", tests, NULL, NULL);
}
