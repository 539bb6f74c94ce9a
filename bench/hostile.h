/*
 * Texts that try to be slow, made the same every time: one piece again and again, and mixtures of
 * scripts, marks, signs and bytes that are no UTF-8, drawn by dice.
 */
#ifndef BENCH_HOSTILE_H
#define BENCH_HOSTILE_H

#include "str.h"

#include <stdint.h>

#define HOSTILE_BYTES ((size_t)1 << 20)
#define HOSTILE_NAME_MAX 100

struct hostile {
	char text[HOSTILE_BYTES + 8];
	size_t n;
	char name[HOSTILE_NAME_MAX];
};

/* False: there is none of this number. */
bool hostile_piece(uint32_t number, struct hostile *ret);
/* The same for the same number, any there is. */
void hostile_mixture(uint32_t number, struct hostile *ret);
/* s again and again, without line ends. */
void hostile_repeat(struct str s, const char *name, struct hostile *ret);

#endif
