/* Retention and backup: what goes, what stays, and what a copy is worth. */
#include "scratch.h"

#include "store_archive.h"
#include "store_backup.h"
#include "store_browse.h"
#include "store_inside.h"
#include "store_prune.h"
#include "store_span.h"

#include <sys/stat.h>

#define OLD 1000
#define NEW 9000
#define BEFORE 5000

static char copy[96];

static int
set_up(void **state)
{
	if (scratch_make(state) != 0)
		return -1;
	snprintf(copy, sizeof(copy), "%s/copy.db", scratch_dir);
	return 0;
}

/* An item with an alert with one delivery in that state, and a decision. */
static void
add_item(int id, int at_s, int delivery_state)
{
	char text[1000];

	snprintf(text, sizeof(text),
	    "INSERT INTO item (id, feed, key, item_id, title, seen_s) VALUES (%d, 1, %d, 'i%d', "
	    "'t', %d);"
	    "INSERT INTO decision (item, watch, reason, at_s) VALUES (%d, 'w', 'except', %d);"
	    "INSERT INTO alert (id, item, watch, severity, created_s, facts) "
	    "VALUES ('a%d', %d, 'w', 1, %d, '{}');"
	    "INSERT INTO delivery (id, alert, channel, state, attempts, created_s, next_try_s, "
	    "route, "
	    "severity, due_s, since_s, kind, alerts) "
	    "VALUES ('d%d', 'a%d', 'desk', %d, 1, %d, 0, '', 1, 0, 0, 0, 1);"
	    "INSERT INTO attempt (delivery, at_s, elapsed_ms, code) VALUES ('d%d', %d, 1, 200);",
	    id, id, id, at_s, id, at_s, id, id, at_s, id, id, delivery_state, at_s, id, at_s);
	scratch_sql(text);
}

static void
test_prune(void **state)
{
	static const struct {
		const char *name, *sql;
		int64_t want;
	} rows[] = {
		{ "old items without alerts go, new ones stay",
		    "SELECT count(*) FROM item WHERE id >= 1000", 1 },
		{ "old, told: gone", "SELECT count(*) FROM item WHERE id = 1", 0 },
		{ "old, given up: gone", "SELECT count(*) FROM item WHERE id = 2", 0 },
		{ "old, owed: kept", "SELECT count(*) FROM item WHERE id = 3", 1 },
		{ "with its alert and delivery",
		    "SELECT count(*) FROM delivery d JOIN alert a ON a.id = d.alert WHERE a.item = "
		    "3",
		    1 },
		{ "new, told: kept", "SELECT count(*) FROM item WHERE id = 4", 1 },
		{ "alerts", "SELECT count(*) FROM alert", 2 },
		{ "deliveries", "SELECT count(*) FROM delivery", 2 },
		{ "attempts", "SELECT count(*) FROM attempt", 2 },
		{ "decisions", "SELECT count(*) FROM decision", 2 },
		{ "seen keys stay", "SELECT count(*) FROM seen", 1 },
		{ "nothing dangles", "SELECT count(*) FROM pragma_foreign_key_check", 0 },
	};
	struct store *s = scratch_open(STORE_WRITE);
	struct err e = { 0 };
	size_t removed, all = 0;
	int64_t left = 0;
	int steps = 0;

	(void)state;
	scratch_sql("INSERT INTO feed (id, url, name) VALUES (1, 'https://a.example/', 'a');"
		    "INSERT INTO seen (feed, keys) VALUES (1, x'00');");
	add_item(1, OLD, 1);
	add_item(2, OLD, 2);
	add_item(3, OLD, 0);
	add_item(4, NEW, 1);
	scratch_sql(
	    "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 2499) "
	    "INSERT INTO item (id, feed, key, item_id, title, seen_s) "
	    "SELECT i, 1, i, 'i' || i, hex(randomblob(500)), 1000 FROM n;"
	    "UPDATE item SET seen_s = 9000 WHERE id = 2000;" SPAN_REBUILD);
	do {
		if (!store_prune(s, BEFORE, PRUNE_ROWS, &removed, &e))
			fail_msg("%s", e.text);
		all += removed;
	} while (removed && ++steps < 100);
	ROW("in small steps", steps >= 1500 / PRUNE_ROWS && steps < 100);
	ROW("all that is old", all >= 1499);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ROW_I64(rows[i].name, scratch_ask(rows[i].sql), rows[i].want);
	ROW("there are free pages", scratch_ask("PRAGMA freelist_count") > PRUNE_FREE_PAGES);
	steps = 0;
	do
		ROW("shrinks", store_shrink(s, PRUNE_FREE_PAGES, &left, &e));
	while (left && ++steps < 100);
	ROW_I64("no free page is left", scratch_ask("PRAGMA freelist_count"), 0);
	store_close(s);
	ROWS_DONE();
}

