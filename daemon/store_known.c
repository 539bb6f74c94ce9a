#include "store_known.h"

#include "newness.h"
#include "packed.h"
#include "store_inside.h"

#include <stdlib.h>

#define PLACE ((size_t)10) /* bytes: key 4, row 6 */

struct known_place {
	uint32_t key;
	int64_t row;
};

struct known_places {
	struct known_place *v;
	size_t n, cap;
};

/* ---- packing ---- */

static uint32_t
short_key(uint64_t key)
{
	return (uint32_t)(key >> 32);
}

static struct known_places
unpack(struct str packed, size_t more, struct arena *arena)
{
	const unsigned char *p = (const unsigned char *)packed.p;
	struct known_places all = { .cap = packed.n / PLACE + more };

	all.v = ARENA_ARRAY(arena, struct known_place, all.cap + 1);
	for (; all.n < packed.n / PLACE; p += PLACE)
		all.v[all.n++] = (struct known_place){ (uint32_t)packed_get(p, 4),
			(int64_t)packed_get(p + 4, 6) };
	return all;
}

static int
by_key_and_row(const void *a, const void *b)
{
	const struct known_place *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static struct str
pack(const struct known_places *all, struct arena *arena)
{
	char *start = arena_bytes(arena, all->n * PLACE + 1);
	unsigned char *p = (unsigned char *)start;

	qsort(all->v, all->n, sizeof(*all->v), by_key_and_row);
	for (size_t i = 0; i < all->n; i++, p += PLACE) {
		packed_put(p, all->v[i].key, 4);
		packed_put(p + 4, (uint64_t)all->v[i].row, 6);
	}
	return str_n(start, all->n * PLACE);
}

static uint32_t
key_at(struct str packed, size_t i)
{
	return (uint32_t)packed_get((const unsigned char *)packed.p + i * PLACE, 4);
}

/* Of packed places the first whose key is not below this one. */
static size_t
find(struct str packed, uint32_t key)
{
	size_t low = 0, high = packed.n / PLACE;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (key_at(packed, middle) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- read ---- */

bool
store_known(struct store *s, int64_t feed, struct arena *arena, struct known *ret, struct err *e)
{
	sqlite3_stmt *st =
	    store_statement(s, "SELECT keys, listed, places FROM seen WHERE feed = ?", e);
	bool found, good;

	*ret = (struct known){ STR(""), STR(""), STR("") };
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	good = store_ask(s, st, &found, e);
	if (good && found)
		*ret = (struct known){
			.seen = store_column_str(st, 0, arena),
			.listed = store_column_str(st, 1, arena),
			.places = store_column_str(st, 2, arena),
		};
	sqlite3_reset(st);
	return good;
}

#define COLUMNS                                                                                    \
	"SELECT i.id, i.revision, i.title, i.link, i.summary, i.body, i.author, i.categories, "    \
	"i.lang FROM "
static const char own_sql[] = COLUMNS "item i WHERE i.id = ?1 AND i.feed = ?2 AND i.key = ?3";
static const char shared_sql[] = COLUMNS "item_source x JOIN item i ON i.id = x.item "
					 "WHERE x.item = ?1 AND x.feed = ?2 AND x.key = ?3";

static bool
ask_item(struct store *s, bool own, int64_t feed, uint64_t key, int64_t row, struct arena *arena,
    struct item_known *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, own ? own_sql : shared_sql, e);
	bool good, found;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, row);
	sqlite3_bind_int64(st, 2, feed);
	sqlite3_bind_int64(st, 3, (int64_t)key);
	good = store_ask(s, st, &found, e);
	if (good && found)
		*ret = (struct item_known){
			.row = sqlite3_column_int64(st, 0),
			.own = own,
			.revision = sqlite3_column_int64(st, 1),
			.title = store_column_str(st, 2, arena),
			.link = store_column_str(st, 3, arena),
			.summary = store_column_str(st, 4, arena),
			.body = store_column_str(st, 5, arena),
			.author = store_column_str(st, 6, arena),
			.categories = store_column_str(st, 7, arena),
			.lang = store_column_str(st, 8, arena),
		};
	sqlite3_reset(st);
	return good;
}

bool
store_item(struct store *s, int64_t feed, uint64_t key, struct str packed, struct arena *arena,
    struct item_known *ret, struct err *e)
{
	size_t first = find(packed, short_key(key)), i = first;

	*ret = (struct item_known){ 0 };
	while (i < packed.n / PLACE && key_at(packed, i) == short_key(key))
		i++;
	/* the last is the latest */
	while (i-- > first && ret->row == 0) {
		int64_t row =
		    (int64_t)packed_get((const unsigned char *)packed.p + i * PLACE + 4, 6);

		for (int own = 1; own >= 0 && ret->row == 0; own--)
			if (!ask_item(s, own, feed, key, row, arena, ret, e))
				return false;
	}
	return true;
}

/* ---- write ---- */

static bool
rename_item(struct store *s, int64_t feed, const struct item_renamed *renamed, int64_t row,
    bool *done, struct err *e)
{
	static const char *const sqls[] = {
		"UPDATE item SET key = ?1 WHERE id = ?4 AND feed = ?3 AND key = ?2",
		"UPDATE item_source SET key = ?1 WHERE item = ?4 AND feed = ?3 AND key = ?2",
	};

	*done = false;
	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *st = store_statement(s, sqls[i], e);

		if (!st)
			return false;
		sqlite3_bind_int64(st, 1, (int64_t)renamed->key);
		sqlite3_bind_int64(st, 2, (int64_t)renamed->old_key);
		sqlite3_bind_int64(st, 3, feed);
		sqlite3_bind_int64(st, 4, row);
		if (!store_run(s, st, e))
			return false;
		*done = *done || sqlite3_changes(s->db) > 0;
	}
	return true;
}

