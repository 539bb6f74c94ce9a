#include "store_archive.h"

#include "store_inside.h"
#include "store_span.h"

bool
store_archive_span(
    struct store *s, int64_t since_s, int64_t until_s, struct archive_span *ret, struct err *e)
{
	static const char sql[] = "SELECT " SPAN_FIRST("?1") ", " SPAN_LAST("?2") ", " SPAN_COUNT(
	    "?1") " - (" SPAN_COUNT("?2") ")";
	sqlite3_stmt *st = store_statement(s, sql, e);
	bool good;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, since_s);
	sqlite3_bind_int64(st, 2, until_s);
	good = sqlite3_step(st) == SQLITE_ROW;
	*ret = (struct archive_span){ 0, -1, 0 };
	if (good && sqlite3_column_int64(st, 2) > 0)
		*ret = (struct archive_span){ sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2) };
	if (!good)
		store_db_err(s, e);
	sqlite3_reset(st);
	return good;
}

bool
store_archive_read(struct store *s, int64_t first, int64_t last, int64_t since_s, int64_t until_s,
    archive_each *each, void *cookie, struct err *e)
{
	static const char sql[] =
	    "SELECT i.id, i.seen_s, f.name, i.title, i.link, i.summary, i.body, i.author, "
	    "i.categories, i.lang "
	    "FROM item i JOIN feed f ON f.id = i.feed "
	    "WHERE i.id BETWEEN ?1 AND ?2 AND i.seen_s >= ?3 AND i.seen_s < ?4";
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, first);
	sqlite3_bind_int64(st, 2, last);
	sqlite3_bind_int64(st, 3, since_s);
	sqlite3_bind_int64(st, 4, until_s);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const struct archived item = {
			.row = sqlite3_column_int64(st, 0),
			.seen_s = sqlite3_column_int64(st, 1),
			.feed = store_column_view(st, 2),
			.title = store_column_view(st, 3),
			.link = store_column_view(st, 4),
			.summary = store_column_view(st, 5),
			.body = store_column_view(st, 6),
			.author = store_column_view(st, 7),
			.categories = store_column_view(st, 8),
			.lang = store_column_view(st, 9),
		};

		each(cookie, &item);
	}
	return store_finish(s, st, rc, e);
}

bool
store_item_fate(struct store *s, int64_t item, bool *told, bool *fired, struct err *e)
{
	static const char sql[] =
	    "SELECT EXISTS (SELECT 1 FROM alert a WHERE a.item = ?1 AND "
	    "(EXISTS (SELECT 1 FROM delivery WHERE alert = a.id) OR "
	    "EXISTS (SELECT 1 FROM member WHERE alert = a.id))), "
	    "EXISTS (SELECT 1 FROM alert a WHERE a.item = ?1) OR "
	    /* decisions of a watch are of one that fired; of an entry alone they come before */
	    "EXISTS (SELECT 1 FROM decision d WHERE d.item = ?1 AND d.watch <> '')";
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, item);
	rc = sqlite3_step(st);
	*told = rc == SQLITE_ROW && sqlite3_column_int(st, 0);
	*fired = rc == SQLITE_ROW && sqlite3_column_int(st, 1);
	return store_finish(s, st, rc, e);
}

bool
store_item_told(struct store *s, int64_t item, struct arena *arena, struct told_row **ret,
    size_t *n, struct err *e)
{
	static const char sql[] =
	    "SELECT a.id, a.watch, a.created_s, count(d.id), coalesce(sum(d.state = ?2), 0), "
	    "coalesce(sum(d.state = ?3), 0) FROM alert a LEFT JOIN delivery d ON d.alert = a.id OR "
	    "d.seq IN (SELECT m.delivery FROM member m WHERE m.alert = a.id) "
	    "WHERE a.item = ?1 GROUP BY a.id ORDER BY a.created_s";
	sqlite3_stmt *st = store_statement(s, sql, e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, item);
	sqlite3_bind_int(st, 2, DELIVERY_DONE);
	sqlite3_bind_int(st, 3, DELIVERY_DEAD);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct told_row){
			.alert = store_column_str(st, 0, arena),
			.watch = store_column_str(st, 1, arena),
			.created_s = sqlite3_column_int64(st, 2),
			.deliveries = sqlite3_column_int64(st, 3),
			.done = sqlite3_column_int64(st, 4),
			.dead = sqlite3_column_int64(st, 5),
		};
	return store_finish(s, st, rc, e);
}

bool
store_item_decisions(struct store *s, int64_t item, struct arena *arena, struct decision_row **ret,
    size_t *n, struct err *e)
{
	static const char sql[] =
	    "SELECT watch, coalesce(entry, ''), reason, coalesce(detail, ''), "
	    "at_s FROM decision WHERE item = ?1 ORDER BY id";
	sqlite3_stmt *st = store_statement(s, sql, e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, item);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct decision_row){
			.watch = store_column_str(st, 0, arena),
			.entry = store_column_str(st, 1, arena),
			.reason = store_column_str(st, 2, arena),
			.detail = store_column_str(st, 3, arena),
			.at_s = sqlite3_column_int64(st, 4),
		};
	return store_finish(s, st, rc, e);
}
