/*
 * Where a daemon lives: its database and its control socket.  newsbelld and newsbell look in the
 * same places.
 */
#ifndef DAEMON_HOME_H
#define DAEMON_HOME_H

#include "arena.h"

struct home {
	struct str state;    /* directory of the database */
	struct str database; /* STATE/newsbell.db */
	struct str control;  /* the socket: in $RUNTIME_DIRECTORY, /run/newsbell, or STATE */
};

/*
 * state   --state's value, or NULL: then $STATE_DIRECTORY, then what the configuration says
 *         (`configured`, may be empty), then the place given at build time.
 */
void home_find(const char *state, struct str configured, struct arena *arena, struct home *ret);

#endif
