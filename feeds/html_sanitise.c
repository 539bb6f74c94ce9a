/*
 * HTML that is safe to show: nothing of the input is copied but text, and what the tables below
 * name; every tag that comes out was made here.
 */
#include "html.h"

#include "ascii.h"
#include "entity.h"
#include "html_nest.h"
#include "html_token.h"
#include "item.h"
#include "mem.h"
#include "url.h"
#include "utf8.h"

#include <string.h>

#define ATTRIBUTE_TEXT_MAX ((size_t)512) /* bytes of a title="" */
#define VALUE_MAX ((size_t)8192)         /* bytes that are looked at for it */
#define FILE_NAME_MAX ((size_t)200)      /* bytes of a link's text */

struct sanitiser {
	struct html_writer w;
	struct html_nest nest;
	bool has_source; /* in a <video> or <audio> that was told of already */
	struct str base;
	struct arena *tmp;
};

/* ---- attributes ---- */

enum attribute_kind {
	ATTRIBUTE_TEXT,
	ATTRIBUTE_WORD, /* letters, digits, '-' */
	ATTRIBUTE_NUMBER,
	ATTRIBUTE_TIME,
};

/* href and src are not among them: see start_link and put_load. */
static const struct {
	struct str name;
	const char *of; /* elements, NULL: all */
	enum attribute_kind kind;
} attributes[] = {
	{ STR_INIT("title"), NULL, ATTRIBUTE_TEXT },
	{ STR_INIT("lang"), NULL, ATTRIBUTE_WORD },
	{ STR_INIT("dir"), NULL, ATTRIBUTE_WORD },
	{ STR_INIT("colspan"), "td th", ATTRIBUTE_NUMBER },
	{ STR_INIT("rowspan"), "td th", ATTRIBUTE_NUMBER },
	{ STR_INIT("span"), "col colgroup", ATTRIBUTE_NUMBER },
	{ STR_INIT("start"), "ol", ATTRIBUTE_NUMBER },
	{ STR_INIT("value"), "li", ATTRIBUTE_NUMBER },
	{ STR_INIT("datetime"), "time del ins", ATTRIBUTE_TIME },
};

static bool
is_of(struct str value, const char *more, bool letters, size_t max)
{
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (!ascii_is_digit(c) && !(letters && ascii_is_letter(c)) &&
		    !(c && strchr(more, c)))
			return false;
	}
	return value.n > 0 && value.n <= max;
}

static bool
is_allowed(enum attribute_kind kind, struct str value)
{
	switch (kind) {
	case ATTRIBUTE_TEXT:
		return value.n > 0;
	case ATTRIBUTE_WORD:
		return is_of(value, "-", true, 35);
	case ATTRIBUTE_NUMBER:
		return is_of(value, "", false, 4);
	case ATTRIBUTE_TIME:
		return is_of(value, "-:.+ ", true, 40);
	}
	return false;
}

static void
put_attribute(struct sanitiser *s, struct str name, struct str value)
{
	html_put(&s->w, STR(" "));
	html_put(&s->w, name);
	html_put(&s->w, STR("=\""));
	html_put_plain(&s->w, value);
	html_put(&s->w, STR("\""));
}

static void
put_attributes(struct sanitiser *s, const struct html_token *t)
{
	struct str rest = t->attributes, name, value;
	unsigned seen = 0;
	bool has_value;

	while (html_attribute(&rest, &name, &value, &has_value)) {
		for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
			if (!str_eq_ci(name, attributes[i].name) || (seen & 1u << i) ||
			    (attributes[i].of && !html_element_is(t->element, attributes[i].of)))
				continue;
			seen |= 1u << i;
			value = entity_text(str_sub(value, 0, VALUE_MAX), s->tmp);
			value = text_clean(value, s->tmp, ATTRIBUTE_TEXT_MAX);
			value = text_one_line(value, s->tmp);
			if (is_allowed(attributes[i].kind, value))
				put_attribute(s, attributes[i].name, value);
		}
	}
}

/* The first attribute of that name, trimmed; empty when there is none. */
static struct str
attribute(const struct html_token *t, struct str wanted)
{
	struct str rest = t->attributes, name, value;
	bool has_value;

	while (html_attribute(&rest, &name, &value, &has_value))
		if (str_eq_ci(name, wanted))
			return str_trim(value);
	return STR("");
}

