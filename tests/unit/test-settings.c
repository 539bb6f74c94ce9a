#include "rows.h"

#include "settings.h"

struct thing {
	struct str text, url, path;
	bool flag;
	int64_t count, wait_s, size;
	struct str_list list;
	int choice;
	struct secret secret;
	struct setting_line when;
};

static const char *const colours[] = { "red", "green", NULL };

#define THING(field) offsetof(struct thing, field)
static const struct setting rows[] = {
	{ "text", SETTING_TEXT, THING(text) },
	{ "url", SETTING_URL, THING(url) },
	{ "path", SETTING_PATH, THING(path) },
	{ "flag", SETTING_BOOL, THING(flag) },
	{ "count", SETTING_INT, THING(count), .min = 1, .max = 10 },
	{ "wait", SETTING_DURATION, THING(wait_s), .min = 60, .max = 86400 },
	{ "size", SETTING_SIZE, THING(size) },
	{ "list", SETTING_LIST, THING(list) },
	{ "choice", SETTING_CHOICE, THING(choice), .choices = colours },
	{ "secret", SETTING_SECRET, THING(secret) },
	{ "when", SETTING_VALUE, THING(when) },
};

static bool
read_secret(struct secret *s, struct arena *arena, void *cookie, struct err *e)
{
	(void)arena;
	(void)cookie;
	if (str_eq_c(s->ref, "missing"))
		return err_set(e, ERR_SYSTEM, "missing: no such file");
	if (s->ref.n)
		s->text = STR("from outside");
	return true;
}

/* What was read outlives the sections that it was read from. */
static struct thing
load(const char *text, struct arena *arena, struct diags *diags)
{
	struct arena *scratch = arena_new();
	const struct settings_env env = { read_secret, NULL };
	struct thing thing = { 0 };
	const struct settings_table table = { rows, ARRAY_LEN(rows), &thing };
	struct section *sections = NULL;
	size_t n = 0, cap = 0;

	diags_init(diags, arena);
	settings_read(str_c(text), STR("t.conf"), scratch, diags, &sections, &n, &cap);
	for (size_t i = 0; i < n; i++)
		settings_apply(&sections[i], &table, 1, &env, arena, diags);
	arena_free(scratch);
	return thing;
}

static void
test_good(void **state)
{
	struct arena *arena = arena_new();
	struct place_walk walk = { 0 };
	struct diags d;
	struct thing t = load("\xEF\xBB\xBF# comment\r\n"
			      "[thing \"one\"]\r\n"
			      "text = a # is part of it\r\n"
			      "url=https://example.org/a?b=c\r\n"
			      "path = /a b/c\n"
			      "flag = Yes\ncount =7\nwait = 15m\nsize = 8M\n"
			      "list = a, b c ,d\n; comment\nchoice = green\n"
			      "secret = @file:/x\n"
			      "when = a AND\n"
			      "# between\n"
			      "       #b OR\n"
			      "\tc\n\n",
	    arena, &d);

	(void)state;
	ROW_I64("no problem", (int64_t)d.n, 0);
	ROW_STR("text", t.text, STR("a # is part of it"));
	ROW_STR("url", t.url, STR("https://example.org/a?b=c"));
	ROW_STR("path", t.path, STR("/a b/c"));
	ROW("flag", t.flag);
	ROW_I64("count", t.count, 7);
	ROW_I64("wait", t.wait_s, 900);
	ROW_I64("size", t.size, 8 << 20);
	ROW_I64("list", (int64_t)t.list.n, 3);
	ROW_STR("list part", t.list.v[1], STR("b c"));
	ROW_I64("choice", t.choice, 1);
	ROW_STR("secret", t.secret.text, STR("from outside"));
	ROW_STR("continued", t.when.value, STR("a AND\n\n       #b OR\n\tc"));
	ROW_I64("place", t.when.value_at.line * 100 + t.when.value_at.column, 1408);
	ROW_I64("place in it", place_in(t.when.value_at, t.when.value, 14).line, 16);
	ROW_I64("column in it", place_in(t.when.value_at, t.when.value, 14).column, 8);
	for (size_t i = 0, step = 0; i < 200; i++, step = (step + 7 * i) % 40) {
		struct place got = place_walk_to(&walk, t.when.value_at, t.when.value, step),
			     want = place_in(t.when.value_at, t.when.value, step);

		ROW_I64("line when walking", got.line, want.line);
		ROW_I64("column when walking", got.column, want.column);
		ROW_STR("source when walking", got.source, want.source);
	}
	ROWS_DONE();
	arena_free(arena);
}

