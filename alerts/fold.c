#include "fold_char.h"

#include "lanes.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

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

void
folded_free(struct folded *t)
{
	free(t->bytes);
	free(t->points);
	free(t->runs);
	*t = (struct folded){ 0 };
}

static void
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

/* n bytes were written at out for `used` bytes of the source: one character. */
static inline void
wrote(struct fold_job *j, size_t n, size_t used)
{
	if (n != used || !fold_is_one_char(j->t->bytes + j->out, n)) {
		room_points(j->t);
		if (n)
			point(j->t, j->out, j->in, true);
		point(j->t, j->out + n, j->in + used, false);
	}
	j->in += used;
	j->out += n;
}

/* Characters in form, for `used` bytes of the source. */
static void
write_chars(struct fold_job *j, const uint32_t *v, size_t n, size_t used)
{
	size_t at = j->out;

	room(j, n * 4);
	for (size_t i = 0; i < n; i++) {
		size_t m = fold_encode(v[i], j->t->bytes + at);

		if (v[i] >= 0x80 && fold_class(j->f, v[i]) != CHAR_WORD)
			run(j->t, at, at + m, fold_class(j->f, v[i]));
		at += m;
	}
	/* of several that stand for several only the outer ends map back */
	wrote(j, at - j->out, used);
}

static size_t
decode(const struct fold_job *j, size_t at, uint32_t *c)
{
	return script_decode(j->t->source.p + at, j->t->source.n - at, c);
}

static void
begin_segment(struct fold_job *j, bool starter)
{
	j->segment_in = j->in;
	j->segment_out = j->out;
	j->segment_points = j->t->n_points;
	j->segment_runs = j->t->n_runs;
	j->segment_n = 0;
	j->starter = starter;
	j->combining = 0;
}

/* k, or a form of it, at j->out for `used` bytes of the source. */
static void
write_known(struct fold_job *j, const struct fold_char *k, size_t used)
{
	const char *from = fold_bytes(j->f, k, j->form);
	size_t n = k->n[j->form];
	const unsigned char *runs = (const unsigned char *)from + n;

	room(j, n + FOLD_COPY);
	if (n <= FOLD_COPY)
		memcpy(j->t->bytes + j->out, from, FOLD_COPY); /* the pool is long enough */
	else
		memcpy(j->t->bytes + j->out, from, n);
	for (size_t i = 0; i < k->n_runs[j->form]; i++, runs += 3)
		run(j->t, j->out + runs[0], j->out + runs[1], (enum char_class)runs[2]);
	wrote(j, n, used);
}

/* The characters of the segment, and what of the text follows and belongs to it. */
static size_t
gather_segment(const struct fold_job *j, uint32_t *v, size_t *end)
{
	size_t n = 0;

	for (*end = j->segment_in; *end < j->t->source.n && n < FOLD_SEGMENT_MAX;) {
		uint32_t c;
		size_t used = decode(j, *end, &c);

		if (*end > j->in) {
			const struct fold_char *k = fold_known(j->f, c);

			if (!(k->flags & (FOLD_JOINS | FOLD_IGNORED)) && !k->combining)
				break;
		}
		v[n++] = c;
		*end += used;
	}
	return n;
}

/* A mark joins what stands before it: the whole segment is composed anew. */
static void
rewrite_segment(struct fold_job *j)
{
	uint32_t v[FOLD_SEGMENT_MAX];
	size_t end, n = gather_segment(j, v, &end);
	bool accented;

	n = fold_segment(j->f, j->form, v, n, &accented);
	j->t->n_points = j->segment_points;
	j->t->n_runs = j->segment_runs;
	if (j->t->n_runs && j->t->runs[j->t->n_runs - 1].end > j->segment_out)
		j->t->runs[j->t->n_runs - 1].end = (uint32_t)j->segment_out;
	if (j->t->n_points && j->t->points[j->t->n_points - 1].out == j->segment_out)
		j->t->points[j->t->n_points - 1].whole = false;
	j->in = j->segment_in;
	j->out = j->segment_out;
	write_chars(j, j->f->segment, n, end - j->in);
	j->accented = accented;
	begin_segment(j, false); /* no later mark reaches over FOLD_SEGMENT_MAX */
}

/* True when k was a mark and is dealt with. */
static bool
fold_mark(struct fold_job *j, const struct fold_char *k, size_t used)
{
	bool folding = j->form == FOLD_FOLDED;

	if (j->segment_n >= FOLD_SEGMENT_MAX - 1) /* marks on marks, and no end of them */
		begin_segment(j, false);
	if (folding && ((k->flags & FOLD_VOWEL) || (j->accented && (k->flags & FOLD_ACCENT)))) {
		/* belongs to the letter before it: the end of that maps behind the mark */
		if (j->t->n_points && j->t->points[j->t->n_points - 1].out == j->out &&
		    j->segment_points < j->t->n_points)
			j->t->points[j->t->n_points - 1].in = (uint32_t)(j->in + used) & 0x7fffffff;
		else {
			room_points(j->t);
			if (j->out > j->segment_out)
				point(j->t, j->segment_out, j->segment_in, true);
			point(j->t, j->out, j->in + used, false);
		}
		j->in += used;
		j->segment_n++;
		return true;
	}
	/* a mark on nothing has nothing to join, but is put in order */
	if (((k->flags & FOLD_JOINS) && (j->starter || !k->combining)) ||
	    k->combining < j->combining) {
		rewrite_segment(j);
		return true;
	}
	j->combining = k->combining;
	return false;
}