/* Beyond its size the oldest go, as far as they must. */
static void
test_prune_by_size(void **state)
{
	struct store *s = scratch_open(STORE_WRITE);
	struct err e = { 0 };
	size_t removed;
	int64_t before_s, size, left = 0;
	int steps = 0;

	(void)state;
	scratch_sql("INSERT INTO feed (id, url, name) VALUES (1, 'https://a.example/', 'a');");
	add_item(1, OLD, 0);
	scratch_sql(
	    "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 3999) "
	    "INSERT INTO item (id, feed, key, item_id, title, seen_s) "
	    "SELECT i, 1, i, 'i' || i, hex(randomblob(500)), 2000 + i FROM n;" SPAN_REBUILD);
	size = scratch_ask("PRAGMA page_count") * scratch_ask("PRAGMA page_size");
	before_s = 77;
	ROW("no limit", store_prune_before(s, 0, &before_s, &e) && before_s == 77);
	ROW("small enough", store_prune_before(s, size, &before_s, &e) && before_s == 77);
	do {
		before_s = 77;
		if (!store_prune_before(s, size / 2, &before_s, &e) ||
		    !store_prune(s, before_s, PRUNE_ROWS, &removed, &e) ||
		    !store_shrink(s, PRUNE_FREE_PAGES, &left, &e))
			fail_msg("%s", e.text);
	} while (removed && ++steps < 100);
	ROW("in small steps", steps > 5 && steps < 100);
	while (left)
		store_shrink(s, PRUNE_FREE_PAGES, &left, &e);
	size = size / 2 - scratch_ask("PRAGMA page_count") * scratch_ask("PRAGMA page_size");
	ROW("no larger than wanted, and not much less", size >= 0 && size < 500000);
	ROW_I64("the oldest went", scratch_ask("SELECT count(*) FROM item WHERE id < 2000"), 1);
	ROW_I64("but what is owed", scratch_ask("SELECT count(*) FROM item WHERE id = 1"), 1);
	ROW_I64("the newest stay", scratch_ask("SELECT count(*) FROM item WHERE id > 3000"), 999);
	store_close(s);
	ROWS_DONE();
}

static void
test_backup(void **state)
{
	struct store *s = scratch_open(STORE_WRITE), *other;
	struct err e = { 0 };
	struct stat st;

	(void)state;
	scratch_sql("INSERT INTO feed (id, url, name) VALUES (1, 'https://a.example/', 'a');");
	add_item(1, NEW, 0);
	ROW("made", store_backup(s, copy, NULL, &e));
	ROW("private", stat(copy, &st) == 0 && (st.st_mode & 0777) == 0600);
	ROW_I64("whole", scratch_ask_of(copy, "SELECT count(*) FROM delivery"), 1);
	ROW("not over another file", !store_backup(s, copy, NULL, &e) && e.kind == ERR_SYSTEM);
	other = store_open(copy, STORE_READ, &e);
	ROW("it opens", other != NULL);
	if (other)
		ROW_STR("the same secret, so the same ids", store_secret(other), store_secret(s));
	store_close(other);
	ROW("no directory", !store_backup(s, "/nonexistent/x", NULL, &e));
	store_close(s);
	ROWS_DONE();
}

