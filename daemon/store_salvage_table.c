/*
 * Salvage: one table, over the damage in it and around it.
 */
#include "store_salvage_inside.h"

#include "store_inside.h"

#define LEAP_MAX ((int64_t)1 << 40) /* row numbers that are leapt over before giving up */
#define IN_A_TRANSACTION 10000      /* rows */

/* The columns that both have, as a list for SQL; empty: it cannot be read at all. */
static struct str
common_columns(struct salvage_job *j, struct str table)
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
has_rowid(struct salvage_job *j, struct str table)
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
put_row(struct salvage_job *j, struct copy *c, sqlite3_stmt *row, int first)
{
	for (int i = 0; i < c->columns; i++)
		sqlite3_bind_value(c->put, i + 1, sqlite3_column_value(row, first + i));
	sqlite3_step(c->put);
	if (sqlite3_reset(c->put) != SQLITE_OK)
		return salvage_failed(j);
	if (sqlite3_changes(j->to) == 0)
		return true; /* it is there already, from the other side */
	return ++c->table->rows % IN_A_TRANSACTION > 0 || salvage_run(j, "COMMIT; BEGIN");
}

/*
 * Rows as one SELECT gives them, until its end or until it meets damage (*whole says which).  The
 * first column is the row's number when numbered.
 */
static bool
put_rows(struct salvage_job *j, struct copy *c, struct str select, bool numbered, int64_t from,
    bool *whole)
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
put_numbered(struct salvage_job *j, struct copy *c, struct str columns)
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
put_keyed(struct salvage_job *j, struct copy *c, struct str columns, struct str key)
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
primary_key(struct salvage_job *j, struct str table, const char *between)
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

bool
salvage_table(struct salvage_job *j, struct salvaged_table *table)
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
		return salvage_failed(j);
	c.columns = sqlite3_bind_parameter_count(c.put);
	good = salvage_run(j, "BEGIN") &&
	       (has_rowid(j, table->name)
		       ? put_numbered(j, &c, columns)
		       : put_keyed(j, &c, columns, primary_key(j, table->name, ", "))) &&
	       salvage_run(j, "COMMIT");
	sqlite3_finalize(c.put);
	return good;
}
