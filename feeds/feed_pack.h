/*
 * What is remembered of a feed, field by field: the columns of its row, and a short form in memory,
 * as there may be many feeds and most fields of most are 0.
 */
#ifndef FEEDS_FEED_PACK_H
#define FEEDS_FEED_PACK_H

#include "feed.h"

enum feed_field_kind {
	FEED_FIELD_I64,
	FEED_FIELD_I32,
	FEED_FIELD_U8,
	FEED_FIELD_REAL,
	FEED_FIELD_TEXT,  /* struct str */
	FEED_FIELD_BYTES, /* struct str, any bytes */
	FEED_FIELD_RHYTHM
};

struct feed_field {
	const char *name; /* of its column */
	enum feed_field_kind kind;
	size_t offset; /* in struct feed_state */
};

/* Every field of struct feed_state that outlives a poll: all of them. */
extern const struct feed_field feed_fields[];
extern const size_t n_feed_fields;

/* One block of the heap, to be freed by the caller; NULL for a zeroed state. */
unsigned char *feed_pack(const struct feed_state *state);
/* The texts are views into packed, which must outlive them.  NULL gives a zeroed state. */
void feed_unpack(const unsigned char *packed, struct feed_state *ret);

#endif
