/* The way back from a folded text to its source, and what its characters are. */
#include "fold.h"

/* The last point at or before `at`, or NULL. */
static const struct fold_point *
point_of(const struct folded *t, size_t at)
{
	size_t low = 0, high = t->n_points;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->points[middle].out <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &t->points[low - 1] : NULL;
}

size_t
folded_start(const struct folded *t, size_t at)
{
	const struct fold_point *k = point_of(t, at);

	if (!k)
		return at;
	return k->whole ? k->in : k->in + (at - k->out);
}

size_t
folded_end(const struct folded *t, size_t at)
{
	const struct fold_point *k = point_of(t, at - 1);

	if (!k)
		return at;
	if (k->whole)
		return k + 1 < t->points + t->n_points ? (k + 1)->in : t->source.n;
	return k->in + (at - k->out);
}

size_t
folded_find(const struct folded *t, size_t source)
{
	size_t low = 0, high = t->n_points;
	const struct fold_point *k;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->points[middle].in <= source)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return source < t->n ? source : t->n;
	k = &t->points[low - 1];
	if (k->whole)
		return k->out;
	return k->out + (source - k->in) < t->n ? k->out + (source - k->in) : t->n;
}

enum char_class
folded_class_at(const struct folded *t, size_t at)
{
	uint32_t c;

	if (at >= t->n)
		return CHAR_OTHER;
	if (!(t->p[at] & 0x80)) /* most are */
		return script_is_ascii_word(t->p[at]) ? CHAR_WORD : CHAR_OTHER;
	script_decode(t->p + at, t->n - at, &c);
	return script_class(c);
}

enum char_class
folded_class_before(const struct folded *t, size_t at)
{
	if (at == 0)
		return CHAR_OTHER;
	return folded_class_at(t, t->p[at - 1] & 0x80 ? script_back(t->p, at) : at - 1);
}
