#include "draft.h"

#include "buf.h"
#include "date.h"
#include "html.h"
#include "mem.h"
#include "url.h"

#include <string.h>

#define AUTHOR_MAX ((size_t)512)   /* bytes of all authors together */
#define CATEGORY_MAX ((size_t)512) /* bytes of one */

void
draft_clear(struct draft *d)
{
	*d = (struct draft){ .published_s = DATE_NONE, .updated_s = DATE_NONE };
}

static bool
has(const struct str *v, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_ci(v[i], s))
			return true;
	return false;
}

static void
add_category(struct draft *d, struct str s, struct arena *arena)
{
	s = str_trim(s);
	if (s.n == 0 || d->n_categories == ITEM_CATEGORIES_MAX ||
	    has(d->categories, d->n_categories, s))
		return;
	*ARENA_PUSH(arena, d->categories, d->n_categories, d->cap_categories) = s;
}

static void
add_keywords(struct draft *d, struct str s, struct arena *arena)
{
	char separator = str_find_char(s, ',') != STR_NONE ? ',' : ';';
	struct str one;

	while (s.n) {
		str_cut(s, separator, &one, &s);
		add_category(d, one, arena);
	}
}

static void
add_author(struct draft *d, struct str s, struct arena *arena)
{
	s = str_trim(s);
	if (s.n == 0 || d->n_authors == DRAFT_AUTHORS_MAX || has(d->authors, d->n_authors, s))
		return;
	*ARENA_PUSH(arena, d->authors, d->n_authors, d->cap_authors) = s;
}

static void
set_date(struct draft *d, int64_t *date, int *have, const struct candidate *c)
{
	int64_t s;

	if (c->rank <= *have || d->n_dates++ >= DRAFT_DATES_MAX)
		return;
	s = date_parse(c->text);
	if (s == DATE_NONE)
		return;
	*date = s;
	*have = c->rank;
}

void
draft_text(struct draft *d, enum slot slot, const struct candidate *c, struct arena *arena)
{
	switch (slot) {
	case SLOT_TITLE:
	case SLOT_LINK:
	case SLOT_ID:
	case SLOT_SUMMARY:
	case SLOT_BODY:
	case SLOT_LANG:
		if (c->rank > d->texts[slot].rank && str_trim(c->text).n)
			d->texts[slot] = *c;
		return;
	case SLOT_PUBLISHED:
		set_date(d, &d->published_s, &d->published_rank, c);
		return;
	case SLOT_UPDATED:
		set_date(d, &d->updated_s, &d->updated_rank, c);
		return;
	case SLOT_AUTHOR:
		add_author(d, c->text, arena);
		return;
	case SLOT_CATEGORY:
		add_category(d, c->text, arena);
		return;
	case SLOT_KEYWORDS:
		add_keywords(d, c->text, arena);
		return;
	case SLOT_NONE:
	case SLOT_TEXTS:
		return;
	}
}

void
draft_enclosure(struct draft *d, const struct raw_enclosure *e, struct arena *arena)
{
	struct str url = str_trim(e->url);

	if (url.n == 0 || d->n_enclosures == ITEM_ENCLOSURES_MAX)
		return;
	for (size_t i = 0; i < d->n_enclosures; i++) {
		struct raw_enclosure *known = &d->enclosures[i];

		if (!str_eq(known->url, url))
			continue;
		if (known->type.n == 0)
			known->type = e->type;
		if (known->length < 0)
			known->length = e->length;
		return;
	}
	*ARENA_PUSH(arena, d->enclosures, d->n_enclosures, d->cap_enclosures) =
	    (struct raw_enclosure){
		    .url = url, .type = str_trim(e->type), .base = e->base, .length = e->length
	    };
}

/* Made in tmp, where three times its length may be needed. */
static struct str
resolved(struct str ref, struct str base, const struct draft_bases *bases, struct arena *out,
    struct arena *tmp)
{
	struct str order[3] = { base, bases->channel, bases->document }, url;

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		url = url_http(order[i], ref, tmp, ITEM_LINK_MAX);
		if (url.n)
			return str_dup(out, url);
	}
	return STR("");
}

struct str
draft_link(const struct candidate *c, const struct draft_bases *bases, struct arena *out,
    struct arena *tmp)
{
	return c->rank ? resolved(c->text, c->base, bases, out, tmp) : STR("");
}

/* No title shows markup, whatever its type says: publishers get the type wrong more often than not.
 */
static struct str
one_line(struct str text, struct arena *out, size_t max)
{
	return text_one_line(html_text_from_feed(text, out, max), out);
}

struct str
draft_title(const struct draft *d, struct arena *out)
{
	const struct candidate *c = &d->texts[SLOT_TITLE];

	return c->rank ? one_line(c->text, out, ITEM_TITLE_MAX) : STR("");
}

