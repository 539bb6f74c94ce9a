/*
 * struct feed_doc <-> bytes, for the way from the child that parses to the daemon: same machine,
 * same build; not for keeping.  The reader believes nothing: documents come from a process that may
 * have been taken over by one.
 */
#ifndef FEEDS_FLAT_H
#define FEEDS_FLAT_H

#include "buf.h"
#include "parse.h"

#define FLAT_WARNINGS_MAX 1024
#define FLAT_LEADS_MAX 50000

/* Append the document; false, and *out as it was, when it does not fit. */
bool flat_encode(const struct feed_doc *doc, struct buf *out);

/*
 * bytes   exactly one document, that nobody else can write to; the texts of *ret point into it.
 * arena   everything else in *ret lives here.
 * Returns true and fills *ret, with every promise of feed_parse checked (caps, UTF-8, no control
 * characters, http(s) links, ids); false with ERR_INPUT, *ret untouched.
 */
bool flat_decode(struct str bytes, struct arena *arena, struct feed_doc *ret, struct err *e);

#endif
