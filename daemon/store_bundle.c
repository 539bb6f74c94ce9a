#include "store_bundle.h"

#include "store_inside.h"
#include "store_story.h"

#include <assert.h>

/*
 * One of the channel's: a message of its own or a place in a bundle.  The plus signs keep SQLite
 * from looking for it among all that the route ever told.
 */
#define HAS_ALERT                                                                                  \
	"SELECT 1 FROM delivery WHERE alert = ?1 AND +channel = ?2 AND +route = ?3 "               \
	"UNION ALL SELECT 1 FROM member m JOIN delivery d ON d.seq = m.delivery "                  \
	"WHERE m.alert = ?1 AND +d.channel = ?2 AND +d.route = ?3 LIMIT 1"
/*
 * Of the item, or of a story that has an item in common with this one's: the stories of two watches
 * are two, and tell the same.
 */
#define HIGHER_ALERT                                                                               \
	"WITH kin (item) AS (SELECT ?1 UNION SELECT item FROM alert WHERE story = ?4 "             \
	" UNION SELECT item FROM decision WHERE story = ?4), "                                     \
	"tale (story) AS (SELECT story FROM alert WHERE item IN kin AND story IS NOT NULL "        \
	" UNION SELECT story FROM decision WHERE item IN kin AND story IS NOT NULL) "              \
	"SELECT watch, severity FROM alert a WHERE (item IN kin OR story IN tale) "                \
	"AND severity > ?2 AND "                                                                   \
	"(EXISTS (SELECT 1 FROM delivery d WHERE d.alert = a.id AND +d.channel = ?3) OR "          \
	" EXISTS (SELECT 1 FROM member m JOIN delivery d ON d.seq = m.delivery "                   \
	"  WHERE m.alert = a.id AND +d.channel = ?3)) ORDER BY severity DESC LIMIT 1"
/* Critical alerts are counted by themselves: a flood of small ones never holds one back. */
#define COUNT_TOLD                                                                                 \
	"SELECT count(*) FROM delivery WHERE channel = ?1 AND route = ?2 AND kind = 0 "            \
	"AND created_s > ?3 AND (severity = 3) = ?4"
#define OPEN_OVERFLOW                                                                              \
	"SELECT seq FROM delivery WHERE channel = ?1 AND route = ?2 AND kind = ?3 AND state = 0 "  \
	"AND frozen = 0 AND alerts < ?4 AND (severity = 3) = ?5 ORDER BY seq DESC LIMIT 1"
#define FIND_BUNDLE                                                                                \
	"SELECT seq, state = 0 AND frozen = 0 AND alerts < ?2 FROM delivery WHERE id = ?1"
#define PUT_DELIVERY                                                                               \
	"INSERT OR IGNORE INTO delivery (id, alert, channel, state, attempts, created_s, "         \
	"next_try_s, route, severity, due_s, since_s, kind, alerts) "                              \
	"VALUES (?1, ?2, ?3, 0, 0, ?4, ?5, ?6, ?7, ?5, ?5, ?8, ?9)"
#define PUT_MEMBER "INSERT INTO member (delivery, alert) VALUES (?1, ?2)"
#define GROW_BUNDLE                                                                                \
	"UPDATE delivery SET alerts = alerts + 1, severity = max(severity, ?2) WHERE seq = ?1"
#define IS_FROZEN "SELECT seq, frozen, due_s FROM delivery WHERE id = ?1"
#define FREEZE "UPDATE delivery SET frozen = 1 WHERE seq = ?1"
#define MEMBERS                                                                                    \
	"SELECT a.facts, m.part FROM member m JOIN alert a ON a.id = m.alert "                     \
	"WHERE m.delivery = ?1 ORDER BY m.part IS NULL, a.created_s, m.id"

#define HOLD                                                                                       \
	"UPDATE delivery SET next_try_s = ?4 WHERE state = 0 AND channel = ?1 AND route = ?2 "     \
	"AND severity < 3 AND next_try_s <= ?3"

static_assert(SEVERITY_CRITICAL == 3 && BUNDLE_SINGLE == 0, "as the statements have them");

/* What store_put_delivery works on. */
struct putting {
	struct store *store;
	int64_t item;
	const struct alert *alert;
	struct delivery_new told; /* a copy: a limit may change it */
	int64_t now_s;
	struct arena *arena;
	struct err *e;
};

static bool
decide(struct putting *p, struct str reason, struct str detail)
{
	const struct decision_new decision = {
		.watch = p->alert->watch,
		.entry = STR(""),
		.reason = reason,
		.detail =
		    str_fmt(p->arena, "%.*s: %.*s", STR_ARG(p->told.channel), STR_ARG(detail)),
	};

	if (p->item == 0)
		return true;
	return store_put_decision(p->store, p->item, &decision, p->now_s, p->e);
}