static const struct {
	const char *name, *in, *want; /* want: the whole message */
} bad[] = {
	{ "unknown key", "[thing]\nwiat = 15m\n",
	    "t.conf:2:1: error: unknown key 'wiat' in [thing]\n  wiat = 15m\n  ^\n  did you mean "
	    "'wait'?\n" },
	{ "no suggestion for what is far", "[thing]\nzzzzzz = 1\n",
	    "t.conf:2:1: error: unknown key 'zzzzzz' in [thing]\n  zzzzzz = 1\n  ^\n" },
	{ "twice", "[thing]\ntext = a\ntext = b\n",
	    "t.conf:3:1: error: 'text' is already set in line 2\n  text = b\n  ^\n  keep one of "
	    "the two\n" },
	{ "duration without a unit", "[thing]\nwait = 15\n",
	    "t.conf:2:8: error: wait: '15' is no duration (write e.g. 90s, 15m, 6h, 2d)\n  wait = "
	    "15\n"
	    "         ^\n" },
	{ "out of bounds", "[thing]\ncount = 11\n",
	    "t.conf:2:9: error: count: out of range: 1 to 10\n  count = 11\n          ^\n" },
	{ "duration out of bounds", "[thing]\nwait = 5s\n",
	    "t.conf:2:8: error: wait: out of range: 60 to 86400 seconds\n  wait = 5s\n         "
	    "^\n" },
	{ "overflow", "[thing]\nwait = 99999999999999999w\n",
	    "t.conf:2:8: error: wait: '99999999999999999w' is no duration (write e.g. 90s, 15m, "
	    "6h, 2d)\n"
	    "  wait = 99999999999999999w\n         ^\n" },
	{ "choice", "[thing]\nchoice = blue\n",
	    "t.conf:2:10: error: choice: 'blue' is none of: red, green\n  choice = blue\n          "
	    " ^\n" },
	{ "path", "[thing]\npath = a/b\n",
	    "t.conf:2:8: error: path: 'a/b' is no absolute path\n  path = a/b\n         ^\n" },
	{ "no value", "[thing]\ntext =\n",
	    "t.conf:2:7: error: text: no value after the '='\n  text =\n        ^\n" },
	{ "no equals sign", "[thing]\ntext\n",
	    "t.conf:2:1: error: no '=' in this line\n  text\n  ^\n  write it as key = value\n" },
	{ "before any section", "text = a\n",
	    "t.conf:1:1: error: a setting before the first section\n  text = a\n  ^\n"
	    "  begin the file with a section, as [newsbell]\n" },
	{ "header cut", "[thing\n",
	    "t.conf:1:7: error: no ] at the end of this section's header\n  [thing\n        ^\n"
	    "  a header ends in ]\n" },
	{ "header with a bare name", "[thing one]\n",
	    "t.conf:1:1: error: this is no section header\n  [thing one]\n  ^\n"
	    "  write it as [section] or [section \"name\"]\n" },
	{ "indented setting", "[thing]\ntext = a\n  wait = 15m\n",
	    "t.conf:3:3: error: an indented line continues the value before it, and this looks "
	    "like a new "
	    "setting\n    wait = 15m\n    ^\n  begin a new setting in the first column\n" },
	{ "indented after nothing", "[thing]\n  a b\n",
	    "t.conf:2:3: error: an indented line continues the value before it, and there is none\n"
	    "    a b\n    ^\n  begin a setting in the first column\n" },
	{ "not UTF-8", "[thing]\ntext = \xff\n",
	    "t.conf:2:8: error: this is not UTF-8 text\n  save the file as UTF-8\n" },
	{ "url without scheme", "[thing]\nurl = example.org\n",
	    "t.conf:2:7: error: url: 'example.org' is no http:// or https:// address\n"
	    "  url = example.org\n        ^\n" },
	{ "url without host", "[thing]\nurl = http:///x\n",
	    "t.conf:2:7: error: url: 'http:///x' names no host\n  url = http:///x\n        ^\n" },
	{ "unreadable secret", "[thing]\nsecret = @file:missing\n",
	    "t.conf:2:10: error: secret: missing: no such file\n  secret = @file:missing\n         "
	    "  ^\n" },
	{ "list with a hole", "[thing]\nlist = a,,b\n",
	    "t.conf:2:8: error: list: an empty part in a list (a comma too many?)\n  list = a,,b\n"
	    "         ^\n" },
	{ "caret after accents", "[thing]\ntext = \xc3\xa9\nurl = \xc3\xa9\n",
	    "t.conf:3:7: error: url: '\xc3\xa9' is no http:// or https:// address\n  url = "
	    "\xc3\xa9\n"
	    "        ^\n" },
};

