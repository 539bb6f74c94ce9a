/*
 * How much work a document makes, counted and not timed: the basic blocks that run in the rooms
 * that read documents (they are compiled once more for this test, each block calling
 * __sanitizer_cov_trace_pc), the bytes that libc's searches look at, the memory that is asked for.
 *
 * Four times the document is four times the work, whatever it is a flood of; and no item costs an
 * allocation of its own.
 */
#include "arena.h"
#include "buf.h"
#include "parse.h"
#include "rows.h"

#include <stdio.h>

#define UNCOUNTED __attribute__((no_sanitize_coverage))

static struct work {
	uint64_t steps, allocations, bytes;
} work;

/* ---- what is counted: see -fsanitize-coverage and --wrap in Makefile.am ---- */

void __sanitizer_cov_trace_pc(void);
void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_memchr(const void *p, int c, size_t n);
void *__real_memrchr(const void *p, int c, size_t n);
void *__real_memmem(const void *p, size_t n, const void *needle, size_t m);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_memchr(const void *p, int c, size_t n);
void *__wrap_memrchr(const void *p, int c, size_t n);
void *__wrap_memmem(const void *p, size_t n, const void *needle, size_t m);

UNCOUNTED void
__sanitizer_cov_trace_pc(void)
{
	work.steps++;
}

UNCOUNTED static void
count_allocation(size_t n)
{
	work.allocations++;
	work.bytes += n;
}

UNCOUNTED void *
__wrap_malloc(size_t n)
{
	count_allocation(n);
	return __real_malloc(n);
}

UNCOUNTED void *
__wrap_calloc(size_t count, size_t size)
{
	count_allocation(count * size);
	return __real_calloc(count, size);
}

UNCOUNTED void *
__wrap_realloc(void *p, size_t n)
{
	count_allocation(n);
	return __real_realloc(p, n);
}

/* Sixteen bytes of a search are about a step. */
UNCOUNTED static void *
count_search(const void *from, void *hit, size_t n)
{
	work.steps += 1 + (hit ? (size_t)((const char *)hit - (const char *)from) : n) / 16;
	return hit;
}

UNCOUNTED void *
__wrap_memchr(const void *p, int c, size_t n)
{
	return count_search(p, __real_memchr(p, c, n), n);
}

UNCOUNTED void *
__wrap_memmem(const void *p, size_t n, const void *needle, size_t m)
{
	return count_search(p, __real_memmem(p, n, needle, m), n);
}

UNCOUNTED void *
__wrap_memrchr(const void *p, int c, size_t n)
{
	void *hit = __real_memrchr(p, c, n);

	work.steps += 1 + (hit ? n - (size_t)((const char *)hit - (const char *)p) : n) / 16;
	return hit;
}

static struct work
work_of(struct str body, bool content, size_t *items)
{
	const struct feed_source source = { .body = body,
		.base_url = STR("https://news.example/a/feed"),
		.want_content = content };
	struct arena *arena = arena_new();
	struct feed_doc doc = { 0 };
	struct err e = { 0 };

	work = (struct work){ 0 };
	feed_parse(&source, arena, &doc, &e);
	*items = doc.n_items;
	arena_free(arena);
	return work;
}

/* ---- floods ---- */

#define HEAD "<rss version='2.0'><channel><title>t</title>"
#define TAIL "</channel></rss>"
#define ITEM_HEAD HEAD "<item><title>i</title>"
#define ITEM_TAIL "</item>" TAIL
#define TEXT_HEAD ITEM_HEAD "<description>"
#define TEXT_TAIL "</description>" ITEM_TAIL

