/*
 * Whatever happens to a document, cut anywhere or bytes of it changed: nothing crashes, what comes
 * of it keeps item.h's promises, and what stood complete before the damage is there.
 */
#include "dice.h"
#include "rows.h"

#include "mem.h"
#include "parse.h"
#include "utf8.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Documents of every format.  Items are told by their titles, "item 1" and on; end: what closes an
 * item, so that the test knows how many stand complete before the damage.
 */
static const struct {
	const char *name, *doc, *end;
} whole[] = {
	{ "rss",
	    "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0' "
	    "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>News</title>"
	    "<link>http://e.com/</link>"
	    "<item><title>item 1</title><link>http://e.com/1?a=b&amp;c=d</link><guid>1</guid>"
	    "<pubDate>Tue, 24 Nov 2026 17:05:09 GMT</pubDate></item>"
	    "<item><title><![CDATA[item 2]]></title><guid isPermaLink='false'>2</guid>"
	    "<description>&lt;p&gt;caf\xc3\xa9&lt;/p&gt;</description>"
	    "<content:encoded><![CDATA[<p>x</p><img src='y'>]]></content:encoded></item>\n"
	    "<!-- between -->"
	    "<item><title>item&#32;3</title><guid>3</guid><enclosure url='/a.mp3' length='1' "
	    "type='audio/mpeg'/><category>c</category></item></channel></rss>\n",
	    "</item>" },
	{ "atom",
	    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>News</title>"
	    "<link href='http://e.com/'/><id>urn:f</id>"
	    "<entry><title type='html'>&lt;b&gt;item 1&lt;/b&gt;</title><id>urn:1</id>"
	    "<link rel='alternate' href='/1'/><updated>2026-11-24T17:05:09Z</updated></entry>"
	    "<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>item "
	    "<i>2</i></div></title><id>urn:2</id><author><name>N</name></author>"
	    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x<br/>y</p></div>"
	    "</content></entry><entry><title>item 3</title><id>urn:3</id></entry></feed>",
	    "</entry>" },
	{ "rdf",
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	    "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
	    "<channel rdf:about='http://e.com/'><title>News</title><items><rdf:Seq>"
	    "<rdf:li rdf:resource='http://e.com/1'/></rdf:Seq></items></channel>"
	    "<item rdf:about='http://e.com/1'><title>item 1</title><dc:date>2026-11-24</dc:date>"
	    "</item><item rdf:about='http://e.com/2'><title>item 2</title></item>"
	    "<item rdf:about='http://e.com/3'><title>item 3</title></item></rdf:RDF>",
	    "</item>" },
	{ "a doctype and entities",
	    "<!DOCTYPE rss [<!ENTITY who 'item'><!ENTITY % p "
	    "'q'>]><rss><channel><title>News</title>"
	    "<item><title>&who; 1</title></item><item><title>&who; 2</title>"
	    "<description>&eacute;&nbsp;&amp;lt;</description></item>"
	    "<item><title>&who; 3</title></item></channel></rss>",
	    "</item>" },
};

/* How many of "item 1", "item 2", ... are among the items, in that order, without a gap. */
static size_t
items_found(const struct feed_doc *doc)
{
	size_t found = 0;

	for (size_t i = 0; i < doc->n_items; i++) {
		char want[] = "item 1";

		want[5] = (char)('1' + found);
		found += str_eq_c(doc->items[i].title, want);
	}
	return found;
}

/* Items that stand complete in the first n bytes. */
static size_t
items_complete(struct str doc, const char *end, size_t n)
{
	size_t count = 0;

	for (size_t at = 0;; count++) {
		size_t hit = str_find(str_sub(doc, at, n), str_c(end));

		if (hit == STR_NONE)
			return count;
		at += hit + strlen(end);
	}
}

static bool
keeps_promises(const struct feed_doc *doc)
{
	for (size_t i = 0; i < doc->n_items; i++) {
		const struct item *item = &doc->items[i];

		if (item->id.n == 0 || item->id.n > ITEM_ID_MAX ||
		    utf8_valid_length(item->title) != item->title.n ||
		    utf8_valid_length(item->summary) != item->summary.n ||
		    utf8_valid_length(item->content) != item->content.n ||
		    (item->link.n && !str_starts(item->link, STR("http"))))
			return false;
	}
	return true;
}

static bool
parse(struct str body, struct arena *arena, struct feed_doc *doc)
{
	struct feed_source source = {
		.body = body, .base_url = STR("http://e.com/feed"), .want_content = true
	};
	struct err e;
	char *copy = xmalloc(body.n + 1); /* so that a read beyond the end is seen */
	bool ok;

	if (body.n)
		memcpy(copy, body.p, body.n);
	source.body.p = copy;
	source.body.n = body.n;
	ok = feed_parse(&source, arena, doc, &e);
	memset(copy, '#', body.n + 1); /* nothing may point there */
	free(copy);
	return !ok || keeps_promises(doc);
}

