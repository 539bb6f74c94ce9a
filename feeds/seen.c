#include "seen.h"

#include "packed.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define DAY_ZERO_S ((int64_t)1577836800) /* 2020-01-01 */

struct record {
	uint64_t key;
	uint16_t day;
};

struct listed {
	uint64_t key;
	size_t at; /* in document order */
};

uint64_t
seen_key(struct str item_id)
{
	return XXH3_64bits(item_id.p ? item_id.p : "", item_id.n);
}

static struct record
unpack(const unsigned char *p)
{
	return (struct record){ packed_get(p, 8), (uint16_t)packed_get(p + 8, 2) };
}

static void
pack(unsigned char *p, struct record r)
{
	packed_put(p, r.key, 8);
	packed_put(p + 8, r.day, 2);
}

static int
by_key(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static uint16_t
day_of(int64_t now_s)
{
	int64_t day = (now_s - DAY_ZERO_S) / 86400;

	return day < 0 ? 0 : day > UINT16_MAX ? UINT16_MAX : (uint16_t)day;
}

bool
seen_update(struct str old, const uint64_t *keys, size_t n, int64_t now_s, struct arena *arena,
    bool *is_new, struct str *ret)
{
	const unsigned char *from = (const unsigned char *)old.p, *end;
	struct listed *listed = ARENA_ARRAY(arena, struct listed, n);
	uint16_t today = day_of(now_s);
	bool changed = false;
	unsigned char *out;
	size_t packed = 0, i = 0;

	old.n -= old.n % SEEN_RECORD;
	end = from + old.n;
	for (size_t k = 0; k < n; k++) {
		listed[k] = (struct listed){ keys[k], k };
		is_new[k] = false;
	}
	qsort(listed, n, sizeof(*listed), by_key);
	out = (unsigned char *)arena_bytes(arena, old.n + n * SEEN_RECORD);
	while (from < end || i < n) {
		struct record r;
		bool known = from < end, is_listed = i < n;

		if (known && is_listed && unpack(from).key > listed[i].key)
			known = false;
		if (known)
			r = unpack(from);
		else
			r = (struct record){ listed[i].key, today };
		is_listed = i < n && listed[i].key == r.key;
		if (known)
			from += SEEN_RECORD;
		if (!known) {
			is_new[listed[i].at] = true;
			changed = true;
		} else if (is_listed && r.day + SEEN_REFRESH_DAYS < today) {
			r.day = today;
			changed = true;
		} else if (!is_listed && r.day + SEEN_KEEP_DAYS < today) {
			changed = true;
			continue;
		}
		while (i < n && listed[i].key == r.key)
			i++;
		pack(out + packed, r);
		packed += SEEN_RECORD;
	}
	if (changed)
		*ret = str_n((const char *)out, packed);
	return changed;
}
