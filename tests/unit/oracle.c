#include "oracle.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LENGTH_MAX 4096 /* code points of a text */

struct text {
	int32_t v[LENGTH_MAX + 1]; /* 0 at the end */
	size_t n;
};

/* ---- what characters are ---- */

enum kind { OTHER, WORD, HANGUL, UNSPACED };

static bool
between(int32_t c, int32_t a, int32_t b)
{
	return c >= a && c <= b;
}

static enum kind
kind_of(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);
	bool letter = between(k, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_NO);

	if (!letter)
		return OTHER;
	if (between(c, 0xe01, 0xe4e) && c != 0xe3f)
		return UNSPACED;
	if (between(c, 0x3041, 0x30ff) || between(c, 0x3400, 0x9fff) || c == 0x3005 ||
	    between(c, 0x20000, 0x3ffff))
		return UNSPACED;
	if (between(c, 0x1100, 0x11ff) || between(c, 0xac00, 0xd7a3))
		return HANGUL;
	return WORD;
}

static bool
is_mark(int32_t c)
{
	return utf8proc_get_property(c)->combining_class != 0;
}

static bool
is_symbol(int32_t c)
{
	return c >= 0x80 &&
	       between(utf8proc_category(c), UTF8PROC_CATEGORY_SM, UTF8PROC_CATEGORY_SO);
}

static bool
is_letter(int32_t c)
{
	return between(utf8proc_category(c), UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
}

/* ---- forms of text ---- */

static void
decode(const char *p, size_t n, struct text *t)
{
	t->n = 0;
	while (n && t->n < LENGTH_MAX) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used =
		    utf8proc_iterate((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n, &c);

		if (used <= 0)
			abort();
		t->v[t->n++] = c;
		p += used;
		n -= (size_t)used;
	}
	t->v[t->n] = 0;
}

/* utf8proc over all of it. */
static void
transform(struct text *t, int options)
{
	int32_t out[LENGTH_MAX * 4];
	size_t m = 0;

	for (size_t i = 0; i < t->n; i++) {
		int boundary = 0;

		if (t->v[i] == 0x2122) /* a sign, not two letters */
			out[m++] = t->v[i];
		else
			m += (size_t)utf8proc_decompose_char(t->v[i], out + m, 32,
			    (utf8proc_option_t)(options & ~UTF8PROC_COMPOSE), &boundary);
	}
	for (size_t i = 1; i < m; i++) /* canonical order */
		for (size_t j = i; j > 0; j--) {
			int a = utf8proc_get_property(out[j - 1])->combining_class;
			int b = utf8proc_get_property(out[j])->combining_class;
			int32_t c = out[j];

			if (b == 0 || a <= b)
				break;
			out[j] = out[j - 1];
			out[j - 1] = c;
		}
	if (options & UTF8PROC_COMPOSE)
		m = (size_t)utf8proc_normalize_utf32(out, (utf8proc_ssize_t)m, UTF8PROC_COMPOSE);
	t->n = m < LENGTH_MAX ? m : LENGTH_MAX;
	memcpy(t->v, out, t->n * sizeof(*t->v));
	t->v[t->n] = 0;
}

static int32_t
plain(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PD:
		return '-';
	case UTF8PROC_CATEGORY_ZS:
		return ' ';
	default:
		break;
	}
	if (c == '\t')
		return ' ';
	if (c == 0x2212)
		return '-';
	if (between(c, 0x2018, 0x201b) || c == 0x2bc)
		return '\'';
	if (between(c, 0x201c, 0x201f) || c == 0xab || c == 0xbb)
		return '"';
	return c;
}

static void
plain_all(struct text *t)
{
	size_t m = 0;

	for (size_t i = 0; i < t->n; i++) {
		int32_t c = t->v[i];

		if (c == 0xad || between(c, 0x200b, 0x200f) || c == 0x2060 || c == 0xfeff ||
		    c == 0x640 || between(c, 0xfe00, 0xfe0f))
			continue;
		t->v[m++] = plain(c);
	}
	t->n = m;
	t->v[m] = 0;
}

static void
normalise(struct text *t)
{
	plain_all(t);
	transform(t, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
	plain_all(t);
}

static bool
is_latin_or_greek(int32_t c)
{
	return between(c, 'A', 'Z') || between(c, 'a', 'z') || between(c, 0xc0, 0x24f) ||
	       between(c, 0x370, 0x3ff) || between(c, 0x1e00, 0x1fff);
}

static void
drop_marks(struct text *t)
{
	bool drops = false;
	size_t m = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (between(t->v[i], 0x300, 0x36f) && drops)
			continue;
		if (!is_mark(t->v[i]))
			drops = is_latin_or_greek(t->v[i]);
		t->v[m++] = t->v[i];
	}
	t->n = m;
	t->v[m] = 0;
}

