#include "store_span.h"

#include "store_inside.h"

static bool
add(struct store *s, const char *sql, int64_t slot, int64_t first, int64_t last, int64_t n,
    struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, slot);
	sqlite3_bind_int64(st, 2, n);
	if (sqlite3_bind_parameter_count(st) > 2) {
		sqlite3_bind_int64(st, 3, first);
		sqlite3_bind_int64(st, 4, last);
	}
	return store_run(s, st, e);
}

bool
store_span_add(
    struct store *s, int64_t seen_s, int64_t first, int64_t last, int64_t n, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO item_span (slot, n, first, last) VALUES (?1, ?2, ?3, ?4) "
	    "ON CONFLICT (slot) DO UPDATE SET n = n + ?2, first = min(first, ?3), "
	    "last = max(last, ?4)";

	return n == 0 || add(s, sql, seen_s / SPAN_S, first, last, n, e);
}

bool
store_span_take(struct store *s, int64_t slot, int64_t n, struct err *e)
{
	static const char take[] = "UPDATE item_span SET n = n - ?2 WHERE slot = ?1";
	static const char drop[] = "DELETE FROM item_span WHERE slot = ?1 AND n <= 0 AND ?2 > 0";

	return n == 0 || (add(s, take, slot, 0, 0, n, e) && add(s, drop, slot, 0, 0, n, e));
}
