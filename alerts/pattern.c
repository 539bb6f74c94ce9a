#include "pattern.h"

#include <string.h>

/* ---- making ---- */

static size_t
next_char(struct str s, size_t at, uint32_t *c)
{
	return script_decode(s.p + at, s.n - at, c);
}

static enum char_class
class_at(struct str s, size_t at)
{
	uint32_t c;

	if (at >= s.n)
		return CHAR_OTHER;
	next_char(s, at, &c);
	return script_class(c);
}

static enum char_class
class_before(struct str s, size_t at)
{
	return at == 0 ? CHAR_OTHER : class_at(s, script_back(s.p, at));
}

static bool
has_class(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c;

		i += next_char(s, i, &c);
		if (script_class(c) != CHAR_OTHER)
			return true;
	}
	return false;
}

static bool
has_symbol(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c;

		i += next_char(s, i, &c);
		if (script_is_symbol(c))
			return true;
	}
	return false;
}

static bool
is_ascii_symbol(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!memchr("$+<=>^`|~", s.p[i], 9))
			return false;
	return s.n > 0;
}

size_t
pattern_single_letter(const char *p, size_t n, size_t at)
{
	struct str s = { p, n };
	uint32_t c;
	size_t used;

	if (at >= n)
		return 0;
	used = next_char(s, at, &c);
	if (!script_is_letter(c) || script_class(c) != CHAR_WORD || script_is_two(c))
		return 0;
	if (class_before(s, at) != CHAR_OTHER || class_at(s, at + used) != CHAR_OTHER)
		return 0;
	return used;
}

bool
pattern_dotted(const struct folded *t, size_t at)
{
	size_t used = pattern_single_letter(t->p, t->n, at);

	return used && at + used < t->n && t->p[at + used] == '.' &&
	       pattern_single_letter(t->p, t->n, at + used + 1);
}

bool
pattern_follows_initial(const struct folded *t, size_t at)
{
	return at >= 2 && t->p[at - 1] == '.' &&
	       pattern_single_letter(t->p, t->n, script_back(t->p, at - 1));
}

/* The dot at `at` stands behind a single letter of an initialism. */
static bool
is_initial_dot(struct str piece, size_t at)
{
	return at > 0 && pattern_single_letter(piece.p, piece.n, script_back(piece.p, at));
}

static size_t
count_chars(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* One piece, between white space. */
static enum pattern_fault
add_piece(struct str piece, char *out, size_t *n)
{
	for (size_t i = 0; i < piece.n; i++) {
		char c = piece.p[i];
		bool inner = i > 0 && i + 1 < piece.n;
		bool ends_word = i + 1 == piece.n || piece.p[i + 1] == '-';

		if (c == '*' && i > 0 && ends_word) {
			enum char_class before = class_before(piece, i);

			if (before == CHAR_UNSPACED || before == CHAR_HANGUL)
				continue; /* their words are open at the end anyway */
			if (count_chars(str_sub(piece, 0, i)) < PATTERN_STAR_MIN)
				return PATTERN_SHORT_STAR;
			c = PATTERN_STAR;
		} else if (c == '*' && ends_word)
			return PATTERN_SHORT_STAR;
		else if (c == '-' && inner && piece.p[i - 1] != '-' && piece.p[i + 1] != '-')
			c = PATTERN_HYPHEN;
		else if (c == '&' && inner)
			c = PATTERN_AMP;
		else if (c == '.' && is_initial_dot(piece, i))
			c = PATTERN_DOT;
		out[(*n)++] = c;
	}
	return PATTERN_FINE;
}

static struct str
closing_stripped(struct str piece)
{
	struct str s = piece;

	while (s.n && (s.p[s.n - 1] == '!' || s.p[s.n - 1] == '?'))
		s.n--;
	return has_class(s) ? s : piece;
}

/* Cuts the next piece off *text; an empty one at the end. */
static struct str
next_piece(struct str *text)
{
	size_t n = 0;
	struct str piece;

	while (text->n && str_is_space(text->p[0]))
		*text = str_sub(*text, 1, text->n);
	while (n < text->n && !str_is_space(text->p[n]))
		n++;
	piece = str_sub(*text, 0, n);
	*text = str_sub(*text, n, text->n);
	return piece;
}

enum pattern_fault
pattern_make(struct str text, char *out, size_t *n)
{
	bool words = has_class(text), symbols = has_symbol(text);
	struct str rest = text;

	*n = 0;
	for (struct str piece = next_piece(&rest); piece.n; piece = next_piece(&rest)) {
		enum pattern_fault fault;
		bool stands = has_class(piece) || has_symbol(piece) ||
			      (!words && !symbols && is_ascii_symbol(piece));

		if (!stands && piece.n == 1 && piece.p[0] == '*')
			return PATTERN_SHORT_STAR;
		if (!stands)
			continue;
		if (*n)
			out[(*n)++] = PATTERN_GAP;
		fault = add_piece(closing_stripped(piece), out, n);
		if (fault)
			return fault;
	}
	return *n ? PATTERN_FINE : PATTERN_EMPTY;
}

bool
pattern_is_symbol(struct str pattern)
{
	return !has_class(pattern);
}

/* ---- matching ---- */

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
	if (lead) {
		struct str piece = str_sub(w->pattern, w->i, w->i + lead);
		bool alone =
		    w->i + lead == w->pattern.n || w->pattern.p[w->i + lead] == PATTERN_GAP;
		size_t found = str_find(str_n(t->p + from, to - from), piece);

		if (!alone)
			found = to - from >= lead ? to - from - lead : STR_NONE;
		if (found == STR_NONE)
			return false;
		w->at = from + found;
		return true;
	}
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
	size_t used = next_char(pattern, 0, &c);

	return script_is_letter(c) && used < pattern.n && pattern.p[used] == PATTERN_DOT;
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
