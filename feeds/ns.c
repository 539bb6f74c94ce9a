#include "ns.h"

#include "mem.h"

/* Without scheme, in lower case, without '/' and '#' at the end. */
static const struct {
	struct str uri;
	enum ns ns;
} by_uri[] = {
	{ STR_INIT("www.w3.org/2005/atom"), NS_ATOM },
	{ STR_INIT("purl.org/atom/ns"), NS_ATOM },
	{ STR_INIT("purl.org/atom/ns#draft-ietf-atompub-format-00"), NS_ATOM },
	{ STR_INIT("example.com/newformat"), NS_ATOM },
	{ STR_INIT("example.com/necho"), NS_ATOM },
	{ STR_INIT("purl.org/echo"), NS_ATOM },
	{ STR_INIT("uri/of/echo/namespace"), NS_ATOM },
	{ STR_INIT("purl.org/pie"), NS_ATOM },
	{ STR_INIT("purl.org/rss/1.0"), NS_RSS },
	{ STR_INIT("purl.org/net/rss1.1"), NS_RSS },
	{ STR_INIT("my.netscape.com/rdf/simple/0.9"), NS_RSS },
	{ STR_INIT("channel.netscape.com/rdf/simple/0.9"), NS_RSS },
	{ STR_INIT("my.netscape.com/publish/formats/rss-0.91.dtd"), NS_RSS },
	{ STR_INIT("backend.userland.com/rss"), NS_RSS },
	{ STR_INIT("backend.userland.com/rss2"), NS_RSS },
	{ STR_INIT("backend.userland.com/rss091"), NS_RSS },
	{ STR_INIT("backend.userland.com/rss092"), NS_RSS },
	{ STR_INIT("blogs.law.harvard.edu/tech/rss"), NS_RSS },
	{ STR_INIT("cyber.law.harvard.edu/rss/rss.html"), NS_RSS },
	{ STR_INIT("www.rssboard.org/rss-specification"), NS_RSS },
	{ STR_INIT("www.w3.org/1999/02/22-rdf-syntax-ns"), NS_RDF },
	{ STR_INIT("purl.org/dc/elements/1.1"), NS_DC },
	{ STR_INIT("purl.org/dc/elements/1.0"), NS_DC },
	{ STR_INIT("purl.org/metadata/dublin_core"), NS_DC },
	{ STR_INIT("purl.org/dc"), NS_DC },
	{ STR_INIT("purl.org/dc/terms"), NS_DCTERMS },
	{ STR_INIT("purl.org/rss/1.0/modules/dcterms"), NS_DCTERMS },
	{ STR_INIT("purl.org/rss/1.0/modules/dc"), NS_DC },
	{ STR_INIT("purl.org/rss/1.0/modules/content"), NS_CONTENT },
	{ STR_INIT("purl.org/rss/modules/content"), NS_CONTENT },
	{ STR_INIT("search.yahoo.com/mrss"), NS_MEDIA },
	{ STR_INIT("search.yahoo.com/mrss/0.1"), NS_MEDIA },
	{ STR_INIT("video.search.yahoo.com/mrss"), NS_MEDIA },
	{ STR_INIT("tools.search.yahoo.com/mrss"), NS_MEDIA },
	{ STR_INIT("www.rssboard.org/media-rss"), NS_MEDIA },
	{ STR_INIT("search.yahoo.com/mrss/media-rss"), NS_MEDIA },
	{ STR_INIT("www.itunes.com/dtds/podcast-1.0.dtd"), NS_ITUNES },
	{ STR_INIT("www.itunes.com/dtd/podcast-1.0.dtd"), NS_ITUNES },
	{ STR_INIT("example.com/dtds/podcast-1.0.dtd"), NS_ITUNES },
	{ STR_INIT("purl.org/rss/1.0/modules/syndication"), NS_SYNDICATION },
	{ STR_INIT("purl.org/rss/modules/syndication"), NS_SYNDICATION },
	{ STR_INIT("rssnamespace.org/feedburner/ext/1.0"), NS_FEEDBURNER },
	{ STR_INIT("www.w3.org/1999/xhtml"), NS_XHTML },
	{ STR_INIT("www.w3.org/xml/1998/namespace"), NS_XML },
	{ STR_INIT("www.sitemaps.org/schemas/sitemap/0.9"), NS_SITEMAP },
	{ STR_INIT("www.google.com/schemas/sitemap/0.84"), NS_SITEMAP },
	{ STR_INIT("www.google.com/schemas/sitemap/0.9"), NS_SITEMAP },
	{ STR_INIT("www.google.com/schemas/sitemap-news/0.9"), NS_NEWS },
	{ STR_INIT("madskills.com/public/xml/rss/module/trackback"), NS_TRACKBACK },
	{ STR_INIT("podcastindex.org/namespace/1.0"), NS_PODCAST },
};

