#include "text_writer.h"

#include "bytes.h"
#include "entity.h"
#include "utf8.h"

#include <string.h>

/* What a byte of valid UTF-8 means to the writer. */
enum byte {
	BYTE_TEXT,
	BYTE_SPACE,
	BYTE_CONTROL,
	BYTE_AMPERSAND,
	BYTE_WIDE,
};

void
text_writer_init(
    struct text_writer *w, size_t n, enum text_newline newline, struct arena *arena, size_t max)
{
	*w = (struct text_writer){ .max = n < max ? n : max, .newline = newline };
	w->p = arena_bytes(arena, w->max);
}

void
text_put_space(struct text_writer *w)
{
	if (w->n == 0 || w->p[w->n - 1] == ' ' || w->p[w->n - 1] == '\n')
		return;
	if (w->n < w->max)
		w->p[w->n++] = ' ';
	else
		w->full = true;
}

void
text_put_break(struct text_writer *w)
{
	text_put_space(w);
	if (w->n && w->p[w->n - 1] == ' ')
		w->p[w->n - 1] = '\n';
}

static void
put_bytes(struct text_writer *w, const char *p, size_t n)
{
	if (w->max - w->n < n) {
		w->full = true;
		return;
	}
	memcpy(w->p + w->n, p, n);
	w->n += n;
}

static enum byte
byte_of(unsigned char c)
{
	if (c >= 0x80)
		return BYTE_WIDE;
	if (c > ' ')
		return c == '&' ? BYTE_AMPERSAND : c == 0x7F ? BYTE_CONTROL : BYTE_TEXT;
	return str_is_space((char)c) ? BYTE_SPACE : BYTE_CONTROL;
}

/* Copies plain ASCII sixteen bytes at a time; returns where it stopped. */
static const char *
put_words(struct text_writer *w, const char *p, const char *end)
{
	char *out = w->p + w->n, *limit = w->p + w->max;
	unsigned spaced = w->n == 0 || out[-1] == ' ' || out[-1] == '\n', care = 0;

	while (!care && (size_t)(end - p) >= BYTES_STEP && (size_t)(limit - out) >= BYTES_STEP) {
		bytes16 v = bytes_load(p);
		unsigned spaces = bytes_equal(v, ' ');
		size_t n;

		care = bytes_low(v) | bytes_wide(v) | bytes_equal(v, '&') | bytes_equal(v, 0x7F) |
		       (spaces & (spaces << 1 | spaced));
		n = care ? bytes_first(care) : BYTES_STEP;
		memcpy(out, p, BYTES_STEP); /* what is too much is written over */
		out += n;
		p += n;
		spaced = spaces >> (BYTES_STEP - 1);
	}
	w->n = (size_t)(out - w->p);
	return p;
}

/* Plain ASCII up to the next byte that is not; returns where that is. */
static const char *
put_plain(struct text_writer *w, const char *p, const char *end)
{
	char *out = w->p + w->n, *limit = w->p + w->max;

	while (p < end && out < limit && byte_of((unsigned char)*p) == BYTE_TEXT)
		*out++ = *p++;
	w->n = (size_t)(out - w->p);
	w->full = p < end && out == limit;
	return p;
}

/* A character from U+0080 on: most are copied, some are white space, some are not for text. */
static void
put_wide(struct text_writer *w, uint32_t c, const char *p, size_t n)
{
	/* dashes, quotes and emoji are sure as well */
	w->marks |= c >= 0x300 && (c < 0x2002 || c > 0x20CF) && (c < 0x1F000 || c > 0x1FFFF);
	if (c < 0xA0) { /* C1 */
		if (c == 0x85)
			text_put_space(w);
		return;
	}
	if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x202F ||
	    c == 0x205F || c == 0x3000 || c == 0x1680)
		text_put_space(w);
	else if (c == 0x2029)
		text_put_break(w);
	else if (!((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
		     (c & 0xFFFE) == 0xFFFE))
		put_bytes(w, p, n);
}

/* Bytes of the letter that begins with b when it is NFC whatever stands around it, else 0: Latin,
 * Greek, Cyrillic, Han, Hangul, the bulk of text that is not ASCII. */
static size_t
sure_letter(unsigned char b)
{
	if ((b >= 0xC3 && b <= 0xCB) || (b >= 0xCF && b <= 0xD1))
		return 2;
	return (b >= 0xE4 && b <= 0xE9) || b == 0xEB || b == 0xEC ? 3 : 0;
}

/* Sure letters; returns where they end. */
static const char *
put_letters(struct text_writer *w, const char *p, const char *end)
{
	char *out = w->p + w->n, *limit = w->p + w->max;

	while (p < end) {
		size_t n = sure_letter((unsigned char)*p);

		if (n == 0)
			break;
		if ((size_t)(limit - out) < n) {
			w->full = true;
			break;
		}
		*out++ = *p++;
		*out++ = *p++;
		if (n == 3)
			*out++ = *p++;
	}
	w->n = (size_t)(out - w->p);
	return p;
}

/* From U+0080 on; returns where that ends. */
static const char *
put_wide_run(struct text_writer *w, const char *p, const char *end)
{
	uint32_t c;
	size_t n;

	while (p < end && (unsigned char)*p >= 0x80 && !w->full) {
		const char *letters = put_letters(w, p, end);

		if (letters > p) {
			p = letters;
			continue;
		}
		n = utf8_decode(str_n(p, (size_t)(end - p)), &c);
		put_wide(w, c, p, n);
		p += n;
	}
	return p;
}

/* White space up to the next other byte; returns where that is. */
static const char *
put_white(struct text_writer *w, const char *p, const char *end)
{
	int newlines = 0;

	for (; p < end && str_is_space(*p); p++)
		newlines += *p == '\n';
	if ((w->newline == NEWLINE_BLANK && newlines > 1) ||
	    (w->newline == NEWLINE_BREAK && newlines > 0))
		text_put_break(w);
	else
		text_put_space(w);
	return p;
}

/* The '&' at p; returns where to go on. */
static const char *
put_entity(struct text_writer *w, const char *p, const char *end)
{
	char out[ENTITY_OUT_MAX];
	size_t n = 0, taken = 0;

	if (w->entities)
		taken = entity_decode(str_n(p, (size_t)(end - p)), out, &n);
	if (taken == 0) {
		put_bytes(w, p, 1);
		return p + 1;
	}
	w->entities = false; /* what comes of one is text */
	text_put(w, str_n(out, n));
	w->entities = true;
	return p + taken;
}

void
text_put(struct text_writer *w, struct str text)
{
	const char *p = text.p, *end = text.n ? p + text.n : p;

	while (p < end && !w->full) {
		p = put_words(w, p, end);
		if (p == end)
			break;
		switch (byte_of((unsigned char)*p)) {
		case BYTE_TEXT:
			p = put_plain(w, p, end);
			break;
		case BYTE_SPACE:
			p = put_white(w, p, end);
			break;
		case BYTE_CONTROL:
			p++;
			break;
		case BYTE_AMPERSAND:
			p = put_entity(w, p, end);
			break;
		case BYTE_WIDE:
			p = put_wide_run(w, p, end);
			break;
		}
	}
}

struct str
text_writer_end(struct text_writer *w, struct arena *arena)
{
	struct str text = str_n(w->p, w->n);

	if (w->marks)
		text = utf8_cut(utf8_nfc(text, arena), w->max);
	return str_trim(text);
}
