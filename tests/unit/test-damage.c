/* Documents as they should not come. */
#include "brief.h"
#include "utf8.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

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

/* ---- whatever happens to a document ---- */

/*
 * Documents of every format.  Items are told by their titles, "item 1" and on; end: what closes an
 * item, so that the test knows how many stand complete before the damage.
 */
static const struct {
	const char *name, *doc, *end;
} whole[] = {
	{ "rss",
	    "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0' "
	    "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>News</title>"
	    "<link>http://e.com/</link>"
	    "<item><title>item 1</title><link>http://e.com/1?a=b&amp;c=d</link><guid>1</guid>"
	    "<pubDate>Tue, 24 Nov 2026 17:05:09 GMT</pubDate></item>"
	    "<item><title><![CDATA[item 2]]></title><guid isPermaLink='false'>2</guid>"
	    "<description>&lt;p&gt;caf\xc3\xa9&lt;/p&gt;</description>"
	    "<content:encoded><![CDATA[<p>x</p><img src='y'>]]></content:encoded></item>\n"
	    "<!-- between -->"
	    "<item><title>item&#32;3</title><guid>3</guid><enclosure url='/a.mp3' length='1' "
	    "type='audio/mpeg'/><category>c</category></item></channel></rss>\n",
	    "</item>" },
	{ "atom",
	    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>News</title>"
	    "<link href='http://e.com/'/><id>urn:f</id>"
	    "<entry><title type='html'>&lt;b&gt;item 1&lt;/b&gt;</title><id>urn:1</id>"
	    "<link rel='alternate' href='/1'/><updated>2026-11-24T17:05:09Z</updated></entry>"
	    "<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>item "
	    "<i>2</i></div></title><id>urn:2</id><author><name>N</name></author>"
	    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x<br/>y</p></div>"
	    "</content></entry><entry><title>item 3</title><id>urn:3</id></entry></feed>",
	    "</entry>" },
	{ "rdf",
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	    "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
	    "<channel rdf:about='http://e.com/'><title>News</title><items><rdf:Seq>"
	    "<rdf:li rdf:resource='http://e.com/1'/></rdf:Seq></items></channel>"
	    "<item rdf:about='http://e.com/1'><title>item 1</title><dc:date>2026-11-24</dc:date>"
	    "</item><item rdf:about='http://e.com/2'><title>item 2</title></item>"
	    "<item rdf:about='http://e.com/3'><title>item 3</title></item></rdf:RDF>",
	    "</item>" },
	{ "a doctype and entities",
	    "<!DOCTYPE rss [<!ENTITY who 'item'><!ENTITY % p "
	    "'q'>]><rss><channel><title>News</title>"
	    "<item><title>&who; 1</title></item><item><title>&who; 2</title>"
	    "<description>&eacute;&nbsp;&amp;lt;</description></item>"
	    "<item><title>&who; 3</title></item></channel></rss>",
	    "</item>" },
};

/* How many of "item 1", "item 2", ... are among the items, in that order, without a gap. */
static size_t
items_found(const struct feed_doc *doc)
{
	size_t found = 0;

	for (size_t i = 0; i < doc->n_items; i++) {
		char want[] = "item 1";

		want[5] = (char)('1' + found);
		found += str_eq_c(doc->items[i].title, want);
	}
	return found;
}

/* Items that stand complete in the first n bytes. */
static size_t
items_complete(struct str doc, const char *end, size_t n)
{
	size_t count = 0;

	for (size_t at = 0;; count++) {
		size_t hit = str_find(str_sub(doc, at, n), str_c(end));

		if (hit == STR_NONE)
			return count;
		at += hit + strlen(end);
	}
}

static bool
keeps_promises(const struct feed_doc *doc)
{
	for (size_t i = 0; i < doc->n_items; i++) {
		const struct item *item = &doc->items[i];

		if (item->id.n == 0 || item->id.n > ITEM_ID_MAX ||
		    utf8_valid_length(item->title) != item->title.n ||
		    utf8_valid_length(item->summary) != item->summary.n ||
		    utf8_valid_length(item->content) != item->content.n ||
		    (item->link.n && !str_starts(item->link, STR("http"))))
			return false;
	}
	return true;
}

static bool
parse(struct str body, struct arena *arena, struct feed_doc *doc)
{
	struct feed_source source = {
		.body = body, .base_url = STR("http://e.com/feed"), .want_content = true
	};
	struct err e;
	char *copy = xmalloc(body.n + 1); /* so that a read beyond the end is seen */
	bool ok;

	if (body.n)
		memcpy(copy, body.p, body.n);
	source.body.p = copy;
	source.body.n = body.n;
	ok = feed_parse(&source, arena, doc, &e);
	memset(copy, '#', body.n + 1); /* nothing may point there */
	free(copy);
	return !ok || keeps_promises(doc);
}

