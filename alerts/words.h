/*
 * A folded text cut into words for looking up: runs of letters, marks and digits; each character of
 * a script without spaces is a word of its own.
 */
#ifndef ALERTS_WORDS_H
#define ALERTS_WORDS_H

#include "fold.h"
#include "lanes.h"

struct words {
	struct word *v;   /* one more behind the last, of no length and hash 0 */
	uint64_t *hashes; /* by word */
	size_t n, cap;
	bool dotted;    /* perhaps letters stand alone with a dot between them */
	uint64_t *bits; /* private: which bytes are of words */
	size_t bits_cap;
};

/* t must be of FOLD_FOLDED form.  A zeroed *ret is fine; it may be used again. */
void words_cut(const struct folded *t, struct words *ret);
void words_free(struct words *w);

/* The hash of n bytes, never 0; FOLD_PAD bytes behind p[n] must be readable. */
uint64_t words_hash(const char *p, size_t n);

#endif