static const struct {
	struct str prefix;
	enum ns ns;
	bool sure; /* over a declaration that nobody knows, too */
} by_prefix[] = {
	{ STR_INIT("xml"), NS_XML, false },
	{ STR_INIT("dc"), NS_DC, true },
	{ STR_INIT("content"), NS_CONTENT, true },
	{ STR_INIT("media"), NS_MEDIA, true },
	{ STR_INIT("itunes"), NS_ITUNES, true },
	{ STR_INIT("atom"), NS_ATOM, true },
	{ STR_INIT("atom10"), NS_ATOM, false },
	{ STR_INIT("atom03"), NS_ATOM, false },
	{ STR_INIT("a10"), NS_ATOM, false },
	{ STR_INIT("rdf"), NS_RDF, true },
	{ STR_INIT("rss"), NS_RSS, false },
	{ STR_INIT("dcterms"), NS_DCTERMS, true },
	{ STR_INIT("dct"), NS_DCTERMS, false },
	{ STR_INIT("sy"), NS_SYNDICATION, true },
	{ STR_INIT("feedburner"), NS_FEEDBURNER, true },
	{ STR_INIT("xhtml"), NS_XHTML, false },
	{ STR_INIT("xh"), NS_XHTML, false },
	{ STR_INIT("html"), NS_XHTML, false },
	{ STR_INIT("news"), NS_NEWS, false },
	{ STR_INIT("n"), NS_NEWS, false },
	{ STR_INIT("sitemap"), NS_SITEMAP, false },
	{ STR_INIT("trackback"), NS_TRACKBACK, false },
	{ STR_INIT("podcast"), NS_PODCAST, false },
};

static enum ns
of_uri(struct str uri)
{
	size_t scheme;

	uri = str_trim(uri);
	if (uri.n == 0)
		return NS_NONE;
	scheme = str_find(uri, STR("://"));
	if (scheme != STR_NONE)
		uri = str_sub(uri, scheme + 3, uri.n);
	while (uri.n && (uri.p[uri.n - 1] == '/' || uri.p[uri.n - 1] == '#'))
		uri.n--;
	for (size_t i = 0; i < ARRAY_LEN(by_uri); i++)
		if (str_eq_ci(uri, by_uri[i].uri))
			return by_uri[i].ns;
	return NS_OTHER;
}

enum ns
ns_of_prefix(struct str prefix)
{
	for (size_t i = 0; i < ARRAY_LEN(by_prefix); i++)
		if (str_eq_ci(prefix, by_prefix[i].prefix))
			return by_prefix[i].ns;
	return NS_OTHER;
}

enum ns
ns_of_declaration(struct str prefix, struct str uri)
{
	enum ns ns = of_uri(uri);

	if (ns != NS_OTHER)
		return ns;
	for (size_t i = 0; i < ARRAY_LEN(by_prefix); i++)
		if (by_prefix[i].sure && str_eq_ci(prefix, by_prefix[i].prefix))
			return by_prefix[i].ns;
	return NS_OTHER;
}
