/*
 * Bundles in the database: alerts that wait for one message.  Their windows are rows, so they
 * survive anything; a bundle whose time has passed is due at once.
 */
#ifndef DAEMON_STORE_BUNDLE_H
#define DAEMON_STORE_BUNDLE_H

#include "store.h"

/*
 * The alerts of a bundle, oldest first, each as alert_from_json takes it; the first `told` of them
 * are through, in `messages` messages.  From now on no other joins it (a later one begins a new
 * bundle), so every attempt sends the same bytes.  Writes in a small transaction of its own the
 * first time.
 */
struct frozen {
	struct str_list facts;
	size_t told, messages;
};
bool store_freeze(
    struct store *s, struct str delivery, struct arena *arena, struct frozen *ret, struct err *e);

/* What of a route is due at a channel and not critical waits until then.  *n: how many. */
bool store_hold(struct store *s, struct str channel, struct str route, int64_t now_s,
    int64_t until_s, size_t *n, struct err *e);

/*
 * After an outage: of each route that has more than `least` alerts waiting at a channel for their
 * first attempt, these become digests (BUNDLE_BACKLOG), the oldest first; critical ones stay alone.
 * None of them may be under way.  *folded: how many alerts.  A transaction of its own.
 */
bool store_fold_backlog(struct store *s, struct str channel, int64_t least, int64_t now_s,
    size_t *folded, struct err *e);

#endif
