/* Text in capitals: there an abbreviation cannot be told from a word. */
#include "judge.h"

#include "mem.h"

#include <string.h>

#define WINDOW 300 /* bytes that are looked at on either side */
#define WORDS_MAX (2 * WINDOW + 2)
#define RUN_MIN 3   /* other words in a row, all capitals, not all of them abbreviations */
#define SHARE_MIN 2 /* other words, when nearly all letters around are capitals */
#define SHARE_PERCENT 85
#define ABBREVIATION_MAX 5 /* letters */

/* Never abbreviations. */
static const struct str small_words[] = {
	STR_INIT("THE"),
	STR_INIT("AND"),
	STR_INIT("OF"),
	STR_INIT("TO"),
	STR_INIT("FOR"),
	STR_INIT("ON"),
	STR_INIT("IN"),
	STR_INIT("WITH"),
	STR_INIT("FROM"),
	STR_INIT("BY"),
	STR_INIT("NO"),
	STR_INIT("NOT"),
	STR_INIT("ARE"),
	STR_INIT("NEW"),
	STR_INIT("ALL"),
	STR_INIT("MORE"),
	STR_INIT("THIS"),
	STR_INIT("YOU"),
	STR_INIT("YOUR"),
	STR_INIT("OUR"),
	STR_INIT("DER"),
	STR_INIT("DIE"),
	STR_INIT("DAS"),
	STR_INIT("UND"),
	STR_INIT("DE"),
	STR_INIT("LE"),
	STR_INIT("LES"),
	STR_INIT("DES"),
	STR_INIT("EL"),
	STR_INIT("LOS"),
	STR_INIT("DEL"),
	STR_INIT("IL"),
	STR_INIT("NA"),
	STR_INIT("НА"),
	STR_INIT("НЕ"),
};

struct shout_word {
	size_t start, end;
	unsigned upper, lower;
};

struct surroundings {
	struct str text; /* the window */
	struct shout_word v[WORDS_MAX];
	size_t n;
	size_t before; /* words before the hit; the others stand behind it */
};

/* The block's part around the hit, at most WINDOW bytes on either side. */
static struct str
window(struct str text, size_t *start, size_t *end)
{
	size_t from = *start, to = *end;

	while (from > 0 && text.p[from - 1] != '\n' && *start - from < WINDOW)
		from--;
	while (to < text.n && text.p[to] != '\n' && to - *end < WINDOW)
		to++;
	while (from < *start && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++; /* not within a character */
	*start -= from;
	*end -= from;
	return str_sub(text, from, to);
}

static void
cut_words(struct surroundings *s, size_t from, size_t to)
{
	struct shout_word w = { 0 };
	bool inside = false;

	for (size_t at = from; at < to;) {
		uint32_t c;
		size_t used = script_decode(s->text.p + at, s->text.n - at, &c);
		bool letter = script_is_letter(c);

		if (letter && !inside) {
			w = (struct shout_word){ .start = at };
			inside = true;
		} else if (inside && !letter && c != '\'' && c != 0x2019) {
			w.end = at;
			inside = false;
			if (w.upper + w.lower)
				s->v[s->n++] = w;
		}
		w.upper += script_is_upper(c);
		w.lower += script_is_lower(c);
		at += used;
	}
	if (inside && w.upper + w.lower) {
		w.end = to;
		s->v[s->n++] = w;
	}
}

static bool
is_capital(const struct shout_word *w)
{
	return w->upper >= 4 * w->lower;
}

/* A sign that parts the members of a list stands between a and b. */
static bool
has_separator(struct str text, size_t a, size_t b)
{
	for (size_t i = a; i < b; i++)
		if (strchr(",;/|()&", text.p[i]))
			return true;
	return false;
}

/* "DHS, CBP, FBI": abbreviations side by side are a list, not a shout. */
static bool
is_listed(const struct surroundings *s, size_t i, size_t start, size_t end)
{
	const struct shout_word *w = &s->v[i];
	size_t left = i > 0 ? s->v[i - 1].end : 0;
	size_t right = i + 1 < s->n ? s->v[i + 1].start : s->text.n;

	if (i == s->before)
		left = end;
	if (i + 1 == s->before)
		right = start;
	return w->lower == 0 && w->upper <= ABBREVIATION_MAX &&
	       (has_separator(s->text, left, w->start) || has_separator(s->text, w->end, right));
}

static bool
all_listed(const struct surroundings *s, size_t from, size_t to, size_t start, size_t end)
{
	for (size_t i = from; i < to; i++)
		if (!is_listed(s, i, start, end))
			return false;
	return true;
}

/* A word that is no abbreviation: a long one, or one of the small ones of every sentence. */
static bool
has_plain_word(const struct surroundings *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		struct str w = str_sub(s->text, s->v[i].start, s->v[i].end);

		if (s->v[i].upper + s->v[i].lower > ABBREVIATION_MAX)
			return true;
		for (size_t k = 0; k < ARRAY_LEN(small_words); k++)
			if (str_eq(w, small_words[k]))
				return true;
	}
	return false;
}

bool
shout_surrounds(struct str text, size_t start, size_t end)
{
	struct surroundings s = { 0 };
	unsigned upper = 0, lower = 0;
	size_t from, to;

	s.text = window(text, &start, &end);
	cut_words(&s, 0, start);
	s.before = s.n;
	cut_words(&s, end, s.text.n);
	for (from = s.before; from > 0 && is_capital(&s.v[from - 1]);)
		from--;
	for (to = s.before; to < s.n && is_capital(&s.v[to]);)
		to++;
	if (to - from >= RUN_MIN && has_plain_word(&s, from, to) &&
	    !all_listed(&s, from, to, start, end))
		return true;
	for (size_t i = 0; i < s.n; i++) {
		upper += s.v[i].upper;
		lower += s.v[i].lower;
	}
	return s.n >= SHARE_MIN && upper * 100 >= SHARE_PERCENT * (upper + lower) &&
	       !all_listed(&s, 0, s.n, start, end);
}
