#include "store_operator.h"

#include "operator.h"
#include "store_health.h"
#include "store_inside.h"

static bool
put(struct store *s, const struct alert_new *alerts, size_t n, int64_t up_to, int64_t now_s,
    struct err *e)
{
	struct arena *arena = arena_new();
	bool good = true;

	for (size_t i = 0; good && i < n; i++)
		good = store_put_alert(s, 0, &alerts[i], now_s, arena, e);
	arena_free(arena);
	return good && store_health_told(s, up_to, e);
}

bool
store_put_news(struct store *s, const struct alert_new *alerts, size_t n, int64_t up_to,
    int64_t now_s, struct err *e)
{
	if (!store_execute(s, "BEGIN IMMEDIATE", e))
		return false;
	if (put(s, alerts, n, up_to, now_s, e) && store_execute(s, "COMMIT", e))
		return true;
	if (!sqlite3_get_autocommit(s->db))
		store_execute(s, "ROLLBACK", NULL);
	return false;
}

bool
store_operator_note(struct store *s, struct str kind, struct str text, int64_t now_s, struct err *e)
{
	const struct channel_notice notice = { .channel = STR(""), .kind = kind, .text = text };

	return store_put_notice(s, &notice, now_s, e);
}

bool
store_operator_due(struct store *s, struct str channel, int64_t soonest_s, int64_t every_s,
    int64_t *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT due_s, state = 0 AND frozen = 0 AND alerts < ?2 FROM delivery "
	    "WHERE channel = ?1 AND route = '" OPERATOR_ROUTE "' AND kind = 1 "
	    "ORDER BY due_s DESC, seq DESC LIMIT 1",
	    e);
	int rc;

	*ret = soonest_s;
	if (!st)
		return false;
	store_bind_str(st, 1, channel);
	sqlite3_bind_int64(st, 2, BUNDLE_ALERTS_MAX);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		int64_t last_s = sqlite3_column_int64(st, 0);

		if (sqlite3_column_int(st, 1))
			*ret = last_s;
		else if (last_s + every_s > soonest_s)
			*ret = last_s + every_s;
	}
	return store_finish(s, st, rc, e);
}

bool
store_channel_fails(struct store *s, struct str channel, bool *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT kind <> 'channel-back' AND NOT EXISTS (SELECT 1 FROM delivery d WHERE "
	    "d.channel = ?1 AND d.state = 1 AND d.done_s > h.at_s) FROM health h "
	    "WHERE channel = ?1 AND kind <> 'dead-letter' ORDER BY id DESC LIMIT 1",
	    e);
	int rc;

	*ret = false;
	if (!st)
		return false;
	store_bind_str(st, 1, channel);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int(st, 0);
	return store_finish(s, st, rc, e);
}
