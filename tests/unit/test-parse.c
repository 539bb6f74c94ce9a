/* What the formats mean. */
#include "brief.h"

static void
rss(void **state)
{
	static const struct brief_row rows[] = {
		{ "guid permalink no link",
		    DOC(ITEM("<title>a</title><guid>http://e.com/g</guid>")), "", "ilt",
		    "rss|F|http://e.com/\ni=http://e.com/g l=http://e.com/g t=a" },
		{ "guid relative permalink", DOC(ITEM("<title>a</title><guid>g/1</guid>")),
		    "http://e.com/f", "it", "rss|F|http://e.com/\ni=g/1 t=a" },
		{ "guid not permalink",
		    DOC(ITEM("<guid isPermaLink=\"false\">http://e.com/g</guid>")), "", "i",
		    "rss|F|http://e.com/\ni=http://e.com/g" },
		{ "guid conflict link",
		    DOC(ITEM("<link>http://e.com/l</link><guid "
			     "isPermaLink=\"true\">http://e.com/g</guid>")),
		    "", "il", "rss|F|http://e.com/\ni=http://e.com/g l=http://e.com/l" },
		{ "image title bleed",
		    DOC(ITEM("<title>a</title><image><title>b</title><link>http://i/</"
			     "link><url>http://x/y.png</url></image><link>http://e.com/1</link>")),
		    "", "ilt", "rss|F|http://e.com/\ni=http://e.com/1 l=http://e.com/1 t=a" },
		{ "channel image before",
		    DOC(RSS("<image><title>imgtitle</title><link>http://img/</link></"
			    "image><item><title>t</title></item>")),
		    "", "t", "rss|F|http://e.com/\nt=t" },
		{ "channel title after image",
		    DOC("<rss><channel><image><title>imgtitle</title><link>http://img/</"
			"link><url>u</url></image><title>F</title><link>http://e/</"
			"link><item><title>t</title></item></channel></rss>"),
		    "", "t", "rss|F|http://e/\nt=t" },
		{ "textinput in channel",
		    DOC("<rss><channel><textInput><title>ti</title><link>http://ti/</"
			"link><description>x</description><name>q</name></textInput><title>F</"
			"title><link>http://e/</link></channel></rss>"),
		    "", "t", "rss|F|http://e/" },
		{ "source in item",
		    DOC(ITEM("<title>a</title><source url=\"http://s/\">Source title</source>")),
		    "", "t", "rss|F|http://e.com/\nt=a" },
		{ "author email (name)",
		    DOC(ITEM("<author>me@example.com (Example Editor)</author>")), "", "a",
		    "rss|F|http://e.com/\na=me@example.com (Example Editor)" },
		{ "author name <email>",
		    DOC(ITEM("<author>Example Editor &lt;me@example.com&gt;</author>")), "", "a",
		    "rss|F|http://e.com/\na=Example Editor <me@example.com>" },
		{ "dc creator", DOC(ITEM("<dc:creator>Jo</dc:creator><author>x@y.z</author>")), "",
		    "a", "rss|F|http://e.com/\na=Jo, x@y.z" },
		{ "author nested",
		    DOC(ITEM("<author><name>Jo</name><email>j@x.y</email></author>")), "", "a",
		    "rss|F|http://e.com/\na=Jo" },
		{ "category domain multi",
		    DOC(ITEM(
			"<category domain=\"http://d/\">A/B</category><category>C</category>")),
		    "", "c", "rss|F|http://e.com/\nc=A/B c=C" },
		{ "content encoded",
		    DOC(ITEM("<description>short</description><content:encoded><![CDATA[<p>long</"
			     "p>]]></content:encoded>")),
		    "", "sb", "rss|F|http://e.com/\ns=short b=long" },
		{ "content encoded only",
		    DOC(ITEM(
			"<content:encoded>&lt;p&gt;Example content&lt;/p&gt;</content:encoded>")),
		    "", "b", "rss|F|http://e.com/\nb=Example content" },
		{ "xhtml body",
		    DOC(ITEM(
			"<title>a</title><body xmlns=\"http://www.w3.org/1999/xhtml\"><p>Example "
			"<b>b</b></p></body>")),
		    "", "tb", "rss|F|http://e.com/\nt=a b=Example b" },
		{ "xhtml div",
		    DOC(ITEM("<title>a</title><xhtml:div "
			     "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"><xhtml:p>Example</"
			     "xhtml:p></xhtml:div>")),
		    "", "tb", "rss|F|http://e.com/\nt=a b=Example" },
		{ "naked markup",
		    DOC(ITEM("<description>Some <b>bold</b> text <a "
			     "href=\"http://x\">l</a></description><title>after</title>")),
		    "", "ts", "rss|F|http://e.com/\nt=after s=Some bold text l" },
		{ "naked title in description",
		    DOC(ITEM(
			"<title>T</title><description><html><head><title>inner</title></"
			"head><body><p>x</p></body></html></description><link>http://e/1</link>")),
		    "", "ilts", "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=T s=x" },
		{ "comments link", DOC(ITEM("<title>a</title><comments>http://c/</comments>")), "",
		    "t", "rss|F|http://e.com/\nt=a" },
		{ "pubDate+dc date",
		    DOC(ITEM("<dc:date "
			     "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">2003-12-31T10:14:55Z</"
			     "dc:date><pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate>")),
		    "", "p", "rss|F|http://e.com/\np=2004-01-01T19:48:21Z" },
		{ "dcterms all",
		    DOC(ITEM(
			"<dcterms:created>2001-01-01</dcterms:created><dcterms:issued>2002-01-01</"
			"dcterms:issued><dcterms:modified>2003-01-01</dcterms:modified>")),
		    "", "pu",
		    "rss|F|http://e.com/\np=2002-01-01T00:00:00Z u=2003-01-01T00:00:00Z" },
		{ "pubDate bad then dc",
		    DOC(ITEM("<pubDate>garbage</pubDate><dc:date>2003-12-31T10:14:55Z</dc:date>")),
		    "", "p", "rss|F|http://e.com/\np=2003-12-31T10:14:55Z" },
		{ "pubDate empty", DOC(ITEM("<pubDate></pubDate><title>a</title>")), "", "t",
		    "rss|F|http://e.com/\nt=a" },
		{ "PubDate case",
		    DOC(ITEM("<PubDate>Thu, 01 Jan 2004 19:48:21 "
			     "GMT</PubDate><Title>x</Title><LINK>http://e/2</LINK>")),
		    "", "iltp",
		    "rss|F|http://e.com/\ni=http://e/2 l=http://e/2 t=x p=2004-01-01T19:48:21Z" },
		{ "uppercase RSS",
		    DOC("<RSS><CHANNEL><TITLE>F</TITLE><ITEM><TITLE>a</TITLE><LINK>http://e/1</"
			"LINK></ITEM></CHANNEL></RSS>"),
		    "", "ilt", "rss|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "enclosures several",
		    DOC(ITEM("<enclosure url=\"http://x/a.mp3\" length=\"10\" "
			     "type=\"audio/mpeg\"/><enclosure url=\"http://x/b.mp3\" "
			     "type=\"audio/mpeg\" length=\"\"/><enclosure url=\"/c.mp3\"/>")),
		    "http://e.com/x", "ie",
		    "rss|F|http://e.com/\ni=http://x/a.mp3 e=http://x/a.mp3;audio/mpeg;10 "
		    "e=http://x/b.mp3;audio/mpeg;-1 e=http://e.com/c.mp3;;-1" },
		{ "media group",
		    DOC(ITEM(
			"<media:group><media:content url=\"http://x/v.mp4\" type=\"video/mp4\" "
			"fileSize=\"5\"><media:title>mt</media:title></"
			"media:content><media:thumbnail "
			"url=\"http://x/t.jpg\"/></media:group><title>T</title>")),
		    "", "ite",
		    "rss|F|http://e.com/\ni=http://x/v.mp4 t=T e=http://x/v.mp4;video/mp4;5" },
		{ "media title only",
		    DOC(ITEM(
			"<media:title>mt</media:title><media:description>md</media:description>")),
		    "", "ts", "rss|F|http://e.com/\nt=mt s=md" },
		{ "media description vs description",
		    DOC(ITEM(
			"<media:description>md</media:description><description>d</description>")),
		    "", "s", "rss|F|http://e.com/\ns=d" },
		{ "itunes",
		    DOC(ITEM(
			"<title>T</title><itunes:author>IA</itunes:author><itunes:summary>S</"
			"itunes:summary><itunes:subtitle>sub</itunes:subtitle><itunes:keywords>k1, "
			"k2</itunes:keywords><itunes:title>IT</itunes:title>")),
		    "", "tsac", "rss|F|http://e.com/\nt=T s=S a=IA c=k1 c=k2" },
		{ "items outside channel",
		    DOC("<rss><channel><title>F</title></channel><item><title>a</title></item></"
			"rss>"),
		    "", "t", "rss|F|\nt=a" },
		{ "no channel",
		    DOC("<rss><title>F</title><item><title>a</title><link>http://e/1</link></"
			"item></rss>"),
		    "", "ilt", "rss|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "channel root",
		    DOC("<channel><title>F</title><item><title>a</title></item></channel>"), "",
		    "t", "rss|F|\nt=a" },
		{ "item root", DOC("<item><title>a</title></item>"), "", "t",
		    "error: not a feed but XML that is no feed" },
		{ "two channels",
		    DOC("<rss><channel><title>F</title><item><title>a</title></item></"
			"channel><channel><title>G</title><item><title>b</title></item></channel></"
			"rss>"),
		    "", "t", "rss|F|\nt=a\nt=b" },
		{ "items wrapper",
		    DOC("<rss><channel><title>F</title><items><item><title>a</title></"
			"item><item><title>b</title></item></items></channel></rss>"),
		    "", "t", "rss|F|\nt=a\nt=b" },
		{ "rss default atom ns",
		    DOC("<rss xmlns=\"http://www.w3.org/2005/Atom\" "
			"version=\"2.0\"><channel><title>F</title><item><title>a</"
			"title><link>http://e/1</link></item></channel></rss>"),
		    "", "ilt", "rss|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "rss default ns userland",
		    DOC("<rss xmlns=\"http://backend.userland.com/rss2\" "
			"version=\"2.0\"><channel><title>F</title><item><title>a</"
			"title><link>http://e/1</link></item></channel></rss>"),
		    "", "ilt", "rss|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "rss default ns weird",
		    DOC("<rss xmlns=\"http://blogs.law.harvard.edu/tech/foo\" "
			"version=\"2.0\"><channel><title>F</title><item><title>a</title></item></"
			"channel></rss>"),
		    "", "t", "rss|F|\nt=a" },
		{ "prefixed rss",
		    DOC("<x:rss xmlns:x=\"http://foo/\" "
			"version=\"2.0\"><x:channel><x:title>F</x:title><x:item><x:title>a</"
			"x:title></x:item></x:channel></x:rss>"),
		    "", "t", "rss|F|\nt=a" },
		{ "newlines link",
		    DOC(ITEM("<link>\n http://e.com/a\n b \n</link><guid>\n g1 \n</guid><title>\n "
			     "a\n  b\t c</title>")),
		    "", "ilt", "rss|F|http://e.com/\ni=g1 l=http://e.com/a%20b t=a b c" },
		{ "link space", DOC(ITEM("<link> http://e.com/a b </link>")), "", "il",
		    "rss|F|http://e.com/\ni=http://e.com/a%20b l=http://e.com/a%20b" },
		{ "cdata link", DOC(ITEM("<link><![CDATA[ http://e.com/a?x=1&y=2 ]]></link>")), "",
		    "il",
		    "rss|F|http://e.com/\ni=http://e.com/a?x=1&y=2 l=http://e.com/a?x=1&y=2" },
		{ "html in title", DOC(ITEM("<title>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; x</title>")),
		    "", "t", "rss|F|http://e.com/\nt=Bold & x" },
		{ "tag in title naked", DOC(ITEM("<title>A <i>b</i> c</title>")), "", "t",
		    "rss|F|http://e.com/\nt=A b c" },
		{ "title br", DOC(ITEM("<title>A&lt;br/&gt;b</title>")), "", "t",
		    "rss|F|http://e.com/\nt=A b" },
		{ "title cdata entity",
		    DOC(ITEM("<title><![CDATA[AT&T &amp; x &lt;b&gt; <b>q</b> &#8217;]]></title>")),
		    "", "t", "rss|F|http://e.com/\nt=AT&T & x <b> q ’" },
		{ "title lt", DOC(ITEM("<title>1 &lt; 2 &amp; 3 &gt; 2</title>")), "", "t",
		    "rss|F|http://e.com/\nt=1 < 2 & 3 > 2" },
		{ "title unescaped lt",
		    DOC(ITEM("<title>a < b and c<d</title><link>http://e/1</link>")), "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/1 l=http://e/1 t=a < b and c<d" },
		{ "title generics", DOC(ITEM("<title>List&lt;String&gt; rocks</title>")), "", "t",
		    "rss|F|http://e.com/\nt=List<String> rocks" },
		{ "description script",
		    DOC(ITEM("<description>&lt;script&gt;alert(1)&lt;/"
			     "script&gt;x&lt;style&gt;a{}&lt;/style&gt;y</description>")),
		    "", "s", "rss|F|http://e.com/\ns=xy" },
		{ "entities undeclared",
		    DOC(ITEM("<title>caf&eacute; &nbsp;&mdash; &hellip; &bogus; &amp;</title>")),
		    "", "t", "rss|F|http://e.com/\nt=café — … &bogus; &" },
		{ "bare amp",
		    DOC(ITEM("<title>A & B &c</title><link>http://e/?a=1&b=2&copy=3&lt=4</link>")),
		    "", "ilt",
		    "rss|F|http://e.com/\ni=http://e/?a=1&b=2&copy=3&lt=4 "
		    "l=http://e/?a=1&b=2&copy=3&lt=4 t=A & B &c" },
	};

	(void)state;
	check_brief(rows, ARRAY_LEN(rows));
}

