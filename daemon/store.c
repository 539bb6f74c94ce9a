#include "store.h"

#include "mem.h"
#include "schema.h"
#include "store_hits.h"
#include "store_inside.h"
#include "store_items.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

void
store_bind_str(sqlite3_stmt *st, int at, struct str s)
{
	sqlite3_bind_text64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

void
store_bind_bytes(sqlite3_stmt *st, int at, struct str s)
{
	sqlite3_bind_blob64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC);
}

struct str
store_column_str(sqlite3_stmt *st, int at, struct arena *arena)
{
	const char *p = sqlite3_column_blob(st, at);

	return str_dup(arena, str_n(p, (size_t)sqlite3_column_bytes(st, at)));
}

/* ---- open ---- */

bool
store_db_err(struct store *s, struct err *e)
{
	return err_set(e, ERR_SYSTEM, "database: %s", sqlite3_errmsg(s->db));
}

sqlite3_stmt *
store_statement(struct store *s, const char *sql, struct err *e)
{
	for (size_t i = 0; i < s->n_others; i++)
		if (s->others[i].sql == sql) {
			sqlite3_reset(s->others[i].st);
			sqlite3_clear_bindings(s->others[i].st);
			return s->others[i].st;
		}
	if (s->n_others == STORE_STATEMENTS_MAX)
		abort(); /* a literal is no longer one: it was built at run time */
	s->others[s->n_others].sql = sql;
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		&s->others[s->n_others].st, NULL) != SQLITE_OK) {
		store_db_err(s, e);
		return NULL;
	}
	return s->others[s->n_others++].st;
}

static bool
exec(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_db_err(s, e);
}

static bool
prepare(struct store *s, enum statement which, const char *sql, struct err *e)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->st[which], NULL) ==
		   SQLITE_OK ||
	       store_db_err(s, e);
}

static const struct {
	enum statement which;
	const char *sql;
} statements[] = {
	{ ST_BEGIN, "BEGIN IMMEDIATE" },
	{ ST_COMMIT, "COMMIT" },
	{ ST_ROLLBACK, "ROLLBACK" },
	{ ST_SEEN_GET, "SELECT keys FROM seen WHERE feed = ?" },
	{ ST_SEEN_PUT, "INSERT INTO seen (feed, keys) VALUES (?, ?) "
		       "ON CONFLICT (feed) DO UPDATE SET keys = excluded.keys" },
	{ ST_ITEM_PUT,
	    "INSERT INTO item (feed, key, item_id, link, title, summary, body, author, lang, "
	    "categories, published_s, updated_s, seen_s, link_key) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ ST_ALERT_PUT,
	    "INSERT OR IGNORE INTO alert (id, item, watch, severity, created_s, facts, story) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ ST_DECISION_PUT, "INSERT INTO decision (item, watch, entry, reason, detail, at_s, story) "
			   "VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ ST_ATTEMPT_PUT, "INSERT INTO attempt (delivery, at_s, elapsed_ms, code, text) "
			  "VALUES (?, ?, ?, ?, ?)" },
	{ ST_DELIVERY_MARK,
	    "UPDATE delivery SET state = ?2, attempts = attempts + 1, next_try_s = ?3, "
	    "done_s = iif(?2 = 0, NULL, ?4), code = ?5, text = ?6, refusals = refusals + ?7 "
	    "WHERE id = ?1" },
	{ ST_OWED, "SELECT d.id, d.attempts, d.refusals, d.due_s, a.facts, "
		   "d.kind, d.route, d.since_s, d.severity FROM delivery d "
		   "LEFT JOIN alert a ON a.id = d.alert "
		   "WHERE d.state = 0 AND d.channel = ?1 AND d.next_try_s <= ?2 "
		   "AND (d.next_try_s <= ?3 OR d.attempts > 0) "
		   "ORDER BY d.next_try_s, d.seq LIMIT ?4" },
	{ ST_NEXT_TRY, "SELECT min(next_try_s) FROM delivery WHERE state = 0 AND channel = ?" },
	{ ST_PENDING_CHANNELS,
	    "SELECT DISTINCT channel FROM delivery WHERE state = 0 ORDER BY channel" },
};

static bool
prepare_all(struct store *s, struct err *e)
{
	bool good = store_prepare_feeds(s, e);

	for (size_t i = 0; good && i < ARRAY_LEN(statements); i++)
		good = prepare(s, statements[i].which, statements[i].sql, e);
	return good;
}

/* One daemon a database: two would alert twice. */
static bool
take_lock(struct store *s, const char *path, struct err *e)
{
	char *name = NULL;

	if (asprintf(&name, "%s.lock", path) < 0)
		abort();
	s->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		err_set(e, ERR_SYSTEM, "%s: %s", name, strerror(errno));
	else if (flock(s->lock, LOCK_EX | LOCK_NB) < 0)
		err_set(e, ERR_SYSTEM, "%s: in use by another newsbelld", path);
	else {
		free(name);
		return true;
	}
	free(name);
	return false;
}

