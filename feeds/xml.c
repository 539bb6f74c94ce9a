#include "xml.h"

#include "dtd.h"
#include "entity.h"
#include "html.h"
#include "mem.h"

#include <string.h>

struct frame {
	struct str qname;
	enum xml_weight weight;
	unsigned n_ns; /* declarations in scope outside of it */
};

struct ns_decl {
	struct str prefix, uri;
	enum ns ns;
};

/* What is looked for far ahead; where it was found is remembered, so that no byte is searched
 * twice. */
enum needle {
	NEEDLE_QUOTE,
	NEEDLE_APOSTROPHE,
	NEEDLE_CDATA_END,
	NEEDLE_COMMENT_END,
	NEEDLE_PI_END,
	NEEDLE_COUNT
};

struct xml {
	struct str doc;
	size_t pos;
	const struct xml_handler *handler;
	void *cookie;
	struct arena *scratch;
	bool wanted, root_seen, doctype_seen;
	size_t nested_cdata; /* "]]>" that are still to be dropped from text */
	size_t depth;
	size_t weighty; /* frames that are XML_FRAME */
	unsigned n_ns;
	enum ns home;
	struct str home_uri;
	size_t n_attrs;
	size_t found[NEEDLE_COUNT], searched[NEEDLE_COUNT];

	/* from here on not cleared at first: long arrays that have their lengths above */
	struct frame frames[XML_DEPTH_MAX];
	unsigned char marks[XML_DEPTH_MAX]; /* of the frames' names, to find one at a stroke */
	struct ns_decl ns[XML_NS_MAX];
	struct xml_attr attrs[XML_ATTRS_MAX];
	struct str attr_prefix[XML_ATTRS_MAX];
	struct dtd dtd;
};

static void
damage(struct xml *x, enum xml_damage what, size_t offset)
{
	x->handler->damage(x->cookie, what, x->doc.p + offset);
}

static char
at(const struct xml *x, size_t i)
{
	return i < x->doc.n ? x->doc.p[i] : '\0';
}

/* By the second last byte of what is looked for: those of "]]>", "-->", "?>" are rare in text. */
static size_t
find_needle(struct str s, struct str needle)
{
	size_t key = needle.n > 1 ? needle.n - 2 : 0;

	for (size_t i = key; i < s.n; i++) {
		const char *hit = memchr(s.p + i, needle.p[key], s.n - i);

		if (!hit)
			break;
		i = (size_t)(hit - s.p);
		if (str_starts(str_sub(s, i - key, s.n), needle))
			return i - key;
	}
	return STR_NONE;
}

/* First occurrence at or after `from`, or STR_NONE. */
static size_t
seek(struct xml *x, enum needle which, size_t from)
{
	static const struct str needles[] = {
		[NEEDLE_QUOTE] = STR_INIT("\""),
		[NEEDLE_APOSTROPHE] = STR_INIT("'"),
		[NEEDLE_CDATA_END] = STR_INIT("]]>"),
		[NEEDLE_COMMENT_END] = STR_INIT("-->"),
		[NEEDLE_PI_END] = STR_INIT("?>"),
	};
	size_t hit;

	if (x->searched[which] && x->searched[which] - 1 <= from && x->found[which] >= from)
		return x->found[which];
	hit = find_needle(str_sub(x->doc, from, x->doc.n), needles[which]);
	x->searched[which] = from + 1;
	x->found[which] = hit == STR_NONE ? STR_NONE : from + hit;
	return x->found[which];
}

static bool
starts_at(const struct xml *x, size_t i, struct str what)
{
	return str_starts(str_sub(x->doc, i, x->doc.n), what);
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
	       (unsigned char)c >= 0x80;
}

static bool
is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static size_t
skip_space(const struct xml *x, size_t i)
{
	while (i < x->doc.n && str_is_space(x->doc.p[i]))
		i++;
	return i;
}

static size_t
skip_name(const struct xml *x, size_t i)
{
	while (i < x->doc.n && is_name(x->doc.p[i]))
		i++;
	return i;
}