static void
atom(void **state)
{
	static const struct brief_row rows[] = {
		{ "a10 basic",
		    DOC("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title "
			"type=\"html\">&lt;b&gt;F&lt;/b&gt;</title><link rel=\"self\" "
			"href=\"http://e.com/self\"/><link "
			"href=\"/\"/><id>u:f</id><author><name>FA</name></author><entry><title>T</"
			"title><id>u:1</id><link rel=\"alternate\" type=\"text/html\" "
			"href=\"/1\"/><link rel=\"edit\" "
			"href=\"/e\"/><updated>2003-12-13T18:30:02Z</"
			"updated><published>2003-12-12T18:30:02+01:00</published><summary>S</"
			"summary><content type=\"xhtml\"><div "
			"xmlns=\"http://www.w3.org/1999/xhtml\">a <b>b</b> &lt; "
			"c</div></content></entry></feed>"),
		    "http://e.com/feed", "iltsbapu",
		    "atom|F|http://e.com/\ni=u:1 l=http://e.com/1 t=T s=S b=a b < c a=FA "
		    "p=2003-12-12T17:30:02Z u=2003-12-13T18:30:02Z" },
		{ "title types",
		    DOC(ATOM("<entry><title type=\"text\">1 &lt; 2 &amp;amp; "
			     "3</title></entry><entry><title type=\"html\">1 &amp;lt; 2 "
			     "&lt;i&gt;x&lt;/i&gt;</title></entry><entry><title "
			     "type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">1 &lt; 2 "
			     "<i>x</i></div></title></entry><entry><title "
			     "type=\"text\">&lt;b&gt;x&lt;/b&gt;</title></"
			     "entry><entry><title>AT&amp;amp;T</title></entry><entry><title "
			     "type=\"text/html\">&lt;b&gt;q&lt;/b&gt;</title></entry><entry><title "
			     "type=\"application/xhtml+xml\"><div "
			     "xmlns=\"http://www.w3.org/1999/xhtml\">z</div></title></"
			     "entry><entry><title type=\"html\"><![CDATA[<b>Q</b> &amp; "
			     "&lt;r]]></title></entry><entry><title "
			     "type=\"text/plain\">a&lt;b</title></entry><entry><title "
			     "type=\"xhtml\"><xh:div xmlns:xh=\"http://www.w3.org/1999/xhtml\">p "
			     "<xh:em>q</xh:em></xh:div></title></entry>")),
		    "", "t",
		    "atom|F|\nt=1 < 2 & 3\nt=1 < 2 x\nt=1 < 2 x\nt=x\nt=AT&T\nt=q\nt=z\nt=Q & "
		    "<r\nt=a<b\nt=p q" },
		{ "content kinds",
		    DOC(ATOM(
			"<entry><content type=\"text\">a "
			"&lt;b&gt;c</content></entry><entry><content type=\"html\">a "
			"&lt;b>c&lt;/b&gt;</content></entry><entry><content type=\"text/html\">a "
			"&lt;b>c&lt;/b&gt;</content></entry><entry><content src=\"http://e/c\" "
			"type=\"text/html\"/></entry><entry><content type=\"image/png\" "
			"src=\"/p.png\"/></entry><entry><content "
			"type=\"application/octet-stream\">RXhhbXBsZSA8Yj5Db250ZW50PC9iPg==</"
			"content></entry><entry><content type=\"application/xml\"><x:a "
			"xmlns:x=\"u\">Tx</x:a></content></entry><entry><content type=\"xhtml\"><p "
			"xmlns=\"http://www.w3.org/1999/xhtml\">nodiv</p></content></"
			"entry><entry><content "
			"type=\"text/plain\">a\n\nb</content></entry><entry><content "
			"type=\"xhtml\"><div "
			"xmlns=\"http://www.w3.org/1999/xhtml\">&lt;b>esc&lt;/b></div></content></"
			"entry><entry><content type=\"html\"><b>inline</b></content></entry>")),
		    "http://e.com/", "b",
		    "atom|F|\nb=a c\nb=a c\nb=a c\n\n\nb=Example "
		    "Content\nb=Tx\nb=nodiv\nb=a/b\nb=<b>esc</b>\nb=inline" },
		{ "links",
		    DOC(ATOM("<entry><id>1</id><link rel=\"enclosure\" href=\"/a.mp3\" "
			     "type=\"audio/mpeg\" length=\"9\"/><link rel=\"related\" "
			     "href=\"/r\"/><link rel=\"via\" "
			     "href=\"/v\"/></entry><entry><id>2</id><link rel=\"alternate\" "
			     "type=\"application/json\" href=\"/j\"/><link rel=\"alternate\" "
			     "type=\"text/html\" href=\"/h\"/><link rel=\"alternate\" "
			     "type=\"text/html\" href=\"/h2\"/></entry><entry><id>3</id><link "
			     "rel=\"self\" href=\"/s\"/><link "
			     "rel=\"http://www.iana.org/assignments/relation/alternate\" "
			     "href=\"/x\"/></entry><entry><id>http://e.com/idonly</id></"
			     "entry><entry><id>4</id><link rel=\"edit\" "
			     "href=\"/edit\"/></entry><entry><id>5</id><link rel=\"replies\" "
			     "href=\"/c\"/></entry><entry><id>6</id><link>http://e.com/text</"
			     "link></entry>")),
		    "http://e.com/", "ile",
		    "atom|F|\ni=1 l=http://e.com/r e=http://e.com/a.mp3;audio/mpeg;9\ni=2 "
		    "l=http://e.com/h\ni=3 l=http://e.com/x\ni=http://e.com/idonly "
		    "l=http://e.com/idonly\ni=4\ni=5\ni=6 l=http://e.com/text" },
		{ "source",
		    DOC(ATOM("<entry><source><title>ST</title><id>s</id><link "
			     "href=\"http://s/\"/><author><name>SA</name></"
			     "author><updated>2001-01-01T00:00:00Z</updated></source><title>T</"
			     "title><id>1</id><link href=\"http://e/1\"/></entry>")),
		    "", "ilt", "atom|F|\ni=1 l=http://e/1 t=T" },
		{ "authors",
		    DOC(ATOM("<author><name>FA</name></author><entry><title>a</"
			     "title><author><name>A</name><email>a@b.c</email><uri>http://u</uri></"
			     "author><author><name>B</name></author><contributor><name>C</name></"
			     "contributor></entry><entry><title>b</title></entry><entry><title>c</"
			     "title><author><email>only@e.c</email></author></"
			     "entry><entry><title>d</title><author>Plain</author></"
			     "entry><entry><title>e</title><author/></entry>")),
		    "", "ta",
		    "atom|F|\nt=a a=A, B\nt=b a=FA\nt=c a=only@e.c\nt=d a=Plain\nt=e a=FA" },
		{ "cats",
		    DOC(ATOM("<entry><category term=\"t1\" scheme=\"http://s\" "
			     "label=\"L1\"/><category term=\"t2\"/><category "
			     "label=\"only\"/><category>text</category></entry>")),
		    "", "c", "atom|F|\nc=L1 c=t1 c=t2 c=only c=text" },
		{ "xmlbase",
		    DOC("<feed xml:base=\"http://a.com/\" "
			"xmlns=\"http://www.w3.org/2005/Atom\"><link "
			"href=\"/home\"/><title>F</title><entry xml:base=\"http://b.com/d/\"><link "
			"href=\"x\"/><content type=\"html\">&lt;a "
			"href=\"y\"&gt;l&lt;/a&gt;</content></entry></feed>"),
		    "", "ilbh",
		    "atom|F|http://a.com/home\ni=http://b.com/d/x l=http://b.com/d/x b=l h=<a "
		    "href=\"http://b.com/d/y\">l</a>" },
		{ "xmlbase nested rel",
		    DOC("<feed xmlns=\"http://www.w3.org/2005/Atom\" "
			"xml:base=\"http://a.com/x/\"><entry xml:base=\"y/\"><link xml:base=\"z/\" "
			"href=\"w\"/></entry></feed>"),
		    "", "il", "atom||\ni=http://a.com/x/y/z/w l=http://a.com/x/y/z/w" },
		{ "prefixed atom",
		    DOC("<a:feed "
			"xmlns:a=\"http://www.w3.org/2005/Atom\"><a:title>F</"
			"a:title><a:entry><a:title>T</a:title><a:id>1</a:id><a:link "
			"href=\"http://e/1\"/><a:content type=\"xhtml\"><div "
			"xmlns=\"http://www.w3.org/1999/xhtml\">b</div></a:content></a:entry></"
			"a:feed>"),
		    "", "iltb", "atom|F|\ni=1 l=http://e/1 t=T b=b" },
		{ "atom no ns",
		    DOC("<feed><title>F</title><entry><title>T</title><link "
			"href=\"http://e/1\"/></entry></feed>"),
		    "", "ilt", "atom|F|\ni=http://e/1 l=http://e/1 t=T" },
		{ "atom wrong ns",
		    DOC("<feed "
			"xmlns=\"http://www.w3.org/2005/atom/foo\"><title>F</"
			"title><entry><title>T</title></entry></feed>"),
		    "", "t", "atom|F|\nt=T" },
		{ "a03",
		    DOC(ATOM03("<tagline>tl</tagline><link rel=\"alternate\" type=\"text/html\" "
			       "href=\"http://e.com/\"/><modified>2003-12-13T18:30:02Z</"
			       "modified><entry><title mode=\"escaped\" "
			       "type=\"text/html\">&lt;b&gt;x&lt;/b&gt; &amp;amp;</title><link "
			       "rel=\"alternate\" "
			       "href=\"http://e/1\"/><id>1</id><issued>2003-01-01T00:00:00Z</"
			       "issued><created>2002-01-01T00:00:00Z</"
			       "created><modified>2004-01-01T00:00:00Z</modified><summary "
			       "type=\"text/plain\">s</summary><content type=\"text/html\" "
			       "mode=\"escaped\">&lt;p&gt;c&lt;/p&gt;</content></entry>")),
		    "", "iltsbpu",
		    "atom|F|http://e.com/\ni=1 l=http://e/1 t=x & s=s b=c p=2003-01-01T00:00:00Z "
		    "u=2004-01-01T00:00:00Z" },
		{ "a03 modes",
		    DOC(ATOM03(
			"<entry><title mode=\"base64\">RXhhbXBsZQ==</title></entry><entry><title "
			"type=\"application/xhtml+xml\" mode=\"xml\"><div "
			"xmlns=\"http://www.w3.org/1999/xhtml\">X "
			"<b>y</b></div></title></entry><entry><title "
			"mode=\"xml\"><b>z</b></title></entry><entry><content type=\"text/html\" "
			"mode=\"base64\">PGI+Qjwvc+</content></entry><entry><content "
			"mode=\"base64\" "
			"type=\"application/octet-stream\">RXhhbXBsZSA8Yj5Db250ZW50PC9iPg==</"
			"content></entry><entry><content type=\"multipart/alternative\"><content "
			"type=\"text/plain\">pp</content><content type=\"text/html\" "
			"mode=\"escaped\">&lt;b>hh&lt;/b></content></content></entry><entry><title "
			"type=\"text/html\" mode=\"xml\">a<br/>b</title></entry><entry><content "
			"type=\"application/xhtml+xml\" xml:base=\"http://q/\"><div "
			"xmlns=\"http://www.w3.org/1999/xhtml\"><a "
			"href=\"r\">k</a></div></content></entry><entry><title>Issued "
			"only</title><issued>2003-12-31T10:14:55</issued></"
			"entry><entry><title>url</title><author><name>N</name><url>http://u</url></"
			"author></entry>")),
		    "", "tbahp",
		    "atom|F|\nt=Example\nt=X y\nt=z\nb=B</s h=<b>B&lt;/s</b>\nb=Example Content "
		    "h=Example <b>Content</b>\nb=pp h=pp\nt=a b\nb=k h=<div><a "
		    "href=\"http://q/r\">k</a></div>\nt=Issued only p=2003-12-31T10:14:55Z\nt=url "
		    "a=N" },
		{ "a03 multi",
		    DOC("<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><title "
			"type=\"text/plain\" mode=\"escaped\">Sam &amp;amp; Max "
			"&lt;b></title></entry><entry><title mode=\"escaped\">&amp;eacute; "
			"&amp;#8217;</title></entry></feed>"),
		    "", "t", "atom||\nt=Sam & Max\nt=é ’" },
	};

	(void)state;
	check_brief(rows, ARRAY_LEN(rows));
}

