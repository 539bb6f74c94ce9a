/* Namespaces, modules, links, bases and titles. */
#include "brief.h"

static void
modules(void **state)
{
	static const struct brief_row rows[] = {
		{ "ns https",
		    DOC("<rss xmlns:dc=\"https://purl.org/dc/elements/1.1\" "
			"xmlns:content=\"http://purl.org/rss/1.0/modules/content\" "
			"version=\"2.0\"><channel><title>F</title><link>http://e.com/</"
			"link><item><title>t</title><dc:creator>J</dc:creator><content:encoded>c</"
			"content:encoded></item></channel></rss>"),
		    "", "tba", "rss|F|http://e.com/\nt=t b=c a=J" },
		{ "odd prefix",
		    DOC(RSS("<item xmlns:foo=\"http://purl.org/dc/elements/1.1/\" "
			    "xmlns:bar=\"http://purl.org/rss/1.0/modules/content/"
			    "\"><foo:creator>J</foo:creator><bar:encoded>c</"
			    "bar:encoded><foo:date>2004-01-01</foo:date></item>")),
		    "", "bap", "rss|F|http://e.com/\nb=c a=J p=2004-01-01T00:00:00Z" },
		{ "content as wrong ns",
		    DOC(RSS("<item "
			    "xmlns:content=\"http://wrong/\"><content:encoded>c</content:encoded></"
			    "item>")),
		    "", "b", "rss|F|http://e.com/\nb=c" },
		{ "dc wrong ns",
		    DOC(RSS("<item "
			    "xmlns:dc=\"http://wrong/\"><dc:creator>J</"
			    "dc:creator><dc:date>2004-01-01</dc:date></item>")),
		    "", "ap", "rss|F|http://e.com/\na=J p=2004-01-01T00:00:00Z" },
		{ "itunes wrong case",
		    DOC(RSS("<item "
			    "xmlns:itunes=\"http://www.itunes.com/DTDs/"
			    "Podcast-1.0.dtd\"><itunes:author>J</itunes:author></item>")),
		    "", "a", "rss|F|http://e.com/\na=J" },
		{ "prefix is other",
		    DOC(RSS("<item "
			    "xmlns:dc=\"http://search.yahoo.com/mrss/\"><dc:title>mt</dc:title></"
			    "item>")),
		    "", "t", "rss|F|http://e.com/\nt=mt" },
		{ "default ns dc inside",
		    DOC(RSS("<item><title>t</title><creator "
			    "xmlns=\"http://purl.org/dc/elements/1.1/\">J</creator></item>")),
		    "", "ta", "rss|F|http://e.com/\nt=t a=J" },
		{ "empty ns", DOC(RSS("<item xmlns=\"\"><title>t</title></item>")), "", "t",
		    "rss|F|http://e.com/\nt=t" },
		{ "atom in rss",
		    DOC(RSS(
			"<atom:link href=\"http://e/self\" rel=\"self\"/><item "
			"xmlns:atom=\"http://www.w3.org/2005/Atom\"><title>t</title><atom:link "
			"href=\"http://e/alt\"/><atom:id>aid</atom:id><atom:author><atom:name>N</"
			"atom:name></atom:author><atom:updated>2004-01-01T00:00:00Z</"
			"atom:updated><atom:published>2003-01-01T00:00:00Z</"
			"atom:published><atom:summary>s</atom:summary><atom:content "
			"type=\"html\">&lt;b>c&lt;/b></atom:content><atom:category "
			"term=\"ct\"/></item>")),
		    "", "iltsbapuc",
		    "rss|F|http://e.com/\ni=aid l=http://e/alt t=t s=s b=c a=N "
		    "p=2003-01-01T00:00:00Z u=2004-01-01T00:00:00Z c=ct" },
		{ "atom link before link",
		    DOC(RSS(
			"<item><atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" "
			"href=\"http://e/a\" rel=\"alternate\"/><link>http://e/l</link></item>")),
		    "", "il", "rss|F|http://e.com/\ni=http://e/a l=http://e/a" },
		{ "rss link via atom self",
		    DOC(RSS("<item><link>http://e/l</link><atom:link "
			    "xmlns:atom=\"http://www.w3.org/2005/Atom\" href=\"http://e/a\" "
			    "rel=\"self\"/></item>")),
		    "", "il", "rss|F|http://e.com/\ni=http://e/l l=http://e/l" },
		{ "channel atom:link before link",
		    DOC("<rss xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><atom:link "
			"href=\"http://e/self\" rel=\"self\"/><atom:link rel=\"hub\" "
			"href=\"http://hub/\"/><link>http://e/home</link><title>F</"
			"title><item><title>t</title></item></channel></rss>"),
		    "", "t", "rss|F|http://e/home\nt=t" },
		{ "channel link empty + atom alternate",
		    DOC("<rss "
			"xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><link/><atom:link "
			"href=\"http://e/alt\" "
			"rel=\"alternate\"/><title>F</title><item><title>t</title></item></"
			"channel></rss>"),
		    "", "t", "rss|F|http://e/alt\nt=t" },
		{ "rel link channel",
		    DOC("<rss><channel><title>F</title><link>/home/</link><item><link>a/1</link></"
			"item><item><link>/b</link></item></channel></rss>"),
		    "http://e.com/x/feed.xml", "il",
		    "rss|F|http://e.com/home/\ni=http://e.com/home/a/1 "
		    "l=http://e.com/home/a/1\ni=http://e.com/b l=http://e.com/b" },
		{ "rel no base channel abs",
		    DOC(RSS("<item><link>a/1</link></item><item><link>?p=1</link></"
			    "item><item><link>//cdn.com/x</link></item>")),
		    "", "il",
		    "rss|F|http://e.com/\ni=http://e.com/a/1 "
		    "l=http://e.com/a/1\ni=http://e.com/?p=1 "
		    "l=http://e.com/?p=1\ni=http://cdn.com/x l=http://cdn.com/x" },
		{ "rel doc base beats channel?", DOC(RSS("<item><link>a/1</link></item>")),
		    "http://doc.com/d/feed", "il",
		    "rss|F|http://e.com/\ni=http://e.com/a/1 l=http://e.com/a/1" },
		{ "link no scheme", DOC(RSS("<item><link>www.e.com/1</link></item>")),
		    "http://e.com/", "il",
		    "rss|F|http://e.com/\ni=http://www.e.com/1 l=http://www.e.com/1" },
		{ "feedburner",
		    DOC(RSS(
			"<item><link>http://feeds.feedburner.com/~r/x/1</link><feedburner:origLink "
			"xmlns:feedburner=\"http://rssnamespace.org/feedburner/ext/1.0\">http://e/"
			"o</feedburner:origLink></item>")),
		    "", "il",
		    "rss|F|http://e.com/\ni=http://feeds.feedburner.com/~r/x/1 "
		    "l=http://feeds.feedburner.com/~r/x/1" },
		{ "link javascript",
		    DOC(RSS("<item><title>t</title><link>javascript:alert(1)</link></item>")), "",
		    "t", "rss|F|http://e.com/\nt=t" },
		{ "link mailto", DOC(RSS("<item><title>t</title><link>mailto:a@b</link></item>")),
		    "", "t", "rss|F|http://e.com/\nt=t" },
		{ "link ftp", DOC(RSS("<item><title>t</title><link>ftp://e/x</link></item>")), "",
		    "t", "rss|F|http://e.com/\nt=t" },
		{ "link idn",
		    DOC(RSS("<item><title>t</title><link>http://bücher.de/ä?ö=ü</link></item>")),
		    "", "ilt",
		    "rss|F|http://e.com/\ni=http://bücher.de/%C3%A4?%C3%B6=%C3%BC "
		    "l=http://bücher.de/%C3%A4?%C3%B6=%C3%BC t=t" },
		{ "link pct",
		    DOC(RSS("<item><title>t</title><link>http://e/%7Ea/%E4</link></item>")), "",
		    "ilt", "rss|F|http://e.com/\ni=http://e/~a/%E4 l=http://e/%7Ea/%E4 t=t" },
		{ "link uppercase",
		    DOC(RSS("<item><title>t</title><link>HTTP://E.com/A</link></item>")), "", "ilt",
		    "rss|F|http://e.com/\ni=http://e.com/A l=http://e.com/A t=t" },
		{ "link cdata amp entity",
		    DOC(RSS("<item><title>t</title><link><![CDATA[http://e/?a=1&amp;b=2]]></link></"
			    "item>")),
		    "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/?a=1&amp;b=2 l=http://e/?a=1&amp;b=2 t=t" },
		{ "link double esc",
		    DOC(RSS("<item><title>t</title><link>http://e/?a=1&amp;amp;b=2</link></item>")),
		    "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/?a=1&amp;b=2 l=http://e/?a=1&amp;b=2 t=t" },
		{ "two links",
		    DOC(RSS("<item><title>t</title><link>http://e/1</link><link>http://e/2</link></"
			    "item>")),
		    "", "ilt", "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=t" },
		{ "link href attr in rss",
		    DOC(RSS("<item><title>t</title><link href=\"http://e/h\"/></item>")), "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/h l=http://e/h t=t" },
		{ "rss with guid link only rdf about",
		    DOC(RSS("<item rdf:about=\"http://e/about\"><title>t</title></item>")), "", "t",
		    "rss|F|http://e.com/\nt=t" },
		{ "summary in rss",
		    DOC(RSS("<item><title>t</title><summary>s</summary><updated>2004-01-01</"
			    "updated><published>2003-01-01</published></item>")),
		    "", "tspu",
		    "rss|F|http://e.com/\nt=t s=s p=2003-01-01T00:00:00Z u=2004-01-01T00:00:00Z" },
		{ "category nested/attr",
		    DOC(RSS("<item><category text=\"x\"/><category><![CDATA[ A &amp; B "
			    "]]></category></item>")),
		    "", "c", "rss|F|http://e.com/\nc=A & B" },
		{ "dc subject list",
		    DOC(RSS(
			"<item><dc:subject>a, b</dc:subject><dc:subject>c</dc:subject></item>")),
		    "", "c", "rss|F|http://e.com/\nc=a, b c=c" },
		{ "rdf taxo",
		    DOC(RDF("<item rdf:about=\"1\"><title>t</title><dc:subject><taxo:topic "
			    "xmlns:taxo=\"x\" "
			    "rdf:resource=\"r\"><rdf:value>v</rdf:value></taxo:topic></"
			    "dc:subject></item>")),
		    "", "itc", "rdf|F|http://e.com/\ni=1 t=t c=v" },
		{ "rss1 content:items",
		    DOC(RDF("<item rdf:about=\"1\"><title>t</title><content:items "
			    "xmlns:content=\"http://purl.org/rss/1.0/modules/content/"
			    "\"><rdf:Bag><rdf:li><content:item><content:format "
			    "rdf:resource=\"http://www.w3.org/1999/xhtml\"/><rdf:value>RV</"
			    "rdf:value></content:item></rdf:li></rdf:Bag></content:items></item>")),
		    "", "it", "rdf|F|http://e.com/\ni=1 t=t" },
		{ "l:permalink",
		    DOC(RDF("<item rdf:about=\"1\"><title>t</title><l:permalink "
			    "xmlns:l=\"http://purl.org/rss/1.0/modules/link/\">x</l:permalink></"
			    "item>")),
		    "", "it", "rdf|F|http://e.com/\ni=1 t=t" },
		{ "ag source",
		    DOC(RDF("<item "
			    "rdf:about=\"1\"><title>t</title><ag:timestamp>2004-01-01T00:00:00Z</"
			    "ag:timestamp></item>")),
		    "", "it", "rdf|F|http://e.com/\ni=1 t=t" },
		{ "prism date",
		    DOC(RDF("<item rdf:about=\"1\"><title>t</title><prism:publicationDate "
			    "xmlns:prism=\"http://prismstandard.org/namespaces/1.2/basic/"
			    "\">2004-01-01</prism:publicationDate></item>")),
		    "", "it", "rdf|F|http://e.com/\ni=1 t=t" },
		{ "date only lastBuildDate",
		    DOC(RSS("<lastBuildDate>Thu, 01 Jan 2004 19:48:21 "
			    "GMT</lastBuildDate><item><title>t</title></item>")),
		    "", "t", "rss|F|http://e.com/\nt=t" },
		{ "expirationDate",
		    DOC(RSS("<item><title>t</title><expirationDate>Thu, 01 Jan 2004 19:48:21 "
			    "GMT</expirationDate></item>")),
		    "", "t", "rss|F|http://e.com/\nt=t" },
		{ "a10:updated",
		    DOC(RSS("<item "
			    "xmlns:a10=\"http://www.w3.org/2005/Atom\"><title>t</"
			    "title><a10:updated>2004-01-01T00:00:00Z</a10:updated></item>")),
		    "", "tu", "rss|F|http://e.com/\nt=t u=2004-01-01T00:00:00Z" },
		{ "modified iso",
		    DOC(RSS("<item><title>t</title><lastmod>2004-01-01</"
			    "lastmod><dcterms:valid>2009</dcterms:valid></item>")),
		    "", "t", "rss|F|http://e.com/\nt=t" },
		{ "lang",
		    DOC("<rss><channel xml:lang=\"de\"><language>en-us</language><item "
			"xml:lang=\"fr\"><title>t</title></item><item><title>u</title></item></"
			"channel></rss>"),
		    "", "tg", "rss||\nt=t g=fr\nt=u g=de" },
		{ "enclosure atom in rss + media thumb + rel",
		    DOC(RSS("<item><media:thumbnail url=\"http://x/t.jpg\"/><media:player "
			    "url=\"http://p/\"/><media:content url=\"\" /><enclosure/></item>")),
		    "", "t", "rss|F|http://e.com/\n" },
		{ "podcast:alternateEnclosure",
		    DOC(RSS("<item><podcast:alternateEnclosure type=\"audio/mp3\" "
			    "length=\"3\"><podcast:source "
			    "uri=\"http://x/1.mp3\"/></podcast:alternateEnclosure></item>")),
		    "", "t", "rss|F|http://e.com/\n" },
		{ "geo",
		    DOC(RSS("<item><title>t</title><georss:point>1 "
			    "2</georss:point><geo:lat>1</geo:lat></item>")),
		    "", "t", "rss|F|http://e.com/\nt=t" },
		{ "xml:base rss",
		    DOC(RSS("<item xml:base=\"http://b/x/\"><link>y</link><description>&lt;a "
			    "href=\"z\">k&lt;/a></description></item>")),
		    "", "ilsh",
		    "rss|F|http://e.com/\ni=http://b/x/y l=http://b/x/y s=k h=<a "
		    "href=\"http://b/x/z\">k</a>" },
		{ "base of content rss",
		    DOC(RSS("<item><link>http://e.com/d/1</link><description>&lt;a "
			    "href=\"z\">k&lt;/a></description></item>")),
		    "http://doc/f", "ilsh",
		    "rss|F|http://e.com/\ni=http://e.com/d/1 l=http://e.com/d/1 s=k h=<a "
		    "href=\"http://e.com/d/z\">k</a>" },
		{ "svg title in desc",
		    DOC(RSS("<item><title>T</title><description><svg:svg "
			    "xmlns:svg=\"http://www.w3.org/2000/svg\"><svg:title>no</svg:title></"
			    "svg:svg>x</description></item>")),
		    "", "ts", "rss|F|http://e.com/\nt=T s=no/x" },
		{ "svg title in item",
		    DOC(RSS("<item><svg:svg "
			    "xmlns:svg=\"http://www.w3.org/2000/svg\"><svg:title>no</svg:title></"
			    "svg:svg><title>T</title></item>")),
		    "", "t", "rss|F|http://e.com/\nt=T" },
		{ "foreign title",
		    DOC(RSS("<item><x:title "
			    "xmlns:x=\"http://x/\">no</x:title><title>T</title></item>")),
		    "", "t", "rss|F|http://e.com/\nt=T" },
		{ "no title but description",
		    DOC(RSS("<item><description>Just &lt;b>text&lt;/b></description></item>")), "",
		    "s", "rss|F|http://e.com/\ns=Just text" },
		{ "empty item", DOC(RSS("<item/><item></item>")), "", "t",
		    "rss|F|http://e.com/\n\n" },
		{ "title only ws",
		    DOC(RSS("<item><title>  </title><description>d</description></item>")), "", "s",
		    "rss|F|http://e.com/\ns=d" },
		{ "title img only",
		    DOC(RSS("<item><title>&lt;img src=\"x\" alt=\"ALT\"&gt;</title></item>")), "",
		    "t", "rss|F|http://e.com/\n" },
		{ "title nbsp",
		    DOC(RSS("<item><title>&#160;a&#160;b&#8203;c&#xAD;d</title></item>")), "", "t",
		    "rss|F|http://e.com/\nt=a b\xe2\x80\x8b"
		    "c\xc2\xad"
		    "d" },
		{ "title emoji/nfc", DOC(RSS("<item><title>cafe\xcc\x81 😀</title></item>")), "",
		    "t", "rss|F|http://e.com/\nt=café 😀" },
		{ "entity in attr",
		    DOC(RSS("<item><enclosure url=\"http://e/?a=1&amp;b=2&eacute;\"/></item>")), "",
		    "ie",
		    "rss|F|http://e.com/\ni=http://e/?a=1&b=2%C3%A9 "
		    "e=http://e/?a=1&b=2%C3%A9;;-1" },
		{ "quot title",
		    DOC(RSS("<item><title>&quot;a&quot; &apos;b&apos; &#34;</title></item>")), "",
		    "t", "rss|F|http://e.com/\nt=\"a\" 'b' \"" },
		{ "comment title", DOC(RSS("<item><title>&lt;!-- x --&gt;a</title></item>")), "",
		    "t", "rss|F|http://e.com/\nt=a" },
		{ "title lt unicode", DOC(RSS("<item><title>&lt;3 love</title></item>")), "", "t",
		    "rss|F|http://e.com/\nt=<3 love" },
		{ "title html a",
		    DOC(RSS("<item><title>&lt;a href=\"x\">Link&lt;/a> text</title></item>")), "",
		    "t", "rss|F|http://e.com/\nt=Link text" },
		{ "title broken tag",
		    DOC(RSS("<item><title>foo &lt;b bar</title></item><item><title>foo &lt;a "
			    "href=\"x</title></item><item><title>foo&lt;br</title></item>")),
		    "", "t", "rss|F|http://e.com/\nt=foo <b bar\nt=foo\nt=foo" },
	};

	(void)state;
	check_brief(rows, ARRAY_LEN(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
