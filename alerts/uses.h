/*
 * What the engine found, seen from the entries that asked for it.
 */
#ifndef ALERTS_USES_H
#define ALERTS_USES_H

#include "judge.h"

/* A hit of a term together with one entry's use of it. */
struct use {
	const struct set_user *user;
	const struct engine_hit *hit;
};

/*
 * All uses of all hits, in j's arena: by entry, and those of one entry as the text has them, of
 * several at one place the longest first.
 */
struct use *uses_find(struct judge *j, size_t *n);

#endif
