/*
 * When to try again: one message, and one receiver.  Pure; the breaker's state is the caller's.
 */
#ifndef ALERTS_RETRY_H
#define ALERTS_RETRY_H

#include "channel.h"

/*
 * After `tries` attempts (1 or more) that did not succeed, the last one at now_s: 5, 15, 30 s, 1,
 * 2, 5 min, then every 10 min, each a fifth shorter or longer by `jitter` (any number).
 */
int64_t retry_at(int64_t now_s, int tries, uint32_t jitter);

/* Has it been tried for give_up_s since it was owed? */
bool retry_is_over(int64_t created_s, int64_t now_s, int64_t give_up_s);

/*
 * A receiver that fails is not asked for every message that waits: the breaker opens and lets one
 * message through as a probe, once a minute (every 5 min after an hour, every 15 min after a day),
 * until one is delivered.  Zeroed = closed, all well.
 */
struct breaker {
	int failures;         /* in a row */
	int64_t open_s;       /* when it opened, 0 = closed */
	int64_t probe_s;      /* open: the last probe went out */
	int64_t not_before_s; /* the receiver's own wish, open or not */
};

#define BREAKER_FAILURES 3       /* transient failures in a row open it */
#define BREAKER_PROBE_S 60       /* between two probes ... */
#define BREAKER_PROBE_HOUR_S 300 /* ... when it has been open for an hour ... */
#define BREAKER_PROBE_DAY_S 900  /* ... for a day */

bool breaker_is_open(const struct breaker *b);
/* May a message go out now?  Saying yes while it is open makes that message the probe. */
bool breaker_allow(struct breaker *b, int64_t now_s);
/* When breaker_allow will say yes. */
int64_t breaker_next(const struct breaker *b, int64_t now_s);
/*
 * Take note of an answer.  answered: the receiver said something (a code came back).  True when
 * this closes an open breaker: the receiver is back.
 */
bool breaker_answer(struct breaker *b, struct verdict verdict, bool answered, int64_t now_s);

#endif
