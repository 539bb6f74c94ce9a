/* New, edited, renamed: a feed's documents one after the other. */
#include "rows.h"

#include "gist.h"
#include "newness.h"
#include "seen.h"

#include <stdio.h>
#include <string.h>

#define T0 ((int64_t)1800000000)
#define STEPS 8
#define ITEMS 24

/*
 * A document: items apart by spaces, each "id/link/title/lead/date" of one word a part; a part that
 * is left out is empty.  want: one letter an item: n new, . known, c changed, r renamed.
 */
struct step {
	const char *doc, *want;
	const char *flags; /* C churn, G gap */
};

static const struct story {
	const char *name;
	struct step steps[STEPS];
} stories[] = {
	{ "first poll, then nothing, then one new",
	    { { "a/A/one/x/1 b/B/two/y/2", "nn", "" }, { "a/A/one/x/1 b/B/two/y/2", "..", "" },
		{ "c/C/three/z/3 a/A/one/x/1 b/B/two/y/2", "n..", "" } } },
	{ "an item that left and comes back is not new",
	    { { "a/A/one b/B/two", "nn", "" }, { "b/B/two", ".", "" },
		{ "a/A/one b/B/two", "..", "" } } },
	{ "title or lead changed", { { "a/A/one/x b/B/two/y c/C/three/z", "nnn", "" },
				       { "a/A/uno/x b/B/two/why c/C/three/z", "cc.", "" },
				       { "a/A/uno/x b/B/two/why c/C/three/z", "...", "" } } },
	{ "only the date changed", { { "a/A/one/x/1", "n", "" }, { "a/A/one/x/9", ".", "" } } },
	{ "all ids new, links known",
	    { { "a/A/one/x/1 b/B/two/y/2 c/C/three/z/3", "nnn", "" },
		{ "a2/A/one/x/1 b2/B/two/y/2 c2/C/three/z/3", "rrr", "C" },
		{ "a2/A/one/x/1 b2/B/two/y/2 c2/C/three/z/3", "...", "" },
		{ "a3/A/one/x/9 b3/B/two/y/9 c3/C/three/z/9", "rrr", "C" } } },
	{ "all ids and links new, titles known",
	    { { "a/A/one/x/1 b/B/two/y/2 c/C/three/z/3", "nnn", "" },
		{ "a2/D/one/x/4 b2/E/two/y/5 c2/F/three/z/6", "rrr", "C" } } },
	{ "churn, and a new item among them",
	    { { "a/A/one/x/1 b/B/two/y/2 c/C/three/z/3 d/D/four/w/4", "nnnn", "" },
		{ "e2/E/five/v/5 a2/A/one/x/1 b2/B/two/y/2 c2/C/three/z/3", "nrrr", "C" } } },
	{ "one id of many new, the rest of it the same",
	    { { "a/A/one/x/1 b/B/two/y/2 c/C/three/z/3 d/D/four/w/4", "nnnn", "" },
		{ "a2/A/one/x/1 b/B/two/y/2 c/C/three/z/3 d/D/four/w/4", "r...", "" } } },
	{ "one id of many new, its text is new: an item",
	    { { "a/A/one/x/1 b/B/two/y/2 c/C/three/z/3 d/D/four/w/4", "nnnn", "" },
		{ "a2/A/one/news/1 b/B/two/y/2 c/C/three/z/3 d/D/four/w/4", "n...", "" } } },
	{ "the old id is still there: two items",
	    { { "a/A/one/x/1 b/B/two/y/2", "nn", "" },
		{ "a2/A/one/x/1 a/A/one/x/1 b/B/two/y/2", "n..", "" } } },
	{ "a page that is used again each week",
	    { { "a/P/Weekly/x/1 b/Q/Report/y/1 c/R/Table/z/1", "nnn", "" },
		{ "a2/P/Monday/u/8 b2/Q/Tuesday/v/8 c2/R/Friday/w/8", "nnn", "G" } } },
	{ "a title that comes each week",
	    { { "a/A/Weekly/x/1 b/B/Report/y/1 c/C/Table/z/1", "nnn", "" },
		{ "a2/D/Weekly/u/8 b2/E/Report/v/8 c2/F/Table/w/8", "nnn", "G" } } },
	{ "a fast feed: nothing known any more",
	    { { "a/A/one b/B/two c/C/three", "nnn", "" },
		{ "d/D/four e/E/five f/F/six", "nnn", "G" },
		{ "g/G/seven d/D/four e/E/five", "n..", "" } } },
	{ "two of two new are no gap that can be told",
	    { { "a/A/one b/B/two", "nn", "" }, { "c/C/three d/D/four", "nn", "" } } },
	{ "an id used again for another item",
	    { { "1/A/one/x/1 2/B/two/y/2", "nn", "" }, { "1/C/three/z/3 2/B/two/y/2", "n.", "" },
		{ "1/C/three/z/3 2/B/two/y/2", "..", "" }, { "1/D/four/w/4", "n", "" },
		{ "1/D/four/w/4", ".", "" } } },
	{ "moved to another link and given another title, the lead the same: an edit",
	    { { "1/A/one/x/1 2/B/two/y/2", "nn", "" }, { "1/C/uno/x/1 2/B/two/y/2", "c.", "" } } },
	{ "an empty document, then all of it again",
	    { { "a/A/one b/B/two c/C/three", "nnn", "" }, { "", "", "" },
		{ "a/A/one b/B/two c/C/three", "...", "" } } },
	{ "shared guid that is alone again",
	    { { "g_A/A/one/x/1 g_B/B/two/y/2 c/C/three/z/3", "nnn", "" },
		{ "g/A/one/x/1 c/C/three/z/3", "r.", "" } } },
};

