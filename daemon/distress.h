/*
 * When the database cannot be written, the outbox cannot carry the news of it.  So this one message
 * goes to the channels of [health] past it: once each time that it fails, tried until a receiver
 * takes it or the database is well again.
 */
#ifndef DAEMON_DISTRESS_H
#define DAEMON_DISTRESS_H

#include "config.h"
#include "store.h"
#include "wire.h"

#include <ev.h>

#define DISTRESS_EVERY_S 60.0 /* between two tries */

struct distress;
/* wire: to receivers.  The secret is copied. */
struct distress *distress_new(struct ev_loop *loop, struct wire *wire, struct str secret);
void distress_free(struct distress *d); /* NULL is fine */

/* text: one line, what is wrong.  While one is under way this is that one. */
void distress_begin(struct distress *d, struct config *config, struct str text);
/* It is well again; returns how long it was not, in seconds, or 0. */
int64_t distress_end(struct distress *d);

#endif
