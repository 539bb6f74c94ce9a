/* A pattern against a text, at one place. */
#include "pattern_inside.h"

#include <string.h>

/* Where the matching of one pattern stands. */
struct walk {
	struct str pattern;
	const struct folded *t;
	size_t i, at;           /* next in the pattern, in the text */
	unsigned letters, dots; /* of the text's initialism since the pattern's word began */
	bool takes, asked;      /* an initialism's last dot before one of the pattern's own */
};

static size_t
skip_spaces(const struct folded *t, size_t at)
{
	while (at < t->n && t->p[at] == ' ')
		at++;
	return at;
}

static bool
is_mark(char c)
{
	return c > 0 && c < PATTERN_MARKS;
}

/* The literal punctuation that stands in the pattern from i on. */
static size_t
punctuation_length(struct str pattern, size_t i)
{
	size_t start = i;

	while (i < pattern.n && !is_mark(pattern.p[i]) && class_at(pattern, i) == CHAR_OTHER) {
		uint32_t c;

		i += next_char(pattern, i, &c);
	}
	return i - start;
}

/* Where the pattern's run of signs from i on ends when it begins at `at` of the text, SIZE_MAX when
 * it does not.  *word: a word follows it in the pattern. */
static size_t
signs_end(struct str pattern, size_t i, const struct folded *t, size_t at, bool *word)
{
	for (*word = false; i < pattern.n;) {
		uint32_t c;
		size_t used = 1;

		switch (pattern.p[i]) {
		case PATTERN_GAP:
		case PATTERN_STAR:
			return at;
		case PATTERN_HYPHEN:
			if (at >= t->n || (t->p[at] != '-' && t->p[at] != ' '))
				return SIZE_MAX;
			at = t->p[at] == '-' ? at + 1 : skip_spaces(t, at);
			break;
		case PATTERN_AMP:
			at = skip_spaces(t, at);
			if (at >= t->n || t->p[at] != '&')
				return SIZE_MAX;
			at = skip_spaces(t, at + 1);
			break;
		default:
			*word = class_at(pattern, i) != CHAR_OTHER;
			if (*word)
				return at;
			used = next_char(pattern, i, &c);
			if (t->n - at < used || memcmp(t->p + at, pattern.p + i, used) != 0)
				return SIZE_MAX;
			at += used;
			break;
		}
		i += used;
	}
	return at;
}

/* Spaces and punctuation, as many as there are; what the next piece begins with is left. */
static bool
match_gap(struct walk *w)
{
	const struct folded *t = w->t;
	size_t from = w->at, to = from, lead = punctuation_length(w->pattern, w->i);

	while (to < t->n && t->p[to] != '\n' && folded_class_at(t, to) == CHAR_OTHER) {
		uint32_t c;

		to += script_decode(t->p + to, t->n - to, &c);
	}
	for (size_t at = from; lead && at <= to; at++) {
		bool word;
		size_t end = signs_end(w->pattern, w->i, t, at, &word);

		if (end == SIZE_MAX || (word && end != to))
			continue;
		w->at = at;
		return true;
	}
	if (lead)
		return false;
	if (to == from && folded_class_before(t, from) != CHAR_UNSPACED &&
	    folded_class_at(t, from) != CHAR_UNSPACED && folded_class_before(t, from) != CHAR_OTHER)
		return false;
	w->at = to;
	return true;
}

/* Is the dot at `at` of the text the initialism's own?  Where the pattern goes on with a dot, both
 * ways are tried. */
static bool
is_last_dot(struct walk *w, size_t at)
{
	if (folded_class_at(w->t, at + 1) != CHAR_OTHER)
		return false;
	if (w->i >= w->pattern.n || w->pattern.p[w->i] != '.')
		return true;
	w->asked = true;
	return w->takes;
}

/* The pattern's word is over: an initialism of the text must be over too, and takes its last dot.
 */
static bool
end_dots(struct walk *w)
{
	const struct folded *t = w->t;

	if (w->dots) {
		if (w->dots + 1 != w->letters)
			return false;
		if (w->at < t->n && t->p[w->at] == '.') {
			if (pattern_single_letter(t->p, t->n, w->at + 1))
				return false;
			if (is_last_dot(w, w->at))
				w->at++;
		}
	}
	w->letters = w->dots = 0;
	return true;
}

static bool
match_mark(struct walk *w, char mark)
{
	const struct folded *t = w->t;

	if (mark == PATTERN_STAR && w->dots) /* an initialism is not open at its end */
		return false;
	if (!end_dots(w))
		return false;
	switch ((enum pattern_mark)mark) {
	case PATTERN_GAP:
		return match_gap(w);
	case PATTERN_HYPHEN:
		if (w->at < t->n && t->p[w->at] == '-') {
			w->at++;
			return true;
		}
		if (w->at >= t->n || t->p[w->at] != ' ')
			return false;
		w->at = skip_spaces(t, w->at);
		return true;
	case PATTERN_AMP:
		w->at = skip_spaces(t, w->at);
		if (w->at >= t->n || t->p[w->at] != '&')
			return false;
		w->at++;
		if (w->i == w->pattern.n || w->pattern.p[w->i] != PATTERN_STAR)
			w->at = skip_spaces(t, w->at); /* a star opens what stands right behind */
		return true;
	case PATTERN_STAR:
		for (enum char_class k = folded_class_at(t, w->at);
		     k == CHAR_WORD || k == CHAR_HANGUL; k = folded_class_at(t, w->at)) {
			uint32_t c;

			w->at += script_decode(t->p + w->at, t->n - w->at, &c);
		}
		return true;
	case PATTERN_DOT:
		if (w->at >= t->n || t->p[w->at] != '.')
			return false;
		w->at++;
		if (w->i < w->pattern.n && class_at(w->pattern, w->i) != CHAR_OTHER)
			w->at = skip_spaces(t, w->at);
		return true;
	case PATTERN_MARKS:
		break;
	}
	return false;
}

