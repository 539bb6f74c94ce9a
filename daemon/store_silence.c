#include "store_silence.h"

#include "store_inside.h"

const char *const silence_kind_names[] = {
	[SILENCE_WATCH] = "watch",
	[SILENCE_ENTRY] = "entry",
	[SILENCE_FEED] = "feed",
	[SILENCE_KIND_COUNT] = NULL,
};

#define COLUMNS "SELECT id, kind, name, reason, author, from_s, until_s"
/* The decision's detail begins so: dispatch.c. */
#define KEPT                                                                                       \
	", (SELECT count(*) FROM decision d WHERE d.reason = 'silenced' AND "                      \
	"d.at_s >= s.from_s AND d.at_s <= s.until_s AND "                                          \
	"substr(d.detail, 1, length(s.id) + 10) = 'silence ' || s.id || ': ')"

static bool
read_all(struct store *s, sqlite3_stmt *st, bool counted, struct arena *arena, struct silence **ret,
    size_t *n, struct err *e)
{
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct silence){
			.id = sqlite3_column_int64(st, 0),
			.kind = (enum silence_kind)sqlite3_column_int(st, 1),
			.name = store_column_str(st, 2, arena),
			.reason = store_column_str(st, 3, arena),
			.author = store_column_str(st, 4, arena),
			.from_s = sqlite3_column_int64(st, 5),
			.until_s = sqlite3_column_int64(st, 6),
			.n = counted ? sqlite3_column_int64(st, 7) : 0,
		};
	return store_finish(s, st, rc, e);
}

bool
store_silences(struct store *s, int64_t now_s, struct arena *arena, struct silence **ret, size_t *n,
    struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, COLUMNS " FROM silence WHERE until_s > ?1 AND from_s <= ?1 ORDER BY id", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, now_s);
	return read_all(s, st, false, arena, ret, n, e);
}

bool
store_silences_listed(struct store *s, int64_t since_s, struct arena *arena, struct silence **ret,
    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(
	    s, COLUMNS KEPT " FROM silence s WHERE until_s > ?1 ORDER BY id DESC", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, since_s);
	return read_all(s, st, true, arena, ret, n, e);
}

bool
store_silence_add(struct store *s, const struct silence *silence, int64_t *id, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT INTO silence (kind, name, reason, author, from_s, until_s) "
	    "VALUES (?, ?, ?, ?, ?, ?)",
	    e);

	if (!st)
		return false;
	sqlite3_bind_int(st, 1, (int)silence->kind);
	store_bind_str(st, 2, silence->name);
	store_bind_str(st, 3, silence->reason);
	store_bind_str(st, 4, silence->author);
	sqlite3_bind_int64(st, 5, silence->from_s);
	sqlite3_bind_int64(st, 6, silence->until_s);
	if (!store_run(s, st, e))
		return false;
	*id = sqlite3_last_insert_rowid(s->db);
	return true;
}

bool
store_silence_end(struct store *s, int64_t id, int64_t now_s, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "UPDATE silence SET until_s = ?2 WHERE id = ?1 AND until_s > ?2", e);

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int64(st, 2, now_s);
	if (!store_run(s, st, e))
		return false;
	return sqlite3_changes(s->db) ||
	       err_set(e, ERR_CONFIG, "silence %lld is not in force", (long long)id);
}
