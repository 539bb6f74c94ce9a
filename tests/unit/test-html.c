#include "html.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

struct row {
	const char *name, *in, *want;
};

static void
check(const struct row *rows, size_t n,
    struct str (*function)(struct str in, struct arena *arena, size_t max))
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < n; i++)
		ROW_STR(
		    rows[i].name, function(str_c(rows[i].in), arena, 1000), str_c(rows[i].want));
	arena_free(arena);
	ROWS_DONE();
}

static void
to_text(void **state)
{
	static const struct row rows[] = {
		{ "empty", "", "" },
		{ "plain", "The port of Rotterdam", "The port of Rotterdam" },
		{ "inline tags vanish", "A <b>bo</b>ld <em>move</em>", "A bold move" },
		{ "blocks end lines", "<p>One</p><p>Two</p>", "One\nTwo" },
		{ "no empty lines", "<div><div><p>One</p></div></div><p></p><p>Two</p>",
		    "One\nTwo" },
		{ "br is a space", "One<br>two<br/>three", "One two three" },
		{ "list items", "<ul><li>tin<li>zinc</ul>after", "tin\nzinc\nafter" },
		{ "table cells", "<table><tr><td>a</td><td>b</td></tr></table>", "a\nb" },
		{ "white space is one space", " a \n\t b  ", "a b" },
		{ "wbr is nothing", "micro<wbr>chip", "microchip" },
		{ "script", "a<script>if (x < 1) alert('</p>')</script>b", "ab" },
		{ "script, unclosed", "a<script>var b = 1;", "a" },
		{ "style", "a<style>p { color: red }</style>b", "ab" },
		{ "comment", "a<!-- not <b>shown</b> -->b", "ab" },
		{ "noscript, template, iframe",
		    "a<noscript>n</noscript><template>t</template><iframe>i</iframe>b", "ab" },
		{ "head", "<html><head><title>T</title></head><body>B</body></html>", "B" },
		{ "alt is not text", "a<img src=x alt=\"a dog\">b", "ab" },
		{ "entities once", "AT&amp;T, caf&eacute;, &#8220;x&#x201D;, &amp;amp;",
		    "AT&T, caf\u00e9, \u201cx\u201d, &amp;" },
		{ "no-break space is space", "a&nbsp;b\u00a0 c", "a b c" },
		{ "less-than is text", "a < b and 3<4", "a < b and 3<4" },
		{ "ampersand is text", "R&D & more; ?a=1&b=2", "R&D & more; ?a=1&b=2" },
		{ "quoted '>'", "<a title=\"a > b\" href=x>link</a>", "link" },
		{ "windows-1252 by number", "&#147;x&#148; &#150;", "\u201cx\u201d \u2013" },
		{ "illegal references", "a&#0;b&#8;c&#xD800;d", "abcd" },
		{ "controls",
		    "a\x01"
		    "b\x7f"
		    "c\xc2\x85"
		    "d",
		    "abc d" },
		{ "bidi controls", "a\u202eb\u2066c\u2069", "abc" },
		{ "NFC", "cafe\u0301", "caf\u00e9" },
		{ "invalid UTF-8",
		    "a\xff"
		    "b\xc3",
		    "a\ufffdb\ufffd" },
		{ "small print of ruby", "<ruby>\u6f22<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
		    "\u6f22" },
		{ "cdata markers", "<![CDATA[a <b>c</b>]]>", "a c" },
		{ "unclosed tag at the end", "text <a href=\"http://x", "text" },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows), html_to_text);
}

