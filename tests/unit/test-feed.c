/* [feed] sections, and headers as HTTP has them. */
#include "own_arena.h"

#include "feed.h"
#include "feed_pack.h"
#include "history.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

static bool
secret(struct secret *s, struct arena *a, void *cookie, struct err *e)
{
	(void)a;
	(void)cookie;
	(void)e;
	if (s->source != SECRET_INLINE)
		s->text = STR("from elsewhere");
	return true;
}

/* Reads one section; returns the first complaint or the empty view. */
static struct str
read_feed(const char *text, struct feed_section *feed)
{
	struct settings_env env = { .read_secret = secret };
	struct section *sections = NULL;
	size_t n = 0, cap = 0;
	struct diags diags;
	struct settings_table table = { feed_settings, n_feed_settings, feed };

	arena_reset(arena);
	diags_init(&diags, arena);
	settings_read(str_c(text), STR("f.conf"), arena, &diags, &sections, &n, &cap);
	feed_init(feed);
	if (n > 0) {
		settings_apply(&sections[0], &table, 1, &env, arena, &diags);
		feed_check(feed, sections[0].name, sections[0].at, &diags);
	}
	return diags.n ? diags.v[0].text : (struct str){ 0 };
}

#define FEED "[feed \"a\"]\nurl = https://a.example/\n"

static void
test_whole(void **state)
{
	struct feed_section f;
	struct str said = read_feed(FEED "tags = defense, en\n"
					 "every = auto 5m..2h\n"
					 "backfill = 2d\n"
					 "silent = 4d\n"
					 "max-size = 2M\n"
					 "allow-private = yes\n"
					 "header = X-Key: 1\n"
					 "  Cookie: a=b; c=d\n"
					 "user = ann\n"
					 "password = @file:/etc/pw\n"
					 "proxy = socks5h://127.0.0.1:9050\n"
					 "ca-file = /etc/ca.pem\n"
					 "client-cert = /etc/c.pem\n"
					 "client-key = /etc/k.pem\n"
					 "user-agent = own/1\n",
	    &f);

	(void)state;
	if (said.n)
		fail_msg("%.*s", STR_ARG(said));
	assert_true(str_eq_c(f.url, "https://a.example/"));
	assert_int_equal(f.rules.tags.n, 2);
	assert_true(f.rules.every.automatic);
	assert_int_equal(f.rules.every.min_s, 300);
	assert_int_equal(f.rules.every.max_s, 7200);
	assert_int_equal(f.rules.backfill_s, 2 * 86400);
	assert_int_equal(f.rules.silent.mode, SILENT_AFTER);
	assert_int_equal(f.rules.silent.after_s, 4 * 86400);
	assert_int_equal(f.rules.max_size, 2 << 20);
	assert_true(f.rules.allow_private);
	assert_int_equal(f.rules.headers.n, 2);
	assert_true(str_eq_c(f.rules.headers.v[1].name, "Cookie"));
	assert_true(str_eq_c(f.rules.headers.v[1].value, "a=b; c=d"));
	assert_int_equal(f.rules.password.source, SECRET_FILE);
	assert_true(str_eq_c(f.rules.client_key, "/etc/k.pem"));
	assert_true(str_eq_c(f.rules.user_agent, "own/1"));
}

static void
test_defaults(void **state)
{
	struct feed_section f;

	(void)state;
	assert_int_equal(read_feed(FEED, &f).n, 0);
	assert_true(f.rules.every.automatic);
	assert_int_equal(f.rules.every.min_s, 15 * 60);
	assert_int_equal(f.rules.every.max_s, 6 * 3600);
	assert_int_equal(f.rules.backfill_s, 86400);
	assert_int_equal(f.rules.silent.mode, SILENT_AUTO);
	assert_int_equal(f.rules.max_size, 8 << 20);
	assert_false(f.rules.allow_private);
}

static const struct {
	const char *name, *value;
	bool automatic;
	int64_t min_s, max_s; /* 0: refused */
} every_rows[] = {
	{ "fixed", "15m", false, 900, 900 },
	{ "auto", "auto", true, 900, 21600 },
	{ "auto with bounds", "auto 5m..2h", true, 300, 7200 },
	{ "bounds alone", "5m..2h", true, 300, 7200 },
	{ "with blanks", "Auto  5m .. 2h", true, 300, 7200 },
	{ "the same twice", "1h..1h", true, 3600, 3600 },
	{ "the wrong way round", "2h..5m", false, 0, 0 },
	{ "too short", "10s", false, 0, 0 },
	{ "too long", "30d", false, 0, 0 },
	{ "nonsense", "15 parsecs", false, 0, 0 },
	{ "half a range", "5m..", false, 0, 0 },
	{ "auto and a time", "auto 5m", false, 0, 0 },
};

