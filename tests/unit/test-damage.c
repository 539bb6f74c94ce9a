/* Documents as they should not come. */
#include "brief.h"

static void
damage(void **state)
{
	static const struct brief_row rows[] = {
		{ "blank before",
		    DOC("\n\n  <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "php warning",
		    DOC("<br />\n<b>Warning</b>:  include(x) in <b>/home/x.php</b> on line "
			"<b>3</b><br />\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "php notice text",
		    DOC("Notice: Undefined index: foo & bar < 3 in /x/y.php on line 3\n<?xml "
			"version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "comment before",
		    DOC("<!-- generated -->\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "junk after",
		    DOC("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>\n<!-- x --><script>var a=\"</item>\";</script>junk & <b>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "html after",
		    DOC("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss><html><body><item>bad</item></body></html>"),
		    "", "lt", "rss|F|http://e.com/\nl=http://e/1 t=a\nl=http://e/2 t=b" },
		{ "a script after",
		    DOC(RSS("<item><title>a</title></item>") "<script>var "
							     "x='<item><title>b</title></item>'</"
							     "script>"),
		    "", "t", "rss|F|http://e.com/\nt=a" },
		{ "items after the root",
		    DOC(RSS("<item><title>a</title></item>") "<item><title>b</title></"
							     "item><item><title>c</title></item>"),
		    "", "t", "rss|F|http://e.com/\nt=a\nt=b\nt=c" },
		{ "second root",
		    DOC("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss><?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>c</title><link>http://e/1</link><guid>3</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt",
		    "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b\ni=3 "
		    "l=http://e/1 t=c\ni=2 l=http://e/2 t=b" },
		{ "html around",
		    DOC("<html><head><title>x</title></head><body><pre><?xml version=\"1.0\" "
			"encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss></pre></body></html>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "no closing",
		    DOC("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item>"),
		    "", "ilt", "rss!|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "cut mid item",
		    DOC("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b"),
		    "", "ilt", "rss!|F|http://e.com/\ni=1 l=http://e/1 t=a" },
		{ "cut in tag",
		    DOC("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><gu"),
		    "", "ilt", "rss!|F|http://e.com/\ni=1 l=http://e/1 t=a" },
		{ "cut in attr",
		    DOC("<rss><channel><item><title>a</title></item><item><title>b</"
			"title><enclosure url=\"http://x"),
		    "", "t", "rss!||\nt=a" },
		{ "cdata open last",
		    DOC("<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title></item><item><title>b</"
			"title><description><![CDATA[ foo </channel></rss>"),
		    "", "t", "rss!|F|http://e.com/\nt=a" },
		{ "cdata open first",
		    DOC(RSS("<item><title>a</title><description><![CDATA[ foo "
			    "</description></item><item><title>b</title><description><![CDATA[ bar "
			    "]]></description></item>")),
		    "", "ts", "rss!|F|http://e.com/\nt=a s=foo\nt=b s=bar" },
		{ "cdata in cdata",
		    DOC(ITEM("<description><![CDATA[a <![CDATA[ b ]]> c "
			     "]]></description><title>t</title>")),
		    "", "ts", "rss|F|http://e.com/\nt=t s=a b c" },
		{ "cdata gt", DOC(ITEM("<title><![CDATA[a]]>b<![CDATA[c]]></title>")), "", "t",
		    "rss|F|http://e.com/\nt=abc" },
		{ "cdata split", DOC(ITEM("<title><![CDATA[a ]]]]><![CDATA[> b]]></title>")), "",
		    "t", "rss|F|http://e.com/\nt=a ]]> b" },
		{ "unclosed br img p",
		    DOC(ITEM("<description><p>one<br>two<img "
			     "src=\"x\"><p>three</description><title>t</title>")),
		    "", "ts", "rss!|F|http://e.com/\nt=t s=one two/three" },
		{ "misnested",
		    DOC(ITEM("<description><b><i>x</b></i> y</p> "
			     "z</description><title>t</title><link>http://e/1</link>")),
		    "", "ilts", "rss!|F|http://e.com/\ni=http://e/1 l=http://e/1 t=t s=x y z" },
		{ "unclosed item", DOC(RSS("<item><title>a</title><item><title>b</title></item>")),
		    "", "t", "rss!|F|http://e.com/\nt=a\nt=b" },
		{ "unclosed title",
		    DOC(RSS("<item><title>a<link>http://e/1</link></item><item><title>b</title></"
			    "item>")),
		    "", "lt", "rss!|F|http://e.com/\nl=http://e/1 t=a\nt=b" },
		{ "unclosed description",
		    DOC(RSS("<item><title>a</title><description>foo "
			    "<link>http://e/1</link></item><item><title>b</title></item>")),
		    "", "lts", "rss!|F|http://e.com/\nl=http://e/1 t=a s=foo\nt=b" },
		{ "unclosed description, guid",
		    DOC(ITEM("<title>t</title><description>foo<guid isPermaLink='false'>g</guid>"
			     "<pubDate>x</pubDate>")),
		    "", "its", "rss!|F|http://e.com/\ni=g t=t s=foo" },
		{ "unclosed description, module",
		    DOC("<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
			"<item><title>t</title><description>foo<content:encoded>bar"
			"</content:encoded></item></channel></rss>"),
		    "", "ts", "rss!||\nt=t s=foo" },
		{ "unclosed description of the channel",
		    DOC("<rss><channel><title>F</title><description>foo<link>http://e.com/</link>"
			"<item><title>t</title></item></channel></rss>"),
		    "", "t", "rss!|F|http://e.com/\nt=t" },
		{ "cdata open in the channel",
		    DOC("<rss><channel><title>F</title><description><![CDATA[ foo </description>"
			"<link>http://e.com/</link><item><title><![CDATA[t]]></title></item>"
			"</channel></rss>"),
		    "", "t", "rss!|F|http://e.com/\nt=t" },
		{ "cdata open in capitals",
		    DOC("<RSS><CHANNEL><ITEM><TITLE>a</TITLE><DESCRIPTION><![CDATA[ foo "
			"</DESCRIPTION></ITEM><ITEM><TITLE>b</TITLE></ITEM></CHANNEL></RSS>"),
		    "", "ts", "rss!||\nt=a s=foo\nt=b" },
		{ "crossed item",
		    DOC(RSS("<item><title>a</item></title><item><title>b</title></item>")), "", "t",
		    "rss!|F|http://e.com/\nt=a\nt=b" },
		{ "extra end",
		    DOC(RSS("<item><title>a</title></b></p></item></div><item><title>b</title></"
			    "item>")),
		    "", "t", "rss|F|http://e.com/\nt=a\nt=b" },
		{ "extra channel end",
		    DOC(RSS(
			"<item><title>a</title></item></channel><item><title>b</title></item>")),
		    "", "t", "rss|F|http://e.com/\nt=a\nt=b" },
		{ "attr no quotes",
		    DOC(ITEM("<title>t</title><guid isPermaLink=false>x</guid><enclosure "
			     "url=http://e/a.mp3 length=3 type=audio/mpeg />")),
		    "", "ite", "rss!|F|http://e.com/\ni=x t=t e=http://e/a.mp3;audio/mpeg;3" },
		{ "attr missing quote",
		    DOC(ITEM("<title>t</title><enclosure url=\"http://e/a.mp3 length=\"3\" "
			     "type=\"audio/mpeg\"/><link>http://e/2</link>")),
		    "", "ilte",
		    "rss!|F|http://e.com/\ni=http://e/2 l=http://e/2 t=t "
		    "e=http://e/a.mp3%20length=;audio/mpeg;-1" },
		{ "dup attr",
		    DOC(ITEM("<title>t</title><enclosure url=\"http://e/a\" url=\"http://e/b\"/>")),
		    "", "ite", "rss|F|http://e.com/\ni=http://e/a t=t e=http://e/a;;-1" },
		{ "attr lt",
		    DOC(ITEM("<title>t</title><enclosure "
			     "url=\"http://e/a<b\"/><link>http://e/1</link>")),
		    "", "ilte",
		    "rss!|F|http://e.com/\ni=http://e/1 l=http://e/1 t=t e=http://e/a%3Cb;;-1" },
		{ "attr amp", DOC(ITEM("<title>t</title><enclosure url=\"http://e/a?b=1&c=2\"/>")),
		    "", "ite",
		    "rss|F|http://e.com/\ni=http://e/a?b=1&c=2 t=t e=http://e/a?b=1&c=2;;-1" },
		{ "ctrl chars",
		    DOC(ITEM("<title>a\x01\x08"
			     "b\x1f"
			     "c</title>\x0c<link>http://e/1</link>")),
		    "", "ilt", "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=abc" },
		{ "nul",
		    DOC(ITEM("<title>a\x00"
			     "b</title><link>http://e/1</link>")),
		    "", "ilt", "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=ab" },
		{ "nul between", DOC(ITEM("<title>ab</title>\x00\x00<link>http://e/1</link>")), "",
		    "ilt", "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=ab" },
		{ "nul tag", DOC(ITEM("<ti\x00tle>ab</title><link>http://e/1</link>")), "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=ab" },
		{ "char refs",
		    DOC(ITEM("<title>a&#8;b&#0;c&#xD800;d&#x110000;e&#128;f&#x;&#;</title>")), "",
		    "t", "rss|F|http://e.com/\nt=abcde€f&#x;&#;" },
		{ "uFFFE",
		    DOC(ITEM("<title>a\xef\xbf\xbe\xef\xbf\xbf"
			     "b</title>")),
		    "", "t", "rss|F|http://e.com/\nt=ab" },
		{ "pi inside", DOC(ITEM("<?php echo 1 ?><title>t</title>")), "", "t",
		    "rss|F|http://e.com/\nt=t" },
		{ "pi open", DOC(ITEM("<title>t</title><? bad <link>http://e/1</link>")), "", "ilt",
		    "rss!|F|http://e.com/\ni=http://e/1 l=http://e/1 t=t" },
		{ "comment open", DOC(ITEM("<title>t</title><!-- bad <link>http://e/1</link>")), "",
		    "ilt", "rss!|F|http://e.com/\ni=http://e/1 l=http://e/1 t=t" },
		{ "comment dashes",
		    DOC(ITEM("<title>t</title><!-- a -- b --><link>http://e/1</link>")), "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=t" },
		{ "comment in title", DOC(ITEM("<title>a<!-- x -->b</title>")), "", "t",
		    "rss|F|http://e.com/\nt=ab" },
		{ "lt forms",
		    DOC(RSS("<item><title>a <- b</title><guid>1</guid></item><item><title>x <3 "
			    "y</title><guid>2</guid></item><item><title>p << q >> "
			    "r</title><guid>3</guid></item><item><title>1<2</title><guid>4</guid></"
			    "item><item><title>if a<b then "
			    "c>d</title><guid>5</guid></item><item><title>a <email@x.y> "
			    "b</title><guid>6</guid></item><item><title>a "
			    "<</title><guid>7</guid></item><item><title><</title><guid>8</guid></"
			    "item>")),
		    "", "it",
		    "rss|F|http://e.com/\ni=1 t=a <- b\ni=2 t=x <3 y\ni=3 t=p << q >> r\ni=4 "
		    "t=1<2\ni=5 t=if a<b then c>d\ni=6 t=a <email@x.y> b\ni=7 t=a <\ni=8 t=<" },
		{ "lt in desc",
		    DOC(RSS("<item><title>a</title><description>5 < 6 and <b>x</b> "
			    "y<z</description><guid>1</guid></item><item><title>b</title></item>")),
		    "", "ts", "rss|F|http://e.com/\nt=a s=5 < 6 and x y<z\nt=b" },
		{ "script raw",
		    DOC(RSS("<item><title>a</title><description><script>if (a<b && c>d) "
			    "document.write(\"</item>\")</script>txt</description><guid>1</guid></"
			    "item><item><title>b</title></item>")),
		    "", "ts", "rss|F|http://e.com/\nt=a s=txt\nt=b" },
		{ "doctype html",
		    DOC("<!DOCTYPE "
			"html><rss><channel><title>F</title><item><title>a</title></item></"
			"channel></rss>"),
		    "", "t", "rss|F|\nt=a" },
		{ "doctype broken",
		    DOC("<!DOCTYPE rss [<!ENTITY a "
			"\"b><rss><channel><title>F</title><item><title>a</title></item></"
			"channel></rss>"),
		    "", "t", "rss|F|\nt=a" },
		{ "doctype not closed",
		    DOC("<!DOCTYPE rss "
			"<rss><channel><title>F</title><item><title>a</title></item></channel></"
			"rss>"),
		    "", "t", "rss|F|\nt=a" },
		{ "xml decl twice",
		    DOC("<?xml version=\"1.0\"?><?xml version=\"1.0\"?><rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "xml decl broken",
		    DOC("<?xml version=\"1.0\" encoding=\"utf-8\">\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "xml decl mid",
		    DOC("<rss><?xml "
			"version=\"1.0\"?><channel><title>F</title><item><title>a</"
			"title><link>http://e/1</link><guid>1</guid></item><item><title>b</"
			"title><link>http://e/2</link><guid>2</guid></item></channel></rss>"),
		    "", "ilt", "rss|F|\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "gt missing",
		    DOC(RSS("<item><title>a</title><link>http://e/1</link</item><item><title>b</"
			    "title></item>")),
		    "", "lt", "rss|F|http://e.com/\nl=http://e/1 t=a\nt=b" },
		{ "gt missing start",
		    DOC(RSS(
			"<item><title "
			"a</title><link>http://e/1</link></item><item><title>b</title></item>")),
		    "", "lt", "rss|F|http://e.com/\nl=http://e/1\nt=b" },
		{ "space in tag",
		    DOC(RSS("<item>< title>a</title><link>http://e/1</ "
			    "link></item><item><title>b</title></item>")),
		    "", "lt", "rss|F|http://e.com/\nl=http://e/1\nt=b" },
		{ "entity double",
		    DOC(ITEM("<title>AT&amp;amp;amp;T &amp;quot;x&amp;quot; "
			     "&amp;#39;y&amp;#39;</title>")),
		    "", "t", "rss|F|http://e.com/\nt=AT&T \"x\" 'y'" },
		{ "escaped feed",
		    DOC("&lt;?xml "
			"version='1.0'?&gt;&lt;rss&gt;&lt;channel&gt;&lt;item&gt;&lt;title&gt;x&lt;"
			"/title&gt;&lt;/item&gt;&lt;/channel&gt;&lt;/rss&gt;"),
		    "", "t", "error: not a feed but plain text" },
		{ "js before root",
		    DOC("callback(\"x\");\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "utf8 bom+blank",
		    DOC("\xef\xbb\xbf\n\xef\xbb\xbf<?xml version=\"1.0\" "
			"encoding=\"UTF-8\"?>\n<rss "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>a</title><link>http://e/1</link><guid>1</guid></"
			"item><item><title>b</title><link>http://e/2</link><guid>2</guid></item></"
			"channel></rss>"),
		    "", "ilt", "rss|F|http://e.com/\ni=1 l=http://e/1 t=a\ni=2 l=http://e/2 t=b" },
		{ "title self closed",
		    DOC(ITEM("<title/><description>d</description><link/>http://e/1")), "", "s",
		    "rss|F|http://e.com/\ns=d" },
		{ "atom in rss title",
		    DOC(ITEM(
			"<atom:title xmlns:atom=\"http://www.w3.org/2005/Atom\">AT</atom:title>")),
		    "", "t", "rss|F|http://e.com/\nt=AT" },
	};

	(void)state;
	check_brief(rows, ARRAY_LEN(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(damage) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
