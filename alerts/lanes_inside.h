/*
 * What all ways of lanes.h share: loops in plain C that gain by being compiled for a processor.
 */
#ifndef ALERTS_LANES_INSIDE_H
#define ALERTS_LANES_INSIDE_H

#include "lanes.h"

#include <string.h>

#define LANES_INLINE static inline __attribute__((always_inline))

#define LANES_AHEAD 1024 /* bytes: texts come from memory one after the other */

/* Odd, and their bits as if by chance. */
#define HASH_A 0x9e3779b97f4a7c15u
#define HASH_B 0xd6e8feb86659fd93u
#define HASH_C 0xa0761d6478bd642fu

/* Sixteen bytes of ones, then of zeros: what begins n before the zeros keeps a word's n bytes. */
extern const unsigned char lanes_ones[32];

LANES_INLINE uint64_t
lanes_load(const void *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* Eight bytes, or what there is of sixteen, joined to the hash of those before. */
LANES_INLINE uint64_t
lanes_join(uint64_t before, uint64_t first, uint64_t second)
{
	uint64_t h = before + first * HASH_A;

	second *= HASH_B;
	h ^= second << 32 | second >> 32;
	h = (h ^ h >> 32) * HASH_C;
	return (h ^ h >> 29) | 1;
}

/* Up to 16 bytes, without a branch that depends on how many: lengths cannot be guessed. */
LANES_INLINE uint64_t
lanes_hash_end(uint64_t before, const char *p, size_t n)
{
	const unsigned char *keep = lanes_ones + 16 - n;

	return lanes_join(
	    before, lanes_load(p) & lanes_load(keep), lanes_load(p + 8) & lanes_load(keep + 8));
}

/* Of more than 16. */
uint64_t lanes_hash_long(const char *p, size_t n);

LANES_INLINE uint64_t
lanes_hash(const char *p, size_t n)
{
	return __builtin_expect(n > 16, 0) ? lanes_hash_long(p, n) : lanes_hash_end(0, p, n);
}

LANES_INLINE void
lanes_hash_all(const char *p, const struct word *v, size_t n, uint64_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = lanes_hash(p + v[i].start, v[i].end - v[i].start);
}

/* The classes of a block, a bit for each byte. */
struct lanes_block {
	uint64_t word, digit, high, dot; /* high: no ASCII */
};

/* Where blocks meet. */
struct lanes_dots {
	uint64_t word, high, dot, lone;
	uint64_t found;
};

/* Bits of v one or two bytes later, with those of the block before. */
LANES_INLINE uint64_t
lanes_later(uint64_t v, uint64_t before, unsigned n)
{
	return v << n | before >> (64 - n);
}

/*
 * Looks for a letter alone, a dot and a letter.  Of bytes that are no ASCII it is not known here
 * what they are, so they are taken for whatever they may be.
 */
LANES_INLINE void
lanes_look_for_dots(struct lanes_dots *d, const struct lanes_block *b)
{
	uint64_t letter = b->word & ~b->digit;
	uint64_t joined = lanes_later(b->word & ~b->high, d->word & ~d->high, 1);
	uint64_t lone = letter & (b->high | ~joined);

	d->found |= letter & lanes_later(b->dot, d->dot, 1) & lanes_later(lone, d->lone, 2);
	d->word = b->word;
	d->high = b->high;
	d->dot = b->dot;
	d->lone = lone;
}

/* The bits of a block that are in [from, to); it is one of theirs, or of `to` itself. */
LANES_INLINE uint64_t
lanes_within(const uint64_t *bits, size_t block, size_t from, size_t to)
{
	uint64_t v = bits[block];

	if (block == from / 64)
		v &= ~(uint64_t)0 << from % 64;
	if (block == to / 64)
		v &= ((uint64_t)1 << to % 64) - 1;
	return v;
}

#endif
