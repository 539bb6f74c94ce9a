#include "store_inside.h"

bool
store_put_decision(
    struct store *s, int64_t item, const struct decision_new *new, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT INTO decision (item, watch, entry, reason, detail, at_s, story) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?)",
	    e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, item);
	store_bind_str(st, 2, new->watch);
	store_bind_str(st, 3, new->entry);
	store_bind_str(st, 4, new->reason);
	store_bind_str(st, 5, new->detail);
	sqlite3_bind_int64(st, 6, now_s);
	if (new->story)
		sqlite3_bind_int64(st, 7, new->story);
	return store_run(s, st, e);
}
