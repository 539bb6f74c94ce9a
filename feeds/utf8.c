#include "utf8.h"

#include "bytes.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define MARKS_MAX 30 /* combining marks kept on one character when it is normalised */
#define SPAN_INLINE 64
#define DECOMPOSED_MAX 4 /* code points one code point decomposes into, canonically */

/* What a first byte promises: bytes in all, and the range of the second (it rules out overlong
 * forms, surrogates and what lies beyond U+10FFFF). */
static const struct lead {
	unsigned char from, to, length, second_from, second_to;
} leads[] = {
	{ 0xC2, 0xDF, 2, 0x80, 0xBF },
	{ 0xE0, 0xE0, 3, 0xA0, 0xBF },
	{ 0xE1, 0xEC, 3, 0x80, 0xBF },
	{ 0xED, 0xED, 3, 0x80, 0x9F },
	{ 0xEE, 0xEF, 3, 0x80, 0xBF },
	{ 0xF0, 0xF0, 4, 0x90, 0xBF },
	{ 0xF1, 0xF3, 4, 0x80, 0xBF },
	{ 0xF4, 0xF4, 4, 0x80, 0x8F },
};

size_t
utf8_decode(struct str s, uint32_t *ret)
{
	unsigned char b;
	uint32_t c;
	size_t i;

	if (s.n == 0)
		return 0;
	b = (unsigned char)s.p[0];
	*ret = b;
	if (b < 0x80)
		return 1;
	for (const struct lead *l = leads; l < leads + ARRAY_LEN(leads); l++) {
		if (b < l->from || b > l->to)
			continue;
		c = b & (0x7Fu >> l->length);
		for (i = 1; i < l->length && i < s.n; i++) {
			unsigned char next = (unsigned char)s.p[i];

			if (next < (i == 1 ? l->second_from : 0x80) ||
			    next > (i == 1 ? l->second_to : 0xBF))
				break;
			c = c << 6 | (next & 0x3F);
		}
		*ret = i == l->length ? c : UTF8_BAD;
		return i;
	}
	*ret = UTF8_BAD;
	return 1;
}

size_t
utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c >= 0xD800 && c <= 0xDFFF)
		return 0;
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	if (c > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* Where what is ASCII from `at` on ends. */
static size_t
skip_ascii(struct str s, size_t at)
{
	for (; at + BYTES_STEP <= s.n; at += BYTES_STEP) {
		unsigned wide = bytes_wide(bytes_load(s.p + at));

		if (wide)
			return at + bytes_first(wide);
	}
	while (at < s.n && (unsigned char)s.p[at] < 0x80)
		at++;
	return at;
}

size_t
utf8_valid_length(struct str s)
{
	size_t at = skip_ascii(s, 0);

	while (at < s.n) {
		unsigned char b = (unsigned char)s.p[at];
		uint32_t c;

		/* the two lengths that make up nearly all text, without the table */
		if (b >= 0xC2 && b <= 0xDF && at + 1 < s.n && utf8_is_tail(s.p[at + 1])) {
			at += 2;
		} else if (b >= 0xE1 && b <= 0xEC && at + 2 < s.n && utf8_is_tail(s.p[at + 1]) &&
			   utf8_is_tail(s.p[at + 2])) {
			at += 3;
		} else {
			size_t n = utf8_decode(str_sub(s, at, s.n), &c);

			if (c == UTF8_BAD)
				break;
			at += n;
		}
		if (at < s.n && (unsigned char)s.p[at] < 0x80)
			at = skip_ascii(s, at);
	}
	return at;
}

struct str
utf8_cut(struct str s, size_t max)
{
	size_t n = max;

	if (s.n <= max)
		return s;
	for (int back = 0; n > 0 && back < 3 && utf8_is_tail(s.p[n]); back++)
		n--;
	return str_sub(s, 0, n);
}

struct str
utf8_repair(struct str s, struct arena *arena)
{
	size_t good = utf8_valid_length(s), bad = 0, n = 0;
	struct str rest, out;
	uint32_t c;

	if (good == s.n)
		return s;
	for (rest = str_sub(s, good, s.n); rest.n; bad++) {
		rest = str_sub(rest, utf8_decode(rest, &c), rest.n);
		rest = str_sub(rest, utf8_valid_length(rest), rest.n);
	}
	out.p = arena_bytes(arena, s.n + bad * (sizeof(UTF8_REPLACEMENT) - 1));
	for (rest = s;;) {
		good = utf8_valid_length(rest);
		memcpy((char *)out.p + n, rest.p, good);
		n += good;
		rest = str_sub(rest, good, rest.n);
		if (rest.n == 0)
			break;
		memcpy((char *)out.p + n, UTF8_REPLACEMENT, sizeof(UTF8_REPLACEMENT) - 1);
		n += sizeof(UTF8_REPLACEMENT) - 1;
		rest = str_sub(rest, utf8_decode(rest, &c), rest.n);
	}
	out.n = n;
	return out;
}

/*
 * Characters whose NFC_Quick_Check is not Yes: they change under NFC, or may compose with what
 * stands before them.  Neighbours that are rare in text are included where that saves a row.
 */
static const struct {
	uint32_t from, to;
} unsure[] = {
	{ 0x0300, 0x0345 },
	{ 0x0374, 0x0374 },
	{ 0x037E, 0x037E },
	{ 0x0387, 0x0387 },
	{ 0x0653, 0x0655 },
	{ 0x093C, 0x093C },
	{ 0x0958, 0x095F },
	{ 0x09BE, 0x09BE },
	{ 0x09D7, 0x09DF },
	{ 0x0A33, 0x0A36 },
	{ 0x0A59, 0x0A5E },
	{ 0x0B3E, 0x0B3E },
	{ 0x0B56, 0x0B5D },
	{ 0x0BBE, 0x0BBE },
	{ 0x0BD7, 0x0BD7 },
	{ 0x0C56, 0x0C56 },
	{ 0x0CC2, 0x0CC2 },
	{ 0x0CD5, 0x0CD6 },
	{ 0x0D3E, 0x0D3E },
	{ 0x0D57, 0x0D57 },
	{ 0x0DCA, 0x0DDF },
	{ 0x0F43, 0x0FB9 },
	{ 0x102E, 0x102E },
	{ 0x1161, 0x1175 },
	{ 0x11A8, 0x11C2 },
	{ 0x1B35, 0x1B35 },
	{ 0x1F71, 0x1FFD },
	{ 0x2000, 0x2001 },
	{ 0x2126, 0x2126 },
	{ 0x212A, 0x212B },
	{ 0x2329, 0x232A },
	{ 0x2ADC, 0x2ADC },
	{ 0x3099, 0x309A },
	{ 0xF900, 0xFAD9 },
	{ 0xFB1D, 0xFB4E },
	{ 0x110BA, 0x11938 },
	{ 0x1D15E, 0x1D1C0 },
	{ 0x2F800, 0x2FA1D },
};

static bool
is_unsure(uint32_t c)
{
	size_t low = 0, high = ARRAY_LEN(unsure);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > unsure[middle].to)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ARRAY_LEN(unsure) && c >= unsure[low].from;
}

