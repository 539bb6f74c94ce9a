/*
 * How the commands that look through the past are told which part of it: --since, --until, --limit,
 * the same in all of them.
 */
#ifndef DAEMON_SELECTION_H
#define DAEMON_SELECTION_H

#include "str.h"

#include <getopt.h>

struct selection {
	int64_t now_s;
	int64_t since_s, until_s; /* [since_s, until_s) */
	size_t limit;
};

#define SELECTION_LIMIT_MAX 1000000
/* A command's `struct option` array has SELECTION_LONGS behind COMMAND_LONGS. */
#define SELECTION_LONGS                                                                            \
	{ "since", required_argument, NULL, 0x1010 },                                              \
	    { "until", required_argument, NULL, 0x1011 },                                          \
	{                                                                                          \
		"limit", required_argument, NULL, 0x1012                                           \
	}

/* All that is kept, the newest `limit` of it. */
void selection_init(struct selection *s, size_t limit);

enum selection_verdict {
	SELECTION_TAKEN,
	SELECTION_NOT_MINE,
	SELECTION_WRONG /* standard error says why */
};
/* What getopt_long returned. */
enum selection_verdict selection_option(const char *command, int c, struct selection *s);

#endif