static struct str
prose(const struct candidate *c, struct arena *out)
{
	if (!c->rank)
		return STR("");
	if (c->kind == TEXT_HTML)
		return html_to_text(c->text, out, ITEM_TEXT_MAX);
	return html_text_from_feed(c->text, out, ITEM_TEXT_MAX);
}

/* Plain text as HTML. */
static struct str
escaped(struct str plain, struct arena *arena)
{
	struct buf out;
	struct str html;

	buf_init(&out, plain.n * 5);
	for (size_t i = 0; i < plain.n; i++) {
		char c = plain.p[i];

		if (c == '<')
			buf_add(&out, STR("&lt;"));
		else if (c == '&')
			buf_add(&out, STR("&amp;"));
		else
			buf_add_char(&out, c);
	}
	html = str_dup(arena, buf_str(&out));
	buf_free(&out);
	return html;
}

static struct str
content(const struct draft *d, const struct draft_bases *bases, struct str link, struct arena *out,
    struct arena *tmp)
{
	const struct candidate *c = &d->texts[SLOT_BODY];
	struct str html, base;

	if (!c->rank)
		c = &d->texts[SLOT_SUMMARY];
	if (!c->rank)
		return STR("");
	html = c->text;
	if (c->kind != TEXT_HTML && !html_has_markup(html))
		html = escaped(html, tmp);
	base = c->base.n          ? c->base
	       : link.n           ? link
	       : bases->channel.n ? bases->channel
				  : bases->document;
	return html_sanitise(html, base, out, ITEM_CONTENT_MAX);
}

static struct str
authors(const struct draft *d, struct arena *out, struct arena *tmp)
{
	char *all, *to;

	if (d->n_authors == 0)
		return STR("");
	if (d->n_authors == 1)
		return one_line(d->authors[0], out, AUTHOR_MAX);
	all = to = arena_bytes(tmp, AUTHOR_MAX);
	for (size_t i = 0; i < d->n_authors; i++) {
		struct str one = one_line(d->authors[i], tmp, AUTHOR_MAX);

		if (one.n == 0 || (size_t)(to - all) + one.n + 2 > AUTHOR_MAX)
			continue;
		if (to > all)
			to = mempcpy(to, ", ", 2);
		to = mempcpy(to, one.p, one.n);
	}
	return str_dup(out, str_n(all, (size_t)(to - all)));
}

static void
categories(const struct draft *d, struct arena *out, struct item *ret)
{
	if (d->n_categories == 0)
		return;
	ret->categories = ARENA_ARRAY(out, struct str, d->n_categories);
	for (size_t i = 0; i < d->n_categories; i++) {
		struct str one = one_line(d->categories[i], out, CATEGORY_MAX);

		if (one.n)
			ret->categories[ret->n_categories++] = one;
	}
}

static void
enclosures(const struct draft *d, const struct draft_bases *bases, struct arena *out,
    struct arena *tmp, struct item *ret)
{
	if (d->n_enclosures == 0)
		return;
	ret->enclosures = ARENA_ARRAY(out, struct enclosure, d->n_enclosures);
	for (size_t i = 0; i < d->n_enclosures; i++) {
		const struct raw_enclosure *raw = &d->enclosures[i];
		struct str url = resolved(raw->url, raw->base, bases, out, tmp);

		if (url.n)
			ret->enclosures[ret->n_enclosures++] = (struct enclosure){
				.url = url,
				.type =
				    text_one_line(text_clean(raw->type, out, CATEGORY_MAX), out),
				.length = raw->length,
			};
	}
}

void
draft_finish(const struct draft *d, const struct draft_bases *bases, bool want_content,
    struct arena *out, struct arena *tmp, struct item *ret)
{
	const struct candidate *id = &d->texts[SLOT_ID];

	*ret = (struct item){ .published_s = d->published_s, .updated_s = d->updated_s };
	if (id->rank)
		ret->id = text_one_line(text_clean(id->text, out, ITEM_ID_MAX), out);
	ret->link = draft_link(&d->texts[SLOT_LINK], bases, out, tmp);
	if (ret->link.n == 0 && id->rank && d->id_is_link)
		ret->link = d->id_is_relative ? draft_link(id, bases, out, tmp)
					      : url_http(STR(""), id->text, out, ITEM_LINK_MAX);
	ret->title = draft_title(d, out);
	ret->summary = prose(&d->texts[SLOT_SUMMARY], out);
	ret->body = prose(&d->texts[SLOT_BODY], out);
	if (want_content)
		ret->content = content(d, bases, ret->link, out, tmp);
	ret->author = authors(d, out, tmp);
	if (d->texts[SLOT_LANG].rank)
		ret->lang = text_one_line(text_clean(d->texts[SLOT_LANG].text, out, 64), out);
	categories(d, out, ret);
	enclosures(d, bases, out, tmp, ret);
	if (ret->link.n == 0 && ret->n_enclosures) /* there is nothing else to follow */
		ret->link = ret->enclosures[0].url;
}
