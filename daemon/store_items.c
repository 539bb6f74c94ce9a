#include "store_items.h"

#include "gist.h"
#include "store_inside.h"
#include "store_sketch.h"

#define SHARED_ROWS 8 /* more items under one link: it says nothing */

/* ---- read ---- */

bool
store_listed(struct store *s, int64_t feed, struct arena *arena, struct str *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, "SELECT records FROM listed WHERE feed = ?", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	return store_ask_str(s, st, arena, ret, e);
}

static const char own_sql[] =
    "SELECT id, revision, title, link, summary, body, author, categories, lang FROM item "
    "WHERE key = ? AND feed = ? ORDER BY id DESC LIMIT 1";
static const char shared_sql[] =
    "SELECT i.id, i.revision, i.title, i.link, i.summary, i.body, i.author, i.categories, i.lang "
    "FROM item_source x JOIN item i ON i.id = x.item WHERE x.key = ? AND x.feed = ?";

bool
store_item(struct store *s, int64_t feed, uint64_t key, struct arena *arena, struct item_known *ret,
    struct err *e)
{
	static const char *const sqls[] = { own_sql, shared_sql };
	bool found = false;

	*ret = (struct item_known){ 0 };
	for (int i = 0; i < 2 && !found; i++) {
		sqlite3_stmt *st = store_statement(s, sqls[i], e);
		bool good;

		if (!st)
			return false;
		sqlite3_bind_int64(st, 1, (int64_t)key);
		sqlite3_bind_int64(st, 2, feed);
		good = store_ask(s, st, &found, e);
		if (good && found)
			*ret = (struct item_known){
				.row = sqlite3_column_int64(st, 0),
				.own = i == 0,
				.revision = sqlite3_column_int64(st, 1),
				.title = store_column_str(st, 2, arena),
				.link = store_column_str(st, 3, arena),
				.summary = store_column_str(st, 4, arena),
				.body = store_column_str(st, 5, arena),
				.author = store_column_str(st, 6, arena),
				.categories = store_column_str(st, 7, arena),
				.lang = store_column_str(st, 8, arena),
			};
		sqlite3_reset(st);
		if (!good)
			return false;
	}
	return true;
}

bool
store_has_alert(struct store *s, int64_t row, struct str watch, bool *ret, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "SELECT 1 FROM alert WHERE item = ? AND watch = ? LIMIT 1", e);
	bool good;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, row);
	store_bind_str(st, 2, watch);
	good = store_ask(s, st, ret, e);
	sqlite3_reset(st);
	return good;
}

bool
store_first_alert(struct store *s, int64_t row, struct str watch, struct arena *arena,
    struct str *facts, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT facts FROM alert WHERE item = ? AND watch = ? ORDER BY created_s LIMIT 1", e);
	bool found, good;

	*facts = STR("");
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, row);
	store_bind_str(st, 2, watch);
	good = store_ask(s, st, &found, e);
	if (good && found)
		*facts = store_column_str(st, 0, arena);
	sqlite3_reset(st);
	return good;
}

/* ---- write ---- */

bool
store_put_listed(struct store *s, int64_t feed, struct str records, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT INTO listed (feed, records) VALUES (?, ?) "
	    "ON CONFLICT (feed) DO UPDATE SET records = excluded.records",
	    e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	store_bind_bytes(st, 2, records);
	return store_run(s, st, e);
}

bool
store_put_rename(struct store *s, int64_t feed, const struct item_renamed *renamed, struct err *e)
{
	static const char *const sqls[] = {
		"UPDATE item SET key = ?1 WHERE key = ?2 AND feed = ?3",
		"UPDATE OR IGNORE item_source SET key = ?1 WHERE key = ?2 AND feed = ?3",
	};

	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *st = store_statement(s, sqls[i], e);

		if (!st)
			return false;
		sqlite3_bind_int64(st, 1, (int64_t)renamed->key);
		sqlite3_bind_int64(st, 2, (int64_t)renamed->old_key);
		sqlite3_bind_int64(st, 3, feed);
		if (!store_run(s, st, e))
			return false;
	}
	return true;
}

bool
store_find_shared(struct store *s, int64_t feed, const struct item_new *new, int64_t now_s,
    int64_t *row, struct err *e)
{
	sqlite3_stmt *st;
	struct arena *arena;
	int rc, rows = 0;

	*row = 0;
	if (new->link == 0)
		return true;
	st = store_statement(s,
	    "SELECT id, feed, title FROM item WHERE link_key = ? AND seen_s >= ? "
	    "ORDER BY id DESC LIMIT ?",
	    e);
	if (!st)
		return false;
	arena = arena_new();
	sqlite3_bind_int64(st, 1, (int64_t) new->link);
	sqlite3_bind_int64(st, 2, now_s - STORE_SHARED_S);
	sqlite3_bind_int64(st, 3, SHARED_ROWS);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		/* a page that is used again and again is the place of many items */
		rows += sqlite3_column_int64(st, 1) == feed ? SHARED_ROWS : 1;
		if (gist_alike(store_column_str(st, 2, arena), new->item->title, arena))
			*row = sqlite3_column_int64(st, 0);
	}
	if (rows != 1)
		*row = 0;
	arena_free(arena);
	return store_finish(s, st, rc, e);
}

bool
store_put_source(struct store *s, int64_t row, int64_t feed, const struct item_new *new,
    int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT OR REPLACE INTO item_source (item, feed, key, seen_s) VALUES (?, ?, ?, ?)", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, row);
	sqlite3_bind_int64(st, 2, feed);
	sqlite3_bind_int64(st, 3, (int64_t) new->key);
	sqlite3_bind_int64(st, 4, now_s);
	return store_run(s, st, e);
}

bool
store_put_edit(struct store *s, const struct item_new *new, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT OR IGNORE INTO item_version (item, revision, title, summary, body, until_s) "
	    "SELECT id, revision, title, summary, body, ? FROM item WHERE id = ?",
	    e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, now_s);
	sqlite3_bind_int64(st, 2, new->row);
	if (!store_run(s, st, e))
		return false;
	st = store_statement(
	    s, "UPDATE item SET revision = ?, title = ?, summary = ?, body = ? WHERE id = ?", e);
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, new->revision);
	store_bind_str(st, 2, new->item->title);
	store_bind_str(st, 3, new->item->summary);
	store_bind_str(st, 4, new->item->body);
	sqlite3_bind_int64(st, 5, new->row);
	return store_run(s, st, e) && store_sketch_stale(s, new->row, e);
}
