/*
 * Any feed document -> items.  Pure: bytes in, values out.
 */
#ifndef FEEDS_PARSE_H
#define FEEDS_PARSE_H

#include "err.h"
#include "item.h"

/* What HTTP said of a body; empty views mean it said nothing. */
struct feed_source {
	struct str body;         /* any bytes; need not be UTF-8 nor end in NUL */
	struct str content_type; /* the Content-Type header's value */
	struct str base_url;     /* the URL the body came from, after redirects */
	bool want_content;       /* fill item.content with sanitised HTML (costs time) */
	bool want_list;          /* an OPML list of feeds is wanted, and nothing else: see format */
};

struct feed_warning {
	int line; /* of the document, 0 unknown */
	struct str text;
};

/* A place where another document may be: a feed named by an HTML page, a part of a sitemap index.
 */
struct feed_lead {
	struct str url, type, title;
};

/* What the publisher asks of pollers; 0 = says nothing.  RSS 2.0 ttl, skipHours, skipDays; RSS 1.0
 * sy:. */
struct feed_hints {
	int64_t ttl_s;
	uint32_t skip_hours;     /* bit h = hour h UTC */
	uint8_t skip_days;       /* bit 0 = Monday ... bit 6 = Sunday, UTC */
	int64_t update_period_s; /* sy:updatePeriod / sy:updateFrequency */
	int64_t update_base_s;   /* sy:updateBase, or DATE_NONE */
};

struct feed_doc {
	/*
	 * "rss", "atom", "rdf", "json", "sitemap", "cdf"; or "opml": then each item is a feed, by
	 * link, title and categories (its folders).  Static.
	 */
	const char *format;
	struct str title, link, lang;
	struct item *items; /* in document order */
	size_t n_items;
	bool partial; /* damaged: what was whole is here, warnings say what was not */
	struct feed_warning *warnings;
	size_t n_warnings;
	struct feed_hints hints;
	struct feed_lead *leads; /* sitemap index: the sitemaps it names */
	size_t n_leads;
};

/*
 * Parse one document.
 * source   borrowed: nothing in *ret points into it after the call.
 * arena    everything in *ret lives here.
 * Returns  true and fills *ret; false, leaves *ret untouched and says why in *e: ERR_INPUT when it
 * is no feed (the text names what it seems to be: "an HTML page", "empty", "a login page"),
 * ERR_LIMIT.
 */
bool feed_parse(
    const struct feed_source *source, struct arena *arena, struct feed_doc *ret, struct err *e);

#endif
