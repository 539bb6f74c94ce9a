/*
 * One libcurl multi handle on the libev loop.  Transfers are reaped after libcurl has returned,
 * never from inside its callbacks.
 */
#ifndef DAEMON_LANE_H
#define DAEMON_LANE_H

#include <curl/curl.h>
#include <ev.h>
#include <stdbool.h>

struct lane;

/* A transfer is over and already taken off the lane.  Any lane_* but lane_free may be called from
 * it. */
typedef void lane_over(CURL *easy, CURLcode code);

/* kept: connections that stay open after use, 0: as libcurl likes.  NULL when libcurl has no memory
 * left. */
struct lane *lane_new(struct ev_loop *loop, size_t kept, lane_over *over);
/* All transfers must have been removed.  NULL is fine. */
void lane_free(struct lane *lane);

/* False when libcurl refuses; over is called later, never from inside. */
bool lane_add(struct lane *lane, CURL *easy);
/* Let what was added go as far as it can now, rather than in the next turn of the loop.  Not from
 * inside libcurl's callbacks; over is called later, here too. */
void lane_push(struct lane *lane);
/* over will not be called for it. */
void lane_remove(struct lane *lane, CURL *easy);

#endif
