#include "store_status.h"

#include "mem.h"
#include "store_inside.h"
#include "store_span.h"

#include <stddef.h>

/* Else it is a digest, or what quiet hours hold. */
#define IS_DUE "due_s <= CAST(strftime('%s', 'now') AS INTEGER)"
#define FIELD(name) offsetof(struct store_status, name)
/* One number each; ?1 is since_s where it is asked for. */
static const struct {
	const char *sql;
	size_t offset;
} figures[] = {
	{ "SELECT coalesce(sum(n), 0) FROM item_span", FIELD(items) },
	{ "SELECT " SPAN_COUNT("?1"), FIELD(items_since) },
	{ "SELECT count(*) FROM alert", FIELD(alerts) },
	{ "SELECT count(*) FROM alert WHERE created_s >= ?1", FIELD(alerts_since) },
	{ "SELECT count(*) FROM delivery WHERE state = 0 AND " IS_DUE, FIELD(pending) },
	{ "SELECT count(*) FROM delivery WHERE state = 0 AND NOT " IS_DUE, FIELD(waiting) },
	{ "SELECT count(*) FROM delivery WHERE state = 2", FIELD(failed) },
	{ "SELECT coalesce(min(due_s), 0) FROM delivery WHERE state = 0 AND " IS_DUE,
	    FIELD(oldest_pending_s) },
	{ "SELECT coalesce(max(created_s), 0) FROM alert", FIELD(last_alert_s) },
	{ "SELECT coalesce(max(last_try_s), 0) FROM feed", FIELD(last_poll_s) },
	{ "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", FIELD(bytes) },
};

static bool
read_figure(struct store *s, const char *sql, int64_t since_s, int64_t *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);
	bool good;

	if (!st)
		return false;
	if (sqlite3_bind_parameter_count(st))
		sqlite3_bind_int64(st, 1, since_s);
	good = sqlite3_step(st) == SQLITE_ROW;
	if (good)
		*ret = sqlite3_column_int64(st, 0);
	else
		store_db_err(s, e);
	sqlite3_reset(st);
	return good;
}

static bool
read_feeds(struct store *s, int64_t counts[FEED_HEALTH_COUNT], struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "SELECT coalesce(health, 0), count(*) FROM feed GROUP BY 1", e);
	int rc;

	if (!st)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		int health = sqlite3_column_int(st, 0);

		if (health >= 0 && health < FEED_HEALTH_COUNT)
			counts[health] = sqlite3_column_int64(st, 1);
	}
	return store_finish(s, st, rc, e);
}

bool
store_status(struct store *s, int64_t since_s, struct store_status *ret, struct err *e)
{
	*ret = (struct store_status){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		if (!read_figure(s, figures[i].sql, since_s,
			(int64_t *)(void *)((char *)ret + figures[i].offset), e))
			return false;
	return read_feeds(s, ret->feeds, e);
}
