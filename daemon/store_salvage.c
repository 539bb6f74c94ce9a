#include "store_salvage_inside.h"

#include "schema.h"
#include "store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool
salvage_failed(struct salvage_job *j)
{
	return err_set(j->e, ERR_SYSTEM, "%s", sqlite3_errmsg(j->to));
}

bool
salvage_run(struct salvage_job *j, const char *sql)
{
	return sqlite3_exec(j->to, sql, NULL, NULL, NULL) == SQLITE_OK || salvage_failed(j);
}

/* ---- examining ---- */

/* Read and write, as a WAL database wants; but nothing of it is changed. */
static bool
open_damaged(const char *path, sqlite3 **ret, struct err *e)
{
	int rc = sqlite3_open_v2(path, ret, SQLITE_OPEN_READWRITE, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_db_config(*ret, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		rc = sqlite3_exec(*ret, "PRAGMA query_only = 1", NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK)
		return true;
	err_set(e, ERR_SYSTEM, "%s: %s", path, sqlite3_errmsg(*ret));
	sqlite3_close(*ret);
	return false;
}

bool
store_examine(const char *path, enum store_examination how, size_t limit, struct arena *arena,
    struct str_list *complaints, struct err *e)
{
	const char *sql =
	    str_z(arena, str_fmt(arena, "PRAGMA %s(%zu)",
			     how == STORE_PAGES ? "quick_check" : "integrity_check", limit));
	sqlite3_stmt *st = NULL;
	sqlite3 *db;
	size_t cap = 0;
	int rc;

	*complaints = (struct str_list){ 0 };
	if (!open_damaged(path, &db, e))
		return false;
	rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct str line = store_column_str(st, 0, arena);

		rc = SQLITE_OK;
		if (!str_eq(line, STR("ok")))
			*ARENA_PUSH(arena, complaints->v, complaints->n, cap) = line;
	}
	if (rc != SQLITE_DONE)
		*ARENA_PUSH(arena, complaints->v, complaints->n, cap) =
		    str_dup(arena, str_c(sqlite3_errmsg(db)));
	sqlite3_finalize(st);
	sqlite3_close(db);
	return true;
}

/* ---- all of it ---- */

static bool
list_tables(struct salvage_job *j)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(j->to,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
		"ORDER BY rowid",
		-1, &st, NULL) != SQLITE_OK)
		return salvage_failed(j);
	while (sqlite3_step(st) == SQLITE_ROW)
		*ARENA_PUSH(j->arena, j->ret->tables, j->ret->n, j->ret->cap) =
		    (struct salvaged_table){ .name = str_c(str_z(
						 j->arena, store_column_str(st, 0, j->arena))) };
	sqlite3_finalize(st);
	return true;
}

/* Did the secret come over, or is it the new file's own? */
static bool
ask_secret(struct salvage_job *j)
{
	static const char sql[] = "SELECT hex(value) FROM meta WHERE key = 'secret'";
	sqlite3_stmt *here = NULL, *there = NULL;
	bool same;

	sqlite3_prepare_v2(j->to, sql, -1, &here, NULL);
	sqlite3_prepare_v2(j->from, sql, -1, &there, NULL);
	same = sqlite3_step(here) == SQLITE_ROW && sqlite3_step(there) == SQLITE_ROW &&
	       strcmp((const char *)sqlite3_column_text(here, 0),
		   (const char *)sqlite3_column_text(there, 0)) == 0;
	sqlite3_finalize(here);
	sqlite3_finalize(there);
	return same;
}

static bool
salvage(struct salvage_job *j)
{
	int version;

	if (!schema_version(j->from, &version, j->e))
		return false;
	if (version == 0)
		return err_set(j->e, ERR_SYSTEM, "it is empty");
	if (!salvage_run(
		j, SCHEMA_PAGES "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY") ||
	    !schema_make(j->to, version, j->e) || !list_tables(j))
		return false;
	for (size_t i = 0; i < j->ret->n; i++)
		if (!salvage_table(j, &j->ret->tables[i]))
			return false;
	j->ret->secret = ask_secret(j);
	return schema_bring_up(j->to, j->e) && salvage_make_whole(j);
}

static bool
make_file(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	close(fd);
	return true;
}

static bool
sync_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (!good)
		err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

bool
store_salvage(
    const char *from, const char *to, struct arena *arena, struct salvage *ret, struct err *e)
{
	struct salvage_job j = { .arena = arena, .ret = ret, .e = e };
	bool good;

	*ret = (struct salvage){ 0 };
	if (!open_damaged(from, &j.from, e))
		return false;
	if (!make_file(to, e)) {
		sqlite3_close(j.from);
		return false;
	}
	if (sqlite3_open_v2(to, &j.to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		good = salvage_failed(&j);
	else
		good = salvage(&j);
	sqlite3_close(j.from);
	sqlite3_close(j.to);
	good = good && sync_file(to, e);
	if (!good)
		unlink(to);
	return good;
}
