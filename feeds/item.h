/*
 * What a feed document says, as plain values.  Everything lives in the arena it was parsed into.
 */
#ifndef FEEDS_ITEM_H
#define FEEDS_ITEM_H

#include "arena.h"

#define DATE_NONE INT64_MIN /* no date: missing, or impossible; never "now" */

/* The parts of an item that terms are looked for in. */
enum zone {
	ZONE_TITLE,
	ZONE_SUMMARY,
	ZONE_BODY,
	ZONE_AUTHOR,
	ZONE_CATEGORY, /* categories, one a line */
	ZONE_URL,
	ZONE_COUNT
};

struct enclosure {
	struct str url;  /* absolute http(s) */
	struct str type; /* media type or empty */
	int64_t length;  /* bytes, -1 unknown */
};

/*
 * Promises of feed_parse: id is not empty; link and enclosures are absolute http(s) or absent; text
 * is NFC UTF-8 without control characters but '\n', which ends a block (paragraph, list item, table
 * cell), without white space at its ends or doubled; within the ITEM_*_MAX caps; dates are real
 * seconds.
 */
struct item {
	struct str id; /* guid, id, rdf:about, link or fingerprint; two items of a document that
			  have the same one are the same item, told twice */
	struct str said_id; /* what the feed calls it where id had to say more, else empty */
	struct str link;    /* absolute http(s) or empty */
	struct str title, summary, body; /* plain text, zones of the matcher; body may be empty */
	struct str content; /* HTML as the feed brought it, sanitised (see html.h), or empty */
	struct str author;
	struct str lang;                /* BCP 47 or empty */
	int64_t published_s, updated_s; /* Unix seconds or DATE_NONE */
	struct str *categories;
	size_t n_categories;
	struct enclosure *enclosures;
	size_t n_enclosures;
};

#define ITEM_ID_MAX ((size_t)2048)         /* bytes */
#define ITEM_LINK_MAX ((size_t)4096)       /* bytes */
#define ITEM_TITLE_MAX ((size_t)4096)      /* bytes */
#define ITEM_TEXT_MAX ((size_t)256 << 10)  /* bytes of summary, of body */
#define ITEM_CONTENT_MAX ((size_t)1 << 20) /* bytes of HTML */
#define ITEM_CATEGORIES_MAX 256
#define ITEM_ENCLOSURES_MAX 64
#define FEED_ITEMS_MAX 50000
/* bytes of all items of a document, before the last one */
#define FEED_OUT_MAX ((size_t)128 << 20)

#endif
