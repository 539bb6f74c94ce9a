#include "import.h"
#include "parse.h"
#include "rows.h"
#include "settings.h"

#include <string.h>

/* warnings: how many lines could not be used. */
static const struct {
	const char *name, *in, *want;
	size_t warnings;
} rows[] = {
	{ "opml with folders",
	    "<?xml version='1.0'?><opml version='1.0'><head><title>Desk</title></head><body>\n"
	    "<outline text='Clouds'><outline text='Big'>\n"
	    "<outline type='rss' text='Azure &amp; Co' title='Azure &amp;amp; Co' "
	    "xmlUrl='https://a.example/feed?x=1&amp;y=2'/>"
	    "</outline></outline>\n"
	    "<outline text='Ports' XMLURL='http://p.example/rss' category='/Sea/Ships, Europe'/>"
	    "</body></opml>",
	    "[feed \"azure-co\"]\n# Azure & Co\nurl = https://a.example/feed?x=1&y=2\ntags = "
	    "Clouds, Big\n\n"
	    "[feed \"ports\"]\n# Ports\nurl = http://p.example/rss\ntags = Sea, Ships, Europe\n",
	    0 },
	{ "opml: what is no feed, what is cut",
	    "<opml><body><outline text='Notes'/><outline text='f' xmlUrl='ftp://f.example/x'/>"
	    "<outline text='R' type='rss' url='feed://r.example/rss'/><outline text='cut",
	    "[feed \"r-example\"]\n# R\nurl = http://r.example/rss\n", 2 },
	{ "opml: a tag with a comma, twice the same tag",
	    "<opml><body><outline text='A, B'><outline text='x' category='a  b' "
	    "xmlUrl='https://x.example/'/>"
	    "</outline></body></opml>",
	    "[feed \"x-example\"]\n# x\nurl = https://x.example/\ntags = A B\n", 0 },
	{ "a feed in two folders",
	    "<opml><body><outline text='A'><outline text='x' "
	    "xmlUrl='https://x.example/'/></outline>"
	    "<outline text='y' xmlUrl='https://y.example/'/>"
	    "<outline text='B'><outline text='z' xmlUrl='https://x.example/'/></outline>"
	    "</body></opml>",
	    "[feed \"x-example\"]\n# x\nurl = https://x.example/\ntags = A, B\n\n"
	    "[feed \"y-example\"]\n# y\nurl = https://y.example/\n",
	    1 },
	{ "newsboat",
	    "# mine\nhttps://a.example/rss \"big cloud\" vendors \"~The \\\"A\\\"\" \"!\"\n\n"
	    "https://b.example/atom\n"
	    "\"query:Unread:unread = \\\"yes\\\"\"\n\"exec:/bin/feed 'a b'\" x\nfile:///tmp/x\n"
	    "\"filter:/bin/mend -x:https://c.example/rss\" \"~The C\"\nexec:~/feed\n"
	    "filter:~/mend:https://d.example/\nfilter:/bin/mend:gopher://x\n",
	    "[feed \"the-a\"]\n# The \"A\"\nurl = https://a.example/rss\ntags = big cloud, "
	    "vendors\n\n"
	    "[feed \"b-example\"]\nurl = https://b.example/atom\n\n"
	    "[feed \"feed\"]\nurl = exec:/bin/feed 'a b'\ntags = x\n\n"
	    "[feed \"feed-2\"]\nurl = file:///tmp/x\n\n"
	    "[feed \"the-c\"]\n# The C\nurl = https://c.example/rss\nfilter = /bin/mend -x\n",
	    4 },
	{ "urls, one a line",
	    "https://www.a.example/1\r\nhttps://www.a.example/2\r\nhttps://a.example/?a=1,2\r\n",
	    "[feed \"a-example\"]\nurl = https://www.a.example/1\n\n"
	    "[feed \"a-example-2\"]\nurl = https://www.a.example/2\n\n"
	    "[feed \"a-example-3\"]\nurl = https://a.example/?a=1,2\n",
	    0 },
	{ "names that are taken",
	    "<opml><body><outline text='News' xmlUrl='https://a.example/'/>"
	    "<outline text='News' xmlUrl='https://b.example/'/>"
	    "<outline text='News 2' xmlUrl='https://c.example/'/></body></opml>",
	    "[feed \"news\"]\n# News\nurl = https://a.example/\n\n"
	    "[feed \"news-3\"]\n# News\nurl = https://b.example/\n\n"
	    "[feed \"news-2\"]\n# News 2\nurl = https://c.example/\n",
	    0 },
	{ "rss2email",
	    "[DEFAULT]\nfrom = bot@news.example\nurl-x = 1\n\n[feed.harbour]\nurl = "
	    "https://h.example/rss\n"
	    "active = True\n\n[feed.old]\nurl = https://o.example/rss\nactive = False\n\n"
	    "[feed.gone]\nto = a@b.example\n\n[feed.colon]\nurl: https://c.example/?a=b\n",
	    "[feed \"harbour\"]\n# harbour\nurl = https://h.example/rss\n\n"
	    "[feed \"colon\"]\n# colon\nurl = https://c.example/?a=b\n",
	    1 },
	{ "csv with a head",
	    "Title,URL,Tags\n\"Quay, the\",https://q.example/rss,\"sea, ports\"\nNone,,\n",
	    "[feed \"quay-the\"]\n# Quay, the\nurl = https://q.example/rss\ntags = sea, ports\n",
	    1 },
	{ "csv without a head, semicolons",
	    "https://q.example/rss;Quay;sea|ports\nhttps://r.example/rss;Rail;\n",
	    "[feed \"quay\"]\n# Quay\nurl = https://q.example/rss\ntags = sea, ports\n\n"
	    "[feed \"rail\"]\n# Rail\nurl = https://r.example/rss\n",
	    0 },
	{ "names that begin with a typographic quote",
	    "name\n\u201cWeird Al\u201d Yankovic\n\u201eAbc\u201c\n\u00abQ\n\u201c\u201d\n",
	    "\"\u201cWeird Al\u201d Yankovic\"\n\u201eAbc\u201c\n\"\u00abQ\"\n"
	    "\u201c\u201d\n",
	    0 },
	{ "csv of names with the line ends of old Macs", "name;alias\rMicrosoft;MSFT\rOracle;\r",
	    "Microsoft | MSFT\nOracle\n", 0 },
	{ "csv of names",
	    "name,aliases\nICE,\"Immigration and Customs Enforcement; U.S. ICE\"\n\"Acme, Inc.\",\n"
	    "\"a \"\"b\"\" c\",\"x|y\"\n#metoo\n=Go,Why?\n",
	    "ICE | Immigration and Customs Enforcement | U.S. ICE\nAcme, Inc.\n"
	    "\"a \"\"b\"\" c\" | x | y\n\"=Go\" | \"Why?\"\n",
	    0 },
	{ "one name a line", "Microsoft\nOracle\n\nAT&T\n", "Microsoft\nOracle\nAT&T\n", 0 },
	{ "a cell over two lines", "title\turl\n\"The\nQuay\"\thttps://q.example/\n",
	    "[feed \"the-quay\"]\n# The Quay\nurl = https://q.example/\n", 0 },
};

