/*
 * From owed to delivered.  What is owed stands in the database and nowhere else; the courier reads
 * what is due, has the channel render it, gives it to its carrier, has the answer judged and the
 * attempt written. Killed anywhere in between, the row is still there, with the same id.
 */
#ifndef DAEMON_COURIER_H
#define DAEMON_COURIER_H

#include "config.h"
#include "ledger.h"
#include "wire.h"

struct courier;

struct courier_options {
	struct ev_loop *loop;
	struct store *store;
	struct ledger *ledger;
	struct wire *wire;
	bool terminal; /* CARRIER_PRINT in colour */
};

struct courier *courier_new(const struct courier_options *options);
void courier_free(struct courier *c); /* what is under way is broken off; it is still owed */

/* The channels of a new configuration; what is under way ends by the one it was begun by. */
void courier_configure(struct courier *c, struct config *config);
/* Something new may be owed. */
void courier_wake(struct courier *c);
/* The operator wants a channel (empty: any) tried now: what is known of its receiver is forgotten.
 */
void courier_retry(struct courier *c, struct str channel);
/* Begin nothing new any more. */
void courier_stop(struct courier *c);
/* Messages under way whose answer is awaited. */
size_t courier_active(const struct courier *c);

#endif
