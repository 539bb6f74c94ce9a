/*
 * What the operator should know: that feeds are broken or well again, that a channel fails, that a
 * configuration was refused.  Rooms write it down where they see it (store_health.h); here it
 * becomes alerts of their own kind that go through the same outbox, to the channels of [health]:
 * what is urgent at once, the rest gathered into one message, at most one an hour.
 */
#ifndef DAEMON_OPERATOR_H
#define DAEMON_OPERATOR_H

#include "config.h"
#include "store.h"

#include <ev.h>

#define OPERATOR_LOOK_S 5.0              /* between two looks */
#define OPERATOR_GATHER_S ((int64_t)300) /* what comes within so long goes together */
#define OPERATOR_EVERY_S ((int64_t)3600) /* between two messages; between two on one failure */
#define OPERATOR_ROUTE "[health]"        /* what stands in a delivery as its route */

struct operator_options {
	struct ev_loop *loop;
	struct store *store;
	void (*owed)(void *cookie); /* something new is owed */
	void *cookie;
};

struct operators;
struct operators *operator_new(const struct operator_options *options);
void operator_free(struct operators *o); /* NULL is fine */
void operator_configure(struct operators *o, struct config *config);
/* Hand in what is about neither a feed nor a channel: kind is "reload-failed" and its like. */
void operator_note(struct operators *o, const char *kind, struct str text);

/*
 * One look: what was written down and not told is owed after it, in one transaction.  *owed: how
 * many deliveries that made.  What nobody can be told goes to the journal.
 */
bool operator_look(
    struct store *store, const struct config *config, int64_t now_s, size_t *owed, struct err *e);

#endif
