#include "store.h"

#include "buf.h"
#include "file.h"
#include "mem.h"
#include "schema.h"
#include "store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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
store_column_view(sqlite3_stmt *st, int at)
{
	const char *p = sqlite3_column_blob(st, at);

	return str_n(p, (size_t)sqlite3_column_bytes(st, at));
}

struct str
store_column_str(sqlite3_stmt *st, int at, struct arena *arena)
{
	return str_dup(arena, store_column_view(st, at));
}

int64_t
store_column_date(sqlite3_stmt *st, int at)
{
	return sqlite3_column_type(st, at) == SQLITE_NULL ? DATE_NONE
							  : sqlite3_column_int64(st, at);
}

bool
store_db_err(struct store *s, struct err *e)
{
	int rc = sqlite3_errcode(s->db) & 0xff;

	s->damaged = s->damaged || rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;
	return err_set(e, ERR_SYSTEM, "database: %s", sqlite3_errmsg(s->db));
}

bool
store_is_damaged(struct store *s, struct err *e)
{
	if (s->damaged)
		err_set(e, ERR_SYSTEM,
		    "the database is damaged: stop newsbelld, then newsbell doctor --repair");
	return s->damaged;
}

sqlite3_stmt *
store_statement(struct store *s, const char *sql, struct err *e)
{
	size_t at = (uintptr_t)sql / 8 % STORE_STATEMENTS_MAX, tries = 0;

	while (s->statements[at].sql && s->statements[at].sql != sql) {
		at = (at + 1) % STORE_STATEMENTS_MAX;
		if (++tries == STORE_STATEMENTS_MAX)
			abort(); /* a literal is no longer one: it was built at run time */
	}
	if (s->statements[at].sql) {
		sqlite3_reset(s->statements[at].st);
		sqlite3_clear_bindings(s->statements[at].st);
		return s->statements[at].st;
	}
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->statements[at].st,
		NULL) != SQLITE_OK) {
		store_db_err(s, e);
		return NULL;
	}
	s->statements[at].sql = sql;
	return s->statements[at].st;
}

bool
store_finish(struct store *s, sqlite3_stmt *st, int rc, struct err *e)
{
	bool good = rc == SQLITE_DONE || rc == SQLITE_ROW;

	if (!good)
		store_db_err(s, e);
	sqlite3_reset(st);
	return good;
}

bool
store_run(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return store_finish(s, st, sqlite3_step(st), e);
}

bool
store_execute(struct store *s, const char *sql, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);

	return st && store_run(s, st, e);
}

bool
store_ask(struct store *s, sqlite3_stmt *st, bool *found, struct err *e)
{
	int rc = sqlite3_step(st);

	*found = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE || store_db_err(s, e);
}

bool
store_ask_list(
    struct store *s, sqlite3_stmt *st, struct arena *arena, struct str_list *ret, struct err *e)
{
	size_t cap = 0;
	int rc;

	*ret = (struct str_list){ 0 };
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, ret->v, ret->n, cap) = store_column_str(st, 0, arena);
	return store_finish(s, st, rc, e);
}

bool
store_ask_str(
    struct store *s, sqlite3_stmt *st, struct arena *arena, struct str *ret, struct err *e)
{
	int rc = sqlite3_step(st);

	*ret = rc == SQLITE_ROW ? store_column_str(st, 0, arena) : STR("");
	return store_finish(s, st, rc, e);
}

/* ---- open ---- */

static bool
exec(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_db_err(s, e);
}

static const char *
advice(int why)
{
	switch (why) {
	case ENOENT:
		return " (newsbelld makes it; --state DIR says where its state is)";
	case EACCES:
	case EPERM:
		return " (it is another user's: try sudo, or --state DIR)";
	case EROFS:
		return " (it is on a read-only file system: copy it and newsbell.db-wal elsewhere)";
	default:
		return " (--state DIR says where the state is)";
	}
}

