#include "initials.h"

#include "pattern.h"

#include <string.h>

#define LETTER_MAX 4   /* bytes of one letter */
#define LETTERS_MAX 32 /* of an initialism */

bool
initials_begin(const struct folded *t, const struct words *w, size_t i)
{
	const struct word *v = &w->v[i];

	return v->end - v->start <= LETTER_MAX && t->p[v->end] == '.' &&
	       !pattern_follows_initial(t, v->start);
}

bool
initials_word(const struct folded *t, const struct words *w, size_t i, uint64_t *hash, size_t *next)
{
	char letters[LETTERS_MAX * LETTER_MAX + FOLD_PAD] = { 0 };
	size_t n = 0, from = i;

	if (w->v[i].end >= t->n || t->p[w->v[i].end] != '.' || !pattern_dotted(t, w->v[i].start))
		return false;
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
	*hash = words_hash(letters, n);
	*next = i;
	return true;
}
