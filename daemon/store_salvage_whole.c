/*
 * Salvage: what was copied is made one whole again.
 */
#include "store_salvage_inside.h"

#include "mem.h"
#include "seen.h"
#include "store_inside.h"
#include "store_span.h"

#define PASSES 10 /* of deleting what points to what went */

/* What rows without numbers point to, and what is owed is kept. */
static const char *const mends[] = {
	/* nothing at all is not in an empty set either, so that must be said */
	"UPDATE alert SET item = NULL WHERE item IS NOT NULL AND item NOT IN (SELECT id FROM item)",
	"DELETE FROM item_source WHERE item NOT IN (SELECT id FROM item)",
	"DELETE FROM item_version WHERE item NOT IN (SELECT id FROM item)",
};
static const char *const ends[] = {
	"UPDATE delivery SET alerts = (SELECT count(*) FROM member WHERE delivery = delivery.seq) "
	"WHERE kind <> 0",
	"DELETE FROM delivery WHERE kind <> 0 AND alerts = 0",
	SPAN_REBUILD,
	"DELETE FROM attempt WHERE delivery NOT IN (SELECT id FROM delivery)",
	/* validators never get ahead of what was seen; with neither, the next poll is the first */
	"UPDATE feed SET etag = NULL, last_modified = NULL, body_hash = NULL, partial_hash = NULL, "
	"first_s = NULL WHERE id NOT IN (SELECT feed FROM seen)",
};

/* Rows that point to rows that are lost; *n: how many went. */
static bool
drop_orphans(struct salvage_job *j, int64_t *n)
{
	sqlite3_stmt *st = NULL;
	int64_t before = sqlite3_total_changes64(j->to);
	bool good = true;

	for (size_t i = 0; good && i < ARRAY_LEN(mends); i++)
		good = salvage_run(j, mends[i]);
	if (!good || sqlite3_prepare_v2(j->to,
			 "SELECT DISTINCT \"table\", rowid FROM pragma_foreign_key_check WHERE "
			 "rowid IS NOT NULL",
			 -1, &st, NULL) != SQLITE_OK)
		return good && salvage_failed(j);
	while (good && sqlite3_step(st) == SQLITE_ROW)
		good = salvage_run(
		    j, str_z(j->arena, str_fmt(j->arena, "DELETE FROM \"%s\" WHERE rowid = %lld",
					   (const char *)sqlite3_column_text(st, 0),
					   (long long)sqlite3_column_int64(st, 1))));
	sqlite3_finalize(st);
	*n = sqlite3_total_changes64(j->to) - before;
	return good;
}

/* Of one feed, from the items of it that are kept. */
static bool
remember(struct salvage_job *j, int64_t feed, sqlite3_stmt *items, sqlite3_stmt *put)
{
	uint64_t *keys = NULL;
	size_t n = 0, cap = 0;
	int64_t newest_s = 0;
	struct str seen;

	sqlite3_bind_int64(items, 1, feed);
	while (sqlite3_step(items) == SQLITE_ROW) {
		*ARENA_PUSH(j->arena, keys, n, cap) = (uint64_t)sqlite3_column_int64(items, 0);
		if (sqlite3_column_int64(items, 1) > newest_s)
			newest_s = sqlite3_column_int64(items, 1);
	}
	sqlite3_reset(items);
	if (!seen_update(
		STR(""), keys, n, newest_s, j->arena, ARENA_ARRAY(j->arena, bool, n + 1), &seen))
		return true; /* there are none */
	sqlite3_bind_int64(put, 1, feed);
	store_bind_bytes(put, 2, seen);
	sqlite3_step(put);
	return sqlite3_reset(put) == SQLITE_OK || salvage_failed(j);
}

static bool
rebuild_seen(struct salvage_job *j)
{
	sqlite3_stmt *feeds = NULL, *items = NULL, *put = NULL;
	bool good =
	    salvage_run(j, "CREATE INDEX item_by_feed ON item (feed, key, seen_s);"
			   "CREATE INDEX source_by_feed ON item_source (feed, key, seen_s)") &&
	    sqlite3_prepare_v2(j->to, "SELECT id FROM feed WHERE id NOT IN (SELECT feed FROM seen)",
		-1, &feeds, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(j->to,
		"SELECT key, seen_s FROM item WHERE feed = ?1 UNION ALL "
		"SELECT key, seen_s FROM item_source WHERE feed = ?1",
		-1, &items, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(
		j->to, "INSERT INTO seen (feed, keys) VALUES (?, ?)", -1, &put, NULL) == SQLITE_OK;
	int64_t *ids = NULL;
	size_t n = 0, cap = 0;

	if (!good)
		salvage_failed(j);
	while (good && sqlite3_step(feeds) == SQLITE_ROW)
		*ARENA_PUSH(j->arena, ids, n, cap) = sqlite3_column_int64(feeds, 0);
	for (size_t i = 0; good && i < n; i++)
		good = remember(j, ids[i], items, put);
	sqlite3_finalize(feeds);
	sqlite3_finalize(items);
	sqlite3_finalize(put);
	return good && salvage_run(j, "DROP INDEX item_by_feed; DROP INDEX source_by_feed");
}

bool
salvage_make_whole(struct salvage_job *j)
{
	int64_t n = 1;

	for (int pass = 0; n > 0; pass++) {
		if (pass == PASSES)
			return err_set(j->e, ERR_SYSTEM, "what is left contradicts itself");
		if (!drop_orphans(j, &n))
			return false;
		j->ret->dropped += n;
	}
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (!salvage_run(j, ends[i]))
			return false;
	return rebuild_seen(j);
}