static void
import_rows(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diags diags;
		struct imported in;

		diags_init(&diags, arena);
		ROW(rows[i].name, import_read(str_c(rows[i].in), STR("f"), arena, &diags, &in));
		ROW_STR(rows[i].name, import_write(&in, arena), str_c(rows[i].want));
		ROW_I64(rows[i].name, diags.n, rows[i].warnings);
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
places(void **state)
{
	static const char csv[] = "title,url\n\"two\nlines\",https://a.example/\nbad,gopher://x\n";
	struct arena *arena = arena_new();
	struct diags diags;
	struct imported in;

	(void)state;
	diags_init(&diags, arena);
	ROW("csv", import_read(STR(csv), STR("feeds.csv"), arena, &diags, &in));
	ROW_STR("csv", diag_text(&diags.v[0], arena),
	    STR("feeds.csv:4: warning: left out: 'gopher://x'\n  it has no http or https "
		"address\n"));
	diags_init(&diags, arena);
	ROW("opml", import_read(STR("<opml>\n<body>\n<outline\n text='x' xmlUrl='ftp://x'/>"
				    "<outline xmlUrl='http://y.example/'/></body></opml>"),
			STR("o"), arena, &diags, &in));
	ROW_STR("opml", diag_text(&diags.v[0], arena),
	    STR("o:3: warning: left out: 'ftp://x' is no http or https address\n"));
	arena_free(arena);
	ROWS_DONE();
}

static void
nothing(void **state)
{
	static const char *const texts[] = { "", "\n\n", "<html><body>x</body></html>", "{\"a\":1}",
		"<opml><body></body></opml>", "[feed.x]\n", "# only a comment\n" };
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct diags diags;
		struct imported in;

		diags_init(&diags, arena);
		ROW(texts[i], !import_read(str_c(texts[i]), STR("f"), arena, &diags, &in));
	}
	arena_free(arena);
	ROWS_DONE();
}

