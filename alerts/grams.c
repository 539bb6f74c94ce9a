#include "grams.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define GRAM_MAX 4 /* bytes that are looked up */
#define COUNTS (1u << 16)
#define FILTER_BITS 16 /* for each literal, at least */
#define FILTER_MIN_LOG 8
#define FILTER_MAX_LOG 16

struct gram {
	struct str literal;
	uint32_t id;
	uint32_t at, n; /* the bytes it is filed under */
	uint32_t next;  /* in its chain, plus one */
};

/* All grams of one length. */
struct shelf {
	uint64_t *filter; /* a bit for each hash there is */
	uint32_t *heads;  /* chains by hash, plus one */
	uint32_t filter_mask, mask, n;
};

struct grams {
	struct arena *arena; /* with the first literal: most lists have none */
	struct gram *v;
	size_t n, cap;
	struct shelf shelves[GRAM_MAX];
};

struct grams *
grams_new(void)
{
	return xcalloc(1, sizeof(struct grams));
}

void
grams_free(struct grams *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < GRAM_MAX; i++) {
		free(g->shelves[i].filter);
		free(g->shelves[i].heads);
	}
	arena_free(g->arena);
	free(g);
}

void
grams_add(struct grams *g, struct str literal, uint32_t id)
{
	if (!g->arena)
		g->arena = arena_new();
	*ARENA_PUSH(g->arena, g->v, g->n, g->cap) = (struct gram){
		.literal = str_dup(g->arena, literal),
		.id = id,
		.n = (uint32_t)(literal.n < GRAM_MAX ? literal.n : GRAM_MAX),
	};
}

size_t
grams_count(const struct grams *g)
{
	return g->n;
}

static uint32_t
gram_hash(const char *p, size_t n)
{
	uint32_t w = 0;

	memcpy(&w, p, n);
	w *= 0x9e3779b1u;
	return w ^ w >> 15;
}

/* Files each literal under its rarest bytes: counts of all, then a choice for each. */
static void
choose(struct grams *g)
{
	uint32_t *counts = xcalloc(COUNTS, sizeof(*counts));

	for (size_t i = 0; i < g->n; i++)
		for (size_t at = 0; at + g->v[i].n <= g->v[i].literal.n; at++)
			counts[gram_hash(g->v[i].literal.p + at, g->v[i].n) % COUNTS]++;
	for (size_t i = 0; i < g->n; i++) {
		struct gram *k = &g->v[i];
		uint32_t best = UINT32_MAX;

		for (size_t at = 0; at + k->n <= k->literal.n; at++) {
			uint32_t count = counts[gram_hash(k->literal.p + at, k->n) % COUNTS];

			if (count < best) {
				best = count;
				k->at = (uint32_t)at;
			}
		}
	}
	free(counts);
}

static void
shelf_init(struct shelf *s)
{
	unsigned log = FILTER_MIN_LOG;

	while (log < FILTER_MAX_LOG && (size_t)1 << log < (size_t)s->n * FILTER_BITS)
		log++;
	s->filter_mask = (1u << log) - 1;
	s->filter = xcalloc(((size_t)1 << log) / 64, sizeof(*s->filter));
	s->mask = 15;
	while (s->mask < s->n * 2)
		s->mask = s->mask * 2 + 1;
	s->heads = xcalloc((size_t)s->mask + 1, sizeof(*s->heads));
}

void
grams_finish(struct grams *g)
{
	if (g->n == 0)
		return;
	choose(g);
	for (size_t i = 0; i < g->n; i++)
		g->shelves[g->v[i].n - 1].n++;
	for (size_t i = 0; i < GRAM_MAX; i++)
		if (g->shelves[i].n)
			shelf_init(&g->shelves[i]);
	for (size_t i = 0; i < g->n; i++) {
		struct gram *k = &g->v[i];
		struct shelf *s = &g->shelves[k->n - 1];
		uint32_t h = gram_hash(k->literal.p + k->at, k->n);

		s->filter[(h & s->filter_mask) / 64] |= (uint64_t)1 << h % 64;
		k->next = s->heads[h & s->mask];
		s->heads[h & s->mask] = (uint32_t)i + 1;
	}
}

static void
look(const struct grams *g, const struct shelf *s, struct str text, size_t at, uint32_t h,
    grams_found *found, void *cookie)
{
	for (uint32_t i = s->heads[h & s->mask]; i; i = g->v[i - 1].next) {
		const struct gram *k = &g->v[i - 1];

		if (k->at > at || text.n - (at - k->at) < k->literal.n)
			continue;
		if (memcmp(text.p + at - k->at, k->literal.p, k->literal.n) == 0)
			found(cookie, k->id, at - k->at);
	}
}

void
grams_scan(const struct grams *g, struct str text, grams_found *found, void *cookie)
{
	for (size_t n = 1; n <= GRAM_MAX; n++) {
		const struct shelf *s = &g->shelves[n - 1];

		if (s->n == 0)
			continue;
		for (size_t at = 0; at + n <= text.n; at++) {
			uint32_t h = gram_hash(text.p + at, n);

			if (s->filter[(h & s->filter_mask) / 64] & (uint64_t)1 << h % 64)
				look(g, s, text, at, h, found, cookie);
		}
	}
}
