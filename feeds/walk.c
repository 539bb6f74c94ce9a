/*
 * The one reader of XML formats: the rules of a format (format.h) over the events of xml.h.
 */
#include "capture.h"
#include "html.h"
#include "mem.h"
#include "url.h"

#define RULES_SLOTS                                                                                \
	512           /* of the hash table: a power of two, over twice the rules of any format     \
		       */
#define SCOPES_MAX 64 /* nested xml:base and xml:lang; deeper ones are not heard */
#define BASES_MAX ((size_t)4 << 20) /* bytes that all xml:base of a document may cost */
#define BASE_COST ((size_t)64)      /* of one, beside its own length */

struct open {
	unsigned in;  /* what its children stand in */
	bool foreign; /* unknown, of a namespace of its own */
	const struct rule *rule;
};

struct scope {
	size_t depth;
	struct str base, lang; /* as they were outside */
};

struct walk {
	struct reader *r;
	const struct format *const *formats;
	size_t n_formats;
	const struct rule *table[RULES_SLOTS];
	struct open open[XML_DEPTH_MAX + 1];
	struct scope scopes[SCOPES_MAX];
	size_t n_scopes;
	size_t base_bytes;
	size_t in_root; /* depth of the root that is open, behind its start; 0: none */
	size_t item_depth;
	struct capture capture;
	bool person_named;
};

/* ---- the table of rules ---- */

static size_t
hash(enum ns ns, struct str name)
{
	size_t h = (size_t)ns * 37 + name.n;

	if (name.n)
		h = ((h * 31 + ((unsigned char)name.p[0] | 0x20)) * 31 +
			((unsigned char)name.p[name.n / 2] | 0x20)) *
			31 +
		    ((unsigned char)name.p[name.n - 1] | 0x20);
	return (h ^ (h >> 9)) % RULES_SLOTS;
}

static void
add_rules(struct walk *w, const struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = hash(rules[i].ns, rules[i].name);

		while (w->table[at])
			at = (at + 1) % RULES_SLOTS;
		w->table[at] = &rules[i];
	}
}

static const struct rule *
find_rule(const struct walk *w, enum ns ns, struct str name, unsigned in)
{
	for (size_t at = hash(ns, name); w->table[at]; at = (at + 1) % RULES_SLOTS) {
		const struct rule *rule = w->table[at];

		if (rule->ns == ns && (rule->in & in) && str_eq_ci(rule->name, name))
			return rule;
	}
	return NULL;
}

/* ---- the text of a field ---- */

static void
begin_capture(struct walk *w, struct xml *x, const struct rule *rule, size_t depth)
{
	capture_begin(&w->capture, rule, depth, w->r);
	xml_want_text(x, true);
}

static void
drop_capture(struct walk *w, struct xml *x)
{
	w->capture.rule = NULL;
	xml_want_text(x, false);
}

static void
end_capture(struct walk *w, struct xml *x)
{
	struct reader *r = w->r;
	const struct rule *rule = w->capture.rule;
	struct str text = capture_end(&w->capture, x, r->tmp), outer = r->base;

	drop_capture(w, x);
	if (rule->done) {
		rule->done(r, text);
		return;
	}
	r->base = w->capture.base;
	reader_text(r, rule->slot, rule->rank, w->capture.kind, text);
	r->base = outer;
	if (rule->in & IN_PERSON)
		w->person_named = true;
}

