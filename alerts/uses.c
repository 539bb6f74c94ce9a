#include "uses.h"

#include <stdlib.h>

static int
by_text(const void *a, const void *b)
{
	const struct engine_hit *x = a, *y = b;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1; /* the longer one first */
	return x->term < y->term ? -1 : x->term > y->term;
}

#define DIGIT_BITS 8
#define DIGITS (1u << DIGIT_BITS)

/* from, sorted by one digit of the entry, in to; what is equal keeps its order. */
static void
sort_by_digit(const struct use *from, size_t n, unsigned shift, struct use *to)
{
	size_t places[DIGITS + 1] = { 0 };

	for (size_t i = 0; i < n; i++)
		places[(from[i].user->entry >> shift) % DIGITS + 1]++;
	for (size_t i = 1; i < DIGITS; i++)
		places[i] += places[i - 1];
	for (size_t i = 0; i < n; i++)
		to[places[(from[i].user->entry >> shift) % DIGITS]++] = from[i];
}

/* Few. */
static void
sort_by_insertion(struct use *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct use u = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1].user->entry > u.user->entry; k--)
			v[k] = v[k - 1];
		v[k] = u;
	}
}

/* In a time that grows with n alone: a text may be made of names. */
static struct use *
sort_by_entry(struct use *v, size_t n, struct arena *arena)
{
	uint32_t last = 0, most = 0;
	bool sorted = true;
	struct use *other;

	for (size_t i = 0; i < n; i++) {
		uint32_t entry = v[i].user->entry;

		sorted = sorted && entry >= last;
		last = entry;
		most = entry > most ? entry : most;
	}
	if (sorted) /* one name again and again */
		return v;
	if (n < DIGITS / 8) {
		sort_by_insertion(v, n);
		return v;
	}
	other = ARENA_ARRAY(arena, struct use, n);
	for (unsigned shift = 0; shift < 32 && most >> shift; shift += DIGIT_BITS) {
		struct use *from = v;

		sort_by_digit(from, n, shift, other);
		v = other;
		other = from;
	}
	return v;
}

struct use *
uses_find(struct judge *j, size_t *n)
{
	const struct watchset *set = j->set;
	struct use *uses = NULL;
	size_t n_hits, cap = 0;
	struct engine_hit *hits = engine_hits(j->scratch, &n_hits);

	*n = 0;
	for (size_t i = 1; i < n_hits; i++)
		if (by_text(&hits[i - 1], &hits[i]) > 0) {
			qsort(hits, n_hits, sizeof(*hits), by_text);
			break;
		}
	for (size_t i = 0; i < n_hits; i++) {
		uint32_t term = hits[i].term;

		for (uint32_t k = set->first_user[term]; k < set->first_user[term + 1]; k++)
			*ARENA_PUSH(j->arena, uses, *n, cap) =
			    (struct use){ &set->users[k], &hits[i] };
	}
	return sort_by_entry(uses, *n, j->arena);
}