/* ---- text ---- */

static void
note_bare(void *cookie, const char *where)
{
	struct xml *x = cookie;

	x->handler->damage(x->cookie, XML_BARE_AMPERSAND, where);
}

struct str
xml_decode(struct xml *x, struct str raw)
{
	const char *amp = raw.n ? memchr(raw.p, '&', raw.n) : NULL;
	char *start, *to;

	if (!amp)
		return raw;
	if (x->dtd.n_entities) {
		struct str text = dtd_expand(&x->dtd, raw, x->scratch, note_bare, x);

		if (x->dtd.exceeded)
			x->handler->damage(x->cookie, XML_EXPANSION, raw.p);
		return text;
	}
	start = to = arena_bytes(x->scratch, raw.n);
	while (amp) {
		size_t run = (size_t)(amp - raw.p), taken, n;

		memcpy(to, raw.p, run);
		to += run;
		raw = str_sub(raw, run, raw.n);
		taken = entity_decode(raw, to, &n);
		if (!taken) {
			note_bare(x, raw.p);
			*to = '&';
			taken = n = 1;
		}
		to += n;
		raw = str_sub(raw, taken, raw.n);
		amp = raw.n ? memchr(raw.p, '&', raw.n) : NULL;
	}
	if (raw.n)
		memcpy(to, raw.p, raw.n);
	return (struct str){ start, (size_t)(to + raw.n - start) };
}

/* ---- namespaces ---- */

static enum ns
ns_of(struct xml *x, struct str prefix, bool is_attr)
{
	enum ns ns;

	if (prefix.n == 0 && is_attr)
		return NS_NONE;
	for (size_t i = x->n_ns; i-- > 0;) {
		const struct ns_decl *d = &x->ns[i];

		if (!str_eq(d->prefix, prefix))
			continue;
		if (d->ns == NS_NONE || (d->ns == NS_OTHER && prefix.n == 0) ||
		    (x->home_uri.n && str_eq(d->uri, x->home_uri)))
			return x->home;
		return d->ns;
	}
	if (prefix.n == 0)
		return x->home;
	ns = ns_of_prefix(prefix);
	if (ns != NS_XML)
		x->handler->damage(x->cookie, XML_NO_NAMESPACE, prefix.p);
	return ns;
}

void
xml_set_home(struct xml *x, struct str prefix, enum ns home, bool only_unknown)
{
	x->home = home;
	for (size_t i = x->n_ns; i-- > 0;)
		if (str_eq(x->ns[i].prefix, prefix)) {
			if (!only_unknown || x->ns[i].ns == NS_OTHER)
				x->home_uri = x->ns[i].uri;
			return;
		}
}

static void
declare_ns(struct xml *x, struct str prefix, struct str uri, size_t offset)
{
	if (x->n_ns == XML_NS_MAX) {
		damage(x, XML_TOO_MANY_NS, offset);
		return;
	}
	x->ns[x->n_ns++] = (struct ns_decl){ prefix, uri, ns_of_declaration(prefix, uri) };
}

/* ---- elements ---- */

static void
split_qname(struct str qname, struct str *prefix, struct str *local)
{
	if (!str_cut(qname, ':', prefix, local)) {
		*local = qname;
		*prefix = str_sub(qname, 0, 0);
	}
}

static void
pop(struct xml *x, struct str raw)
{
	struct frame *f = &x->frames[--x->depth];

	x->n_ns = f->n_ns;
	x->weighty -= f->weight == XML_FRAME;
	x->handler->end(x->cookie, x, raw);
}

void
xml_close(struct xml *x, size_t depth)
{
	while (x->depth > depth)
		pop(x, STR(""));
}

size_t
xml_depth(const struct xml *x)
{
	return x->depth;
}

void
xml_want_text(struct xml *x, bool wanted)
{
	x->wanted = wanted;
}

