#include "charset.h"

#include "buf.h"
#include "charset_label.h"
#include "charset_wide.h"
#include "mem.h"
#include "utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define CHUNK ((size_t)64 << 10) /* bytes of output asked for at a time */
#define FEW_SEQUENCES 16         /* UTF-8 by chance is that short, and no longer */
#define UTF8_SHARE 4             /* valid : broken sequences that make it UTF-8 all the same */

static bool
too_big(struct err *e)
{
	return err_set(
	    e, ERR_LIMIT, "the document is larger than %zu MiB as UTF-8", CHARSET_OUT_MAX >> 20);
}

/* ---- windows-1252 ---- */

/* 0x80-0x9F; the five that stand for nothing are the C1 controls that ISO 8859-1 has there. */
static const uint16_t western_high[32] = { 0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
	0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019,
	0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
	0x017E, 0x0178 };

static bool
decode_western(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n;) {
		size_t end = s.n - i > CHUNK / 4 ? i + CHUNK / 4 : s.n;
		char *start = buf_reserve(out, (end - i) * 4), *to = start;

		if (!to)
			return false;
		for (; i < end; i++) {
			unsigned char c = (unsigned char)s.p[i];

			to += utf8_encode(c >= 0x80 && c < 0xA0 ? western_high[c - 0x80] : c, to);
		}
		out->n += (size_t)(to - start);
	}
	return true;
}

/* ---- every other charset ---- */

/*
 * Text -> UTF-8.  Bytes that mean nothing become U+FFFD and are counted, until there are more than
 * max_bad: then it stops.  Returns false beyond the cap of *out.
 */
static bool
convert(struct str s, const char *name, size_t max_bad, struct buf *out, size_t *n_bad)
{
	char *from = (char *)(uintptr_t)s.p; /* iconv reads it only */
	size_t left = s.n;
	bool flushed = false, ok = true;
	iconv_t cd;

	*n_bad = 0;
	if (strcmp(name, CHARSET_WESTERN) == 0)
		return decode_western(s, out);
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return false;
	while (ok && !flushed && *n_bad <= max_bad) {
		char *to = buf_reserve(out, CHUNK);
		size_t room = CHUNK, got;

		if (!to) {
			ok = false;
			break;
		}
		flushed = left == 0;
		got = flushed ? iconv(cd, NULL, NULL, &to, &room)
			      : iconv(cd, &from, &left, &to, &room);
		out->n += CHUNK - room;
		if (got != (size_t)-1 || errno == E2BIG) {
			flushed = flushed && got != (size_t)-1;
			continue;
		}
		ok = buf_add(out, STR(UTF8_REPLACEMENT));
		(*n_bad)++;
		if (left) {
			from++;
			left--;
		}
	}
	iconv_close(cd);
	return ok;
}

/* ---- which one ---- */

/* What UTF-8 there is in bytes that are not all UTF-8. */
struct utf8_count {
	size_t good, bad; /* sequences of several bytes; parts that are none */
};

/* Half a UTF-16 pair written as UTF-8 writes characters: one mistake, not three. */
static bool
is_surrogate(struct str s)
{
	return s.n >= 3 && (unsigned char)s.p[0] == 0xED && (unsigned char)s.p[1] >= 0xA0 &&
	       (unsigned char)s.p[1] <= 0xBF && utf8_is_tail(s.p[2]);
}

static struct utf8_count
count_utf8(struct str s)
{
	struct utf8_count count = { 0 };

	while (s.n) {
		uint32_t c;
		size_t n = utf8_decode(s, &c);

		if (c == UTF8_BAD && is_surrogate(s)) {
			count.bad++;
			n = 3;
		} else if (c == UTF8_BAD && n == 1)
			count.bad++;
		else
			count.good += n > 1; /* a sequence that is cut short is UTF-8 too */
		s = str_sub(s, n, s.n);
	}
	return count;
}

struct candidates {
	const char *v[3];
	size_t n;
	bool utf8; /* some declaration says UTF-8 */
};

static void
add_candidate(struct candidates *c, const char *name)
{
	if (!name)
		return;
	if (strcmp(name, "UTF-8") == 0) {
		c->utf8 = true;
		return;
	}
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i], name) == 0)
			return;
	c->v[c->n++] = name;
}

static struct candidates
declared(struct str body, struct str content_type, struct arena *arena)
{
	const char *http = charset_of_header(content_type, arena);
	const char *inner = charset_of_markup(body, arena);
	struct candidates c = { 0 };

	/* bytes above 0x7F are not ASCII, whatever the server says: the document knows better */
	if (http && inner && charset_says_ascii(content_type))
		http = NULL;
	add_candidate(&c, http);
	add_candidate(&c, inner);
	return c;
}

/* Not an error, and not even strange: the whole of s in the first charset that can hold it. */
static const char *
convert_strictly(struct str s, const struct candidates *c, struct buf *out)
{
	size_t bad;

	for (size_t i = 0; i < c->n; i++) {
		buf_clear(out);
		if (convert(s, c->v[i], 0, out, &bad) && bad == 0)
			return c->v[i];
	}
	buf_clear(out);
	return NULL;
}

/* By what ISO 2022 shifts to another charset with; nobody writes that otherwise.  NULL: not at all.
 */
