/*
 * A document as one line of JSON, as `newsbell parse` prints it.
 */
#ifndef FEEDS_DOC_JSON_H
#define FEEDS_DOC_JSON_H

#include "parse.h"

/*
 * {"format","title","link","items":[{"id","link","title","summary","content","author","published",
 * "updated","categories":[],"enclosures":[{"url","type","length"}]}]}: dates as RFC 3339 UTC or
 * null, a length that is not known as null, what is missing as "".  "content" is the sanitised
 * HTML.  "id" is what the feed says; "key" stands beside it when items share it and the key tells
 * them apart.  "language", "warnings":[{"line","text"}], "partial" and "leads" stand there only
 * when they say something.
 */
struct str feed_doc_json(const struct feed_doc *doc, struct arena *arena);

#endif