static size_t
read_doc(const char *text, struct item *items, struct arena *arena)
{
	struct str rest = str_c(text), one;
	size_t n = 0;

	while (rest.n) {
		struct str part[5] = { { 0 } };
		int64_t day = 0;

		str_cut(rest, ' ', &one, &rest);
		for (size_t i = 0; i < 5; i++)
			str_cut(one, '/', &part[i], &one);
		items[n] = (struct item){ .id = part[0],
			.title = part[2],
			.summary = part[3],
			.published_s = DATE_NONE,
			.updated_s = DATE_NONE };
		if (part[1].n)
			items[n].link =
			    str_fmt(arena, "https://www.example.org/%.*s/", STR_ARG(part[1]));
		if (part[4].n && str_to_i64(part[4], &day))
			items[n].published_s = T0 + day * 86400;
		n++;
	}
	return n;
}

static void
test_stories(void **state)
{
	static const char letters[] = { [NEWNESS_KNOWN] = '.',
		[NEWNESS_NEW] = 'n',
		[NEWNESS_CHANGED] = 'c',
		[NEWNESS_RENAMED] = 'r' };
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
		struct str seen = STR(""), listed = STR("");

		for (size_t k = 0; k < STEPS && stories[i].steps[k].doc; k++) {
			const struct step *step = &stories[i].steps[k];
			char name[160], got[ITEMS + 1] = "", flags[4] = "";
			struct item items[ITEMS];
			struct newness news;
			size_t n = read_doc(step->doc, items, arena);

			newness_judge(&(struct newness_source){ .items = items,
					  .n = n,
					  .seen = seen,
					  .listed = listed,
					  .now_s = T0 + (int64_t)k * 900 },
			    arena, &news);
			for (size_t j = 0; j < n; j++)
				got[j] = letters[news.items[j].verdict];
			snprintf(flags, sizeof(flags), "%s%s", news.churn ? "C" : "",
			    news.gap ? "G" : "");
			snprintf(name, sizeof(name), "%s, step %zu", stories[i].name, k);
			ROW_STR(name, str_c(got), str_c(step->want));
			ROW_STR(name, str_c(flags), str_c(step->flags));
			if (news.seen_changed)
				seen = news.seen;
			if (news.listed_changed)
				listed = news.listed;
			ROW(name, seen.n % SEEN_RECORD == 0 && listed.n % NEWNESS_RECORD == 0);
		}
	}
	arena_free(arena);
	ROWS_DONE();
}

