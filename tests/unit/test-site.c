/* Pages and metrics over a real database: what they show, and that a feed's text stays text. */
#include "scratch.h"

#include "metrics.h"
#include "site.h"

#include <time.h>

/* An alert whose every text tries to be markup. */
static void
add_alert(const char *id, int64_t at_s)
{
	struct arena *arena = arena_new();
	struct alert_entry entry = {
		.list = STR("agencies"),
		.name = STR("ICE<img src=x onerror=alert(1)>"),
		.term = STR("ICE"),
		.count = 1,
		.snippet = { STR("before <b>"), STR("ICE</mark><script>"), STR("\" after") },
	};
	const struct alert alert = {
		.id = str_c(id),
		.watch = STR("w\"><script>1</script>"),
		.severity = SEVERITY_HIGH,
		.title = STR("<script>alert('x')</script> & co"),
		.link = STR("javascript:alert(1)"),
		.feed = STR("f"),
		.feed_title = STR("<iframe>"),
		.published_s = DATE_NONE,
		.seen_s = at_s,
		.created_s = at_s,
		.entries = &entry,
		.n_entries = 1,
	};
	struct str facts = alert_to_json(&alert, arena);
	char *text = sqlite3_mprintf("INSERT INTO alert (id, item, watch, severity, created_s, "
				     "facts) VALUES (%Q, NULL, %Q, 2, %lld, %.*Q)",
	    id, "w\"><script>1</script>", (long long)at_s, (int)facts.n, facts.p);

	scratch_sql(text);
	sqlite3_free(text);
	arena_free(arena);
}

static bool
holds(const struct buf *b, const char *what)
{
	return str_find(buf_str(b), str_c(what)) != STR_NONE;
}

static void
test_pages(void **state)
{
	static const struct {
		const char *name;
		int (*render)(void *, const struct web_request *, struct buf *);
		const char *shows;
	} rows[] = {
		{ "alerts", page_alerts,
		    "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; co" },
		{ "feeds", page_feeds, "f&lt;script&gt;" },
		{ "watches", page_watches, "w&quot;&gt;&lt;script&gt;" },
		{ "deliveries", page_deliveries, "answer &lt;script&gt;" },
	};
	static const char *const never[] = { "<script", "<iframe", "<img",
		"href=\"javascript:", "<b>ICE" };
	struct err e;
	struct store *writer = store_open(scratch_db, STORE_WRITE, &e);
	struct site site = { 0 };

	(void)state;
	assert_non_null(writer);
	scratch_sql(
	    "INSERT INTO feed (id, url, name, health, error, next_due_s, failures) VALUES "
	    "(1, 'https://a.example/', 'f<script>', 1, 'HTTP <script>', strftime('%s'), 4.0)");
	add_alert("alert1", (int64_t)time(NULL));
	scratch_sql(
	    "INSERT INTO delivery (id, alert, channel, state, attempts, created_s, next_try_s, "
	    "text, route, "
	    "severity, due_s, since_s, kind, alerts) "
	    "VALUES ('d1', 'alert1', 'desk<script>', 2, 1, 1, 0, 'answer <script>', '', 1, 0, 0, "
	    "0, 1)");
	site.store = store_open(scratch_db, STORE_READ, &e);
	assert_non_null(site.store);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf body;

		buf_init(&body, WEB_BODY_MAX);
		ROW_I64(rows[i].name, rows[i].render(&site, NULL, &body), 200);
		ROW(rows[i].name, holds(&body, rows[i].shows));
		ROW(rows[i].name, holds(&body, "</html>"));
		for (size_t k = 0; k < ARRAY_LEN(never); k++)
			ROW(never[k], !holds(&body, never[k]));
		buf_free(&body);
	}
	store_close(site.store);
	store_close(writer);
	ROWS_DONE();
}

static void
test_metrics(void **state)
{
	static const char *const lines[] = {
		"newsbell_feeds{health=\"broken\"} 1\n",
		"newsbell_watch_alerts_last_day{watch=\"w\\\"><script>1</script>\"} 1\n",
		"newsbell_feed_well{feed=\"f<script>\"} 0\n",
		"newsbell_feed_failures{feed=\"f<script>\"} 4\n",
		"newsbell_deliveries_failed_kept 1\n",
		"newsbell_deliveries_given_up{channel=\"desk<script>\"} 1\n",
		"newsbell_deliveries_pending{channel=\"room\"} 1\n",
		"newsbell_deliveries_last_day{channel=\"room\"} 2\n",
		"newsbell_loop_turn_seconds_bucket{le=\"+Inf\"} 5\n",
		"newsbell_loop_turn_seconds_sum 0.250000\n",
		"newsbell_polls_total{result=\"failed\"} 7\n",
		"newsbell_store_commit_seconds_bucket{le=\"0.001\"} 4\n",
		"newsbell_store_commit_seconds_sum 0.008000\n",
		"newsbell_store_commits_failed_total 2\n",
		"newsbell_store_failing 1\n",
		"newsbell_unwritten{what=\"attempts\"} 9\n",
	};
	const struct lag lag = { .turns = { .buckets = { 2, 3 }, .sum_us = 250000 } };
	const struct ledger_figures written = { .commits = { .buckets = { 4 }, .sum_us = 8000 },
		.failed = 2,
		.polls = 1,
		.attempts = 9 };
	const struct monitor_figures figures = { .failed = 7 };
	const struct metrics_process process = { .now_s = (int64_t)time(NULL),
		.lag = &lag,
		.written = &written,
		.failing = true,
		.monitored = &figures };
	struct err e;
	struct store *store = store_open(scratch_db, STORE_READ, &e);
	struct buf body;

	(void)state;
	assert_non_null(store);
	scratch_sql(
	    "INSERT INTO delivery (id, alert, channel, state, attempts, created_s, "
	    "next_try_s, route, severity, due_s, since_s, kind, alerts) "
	    "SELECT 'r' || column1, 'alert1', 'room', column2, 0, column3, 0, '', 1, 0, 0, 0, 1 "
	    "FROM (VALUES (1, 0, 5), (2, 1, strftime('%s')), (3, 1, strftime('%s')), "
	    "(4, 1, 5))");
	buf_init(&body, WEB_BODY_MAX);
	ROW("written", metrics_write(store, &process, &body, &e));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		ROW(lines[i], holds(&body, lines[i]));
	ROW("ends as it must", str_ends(buf_str(&body), STR("# EOF\n")));
	buf_free(&body);
	buf_init(&body, 100);
	ROW("too long is no half answer",
	    !metrics_write(store, &process, &body, &e) && body.n == 0);
	buf_free(&body);
	store_close(store);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_metrics),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
