/*
 * What a back-test found, counted: by day, by feed, by entry.
 */
#ifndef DAEMON_TALLY_H
#define DAEMON_TALLY_H

#include "archive_scan.h"

struct tally_count {
	struct str name;
	int64_t n, fresh; /* items; of these on which no watch fired */
	int64_t row;      /* the last item */
};
struct tally_counts {
	struct tally_count *v;
	size_t n, cap;
};

struct tally {
	struct tally_counts days, feeds, entries;
	int64_t fresh;
};

/* "2026-11-24" (UTC). */
struct str tally_day(int64_t at_s, struct arena *arena);

/*
 * Days in their order, feeds and entries the most frequent first; an item counts once under a name.
 * Names in arena or of result.
 */
void tally_make(const struct archive_result *result, struct arena *arena, struct tally *ret);

#endif
