/*
 * The HTTP listener as the configuration wants it ([web]): opened, moved and closed by a reload.
 * That it cannot listen is said, and is no reason to stop watching.
 */
#ifndef DAEMON_FRONT_H
#define DAEMON_FRONT_H

#include "config.h"
#include "site.h"

struct front;

/* database: path.  site is copied but for its store, which is the front's own, opened for reading.
 */
struct front *front_new(struct ev_loop *loop, const char *database, const struct site *site);
void front_free(struct front *f); /* NULL is fine */
void front_configure(struct front *f, const struct config *config);

#endif