/* 5 to 100 % of the ids change at each poll, dates kept: nothing is ever new. */
static void
test_any_churn(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (unsigned percent = 5; percent <= 100; percent += 5) {
		struct str seen = STR(""), listed = STR("");
		unsigned version[ITEMS] = { 0 }, dice = percent;

		for (unsigned poll = 0; poll < 50; poll++) {
			struct item items[ITEMS];
			struct newness news;
			char name[40];

			snprintf(name, sizeof(name), "%u %%, poll %u", percent, poll);
			for (unsigned i = 0; i < ITEMS; i++) {
				dice = dice * 1664525u + 1013904223u;
				if (poll > 0 && (dice >> 16) % 100 < percent)
					version[i]++;
				items[i] =
				    (struct item){ .id = str_fmt(arena, "%u-%u", i, version[i]),
					    .link = str_fmt(arena, "https://example.org/%u", i),
					    .title = str_fmt(arena, "Title %u", i),
					    .published_s = T0 + i * 1000,
					    .updated_s = DATE_NONE };
			}
			newness_judge(&(struct newness_source){ .items = items,
					  .n = ITEMS,
					  .seen = seen,
					  .listed = listed,
					  .now_s = T0 },
			    arena, &news);
			ROW_I64(name, news.n_new, poll == 0 ? ITEMS : 0);
			ROW(name, !news.gap);
			if (news.seen_changed)
				seen = news.seen;
			if (news.listed_changed)
				listed = news.listed;
		}
	}
	arena_free(arena);
	ROWS_DONE();
}

/* What is kept stays small: twice what is listed. */
static void
test_size(void **state)
{
	struct arena *arena = arena_new();
	struct str seen = STR(""), listed = STR("");

	(void)state;
	for (int poll = 0; poll < 300; poll++) {
		struct item items[30];
		struct newness news;

		for (int i = 0; i < 30; i++)
			items[i] = (struct item){ .id = str_fmt(arena, "%d", poll * 10 - i),
				.title = str_fmt(arena, "t%d", poll * 10 - i),
				.published_s = DATE_NONE,
				.updated_s = DATE_NONE };
		newness_judge(
		    &(struct newness_source){
			.items = items, .n = 30, .seen = seen, .listed = listed, .now_s = T0 },
		    arena, &news);
		assert_int_equal(news.n_new, poll == 0 ? 30 : 10);
		seen = news.seen;
		listed = news.listed;
		assert_true(listed.n <= 60 * NEWNESS_RECORD);
	}
	arena_free(arena);
}

static void
test_delta(void **state)
{
	struct arena *arena = arena_new();
	struct item items[ITEMS];
	struct newness first, second, third;
	size_t n = read_doc("a/A/one b/B/two c/C/three d/D/four", items, arena);

	(void)state;
	newness_judge(
	    &(struct newness_source){ .items = items, .n = n, .now_s = T0 }, arena, &first);
	n = read_doc("e/E/five f/F/six g/G/seven", items, arena);
	newness_judge(&(struct newness_source){ .items = items,
			  .n = n,
			  .seen = first.seen,
			  .listed = first.listed,
			  .delta = true,
			  .now_s = T0 },
	    arena, &second);
	assert_int_equal(second.n_new, 3);
	assert_false(second.gap);
	n = read_doc("a/A/uno e/E/five f/F/six", items, arena);
	newness_judge(
	    &(struct newness_source){
		.items = items, .n = n, .seen = second.seen, .listed = second.listed, .now_s = T0 },
	    arena, &third);
	assert_int_equal(third.items[0].verdict, NEWNESS_CHANGED);
	arena_free(arena);
}

/* ---- links ---- */

static const struct {
	const char *name, *a, *b;
	int same;
} link_rows[] = {
	{ "itself", "https://a.example/x", "https://a.example/x", 1 },
	{ "scheme", "http://a.example/x", "https://a.example/x", 1 },
	{ "www", "https://www.a.example/x", "https://a.example/x", 1 },
	{ "mobile", "https://m.a.example/x", "https://a.example/x", 1 },
	{ "amp host", "https://amp.a.example/x", "https://a.example/x", 1 },
	{ "amp path", "https://a.example/x/amp/", "https://a.example/x", 1 },
	{ "slash at the end", "https://a.example/x/", "https://a.example/x", 1 },
	{ "port", "https://a.example:443/x", "http://a.example:80/x", 1 },
	{ "tracking", "https://a.example/x?utm_source=rss&id=1", "https://a.example/x?id=1", 1 },
	{ "fragment", "https://a.example/x#comments", "https://a.example/x", 1 },
	{ "query", "https://a.example/x?id=2", "https://a.example/x?id=1", 0 },
	{ "path", "https://a.example/y", "https://a.example/x", 0 },
	{ "host", "https://b.example/x", "https://a.example/x", 0 },
	{ "a host named m", "https://m.example/x", "https://example/x", 0 },
};

