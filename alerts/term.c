#include "term.h"

#include "ascii.h"
#include "buf.h"
#include "mem.h"
#include "pattern.h"

#include <string.h>

#define SMART_MIN 2 /* letters of a term that smart case takes for an abbreviation */
#define SMART_MAX 5

/* ---- cutting ---- */

size_t
term_space(struct str s)
{
	uint32_t c;
	size_t used;

	if (s.n == 0)
		return 0;
	if ((unsigned char)s.p[0] < 0x80)
		return str_is_space(s.p[0]);
	used = script_decode(s.p, s.n, &c);
	return script_plain(c) == ' ' ? used : 0;
}

/* What editors and the web leave in files; joiners and the like belong to words. */
static bool
is_unseen(uint32_t c)
{
	return c == 0x200b || c == 0x200e || c == 0x200f || c == 0x2060 || c == 0xfeff;
}

size_t
term_blank(struct str s)
{
	size_t n = 0;

	while (n < s.n) {
		uint32_t c;
		size_t used = script_decode(s.p + n, s.n - n, &c);

		if (!term_space(str_sub(s, n, s.n)) && !is_unseen(c))
			break;
		n += used;
	}
	return n;
}

struct str
term_trim(struct str s)
{
	s = str_sub(s, term_blank(s), s.n);
	while (s.n) {
		size_t last = script_back(s.p, s.n);

		if (!term_blank(str_sub(s, last, s.n)))
			break;
		s.n = last;
	}
	return s;
}

static const struct str quotes[] = {
	STR_INIT("\""), STR_INIT("\xc2\xab"), STR_INIT("\xc2\xbb"), STR_INIT("\xe2\x80\x9c"),
	STR_INIT("\xe2\x80\x9d"), STR_INIT("\xe2\x80\x9e"), STR_INIT("\xe2\x80\x9f"),
	STR_INIT("\xef\xbc\x82"), /* full width */
};

size_t
term_quote(struct str s)
{
	for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
		if (str_starts(s, quotes[i]))
			return quotes[i].n;
	return 0;
}

size_t
term_quoted(struct str s, struct arena *arena, struct str *body)
{
	size_t open = term_quote(s), at = open;
	char *to = arena_bytes(arena, s.n), *p = to;
	bool plain = open == 1; /* then typographic quotes may stand inside */

	while (at < s.n) {
		size_t close = term_quote(str_sub(s, at, s.n));

		if (close && (close == 1 || !plain)) {
			size_t again = term_quote(str_sub(s, at + close, s.n));

			if (close != 1 || again != 1) {
				*body = str_n(to, (size_t)(p - to));
				return at + close;
			}
			*p++ = '"';
			at += 2;
			continue;
		}
		*p++ = s.p[at++];
	}
	return 0;
}

/* The first slash from i on that no backslash stands before; s.n or more: there is none. */
static size_t
next_slash(struct str s, size_t i)
{
	while (i < s.n && s.p[i] != '/')
		i += s.p[i] == '\\' ? 2 : 1;
	return i;
}

size_t
term_regex(struct str s, const char *ends, struct str *body, bool *caseless)
{
	for (size_t i = next_slash(s, 1); i < s.n; i = next_slash(s, i + 1)) {
		size_t end = i + 1;

		*caseless = end < s.n && s.p[end] == 'i';
		end += *caseless;
		if (end < s.n && !strchr(ends, s.p[end]) && !term_space(str_sub(s, end, s.n)))
			continue;
		*body = str_sub(s, 1, i);
		return end;
	}
	return 0;
}

struct str
term_regex_flags(struct str s, const char *ends)
{
	for (size_t i = next_slash(s, 1); i < s.n; i = next_slash(s, i + 1)) {
		size_t end = i + 1;

		while (end < s.n && ascii_is_letter(s.p[end]))
			end++;
		if (end > i + 1 &&
		    (end == s.n || strchr(ends, s.p[end]) || term_space(str_sub(s, end, s.n))))
			return str_sub(s, i + 1, end);
	}
	return STR("");
}

/* ---- understanding ---- */

static bool
is_smart(struct str normal)
{
	size_t letters = 0;

	for (size_t i = 0; i < normal.n;) {
		uint32_t c;

		i += script_decode(normal.p + i, normal.n - i, &c);
		if (!script_is_upper(c))
			return false;
		letters++;
	}
	return letters >= SMART_MIN && letters <= SMART_MAX;
}

