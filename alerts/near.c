/* NEAR and BEFORE: words are counted as a reader counts them. */
#include "ascii.h"
#include "judge.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

/* The words of a zone, by where they begin and end in its text. */
struct ordinals {
	uint32_t *starts, *ends;
	size_t n;
};

/* Do a and b, with what stands between them, make one word: don't, AT&T, U.S., 1,000, 9:30? */
static bool
is_joined(const struct folded *t, const struct word *a, const struct word *b)
{
	char sign;
	bool digits;

	if (a->end == b->start)
		return folded_class_before(t, a->end) != CHAR_UNSPACED &&
		       folded_class_at(t, b->start) != CHAR_UNSPACED;
	if (b->start != a->end + 1)
		return false;
	sign = t->p[a->end];
	digits = ascii_is_digit(t->p[a->end - 1]) && ascii_is_digit(t->p[b->start]);
	if (sign == '\'' || sign == '&')
		return true;
	if ((sign == '.' || sign == ',' || sign == ':') && digits)
		return true;
	return sign == '.' && pattern_single_letter(t->p, t->n, script_back(t->p, a->end)) &&
	       pattern_single_letter(t->p, t->n, b->start);
}

static const struct ordinals *
ordinals_of(struct judge *j, uint8_t zone)
{
	const struct engine_text *text = engine_text(j->scratch, zone);
	struct ordinals *o = j->ordinals[zone];

	if (o)
		return o;
	o = j->ordinals[zone] = ARENA_NEW(j->arena, struct ordinals);
	o->starts = ARENA_ARRAY(j->arena, uint32_t, text->words.n + 1);
	o->ends = ARENA_ARRAY(j->arena, uint32_t, text->words.n + 1);
	for (size_t i = 0; i < text->words.n; i++) {
		const struct word *w = &text->words.v[i];

		if (i > 0 && is_joined(&text->folded, w - 1, w)) {
			o->ends[o->n - 1] = (uint32_t)folded_end(&text->folded, w->end);
			continue;
		}
		o->starts[o->n] = (uint32_t)folded_start(&text->folded, w->start);
		o->ends[o->n++] = (uint32_t)folded_end(&text->folded, w->end);
	}
	return o;
}

/* How many words begin before `at`. */
static size_t
ordinal(const struct ordinals *o, uint32_t at)
{
	size_t low = 0, high = o->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (o->starts[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* At most `count` words between the end of one and the start of the next, and no end of a block. */
static bool
is_near(struct judge *j, uint8_t zone, uint32_t end, uint32_t start, unsigned count)
{
	const struct ordinals *o = ordinals_of(j, zone);
	size_t from = ordinal(o, end), to = ordinal(o, start);

	/* a word the second one begins within is not between them */
	if (to > from && o->ends[to - 1] > start)
		to--;
	if (to - from > count)
		return false;
	return !memchr(j->in->zone[zone].p + end, '\n', start - end);
}

static int
by_end(const void *a, const void *b)
{
	const struct occurrence *x = ((const struct evidence *)a)->occurrence;
	const struct occurrence *y = ((const struct evidence *)b)->occurrence;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

static int
by_start(const void *a, const void *b)
{
	const struct occurrence *x = ((const struct evidence *)a)->occurrence;
	const struct occurrence *y = ((const struct evidence *)b)->occurrence;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* A sorted copy. */
static struct evidence *
sorted(struct judge *j, const struct evidence_list *list, int (*order)(const void *, const void *))
{
	struct evidence *v = ARENA_ARRAY(j->arena, struct evidence, list->n + 1);

	memcpy(v, list->v, list->n * sizeof(*v));
	qsort(v, list->n, sizeof(*v), order);
	return v;
}

/* Marks all of a that stand before a close one of b, and all such b. */
static bool
mark_ordered(struct judge *j, const struct query *q, const struct evidence_list *a,
    const struct evidence_list *b)
{
	struct evidence *ends = sorted(j, a, by_end), *starts = sorted(j, b, by_start);
	bool any = false;
	size_t k = 0;

	for (size_t i = 0; i < b->n; i++) { /* the last that ends before it is its nearest */
		struct occurrence *o = starts[i].occurrence;

		while (k < a->n && (ends[k].occurrence->zone < o->zone ||
				       (ends[k].occurrence->zone == o->zone &&
					   ends[k].occurrence->end <= o->start)))
			k++;
		if (k > 0 && ends[k - 1].occurrence->zone == o->zone &&
		    is_near(j, o->zone, ends[k - 1].occurrence->end, o->start, q->count))
			o->near = any = true;
	}
	k = b->n;
	for (size_t i = a->n; i-- > 0;) { /* and the first that starts behind it */
		struct occurrence *o = ends[i].occurrence;

		while (k > 0 && (starts[k - 1].occurrence->zone > o->zone ||
				    (starts[k - 1].occurrence->zone == o->zone &&
					starts[k - 1].occurrence->start >= o->end)))
			k--;
		if (k < b->n && starts[k].occurrence->zone == o->zone &&
		    is_near(j, o->zone, o->end, starts[k].occurrence->start, q->count))
			o->near = any = true;
	}
	return any;
}

static void
take_marked(struct judge *j, const struct evidence_list *from, struct evidence_list *to)
{
	for (size_t i = 0; i < from->n; i++) {
		if (!from->v[i].occurrence->near)
			continue;
		from->v[i].occurrence->near = false;
		if (to)
			*ARENA_PUSH(j->arena, to->v, to->n, to->cap) = from->v[i];
	}
}

bool
near_holds(struct judge *j, const struct query *q, const struct evidence_list *left,
    const struct evidence_list *right, struct evidence_list *evidence)
{
	bool holds = mark_ordered(j, q, left, right);

	if (!q->ordered)
		holds = mark_ordered(j, q, right, left) || holds;
	take_marked(j, left, evidence);
	take_marked(j, right, evidence);
	return holds;
}
