#include "fold_char.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

static void
run(struct fold_job *j, size_t start, size_t end, enum char_class class)
{
	struct folded *t = j->t;
	struct fold_run *last = t->n_runs ? &t->runs[t->n_runs - 1] : NULL;

	if (class == CHAR_WORD || !((unsigned char)t->bytes[start] & 0x80))
		return;
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

		run(j, at, at + m, v[i] < 0x80 ? CHAR_OTHER : fold_class(j->f, v[i]));
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
		run(j, j->out + runs[0], j->out + runs[1], (enum char_class)runs[2]);
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

/*
 * The ordinary case of fold_char, quickly: a valid character of two or three bytes that is known,
 * stands for itself or something short, and has nothing to do with its neighbours.
 */
static inline bool
fold_simple(struct fold_job *j)
{
	const unsigned char *p = (const unsigned char *)j->t->source.p + j->in;
	struct folded *t = j->t;
	size_t left = t->source.n - j->in, used, n;
	struct fold_quick q;
	uint32_t c;

	if (p[0] < 0xe0) {
		if (left < 2 || p[0] < 0xc2 || (p[1] & 0xc0) != 0x80)
			return false;
		c = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		used = 2;
	} else {
		if (left < 3 || p[0] > 0xef || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return false;
		c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		used = 3;
	}
	q = j->f->quick[j->form][c]; /* no surrogate is there */
	if (!q.what || c < (used == 2 ? 0x80u : 0x800u))
		return false;
	begin_segment(j, true);
	j->segment_n = 1;
	j->accented = (q.what & FOLD_QUICK_ACCENTED) != 0;
	n = FOLD_QUICK_N(q);
	room(j, sizeof(q));
	memcpy(t->bytes + j->out, &q, sizeof(q)); /* one or more too many: written over */
	t->ascii = t->ascii & ((unsigned char)q.bytes[0] < 0x80);
	run(j, j->out, j->out + n, FOLD_QUICK_CLASS(q));
	if (n == used) {
		j->in += used;
		j->out += used;
	} else
		wrote(j, n, used);
	return true;
}

static unsigned char
ascii_fold(unsigned char c, enum fold_form form)
{
	if (c < 0x20 && c != '\n')
		return ' ';
	return form == FOLD_FOLDED && c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#if defined(__SSE2__)
/* Sixteen at once; bytes above ASCII come to something else. */
static inline __m128i
fold_16(__m128i v, enum fold_form form)
{
	__m128i control = _mm_andnot_si128(
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')), _mm_cmplt_epi8(v, _mm_set1_epi8(' ')));
	__m128i upper;

	v = _mm_or_si128(_mm_andnot_si128(control, v), _mm_and_si128(control, _mm_set1_epi8(' ')));
	if (form != FOLD_FOLDED)
		return v;
	upper = _mm_and_si128(
	    _mm_cmpgt_epi8(v, _mm_set1_epi8('A' - 1)), _mm_cmplt_epi8(v, _mm_set1_epi8('Z' + 1)));
	return _mm_or_si128(v, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
}
#endif

/* As many ASCII bytes as come; returns how many. */
static size_t
fold_ascii(struct fold_job *j)
{
	const char *s = j->t->source.p + j->in;
	size_t n = j->t->source.n - j->in, i = 0;
	char *to;

	room(j, n);
	to = j->t->bytes + j->out;
#if defined(__SSE2__)
	for (; i + 16 <= n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
		int other = _mm_movemask_epi8(v);

		_mm_storeu_si128((__m128i *)(void *)(to + i), fold_16(v, j->form));
		if (other)
			return i + (size_t)__builtin_ctz((unsigned)other);
	}
	if (n >= 16) { /* the last ones once more, with those before them */
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + n - 16));

		if (!_mm_movemask_epi8(v)) {
			_mm_storeu_si128((__m128i *)(void *)(to + n - 16), fold_16(v, j->form));
			return n;
		}
	}
#endif
	for (; i < n && !((unsigned char)s[i] & 0x80); i++)
		to[i] = (char)ascii_fold((unsigned char)s[i], j->form);
	return i;
}

void
fold_text(struct folder *f, struct str source, enum fold_form form, struct folded *ret)
{
	struct fold_job j = { .f = f, .t = ret, .form = form };

	ret->source = str_sub(source, 0, FOLD_TEXT_MAX);
	ret->n_points = ret->n_runs = 0;
	ret->ascii = true;
	while (j.in < ret->source.n) {
		size_t n = fold_ascii(&j);

		if (n) {
			j.in += n - 1;
			j.out += n - 1;
			begin_segment(&j, true); /* the last one may take marks */
			j.segment_n = 1;
			j.in++;
			j.out++;
			j.accented = is_ascii_letter(ret->source.p[j.in - 1]);
		}
		while (j.in < ret->source.n && ((unsigned char)ret->source.p[j.in] & 0x80))
			if (!fold_simple(&j)) {
				fold_char(&j);
				ret->ascii = false; /* perhaps */
			}
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