static bool
is_capitals(struct str normal)
{
	bool upper = false;

	for (size_t i = 0; i < normal.n;) {
		uint32_t c;

		i += script_decode(normal.p + i, normal.n - i, &c);
		if (script_is_lower(c))
			return false;
		upper = upper || script_is_upper(c);
	}
	return upper;
}

static bool
fault_diag(const struct term_source *source, enum pattern_fault fault, struct diags *diags)
{
	switch (fault) {
	case PATTERN_FINE:
		return true;
	case PATTERN_EMPTY:
		diag_add(diags, DIAG_ERROR, source->at,
		    STR("a term needs a letter, a digit or a symbol such as an emoji"),
		    "'%.*s' gives no term", STR_ARG(source->written));
		return false;
	case PATTERN_SHORT_STAR:
		diag_add(diags, DIAG_ERROR, source->at,
		    STR("write more of the word: '*' stands for the rest of a word"),
		    "'*' after fewer than %d characters in '%.*s'", PATTERN_STAR_MIN,
		    STR_ARG(source->written));
		return false;
	}
	return false;
}

static bool
has_letter(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c;

		i += script_decode(s.p + i, s.n - i, &c);
		if (script_is_letter(c) || script_is_symbol(c))
			return true;
	}
	return false;
}

/* Is a sign dropped that stands alone, with nothing but numbers left?  folded: the whole term. */
static bool
is_bare_number(const struct term *t, struct str folded)
{
	size_t pieces = 0, kept = 1;
	bool inside = false;

	for (size_t i = 0; i < folded.n; i++) {
		bool space = str_is_space(folded.p[i]);

		pieces += !space && !inside;
		inside = !space;
	}
	for (size_t i = 0; i < t->key.n; i++)
		kept += t->key.p[i] == PATTERN_GAP;
	return pieces > kept && !has_letter(t->key);
}

static void
warn(const struct term *t, struct str folded, struct diags *diags)
{
	uint32_t c;
	size_t used = script_decode(t->key.p, t->key.n, &c);

	if (is_bare_number(t, folded))
		diag_add(diags, DIAG_WARNING, t->at,
		    STR("a sign belongs to a word without a space between them: 5%"),
		    "a sign alone is no word: '%.*s' is any such number", STR_ARG(t->written));
	else if (used == t->key.n && !script_is_symbol(c))
		diag_add(diags, DIAG_WARNING, t->at, STR("a longer name would be surer"),
		    "'%.*s' is a single character", STR_ARG(t->written));
	if (t->name.n > 1 && t->name.p[0] == '*')
		diag_add(diags, DIAG_WARNING, t->at,
		    STR("only the end of a word can be left open: word*"),
		    "'*' at the start of '%.*s' is an ordinary character", STR_ARG(t->written));
}

static bool
make_words(const struct term_source *source, struct folder *f, struct arena *arena,
    struct diags *diags, struct term *ret)
{
	struct str normal = fold_str(f, source->body, FOLD_NORMAL, arena);
	struct str folded = fold_str(f, source->body, FOLD_FOLDED, arena);
	char *key = arena_bytes(arena, folded.n + 1), *pattern = key;
	size_t key_n, pattern_n;
	enum pattern_fault fault = pattern_make(folded, key, &key_n);

	ret->smart = source->sigil == 0 && is_smart(term_trim(normal));
	ret->exact = ret->smart || source->sigil == '=';
	ret->capitals = ret->exact && is_capitals(normal);
	pattern_n = key_n;
	if (!fault && ret->exact) {
		pattern = arena_bytes(arena, normal.n + 1);
		fault = pattern_make(normal, pattern, &pattern_n);
	}
	if (!fault_diag(source, fault, diags))
		return false;
	ret->key = str_n(key, key_n);
	ret->pattern = str_n(pattern, pattern_n);
	warn(ret, folded, diags);
	return true;
}

/* A typographic apostrophe or a long dash in a regex finds nothing: those of the text are plain. */
static void
warn_regex(
    const struct term_source *source, struct folder *f, struct arena *arena, struct diags *diags)
{
	struct str normal = fold_str(f, source->body, FOLD_NORMAL, arena);

	if (!str_eq(normal, source->body))
		diag_add(diags, DIAG_WARNING, source->at,
		    str_fmt(
			diags->arena, "in the normalised text these are: %.*s", STR_ARG(normal)),
		    "some characters of '%.*s' are never found", STR_ARG(source->written));
}

