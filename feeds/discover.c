#include "discover.h"

#include "charset.h"
#include "entity.h"
#include "gzip.h"
#include "html.h"
#include "html_token.h"
#include "mem.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>

#define ATTRIBUTE_MAX ((size_t)4096) /* bytes */
#define TITLE_MAX ((size_t)200)      /* bytes */
#define FOUND_MAX 1024               /* links that are looked at closely */

enum rank {
	RANK_NAMED = 60,     /* the page says it is a feed */
	RANK_ALTERNATE = 40, /* an alternate whose address looks like a feed's */
	RANK_LINK = 30,      /* a link to such an address */
	RANK_ELSEWHERE = 20, /* on another host */
	RANK_COMMENTS = -50, /* added: of comments, seldom what is meant */
};

struct found {
	struct feed_lead lead;
	struct str key; /* one spelling of its URL */
	int rank;
	size_t order;
};

struct page {
	struct arena *arena, *tmp;
	struct str base, host; /* host: the page's own, whatever its <base> says */
	struct found *found;
	size_t n, cap;
};

/* Media types that are a feed's and nothing else's. */
static const struct str feed_types[] = { STR_INIT("application/rss+xml"),
	STR_INIT("application/atom+xml"), STR_INIT("application/rdf+xml"),
	STR_INIT("application/feed+json"), STR_INIT("application/x-rss+xml"),
	STR_INIT("application/x.atom+xml"), STR_INIT("application/x-atom+xml"),
	STR_INIT("application/x-netcdf"), STR_INIT("application/cdf"), STR_INIT("text/rss+xml"),
	STR_INIT("text/rss"), STR_INIT("application/rss") };

/* Those that a feed may have among others. */
static const struct str open_types[] = { STR_INIT("application/xml"), STR_INIT("text/xml"),
	STR_INIT("application/json"), STR_INIT("text/html"), STR_INIT("text/plain"),
	STR_INIT("application/atom"), STR_INIT("") };

/* Last parts of a path, without what follows a '.'; and endings. */
static const struct str feed_names[] = { STR_INIT("feed"), STR_INIT("feeds"), STR_INIT("rss"),
	STR_INIT("rss2"), STR_INIT("atom"), STR_INIT("rdf"), STR_INIT("newsfeed"),
	STR_INIT("rssfeed"), STR_INIT("rss-feed"), STR_INIT("news-sitemap") };
static const struct str feed_endings[] = { STR_INIT("rss"), STR_INIT("rdf"), STR_INIT("atom"),
	STR_INIT("rss2") };
static const struct str feed_queries[] = { STR_INIT("feed=rss"), STR_INIT("feed=atom"),
	STR_INIT("feed=rdf"), STR_INIT("format=feed"), STR_INIT("format=rss"),
	STR_INIT("format=atom"), STR_INIT("type=rss"), STR_INIT("alt=rss"), STR_INIT("alt=atom"),
	STR_INIT("output=rss") };

static const struct str well_known[] = { STR_INIT("/feed"), STR_INIT("/rss"), STR_INIT("/feed.xml"),
	STR_INIT("/rss.xml"), STR_INIT("/atom.xml"), STR_INIT("/index.xml"), STR_INIT("/feed.json"),
	STR_INIT("/feeds"), STR_INIT("/news-sitemap.xml"), STR_INIT("/sitemap.xml") };

static bool
is_one_of(struct str s, const struct str *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_ci(s, v[i]))
			return true;
	return false;
}

/* ---- an address ---- */

static struct str
last_part(struct str path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return str_sub(path, i, path.n);
	return path;
}

