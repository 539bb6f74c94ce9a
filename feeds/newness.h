/*
 * Which items of a document are new, which were only edited, and which came under another id.
 * Pure: what is remembered of a feed goes in, a verdict for each item and what to remember comes
 * out.  Never decided by a date: newness is membership in the seen keys (seen.h).
 *
 * Beside those, the items of the last documents are remembered as records (newness_record.h): as
 * many as the feed lists now, and as many again of those that have left it.  They tell an edit from
 * no change, and an old item under a new id from a new item.
 */
#ifndef FEEDS_NEWNESS_H
#define FEEDS_NEWNESS_H

#include "newness_record.h"

enum newness_verdict {
	NEWNESS_KNOWN,
	NEWNESS_NEW,
	NEWNESS_CHANGED, /* known; its title or its lead is not the one of last time */
	NEWNESS_RENAMED, /* known under old_key: the feed gave it another id */
};

struct newness_item {
	enum newness_verdict verdict;
	uint64_t key;     /* of the item's id */
	uint64_t old_key; /* of RENAMED */
	uint64_t link;    /* newness_link_key when no other item of the document has it; else 0 */
};

struct newness {
	struct newness_item *items; /* one each, in document order */
	size_t n_new, n_changed, n_renamed;
	bool churn; /* most ids are new, and most of those items are known by link or title */
	bool gap;   /* nothing of what is listed was known: items may have come and gone unseen */
	bool seen_changed, listed_changed;
	struct str seen, listed; /* to be stored when changed; in arena */
};

/* A document, and what is remembered of its feed. */
struct newness_source {
	/* The id of an item whose id was another item's before is lengthened (its link after a
	 * space), so that ids stay unique over time. */
	struct item *items;
	size_t n;
	struct str seen;   /* the packed keys of the feed; empty at first */
	struct str listed; /* the packed records; empty at first */
	bool delta;        /* it holds only what is new (226): what is missing has not left */
	int64_t now_s;
};
void newness_judge(const struct newness_source *from, struct arena *arena, struct newness *ret);

#endif
