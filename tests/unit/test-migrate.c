/* From every earlier form to the last: in order, all or nothing, and where a fresh one arrives. */
#include "scratch.h"

#include "migrate.h"
#include "schema.h"

#define OURS 0x1234

/* A table that is rebuilt by the second step, and a child whose rows must survive that. */
static const char *const steps[] = {
	"CREATE TABLE feed (id INTEGER PRIMARY KEY, url TEXT);"
	"CREATE TABLE item (id INTEGER PRIMARY KEY, feed INTEGER REFERENCES feed ON DELETE "
	"CASCADE)",
	"CREATE TABLE feed_new (id INTEGER PRIMARY KEY, url TEXT NOT NULL, name TEXT NOT NULL);"
	"INSERT INTO feed_new SELECT id, url, 'feed ' || id FROM feed;"
	"DROP TABLE feed; ALTER TABLE feed_new RENAME TO feed",
	"CREATE INDEX feed_by_name ON feed (name); UPDATE feed SET name = upper(name)",
};

static sqlite3 *
open_memory(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	return db;
}

static void
sql(sqlite3 *db, const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
}

/* One text: what a query answers, a row a line. */
static struct str
ask(sqlite3 *db, const char *text, struct arena *arena)
{
	struct str all = STR("");
	sqlite3_stmt *st;

	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st); i++)
			all = str_fmt(arena, "%.*s%s%s", STR_ARG(all), i ? "|" : "",
			    sqlite3_column_text(st, i) ? (const char *)sqlite3_column_text(st, i)
						       : "");
		all = str_fmt(arena, "%.*s\n", STR_ARG(all));
	}
	sqlite3_finalize(st);
	return all;
}

static struct str
form(sqlite3 *db, struct arena *arena)
{
	return ask(db,
	    "SELECT type, name, tbl_name, replace(sql, '\"', '') FROM sqlite_schema ORDER BY 1, 2",
	    arena);
}

static void
test_from_every_version(void **state)
{
	const struct migration m = { OURS, steps, ARRAY_LEN(steps) };
	struct arena *arena = arena_new();
	sqlite3 *fresh = open_memory();
	struct err e = { 0 };
	int version;

	(void)state;
	assert_true(migration_run(&m, fresh, 3, &e));
	for (int from = 0; from <= 3; from++) {
		char name[32];
		sqlite3 *db = open_memory();

		snprintf(name, sizeof(name), "from version %d", from);
		assert_true(migration_run(&m, db, from, &e));
		if (from == 1)
			sql(db, "INSERT INTO feed VALUES (1, 'u'); INSERT INTO item VALUES (1, 1)");
		ROW(name, migration_run(&m, db, 3, &e));
		ROW(name, migration_version(&m, db, &version, &e) && version == 3);
		ROW_STR(name, form(db, arena), form(fresh, arena));
		if (from == 1) {
			ROW_STR("each step once, in order", ask(db, "SELECT * FROM feed", arena),
			    STR("1|u|FEED 1\n"));
			ROW_STR("the child is there", ask(db, "SELECT * FROM item", arena),
			    STR("1|1\n"));
		}
		ROW("again does nothing", migration_run(&m, db, 3, &e));
		sqlite3_close(db);
	}
	sqlite3_close(fresh);
	arena_free(arena);
	ROWS_DONE();
}

static void
test_all_or_nothing(void **state)
{
	static const char *const wrong[] = {
		"this is no SQL", "CREATE TABLE more (x); INSERT INTO none VALUES (1)",
		"DELETE FROM feed", /* and leave its items */
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const char *const list[] = { steps[0], steps[1], wrong[i], steps[2] };
		const struct migration m = { OURS, list, ARRAY_LEN(list) };
		sqlite3 *db = open_memory();
		struct err e = { 0 };
		struct str before;
		int version;

		assert_true(migration_run(&m, db, 1, &e));
		sql(db, "INSERT INTO feed VALUES (1, 'u'); INSERT INTO item VALUES (1, 1)");
		before = form(db, arena);
		ROW(wrong[i], !migration_run(&m, db, 4, &e));
		ROW(wrong[i], e.text[0] != '\0');
		ROW_STR(wrong[i], form(db, arena), before);
		ROW_STR(wrong[i], ask(db, "SELECT * FROM feed", arena), STR("1|u\n"));
		ROW(wrong[i], migration_version(&m, db, &version, &e) && version == 1);
		ROW(wrong[i], sqlite3_get_autocommit(db));
		sqlite3_close(db);
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
test_not_ours(void **state)
{
	static const struct {
		const char *name, *make, *why;
	} rows[] = {
		{ "another program's", "PRAGMA application_id = 7; PRAGMA user_version = 1",
		    "another program" },
		{ "tables, and nobody's", "CREATE TABLE recipes (name)", "another program" },
		{ "newer", "PRAGMA application_id = 0x1234; PRAGMA user_version = 4", "newer" },
		{ "no version", "PRAGMA application_id = 0x1234; PRAGMA user_version = -1",
		    "newer" },
	};
	const struct migration m = { OURS, steps, ARRAY_LEN(steps) };
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sqlite3 *db = open_memory();
		struct err e = { 0 };
		struct str before;
		int version;

		sql(db, rows[i].make);
		before = form(db, arena);
		ROW(rows[i].name, !migration_version(&m, db, &version, &e));
		ROW(rows[i].name, !migration_run(&m, db, 3, &e));
		ROW(rows[i].name, strstr(e.text, rows[i].why) != NULL);
		ROW_STR(rows[i].name, form(db, arena), before);
		sqlite3_close(db);
	}
	arena_free(arena);
	ROWS_DONE();
}

/* The real steps: from each version on, the daemon's own way of opening arrives where it does from
 * nothing. */
static void
test_our_schema(void **state)
{
	struct arena *arena = arena_new();
	struct str want = STR("");
	struct err e = { 0 };
	int last = 1, version;
	sqlite3 *db;

	(void)state;
	for (int from = 0; from <= last; from++) {
		char name[32];

		snprintf(name, sizeof(name), "from version %d", from);
		unlink(scratch_db);
		assert_int_equal(sqlite3_open(scratch_db, &db), SQLITE_OK);
		ROW(name, schema_make(db, from, &e));
		sqlite3_close(db);
		store_close(scratch_open(STORE_WRITE));
		assert_int_equal(sqlite3_open(scratch_db, &db), SQLITE_OK);
		if (from == 0)
			want = form(db, arena);
		ROW(name, schema_version(db, &version, &e) && schema_check(db, &e));
		last = version - 1;
		ROW_STR(name, form(db, arena), want);
		ROW_STR(name, ask(db, "PRAGMA integrity_check", arena), STR("ok\n"));
		sqlite3_close(db);
	}
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_every_version),
		cmocka_unit_test(test_all_or_nothing),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_our_schema),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