static bool
looks_like_feed(struct str href)
{
	struct url u;
	struct str part, name, ending;

	url_split(href, &u);
	for (size_t i = 0; i < ARRAY_LEN(feed_queries); i++)
		if (str_find_ci(u.query, feed_queries[i]) != STR_NONE)
			return true;
	part = last_part(u.path);
	str_cut(part, '.', &name, &ending);
	for (size_t i = part.n; i > 0; i--)
		if (part.p[i - 1] == '.') {
			ending = str_sub(part, i, part.n);
			break;
		}
	if (is_one_of(name, feed_names, ARRAY_LEN(feed_names)))
		return !str_eq_ci(ending, STR("css")) && !str_eq_ci(ending, STR("png")) &&
		       !str_eq_ci(ending, STR("svg")) && !str_eq_ci(ending, STR("gif"));
	if (is_one_of(ending, feed_endings, ARRAY_LEN(feed_endings)))
		return true;
	return (str_eq_ci(ending, STR("xml")) || str_eq_ci(ending, STR("json"))) &&
	       (str_find_ci(part, STR("feed")) != STR_NONE ||
		   str_find_ci(part, STR("rss")) != STR_NONE ||
		   str_find_ci(part, STR("atom")) != STR_NONE ||
		   (str_eq_ci(name, STR("index")) && str_eq_ci(ending, STR("xml"))));
}

/* The same words in the languages whose blogs offer such feeds by themselves. */
static bool
is_about_comments(struct str s)
{
	return str_find_ci(s, STR("comment")) != STR_NONE ||
	       str_find_ci(s, STR("komment")) != STR_NONE ||
	       str_find_ci(s, STR("coment")) != STR_NONE ||
	       str_find_ci(s, STR("commento")) != STR_NONE;
}

/* "feed://host/x" and "feed:https://host/x" of desktop readers. */
static struct str
without_feed_scheme(struct str href, struct arena *arena)
{
	if (!str_starts_ci(href, STR("feed:")))
		return href;
	href = str_sub(href, sizeof("feed:") - 1, href.n);
	return str_starts(href, STR("//")) ? str_join(arena, STR("https:"), href) : href;
}

static void
add(struct page *p, int rank, struct str href, struct str type, struct str title)
{
	struct str url, key;

	if (p->n == FOUND_MAX)
		return;
	url = url_http(p->base, without_feed_scheme(href, p->tmp), p->tmp, ITEM_LINK_MAX);
	if (url.n == 0)
		return;
	key = url_normal(url, p->tmp);
	if (rank < RANK_ALTERNATE && !str_eq_ci(url_host(url), p->host))
		rank = RANK_ELSEWHERE;
	if (is_about_comments(href) || is_about_comments(title))
		rank += RANK_COMMENTS;
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->found[i].key, key)) {
			if (rank > p->found[i].rank)
				p->found[i].rank = rank;
			return;
		}
	*ARENA_PUSH(p->arena, p->found, p->n, p->cap) = (struct found){
		.lead = { str_dup(p->arena, url), str_dup(p->arena, type),
		    str_dup(p->arena, title) },
		.key = str_dup(p->arena, key),
		.rank = rank,
		.order = p->n,
	};
}

/* ---- the page ---- */

struct link {
	struct str href, rel, type, title;
};

static void
read_link(struct page *p, const struct html_token *t, struct link *ret)
{
	struct str rest = t->attributes, name, value;
	bool has_value;

	*ret = (struct link){ 0 };
	while (html_attribute(&rest, &name, &value, &has_value)) {
		struct str *to = str_eq_ci(name, STR("href"))    ? &ret->href
				 : str_eq_ci(name, STR("rel"))   ? &ret->rel
				 : str_eq_ci(name, STR("type"))  ? &ret->type
				 : str_eq_ci(name, STR("title")) ? &ret->title
								 : NULL;

		if (to && to->n == 0)
			*to = str_trim(entity_text(str_sub(value, 0, ATTRIBUTE_MAX), p->tmp));
	}
	str_cut(ret->type, ';', &ret->type, &value);
	ret->type = str_trim(ret->type);
}

static bool
has_word(struct str words, struct str word)
{
	while (words.n) {
		size_t n = 0;

		while (n < words.n && !str_is_space(words.p[n]))
			n++;
		if (str_eq_ci(str_sub(words, 0, n), word))
			return true;
		words = str_trim(str_sub(words, n, words.n));
	}
	return false;
}

