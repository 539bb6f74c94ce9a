/*
 * HTML -> the text a reader sees, and whether a text is HTML at all.
 */
#include "html.h"

#include "ascii.h"
#include "entity.h"
#include "html_token.h"
#include "text_writer.h"
#include "utf8.h"

#include <string.h>

/* Tags and text of r through the writer. */
static void
put_html(struct text_writer *w, struct html_reader *r)
{
	struct html_token t;
	bool small_print = false; /* in a ruby annotation: it stands above the text, not in it */

	while (!w->full && html_next(r, &t)) {
		unsigned flags = t.element ? t.element->flags : 0;

		if (t.kind == HTML_TEXT && !small_print)
			text_put(w, t.raw);
		if (t.kind != HTML_START && t.kind != HTML_END)
			continue;
		if (flags & HTML_RUBY)
			small_print = t.kind == HTML_START;
		else if (flags & (HTML_RUBY_END | HTML_BLOCK))
			small_print = false;
		if (flags & HTML_BLOCK)
			text_put_break(w);
		else if (flags & HTML_BREAK)
			text_put_space(w);
		if ((flags & HTML_HIDDEN) && t.kind == HTML_START)
			html_skip_hidden(r, t.element);
	}
}

static struct str
text_of(struct str html, bool doubtful, enum text_newline newline, struct arena *arena, size_t max)
{
	struct text_writer w;
	struct html_reader r;

	html = utf8_repair(html, arena);
	text_writer_init(&w, html.n, newline, arena, max);
	w.entities = true;
	html_reader_init(&r, html, doubtful);
	put_html(&w, &r);
	return text_writer_end(&w, arena);
}

struct str
html_to_text(struct str html, struct arena *arena, size_t max)
{
	return text_of(html, false, NEWLINE_SPACE, arena, max);
}

struct str
text_clean(struct str plain, struct arena *arena, size_t max)
{
	struct text_writer w;

	plain = utf8_repair(plain, arena);
	text_writer_init(&w, plain.n, NEWLINE_BLANK, arena, max);
	text_put(&w, plain);
	return text_writer_end(&w, arena);
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
	enum text_newline newline = tags ? NEWLINE_SPACE : NEWLINE_BLANK;

	text = text_of(text, true, newline, arena, max);
	for (int level = 1; level < HTML_FEED_LEVELS && has_markup(text, is_twice_escaped); level++)
		text = text_of(text, true, NEWLINE_BREAK, arena, max);
	return text;
}
