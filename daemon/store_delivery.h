/*
 * Deliveries as an operator sees them: listed, explained, tried anew.
 */
#ifndef DAEMON_STORE_DELIVERY_H
#define DAEMON_STORE_DELIVERY_H

#include "store.h"

/* What was tried and waits for its next try is due now. */
bool store_release(struct store *s, struct str channel, int64_t now_s, struct err *e);
/* The same for what was tried or owed at a time that has yet to come: the clock was set back. */
bool store_release_future(struct store *s, struct str channel, int64_t now_s, struct err *e);

struct delivery_row {
	struct str id, alert, channel; /* alert: empty for a bundle */
	enum delivery_state state;
	int64_t attempts, created_s, next_try_s; /* next_try_s: while pending */
	int64_t done_s;                          /* or DATE_NONE */
	int64_t code;                            /* of the last attempt; 0 = none */
	struct str text;                         /* its answer */
	struct str facts;                        /* of the alert; of a bundle's first */
	enum bundle_kind kind;
	struct str route;       /* or empty */
	int64_t alerts;         /* in the bundle, or 1 */
	int64_t told, messages; /* of a bundle in several messages: what is through so far */
};

/* What to list; empty or negative = any. */
struct delivery_filter {
	struct str id; /* of a delivery or an alert, or the beginning of one */
	struct str channel;
	int state;                /* enum delivery_state, or -1 */
	int64_t since_s, until_s; /* owed in [since_s, until_s); until_s 0: any */
	size_t limit;
};

/* The newest first. */
bool store_deliveries(struct store *s, const struct delivery_filter *filter, struct arena *arena,
    struct delivery_row **ret, size_t *n, struct err *e);

/* All of one alert, bundles too, the oldest first. */
bool store_alert_deliveries(struct store *s, struct str alert, struct arena *arena,
    struct delivery_row **ret, size_t *n, struct err *e);

struct attempt_row {
	int64_t at_s, elapsed_ms, code;
	struct str text;
};
/* Of one delivery, in order. */
bool store_attempts(struct store *s, struct str delivery, struct arena *arena,
    struct attempt_row **ret, size_t *n, struct err *e);

/*
 * Owe again, under the same id and with its days to live beginning anew: those the filter names
 * that are dead (or pending: then they are only due now).  *n: how many.
 */
bool store_retry(
    struct store *s, const struct delivery_filter *filter, int64_t now_s, size_t *n, struct err *e);

/* The facts of an alert by its id or the beginning of it; empty when there is none.  False with *e
 * also when several begin so. */
bool store_alert_facts(
    struct store *s, struct str id, struct arena *arena, struct str *ret, struct err *e);

#endif