static bool
rename_items(struct store *s, const struct poll_done *poll, int64_t feed,
    struct known_places *places, struct err *e)
{
	for (size_t i = 0; i < poll->n_renamed; i++) {
		const struct item_renamed *renamed = &poll->renamed[i];

		uint32_t old = short_key(renamed->old_key);

		/* they stand in the same order yet, but some may have their new key */
		for (size_t k = find(poll->places, old);
		     k < places->n && key_at(poll->places, k) == old; k++) {
			bool done;

			if (places->v[k].key != old)
				continue;
			if (!rename_item(s, feed, renamed, places->v[k].row, &done, e))
				return false;
			if (done)
				places->v[k].key = short_key(renamed->key);
		}
	}
	return true;
}

static int
by_key(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Those of items that are listed no more go, now and then. */
static void
trim(struct known_places *places, struct str listed, struct arena *arena)
{
	size_t n = listed.n / NEWNESS_RECORD, kept = 0;
	uint32_t *keys;

	if (places->n <= n + n / 4)
		return;
	keys = ARENA_ARRAY(arena, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++)
		keys[i] =
		    (uint32_t)packed_get((const unsigned char *)listed.p + i * NEWNESS_RECORD, 4);
	qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 0; i < places->n; i++)
		if (bsearch(&places->v[i].key, keys, n, sizeof(*keys), by_key))
			places->v[kept++] = places->v[i];
	places->n = kept;
}

bool
store_put_known(struct store *s, const struct poll_done *poll, int64_t feed, const int64_t *rows,
    struct arena *arena, struct err *e)
{
	struct known_places places;
	sqlite3_stmt *st;

	if (!poll->seen_changed && !poll->listed_changed)
		return true;
	places = unpack(poll->places, poll->n_items, arena);
	if (!rename_items(s, poll, feed, &places, e))
		return false;
	for (size_t i = 0; i < poll->n_items; i++)
		if (poll->items[i].row == 0)
			places.v[places.n++] =
			    (struct known_place){ short_key(poll->items[i].key), rows[i] };
	trim(&places, poll->listed, arena);
	st = store_statement(
	    s, "INSERT OR REPLACE INTO seen (feed, keys, listed, places) VALUES (?, ?, ?, ?)", e);
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, feed);
	store_bind_bytes(st, 2, poll->seen);
	store_bind_bytes(st, 3, poll->listed);
	store_bind_bytes(st, 4, pack(&places, arena));
	return store_run(s, st, e);
}
