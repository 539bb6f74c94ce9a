#include "html_token.h"

#include "ascii.h"
#include "mem.h"

#include <string.h>

/* Attributes that stand without a value. */
static const struct str bare_attributes[] = { STR_INIT("allowfullscreen"), STR_INIT("async"),
	STR_INIT("autoplay"), STR_INIT("checked"), STR_INIT("compact"), STR_INIT("controls"),
	STR_INIT("defer"), STR_INIT("disabled"), STR_INIT("hidden"), STR_INIT("ismap"),
	STR_INIT("itemscope"), STR_INIT("loop"), STR_INIT("multiple"), STR_INIT("muted"),
	STR_INIT("noshade"), STR_INIT("nowrap"), STR_INIT("open"), STR_INIT("playsinline"),
	STR_INIT("readonly"), STR_INIT("required"), STR_INIT("reversed"), STR_INIT("selected") };

static bool
is_name(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == ':' || c == '_' || c == '.';
}

void
html_reader_init(struct html_reader *r, struct str html, bool doubtful)
{
	*r = (struct html_reader){ .in = html, .doubtful = doubtful };
}

static size_t
find_from(const struct html_reader *r, size_t at, struct str needle)
{
	size_t hit = str_find(str_sub(r->in, at, r->in.n), needle);

	return hit == STR_NONE ? STR_NONE : at + hit;
}

/* Offset of c at or after `at`, or STR_NONE; *none remembers that there is no more. */
static size_t
find_char_once(const struct html_reader *r, size_t at, char c, bool *none)
{
	size_t hit;

	if (*none)
		return STR_NONE;
	hit = str_find_char(str_sub(r->in, at, r->in.n), c);
	*none = hit == STR_NONE;
	return *none ? STR_NONE : at + hit;
}

/*
 * The quoted value that begins at `at` (behind the quote): where it ends.  When a '>' and later a
 * '<' stand in it, the closing quote was forgotten: it ends before that '>'.  STR_NONE: it is not
 * closed.
 */
static size_t
quoted_end(struct html_reader *r, size_t at, char quote)
{
	size_t end = find_char_once(r, at, quote, &r->no_quote[quote == '"']);
	struct str value;
	size_t gt;

	if (end == STR_NONE)
		return STR_NONE;
	value = str_sub(r->in, at, end);
	gt = str_find_char(value, '>');
	if (gt != STR_NONE && str_find_char(str_sub(value, 0, gt), '<') == STR_NONE &&
	    str_find_char(str_sub(value, gt, value.n), '<') != STR_NONE)
		return at + gt - 1;
	return end;
}

/* The '=' at `at`: does a name touch it, or a quote follow?  That of "x <y = 5" does neither. */
static bool
looks_valued(struct str in, size_t at)
{
	size_t next = at + 1;

	while (next < in.n && str_is_space(in.p[next]))
		next++;
	return is_name(in.p[at - 1]) || (next < in.n && (in.p[next] == '"' || in.p[next] == '\''));
}

/*
 * Where the attributes that begin at `at` end: at a '>', at a '<' (the tag is not closed) or at the
 * end of the text.  *valued: one of them has a value.
 */
static size_t
attributes_end(struct html_reader *r, size_t at, bool *valued)
{
	bool after_equals = false;

	*valued = false;
	for (; at < r->in.n && r->in.p[at] != '>' && r->in.p[at] != '<'; at++) {
		char c = r->in.p[at];

		if (after_equals && (c == '"' || c == '\'')) {
			size_t end = quoted_end(r, at + 1, c);

			if (end != STR_NONE)
				at = end;
			after_equals = false;
		} else if (c == '=') {
			after_equals = true;
			*valued = *valued || looks_valued(r->in, at);
		} else if (!str_is_space(c)) {
			after_equals = false;
		}
	}
	return at;
}

static bool
is_bare_attribute(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(bare_attributes); i++)
		if (str_eq_ci(name, bare_attributes[i]))
			return true;
	return str_starts_ci(name, STR("data-")) || str_starts_ci(name, STR("aria-"));
}

