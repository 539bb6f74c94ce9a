#include "rows.h"

#include "seen.h"

#define DAY 86400
#define T0 ((int64_t)1800000000)

/* One poll: the keys listed, which of them must be new, and how many records stay. */
static const struct poll {
	const char *name;
	int64_t at_s;
	uint64_t keys[4];
	size_t n;
	const char *is_new; /* 'n' new, '.' known, one a key */
	int changed;
	size_t records;
} polls[] = {
	{ "first poll", T0, { 30, 10, 20 }, 3, "nnn", 1, 3 },
	{ "same again", T0 + 900, { 30, 10, 20 }, 3, "...", 0, 3 },
	{ "one new in front", T0 + 1800, { 5, 30, 10, 20 }, 4, "n...", 1, 4 },
	{ "one new behind", T0 + 2700, { 99, 5 }, 2, "n.", 1, 5 },
	{ "same key twice", T0 + 3600, { 7, 7 }, 2, "n.", 1, 6 },
	{ "nothing listed", T0 + 4500, { 0 }, 0, "", 0, 6 },
	{ "day refreshed once it is old", T0 + 8 * DAY, { 30 }, 1, ".", 1, 6 },
	{ "kept for 400 days", T0 + 399 * DAY, { 20 }, 1, ".", 1, 6 },
	{ "then forgotten, but what was listed since stays", T0 + 406 * DAY, { 1 }, 1, "n", 1, 3 },
	{ "a listed key never ages", T0 + 3000 * DAY, { 1, 20 }, 2, "..", 1, 2 },
};

static void
test_polls(void **state)
{
	struct arena *arena = arena_new();
	struct str set = STR("");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(polls); i++) {
		const struct poll *p = &polls[i];
		bool is_new[4], changed;

		changed = seen_update(set, p->keys, p->n, p->at_s, arena, is_new, &set);
		ROW_I64(p->name, changed, p->changed);
		ROW_I64(p->name, (int64_t)(set.n / SEEN_RECORD), (int64_t)p->records);
		for (size_t k = 0; k < p->n; k++)
			ROW_I64(p->name, is_new[k], p->is_new[k] == 'n');
		for (size_t r = 1; r < set.n / SEEN_RECORD; r++)
			ROW(p->name, str_cmp(str_n(set.p + (r - 1) * SEEN_RECORD, 8),
					 str_n(set.p + r * SEEN_RECORD, 8)) < 0);
	}
	arena_free(arena);
	ROWS_DONE();
}

/* Against a plain array, with random keys from a small range. */
static void
test_random(void **state)
{
	struct arena *arena = arena_new();
	struct str set = STR("");
	bool known[512] = { false };
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 300; round++) {
		uint64_t keys[40];
		bool is_new[40], told[512] = { false };
		size_t n = 0;

		for (; n < ARRAY_LEN(keys); n++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			keys[n] = x % 512;
		}
		seen_update(set, keys, n, T0 + round, arena, is_new, &set);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(is_new[k], !known[keys[k]] && !told[keys[k]]);
			told[keys[k]] = true;
		}
		for (size_t k = 0; k < n; k++)
			known[keys[k]] = true;
	}
	arena_free(arena);
}

static void
test_damaged(void **state)
{
	struct arena *arena = arena_new();
	uint64_t key = 1;
	bool is_new;
	struct str set;

	(void)state;
	ROW("a cut record is dropped",
	    seen_update(STR("1234567"), &key, 1, T0, arena, &is_new, &set));
	ROW_I64("one record", (int64_t)set.n, SEEN_RECORD);
	ROW("keys differ", seen_key(STR("a")) != seen_key(STR("b")) && seen_key(STR("")) != 0);
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
