/*
 * The inner loops over a text's bytes and words, many at a time, by the widest instructions this
 * processor has.  All ways give the same; the plain one says what.
 */
#ifndef ALERTS_LANES_H
#define ALERTS_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LANES_PAD 64  /* bytes that may be read behind those that are meant */
#define LANES_RUNS 16 /* runs that may be written behind the last */
#define LANES_WORDS 8 /* words are hashed so many at a time */

/* A run of letters, marks and digits. */
struct word {
	uint32_t start, end;
};

struct lanes {
	const char *name;
	/*
	 * Copies the ASCII that n bytes begin with and returns how many that is: control
	 * characters but '\n' become spaces, capitals small letters when `lower`.  LANES_PAD
	 * behind n may be written.
	 */
	size_t (*fold)(const char *from, size_t n, bool lower, char *to);
	/*
	 * Bit i of bits[k]: byte 64k+i of a folded text is a small letter, a digit or no ASCII.
	 * Returns true when there may be a letter alone, a dot and a letter in a row.
	 */
	bool (*classify)(const char *p, size_t blocks, uint64_t *bits);
	/*
	 * The runs of set bits in [from, to), in order; returns how many.  bits[to / 64] is
	 * there.  LANES_RUNS behind the last may be written.
	 */
	size_t (*runs)(const uint64_t *bits, size_t from, size_t to, struct word *out);
	/*
	 * The hash of each word of p (words.h).  Behind the last come words, of whatever length,
	 * up to a whole number of LANES_WORDS: they may be read, and their hashes written.
	 */
	void (*hash)(const char *p, const struct word *v, size_t n, uint64_t *out);
};

/* The best for this processor. */
const struct lanes *lanes_best(void);
/* All that run here, the plain one first; NULL-terminated. */
#define LANES_MAX 5
void lanes_all(const struct lanes *ret[LANES_MAX]);

extern const struct lanes lanes_plain;
#if defined(__x86_64__)
extern const struct lanes lanes_sse2, lanes_avx2, lanes_avx512;
#endif

#endif
