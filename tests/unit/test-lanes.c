/* All ways of lanes.h give what the plain one gives, on texts of every length and kind. */
#include "dice.h"
#include "lanes.h"
#include "rows.h"

#define TEXT_MAX 700
#define BLOCKS (TEXT_MAX / 64 + 1)
#define WORDS (TEXT_MAX / 2 + 1 + LANES_RUNS)
#define TEXTS 20000

/* Letters and what parts them, all bytes, long words, dots: as many of each as dice say. */
static size_t
make_text(char *p)
{
	static const char *const kinds[] = { "abcdefgh ", "aBcZ09@[`{/: \n\t\x1f\x7f", "a.b1 ",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz ", "a\xc3\xa9\x80\xff ." };
	size_t n = below(TEXT_MAX);
	uint32_t kind = below(ARRAY_LEN(kinds) + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = kind == ARRAY_LEN(kinds) ? (char)below(256)
						: kinds[kind][below((uint32_t)strlen(kinds[kind]))];
	memset(p + n, 0, TEXT_MAX + LANES_PAD - n);
	return n;
}

/* What a way made of a text. */
struct made {
	char folded[TEXT_MAX + LANES_PAD];
	size_t n_folded, n_words;
	uint64_t bits[BLOCKS];
	bool dotted;
	struct word words[WORDS];
	uint64_t hashes[WORDS];
};

static void
make(const struct lanes *way, const char *text, size_t n, size_t from, size_t to, struct made *ret)
{
	char *exact = xmalloc(n ? n : 1); /* so that a sanitizer sees one byte too many read */

	memset(ret, 0, sizeof(*ret));
	memcpy(exact, text, n);
	ret->n_folded = way->fold(exact, n, true, ret->folded);
	memset(ret->folded + ret->n_folded, 0, sizeof(ret->folded) - ret->n_folded);
	free(exact);
	ret->dotted = way->classify(text, n / 64 + 1, ret->bits);
	ret->n_words = way->runs(ret->bits, from, to, ret->words);
	memset(
	    ret->words + ret->n_words, 0, sizeof(ret->words) - ret->n_words * sizeof(*ret->words));
	way->hash(text, ret->words, ret->n_words, ret->hashes);
	memset(ret->hashes + ret->n_words, 0,
	    sizeof(ret->hashes) - ret->n_words * sizeof(*ret->hashes));
}

static void
all_ways_are_equal(void **unused)
{
	const struct lanes *ways[LANES_MAX];
	char text[TEXT_MAX + 2 * LANES_PAD];
	static struct made plain, other;

	(void)unused;
	lanes_all(ways);
	assert_ptr_equal(ways[0], &lanes_plain);
	dice_seed = 5;
	for (int i = 0; i < TEXTS; i++) {
		size_t n = make_text(text), from = below((uint32_t)n + 1);
		size_t to = from + below((uint32_t)(n - from) + 1);

		make(ways[0], text, n, from, to, &plain);
		for (size_t k = 1; ways[k]; k++) {
			make(ways[k], text, n, from, to, &other);
			if (memcmp(&plain, &other, sizeof(plain)) != 0)
				fail_msg("%s is not as plain C is: text %d, %zu bytes, [%zu, %zu)",
				    ways[k]->name, i, n, from, to);
		}
	}
}

static void
plain_is_as_written(void **unused)
{
	static const char text[64 + LANES_PAD] = "un ete, u.s. x.y9 3.5 ab";
	uint64_t bits[1];
	struct word words[16 + LANES_RUNS];
	char folded[128];

	(void)unused;
	assert_int_equal(lanes_plain.fold("A-z\t\n[9\xc3"
					  "B",
			     9, true, folded),
	    7);
	assert_memory_equal(folded, "a-z \n[9", 7);
	assert_int_equal(lanes_plain.fold("AZ", 2, false, folded), 2);
	assert_memory_equal(folded, "AZ", 2);
	assert_true(lanes_plain.classify(text, 1, bits));
	assert_int_equal(lanes_plain.runs(bits, 0, strlen(text), words), 9);
	assert_int_equal(words[1].start, 3);
	assert_int_equal(words[1].end, 6);
	assert_false(lanes_plain.classify(text + 14, 1, bits)); /* y9 3.5 ab */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_is_as_written),
		cmocka_unit_test(all_ways_are_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
