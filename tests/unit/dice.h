/*
 * Chance that comes out the same again for the same seed (splitmix64).
 */
#ifndef TESTS_DICE_H
#define TESTS_DICE_H

#include <stdint.h>

static uint64_t dice_seed;

/* 0 to n - 1 */
static inline uint32_t
below(uint32_t n)
{
	uint64_t x = dice_seed += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)(((x ^ x >> 31) >> 32) * n >> 32);
}

#endif