static const int flags_of[] = {
	[STORE_WRITE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	[STORE_CHANGE] = SQLITE_OPEN_READWRITE,
	[STORE_READ] = SQLITE_OPEN_READONLY,
};

/*
 * A backup on a medium that is read-only, or in a directory of another user's: to read it SQLite
 * wants to make files beside it, unless it is told that nothing changes it meanwhile.  Nothing does
 * where no log stands beside it; what a log holds must not be passed over.
 */
static bool
is_at_rest(const char *path, struct arena *arena)
{
	const char *dir = str_z(arena, file_dirname(str_c(path)));
	const char *log = str_z(arena, str_fmt(arena, "%s-wal", path));
	struct stat st;

	if (access(path, R_OK) < 0 || access(dir, W_OK) == 0)
		return false;
	if (errno == EROFS)
		return stat(log, &st) < 0 || st.st_size == 0;
	return access(log, F_OK) < 0 && errno == ENOENT;
}

static int
open_at_rest(struct store *s, const char *path, struct arena *arena)
{
	struct buf uri;
	int rc;

	buf_init(&uri, 3 * strlen(path) + 64);
	buf_add(&uri, path[0] == '/' ? STR("file://") : STR("file:")); /* "//" names a host */
	for (const char *p = path; *p; p++)
		if (strchr("%?#", *p))
			buf_addf(&uri, "%%%02x", (unsigned char)*p);
		else
			buf_add_char(&uri, *p);
	buf_add(&uri, STR("?immutable=1"));
	rc = sqlite3_open_v2(str_z(arena, buf_str(&uri)), &s->db,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
	buf_free(&uri);
	return rc;
}

static int
open_file(struct store *s, const char *path, enum store_mode mode)
{
	struct arena *arena = arena_new();
	int rc;

	if (mode == STORE_READ && is_at_rest(path, arena))
		rc = open_at_rest(s, path, arena);
	else
		rc = sqlite3_open_v2(path, &s->db, flags_of[mode] | SQLITE_OPEN_NOMUTEX, NULL);
	arena_free(arena);
	return rc;
}

/* What SQLite says of a file that it cannot have does not say why: the system does. */
static bool
cannot_open(const struct store *s, const char *path, const char *text, struct err *e)
{
	if (access(path, R_OK) < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s%s", path, strerror(errno), advice(errno));
	return err_set(e, ERR_SYSTEM, "%s: %.*s%s", path, ERR_TEXT_MAX / 2, text,
	    access(path, W_OK) < 0 ? advice(errno)
	    : s->damaged           ? " (newsbell doctor --repair salvages what can be had of it)"
				   : "");
}

/* One daemon a database: two would alert twice. */
int
store_lock(const char *path, struct err *e)
{
	struct arena *arena = arena_new();
	const char *name = str_z(arena, str_fmt(arena, "%s.lock", path));
	struct stat st;
	int fd;

	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	/* made by root for a tool, it must not lock out the daemon's user */
	if (fd >= 0 && geteuid() == 0 && stat(path, &st) == 0 &&
	    fchown(fd, st.st_uid, st.st_gid) < 0) {
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		err_set(e, ERR_SYSTEM, "%s: %s%s", name, strerror(errno), advice(errno));
	else if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		err_set(e, ERR_SYSTEM, "%s: in use by another newsbelld", path);
		close(fd);
		fd = -1;
	}
	arena_free(arena);
	return fd;
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
	int version;

	sqlite3_busy_timeout(s->db, 5000);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (mode == STORE_READ)
		return exec(s, "PRAGMA query_only = 1", e) && schema_check(s->db, e);
	/* FULL: in simulated power cuts NORMAL lost committed rows, and an item that left its feed
	 * is lost for good. */
	return schema_version(s->db, &version, e) &&
	       exec(s,
		   SCHEMA_PAGES "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				"PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0;"
				/* zeros over what went, which was public */
				"PRAGMA secure_delete = 0;"
				/* KiB: a batch of first polls fits, and is not written twice */
				"PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 2000",
		   e) &&
	       /* a step may build a table anew: what points to it must not go with the old one */
	       schema_bring_up(s->db, e) && exec(s, "PRAGMA foreign_keys = 1", e);
}

/* Figures nobody asks for, behind a lock at every allocation; and no connection is shared. */
static void
do_without(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

struct store *
store_open(const char *path, enum store_mode mode, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct store *s = xcalloc(1, sizeof(*s));
	struct err why;

	s->lock = -1;
	pthread_once(&once, do_without);
	if (mode == STORE_CHANGE && access(path, F_OK) < 0) {
		cannot_open(s, path, "", e); /* not even a lock is left behind */
		goto fail;
	}
	if (mode != STORE_READ && (s->lock = store_lock(path, e)) < 0)
		goto fail;
	if (open_file(s, path, mode) != SQLITE_OK) {
		cannot_open(s, path, s->db ? sqlite3_errmsg(s->db) : "no memory", e);
		goto fail;
	}
	if (configure(s, mode, &why) && read_secret(s, &why))
		return s;
	cannot_open(s, path, why.text, e);
fail:
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_finalize(s->feeds_get);
	sqlite3_finalize(s->feed_add);
	sqlite3_finalize(s->feed_set);
	for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++)
		sqlite3_finalize(s->statements[i].st);
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

bool
store_probe(struct store *s, struct err *e)
{
	char sql[128];

	if (store_is_damaged(s, e))
		return false;
	sqlite3_snprintf(sizeof(sql), sql,
	    "INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob(%d))", (int)STORE_PROBE);
	return exec(s, sql, e) && exec(s, "DELETE FROM meta WHERE key = 'probe'", e);
}