static void
cut_at_every_byte(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(whole); k++) {
		struct str doc = str_c(whole[k].doc);

		for (size_t n = 0; n <= doc.n; n++) {
			size_t want = items_complete(doc, whole[k].end, n);
			struct feed_doc got = { 0 };

			ROW(whole[k].name, parse(str_sub(doc, 0, n), arena, &got));
			if (items_found(&got) < want)
				print_error("cut at %zu of %s\n", n, whole[k].name);
			ROW(whole[k].name, items_found(&got) >= want);
			ROW(whole[k].name, n == 0 || n >= doc.n - 1 || !want || got.partial);
			arena_reset(arena);
		}
	}
	arena_free(arena);
	ROWS_DONE();
}

/* Bytes that mean something to a parser are put in more often than others. */
static char
random_byte(void)
{
	static const char special[] = "<>&;/!?[]-='\"\0\n\xff\xc3";

	return below(2) ? special[below(sizeof(special) - 1)] : (char)below(256);
}

/* The first item that is damaged may be lost, and what stands behind it; not what stands before. */
static void
flipped_bytes(void **state)
{
	struct arena *arena = arena_new();
	char bytes[2048];

	(void)state;
	for (int round = 0; round < 6000; round++) {
		size_t k = (size_t)round % ARRAY_LEN(whole), first = SIZE_MAX;
		struct str doc = str_c(whole[k].doc);
		struct feed_doc got = { 0 };
		size_t header = str_find(doc, STR("<title>item"));

		if (header == STR_NONE)
			header = str_find(doc, str_c(whole[k].end));
		assert_true(doc.n < sizeof(bytes));
		memcpy(bytes, doc.p, doc.n);
		for (uint32_t flips = 1 + below(4); flips > 0; flips--) {
			size_t at = below((uint32_t)doc.n);

			bytes[at] = random_byte();
			if (at < first)
				first = at;
		}
		ROW(whole[k].name, parse(str_n(bytes, doc.n), arena, &got));
		if (first > header) {
			size_t want = items_complete(doc, whole[k].end, first);

			if (items_found(&got) < want)
				print_error("round %d: %.*s\n", round, (int)doc.n, bytes);
			ROW(whole[k].name, items_found(&got) >= want);
		}
		arena_reset(arena);
	}
	arena_free(arena);
	ROWS_DONE();
}

/* ---- the corpus ---- */

#define CORPUS_FILE_MAX ((size_t)64 << 10)
#define CUTS 12 /* of each document */

static struct {
	struct arena *arena;
	size_t files;
} corpus;

static size_t
ends_within(struct str doc, size_t n)
{
	size_t items = items_complete(doc, "</item>", n);

	return items ? items : items_complete(doc, "</entry>", n);
}

static void
check_cuts(const char *path, struct str doc)
{
	struct feed_doc all = { 0 }, got;
	bool countable;

	ROW(path, parse(doc, corpus.arena, &all));
	/* where an end tag is an end tag, and each ends an item */
	countable = !all.partial && all.n_items && all.n_items == ends_within(doc, doc.n);
	for (int i = 0; i < CUTS && doc.n; i++) {
		size_t n = below((uint32_t)doc.n);

		got = (struct feed_doc){ 0 };
		ROW(path, parse(str_sub(doc, 0, n), corpus.arena, &got));
		if (countable)
			ROW(path, got.n_items >= ends_within(doc, n));
	}
	arena_reset(corpus.arena);
}

static int
visit(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	size_t n;
	char *bytes;
	FILE *f;

	(void)at;
	if (kind != FTW_F || st->st_size <= 0 || (size_t)st->st_size > CORPUS_FILE_MAX)
		return 0;
	f = fopen(path, "rb");
	assert_non_null(f);
	bytes = xmalloc((size_t)st->st_size);
	n = fread(bytes, 1, (size_t)st->st_size, f);
	fclose(f);
	check_cuts(path, str_n(bytes, n));
	free(bytes);
	corpus.files++;
	return 0;
}

static void
the_corpus(void **state)
{
	(void)state;
	corpus.arena = arena_new();
	nftw(TEST_DATA "/feeds", visit, 16, FTW_PHYS);
	arena_free(corpus.arena);
	if (corpus.files == 0)
		skip();
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(flipped_bytes),
		cmocka_unit_test(the_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