/* What it is called, and whether text or items may be missing because of it. */
static const struct {
	const char *text;
	bool loses;
} damages[XML_DAMAGE_COUNT] = {
	[XML_PROLOG_JUNK] = { "something stands before the document", false },
	[XML_TRAILING_JUNK] = { "something stands behind the document", false },
	[XML_BARE_AMPERSAND] = { "a '&' that begins no entity", false },
	[XML_BARE_LESS] = { "a '<' that begins no tag", false },
	[XML_BAD_TAG] = { "a tag with broken attributes", true },
	[XML_STRAY_END] = { "an end tag of nothing that is open", false },
	[XML_UNCLOSED] = { "an element without end tag", true },
	[XML_CUT] = { "the document ends too early", true },
	[XML_OPEN_CDATA] = { "a CDATA section without end", true },
	[XML_NESTED_CDATA] = { "a CDATA section inside another", false },
	[XML_OPEN_MARKUP] = { "a comment or instruction without end", true },
	[XML_NO_NAMESPACE] = { "a namespace prefix that is not declared", false },
	[XML_TOO_DEEP] = { "elements nested too deep", true },
	[XML_TOO_MANY_ATTRS] = { "a tag with too many attributes", true },
	[XML_TOO_MANY_NS] = { "too many namespace declarations", true },
	[XML_EXPANSION] = { "entities that expand too much", true },
};

static void
on_damage(void *cookie, enum xml_damage what, const char *at)
{
	struct walk *w = cookie;

	reader_warn(w->r, what, at, damages[what].loses, damages[what].text);
}

/* ---- elements ---- */

static void
push_scope(struct walk *w, const struct xml_tag *tag, size_t depth)
{
	struct reader *r = w->r;
	struct str base, lang;

	if (tag->n_attrs == 0 || w->n_scopes == SCOPES_MAX)
		return;
	base = xml_attr(tag, NS_XML, "base");
	lang = xml_attr(tag, NS_XML, "lang");
	if (base.n == 0 && lang.n == 0)
		return;
	w->scopes[w->n_scopes++] = (struct scope){ depth, r->base, r->lang };
	if (base.n && w->base_bytes < BASES_MAX) {
		struct str url = url_http(
		    r->base.n ? r->base : r->source->base_url, base, r->keep, ITEM_LINK_MAX);

		w->base_bytes += url.n + BASE_COST;
		if (url.n)
			r->base = url;
	}
	if (lang.n)
		r->lang = str_dup(r->keep, str_sub(lang, 0, 64));
}

static void
pop_scope(struct walk *w, size_t depth)
{
	if (w->n_scopes && w->scopes[w->n_scopes - 1].depth == depth) {
		struct scope *s = &w->scopes[--w->n_scopes];

		w->r->base = s->base;
		w->r->lang = s->lang;
	}
}

static enum xml_weight
open_as(struct walk *w, size_t depth, unsigned in, const struct rule *rule, enum xml_weight weight)
{
	w->open[depth] = (struct open){ .in = in, .rule = rule };
	return weight;
}

static bool
is_html_void(struct str name)
{
	static const struct str names[] = { STR_INIT("br"), STR_INIT("img"), STR_INIT("hr"),
		STR_INIT("input"), STR_INIT("meta"), STR_INIT("wbr"), STR_INIT("col"),
		STR_INIT("area"), STR_INIT("embed"), STR_INIT("param"), STR_INIT("base") };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_ci(name, names[i]))
			return true;
	return false;
}

static enum xml_weight
start_unknown(struct walk *w, const struct xml_tag *tag, size_t depth)
{
	if (!tag->empty && tag->prefix.n == 0 && is_html_void(tag->name))
		return XML_VOID;
	open_as(w, depth, PLACE_NONE, NULL, XML_LIGHT);
	w->open[depth].foreign = tag->prefix.n && tag->ns == NS_OTHER;
	return XML_LIGHT;
}

static enum xml_weight
start_inner(struct walk *w, const struct xml_tag *tag, size_t depth)
{
	struct capture *c = &w->capture;

	capture_tag(c, tag->raw, tag->prefix, w->r->keep);
	/* <content><div xml:base="...">: the base of all that is in it */
	if (depth == c->depth + 1 && w->n_scopes && w->scopes[w->n_scopes - 1].depth == depth)
		c->base = w->r->base;
	if (!tag->empty && tag->prefix.n == 0 &&
	    (str_eq_ci(tag->name, STR("script")) || str_eq_ci(tag->name, STR("style"))))
		return open_as(w, depth, PLACE_NONE, NULL, XML_RAW);
	return start_unknown(w, tag, depth);
}