static void
text_from_feed(void **state)
{
	static const struct row rows[] = {
		{ "attributes of pages without a value", "<p data-foo>a</p><div aria-bar x>b</div>",
		    "a\n<div aria-bar x>b" },
		{ "plain", "Azure & friends", "Azure & friends" },
		{ "html", "<p>One</p><p>Two</p>", "One\nTwo" },
		{ "escaped twice", "&lt;p&gt;One&lt;/p&gt;", "One" },
		{ "entity escaped twice", "AT&amp;amp;T", "AT&T" },
		{ "number escaped twice", "it&amp;#8217;s", "it\u2019s" },
		{ "a type parameter stays", "List<String> is new", "List<String> is new" },
		{ "less-than", "a < b", "a < b" },
		{ "speaks of a tag", "the &lt;b&gt; tag", "the <b> tag" },
		{ "speaks of an entity", "a &amp;amp; b", "a &amp; b" },
		{ "a blank line ends a block", "One\ntwo\n\nthree", "One two\nthree" },
		{ "tags: newlines are space", "<i>One</i>\n\ntwo", "One two" },
		{ "address in angle brackets", "see <http://example.com/x>",
		    "see <http://example.com/x>" },
		{ "script", "a<script>x</script>b", "ab" },
		{ "spaces around the equals sign", "<a href = \"/x\">a</a> b", "a b" },
		{ "an equation is no attribute", "x <y = 5> z", "x <y = 5> z" },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows), html_text_from_feed);
}

static void
clean(void **state)
{
	static const struct row rows[] = {
		{ "tags stay", "a <b>c</b> &amp;", "a <b>c</b> &amp;" },
		{ "blank line", " a\nb\n \n\nc ", "a b\nc" },
		{ "controls",
		    "a\x02"
		    "b\u200fc",
		    "ab\u200fc" },
		{ "NFC", "e\u0301", "\u00e9" },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows), text_clean);
}