bool
term_make(const struct term_source *source, struct folder *f, struct arena *arena,
    struct diags *diags, struct term *ret)
{
	*ret = (struct term){ .written = source->written,
		.name = source->regex ? source->written : term_trim(source->body),
		.at = source->at };
	if (source->written.n > TERM_MAX) {
		diag_add(diags, DIAG_ERROR, source->at, STR(""),
		    "a term of %zu bytes; at most %zu are possible", source->written.n, TERM_MAX);
		return false;
	}
	if (source->regex) {
		ret->kind = TERM_REGEX;
		ret->caseless = source->caseless;
		ret->pattern = ret->key = source->body;
		if (source->body.n == 0)
			diag_add(
			    diags, DIAG_ERROR, source->at, STR(""), "an empty regular expression");
		warn_regex(source, f, arena, diags);
		return source->body.n > 0;
	}
	if (source->address) {
		ret->kind = TERM_ADDRESS;
		ret->pattern = fold_str(f, source->body, FOLD_FOLDED, arena);
		while (ret->pattern.n && ret->pattern.p[ret->pattern.n - 1] == '*')
			ret->pattern.n--;
		ret->key = ret->pattern;
		if (ret->pattern.n == 0)
			return fault_diag(source, PATTERN_EMPTY, diags);
		return true;
	}
	return make_words(source, f, arena, diags, ret);
}

struct str
term_describe(const struct term *term, struct arena *arena)
{
	const char *letters = term->exact ? "exact case" : "any case", *words = "whole word";
	size_t pieces = 1, back;
	enum char_class first, last;
	uint32_t c;

	if (term->kind == TERM_REGEX)
		return str_fmt(
		    arena, "regular expression, %s", term->caseless ? "any case" : "exact case");
	if (term->kind == TERM_ADDRESS)
		return STR("any part of the address");
	if (pattern_is_symbol(term->pattern))
		return STR("symbol, wherever it stands");
	script_decode(term->pattern.p, term->pattern.n, &c);
	first = script_class(c);
	back = script_back(term->pattern.p, term->pattern.n);
	script_decode(term->pattern.p + back, term->pattern.n - back, &c);
	last = script_class(c);
	for (size_t i = 0; i < term->pattern.n; i++)
		pieces += term->pattern.p[i] == PATTERN_GAP;
	if (first == CHAR_UNSPACED && last == CHAR_UNSPACED && pieces == 1)
		return STR("anywhere in the text");
	if (last == CHAR_HANGUL && pieces == 1)
		words = "start of a word";
	if (memchr(term->pattern.p, PATTERN_STAR, term->pattern.n))
		words = pieces > 1 ? "words in a row, open at the *" : "start of a word";
	else if (pieces > 1)
		words = "words in a row";
	if (term->smart)
		return str_fmt(arena,
		    "exact case (written in capitals; ~%.*s asks for any case), %s",
		    STR_ARG(term->name), words);
	if (term->exact)
		return str_fmt(arena, "exact case and accents, %s", words);
	return str_fmt(arena, "%s, %s", letters, words);
}

/* Could it be misread without quotes in an expression? */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && (i == 0 || !strchr(".&#+-'*", s.p[i])))
			return false;
	}
	return s.n > 0 && !str_eq_c(s, "AND") && !str_eq_c(s, "OR") && !str_eq_c(s, "NOT") &&
	       !str_starts(s, STR("NEAR")) && !str_starts(s, STR("BEFORE")) &&
	       !str_starts(s, STR("ATLEAST"));
}

struct str
term_print(const struct term *term, struct arena *arena)
{
	size_t sigil = !term->smart && term->kind == TERM_WORDS && term->written.n &&
		       (term->written.p[0] == '=' || term->written.p[0] == '~');
	struct buf b;
	struct str ret;

	if (term->kind == TERM_REGEX)
		return term->written;
	if (is_plain(term->name))
		return str_fmt(arena, "%.*s%.*s", (int)sigil, term->written.p, STR_ARG(term->name));
	buf_init(&b, 2 * TERM_MAX + 4);
	buf_add(&b, str_sub(term->written, 0, sigil));
	buf_add_char(&b, '"');
	for (size_t i = 0; i < term->name.n; i++) {
		if (term->name.p[i] == '"')
			buf_add_char(&b, '"');
		buf_add_char(&b, term->name.p[i]);
	}
	buf_add_char(&b, '"');
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}
