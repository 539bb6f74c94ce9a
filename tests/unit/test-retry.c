#include "rows.h"

#include "answer.h"
#include "retry.h"

#define T ((int64_t)1000000)

static void
test_schedule(void **state)
{
	static const struct {
		const char *name;
		int tries;
		int64_t wait_s;
	} rows[] = {
		{ "nonsense counts as one", 0, 5 },
		{ "after the first", 1, 5 },
		{ "second", 2, 15 },
		{ "third", 3, 30 },
		{ "fourth", 4, 60 },
		{ "fifth", 5, 120 },
		{ "sixth", 6, 300 },
		{ "seventh", 7, 600 },
		{ "and so on", 700, 600 },
		{ "for ever", INT32_MAX, 600 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t least = INT64_MAX, most = 0;

		for (uint32_t jitter = 0; jitter < 1000; jitter++) {
			int64_t wait = retry_at(T, rows[i].tries, jitter) - T;

			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		ROW_I64(rows[i].name, least, rows[i].wait_s - rows[i].wait_s / 5);
		ROW_I64(rows[i].name, most, rows[i].wait_s + rows[i].wait_s / 5);
		ROW(rows[i].name, retry_at(T, rows[i].tries, UINT32_MAX) > T);
	}
	ROW("not yet over", !retry_is_over(T, T + 99, 100));
	ROW("over", retry_is_over(T, T + 100, 100));
	ROWS_DONE();
}

static const struct verdict delivered = { VERDICT_DELIVERED, 0 }, transient = { VERDICT_RETRY, 0 },
			    poison = { VERDICT_POISON, 0 },
			    misconfigured = { VERDICT_MISCONFIGURED, 0 };

static void
test_breaker_opens(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	for (int i = 1; i < BREAKER_FAILURES; i++) {
		assert_false(breaker_answer(&b, transient, false, T));
		assert_true(breaker_allow(&b, T));
	}
	breaker_answer(&b, delivered, true, T); /* not in a row any more */
	for (int i = 1; i < BREAKER_FAILURES; i++)
		breaker_answer(&b, transient, true, T);
	assert_false(breaker_is_open(&b));
	breaker_answer(&b, transient, true, T);
	assert_true(breaker_is_open(&b));
	assert_false(breaker_allow(&b, T));
	assert_int_equal(breaker_next(&b, T), T + BREAKER_PROBE_S);
}

static void
test_breaker_probes(void **state)
{
	struct breaker b = { 0 };
	int64_t now = T;
	int probes = 0, hour = 0, day = 0;

	(void)state;
	breaker_answer(&b, misconfigured, true, now);
	assert_true(breaker_is_open(&b)); /* at once */
	for (; now < T + 2 * 86400; now++)
		if (breaker_allow(&b, now)) {
			assert_false(breaker_allow(&b, now)); /* one at a time */
			breaker_answer(&b, transient, false, now);
			probes++;
			hour += now < T + 3600;
			day += now < T + 86400;
		}
	assert_in_range(hour, 55, 60);
	assert_in_range(day, hour + 270, hour + 277);
	assert_in_range(probes, day + 92, day + 97);
	while (!breaker_allow(&b, now))
		now = breaker_next(&b, now);
	assert_true(breaker_answer(&b, delivered, true, now)); /* the receiver is back */
	assert_false(breaker_is_open(&b));
	assert_false(breaker_answer(&b, delivered, true, now));
	assert_true(breaker_allow(&b, now));
}

static void
test_breaker_poison(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++)
		breaker_answer(&b, poison, true, T);
	assert_false(breaker_is_open(&b)); /* one message, not the receiver */
	breaker_answer(&b, misconfigured, true, T);
	assert_false(breaker_answer(&b, poison, false, T)); /* never got there */
	assert_true(breaker_is_open(&b));
	assert_true(breaker_answer(&b, poison, true, T));
	assert_false(breaker_is_open(&b));
}

static void
test_breaker_wish(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	breaker_answer(&b, (struct verdict){ VERDICT_RETRY, T + 7 }, true, T);
	assert_false(breaker_allow(&b, T + 6));
	assert_true(breaker_next(&b, T) >= T + 7);
	breaker_answer(&b, delivered, true, T + 60);
	breaker_answer(
	    &b, (struct verdict){ VERDICT_DELIVERED, T + 63 }, true, T + 60); /* its pace */
	assert_false(breaker_is_open(&b));
	assert_false(breaker_allow(&b, T + 62));
	assert_true(breaker_allow(&b, T + 63));
	/* a clock set back must not silence the receiver for long */
	breaker_answer(&b, misconfigured, true, T);
	assert_true(breaker_next(&b, T - 86400) <= T - 86400 + BREAKER_PROBE_S);
}

static void
test_http(void **state)
{
	static const struct {
		const char *name;
		int code;
		const char *retry_after;
		enum verdict_kind kind;
		int64_t wait_s; /* 0: none */
	} rows[] = {
		{ "ok", 200, "", VERDICT_DELIVERED, 0 },
		{ "accepted", 202, "", VERDICT_DELIVERED, 0 },
		{ "no content", 204, "", VERDICT_DELIVERED, 0 },
		{ "no answer", 0, "", VERDICT_RETRY, 0 },
		{ "moved", 301, "", VERDICT_MISCONFIGURED, 0 },
		{ "kept its method", 307, "", VERDICT_MISCONFIGURED, 0 },
		{ "bad request", 400, "", VERDICT_POISON, 0 },
		{ "unauthorised", 401, "", VERDICT_MISCONFIGURED, 0 },
		{ "forbidden", 403, "", VERDICT_MISCONFIGURED, 0 },
		{ "not found", 404, "", VERDICT_MISCONFIGURED, 0 },
		{ "method", 405, "", VERDICT_MISCONFIGURED, 0 },
		{ "time-out", 408, "", VERDICT_RETRY, 0 },
		{ "gone", 410, "", VERDICT_GONE, 0 },
		{ "too large", 413, "", VERDICT_POISON, 0 },
		{ "media type", 415, "", VERDICT_POISON, 0 },
		{ "unprocessable", 422, "", VERDICT_POISON, 0 },
		{ "too early", 425, "", VERDICT_RETRY, 0 },
		{ "too many", 429, "", VERDICT_RETRY, 0 },
		{ "too many, seconds", 429, "120", VERDICT_RETRY, 120 },
		{ "too many, for years", 429, "999999999", VERDICT_RETRY, RETRY_AFTER_MAX_S },
		{ "unavailable, a date", 503, "Mon, 12 Jan 1970 13:46:50 GMT", VERDICT_RETRY, 10 },
		{ "unavailable, nonsense", 503, "soon", VERDICT_RETRY, 0 },
		{ "a broken server", 500, "", VERDICT_RETRY, 0 },
		{ "not implemented is no poison", 501, "", VERDICT_RETRY, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_header header = { STR("Retry-After"), str_c(rows[i].retry_after) };
		struct answer answer = { .code = rows[i].code,
			.headers = &header,
			.n_headers = rows[i].retry_after[0] != '\0' };
		struct verdict v = answer_http(&answer, T);

		ROW_I64(rows[i].name, v.kind, rows[i].kind);
		ROW_I64(rows[i].name, v.not_before_s, rows[i].wait_s ? T + rows[i].wait_s : 0);
	}
	ROW_I64("a part of a second is a whole one", answer_wish(0.3, T), T + 1);
	ROW_I64("nothing wished", answer_wish(-1, T), 0);
	ROWS_DONE();
}

static void
test_smtp(void **state)
{
	static const struct {
		const char *name;
		int code;
		bool data;
		enum verdict_kind kind;
	} rows[] = {
		{ "accepted", 250, true, VERDICT_DELIVERED },
		{ "no answer", 0, false, VERDICT_RETRY },
		{ "no answer to the dot", 0, true, VERDICT_RETRY },
		{ "closing", 421, false, VERDICT_RETRY },
		{ "mailbox busy", 450, false, VERDICT_RETRY },
		{ "busy at the dot", 451, true, VERDICT_RETRY },
		{ "authentication required", 530, false, VERDICT_MISCONFIGURED },
		{ "authentication failed", 535, false, VERDICT_MISCONFIGURED },
		{ "no such mailbox", 550, false, VERDICT_MISCONFIGURED },
		{ "refused for what it says", 554, true, VERDICT_POISON },
		{ "too big", 552, true, VERDICT_POISON },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer answer = { .code = rows[i].code, .data_phase = rows[i].data };

		ROW_I64(rows[i].name, answer_smtp(&answer, T).kind, rows[i].kind);
	}
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedule),
		cmocka_unit_test(test_breaker_opens),
		cmocka_unit_test(test_breaker_probes),
		cmocka_unit_test(test_breaker_poison),
		cmocka_unit_test(test_breaker_wish),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_smtp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
