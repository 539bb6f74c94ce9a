/*
 * An OPML list as a document, for the way out of a parser process.
 */
#ifndef FEEDS_OPML_DOC_H
#define FEEDS_OPML_DOC_H

#include "parse.h"

/*
 * Each item is a feed (struct feed_doc.format).  A list that is cut short is partial.  False with
 * *e (ERR_INPUT, ERR_LIMIT) when it is no OPML, or names no feed.
 */
bool opml_document(struct str utf8, struct arena *arena, struct feed_doc *ret, struct err *e);

#endif