/* ---- what stands against it ---- */

static bool
is_told(struct putting *p, bool *ret)
{
	sqlite3_stmt *st = store_statement(p->store, HAS_ALERT, p->e);
	bool good;

	if (!st)
		return false;
	store_bind_str(st, 1, p->alert->id);
	store_bind_str(st, 2, p->told.channel);
	store_bind_str(st, 3, p->told.route);
	good = store_ask(p->store, st, ret, p->e);
	sqlite3_reset(st);
	return good;
}

static bool
is_inhibited(struct putting *p, bool *ret)
{
	sqlite3_stmt *st = store_statement(p->store, HIGHER_ALERT, p->e);
	struct str why = STR("");
	bool good;

	*ret = false;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, p->item);
	sqlite3_bind_int(st, 2, (int)p->alert->severity);
	store_bind_str(st, 3, p->told.channel);
	sqlite3_bind_int64(st, 4, p->alert->story.id);
	good = store_ask(p->store, st, ret, p->e);
	if (good && *ret)
		why = str_fmt(p->arena, "it has the %s alert of '%.*s'",
		    severity_names[sqlite3_column_int(st, 1)],
		    STR_ARG(store_column_str(st, 0, p->arena)));
	sqlite3_reset(st);
	return good && (!*ret || decide(p, STR("inhibited"), why));
}

/* ---- bundles ---- */

static bool
put_row(struct putting *p, struct str id, bool bundle, int64_t due_s)
{
	sqlite3_stmt *st = store_statement(p->store, PUT_DELIVERY, p->e);

	if (!st)
		return false;
	store_bind_str(st, 1, id);
	if (!bundle)
		store_bind_str(st, 2, p->alert->id);
	store_bind_str(st, 3, p->told.channel);
	sqlite3_bind_int64(st, 4, p->now_s);
	sqlite3_bind_int64(st, 5, due_s);
	store_bind_str(st, 6, p->told.route);
	sqlite3_bind_int(st, 7, (int)p->alert->severity);
	sqlite3_bind_int(st, 8, (int)p->told.kind);
	sqlite3_bind_int(st, 9, bundle ? 0 : 1);
	return store_run(p->store, st, p->e);
}

/*
 * The bundle of this window, begun when there is none that can be joined.  Its id is derived from
 * the window, so the same window has the same id for ever; what comes after it was sent, or is too
 * much for one message, begins another of the same window.
 */
static bool
find_bundle(struct putting *p, int64_t *seq)
{
	bool critical = p->alert->severity == SEVERITY_CRITICAL;
	struct str key = str_fmt(p->arena, "%s%s/%.*s/%lld", bundle_kind_names[p->told.kind],
	    p->told.kind == BUNDLE_OVERFLOW && critical ? "-critical" : "", STR_ARG(p->told.route),
	    (long long)p->told.at_s);

	for (int part = 0;; part++) {
		struct str id = delivery_id(store_secret(p->store),
		    part ? str_fmt(p->arena, "%.*s/%d", STR_ARG(key), part) : key, p->told.channel,
		    p->arena);
		sqlite3_stmt *st = store_statement(p->store, FIND_BUNDLE, p->e);
		bool found, open = false;

		if (!st)
			return false;
		store_bind_str(st, 1, id);
		sqlite3_bind_int64(st, 2, BUNDLE_ALERTS_MAX);
		if (!store_ask(p->store, st, &found, p->e))
			return false;
		if (found) {
			*seq = sqlite3_column_int64(st, 0);
			open = sqlite3_column_int(st, 1);
		}
		sqlite3_reset(st);
		if (open)
			return true;
		if (found)
			continue;
		if (!put_row(p, id, true, p->told.at_s))
			return false;
		*seq = sqlite3_last_insert_rowid(p->store->db);
		return true;
	}
}

static bool
join_bundle(struct putting *p, int64_t seq)
{
	sqlite3_stmt *st = store_statement(p->store, PUT_MEMBER, p->e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, seq);
	store_bind_str(st, 2, p->alert->id);
	if (!store_run(p->store, st, p->e))
		return false;
	st = store_statement(p->store, GROW_BUNDLE, p->e);
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, seq);
	sqlite3_bind_int(st, 2, (int)p->alert->severity);
	return store_run(p->store, st, p->e);
}

/* ---- limits ---- */

static bool
find_overflow(struct putting *p, bool *found, int64_t *seq)
{
	sqlite3_stmt *st = store_statement(p->store, OPEN_OVERFLOW, p->e);
	bool good;

	if (!st)
		return false;
	store_bind_str(st, 1, p->told.channel);
	store_bind_str(st, 2, p->told.route);
	sqlite3_bind_int(st, 3, BUNDLE_OVERFLOW);
	sqlite3_bind_int64(st, 4, BUNDLE_ALERTS_MAX);
	sqlite3_bind_int(st, 5, p->alert->severity == SEVERITY_CRITICAL);
	good = store_ask(p->store, st, found, p->e);
	if (*found)
		*seq = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return good;
}

