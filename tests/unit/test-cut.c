/*
 * Damage done to every document of tests/data/feeds/: cut short, bytes changed.  Nothing crashes or
 * hangs, and what stood complete before the damage is there.
 *
 * Each document is cut at every STRIDE-th byte, at another phase each; NB_EVERY_BYTE=1 in the
 * environment (`make check-cuts`) cuts at all of them.
 */
#include "file.h"
#include "parse.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENTS TEST_DATA "/feeds"
#define DOCUMENT_MAX ((size_t)1 << 20) /* bytes */
#define STRIDE 31
#define CUTS_MAX 50   /* of a document, so that the long ones do not take all the time */
#define CHANGES_MAX 6 /* of a document */

static const struct str ends[] = { STR_INIT("</item>"), STR_INIT("</entry>"), STR_INIT("</url>") };

/* Items whose end tag stands in s. */
static size_t
count_ends(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '<')
			for (size_t k = 0; k < ARRAY_LEN(ends); k++)
				n += str_starts(str_sub(s, i, s.n), ends[k]);
	return n;
}

/* Nothing in it leaves its charset in doubt, whatever is cut off. */
static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == '\0' || s.p[i] == '\x1b')
			return false;
	return true;
}

struct subject {
	const char *name;
	struct str body;
	struct feed_doc whole;
	bool counts; /* its end tags say how many items there are */
	bool ascii;
	struct arena *arena; /* for what is parsed now and then forgotten */
};

static bool
parse(struct str body, struct arena *arena, struct feed_doc *ret)
{
	const struct feed_source source = { .body = body,
		.base_url = STR("https://news.example/x") };
	struct err e;

	*ret = (struct feed_doc){ 0 };
	return feed_parse(&source, arena, ret, &e);
}

/* The first n items of the damaged document are those of the whole one; in another charset than
 * ASCII they may read differently. */
static bool
has_items(const struct subject *s, const struct feed_doc *doc, size_t n)
{
	if (doc->n_items < n)
		return false;
	for (size_t i = 0; i < n && s->ascii; i++)
		if (!str_eq(doc->items[i].title, s->whole.items[i].title))
			return false;
	return true;
}

static void
check(const struct subject *s, const char *how, size_t at, const struct feed_doc *doc, size_t n)
{
	if (has_items(s, doc, n))
		return;
	rows_failed++;
	print_error("%s: %s at byte %zu: %zu items stood before it, %zu are there\n", s->name, how,
	    at, n, doc->n_items);
}

static void
cut(const struct subject *s, size_t phase)
{
	bool all = getenv("NB_EVERY_BYTE") != NULL;
	size_t step = all ? 1 : s->body.n / CUTS_MAX > STRIDE ? s->body.n / CUTS_MAX : STRIDE;
	size_t items = 0;

	for (size_t at = all ? 0 : phase % step; at <= s->body.n; at += step) {
		struct str part = str_sub(s->body, 0, at);
		struct feed_doc doc;

		parse(part, s->arena, &doc);
		if (s->counts)
			check(s, "cut", at, &doc, count_ends(part));
		else if (s->whole.format && strcmp(s->whole.format, "json") == 0 &&
			 doc.n_items < items)
			check(s, "cut, more bytes and fewer items", at, &doc, items);
		items = doc.n_items;
		arena_reset(s->arena);
	}
}

static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void
change(const struct subject *s, uint32_t seed)
{
	for (int i = 0; i < CHANGES_MAX && s->body.n; i++) {
		size_t at = next_random(&seed) % s->body.n;
		struct str copy = str_dup(s->arena, s->body);
		struct feed_doc doc;

		/* within ASCII, where no charset is in doubt because of it */
		((char *)(uintptr_t)copy.p)[at] =
		    (char)(next_random(&seed) % (s->ascii ? 0x80 : 0x100));
		parse(copy, s->arena, &doc);
		if (s->counts && s->ascii)
			check(s, "a byte changed", at, &doc, count_ends(str_sub(s->body, 0, at)));
		arena_reset(s->arena);
	}
}

static void
damage(void **state)
{
	struct arena *names = arena_new(), *keep = arena_new();
	struct str_list files;
	struct err e = { 0 };

	(void)state;
	ROW("list", file_list(DOCUMENTS, "", names, &files, &e));
	ROW("documents", files.n > 0);
	for (size_t i = 0; i < files.n; i++) {
		const char *path = str_z(names, files.v[i]);
		struct subject s = { .name = strrchr(path, '/') + 1 };

		if (str_ends(files.v[i], STR(".want.json")) ||
		    !file_read(path, DOCUMENT_MAX, keep, &s.body, &e))
			continue;
		s.arena = arena_new();
		s.ascii = is_ascii(s.body);
		parse(s.body, keep, &s.whole);
		s.counts = s.whole.n_items && count_ends(s.body) == s.whole.n_items;
		cut(&s, i);
		change(&s, (uint32_t)i + 1);
		arena_free(s.arena);
		arena_reset(keep);
	}
	arena_free(keep);
	arena_free(names);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(damage) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