static const char *
charset_of_shifts(struct str s)
{
	static const struct {
		struct str shift;
		const char *name;
	} shifts[] = {
		{ STR_INIT("\x1b$)C"), "ISO-2022-KR" },
		{ STR_INIT("\x1b$B"), "ISO-2022-JP" },
		{ STR_INIT("\x1b$@"), "ISO-2022-JP" },
	};

	for (size_t i = 0; i < ARRAY_LEN(shifts); i++)
		if (str_find(s, shifts[i].shift) != STR_NONE)
			return shifts[i].name;
	return NULL;
}

/* ASCII: text of a 7-bit charset, declared or plain to see. */
static const char *
shifted(struct str s, const struct candidates *c, struct buf *out, bool *repaired)
{
	const char *shifts = charset_of_shifts(s);
	const char *name = c->n && charset_is_shifted(c->v[0]) ? c->v[0] : shifts;
	size_t bad;

	if (!name || !convert(s, name, shifts ? SIZE_MAX : 0, out, &bad) || (bad && !shifts)) {
		buf_clear(out);
		return NULL;
	}
	*repaired = bad > 0; /* cut short, mostly */
	return name;
}

/* Valid UTF-8: is it meant to be read otherwise?  7-bit charsets with shifts, short multi-byte
 * texts. */
static const char *
otherwise(struct str s, const struct candidates *c, struct buf *out, bool *repaired)
{
	if ((c->n == 0 || c->utf8) && str_find_char(s, '\x1b') == STR_NONE)
		return NULL; /* the rule */
	if (str_is_ascii(s))
		return shifted(s, c, out, repaired);
	if (c->n == 0 || c->utf8 || !charset_is_multibyte(c->v[0]) ||
	    count_utf8(s).good > FEW_SEQUENCES)
		return NULL;
	return convert_strictly(s, &(struct candidates){ .v = { c->v[0] }, .n = 1 }, out);
}

/* Bytes that are not UTF-8 as a whole -> what they are read as, the text in *out; NULL: cap. */
static const char *
convert_somehow(
    struct str s, struct candidates *c, struct buf *out, struct arena *arena, bool *repaired)
{
	struct utf8_count count = count_utf8(s);
	const char *name;
	size_t bad;

	if (count.good >= count.bad * (c->utf8 ? 1 : UTF8_SHARE)) {
		struct str text = utf8_repair(s, arena);

		*repaired = true;
		return buf_add(out, text) ? "UTF-8" : NULL;
	}
	name = convert_strictly(s, c, out);
	if (name)
		return name;
	name = c->n ? c->v[0] : charset_detect(s);
	if (!convert(s, name, SIZE_MAX, out, &bad))
		return NULL;
	*repaired = bad > 0;
	return name;
}

/* ---- the whole ---- */

/* Byte order marks go, with the blanks before them; *said_utf8: one of them was that of UTF-8. */
static struct str
without_marks(struct str s, bool *said_utf8)
{
	for (;;) {
		struct str rest = s;

		while (rest.n && str_is_space(rest.p[0]))
			rest = str_sub(rest, 1, rest.n);
		if (str_starts(rest, STR("\xef\xbb\xbf"))) {
			*said_utf8 = true;
			s = str_sub(rest, 3, rest.n);
		} else if (!charset_wide_marked(rest) && (str_starts(rest, STR("\xff\xfe<")) ||
							     str_starts(rest, STR("\xfe\xff<")))) {
			s = str_sub(rest, 2, rest.n); /* of a UTF-16 that it is not */
		} else {
			return s;
		}
	}
}

static bool
decode(struct str body, struct str content_type, struct arena *arena, struct buf *out,
    struct charset_result *ret, struct err *e)
{
	bool said_utf8 = false;
	struct str s = without_marks(body, &said_utf8);
	const struct charset_wide *w = charset_wide(s);
	struct candidates c;

	*ret = (struct charset_result){ .utf8 = s, .name = "UTF-8" };
	if (w) {
		ret->name = charset_wide_name(w);
		ret->utf8 = STR("");
		return charset_wide_decode(w, s, out, &ret->repaired) || too_big(e);
	}
	c = said_utf8 ? (struct candidates){ .utf8 = true } : declared(s, content_type, arena);
	if (utf8_valid_length(s) == s.n) {
		const char *other = otherwise(s, &c, out, &ret->repaired);

		if (other) {
			ret->name = other;
			ret->utf8 = STR("");
		}
		return true;
	}
	if (said_utf8) {
		ret->utf8 = utf8_repair(s, arena);
		ret->repaired = true;
		return true;
	}
	ret->utf8 = STR("");
	ret->name = convert_somehow(s, &c, out, arena, &ret->repaired);
	return ret->name || too_big(e);
}

bool
charset_to_utf8(struct str body, struct str content_type, struct arena *arena,
    struct charset_result *ret, struct err *e)
{
	struct charset_result result;
	struct buf out;
	bool ok, said_utf8;

	buf_init(&out, CHARSET_OUT_MAX);
	ok = decode(body, content_type, arena, &out, &result, e);
	if (ok) {
		if (out.n)
			result.utf8 = without_marks(str_dup(arena, buf_str(&out)), &said_utf8);
		*ret = result;
	}
	buf_free(&out);
	return ok;
}
