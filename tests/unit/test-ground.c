/* The common ground: str, arena, buf, err, frame. */
#include "rows.h"

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "frame.h"
#include "packed.h"

#include <string.h>

static void
test_str(void **state)
{
	static const struct {
		const char *name, *in;
		int good;
		int64_t want;
	} numbers[] = {
		{ "zero", "0", 1, 0 },
		{ "negative", "-17", 1, -17 },
		{ "largest", "9223372036854775807", 1, INT64_MAX },
		{ "smallest", "-9223372036854775808", 1, INT64_MIN },
		{ "one beyond", "9223372036854775808", 0, 0 },
		{ "empty", "", 0, 0 },
		{ "sign alone", "-", 0, 0 },
		{ "trailing letter", "12x", 0, 0 },
		{ "space", " 1", 0, 0 },
	};
	struct str before, after;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		int64_t v = 0;

		ROW(numbers[i].name, str_to_i64(str_c(numbers[i].in), &v) == !!numbers[i].good);
		ROW_I64(numbers[i].name, v, numbers[i].want);
	}
	ROW("cut", str_cut(STR("a=b=c"), '=', &before, &after));
	ROW_STR("cut before", before, STR("a"));
	ROW_STR("cut after", after, STR("b=c"));
	ROW("no cut", !str_cut(STR("abc"), '=', &before, &after));
	ROW_STR("no cut before", before, STR("abc"));
	ROW_STR("no cut after", after, STR(""));
	ROW_STR("trim", str_trim(STR(" \t\r\n x y \n")), STR("x y"));
	ROW_I64("find", str_find(STR("services"), STR("ice")), 4);
	ROW_I64("find ci", str_find_ci(STR("SERVICES"), STR("ice")), 4);
	ROW_I64("find none", str_find(STR("device"), STR("ices")), (int64_t)STR_NONE);
	ROW_I64("needle longer than text", str_find(STR("a"), STR("ab")), (int64_t)STR_NONE);
	ROW("prefix before what it begins", str_cmp(STR("ab"), STR("abc")) < 0);
	ROW("ends", str_ends(STR("x.list"), STR(".list")) && !str_ends(STR("t"), STR(".list")));
	ROW_STR("clipped part", str_sub(STR("abc"), 2, 99), STR("c"));
	ROW_STR("inverted part", str_sub(STR("abc"), 2, 1), STR(""));
	ROWS_DONE();
}

static void
test_arena(void **state)
{
	struct arena *a = arena_new();
	int *v = NULL;
	size_t n = 0, cap = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		v = NULL;
		n = cap = 0;
		for (int i = 0; i < 100000; i++)
			*ARENA_PUSH(a, v, n, cap) = i;
		for (int i = 0; i < 100000; i++)
			assert_int_equal(v[i], i);
		ROW_STR("format", str_fmt(a, "%s-%d", "x", 7), STR("x-7"));
		ROW_STR("join", str_join(a, STR("ab"), STR("c")), STR("abc"));
		ROW_I64("aligned", (int64_t)((uintptr_t)arena_alloc(a, 3) % 16), 0);
		ROW("zeroed", ((char *)memcpy(arena_alloc(a, 64), "", 1))[63] == 0);
		assert_true(arena_used(a) > 400000);
		arena_reset(a);
		ROW_I64("reset", (int64_t)arena_used(a), 0);
	}
	arena_free(a);
	arena_free(NULL);
	ROWS_DONE();
}

