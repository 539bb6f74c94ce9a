#include "story_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The built-in table speaks with the weight of so many items. */
#define COMMON_ITEMS 10000.0
/* And items nobody saw, so that a word met for the first time is not infinitely rare. */
#define PRIOR_ITEMS 300.0
#define COMMON_WORDS_MAX 4096
#define FIRST_SLOTS ((size_t)1 << 13)

struct slot {
	uint32_t word; /* 0: free */
	uint32_t count;
	float common;
};

struct story_idf {
	struct slot *slots;
	size_t n_slots, used; /* n_slots is a power of two */
	double items;
	uint32_t *fresh; /* words learnt since the last delta */
	size_t n_fresh, fresh_cap;
	uint32_t fresh_items;
};

/* What a delta and a snapshot begin with. */
enum block_kind { BLOCK_DELTA = 1, BLOCK_SNAPSHOT = 2 };
struct block {
	uint32_t kind, items, n;
};

static struct slot *
find(const struct story_idf *f, uint32_t word)
{
	size_t mask = f->n_slots - 1, i = (word * 0x9e3779b1u) & mask;

	while (f->slots[i].word && f->slots[i].word != word)
		i = (i + 1) & mask;
	return &f->slots[i];
}

static void
rebuild(struct story_idf *f, size_t n_slots)
{
	struct slot *old = f->slots;
	size_t n = f->n_slots;

	f->slots = xcalloc(n_slots, sizeof(*f->slots));
	f->n_slots = n_slots;
	f->used = 0;
	for (size_t i = 0; i < n; i++)
		if (old[i].word && (old[i].count || old[i].common > 0)) {
			*find(f, old[i].word) = old[i];
			f->used++;
		}
	free(old);
}

/* Yesterday's names make room; what is said every day stays. */
static void
fade(struct story_idf *f)
{
	for (size_t i = 0; i < f->n_slots; i++)
		f->slots[i].count /= 2;
	f->items /= 2;
	rebuild(f, f->n_slots);
}

static struct slot *
put(struct story_idf *f, uint32_t word)
{
	struct slot *s = find(f, word);

	if (s->word)
		return s;
	if (f->used >= STORY_IDF_WORDS_MAX) {
		fade(f);
		s = find(f, word);
	}
	if ((f->used + 1) * 4 > f->n_slots * 3) {
		rebuild(f, f->n_slots * 2);
		s = find(f, word);
	}
	s->word = word;
	f->used++;
	return s;
}

static void
load_common(struct story_idf *f)
{
	struct story_reader *r = story_reader_new();
	struct story_word *words = xcalloc(COMMON_WORDS_MAX, sizeof(*words));

	for (size_t i = 0; i < n_story_common; i++) {
		float common = (float)(story_common[i].per_10k / 10000.0 * COMMON_ITEMS);
		size_t n = story_cut(r, str_c(story_common[i].words), words, COMMON_WORDS_MAX);

		for (size_t k = 0; k < n; k++) {
			struct slot *s = put(f, words[k].word);

			s->common = s->common > common ? s->common : common;
		}
	}
	free(words);
	story_reader_free(r);
}

struct story_idf *
story_idf_new(void)
{
	struct story_idf *f = xcalloc(1, sizeof(*f));

	rebuild(f, FIRST_SLOTS);
	load_common(f);
	return f;
}

void
story_idf_free(struct story_idf *f)
{
	if (!f)
		return;
	free(f->slots);
	free(f->fresh);
	free(f);
}

static void
count(struct story_idf *f, const uint32_t *words, size_t n, uint32_t items)
{
	for (size_t i = 0; i < n; i++)
		put(f, words[i])->count++;
	f->items += items;
	if (f->items >= STORY_IDF_ITEMS_MAX)
		fade(f);
}

void
story_idf_learn(struct story_idf *f, const uint32_t *words, size_t n)
{
	count(f, words, n, 1);
	if (f->n_fresh + n > f->fresh_cap) {
		f->fresh_cap = (f->n_fresh + n) * 2;
		f->fresh = xrealloc(f->fresh, f->fresh_cap * sizeof(*f->fresh));
	}
	if (n)
		memcpy(f->fresh + f->n_fresh, words, n * sizeof(*words));
	f->n_fresh += n;
	f->fresh_items++;
}

double
story_idf(const struct story_idf *f, uint32_t word)
{
	const struct slot *s = find(f, word);
	double with = s->word ? s->count + (double)s->common : 0;
	double idf = log((f->items + COMMON_ITEMS + PRIOR_ITEMS) / (with + 1));

	return idf < STORY_IDF_MAX ? idf : STORY_IDF_MAX;
}

uint32_t
story_idf_count(const struct story_idf *f, uint32_t word)
{
	return find(f, word)->count;
}

/* ---- persistence ---- */

struct str
story_idf_delta(struct story_idf *f, struct arena *arena)
{
	struct block head = { BLOCK_DELTA, f->fresh_items, (uint32_t)f->n_fresh };
	size_t n = f->n_fresh * sizeof(*f->fresh);
	char *p;

	if (f->fresh_items == 0)
		return STR("");
	p = arena_bytes(arena, sizeof(head) + n);
	memcpy(p, &head, sizeof(head));
	if (n)
		memcpy(p + sizeof(head), f->fresh, n);
	f->n_fresh = f->fresh_items = 0;
	return str_n(p, sizeof(head) + n);
}

struct str
story_idf_snapshot(struct story_idf *f, struct arena *arena)
{
	struct block head = { BLOCK_SNAPSHOT, (uint32_t)f->items, 0 };
	char *p = arena_bytes(arena, sizeof(head) + f->used * 2 * sizeof(uint32_t));
	char *to = p + sizeof(head);

	for (size_t i = 0; i < f->n_slots; i++) {
		uint32_t pair[2] = { f->slots[i].word, f->slots[i].count };

		if (!pair[0] || !pair[1])
			continue;
		memcpy(to, pair, sizeof(pair));
		to += sizeof(pair);
		head.n += 2;
	}
	memcpy(p, &head, sizeof(head));
	f->n_fresh = f->fresh_items = 0;
	return str_n(p, (size_t)(to - p));
}

/* The first block of *bytes, which is taken from it. */
static bool
load_block(struct story_idf *f, struct str *bytes)
{
	struct block head;
	uint32_t words[2];
	const char *p = bytes->p + sizeof(head);

	if (bytes->n < sizeof(head))
		return false;
	memcpy(&head, bytes->p, sizeof(head));
	if ((bytes->n - sizeof(head)) / sizeof(*words) < head.n)
		return false;
	*bytes = str_sub(*bytes, sizeof(head) + head.n * sizeof(*words), bytes->n);
	switch (head.kind) {
	case BLOCK_DELTA:
		for (uint32_t i = 0; i < head.n; i++, p += sizeof(*words)) {
			memcpy(words, p, sizeof(*words));
			if (words[0])
				count(f, words, 1, 0);
		}
		count(f, NULL, 0, head.items);
		return true;
	case BLOCK_SNAPSHOT:
		if (head.n % 2)
			return false;
		for (uint32_t i = 0; i < head.n; i += 2, p += sizeof(words)) {
			memcpy(words, p, sizeof(words));
			if (words[0])
				put(f, words[0])->count += words[1];
		}
		f->items += head.items;
		return true;
	}
	return false;
}

bool
story_idf_load(struct story_idf *f, struct str bytes)
{
	do
		if (!load_block(f, &bytes))
			return false;
	while (bytes.n);
	return true;
}
