#include "own_arena.h"

#include "json_out.h"
#include "sample.h"
#include "signature.h"
#include "snippet.h"
#include "wording.h"

#include <string.h>

static void
test_snippet(void **state)
{
	static const struct {
		const char *name, *text, *hit, *before, *marked, *after;
	} rows[] = {
		{ "all of a short text", "ICE signs", "ICE", "", "ICE", " signs" },
		{ "the end of a block is a space", "one\nICE\ntwo", "ICE", "one ", "ICE", " two" },
		{ "cut between words, far from the ends",
		    "zero 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
		    "0123456789 0123456789 ICE 0123456789 0123456789 0123456789 0123456789 "
		    "0123456789 0123456789 0123456789 0123456789 end",
		    "ICE",
		    "\xE2\x80\xA6"
		    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
		    "ICE",
		    " 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789"
		    "\xE2\x80\xA6" },
		{ "characters are counted, not bytes",
		    "\xC3\xA4\xC3\xB6\xC3\xBC \xC3\x9Cn\xC3\xAF\xC3\xA7ode",
		    "\xC3\x9Cn\xC3\xAF\xC3\xA7ode", "\xC3\xA4\xC3\xB6\xC3\xBC ",
		    "\xC3\x9Cn\xC3\xAF\xC3\xA7ode", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str text = str_c(rows[i].text), hit = str_c(rows[i].hit);
		struct snippet s = snippet_make(text, str_find(text, hit), hit.n, arena);

		ROW_STR(rows[i].name, s.before, str_c(rows[i].before));
		ROW_STR(rows[i].name, s.marked, str_c(rows[i].marked));
		ROW_STR(rows[i].name, s.after, str_c(rows[i].after));
	}
	ROW("a hit outside the text", snippet_make(STR("abc"), 2, 5, arena).marked.n == 0);
	ROWS_DONE();
}

static void
test_snippet_bounds(void **state)
{
	char text[4000];
	struct snippet s;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xC3\xA4", 2); /* no space anywhere */
	s = snippet_make(str_n(text, sizeof(text)), 2000, 2, arena);
	assert_int_equal(s.before.n, 3 + 2 * SNIPPET_CONTEXT);
	assert_int_equal(s.after.n, 3 + 2 * SNIPPET_CONTEXT);
	s = snippet_make(str_n(text, sizeof(text)), 0, sizeof(text), arena);
	assert_int_equal(s.marked.n, 3 + 2 * SNIPPET_MARKED_MAX);
	assert_int_equal(s.before.n + s.after.n, 0);
}

static void
test_ids(void **state)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	struct alert_identity a = { .secret = STR(secret),
		.watch = STR("w"),
		.feed_url = STR("https://feed.example/"),
		.item_id = STR("1") };
	struct alert_identity shifted = a, later = a, other = a;
	struct str id = alert_id(&a, arena);

	(void)state;
	shifted.watch = STR("wh");
	shifted.feed_url = STR("ttps://feed.example/");
	later.revision = 1;
	other.secret = STR("another secret, another instance");
	assert_int_equal(id.n, ALERT_ID_LEN);
	for (size_t i = 0; i < id.n; i++)
		assert_true(
		    (id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '2' && id.p[i] <= '7'));
	/* computed with Python's hmac and base64 modules: it must never change */
	ROW_STR("for ever", id, STR("wcvthtn3yehdfb5hsmekqmxtvb"));
	ROW_STR("for ever, delivery", delivery_id(a.secret, id, STR("desk"), arena),
	    STR("3rj5mtqbv4q6jbt6ztwypq5ta4"));
	ROW("the same again", str_eq(id, alert_id(&a, arena)));
	ROW("parts do not run together", !str_eq(id, alert_id(&shifted, arena)));
	ROW("a revision", !str_eq(id, alert_id(&later, arena)));
	ROW("another instance", !str_eq(id, alert_id(&other, arena)));
	ROW("another channel", !str_eq(delivery_id(a.secret, id, STR("desk"), arena),
				   delivery_id(a.secret, id, STR("room"), arena)));
	ROWS_DONE();
}