static bool
read_secret(struct store *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool good = sqlite3_prepare_v2(s->db, "SELECT value FROM meta WHERE key = 'secret'", -1,
			&st, NULL) == SQLITE_OK &&
		    sqlite3_step(st) == SQLITE_ROW &&
		    sqlite3_column_bytes(st, 0) == sizeof(s->secret);

	if (good)
		memcpy(s->secret, sqlite3_column_blob(st, 0), sizeof(s->secret));
	else
		err_set(e, ERR_SYSTEM, "the database holds no instance secret; restore a backup");
	sqlite3_finalize(st);
	return good;
}

static bool
configure(struct store *s, enum store_mode mode, struct err *e)
{
	sqlite3_busy_timeout(s->db, 5000);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (mode == STORE_READ)
		return exec(s, "PRAGMA query_only = 1", e) && schema_check(s->db, e);
	/* FULL: in simulated power cuts NORMAL lost committed rows, and an item that left its feed
	 * is lost for good. */
	return schema_is_ours(s->db, e) &&
	       exec(s,
		   "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
		   "PRAGMA synchronous = FULL; PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0;"
		   /* KiB: a batch of first polls fits, and is not written twice */
		   "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;"
		   "PRAGMA foreign_keys = 1",
		   e) &&
	       schema_bring_up(s->db, e);
}

struct store *
store_open(const char *path, enum store_mode mode, struct err *e)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int flags =
	    mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;

	s->lock = -1;
	if (mode == STORE_WRITE && !take_lock(s, path, e))
		goto fail;
	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		err_set(e, ERR_SYSTEM, "%s: %s", path, s->db ? sqlite3_errmsg(s->db) : "no memory");
		goto fail;
	}
	if (!configure(s, mode, e) || !read_secret(s, e) || !prepare_all(s, e))
		goto fail_named;
	return s;
fail_named:
	if (e) {
		struct err why = *e;

		err_set(e, why.kind, "%s: %.*s", path, ERR_TEXT_MAX / 2, why.text);
	}
fail:
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(s->st[i]);
	for (size_t i = 0; i < s->n_others; i++)
		sqlite3_finalize(s->others[i].st);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	explicit_bzero(s->secret, sizeof(s->secret));
	free(s);
}

struct str
store_secret(const struct store *s)
{
	return str_n(s->secret, sizeof(s->secret));
}

/* ---- read ---- */

bool
store_seen(struct store *s, int64_t feed, struct arena *arena, struct str *ret, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_SEEN_GET];
	int rc;

	*ret = STR("");
	sqlite3_bind_int64(st, 1, feed);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = store_column_str(st, 0, arena);
	return store_finish(s, st, rc, e);
}

bool
store_owed(struct store *s, struct str channel, int64_t now_s, bool early, size_t limit,
    struct arena *arena, struct owed **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_OWED];
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	store_bind_str(st, 1, channel);
	sqlite3_bind_int64(st, 2, early ? INT64_MAX : now_s);
	sqlite3_bind_int64(st, 3, now_s);
	sqlite3_bind_int64(st, 4, (int64_t)limit);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct owed){
			.id = store_column_str(st, 0, arena),
			.attempts = sqlite3_column_int64(st, 1),
			.refusals = sqlite3_column_int64(st, 2),
			.due_s = sqlite3_column_int64(st, 3),
			.facts = store_column_str(st, 4, arena),
			.kind = (enum bundle_kind)sqlite3_column_int(st, 5),
			.route = store_column_str(st, 6, arena),
			.since_s = sqlite3_column_int64(st, 7),
			.severity = (enum severity)sqlite3_column_int(st, 8),
		};
	return store_finish(s, st, rc, e);
}

bool
store_next_try(struct store *s, struct str channel, int64_t *ret, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_NEXT_TRY];
	int rc;

	*ret = INT64_MAX;
	store_bind_str(st, 1, channel);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && sqlite3_column_type(st, 0) != SQLITE_NULL)
		*ret = sqlite3_column_int64(st, 0);
	return store_finish(s, st, rc, e);
}

bool
store_pending_channels(struct store *s, struct arena *arena, struct str_list *ret, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_PENDING_CHANNELS];
	size_t cap = 0;
	int rc;

	*ret = (struct str_list){ 0 };
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, ret->v, ret->n, cap) = store_column_str(st, 0, arena);
	return store_finish(s, st, rc, e);
}

/* ---- write ---- */