/* What is written is read as the same feeds again. */
static void
opml_there_and_back(void **state)
{
	struct arena *arena = arena_new();
	struct subscriptions out = { 0 }, in = { 0 };
	struct diags diags;
	struct str opml;

	(void)state;
	diags_init(&diags, arena);
	subscriptions_add(&out, STR("https://z.example/?a=1&b=\"2\""), STR("Z < \"Z\" & Z"), arena);
	subscriptions_tag(&out, STR("News & \"more\""), arena);
	subscriptions_tag(&out, STR("late"), arena);
	subscriptions_add(&out, STR("https://none.example/"), STR(""), arena);
	subscriptions_add(&out, STR("https://a.example/"), STR("caf\u00e9"), arena);
	subscriptions_tag(&out, STR("Clouds"), arena);
	ROW("not an address", !subscriptions_add(&out, STR("mailto:x@y"), STR(""), arena));
	opml = opml_write(STR("All & sundry"), &out, arena);
	ROW("read", opml_read(opml, STR("o"), arena, &diags, &in));
	ROW_I64("all of them", in.n, 3);
	ROW_I64("no complaint", diags.n, 0);
	ROW_STR("sorted by folder", in.v[0].title, STR("caf\u00e9"));
	ROW_STR("url", in.v[1].url, out.v[0].url);
	ROW_STR("title", in.v[1].title, out.v[0].title);
	ROW_I64("tags", in.v[1].n_tags, 2);
	ROW_STR("folder", in.v[1].tags[0], STR("News & \"more\""));
	ROW_STR("category", in.v[1].tags[1], STR("late"));
	ROW_STR("no folder", in.v[2].url, STR("https://none.example/"));
	ROW_I64("no folder", in.v[2].n_tags, 0);
	arena_free(arena);
	ROWS_DONE();
}

/* A list as a document, as it comes out of a parser process. */
static void
list_document(void **state)
{
	static const struct {
		const char *name, *in, *error;
		bool partial;
	} lists[] = {
		{ "a list",
		    "<opml><body><outline text='Sea'><outline text='The Bee' "
		    "xmlUrl='http://b.example/'/></outline></body></opml>",
		    NULL, false },
		{ "cut short",
		    "<opml><body><outline text='Sea'><outline text='The Bee' "
		    "xmlUrl='http://b.example/'/></outl",
		    NULL, true },
		{ "without a feed", "<opml><body><outline text='Sea'/></body></opml>",
		    "names no feed", false },
		{ "a feed", "<rss><channel><title>x</title></channel></rss>", "not an OPML",
		    false },
		{ "a page", "<html><body>Log in</body></html>", "not an OPML", false },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct feed_source source = { .body = str_c(lists[i].in), .want_list = true };
		struct feed_doc doc = { 0 };
		struct err e = { 0 };
		bool good = feed_parse(&source, arena, &doc, &e);

		ROW(lists[i].name, good == !lists[i].error);
		if (!good) {
			ROW(lists[i].name,
			    str_find(str_c(e.text), str_c(lists[i].error)) != STR_NONE);
			continue;
		}
		ROW(lists[i].name, doc.partial == lists[i].partial && doc.n_items == 1);
		ROW_STR(lists[i].name, doc.items[0].link, STR("http://b.example/"));
		ROW_STR(lists[i].name, doc.items[0].title, STR("The Bee"));
		ROW_STR(lists[i].name, doc.items[0].categories[0], STR("Sea"));
	}
	arena_free(arena);
	ROWS_DONE();
}

/* The sections that are written are sections. */
static void
written_is_configuration(void **state)
{
	struct arena *arena = arena_new();
	struct section *sections = NULL;
	size_t n = 0, cap = 0;
	struct imported in;
	struct diags diags;

	(void)state;
	diags_init(&diags, arena);
	ROW("read",
	    import_read(
		STR("https://a.example/rss \"x y\" \"~Title [with] \\\"odd\\\" # signs\"\n"),
		STR("f"), arena, &diags, &in));
	settings_read(import_write(&in, arena), STR("f"), arena, &diags, &sections, &n, &cap);
	ROW_I64("no complaint", diags.n, 0);
	ROW_I64("one section", n, 1);
	ROW_STR("kind", sections[0].kind, STR("feed"));
	ROW_STR("name", sections[0].name, STR("title-with-odd-signs"));
	ROW_I64("url and tags", sections[0].n_lines, 2);
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(import_rows),
		cmocka_unit_test(places),
		cmocka_unit_test(nothing),
		cmocka_unit_test(opml_there_and_back),
		cmocka_unit_test(list_document),
		cmocka_unit_test(written_is_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