static void
note_junk(struct xml *x, size_t offset)
{
	if (x->weighty == 0)
		damage(x, x->root_seen ? XML_TRAILING_JUNK : XML_PROLOG_JUNK, offset);
}

/* The same for the same name, in capitals or not. */
static unsigned char
mark_of(struct str qname)
{
	return qname.n ? (unsigned char)((qname.p[0] | 0x20) + 7 * (qname.p[qname.n - 1] | 0x20) +
					 31 * (int)qname.n)
		       : 0;
}

/* The innermost open element of that name, or STR_NONE. */
static size_t
find_open(const struct xml *x, struct str qname)
{
	unsigned char mark = mark_of(qname);
	const unsigned char *hit;

	for (size_t n = x->depth; n > 0; n = (size_t)(hit - x->marks)) {
		hit = memrchr(x->marks, mark, n);
		if (!hit)
			break;
		if (str_eq_ci(x->frames[hit - x->marks].qname, qname))
			return (size_t)(hit - x->marks);
	}
	return STR_NONE;
}

static void
close_named(struct xml *x, struct str qname, size_t from, size_t to)
{
	size_t found = find_open(x, qname);
	bool crosses = false;

	if (found != STR_NONE)
		for (size_t i = found + 1; i < x->depth; i++)
			crosses |= x->frames[i].weight > x->frames[found].weight;
	if (found != STR_NONE && !crosses) {
		if (found + 1 < x->depth)
			damage(x, XML_UNCLOSED, from);
		xml_close(x, found + 1);
		pop(x, str_sub(x->doc, from, to));
	} else if (x->weighty) {
		damage(x, XML_STRAY_END, from);
	} else {
		note_junk(x, from);
	}
}

/* Behind HTML's <script>: where its end tag begins, or the end of the document. */
static size_t
raw_end(const struct xml *x, struct str qname, size_t from)
{
	while (from < x->doc.n) {
		size_t hit = str_find(str_sub(x->doc, from, x->doc.n), STR("</"));

		if (hit == STR_NONE)
			break;
		from += hit;
		if (str_starts_ci(str_sub(x->doc, from + 2, x->doc.n), qname))
			return from;
		from += 2;
	}
	return x->doc.n;
}

static void
open_element(struct xml *x, struct str qname, size_t from, size_t to, bool empty)
{
	struct xml_tag tag = { .empty = empty, .raw = str_sub(x->doc, from, to) };
	unsigned n_ns = x->n_ns;
	enum xml_weight weight;

	for (size_t i = 0; i < x->n_attrs; i++) {
		if (x->attr_prefix[i].n == 0 && str_eq(x->attrs[i].name, STR("xmlns")))
			declare_ns(x, STR(""), x->attrs[i].value, from);
		else if (str_eq(x->attr_prefix[i], STR("xmlns")))
			declare_ns(x, x->attrs[i].name, x->attrs[i].value, from);
	}
	for (size_t i = 0; i < x->n_attrs; i++) {
		struct str prefix = x->attr_prefix[i];

		x->attrs[i].ns = str_eq(prefix, STR("xmlns")) ? NS_OTHER : ns_of(x, prefix, true);
		x->attrs[i].value = xml_decode(x, x->attrs[i].value);
	}
	split_qname(qname, &tag.prefix, &tag.name);
	tag.ns = ns_of(x, tag.prefix, false);
	tag.attrs = x->attrs;
	tag.n_attrs = x->n_attrs;
	weight = x->handler->start(x->cookie, x, &tag);
	if (weight == XML_FRAME)
		x->root_seen = true;
	else
		note_junk(x, from);
	if (x->depth == XML_DEPTH_MAX && weight != XML_VOID) {
		damage(x, XML_TOO_DEEP, from);
		weight = XML_VOID;
	}
	if (n_ns > x->n_ns) /* the handler closed elements */
		n_ns = x->n_ns;
	if (weight == XML_VOID) {
		x->n_ns = n_ns;
		return;
	}
	x->marks[x->depth] = mark_of(qname);
	x->frames[x->depth++] = (struct frame){ qname, weight, n_ns };
	x->weighty += weight == XML_FRAME;
	if (empty)
		pop(x, STR(""));
	else if (weight == XML_RAW)
		x->pos = raw_end(x, qname, to);
}

