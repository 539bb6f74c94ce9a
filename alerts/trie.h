/*
 * A trie over the hashes of words: which sequences of words begin, or are, a term.  Says "perhaps":
 * hashes may collide, so what it finds is compared afterwards.
 */
#ifndef ALERTS_TRIE_H
#define ALERTS_TRIE_H

#include "str.h"

#define TRIE_ROOT 0
#define TRIE_PREFIX_MAX 32 /* bytes of a prefix that are looked up */

/* A sequence of words.  Zero key: the place is free. */
struct trie_node {
	uint64_t key;
	uint32_t terms : 31; /* the first term that ends here, plus one */
	uint32_t more : 1;   /* words follow */
	uint32_t prefixes;   /* bit n-1: a prefix of n bytes follows */
};

struct trie {
	struct trie_node *v;
	size_t size, n;
	uint64_t *filter; /* by key: two bits in one word */
	size_t filter_n;
	uint64_t starts[1024]; /* the first three bytes of prefixes that may begin a term */
	struct trie_node root;
};

void trie_free(struct trie *t);
/* The node of a key, made when there is none; valid until the next is. */
struct trie_node *trie_add(struct trie *t, uint64_t key);
/* Shrinks to fit and makes the filter. */
void trie_finish(struct trie *t);

/* Keys of children; TRIE_ROOT is the parent of first words. */
uint64_t trie_word_key(uint64_t parent, uint64_t hash);
uint64_t trie_prefix_key(uint64_t parent, uint64_t hash, size_t n);
uint32_t trie_start_hash(const char *p);

static inline size_t
trie_place(const struct trie *t, uint64_t key)
{
	return (size_t)(((__uint128_t)key * t->size) >> 64);
}

/* False: surely there is no such node. */
static inline bool
trie_maybe(const struct trie *t, uint64_t key)
{
	uint64_t word = t->filter[(size_t)(((__uint128_t)key * t->filter_n) >> 64)];
	uint64_t bits = (uint64_t)1 << (key & 63) | (uint64_t)1 << (key >> 6 & 63);

	return (word & bits) == bits;
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
