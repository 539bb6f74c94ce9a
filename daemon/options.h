/*
 * The command line of newsbelld.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *config; /* the main file */
	const char *state;  /* --state, or NULL */
	bool foreground, verbose;
};

/* EX_OK, or EX_USAGE after the usage was printed.  --help and --version end the process. */
int options_read(int argc, char **argv, struct options *ret);

#endif
