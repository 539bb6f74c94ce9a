#include "own_arena.h"

#include "sample.h"
#include "template.h"

static struct diags diags;

static const struct template *
read(const char *text, enum template_form form)
{
	struct place at = { .file = STR("mail.txt"), .line = 1, .column = 1 };

	diags_init(&diags, arena);
	return template_read(str_c(text), form, at, arena, &diags);
}

static void
test_run(void **state)
{
	static const struct {
		const char *name;
		enum template_form form;
		const char *text, *want;
	} rows[] = {
		{ "no names", TEMPLATE_TEXT, "a { b } c\n", "a { b } c\n" },
		{ "a name", TEMPLATE_TEXT, "{{ watch }}!", "ICE and its cloud!" },
		{ "filters", TEMPLATE_TEXT, "{{watch|upper|cut:4}}", "ICE\xE2\x80\xA6" },
		{ "there", TEMPLATE_TEXT, "{{#link}}yes{{/link}}{{^link}}no{{/link}}", "yes" },
		{ "not there", TEMPLATE_TEXT, "{{#more}}yes{{/more}}{{^more}}no{{/more}}", "no" },
		{ "each", TEMPLATE_TEXT, "{{#entries}}{{^first}}, {{/first}}{{name}}{{/entries}}.",
		    "ICE, Microsoft, Azure." },
		{ "inside of each, what is of the alert", TEMPLATE_TEXT,
		    "{{#entries}}{{#last}}{{severity}} {{name}}{{/last}}{{/entries}}",
		    "high Azure" },
		{ "no entries", TEMPLATE_TEXT, "{{^entries}}none{{/entries}}.", "." },
		{ "a section's lines go", TEMPLATE_TEXT,
		    "a\n{{#entries}}\n- {{name}}\n{{/entries}}\n  {{! note }}  \nb\n",
		    "a\n- ICE\n- Microsoft\n- Azure\nb\n" },
		{ "HTML", TEMPLATE_HTML, "<p title=\"{{title}}\">",
		    "<p title=\"Immigration and Customs Enforcement moves to "
		    "Microsoft\xE2\x80\x99s "
		    "&lt;Azure&gt; \xE2\x80\x93 what &quot;it&quot; costs &amp; why\">" },
		{ "JSON inside of quotes", TEMPLATE_JSON, "{\"t\":\"{{title|cut:300}}\"}",
		    "{\"t\":\"Immigration and Customs Enforcement moves to Microsoft\xE2\x80\x99s "
		    "<Azure> "
		    "\xE2\x80\x93 what \\\"it\\\" costs & why\"}" },
		{ "JSON, a whole value", TEMPLATE_JSON, "[{{watch|json}},{{more|json}}]",
		    "[\"ICE and its cloud\",\"\"]" },
		{ "one line", TEMPLATE_LINE, "{{summary|cut:22}}\nX: y",
		    "First block, with <ta\xE2\x80\xA6 X: y" },
		{ "in an address", TEMPLATE_TEXT, "?q={{watch|url}}",
		    "?q=ICE%20and%20its%20cloud" },
		{ "a time", TEMPLATE_TEXT, "{{created}} {{when}}",
		    "2026-11-24T05:00:00Z 24 Nov 2026 04:55 UTC" },
	};
	struct alert a = sample_alert();
	struct send_context context = { .delivery_id = STR("d") };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct template *t = read(rows[i].text, rows[i].form);
		struct str out = STR("");
		struct err e = { 0 };

		ROW(rows[i].name, t != NULL);
		if (t)
			ROW(rows[i].name, template_run(t, &a, &context, arena, &out, &e));
		ROW_STR(rows[i].name, out, str_c(rows[i].want));
	}
	ROWS_DONE();
}

static void
test_hostile(void **state)
{
	static const char evil[] = "\"}],{{watch}}<script>\r\n\x1b[0m\\";
	struct alert a = sample_alert();
	struct send_context context = { .delivery_id = STR("d") };
	struct str out;
	struct err e;

	(void)state;
	a.title = STR(evil);
	ROW("JSON stays JSON", template_run(read("{\"a\":\"{{title}}\"}", TEMPLATE_JSON), &a,
				   &context, arena, &out, &e));
	ROW("what is put in is not read again", str_find(out, STR("{{watch}}")) != STR_NONE);
	template_run(read("{{title}}", TEMPLATE_HTML), &a, &context, arena, &out, &e);
	ROW("no element", str_find_char(out, '<') == STR_NONE);
	template_run(read("{{title}}", TEMPLATE_LINE), &a, &context, arena, &out, &e);
	ROW("one line",
	    str_find_char(out, '\n') == STR_NONE && str_find_char(out, '\r') == STR_NONE);
	template_run(read("{{title}}", TEMPLATE_TEXT), &a, &context, arena, &out, &e);
	ROW("no escape sequence", str_find_char(out, '\x1b') == STR_NONE);
	ROWS_DONE();
}

static void
test_refused(void **state)
{
	static const struct {
		const char *name;
		enum template_form form;
		const char *text;
		int line, column;
		const char *want;
	} rows[] = {
		{ "an unknown name", TEMPLATE_TEXT, "a\nb {{titel}}", 2, 5, "'titel'" },
		{ "an unknown filter", TEMPLATE_TEXT, "{{title|shout}}", 1, 9, "'shout'" },
		{ "json elsewhere", TEMPLATE_TEXT, "{{title|json}}", 1, 9, "not JSON" },
		{ "cut without a number", TEMPLATE_TEXT, "{{title|cut}}", 1, 9, "cut:N" },
		{ "upper with one", TEMPLATE_TEXT, "{{title|upper:3}}", 1, 9, "no number" },
		{ "not closed", TEMPLATE_TEXT, "{{#link}}x", 1, 3, "not closed" },
		{ "closed twice", TEMPLATE_TEXT, "{{/link}}", 1, 3, "was not opened" },
		{ "crossed", TEMPLATE_TEXT, "{{#link}}{{#more}}{{/link}}{{/more}}", 1, 21,
		    "should" },
		{ "of an entry", TEMPLATE_TEXT, "{{marked}}", 1, 3, "is of an entry" },
		{ "an open tag", TEMPLATE_TEXT, "x\n {{title", 2, 2, "without }}" },
		{ "empty", TEMPLATE_TEXT, "{{ }}", 1, 3, "nothing between" },
		{ "no JSON", TEMPLATE_JSON, "{\"a\":{{title}}}", 1, 1, "is no JSON" },
		{ "a comma too many", TEMPLATE_JSON, "[{{#entries}}{{name|json}},{{/entries}}]", 1,
		    1, "is no JSON" },
		{ "nested entries", TEMPLATE_TEXT,
		    "{{#entries}}{{#entries}}{{/entries}}{{/entries}}", 1, 15, "entries inside" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ROW(rows[i].name, read(rows[i].text, rows[i].form) == NULL);
		if (diags.n == 0)
			continue;
		ROW_I64(rows[i].name, diags.v[0].at.line, rows[i].line);
		ROW_I64(rows[i].name, diags.v[0].at.column, rows[i].column);
		ROW(rows[i].name, str_find(diags.v[0].text, str_c(rows[i].want)) != STR_NONE);
	}
	read("{{titl}}", TEMPLATE_TEXT);
	ROW_STR("did you mean", diags.v[0].hint, STR("did you mean 'title'?"));
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
