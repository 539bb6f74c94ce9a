/*
 * How fast feed_parse reads, against a bare libxml2 SAX2 pass over the same bytes in the same run.
 *
 *   bench/parse [ROUNDS [FILE...]]
 *
 * 240 XML documents (RSS 2.0, Atom, RSS 1.0) of 2 KB to 400 KB are made here, always the same ones:
 * teasers and full texts, escaped, in CDATA and as XHTML, ASCII, accents and Cyrillic.  Every round
 * runs each reader over all of them; the best round of each counts, in CPU time, as other work on
 * the machine only ever adds to it.  Then 60 JSON feeds against jansson's tree, and one document of
 * 64 MB, where a pass that is not linear would show.  With FILEs: those in place of all that, but
 * for the ones libxml2 does not take.
 */
#include "buf.h"
#include "file.h"
#include "mem.h"
#include "parse.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DOCUMENTS 240
#define JSON_DOCUMENTS 60
#define DOCUMENT_MAX ((size_t)80 << 20) /* bytes */
#define BIG ((size_t)64 << 20)
#define ROUNDS 15
#define BIG_ROUNDS 3

/* ---- documents ---- */

static const char *const words[] = { "harbour", "agency", "contract", "drone", "vendor", "cloud",
	"ledger", "border", "radar", "court", "ferry", "signal", "archive", "railway", "customs",
	"sensor", "payment", "pilot", "terminal", "bridge", "caf\u00e9", "Z\u00fcrich",
	"\u0442\u0430\u043c\u043e\u0436\u043d\u044f", "\u043e\u0431\u043b\u0430\u043a\u043e", "the",
	"of", "and", "in", "to", "for", "with", "a" };

struct maker {
	struct buf out;
	uint32_t random;
	bool accents;
};

static uint32_t
dice(struct maker *m, uint32_t sides)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 17;
	m->random ^= m->random << 5;
	return m->random % sides;
}

static void
put(struct maker *m, const char *z)
{
	buf_add(&m->out, str_c(z));
}

static void
put_words(struct maker *m, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t w = dice(m, ARRAY_LEN(words));

		if (!m->accents && w >= 20 && w < 24)
			w = 24;
		put(m, i ? " " : "");
		put(m, words[w]);
	}
}

/* A paragraph of HTML: with '<' and '&' as they are, or escaped once. */
static void
put_paragraph(struct maker *m, bool escaped)
{
	const char *lt = escaped ? "&lt;" : "<", *gt = escaped ? "&gt;" : ">";

	buf_addf(&m->out, "%sp%s", lt, gt);
	put_words(m, 20 + dice(m, 40));
	buf_addf(&m->out, " %sa href=\"https://news.example/%u\"%s", lt, dice(m, 100000), gt);
	put_words(m, 3);
	buf_addf(&m->out, "%s/a%s, %s ", lt, gt, escaped ? "R&amp;amp;D" : "R&amp;D");
	put_words(m, 10 + dice(m, 30));
	buf_addf(&m->out, "%s/p%s\n", lt, gt);
}

static void
put_body(struct maker *m, uint32_t how, uint32_t paragraphs)
{
	if (how == 1)
		put(m, "<![CDATA[");
	for (uint32_t i = 0; i < paragraphs; i++)
		put_paragraph(m, how == 0);
	if (how == 1)
		put(m, "]]>");
}

static void
put_rss_item(struct maker *m, uint32_t i, uint32_t paragraphs)
{
	put(m, "<item>\n<title>");
	put_words(m, 6 + dice(m, 8));
	buf_addf(&m->out,
	    "</title>\n<link>https://news.example/2026/%u</link>\n"
	    "<guid isPermaLink=\"false\">news-%u-%u</guid>\n"
	    "<pubDate>Tue, %02u Nov 2026 %02u:%02u:00 +0000</pubDate>\n<dc:creator>Ines Kolar"
	    "</dc:creator>\n<category>Ports</category>\n<description>",
	    i, i, dice(m, 100000), 1 + i % 28, i % 24, i % 60);
	put_body(m, dice(m, 2), 1);
	put(m, "</description>\n");
	if (paragraphs > 1) {
		put(m, "<content:encoded>");
		put_body(m, dice(m, 2), paragraphs);
		put(m, "</content:encoded>\n");
	}
	put(m, "</item>\n");
}

static void
put_rss(struct maker *m, uint32_t items, uint32_t paragraphs, size_t until)
{
	put(m, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
	       "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
	       "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel>\n"
	       "<title>Harbour Desk</title>\n<link>https://news.example/</link>\n");
	for (uint32_t i = 0; i < items || m->out.n < until; i++)
		put_rss_item(m, i, paragraphs);
	put(m, "</channel>\n</rss>\n");
}

