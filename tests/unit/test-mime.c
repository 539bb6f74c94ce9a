#include "rows.h"

#include "html_out.h"
#include "mime.h"

#include <string.h>

static struct buf b;

/* Every line at most 76 characters, ended by CRLF, ASCII; no CR or LF beside. */
static void
check_lines(const char *name, struct str s)
{
	size_t at = 0;

	ROW(name, str_ends(s, STR("\r\n")));
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		ROW(name, c < 0x7f);
		ROW(name, (c != '\r') == (i + 1 == s.n || s.p[i + 1] != '\n'));
		at = c == '\n' ? 0 : at + 1;
		ROW(name, at <= MIME_COLUMNS + 1); /* the CR */
	}
}

static void
test_text(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "plain", "ICE signs", "Subject: ICE signs\r\n" },
		{ "a header that would begin", "x\r\nBcc: all@example.org",
		    "Subject: x Bcc: all@example.org\r\n" },
		{ "other controls",
		    "a\x01"
		    "b\tc",
		    "Subject: a b c\r\n" },
		{ "one word of another script",
		    "read \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 today",
		    "Subject: read =?UTF-8?B?0J/RgNC40LLQtdGC?= today\r\n" },
		{ "two of them with their space", "\xC3\xA4 \xC3\xB6",
		    "Subject: =?UTF-8?B?w6Qgw7Y=?=\r\n" },
		{ "what looks encoded", "=?x?=", "Subject: =?UTF-8?B?PT94Pz0=?=\r\n" },
		{ "folded at a space",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccc",
		    "Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
		    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n cccccccccc\r\n" },
		{ "a stray byte", "a\xFF", "Subject: =?UTF-8?B?Ye+/vQ==?=\r\n" },
		{ "nothing", "", "Subject:\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_clear(&b);
		mime_text(&b, "Subject", str_c(rows[i].in));
		ROW_STR(rows[i].name, buf_str(&b), str_c(rows[i].want));
	}
	ROWS_DONE();
}

static void
test_long_words(void **state)
{
	char word[900];

	(void)state;
	memset(word, 'a', sizeof(word)); /* longer than a line, with nowhere to fold */
	buf_clear(&b);
	mime_text(&b, "Subject", str_n(word, sizeof(word)));
	check_lines("one word", buf_str(&b));
	for (size_t i = 0; i < sizeof(word); i += 3)
		memcpy(word + i, "\xE2\x82\xAC", 3);
	buf_clear(&b);
	mime_text(&b, "X-Newsbell-Watch", str_n(word, sizeof(word)));
	check_lines("another script", buf_str(&b));
	ROW("begins on its own line's rest",
	    str_starts(buf_str(&b), STR("X-Newsbell-Watch: =?UTF-8?B?")));
	ROWS_DONE();
}

