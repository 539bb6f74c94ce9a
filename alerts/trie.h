/*
 * A trie over the hashes of words: which sequences of words begin, or are, a term.  Says "perhaps":
 * hashes may collide, so what it finds is compared afterwards.
 *
 * A term of one word hangs on that word's node.  A longer one begins at the node of its first two
 * words together, so that a text's word that merely begins many names costs no look at the table.
 * Only where the second word is open (a prefix) the first has a node of its own on the way.
 */
#ifndef ALERTS_TRIE_H
#define ALERTS_TRIE_H

#include "str.h"

#define TRIE_PREFIX_MAX 32 /* bytes of a prefix that are looked up */

/* A sequence of words.  Zero key: the place is free. */
struct trie_node {
	uint64_t key;
	uint32_t terms : 31; /* the first term that ends here, plus one */
	uint32_t more : 1;   /* words follow */
	uint32_t prefixes;   /* bit n-1: a prefix of n bytes follows */
};

/* Which keys there may be: two bits for each, in one word. */
struct trie_filter {
	uint64_t *v;
	unsigned shift; /* of a key, to the number of its first bit */
};

struct trie {
	struct trie_node *v;
	size_t size, n, n_single;
	struct trie_filter single, longer; /* nodes of one word; all others */
	struct trie_filter
	    first;         /* first words, when they are few: it stays in the nearest cache */
	uint64_t *starts;  /* the first three bytes of prefixes that may begin a term; or NULL */
	uint32_t prefixes; /* of first words */
};

void trie_free(struct trie *t);
/* Room for n nodes in all, so that it need not grow on the way. */
void trie_reserve(struct trie *t, size_t n);
/* The node of a key, made when there is none; valid until the next is. */
struct trie_node *trie_add(struct trie *t, uint64_t key);
#define TRIE_FIRSTS_MAX ((size_t)1 << 15)
/*
 * Shrinks to fit and makes the filters.  singles: the keys of the nodes of one word; firsts: all
 * first words of terms, or more than TRIE_FIRSTS_MAX of them, and there will be no such filter.
 */
void trie_finish(struct trie *t, const uint64_t *singles, size_t n_singles, const uint64_t *firsts,
    size_t n_firsts);

/* A prefix of `length` bytes, three at least, may begin a term. */
void trie_add_start(struct trie *t, const char *p, size_t length);
/* May a word that begins with these three bytes begin with one?  There must be some. */
bool trie_may_start(const struct trie *t, const char *p);

static inline uint64_t
trie_mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* The key of one word alone is its hash (words.h); of more: the key of those before and its hash.
 */
static inline uint64_t
trie_word_key(uint64_t parent, uint64_t hash)
{
	uint64_t key = trie_mix((parent << 31 | parent >> 33) ^ hash, 0xa0761d6478bd642fu);

	return key | 1; /* 0 is the free place */
}

/* Of a prefix of n bytes behind parent; 0: it begins the term. */
static inline uint64_t
trie_prefix_key(uint64_t parent, uint64_t hash, size_t n)
{
	uint64_t key = trie_mix((parent << 31 | parent >> 33) ^ hash ^ n, 0xe7037ed1a0b428dbu);

	return key | 1; /* 0 is the free place */
}

static inline size_t
trie_place(const struct trie *t, uint64_t key)
{
	return (size_t)(((__uint128_t)key * t->size) >> 64);
}

static inline const uint64_t *
trie_filter_word(const struct trie_filter *f, uint64_t key)
{
	return &f->v[key >> f->shift >> 6];
}

/* False: surely there is no such node. */
static inline bool
trie_maybe(const struct trie_filter *f, uint64_t key)
{
	uint64_t word = *trie_filter_word(f, key);

	return word >> (key >> f->shift & 63) & word >> (key >> 1 & 63) & 1;
}

static inline const struct trie_node *
trie_find(const struct trie *t, uint64_t key)
{
	for (size_t i = trie_place(t, key);; i = i + 1 < t->size ? i + 1 : 0) {
		if (t->v[i].key == key)
			return &t->v[i];
		if (t->v[i].key == 0)
			return NULL;
	}
}

#endif