/* No '=' among them: are they nothing, a '/' or attributes that need no value? */
static bool
are_bare_attributes(struct str attributes)
{
	struct str name, value;
	bool has_value;

	while (html_attribute(&attributes, &name, &value, &has_value))
		if (!is_bare_attribute(name))
			return false;
	return true;
}

/* Is what has the form of a tag one?  Text of feeds is full of '<' that mean less. */
static bool
is_tag(const struct html_reader *r, const struct html_token *t, bool valued, bool closed)
{
	bool prefixed = memchr(t->name.p, ':', t->name.n) || memchr(t->name.p, '-', t->name.n);

	if (!closed && valued)
		return t->element || prefixed;
	if (!closed) /* "a <b" is text, "a <strong" was cut */
		return r->at == r->in.n && t->element && t->name.n > 1 && t->attributes.n == 0;
	if (!r->doubtful || valued)
		return true;
	if (!t->element && !prefixed)
		return false;
	return t->kind == HTML_END || are_bare_attributes(t->attributes);
}

/* in[at] is '<', a letter follows it or its '/'. */
static bool
read_tag(struct html_reader *r, struct html_token *t)
{
	size_t from = r->at, name = from + 1, end;
	bool valued, closed;

	t->kind = r->in.p[name] == '/' ? HTML_END : HTML_START;
	name += t->kind == HTML_END;
	for (end = name; end < r->in.n && is_name(r->in.p[end]); end++)
		;
	t->name = str_sub(r->in, name, end);
	if (end < r->in.n && !str_is_space(r->in.p[end]) && !memchr("/><", r->in.p[end], 3))
		return false;
	if (r->in.p[end - 1] == ':') /* "<http://...>" */
		return false;
	t->element = html_element(t->name);
	name = end;
	end = attributes_end(r, name, &valued);
	closed = end < r->in.n && r->in.p[end] == '>';
	t->attributes = str_sub(r->in, name, end);
	r->at = end;
	if (!is_tag(r, t, valued, closed)) {
		r->at = from;
		r->text_to = end;
		return false;
	}
	r->at = end + closed;
	return true;
}

/* <!-- -->, or false when it is text. */
static bool
read_comment(struct html_reader *r)
{
	size_t from = r->at, end = STR_NONE;

	if (str_starts(str_sub(r->in, from, r->in.n), STR("<!-->"))) {
		r->at = from + 5;
		return true;
	}
	if (!r->no_comment_end)
		end = find_from(r, from + 2, STR("-->"));
	if (end != STR_NONE) {
		r->at = end + 3;
		return true;
	}
	r->no_comment_end = true;
	if (r->doubtful)
		return false;
	end = find_char_once(r, from, '>', &r->no_gt);
	r->at = end == STR_NONE ? r->in.n : end + 1;
	return true;
}

/* <!doctype ...>, <?php ... ?>, <![CDATA[, </>; or false when it is text. */
static bool
read_other(struct html_reader *r)
{
	struct str here = str_sub(r->in, r->at, r->in.n);
	size_t end;

	if (str_starts(here, STR("<!--")))
		return read_comment(r);
	if (str_starts_ci(here, STR("<![CDATA["))) {
		r->at += sizeof("<![CDATA[") - 1;
		r->cdata = true;
		return true;
	}
	if (here.n < 3 || (!ascii_is_letter(here.p[2]) && here.p[1] != '/'))
		return false;
	if (here.p[1] == '/' && here.p[2] != '>')
		return false;
	end = find_char_once(r, r->at, '>', &r->no_gt);
	if (end == STR_NONE)
		return false;
	r->at = end + 1;
	return true;
}

static bool
read_markup(struct html_reader *r, struct html_token *t)
{
	char c;

	if (r->at + 1 >= r->in.n)
		return false;
	c = r->in.p[r->at + 1];
	if (ascii_is_letter(c) ||
	    (c == '/' && r->at + 2 < r->in.n && ascii_is_letter(r->in.p[r->at + 2])))
		return read_tag(r, t);
	if (c != '!' && c != '?' && c != '/')
		return false;
	t->kind = HTML_OTHER;
	return read_other(r);
}

