#include "buf.h"
#include "json_in.h"
#include "rows.h"

#include <stdio.h>

/* What was read, written again: strings in quotes as they were decoded, "~" where it was cut. */
static void
show(struct json_in *j, struct arena *arena, struct buf *out)
{
	struct json_value v;
	struct str key;
	const char *comma = "";

	switch (json_in_value(j, arena, &v)) {
	case JSON_IN_NONE:
		buf_add(out, STR("?"));
		return;
	case JSON_IN_STRING:
		buf_addf(out, "\"%.*s\"", STR_ARG(v.text));
		return;
	case JSON_IN_NUMBER:
	case JSON_IN_WORD:
		buf_add(out, v.text);
		return;
	case JSON_IN_ARRAY:
		buf_add(out, STR("["));
		for (; json_in_element(j); comma = ",") {
			buf_addf(out, "%s", comma);
			show(j, arena, out);
		}
		buf_add(out, STR("]"));
		return;
	case JSON_IN_OBJECT:
		buf_add(out, STR("{"));
		for (; json_in_member(j, arena, &key); comma = ",") {
			buf_addf(out, "%s%.*s:", comma, STR_ARG(key));
			show(j, arena, out);
		}
		buf_add(out, STR("}"));
		return;
	}
}

#define CUT (1u << JSON_IN_CUT)
#define SYNTAX (1u << JSON_IN_SYNTAX)
#define QUOTE (1u << JSON_IN_QUOTE)
#define ESCAPE (1u << JSON_IN_ESCAPE)
#define CONTROL (1u << JSON_IN_CONTROL)

static void
values(void **state)
{
	static const struct {
		const char *name, *in, *want;
		unsigned damaged;
	} rows[] = {
		{ "object", " { \"a\" : 1 , \"b\":[true,null, -2.5e3 ]}",
		    "{a:1,b:[true,null,-2.5e3]}", 0 },
		{ "empty ones", "[{},[],\"\"]", "[{},[],\"\"]", 0 },
		{ "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"\"\\/\b\f\n\r\t\u00e9\"",
		    0 },
		{ "surrogates", "\"\\ud83d\\ude00\"", "\"\U0001f600\"", 0 },
		{ "half a surrogate", "\"a\\ud83db\\ude00c\"", "\"a\ufffdb\ufffdc\"", ESCAPE },
		{ "unknown escape", "\"it\\'s \\x\"", "\"it's x\"", ESCAPE },
		{ "short unicode escape", "\"\\u12\"", "\"u12\"", ESCAPE },
		{ "UTF-8", "\"caf\u00e9\"", "\"caf\u00e9\"", 0 },
		{ "raw newline", "\"a\nb\"", "\"a\nb\"", CONTROL },
		{ "quote in a text", "{\"a\":\"He said \"yes\" twice\"}",
		    "{a:\"He said \"yes\" twice\"}", QUOTE },
		{ "commas too many", "[,1,,2,]", "[1,2]", 0 },
		{ "comma missing", "{\"a\":1 \"b\":2}", "{a:1,b:2}", 0 },
		{ "value missing", "{\"a\":,\"b\":2}", "{a:?,b:2}", SYNTAX },
		{ "colon missing", "{\"a\",\"b\":2}", "{b:2}", SYNTAX },
		{ "key without quotes", "{a:1,\"b\":2}", "{b:2}", SYNTAX },
		{ "unknown word", "[undefined,1]", "[undefined,1]", SYNTAX },
		{ "wrong bracket", "{\"a\":[1,2},\"b\":3", "{a:[1,2]}", SYNTAX },
		{ "cut in a text", "{\"a\":\"bc", "{a:?}", CUT },
		{ "cut in a key", "{\"a\":1,\"b", "{a:1}", CUT },
		{ "cut behind a key", "{\"a\"", "{}", CUT },
		{ "cut behind a colon", "{\"a\":", "{a:?}", CUT },
		{ "cut in an escape", "[\"a\\", "[?]", CUT },
		{ "cut in a number", "[12", "[12]", CUT },
		{ "cut between", "[1,", "[1]", CUT },
		{ "nothing", "", "?", CUT },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_in j;
		struct buf out;

		buf_init(&out, 10000);
		json_in_init(&j, str_c(rows[i].in));
		show(&j, arena, &out);
		ROW_STR(rows[i].name, buf_str(&out), str_c(rows[i].want));
		ROW_I64(rows[i].name, j.damaged, rows[i].damaged);
		buf_free(&out);
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
skip_and_leave(void **state)
{
	static const struct {
		const char *name, *in, *rest;
	} rows[] = {
		{ "number", "1, 2", ", 2" },
		{ "string", " \"a\\\"b\": 2", ": 2" },
		{ "nested", "[{\"]\":[[]]},\"}\"] x", " x" },
		{ "cut", "[[[", "" },
		{ "nothing to skip", "}", "}" },
	};
	struct json_in j;
	struct json_value v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_in_init(&j, str_c(rows[i].in));
		json_in_skip(&j);
		ROW_STR(rows[i].name, str_sub(j.in, j.at, j.in.n), str_c(rows[i].rest));
	}
	json_in_init(&j, STR("{\"a\":[1,{}]}x"));
	ROW_I64("an object", json_in_value(&j, NULL, &v), JSON_IN_OBJECT);
	json_in_leave(&j);
	ROW_STR("leave", str_sub(j.in, j.at, j.in.n), STR("x"));
	ROWS_DONE();
}

/* Hostile: as deep as it gets; linear, so a million of anything is read at once. */
static void
long_and_deep(void **state)
{
	static const char *const units[] = { "[", "{\"a\":", "\"", "\" ", "\\", "{", "}", "\"a\" ",
		":", "1 ", "\\u", "\"\\" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct json_in j;
		struct buf in;
		size_t end;

		buf_init(&in, 1 << 20);
		buf_add(&in, STR("["));
		while (buf_add(&in, str_c(units[i])))
			;
		json_in_init(&j, buf_str(&in));
		do {
			end = j.at;
			json_in_skip(&j);
		} while (j.at != end);
		ROW(units[i], j.at <= in.n && j.at > 0);
		buf_free(&in);
	}
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(skip_and_leave),
		cmocka_unit_test(long_and_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
