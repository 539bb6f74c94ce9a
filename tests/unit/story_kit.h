/*
 * What stories are made with, for tests of them.
 */
#ifndef TESTS_STORY_KIT_H
#define TESTS_STORY_KIT_H

#include "rows.h"

#include "story.h"

#include <stdlib.h>

#define T ((int64_t)1760000000)
#define H ((int64_t)3600)
#define ITEMS_MAX 8

/* What stories are made with; one of each for all tests. */
struct kit {
	struct arena *arena;
	struct story_reader *reader;
	struct story_idf *idf;
	struct story_table *table;
	bool learnt; /* learn no more */
};

static const struct story_rules normal = { GROUPING_STORY, STRICTNESS_NORMAL, STORY_WINDOW_S,
	false };
static const struct story_again once = { 0 };

static inline int
kit_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	k->arena = arena_new();
	k->reader = story_reader_new();
	k->idf = story_idf_new();
	k->table = story_table_new(k->idf);
	*state = k;
	return 0;
}

static inline int
kit_down(void **state)
{
	struct kit *k = *state;

	story_table_free(k->table);
	story_idf_free(k->idf);
	story_reader_free(k->reader);
	arena_free(k->arena);
	free(k);
	return 0;
}

static inline struct story_verdict
place_news(struct kit *k, const char *space, const char *title, const char *summary,
    const char *url, const struct story_rules *rules, const struct story_news *news,
    const struct story_again *again, int64_t now_s)
{
	struct story_item item;
	const struct story_placing placing = {
		.table = k->table,
		.space = story_hash(str_c(space)),
		.item = &item,
		.rules = rules,
		.news = news,
		.again = again,
		.now_s = now_s,
	};
	struct story_verdict v;

	story_read(k->reader, k->idf, str_c(title), str_c(summary), str_c(url), k->arena, &item);
	if (!k->learnt)
		story_item_learn(&item, k->idf);
	story_place(&placing, &v);
	return v;
}

static inline struct story_verdict
place(struct kit *k, const char *title, const char *summary, const char *url,
    const struct story_rules *rules, int64_t now_s)
{
	static const struct story_news nothing = { 0 };

	return place_news(k, "watch", title, summary, url, rules, &nothing, &once, now_s);
}

#define WITH_KIT(f) cmocka_unit_test_setup_teardown(f, kit_up, kit_down)

#endif
