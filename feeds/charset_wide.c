#include "charset_wide.h"

#include "mem.h"
#include "utf8.h"

#define CHUNK_UNITS ((size_t)16 << 10) /* decoded at a time */
#define SNIFF_MAX ((size_t)1024)       /* bytes looked at for the pattern of NULs */

/* How the bytes of one unit stand: shift[i] is what byte i is shifted by. */
struct charset_wide {
	const char *name;
	size_t width;
	unsigned char shift[4];
	unsigned char mark[4]; /* the byte order mark */
};

static const struct charset_wide wides[] = {
	{ "UTF-32BE", 4, { 24, 16, 8, 0 }, { 0x00, 0x00, 0xFE, 0xFF } },
	{ "UTF-32LE", 4, { 0, 8, 16, 24 }, { 0xFF, 0xFE, 0x00, 0x00 } },
	{ "UTF-32, order 2143", 4, { 16, 24, 0, 8 }, { 0x00, 0x00, 0xFF, 0xFE } },
	{ "UTF-32, order 3412", 4, { 8, 0, 24, 16 }, { 0xFE, 0xFF, 0x00, 0x00 } },
	{ "UTF-16BE", 2, { 8, 0 }, { 0xFE, 0xFF } },
	{ "UTF-16LE", 2, { 0, 8 }, { 0xFF, 0xFE } },
};

static uint32_t
unit_at(const struct charset_wide *w, const unsigned char *p)
{
	uint32_t c = 0;

	for (size_t i = 0; i < w->width; i++)
		c |= (uint32_t)p[i] << w->shift[i];
	return c;
}

/* Does it begin with the units of "<" and another ASCII character, as all markup does? */
static bool
begins_wide(struct str body, const struct charset_wide *w)
{
	const unsigned char *p = (const unsigned char *)body.p;
	uint32_t second;

	if (body.n < 2 * w->width || unit_at(w, p) != '<')
		return false;
	second = unit_at(w, p + w->width);
	return second > ' ' && second < 0x7F;
}

/*
 * Markup is ASCII: its first two units are, and so are most of its beginning (below 0x80, and not
 * NUL): the first of the table of which either is true, the latter of three units in four, or NULL.
 */
static const struct charset_wide *
by_pattern(struct str body)
{
	struct str head = str_sub(body, 0, SNIFF_MAX);

	if (str_find_char(head, '\0') == STR_NONE)
		return NULL;
	for (size_t k = 0; k < ARRAY_LEN(wides); k++) {
		const struct charset_wide *w = &wides[k];
		size_t ascii = 0, units = head.n / w->width;

		if (begins_wide(head, w))
			return w;
		for (size_t i = 0; i < units; i++) {
			uint32_t c = unit_at(w, (const unsigned char *)head.p + i * w->width);

			ascii += c > 0 && c < 0x80;
		}
		if (units >= 2 && ascii * 4 >= units * 3)
			return w;
	}
	return NULL;
}

/* A mark counts when there are NULs behind it, as in all markup; else it is a stray one. */
static const struct charset_wide *
by_mark(struct str body)
{
	for (size_t k = 0; k < ARRAY_LEN(wides); k++) {
		const struct charset_wide *w = &wides[k];

		if (str_starts(body, str_n((const char *)w->mark, w->width)) &&
		    str_find_char(str_sub(body, w->width, SNIFF_MAX), '\0') != STR_NONE)
			return w;
	}
	return NULL;
}

bool
charset_wide_marked(struct str body)
{
	return by_mark(body) != NULL;
}

const struct charset_wide *
charset_wide(struct str body)
{
	const struct charset_wide *w = by_mark(body);

	return w ? w : by_pattern(body);
}

const char *
charset_wide_name(const struct charset_wide *w)
{
	return w->name;
}

static struct str
without_mark(struct str body, const struct charset_wide *w)
{
	return str_starts(body, str_n((const char *)w->mark, w->width))
		   ? str_sub(body, w->width, body.n)
		   : body;
}

bool
charset_wide_decode(const struct charset_wide *w, struct str body, struct buf *out, bool *repaired)
{
	struct str s = without_mark(body, w);
	const unsigned char *p = (const unsigned char *)s.p;
	size_t units = s.n / w->width;

	*repaired = s.n % w->width != 0;
	for (size_t i = 0; i < units;) {
		size_t end = units - i > CHUNK_UNITS ? i + CHUNK_UNITS : units;
		char *to = buf_reserve(out, (end - i) * 4);

		if (!to)
			return false;
		for (; i < end; i++) {
			uint32_t c = unit_at(w, p + i * w->width);
			size_t n;

			if (w->width == 2 && c >> 10 == 0xD800 >> 10 && i + 1 < units) {
				uint32_t low = unit_at(w, p + (i + 1) * w->width);

				if (low >> 10 == 0xDC00 >> 10) {
					c = 0x10000 + ((c & 0x3FF) << 10 | (low & 0x3FF));
					i++;
				}
			}
			n = utf8_encode(c, to);
			if (n == 0) {
				*repaired = true;
				n = utf8_encode(0xFFFD, to);
			}
			to += n;
			out->n += n;
		}
	}
	return true;
}