/* References decoded.  What does not fit a link any more is none: empty. */
static struct str
decoded(struct sanitiser *s, struct str value)
{
	return value.n > ITEM_LINK_MAX ? STR("") : str_trim(entity_text(value, s->tmp));
}

/* mailto: of RFC 6068 as it was written, when nothing odd stands in it. */
static struct str
mail_link(struct str href)
{
	if (!str_starts_ci(href, STR("mailto:")) || href.n == sizeof("mailto:") - 1)
		return STR("");
	for (size_t i = 0; i < href.n; i++)
		if ((unsigned char)href.p[i] <= ' ' || (unsigned char)href.p[i] >= 0x7F ||
		    memchr("\"<>\\^`{|}", href.p[i], 9))
			return STR("");
	return href;
}

/* ---- elements ---- */

static bool
start_anchor(struct sanitiser *s, struct str url)
{
	size_t from = s->w.out.n;

	html_put(&s->w, STR("<a href=\""));
	html_put_url(&s->w, url);
	html_put(&s->w, STR("\">"));
	return html_nest_push(&s->nest, from, html_element(STR("a")), "a");
}

static void
start_link(struct sanitiser *s, const struct html_token *t)
{
	struct str href = decoded(s, attribute(t, STR("href")));
	struct str url = mail_link(href);
	size_t from = s->w.out.n;

	if (url.n == 0)
		url = url_http(s->base, href, s->tmp, ITEM_LINK_MAX);
	if (url.n == 0)
		return;
	html_put(&s->w, STR("<a href=\""));
	html_put_url(&s->w, url);
	html_put(&s->w, STR("\""));
	put_attributes(s, t);
	html_put(&s->w, STR(">"));
	html_nest_push(&s->nest, from, t->element, "a");
}

static void
start_tag(struct sanitiser *s, const struct html_token *t)
{
	const struct html_element *element = t->element;
	const char *as = element->flags & HTML_ALLOWED ? element->name
			 : element->flags & HTML_BLOCK ? "div"
						       : "span";
	size_t from;

	html_nest_start(&s->nest, element);
	if (!(element->flags & HTML_VOID) && s->nest.n_open == HTML_DEPTH_MAX) {
		s->nest.dropped++;
		return;
	}
	if (strcmp(as, "a") == 0) {
		start_link(s, t);
		return;
	}
	from = s->w.out.n;
	html_put(&s->w, STR("<"));
	html_put(&s->w, str_c(as));
	put_attributes(s, t);
	html_put(&s->w, STR(">"));
	if (s->w.full)
		s->w.out.n = from;
	else if (!(element->flags & HTML_VOID))
		html_nest_push(&s->nest, from, element, as);
}

/* ---- what would load by itself ---- */

/* Attributes that name what an element loads, the first that is a link counts. */
static const struct {
	const char *of;
	struct str name;
} loads[] = {
	{ "img image video audio iframe frame embed bgsound source", STR_INIT("src") },
	{ "img image", STR_INIT("data-src") },
	{ "img image", STR_INIT("data-original") },
	{ "object", STR_INIT("data") },
};

static struct str
load_url(struct sanitiser *s, const struct html_token *t)
{
	for (size_t i = 0; i < ARRAY_LEN(loads); i++) {
		struct str url;

		if (!html_element_is(t->element, loads[i].of))
			continue;
		url = url_http(
		    s->base, decoded(s, attribute(t, loads[i].name)), s->tmp, ITEM_LINK_MAX);
		if (url.n)
			return url;
	}
	return STR("");
}

/* The last part of the path without its percent-encoding where that gives text, else the host. */
static struct str
file_name(struct str url, struct arena *arena)
{
	struct url parts;
	struct str name, text;

	url_split(url, &parts);
	name = parts.path;
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			name = str_sub(name, i, name.n);
			break;
		}
	text = text_one_line(text_clean(url_decoded(name, arena), arena, FILE_NAME_MAX), arena);
	return text.n ? text : url_host(url);
}

