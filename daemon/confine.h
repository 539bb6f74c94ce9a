/*
 * The daemon shuts itself in: once it has started it can reach what its configuration names, what
 * the resolver and TLS need, its state, and nothing else of the machine (sandbox.h).
 *
 * Programs that a configuration names (exec:, filter, sendmail, the channel exec) are to do what
 * the user wants, and they have at most the rights of who starts them: with such a one nothing is
 * shut, and the log says so.
 */
#ifndef DAEMON_CONFINE_H
#define DAEMON_CONFINE_H

#include "config.h"
#include "home.h"

struct confine;

/*
 * Shut in, as far as the configuration and the kernel allow, and write to the log what is shut and
 * what is not.  To be called before the first thread is started.
 * file     the main configuration file: what is beside it stays readable, for reloads
 */
struct confine *confine_start(
    const struct config *config, const struct home *home, const char *file);
void confine_free(struct confine *c); /* for the memory: there is no way back; NULL is fine */

/*
 * Can the daemon live with another configuration?  False with *e (ERR_CONFIG): it names what is out
 * of reach since the start, and takes a restart.
 */
bool confine_allows(const struct confine *c, const struct config *config, struct err *e);

#endif
