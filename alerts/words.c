#include "words.h"

#include "lanes_inside.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define BEHIND (LANES_RUNS > LANES_WORDS ? LANES_RUNS : LANES_WORDS)

uint64_t
words_hash(const char *p, size_t n)
{
	return lanes_hash(p, n);
}

void
words_free(struct words *w)
{
	free(w->v);
	free(w->hashes);
	free(w->bits);
	*w = (struct words){ 0 };
}

static void
clear_bits(uint64_t *bits, size_t from, size_t to)
{
	uint64_t first = ~(uint64_t)0 << from % 64, last = ((uint64_t)1 << to % 64) - 1;

	if (from / 64 == to / 64) {
		bits[from / 64] &= ~(first & last);
		return;
	}
	bits[from / 64] &= ~first;
	for (size_t i = from / 64 + 1; i < to / 64; i++)
		bits[i] = 0;
	bits[to / 64] &= ~last;
}

/* Text that is no word's needs no cutting: its bits are clear. */
static bool
is_cut_apart(const struct fold_run *run)
{
	return run->class == CHAR_HANGUL || run->class == CHAR_UNSPACED;
}

static void
cut_run(const struct folded *t, struct words *w, const struct fold_run *run)
{
	switch (run->class) {
	case CHAR_HANGUL:
		w->v[w->n++] = (struct word){ run->start, run->end };
		return;
	case CHAR_UNSPACED:
		for (uint32_t at = run->start, end; at < run->end; at = end) {
			end = at + (uint32_t)script_length(t->p[at]); /* folded text is valid */
			w->v[w->n++] = (struct word){ at, end };
		}
		return;
	case CHAR_OTHER:
	case CHAR_WORD:
		return;
	}
}

/* Room for what a text of t's length may hold. */
static void
room(const struct folded *t, struct words *w)
{
	size_t blocks = t->n / 64 + 1;
	/* a word and what parts it take two bytes, unless not ASCII */
	size_t most = t->n / 2 + 3 + BEHIND;

	if (w->bits_cap < blocks) {
		w->bits_cap = blocks * 2;
		w->bits = xreallocarray(w->bits, w->bits_cap, sizeof(*w->bits));
	}
	if (w->cap < most) {
		w->cap = most * 2;
		w->v = xreallocarray(w->v, w->cap, sizeof(*w->v));
		w->hashes = xreallocarray(w->hashes, w->cap, sizeof(*w->hashes));
	}
}

void
words_cut(const struct folded *t, struct words *ret)
{
	const struct lanes *lanes = lanes_best();
	size_t from = 0;
	bool apart = false;

	room(t, ret);
	ret->dotted = lanes->classify(t->p, t->n / 64 + 1, ret->bits);
	for (size_t i = 0; i < t->n_runs; i++) {
		clear_bits(ret->bits, t->runs[i].start, t->runs[i].end);
		apart = apart || is_cut_apart(&t->runs[i]);
	}
	ret->n = 0;
	for (size_t i = 0; apart && i < t->n_runs; i++) {
		const struct fold_run *run = &t->runs[i];

		if (!is_cut_apart(run))
			continue;
		ret->n += lanes->runs(ret->bits, from, run->start, ret->v + ret->n);
		cut_run(t, ret, run);
		from = run->end;
	}
	ret->n += lanes->runs(ret->bits, from, t->n, ret->v + ret->n);
	for (size_t i = 0; i < LANES_WORDS; i++)
		ret->v[ret->n + i] = (struct word){ (uint32_t)t->n, (uint32_t)t->n };
	lanes->hash(t->p, ret->v, ret->n, ret->hashes);
	ret->hashes[ret->n] = 0;
}