static int
mark_class(uint32_t c)
{
	return (int)utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
}

/* Where a text is not surely NFC: the starter before the trouble, and the first sure starter after
 * it. */
struct span {
	size_t from, to;
};

static bool
next_span(struct str s, size_t at, struct span *ret)
{
	size_t starter = at;
	bool open = false; /* trouble was seen; now looking for its end */
	int last = 0;

	for (size_t n; at < s.n; at += n) {
		uint32_t c = (unsigned char)s.p[at];
		int class = 0;
		bool doubt = false;

		if (c < 0xCC || (c >= 0xCF && c <= 0xD1)) { /* Latin, Greek, Cyrillic: sure */
			n = c < 0x80 ? 1 : 2;
		} else if ((c >= 0xE4 && c <= 0xE9) || c == 0xEB || c == 0xEC) { /* Han, Hangul */
			n = 3;
		} else {
			n = utf8_decode(str_sub(s, at, s.n), &c);
			doubt = is_unsure(c);
			class = mark_class(c);
		}
		if (!doubt && class == 0) {
			if (open) {
				*ret = (struct span){ starter, at };
				return true;
			}
			starter = at;
		} else if (doubt || class < last) {
			open = true;
		}
		last = class;
	}
	*ret = (struct span){ starter, s.n };
	return open;
}

/* The code points of the span, decomposed; marks beyond MARKS_MAX on one character are dropped,
 * because putting them in order costs the square of their number. */
static size_t
decompose(struct str span, utf8proc_int32_t *out)
{
	size_t n = 0;
	int marks = 0;

	while (span.n) {
		uint32_t c;
		int boundary = 0;
		utf8proc_ssize_t got;

		span = str_sub(span, utf8_decode(span, &c), span.n);
		marks = mark_class(c) == 0 ? 0 : marks + 1;
		if (marks > MARKS_MAX)
			continue;
		got = utf8proc_decompose_char(
		    (utf8proc_int32_t)c, out + n, DECOMPOSED_MAX, UTF8PROC_DECOMPOSE, &boundary);
		if (got < 0 || got > DECOMPOSED_MAX)
			abort();
		n += (size_t)got;
	}
	return n;
}

/* Marks on one character stand by class, equal ones as they came. */
static void
order_marks(utf8proc_int32_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		utf8proc_int32_t c = v[i];
		int class = mark_class((uint32_t)c);
		size_t j = i;

		for (; class && j > 0 && mark_class((uint32_t)v[j - 1]) > class; j--)
			v[j] = v[j - 1];
		v[j] = c;
	}
}

static size_t
normalise(struct str span, char *out)
{
	utf8proc_int32_t few[SPAN_INLINE * DECOMPOSED_MAX];
	utf8proc_int32_t *v = few;
	utf8proc_ssize_t composed;
	size_t n, written = 0;

	if (span.n > SPAN_INLINE)
		v = xreallocarray(NULL, span.n * DECOMPOSED_MAX, sizeof(*v));
	n = decompose(span, v);
	order_marks(v, n);
	composed =
	    utf8proc_normalize_utf32(v, (utf8proc_ssize_t)n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (composed < 0)
		mem_exhausted(n * sizeof(*v));
	for (utf8proc_ssize_t i = 0; i < composed; i++)
		written += utf8_encode((uint32_t)v[i], out + written);
	if (v != few)
		free(v);
	return written;
}

struct str
utf8_nfc(struct str s, struct arena *arena)
{
	struct span span;
	size_t at = 0, n = 0;
	char *out;

	if (!next_span(s, 0, &span))
		return s;
	out = arena_bytes(arena, s.n * 3); /* no character grows more than threefold in UTF-8 */
	do {
		memcpy(out + n, s.p + at, span.from - at);
		n += span.from - at;
		n += normalise(str_sub(s, span.from, span.to), out + n);
		at = span.to;
	} while (next_span(s, at, &span));
	memcpy(out + n, s.p + at, s.n - at);
	return (struct str){ out, n + s.n - at };
}