static void
put_rdf(struct maker *m, uint32_t items)
{
	put(m, "<?xml version=\"1.0\"?>\n<rdf:RDF "
	       "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
	       "xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
	       "<channel rdf:about=\"https://news.example/rdf\"><title>Harbour Desk</title>"
	       "<link>https://news.example/</link></channel>\n");
	for (uint32_t i = 0; i < items; i++) {
		buf_addf(&m->out, "<item rdf:about=\"https://news.example/%u\"><title>", i);
		put_words(m, 8);
		buf_addf(&m->out,
		    "</title><link>https://news.example/%u</link><dc:date>2026-11-%02uT12:00:00Z"
		    "</dc:date><description>",
		    i, 1 + i % 28);
		put_body(m, dice(m, 2), 1);
		put(m, "</description></item>\n");
	}
	put(m, "</rdf:RDF>\n");
}

static void
put_atom(struct maker *m, uint32_t items, uint32_t paragraphs)
{
	put(m, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	       "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>Harbour Desk</title>\n"
	       "<link href=\"https://news.example/\"/>\n<id>urn:news</id>\n"
	       "<updated>2026-11-24T17:05:09Z</updated>\n");
	for (uint32_t i = 0; i < items; i++) {
		uint32_t how = dice(m, 3);

		put(m, "<entry>\n<title type=\"html\">");
		put_words(m, 8);
		buf_addf(&m->out,
		    "</title>\n<link "
		    "href=\"https://news.example/%u\"/>\n<id>tag:news.example,2026:%u"
		    "</id>\n<updated>2026-11-%02uT08:00:00+01:00</updated>\n<author><name>Rosa "
		    "Lindqvist</name></author>\n<category term=\"customs\"/>\n",
		    i, i, 1 + i % 28);
		put(m, how == 2 ? "<content type=\"xhtml\"><div "
				  "xmlns=\"http://www.w3.org/1999/xhtml\">"
				: "<content type=\"html\">");
		put_body(m, how, paragraphs);
		put(m, how == 2 ? "</div></content>\n</entry>\n" : "</content>\n</entry>\n");
	}
	put(m, "</feed>\n");
}

static void
put_json(struct maker *m, uint32_t items, uint32_t paragraphs)
{
	put(m, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Harbour Desk\","
	       "\"home_page_url\":\"https://news.example/\",\"items\":[");
	for (uint32_t i = 0; i < items; i++) {
		buf_addf(&m->out,
		    "%s\n{\"id\":\"%u\",\"url\":\"https://news.example/%u\",\"title\":\"",
		    i ? "," : "", i, i);
		put_words(m, 8);
		put(m, "\",\"content_html\":\"");
		for (uint32_t k = 0; k < paragraphs; k++) {
			put(m, "<p>");
			put_words(m, 40);
			put(m, " \\u201cquoted\\u201d <a "
			       "href=\\\"https:\\/\\/news.example\\/\\\">x<\\/a>"
			       "<\\/p>\\n");
		}
		buf_addf(&m->out, "\",\"date_published\":\"2026-11-%02uT08:00:00Z\"}", 1 + i % 28);
	}
	put(m, "]}");
}

struct set {
	struct str *v;
	size_t n, bytes, items;
};

static struct str
taken(struct maker *m, struct arena *arena)
{
	struct str s = str_dup(arena, buf_str(&m->out));

	buf_clear(&m->out);
	return s;
}

static void
make_xml(struct set *set, struct arena *arena)
{
	struct maker m = { .random = 20261124 };

	set->v = ARENA_ARRAY(arena, struct str, DOCUMENTS);
	buf_init(&m.out, DOCUMENT_MAX);
	for (set->n = 0; set->n < DOCUMENTS; set->n++) {
		uint32_t items = 5 + dice(&m, 46), paragraphs = 1 + dice(&m, 4) * dice(&m, 4);

		m.accents = set->n % 3 == 0;
		if (set->n % 6 == 5)
			put_rdf(&m, items);
		else if (set->n % 3 == 1)
			put_atom(&m, items, paragraphs);
		else
			put_rss(&m, items, paragraphs, 0);
		set->v[set->n] = taken(&m, arena);
		set->bytes += set->v[set->n].n;
	}
	buf_free(&m.out);
}

static void
make_json(struct set *set, struct arena *arena)
{
	struct maker m = { .random = 20261125 };

	set->v = ARENA_ARRAY(arena, struct str, JSON_DOCUMENTS);
	buf_init(&m.out, DOCUMENT_MAX);
	for (set->n = 0; set->n < JSON_DOCUMENTS; set->n++) {
		m.accents = set->n % 3 == 0;
		put_json(&m, 5 + dice(&m, 46), 1 + dice(&m, 8));
		set->v[set->n] = taken(&m, arena);
		set->bytes += set->v[set->n].n;
	}
	buf_free(&m.out);
}

static void
make_big(struct set *set, struct arena *arena)
{
	struct maker m = { .random = 7, .accents = true };

	set->v = ARENA_ARRAY(arena, struct str, 1);
	set->n = 1;
	buf_init(&m.out, DOCUMENT_MAX);
	put_rss(&m, 1, 4, BIG - 8192);
	set->v[0] = taken(&m, arena);
	set->bytes = set->v[0].n;
	buf_free(&m.out);
}

/* ---- readers: each returns how many items or elements it saw, so that nothing is optimised away
 * and all of it was read ---- */

