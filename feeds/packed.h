/*
 * Numbers in packed rows: big-endian, of as many bytes as the row gives them (1 to 8).
 */
#ifndef FEEDS_PACKED_H
#define FEEDS_PACKED_H

#include <stdint.h>

static inline uint64_t
packed_get(const unsigned char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* What does not fit into so many bytes is cut off above. */
static inline void
packed_put(unsigned char *p, uint64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, v >>= 8)
		p[i] = (unsigned char)v;
}

#endif