static void
test_mailbox(void **state)
{
	static const struct {
		const char *name, *in, *display, *address; /* address NULL: refused */
	} rows[] = {
		{ "bare", "desk@example.org", "", "desk@example.org" },
		{ "named", "The Desk <desk@example.org>", "The Desk", "desk@example.org" },
		{ "quoted", "\"Desk, the\" <desk@example.org>", "Desk, the", "desk@example.org" },
		{ "other scripts", "\xE7\x94\xA8\xE6\x88\xB7@\xE4\xBE\x8B\xE5\xAD\x90.example", "",
		    "\xE7\x94\xA8\xE6\x88\xB7@\xE4\xBE\x8B\xE5\xAD\x90.example" },
		{ "plus and dot", "a.b+c@sub.example.org", "", "a.b+c@sub.example.org" },
		{ "literal", "a@[127.0.0.1]", "", "a@[127.0.0.1]" },
		{ "no at", "desk", NULL, NULL },
		{ "two", "a@b@c.example", NULL, NULL },
		{ "a space", "a b@example.org", NULL, NULL },
		{ "a line", "a@example.org\r\nRCPT TO:<x@y>", NULL, NULL },
		{ "an open bracket", "a <a@example.org", NULL, NULL },
		{ "an empty label", "a@example..org", NULL, NULL },
		{ "a dot first", ".a@example.org", NULL, NULL },
		{ "a parameter", "a@example.org>SIZE=1", NULL, NULL },
		{ "nothing", "", NULL, NULL },
		{ "not UTF-8", "\xFF@example.org", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mailbox m;
		struct err e = { 0 };
		bool good = mailbox_parse(str_c(rows[i].in), &m, &e);

		ROW_I64(rows[i].name, good, rows[i].address != NULL);
		if (good && rows[i].address) {
			ROW_STR(rows[i].name, m.name, str_c(rows[i].display));
			ROW_STR(rows[i].name, m.address, str_c(rows[i].address));
		}
	}
	ROWS_DONE();
}

static void
test_mailboxes(void **state)
{
	static const struct mailbox v[] = {
		{ STR_INIT(""), STR_INIT("a@example.org") },
		{ STR_INIT("The Desk"), STR_INIT("b@example.org") },
		{ STR_INIT("Desk, \"the\""), STR_INIT("c@example.org") },
		{ STR_INIT("B\xC3\xBCro"), STR_INIT("d@example.org") },
	};

	(void)state;
	buf_clear(&b);
	mime_mailboxes(&b, "To", v, ARRAY_LEN(v));
	ROW_STR("all of them", buf_str(&b),
	    STR("To: a@example.org, The Desk <b@example.org>, \"Desk, \\\"the\\\"\"\r\n"
		" <c@example.org>, =?UTF-8?B?QsO8cm8=?= <d@example.org>\r\n"));
	ROWS_DONE();
}

static void
test_quoted_printable(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "plain", "one\ntwo\n", "one\r\ntwo\r\n" },
		{ "no newline at the end", "one", "one\r\n" },
		{ "an equals sign", "a=b\n", "a=3Db\r\n" },
		{ "a space at the end", "a \nb\t\n", "a=20\r\nb=09\r\n" },
		{ "umlaut", "\xC3\xA4\n", "=C3=A4\r\n" },
		{ "a dot alone", ".\n", "=2E\r\n" },
		{ "mbox", "From me\n", "=46rom me\r\n" },
		{ "CRLF comes once", "a\r\nb\r\n", "a\r\nb\r\n" },
		{ "76 characters fit",
		    "0123456789012345678901234567890123456789012345678901234567890123456789012345"
		    "\n",
		    "0123456789012345678901234567890123456789012345678901234567890123456789012345\r"
		    "\n" },
		{ "77 do not",
		    "01234567890123456789012345678901234567890123456789012345678901234567890123456"
		    "\n",
		    "012345678901234567890123456789012345678901234567890123456789012345678901234="
		    "\r\n"
		    "56\r\n" },
		{ "an octet is not split",
		    "0123456789012345678901234567890123456789012345678901234567890123456789012"
		    "\xC3\xA4\n",
		    "0123456789012345678901234567890123456789012345678901234567890123456789012=\r\n"
		    "=C3=A4\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_clear(&b);
		mime_quoted_printable(&b, str_c(rows[i].in));
		ROW_STR(rows[i].name, buf_str(&b), str_c(rows[i].want));
		check_lines(rows[i].name, buf_str(&b));
	}
	ROWS_DONE();
}

static void
test_html(void **state)
{
	(void)state;
	buf_clear(&b);
	html_escape(&b, STR("<a href=\"x\" b='y'>&\x01\xFF\n\xC3\xA4"));
	ROW_STR("escaped", buf_str(&b),
	    STR("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp; \xEF\xBF\xBD\n\xC3\xA4"));
	ROWS_DONE();
}

static int
setup(void **state)
{
	(void)state;
	buf_init(&b, 1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	buf_free(&b);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_mailbox),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_quoted_printable),
		cmocka_unit_test(test_html),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
