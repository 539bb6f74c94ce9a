#include "store_bundle.h"

#include "store_inside.h"

#include <assert.h>

/* Waiting for the first time, alone, and not so urgent that they go alone. */
#define WAITING                                                                                    \
	"FROM delivery WHERE state = 0 AND channel = ?1 AND next_try_s <= ?2 AND kind = 0 "        \
	"AND attempts = 0 AND severity < 3 "
#define ROUTES "SELECT route " WAITING "GROUP BY route HAVING count(*) > ?3 ORDER BY min(seq)"
#define OLDEST "SELECT seq, alert, severity " WAITING "AND route = ?3 ORDER BY seq LIMIT ?4"
#define PUT_BUNDLE                                                                                 \
	"INSERT INTO delivery (id, channel, state, attempts, created_s, next_try_s, route, "       \
	"severity, due_s, since_s, kind, alerts) "                                                 \
	"VALUES (?1, ?2, 0, 0, ?3, ?3, ?4, ?5, ?3, ?3, ?6, ?7)"
#define PUT_MEMBER "INSERT INTO member (delivery, alert) VALUES (?1, ?2)"
#define DROP_SINGLE "DELETE FROM delivery WHERE seq = ?1"

static_assert(SEVERITY_CRITICAL == 3 && BUNDLE_SINGLE == 0, "as the statements have them");

struct waiting {
	int64_t seq;
	struct str alert;
	int severity;
};

struct folding {
	struct store *store;
	struct str channel, route;
	int64_t now_s;
	struct arena *arena;
	struct err *e;
};

static bool
read_routes(const struct folding *f, int64_t least, struct str_list *ret)
{
	sqlite3_stmt *st = store_statement(f->store, ROUTES, f->e);

	if (!st)
		return false;
	store_bind_str(st, 1, f->channel);
	sqlite3_bind_int64(st, 2, f->now_s);
	sqlite3_bind_int64(st, 3, least);
	return store_ask_list(f->store, st, f->arena, ret, f->e);
}

static bool
read_oldest(const struct folding *f, struct waiting **ret, size_t *n)
{
	sqlite3_stmt *st = store_statement(f->store, OLDEST, f->e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	store_bind_str(st, 1, f->channel);
	sqlite3_bind_int64(st, 2, f->now_s);
	store_bind_str(st, 3, f->route);
	sqlite3_bind_int64(st, 4, BUNDLE_ALERTS_MAX);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(f->arena, *ret, *n, cap) = (struct waiting){
			.seq = sqlite3_column_int64(st, 0),
			.alert = store_column_str(st, 1, f->arena),
			.severity = sqlite3_column_int(st, 2),
		};
	return store_finish(f->store, st, rc, f->e);
}

/* Its id is derived from its first alert. */
static bool
put_bundle(const struct folding *f, const struct waiting *v, size_t n, int64_t *seq)
{
	sqlite3_stmt *st = store_statement(f->store, PUT_BUNDLE, f->e);
	struct str key = str_fmt(f->arena, "%s/%.*s/%.*s", bundle_kind_names[BUNDLE_BACKLOG],
	    STR_ARG(f->route), STR_ARG(v[0].alert));
	int severity = 0;

	if (!st)
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].severity > severity)
			severity = v[i].severity;
	store_bind_str(st, 1, delivery_id(store_secret(f->store), key, f->channel, f->arena));
	store_bind_str(st, 2, f->channel);
	sqlite3_bind_int64(st, 3, f->now_s);
	store_bind_str(st, 4, f->route);
	sqlite3_bind_int(st, 5, severity);
	sqlite3_bind_int(st, 6, BUNDLE_BACKLOG);
	sqlite3_bind_int64(st, 7, (int64_t)n);
	if (!store_run(f->store, st, f->e))
		return false;
	*seq = sqlite3_last_insert_rowid(f->store->db);
	return true;
}

static bool
move(const struct folding *f, const struct waiting *w, int64_t bundle)
{
	sqlite3_stmt *st = store_statement(f->store, PUT_MEMBER, f->e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, bundle);
	store_bind_str(st, 2, w->alert);
	if (!store_run(f->store, st, f->e) || !(st = store_statement(f->store, DROP_SINGLE, f->e)))
		return false;
	sqlite3_bind_int64(st, 1, w->seq);
	return store_run(f->store, st, f->e);
}

static bool
fold_route(const struct folding *f, size_t *folded)
{
	struct waiting *v;
	int64_t bundle = 0;
	size_t n;

	for (;;) {
		if (!read_oldest(f, &v, &n))
			return false;
		if (n == 0)
			return true;
		if (!put_bundle(f, v, n, &bundle))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!move(f, &v[i], bundle))
				return false;
		*folded += n;
	}
}

bool
store_fold_backlog(struct store *s, struct str channel, int64_t least, int64_t now_s,
    size_t *folded, struct err *e)
{
	struct folding f = { s, channel, STR(""), now_s, arena_new(), e };
	struct str_list routes;
	bool good;

	*folded = 0;
	good = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
	if (!good)
		store_db_err(s, e);
	good = good && read_routes(&f, least, &routes);
	for (size_t i = 0; good && i < routes.n; i++) {
		f.route = routes.v[i];
		good = fold_route(&f, folded);
	}
	if (good && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		good = store_db_err(s, e);
	if (!good && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	arena_free(f.arena);
	return good;
}