static enum xml_weight
start_ruled(
    struct walk *w, struct xml *x, const struct rule *rule, const struct xml_tag *tag, size_t depth)
{
	struct reader *r = w->r;
	unsigned in = depth ? w->open[depth - 1].in : PLACE_NONE;

	r->capture_kind = rule->kind;
	r->capture_base64 = r->capture_markup = r->capture_parts = false;
	if (rule->act == ACT_ITEM) {
		if (!reader_has_room(r))
			xml_stop(x);
		w->item_depth = depth;
		reader_begin_item(r);
	}
	if (rule->start)
		rule->start(r, tag);
	switch (rule->act) {
	case ACT_TEXT:
		if (r->capture_parts)
			return open_as(w, depth, in, rule, XML_FIELD);
		begin_capture(w, x, rule, depth);
		return open_as(w, depth, PLACE_NONE, rule, XML_FIELD);
	case ACT_PERSON:
		w->person_named = false;
		begin_capture(w, x, rule, depth);
		return open_as(w, depth, IN_PERSON, rule, XML_FIELD);
	case ACT_FEED:
		return open_as(w, depth, IN_FEED, rule, XML_FRAME);
	case ACT_ITEM:
		return open_as(w, depth, IN_ITEM, rule, XML_FRAME);
	case ACT_ENTER:
		return open_as(w, depth, in, rule, XML_FIELD);
	case ACT_SKIP:
		break;
	}
	return open_as(w, depth, PLACE_NONE, rule, XML_FIELD);
}

/* No root yet, or after it. */
static enum xml_weight
start_outside(struct walk *w, struct xml *x, const struct xml_tag *tag, size_t depth)
{
	struct reader *r = w->r;
	const struct rule *item;

	for (size_t i = 0; i < w->n_formats && !r->format; i++) {
		const struct format *f = w->formats[i];

		if (!f->claims || !f->claims(tag))
			continue;
		r->format = f;
		add_rules(w, f->rules, f->n_rules);
		if (f->modules)
			add_rules(w, module_rules, n_module_rules);
		xml_set_home(
		    x, f->home_is_nested ? STR("") : tag->prefix, f->home, f->home_is_nested);
	}
	item = r->format ? find_rule(w, tag->ns, tag->name, IN_FEED) : NULL;
	if (item && item->act != ACT_ITEM)
		item = NULL;
	if (!r->format || !r->format->claims(tag)) {
		if (!item || depth > 0)
			return start_unknown(w, tag, depth);
		on_damage(w, XML_TRAILING_JUNK, tag->raw.p); /* the root ended too early */
		return start_ruled(w, x, item, tag, depth);
	}
	w->in_root = depth + 1;
	if (r->lang.n && r->doc.n_items == 0)
		reader_text(r, SLOT_LANG, 1, TEXT_TOKEN, r->lang);
	if (r->format->root)
		r->format->root(r, tag);
	if (item)
		return start_ruled(w, x, item, tag, depth);
	return open_as(w, depth, IN_FEED, NULL, XML_FRAME);
}

/* Does this tag show that the field before it lacks its end? */
static bool
ends_capture(const struct walk *w, const struct xml_tag *tag, size_t depth)
{
	const struct capture *c = &w->capture;
	bool rss = w->r->format->home == NS_RSS, home = tag->ns == w->r->format->home;
	unsigned in = c->depth ? w->open[c->depth - 1].in : PLACE_NONE;
	const struct rule *rule = find_rule(w, tag->ns, tag->name, in | IN_FEED);

	if (!rule || c->markup)
		return false;
	if (rule->act == ACT_ITEM)
		return rss && home;
	if (!(rule->in & in))
		return false;
	if (!c->rule->prose)
		return home && rule->act == ACT_TEXT && rule != c->rule;
	if (!rss || rule->act != ACT_TEXT || rule == c->rule)
		return false;
	if (!home) /* <content:encoded>, <dc:date>: no HTML */
		return depth == c->depth + 1 && tag->prefix.n && tag->ns != NS_XHTML;
	/* HTML has a <link> too, but never without attributes; deeper inside it is the text's own
	 */
	return rule->slot == SLOT_LINK ? tag->n_attrs == 0 && depth == c->depth + 1
				       : !html_is_element(tag->name);
}