static void
test_every(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(every_rows); i++) {
		char text[200];
		struct feed_section f;
		struct str said;

		strcpy(text, FEED "every = ");
		strcat(text, every_rows[i].value);
		said = read_feed(text, &f);
		if ((said.n > 0) != (every_rows[i].min_s == 0))
			fail_msg("%s: '%.*s'", every_rows[i].name, STR_ARG(said));
		if (every_rows[i].min_s && (f.rules.every.automatic != every_rows[i].automatic ||
					       f.rules.every.min_s != every_rows[i].min_s ||
					       f.rules.every.max_s != every_rows[i].max_s))
			fail_msg("%s: %d %d %d", every_rows[i].name, f.rules.every.automatic,
			    (int)f.rules.every.min_s, (int)f.rules.every.max_s);
	}
}

static const struct {
	const char *name, *lines, *said; /* said: part of the first complaint */
} bad_rows[] = {
	{ "silent for a moment", "silent = 5m", "an hour" },
	{ "silent nonsense", "silent = never", "auto, off" },
	{ "a header without colon", "header = X-Key", "no header" },
	{ "a header with a blank in its name", "header = X Key: 1", "no header" },
	{ "a password without user", "password = @file:/x", "without user" },
	{ "user and bearer", "user = a\nbearer = @file:/x", "both user and bearer" },
	{ "a key without certificate", "client-key = /x", "without client-cert" },
	{ "a proxy without scheme", "proxy = 10.0.0.1:3128", "proxy must begin" },
	{ "a size too small", "max-size = 12", NULL },
	{ "a size too big", "max-size = 9G", NULL },
	{ "an unknown key", "evry = 15m", NULL },
};

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
		char text[200];
		struct feed_section f;
		struct str said;

		strcpy(text, FEED);
		strcat(text, bad_rows[i].lines);
		said = read_feed(text, &f);
		if (said.n == 0 ||
		    (bad_rows[i].said && str_find(said, str_c(bad_rows[i].said)) == STR_NONE))
			fail_msg("%s: '%.*s'", bad_rows[i].name, STR_ARG(said));
	}
}

