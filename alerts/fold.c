#include "fold_job.h"

#include <stdlib.h>
#include <string.h>

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

/* ASCII and quick characters from j->in on. */
static void
fold_quick(struct fold_job *j)
{
	const struct fold_quick *table = j->f->quick[j->form];
	const bool lower = j->form == FOLD_FOLDED;
	struct folded *t = j->t;
	const char *s = t->source.p;
	size_t in = j->in, out = j->out, size = t->source.n;
	char *bytes;

	room(j, room_quick(j));
	bytes = t->bytes;
	while (in < size) {
		const struct fold_quick *q;
		size_t used, n;

		if (!(s[in] & 0x80)) {
			bool alone = in + 1 < size && (s[in + 1] & 0x80);

			n = alone ? lanes_plain.fold(s + in, 1, lower, bytes + out)
				  : j->lanes->fold(s + in, size - in, lower, bytes + out);
			in += n;
			out += n;
			continue;
		}
		q = quick_char(table, (const unsigned char *)s + in, size - in, &used);
		if (!q->what)
			break;
		n = FOLD_QUICK_N(q->what);
		memcpy(bytes + out, q, sizeof(*q)); /* one or more too many: written over */
		if (FOLD_QUICK_CLASS(q->what) != CHAR_WORD)
			run(t, out, out + n, FOLD_QUICK_CLASS(q->what));
		if (n != used)
			points(t, in, used, out, n);
		in += used;
		out += n;
	}
	j->in = in;
	j->out = out;
}

void
fold_text(struct folder *f, struct str source, enum fold_form form, struct folded *ret)
{
	struct fold_job j = { .f = f, .t = ret, .form = form, .lanes = lanes_best() };

	ret->source = str_sub(source, 0, FOLD_TEXT_MAX);
	ret->n_points = ret->n_runs = 0;
	for (fold_quick(&j); j.in < ret->source.n; fold_quick(&j))
		fold_slowly(&j);
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