static bool
is_bad(const struct fold_job *j, size_t at)
{
	uint32_t c;

	return ((unsigned char)j->t->source.p[at] & 0x80) && decode(j, at, &c) == 1;
}

static void
fold_char(struct fold_job *j)
{
	uint32_t c;
	size_t used = decode(j, j->in, &c);
	const struct fold_char *k = fold_known(j->f, c);

	if (used == 1) /* no UTF-8: one sign for all of it */
		while (j->in + used < j->t->source.n && is_bad(j, j->in + used))
			used++;
	if (k->flags & FOLD_IGNORED) {
		j->segment_n++;
		wrote(j, 0, used);
		return;
	}
	if (k->combining || (k->flags & (FOLD_JOINS | FOLD_VOWEL))) {
		if (fold_mark(j, k, used))
			return;
	} else {
		begin_segment(j, true);
		j->accented = (k->flags & FOLD_ACCENTED) != 0;
	}
	j->segment_n++;
	write_known(j, k, used);
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * The character of two or three bytes at p, when it is valid, known, stands for something short
 * and has nothing to do with its neighbours; else what = 0.  *used: its bytes.
 */
static inline struct fold_quick
quick_char(const struct fold_quick *table, const unsigned char *p, size_t left, size_t *used)
{
	static const struct fold_quick none = { .what = 0 };
	uint32_t c;

	if (p[0] < 0xe0) {
		if (left < 2 || p[0] < 0xc2 || (p[1] & 0xc0) != 0x80)
			return none;
		c = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		*used = 2;
		return table[c];
	}
	if (left < 3 || p[0] > 0xef || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
		return none;
	c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	*used = 3;
	return c < 0x800 ? none : table[c]; /* no surrogate is there */
}

/* The segment that marks may follow: one character from where the text stood. */
struct fold_last {
	size_t in, out, points, runs;
	bool accented;
};

static void
begin_quick(struct fold_job *j, const struct fold_last *last)
{
	j->segment_in = last->in;
	j->segment_out = last->out;
	j->segment_points = last->points;
	j->segment_runs = last->runs;
	j->segment_n = 1;
	j->starter = true;
	j->combining = 0;
	j->accented = last->accented;
}

/* The characters from j->in on that are no ASCII and quick.  There is room for them. */
static void
fold_quick(struct fold_job *j, struct fold_last *last)
{
	const struct fold_quick *table = j->f->quick[j->form];
	struct folded *t = j->t;
	const unsigned char *s = (const unsigned char *)t->source.p;
	size_t in = j->in, out = j->out, size = t->source.n;

	while (in < size && (s[in] & 0x80)) {
		size_t used, n;
		struct fold_quick q = quick_char(table, s + in, size - in, &used);

		if (!q.what)
			break;
		n = FOLD_QUICK_N(q);
		*last = (struct fold_last){ in, out, t->n_points, t->n_runs,
			(q.what & FOLD_QUICK_ACCENTED) != 0 };
		memcpy(t->bytes + out, &q, sizeof(q)); /* one or more too many: written over */
		if (FOLD_QUICK_CLASS(q) != CHAR_WORD)
			run(t, out, out + n, FOLD_QUICK_CLASS(q));
		if (n != used) {
			room_points(t);
			point(t, out, in, true);
			point(t, out + n, in + used, false);
		}
		in += used;
		out += n;
	}
	j->in = in;
	j->out = out;
}

/* What comes quickly. */
static void
fold_quickly(struct fold_job *j, const struct lanes *lanes)
{
	const struct str s = j->t->source;
	size_t from = j->in;
	struct fold_last last = { 0 };

	/* no quick character becomes longer by more than a half */
	room(j, (s.n - j->in) + (s.n - j->in) / 2);
	do {
		size_t n = 0;

		if (!(s.p[j->in] & 0x80))
			n = lanes->fold(
			    s.p + j->in, s.n - j->in, j->form == FOLD_FOLDED, j->t->bytes + j->out);
		if (n) {
			j->in += n;
			j->out += n;
			last = (struct fold_last){ j->in - 1, j->out - 1, j->t->n_points,
				j->t->n_runs, is_ascii_letter(s.p[j->in - 1]) };
		}
		fold_quick(j, &last);
	} while (j->in < s.n && !(s.p[j->in] & 0x80));
	if (j->in > from)
		begin_quick(j, &last);
}

void
fold_text(struct folder *f, struct str source, enum fold_form form, struct folded *ret)
{
	const struct lanes *lanes = lanes_best();
	struct fold_job j = { .f = f, .t = ret, .form = form };

	ret->source = str_sub(source, 0, FOLD_TEXT_MAX);
	ret->n_points = ret->n_runs = 0;
	while (j.in < ret->source.n) {
		fold_quickly(&j, lanes);
		if (j.in < ret->source.n)
			fold_char(&j);
	}
	room(&j, 0);
	memset(ret->bytes + j.out, 0, FOLD_PAD);
	ret->p = ret->bytes;
	ret->n = j.out;
}

struct str
fold_str(struct folder *f, struct str s, enum fold_form form, struct arena *arena)
{
	struct folded t = { 0 };
	struct str ret;

	fold_text(f, s, form, &t);
	ret = str_dup(arena, str_n(t.p, t.n));
	folded_free(&t);
	return ret;
}
