/*
 * How long one turn of the loop takes: for so long nobody else is served.
 */
#ifndef DAEMON_LAG_H
#define DAEMON_LAG_H

#include <ev.h>
#include <stdint.h>

#define LAG_BUCKETS 8
/* Upper bounds in milliseconds; the last one has none. */
extern const int lag_bounds_ms[LAG_BUCKETS - 1];

/* How long something took, again and again. */
struct durations {
	uint64_t n, buckets[LAG_BUCKETS];
	uint64_t sum_us;
};
void durations_add(struct durations *d, int64_t took_us);

struct lag {
	struct ev_loop *loop;
	ev_prepare before; /* the loop goes to sleep */
	ev_check after;    /* the loop woke */
	int64_t woke_us;
	/* read by others */
	struct durations turns;
	int64_t worst_us; /* since lag_take_worst */
};

void lag_start(struct lag *lag, struct ev_loop *loop);
void lag_stop(struct lag *lag);
/* The longest turn since the last call, in microseconds. */
int64_t lag_take_worst(struct lag *lag);

#endif