static void
test_links(void **state)
{
	static const char *const nothing[] = { "", "https://a.example/", "https://www.a.example",
		"http://a.example/#top", "mailto:a@example.org" };
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(link_rows); i++) {
		uint64_t a = newness_link_key(str_c(link_rows[i].a), arena);
		uint64_t b = newness_link_key(str_c(link_rows[i].b), arena);

		ROW(link_rows[i].name, a != 0 && b != 0);
		ROW_I64(link_rows[i].name, a == b, link_rows[i].same);
	}
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		ROW_I64(nothing[i], newness_link_key(str_c(nothing[i]), arena), 0);
	arena_free(arena);
	ROWS_DONE();
}

/* ---- what a reader takes for the same ---- */

static const struct {
	const char *name, *a, *b;
	int same;
} gist_rows[] = {
	{ "white space", "one  two\nthree", "one two three", 1 },
	{ "punctuation", "One, two: three!", "one two three", 1 },
	{ "quotes", "\xe2\x80\x9cOne\xe2\x80\x9d two", "\"one\" two", 1 },
	{ "case", "ICE Raids", "Ice raids", 1 },
	{ "another word", "one two three", "one two four", 0 },
	{ "a word more", "one two", "one two three", 0 },
	{ "a number is no date", "3 dead in crash", "5 dead in crash", 0 },
	{ "a version is no date", "curl 8.1.2 released", "curl 8.1.3 released", 0 },
	{ "a score is a result", "won 3-1", "won 3-2", 0 },
	{ "clock", "Updated 14:05", "Updated 16:20", 1 },
	{ "clock with seconds", "Updated 14:05:01 rest", "Updated 16:20:33 rest", 1 },
	{ "clock and zone", "Updated 2:05 pm CET", "Updated 4:20 am EST", 1 },
	{ "ISO date", "as of 2026-11-25: calm", "as of 2026-11-26: calm", 1 },
	{ "ISO date and time", "at 2026-11-25T14:05:00Z calm", "at 2026-12-26T15:05:00Z calm", 1 },
	{ "German date", "Stand 25.11.2026 ruhig", "Stand 26.11.2026 ruhig", 1 },
	{ "month", "Posted November 25, 2026 by us", "Posted December 1, 2026 by us", 1 },
	{ "day before month", "am 25. November 2026 in Kiel", "am 26. Dezember 2026 in Kiel", 1 },
	{ "ago", "3 minutes ago: fire", "2 hours ago: fire", 1 },
	{ "may is a word", "It may rain", "It must rain", 0 },
	{ "a year alone counts", "Budget 2026", "Budget 2027", 0 },
	{ "other scripts", "\xd0\x9c\xd0\x98\xd0\xa0", "\xd0\xbc\xd0\xb8\xd1\x80", 1 },
	{ "nothing", "", " - ", 1 },
	{ "something for nothing", "", "word", 0 },
};

static void
test_gist(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(gist_rows); i++) {
		struct str a = str_c(gist_rows[i].a), b = str_c(gist_rows[i].b);

		ROW_I64(gist_rows[i].name, gist_same(a, b, arena), gist_rows[i].same);
		ROW_I64(gist_rows[i].name, gist_same(b, a, arena), gist_rows[i].same);
	}
	ROW("alike", gist_alike(STR("Agency opens new office"), STR("Agency opens office"), arena));
	ROW("alike by itself", gist_alike(STR("Agency"), STR("AGENCY!"), arena));
	ROW("not alike", !gist_alike(STR("Agency opens office"), STR("Vendor fined again"), arena));
	ROW("nothing is like nothing", !gist_alike(STR(""), STR(""), arena));
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),
		cmocka_unit_test(test_any_churn),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_delta),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_gist),
	};

	return cmocka_run_group_tests_name("newness", tests, NULL, NULL);
}
