/*
 * XML namespaces that feeds use, by URI (right ones and the well-known wrong ones) and, where a
 * prefix is not declared, by the prefix everybody uses.
 */
#ifndef FEEDS_NS_H
#define FEEDS_NS_H

#include "str.h"

enum ns {
	NS_NONE,  /* no namespace at all */
	NS_OTHER, /* one that means nothing to us */
	NS_XML,
	NS_RSS,  /* every RSS: 0.90, 1.0, 1.1, and the URIs that 2.0 documents are given */
	NS_ATOM, /* 0.3, 1.0 and the drafts */
	NS_RDF,
	NS_DC,
	NS_DCTERMS,
	NS_CONTENT,
	NS_MEDIA,
	NS_ITUNES,
	NS_SYNDICATION,
	NS_FEEDBURNER,
	NS_XHTML,
	NS_SITEMAP,
	NS_NEWS,
	NS_TRACKBACK,
	NS_PODCAST,
};

/* What an undeclared prefix most likely means; NS_OTHER when nobody knows. */
enum ns ns_of_prefix(struct str prefix);
/*
 * xmlns:prefix="uri": by the URI, in which case, a final '/' or '#', and http or https make no
 * difference; an unknown one means what everybody means by the prefix, if that
 * is one of the few that mean one thing only ("dc", "content", ...).
 */
enum ns ns_of_declaration(struct str prefix, struct str uri);

#endif