/* Inside an element of a module that nobody knows: items in there are the module's own. */
static bool
in_foreign(const struct walk *w, size_t depth)
{
	return depth > 0 && w->open[depth - 1].foreign;
}

static enum xml_weight
on_start(void *cookie, struct xml *x, const struct xml_tag *tag)
{
	struct walk *w = cookie;
	struct reader *r = w->r;
	struct capture *c = &w->capture;
	size_t depth = xml_depth(x);
	const struct rule *rule;
	unsigned in;

	if (depth >= XML_DEPTH_MAX)
		return XML_LIGHT;
	if (c->rule && c->rule->act == ACT_PERSON && depth == c->depth + 1 &&
	    find_rule(w, tag->ns, tag->name, IN_PERSON))
		drop_capture(w, x);
	if (c->rule && r->format && ends_capture(w, tag, depth)) {
		on_damage(w, XML_UNCLOSED, tag->raw.p);
		xml_close(x, c->depth);
		depth = xml_depth(x);
	}
	if (!c->rule || depth == c->depth + 1) /* deeper ones are of links in a text */
		push_scope(w, tag, depth);
	if (c->rule)
		return start_inner(w, tag, depth);
	in = depth ? w->open[depth - 1].in : PLACE_NONE;
	if (in == PLACE_NONE && (!r->format || !r->in_item) && (!r->format || depth == 0))
		return start_outside(w, x, tag, depth);
	rule = find_rule(w, tag->ns, tag->name, in);
	if (!rule && w->in_root && tag->ns == r->format->home && !in_foreign(w, depth)) {
		rule = find_rule(w, tag->ns, tag->name, IN_FEED);
		if (!rule || rule->act != ACT_ITEM)
			return start_unknown(w, tag, depth);
		if (r->in_item) {
			/* the item before lacks its end */
			on_damage(w, XML_UNCLOSED, tag->raw.p);
			xml_close(x, w->item_depth);
			depth = xml_depth(x);
		}
	}
	if (!rule)
		return start_unknown(w, tag, depth);
	return start_ruled(w, x, rule, tag, depth);
}

static void
on_end(void *cookie, struct xml *x, struct str raw)
{
	struct walk *w = cookie;
	struct capture *c = &w->capture;
	size_t depth = xml_depth(x);
	const struct rule *rule = w->open[depth].rule;

	if (c->rule && depth > c->depth && raw.n) {
		struct str name = str_sub(raw, 2, raw.n), prefix, rest;

		if (!str_cut(name, ':', &prefix, &rest))
			prefix = STR("");
		capture_tag(c, raw, prefix, w->r->keep);
	} else if (c->rule && depth == c->depth) {
		end_capture(w, x);
	}
	if (rule && rule->act == ACT_ITEM)
		reader_end_item(w->r);
	else if (!w->r->in_item && !c->rule)
		arena_reset(w->r->tmp);
	pop_scope(w, depth);
	if (w->in_root == depth + 1)
		w->in_root = 0;
}

static void
on_text(void *cookie, struct xml *x, struct str raw, bool cdata)
{
	struct walk *w = cookie;

	(void)x;
	capture_text(&w->capture, raw, cdata, w->r->keep);
}

void
reader_walk(struct reader *r, const struct format *const *formats, size_t n)
{
	static const struct xml_handler handler = { on_start, on_end, on_text, on_damage };
	struct walk w = { .r = r, .formats = formats, .n_formats = n };

	xml_walk(r->utf8, &handler, &w, r->tmp);
}
