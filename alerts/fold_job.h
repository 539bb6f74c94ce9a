/*
 * A text being folded: what fold.c, which does the quick characters, and fold_slow.c share.
 */
#ifndef ALERTS_FOLD_JOB_H
#define ALERTS_FOLD_JOB_H

#include "fold_char.h"
#include "mem.h"

/* Where a text is being written. */
struct fold_job {
	struct folder *f;
	struct folded *t;
	enum fold_form form;
	size_t in, out;
	/* the segment: what may still be composed with marks that follow */
	size_t segment_in, segment_out, segment_points, segment_runs; /* where it began */
	unsigned segment_n;                                           /* characters since */
	bool starter;      /* it began with one that is no mark */
	uint8_t combining; /* class of the last mark */
	bool accented;     /* the last starter is Latin or Greek */
};

/*
 * The character at j->in, and marks that belong to it or to what stands before it.  False: there
 * is none but bytes that are no UTF-8, and nothing was done.
 */
bool fold_slowly(struct fold_job *j);

static inline void
room(struct fold_job *j, size_t n)
{
	struct folded *t = j->t;

	if (t->bytes_cap - j->out < n + FOLD_PAD) {
		t->bytes_cap = t->bytes_cap * 2 + n + FOLD_PAD;
		t->bytes = xrealloc(t->bytes, t->bytes_cap);
	}
}

/* Room for two points. */
static inline void
room_points(struct folded *t)
{
	if (t->points_cap - t->n_points < 2) {
		t->points_cap = t->points_cap * 2 + 64;
		t->points = xreallocarray(t->points, t->points_cap, sizeof(*t->points));
	}
}

/* Into the room that was made. */
static inline void
point(struct folded *t, size_t out, size_t in, bool whole)
{
	const struct fold_point p = { (uint32_t)out, (uint32_t)in & 0x7fffffff, whole };
	struct fold_point *last = t->n_points ? &t->points[t->n_points - 1] : NULL;

	if (last && last->out == p.out && last->in == p.in) /* where the one before it ended */
		last->whole = whole;
	else
		t->points[t->n_points++] = p;
}

/* Bytes that are no ASCII and of no CHAR_WORD. */
static inline void
run(struct folded *t, size_t start, size_t end, enum char_class class)
{
	struct fold_run *last = t->n_runs ? &t->runs[t->n_runs - 1] : NULL;

	if (last && last->end == start && last->class == class) {
		last->end = (uint32_t)end;
		return;
	}
	if (t->n_runs == t->runs_cap) {
		t->runs_cap = t->runs_cap * 2 + 64;
		t->runs = xreallocarray(t->runs, t->runs_cap, sizeof(*t->runs));
	}
	t->runs[t->n_runs++] = (struct fold_run){ (uint32_t)start, (uint32_t)end, class };
}

static inline size_t
decode(const struct fold_job *j, size_t at, uint32_t *c)
{
	return script_decode(j->t->source.p + at, j->t->source.n - at, c);
}

#endif