/* Times lead to items also when the clock was set, and after some of them went. */
static void
check_times(struct store *s, const int64_t *times, size_t n)
{
	struct arena *arena = arena_new();
	char sql[256];
	struct err e = { 0 };

	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++) {
			struct item_filter filter = { .since_s = times[a], .until_s = times[b] };
			struct archive_span span;
			struct item_row *rows;
			size_t found;
			int64_t want;

			sqlite3_snprintf(sizeof(sql), sql,
			    "SELECT count(*) FROM item WHERE seen_s >= %lld AND seen_s < %lld",
			    (long long)times[a], (long long)times[b]);
			want = scratch_ask(sql);
			assert_true(store_browse_items(s, &filter, arena, &rows, &found, &e));
			assert_int_equal(found, want);
			if (times[b] <= times[a])
				continue;
			assert_true(store_archive_span(s, times[a], times[b], &span, &e));
			assert_int_equal(span.n, want);
			for (size_t i = 0; i < found; i++)
				assert_true(rows[i].row >= span.first && rows[i].row <= span.last);
		}
	assert_int_equal(scratch_ask("SELECT coalesce(sum(n), 0) FROM item_span"),
	    scratch_ask("SELECT count(*) FROM item"));
	assert_int_equal(scratch_ask("SELECT count(*) FROM item_span"),
	    scratch_ask("SELECT count(DISTINCT seen_s / 900) FROM item"));
	arena_free(arena);
}

static void
test_times(void **state)
{
	/* when commits came, and how many items each had; the clock is set back and forth */
	static const struct {
		int64_t seen_s, n;
	} commits[] = { { 900000, 3 }, { 900001, 2 }, { 905000, 4 }, { 1800, 3 }, { 906000, 2 },
		{ 99000000, 5 }, { 906500, 1 }, { 906500, 1 }, { 1000000, 6 }, { 1000899, 2 } };
	static const int64_t times[] = { 1, 1801, 900000, 900001, 906500, 906501, 1000900, 99000000,
		INT64_MAX };
	struct store *s = scratch_open(STORE_WRITE);
	size_t removed, all = 0;
	int64_t row = 0;
	char sql[256];
	struct err e = { 0 };

	(void)state;
	scratch_sql("INSERT INTO feed (id, url, name) VALUES (1, 'https://a.example/', 'a');");
	check_times(s, times, ARRAY_LEN(times));
	for (size_t i = 0; i < ARRAY_LEN(commits); i++) {
		for (int64_t k = 0; k < commits[i].n; k++) {
			sqlite3_snprintf(sizeof(sql), sql,
			    "INSERT INTO item (id, feed, key, item_id, title, seen_s) "
			    "VALUES (%lld, 1, %lld, 'i', 't', %lld)",
			    (long long)(row + k + 1), (long long)(row + k + 1),
			    (long long)commits[i].seen_s);
			scratch_sql(sql);
		}
		assert_true(store_span_add(
		    s, commits[i].seen_s, row + 1, row + commits[i].n, commits[i].n, &e));
		row += commits[i].n;
	}
	check_times(s, times, ARRAY_LEN(times));
	do {
		assert_true(store_prune(s, 906400, 3, &removed, &e));
		all += removed;
		check_times(s, times, ARRAY_LEN(times));
	} while (removed);
	assert_int_equal(all, 14);
	assert_true(store_prune(s, INT64_MAX / 2, PRUNE_ROWS, &removed, &e));
	check_times(s, times, ARRAY_LEN(times));
	assert_int_equal(scratch_ask("SELECT count(*) FROM item_span"), 0);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_prune, set_up, scratch_remove),
		cmocka_unit_test_setup_teardown(test_prune_by_size, set_up, scratch_remove),
		cmocka_unit_test_setup_teardown(test_times, set_up, scratch_remove),
		cmocka_unit_test_setup_teardown(test_backup, set_up, scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
