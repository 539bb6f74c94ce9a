/*
 * A parsed document in one short string, for rows of tests: "format|title|link", and for each item
 * a line of the fields that say something: " i=id l=link t=title s=summary b=body a=author
 * p=published u=updated c=category e=url;type;length g=language", each on demand: only those whose
 * letters stand in `fields`.  '!' behind the format says the document is partial.
 */
#ifndef TESTS_BRIEF_H
#define TESTS_BRIEF_H

#include "rows.h"

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "parse.h"

#include <inttypes.h>
#include <string.h>

#define BRIEF_MAX ((size_t)1 << 20)

static inline void
brief_field(struct buf *b, const char *fields, char which, struct str text)
{
	if (text.n == 0 || !strchr(fields, which))
		return;
	if (b->n && b->p[b->n - 1] != '\n')
		buf_add(b, STR(" "));
	buf_addf(b, "%c=", which);
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(b, text.p[i] == '\n' ? '/' : text.p[i]);
}

static inline void
brief_item(struct buf *b, const char *fields, const struct item *item, struct arena *arena)
{
	brief_field(b, fields, 'i', item->said_id.n ? item->said_id : item->id);
	brief_field(b, fields, 'k', item->id);
	brief_field(b, fields, 'l', item->link);
	brief_field(b, fields, 't', item->title);
	brief_field(b, fields, 's', item->summary);
	brief_field(b, fields, 'b', item->body);
	brief_field(b, fields, 'a', item->author);
	brief_field(b, fields, 'p', date_rfc3339(item->published_s, arena));
	brief_field(b, fields, 'u', date_rfc3339(item->updated_s, arena));
	for (size_t i = 0; i < item->n_categories; i++)
		brief_field(b, fields, 'c', item->categories[i]);
	for (size_t i = 0; i < item->n_enclosures; i++) {
		const struct enclosure *e = &item->enclosures[i];

		brief_field(b, fields, 'e',
		    str_fmt(
			arena, "%.*s;%.*s;%" PRId64, STR_ARG(e->url), STR_ARG(e->type), e->length));
	}
	brief_field(b, fields, 'g', item->lang);
	brief_field(b, fields, 'h', item->content);
}

/* Lives in arena; "error: " and the error's text when it is no feed. */
static inline struct str
brief(const struct feed_source *source, const char *fields, struct arena *arena)
{
	struct feed_doc doc;
	struct err e = { 0 };
	struct buf b;
	struct str ret;

	if (!feed_parse(source, arena, &doc, &e))
		return str_fmt(arena, "error: %s", e.text);
	buf_init(&b, BRIEF_MAX);
	buf_addf(&b, "%s%s|%.*s|%.*s", doc.format, doc.partial ? "!" : "", STR_ARG(doc.title),
	    STR_ARG(doc.link));
	for (size_t i = 0; i < doc.n_items; i++) {
		buf_add(&b, STR("\n"));
		brief_item(&b, fields, &doc.items[i], arena);
	}
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

/* ---- rows ---- */

#define RSS(inner)                                                                                 \
	"<rss version=\"2.0\"><channel><title>F</title><link>http://e.com/</link>" inner           \
	"</channel></rss>"
#define ITEM(inner) RSS("<item>" inner "</item>")
#define ATOM(inner) "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title>" inner "</feed>"
#define ATOM03(inner)                                                                              \
	"<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><title>F</title>" inner "</"     \
	"feed>"
#define RDF(inner)                                                                                 \
	"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\""                       \
	" xmlns=\"http://purl.org/rss/1.0/\"><channel "                                            \
	"rdf:about=\"http://e.com/c\"><title>F</title>"                                            \
	"<link>http://e.com/</link></channel>" inner "</rdf:RDF>"

/* Of a document in UTF-8; sizeof keeps NULs in it. */
#define DOC(text)                                                                                  \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}

struct brief_row {
	const char *name;
	struct str doc;
	const char *base, *fields, *want;
};

static inline void
check_brief(const struct brief_row *rows, size_t n)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < n; i++) {
		struct feed_source source = {
			.body = rows[i].doc, .base_url = str_c(rows[i].base), .want_content = true
		};

		ROW_STR(rows[i].name, brief(&source, rows[i].fields, arena), str_c(rows[i].want));
		arena_reset(arena);
	}
	arena_free(arena);
	ROWS_DONE();
}

#endif
