#include "store_inside.h"

#include "buf.h"
#include "mem.h"

#include <string.h>

/* ---- feed_state, column by column ---- */

enum column_kind {
	COLUMN_I64,
	COLUMN_I32,
	COLUMN_U8,
	COLUMN_REAL,
	COLUMN_TEXT,
	COLUMN_BYTES,
	COLUMN_RHYTHM
};

#define STATE(field) offsetof(struct feed_state, field)
static const struct {
	const char *name;
	enum column_kind kind;
	size_t offset;
} columns[] = {
	{ "etag", COLUMN_BYTES, STATE(etag) },
	{ "last_modified", COLUMN_BYTES, STATE(last_modified) },
	{ "body_hash", COLUMN_I64, STATE(body_hash) },
	{ "partial_hash", COLUMN_I64, STATE(partial_hash) },
	{ "asked_hash", COLUMN_I64, STATE(asked_hash) },
	{ "next_due_s", COLUMN_I64, STATE(next_due_s) },
	{ "not_before_s", COLUMN_I64, STATE(not_before_s) },
	{ "fresh_for_s", COLUMN_I64, STATE(fresh_for_s) },
	{ "ttl_s", COLUMN_I64, STATE(hints.ttl_s) },
	{ "skip_hours", COLUMN_I32, STATE(hints.skip_hours) },
	{ "skip_days", COLUMN_U8, STATE(hints.skip_days) },
	{ "update_period_s", COLUMN_I64, STATE(hints.update_period_s) },
	{ "update_base_s", COLUMN_I64, STATE(hints.update_base_s) },
	{ "first_s", COLUMN_I64, STATE(first_s) },
	{ "last_try_s", COLUMN_I64, STATE(last_try_s) },
	{ "last_ok_s", COLUMN_I64, STATE(last_ok_s) },
	{ "last_full_s", COLUMN_I64, STATE(last_full_s) },
	{ "last_change_s", COLUMN_I64, STATE(last_change_s) },
	{ "unconditional_s", COLUMN_I64, STATE(unconditional_s) },
	{ "distrust_until_s", COLUMN_I64, STATE(distrust_until_s) },
	{ "failures", COLUMN_REAL, STATE(failures) },
	{ "failing_since_s", COLUMN_I64, STATE(failing_since_s) },
	{ "error", COLUMN_TEXT, STATE(error) },
	{ "error_s", COLUMN_I64, STATE(error_s) },
	{ "moved_url", COLUMN_TEXT, STATE(moved_url) },
	{ "moved_since_s", COLUMN_I64, STATE(moved_since_s) },
	{ "moved_count", COLUMN_I32, STATE(moved_count) },
	{ "status", COLUMN_I32, STATE(status) },
	{ "items", COLUMN_I32, STATE(items) },
	{ "polls_no_items", COLUMN_I32, STATE(polls_no_items) },
	{ "polls_no_feed", COLUMN_I32, STATE(polls_no_feed) },
	{ "polls_frozen", COLUMN_I32, STATE(polls_frozen) },
	{ "newest_s", COLUMN_I64, STATE(newest_s) },
	{ "hidden_s", COLUMN_I64, STATE(hidden_s) },
	{ "half_window_s", COLUMN_I64, STATE(half_window_s) },
	{ "gap_s", COLUMN_I64, STATE(gap_s) },
	{ "gaps", COLUMN_I32, STATE(gaps) },
	{ "churn_s", COLUMN_I64, STATE(churn_s) },
	{ "gone_since_s", COLUMN_I64, STATE(gone_since_s) },
	{ "rhythm", COLUMN_RHYTHM, STATE(rhythm) },
	{ "next_why", COLUMN_I32, STATE(next_why) },
	{ "health", COLUMN_I32, STATE(health) },
	{ "health_since_s", COLUMN_I64, STATE(health_since_s) },
};

