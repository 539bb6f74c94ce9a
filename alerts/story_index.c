#include "story_parts.h"

#include <stdlib.h>

#define FIRST_SLOTS ((size_t)1 << 10)

struct posting {
	uint64_t key; /* 0: free */
	struct posted *v;
	uint32_t n, cap;
};

struct story_index {
	struct posting *slots;
	size_t n_slots, used; /* used: with a key, if only an empty posting */
};

struct story_index *
story_index_new(void)
{
	struct story_index *x = xcalloc(1, sizeof(*x));

	x->n_slots = FIRST_SLOTS;
	x->slots = xcalloc(x->n_slots, sizeof(*x->slots));
	return x;
}

void
story_index_free(struct story_index *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->n_slots; i++)
		free(x->slots[i].v);
	free(x->slots);
	free(x);
}

uint64_t
story_index_key(uint32_t space, uint32_t word)
{
	return (uint64_t)space << 32 | word;
}

static struct posting *
find(const struct story_index *x, uint64_t key)
{
	size_t mask = x->n_slots - 1;
	size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & mask;

	while (x->slots[i].key && x->slots[i].key != key)
		i = (i + 1) & mask;
	return &x->slots[i];
}

/* Postings that became empty go. */
static void
rebuild(struct story_index *x)
{
	struct posting *old = x->slots;
	size_t n = x->n_slots, full = 0;

	for (size_t i = 0; i < n; i++)
		full += old[i].n != 0;
	while (x->n_slots < full * 4)
		x->n_slots *= 2;
	x->slots = xcalloc(x->n_slots, sizeof(*x->slots));
	x->used = full;
	for (size_t i = 0; i < n; i++)
		if (old[i].n)
			*find(x, old[i].key) = old[i];
		else
			free(old[i].v);
	free(old);
}

const struct posted *
story_index_find(const struct story_index *x, uint64_t key, size_t *n)
{
	const struct posting *p = find(x, key);

	*n = p->n;
	return p->v;
}

void
story_index_set(struct story_index *x, uint64_t key, uint32_t slot, uint32_t count)
{
	struct posting *p = find(x, key);

	for (uint32_t i = 0; i < p->n; i++)
		if (p->v[i].slot == slot) {
			p->v[i].count = count;
			return;
		}
	if (!p->key) {
		if ((x->used + 1) * 4 > x->n_slots * 3) {
			rebuild(x);
			p = find(x, key);
		}
		p->key = key;
		x->used++;
	}
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 2;
		p->v = xreallocarray(p->v, p->cap, sizeof(*p->v));
	}
	p->v[p->n++] = (struct posted){ slot, count };
}

void
story_index_drop(struct story_index *x, uint64_t key, uint32_t slot)
{
	struct posting *p = find(x, key);

	for (uint32_t i = 0; i < p->n; i++)
		if (p->v[i].slot == slot) {
			p->v[i] = p->v[--p->n];
			return;
		}
}
