/* Documents on their way between processes: what arrives is believed only where it is clean. */
#include "rows.h"

#include "flat.h"

#include <string.h>

#define LONGEST 40 /* beyond two strides of whatever looks at several bytes at once */

/* One byte in a text of plain letters: may it be there? */
static const struct {
	const char *name;
	unsigned char byte;
	bool in_line, in_text;
} rows[] = {
	{ "NUL", 0x00, false, false },
	{ "tab", '\t', false, false },
	{ "newline", '\n', false, true },
	{ "return", '\r', false, false },
	{ "last of the low", 0x1f, false, false },
	{ "space", ' ', true, true },
	{ "tilde", '~', true, true },
	{ "DEL", 0x7f, false, false },
	{ "stray tail", 0x80, false, false },
	{ "lead alone", 0xc3, false, false },
	{ "no UTF-8", 0xff, false, false },
};

static bool
passes(const struct item *item, struct arena *arena)
{
	struct item copy = *item;
	const struct feed_doc doc = {
		.format = "rss", .items = &copy, .n_items = 1, .hints.update_base_s = DATE_NONE
	};
	struct feed_doc again;
	struct err e = { 0 };
	struct buf flat;
	bool good;

	buf_init(&flat, 1 << 20);
	assert_true(flat_encode(&doc, &flat));
	good = flat_decode(buf_str(&flat), arena, &again, &e);
	if (good) {
		assert_int_equal(again.n_items, 1);
		assert_true(str_eq(again.items[0].title, item->title));
		assert_true(str_eq(again.items[0].summary, item->summary));
		/* the texts are views: none was copied */
		assert_true(
		    again.items[0].title.p > flat.p && again.items[0].title.p < flat.p + flat.n);
	} else {
		assert_int_equal(e.kind, ERR_INPUT);
	}
	buf_free(&flat);
	return good;
}

static struct item
item_of(struct str title, struct str summary)
{
	return (struct item){ .id = STR("1"),
		.title = title,
		.summary = summary,
		.published_s = DATE_NONE,
		.updated_s = DATE_NONE };
}

static void
test_bytes(void **state)
{
	struct arena *arena = arena_new();
	char text[LONGEST];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t n = 1; n <= LONGEST; n++)
			for (size_t at = 0; at < n; at++) {
				struct str s = str_n(text, n);
				struct item line = item_of(s, STR("")),
					    lines = item_of(STR("t"), s);

				memset(text, 'a', n);
				text[at] = (char)rows[i].byte;
				if (passes(&line, arena) != rows[i].in_line ||
				    passes(&lines, arena) != rows[i].in_text)
					fail_msg("%s: byte %zu of %zu", rows[i].name, at, n);
				arena_reset(arena);
			}
	arena_free(arena);
}

/* Characters of two to four bytes, wherever a stride may cut them. */
static void
test_characters(void **state)
{
	static const char *const characters[] = { "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8e\x89" };
	struct arena *arena = arena_new();
	char text[LONGEST];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(characters); i++)
		for (size_t at = 0; at + 4 < LONGEST; at++) {
			size_t n = strlen(characters[i]);
			struct item whole = item_of(str_n(text, LONGEST), STR(""));
			struct item cut = item_of(str_n(text, at + n - 1), STR(""));

			memset(text, 'a', sizeof(text));
			memcpy(text + at, characters[i], n);
			assert_true(passes(&whole, arena));
			assert_false(passes(&cut, arena));
			arena_reset(arena);
		}
	arena_free(arena);
}

/* Cut anywhere, a document is none. */
static void
test_cut(void **state)
{
	struct item item = item_of(STR("A title"), STR("Two\nlines"));
	const struct feed_doc doc = { .format = "atom",
		.title = STR("T"),
		.items = &item,
		.n_items = 1,
		.hints.update_base_s = DATE_NONE };
	struct arena *arena = arena_new();
	struct feed_doc again;
	struct err e = { 0 };
	struct buf flat;

	(void)state;
	buf_init(&flat, 1 << 20);
	assert_true(flat_encode(&doc, &flat));
	for (size_t n = 0; n < flat.n; n++)
		assert_false(flat_decode(str_n(flat.p, n), arena, &again, &e));
	assert_true(flat_decode(buf_str(&flat), arena, &again, &e));
	buf_free(&flat);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
