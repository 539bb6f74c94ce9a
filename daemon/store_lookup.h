/*
 * An item by what a person has of it.
 */
#ifndef DAEMON_STORE_LOOKUP_H
#define DAEMON_STORE_LOOKUP_H

#include "store.h"

struct item_found {
	int64_t row;
	struct str feed; /* the name it had when it was last asked */
	struct str url;  /* of the feed */
	struct str title, link, summary, body, author, categories, lang;
	int64_t seen_s;
};

/*
 * what: its link, or one that leads to the same page but for what identity_canonical_link() and
 * newness_link_key() pass over; its own id, its row's number, or an alert's id (or at least
 * LOOKUP_ID_MIN first characters of one).  The newest where several fit.  False with *e also when
 * there is none (ERR_CONFIG).
 */
#define LOOKUP_ID_MIN 6
bool store_find_item(
    struct store *s, struct str what, struct arena *arena, struct item_found *ret, struct err *e);

#endif
