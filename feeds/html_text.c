#include "html.h"

#include "ascii.h"
#include "bytes.h"
#include "entity.h"
#include "html_token.h"
#include "utf8.h"

#include <string.h>

/* What a '\n' in the text means. */
enum newline {
	NEWLINE_SPACE, /* HTML */
	NEWLINE_BLANK, /* plain text: a blank line ends a block */
	NEWLINE_BREAK, /* text of ours: it ends a block */
};

/* What a byte of valid UTF-8 means to the writer. */
enum byte {
	BYTE_TEXT,
	BYTE_SPACE,
	BYTE_CONTROL,
	BYTE_AMPERSAND,
	BYTE_WIDE,
};

/*
 * Text under way: p[0..n) obeys the promise of html.h, but for one space or '\n' that may stand at
 * its end until it is known what follows.
 */
struct writer {
	char *p;
	size_t n, max;
	enum newline newline;
	bool entities; /* decode them */
	bool marks;    /* something from U+0300 on was written: see to NFC */
	bool full;
};

static void
writer_init(struct writer *w, size_t n, struct arena *arena, size_t max)
{
	*w = (struct writer){ .max = n < max ? n : max };
	w->p = arena_bytes(arena, w->max);
}

static void
put_space(struct writer *w)
{
	if (w->n == 0 || w->p[w->n - 1] == ' ' || w->p[w->n - 1] == '\n')
		return;
	if (w->n < w->max)
		w->p[w->n++] = ' ';
	else
		w->full = true;
}

static void
put_break(struct writer *w)
{
	put_space(w);
	if (w->n && w->p[w->n - 1] == ' ')
		w->p[w->n - 1] = '\n';
}

static void
put_bytes(struct writer *w, const char *p, size_t n)
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
put_words(struct writer *w, const char *p, const char *end)
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
put_plain(struct writer *w, const char *p, const char *end)
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
put_wide(struct writer *w, uint32_t c, const char *p, size_t n)
{
	/* dashes, quotes and emoji are sure as well */
	w->marks |= c >= 0x300 && (c < 0x2002 || c > 0x20CF) && (c < 0x1F000 || c > 0x1FFFF);
	if (c < 0xA0) { /* C1 */
		if (c == 0x85)
			put_space(w);
		return;
	}
	if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x202F ||
	    c == 0x205F || c == 0x3000 || c == 0x1680)
		put_space(w);
	else if (c == 0x2029)
		put_break(w);
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
put_letters(struct writer *w, const char *p, const char *end)
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
put_wide_run(struct writer *w, const char *p, const char *end)
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
put_white(struct writer *w, const char *p, const char *end)
{
	int newlines = 0;

	for (; p < end && str_is_space(*p); p++)
		newlines += *p == '\n';
	if ((w->newline == NEWLINE_BLANK && newlines > 1) ||
	    (w->newline == NEWLINE_BREAK && newlines > 0))
		put_break(w);
	else
		put_space(w);
	return p;
}

static void put_text(struct writer *w, struct str text);

/* The '&' at p; returns where to go on. */
static const char *
put_entity(struct writer *w, const char *p, const char *end)
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
	put_text(w, str_n(out, n));
	w->entities = true;
	return p + taken;
}

/* Valid UTF-8. */
static void
put_text(struct writer *w, struct str text)
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

static struct str
writer_end(struct writer *w, struct arena *arena)
{
	struct str text = str_n(w->p, w->n);

	if (w->marks)
		text = utf8_cut(utf8_nfc(text, arena), w->max);
	return str_trim(text);
}

/* Tags and text of r through the writer. */
static void
put_html(struct writer *w, struct html_reader *r)
{
	struct html_token t;
	bool small_print = false; /* in a ruby annotation: it stands above the text, not in it */

	while (!w->full && html_next(r, &t)) {
		unsigned flags = t.element ? t.element->flags : 0;

		if (t.kind == HTML_TEXT && !small_print)
			put_text(w, t.raw);
		if (t.kind != HTML_START && t.kind != HTML_END)
			continue;
		if (flags & HTML_RUBY)
			small_print = t.kind == HTML_START;
		else if (flags & (HTML_RUBY_END | HTML_BLOCK))
			small_print = false;
		if (flags & HTML_BLOCK)
			put_break(w);
		else if (flags & HTML_BREAK)
			put_space(w);
		if ((flags & HTML_HIDDEN) && t.kind == HTML_START)
			html_skip_hidden(r, t.element);
	}
}

