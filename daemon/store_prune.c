#include "store_prune.h"

#include "mem.h"
#include "store_inside.h"
#include "store_span.h"

#define SOME " LIMIT ?2)"
#define OLD_ITEMS                                                                                  \
	"(SELECT id FROM item i WHERE id <= " SPAN_LAST("?1") " AND seen_s < ?1 "                  \
							      "AND NOT EXISTS (SELECT 1 FROM "     \
							      "alert WHERE item = i.id) "          \
							      "ORDER BY id" SOME
#define LAST_ITEM "coalesce((SELECT max(id) FROM item), -1)"

/* In this order, so that nothing points to what went.  ?1: before_s, ?2: rows at most. */
static const char *const deletions[] = {
	"DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE state <> 0 AND "
	"created_s < ?1 ORDER BY created_s, seq" SOME,
	"DELETE FROM member WHERE delivery IN (SELECT seq FROM delivery WHERE state <> 0 AND "
	"created_s < ?1 ORDER BY created_s, seq" SOME,
	"DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery WHERE state <> 0 AND "
	"created_s < ?1 ORDER BY created_s, seq" SOME,
	"DELETE FROM alert WHERE id IN (SELECT id FROM alert a WHERE created_s < ?1 "
	"AND NOT EXISTS (SELECT 1 FROM delivery WHERE alert = a.id) "
	"AND NOT EXISTS (SELECT 1 FROM member WHERE alert = a.id) ORDER BY created_s" SOME,
	"DELETE FROM decision WHERE item IN " OLD_ITEMS,
	"DELETE FROM item WHERE id IN " OLD_ITEMS " RETURNING " SPAN_SLOT("seen_s"),
	"DELETE FROM story WHERE id IN (SELECT id FROM story WHERE state IS NULL AND last_s < ?1 "
	"ORDER BY last_s" SOME,
	"DELETE FROM health WHERE id IN (SELECT id FROM health WHERE told <> 0 AND at_s < ?1" SOME,
	/* of none of the items that are left; and behind the last, as its number may be used again
	 */
	"DELETE FROM sketch WHERE ?1 > 0 AND first IN (SELECT first FROM sketch ORDER BY first "
	"LIMIT ?2) AND last < coalesce((SELECT min(id) FROM item), 9223372036854775807)",
	"DELETE FROM sketch WHERE first > " LAST_ITEM " OR last > " LAST_ITEM
	" AND first = (SELECT max(first) FROM sketch WHERE first <= " LAST_ITEM ") AND ?1 > 0 AND "
	"?2 > 0",
	"DELETE FROM silence WHERE id IN (SELECT id FROM silence WHERE until_s < ?1" SOME,
};

static bool
run(struct store *s, const char *sql, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	do
		rc = sqlite3_step(st);
	while (rc == SQLITE_ROW);
	return store_finish(s, st, rc, e);
}

/* What gives rows back are items: their slots. */
static bool
delete_some(struct store *s, const char *sql, int64_t before_s, int64_t rows, size_t *removed,
    struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);
	int64_t slot = 0, n = 0, returned = 0;
	int rc;
	bool good = true;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, before_s);
	sqlite3_bind_int64(st, 2, rows);
	while (good && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (sqlite3_column_int64(st, 0) != slot) {
			good = store_span_take(s, slot, n, e);
			slot = sqlite3_column_int64(st, 0);
			n = 0;
		}
		n++;
		returned++;
	}
	if (!good) {
		sqlite3_reset(st);
		return false;
	}
	if (!store_finish(s, st, rc, e))
		return false;
	*removed += (size_t)(returned ? returned : sqlite3_changes(s->db));
	return store_span_take(s, slot, n, e);
}

bool
store_prune(struct store *s, int64_t before_s, int64_t rows, size_t *removed, struct err *e)
{
	bool good = run(s, "BEGIN IMMEDIATE", e);
	struct err ignored;

	*removed = 0;
	if (!good)
		return false;
	for (size_t i = 0; good && i < ARRAY_LEN(deletions); i++)
		good = delete_some(s, deletions[i], before_s, rows, removed, e);
	if (good)
		good = run(s, "COMMIT", e);
	if (!good) {
		*removed = 0;
		run(s, "ROLLBACK", &ignored);
	}
	return good;
}

static bool
ask(struct store *s, const char *sql, int64_t parameter, int64_t *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	if (sqlite3_bind_parameter_count(st) > 0)
		sqlite3_bind_int64(st, 1, parameter);
	rc = sqlite3_step(st);
	*ret = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	return store_finish(s, st, rc, e);
}

bool
store_prune_before(struct store *s, int64_t max_bytes, int64_t *before_s, struct err *e)
{
	int64_t pages, unused, page, oldest_s;

	if (max_bytes == 0)
		return true;
	if (!ask(s, "PRAGMA page_count", 0, &pages, e) ||
	    !ask(s, "PRAGMA freelist_count", 0, &unused, e) ||
	    !ask(s, "PRAGMA page_size", 0, &page, e))
		return false;
	if ((pages - unused) * page <= max_bytes)
		return true;
	if (!ask(s,
		"SELECT coalesce(max(seen_s) + 1, 0) FROM (SELECT seen_s FROM item i WHERE NOT "
		"EXISTS "
		"(SELECT 1 FROM alert a WHERE a.item = i.id AND (EXISTS (SELECT 1 FROM delivery d "
		"WHERE d.alert = a.id AND d.state = 0) OR EXISTS (SELECT 1 FROM member m JOIN "
		"delivery "
		"d ON d.seq = m.delivery WHERE m.alert = a.id AND d.state = 0))) "
		"ORDER BY id LIMIT ?1)",
		PRUNE_ROWS, &oldest_s, e))
		return false;
	if (oldest_s > *before_s)
		*before_s = oldest_s;
	return true;
}

bool
store_shrink(struct store *s, int64_t pages, int64_t *left, struct err *e)
{
	char vacuum[64];
	sqlite3_stmt *st;

	sqlite3_snprintf(
	    sizeof(vacuum), vacuum, "PRAGMA incremental_vacuum(%lld)", (long long)pages);
	if (sqlite3_exec(s->db, vacuum, NULL, NULL, NULL) != SQLITE_OK)
		return store_db_err(s, e);
	if (!run(s, "PRAGMA wal_checkpoint(PASSIVE)", e) ||
	    !(st = store_statement(s, "PRAGMA freelist_count", e)))
		return false;
	*left = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_reset(st);
	return true;
}
