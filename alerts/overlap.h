/*
 * Terms that say the same, or make each other needless.
 */
#ifndef ALERTS_OVERLAP_H
#define ALERTS_OVERLAP_H

#include "term.h"

/* Wherever b occurs, a occurs too: "ICE agents" beside "ice".  False when it cannot be told. */
bool term_covers(const struct term *a, const struct term *b, struct folder *f);
/* They mean the same. */
bool term_same(const struct term *a, const struct term *b);

#endif
