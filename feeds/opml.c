#include "opml.h"

#include "buf.h"
#include "html.h"
#include "item.h"
#include "url.h"
#include "xml.h"

#include <stdlib.h>

#define OPML_OUT_MAX ((size_t)1 << 30) /* bytes */

/* ---- lists of feeds ---- */

static struct str
one_line(struct str text, struct arena *arena)
{
	return text_one_line(html_text_from_feed(text, arena, SUBSCRIPTION_TEXT_MAX), arena);
}

bool
subscriptions_add_local(
    struct subscriptions *s, struct str url, struct str title, struct arena *arena)
{
	if (url.n == 0 || s->n == SUBSCRIPTIONS_MAX)
		return false;
	*ARENA_PUSH(arena, s->v, s->n, s->cap) =
	    (struct subscription){ .url = str_dup(arena, url), .title = one_line(title, arena) };
	return true;
}

bool
subscriptions_add(struct subscriptions *s, struct str url, struct str title, struct arena *arena)
{
	return subscriptions_add_local(
	    s, url_http(STR(""), url, arena, ITEM_LINK_MAX), title, arena);
}

void
subscriptions_tag(struct subscriptions *s, struct str tag, struct arena *arena)
{
	subscription_tag(&s->v[s->n - 1], tag, arena);
}

void
subscription_tag(struct subscription *feed, struct str tag, struct arena *arena)
{
	char *p;

	tag = str_dup(arena, one_line(tag, arena));
	for (p = (char *)tag.p; p < tag.p + tag.n; p++)
		if (*p == ',')
			*p = ' ';
	tag = one_line(tag, arena);
	if (tag.n == 0 || feed->n_tags == SUBSCRIPTION_TAGS_MAX)
		return;
	for (size_t i = 0; i < feed->n_tags; i++)
		if (str_eq_ci(feed->tags[i], tag))
			return;
	*ARENA_PUSH(arena, feed->tags, feed->n_tags, feed->cap_tags) = tag;
}

/* ---- in ---- */

struct opml {
	struct arena *arena;
	struct diags *diags;
	struct subscriptions *feeds;
	struct str text, file;
	struct str folders[XML_DEPTH_MAX + 1]; /* by depth; empty: no folder */
	bool is_opml;
	size_t line, line_at;
};

static struct place
place_of(struct opml *o, const char *at)
{
	size_t offset = (size_t)(at - o->text.p);

	for (; o->line_at < offset; o->line_at++)
		o->line += o->text.p[o->line_at] == '\n';
	return (struct place){ .file = o->file, .line = (int)o->line + 1 };
}

static struct str
attr(const struct xml_tag *tag, const char *name)
{
	return str_trim(xml_attr(tag, NS_NONE, name));
}

/* "/News/Clouds,/Vendors" */
static void
add_categories(struct opml *o, struct str categories)
{
	while (categories.n) {
		struct str path, part;

		str_cut(categories, ',', &path, &categories);
		while (path.n) {
			str_cut(path, '/', &part, &path);
			subscriptions_tag(o->feeds, part, o->arena);
		}
	}
}

static void
add_feed(struct opml *o, const struct xml_tag *tag, size_t depth, struct str url, struct str title)
{
	struct str scheme, rest;

	if (str_starts_ci(url, STR("feed:"))) {
		str_cut(url, ':', &scheme, &rest);
		url = str_starts(rest, STR("//")) ? str_join(o->arena, STR("http:"), rest) : rest;
	}
	if (!subscriptions_add(o->feeds, url, title, o->arena)) {
		diag_add(o->diags, DIAG_WARNING, place_of(o, tag->raw.p), STR(""),
		    "left out: '%.*s' is no http or https address", STR_ARG(str_sub(url, 0, 200)));
		return;
	}
	for (size_t i = 0; i < depth; i++)
		subscriptions_tag(o->feeds, o->folders[i], o->arena);
	add_categories(o, attr(tag, "category"));
}

static enum xml_weight
on_start(void *cookie, struct xml *x, const struct xml_tag *tag)
{
	struct opml *o = cookie;
	size_t depth = xml_depth(x);
	struct str url, title, type;

	if (depth >= XML_DEPTH_MAX)
		return XML_LIGHT;
	o->folders[depth] = STR("");
	o->is_opml |= str_eq_ci(tag->name, STR("opml"));
	if (!str_eq_ci(tag->name, STR("outline")))
		return XML_LIGHT;
	url = attr(tag, "xmlUrl");
	type = attr(tag, "type");
	title = attr(tag, "title");
	if (title.n == 0)
		title = attr(tag, "text");
	if (url.n == 0 && (str_eq_ci(type, STR("rss")) || str_eq_ci(type, STR("atom"))))
		url = attr(tag, "url");
	if (url.n)
		add_feed(o, tag, depth, url, title);
	else
		o->folders[depth] = str_dup(o->arena, title);
	return XML_FIELD;
}