static void
test_make(void **state)
{
	struct hit hits[] = {
		{ ZONE_TITLE, 0, 3, STR("ICE") },
		{ ZONE_SUMMARY, 4, 3, STR("ICE") },
	};
	struct entry_hit entries[] = {
		{ STR("agencies"), STR("ICE"), SEVERITY_HIGH, hits, 2 },
	};
	struct watch_hit fired = { 0, STR("watch"), SEVERITY_HIGH, entries, 1 };
	struct item item = { .id = STR("1"),
		.title = STR("ICE\nsigns"),
		.link = STR("https://news.example/"),
		.body = STR("The ICE story"),
		.published_s = DATE_NONE,
		.updated_s = 77 };
	struct match_input in = { .zone = { [ZONE_TITLE] = item.title, [ZONE_SUMMARY] = item.body },
		.feed = STR("courier") };
	struct alert a;

	(void)state;
	alert_make(&fired, &item, &in, arena, &a);
	ROW_STR("title is one line", a.title, STR("ICE signs"));
	ROW_STR("no summary: the body", a.summary, item.body);
	ROW_I64("no publishing date: the update's", a.published_s, 77);
	ROW_I64("entries", a.n_entries, 1);
	ROW_I64("count", a.entries[0].count, 2);
	ROW_STR("snippet of the first hit", a.entries[0].snippet.after, STR(" signs"));
	ROW_STR("feed", a.feed, in.feed);
	ROWS_DONE();
}

static void
test_make_caps(void **state)
{
	enum { MANY = ALERT_ENTRIES_MAX + 7 };
	struct hit hit = { ZONE_TITLE, 0, 1, STR("a") };
	struct entry_hit *entries = ARENA_ARRAY(arena, struct entry_hit, MANY);
	struct watch_hit fired = { 0, STR("w"), SEVERITY_LOW, entries, MANY };
	char *text = arena_bytes(arena, 4000);
	struct item item = { .id = STR("1"), .published_s = DATE_NONE, .updated_s = DATE_NONE };
	struct match_input in = { .zone = { [ZONE_TITLE] = STR("a") } };
	struct alert a;

	(void)state;
	memset(text, 'x', 4000);
	text[1000] = ' ';
	item.title = item.summary = str_n(text, 4000);
	for (size_t i = 0; i < MANY; i++)
		entries[i] = (struct entry_hit){ STR("l"), STR("n"), SEVERITY_LOW, &hit, 1 };
	alert_make(&fired, &item, &in, arena, &a);
	assert_int_equal(a.n_entries, ALERT_ENTRIES_MAX);
	assert_int_equal(a.n_more, 7);
	assert_int_equal(a.entries[ALERT_SNIPPETS_MAX - 1].snippet.marked.n, 1);
	assert_int_equal(a.entries[ALERT_SNIPPETS_MAX].snippet.marked.n, 0);
	assert_int_equal(a.title.n, 1003); /* cut at the space */
	assert_true(a.summary.n <= ALERT_SUMMARY_MAX);
}

static void
test_json(void **state)
{
	struct alert a = sample_alert(), b;
	struct str json = alert_to_json(&a, arena);
	struct err e = { 0 };

	(void)state;
	assert_true(alert_from_json(json, arena, &b, &e));
	ROW_STR("there and back", alert_to_json(&b, arena), json);
	ROW_STR("title", b.title, a.title);
	ROW_STR("marked", b.entries[1].snippet.marked, STR("Microsoft"));
	ROW_I64("published", b.published_s, a.published_s);
	a.published_s = DATE_NONE;
	a.link = a.feed_title = STR("");
	a.n_entries = 0;
	a.n_more = 3;
	a.kind = ALERT_OPERATOR;
	assert_true(alert_from_json(alert_to_json(&a, arena), arena, &b, &e));
	ROW_I64("no date", b.published_s, DATE_NONE);
	ROW_I64("kind", b.kind, ALERT_OPERATOR);
	ROW_I64("more", b.n_more, 3);
	ROW_I64("no link", b.link.n, 0);
	ROWS_DONE();
}

