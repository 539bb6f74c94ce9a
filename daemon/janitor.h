/*
 * What has to be done now and then and is nobody's hurry: what is older than the user wants to keep
 * goes, in steps so small that nothing waits for them, and the file shrinks after it.  What is kept
 * gets its sketches, when the user wants them.
 */
#ifndef DAEMON_JANITOR_H
#define DAEMON_JANITOR_H

#include "config.h"
#include "store.h"

#include <ev.h>

struct janitor;

#define JANITOR_STEP_S 0.25   /* between two steps while there is something to do */
#define JANITOR_PAUSE_S 0.02  /* a step that takes longer is followed by a smaller one */
#define JANITOR_REST_S 3600.0 /* between two looks when there was not */
#define JANITOR_SKETCH_S 60.0 /* the same when new items are to get sketches */

struct janitor *janitor_new(struct ev_loop *loop, struct store *store);
void janitor_free(struct janitor *j); /* NULL is fine */
/* One step, as the timer takes it.  *pause_s: how long others had to wait for the longer of its
 * parts; *more: there is more to do.  False with *e. */
bool janitor_step(struct janitor *j, int64_t now_s, double *pause_s, bool *more, struct err *e);
/*
 * Keep items and what belongs to them as long as the settings say, and of the oldest less when they
 * fill more than may be.
 */
void janitor_configure(struct janitor *j, const struct config_main *settings);

#endif