/* A picture that is there to be counted, not seen. */
static bool
is_pixel(const struct html_token *t)
{
	struct str width = attribute(t, STR("width")), height = attribute(t, STR("height"));

	return html_element_is(t->element, "img image") &&
	       (str_eq(width, STR("0")) || str_eq(width, STR("1"))) &&
	       (str_eq(height, STR("0")) || str_eq(height, STR("1")));
}

/* Of a <video> or <audio> with several sources the first is told of. */
static struct str
load_once(struct sanitiser *s, const struct html_token *t)
{
	bool is_source = html_element_is(t->element, "source");
	struct str url = STR("");

	if (!is_pixel(t) && !(is_source && s->has_source))
		url = load_url(s, t);
	if (is_source)
		s->has_source |= url.n > 0;
	else if (html_element_is(t->element, "video audio"))
		s->has_source = url.n > 0;
	return url;
}

/* What stands for it in words: the alt text, the title, the file's name. */
static struct str
load_text(struct sanitiser *s, const struct html_token *t, struct str url)
{
	static const struct str names[] = { STR_INIT("alt"), STR_INIT("title") };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str text = html_to_text(attribute(t, names[i]), s->tmp, ATTRIBUTE_TEXT_MAX);

		if (text.n)
			return text_one_line(text, s->tmp);
	}
	return url.n ? file_name(url, s->tmp) : STR("");
}

/* A picture without its source shows its alt text, and is not taken for the text around it. */
static void
put_picture(struct sanitiser *s, struct str alt)
{
	size_t from = s->w.out.n;

	html_put(&s->w, STR("<img"));
	put_attribute(s, STR("alt"), alt);
	html_put(&s->w, STR(">"));
	if (s->w.full)
		s->w.out.n = from;
}

/* A link in place of what would have loaded; inside a link what it would have been called. */
static void
put_load(struct sanitiser *s, const struct html_token *t)
{
	bool picture = html_element_is(t->element, "img image") && !is_pixel(t);
	struct str url = load_once(s, t), text = load_text(s, t, url);
	size_t n_open = s->nest.n_open;

	if (url.n == 0 && !(picture && text.n))
		return;
	if (url.n && html_nest_find(&s->nest, "a", "") == 0 && n_open < HTML_DEPTH_MAX &&
	    !start_anchor(s, url))
		return;
	if (picture)
		put_picture(s, text);
	else
		html_put_plain(&s->w, text);
	html_nest_close_to(&s->nest, n_open);
}

/* ---- all of it ---- */

static void
take(struct sanitiser *s, struct html_reader *r, const struct html_token *t)
{
	unsigned flags = t->element ? t->element->flags : 0;
	bool shown = t->element && !(flags & HTML_HIDDEN) &&
		     ((flags & HTML_ALLOWED) || !(flags & HTML_VOID));

	switch (t->kind) {
	case HTML_TEXT:
		html_put_text(&s->w, t->raw);
		return;
	case HTML_START:
		if ((flags & HTML_LOADS) || (t->element && html_element_is(t->element, "source")))
			put_load(s, t);
		else if (shown)
			start_tag(s, t);
		if (flags & HTML_HIDDEN)
			html_skip_hidden(r, t->element);
		return;
	case HTML_END:
		if (shown && !(flags & HTML_VOID))
			html_nest_end(&s->nest, t->element);
		else if (t->element && html_element_is(t->element, "br"))
			html_put(&s->w, STR("<br>"));
		return;
	case HTML_OTHER:
		return;
	}
}

struct str
html_sanitise(struct str html, struct str base_url, struct arena *arena, size_t max)
{
	struct sanitiser s = { .base = base_url, .has_source = true };
	struct html_reader r;
	struct html_token t;
	struct str ret;

	s.tmp = arena_new();
	html_writer_init(&s.w, max);
	s.nest.w = &s.w;
	html_reader_init(&r, utf8_repair(html, arena), false);
	while (!s.w.full && html_next(&r, &t)) {
		take(&s, &r, &t);
		if (t.kind == HTML_START)
			arena_reset(s.tmp);
	}
	html_nest_close_to(&s.nest, 0);
	ret = str_dup(arena, str_trim(buf_str(&s.w.out)));
	html_writer_free(&s.w);
	arena_free(s.tmp);
	return ret;
}
