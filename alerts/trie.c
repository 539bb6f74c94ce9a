#include "trie.h"

#include "mem.h"

#include <stdlib.h>

#define SIZE_FIRST 64
#define FILTER_BITS 16 /* for each key, at least; so one or two words in a hundred pass by chance  \
			*/
#define FILTER_BITS_FIRST 8 /* most of these are there several times */
#define FILTER_MIN_LOG 10
#define STARTS_LOG 16

void
trie_free(struct trie *t)
{
	free(t->v);
	free(t->single.v);
	free(t->longer.v);
	free(t->first.v);
	free(t->starts);
	*t = (struct trie){ 0 };
}

/* Of the first three bytes. */
static uint32_t
start_hash(const char *p)
{
	uint32_t w = (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
		     (uint32_t)(unsigned char)p[2] << 16;

	return (w * 0x9e3779b1u) >> (32 - STARTS_LOG);
}

void
trie_add_start(struct trie *t, const char *p, size_t length)
{
	uint32_t h = start_hash(p);

	if (!t->starts)
		t->starts = xcalloc(((size_t)1 << STARTS_LOG) / 64, sizeof(*t->starts));
	t->starts[h / 64] |= (uint64_t)1 << h % 64;
	t->prefixes |= (uint32_t)1 << (length - 1);
}

bool
trie_may_start(const struct trie *t, const char *p)
{
	uint32_t h = start_hash(p);

	return t->starts[h / 64] >> h % 64 & 1;
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

/* Places for n nodes: three in four taken. */
static size_t
fitting(size_t n)
{
	return n + n / 3 + SIZE_FIRST;
}

void
trie_reserve(struct trie *t, size_t n)
{
	if (fitting(n) > t->size)
		resize(t, fitting(n));
}

struct trie_node *
trie_add(struct trie *t, uint64_t key)
{
	const struct trie_node *node;

	if (t->n * 4 >= t->size * 3)
		resize(t, t->size ? t->size * 2 : SIZE_FIRST);
	node = trie_find(t, key);
	if (node)
		return (struct trie_node *)(uintptr_t)node;
	place(t, (struct trie_node){ .key = key });
	t->n++;
	return (struct trie_node *)(uintptr_t)trie_find(t, key);
}

static void
filter_init(struct trie_filter *f, size_t n, size_t bits)
{
	unsigned log = FILTER_MIN_LOG;

	while (((uint64_t)1 << log) < (uint64_t)n * bits)
		log++;
	f->shift = 64 - log;
	f->v = xcalloc((size_t)1 << (log - 6), sizeof(*f->v));
}

static void
filter_add(struct trie_filter *f, uint64_t key)
{
	f->v[key >> f->shift >> 6] |=
	    (uint64_t)1 << (key >> f->shift & 63) | (uint64_t)1 << (key >> 1 & 63);
}

void
trie_finish(struct trie *t, const uint64_t *singles, size_t n_singles, const uint64_t *firsts,
    size_t n_firsts)
{
	if (t->size < fitting(t->n) || t->size > fitting(t->n) + t->n / 16)
		resize(t, fitting(t->n));
	filter_init(&t->single, n_singles, FILTER_BITS);
	filter_init(&t->longer, t->n, FILTER_BITS);
	for (size_t i = 0; i < n_singles; i++)
		filter_add(&t->single, singles[i]);
	for (size_t i = 0; i < t->size; i++)
		if (t->v[i].key)
			filter_add(&t->longer, t->v[i].key);
	if (n_firsts > TRIE_FIRSTS_MAX)
		return;
	filter_init(&t->first, n_firsts, FILTER_BITS_FIRST);
	for (size_t i = 0; i < n_firsts; i++)
		filter_add(&t->first, firsts[i]);
}