static void
fold(struct text *t)
{
	transform(t, UTF8PROC_DECOMPOSE);
	drop_marks(t);
	transform(t, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	drop_marks(t);
	for (size_t i = 0; i < t->n; i++) {
		static const struct {
			int32_t from, to;
		} strokes[] = { { 0x142, 'l' }, { 0xf8, 'o' }, { 0x111, 'd' }, { 0x131, 'i' } };

		for (size_t k = 0; k < sizeof(strokes) / sizeof(*strokes); k++)
			if (t->v[i] == strokes[k].from)
				t->v[i] = strokes[k].to;
	}
	transform(t, UTF8PROC_DECOMPOSE | UTF8PROC_COMPOSE);
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i] == 0x451)
			t->v[i] = 0x435;
}

/* ---- the term ---- */

enum { GAP = -1, HYPHEN = -2, AND = -3, STAR = -4, DOT = -5 };

struct term {
	struct text form;      /* as compared; */
	int32_t v[LENGTH_MAX]; /* characters and freedoms */
	size_t n;
	bool exact, symbol, good;
};

static bool
has_word(const int32_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (kind_of(v[i]) != OTHER)
			return true;
	return false;
}

static bool
stands(const int32_t *v, size_t n, bool others)
{
	for (size_t i = 0; i < n; i++)
		if (kind_of(v[i]) != OTHER || is_symbol(v[i]))
			return true;
	for (size_t i = 0; i < n; i++)
		if (!strchr("$+<=>^`|~", (int)v[i]) || v[i] > 127)
			return false;
	return !others;
}

/* A letter of a spaced script with none beside it; the sharp s is two. */
static bool
is_lone(const int32_t *v, size_t n, size_t i)
{
	return i < n && v[i] != 0xdf && v[i] != 0x1e9e && is_letter(v[i]) &&
	       kind_of(v[i]) == WORD && (i == 0 || kind_of(v[i - 1]) == OTHER) &&
	       (i + 1 >= n || kind_of(v[i + 1]) == OTHER);
}

static void
add_piece(struct term *t, const int32_t *v, size_t n)
{
	size_t whole = n;

	while (n && (v[n - 1] == '!' || v[n - 1] == '?'))
		n--;
	if (!has_word(v, n))
		n = whole;
	for (size_t i = 0; i < n; i++) {
		bool inner = i > 0 && i + 1 < n, ends = i + 1 == n || v[i + 1] == '-';
		int32_t c = v[i];

		if (c == '*' && ends) {
			enum kind k = i ? kind_of(v[i - 1]) : OTHER;

			if (k == UNSPACED || k == HANGUL)
				continue;
			if (i < 3)
				t->good = false;
			c = STAR;
		} else if (c == '-' && inner && v[i - 1] != '-' && v[i + 1] != '-')
			c = HYPHEN;
		else if (c == '&' && inner)
			c = AND;
		else if (c == '.' && i > 0 && is_lone(v, n, i - 1))
			c = DOT;
		t->v[t->n++] = c;
	}
}

static void
cut_pieces(struct term *t)
{
	const int32_t *v = t->form.v;
	bool words = has_word(v, t->form.n), symbols = false;

	for (size_t i = 0; i < t->form.n; i++)
		symbols = symbols || is_symbol(v[i]);
	for (size_t i = 0; i < t->form.n;) {
		size_t n = 0;

		if (v[i] == ' ') {
			i++;
			continue;
		}
		while (i + n < t->form.n && v[i + n] != ' ')
			n++;
		if (n == 1 && v[i] == '*')
			t->good = false;
		if (stands(v + i, n, words || symbols)) {
			if (t->n)
				t->v[t->n++] = GAP;
			add_piece(t, v + i, n);
		}
		i += n;
	}
	t->good = t->good && t->n > 0;
	t->symbol = !has_word(t->v, t->n);
}

static void
read_term(struct term *t, const char *p, size_t n)
{
	char sigil = n && (*p == '=' || *p == '~') ? *p : 0;
	size_t capitals = 0;
	struct text folded;

	*t = (struct term){ .good = true };
	decode(p + (sigil != 0), n - (sigil != 0), &t->form);
	normalise(&t->form);
	while (t->form.n && t->form.v[t->form.n - 1] == ' ')
		t->form.v[--t->form.n] = 0;
	for (size_t i = 0; i < t->form.n; i++)
		capitals += utf8proc_category(t->form.v[i]) == UTF8PROC_CATEGORY_LU;
	t->exact =
	    sigil == '=' || (!sigil && capitals == t->form.n && capitals >= 2 && capitals <= 5);
	folded = t->form;
	fold(&folded);
	if (!t->exact)
		t->form = folded;
	cut_pieces(t);
}

/* ---- matching: every way is tried ---- */

/* Length of the initialism "A.B.C" that begins at i, no dot behind it; 0: none, or it begins
 * before. */
static size_t
initialism(const struct text *t, size_t i)
{
	size_t n = 1;

	if (!is_lone(t->v, t->n, i) || (i >= 2 && t->v[i - 1] == '.' && is_lone(t->v, t->n, i - 2)))
		return 0;
	while (t->v[i + n] == '.' && is_lone(t->v, t->n, i + n + 1))
		n += 2;
	return n > 1 ? n : 0;
}

