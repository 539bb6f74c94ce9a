/*
 * Text in capitals: there an abbreviation cannot be told from a word.
 */
#ifndef ALERTS_SHOUT_H
#define ALERTS_SHOUT_H

#include "arena.h"

/* The words of a text and their capitals; lives in arena. */
struct shout;
const struct shout *shout_read(struct str text, struct arena *arena);

/* Is what stands at [start, end) of the text set among letters that are nearly all capitals? */
bool shout_surrounds(const struct shout *s, size_t start, size_t end);

#endif
