#include "store_salvage.h"

#include "mem.h"
#include "schema.h"
#include "seen.h"
#include "store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PASSES 10                   /* of deleting what points to what went */
#define LEAP_MAX ((int64_t)1 << 40) /* row numbers that are leapt over before giving up */
#define IN_A_TRANSACTION 10000      /* rows */

/* Errors of reading go by table; the rest ends it. */
struct job {
	sqlite3 *from, *to;
	struct arena *arena;
	struct salvage *ret;
	struct err *e;
};

static bool
failed(struct job *j)
{
	return err_set(j->e, ERR_SYSTEM, "%s", sqlite3_errmsg(j->to));
}

static bool
run(struct job *j, const char *sql)
{
	return sqlite3_exec(j->to, sql, NULL, NULL, NULL) == SQLITE_OK || failed(j);
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
store_examine(const char *path, bool quick, size_t limit, struct arena *arena,
    struct str_list *complaints, struct err *e)
{
	const char *sql = str_z(arena,
	    str_fmt(arena, "PRAGMA %s(%zu)", quick ? "quick_check" : "integrity_check", limit));
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

/* ---- one table ---- */

/* The columns that both have, as a list for SQL; empty: it cannot be read at all. */
static struct str
common_columns(struct job *j, struct str table)
{
	static const char sql[] = "SELECT name FROM pragma_table_info(?) ORDER BY cid";
	struct str ret = STR("");
	sqlite3_stmt *here = NULL, *there = NULL;

	sqlite3_prepare_v2(j->to, sql, -1, &here, NULL);
	sqlite3_prepare_v2(j->from, "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2",
	    -1, &there, NULL);
	store_bind_str(here, 1, table);
	while (sqlite3_step(here) == SQLITE_ROW) {
		struct str name = store_column_str(here, 0, j->arena);

		store_bind_str(there, 1, table);
		store_bind_str(there, 2, name);
		if (sqlite3_step(there) == SQLITE_ROW && sqlite3_column_int(there, 0) > 0)
			ret = str_fmt(j->arena, "%.*s%s\"%.*s\"", STR_ARG(ret), ret.n ? ", " : "",
			    STR_ARG(name));
		sqlite3_reset(there);
	}
	sqlite3_finalize(here);
	sqlite3_finalize(there);
	return ret;
}

/* One that has numbered rows can be entered in the middle. */
static bool
has_rowid(struct job *j, struct str table)
{
	sqlite3_stmt *st = NULL;
	bool ret;

	sqlite3_prepare_v2(
	    j->to, "SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'", -1, &st, NULL);
	store_bind_str(st, 1, table);
	ret = sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 0;
	sqlite3_finalize(st);
	return ret;
}

struct copy {
	struct salvaged_table *table;
	sqlite3_stmt *put;
	int columns;
	int64_t last; /* row number read last, when it has them */
};

/* False only when the new file cannot be written. */
static bool
put_row(struct job *j, struct copy *c, sqlite3_stmt *row, int first)
{
	for (int i = 0; i < c->columns; i++)
		sqlite3_bind_value(c->put, i + 1, sqlite3_column_value(row, first + i));
	sqlite3_step(c->put);
	if (sqlite3_reset(c->put) != SQLITE_OK)
		return failed(j);
	if (sqlite3_changes(j->to) == 0)
		return true; /* it is there already, from the other side */
	return ++c->table->rows % IN_A_TRANSACTION > 0 || run(j, "COMMIT; BEGIN");
}

/*
 * Rows as one SELECT gives them, until its end or until it meets damage (*whole says which).  The
 * first column is the row's number when numbered.
 */
static bool
put_rows(struct job *j, struct copy *c, struct str select, bool numbered, int64_t from, bool *whole)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(j->from, select.p, (int)select.n, &st, NULL);
	bool good = true;

	if (rc == SQLITE_OK && numbered)
		sqlite3_bind_int64(st, 1, from);
	while (good && rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		good = put_row(j, c, st, numbered ? 1 : 0);
		if (numbered)
			c->last = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	*whole = rc == SQLITE_DONE;
	sqlite3_finalize(st);
	return good;
}

/* Over the damage: the first row that can be read behind it, and from there back down to it. */
static bool
put_numbered(struct job *j, struct copy *c, struct str columns)
{
	const char *table = c->table->name.p;
	struct str up = str_fmt(j->arena,
	    "SELECT rowid, %.*s FROM \"%s\" NOT INDEXED WHERE rowid >= ?1 ORDER BY rowid",
	    STR_ARG(columns), table);
	struct str down = str_fmt(j->arena,
	    "SELECT rowid, %.*s FROM \"%s\" NOT INDEXED WHERE rowid <= ?1 ORDER BY rowid DESC",
	    STR_ARG(columns), table);
	int64_t from = INT64_MIN, leap = 1;
	bool end, ignored;

	for (;;) {
		int64_t before = c->table->rows;

		c->last = from;
		if (!put_rows(j, c, up, true, from, &end))
			return false;
		if (c->table->rows > before) {
			int64_t stopped = c->last;

			if (from > 0 && !put_rows(j, c, down, true, from - 1, &ignored))
				return false;
			c->last = stopped;
			leap = 1;
		}
		if (end || leap > LEAP_MAX)
			break;
		c->table->whole = false;
		from = (c->last < 0 ? 0 : c->last) + leap;
		leap *= 2;
	}
	c->last = INT64_MAX;
	return c->table->whole || put_rows(j, c, down, true, INT64_MAX, &ignored);
}

/* Keys of other kinds cannot be leapt over: from both ends. */
static bool
put_keyed(struct job *j, struct copy *c, struct str columns, struct str key)
{
	struct str up = str_fmt(j->arena, "SELECT %.*s FROM \"%.*s\" ORDER BY %.*s",
	    STR_ARG(columns), STR_ARG(c->table->name), STR_ARG(key));
	struct str down = str_fmt(j->arena, "SELECT %.*s FROM \"%.*s\" ORDER BY %.*s DESC",
	    STR_ARG(columns), STR_ARG(c->table->name), STR_ARG(key));
	bool ignored;

	return put_rows(j, c, up, false, 0, &c->table->whole) &&
	       (c->table->whole || put_rows(j, c, down, false, 0, &ignored));
}

/* "a, b" of the primary key. */
static struct str
primary_key(struct job *j, struct str table, const char *between)
{
	struct str ret = STR("");
	sqlite3_stmt *st = NULL;

	sqlite3_prepare_v2(
	    j->to, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", -1, &st, NULL);
	store_bind_str(st, 1, table);
	while (sqlite3_step(st) == SQLITE_ROW)
		ret = str_fmt(j->arena, "%.*s%s\"%.*s\"", STR_ARG(ret), ret.n ? between : "",
		    STR_ARG(store_column_str(st, 0, j->arena)));
	sqlite3_finalize(st);
	return ret;
}

static bool
copy_table(struct job *j, struct salvaged_table *table)
{
	struct str columns = common_columns(j, table->name), marks = STR("?");
	struct copy c = { .table = table };
	struct str insert;
	bool good;

	table->whole = columns.n > 0;
	if (columns.n == 0)
		return true;
	for (size_t i = 0; i < columns.n; i++)
		if (columns.p[i] == ',')
			marks = str_fmt(j->arena, "%.*s, ?", STR_ARG(marks));
	insert = str_fmt(j->arena, "INSERT OR %s INTO \"%.*s\" (%.*s) VALUES (%.*s)",
	    str_eq(table->name, STR("meta")) ? "REPLACE" : "IGNORE", STR_ARG(table->name),
	    STR_ARG(columns), STR_ARG(marks));
	if (sqlite3_prepare_v2(j->to, insert.p, (int)insert.n, &c.put, NULL) != SQLITE_OK)
		return failed(j);
	c.columns = sqlite3_bind_parameter_count(c.put);
	good = run(j, "BEGIN") &&
	       (has_rowid(j, table->name)
		       ? put_numbered(j, &c, columns)
		       : put_keyed(j, &c, columns, primary_key(j, table->name, ", "))) &&
	       run(j, "COMMIT");
	sqlite3_finalize(c.put);
	return good;
}

/* ---- making it whole ---- */

/* What rows without numbers point to, and what is owed is kept. */
static const char *const mends[] = {
	"UPDATE alert SET item = NULL WHERE item NOT IN (SELECT id FROM item)",
	"DELETE FROM item_source WHERE item NOT IN (SELECT id FROM item)",
	"DELETE FROM item_version WHERE item NOT IN (SELECT id FROM item)",
};
static const char *const ends[] = {
	"UPDATE delivery SET alerts = (SELECT count(*) FROM member WHERE delivery = delivery.seq) "
	"WHERE kind <> 0",
	"DELETE FROM delivery WHERE kind <> 0 AND alerts = 0",
	"DELETE FROM attempt WHERE delivery NOT IN (SELECT id FROM delivery)",
	/* validators never get ahead of what was seen; with neither, the next poll is the first */
	"UPDATE feed SET etag = NULL, last_modified = NULL, body_hash = NULL, partial_hash = NULL, "
	"first_s = NULL WHERE id NOT IN (SELECT feed FROM seen)",
};

/* Rows that point to rows that are lost; *n: how many went. */
static bool
drop_orphans(struct job *j, int64_t *n)
{
	sqlite3_stmt *st = NULL;
	int64_t before = sqlite3_total_changes64(j->to);
	bool good = true;

	for (size_t i = 0; good && i < ARRAY_LEN(mends); i++)
		good = run(j, mends[i]);
	if (!good || sqlite3_prepare_v2(j->to,
			 "SELECT DISTINCT \"table\", rowid FROM pragma_foreign_key_check WHERE "
			 "rowid IS NOT NULL",
			 -1, &st, NULL) != SQLITE_OK)
		return good && failed(j);
	while (good && sqlite3_step(st) == SQLITE_ROW)
		good = run(
		    j, str_z(j->arena, str_fmt(j->arena, "DELETE FROM \"%s\" WHERE rowid = %lld",
					   (const char *)sqlite3_column_text(st, 0),
					   (long long)sqlite3_column_int64(st, 1))));
	sqlite3_finalize(st);
	*n = sqlite3_total_changes64(j->to) - before;
	return good;
}

/* Of one feed, from the items of it that are kept. */
static bool
remember(struct job *j, int64_t feed, sqlite3_stmt *items, sqlite3_stmt *put)
{
	uint64_t *keys = NULL;
	size_t n = 0, cap = 0;
	int64_t newest_s = 0;
	struct str seen;

	sqlite3_bind_int64(items, 1, feed);
	while (sqlite3_step(items) == SQLITE_ROW) {
		*ARENA_PUSH(j->arena, keys, n, cap) = (uint64_t)sqlite3_column_int64(items, 0);
		if (sqlite3_column_int64(items, 1) > newest_s)
			newest_s = sqlite3_column_int64(items, 1);
	}
	sqlite3_reset(items);
	if (!seen_update(
		STR(""), keys, n, newest_s, j->arena, ARENA_ARRAY(j->arena, bool, n + 1), &seen))
		return true; /* there are none */
	sqlite3_bind_int64(put, 1, feed);
	store_bind_bytes(put, 2, seen);
	sqlite3_step(put);
	return sqlite3_reset(put) == SQLITE_OK || failed(j);
}

static bool
rebuild_seen(struct job *j)
{
	sqlite3_stmt *feeds = NULL, *items = NULL, *put = NULL;
	bool good =
	    sqlite3_prepare_v2(j->to, "SELECT id FROM feed WHERE id NOT IN (SELECT feed FROM seen)",
		-1, &feeds, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(j->to,
		"SELECT key, seen_s FROM item WHERE feed = ?1 UNION ALL "
		"SELECT key, seen_s FROM item_source WHERE feed = ?1",
		-1, &items, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(
		j->to, "INSERT INTO seen (feed, keys) VALUES (?, ?)", -1, &put, NULL) == SQLITE_OK;
	int64_t *ids = NULL;
	size_t n = 0, cap = 0;

	if (!good)
		failed(j);
	while (good && sqlite3_step(feeds) == SQLITE_ROW)
		*ARENA_PUSH(j->arena, ids, n, cap) = sqlite3_column_int64(feeds, 0);
	for (size_t i = 0; good && i < n; i++)
		good = remember(j, ids[i], items, put);
	sqlite3_finalize(feeds);
	sqlite3_finalize(items);
	sqlite3_finalize(put);
	return good;
}

static bool
make_whole(struct job *j)
{
	int64_t n = 1;

	for (int pass = 0; n > 0; pass++) {
		if (pass == PASSES)
			return err_set(j->e, ERR_SYSTEM, "what is left contradicts itself");
		if (!drop_orphans(j, &n))
			return false;
		j->ret->dropped += n;
	}
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (!run(j, ends[i]))
			return false;
	return rebuild_seen(j);
}

/* ---- all of it ---- */

static bool
list_tables(struct job *j)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(j->to,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
		"ORDER BY rowid",
		-1, &st, NULL) != SQLITE_OK)
		return failed(j);
	while (sqlite3_step(st) == SQLITE_ROW)
		*ARENA_PUSH(j->arena, j->ret->tables, j->ret->n, j->ret->cap) =
		    (struct salvaged_table){ .name = str_c(str_z(
						 j->arena, store_column_str(st, 0, j->arena))) };
	sqlite3_finalize(st);
	return true;
}

/* Did the secret come over, or is it the new file's own? */
static bool
ask_secret(struct job *j)
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
salvage(struct job *j)
{
	int version;

	if (!schema_version(j->from, &version, j->e))
		return false;
	if (version == 0)
		return err_set(j->e, ERR_SYSTEM, "it is empty");
	if (!run(j, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = OFF;"
		    "PRAGMA journal_mode = MEMORY") ||
	    !schema_make(j->to, version, j->e) || !list_tables(j))
		return false;
	for (size_t i = 0; i < j->ret->n; i++)
		if (!copy_table(j, &j->ret->tables[i]))
			return false;
	j->ret->secret = ask_secret(j);
	return schema_bring_up(j->to, j->e) && make_whole(j);
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
	struct job j = { .arena = arena, .ret = ret, .e = e };
	bool good;

	*ret = (struct salvage){ 0 };
	if (!open_damaged(from, &j.from, e))
		return false;
	if (!make_file(to, e)) {
		sqlite3_close(j.from);
		return false;
	}
	if (sqlite3_open_v2(to, &j.to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		good = failed(&j);
	else
		good = salvage(&j);
	sqlite3_close(j.from);
	sqlite3_close(j.to);
	good = good && sync_file(to, e);
	if (!good)
		unlink(to);
	return good;
}