static void
bind_state(sqlite3_stmt *st, int first, const struct feed_state *state)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		const char *field = (const char *)state + columns[i].offset;
		int at = first + (int)i;

		switch (columns[i].kind) {
		case COLUMN_I64:
			sqlite3_bind_int64(st, at, *(const int64_t *)(const void *)field);
			break;
		case COLUMN_I32:
			sqlite3_bind_int(st, at, *(const int32_t *)(const void *)field);
			break;
		case COLUMN_U8:
			sqlite3_bind_int(st, at, *(const uint8_t *)field);
			break;
		case COLUMN_REAL:
			sqlite3_bind_double(st, at, *(const double *)(const void *)field);
			break;
		case COLUMN_TEXT:
			store_bind_str(st, at, *(const struct str *)(const void *)field);
			break;
		case COLUMN_BYTES:
			store_bind_bytes(st, at, *(const struct str *)(const void *)field);
			break;
		case COLUMN_RHYTHM:
			store_bind_bytes(st, at, str_n(field, sizeof(state->rhythm)));
			break;
		}
	}
}

static void
read_state(sqlite3_stmt *st, int first, struct arena *arena, struct feed_state *state)
{
	*state = (struct feed_state){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		char *field = (char *)state + columns[i].offset;
		int at = first + (int)i;
		struct str bytes;

		switch (columns[i].kind) {
		case COLUMN_I64:
			*(int64_t *)(void *)field = sqlite3_column_int64(st, at);
			break;
		case COLUMN_I32:
			*(int32_t *)(void *)field = sqlite3_column_int(st, at);
			break;
		case COLUMN_U8:
			*(uint8_t *)field = (uint8_t)sqlite3_column_int(st, at);
			break;
		case COLUMN_REAL:
			*(double *)(void *)field = sqlite3_column_double(st, at);
			break;
		case COLUMN_TEXT:
		case COLUMN_BYTES:
			*(struct str *)(void *)field = store_column_str(st, at, arena);
			break;
		case COLUMN_RHYTHM:
			/* a rhythm of another machine's form is learnt anew */
			bytes = store_column_str(st, at, arena);
			if (bytes.n == sizeof(state->rhythm))
				memcpy(field, bytes.p, bytes.n);
			break;
		}
	}
}

/* ", etag, last_modified ...", or ", etag = excluded.etag ..." */
static struct str
column_names(bool assigned, struct arena *arena)
{
	struct buf all;
	struct str ret;

	buf_init(&all, (size_t)16 << 10);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		buf_addf(&all, ", %s", columns[i].name);
		if (assigned)
			buf_addf(&all, " = excluded.%s", columns[i].name);
	}
	ret = str_dup(arena, buf_str(&all));
	buf_free(&all);
	return ret;
}

static bool
prepare(struct store *s, enum statement which, const char *sql, struct err *e)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->st[which], NULL) ==
		   SQLITE_OK ||
	       store_db_err(s, e);
}

bool
store_prepare_feeds(struct store *s, struct err *e)
{
	struct arena *arena = arena_new();
	struct str names = column_names(false, arena), assigned = column_names(true, arena);
	struct str marks = STR(""), get, put;
	bool good;

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		marks = str_join(arena, marks, STR(", ?"));
	get = str_fmt(arena, "SELECT id, url, name%.*s FROM feed", STR_ARG(names));
	put = str_fmt(arena,
	    "INSERT INTO feed (url, name%.*s) VALUES (?, ?%.*s) "
	    "ON CONFLICT (url) DO UPDATE SET name = excluded.name%.*s RETURNING id",
	    STR_ARG(names), STR_ARG(marks), STR_ARG(assigned));
	good = prepare(s, ST_FEEDS, str_z(arena, get), e) &&
	       prepare(s, ST_FEED_PUT, str_z(arena, put), e);
	arena_free(arena);
	return good;
}

bool
store_put_feed(struct store *s, const struct poll_done *poll, int64_t *feed, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_FEED_PUT];
	int rc;

	store_bind_str(st, 1, poll->url);
	store_bind_str(st, 2, poll->name);
	bind_state(st, 3, poll->state);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		*feed = sqlite3_column_int64(st, 0);
		rc = sqlite3_step(st);
	}
	if (rc != SQLITE_DONE)
		store_db_err(s, e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return rc == SQLITE_DONE;
}

bool
store_feeds(
    struct store *s, struct arena *arena, struct stored_feed **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_FEEDS];
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct stored_feed *feed = ARENA_PUSH(arena, *ret, *n, cap);

		feed->id = sqlite3_column_int64(st, 0);
		feed->url = store_column_str(st, 1, arena);
		feed->name = store_column_str(st, 2, arena);
		read_state(st, 3, arena, &feed->state);
	}
	if (rc != SQLITE_DONE)
		store_db_err(s, e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE;
}