static bool
edges(const struct term *term, const struct text *t, size_t from, size_t to, bool dotted)
{
	enum kind first = kind_of(t->v[from]), before = from ? kind_of(t->v[from - 1]) : OTHER;
	enum kind last = kind_of(t->v[to - 1]), next = to < t->n ? kind_of(t->v[to]) : OTHER;

	if (term->symbol)
		return true;
	if (before != OTHER && before != UNSPACED && first != UNSPACED)
		return false;
	if (dotted && from >= 2 && t->v[from - 1] == '.' && is_lone(t->v, t->n, from - 2))
		return false;
	if (term->v[term->n - 1] == STAR)
		return true;
	return next != WORD || last == UNSPACED || last == HANGUL;
}

struct attempt {
	const struct term *term;
	const struct text *t;
	size_t from;
	bool dotted; /* the term begins with an initialism */
};

static bool try(const struct attempt *a, size_t i, size_t at, bool dotted);

static bool
try_gap(const struct attempt *a, size_t i, size_t at, bool dotted)
{
	const struct text *t = a->t;
	size_t to = at;
	enum kind before = at ? kind_of(t->v[at - 1]) : OTHER;

	/* nothing may stand between only where one of the two makes an edge by itself */
	if ((before == UNSPACED || kind_of(t->v[at]) == UNSPACED || before == OTHER ||
		kind_of(t->v[at]) == OTHER) &&
	    try(a, i, at, dotted))
		return true;
	while (to < t->n && kind_of(t->v[to]) == OTHER && t->v[to] != '\n')
		if (try(a, i, ++to, dotted))
			return true;
	return false;
}

/* A run of letters of the term against an initialism of the text with as many. */
static bool
try_initialism(const struct attempt *a, size_t i, size_t at, bool dotted)
{
	const struct term *term = a->term;
	size_t length = initialism(a->t, at), letters = (length + 1) / 2;
	bool begins = i == 0 || term->v[i - 1] < 0 || kind_of(term->v[i - 1]) == OTHER;

	if (!length || !begins || i + letters > term->n)
		return false;
	for (size_t k = 0; k < letters; k++)
		if (term->v[i + k] != a->t->v[at + 2 * k])
			return false;
	if (i + letters < term->n && term->v[i + letters] > 0 &&
	    kind_of(term->v[i + letters]) != OTHER)
		return false;
	if (i + letters < term->n && term->v[i + letters] == STAR)
		return false;
	dotted = dotted || i == 0;
	if (try(a, i + letters, at + length, dotted))
		return true;
	return a->t->v[at + length] == '.' && try(a, i + letters, at + length + 1, dotted);
}

static bool
try(const struct attempt *a, size_t i, size_t at, bool dotted)
{
	const struct term *term = a->term;
	const struct text *t = a->t;
	size_t skip = at;
	int32_t c;

	if (i == term->n)
		return at > a->from && edges(term, t, a->from, at, dotted);
	c = term->v[i];
	while (skip < t->n && t->v[skip] == ' ')
		skip++;
	switch (c) {
	case GAP:
		return try_gap(a, i + 1, at, dotted);
	case HYPHEN:
		return (t->v[at] == '-' && try(a, i + 1, at + 1, dotted)) ||
		       (skip > at && try(a, i + 1, skip, dotted));
	case AND:
		if (t->v[skip] != '&')
			return false;
		for (at = skip + 1;; at++) {
			if (try(a, i + 1, at, dotted))
				return true;
			if (t->v[at] != ' ' || (i + 1 < term->n && term->v[i + 1] == STAR))
				return false;
		}
	case STAR:
		while (kind_of(t->v[at]) == WORD || kind_of(t->v[at]) == HANGUL)
			at++;
		return try(a, i + 1, at, dotted);
	case DOT:
		if (t->v[at] != '.')
			return false;
		for (at++;; at++) {
			if (try(a, i + 1, at, dotted))
				return true;
			if (t->v[at] != ' ' || i + 1 == term->n || term->v[i + 1] < 0 ||
			    kind_of(term->v[i + 1]) == OTHER)
				return false;
		}
	default:
		break;
	}
	if (try_initialism(a, i, at, dotted))
		return true;
	return at < t->n && t->v[at] == c && try(a, i + 1, at + 1, dotted);
}

size_t
oracle_count(const char *term, size_t term_n, const char *text, size_t text_n)
{
	static _Thread_local struct term k;
	static _Thread_local struct text t;
	size_t count = 0;

	read_term(&k, term, term_n);
	if (!k.good)
		return SIZE_MAX;
	decode(text, text_n, &t);
	normalise(&t);
	if (!k.exact)
		fold(&t);
	for (size_t at = 0; at < t.n; at++) {
		struct attempt a = { .term = &k, .t = &t, .from = at };

		count += try(&a, 0, at, k.n > 1 && k.v[1] == DOT);
	}
	return count;
}
