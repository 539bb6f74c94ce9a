/*
 * Sixteen bytes at a time: a set of bits, bit i for byte i.  The sixteen must be there to be read.
 */
#ifndef FEEDS_BYTES_H
#define FEEDS_BYTES_H

#include <stddef.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BYTES_STEP ((size_t)16)

#if defined(__SSE2__)

typedef __m128i bytes16;

static inline bytes16
bytes_load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Those that are c. */
static inline unsigned
bytes_equal(bytes16 v, char c)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

/* From 0x80 on: no ASCII. */
static inline unsigned
bytes_wide(bytes16 v)
{
	return (unsigned)_mm_movemask_epi8(v);
}

/* Below 0x20. */
static inline unsigned
bytes_low(bytes16 v)
{
	__m128i most = _mm_set1_epi8(0x1f);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(v, most), most));
}

#else

typedef const unsigned char *bytes16;

static inline bytes16
bytes_load(const char *p)
{
	return (bytes16)p;
}

static inline unsigned
bytes_equal(bytes16 v, char c)
{
	unsigned ret = 0;

	for (size_t i = 0; i < BYTES_STEP; i++)
		ret |= (unsigned)(v[i] == (unsigned char)c) << i;
	return ret;
}

static inline unsigned
bytes_wide(bytes16 v)
{
	unsigned ret = 0;

	for (size_t i = 0; i < BYTES_STEP; i++)
		ret |= (unsigned)(v[i] >> 7) << i;
	return ret;
}

static inline unsigned
bytes_low(bytes16 v)
{
	unsigned ret = 0;

	for (size_t i = 0; i < BYTES_STEP; i++)
		ret |= (unsigned)(v[i] < 0x20) << i;
	return ret;
}

#endif

/* The first of a set that is not empty. */
static inline size_t
bytes_first(unsigned set)
{
	return (size_t)__builtin_ctz(set);
}

#endif
