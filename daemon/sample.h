/*
 * What `channel test` sends and `preview` shows: an alert or a digest, told in as many messages as
 * its channel makes of it.
 */
#ifndef DAEMON_SAMPLE_H
#define DAEMON_SAMPLE_H

#include "command.h"

#include "bundle.h"

struct sample_options {
	struct command_options common;
	const char *facts; /* a file of alerts, or NULL */
	enum severity severity;
	bool digest;
};

/* What is to be sent. */
struct sample {
	struct alert *alerts;
	size_t n;
	bool digest;
	size_t told, messages; /* the first of its alerts, in messages that were sent already */
	struct str id;
};

/* EX_OK; the arguments stand from optind on. */
int sample_options_read(const char *command, int argc, char **argv, struct sample_options *o);

/* The channel of that name, or NULL with *status. */
const struct channel *sample_channel(
    const char *command, const struct config *config, const char *name, int *status);

/*
 * The alerts to send: from a file, from the database, or specimens.  Several are a digest.  id: an
 * alert's or the beginning of it; NULL or "test": specimens.  False with *status.
 */
bool sample_find(const char *command, const struct sample_options *o, const char *id,
    struct arena *arena, struct sample *ret, int *status);

/* The next message of it; ret->told of its alerts are in it. */
bool sample_render(const struct config *config, const struct channel *ch,
    const struct sample *sample, struct arena *arena, struct message *ret, struct err *e);

#endif
