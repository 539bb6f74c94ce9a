/*
 * What a text says to a reader: its words without case, white space, punctuation, times and dates
 * ("Updated 14:05", "3 minutes ago", "25 November 2026").
 */
#ifndef FEEDS_GIST_H
#define FEEDS_GIST_H

#include "arena.h"

#define GIST_WORDS_MAX 20000 /* of a text; what follows does not count */

/* Do both say the same? */
bool gist_same(struct str a, struct str b, struct arena *tmp);

/* Do both, titles, name the same thing: the same words, or at least half of all words in common? */
bool gist_alike(struct str a, struct str b, struct arena *tmp);

#endif
