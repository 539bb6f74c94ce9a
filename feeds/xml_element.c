#include "xml_inside.h"

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
		xml_damage(x, XML_TOO_MANY_NS, offset);
		return;
	}
	x->ns[x->n_ns++] = (struct ns_decl){ prefix, uri, ns_of_declaration(prefix, uri) };
}

/* ---- elements ---- */

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

void
xml_note_junk(struct xml *x, size_t offset)
{
	if (x->weighty == 0)
		xml_damage(x, x->root_seen ? XML_TRAILING_JUNK : XML_PROLOG_JUNK, offset);
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
			xml_damage(x, XML_UNCLOSED, from);
		xml_close(x, found + 1);
		pop(x, str_sub(x->doc, from, to));
	} else if (x->weighty) {
		xml_damage(x, XML_STRAY_END, from);
	} else {
		xml_note_junk(x, from);
	}
}

void
xml_end_element(struct xml *x, struct str qname, size_t from, size_t to)
{
	const struct frame *top = x->depth ? &x->frames[x->depth - 1] : NULL;

	if (top && str_eq(top->qname, qname))
		pop(x, str_sub(x->doc, from, to));
	else
		close_named(x, qname, from, to);
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

void
xml_open_element(struct xml *x, struct str qname, size_t from, size_t to, bool empty)
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
	xml_split_qname(qname, &tag.prefix, &tag.name);
	tag.ns = ns_of(x, tag.prefix, false);
	tag.attrs = x->attrs;
	tag.n_attrs = x->n_attrs;
	weight = x->handler->start(x->cookie, x, &tag);
	if (weight == XML_FRAME)
		x->root_seen = true;
	else
		xml_note_junk(x, from);
	if (x->depth == XML_DEPTH_MAX && weight != XML_VOID) {
		xml_damage(x, XML_TOO_DEEP, from);
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
