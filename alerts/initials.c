#include "initials.h"

#include "pattern.h"

#include <string.h>

#define LETTER_MAX 4   /* bytes of one letter */
#define LETTERS_MAX 32 /* of an initialism */

/* A letter alone with a dot and a word behind it. */
static bool
is_initial(const struct folded *t, const struct word *v)
{
	size_t length = v->end - v->start;

	return length <= LETTER_MAX && t->p[v->end] == '.' && v[1].start == v->end + 1 &&
	       pattern_single_letter(t->p, t->n, v->start) == length;
}

bool
initials_next(const struct folded *t, const struct words *w, size_t *i)
{
	bool before = *i > 0 && is_initial(t, &w->v[*i - 1]);

	for (; *i < w->n; ++*i) {
		const struct word *v = &w->v[*i];
		bool initial = is_initial(t, v);

		if (initial && !(before && v->start == v[-1].end + 1))
			return true;
		before = initial;
	}
	return false;
}

static uint64_t
hash_letters(const struct folded *t, const struct words *w, size_t i, size_t *next)
{
	char letters[LETTERS_MAX * LETTER_MAX + FOLD_PAD] = { 0 };
	size_t n = 0, from = i;

	for (; i < w->n && i - from < LETTERS_MAX; i++) {
		size_t length = w->v[i].end - w->v[i].start;

		if (i > from &&
		    (w->v[i].start != w->v[i - 1].end + 1 || t->p[w->v[i - 1].end] != '.'))
			break;
		if (pattern_single_letter(t->p, t->n, w->v[i].start) != length)
			break;
		memcpy(letters + n, t->p + w->v[i].start, length);
		n += length;
	}
	*next = i;
	return words_hash(letters, n);
}

bool
initials_word(const struct folded *t, const struct words *w, size_t i, uint64_t *hash, size_t *next)
{
	if (w->v[i].end >= t->n || t->p[w->v[i].end] != '.' || !pattern_dotted(t, w->v[i].start))
		return false;
	*hash = hash_letters(t, w, i, next);
	return true;
}
