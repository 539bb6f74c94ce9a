#include "discover.h"
#include "rows.h"

#include <stdio.h>

#define PAGE "https://www.harbour.example/news/index.html"

/* want: the addresses that the page names, best first, one a line, "|" before a title. */
static const struct {
	const char *name, *html, *want;
} rows[] = {
	{ "alternate",
	    "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" title=\"News &amp; "
	    "more\""
	    " href=\"/rss?a=1&amp;b=2\"></head>",
	    "https://www.harbour.example/rss?a=1&b=2|News & more\n" },
	{ "types, in the order of the page",
	    "<LINK REL=Alternate TYPE='application/atom+xml; charset=utf-8' HREF=a.atom>"
	    "<link rel='home alternate' type=application/feed+json href=b.json>"
	    "<link rel=alternate type=application/rdf+xml href=c.rdf />",
	    "https://www.harbour.example/news/a.atom\nhttps://www.harbour.example/news/b.json\n"
	    "https://www.harbour.example/news/c.rdf\n" },
	{ "rel feed", "<link rel=feed href=/stories>", "https://www.harbour.example/stories\n" },
	{ "named before guessed",
	    "<a href=/blog/feed/>Blog</a><link rel=alternate type=application/rss+xml href=/x>",
	    "https://www.harbour.example/x\nhttps://www.harbour.example/blog/feed/|Blog\n" },
	{ "comments come last",
	    "<link rel=alternate type=application/rss+xml href=/comments/feed/>"
	    "<link rel=alternate type=application/rss+xml title=Kommentare href=/k>"
	    "<a href=/rss.xml>RSS</a>"
	    "<link rel=alternate type=application/rss+xml href=/feed/>",
	    "https://www.harbour.example/feed/\nhttps://www.harbour.example/rss.xml|RSS\n"
	    "https://www.harbour.example/comments/feed/\nhttps://www.harbour.example/"
	    "k|Kommentare\n" },
	{ "what is no feed",
	    "<link rel=stylesheet type=text/css href=/feed.css>"
	    "<link rel=alternate hreflang=de href=/de/>"
	    "<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/7>"
	    "<link rel=alternate type=application/json+oembed href=/oembed?url=x>"
	    "<link rel=icon href=/rss.png><a href=/about>About</a><a href=/files/data.xml>Data</a>"
	    "<a href=/feedback>Feedback</a><a href=/atomic-age>Atoms</a>",
	    "" },
	{ "alternate without a feed's type", "<link rel=alternate type=text/xml href=/index.xml>",
	    "https://www.harbour.example/index.xml\n" },
	{ "links by their look",
	    "<a href=/a.rss>1</a><a href='/?feed=rss2'>2</a><a href=/feed>3</a><a href=/rss/>4</a>"
	    "<a href=/latest.atom>5</a><a href=/feed.json>6</a><a href=/news-feed.xml>7</a>"
	    "<a type=application/rss+xml href=/y>8</a>",
	    "https://www.harbour.example/a.rss|1\nhttps://www.harbour.example/?feed=rss2|2\n"
	    "https://www.harbour.example/feed|3\nhttps://www.harbour.example/rss/|4\n"
	    "https://www.harbour.example/latest.atom|5\nhttps://www.harbour.example/feed.json|6\n"
	    "https://www.harbour.example/news-feed.xml|7\nhttps://www.harbour.example/y|8\n" },
	{ "other hosts after the page's own",
	    "<a href=https://o.example/rss>o</a><a href=/rss>w</a>",
	    "https://www.harbour.example/rss|w\nhttps://o.example/rss|o\n" },
	{ "feed scheme",
	    "<a href=feed://www.harbour.example/rss>r</a><a href=feed:http://o.example/rss>o</a>",
	    "https://www.harbour.example/rss|r\nhttp://o.example/rss|o\n" },
	{ "base element",
	    "<base href=\"https://cdn.example/en/\"><link rel=alternate type=application/rss+xml "
	    "href=f>",
	    "https://cdn.example/en/f\n" },
	{ "twice is once, by its best rank",
	    "<a href=/rss>one</a><a href=/x.rss>x</a>"
	    "<link rel=alternate type=application/rss+xml "
	    "href='HTTPS://www.harbour.example:443/rss'>",
	    "https://www.harbour.example/rss|one\nhttps://www.harbour.example/x.rss|x\n" },
	{ "in scripts and comments nothing counts",
	    "<script>x = '<link rel=feed href=/a>'</script><!-- <link rel=feed href=/b> -->", "" },
	{ "in the body and in noscript too",
	    "<body><noscript><link rel=feed href=/a></noscript><p><link rel=feed href=/b>",
	    "https://www.harbour.example/a\nhttps://www.harbour.example/b\n" },
	{ "javascript is no address", "<link rel=feed href=\"javascript:feed()\">", "" },
	{ "not HTML at all", "plain words", "" },
};

static void
named(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct feed_source source = { .body = str_c(rows[i].html),
			.content_type = STR("text/html"),
			.base_url = STR(PAGE) };
		struct discovery d;
		struct str got = STR("");
		struct err e = { 0 };

		ROW(rows[i].name, discover_feeds(&source, arena, &d, &e));
		for (size_t k = 0; k < d.n_named; k++)
			got = str_fmt(arena, "%.*s%.*s%s%.*s\n", STR_ARG(got),
			    STR_ARG(d.leads[k].url), d.leads[k].title.n ? "|" : "",
			    STR_ARG(d.leads[k].title));
		ROW_STR(rows[i].name, got, str_c(rows[i].want));
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
well_known(void **state)
{
	struct arena *arena = arena_new();
	struct feed_source source = { .body = STR("<p><a href=/rss.xml>all</a>"),
		.base_url = STR(PAGE) };
	struct discovery d;
	struct err e = { 0 };
	size_t rss = 0;

	(void)state;
	ROW("with an address", discover_feeds(&source, arena, &d, &e));
	ROW_I64("one is named", d.n_named, 1);
	ROW("then places to try", d.n > 5);
	ROW_STR("on the page's host", d.leads[1].url, STR("https://www.harbour.example/feed"));
	for (size_t i = 0; i < d.n; i++)
		rss += str_eq(d.leads[i].url, STR("https://www.harbour.example/rss.xml"));
	ROW_I64("none twice", rss, 1);
	source.base_url = STR("");
	ROW("without an address", discover_feeds(&source, arena, &d, &e));
	ROW_I64("nothing can be said", d.n, 0);
	arena_free(arena);
	ROWS_DONE();
}

/* Many links, all of them feeds: bounded, and none is written twice. */
static void
many(void **state)
{
	struct arena *arena = arena_new();
	struct str html = STR("<p>");
	char *p = arena_bytes(arena, 100000 * 24), *to = p;
	struct discovery d;
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		to += sprintf(to, "<a href=/%d.rss>", i % 5000);
	html = str_n(p, (size_t)(to - p));
	ROW("read", discover_feeds(&(struct feed_source){ .body = html, .base_url = STR(PAGE) },
			arena, &d, &e));
	ROW_I64("cap", d.n, DISCOVER_MAX);
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named),
		cmocka_unit_test(well_known),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
