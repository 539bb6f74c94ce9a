/*
 * A feed's document fetched once and at once, for the tools.
 */
#ifndef DAEMON_FETCH_H
#define DAEMON_FETCH_H

#include "parse.h"

#define FETCH_BODY_MAX ((size_t)256 << 20) /* bytes */

/*
 * source: what is empty of its content type and base URL is filled with what HTTP said.  False with
 * *e: ERR_NET, or ERR_CONFIG when the address is private and may not be asked.
 */
bool fetch_source(struct str url, bool allow_private, struct arena *arena,
    struct feed_source *source, struct err *e);

/* After feed_parse said why the document is no feed: when it is a page, the feeds that it names, on
 * standard error. */
void fetch_tell_leads(const struct feed_source *source, const struct err *why);

#endif
