/*
 * How often each entry hit for each watch, by the day: what stays when the items are gone.
 */
#ifndef DAEMON_STORE_HITS_H
#define DAEMON_STORE_HITS_H

#include "store.h"

/* Counts the alerts of one new item; within the caller's transaction. */
bool store_count_hits(struct store *s, const struct item_new *item, int64_t now_s, struct err *e);

struct hits_row {
	struct str watch, list, entry; /* list: empty for a word of an expression */
	int64_t n7, n30, n90;          /* items in so many days before now */
	int64_t last_day;              /* days since 1970 */
};
/* All that hit in the last 90 days. */
bool store_hits(struct store *s, int64_t now_s, struct arena *arena, struct hits_row **ret,
    size_t *n, struct err *e);

#endif
