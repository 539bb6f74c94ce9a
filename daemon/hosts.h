/*
 * Hosts that have several feeds, or were told to wait: when each may be asked next.
 */
#ifndef DAEMON_HOSTS_H
#define DAEMON_HOSTS_H

#include "config.h"

struct host {
	uint64_t hash;
	int64_t limited_until_s;      /* it asked for less: no feed of it before */
	int64_t next_ms;              /* the next free place in its pace */
	const struct host_rule *rule; /* of the configuration in force */
	uint32_t n_feeds;
};

struct hosts {
	struct host **slots; /* open addressing */
	size_t n, cap;
};

/*
 * The host of a URL by its rule: the domain that a [host] section names counts as one, with all
 * below it; any other host is its own.  0 for what has no host (file:, exec:).
 */
uint64_t hosts_hash(const struct config *c, struct str url, const struct host_rule **rule);

/* NULL when it is not there. */
struct host *hosts_find(const struct hosts *h, uint64_t hash);
struct host *hosts_add(struct hosts *h, uint64_t hash); /* or the one that is there */
void hosts_free(struct hosts *h);

/* The wall clock was set by so much: all that is planned moves with it. */
void hosts_shift(struct hosts *h, int64_t jump_ms);

/*
 * May a feed that is due now be asked?  0, and the place is taken; else the time (ms) to try again,
 * at which a place is reserved when it is only the pace that holds it.
 */
int64_t hosts_enter(struct host *host, const struct feed *feed, int64_t now_ms, uint32_t jitter);

#endif