/* One character of the pattern, which the text may have set apart by dots. */
static bool
match_char(struct walk *w, size_t used, enum char_class class)
{
	const struct folded *t = w->t;

	if (class == CHAR_OTHER && !end_dots(w))
		return false;
	if (class == CHAR_WORD && w->letters && w->at < t->n && t->p[w->at] == '.' &&
	    w->dots + 1 == w->letters && w->pattern.p[w->i] != '.') {
		size_t before = script_back(t->p, w->at);

		if (!pattern_single_letter(t->p, t->n, before) ||
		    !pattern_single_letter(t->p, t->n, w->at + 1) ||
		    (w->dots == 0 && pattern_follows_initial(t, before)))
			return false;
		w->at++;
		w->dots++;
	} else if (w->dots)
		return false;
	if (t->n - w->at < used || memcmp(t->p + w->at, w->pattern.p + w->i, used) != 0)
		return false;
	w->at += used;
	w->i += used;
	w->letters = class == CHAR_WORD ? w->letters + 1 : 0;
	return true;
}

static bool
right_edge(const struct folded *t, size_t end)
{
	enum char_class last = folded_class_before(t, end), next = folded_class_at(t, end);

	return next != CHAR_WORD || last == CHAR_UNSPACED || last == CHAR_HANGUL;
}

static bool
left_edge(const struct folded *t, size_t at)
{
	enum char_class first = folded_class_at(t, at), before = folded_class_before(t, at);

	return before == CHAR_OTHER || before == CHAR_UNSPACED || first == CHAR_UNSPACED;
}

static bool
starts_initials(struct str pattern)
{
	uint32_t c;
	size_t used;

	if (script_is_ascii_word(pattern.p[0]) && (pattern.n == 1 || pattern.p[1] != PATTERN_DOT))
		return false;
	used = next_char(pattern, 0, &c);
	return script_is_letter(c) && used < pattern.n && pattern.p[used] == PATTERN_DOT;
}

/*
 * The plain characters that both have in common, and single spaces in gaps: what match_char and
 * match_gap say of them, quickly.  True when it went over a gap.
 */
static inline bool
match_plain(struct walk *w)
{
	const struct str p = w->pattern;
	const char *t = w->t->p; /* zeros are behind it */
	size_t i = w->i, at = w->at, letters = w->letters;
	bool gap = false;

	if (w->dots)
		return false;
	for (;; gap = true) {
		size_t from = i;

		while (i < p.n && p.p[i] == t[at] && script_is_ascii_word(p.p[i])) {
			i++;
			at++;
		}
		letters += i - from;
		if (i + 1 >= p.n || p.p[i] != PATTERN_GAP || t[at] != ' ' ||
		    !script_is_ascii_word(p.p[i + 1]) || !script_is_ascii_word(t[at + 1]))
			break;
		i++;
		at++;
		letters = 0;
	}
	w->i = i;
	w->at = at;
	w->letters = (unsigned)letters;
	return gap;
}

/* From the start of *w on. */
static bool
walk_all(struct walk *w, size_t *end)
{
	struct str pattern = w->pattern;
	bool symbol = pattern_is_symbol(pattern), dotted = starts_initials(pattern);
	bool first = true; /* still in the first word */
	size_t at = w->at;

	while (w->i < pattern.n) {
		uint32_t c;
		size_t used;

		if (match_plain(w))
			first = false;
		if (w->i == pattern.n)
			break;
		if (is_mark(pattern.p[w->i])) {
			first = false;
			if (!match_mark(w, pattern.p[w->i++]))
				return false;
			continue;
		}
		used = next_char(pattern, w->i, &c);
		if (!match_char(w, used, script_class(c)))
			return false;
		dotted = dotted || (first && w->dots);
		first = first && script_class(c) != CHAR_OTHER;
	}
	if (!end_dots(w) || (dotted && pattern_follows_initial(w->t, at)))
		return false;
	*end = w->at;
	return symbol || pattern.p[pattern.n - 1] == PATTERN_STAR || right_edge(w->t, w->at);
}

bool
pattern_at(struct str pattern, const struct folded *t, size_t at, size_t *end)
{
	struct walk w = { .pattern = pattern, .t = t, .at = at };
	bool asked;

	if (!pattern_is_symbol(pattern) && !left_edge(t, at))
		return false;
	if (walk_all(&w, end))
		return true;
	asked = w.asked;
	w = (struct walk){ .pattern = pattern, .t = t, .at = at, .takes = true };
	return asked && walk_all(&w, end);
}
