/*
 * Characters of patterns, for pattern.c and pattern_at.c.
 */
#ifndef ALERTS_PATTERN_INSIDE_H
#define ALERTS_PATTERN_INSIDE_H

#include "pattern.h"

static inline size_t
next_char(struct str s, size_t at, uint32_t *c)
{
	return script_decode(s.p + at, s.n - at, c);
}

static inline enum char_class
class_at(struct str s, size_t at)
{
	uint32_t c;

	if (at >= s.n)
		return CHAR_OTHER;
	if (!(s.p[at] & 0x80))
		return script_is_ascii_word(s.p[at]) ? CHAR_WORD : CHAR_OTHER;
	next_char(s, at, &c);
	return script_class(c);
}

#endif
