/* Characters that have to do with their neighbours, or stand for several. */
#include "fold_job.h"

#include <string.h>

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

/* c is a mark on the one character of the segment, and changes nothing there. */
static bool
is_apart(const struct fold_job *j, uint32_t c)
{
	uint32_t letter;

	decode(j, j->segment_in, &letter);
	return letter < FOLD_TABLE_CHARS && c < FOLD_TABLE_CHARS &&
	       fold_stays_apart(j->f, letter, c);
}

/* True when c was a mark and is dealt with. */
static bool
fold_mark(struct fold_job *j, uint32_t c, const struct fold_char *k, size_t used)
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
	if (folding && j->segment_n == 1 && j->starter && k->combining && is_apart(j, c)) {
		j->combining = k->combining;
		return false;
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

bool
fold_slowly(struct fold_job *j)
{
	uint32_t c;
	size_t used = decode(j, j->in, &c);
	const struct fold_char *k;

	if (used == 1)
		return false;
	k = fold_known(j->f, c);
	if (k->flags & FOLD_IGNORED) {
		j->segment_n++;
		wrote(j, 0, used);
		return true;
	}
	if (k->combining || (k->flags & (FOLD_JOINS | FOLD_VOWEL))) {
		if (fold_mark(j, c, k, used))
			return true;
	} else {
		begin_segment(j, true);
		j->accented = (k->flags & FOLD_ACCENTED) != 0;
	}
	j->segment_n++;
	write_known(j, k, used);
	return true;
}