static void
take_link(struct page *p, const struct html_token *t)
{
	struct link link;
	struct str title;
	bool alternate;

	read_link(p, t, &link);
	if (link.href.n == 0)
		return;
	title = text_one_line(text_clean(link.title, p->tmp, TITLE_MAX), p->tmp);
	alternate = has_word(link.rel, STR("alternate"));
	if (has_word(link.rel, STR("feed")) ||
	    (alternate && is_one_of(link.type, feed_types, ARRAY_LEN(feed_types))))
		add(p, RANK_NAMED, link.href, link.type, title);
	else if (!has_word(link.rel, STR("stylesheet")) &&
		 is_one_of(link.type, open_types, ARRAY_LEN(open_types)) &&
		 looks_like_feed(link.href))
		add(p, alternate ? RANK_ALTERNATE : RANK_LINK, link.href, link.type, title);
}

/* An <a>: its title, or the text in it. */
static void
take_anchor(struct page *p, const struct html_reader *r, const struct html_token *t)
{
	struct link link;
	struct str text;
	size_t end;

	read_link(p, t, &link);
	if (link.href.n == 0 || (!is_one_of(link.type, feed_types, ARRAY_LEN(feed_types)) &&
				    !looks_like_feed(link.href)))
		return;
	text = str_sub(r->in, r->at, r->at + 2 * TITLE_MAX);
	end = str_find_ci(text, STR("</a"));
	if (link.title.n)
		text = text_clean(link.title, p->tmp, TITLE_MAX);
	else
		text = html_to_text(str_sub(text, 0, end == STR_NONE ? 0 : end), p->tmp, TITLE_MAX);
	add(p, RANK_LINK, link.href, link.type, text_one_line(text, p->tmp));
}

static void
take_base(struct page *p, const struct html_token *t)
{
	struct link link;
	struct str url;

	read_link(p, t, &link);
	url = url_http(p->base, link.href, p->arena, ITEM_LINK_MAX);
	if (url.n)
		p->base = url;
}

static void
read_page(struct page *p, struct str html)
{
	struct html_reader r;
	struct html_token t;

	html_reader_init(&r, html, false);
	while (html_next(&r, &t)) {
		if (t.kind != HTML_START || !t.element)
			continue;
		if (strcmp(t.element->name, "link") == 0)
			take_link(p, &t);
		else if (strcmp(t.element->name, "a") == 0)
			take_anchor(p, &r, &t);
		else if (strcmp(t.element->name, "base") == 0)
			take_base(p, &t);
		if (t.element->flags & HTML_CODE)
			html_skip_hidden(&r, t.element);
		arena_reset(p->tmp);
	}
}

/* ---- what comes of it ---- */

static int
by_rank(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
push(struct page *p, struct discovery *d, size_t *cap, const struct feed_lead *lead)
{
	if (d->n < DISCOVER_MAX)
		*ARENA_PUSH(p->arena, d->leads, d->n, *cap) = *lead;
}

static void
push_well_known(struct page *p, struct str page_url, struct discovery *d, size_t *cap)
{
	for (size_t i = 0; i < ARRAY_LEN(well_known); i++) {
		struct feed_lead lead = {
			url_http(page_url, well_known[i], p->arena, ITEM_LINK_MAX), STR(""), STR("")
		};
		struct str key = url_normal(lead.url, p->arena);
		bool known = lead.url.n == 0;

		for (size_t j = 0; j < p->n && !known; j++)
			known = str_eq(p->found[j].key, key);
		if (!known)
			push(p, d, cap, &lead);
	}
}

bool
discover_feeds(
    const struct feed_source *source, struct arena *arena, struct discovery *ret, struct err *e)
{
	struct page p = {
		.arena = arena, .base = source->base_url, .host = url_host(source->base_url)
	};
	struct arena *keep = arena_new();
	struct charset_result charset;
	struct str body = source->body;
	bool cut, good = !gzip_is(body) || gzip_inflate(body, keep, &body, &cut, e);
	size_t cap = 0;

	if (good)
		good = charset_to_utf8(body, source->content_type, keep, &charset, e);
	if (good) {
		p.tmp = arena_new();
		read_page(&p, charset.utf8);
		arena_free(p.tmp);
		if (p.n)
			qsort(p.found, p.n, sizeof(*p.found), by_rank);
		*ret = (struct discovery){ 0 };
		for (size_t i = 0; i < p.n; i++)
			push(&p, ret, &cap, &p.found[i].lead);
		ret->n_named = ret->n;
		push_well_known(&p, source->base_url, ret, &cap);
	}
	arena_free(keep);
	return good;
}
