/*
 * The items that are kept, as an operator looks through them.
 */
#ifndef DAEMON_STORE_BROWSE_H
#define DAEMON_STORE_BROWSE_H

#include "store.h"

struct item_row {
	int64_t row, seen_s, published_s, updated_s; /* the last two: or DATE_NONE */
	int64_t revision;                            /* how often it was edited */
	struct str id, feed, title, link, author, lang;
	struct str watches; /* that told of it, one a line */
};

/* Empty or zero: any. */
struct item_filter {
	int64_t row;
	int64_t since_s, until_s; /* seen in [since_s, until_s) */
	struct str feed;          /* that brought it, first or later; any ASCII case */
	struct str watch;         /* that told of it, or decided not to */
	size_t limit;
};

/* The newest first. */
bool store_browse_items(struct store *s, const struct item_filter *filter, struct arena *arena,
    struct item_row **ret, size_t *n, struct err *e);

/* The other feeds that brought it, in that order, and when. */
struct item_source {
	struct str feed;
	int64_t seen_s;
};
bool store_item_sources(struct store *s, int64_t row, struct arena *arena, struct item_source **ret,
    size_t *n, struct err *e);

/* What it said before it was edited, the oldest first. */
struct item_version {
	struct str title, summary, body;
	int64_t until_s;
};
bool store_item_versions(struct store *s, int64_t row, struct arena *arena,
    struct item_version **ret, size_t *n, struct err *e);

#endif