/* Whoever reads facts meets those of later programs, too. */
static void
test_json_order(void **state)
{
	static const char facts[] =
	    " { \"later\" : {\"x\":[1,{\"y\":\"}\"}]}, \"story\": {\"others\":[{\"seen\":null,"
	    "\"feed\":\"f\",\"title\":\"T\"}],\"outlets\":2,\"items\":3,\"id\":4,\"again\":"
	    "\"outlets\"},"
	    "\"more_entries\":0,\"entries\":[],\"feed\":{\"title\":null,\"name\":\"f\"},"
	    "\"item\":{\"was\":{\"title\":\"old\"},\"summary\":\"a\\n\\ud83d\\ude00\\u0000b\","
	    "\"title\":"
	    "\"t\",\"id\":\"i\"},\"severity\":\"low\",\"watch\":\"w\",\"id\":\"a\",\"kind\":"
	    "\"operator\"}\n";
	struct alert a;
	struct err e = { 0 };

	(void)state;
	assert_true(alert_from_json(str_c(facts), arena, &a, &e));
	ROW_I64("kind", a.kind, ALERT_OPERATOR);
	ROW_STR("text with escapes", a.summary, str_n("a\n\xF0\x9F\x98\x80\0b", 8));
	ROW_STR("was", a.was_title, STR("old"));
	ROW_I64("no date", a.seen_s, DATE_NONE);
	ROW_I64("why again", a.story.again, AGAIN_OUTLETS);
	ROW_I64("others", a.story.n_others, 1);
	ROW_STR("another's title", a.story.others[0].title, STR("T"));
	ROW_I64("another's date", a.story.others[0].seen_s, DATE_NONE);
	ROW_I64("opened", a.story.opened_s, DATE_NONE);
	ROWS_DONE();
}

static void
test_json_refused(void **state)
{
	static const struct {
		const char *name, *from, *to;
	} rows[] = {
		{ "cut short", "\"story\":null}", "" },
		{ "an unknown severity", "\"severity\":\"high\"", "\"severity\":\"huge\"" },
		{ "a number for a text", "\"watch\":\"ICE and its cloud\"", "\"watch\":7" },
		{ "no date", "\"created\":\"2026-11-24T05:00:00Z\"", "\"created\":\"yesterday\"" },
		{ "a negative count", "\"count\":3", "\"count\":-3" },
		{ "no item", "\"item\":{", "\"itom\":{" },
		{ "an unknown zone", "\"zone\":\"body\"", "\"zone\":\"foot\"" },
		{ "a member that comes twice", "\"kind\":\"item\"",
		    "\"kind\":\"item\",\"kind\":\"item\"" },
		{ "a member that is missing", "\"more_entries\"", "\"entries_more\"" },
		{ "a broken count", "\"count\":3", "\"count\":3.0" },
		{ "an entry that is none", "\"entries\":[", "\"entries\":[7," },
		{ "a story of another kind", "\"story\":null", "\"story\":[]" },
		{ "an escape that is none", "\"watch\":\"ICE", "\"watch\":\"\\qICE" },
		{ "a raw line break", "\"watch\":\"ICE", "\"watch\":\"\nICE" },
		{ "not UTF-8", "\"watch\":\"ICE", "\"watch\":\"\xFFICE" },
		{ "something behind it", "\"story\":null}", "\"story\":null}}" },
		{ "no object", "{\"kind\":\"item\"", "[\"kind\"" },
	};
	struct alert a = sample_alert(), b;
	struct str json = alert_to_json(&a, arena);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t at = str_find(json, str_c(rows[i].from));
		struct str bad;
		struct err e = { 0 };

		ROW(rows[i].name, at != STR_NONE);
		bad = str_fmt(arena, "%.*s%s%.*s", STR_ARG(str_sub(json, 0, at)), rows[i].to,
		    STR_ARG(str_sub(json, at + strlen(rows[i].from), json.n)));
		ROW(rows[i].name, !alert_from_json(bad, arena, &b, &e));
		ROW(rows[i].name, e.kind == ERR_INPUT && e.text[0]);
	}
	ROWS_DONE();
}

