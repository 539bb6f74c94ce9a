#include "store_sketch.h"

#include "store_inside.h"

/* A range of items. */
struct range {
	int64_t first, last, n;
};

static bool
ask_range(struct store *s, sqlite3_stmt *st, struct range *ret, struct err *e)
{
	bool found;

	*ret = (struct range){ 0 };
	if (!st || !store_ask(s, st, &found, e))
		return false;
	if (found)
		*ret = (struct range){ sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
			sqlite3_column_int64(st, 2) };
	sqlite3_reset(st);
	return true;
}

/* The first stale one, or else the items behind the last, when they are enough. */
static bool
find_range(struct store *s, struct range *ret, struct err *e)
{
	static const char stale[] =
	    "SELECT first, last, 1 FROM sketch INDEXED BY sketch_stale WHERE stale LIMIT 1";
	static const char next[] =
	    "SELECT min(id), max(id), count(*) FROM (SELECT id FROM item WHERE id > "
	    "coalesce((SELECT max(last) FROM sketch), -1) ORDER BY id LIMIT ?1)";
	sqlite3_stmt *st = store_statement(s, stale, e);

	if (!ask_range(s, st, ret, e))
		return false;
	if (ret->n)
		return true;
	st = store_statement(s, next, e);
	if (st)
		sqlite3_bind_int(st, 1, SKETCH_ITEMS);
	if (!ask_range(s, st, ret, e))
		return false;
	if (ret->n < SKETCH_ITEMS)
		ret->n = 0;
	return true;
}

static bool
read_items(struct store *s, struct sketcher *sketcher, const struct range *range, struct err *e)
{
	static const char sql[] = "SELECT title, summary, body, author, categories FROM item "
				  "WHERE id BETWEEN ?1 AND ?2";
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, range->first);
	sqlite3_bind_int64(st, 2, range->last);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		for (int i = 0; i < 5; i++)
			sketcher_add(sketcher, store_column_view(st, i));
	return store_finish(s, st, rc, e);
}

static bool
put(struct store *s, const struct range *range, struct str words, struct err *e)
{
	static const char sql[] =
	    "INSERT OR REPLACE INTO sketch (first, last, stale, words) VALUES (?1, ?2, 0, ?3)";
	sqlite3_stmt *st = store_statement(s, sql, e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, range->first);
	sqlite3_bind_int64(st, 2, range->last);
	store_bind_bytes(st, 3, words);
	return store_run(s, st, e);
}

static bool
sketch_next(struct store *s, struct sketcher *sketcher, bool *made, struct err *e)
{
	struct arena *arena;
	struct range range;
	bool good;

	*made = false;
	if (!find_range(s, &range, e))
		return false;
	if (range.n == 0)
		return true;
	arena = arena_new();
	good = read_items(s, sketcher, &range, e);
	good = put(s, &range, sketcher_end(sketcher, arena), e) && good;
	arena_free(arena);
	*made = good;
	return good;
}

bool
store_sketch(struct store *s, struct sketcher *sketcher, size_t n, size_t *made, struct err *e)
{
	bool good = store_execute(s, "BEGIN IMMEDIATE", e), more = true;
	struct err ignored;

	*made = 0;
	if (!good)
		return false;
	while (good && more && *made < n) {
		good = sketch_next(s, sketcher, &more, e);
		*made += more;
	}
	if (good && store_execute(s, "COMMIT", e))
		return true;
	store_execute(s, "ROLLBACK", &ignored);
	*made = 0;
	return false;
}

bool
store_sketch_stale(struct store *s, int64_t item, struct err *e)
{
	static const char sql[] = "UPDATE sketch SET stale = 1 WHERE last >= ?1 AND "
				  "first = (SELECT max(first) FROM sketch WHERE first <= ?1)";
	sqlite3_stmt *st = store_statement(s, sql, e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, item);
	return store_run(s, st, e);
}

bool
store_sketch_none(struct store *s, struct err *e)
{
	return store_execute(s, "DELETE FROM sketch", e);
}

bool
store_sketches(
    struct store *s, int64_t first, int64_t last, sketch_each *each, void *cookie, struct err *e)
{
	static const char sql[] =
	    "SELECT first, last, words FROM sketch WHERE NOT stale AND first <= ?2 AND "
	    "first >= coalesce((SELECT max(first) FROM sketch WHERE first <= ?1), ?1) AND "
	    "last >= ?1 ORDER BY first";
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, first);
	sqlite3_bind_int64(st, 2, last);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		each(cookie, sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
		    store_column_view(st, 2));
	return store_finish(s, st, rc, e);
}
