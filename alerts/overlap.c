#include "overlap.h"

#include "pattern.h"

#include <string.h>

bool
term_same(const struct term *a, const struct term *b)
{
	return a->kind == b->kind && a->exact == b->exact && a->caseless == b->caseless &&
	       str_eq(a->pattern, b->pattern);
}

bool
term_covers(const struct term *a, const struct term *b, struct folder *f)
{
	struct folded t = { 0 };
	bool found = false;

	/* an exact name says nothing of one in any case, and an open end nothing of what follows */
	if (a->kind != TERM_WORDS || b->kind != TERM_WORDS || (a->exact && !b->exact) ||
	    memchr(b->pattern.p, PATTERN_STAR, b->pattern.n))
		return false;
	fold_text(f, b->name, a->exact ? FOLD_NORMAL : FOLD_FOLDED, &t);
	for (size_t at = 0, end; at < t.n && !found; at++)
		found = pattern_at(a->pattern, &t, at, &end);
	folded_free(&t);
	return found;
}
