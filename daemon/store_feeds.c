#include "store_inside.h"

#include "buf.h"
#include "feed_pack.h"
#include "history.h"
#include "mem.h"

#include <string.h>

#define FIRST 4 /* parameter of the state: before it are id or url, name, history */

static void
bind_state(sqlite3_stmt *st, int first, const struct feed_state *state)
{
	for (size_t i = 0; i < n_feed_fields; i++) {
		const char *field = (const char *)state + feed_fields[i].offset;
		int at = first + (int)i;

		switch (feed_fields[i].kind) {
		case FEED_FIELD_I64:
			sqlite3_bind_int64(st, at, *(const int64_t *)(const void *)field);
			break;
		case FEED_FIELD_I32:
			sqlite3_bind_int(st, at, *(const int32_t *)(const void *)field);
			break;
		case FEED_FIELD_U8:
			sqlite3_bind_int(st, at, *(const uint8_t *)field);
			break;
		case FEED_FIELD_REAL:
			sqlite3_bind_double(st, at, *(const double *)(const void *)field);
			break;
		case FEED_FIELD_TEXT:
			store_bind_str(st, at, *(const struct str *)(const void *)field);
			break;
		case FEED_FIELD_BYTES:
			store_bind_bytes(st, at, *(const struct str *)(const void *)field);
			break;
		case FEED_FIELD_RHYTHM:
			store_bind_bytes(st, at, str_n(field, sizeof(state->rhythm)));
			break;
		}
	}
}

static void
read_state(sqlite3_stmt *st, int first, struct arena *arena, struct feed_state *state)
{
	*state = (struct feed_state){ 0 };
	for (size_t i = 0; i < n_feed_fields; i++) {
		char *field = (char *)state + feed_fields[i].offset;
		int at = first + (int)i;
		struct str bytes;

		switch (feed_fields[i].kind) {
		case FEED_FIELD_I64:
			*(int64_t *)(void *)field = sqlite3_column_int64(st, at);
			break;
		case FEED_FIELD_I32:
			*(int32_t *)(void *)field = sqlite3_column_int(st, at);
			break;
		case FEED_FIELD_U8:
			*(uint8_t *)field = (uint8_t)sqlite3_column_int(st, at);
			break;
		case FEED_FIELD_REAL:
			*(double *)(void *)field = sqlite3_column_double(st, at);
			break;
		case FEED_FIELD_TEXT:
		case FEED_FIELD_BYTES:
			*(struct str *)(void *)field = store_column_str(st, at, arena);
			break;
		case FEED_FIELD_RHYTHM:
			/* a rhythm of another machine's form is learnt anew */
			bytes = store_column_str(st, at, arena);
			if (bytes.n == sizeof(state->rhythm))
				memcpy(field, bytes.p, bytes.n);
			break;
		}
	}
}

/* What of each of a feed's columns stands in a list of them. */
enum in_list {
	NAME,     /* ", etag, last_modified ..." */
	MARK,     /* ", ?4, ?5 ..." */
	NAME_SET, /* ", etag = ?4 ..." */
};

static struct str
columns(enum in_list what, struct arena *arena)
{
	struct buf all;
	struct str ret;

	buf_init(&all, (size_t)16 << 10);
	for (size_t i = 0; i < n_feed_fields; i++) {
		const char *name = feed_fields[i].name;
		int mark = FIRST + (int)i;

		switch (what) {
		case NAME:
			buf_addf(&all, ", %s", name);
			break;
		case MARK:
			buf_addf(&all, ", ?%d", mark);
			break;
		case NAME_SET:
			buf_addf(&all, ", %s = ?%d", name, mark);
			break;
		}
	}
	ret = str_dup(arena, buf_str(&all));
	buf_free(&all);
	return ret;
}

static bool
prepare(struct store *s, sqlite3_stmt **ret, struct str sql, struct err *e)
{
	return sqlite3_prepare_v3(s->db, sql.p, (int)sql.n, SQLITE_PREPARE_PERSISTENT, ret, NULL) ==
		   SQLITE_OK ||
	       store_db_err(s, e);
}

/* Once: store_statement is for literals. */
static bool
prepare_all(struct store *s, struct err *e)
{
	struct arena *arena;
	struct str names, get, add, set;
	bool good;

	if (s->feed_set)
		return true;
	arena = arena_new();
	names = columns(NAME, arena);
	get = str_fmt(arena, "SELECT id, url, name%.*s FROM feed", STR_ARG(names));
	add = str_fmt(arena,
	    "INSERT INTO feed (url, name%.*s, history) VALUES (?1, ?2%.*s, ?3) "
	    "ON CONFLICT (url) DO NOTHING",
	    STR_ARG(names), STR_ARG(columns(MARK, arena)));
	set = str_fmt(arena,
	    "UPDATE feed SET name = ?2%.*s, history = coalesce(?3, history) WHERE id = ?1",
	    STR_ARG(columns(NAME_SET, arena)));
	good = prepare(s, &s->feeds_get, get, e) && prepare(s, &s->feed_add, add, e) &&
	       prepare(s, &s->feed_set, set, e);
	arena_free(arena);
	return good;
}

bool
store_history(struct store *s, int64_t feed, struct arena *arena, struct str *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, "SELECT history FROM feed WHERE id = ?", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	return store_ask_str(s, st, arena, ret, e);
}

