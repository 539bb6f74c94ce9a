#include "sketch.h"

#include "initials.h"
#include "mem.h"
#include "pattern.h"
#include "set.h"

#include <stdlib.h>
#include <string.h>

#define FORM 1  /* another when words are cut, hashed or kept otherwise */
#define BITS 12 /* for each word */
#define PROBES 4
#define HEAD 8 /* bytes: what it was made by */

struct sketcher {
	struct folder *folder;
	struct folded folded;
	struct words words;
	uint64_t *hashes;
	size_t n, cap;
};

struct sketcher *
sketcher_new(void)
{
	struct sketcher *s = xcalloc(1, sizeof(*s));

	s->folder = folder_new();
	return s;
}

void
sketcher_free(struct sketcher *s)
{
	if (!s)
		return;
	folder_free(s->folder);
	folded_free(&s->folded);
	words_free(&s->words);
	free(s->hashes);
	free(s);
}

static void
add_hash(struct sketcher *s, uint64_t hash)
{
	if (s->n == s->cap) {
		s->cap = s->cap * 2 + 1024;
		s->hashes = xreallocarray(s->hashes, s->cap, sizeof(*s->hashes));
	}
	s->hashes[s->n++] = hash;
}

void
sketcher_add(struct sketcher *s, struct str text)
{
	uint64_t hash;
	size_t behind;

	fold_text(s->folder, text, FOLD_FOLDED, &s->folded);
	words_cut(&s->folded, &s->words);
	for (size_t i = 0; i < s->words.n; i++)
		add_hash(s, s->words.hashes[i]);
	for (size_t i = 0; initials_next(&s->folded, &s->words, &i); i++)
		if (initials_word(&s->folded, &s->words, i, &hash, &behind))
			add_hash(s, hash);
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* What another program, or a machine that reads numbers the other way round, would write
 * otherwise. */
static uint64_t
maker(void)
{
	static const char probe[8 + FOLD_PAD] = "newsbell";

	return words_hash(probe, 8) + FORM;
}

/* The bit of the n-th probe. */
static size_t
place(uint64_t hash, unsigned n, size_t bits)
{
	uint32_t a = (uint32_t)(hash >> 32), b = (uint32_t)hash | 1;

	return (size_t)(((uint64_t)(uint32_t)(a + n * b) * bits) >> 32);
}

struct str
sketcher_end(struct sketcher *s, struct arena *arena)
{
	const uint64_t made_by = maker();
	size_t different = 0, bytes;
	char *ret;

	if (s->n)
		qsort(s->hashes, s->n, sizeof(*s->hashes), by_number);
	for (size_t i = 0; i < s->n; i++)
		if (i == 0 || s->hashes[i] != s->hashes[different - 1])
			s->hashes[different++] = s->hashes[i];
	bytes = different * BITS / 8 + 8;
	ret = arena_bytes(arena, HEAD + bytes);
	memcpy(ret, &made_by, HEAD);
	memset(ret + HEAD, 0, bytes);
	for (size_t i = 0; i < different; i++)
		for (unsigned n = 0; n < PROBES; n++) {
			size_t at = place(s->hashes[i], n, bytes * 8);

			ret[HEAD + at / 8] = (char)(ret[HEAD + at / 8] | 1 << at % 8);
		}
	s->n = 0;
	return str_n(ret, HEAD + bytes);
}

static bool
has_hash(struct str sketch, uint64_t hash)
{
	for (unsigned n = 0; n < PROBES; n++) {
		size_t at = place(hash, n, (sketch.n - HEAD) * 8);

		if (!(sketch.p[HEAD + at / 8] >> at % 8 & 1))
			return false;
	}
	return true;
}

/* All its words that are whole are there. */
static bool
may_hold_term(const struct term *term, struct str sketch)
{
	struct str key = pattern_sure_part(term->key);
	char padded[TERM_MAX * 4 + FOLD_PAD];
	struct pattern_word word;
	size_t at = 0;

	if (term->kind != TERM_WORDS || key.n > TERM_MAX * 4)
		return true;
	memcpy(padded, key.p, key.n);
	memset(padded + key.n, 0, FOLD_PAD);
	while (pattern_next_word(key, &at, &word))
		if (!word.open &&
		    !has_hash(sketch, words_hash(padded + word.start, word.end - word.start)))
			return false;
	return true;
}

static bool
may_hold(const struct query *q, struct str sketch)
{
	switch (q->kind) {
	case QUERY_TERM:
		return may_hold_term(&q->term, sketch);
	case QUERY_AND:
	case QUERY_NEAR:
		for (size_t i = 0; i < q->n_kids; i++)
			if (!may_hold(q->kids[i], sketch))
				return false;
		return true;
	case QUERY_OR:
		for (size_t i = 0; i < q->n_kids; i++)
			if (may_hold(q->kids[i], sketch))
				return true;
		return false;
	case QUERY_NOT:
	case QUERY_ATLEAST:
	case QUERY_LIST: /* lists are long: one of their names is everywhere */
	case QUERY_ENTRY:
	case QUERY_FILTER:
		return true;
	}
	return true;
}

bool
watchset_may_fire(const struct watchset *set, struct str watch, struct str sketch)
{
	const uint64_t made_by = maker();

	if (sketch.n <= HEAD || memcmp(sketch.p, &made_by, HEAD) != 0)
		return true;
	for (size_t i = 0; i < set->n_watches; i++)
		if ((watch.n == 0 || str_eq(watch, set->watches[i].name)) &&
		    may_hold(set->watches[i].query, sketch))
			return true;
	return false;
}
