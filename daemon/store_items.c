#include "store_items.h"

#include "gist.h"
#include "store_inside.h"
#include "store_sketch.h"

#define SHARED_ROWS 8  /* more items under one link: it says nothing */
#define WORTH_ASKING 4 /* links: of fewer each is looked for */

/* ---- read ---- */

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
store_any_shared(struct store *s, const struct poll_done *poll, bool *ret, struct err *e)
{
	int64_t least = INT64_MAX, most = INT64_MIN;
	size_t n = 0;
	sqlite3_stmt *st;
	bool good;

	*ret = true;
	for (size_t i = 0; i < poll->n_items; i++) {
		int64_t link = (int64_t)poll->items[i].link;

		if (link == 0 || poll->items[i].row)
			continue;
		least = link < least ? link : least;
		most = link > most ? link : most;
		n++;
	}
	if (n < WORTH_ASKING)
		return true;
	st = store_statement(s, "SELECT 1 FROM item WHERE link_key BETWEEN ? AND ? LIMIT 1", e);
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, least);
	sqlite3_bind_int64(st, 2, most);
	good = store_ask(s, st, ret, e);
	sqlite3_reset(st);
	return good;
}

bool
store_find_shared(struct store *s, int64_t feed, const struct item_new *new, int64_t now_s,
    struct arena *arena, int64_t *row, struct err *e)
{
	sqlite3_stmt *st;
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