static bool
count_told(struct putting *p, int64_t *ret)
{
	sqlite3_stmt *st = store_statement(p->store, COUNT_TOLD, p->e);
	bool found, good;

	if (!st)
		return false;
	store_bind_str(st, 1, p->told.channel);
	store_bind_str(st, 2, p->told.route);
	sqlite3_bind_int64(st, 3, p->now_s - p->told.limit.per_s);
	sqlite3_bind_int(st, 4, p->alert->severity == SEVERITY_CRITICAL);
	good = store_ask(p->store, st, &found, p->e);
	*ret = good ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_reset(st);
	return good;
}

/*
 * Beyond its limit a route gathers for as long as the limit's span and then sends the rest as one.
 * While that one is open all that follows joins it, so that nothing overtakes it.
 */
static bool
put_limited(struct putting *p, bool *limited)
{
	int64_t told, seq = 0;
	bool open;

	*limited = false;
	if (!find_overflow(p, &open, &seq) || (!open && !count_told(p, &told)))
		return false;
	if (!open && told < p->told.limit.n)
		return true;
	*limited = true;
	if (!decide(p, STR("limited"),
		str_fmt(p->arena, "more than %.*s, so it waits for the rest of them",
		    STR_ARG(limit_print(&p->told.limit, p->arena)))))
		return false;
	p->told.kind = BUNDLE_OVERFLOW;
	p->told.at_s = p->now_s + p->told.limit.per_s;
	return (open || find_bundle(p, &seq)) && join_bundle(p, seq);
}

bool
store_put_delivery(struct store *s, int64_t item, const struct alert *alert,
    const struct delivery_new *new, int64_t now_s, struct arena *arena, struct err *e)
{
	struct putting p = { s, item, alert, *new, now_s, arena, e };
	bool told, inhibited = false, limited = false;
	int64_t seq;

	if (!is_told(&p, &told))
		return false;
	if (told)
		return true;
	if (new->inhibit && item && !is_inhibited(&p, &inhibited))
		return false;
	if (inhibited)
		return true;
	if (new->kind == BUNDLE_SINGLE) {
		if (new->limit.n && !put_limited(&p, &limited))
			return false;
		return limited ||
		       put_row(&p, delivery_id(store_secret(s), alert->id, new->channel, arena),
			   false, now_s);
	}
	if (new->held && !decide(&p, STR("held"),
			     str_fmt(arena, "quiet hours of route '%.*s'", STR_ARG(new->route))))
		return false;
	return find_bundle(&p, &seq) && join_bundle(&p, seq);
}

/* ---- sending ---- */

static bool
freeze(struct store *s, int64_t seq, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, FREEZE, e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, seq);
	return store_run(s, st, e);
}

static bool
read_members(struct store *s, int64_t seq, struct arena *arena, struct frozen *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, MEMBERS, e);
	size_t cap = 0;
	int rc;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, seq);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		size_t part = (size_t)sqlite3_column_int64(st, 1);

		*ARENA_PUSH(arena, ret->facts.v, ret->facts.n, cap) =
		    store_column_str(st, 0, arena);
		ret->told += part > 0;
		if (part > ret->messages)
			ret->messages = part;
	}
	return store_finish(s, st, rc, e);
}

bool
store_freeze(
    struct store *s, struct str delivery, struct arena *arena, struct frozen *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, IS_FROZEN, e);
	int64_t seq = 0, due_s = 0;
	bool found, frozen = false;

	*ret = (struct frozen){ 0 };
	if (!st)
		return false;
	store_bind_str(st, 1, delivery);
	if (!store_ask(s, st, &found, e))
		return false;
	if (found) {
		seq = sqlite3_column_int64(st, 0);
		frozen = sqlite3_column_int(st, 1);
		due_s = sqlite3_column_int64(st, 2);
	}
	sqlite3_reset(st);
	if ((!frozen && !freeze(s, seq, e)) || !read_members(s, seq, arena, ret, e))
		return false;
	for (size_t i = 0; i < ret->facts.n; i++)
		if (!store_story_facts(s, &ret->facts.v[i], due_s, arena, e))
			return false;
	return true;
}

bool
store_hold(struct store *s, struct str channel, struct str route, int64_t now_s, int64_t until_s,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, HOLD, e);

	*n = 0;
	if (!st)
		return false;
	store_bind_str(st, 1, channel);
	store_bind_str(st, 2, route);
	sqlite3_bind_int64(st, 3, now_s);
	sqlite3_bind_int64(st, 4, until_s);
	if (!store_run(s, st, e))
		return false;
	*n = (size_t)sqlite3_changes(s->db);
	return true;
}
