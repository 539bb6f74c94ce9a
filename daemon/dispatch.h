/*
 * An alert -> the channels that are told of it, and when: routes applied to what the daemon has in
 * hand.  Writes nothing; limits and inhibition are settled by the store, in the transaction that
 * sees what was told before.
 */
#ifndef DAEMON_DISPATCH_H
#define DAEMON_DISPATCH_H

#include "config.h"
#include "store_silence.h"

struct dispatch {
	const struct routing *routing;
	struct silence *silences; /* in force */
	size_t n_silences;
	int64_t now_s;
};

/* What routes know of an alert; borrowed from both. */
struct route_subject dispatch_subject(
    const struct watch_hit *fired, const struct match_input *in, struct arena *arena);

/*
 * Fills ret's deliveries.  False when nobody is told: then *why is the decision that says so.
 */
bool dispatch_alert(const struct dispatch *d, const struct route_subject *subject,
    struct arena *arena, struct alert_new *ret, struct decision_new *why);

/*
 * When a message that is due may go out: now_s, or the end of its route's quiet hours, as what a
 * receiver did not take before them is not sent within them either.
 */
int64_t dispatch_not_before(
    const struct routing *routing, struct str route, enum severity severity, int64_t now_s);

#endif
