/*
 * "Acme to cut 400 jobs" and "Apex to cut 250 jobs" are two stories, though nearly all of their
 * words are the same: a sentence that is written again and again, with another name in a slot.
 */
#include "story_parts.h"

#include <string.h>

#define WORDS_MIN 4   /* of a title, to be a sentence at all */
#define LENGTHS_MAX 2 /* words by which two titles of one template differ in length */
#define SAME_MIN 3    /* words in common */
#define SAME_PER_OTHER 1.5
#define SLOT_WORDS 3 /* a name has at most so many */
#define SLOT_GRAMS 7 /* ... or so many pairs of characters */
/*
 * A name is in one headline in 50 at most, and about as rare as the rarest of what is shared: else
 * the titles share a name and only say something else of it.
 */
#define NAME_IDF 4.0
#define NAME_TO_SHARED 0.8

struct slot {
	const struct story_word *v;
	size_t n;
};

struct alignment {
	const struct story_idf *idf;
	const struct story_word *a, *b;
	size_t n_a, n_b;
	/* the longest common subsequence of a[i..] and b[j..] */
	uint8_t same[STORY_TITLE_WORDS_MAX + 1][STORY_TITLE_WORDS_MAX + 1];
	double shared; /* idf of the rarest word in common */
};

static void
align(struct alignment *l)
{
	memset(l->same, 0, sizeof(l->same));
	for (size_t i = l->n_a; i-- > 0;)
		for (size_t j = l->n_b; j-- > 0;) {
			uint8_t down = l->same[i + 1][j], right = l->same[i][j + 1];

			if (l->a[i].word == l->b[j].word)
				l->same[i][j] = l->same[i + 1][j + 1] + 1;
			else
				l->same[i][j] = down > right ? down : right;
		}
}

static bool
is_slot(struct slot s)
{
	size_t grams = 0;

	for (size_t i = 0; i < s.n; i++)
		grams += s.v[i].kind == WORD_GRAM;
	return s.n && s.n <= (grams == s.n ? SLOT_GRAMS : SLOT_WORDS);
}

static double
rarest(const struct story_idf *idf, struct slot s)
{
	double ret = 0;

	for (size_t i = 0; i < s.n; i++) {
		double v = s.v[i].kind == WORD_NUMBER ? 0 : story_idf(idf, s.v[i].word);

		ret = v > ret ? v : ret;
	}
	return ret;
}

/* CVE-2026-1234; 5 behind "season".  A bare number is a toll or a price, which change in one story.
 */
static bool
is_code(struct slot s, const struct story_word *before)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.v[i].kind == WORD_CODE ||
		    (i == 0 && s.v[i].kind == WORD_NUMBER && before && before->kind == WORD_LABEL))
			return true;
	return false;
}

static bool
are_two_names(
    const struct alignment *l, struct slot a, struct slot b, const struct story_word *before)
{
	double x = rarest(l->idf, a), y = rarest(l->idf, b), less = x < y ? x : y;

	if (is_code(a, before) && is_code(b, before))
		return true;
	return less >= NAME_IDF && less >= NAME_TO_SHARED * l->shared;
}

/* Walk both; each place where they part must be a slot, and one of them hold two names. */
static bool
walk(const struct alignment *l)
{
	size_t i = 0, j = 0;
	const struct story_word *before = NULL;
	bool names = false;

	while (i < l->n_a || j < l->n_b) {
		struct slot a = { l->a + i, 0 }, b = { l->b + j, 0 };

		while (i < l->n_a || j < l->n_b) {
			if (i < l->n_a && j < l->n_b && l->a[i].word == l->b[j].word)
				break;
			if (j >= l->n_b || (i < l->n_a && l->same[i + 1][j] >= l->same[i][j + 1]))
				i++, a.n++;
			else
				j++, b.n++;
		}
		if (a.n || b.n) {
			if (!is_slot(a) || !is_slot(b))
				return false;
			names = names || are_two_names(l, a, b, before);
		}
		if (i < l->n_a && j < l->n_b) {
			before = &l->a[i];
			i++, j++;
		}
	}
	return names;
}

bool
story_is_template(const struct story_idf *idf, const struct story_word *a, size_t n_a,
    const struct story_word *b, size_t n_b)
{
	struct alignment l = { .idf = idf, .a = a, .n_a = n_a, .b = b, .n_b = n_b };
	size_t longer = n_a > n_b ? n_a : n_b, shorter = n_a + n_b - longer, same;

	if (shorter < WORDS_MIN || longer - shorter > LENGTHS_MAX)
		return false;
	align(&l);
	same = l.same[0][0];
	if (same < SAME_MIN || (double)same < SAME_PER_OTHER * (double)(shorter - same))
		return false;
	for (size_t i = 0; i < n_a; i++)
		for (size_t j = 0; j < n_b; j++)
			if (a[i].word == b[j].word) {
				double v = story_idf(idf, a[i].word);

				l.shared = v > l.shared ? v : l.shared;
			}
	return walk(&l);
}