struct str
xml_attr(const struct xml_tag *tag, enum ns ns, const char *name)
{
	for (size_t i = 0; i < tag->n_attrs; i++)
		if (tag->attrs[i].ns == ns && str_eq_ci(tag->attrs[i].name, str_c(name)))
			return tag->attrs[i].value;
	return STR("");
}

bool
xml_has_attr(const struct xml_tag *tag, enum ns ns, const char *name)
{
	for (size_t i = 0; i < tag->n_attrs; i++)
		if (tag->attrs[i].ns == ns && str_eq_ci(tag->attrs[i].name, str_c(name)))
			return true;
	return false;
}

/* ---- tags ---- */

/*
 * The value of an attribute that begins with a quote at i -> behind its end, or STR_NONE.  A value
 * that holds '<' and whose closing quote is followed by no delimiter lost its own quote: it ends at
 * '>'.
 */
static size_t
quoted_value(struct xml *x, size_t i, struct str *value, bool *broken)
{
	size_t end = seek(x, at(x, i) == '"' ? NEEDLE_QUOTE : NEEDLE_APOSTROPHE, i + 1), less,
	       greater;

	if (end != STR_NONE) {
		char after = at(x, end + 1);

		*value = str_sub(x->doc, i + 1, end);
		less = str_find_char(*value, '<');
		if (less == STR_NONE)
			return end + 1;
		*broken = true;
		if (str_is_space(after) || after == '/' || after == '>')
			return end + 1;
	}
	*broken = true;
	greater = str_find_char(str_sub(x->doc, i, x->doc.n), '>');
	if (greater == STR_NONE)
		return STR_NONE;
	*value = str_sub(x->doc, i + 1, i + greater);
	return i + greater;
}

static size_t
bare_value(const struct xml *x, size_t i, struct str *value)
{
	size_t start = i;

	while (i < x->doc.n && !str_is_space(x->doc.p[i]) && x->doc.p[i] != '>' &&
	       x->doc.p[i] != '<' && !(x->doc.p[i] == '/' && at(x, i + 1) == '>'))
		i++;
	*value = str_sub(x->doc, start, i);
	return i;
}

static void
add_attr(struct xml *x, struct str qname, struct str value)
{
	struct str local;

	if (x->n_attrs == XML_ATTRS_MAX) {
		x->handler->damage(x->cookie, XML_TOO_MANY_ATTRS, qname.p);
		return;
	}
	split_qname(qname, &x->attr_prefix[x->n_attrs], &local);
	x->attrs[x->n_attrs++] = (struct xml_attr){ NS_NONE, local, value };
}

/* One attribute that begins at i -> behind it; STR_NONE when the document ends first. */
static size_t
read_attr(struct xml *x, size_t i, bool *broken, bool *valueless)
{
	size_t start = i;
	struct str name, value = STR("");

	while (i < x->doc.n && !str_is_space(x->doc.p[i]) && !memchr("=><\"'/", x->doc.p[i], 6))
		i++;
	if (i == start) { /* a stray quote or '=' */
		*broken = true;
		return i + 1;
	}
	name = str_sub(x->doc, start, i);
	i = skip_space(x, i);
	if (at(x, i) != '=') {
		*broken = *valueless = true;
		add_attr(x, name, value);
		return i;
	}
	i = skip_space(x, i + 1);
	if (at(x, i) == '"' || at(x, i) == '\'') {
		i = quoted_value(x, i, &value, broken);
	} else {
		*broken = true;
		i = bare_value(x, i, &value);
	}
	if (i != STR_NONE)
		add_attr(x, name, value);
	return i;
}

enum tag_verdict { TAG_READ, TAG_IS_TEXT, TAG_CUT };