bool
store_probe(struct store *s, struct err *e)
{
	char sql[128];

	sqlite3_snprintf(sizeof(sql), sql,
	    "INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob(%d))", (int)STORE_PROBE);
	return exec(s, sql, e) && exec(s, "DELETE FROM meta WHERE key = 'probe'", e);
}

bool
store_finish(struct store *s, sqlite3_stmt *st, int rc, struct err *e)
{
	bool good = rc == SQLITE_DONE || rc == SQLITE_ROW;

	if (!good)
		store_db_err(s, e);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return good;
}

bool
store_run(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return store_finish(s, st, sqlite3_step(st), e);
}

bool
store_ask(struct store *s, sqlite3_stmt *st, bool *found, struct err *e)
{
	int rc = sqlite3_step(st);

	*found = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE || store_db_err(s, e);
}

bool
store_put_alert(struct store *s, int64_t item, const struct alert_new *new, int64_t now_s,
    struct arena *arena, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_ALERT_PUT];

	store_bind_str(st, 1, new->alert.id);
	if (item)
		sqlite3_bind_int64(st, 2, item);
	store_bind_str(st, 3, new->alert.watch);
	sqlite3_bind_int(st, 4, (int)new->alert.severity);
	sqlite3_bind_int64(st, 5, new->alert.created_s);
	store_bind_str(st, 6, alert_to_json(&new->alert, arena));
	if (new->alert.story.id)
		sqlite3_bind_int64(st, 7, new->alert.story.id);
	if (!store_run(s, s->st[ST_ALERT_PUT], e))
		return false;
	for (size_t i = 0; i < new->n_deliveries; i++)
		if (!store_put_delivery(s, item, &new->alert, &new->deliveries[i], now_s, arena, e))
			return false;
	return true;
}

bool
store_put_decision(
    struct store *s, int64_t item, const struct decision_new *new, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_DECISION_PUT];

	sqlite3_bind_int64(st, 1, item);
	store_bind_str(st, 2, new->watch);
	store_bind_str(st, 3, new->entry);
	store_bind_str(st, 4, new->reason);
	store_bind_str(st, 5, new->detail);
	sqlite3_bind_int64(st, 6, now_s);
	if (new->story)
		sqlite3_bind_int64(st, 7, new->story);
	return store_run(s, s->st[ST_DECISION_PUT], e);
}

/* Unless another feed brought the item first, and this watch told of it. */
static bool
put_alert_once(struct store *s, int64_t item, const struct alert_new *new, bool shared,
    int64_t now_s, struct arena *arena, struct err *e)
{
	struct str watch = new->alert.watch;
	bool told = false;

	if (shared && !store_has_alert(s, item, watch, &told, e))
		return false;
	if (!told)
		return store_put_alert(s, item, new, now_s, arena, e);
	return store_put_decision(s, item,
	    &(struct decision_new){
		watch, STR(""), STR("same-item"), STR("another feed brought it first") },
	    now_s, e);
}

/* The highest first: it may inhibit the others. */
static bool
put_alerts(struct store *s, int64_t item, const struct item_new *new, bool shared, int64_t now_s,
    struct arena *arena, struct err *e)
{
	for (int severity = SEVERITY_COUNT; severity-- > 0;)
		for (size_t i = 0; i < new->n_alerts; i++)
			if ((int)new->alerts[i].alert.severity == severity &&
			    !put_alert_once(s, item, &new->alerts[i], shared, now_s, arena, e))
				return false;
	return true;
}

static void
bind_date(sqlite3_stmt *st, int at, int64_t date_s)
{
	if (date_s == DATE_NONE)
		sqlite3_bind_null(st, at);
	else
		sqlite3_bind_int64(st, at, date_s);
}

static bool
insert_item(struct store *s, int64_t feed, const struct item_new *new, int64_t now_s,
    struct arena *arena, int64_t *row, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_ITEM_PUT];
	const struct item *item = new->item;
	struct str categories = STR("");

	for (size_t i = 0; i < item->n_categories; i++)
		categories = str_fmt(arena, "%.*s%s%.*s", STR_ARG(categories), i ? "\n" : "",
		    STR_ARG(item->categories[i]));
	sqlite3_bind_int64(st, 1, feed);
	sqlite3_bind_int64(st, 2, (int64_t) new->key);
	store_bind_str(st, 3, item->id);
	store_bind_str(st, 4, item->link);
	store_bind_str(st, 5, item->title);
	store_bind_str(st, 6, item->summary);
	store_bind_str(st, 7, item->body);
	store_bind_str(st, 8, item->author);
	store_bind_str(st, 9, item->lang);
	store_bind_str(st, 10, categories);
	bind_date(st, 11, item->published_s);
	bind_date(st, 12, item->updated_s);
	sqlite3_bind_int64(st, 13, now_s);
	if (new->link)
		sqlite3_bind_int64(st, 14, (int64_t) new->link);
	if (!store_run(s, s->st[ST_ITEM_PUT], e))
		return false;
	*row = sqlite3_last_insert_rowid(s->db);
	return true;
}

