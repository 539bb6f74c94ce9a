#include "fold_job.h"
#include "lanes.h"

#include <stdlib.h>
#include <string.h>

#define ASCII_COPY 32           /* bytes at once, at most FOLD_PAD */
#define BAD_SIGN "\xef\xbf\xbd" /* U+FFFD */

void
folded_free(struct folded *t)
{
	free(t->bytes);
	free(t->points);
	free(t->runs);
	*t = (struct folded){ 0 };
}

/* What the rest needs if it is quick: no such character becomes longer by more than a half. */
static size_t
room_quick(const struct fold_job *j)
{
	size_t left = j->t->source.n - j->in;

	return left + left / 2;
}

/* How many bytes at `at` are no UTF-8. */
static size_t
bad_bytes(const struct fold_job *j, size_t at)
{
	size_t n = 0;
	uint32_t c;

	while (at + n < j->t->source.n && (j->t->source.p[at + n] & 0x80) &&
	       decode(j, at + n, &c) == 1)
		n++;
	return n;
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const struct fold_quick not_quick = { .what = 0 };

/*
 * The character of two or three bytes at p, when it is valid, known, stands for something short
 * and has nothing to do with its neighbours; else what = 0.  *used: its bytes.
 */
static inline const struct fold_quick *
quick_char(const struct fold_quick *table, const unsigned char *p, size_t left, size_t *used)
{
	uint32_t c;

	if (p[0] < 0xe0) {
		if (left < 2 || p[0] < 0xc2 || (p[1] & 0xc0) != 0x80)
			return &not_quick;
		c = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		*used = 2;
		return &table[c];
	}
	if (left < 3 || p[0] > 0xef || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
		return &not_quick;
	c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	*used = 3;
	return c < 0x800 ? &not_quick : &table[c]; /* no surrogate is there */
}

/* The segment that marks may follow: one character from where the text stood. */
struct fold_last {
	size_t in, out, points, runs;
	unsigned what; /* FOLD_QUICK_ACCENTED */
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
	j->accented = (last->what & FOLD_QUICK_ACCENTED) != 0;
}

/* n bytes that stand for `used` others. */
static void
points(struct folded *t, size_t in, size_t used, size_t out, size_t n)
{
	room_points(t);
	point(t, out, in, true);
	point(t, out + n, in + used, false);
}

/* Bytes that are no UTF-8, one sign for all of them; false: there are none. */
static bool
fold_bad(struct fold_job *j)
{
	const size_t n = sizeof(BAD_SIGN) - 1, used = bad_bytes(j, j->in);

	if (used == 0)
		return false;
	room(j, n + room_quick(j));
	memcpy(j->t->bytes + j->out, BAD_SIGN, n);
	run(j->t, j->out, j->out + n, CHAR_OTHER);
	if (used != n)
		points(j->t, j->in, used, j->out, n);
	j->in += used;
	j->out += n;
	return true;
}

/* The quick characters from j->in on.  There is room for them. */
static void
fold_quick(struct fold_job *j, struct fold_last *last)
{
	const struct fold_quick *table = j->f->quick[j->form];
	struct folded *t = j->t;
	const unsigned char *s = (const unsigned char *)t->source.p;
	size_t in = j->in, out = j->out, size = t->source.n;
	char *bytes = t->bytes;

	while (in < size && (s[in] & 0x80)) {
		size_t used, n;
		const struct fold_quick *q = quick_char(table, s + in, size - in, &used);
		unsigned what = q->what;

		if (!what)
			break;
		n = FOLD_QUICK_N(what);
		*last = (struct fold_last){ in, out, t->n_points, t->n_runs, what };
		memcpy(bytes + out, q, sizeof(*q)); /* one or more too many: written over */
		if (FOLD_QUICK_CLASS(what) != CHAR_WORD)
			run(t, out, out + n, FOLD_QUICK_CLASS(what));
		if (n != used)
			points(t, in, used, out, n);
		in += used;
		out += n;
	}
	j->in = in;
	j->out = out;
}

/* The same, and what is no UTF-8. */
static void
fold_other(struct fold_job *j, struct fold_last *last)
{
	fold_quick(j, last);
	while (j->in < j->t->source.n && (j->t->source.p[j->in] & 0x80)) {
		const struct fold_last bad = { j->in, j->out, j->t->n_points, j->t->n_runs, 0 };

		if (!fold_bad(j))
			return;
		*last = bad;
		fold_quick(j, last);
	}
}

/* A character for fold_quickly. */
static bool
is_quick(const struct fold_job *j)
{
	const char *p = j->t->source.p + j->in;
	size_t used;

	return !(*p & 0x80) || quick_char(j->f->quick[j->form], (const unsigned char *)p,
				   j->t->source.n - j->in, &used)
				   ->what;
}

/* Where the ASCII ends that j->in begins. */
static inline size_t
ascii_end(const struct fold_job *j)
{
	size_t block = j->in / 64;
	uint64_t high = j->f->high[block] >> j->in % 64 << j->in % 64;

	while (!high && block < j->t->source.n / 64)
		high = j->f->high[++block];
	return high ? block * 64 + (size_t)__builtin_ctzll(high) : j->t->source.n;
}

/* That ASCII, which the lanes have folded already. */
static inline void
copy_ascii(struct fold_job *j)
{
	const char *from = j->f->ascii + j->in;
	char *to = j->t->bytes + j->out;
	size_t n = ascii_end(j) - j->in;

	for (size_t i = 0; i < n; i += ASCII_COPY)
		memcpy(to + i, from + i, ASCII_COPY); /* some too many: written over */
	j->in += n;
	j->out += n;
}

/* What comes quickly. */
static void
fold_quickly(struct fold_job *j)
{
	const struct str s = j->t->source;
	size_t from = j->in;
	struct fold_last last = { 0 };

	room(j, room_quick(j));
	do {
		copy_ascii(j);
		fold_other(j, &last);
	} while (j->in < s.n && !(s.p[j->in] & 0x80));
	if (j->in == from)
		return;
	if (!(s.p[j->in - 1] & 0x80))
		last = (struct fold_last){ j->in - 1, j->out - 1, j->t->n_points, j->t->n_runs,
			is_ascii_letter(s.p[j->in - 1]) ? FOLD_QUICK_ACCENTED : 0 };
	begin_quick(j, &last);
}

/* Folds all ASCII of the text, where it stands; true when there is nothing else. */
static bool
fold_ascii(struct fold_job *j)
{
	const struct str s = j->t->source;
	size_t blocks = s.n / 64 + 1;

	if (j->f->high_cap < blocks) {
		j->f->high_cap = blocks * 2;
		j->f->high = xreallocarray(j->f->high, j->f->high_cap, sizeof(*j->f->high));
	}
	room(j, s.n);
	return !lanes_best()->fold(s.p, s.n, j->form == FOLD_FOLDED, j->t->bytes, j->f->high);
}

/* The folded ASCII moves out of the way; it stays in the folder. */
static void
set_ascii_aside(struct fold_job *j)
{
	char *bytes = j->f->ascii;
	size_t cap = j->f->ascii_cap;

	j->f->ascii = j->t->bytes;
	j->f->ascii_cap = j->t->bytes_cap;
	j->t->bytes = bytes;
	j->t->bytes_cap = cap;
}

void
fold_text(struct folder *f, struct str source, enum fold_form form, struct folded *ret)
{
	struct fold_job j = { .f = f, .t = ret, .form = form };

	ret->source = str_sub(source, 0, FOLD_TEXT_MAX);
	ret->n_points = ret->n_runs = 0;
	if (fold_ascii(&j))
		j.in = j.out = ret->source.n;
	else
		set_ascii_aside(&j);
	while (j.in < ret->source.n) {
		fold_quickly(&j);
		while (j.in < ret->source.n && !is_quick(&j) && fold_slowly(&j))
			;
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
