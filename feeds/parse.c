#include "parse.h"

#include "bytes.h"
#include "charset.h"
#include "entity.h"
#include "format.h"
#include "gzip.h"
#include "mem.h"
#include "opml_doc.h"

#include <string.h>

static const struct format *const formats[] = {
	&format_rss,
	&format_rdf,
	&format_atom,
	&format_json,
	&format_sitemap,
	&format_cdf,
};

/* ---- what it is when it is no feed ---- */

static bool
holds_ci(struct str text, const char *what)
{
	return str_find_ci(str_sub(text, 0, 64 << 10), str_c(what)) != STR_NONE;
}

/* By its first bytes, or NULL. */
static const char *
what_file_it_is(struct str body)
{
	if (str_starts(body, STR("%PDF-")))
		return "a PDF document";
	if (str_starts(body, STR("\x89PNG")) || str_starts(body, STR("GIF8")) ||
	    str_starts(body, STR("\xff\xd8\xff")))
		return "an image";
	if (str_starts(body, STR("PK\3\4")))
		return "a ZIP archive";
	return NULL;
}

static const char *
what_it_seems(struct str body, struct str text)
{
	const char *file = what_file_it_is(body);

	if (file)
		return file;
	if (str_trim(text).n == 0)
		return "empty";
	if (holds_ci(text, "<opml"))
		return "an OPML list of feeds";
	if (holds_ci(text, "<html") || holds_ci(text, "<!doctype html") || holds_ci(text, "<body"))
		return holds_ci(text, "type=\"password\"") || holds_ci(text, "type='password'")
			   ? "a login page"
			   : "an HTML page";
	if (holds_ci(text, "<svg"))
		return "an SVG image";
	if (str_trim(text).p[0] == '<')
		return "XML that is no feed";
	if (str_trim(text).p[0] == '{' || str_trim(text).p[0] == '[')
		return "JSON that is no feed";
	return "plain text";
}

/* ---- reading ---- */

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' && c != '\n' && c != '\t' && c != '\r';
}

/* Offset of the first one, or the length. */
static size_t
find_control(struct str s)
{
	size_t i = 0;

	for (; s.n - i >= BYTES_STEP; i += BYTES_STEP) {
		bytes16 v = bytes_load(s.p + i);
		unsigned low = bytes_low(v);

		if (low &&
		    low & ~(bytes_equal(v, '\n') | bytes_equal(v, '\r') | bytes_equal(v, '\t')))
			break;
	}
	while (i < s.n && !is_control(s.p[i]))
		i++;
	return i;
}

/*
 * XML 1.0 allows no C0 control characters but tab, newline and return, and they mean nothing: they
 * go before anything is read, so that one inside a tag does no harm.
 */
static void
drop_controls(struct reader *r)
{
	size_t first, kept;
	char *clean;

	first = find_control(r->utf8);
	if (first == r->utf8.n)
		return;
	reader_warn(r, WARN_CONTROL, r->utf8.p + first, false, "a control character");
	clean = arena_bytes(r->keep, r->utf8.n);
	kept = 0;
	for (size_t i = 0; i < r->utf8.n; i++) {
		char c = r->utf8.p[i];

		if (c == '\v' || c == '\f')
			clean[kept++] = ' ';
		else if (!is_control(c))
			clean[kept++] = c;
	}
	r->utf8 = str_n(clean, kept);
}

/* Offset of the first character from U+0080 to U+009F, from `at` on, or the length. */
static size_t
find_c1(struct str s, size_t at)
{
	while (at + 1 < s.n) {
		const char *lead = memchr(s.p + at, 0xC2, s.n - at - 1);

		if (!lead)
			break;
		if ((unsigned char)lead[1] < 0xA0)
			return (size_t)(lead - s.p);
		at = (size_t)(lead - s.p) + 2;
	}
	return s.n;
}

/*
 * Nobody writes C1 control characters: they are quotes and dashes of windows-1252 that went through
 * a conversion from ISO 8859-1.
 */
static void
mend_c1(struct reader *r)
{
	struct str s = r->utf8;
	size_t at = find_c1(s, 0), n = 0;
	char *out;

	if (at == s.n)
		return;
	reader_warn(
	    r, WARN_CONTROL, s.p + at, false, "a C1 control character, read as windows-1252");
	out = arena_bytes(r->keep, s.n + s.n / 2); /* two bytes become at most three */
	for (size_t from = 0; from < s.n; at = find_c1(s, from)) {
		memcpy(out + n, s.p + from, at - from);
		n += at - from;
		from = at;
		if (at < s.n) {
			n += entity_number((unsigned char)s.p[at + 1], out + n);
			from += 2;
		}
	}
	r->utf8 = str_n(out, n);
}

static bool
decode(struct reader *r, struct err *e)
{
	struct str body = r->source->body;
	struct charset_result charset;

	if (gzip_is(body)) {
		bool cut;

		if (!gzip_inflate(body, r->keep, &body, &cut, e))
			return false;
		reader_warn(r, WARN_GZIP, NULL, cut,
		    cut ? "a gzip stream that is cut short" : "gzip without Content-Encoding");
	}
	if (!charset_to_utf8(body, r->source->content_type, r->keep, &charset, e))
		return false;
	r->utf8 = charset.utf8;
	if (charset.repaired)
		reader_warn(
		    r, WARN_BYTES, NULL, true, "bytes that are not in the document's charset");
	return true;
}

static bool
read_document(struct reader *r, struct err *e)
{
	if (!decode(r, e))
		return false;
	drop_controls(r);
	mend_c1(r);
	if (r->source->want_list)
		return opml_document(r->utf8, r->out, &r->doc, e);
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (formats[i]->begins && formats[i]->begins(r->utf8)) {
			r->format = formats[i];
			if (!formats[i]->read(r, r->utf8, e))
				return false;
			reader_finish(r);
			return true;
		}
	reader_walk(r, formats, ARRAY_LEN(formats));
	if (!r->format)
		return err_set(
		    e, ERR_INPUT, "not a feed but %s", what_it_seems(r->source->body, r->utf8));
	reader_finish(r);
	return true;
}

bool
feed_parse(
    const struct feed_source *source, struct arena *arena, struct feed_doc *ret, struct err *e)
{
	struct reader r = { .source = source, .out = arena };
	bool ok;

	if (source->body.n == 0)
		return err_set(e, ERR_INPUT, "not a feed but empty");
	r.out_before = arena_used(arena);
	r.keep = arena_new();
	r.tmp = arena_new();
	r.doc.hints.update_base_s = DATE_NONE;
	draft_clear(&r.feed);
	draft_clear(&r.item);
	ok = read_document(&r, e);
	if (ok)
		*ret = r.doc;
	arena_free(r.tmp);
	arena_free(r.keep);
	return ok;
}
