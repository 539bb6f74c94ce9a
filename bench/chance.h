/*
 * Chance that comes out the same on every machine (splitmix64).
 */
#ifndef BENCH_CHANCE_H
#define BENCH_CHANCE_H

#include <stdint.h>

static inline uint64_t
chance_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

struct chance {
	uint64_t state;
};

/* 64 bits. */
static inline uint64_t
draw(struct chance *c)
{
	return chance_mix(c->state += 0x9e3779b97f4a7c15u);
}

/* 0 to n - 1 */
static inline uint32_t
below(struct chance *c, uint32_t n)
{
	return (uint32_t)((draw(c) >> 32) * n >> 32);
}

/* 0 to 1, which it is not. */
static inline double
fraction(struct chance *c)
{
	return (double)(draw(c) >> 11) / (double)((uint64_t)1 << 53);
}

#endif