/* x->pos is at '<' with a name behind it. */
static enum tag_verdict
read_tag(struct xml *x)
{
	size_t from = x->pos, name_end = skip_name(x, from + 1), i = name_end;
	bool broken = false, valueless = false, empty = false;

	x->n_attrs = 0;
	for (;;) {
		char c;

		i = skip_space(x, i);
		if (i >= x->doc.n)
			return TAG_CUT;
		c = x->doc.p[i];
		if (c == '>')
			break;
		if (c == '<')
			return TAG_IS_TEXT;
		if (c == '/') {
			empty = at(x, i + 1) == '>';
			i++;
			continue;
		}
		i = read_attr(x, i, &broken, &valueless);
		if (i == STR_NONE)
			return TAG_CUT;
	}
	/* inside a field "x <y and z> w" is prose unless y is an element of HTML */
	if (valueless && x->weighty && x->wanted && !html_has_markup(str_sub(x->doc, from, i + 1)))
		return TAG_IS_TEXT;
	if (broken && x->weighty)
		damage(x, XML_BAD_TAG, from);
	x->pos = i + 1;
	open_element(x, str_sub(x->doc, from + 1, name_end), from, i + 1, empty);
	return TAG_READ;
}

/* x->pos is at "</" with a name behind it, if need be after a blank. */
static void
read_end_tag(struct xml *x)
{
	size_t from = x->pos, name = skip_space(x, from + 2), name_end = skip_name(x, name);
	size_t i = skip_space(x, name_end);
	struct frame *top = x->depth ? &x->frames[x->depth - 1] : NULL;
	struct str qname = str_sub(x->doc, name, name_end);

	while (i < x->doc.n && x->doc.p[i] != '>' && x->doc.p[i] != '<')
		i++;
	if (at(x, i) == '>')
		i++;
	else if (i >= x->doc.n)
		damage(x, XML_CUT, from);
	x->pos = i;
	if (top && str_eq(top->qname, qname))
		pop(x, str_sub(x->doc, from, i));
	else
		close_named(x, qname, from, i);
}

/* ---- the rest of markup ---- */

static void
give_text(struct xml *x, size_t from, size_t to, bool cdata)
{
	struct str text = str_sub(x->doc, from, to);

	if (text.n == 0)
		return;
	if (x->weighty == 0 && str_trim(text).n)
		note_junk(x, from);
	while (x->nested_cdata && !cdata) {
		size_t end = str_find(text, STR("]]>"));

		if (end == STR_NONE)
			break;
		if (x->wanted && end)
			x->handler->text(x->cookie, x, str_sub(text, 0, end), false);
		text = str_sub(text, end + 3, text.n);
		x->nested_cdata--;
	}
	if (x->wanted && text.n)
		x->handler->text(x->cookie, x, text, cdata);
}

/*
 * A CDATA section whose end belongs to another one: an item ends and a section begins before it.
 * Returns where its text ends really, or STR_NONE.
 */
static size_t
lost_cdata_end(struct xml *x, size_t from, size_t inner)
{
	struct str text = str_sub(x->doc, from, inner);
	size_t item = str_find(text, STR("</item>"));
	size_t entry = item == STR_NONE ? str_find(text, STR("</entry>")) : STR_NONE;
	struct frame *top = x->depth ? &x->frames[x->depth - 1] : NULL;
	size_t i = 0;

	if ((item == STR_NONE && entry == STR_NONE) || !top)
		return STR_NONE;
	while (i < text.n) {
		size_t hit = str_find(str_sub(text, i, text.n), STR("</"));

		if (hit == STR_NONE)
			break;
		i += hit;
		if (str_starts(str_sub(text, i + 2, text.n), top->qname))
			return from + i;
		i += 2;
	}
	return STR_NONE;
}

