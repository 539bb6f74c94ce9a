/*
 * A directory of its own with a database for each test: setup and teardown of cmocka, and SQL to
 * look behind the store's back.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include "rows.h"

#include "store.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_dir[64];
static char scratch_db[96]; /* newsbell.db in it; not made yet */

/* In memory where that can be had: some tests commit thousands of times. */
static inline int
scratch_make(void **state)
{
	(void)state;
	snprintf(scratch_dir, sizeof(scratch_dir), "%s/newsbell-test-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(scratch_dir))
		return -1;
	snprintf(scratch_db, sizeof(scratch_db), "%s/newsbell.db", scratch_dir);
	return 0;
}

/* The files in it and the directory. */
static inline int
scratch_remove(void **state)
{
	DIR *dir = opendir(scratch_dir);
	struct dirent *entry;

	(void)state;
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	return rmdir(scratch_dir);
}

/* The database; STORE_WRITE makes it when it is not there. */
static inline struct store *
scratch_open(enum store_mode mode)
{
	struct err e = { 0 };
	struct store *store = store_open(scratch_db, mode, &e);

	if (!store)
		fail_msg("%s", e.text);
	return store;
}

static inline void
scratch_sql(const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(scratch_db, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	sqlite3_close(db);
}

/* The one number that a query of a database file answers. */
static inline int64_t
scratch_ask_of(const char *file, const char *text)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t v;

	assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

static inline int64_t
scratch_ask(const char *text)
{
	return scratch_ask_of(scratch_db, text);
}

#endif