static void
test_json_text(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "quotes", "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "controls", "a\n\t\x01z", "\"a\\n\\t\\u0001z\"" },
		{ "a stray byte", "a\xFFz", "\"a\xEF\xBF\xBDz\"" },
		{ "a lone surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_out o;

		jout_init(&o, 1000);
		jout_str(&o, NULL, str_c(rows[i].in));
		ROW_STR(rows[i].name, jout_done(&o, arena), str_c(rows[i].want));
	}
	{
		struct json_out o;

		jout_init(&o, 8);
		jout_str(&o, NULL, STR("too long for it"));
		ROW_I64("beyond the cap there is nothing", jout_done(&o, arena).n, 0);
	}
	ROWS_DONE();
}

static void
test_wording(void **state)
{
	struct alert a = sample_alert();
	struct buf b;

	(void)state;
	ROW_STR("names", wording_names(&a, 2, arena), STR("ICE, Microsoft and 1 more"));
	ROW_STR("subject", wording_subject(&a, 40, arena),
	    STR("[high] ICE, Microsoft, Azure: Immigrati\xE2\x80\xA6"));
	ROW_STR("source", wording_source(&a, NULL, arena),
	    STR("Harbour Courier \xC2\xB7 24 Nov 2026 04:55 UTC \xC2\xB7 A. Writer"));
	ROW_STR("entry", wording_entry(&a.entries[0], arena),
	    STR("ICE (agencies, as \xE2\x80\x9CImmigration and Customs Enforcement\xE2\x80\x9D), 3 "
		"times, first in the title"));
	ROW_STR("bare term", wording_entry(&a.entries[2], arena),
	    STR("Azure, 2 times, first in the summary"));
	buf_init(&b, 1000);
	wording_wrap(&b, STR("aa bb cc\ndddddddd\x1b[1m e"), STR("> "), 7);
	ROW_STR("wrap", buf_str(&b), STR("> aa bb\n> cc\n> dddddddd\n> [1m e\n"));
	buf_clear(&b);
	wording_wrap(&b, STR("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E x"), STR(""), 4);
	ROW_STR("wide characters", buf_str(&b), STR("\xE6\x97\xA5\xE6\x9C\xAC\n\xE8\xAA\x9E x\n"));
	buf_free(&b);
	ROWS_DONE();
}

static void
test_signature(void **state)
{
	struct str_list keys;
	struct err e;

	(void)state;
	/* the values of the specification's own example */
	assert_true(signature_keys(
	    STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n\nplain text of 24 bytes..\n"), arena,
	    &keys, &e));
	assert_int_equal(keys.n, 2);
	keys.n = 1;
	ROW_STR("the specification's example",
	    signature_make(&keys, STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
		STR("{\"test\": 2432232314}"), arena),
	    STR("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
	ROW("no base64", !signature_keys(STR("whsec_*"), arena, &keys, &e));
	ROW("too short", !signature_keys(STR("secret"), arena, &keys, &e));
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snippet),
		cmocka_unit_test(test_snippet_bounds),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_make_caps),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_order),
		cmocka_unit_test(test_json_refused),
		cmocka_unit_test(test_json_text),
		cmocka_unit_test(test_wording),
		cmocka_unit_test(test_signature),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
