/* Which watches are worth judging when an entry occurs: those that cannot hold without it. */
#include "set.h"

#include <stdlib.h>

/* How many ways there are for a part to be asked for; 0: it may hold with none of its words. */
static uint64_t
required_weight(const struct watchset *set, const struct query *q)
{
	uint64_t least = 0, sum = 0;

	if (q->kind == QUERY_TERM || q->kind == QUERY_ENTRY)
		return 1;
	if (q->kind == QUERY_LIST)
		return 2 + (uint64_t)set->lists[q->id].n;
	if (q->kind == QUERY_NOT || q->kind == QUERY_FILTER)
		return 0;
	for (size_t i = 0; i < q->n_kids; i++) {
		uint64_t w = required_weight(set, q->kids[i]);

		if (w == 0 && (q->kind == QUERY_OR || q->kind == QUERY_ATLEAST))
			return 0;
		sum += w;
		if (w && (!least || w < least))
			least = w;
	}
	return q->kind == QUERY_OR || q->kind == QUERY_ATLEAST ? sum : least;
}

static void
add_trigger(struct watchset *set, const struct query *q, uint32_t watch)
{
	const struct query *least = NULL;
	uint64_t best = UINT64_MAX;

	if (q->kind == QUERY_LIST) {
		struct set_list *list = &set->lists[q->id];

		*ARENA_PUSH(set->arena, list->watches, list->n_watches, list->watches_cap) = watch;
		return;
	}
	if (q->kind == QUERY_TERM || q->kind == QUERY_ENTRY) {
		*ARENA_PUSH(set->arena, set->triggers, set->n_triggers, set->triggers_cap) =
		    (struct set_trigger){ (uint32_t)q->id, watch };
		return;
	}
	for (size_t i = 0; i < q->n_kids; i++) {
		uint64_t w = required_weight(set, q->kids[i]);

		if (q->kind == QUERY_OR || q->kind == QUERY_ATLEAST)
			add_trigger(set, q->kids[i], watch);
		else if (w && w < best) {
			best = w;
			least = q->kids[i];
		}
	}
	if (least)
		add_trigger(set, least, watch);
}

static int
by_trigger(const void *a, const void *b)
{
	const struct set_trigger *x = a, *y = b;

	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return x->watch < y->watch ? -1 : x->watch > y->watch;
}

void
set_triggers(struct watchset *set)
{
	for (size_t i = 0; i < set->n_watches; i++) {
		const struct query *q = set->watches[i].query;

		if (required_weight(set, q))
			add_trigger(set, q, (uint32_t)i);
		else
			*ARENA_PUSH(set->arena, set->always, set->n_always, set->always_cap) =
			    (uint32_t)i;
	}
	if (set->n_triggers)
		qsort(set->triggers, set->n_triggers, sizeof(*set->triggers), by_trigger);
}
