/*
 * The inside of poll_next, for poll-*.c alone.
 */
#ifndef FEEDS_POLL_INSIDE_H
#define FEEDS_POLL_INSIDE_H

#include "poll.h"

static inline int64_t
at_most(int64_t s, int64_t max)
{
	return s < max ? s : max;
}

static inline int64_t
at_least(int64_t s, int64_t min)
{
	return s > min ? s : min;
}

/* A time to ask that only ever moves later, and what moved it last. */
struct poll_plan {
	int64_t at_s;
	enum poll_reason why;
};
void plan_not_before(struct poll_plan *plan, int64_t at_s, enum poll_reason why);

/* The first second from at_s on whose hour and day are not to be skipped; at_s when that is too
 * far. */
int64_t plan_unskipped(const struct feed_hints *hints, int64_t at_s);

/* By the feed's interval or rhythm, and no sooner than its publisher says; *s is its new state. */
struct poll_plan plan_after_success(
    const struct feed *feed, const struct feed_state *s, int64_t now_s, uint32_t jitter);

/* How long to wait: from the shortest interval on, doubled by each hard failure (half as fast by
 * soft ones), less up to a quarter by jitter, to at most a day. */
int64_t plan_backoff(const struct feed *feed, double failures, uint32_t jitter);

#endif
