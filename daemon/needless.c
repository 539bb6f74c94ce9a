#include "needless.h"

#include "mem.h"

#include <stdlib.h>

#define FEW 16 /* terms of an entry, each of which is held against each */

/* Of many terms only those are held against one that the engine finds in its words. */
struct needless {
	struct matcher *matcher;
	struct arena *arena;
};

struct needless *
needless_new(const struct watchset *set)
{
	struct needless *n = xcalloc(1, sizeof(*n));

	n->matcher = matcher_new(set);
	matcher_tell_all(n->matcher);
	n->arena = arena_new();
	return n;
}

void
needless_free(struct needless *n)
{
	if (!n)
		return;
	matcher_free(n->matcher);
	arena_free(n->arena);
	free(n);
}

static bool
covers(const struct list_term *x, const struct list_term *y, struct folder *f)
{
	return x != y && (!x->weak || y->weak) && !term_same(&x->term, &y->term) &&
	       term_covers(&x->term, &y->term, f);
}

static const struct list_term *
first_of_all(const struct list_entry *e, const struct list_term *y, struct folder *f)
{
	for (size_t k = 0; k < e->n_terms; k++)
		if (covers(&e->terms[k], y, f))
			return &e->terms[k];
	return NULL;
}

/* ---- many terms ---- */

struct candidates {
	const struct list_term **sorted; /* of the entry, as they are written */
	size_t n;
	const struct list_term *y, *best;
	struct folder *folder;
};

static int
by_written(const void *a, const void *b)
{
	const struct list_term *x = *(const struct list_term *const *)a,
			       *y = *(const struct list_term *const *)b;

	return str_cmp(x->term.written, y->term.written);
}

static int
to_written(const void *key, const void *term)
{
	return str_cmp(
	    *(const struct str *)key, (*(const struct list_term *const *)term)->term.written);
}

static void
consider(struct candidates *c, const struct hit *hit)
{
	const struct list_term *const *at =
	    bsearch(&hit->term, c->sorted, c->n, sizeof(*c->sorted), to_written);

	if (at && (!c->best || *at < c->best) && covers(*at, c->y, c->folder))
		c->best = *at;
}

static const struct list_term *
first_of_found(struct needless *n, struct candidates *c, size_t id)
{
	const struct match_input in = { .zone = { [ZONE_TITLE] = c->y->term.name } };
	struct match_result found;

	c->best = NULL;
	matcher_run(n->matcher, &in, n->arena, &found);
	for (size_t i = 0; i < found.n_fired; i++)
		for (size_t k = 0; k < found.fired[i].n_entries; k++) {
			const struct entry_hit *e = &found.fired[i].entries[k];

			for (size_t h = 0; e->id == id && h < e->n_hits; h++)
				consider(c, &e->hits[h]);
		}
	for (size_t i = 0; i < found.n_suppressed; i++)
		if (found.suppressed[i].id == id)
			consider(c, &found.suppressed[i].hit);
	return c->best;
}

void
needless_find(struct needless *n, const struct list_entry *e, size_t id, struct folder *f,
    const struct list_term **ret)
{
	struct candidates c = { .n = e->n_terms, .folder = f };

	if (e->n_terms <= FEW) {
		for (size_t i = 0; i < e->n_terms; i++)
			ret[i] = first_of_all(e, &e->terms[i], f);
		return;
	}
	c.sorted = xcalloc(e->n_terms, sizeof(*c.sorted));
	for (size_t i = 0; i < e->n_terms; i++)
		c.sorted[i] = &e->terms[i];
	qsort(c.sorted, c.n, sizeof(*c.sorted), by_written);
	for (size_t i = 0; i < e->n_terms; i++) {
		c.y = &e->terms[i];
		ret[i] = first_of_found(n, &c, id);
		arena_reset(n->arena);
	}
	free(c.sorted);
}
