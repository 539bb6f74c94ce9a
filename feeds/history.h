/*
 * The last polls of a feed, packed: some ten bytes each.  Polls that found nothing are no entries
 * of their own but counted in the one behind them, so that nothing is written because of them.
 */
#ifndef FEEDS_HISTORY_H
#define FEEDS_HISTORY_H

#include "poll.h"

/* Persisted as numbers: add at the end only. */
enum history_outcome {
	HISTORY_NOTHING, /* a good answer, and nothing new in it */
	HISTORY_NEW,     /* new items */
	HISTORY_DAMAGED, /* what was whole was taken */
	HISTORY_NO_FEED,
	HISTORY_FAILED,
	HISTORY_LIMITED,
	HISTORY_GONE,
	HISTORY_OUTCOME_COUNT
};

struct history_poll {
	int64_t at_s;
	enum history_outcome outcome;
	enum poll_reason next_why; /* why the next one was when it was */
	int32_t status;            /* 0 = no answer */
	int64_t bytes, elapsed_ms; /* of the body, decoded; from the first connection on */
	int64_t n_new;
	/* Polls since the entry before that found nothing: how many, and from when on. */
	int64_t quiet_n, quiet_since_s;
};

#define HISTORY_MAX 50 /* entries */

/* What a poll was, from what poll_judge said and poll_next was told.  found: of a FRESH answer. */
enum history_outcome history_outcome(
    const struct poll_answer *answer, const struct poll_found *found);
const char *history_word(enum history_outcome outcome); /* "nothing new", "failed" ...: static */

/* packed with one more poll at its front, in arena. */
struct str history_add(struct str packed, const struct history_poll *poll, struct arena *arena);
/* The latest first.  What is not whole ends it. */
void history_read(struct str packed, struct arena *arena, struct history_poll **ret, size_t *n);

#endif
