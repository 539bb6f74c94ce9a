/*
 * What a document means does not change with how it is written: every sound document of
 * tests/data/feeds/, mutated in ways that say the same or damage nothing but the form, has the same
 * items.
 */
#include "buf.h"
#include "file.h"
#include "parse.h"
#include "rows.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENTS TEST_DATA "/feeds"
#define DOCUMENT_MAX ((size_t)1 << 20) /* bytes */
#define SOUND_MIN 150                  /* documents that are fit for it; else it tests nothing */

/* ---- a document in parts ---- */

enum part { PART_TEXT, PART_START, PART_END, PART_EMPTY, PART_OTHER };

/* Behind `end`, or behind the document. */
static size_t
behind(struct str doc, size_t from, struct str end)
{
	size_t hit = str_find(str_sub(doc, from, doc.n), end);

	return hit == STR_NONE ? doc.n : from + hit + end.n;
}

static size_t
behind_tag(struct str doc, size_t i)
{
	char quote = '\0';

	for (; i < doc.n; i++) {
		char c = doc.p[i];

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return doc.n;
}

/* The next part of *doc, which is shortened. */
static enum part
next_part(struct str *doc, struct str *ret)
{
	static const struct {
		struct str begin, end;
	} others[] = {
		{ STR_INIT("<![CDATA["), STR_INIT("]]>") },
		{ STR_INIT("<!--"), STR_INIT("-->") },
		{ STR_INIT("<?"), STR_INIT("?>") },
		{ STR_INIT("<!"), STR_INIT(">") },
	};
	enum part part = PART_OTHER;
	size_t end;

	if (doc->p[0] != '<') {
		end = str_find_char(*doc, '<');
		*ret = str_sub(*doc, 0, end);
		*doc = str_sub(*doc, ret->n, doc->n);
		return PART_TEXT;
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_starts(*doc, others[i].begin)) {
			end = behind(*doc, others[i].begin.n, others[i].end);
			*ret = str_sub(*doc, 0, end);
			if (i == 3 && str_find_char(*ret, '[') != STR_NONE) /* a DTD's own part */
				*ret = str_sub(*doc, 0, behind(*doc, 0, STR("]>")));
			*doc = str_sub(*doc, ret->n, doc->n);
			return part;
		}
	*ret = str_sub(*doc, 0, behind_tag(*doc, 0));
	*doc = str_sub(*doc, ret->n, doc->n);
	if (str_starts(*ret, STR("</")))
		return PART_END;
	return str_ends(*ret, STR("/>")) ? PART_EMPTY : PART_START;
}

static struct str
tag_name(struct str tag)
{
	size_t from = 1 + (tag.n > 1 && tag.p[1] == '/'), n = from;

	while (n < tag.n && !str_is_space(tag.p[n]) && tag.p[n] != '>' && tag.p[n] != '/')
		n++;
	return str_sub(tag, from, n);
}

static bool
is_among(struct str name, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* Elements that hold one value and stand in a feed or item themselves. */
static bool
is_field(struct str name)
{
	static const struct str names[] = { STR_INIT("title"), STR_INIT("link"), STR_INIT("guid"),
		STR_INIT("id"), STR_INIT("pubDate"), STR_INIT("updated"), STR_INIT("published"),
		STR_INIT("dc:date") };

	return is_among(name, names, ARRAY_LEN(names));
}

/* What stands in these is their own. */
static bool
is_prose(struct str name)
{
	static const struct str names[] = { STR_INIT("description"), STR_INIT("summary"),
		STR_INIT("content"), STR_INIT("content:encoded") };

	return is_among(name, names, ARRAY_LEN(names));
}

/* ---- mutations of parts; `field` is the field the part stands in, or empty ---- */

typedef void mutate_part(struct buf *out, enum part part, struct str s, struct str field);

static void
single_quotes(struct buf *out, enum part part, struct str s, struct str field)
{
	(void)field;
	if (part != PART_START && part != PART_EMPTY) {
		buf_add(out, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		buf_add_char(
		    out, s.p[i] == '"' && str_find_char(s, '\'') == STR_NONE ? '\'' : s.p[i]);
}

static void
blanks_in_tags(struct buf *out, enum part part, struct str s, struct str field)
{
	(void)field;
	if (part == PART_TEXT || part == PART_OTHER || part == PART_EMPTY) {
		buf_add(out, s);
		return;
	}
	buf_add(out, str_sub(s, 0, s.n - 1));
	buf_add(out, STR("\n >"));
}

static void
comments_between(struct buf *out, enum part part, struct str s, struct str field)
{
	buf_add(out, s);
	if (part == PART_END && field.n)
		buf_add(out, STR("<!-- & <b> --><?pi <b>?>"));
}

static void
unknown_between(struct buf *out, enum part part, struct str s, struct str field)
{
	buf_add(out, s);
	if (part == PART_END && field.n)
		buf_add(out, STR("<zz:zz xmlns:zz='urn:zz'><zz:title>z</zz:title>z</zz:zz>"));
}

static void
blanks_in_fields(struct buf *out, enum part part, struct str s, struct str field)
{
	if (part == PART_END && field.n)
		buf_add(out, STR("\n\t "));
	buf_add(out, s);
	if (part == PART_START && field.n)
		buf_add(out, STR(" \n"));
}

static void
controls_in_fields(struct buf *out, enum part part, struct str s, struct str field)
{
	if (part == PART_END && field.n)
		buf_add(out, str_n("\x01\0\x1f", 3));
	buf_add(out, s);
}

static void
numbers_for_letters(struct buf *out, enum part part, struct str s, struct str field)
{
	if (part != PART_TEXT || !field.n || str_find_char(s, '&') != STR_NONE) {
		buf_add(out, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == 'e' || s.p[i] == 'T')
			buf_addf(out, i % 2 ? "&#%d;" : "&#x%x;", s.p[i]);
		else
			buf_add_char(out, s.p[i]);
}

static void
cdata_for_text(struct buf *out, enum part part, struct str s, struct str field)
{
	bool wrap = part == PART_TEXT && field.n && str_trim(s).n &&
		    str_find_char(s, '&') == STR_NONE && str_find(s, STR("]]>")) == STR_NONE;

	if (wrap)
		buf_add(out, STR("<![CDATA["));
	buf_add(out, s);
	if (wrap)
		buf_add(out, STR("]]>"));
}

static void
text_for_cdata(struct buf *out, enum part part, struct str s, struct str field)
{
	struct str begin = STR("<![CDATA[");

	(void)field;
	if (part != PART_OTHER || !str_starts(s, begin)) {
		buf_add(out, s);
		return;
	}
	s = str_sub(s, begin.n, s.n - 3);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '&')
			buf_add(out, STR("&amp;"));
		else if (s.p[i] == '<')
			buf_add(out, STR("&#60;"));
		else
			buf_add_char(out, s.p[i]);
}

static void
closing_tags_gone(struct buf *out, enum part part, struct str s, struct str field)
{
	struct str name = tag_name(s);

	(void)field;
	if (part != PART_END || (!str_eq(name, STR("channel")) && !str_eq(name, STR("rss")) &&
				    !str_eq(name, STR("feed")) && !str_eq(name, STR("rdf:RDF"))))
		buf_add(out, s);
}

static void
stray_end_tags(struct buf *out, enum part part, struct str s, struct str field)
{
	buf_add(out, s);
	if (part == PART_END && field.n)
		buf_add(out, STR("</p></zz>"));
}

static void
image_first(struct buf *out, enum part part, struct str s, struct str field)
{
	(void)field;
	buf_add(out, s);
	if (part == PART_START && str_eq(tag_name(s), STR("channel")))
		buf_add(out, STR("<image><title>Logo</title><link>http://logo.example/</link>"
				 "<url>http://logo.example/a.png</url></image>"));
}

/* ---- mutations of all ---- */

static void
crlf(struct str doc, struct buf *out)
{
	for (size_t i = 0; i < doc.n; i++) {
		if (doc.p[i] == '\n' && (i == 0 || doc.p[i - 1] != '\r'))
			buf_add_char(out, '\r');
		buf_add_char(out, doc.p[i]);
	}
}

/* ASCII in two bytes each, little end first; without a mark. */
static void
utf16(struct str doc, struct buf *out)
{
	for (size_t i = 0; i < doc.n; i++) {
		buf_add_char(out, doc.p[i]);
		buf_add_char(out, '\0');
	}
}

static const struct mutation {
	const char *name;
	const char *before, *after;
	mutate_part *part;
	void (*whole)(struct str doc, struct buf *out);
	bool ascii_only;
} mutations[] = {
	{ "blank before", " \r\n\t", NULL, NULL, NULL, false },
	{ "a mark before", "\xef\xbb\xbf", NULL, NULL, NULL, false },
	{ "a warning before", "<br />\n<b>Notice</b>: x & y < 3 in <b>/x.php</b><br />\n", NULL,
	    NULL, NULL, false },
	{ "a comment before", "<!-- <rss> & -->", NULL, NULL, NULL, false },
	{ "a page around", "<html><body><pre>", "</pre></body></html>", NULL, NULL, false },
	{ "a page after", NULL, "\n<html><body><p>x</p><item>no</item></body></html>", NULL, NULL,
	    false },
	{ "NULs after", NULL, "\x01\x02", NULL, NULL, false },
	{ "CR LF", NULL, NULL, NULL, crlf, false },
	{ "UTF-16", NULL, NULL, NULL, utf16, true },
	{ "single quotes", NULL, NULL, single_quotes, NULL, false },
	{ "blanks in tags", NULL, NULL, blanks_in_tags, NULL, false },
	{ "comments between", NULL, NULL, comments_between, NULL, false },
	{ "unknown elements between", NULL, NULL, unknown_between, NULL, false },
	{ "blanks in fields", NULL, NULL, blanks_in_fields, NULL, false },
	{ "controls in fields", NULL, NULL, controls_in_fields, NULL, false },
	{ "numbers for letters", NULL, NULL, numbers_for_letters, NULL, false },
	{ "CDATA for text", NULL, NULL, cdata_for_text, NULL, false },
	{ "text for CDATA", NULL, NULL, text_for_cdata, NULL, false },
	{ "closing tags gone", NULL, NULL, closing_tags_gone, NULL, false },
	{ "stray end tags", NULL, NULL, stray_end_tags, NULL, false },
	{ "an image first", NULL, NULL, image_first, NULL, false },
};

static void
mutate_parts(mutate_part *mutate, struct str doc, struct buf *out)
{
	struct str part, field = STR(""), within = STR("");
	size_t inside = 0; /* elements inside the field or prose */

	while (doc.n) {
		enum part kind = next_part(&doc, &part);
		struct str name = tag_name(part);

		if (kind == PART_START && within.n == 0 && (is_field(name) || is_prose(name))) {
			within = name;
			field = is_field(name) ? name : STR("");
		} else if (kind == PART_START && within.n) {
			inside++;
		}
		mutate(out, kind, part, inside ? STR("") : field);
		if (kind == PART_END && inside)
			inside--;
		else if (kind == PART_END && str_eq(name, within))
			field = within = STR("");
	}
}

static struct str
mutated(const struct mutation *m, struct str doc, struct arena *arena)
{
	struct buf out;
	struct str ret;

	buf_init(&out, DOCUMENT_MAX * 8);
	buf_add(&out, str_c(m->before));
	if (m->part)
		mutate_parts(m->part, doc, &out);
	else if (m->whole)
		m->whole(doc, &out);
	else
		buf_add(&out, doc);
	buf_add(&out, str_c(m->after));
	ret = str_dup(arena, buf_str(&out));
	buf_free(&out);
	return ret;
}

/* ---- the same items ---- */

static bool
parse(struct str body, struct arena *arena, struct feed_doc *ret)
{
	const struct feed_source source = { .body = body,
		.base_url = STR("https://news.example/x") };
	struct err e;

	*ret = (struct feed_doc){ 0 };
	return feed_parse(&source, arena, ret, &e);
}

static const char *
difference(const struct feed_doc *a, const struct feed_doc *b)
{
	if (a->n_items != b->n_items)
		return "other items";
	if (!str_eq(a->title, b->title) || !str_eq(a->link, b->link))
		return "another feed";
	for (size_t i = 0; i < a->n_items; i++) {
		const struct item *x = &a->items[i], *y = &b->items[i];

		if (!str_eq(x->title, y->title))
			return "another title";
		if (!str_eq(x->link, y->link))
			return "another link";
		if (!str_eq(x->id, y->id))
			return "another id";
		if (x->published_s != y->published_s || x->updated_s != y->updated_s)
			return "another date";
		if (!str_eq(x->summary, y->summary) || !str_eq(x->body, y->body))
			return "another text";
	}
	return NULL;
}

/* Well formed XML in UTF-8 that says nothing of its own about its charset. */
static bool
is_sound(struct str body, const struct feed_doc *doc)
{
	size_t at = str_find(body, STR("encoding="));

	return doc->format && doc->n_warnings == 0 && utf8_valid_length(body) == body.n &&
	       str_starts(body, STR("<")) && str_find_char(body, '\0') == STR_NONE &&
	       str_find_char(body, '\x1b') == STR_NONE &&
	       (at == STR_NONE || str_starts_ci(str_sub(body, at + 10, body.n), STR("utf-8")));
}

static void
check(const char *name, struct str body, const struct feed_doc *doc, struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_LEN(mutations); i++) {
		const struct mutation *m = &mutations[i];
		struct feed_doc got;
		const char *what;

		if (m->ascii_only && !str_is_ascii(body))
			continue;
		what =
		    parse(mutated(m, body, arena), arena, &got) ? difference(doc, &got) : "no feed";
		if (what) {
			rows_failed++;
			print_error("%s: %s: %s\n", name, m->name, what);
		}
		arena_reset(arena);
	}
}

static void
mutation(void **state)
{
	struct arena *names = arena_new(), *keep = arena_new(), *arena = arena_new();
	struct str_list files;
	struct err e = { 0 };
	size_t sound = 0;

	(void)state;
	ROW("list", file_list(DOCUMENTS, "", names, &files, &e));
	for (size_t i = 0; i < files.n; i++) {
		const char *path = str_z(names, files.v[i]);
		struct feed_doc doc;
		struct str body;

		if (!str_ends(files.v[i], STR(".json")) &&
		    file_read(path, DOCUMENT_MAX, keep, &body, &e) && parse(body, keep, &doc) &&
		    is_sound(body, &doc)) {
			sound++;
			check(strrchr(path, '/') + 1, body, &doc, arena);
		}
		arena_reset(keep);
	}
	ROW("documents", sound >= SOUND_MIN);
	arena_free(arena);
	arena_free(keep);
	arena_free(names);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mutation) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
