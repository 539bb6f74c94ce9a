#include "store_health.h"

#include "store_inside.h"

/* An event is of a feed or of a channel, or of neither. */
#define COLUMNS                                                                                    \
	"h.id, h.at_s, f.name, f.url, h.channel, h.kind, h.text FROM health h "                    \
	"LEFT JOIN feed f ON f.id = h.feed "

static bool
read_events(struct store *s, sqlite3_stmt *st, struct arena *arena, struct health_event **ret,
    size_t *n, struct err *e)
{
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct health_event){
			.id = sqlite3_column_int64(st, 0),
			.at_s = sqlite3_column_int64(st, 1),
			.feed = store_column_str(st, 2, arena),
			.url = store_column_str(st, 3, arena),
			.channel = store_column_str(st, 4, arena),
			.kind = store_column_str(st, 5, arena),
			.text = store_column_str(st, 6, arena),
		};
	return store_finish(s, st, rc, e);
}

bool
store_health_events(struct store *s, size_t limit, struct arena *arena, struct health_event **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "SELECT " COLUMNS "WHERE h.told = 0 ORDER BY h.id LIMIT ?", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, (int64_t)limit);
	return read_events(s, st, arena, ret, n, e);
}

bool
store_health_history(struct store *s, int64_t feed, size_t limit, struct arena *arena,
    struct health_event **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "SELECT " COLUMNS "WHERE h.feed = ? ORDER BY h.id DESC LIMIT ?", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	sqlite3_bind_int64(st, 2, (int64_t)limit);
	return read_events(s, st, arena, ret, n, e);
}

bool
store_health_told(struct store *s, int64_t up_to, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "UPDATE health SET told = 1 WHERE told = 0 AND id <= ?", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, up_to);
	return store_run(s, st, e);
}

bool
store_put_health(
    struct store *s, int64_t feed, const struct health_new *new, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, "INSERT INTO health (feed, at_s, kind, text, told) VALUES (?, ?, ?, ?, 0)", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	sqlite3_bind_int64(st, 2, now_s);
	store_bind_str(st, 3, new->kind);
	store_bind_str(st, 4, new->text);
	return store_run(s, st, e);
}

bool
store_put_notice(struct store *s, const struct channel_notice *notice, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, "INSERT INTO health (channel, at_s, kind, text, told) VALUES (?, ?, ?, ?, 0)", e);

	if (!st)
		return false;
	store_bind_str(st, 1, notice->channel);
	sqlite3_bind_int64(st, 2, now_s);
	store_bind_str(st, 3, notice->kind);
	store_bind_str(st, 4, notice->text);
	return store_run(s, st, e);
}
