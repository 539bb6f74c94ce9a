#include "migrate.h"

static bool
pragma_int(sqlite3 *db, const char *sql, int *ret, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool good = sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
		    sqlite3_step(st) == SQLITE_ROW;

	if (good)
		*ret = sqlite3_column_int(st, 0);
	else
		err_set(e, ERR_SYSTEM, "%s", sqlite3_errmsg(db));
	sqlite3_finalize(st);
	return good;
}

bool
migration_version(const struct migration *m, sqlite3 *db, int *version, struct err *e)
{
	int application, tables;

	if (!pragma_int(db, "PRAGMA application_id", &application, e) ||
	    !pragma_int(db, "PRAGMA user_version", version, e) ||
	    !pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, e))
		return false;
	if (application == 0 && *version == 0 && tables == 0)
		return true; /* empty: a new one */
	if (application != m->application_id)
		return err_set(e, ERR_SYSTEM,
		    "this database belongs to another program; "
		    "choose another state directory");
	if (*version < 1 || (size_t)*version > m->n)
		return err_set(e, ERR_SYSTEM,
		    "this database was written by a newer newsbell (schema %d, "
		    "this program knows %zu); start the newer program",
		    *version, m->n);
	return true;
}

static bool
run(sqlite3 *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return err_set(e, ERR_SYSTEM, "%s", sqlite3_errmsg(db));
}

static bool
take_steps(const struct migration *m, sqlite3 *db, int from, int to, struct err *e)
{
	char sql[128];

	for (int v = from; v < to; v++)
		if (!run(db, m->steps[v], e))
			return false;
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    m->application_id, to);
	return run(db, sql, e);
}

/* Nothing points to what a step took away. */
static bool
is_whole(sqlite3 *db, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		err_set(e, ERR_SYSTEM,
		    "bringing it up to date would leave rows of '%s' without '%s'",
		    sqlite3_column_text(st, 0), sqlite3_column_text(st, 2));
	else if (rc != SQLITE_DONE)
		err_set(e, ERR_SYSTEM, "%s", sqlite3_errmsg(db));
	sqlite3_finalize(st);
	return rc == SQLITE_DONE;
}

bool
migration_run(const struct migration *m, sqlite3 *db, int to, struct err *e)
{
	int version;

	if (!run(db, "BEGIN IMMEDIATE", e))
		return false;
	if (migration_version(m, db, &version, e) &&
	    (version >= to || (take_steps(m, db, version, to, e) && is_whole(db, e))) &&
	    run(db, "COMMIT", e))
		return true;
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}
