#include "store_inside.h"

bool
store_owed(struct store *s, const struct owed_filter *filter, struct arena *arena,
    struct owed **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT d.id, d.attempts, d.refusals, d.due_s, a.facts, "
	    "d.kind, d.route, d.since_s, d.severity FROM delivery d "
	    "LEFT JOIN alert a ON a.id = d.alert "
	    "WHERE d.state = 0 AND d.channel = ?1 AND d.next_try_s <= ?2 "
	    "AND (d.next_try_s <= ?3 OR d.attempts > 0) "
	    "ORDER BY d.next_try_s, d.seq LIMIT ?4",
	    e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	store_bind_str(st, 1, filter->channel);
	sqlite3_bind_int64(st, 2, filter->early ? INT64_MAX : filter->now_s);
	sqlite3_bind_int64(st, 3, filter->now_s);
	sqlite3_bind_int64(st, 4, (int64_t)filter->limit);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct owed){
			.id = store_column_str(st, 0, arena),
			.attempts = sqlite3_column_int64(st, 1),
			.refusals = sqlite3_column_int64(st, 2),
			.due_s = sqlite3_column_int64(st, 3),
			.facts = store_column_str(st, 4, arena),
			.kind = (enum bundle_kind)sqlite3_column_int(st, 5),
			.route = store_column_str(st, 6, arena),
			.since_s = sqlite3_column_int64(st, 7),
			.severity = (enum severity)sqlite3_column_int(st, 8),
		};
	return store_finish(s, st, rc, e);
}

bool
store_next_try(struct store *s, struct str channel, int64_t *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, "SELECT min(next_try_s) FROM delivery WHERE state = 0 AND channel = ?", e);
	int rc;

	*ret = INT64_MAX;
	if (!st)
		return false;
	store_bind_str(st, 1, channel);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && sqlite3_column_type(st, 0) != SQLITE_NULL)
		*ret = sqlite3_column_int64(st, 0);
	return store_finish(s, st, rc, e);
}

bool
store_pending_channels(struct store *s, struct arena *arena, struct str_list *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, "SELECT DISTINCT channel FROM delivery WHERE state = 0 ORDER BY channel", e);

	return st && store_ask_list(s, st, arena, ret, e);
}
