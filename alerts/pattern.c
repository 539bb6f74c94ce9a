#include "pattern_inside.h"

#include <string.h>

/* ---- making ---- */

static enum char_class
class_before(struct str s, size_t at)
{
	if (at == 0)
		return CHAR_OTHER;
	return class_at(s, s.p[at - 1] & 0x80 ? script_back(s.p, at) : at - 1);
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

/* Bytes of the letter at p[at], which is not one that becomes two; 0: it is none. */
static inline size_t
letter_length(struct str s, size_t at)
{
	uint32_t c;
	size_t used;

	if (!(s.p[at] & 0x80))
		return (unsigned char)((s.p[at] | 32) - 'a') < 26;
	used = next_char(s, at, &c);
	return script_is_letter(c) && script_class(c) == CHAR_WORD && !script_is_two(c) ? used : 0;
}

size_t
pattern_single_letter(const char *p, size_t n, size_t at)
{
	struct str s = { p, n };
	size_t used = at < n ? letter_length(s, at) : 0;

	return used && class_before(s, at) == CHAR_OTHER && class_at(s, at + used) == CHAR_OTHER
		   ? used
		   : 0;
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
	return !(pattern.n && script_is_ascii_word(*pattern.p)) && !has_class(pattern);
}

/* ---- its words ---- */

bool
pattern_next_word(struct str s, size_t *at, struct pattern_word *ret)
{
	enum char_class class = CHAR_OTHER;
	uint32_t c;

	while (*at < s.n && (class = class_at(s, *at)) == CHAR_OTHER)
		*at += next_char(s, *at, &c);
	if (*at >= s.n)
		return false;
	ret->start = *at;
	*at += next_char(s, *at, &c);
	while (class != CHAR_UNSPACED && *at < s.n && class_at(s, *at) == class)
		*at += next_char(s, *at, &c);
	ret->end = *at;
	ret->open = (*at < s.n && s.p[*at] == PATTERN_STAR) || (class == CHAR_HANGUL && *at == s.n);
	return true;
}

struct str
pattern_sure_part(struct str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == PATTERN_STAR && class_before(s, i) == CHAR_OTHER)
			return str_sub(s, 0, i);
	return s;
}
