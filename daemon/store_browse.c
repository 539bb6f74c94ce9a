#include "store_browse.h"

#include "store_inside.h"
#include "store_span.h"

bool
store_browse_items(struct store *s, const struct item_filter *filter, struct arena *arena,
    struct item_row **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT i.id, i.seen_s, i.published_s, i.updated_s, i.revision, i.item_id, f.name, "
	    "i.title, i.link, i.author, i.lang, "
	    "(SELECT group_concat(watch, char(10)) FROM "
	    "(SELECT DISTINCT watch FROM alert WHERE item = i.id ORDER BY watch)) "
	    "FROM item i JOIN feed f ON f.id = i.feed "
	    "WHERE i.id >= " SPAN_FIRST("?1") " AND i.id <= " SPAN_LAST(
		"?2") " "
		      "AND i.seen_s >= ?1 AND i.seen_s < ?2 AND (?3 = 0 OR i.id = ?3) "
		      "AND (?4 = '' OR f.name = ?4 COLLATE NOCASE OR EXISTS (SELECT 1 FROM "
		      "item_source x "
		      "JOIN feed o ON o.id = x.feed WHERE x.item = i.id AND o.name = ?4 COLLATE "
		      "NOCASE)) "
		      "AND (?5 = '' OR EXISTS (SELECT 1 FROM alert a WHERE a.item = i.id AND "
		      "a.watch = ?5) "
		      "OR EXISTS (SELECT 1 FROM decision d WHERE d.item = i.id AND d.watch = ?5)) "
		      "ORDER BY i.id DESC LIMIT ?6",
	    e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, filter->since_s);
	sqlite3_bind_int64(st, 2, filter->until_s ? filter->until_s : INT64_MAX);
	sqlite3_bind_int64(st, 3, filter->row);
	store_bind_str(st, 4, filter->feed);
	store_bind_str(st, 5, filter->watch);
	sqlite3_bind_int64(st, 6, filter->limit ? (int64_t)filter->limit : INT64_MAX);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct item_row){
			.row = sqlite3_column_int64(st, 0),
			.seen_s = sqlite3_column_int64(st, 1),
			.published_s = store_column_date(st, 2),
			.updated_s = store_column_date(st, 3),
			.revision = sqlite3_column_int64(st, 4),
			.id = store_column_str(st, 5, arena),
			.feed = store_column_str(st, 6, arena),
			.title = store_column_str(st, 7, arena),
			.link = store_column_str(st, 8, arena),
			.author = store_column_str(st, 9, arena),
			.lang = store_column_str(st, 10, arena),
			.watches = store_column_str(st, 11, arena),
		};
	return store_finish(s, st, rc, e);
}

bool
store_item_sources(struct store *s, int64_t row, struct arena *arena, struct item_source **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT f.name, x.seen_s FROM item_source x JOIN feed f ON f.id = x.feed "
	    "WHERE x.item = ? ORDER BY x.seen_s, x.feed",
	    e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, row);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct item_source){
			.feed = store_column_str(st, 0, arena),
			.seen_s = sqlite3_column_int64(st, 1),
		};
	return store_finish(s, st, rc, e);
}

bool
store_item_versions(struct store *s, int64_t row, struct arena *arena, struct item_version **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT title, summary, body, until_s FROM item_version WHERE item = ? "
	    "ORDER BY revision",
	    e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, row);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct item_version){
			.title = store_column_str(st, 0, arena),
			.summary = store_column_str(st, 1, arena),
			.body = store_column_str(st, 2, arena),
			.until_s = sqlite3_column_int64(st, 3),
		};
	return store_finish(s, st, rc, e);
}
