#include "store_overview.h"

#include "store_inside.h"

/* How many deliveries of alert a are in a state, those of its own and the bundles it is in. */
#define HAS(state)                                                                                 \
	"(SELECT count(*) FROM delivery d WHERE d.state = " state " AND (d.alert = a.id OR "       \
	"d.seq IN (SELECT m.delivery FROM member m WHERE m.alert = a.id)))"

bool
store_recent_alerts(struct store *s, const struct alert_filter *filter, struct arena *arena,
    struct alert_row **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT a.id, a.facts, a.created_s, " HAS("0") ", " HAS("1") ", " HAS(
		"2") " "
		     "FROM alert a LEFT JOIN item i ON i.id = a.item "
		     "WHERE (a.created_s, a.id) < (?1, ?5) AND (?2 = '' OR a.watch = ?2) "
		     "AND (?3 = '' OR instr(lower(i.title), lower(?3)) > 0) "
		     "AND a.created_s >= ?6 AND a.severity >= ?7 "
		     "AND (?8 = '' OR (a.id >= ?8 AND a.id < ?8 || '~')) AND (?9 = '' OR i.feed IN "
		     "(SELECT id FROM feed WHERE name = ?9 COLLATE NOCASE)) "
		     "AND (?10 = '' OR a.id IN (SELECT coalesce(d.alert, m.alert) FROM delivery d "
		     "LEFT JOIN member m ON m.delivery = d.seq "
		     "WHERE d.id >= ?10 AND d.id < ?10 || '~')) "
		     "ORDER BY a.created_s DESC, a.id DESC LIMIT ?4",
	    e);
	size_t cap = 0;
	int rc;

	*n = 0;
	*ret = NULL;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, filter->before_s);
	store_bind_str(st, 2, filter->watch);
	store_bind_str(st, 3, filter->text);
	sqlite3_bind_int64(st, 4, (sqlite3_int64)filter->limit);
	store_bind_str(st, 5, filter->before_id);
	sqlite3_bind_int64(st, 6, filter->since_s);
	sqlite3_bind_int(st, 7, (int)filter->severity);
	store_bind_str(st, 8, filter->id);
	store_bind_str(st, 9, filter->feed);
	store_bind_str(st, 10, filter->delivery);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct alert_row){
			.id = store_column_str(st, 0, arena),
			.facts = store_column_str(st, 1, arena),
			.created_s = sqlite3_column_int64(st, 2),
			.pending = sqlite3_column_int64(st, 3),
			.delivered = sqlite3_column_int64(st, 4),
			.failed = sqlite3_column_int64(st, 5),
		};
	return store_finish(s, st, rc, e);
}

bool
store_feed_rows(struct store *s, int64_t due_since_s, size_t limit, struct arena *arena,
    struct feed_row **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT name, url, coalesce(error, ''), coalesce(health, 0),"
	    " health_since_s, last_ok_s, last_change_s, next_due_s, items, failures, "
	    "max(last_try_s) "
	    "FROM feed WHERE next_due_s >= ?2 GROUP BY name "
	    "ORDER BY coalesce(health, 0) = 0, name LIMIT ?1",
	    e);
	size_t cap = 0;
	int rc;

	*n = 0;
	*ret = NULL;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, (sqlite3_int64)limit);
	sqlite3_bind_int64(st, 2, due_since_s);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		int health = sqlite3_column_int(st, 3);

		*ARENA_PUSH(arena, *ret, *n, cap) = (struct feed_row){
			.name = store_column_str(st, 0, arena),
			.url = store_column_str(st, 1, arena),
			.error = store_column_str(st, 2, arena),
			.health = health >= 0 && health < FEED_HEALTH_COUNT
				      ? (enum feed_health)health
				      : FEED_WELL,
			.health_since_s = sqlite3_column_int64(st, 4),
			.last_ok_s = sqlite3_column_int64(st, 5),
			.last_change_s = sqlite3_column_int64(st, 6),
			.next_due_s = sqlite3_column_int64(st, 7),
			.items = sqlite3_column_int64(st, 8),
			.failures = sqlite3_column_double(st, 9),
		};
	}
	return store_finish(s, st, rc, e);
}

bool
store_watch_days(struct store *s, int64_t since_s, struct arena *arena, struct watch_day **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT watch, created_s / 86400, count(*) FROM alert WHERE created_s >= ?1 "
	    "GROUP BY 1, 2 ORDER BY 1, 2",
	    e);
	size_t cap = 0;
	int rc;

	*n = 0;
	*ret = NULL;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, since_s);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct watch_day){
			.watch = store_column_str(st, 0, arena),
			.day = sqlite3_column_int64(st, 1),
			.alerts = sqlite3_column_int64(st, 2),
		};
	return store_finish(s, st, rc, e);
}

bool
store_channel_rows(struct store *s, int64_t since_s, struct arena *arena, struct channel_row **ret,
    size_t *n, struct err *e)
{
	/* an index for each part */
	sqlite3_stmt *st = store_statement(s,
	    "SELECT channel, sum(state = 0), coalesce(min(oldest_s), 0), sum(state = 1), "
	    "sum(state = 2) FROM ("
	    "SELECT channel, state, created_s AS oldest_s FROM delivery WHERE state = 0 UNION ALL "
	    "SELECT channel, state, NULL FROM delivery WHERE created_s >= ?1 AND state = 1 "
	    "UNION ALL SELECT channel, state, NULL FROM delivery WHERE state = 2) "
	    "GROUP BY channel",
	    e);
	size_t cap = 0;
	int rc;

	*n = 0;
	*ret = NULL;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, since_s);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct channel_row){
			.channel = store_column_str(st, 0, arena),
			.pending = sqlite3_column_int64(st, 1),
			.oldest_s = sqlite3_column_int64(st, 2),
			.delivered = sqlite3_column_int64(st, 3),
			.given_up = sqlite3_column_int64(st, 4),
		};
	return store_finish(s, st, rc, e);
}

bool
store_failing_channels(
    struct store *s, struct arena *arena, struct failing_row **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT d.channel, count(*), (SELECT t.text FROM delivery x JOIN attempt t "
	    "ON t.delivery = x.id WHERE x.channel = d.channel AND x.state = 0 AND x.attempts > 0 "
	    "ORDER BY t.id DESC LIMIT 1) FROM delivery d "
	    "WHERE d.state = 0 AND d.attempts > 0 GROUP BY d.channel ORDER BY d.channel",
	    e);
	size_t cap = 0;
	int rc;

	*n = 0;
	*ret = NULL;
	if (!st)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct failing_row){
			.channel = store_column_str(st, 0, arena),
			.deliveries = sqlite3_column_int64(st, 1),
			.answer = store_column_str(st, 2, arena),
		};
	return store_finish(s, st, rc, e);
}
