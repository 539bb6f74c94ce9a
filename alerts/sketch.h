/*
 * Which words occur in some texts, in little space: a search passes over texts that surely have
 * none of what it looks for.  Says "perhaps" once in a hundred when it is not so, and never "no"
 * when it is.
 */
#ifndef ALERTS_SKETCH_H
#define ALERTS_SKETCH_H

#include "match.h"

struct sketcher;
struct sketcher *sketcher_new(void);
void sketcher_free(struct sketcher *s); /* NULL is fine */
void sketcher_add(struct sketcher *s, struct str text);
/* The sketch of all texts added since the last; lives in arena. */
struct str sketcher_end(struct sketcher *s, struct arena *arena);

/*
 * May one of these texts make the watch fire, or any when watch is empty?  True of a sketch that
 * is empty or was made otherwise.
 */
bool watchset_may_fire(const struct watchset *set, struct str watch, struct str sketch);

#endif
