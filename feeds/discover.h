/*
 * From an HTML page to the feeds of what it shows.
 */
#ifndef FEEDS_DISCOVER_H
#define FEEDS_DISCOVER_H

#include "parse.h"

#define DISCOVER_MAX 64 /* leads of one page */

struct discovery {
	struct feed_lead *leads; /* best first; no address twice */
	size_t n;
	size_t n_named; /* so many the page names; those after them are well-known places to try */
};

/*
 * source   an HTML page, or whatever was taken for one; borrowed.  Relative links need its base_url
 *          (<base href> in the page comes first); without it there are no well-known places either.
 *
 * Best first: <link> with rel alternate and a feed's type, or rel feed; then <link rel=alternate>
 * and <a> whose address looks like a feed's, those on the page's own host before others; feeds of
 * comments behind all of them; within one rank as in the page.
 *
 * False only with ERR_LIMIT (a body that inflates or decodes to too much).
 */
bool discover_feeds(
    const struct feed_source *source, struct arena *arena, struct discovery *ret, struct err *e);

#endif