/* Text up to the next '<', and to the end of a CDATA section. */
static void
read_text(struct html_reader *r, struct html_token *t)
{
	size_t from = r->text_to > r->at ? r->text_to : r->at + 1;
	size_t end = str_find_char(str_sub(r->in, from, r->in.n), '<');
	struct str text = str_sub(r->in, r->at, end == STR_NONE ? r->in.n : from + end);

	if (r->cdata) {
		end = str_find(text, STR("]]>"));
		if (end == 0) {
			t->kind = HTML_OTHER;
			text = str_sub(text, 0, 3);
			r->cdata = false;
		} else if (end != STR_NONE) {
			text = str_sub(text, 0, end);
		}
	}
	r->at += text.n;
}

bool
html_next(struct html_reader *r, struct html_token *ret)
{
	size_t from = r->at;

	if (from >= r->in.n)
		return false;
	*ret = (struct html_token){ 0 };
	if (r->in.p[from] != '<' || !read_markup(r, ret)) {
		*ret = (struct html_token){ .kind = HTML_TEXT };
		read_text(r, ret);
	}
	ret->raw = str_sub(r->in, from, r->at);
	return true;
}

/* Offset of "</name" or "<body" at or after `at`, or STR_NONE. */
static size_t
find_tag(const struct html_reader *r, size_t at, struct str opening, struct str name)
{
	for (;;) {
		struct str rest = str_sub(r->in, at, r->in.n);
		size_t hit = str_find(rest, opening);
		struct str after;

		if (hit == STR_NONE)
			return STR_NONE;
		at += hit;
		after = str_sub(r->in, at + opening.n, r->in.n);
		if (str_starts_ci(after, name) && (after.n == name.n || !is_name(after.p[name.n])))
			return at;
		at += opening.n;
	}
}

void
html_skip_hidden(struct html_reader *r, const struct html_element *element)
{
	/* two hidden elements share a first letter only where both are rare: then one is not
	 * skipped */
	unsigned bit = 1u << (element->name[0] - 'a');
	size_t end = STR_NONE;

	if (!(r->no_end & bit))
		end = find_tag(r, r->at, STR("</"), str_c(element->name));
	if (end == STR_NONE && !(r->no_end & bit) && strcmp(element->name, "head") == 0)
		end = find_tag(r, r->at, STR("<"), STR("body"));
	if (end != STR_NONE) {
		r->at = end;
		return;
	}
	r->no_end |= bit;
	if ((element->flags & HTML_CODE) && !r->doubtful)
		r->at = r->in.n;
}

bool
html_attribute(struct str *attributes, struct str *name, struct str *value, bool *has_value)
{
	const char *p = attributes->p, *end = p + attributes->n, *from;

	while (p < end && (str_is_space(*p) || *p == '/' || *p == '"' || *p == '\''))
		p++;
	if (p == end)
		return false;
	from = p++; /* a '=' in first place is part of the name */
	while (p < end && !str_is_space(*p) && *p != '=' && *p != '/')
		p++;
	*name = str_n(from, (size_t)(p - from));
	while (p < end && str_is_space(*p))
		p++;
	*value = str_n(p, 0);
	*has_value = p < end && *p == '=';
	if (*has_value) {
		for (p++; p < end && str_is_space(*p); p++)
			;
		if (p < end && (*p == '"' || *p == '\'')) {
			char quote = *p++;
			const char *close = p < end ? memchr(p, quote, (size_t)(end - p)) : NULL;

			from = p;
			p = close ? close : end;
			*value = str_n(from, (size_t)(p - from));
			p += close != NULL;
		} else {
			for (from = p; p < end && !str_is_space(*p); p++)
				;
			*value = str_n(from, (size_t)(p - from));
		}
	}
	*attributes = str_n(p, (size_t)(end - p));
	return true;
}