static void
caps(void **state)
{
	static const struct {
		const char *name, *in;
		size_t max;
		const char *text, *clean;
	} rows[] = {
		{ "between characters", "a\u00e9\u00e9", 4, "a\u00e9", "a\u00e9" },
		{ "no space at the end", "ab cd", 3, "ab", "ab" },
		{ "nothing", "abc", 0, "", "" },
		{ "tags do not count", "<p><b>abc</b></p>", 3, "abc", "<p>" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str in = str_c(rows[i].in);

		ROW_STR(rows[i].name, html_to_text(in, arena, rows[i].max), str_c(rows[i].text));
		ROW_STR(rows[i].name, text_clean(in, arena, rows[i].max), str_c(rows[i].clean));
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
one_line(void **state)
{
	struct arena *arena = arena_new();
	struct str plain = STR("no newline");

	(void)state;
	assert_ptr_equal(text_one_line(plain, arena).p, plain.p);
	ROW_STR("newlines", text_one_line(STR("a\nb\nc"), arena), STR("a b c"));
	arena_free(arena);
	ROWS_DONE();
}

static void
markup(void **state)
{
	static const struct {
		const char *in;
		bool want;
	} rows[] = {
		{ "plain", false },
		{ "a < b", false },
		{ "List<String>", false },
		{ "R&D", false },
		{ "?a=1&copy=2", false },
		{ "<b>", true },
		{ "</p>", true },
		{ "x<br/>", true },
		{ "<!-- c -->", true },
		{ "caf&eacute;", true },
		{ "&#8217;", true },
		{ "&unknown;", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ROW_I64(rows[i].in, html_has_markup(str_c(rows[i].in)), rows[i].want);
	ROWS_DONE();
}

#define BASE "https://news.example/a/b.html"

static const struct row safe_rows[] = {
	{ "empty", "", "" },
	{ "text", "a < b & c > d \"e\"", "a &lt; b &amp; c &gt; d &quot;e&quot;" },
	{ "references become characters", "caf&eacute; &lt;script&gt; &amp;amp; &#8217;",
	    "caf\u00e9 &lt;script&gt; &amp;amp; \u2019" },
	{ "allowed", "<p>A <b>b</b> <em>c</em></p>", "<p>A <b>b</b> <em>c</em></p>" },
	{ "names in lower case", "<P>A<BR></P>", "<p>A<br></p>" },
	{ "self-closing", "a<br/>b<hr />", "a<br>b<hr>" },
	{ "unclosed is closed", "<p>a <b>b", "<p>a <b>b</b></p>" },
	{ "crossed", "<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c" },
	{ "stray end tags", "</p>a</b></div>", "a" },
	{ "paragraphs without end", "<p>a<p>b<div>c</div>", "<p>a</p><p>b</p><div>c</div>" },
	{ "list items without end", "<ul><li>a<li>b<ul><li>c</ul></ul>d",
	    "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d" },
	{ "cells without end", "<table><tr><td>a<td>b<tr><th>c</table>d",
	    "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>d" },
	{ "an end tag stays in its cell", "<b><table><tr><td>a</b>c</td></tr></table></b>",
	    "<b><table><tr><td>ac</td></tr></table></b>" },
	{ "definitions", "<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>" },
	{ "script", "a<script>alert(1)</script>b", "ab" },
	{ "script, unclosed", "a<script>alert(1)", "a" },
	{ "script in script", "<scr<script>x</script>ipt>alert(1)</script>",
	    "&lt;script&gt;alert(1)" },
	{ "style", "a<style>b{}</style>c", "ac" },
	{ "comment", "a<!-- <b> -->c", "ac" },
	{ "conditional comment", "a<!--[if IE]><script>x</script><![endif]-->b", "ab" },
	{ "unknown elements", "<x-card>a</x-card><blink>b</blink><o:p>c</o:p>",
	    "a<span>b</span>c" },
	{ "other blocks are divs", "<form action=x>a<input name=q></form><nav>b</nav>",
	    "<div>a</div><div>b</div>" },
	{ "event handlers and style", "<p onclick=\"x()\" style=\"a\" class=c id=i>a</p>",
	    "<p>a</p>" },
	{ "attributes that may stay",
	    "<p title=\"a &quot;b&quot;\" LANG=de dir=rtl>a</p><ol start=3><li value=7>b</ol>",
	    "<p title=\"a &quot;b&quot;\" lang=\"de\" dir=\"rtl\">a</p>"
	    "<ol start=\"3\"><li value=\"7\">b</li></ol>" },
	{ "attributes out of range", "<ol start=99999999><li>a</ol><p dir=\"r&quot;l\">b",
	    "<ol><li>a</li></ol><p>b</p>" },
	{ "attribute twice", "<p lang=de lang=fr>a</p>", "<p lang=\"de\">a</p>" },
	{ "cells' spans", "<table><tr><td colspan=2 width=9>a</table>",
	    "<table><tr><td colspan=\"2\">a</td></tr></table>" },
	{ "time", "<time datetime=\"2026-11-24T17:05Z\">now</time>",
	    "<time datetime=\"2026-11-24T17:05Z\">now</time>" },
	{ "link, absolute", "<a href=\"https://other.example/?a=1&amp;b=2\" target=_top>x</a>",
	    "<a href=\"https://other.example/?a=1&amp;b=2\">x</a>" },
	{ "link, bare ampersand", "<a href=\"https://other.example/?a=1&b=2\">x</a>",
	    "<a href=\"https://other.example/?a=1&amp;b=2\">x</a>" },
	{ "link, relative", "<a href=\"../c?d#e\">x</a>",
	    "<a href=\"https://news.example/c?d#e\">x</a>" },
	{ "link, mail", "<a href='mailto:desk@news.example?subject=a%20b'>x</a>",
	    "<a href=\"mailto:desk@news.example?subject=a%20b\">x</a>" },
	{ "link, mail with odd characters", "<a href='mailto:a b<c>'>x</a>", "x" },
	{ "link, script", "<a href=\"javascript:alert(1)\">x</a>", "x" },
	{ "link, script in disguise", "<a href=\" &#106;ava\tscript&colon;alert(1)\">x</a>", "x" },
	{ "link, data", "<a href=\"data:text/html,x\">x</a>y", "xy" },
	{ "link, quote", "<a href=\"https://o.example/&quot;onclick=&quot;x\">x</a>",
	    "<a href=\"https://o.example/%22onclick=%22x\">x</a>" },
	{ "link, none", "<a name=top>x</a>", "x" },
	{ "links do not nest", "<a href=\"/1\">a<a href=\"/2\">b</a></a>",
	    "<a href=\"https://news.example/1\">a</a><a href=\"https://news.example/2\">b</a>" },
	{ "picture", "<img src=\"/i/quay.jpg\" alt=\"The quay &amp; crane\" onerror=x>",
	    "<a href=\"https://news.example/i/quay.jpg\"><img alt=\"The quay &amp; crane\"></a>" },
	{ "picture without alt", "<p><img src=\"/i/the%20quay%C3%A9.jpg?w=3\" alt=''></p>",
	    "<p><a href=\"https://news.example/i/the%20quay%C3%A9.jpg?w=3\"><img alt=\"the "
	    "quay\u00e9.jpg\"></a></p>" },
	{ "picture in a link", "<a href=\"/s\"><img src=\"/i/q.jpg\" alt=\"q\"></a>",
	    "<a href=\"https://news.example/s\"><img alt=\"q\"></a>" },
	{ "picture, lazy", "<img src=\"data:image/gif;base64,AA\" data-src=\"/i/q.jpg\">",
	    "<a href=\"https://news.example/i/q.jpg\"><img alt=\"q.jpg\"></a>" },
	{ "picture that counts readers", "a<img src=\"https://t.example/p\" width=1 height=\"1\">b",
	    "ab" },
	{ "picture of a script", "<img src=\"javascript:x\" alt=a>b", "<img alt=\"a\">b" },
	{ "picture of nothing", "<img>b", "b" },
	{ "video", "<video src=\"/v.mp4\" poster=\"/p.jpg\" autoplay></video>",
	    "<a href=\"https://news.example/v.mp4\">v.mp4</a>" },
	{ "video with sources", "<video><source src=/1.webm><source src=/2.mp4></video>",
	    "<a href=\"https://news.example/1.webm\">1.webm</a>" },
	{ "sources of a picture", "<picture><source srcset=/1.webp><img src=/2.jpg></picture>",
	    "<span><a href=\"https://news.example/2.jpg\"><img alt=\"2.jpg\"></a></span>" },
	{ "audio", "<audio controls src=\"talk.mp3\">",
	    "<a href=\"https://news.example/a/talk.mp3\">talk.mp3</a>" },
	{ "frame",
	    "<iframe src=\"https://v.example/\" title=\"Clip &lt;1&gt;\">no frames</iframe>x",
	    "<a href=\"https://v.example/\">Clip &lt;1&gt;</a>x" },
	{ "frame by its host", "<iframe src=\"//v.example/\"></iframe>",
	    "<a href=\"https://v.example/\">v.example</a>" },
	{ "object and embed", "<object data=\"/o.swf\"><embed src=\"/e.swf\"></object>",
	    "<a href=\"https://news.example/o.swf\">o.swf</a>"
	    "<a href=\"https://news.example/e.swf\">e.swf</a>" },
	{ "frame with a document", "<iframe srcdoc=\"&lt;script&gt;\"></iframe>x", "x" },
	{ "meta and base",
	    "<base href=\"https://evil.example/\"><meta http-equiv=refresh>"
	    "<link rel=stylesheet href=x><a href=\"c\">x</a>",
	    "<a href=\"https://news.example/a/c\">x</a>" },
	{ "drawings",
	    "<svg onload=x><text>a</text><a href=\"/b\">b</a></svg><math><mi>c</mi></math>",
	    "<span>a<a href=\"https://news.example/b\">b</a></span><span>c</span>" },
	{ "controls and direction",
	    "a\x01"
	    "b\u202ec\xc2\x85"
	    "d\u2028e",
	    "abcd\ne" },
	{ "invalid UTF-8", "<p>a\xff</p>", "<p>a\ufffd</p>" },
	{ "not closed at all", "<p <b>a</b>", "&lt;p <b>a</b>" },
	{ "preformatted", "<pre>a\n  b\r\n\rc</pre>", "<pre>a\n  b\n\nc</pre>" },
};

static void
sanitise(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(safe_rows); i++) {
		const struct row *row = &safe_rows[i];

		ROW_STR(row->name, html_sanitise(str_c(row->in), STR(BASE), arena, 10000),
		    str_c(row->want));
	}
	ROW_STR("no base: relative links go",
	    html_sanitise(STR("<a href=\"/x\">x</a><img src=y alt=z>"), STR(""), arena, 100),
	    STR("x<img alt=\"z\">"));
	arena_free(arena);
	ROWS_DONE();
}

/* What came out, read again, is itself: nothing in it is still to be made safe. */
static void
sanitise_twice(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(safe_rows); i++) {
		struct str want = str_c(safe_rows[i].want);

		ROW_STR(safe_rows[i].name, html_sanitise(want, STR(BASE), arena, 10000), want);
	}
	arena_free(arena);
	ROWS_DONE();
}

static size_t
count(struct str s, struct str what)
{
	size_t n = 0, at;

	while ((at = str_find(s, what)) != STR_NONE) {
		n++;
		s = str_sub(s, at + what.n, s.n);
	}
	return n;
}

/* Cut at every length: never longer, every tag whole and closed, a prefix but for the end tags. */
static void
sanitise_cut(void **state)
{
	static const char in[] =
	    "<div><p title=\"a long title\">One &amp; <b>two</b> caf\u00e9 "
	    "<a href=\"/link?a=1&b=2\">three</a><br><img src=/q.png></p></div>tail";
	struct arena *arena = arena_new();
	struct str whole = html_sanitise(STR(in), STR(BASE), arena, 10000);

	(void)state;
	for (size_t max = 0; max <= whole.n; max++) {
		struct str got = html_sanitise(STR(in), STR(BASE), arena, max);
		char name[32];

		snprintf(name, sizeof(name), "max %zu", max);
		ROW(name, got.n <= max);
		ROW(name, count(got, STR("<")) == count(got, STR(">")));
		ROW(name, count(got, STR("<a ")) == count(got, STR("</a>")));
		ROW(name, count(got, STR("<p")) == count(got, STR("</p>")));
		ROW(name, count(got, STR("<b>")) == count(got, STR("</b>")));
		ROW_STR(name, html_sanitise(got, STR(BASE), arena, 10000), got);
		if (max == whole.n)
			ROW_STR(name, got, whole);
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
sanitise_deep(void **state)
{
	struct arena *arena = arena_new();
	char in[2000 * 5 + 1], *p = in;
	struct str got;

	(void)state;
	for (int i = 0; i < 2000; i++)
		p = stpcpy(p, "<div>");
	got = html_sanitise(STR(in), STR(BASE), arena, 100000);
	ROW_I64("div in div in div", count(got, STR("<div>")), HTML_DEPTH_MAX);
	ROW_I64("all are closed", count(got, STR("</div>")), HTML_DEPTH_MAX);
	got =
	    html_sanitise(str_fmt(arena, "%s<b>a</b><img src=/x>c", in), STR(BASE), arena, 100000);
	ROW("the text stays", str_find(got, STR(">a<img alt=\"x\">c<")) != STR_NONE);
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_text),
		cmocka_unit_test(text_from_feed),
		cmocka_unit_test(clean),
		cmocka_unit_test(caps),
		cmocka_unit_test(one_line),
		cmocka_unit_test(markup),
		cmocka_unit_test(sanitise),
		cmocka_unit_test(sanitise_twice),
		cmocka_unit_test(sanitise_cut),
		cmocka_unit_test(sanitise_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