static void
rdf_and_old(void **state)
{
	static const struct brief_row rows[] = {
		{ "rdf",
		    DOC(RDF("<item "
			    "rdf:about=\"http://e.com/1\"><title>a</title><link>http://e.com/1l</"
			    "link><dc:date>2004-01-01T00:00:00Z</dc:date><dc:creator>J</"
			    "dc:creator><dc:subject>S</dc:subject><description>d</"
			    "description><content:encoded><![CDATA[<b>c</b>]]></content:encoded></"
			    "item><image "
			    "rdf:about=\"i\"><title>it</title><url>u</url><link>l</link></"
			    "image><textinput rdf:about=\"t\"><title>tt</title></textinput>")),
		    "", "iltsbapc",
		    "rdf|F|http://e.com/\ni=http://e.com/1 l=http://e.com/1l t=a s=d b=c a=J "
		    "p=2004-01-01T00:00:00Z c=S" },
		{ "rdf in channel",
		    DOC("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
			"xmlns=\"http://purl.org/rss/1.0/\"><channel><title>F</title><link>http://"
			"e</link><items><rdf:Seq><rdf:li "
			"rdf:resource=\"http://e/1\"/></rdf:Seq></items><item "
			"rdf:about=\"http://e/1\"><title>a</title></item></channel></rdf:RDF>"),
		    "", "ilt", "rdf|F|http://e\ni=http://e/1 l=http://e/1 t=a" },
		{ "rss090",
		    DOC("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
			"xmlns=\"http://my.netscape.com/rdf/simple/0.9/\"><channel><title>F</"
			"title><link>http://e/</link><description>d</description></"
			"channel><item><title>a</title><link>http://e/1</link></item></rdf:RDF>"),
		    "", "ilt", "rdf|F|http://e/\ni=http://e/1 l=http://e/1 t=a" },
		{ "rdf prefixed",
		    DOC("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
			"xmlns:r=\"http://purl.org/rss/1.0/\"><r:channel "
			"rdf:about=\"x\"><r:title>F</r:title><r:link>http://e/</r:link></"
			"r:channel><r:item "
			"rdf:about=\"http://e/1\"><r:title>a</r:title><r:link>http://e/1</r:link></"
			"r:item></rdf:RDF>"),
		    "", "ilt", "rdf|F|http://e/\ni=http://e/1 l=http://e/1 t=a" },
		{ "rdf as default",
		    DOC("<RDF xmlns=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
			"xmlns:rss=\"http://purl.org/rss/1.0/\"><rss:channel "
			"about=\"x\"><rss:title>F</rss:title></rss:channel><rss:item "
			"about=\"http://e/1\"><rss:title>a</rss:title></rss:item></RDF>"),
		    "", "ilt", "rdf|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "rdf no ns for rss",
		    DOC("<rdf:RDF "
			"xmlns:rdf=\"http://www.w3.org/1999/02/"
			"22-rdf-syntax-ns#\"><channel><title>F</title></channel><item><title>a</"
			"title><link>http://e/1</link></item></rdf:RDF>"),
		    "", "ilt", "rdf|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "rss11",
		    DOC("<Channel xmlns=\"http://purl.org/net/rss1.1#\" "
			"xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
			"rdf:about=\"http://e/\"><title>F</title><link>http://e/</link><items "
			"rdf:parseType=\"Collection\"><item "
			"rdf:about=\"http://e/1\"><title>a</title><link>http://e/1</link></item></"
			"items></Channel>"),
		    "", "ilt", "rdf|F|http://e/\ni=http://e/1 l=http://e/1 t=a" },
		{ "rdf permalink about",
		    DOC(RDF("<item "
			    "rdf:about=\"urn:x\"><title>a</title><link>http://e/1</link></"
			    "item><item rdf:about=\"http://e/about\"><title>b</title></item>")),
		    "", "ilt",
		    "rdf|F|http://e.com/\ni=urn:x l=http://e/1 t=a\ni=http://e/about "
		    "l=http://e/about t=b" },
		{ "rdf rss:item local clash",
		    DOC("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
			"xmlns:co=\"http://purl.org/rss/1.0/modules/company/\" "
			"xmlns:ti=\"http://purl.org/rss/1.0/modules/textinput/\" "
			"xmlns=\"http://purl.org/rss/1.0/\"><channel "
			"rdf:about=\"c\"><title>F</title></channel><item "
			"rdf:about=\"http://e/1\"><title>a</title><co:name>XML</"
			"co:name><co:title>bad</co:title><ti:link>http://bad</ti:link><link>http://"
			"e/1</link></item></rdf:RDF>"),
		    "", "ilt", "rdf|F|\ni=http://e/1 l=http://e/1 t=a" },
		{ "netscape dtd",
		    DOC("<?xml version=\"1.0\"?><!DOCTYPE rss PUBLIC \"-//Netscape "
			"Communications//DTD RSS 0.91//EN\" "
			"\"http://my.netscape.com/publish/formats/rss-0.91.dtd\"><rss "
			"version=\"0.91\"><channel><title>caf&eacute;</title><link>http://e/</"
			"link><item><title>a&ntilde;o</title><link>http://e/1</"
			"link><description>d</description></item></channel></rss>"),
		    "", "ilts", "rss|café|http://e/\ni=http://e/1 l=http://e/1 t=año s=d" },
		{ "internal entity",
		    DOC("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY foo \"bar &#233; "
			"&lt;b>x\"><!ENTITY ext SYSTEM \"file:///etc/passwd\"><!ENTITY % p \"q\"> "
			"%p; ]><rss><channel><title>&foo;</title><item><title>t &ext; "
			"u</title><description>&foo;</description></item></channel></rss>"),
		    "", "ts", "rss|bar é x|\nt=t u s=bar é x" },
		{ "cdf",
		    DOC("<CHANNEL HREF=\"http://e.com/\"><TITLE>F</TITLE><ITEM HREF=\"/1\" "
			"LASTMOD=\"2004-01-01T00:00\"><TITLE>a</TITLE><ABSTRACT>abs</ABSTRACT></"
			"ITEM></CHANNEL>"),
		    "http://e.com/x", "iltsu",
		    "cdf|F|http://e.com/\ni=http://e.com/1 l=http://e.com/1 t=a s=abs "
		    "u=2004-01-01T00:00:00Z" },
	};

	(void)state;
	check_brief(rows, ARRAY_LEN(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rss),
		cmocka_unit_test(atom),
		cmocka_unit_test(rdf_and_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
