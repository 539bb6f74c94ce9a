/* A bundle that is told in several messages: which of its alerts are through. */
#include "store_inside.h"

/* In the order in which they are told (store_freeze). */
#define NEXT                                                                                       \
	"SELECT m.id, m.alert FROM member m JOIN alert a ON a.id = m.alert "                       \
	"JOIN delivery d ON d.seq = m.delivery WHERE d.id = ?1 AND m.part IS NULL "                \
	"ORDER BY a.created_s, m.id LIMIT ?2"
#define SET_PART "UPDATE member SET part = ?2 WHERE id = ?1"
/* The next message is tried from the beginning. */
#define BEGIN_ANEW "UPDATE delivery SET attempts = 0, refusals = 0 WHERE id = ?1 AND state = 0"
#define PUT_REFUSED                                                                                \
	"INSERT INTO delivery (id, channel, state, attempts, created_s, next_try_s, done_s, "      \
	"code, "                                                                                   \
	"text, route, severity, due_s, since_s, kind, alerts, frozen, refusals) "                  \
	"SELECT ?2, channel, 2, attempts, created_s, next_try_s, ?3, code, text, route, "          \
	"severity, "                                                                               \
	"due_s, since_s, kind, ?4, 1, refusals FROM delivery WHERE id = ?1"
#define MOVE "UPDATE member SET delivery = ?2 WHERE id = ?1"
#define MOVE_ATTEMPTS                                                                              \
	"UPDATE attempt SET delivery = ?2 WHERE id IN (SELECT id FROM attempt WHERE delivery = "   \
	"?1 "                                                                                      \
	"ORDER BY id DESC LIMIT (SELECT attempts FROM delivery WHERE id = ?1))"
#define SHRINK "UPDATE delivery SET alerts = alerts - ?2, attempts = 0, refusals = 0 WHERE id = ?1"

struct member {
	int64_t id;
	struct str alert;
};

static bool
read_next(struct store *s, const struct attempt_done *a, struct arena *arena, struct member **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, NEXT, e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	store_bind_str(st, 1, a->delivery);
	sqlite3_bind_int64(st, 2, (int64_t)a->part.alerts);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) =
		    (struct member){ sqlite3_column_int64(st, 0), store_column_str(st, 1, arena) };
	return store_finish(s, st, rc, e);
}

static bool
set_each(
    struct store *s, const char *sql, const struct member *v, size_t n, int64_t to, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *st = store_statement(s, sql, e);

		if (!st)
			return false;
		sqlite3_bind_int64(st, 1, v[i].id);
		sqlite3_bind_int64(st, 2, to);
		if (!store_run(s, st, e))
			return false;
	}
	return true;
}

/* A statement about delivery ?1, with one more text or number. */
static bool
run(struct store *s, const char *sql, struct str id, struct str text, int64_t number, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);

	if (!st)
		return false;
	store_bind_str(st, 1, id);
	if (text.n)
		store_bind_str(st, 2, text);
	else if (number)
		sqlite3_bind_int64(st, 2, number);
	return store_run(s, st, e);
}

static bool
put_refused(struct store *s, const struct attempt_done *a, struct str id, size_t n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, PUT_REFUSED, e);

	if (!st)
		return false;
	store_bind_str(st, 1, a->delivery);
	store_bind_str(st, 2, id);
	sqlite3_bind_int64(st, 3, a->at_s);
	sqlite3_bind_int64(st, 4, (int64_t)n);
	return store_run(s, st, e);
}

/* The dead letter has its alerts and its attempts; the bundle goes on with what follows. */
static bool
set_apart(struct store *s, const struct attempt_done *a, const struct member *v, size_t n,
    struct arena *arena, struct err *e)
{
	struct str id = delivery_id(
	    store_secret(s), str_fmt(arena, "part/%.*s", STR_ARG(v[0].alert)), a->delivery, arena);

	return put_refused(s, a, id, n, e) &&
	       set_each(s, MOVE, v, n, sqlite3_last_insert_rowid(s->db), e) &&
	       run(s, MOVE_ATTEMPTS, a->delivery, id, 0, e) &&
	       run(s, SHRINK, a->delivery, STR(""), (int64_t)n, e);
}

bool
store_put_part(struct store *s, const struct attempt_done *a, struct err *e)
{
	struct arena *arena = arena_new();
	struct member *v;
	size_t n;
	bool good = read_next(s, a, arena, &v, &n, e);

	switch (good && n ? a->part.fate : PART_OPEN) {
	case PART_OPEN:
		break;
	case PART_THROUGH:
		good = set_each(s, SET_PART, v, n, a->part.number, e) &&
		       run(s, BEGIN_ANEW, a->delivery, STR(""), 0, e);
		break;
	case PART_REFUSED:
		good = set_apart(s, a, v, n, arena, e);
		break;
	}
	arena_free(arena);
	return good;
}
