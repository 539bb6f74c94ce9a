/*
 * Sockets that listen on this machine alone.
 */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

#include "err.h"
#include "str.h"

/*
 * A Unix stream socket at path, mode 0660.  What stands there is replaced: the caller knows that it
 * is alone.  Non-blocking, close-on-exec; -1 with *e (ERR_SYSTEM).
 */
int listen_unix(const char *path, struct err *e);

/*
 * "127.0.0.1:8018", "[::1]:8018" or "unix:/path".  Port 0: any that is free.  -1 with *e:
 * ERR_CONFIG when it is none of these or no loopback address, ERR_SYSTEM when the system says no.
 */
int listen_local(struct str where, struct err *e);
/* Is it a place that listen_local knows?  Nothing is opened. */
bool listen_check(struct str where, struct err *e);

#define LISTEN_BACKLOG 64

#endif
