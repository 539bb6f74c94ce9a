#include "store_delivery.h"

#include "store_inside.h"

/* What begins with a text: from it on, below what follows it.  Ids are ASCII. */
#define BEGINS(column, parameter)                                                                  \
	"(" column " >= " parameter " AND " column " < " parameter " || '~')"
/* The filter, as parameters 1 to 5. */
#define FILTER                                                                                     \
	"(?1 = '' OR " BEGINS("d.id", "?1") " OR " BEGINS(                                         \
	    "d.alert", "?1") " OR EXISTS ("                                                        \
			     "SELECT 1 FROM member m WHERE m.delivery = d.seq AND " BEGINS(        \
				 "m.alert", "?1") ")) "                                            \
						  "AND (?2 = '' OR d.channel = ?2) AND (?3 < 0 "   \
						  "OR d.state = ?3) AND d.created_s >= ?4 "        \
						  "AND d.created_s < ?5 "

static void
bind_filter(sqlite3_stmt *st, const struct delivery_filter *filter)
{
	store_bind_str(st, 1, filter->id);
	store_bind_str(st, 2, filter->channel);
	sqlite3_bind_int(st, 3, filter->state);
	sqlite3_bind_int64(st, 4, filter->since_s);
	sqlite3_bind_int64(st, 5, filter->until_s ? filter->until_s : INT64_MAX);
}

static bool
release(struct store *s, const char *sql, struct str channel, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);

	if (!st)
		return false;
	store_bind_str(st, 1, channel);
	sqlite3_bind_int64(st, 2, now_s);
	return store_run(s, st, e);
}

bool
store_release(struct store *s, struct str channel, int64_t now_s, struct err *e)
{
	return release(s,
	    "UPDATE delivery SET next_try_s = min(due_s, ?2) "
	    "WHERE state = 0 AND channel = ?1 AND next_try_s > due_s AND attempts > 0",
	    channel, now_s, e);
}

bool
store_release_future(struct store *s, struct str channel, int64_t now_s, struct err *e)
{
	return release(s,
	    "UPDATE delivery SET next_try_s = ?2 "
	    "WHERE state = 0 AND channel = ?1 AND next_try_s > ?2 AND CASE attempts "
	    "WHEN 0 THEN created_s > ?2 + 120 AND next_try_s <= created_s "
	    "ELSE EXISTS (SELECT 1 FROM attempt a WHERE a.delivery = delivery.id "
	    "AND a.at_s > ?2 + 120) END",
	    channel, now_s, e);
}

#define DELIVERY                                                                                   \
	"SELECT d.id, d.alert, d.channel, d.state, d.attempts, d.created_s, d.next_try_s, "        \
	"d.done_s, d.code, d.text, a.facts, d.kind, d.route, d.alerts, "                           \
	"(SELECT count(m.part) FROM member m WHERE m.delivery = d.seq), "                          \
	"(SELECT max(m.part) FROM member m WHERE m.delivery = d.seq) FROM delivery d "             \
	"LEFT JOIN alert a ON a.id = coalesce(d.alert, "                                           \
	"(SELECT m.alert FROM member m WHERE m.delivery = d.seq ORDER BY m.id LIMIT 1)) "

/* All rows of a DELIVERY statement that is bound. */
static bool
read_deliveries(struct store *s, sqlite3_stmt *st, struct arena *arena, struct delivery_row **ret,
    size_t *n, struct err *e)
{
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct delivery_row){
			.id = store_column_str(st, 0, arena),
			.alert = store_column_str(st, 1, arena),
			.channel = store_column_str(st, 2, arena),
			.state = (enum delivery_state)sqlite3_column_int(st, 3),
			.attempts = sqlite3_column_int64(st, 4),
			.created_s = sqlite3_column_int64(st, 5),
			.next_try_s = sqlite3_column_int64(st, 6),
			.done_s = store_column_date(st, 7),
			.code = sqlite3_column_int64(st, 8),
			.text = store_column_str(st, 9, arena),
			.facts = store_column_str(st, 10, arena),
			.kind = (enum bundle_kind)sqlite3_column_int(st, 11),
			.route = store_column_str(st, 12, arena),
			.alerts = sqlite3_column_int64(st, 13),
			.told = sqlite3_column_int64(st, 14),
			.messages = sqlite3_column_int64(st, 15),
		};
	return store_finish(s, st, rc, e);
}

bool
store_deliveries(struct store *s, const struct delivery_filter *filter, struct arena *arena,
    struct delivery_row **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, DELIVERY "WHERE " FILTER "ORDER BY d.seq DESC LIMIT ?6", e);

	if (!st)
		return false;
	bind_filter(st, filter);
	sqlite3_bind_int64(st, 6, (int64_t)filter->limit);
	return read_deliveries(s, st, arena, ret, n, e);
}

bool
store_alert_deliveries(struct store *s, struct str alert, struct arena *arena,
    struct delivery_row **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    DELIVERY "WHERE d.alert = ?1 OR d.seq IN "
		     "(SELECT m.delivery FROM member m WHERE m.alert = ?1) ORDER BY d.seq",
	    e);

	if (!st)
		return false;
	store_bind_str(st, 1, alert);
	return read_deliveries(s, st, arena, ret, n, e);
}

bool
store_attempts(struct store *s, struct str delivery, struct arena *arena, struct attempt_row **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "SELECT at_s, elapsed_ms, code, text FROM attempt WHERE delivery = ? ORDER BY id", e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	store_bind_str(st, 1, delivery);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct attempt_row){
			.at_s = sqlite3_column_int64(st, 0),
			.elapsed_ms = sqlite3_column_int64(st, 1),
			.code = sqlite3_column_int64(st, 2),
			.text = store_column_str(st, 3, arena),
		};
	return store_finish(s, st, rc, e);
}

bool
store_retry(
    struct store *s, const struct delivery_filter *filter, int64_t now_s, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "UPDATE delivery AS d SET attempts = iif(state = 2, 0, attempts), refusals = 0, "
	    "since_s = iif(state = 2, ?6, since_s), next_try_s = ?6, done_s = NULL, state = 0 "
	    "WHERE (d.state = 2 OR (d.state = 0 AND d.attempts > 0)) AND " FILTER,
	    e);

	if (!st)
		return false;
	bind_filter(st, filter);
	sqlite3_bind_int64(st, 6, now_s);
	if (!store_run(s, st, e))
		return false;
	*n = (size_t)sqlite3_changes(s->db);
	return true;
}

bool
store_alert_facts(
    struct store *s, struct str id, struct arena *arena, struct str *ret, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "SELECT facts FROM alert WHERE " BEGINS("id", "?1") " LIMIT 2", e);
	size_t n = 0;
	int rc;

	*ret = STR("");
	if (!st)
		return false;
	store_bind_str(st, 1, id);
	for (; (rc = sqlite3_step(st)) == SQLITE_ROW; n++)
		*ret = store_column_str(st, 0, arena);
	if (!store_finish(s, st, rc, e))
		return false;
	return n < 2 || err_set(e, ERR_CONFIG, "several alerts have an id that begins with '%.*s'",
			    STR_ARG(id));
}
