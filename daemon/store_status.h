/*
 * The state in figures, for `newsbell status` and the metrics.
 */
#ifndef DAEMON_STORE_STATUS_H
#define DAEMON_STORE_STATUS_H

#include "store.h"

struct store_status {
	int64_t feeds[FEED_HEALTH_COUNT]; /* rows by enum feed_health */
	int64_t items, items_since;       /* kept; seen since since_s */
	int64_t alerts, alerts_since;
	int64_t pending, failed;  /* deliveries; failed: given up */
	int64_t waiting;          /* not due yet: digests, what quiet hours hold */
	int64_t oldest_pending_s; /* when the oldest owed one was owed, 0 = none */
	int64_t last_alert_s;     /* 0 = none yet */
	int64_t last_poll_s;      /* the latest request to any feed, 0 = none yet */
	int64_t bytes;            /* of the database */
};

/* since_s: begin of the period that the _since figures count. */
bool store_status(struct store *s, int64_t since_s, struct store_status *ret, struct err *e);

#endif