static void
on_end(void *cookie, struct xml *x, struct str raw)
{
	(void)cookie;
	(void)x;
	(void)raw;
}

static void
on_text(void *cookie, struct xml *x, struct str raw, bool cdata)
{
	(void)cookie;
	(void)x;
	(void)raw;
	(void)cdata;
}

static void
on_damage(void *cookie, enum xml_damage what, const char *at)
{
	struct opml *o = cookie;

	if (what != XML_CUT)
		return;
	o->feeds->cut = true;
	diag_add(o->diags, DIAG_WARNING, place_of(o, at), STR(""),
	    "the document ends too early: feeds may be missing");
}

bool
opml_read(struct str utf8, struct str file, struct arena *arena, struct diags *diags,
    struct subscriptions *ret)
{
	static const struct xml_handler handler = { on_start, on_end, on_text, on_damage };
	struct arena *scratch = arena_new();
	struct opml *o = ARENA_NEW(scratch, struct opml);
	bool is_opml;

	o->arena = arena;
	o->diags = diags;
	o->feeds = ret;
	o->text = utf8;
	o->file = file;
	*ret = (struct subscriptions){ 0 };
	xml_walk(utf8, &handler, o, scratch);
	is_opml = o->is_opml;
	arena_free(scratch);
	return is_opml;
}

/* ---- out ---- */

static void
put_attribute(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, " %s=\"", name);
	for (size_t i = 0; i < value.n; i++)
		switch (value.p[i]) {
		case '&':
			buf_add(b, STR("&amp;"));
			break;
		case '<':
			buf_add(b, STR("&lt;"));
			break;
		case '"':
			buf_add(b, STR("&quot;"));
			break;
		default:
			buf_add_char(b, value.p[i]);
		}
	buf_add_char(b, '"');
}

/* All tags as categories: the folder says one of them alone. */
static void
put_categories(struct buf *b, const struct subscription *feed, struct arena *arena)
{
	struct str all = STR("");

	for (size_t i = 0; i < feed->n_tags; i++)
		all = str_fmt(
		    arena, "%.*s%s/%.*s", STR_ARG(all), i ? "," : "", STR_ARG(feed->tags[i]));
	if (feed->n_tags > 1)
		put_attribute(b, "category", all);
}

static void
put_feed(struct buf *b, const struct subscription *feed, const char *indent, struct arena *arena)
{
	struct str title = feed->title.n ? feed->title : feed->url;

	buf_addf(b, "%s<outline type=\"rss\"", indent);
	put_attribute(b, "text", title);
	put_attribute(b, "title", title);
	put_attribute(b, "xmlUrl", feed->url);
	put_categories(b, feed, arena);
	buf_add(b, STR("/>\n"));
}

struct sorted {
	const struct subscription *feed;
	size_t order;
};

static int
by_folder(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int d = (x->feed->n_tags == 0) - (y->feed->n_tags == 0);

	if (d == 0 && x->feed->n_tags)
		d = str_cmp(x->feed->tags[0], y->feed->tags[0]);
	return d ? d : x->order < y->order ? -1 : x->order > y->order;
}

static void
put_feeds(struct buf *b, const struct sorted *v, size_t n, struct arena *arena)
{
	struct str folder = STR("");

	for (size_t i = 0; i < n; i++) {
		struct str own = v[i].feed->n_tags ? v[i].feed->tags[0] : STR("");

		if (!str_eq(own, folder) && folder.n)
			buf_add(b, STR("\t</outline>\n"));
		if (!str_eq(own, folder) && own.n) {
			buf_add(b, STR("\t<outline"));
			put_attribute(b, "text", own);
			buf_add(b, STR(">\n"));
		}
		folder = own;
		put_feed(b, v[i].feed, own.n ? "\t\t" : "\t", arena);
	}
	if (folder.n)
		buf_add(b, STR("\t</outline>\n"));
}

struct str
opml_write(struct str title, const struct subscriptions *s, struct arena *arena)
{
	struct sorted *sorted = ARENA_ARRAY(arena, struct sorted, s->n + 1);
	struct buf b;
	struct str ret;

	for (size_t i = 0; i < s->n; i++)
		sorted[i] = (struct sorted){ &s->v[i], i };
	qsort(sorted, s->n, sizeof(*sorted), by_folder);
	buf_init(&b, OPML_OUT_MAX);
	buf_add(
	    &b, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head>\n"
		    "\t<title>"));
	for (size_t i = 0; i < title.n; i++)
		if (title.p[i] == '&' || title.p[i] == '<')
			buf_addf(&b, "&#%d;", title.p[i]);
		else
			buf_add_char(&b, title.p[i]);
	buf_add(&b, STR("</title>\n</head>\n<body>\n"));
	put_feeds(&b, sorted, s->n, arena);
	buf_add(&b, STR("</body>\n</opml>\n"));
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}
