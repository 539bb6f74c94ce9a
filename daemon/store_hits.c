#include "store_hits.h"

#include "store_inside.h"

#define DAY_S ((int64_t)86400)

static bool
count(
    struct store *s, struct str watch, const struct alert_entry *entry, int64_t day, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO hit (day, watch, list, entry, n) VALUES (?1, ?2, ?3, ?4, 1) "
	    "ON CONFLICT (day, watch, list, entry) DO UPDATE SET n = n + 1";
	sqlite3_stmt *st = store_statement(s, sql, e);
	int rc;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, day);
	store_bind_str(st, 2, watch);
	store_bind_str(st, 3, entry->list.p ? entry->list : STR(""));
	store_bind_str(st, 4, entry->name);
	rc = sqlite3_step(st);
	return store_finish(s, st, rc, e);
}

/* Two entries of a list may have one name: an alert counts once for it. */
static bool
is_counted(const struct alert *alert, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(alert->entries[i].name, alert->entries[n].name) &&
		    str_eq(alert->entries[i].list, alert->entries[n].list))
			return true;
	return false;
}

bool
store_count_hits(struct store *s, const struct item_new *item, int64_t now_s, struct err *e)
{
	for (size_t i = 0; i < item->n_alerts; i++) {
		const struct alert *alert = &item->alerts[i].alert;

		for (size_t k = 0; k < alert->n_entries; k++)
			if (!is_counted(alert, k) &&
			    !count(s, alert->watch, &alert->entries[k], now_s / DAY_S, e))
				return false;
	}
	return true;
}

bool
store_hits(struct store *s, int64_t now_s, struct arena *arena, struct hits_row **ret, size_t *n,
    struct err *e)
{
	static const char sql[] =
	    "SELECT watch, list, entry, sum(CASE WHEN day > ?1 - 7 THEN n ELSE 0 END), "
	    "sum(CASE WHEN day > ?1 - 30 THEN n ELSE 0 END), sum(n), max(day) FROM hit "
	    "WHERE day > ?1 - 90 GROUP BY watch, list, entry ORDER BY sum(n) DESC";
	sqlite3_stmt *st = store_statement(s, sql, e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, now_s / DAY_S);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct hits_row){
			.watch = store_column_str(st, 0, arena),
			.list = store_column_str(st, 1, arena),
			.entry = store_column_str(st, 2, arena),
			.n7 = sqlite3_column_int64(st, 3),
			.n30 = sqlite3_column_int64(st, 4),
			.n90 = sqlite3_column_int64(st, 5),
			.last_day = sqlite3_column_int64(st, 6),
		};
	return store_finish(s, st, rc, e);
}
