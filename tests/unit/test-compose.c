/* Composition as utf8proc does it: of all characters, and of letters with any marks. */
#include "compose.h"
#include "dice.h"
#include "fold.h"
#include "rows.h"

#include <utf8proc.h>

static struct composer *composer;

#define TEXTS 200000
#define CHARS_MAX 6

/* What utf8proc makes of two characters when that is one; else 0. */
static uint32_t
pair_by_utf8proc(uint32_t a, uint32_t b)
{
	utf8proc_int32_t v[2] = { (utf8proc_int32_t)a, (utf8proc_int32_t)b };

	return utf8proc_normalize_utf32(v, 2, UTF8PROC_COMPOSE) == 1 ? (uint32_t)v[0] : 0;
}

static void
all_composites(void **unused)
{
	size_t n = 0;

	(void)unused;
	for (uint32_t c = 0x80; c < 0x110000; c++) {
		utf8proc_int32_t v[8];
		int boundary = 0;
		utf8proc_ssize_t parts = utf8proc_decompose_char(
		    (utf8proc_int32_t)c, v, 8, UTF8PROC_DECOMPOSE, &boundary);
		uint32_t both = parts == 2 ? pair_by_utf8proc((uint32_t)v[0], (uint32_t)v[1]) : 0;

		if (parts != 2)
			continue;
		assert_int_equal(compose_pair(composer, (uint32_t)v[0], (uint32_t)v[1]), both);
		n += both != 0;
	}
	assert_true(n > 1000); /* Hangul among them */
}

static void
letters_and_marks(void **unused)
{
	(void)unused;
	for (uint32_t a = 'A'; a < 0x500; a++)
		for (uint32_t b = 0x300; b < 0x370; b++)
			assert_int_equal(compose_pair(composer, a, b), pair_by_utf8proc(a, b));
	assert_int_equal(compose_pair(composer, 0xe2, 0x301), 0x1ea5);    /* three parts */
	assert_int_equal(compose_pair(composer, 0x1100, 0x1161), 0xac00); /* Hangul */
	assert_int_equal(compose_pair(composer, 0xac00, 0x11a8), 0xac01);
	assert_int_equal(compose_pair(composer, 0xac01, 0x11a8), 0);
	assert_int_equal(compose_pair(composer, 0xac00, 0x11a7), 0);
	assert_int_equal(
	    compose_pair(composer, 0x915, 0x93c), 0); /* U+0958 is not composed again */
}

/* Of scripts whose marks and letters normalization knows best. */
static uint32_t
draw_char(void)
{
	static const struct {
		uint32_t from, n;
	} ranges[] = { { 'a', 26 }, { 0xc0, 0x180 }, { 0x300, 0x70 }, { 0x300, 0x70 },
		{ 0x391, 0x40 }, { 0x410, 0x50 }, { 0x5d0, 27 }, { 0x591, 45 }, { 0x627, 0x30 },
		{ 0x905, 0x49 }, { 0x9c7, 0x10 }, { 0x1100, 19 }, { 0x1161, 21 }, { 0x11a8, 27 },
		{ 0xac00, 2000 }, { 0x1e00, 0x200 }, { 0xff66, 0x3a }, { 0xf71, 15 } };
	uint32_t i = below(ARRAY_LEN(ranges));

	return ranges[i].from + below(ranges[i].n);
}

static void
normal_form_is_nfkc(void **unused)
{
	struct folder *folder = folder_new();
	struct folded t = { 0 };

	(void)unused;
	dice_seed = 11;
	for (int i = 0; i < TEXTS; i++) {
		char text[4 * CHARS_MAX + 1];
		uint8_t *nfkc = NULL;
		size_t n = 0, chars = 1 + below(CHARS_MAX);

		while (chars--) {
			uint32_t c = draw_char();

			if (c != 0x640 && c != 0x34f && c != 0x149) /* left out, or another sign */
				n += (size_t)utf8proc_encode_char(
				    (utf8proc_int32_t)c, (utf8proc_uint8_t *)text + n);
		}
		text[n] = '\0';
		utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &nfkc,
		    UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE);
		fold_text(folder, str_n(text, n), FOLD_NORMAL, &t);
		if (t.n != strlen((char *)nfkc) || memcmp(t.p, nfkc, t.n) != 0)
			fail_msg("text %d: %s is %s, not %.*s", i, text, nfkc, (int)t.n, t.p);
		free(nfkc);
	}
	folded_free(&t);
	folder_free(folder);
}

/* Characters that no table remembers, and what is invisible between a letter and its marks. */
static void
far_characters(void **unused)
{
	static const struct {
		const char *name, *text, *folded;
	} rows[] = {
		{ "a selector before the mark", "caf\x65\xf3\xa0\x84\x80\xcc\x81", "cafe" },
		{ "tags before the mark", "\xd0\xb8\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xcc\x86!",
		    "й!" },
		{ "a space of no width before the mark", "и\xe2\x80\x8b\xcc\x86", "й" },
		{ "private use", "A\xf4\x80\x80\x80\x42", "a\xf4\x80\x80\x80\x62" },
		{ "private use takes no mark", "\xf4\x80\x80\x80\xcc\x81\xcc\xa3",
		    "\xf4\x80\x80\x80\xcc\xa3\xcc\x81" },
		{ "not assigned", "\xf1\x80\x80\x80", "\xf1\x80\x80\x80" },
		{ "ideographs of plane 3", "\xf0\xb0\x80\x80", "\xf0\xb0\x80\x80" },
		{ "bad bytes take no mark", "\xff\xfe\xcc\x81", "\xef\xbf\xbd\xcc\x81" },
	};
	struct folder *folder = folder_new();
	struct folded t = { 0 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		fold_text(folder, str_c(rows[i].text), FOLD_FOLDED, &t);
		row_str(rows[i].name, str_n(t.p, t.n), str_c(rows[i].folded), __LINE__);
	}
	folded_free(&t);
	folder_free(folder);
	assert_int_equal(rows_failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_composites),
		cmocka_unit_test(letters_and_marks),
		cmocka_unit_test(normal_form_is_nfkc),
		cmocka_unit_test(far_characters),
	};

	int failed;

	composer = composer_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	composer_free(composer);
	return failed;
}