static void
bind_history(sqlite3_stmt *st, const struct poll_done *poll, struct str history)
{
	if (poll->history)
		store_bind_bytes(st, 3, history);
	else
		sqlite3_bind_null(st, 3);
}

/* A feed that was never asked, or *feed is the one that has its url. */
static bool
add_feed(struct store *s, const struct poll_done *poll, struct str history, int64_t *feed,
    bool *added, struct err *e)
{
	sqlite3_stmt *st = s->feed_add;
	bool good;

	store_bind_str(st, 1, poll->url);
	store_bind_str(st, 2, poll->name);
	bind_history(st, poll, history);
	bind_state(st, FIRST, poll->state);
	if (!store_run(s, st, e))
		return false;
	*added = sqlite3_changes(s->db) == 1;
	*feed = sqlite3_last_insert_rowid(s->db);
	if (*added)
		return true;
	st = store_statement(s, "SELECT id FROM feed WHERE url = ?", e);
	if (!st)
		return false;
	store_bind_str(st, 1, poll->url);
	good = store_ask(s, st, added, e);
	*feed = good && *added ? sqlite3_column_int64(st, 0) : 0;
	*added = false;
	sqlite3_reset(st);
	return good;
}

static bool
set_feed(
    struct store *s, const struct poll_done *poll, struct str history, int64_t feed, struct err *e)
{
	sqlite3_stmt *st = s->feed_set;

	sqlite3_bind_int64(st, 1, feed);
	store_bind_str(st, 2, poll->name);
	bind_history(st, poll, history);
	bind_state(st, FIRST, poll->state);
	return store_run(s, st, e);
}

bool
store_put_feed(struct store *s, const struct poll_done *poll, int64_t *feed, struct arena *arena,
    struct err *e)
{
	struct str history = STR("");
	bool added = false;

	if (!prepare_all(s, e))
		return false;
	if (poll->history && poll->feed && !store_history(s, poll->feed, arena, &history, e))
		return false;
	if (poll->history)
		history = history_add(history, poll->history, arena);
	*feed = poll->feed;
	if (*feed == 0 && !add_feed(s, poll, history, feed, &added, e))
		return false;
	return added || set_feed(s, poll, history, *feed, e);
}

bool
store_each_feed(struct store *s, void (*one)(void *cookie, const struct stored_feed *feed),
    void *cookie, struct err *e)
{
	sqlite3_stmt *st;
	struct arena *arena;
	int rc;

	if (!prepare_all(s, e))
		return false;
	st = s->feeds_get;
	arena = arena_new();
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct stored_feed feed = { .id = sqlite3_column_int64(st, 0) };

		feed.url = store_column_str(st, 1, arena);
		feed.name = store_column_str(st, 2, arena);
		read_state(st, 3, arena, &feed.state);
		one(cookie, &feed);
		arena_reset(arena);
	}
	arena_free(arena);
	return store_finish(s, st, rc, e);
}

struct gathered {
	struct arena *arena;
	struct stored_feed *v;
	size_t n, cap;
};

static void
gather(void *cookie, const struct stored_feed *feed)
{
	struct gathered *all = cookie;
	struct stored_feed *kept = ARENA_PUSH(all->arena, all->v, all->n, all->cap);

	*kept = *feed;
	kept->url = str_dup(all->arena, feed->url);
	kept->name = str_dup(all->arena, feed->name);
	for (size_t i = 0; i < n_feed_fields; i++) {
		char *at = (char *)&kept->state + feed_fields[i].offset;

		if (feed_fields[i].kind == FEED_FIELD_TEXT ||
		    feed_fields[i].kind == FEED_FIELD_BYTES)
			*(struct str *)(void *)at = str_dup(all->arena, *(struct str *)(void *)at);
	}
}

bool
store_feeds(
    struct store *s, struct arena *arena, struct stored_feed **ret, size_t *n, struct err *e)
{
	struct gathered all = { .arena = arena };
	bool good = store_each_feed(s, gather, &all, e);

	*ret = all.v;
	*n = all.n;
	return good;
}

static bool
touch(struct store *s, const struct stored_feed *feed, struct err *e)
{
	const struct feed_state *state = &feed->state;
	const int64_t values[] = { state->next_due_s, (int64_t)state->next_why, state->not_before_s,
		state->fresh_for_s, state->last_try_s, state->last_ok_s, state->last_full_s,
		state->unconditional_s, state->status, state->moved_count, state->quiet_since_s,
		state->quiet_n, feed->id };
	sqlite3_stmt *st = store_statement(s,
	    "UPDATE feed SET next_due_s = ?, next_why = ?, not_before_s = ?, fresh_for_s = ?, "
	    "last_try_s = ?, last_ok_s = ?, last_full_s = ?, unconditional_s = ?, status = ?, "
	    "moved_count = ?, quiet_since_s = ?, quiet_n = ? WHERE id = ?",
	    e);

	if (!st)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		sqlite3_bind_int64(st, (int)i + 1, values[i]);
	return store_run(s, st, e);
}

bool
store_touch_feeds(struct store *s, const struct stored_feed *feeds, size_t n, struct err *e)
{
	bool good = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;

	if (!good)
		return store_db_err(s, e);
	for (size_t i = 0; good && i < n; i++)
		good = touch(s, &feeds[i], e);
	if (good && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		good = store_db_err(s, e);
	if (!good && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return good;
}
