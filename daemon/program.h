/*
 * A program of the user's: its arguments as they are (no shell), bytes in, bytes out, with limits.
 * It runs in a process group of its own with an almost empty environment, "/" as its directory and
 * no descriptor of ours but its three.  Only on the default loop, which alone hears of children.
 */
#ifndef DAEMON_PROGRAM_H
#define DAEMON_PROGRAM_H

#include "err.h"
#include "feed.h"

#include <ev.h>

struct program;

/*
 * Called once, from the loop, never from inside program_start; not after program_cancel.
 * output  borrowed; or *why (ERR_SYSTEM it could not be run, ERR_LIMIT time or size, ERR_INPUT it
 *         ended with an error: the text has the first line that it wrote on standard error).
 */
typedef void program_done(void *cookie, struct str output, const struct err *why);

/* loop: the default one.  input must live until it is over; max: bytes of output; timeout_s: then
 * it is killed, with all of its group. */
struct program *program_start(struct ev_loop *loop, const struct feed_program *argv,
    struct str input, size_t max, int64_t timeout_s, program_done *done, void *cookie);
void program_cancel(struct program *program); /* NULL is fine */

#endif