static void
test_headers(void **state)
{
	static const struct http_header headers[] = {
		{ STR_INIT("Server"), STR_INIT("x") },
		{ STR_INIT("eTAG"), STR_INIT("first") },
		{ STR_INIT("ETag"), STR_INIT("second") },
	};
	static const char *const good[] = { "A", "X-Key", "a!#$%&'*+-.^_`|~9" };
	static const char *const bad[] = { "", "A B", "A:", "A\r", "\xc3\xa4", "A(", "\x7f" };

	(void)state;
	assert_true(str_eq_c(http_header_find(headers, 3, STR("Etag")), "first"));
	assert_null(http_header_find(headers, 3, STR("ETa")).p);
	assert_null(http_header_find(NULL, 0, STR("ETag")).p);
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(http_name_ok(str_c(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(http_name_ok(str_c(bad[i])));
	assert_false(http_name_ok(STR("A\0B")));
	assert_true(http_value_ok(STR("any thing: \x01\t\xff")));
	assert_true(http_value_ok(STR("")));
	assert_false(http_value_ok(STR("a\rb")));
	assert_false(http_value_ok(STR("a\n")));
	assert_false(http_value_ok(STR("a\0")));
}

/* ---- remembered ---- */

/* Every byte of a state comes back from its short form, whatever stands in it. */
static void
test_pack(void **state)
{
	static const int64_t numbers[] = { 1, -1, 63, 64, 1788249600, 1750000000, INT64_MAX,
		DATE_NONE, (int64_t)0x9e3779b97f4a7c15, 4000000000 };
	struct feed_state s = { 0 }, back;
	unsigned char *packed;
	size_t bytes = 0;

	(void)state;
	assert_null(feed_pack(&s));
	feed_unpack(NULL, &back);
	assert_memory_equal(&back, &s, sizeof(s));
	for (size_t round = 0; round < ARRAY_LEN(numbers); round++) {
		bytes = 0;
		for (size_t i = 0; i < n_feed_fields; i++) {
			char *at = (char *)&s + feed_fields[i].offset;

			switch (feed_fields[i].kind) {
			case FEED_FIELD_I64:
				*(int64_t *)(void *)at = numbers[(round + i) % ARRAY_LEN(numbers)];
				bytes += 8;
				break;
			case FEED_FIELD_I32:
				*(int32_t *)(void *)at = (int32_t)numbers[(round + i) % 5];
				bytes += 4;
				break;
			case FEED_FIELD_U8:
				*(uint8_t *)at = (uint8_t)(round + 1);
				bytes += 4; /* with what fills the struct up behind it */
				break;
			case FEED_FIELD_REAL:
				*(double *)(void *)at = 0.25 * (double)(round + 1);
				bytes += 8;
				break;
			case FEED_FIELD_TEXT:
			case FEED_FIELD_BYTES:
				*(struct str *)(void *)at =
				    str_n("\"\xff\0text\" and some more", 3 + round);
				bytes += 16;
				break;
			case FEED_FIELD_RHYTHM:
				s.rhythm = (struct feed_rhythm){ .n = RHYTHM_ARRIVALS,
					.next = (uint8_t)round,
					.exact = 0xa5a5,
					.longest_s = 86400 };
				for (uint32_t k = 0; k < RHYTHM_ARRIVALS; k++)
					s.rhythm.arrivals_min[k] = 29800000 + k * (uint32_t)round;
				bytes += sizeof(s.rhythm);
				break;
			}
		}
		packed = feed_pack(&s);
		feed_unpack(packed, &back);
		for (size_t i = 0; i < n_feed_fields; i++) {
			const char *a = (const char *)&s + feed_fields[i].offset;
			const char *b = (const char *)&back + feed_fields[i].offset;

			if (feed_fields[i].kind == FEED_FIELD_TEXT ||
			    feed_fields[i].kind == FEED_FIELD_BYTES)
				assert_true(str_eq(*(const struct str *)(const void *)a,
				    *(const struct str *)(const void *)b));
			else if (feed_fields[i].kind == FEED_FIELD_U8)
				assert_int_equal(*a, *b);
			else
				assert_memory_equal(a, b,
				    feed_fields[i].kind == FEED_FIELD_I32      ? 4
				    : feed_fields[i].kind == FEED_FIELD_RHYTHM ? sizeof(s.rhythm)
									       : 8);
		}
		free(packed);
	}
	/* the table knows every field: nothing of the struct is left over */
	assert_in_range(bytes, sizeof(s) - 24, sizeof(s));
}

static void
test_history(void **state)
{
	struct str packed = STR("");
	struct history_poll *got;
	size_t n;

	(void)state;
	for (int i = 0; i < HISTORY_MAX + 10; i++) {
		struct history_poll poll = { .at_s = 1788249600 + i * 900,
			.outcome = (enum history_outcome)(i % HISTORY_OUTCOME_COUNT),
			.next_why = (enum poll_reason)(i % POLL_REASON_COUNT),
			.status = i % 2 ? 200 : 0,
			.bytes = i * 100000,
			.elapsed_ms = i,
			.n_new = i / 2,
			.quiet_n = i % 3,
			.quiet_since_s = i % 3 ? 1788249600 + i * 900 - 600 : 0 };

		packed = history_add(packed, &poll, arena);
	}
	assert_true(packed.n < HISTORY_MAX * 24);
	history_read(packed, arena, &got, &n);
	assert_int_equal(n, HISTORY_MAX);
	for (int i = 0; i < HISTORY_MAX; i++) {
		int k = HISTORY_MAX + 9 - i;

		assert_int_equal(got[i].at_s, 1788249600 + k * 900);
		assert_int_equal(got[i].outcome, k % HISTORY_OUTCOME_COUNT);
		assert_int_equal(got[i].next_why, k % POLL_REASON_COUNT);
		assert_int_equal(got[i].status, k % 2 ? 200 : 0);
		assert_int_equal(got[i].bytes, k * 100000);
		assert_int_equal(got[i].elapsed_ms, k);
		assert_int_equal(got[i].n_new, k / 2);
		assert_int_equal(got[i].quiet_n, k % 3);
		assert_int_equal(got[i].quiet_since_s, k % 3 ? got[i].at_s - 600 : 0);
	}
	/* cut anywhere, what is whole is read and kept */
	for (size_t cut = 0; cut < packed.n; cut++) {
		struct str less = str_sub(packed, 0, cut);
		size_t before;

		history_read(less, arena, &got, &before);
		history_read(
		    history_add(less, &(struct history_poll){ .at_s = 1 }, arena), arena, &got, &n);
		assert_int_equal(n, before + 1 < HISTORY_MAX ? before + 1 : HISTORY_MAX);
		assert_int_equal(got[0].at_s, 1);
	}
	history_read(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), arena, &got, &n);
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_history),
	};

	return cmocka_run_group_tests_name("feed", tests, set_up, take_down);
}
