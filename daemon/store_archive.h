/*
 * The items that are kept, read in bulk, and what was told and decided of one.
 */
#ifndef DAEMON_STORE_ARCHIVE_H
#define DAEMON_STORE_ARCHIVE_H

#include "store.h"

/* Rows of the items seen in [since_s, until_s): all within [first, last], about n. */
struct archive_span {
	int64_t first, last, n;
};
bool store_archive_span(
    struct store *s, int64_t since_s, int64_t until_s, struct archive_span *ret, struct err *e);

struct archived {
	int64_t row, seen_s;
	struct str feed, title, link, summary, body, author, categories, lang;
};

/* The items of [first, last] seen in [since_s, until_s); each is gone when the call returns. */
typedef void archive_each(void *cookie, const struct archived *item);
bool store_archive_read(struct store *s, int64_t first, int64_t last, int64_t since_s,
    int64_t until_s, archive_each *each, void *cookie, struct err *e);

/* told: somebody was told of it, or is to be; fired: a watch fired on it, though perhaps untold. */
bool store_item_fate(struct store *s, int64_t item, bool *told, bool *fired, struct err *e);

struct told_row {
	struct str alert, watch;
	int64_t created_s;
	int64_t deliveries, done, dead; /* all; delivered; given up */
};
bool store_item_told(struct store *s, int64_t item, struct arena *arena, struct told_row **ret,
    size_t *n, struct err *e);

struct decision_row {
	struct str watch, entry, reason, detail;
	int64_t at_s;
};
bool store_item_decisions(struct store *s, int64_t item, struct arena *arena,
    struct decision_row **ret, size_t *n, struct err *e);

#endif
