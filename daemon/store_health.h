/*
 * What there is to tell the operator of feeds and channels: written with the poll or the attempt
 * that showed it, told once, by the same outbox as everything else.
 */
#ifndef DAEMON_STORE_HEALTH_H
#define DAEMON_STORE_HEALTH_H

#include "store.h"

struct health_event {
	int64_t id, at_s;
	struct str feed, url; /* configured name and URL; empty when it is about a channel */
	struct str channel;   /* what it is about: not to be told through it; or empty */
	struct str kind;      /* enum health_kind's name: "broken", "recovered", "gap" ...; of a
			       * channel "channel-refuses", "channel-gone", "channel-down",
			       * "channel-back", "dead-letter" */
	struct str text;      /* one line for a person, with the feed's name */
};

/* Not told yet, oldest first, at most `limit`. */
bool store_health_events(struct store *s, size_t limit, struct arena *arena,
    struct health_event **ret, size_t *n, struct err *e);
/* What was ever to be told of one feed, the latest first, at most `limit`. */
bool store_health_history(struct store *s, int64_t feed, size_t limit, struct arena *arena,
    struct health_event **ret, size_t *n, struct err *e);
/* All up to this id are told: to be called in the transaction that makes them owed. */
bool store_health_told(struct store *s, int64_t up_to, struct err *e);

#endif