static void
read_cdata(struct xml *x)
{
	static const struct str begin = STR_INIT("<![CDATA[");
	size_t from = x->pos + begin.n, end = seek(x, NEEDLE_CDATA_END, from), inner, lost;

	inner = str_find(str_sub(x->doc, from, end), begin);
	if (inner == STR_NONE && end != STR_NONE) {
		x->pos = end + 3;
		give_text(x, from, end, true);
		return;
	}
	lost = lost_cdata_end(x, from, inner == STR_NONE ? x->doc.n : from + inner);
	if (lost == STR_NONE && end == STR_NONE)
		lost = x->doc.n;
	if (lost != STR_NONE) {
		damage(x, XML_OPEN_CDATA, x->pos);
		x->pos = lost;
		give_text(x, from, lost, true);
		return;
	}
	damage(x, XML_NESTED_CDATA, from + inner);
	x->nested_cdata++;
	x->pos = end + 3;
	give_text(x, from, from + inner, true);
	give_text(x, from + inner + begin.n, end, true);
}

/* Behind markup that ends with a needle; without one, behind the next '>' or at the next '<'. */
static void
skip_markup(struct xml *x, enum needle needle, size_t length)
{
	size_t end = seek(x, needle, x->pos + 2);

	if (end != STR_NONE) {
		x->pos = end + length;
		return;
	}
	damage(x, x->root_seen ? XML_OPEN_MARKUP : XML_PROLOG_JUNK, x->pos);
	for (end = x->pos + 1; end < x->doc.n && x->doc.p[end] != '<'; end++)
		if (x->doc.p[end] == '>') {
			end++;
			break;
		}
	x->pos = end;
}

static void
read_declaration(struct xml *x)
{
	size_t end = STR_NONE;

	if (!x->doctype_seen && !x->root_seen &&
	    str_starts_ci(str_sub(x->doc, x->pos, x->doc.n), STR("<!DOCTYPE"))) {
		x->doctype_seen = true;
		end = dtd_read(&x->dtd, x->doc, x->pos);
	}
	if (end == STR_NONE) {
		size_t greater = str_find_char(str_sub(x->doc, x->pos, x->doc.n), '>');

		end = greater == STR_NONE ? x->doc.n : x->pos + greater + 1;
	}
	x->pos = end;
}

static void
literal_less(struct xml *x)
{
	if (x->weighty)
		damage(x, XML_BARE_LESS, x->pos);
	give_text(x, x->pos, x->pos + 1, false);
	x->pos++;
}

static void
read_markup(struct xml *x)
{
	char next = at(x, x->pos + 1);

	if (is_name_start(next)) {
		switch (read_tag(x)) {
		case TAG_READ:
			return;
		case TAG_IS_TEXT:
			literal_less(x);
			return;
		case TAG_CUT:
			damage(x, XML_CUT, x->pos);
			x->pos = x->doc.n;
			return;
		}
	}
	if (next == '/' && is_name_start(at(x, skip_space(x, x->pos + 2))))
		read_end_tag(x);
	else if (starts_at(x, x->pos, STR("<![CDATA[")))
		read_cdata(x);
	else if (starts_at(x, x->pos, STR("<!--")))
		skip_markup(x, NEEDLE_COMMENT_END, 3);
	else if (next == '!')
		read_declaration(x);
	else if (next == '?')
		skip_markup(x, NEEDLE_PI_END, 2);
	else
		literal_less(x);
}

void
xml_walk(struct str utf8, const struct xml_handler *handler, void *cookie, struct arena *scratch)
{
	struct xml x;

	memset(&x, 0, offsetof(struct xml, frames));
	x.doc = utf8;
	x.handler = handler;
	x.cookie = cookie;
	x.scratch = scratch;
	dtd_init(&x.dtd);
	while (x.pos < x.doc.n) {
		const char *less = memchr(x.doc.p + x.pos, '<', x.doc.n - x.pos);
		size_t end = less ? (size_t)(less - x.doc.p) : x.doc.n;

		give_text(&x, x.pos, end, false);
		x.pos = end;
		if (less)
			read_markup(&x);
	}
	if (x.weighty)
		damage(&x, XML_CUT, x.doc.n);
}
