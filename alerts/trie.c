#include "trie.h"

#include "mem.h"

#include <stdlib.h>

#define SIZE_FIRST 64

void
trie_free(struct trie *t)
{
	free(t->v);
	free(t->filter);
	*t = (struct trie){ 0 };
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;
	uint64_t h = (uint64_t)m ^ (uint64_t)(m >> 64);

	return h ? h : 1; /* zero is the free place */
}

uint64_t
trie_word_key(uint64_t parent, uint64_t hash)
{
	return mix((parent << 31 | parent >> 33) ^ hash, 0xa0761d6478bd642fu);
}

uint64_t
trie_prefix_key(uint64_t parent, uint64_t hash, size_t n)
{
	return mix((parent << 31 | parent >> 33) ^ hash ^ n, 0xe7037ed1a0b428dbu);
}

uint32_t
trie_start_hash(const char *p)
{
	uint32_t w = (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
		     (uint32_t)(unsigned char)p[2] << 16;

	return (w * 0x9e3779b1u) >> 16;
}

static void
place(struct trie *t, struct trie_node node)
{
	size_t i = trie_place(t, node.key);

	while (t->v[i].key)
		i = i + 1 < t->size ? i + 1 : 0;
	t->v[i] = node;
}

static void
resize(struct trie *t, size_t size)
{
	struct trie_node *old = t->v;
	size_t n = t->size;

	t->v = xcalloc(size, sizeof(*t->v));
	t->size = size;
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			place(t, old[i]);
	free(old);
}

struct trie_node *
trie_add(struct trie *t, uint64_t key)
{
	if (t->n * 2 >= t->size)
		resize(t, t->size ? t->size * 2 : SIZE_FIRST);
	if (!trie_find(t, key)) {
		place(t, (struct trie_node){ .key = key });
		t->n++;
	}
	return (struct trie_node *)trie_find(t, key);
}

void
trie_finish(struct trie *t)
{
	resize(t, t->n + t->n / 2 + SIZE_FIRST);
	t->filter_n = t->n / 4 + 64;
	t->filter = xcalloc(t->filter_n, sizeof(*t->filter));
	for (size_t i = 0; i < t->size; i++)
		if (t->v[i].key) {
			uint64_t key = t->v[i].key;

			t->filter[(size_t)(((__uint128_t)key * t->filter_n) >> 64)] |=
			    (uint64_t)1 << (key & 63) | (uint64_t)1 << (key >> 6 & 63);
		}
}
