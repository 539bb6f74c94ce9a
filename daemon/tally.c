#include "tally.h"

#include "date.h"
#include "match_show.h"

#include <stdlib.h>

struct str
tally_day(int64_t at_s, struct arena *arena)
{
	return str_sub(date_rfc3339(at_s, arena), 0, sizeof("2026-11-24") - 1);
}

static int
by_name(const void *a, const void *b)
{
	const struct tally_count *x = a, *y = b;
	int d = str_cmp(x->name, y->name);

	return d ? d : x->row < y->row ? -1 : x->row > y->row;
}

static int
by_number(const void *a, const void *b)
{
	const struct tally_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/* Equal names together; an item in which two entries of one name occur is one item. */
static void
sum(struct tally_counts *c)
{
	size_t n = 0;

	if (c->n)
		qsort(c->v, c->n, sizeof(*c->v), by_name);
	for (size_t i = 0; i < c->n; i++)
		if (n && str_eq(c->v[n - 1].name, c->v[i].name)) {
			if (c->v[n - 1].row == c->v[i].row)
				continue;
			c->v[n - 1].row = c->v[i].row;
			c->v[n - 1].n += c->v[i].n;
			c->v[n - 1].fresh += c->v[i].fresh;
		} else
			c->v[n++] = c->v[i];
	c->n = n;
}

static void
add(struct tally_counts *c, struct str name, const struct archive_match *m, struct arena *arena)
{
	*ARENA_PUSH(arena, c->v, c->n, c->cap) = (struct tally_count){ name, 1, !m->fired, m->row };
}

void
tally_make(const struct archive_result *result, struct arena *arena, struct tally *ret)
{
	*ret = (struct tally){ 0 };
	for (size_t i = 0; i < result->n; i++) {
		const struct archive_match *m = &result->v[i];

		add(&ret->days, tally_day(m->seen_s, arena), m, arena);
		add(&ret->feeds, m->feed, m, arena);
		for (size_t k = 0; k < m->n_entries; k++)
			add(&ret->entries,
			    match_entry_name(m->entries[k].list, m->entries[k].name, arena), m,
			    arena);
		ret->fresh += !m->fired;
	}
	sum(&ret->days);
	sum(&ret->feeds);
	sum(&ret->entries);
	if (ret->feeds.n)
		qsort(ret->feeds.v, ret->feeds.n, sizeof(*ret->feeds.v), by_number);
	if (ret->entries.n)
		qsort(ret->entries.v, ret->entries.n, sizeof(*ret->entries.v), by_number);
}