static void
cut_at_every_byte(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(whole); k++) {
		struct str doc = str_c(whole[k].doc);

		for (size_t n = 0; n <= doc.n; n++) {
			size_t want = items_complete(doc, whole[k].end, n);
			struct feed_doc got = { 0 };

			ROW(whole[k].name, parse(str_sub(doc, 0, n), arena, &got));
			if (items_found(&got) < want)
				print_error("cut at %zu of %s\n", n, whole[k].name);
			ROW(whole[k].name, items_found(&got) >= want);
			ROW(whole[k].name, n == 0 || n >= doc.n - 1 || !want || got.partial);
			arena_reset(arena);
		}
	}
	arena_free(arena);
	ROWS_DONE();
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Bytes that mean something to a parser are put in more often than others. */
static char
random_byte(uint32_t *seed)
{
	static const char special[] = "<>&;/!?[]-='\"\0\n\xff\xc3";
	uint32_t r = next_random(seed);

	return r % 2 ? special[r / 2 % (sizeof(special) - 1)] : (char)(r / 2);
}

/* The first item that is damaged may be lost, and what stands behind it; not what stands before. */
static void
flipped_bytes(void **state)
{
	struct arena *arena = arena_new();
	uint32_t seed = 20261124;
	char bytes[2048];

	(void)state;
	for (int round = 0; round < 6000; round++) {
		size_t k = (size_t)round % ARRAY_LEN(whole), first = SIZE_MAX;
		struct str doc = str_c(whole[k].doc);
		struct feed_doc got = { 0 };
		size_t header = str_find(doc, STR("<title>item"));

		if (header == STR_NONE)
			header = str_find(doc, str_c(whole[k].end));
		assert_true(doc.n < sizeof(bytes));
		memcpy(bytes, doc.p, doc.n);
		for (uint32_t flips = 1 + next_random(&seed) % 4; flips > 0; flips--) {
			size_t at = next_random(&seed) % doc.n;

			bytes[at] = random_byte(&seed);
			if (at < first)
				first = at;
		}
		ROW(whole[k].name, parse(str_n(bytes, doc.n), arena, &got));
		if (first > header) {
			size_t want = items_complete(doc, whole[k].end, first);

			if (items_found(&got) < want)
				print_error("round %d: %.*s\n", round, (int)doc.n, bytes);
			ROW(whole[k].name, items_found(&got) >= want);
		}
		arena_reset(arena);
	}
	arena_free(arena);
	ROWS_DONE();
}

/* ---- the corpus ---- */

#define CORPUS_FILE_MAX ((size_t)64 << 10)
#define CUTS 12 /* of each document */

static struct {
	struct arena *arena;
	size_t files;
} corpus;

static size_t
ends_within(struct str doc, size_t n)
{
	size_t items = items_complete(doc, "</item>", n);

	return items ? items : items_complete(doc, "</entry>", n);
}

static void
check_cuts(const char *path, struct str doc)
{
	struct feed_doc all = { 0 }, got;
	uint32_t seed = (uint32_t)doc.n;
	bool countable;

	ROW(path, parse(doc, corpus.arena, &all));
	/* where an end tag is an end tag, and each ends an item */
	countable = !all.partial && all.n_items && all.n_items == ends_within(doc, doc.n);
	for (int i = 0; i < CUTS && doc.n; i++) {
		size_t n = next_random(&seed) % doc.n;

		got = (struct feed_doc){ 0 };
		ROW(path, parse(str_sub(doc, 0, n), corpus.arena, &got));
		if (countable)
			ROW(path, got.n_items >= ends_within(doc, n));
	}
	arena_reset(corpus.arena);
}

static int
visit(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	size_t n;
	char *bytes;
	FILE *f;

	(void)at;
	if (kind != FTW_F || st->st_size <= 0 || (size_t)st->st_size > CORPUS_FILE_MAX)
		return 0;
	f = fopen(path, "rb");
	assert_non_null(f);
	bytes = xmalloc((size_t)st->st_size);
	n = fread(bytes, 1, (size_t)st->st_size, f);
	fclose(f);
	check_cuts(path, str_n(bytes, n));
	free(bytes);
	corpus.files++;
	return 0;
}

static void
the_corpus(void **state)
{
	(void)state;
	corpus.arena = arena_new();
	nftw(TEST_DATA "/feeds", visit, 16, FTW_PHYS);
	arena_free(corpus.arena);
	if (corpus.files == 0)
		skip();
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(flipped_bytes),
		cmocka_unit_test(the_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