#if !defined(__SANITIZE_ADDRESS__) /* it forbids to look */
static void
test_wiped_arena(void **state)
{
	static const struct {
		const char *name;
		struct arena *(*make)(void);
		bool stays;
	} rows[] = {
		{ "plain", arena_new, true },
		{ "wiped", arena_new_wiped, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = rows[i].make();
		const char *secret = str_dup(a, STR("correct horse battery")).p;

		arena_bytes(a, 100000); /* the first block is full: it is no more the newest */
		arena_reset(a);         /* ... and is kept */
		ROW(rows[i].name, (memcmp(secret, "correct", 7) == 0) == rows[i].stays);
		arena_free(a);
	}
	ROWS_DONE();
}
#endif

static void
test_buf(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	ROW("fits", buf_add(&b, STR("12345")) && buf_addf(&b, "%d", 67));
	ROW("beyond the cap", !buf_add(&b, STR("89ab")));
	ROW_STR("unchanged by failure", buf_str(&b), STR("1234567"));
	buf_drop(&b, 3);
	ROW_STR("dropped", buf_str(&b), STR("4567"));
	buf_drop(&b, 99);
	ROW_STR("all dropped", buf_str(&b), STR(""));
	ROW("room again", buf_add(&b, STR("0123456789")));
	buf_free(&b);
	buf_free(&b);
	ROWS_DONE();
}

static void
test_err(void **state)
{
	struct err e = { 0 };
	char longer[2 * ERR_TEXT_MAX];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ROW("always false", !err_set(&e, ERR_LIMIT, "a\nb\x7f"));
	ROW_STR("one line", str_c(e.text), STR("a b "));
	ROW_I64("kind", e.kind, ERR_LIMIT);
	ROW("no place to put it", !err_set(NULL, ERR_LIMIT, "x"));
	err_set(&e, ERR_INPUT, "%s", longer);
	ROW_I64("cut", (int64_t)strlen(e.text), ERR_TEXT_MAX - 1);
	ROWS_DONE();
}

/* Two messages, arriving in pieces of every size. */
static void
test_frame_pieces(void **state)
{
	static const char bytes[] = "\0\0\0\3abc\0\0\0\0\0\0\0\1z";
	static const struct str want[] = { STR_INIT("abc"), STR_INIT(""), STR_INIT("z") };

	(void)state;
	for (size_t piece = 1; piece < sizeof(bytes); piece++) {
		struct frame_reader r;
		struct str got;
		size_t at = 0, n = 0;

		frame_reader_init(&r, 3);
		while (at < sizeof(bytes) - 1) {
			size_t k = sizeof(bytes) - 1 - at < piece ? sizeof(bytes) - 1 - at : piece;

			memcpy(frame_room(&r, k), bytes + at, k);
			frame_arrived(&r, k);
			at += k;
			while (frame_next(&r, &got) == FRAME_READY) {
				assert_true(n < ARRAY_LEN(want));
				ROW_STR("piece", got, want[n++]);
			}
		}
		ROW_I64("messages", (int64_t)n, ARRAY_LEN(want));
		frame_reader_free(&r);
	}
	ROWS_DONE();
}

static void
test_frame_too_long(void **state)
{
	struct frame_reader r;
	struct str got;

	(void)state;
	frame_reader_init(&r, 3);
	memcpy(frame_room(&r, 4), "\0\0\0\4", 4);
	frame_arrived(&r, 4);
	ROW_I64("beyond the cap", frame_next(&r, &got), FRAME_BROKEN);
	frame_reader_free(&r);
	ROWS_DONE();
}

/* The forms stand in databases: these bytes and no others. */
static void
test_packed(void **state)
{
	static const struct {
		const char *name;
		uint64_t v;
		struct str bytes;
	} rows[] = {
		{ "nothing", 0, STR_INIT("\0") },
		{ "a byte", 0x7f, STR_INIT("\x7f") },
		{ "two bytes", 0x80, STR_INIT("\x80\x01") },
		{ "three bytes", 0x12345, STR_INIT("\xc5\xc6\x04") },
		{ "ten bytes", UINT64_MAX, STR_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned char to[PACKED_SHORT_MAX];
		size_t n = (size_t)(packed_put_short(to, rows[i].v) - to);
		uint64_t back = 1;

		ROW_STR(rows[i].name, str_n((const char *)to, n), rows[i].bytes);
		ROW(rows[i].name, packed_get_short(to, n, &back) == to + n && back == rows[i].v);
		ROW(rows[i].name, packed_get_short(to, n - 1, &back) == NULL);
	}
	ROW("no end", packed_get_short((const unsigned char *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff"
							      "\xff\x01",
			  11, &(uint64_t){ 0 }) == NULL);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str),
		cmocka_unit_test(test_arena),
#if !defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(test_wiped_arena),
#endif
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_err),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_frame_pieces),
		cmocka_unit_test(test_frame_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