static bool want_content;

static size_t
run_newsbell(struct str body)
{
	static struct arena *arena;
	const struct feed_source source = { .body = body, .want_content = want_content };
	struct feed_doc doc;
	struct err e;

	if (!arena)
		arena = arena_new();
	arena_reset(arena);
	if (!feed_parse(&source, arena, &doc, &e)) {
		fprintf(stderr, "bench/parse: %s\n", e.text);
		return 0;
	}
	return doc.n_items;
}

static void
on_element(void *cookie, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
    const xmlChar **ns, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	(void)name, (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_attributes;
	(void)n_defaulted, (void)attributes;
	++*(size_t *)cookie;
}

static void
on_characters(void *cookie, const xmlChar *text, int n)
{
	*(size_t *)cookie += (size_t)(n > 0 && text[0] == 0x7f);
}

static bool
sax_takes(struct str body, size_t *elements)
{
	xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC,
		.startElementNs = on_element,
		.characters = on_characters,
		.cdataBlock = on_characters };

	*elements = 0;
	return xmlSAXUserParseMemory(&handler, elements, body.p, (int)body.n) == 0;
}

static size_t
run_sax(struct str body)
{
	size_t elements;

	if (!sax_takes(body, &elements)) {
		fprintf(stderr, "bench/parse: libxml2 does not take the document\n");
		exit(1);
	}
	return elements;
}

static size_t
run_jansson(struct str body)
{
	json_t *root = json_loadb(body.p, body.n, 0, NULL);
	size_t n = json_array_size(json_object_get(root, "items"));

	json_decref(root);
	return n;
}

/* ---- measuring ---- */

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct reader_row {
	const char *name;
	size_t (*run)(struct str body);
	bool content;
	double best_s;
	size_t seen;
};

static void
measure(const char *what, struct set *set, struct reader_row *rows, size_t n, int rounds)
{
	for (int round = 0; round < rounds; round++)
		for (size_t r = 0; r < n; r++) {
			double start = cpu_s(), took;

			want_content = rows[r].content;
			rows[r].seen = 0;
			for (size_t i = 0; i < set->n; i++)
				rows[r].seen += rows[r].run(set->v[i]);
			took = cpu_s() - start;
			if (round == 0 || took < rows[r].best_s)
				rows[r].best_s = took;
		}
	printf("%s: %zu documents, %.1f MB, %zu items\n", what, set->n, (double)set->bytes / 1e6,
	    rows[1].seen);
	for (size_t r = 0; r < n; r++)
		printf("  %-28s %8.1f MB/s %10.0f items/s   %.2f of the first\n", rows[r].name,
		    (double)set->bytes / 1e6 / rows[r].best_s,
		    (double)rows[1].seen / rows[r].best_s, rows[0].best_s / rows[r].best_s);
}

static void
read_files(struct set *set, char **names, int n, struct arena *arena)
{
	set->v = ARENA_ARRAY(arena, struct str, (size_t)n);
	for (int i = 0; i < n; i++) {
		struct err e;
		size_t elements;

		if (!file_read(names[i], DOCUMENT_MAX, arena, &set->v[set->n], &e)) {
			fprintf(stderr, "bench/parse: %s\n", e.text);
			exit(1);
		}
		if (sax_takes(set->v[set->n], &elements))
			set->bytes += set->v[set->n++].n;
	}
}

static void
on_error(void *cookie, const char *format, ...)
{
	(void)cookie, (void)format;
}

int
main(int argc, char **argv)
{
	struct reader_row xml[] = {
		{ "libxml2 SAX2, counting", run_sax, false, 0, 0 },
		{ "feed_parse", run_newsbell, false, 0, 0 },
		{ "feed_parse with content", run_newsbell, true, 0, 0 },
	};
	struct reader_row json[] = {
		{ "jansson, tree", run_jansson, false, 0, 0 },
		{ "feed_parse", run_newsbell, false, 0, 0 },
		{ "feed_parse with content", run_newsbell, true, 0, 0 },
	};
	struct reader_row big[] = {
		{ "libxml2 SAX2, counting", run_sax, false, 0, 0 },
		{ "feed_parse", run_newsbell, false, 0, 0 },
	};
	int rounds = argc > 1 && atoi(argv[1]) > 0 ? atoi(argv[1]) : ROUNDS;
	struct arena *arena = arena_new();
	struct set set = { 0 };

	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, on_error);
	if (argc > 2) {
		read_files(&set, argv + 2, argc - 2, arena);
		measure("files", &set, xml, ARRAY_LEN(xml), rounds);
		arena_free(arena);
		return 0;
	}
	make_xml(&set, arena);
	measure("XML", &set, xml, ARRAY_LEN(xml), rounds);
	set = (struct set){ 0 };
	make_json(&set, arena);
	measure("JSON", &set, json, ARRAY_LEN(json), rounds);
	set = (struct set){ 0 };
	make_big(&set, arena);
	measure("one of 64 MB", &set, big, ARRAY_LEN(big), BIG_ROUNDS);
	arena_free(arena);
	return 0;
}
