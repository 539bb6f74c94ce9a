/*
 * Why a watch fires on an item, or why not: its expression part by part.
 */
#ifndef ALERTS_EXPLAIN_H
#define ALERTS_EXPLAIN_H

#include "match.h"

#define EXPLAIN_MAX ((size_t)1 << 20) /* bytes of an explanation */

/*
 * The expression as an indented tree, a part a line, "yes" or "no" before it, and behind a part
 * that does not hold what is missing.  Ends in a newline.
 */
struct str matcher_explain(
    struct matcher *m, const struct match_input *in, size_t watch, struct arena *arena);

#endif