static struct str
text_of(struct str html, bool doubtful, enum newline newline, struct arena *arena, size_t max)
{
	struct writer w;
	struct html_reader r;

	html = utf8_repair(html, arena);
	writer_init(&w, html.n, arena, max);
	w.entities = true;
	w.newline = newline;
	html_reader_init(&r, html, doubtful);
	put_html(&w, &r);
	return writer_end(&w, arena);
}

struct str
html_to_text(struct str html, struct arena *arena, size_t max)
{
	return text_of(html, false, NEWLINE_SPACE, arena, max);
}

struct str
text_clean(struct str plain, struct arena *arena, size_t max)
{
	struct writer w;

	plain = utf8_repair(plain, arena);
	writer_init(&w, plain.n, arena, max);
	w.newline = NEWLINE_BLANK;
	put_text(&w, plain);
	return writer_end(&w, arena);
}

struct str
text_one_line(struct str text, struct arena *arena)
{
	char *p;

	if (str_find_char(text, '\n') == STR_NONE)
		return text;
	text = str_dup(arena, text);
	p = (char *)text.p;
	while ((p = memchr(p, '\n', (size_t)(text.p + text.n - p))) != NULL)
		*p = ' ';
	return text;
}

static bool
has_markup(struct str text, bool (*is_markup)(const struct html_token *t))
{
	struct html_reader r;
	struct html_token t;

	if (str_find_char(text, '<') == STR_NONE && str_find_char(text, '&') == STR_NONE)
		return false;
	html_reader_init(&r, text, true);
	while (html_next(&r, &t))
		if (is_markup(&t))
			return true;
	return false;
}

/* The next reference with its ';' in *text, which is moved behind it. */
static bool
next_entity(struct str *text, struct str *entity)
{
	char out[ENTITY_OUT_MAX];
	size_t n, at;

	while ((at = str_find_char(*text, '&')) != STR_NONE) {
		struct str here = str_sub(*text, at, text->n);
		size_t taken = entity_decode(here, out, &n);

		*entity = str_sub(here, 0, taken);
		*text = str_sub(here, taken ? taken : 1, here.n);
		if (taken && here.p[taken - 1] == ';')
			return true;
	}
	return false;
}

static bool
is_any_markup(const struct html_token *t)
{
	struct str rest = t->raw, entity;

	return t->kind != HTML_TEXT || next_entity(&rest, &entity);
}

bool
html_has_markup(struct str text)
{
	return has_markup(text, is_any_markup);
}

static bool
is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || ascii_is_alnum(c);
}

/*
 * Markup in a text that was read as HTML already: was it escaped twice, or does the text speak of
 * it?  A start tag alone ("the <b> tag") and "&amp;", "&lt;" between words may be meant; an end
 * tag, an attribute, "&#8217;" and "AT&amp;T" are not.
 */
static bool
is_twice_escaped(const struct html_token *t)
{
	struct str rest = t->raw, entity;

	switch (t->kind) {
	case HTML_START:
		return str_find_char(t->attributes, '=') != STR_NONE ||
		       (t->element && (t->element->flags & HTML_VOID));
	case HTML_END:
	case HTML_OTHER:
		return true;
	case HTML_TEXT:
		break;
	}
	while (next_entity(&rest, &entity)) {
		bool glued = entity.p > t->raw.p && is_word_byte(entity.p[-1]) && rest.n &&
			     is_word_byte(rest.p[0]);

		if (str_eq(entity, STR("&amp;")) && glued)
			return true;
		if (!str_eq(entity, STR("&amp;")) && !str_eq(entity, STR("&lt;")) &&
		    !str_eq(entity, STR("&gt;")) && !str_eq(entity, STR("&quot;")))
			return true;
	}
	return false;
}

struct str
html_text_from_feed(struct str text, struct arena *arena, size_t max)
{
	bool tags = str_find_char(text, '<') != STR_NONE;
	enum newline newline = tags ? NEWLINE_SPACE : NEWLINE_BLANK;

	text = text_of(text, true, newline, arena, max);
	for (int level = 1; level < HTML_FEED_LEVELS && has_markup(text, is_twice_escaped); level++)
		text = text_of(text, true, NEWLINE_BREAK, arena, max);
	return text;
}
