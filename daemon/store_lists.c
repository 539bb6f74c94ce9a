#include "store_lists.h"

#include "store_inside.h"

bool
store_list(struct store *s, struct str url, struct arena *arena, struct str *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, "SELECT lines FROM list JOIN feed ON feed.id = list.feed WHERE feed.url = ?", e);
	int rc;

	*ret = STR("");
	if (!st)
		return false;
	store_bind_str(st, 1, url);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = store_column_str(st, 0, arena);
	else if (rc != SQLITE_DONE)
		store_db_err(s, e);
	sqlite3_reset(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

bool
store_put_list(struct store *s, int64_t feed, struct str lines, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT INTO list (feed, lines) VALUES (?, ?) "
	    "ON CONFLICT (feed) DO UPDATE SET lines = excluded.lines",
	    e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	store_bind_bytes(st, 2, lines);
	return store_run(s, st, e);
}
