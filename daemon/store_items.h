/*
 * Items as they are kept: what an edit is compared with, and which item of another feed is the
 * same.
 */
#ifndef DAEMON_STORE_ITEMS_H
#define DAEMON_STORE_ITEMS_H

#include "store.h"

/* Two feeds' items under one link are the same when they came within so long of each other. */
#define STORE_SHARED_S ((int64_t)7 * 86400)

/* An item as it was last stored.  row 0: it is not kept any more. */
struct item_known {
	int64_t row;
	bool own; /* false: another feed brought it first */
	int64_t revision;
	struct str title, link, summary, body, author, categories, lang;
};
bool store_item(struct store *s, int64_t feed, uint64_t key, struct arena *arena,
    struct item_known *ret, struct err *e);

/* Was an alert of that watch made for the item? */
bool store_has_alert(struct store *s, int64_t row, struct str watch, bool *ret, struct err *e);
/* The facts of the first of them, empty when there is none. */
bool store_first_alert(struct store *s, int64_t row, struct str watch, struct arena *arena,
    struct str *facts, struct err *e);

/* The records of feeds/newness.h; empty when there are none. */
bool store_listed(
    struct store *s, int64_t feed, struct arena *arena, struct str *ret, struct err *e);

#endif
