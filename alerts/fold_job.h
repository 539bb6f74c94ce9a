/*
 * A text being folded: what fold.c, which does the quick characters, and fold_slow.c share.
 */
#ifndef ALERTS_FOLD_JOB_H
#define ALERTS_FOLD_JOB_H

#include "fold_char.h"
#include "lanes.h"
#include "mem.h"

#define FOLD_POINT_IN 0x7fffffffu /* what fits into fold_point.in */

/* Where a text is being written. */
struct fold_job {
	struct folder *f;
	struct folded *t;
	enum fold_form form;
	const struct lanes *lanes;
	size_t in, out;
};

/* What is not quick, or followed by marks, from j->in on: one character at least, or bad bytes. */
void fold_slowly(struct fold_job *j);

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
	const struct fold_point p = { (uint32_t)out, (uint32_t)in & FOLD_POINT_IN, whole };
	struct fold_point *last = t->n_points ? &t->points[t->n_points - 1] : NULL;

	if (last && last->out == p.out && last->in == p.in) /* where the one before it ended */
		last->whole = whole;
	else
		t->points[t->n_points++] = p;
}

/* n bytes at `out` are one character that stands for `used` bytes at `in`, or it for none. */
static inline void
points(struct folded *t, size_t in, size_t used, size_t out, size_t n)
{
	room_points(t);
	if (n)
		point(t, out, in, true);
	point(t, out + n, in + used, false);
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

/*
 * As script_decode; most marks have two bytes, most others three.  fold_quick, whose characters
 * have nothing else, reads them by itself: one way for both costs marks a tenth.
 */
static inline size_t
decode(const struct fold_job *j, size_t at, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)j->t->source.p + at;
	size_t left = j->t->source.n - at;

	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	if (left >= 2 && p[0] >= 0xc2 && p[0] < 0xe0 && (p[1] & 0xc0) == 0x80) {
		*c = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		return 2;
	}
	if (left >= 3 && p[0] > 0xe0 && p[0] < 0xed && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80) {
		*c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		return 3;
	}
	return script_decode((const char *)p, left, c);
}

#endif