static void
test_bad(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct diags d;

		load(bad[i].in, arena, &d);
		ROW_I64(bad[i].name, (int64_t)d.n, 1);
		ROW_I64(bad[i].name, (int64_t)d.errors, 1);
		if (d.n)
			ROW_STR(bad[i].name, diag_text(&d.v[0], arena), str_c(bad[i].want));
	}
	arena_free(arena);
	ROWS_DONE();
}

/* Columns are characters, the caret stands under the place, and of a long line a part is shown. */
static void
test_carets(void **state)
{
	static const char long_line[] = "0123456789012345678901234567890123456789"
					"0123456789012345678901234567890123456789"
					"0123456789012345678901234567890123456789"
					"0123456789012345678901234567890123456789";
	static const struct {
		const char *name, *line;
		int column; /* in bytes */
		const char *want;
	} carets[] = {
		{ "ASCII", "foo bar", 5, "f:1:5: error: x\n  foo bar\n      ^\n" },
		{ "accents", "\xc3\xa9\xc3\xa9 bar", 6,
		    "f:1:4: error: x\n  \xc3\xa9\xc3\xa9 bar\n     ^\n" },
		{ "accents of their own", "e\xcc\x81 bar", 5,
		    "f:1:4: error: x\n  e\xcc\x81 bar\n    ^\n" },
		{ "wide", "\xe6\x9d\xb1\xe4\xba\xac bar", 8,
		    "f:1:4: error: x\n  \xe6\x9d\xb1\xe4\xba\xac bar\n       ^\n" },
		{ "tab", "a\tb", 3, "f:1:3: error: x\n  a\tb\n   \t^\n" },
		{ "behind the end", "foo", 4, "f:1:4: error: x\n  foo\n     ^\n" },
		{ "far behind the end", "foo", 9, "f:1:9: error: x\n" },
		{ "early in a long line", long_line, 2,
		    "f:1:2: error: x\n"
		    "  0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789...\n   ^\n" },
		{ "late in a long line", long_line, 101,
		    "f:1:101: error: x\n"
		    "  ...0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789...\n"
		    "                                                                        "
		    "             ^\n" },
		{ "at the end of a long line", long_line, 161,
		    "f:1:161: error: x\n"
		    "  ...0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789\n"
		    "                                                                        "
		    "             ^\n" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(carets); i++) {
		struct diags d;

		diags_init(&d, arena);
		diag_add(&d, DIAG_ERROR,
		    (struct place){ STR("f"), 1, carets[i].column, str_c(carets[i].line) }, STR(""),
		    "x");
		ROW_STR(carets[i].name, diag_text(&d.v[0], arena), str_c(carets[i].want));
	}
	arena_free(arena);
	ROWS_DONE();
}

/* All problems at once, and what is good is stored all the same. */
static void
test_all_at_once(void **state)
{
	struct arena *arena = arena_new();
	struct diags d;
	struct thing t = load("[thing]\ncount = x\nwait = 1h\nflag = maybe\nnope = 1\n", arena, &d);

	(void)state;
	assert_int_equal(d.errors, 3);
	assert_int_equal(t.wait_s, 3600);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_carets),
		cmocka_unit_test(test_all_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
