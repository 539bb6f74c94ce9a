/*
 * What is remembered of a feed's items beside the items themselves, one row a feed: their keys,
 * what was listed last, and where those items stand.
 */
#ifndef DAEMON_STORE_KNOWN_H
#define DAEMON_STORE_KNOWN_H

#include "store.h"

struct known {
	struct str seen, listed; /* feeds/newness.h */
	/*
	 * In which row is an item that is listed: records of 4 bytes of its key and 6 of the row,
	 * big endian, sorted by both.  A row is a guess: it holds the item when it says so itself.
	 */
	struct str places;
};

/* All empty when the feed was never asked. */
bool store_known(
    struct store *s, int64_t feed, struct arena *arena, struct known *ret, struct err *e);

/* An item as it was last stored.  row 0: it is not kept any more. */
struct item_known {
	int64_t row;
	bool own; /* false: another feed brought it first */
	int64_t revision;
	struct str title, link, summary, body, author, categories, lang;
};
bool store_item(struct store *s, int64_t feed, uint64_t key, struct str places, struct arena *arena,
    struct item_known *ret, struct err *e);

#endif
