/*
 * Initialisms of a text: A.I. is looked for as one word too.
 */
#ifndef ALERTS_INITIALS_H
#define ALERTS_INITIALS_H

#include "words.h"

/* Where the next may begin, at or behind words.v[*i]: a letter and a dot that go on none. */
bool initials_next(const struct folded *t, const struct words *w, size_t *i);
/* The hash of its letters in a row, from words.v[i] on, and the word behind it; false: it is none.
 */
bool initials_word(
    const struct folded *t, const struct words *w, size_t i, uint64_t *hash, size_t *next);

#endif