/* Its row: a new one, that of the edited item, or that under which another feed has it. */
static bool
place_item(struct store *s, int64_t feed, const struct item_new *new, int64_t now_s,
    struct arena *arena, int64_t *row, bool *shared, struct err *e)
{
	*shared = false;
	if (new->row) {
		*row = new->row;
		return new->foreign || store_put_edit(s, new, now_s, e);
	}
	if (!store_find_shared(s, feed, new, now_s, row, e))
		return false;
	if (*row == 0)
		return insert_item(s, feed, new, now_s, arena, row, e);
	*shared = true;
	return store_put_source(s, *row, feed, new, now_s, e);
}

static bool
put_item(struct store *s, int64_t feed, const struct item_new *new, int64_t now_s,
    struct arena *arena, struct err *e)
{
	int64_t row;
	bool shared;

	if (!place_item(s, feed, new, now_s, arena, &row, &shared, e))
		return false;
	if (!put_alerts(s, row, new, shared, now_s, arena, e))
		return false;
	if (!shared && !store_count_hits(s, new, now_s, e))
		return false;
	for (size_t i = 0; i < new->n_decisions; i++)
		if (!store_put_decision(s, row, &new->decisions[i], now_s, e))
			return false;
	return true;
}

static bool
put_poll(struct store *s, const struct poll_done *poll, int64_t *feed, int64_t now_s,
    struct arena *arena, struct err *e)
{
	sqlite3_stmt *st;

	if (!store_put_feed(s, poll, feed, e))
		return false;
	if (poll->seen_changed) {
		st = s->st[ST_SEEN_PUT];
		sqlite3_bind_int64(st, 1, *feed);
		store_bind_bytes(st, 2, poll->seen);
		if (!store_run(s, s->st[ST_SEEN_PUT], e))
			return false;
	}
	if (poll->listed_changed && !store_put_listed(s, *feed, poll->listed, e))
		return false;
	for (size_t i = 0; i < poll->n_renamed; i++)
		if (!store_put_rename(s, *feed, &poll->renamed[i], e))
			return false;
	if (!store_put_stories(s, poll, e))
		return false;
	for (size_t i = 0; i < poll->n_items; i++)
		if (!put_item(s, *feed, &poll->items[i], now_s, arena, e))
			return false;
	for (size_t i = 0; i < poll->n_health; i++)
		if (!store_put_health(s, *feed, &poll->health[i], now_s, e))
			return false;
	return true;
}

static bool
put_attempt(struct store *s, const struct attempt_done *a, struct err *e)
{
	sqlite3_stmt *st = s->st[ST_ATTEMPT_PUT];

	store_bind_str(st, 1, a->delivery);
	sqlite3_bind_int64(st, 2, a->at_s);
	sqlite3_bind_int64(st, 3, a->elapsed_ms);
	sqlite3_bind_int(st, 4, a->code);
	store_bind_str(st, 5, a->text);
	if (!store_run(s, s->st[ST_ATTEMPT_PUT], e))
		return false;
	st = s->st[ST_DELIVERY_MARK];
	store_bind_str(st, 1, a->delivery);
	sqlite3_bind_int(st, 2, (int)a->state);
	sqlite3_bind_int64(st, 3, a->next_try_s);
	sqlite3_bind_int64(st, 4, a->at_s);
	sqlite3_bind_int(st, 5, a->code);
	store_bind_str(st, 6, a->text);
	sqlite3_bind_int(st, 7, a->refused);
	return store_run(s, s->st[ST_DELIVERY_MARK], e) &&
	       (a->notice.kind.n == 0 || store_put_notice(s, &a->notice, a->at_s, e));
}

bool
store_commit(struct store *s, struct poll_done *polls, struct attempt_done *attempts, int64_t now_s,
    struct err *e)
{
	struct arena *arena = arena_new();
	bool good = store_run(s, s->st[ST_BEGIN], e);

	if (!good) {
		arena_free(arena);
		return false;
	}
	for (struct poll_done *poll = polls; good && poll; poll = poll->next)
		good = put_poll(s, poll, &poll->feed, now_s, arena, e);
	for (struct attempt_done *a = attempts; good && a; a = a->next)
		good = put_attempt(s, a, e);
	good = good && store_run(s, s->st[ST_COMMIT], e);
	if (!good && !sqlite3_get_autocommit(s->db))
		store_run(s, s->st[ST_ROLLBACK], NULL);
	arena_free(arena);
	return good;
}
