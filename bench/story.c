/*
 * What does it cost to find an item's story among many?  Made-up news: events with names of their
 * own, each told by several outlets in their own words, over words of everyday frequency.
 *
 *     bench/story [LIVE]      live stories before the clock starts; 10,000 without it
 */
#include "mem.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MEASURED 5000
#define ROUNDS 3
#define TITLE_WORDS 9
#define EVERYDAY 3000 /* words; the first are far more frequent than the last */
#define OUTLETS 14    /* items of a story, in the mean */

static uint64_t seed = 88172645463325252u;

static uint32_t
chance(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 16) % n);
}

/* As words are: the n-th about n times rarer than the first. */
static uint32_t
everyday(void)
{
	double x = chance(1000000) / 1e6;

	return (uint32_t)(EVERYDAY * x * x * x);
}

static struct str
word(uint32_t n, char kind, struct arena *arena)
{
	return str_fmt(arena, "%c%c%c%c%c%c", kind, 'a' + n % 20, 'b' + n / 20 % 20,
	    'c' + n / 400 % 20, 'd' + n / 8000 % 20, 'e' + n / 160000 % 20);
}

/* Two names of the event and everyday words, in any order. */
static struct str
headline(uint32_t event, struct arena *arena)
{
	struct str title = STR("");
	uint32_t at = chance(TITLE_WORDS - 1);

	for (uint32_t i = 0; i < TITLE_WORDS; i++) {
		struct str w = i == at       ? word(event, 'x', arena)
			       : i == at + 1 ? word(event * 7 + 3, 'y', arena)
					     : word(everyday(), 'w', arena);

		title = str_fmt(arena, "%.*s%s%.*s", STR_ARG(title), i ? " " : "", STR_ARG(w));
	}
	return title;
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

struct bench {
	struct arena *titles, *arena;
	struct story_reader *reader;
	struct story_idf *idf;
	struct story_table *table;
	uint64_t joined;
};

static void
place(struct bench *b, struct str title, bool only_read)
{
	static const struct story_rules rules = { GROUPING_STORY, STRICTNESS_NORMAL,
		STORY_WINDOW_MAX_S, false };
	static const struct story_news news = { 0 };
	static const struct story_again again = { 0 };
	struct story_item item;
	const struct story_placing placing = {
		.table = b->table,
		.space = 1,
		.item = &item,
		.rules = &rules,
		.news = &news,
		.again = &again,
		.now_s = 1760000000,
	};
	struct story_verdict v;

	arena_reset(b->arena);
	story_read(b->reader, b->idf, title, STR(""), STR(""), b->arena, &item);
	if (only_read)
		return;
	story_item_learn(&item, b->idf);
	story_place(&placing, &v);
	b->joined += v.how != STORY_OPENED;
}

int
main(int argc, char **argv)
{
	size_t live = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	struct bench b = { .titles = arena_new(),
		.arena = arena_new(),
		.reader = story_reader_new(),
		.idf = story_idf_new() };
	struct str *titles = ARENA_ARRAY(b.titles, struct str, MEASURED);
	double best_read = 1e18, best = 1e18;
	uint32_t event = 0;

	if (live == 0 || live > STORY_LIVE_MAX)
		return fprintf(stderr, "bench/story: LIVE is from 1 to %d\n", STORY_LIVE_MAX), 2;
	b.table = story_table_new(b.idf);
	while (story_live(b.table) < live)
		place(&b, headline(event++, b.titles), false);
	printf(
	    "%u events told, %.1f %% taken for another\n", event, 100.0 * (double)b.joined / event);
	for (int round = 0; round < ROUNDS; round++) {
		double start;

		for (int i = 0; i < MEASURED; i++)
			titles[i] = headline(chance(OUTLETS) ? chance(event) : event++, b.titles);
		start = now_us();
		for (int i = 0; i < MEASURED; i++)
			place(&b, titles[i], true);
		best_read = now_us() - start < best_read ? now_us() - start : best_read;
		b.joined = 0;
		start = now_us();
		for (int i = 0; i < MEASURED; i++)
			place(&b, titles[i], false);
		best = now_us() - start < best ? now_us() - start : best;
	}
	printf("%zu live stories, %d items a round, best of %d\n", story_live(b.table), MEASURED,
	    ROUNDS);
	printf("read the title       %6.2f us an item\n", best_read / MEASURED);
	printf("read and place it    %6.2f us an item (%.0f times), %.0f %% joined a story\n",
	    best / MEASURED, best / best_read, 100.0 * (double)b.joined / MEASURED);
	story_table_free(b.table);
	story_idf_free(b.idf);
	story_reader_free(b.reader);
	arena_free(b.arena);
	arena_free(b.titles);
	return 0;
}