static const struct {
	const char *name, *head, *unit, *tail;
} floods[] = {
	{ "items", HEAD, "<item/>", TAIL },
	{ "items with titles", HEAD, "<item><title>a</title></item>", TAIL },
	{ "items without end", HEAD, "<item>", "" },
	{ "items with the same guid", HEAD, "<item><guid>a</guid><link>/b</link></item>", TAIL },
	{ "CDATA", TEXT_HEAD, "<![CDATA[x]]>", TEXT_TAIL },
	{ "CDATA and text", TEXT_HEAD, "a<![CDATA[x]]>", TEXT_TAIL },
	{ "CDATA outside", HEAD, "<![CDATA[x]]>", TAIL },
	{ "CDATA begins", TEXT_HEAD, "<![CDATA[", TEXT_TAIL },
	{ "CDATA begins, an item's end", TEXT_HEAD, "<![CDATA[</item>", TEXT_TAIL },
	{ "CDATA ends", TEXT_HEAD, "]]>", TEXT_TAIL },
	{ "comments", HEAD, "<!-- -->", TAIL },
	{ "comments begin", HEAD, "<!-- ", TAIL },
	{ "comments begin in a text", TEXT_HEAD, "&lt;!-- ", TEXT_TAIL },
	{ "instructions", HEAD, "<?a b?>", TAIL },
	{ "instructions begin", HEAD, "<?a ", TAIL },
	{ "declarations", HEAD, "<!a>", TAIL },
	{ "declarations begin", HEAD, "<!a ", TAIL },
	{ "doctypes", "", "<!DOCTYPE a [", "" },
	{ "entities", "<!DOCTYPE a [", "<!ENTITY a 'b'>", "]>" HEAD TAIL },
	{ "entities used", "<!DOCTYPE a [<!ENTITY a 'bcdefg'>]>" TEXT_HEAD, "&a;", TEXT_TAIL },
	{ "empty elements", HEAD, "<b/>", TAIL },
	{ "elements", HEAD, "<b></b>", TAIL },
	{ "elements open", HEAD, "<b>", TAIL },
	{ "elements of other names open", HEAD, "<b><i><u>", TAIL },
	{ "elements end", HEAD, "</b>", TAIL },
	{ "crossed elements", HEAD, "<b><i></b></i>", TAIL },
	{ "crossed elements far in", HEAD "<a><c><d><e><f><g><h>", "</a><b>", TAIL },
	{ "elements in a text", TEXT_HEAD, "<b/>", TEXT_TAIL },
	{ "elements with text in a text", TEXT_HEAD, "<b>x</b>", TEXT_TAIL },
	{ "prefixed elements in a text", TEXT_HEAD, "<h:b>x</h:b>", TEXT_TAIL },
	{ "tags without end", TEXT_HEAD, "<b ", TEXT_TAIL },
	{ "escaped tags", TEXT_HEAD, "&lt;b>x&lt;/b>", TEXT_TAIL },
	{ "escaped tags without end", TEXT_HEAD, "&lt;b ", TEXT_TAIL },
	{ "escaped tags with a quote", TEXT_HEAD, "&lt;b a='", TEXT_TAIL },
	{ "scripts without end", TEXT_HEAD, "&lt;script>", TEXT_TAIL },
	{ "scripts of XML without end", TEXT_HEAD, "<script>", TEXT_TAIL },
	{ "styles and heads without end", TEXT_HEAD, "&lt;style>&lt;head>", TEXT_TAIL },
	{ "quotes begin", HEAD, "<b a=\"", TAIL },
	{ "quotes of both kinds", HEAD, "<b a=\"'>", TAIL },
	{ "equals signs", TEXT_HEAD, "&lt;b = = ", TEXT_TAIL },
	{ "attributes", HEAD "<b", " a='1'", "/>" TAIL },
	{ "attributes of many", HEAD, "<b a='1' b='2' c='3'/>", TAIL },
	{ "namespaces", HEAD, "<b xmlns:a='u'/>", TAIL },
	{ "namespaces in one", HEAD "<b", " xmlns:a='u'", "/>" TAIL },
	{ "xml:base", HEAD, "<b xml:base='u'/>", TAIL },
	{ "xml:base, nested", HEAD, "<b xml:base='u/'>", TAIL },
	{ "xml:lang", HEAD, "<b xml:lang='en'/>", TAIL },
	{ "categories", ITEM_HEAD, "<category>a</category>", ITEM_TAIL },
	{ "keywords", ITEM_HEAD "<category>", "a,", "</category>" ITEM_TAIL },
	{ "media keywords", ITEM_HEAD "<media:keywords>", "a,", "</media:keywords>" ITEM_TAIL },
	{ "authors", ITEM_HEAD, "<author>a</author>", ITEM_TAIL },
	{ "enclosures", ITEM_HEAD, "<enclosure url='a'/>", ITEM_TAIL },
	{ "links", ITEM_HEAD, "<link>a</link>", ITEM_TAIL },
	{ "no dates", ITEM_HEAD, "<pubDate>x</pubDate>", ITEM_TAIL },
	{ "a long date", ITEM_HEAD "<pubDate>", "1 Jan ", "</pubDate>" ITEM_TAIL },
	{ "a long link", ITEM_HEAD "<link>", "../", "</link>" ITEM_TAIL },
	{ "titles", ITEM_HEAD, "<title>a</title>", ITEM_TAIL },
	{ "titles of the feed", HEAD, "<title>a</title>", TAIL },
	{ "links of the feed", HEAD, "<link>a</link>", TAIL },
	{ "a long title", HEAD "<item><title>", "word ", "</title>" ITEM_TAIL },
	{ "ampersands", TEXT_HEAD, "&amp;", TEXT_TAIL },
	{ "ampersands escaped often", TEXT_HEAD, "&amp;amp;amp;amp;", TEXT_TAIL },
	{ "bare ampersands", TEXT_HEAD, "&", TEXT_TAIL },
	{ "references without end", TEXT_HEAD, "&abcdefghijkl", TEXT_TAIL },
	{ "numbers without end", TEXT_HEAD, "&#1111111111", TEXT_TAIL },
	{ "less-than", TEXT_HEAD, "<", TEXT_TAIL },
	{ "less-than and a slash", TEXT_HEAD, "</", TEXT_TAIL },
	{ "greater-than", TEXT_HEAD, ">", TEXT_TAIL },
	{ "marks on one letter", TEXT_HEAD, "\u0301", TEXT_TAIL },
	{ "marks in no order", TEXT_HEAD, "\u0301\u0327", TEXT_TAIL },
	{ "letters to compose", TEXT_HEAD, "e\u0301 ", TEXT_TAIL },
	{ "blank", HEAD, "\n", TAIL },
	{ "junk before", "", "a <b> ", HEAD TAIL },
	{ "junk behind", HEAD TAIL, "a <b> ", "" },
	{ "roots", "", HEAD "<item/>" TAIL, "" },
	{ "bytes of no charset", TEXT_HEAD, "\xff\xc3", TEXT_TAIL },
	{ "controls", TEXT_HEAD, "\x01", TEXT_TAIL },
	{ "xhtml", "<feed><entry><content type='xhtml'><div>", "<p>a<br/></p>",
	    "</div></content></entry></feed>" },
	{ "base64", "<feed><entry><content type='image/png'>", "QUJD",
	    "</content></entry></feed>" },
	{ "entries' persons", "<feed><entry>", "<author><name>a</name><email>b</email></author>",
	    "</entry></feed>" },
	{ "rdf items", "<rdf:RDF>", "<item rdf:about='a'/>", "</rdf:RDF>" },
	{ "sitemap", "<urlset>", "<url><loc>http://e/a</loc></url>", "</urlset>" },
	{ "sitemap index", "<sitemapindex>", "<sitemap><loc>http://e/a</loc></sitemap>",
	    "</sitemapindex>" },
	{ "JSON items", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[",
	    "{\"id\":1},", "{}]}" },
	{ "JSON arrays", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", "[", "" },
	{ "JSON escapes", "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"", "\\u00e9",
	    "\"}" },
	{ "JSON members", "{\"version\":\"https://jsonfeed.org/version/1\",", "\"a\":1,",
	    "\"b\":2}" },
	{ "JSON tags", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"tags\":[",
	    "\"a\",", "\"b\"]}]}" },
};

#define SMALL ((size_t)(under_valgrind() ? 2 : 8) << 10) /* bytes */
#define TIMES 4

static struct str
flood(size_t i, size_t size, struct arena *arena)
{
	struct str unit = str_c(floods[i].unit), whole;
	struct buf out;

	buf_init(&out, size + (1 << 10));
	buf_add(&out, str_c(floods[i].head));
	while (out.n < size)
		buf_add(&out, unit);
	buf_add(&out, str_c(floods[i].tail));
	whole = str_dup(arena, buf_str(&out));
	buf_free(&out);
	return whole;
}

/* At most a quarter more than in proportion, and what is needed to begin at all. */
static bool
is_linear(uint64_t less, uint64_t more, uint64_t start)
{
	return more <= less * TIMES * 5 / 4 + start;
}

static void
linear(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(floods); i++) {
		size_t items;
		struct work less = work_of(flood(i, SMALL, arena), true, &items);
		struct work more = work_of(flood(i, SMALL * TIMES, arena), true, &items);

		if (getenv("NB_WORK"))
			printf("%-32s %6.1f steps, %5.1f bytes a byte; times %.2f, %.2f\n",
			    floods[i].name, (double)more.steps / (SMALL * TIMES),
			    (double)more.bytes / (SMALL * TIMES),
			    (double)more.steps / (double)less.steps,
			    (double)more.bytes / (double)less.bytes);
		ROW(floods[i].name, is_linear(less.steps, more.steps, 5000));
		ROW(floods[i].name, is_linear(less.bytes, more.bytes, (size_t)256 << 10));
		arena_reset(arena);
	}
	arena_free(arena);
	ROWS_DONE();
}

/* ---- allocations ---- */

/* Each '#' is the number. */
static void
put_numbered(struct buf *out, struct str item, size_t number)
{
	struct str before;

	while (str_cut(item, '#', &before, &item)) {
		buf_add(out, before);
		buf_addf(out, "%zu", number);
	}
	buf_add(out, before);
}

static struct str
feed_of(const char *item, size_t n, struct arena *arena)
{
	struct buf out;
	struct str whole;

	buf_init(&out, (size_t)64 << 20);
	buf_add(&out, STR(HEAD));
	for (size_t i = 0; i < n; i++)
		put_numbered(&out, str_c(item), i);
	buf_add(&out, STR(TAIL));
	whole = str_dup(arena, buf_str(&out));
	buf_free(&out);
	return whole;
}

#define SHORT "A notice on the procurement site of the agency names two &lt;b>vendors&lt;/b>. "
#define LONG SHORT SHORT SHORT SHORT SHORT SHORT SHORT SHORT

#define FEW ((size_t)100)
#define MANY ((size_t)(under_valgrind() ? 1000 : 10000))

static void
no_allocation_an_item(void **state)
{
	static const struct {
		const char *name, *item;
	} rows[] = {
		/* the sanitiser has a scratch of its own; the daemon does not ask for content */
		{ "short", "<item><title>Item #</title><guid>#</guid></item>" },
		{ "a teaser",
		    "<item><title>Customs &amp;amp; ports #</title><link>/news/#</link>"
		    "<author>Ines Kolar</author><category>Ports</category><category>Law</category>"
		    "<pubDate>Tue, 24 Nov 2026 17:05:09 GMT</pubDate>"
		    "<description>&lt;p>The &lt;a href='/x'>caf\u00e9&lt;/a> &amp;lt;b&lt;/p>"
		    "</description><content:encoded><![CDATA[<p>More</p> <img src='/i.jpg'>]]>"
		    "</content:encoded><enclosure url='/a.mp3' type='audio/mpeg'/></item>" },
		{ "much text",
		    "<item><title>Item #</title><guid>#</guid><description>" LONG LONG LONG LONG
		    "</description></item>" },
		{ "two authors and marks",
		    "<item><title>e\u0301 #</title><guid>#</guid><dc:creator>A</dc:creator>"
		    "<dc:creator>B</dc:creator></item>" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t items;
		struct work few = work_of(feed_of(rows[i].item, FEW, arena), false, &items);
		struct work many = work_of(feed_of(rows[i].item, MANY, arena), false, &items);

		if (getenv("NB_WORK"))
			printf("%s: %zu and %zu allocations\n", rows[i].name,
			    (size_t)few.allocations, (size_t)many.allocations);
		ROW_I64(rows[i].name, items, MANY);
		/* the arenas' blocks double up to a size, and then there are more */
		ROW(rows[i].name, many.allocations < few.allocations + 50);
		arena_reset(arena);
	}
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear),
		cmocka_unit_test(no_allocation_an_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
