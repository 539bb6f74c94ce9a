/*
 * Numbers in packed rows: big-endian, of as many bytes as the row gives them (1 to 8); or as short
 * as they are, seven bits a byte.
 */
#ifndef FEEDS_PACKED_H
#define FEEDS_PACKED_H

#include <stddef.h>
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

#define PACKED_SHORT_MAX 10 /* bytes that a short one takes at most */

/* The lowest bits first; all bytes but the last have the high bit.  Returns where it ends. */
static inline unsigned char *
packed_put_short(unsigned char *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (unsigned char)(v | 0x80);
	*p++ = (unsigned char)v;
	return p;
}

/* Returns where it ends, or NULL when that is not within the n bytes at p. */
static inline const unsigned char *
packed_get_short(const unsigned char *p, size_t n, uint64_t *ret)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n && i < PACKED_SHORT_MAX; i++) {
		v |= (uint64_t)(p[i] & 0x7f) << 7 * i;
		if (p[i] < 0x80) {
			*ret = v;
			return p + i + 1;
		}
	}
	return NULL;
}

#endif
