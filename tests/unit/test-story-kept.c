/*
 * Stories as they are kept: packed and read again, broken, many, big.
 */
#include "story_kit.h"

#include <math.h>
#include <string.h>

static void
test_round_trip(void **state)
{
	static const uint32_t entries[] = { 5, 6 };
	static const struct story_news news = { 77, 2, entries, 2 };
	static const struct story_again again = { 2, true, true };
	struct kit *k = *state;
	struct kit other = { .arena = k->arena, .reader = k->reader };
	struct str one, two, delta, snapshot;
	struct story_verdict v, w;

	place_news(k, "watch", "Ferry runs aground off Skarholm, 40 rescued",
	    "The crew was asleep.", "https://a.example/1", &normal, &news, &again, T);
	v = place_news(k, "watch", "Forty taken off stranded Skarholm ferry", "",
	    "https://b.example/1", &normal, &news, &again, T + H);
	one = story_save(k->table, v.id, k->arena);
	assert_true(one.n > 0);
	delta = story_idf_delta(k->idf, k->arena);
	assert_true(delta.n > 0);
	assert_int_equal(story_idf_delta(k->idf, k->arena).n, 0);

	other.idf = story_idf_new();
	assert_true(story_idf_load(other.idf, delta));
	other.table = story_table_new(other.idf);
	assert_true(story_load(other.table, one));
	two = story_save(other.table, v.id, k->arena);
	assert_true(str_eq(one, two));
	/* both go on alike, and the loaded one gives no id twice */
	v = place_news(
	    k, "watch", "Skarholm ferry captain asleep", "", "", &normal, &news, &again, T + 2 * H);
	w = place_news(&other, "watch", "Skarholm ferry captain asleep", "", "", &normal, &news,
	    &again, T + 2 * H);
	assert_int_equal(v.id, w.id);
	assert_int_equal(v.how, w.how);
	assert_int_equal(v.again, w.again);
	assert_true(fabs(v.score - w.score) < 1e-6);
	assert_int_equal(
	    place(&other, "A library in a lighthouse", "", "", &normal, T).id, v.id + 1);

	snapshot = story_idf_snapshot(other.idf, k->arena);
	story_table_free(other.table);
	story_idf_free(other.idf);
	other.idf = story_idf_new();
	assert_true(story_idf_load(other.idf, snapshot));
	assert_int_equal(story_idf_count(other.idf, story_hash(STR("ferry"))), 3);
	story_idf_free(other.idf);
	/* several at once, as a commit writes them; of what is cut the whole ones count */
	other.idf = story_idf_new();
	assert_true(story_idf_load(other.idf, str_join(k->arena, snapshot, delta)));
	assert_int_equal(story_idf_count(other.idf, story_hash(STR("ferry"))), 5);
	delta.n--;
	assert_false(story_idf_load(other.idf, str_join(k->arena, snapshot, delta)));
	assert_int_equal(story_idf_count(other.idf, story_hash(STR("ferry"))), 8);
	story_idf_free(other.idf);
}

/* Bytes that are not ours are refused, whatever is wrong with them. */
static void
test_broken(void **state)
{
	struct kit *k = *state;
	struct str one, delta;
	struct story_idf *idf = story_idf_new();

	place(k, "Ferry runs aground off Skarholm", "", "https://a.example/1", &normal, T);
	one = story_save(k->table, 1, k->arena);
	delta = story_idf_delta(k->idf, k->arena);
	for (size_t n = 0; n < one.n; n++)
		assert_false(story_load(k->table, str_sub(one, 0, n)));
	for (size_t n = 1; n < delta.n; n++)
		assert_false(story_idf_load(idf, str_sub(delta, 0, n)));
	for (size_t i = 0; i < one.n; i++) {
		char *bytes = str_z(k->arena, one);

		bytes[i] = (char)0xff;
		story_load(k->table, str_n(bytes, one.n)); /* no crash, no matter what */
	}
	story_idf_free(idf);
}

static struct str
made_up(struct arena *arena, uint32_t n)
{
	static const char *const beginnings[] = { "kar", "lom", "vex", "tri", "nol", "bes", "dru",
		"fim" };
	struct str title = STR("");

	for (int i = 0; i < 7; i++) {
		n = n * 1664525u + 1013904223u;
		title = str_fmt(arena, "%.*s %s%s%u", STR_ARG(title), beginnings[n >> 29],
		    beginnings[n >> 26 & 7], n >> 8 & 8191);
	}
	return title;
}

static void
test_bounded(void **state)
{
	struct kit *k = *state;
	size_t forgotten = 0;

	for (uint32_t i = 0; i < STORY_LIVE_MAX + 2000; i++) {
		arena_reset(k->arena);
		place(k, str_z(k->arena, made_up(k->arena, i * 7919)), "", "", &normal,
		    T + (int64_t)i / 100);
	}
	assert_true(story_live(k->table) <= STORY_LIVE_MAX + 1);
	while (story_forgotten(k->table))
		forgotten++;
	assert_true(forgotten >= 1000);
}

/* One story with more wordings, pages and outlets than are kept. */
static void
test_big_story(void **state)
{
	struct kit *k = *state;
	uint64_t id = 0;

	k->learnt = true; /* or it would be all the news there is */
	for (uint32_t i = 0; i < 400; i++) {
		struct str title = str_fmt(k->arena, "Skarholm ferry captain %.*s",
		    STR_ARG(str_sub(made_up(k->arena, i * 31), 0, 48)));
		struct str url = str_fmt(k->arena, "https://o%u.example/%u", i, i);
		struct story_news news = { .outlet = i + 1 };
		struct story_verdict v = place_news(k, "watch", str_z(k->arena, title), "",
		    str_z(k->arena, url), &normal, &news, &once, T);

		if (i == 0)
			id = v.id;
		assert_int_equal(v.id, id);
	}
	assert_true(story_save(k->table, id, k->arena).n < 16384);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_round_trip),
		WITH_KIT(test_broken),
		WITH_KIT(test_bounded),
		WITH_KIT(test_big_story),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
