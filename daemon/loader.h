/*
 * The user's files read anew, aside: in a thread, so that a list of a million terms holds up
 * neither polls nor deliveries.  What comes of it is handed over between two turns of the loop.
 */
#ifndef DAEMON_LOADER_H
#define DAEMON_LOADER_H

#include "config.h"

#include <ev.h>

/*
 * One reading has ended.  config is the caller's, or NULL when the files are wrong (what is wrong
 * was printed).  It answers all that asked up to the number `upto`.
 */
typedef void loader_done(void *cookie, struct config *config, uint64_t upto);

struct loader;
/* The options are borrowed as long as the loader lives. */
struct loader *loader_new(
    struct ev_loop *loop, const struct config_options *files, loader_done *done, void *cookie);
/* Waits for the reading under way and drops what it brings; done is not called.  NULL is fine. */
void loader_free(struct loader *l);

/*
 * Read the files as they are now.  Returns the number of this request, counted from 1.  What is
 * asked while a reading runs is one more reading behind it, however often it is asked.
 */
uint64_t loader_ask(struct loader *l);
bool loader_is_busy(const struct loader *l);

/*
 * The same here and at once: at the start, when there is nothing to hold up.  *again, when wanted,
 * tells of NULL whether the same files may be good later: it was the machine that failed.
 */
struct config *loader_read(const struct config_options *files, bool *again);

#endif
