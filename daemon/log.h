/*
 * The log: one logfmt line an event on standard error, for the operator at 3 a.m. and for the
 * journal:
 *
 *	feed=kernel event=fetch-failed status=503: server says 503, asking again in 2 h
 *
 * Under systemd (JOURNAL_STREAM is set) each line begins with its priority, "<4>".  Secrets are
 * never passed here; control characters of outside text are replaced.
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include "str.h"

enum log_level {
	LOG_LEVEL_CRIT,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

struct log_field {
	const char *key;
	struct str value; /* quoted when it has to be */
};

/* Lines above this level are left out; the default is LOG_LEVEL_INFO. */
void log_init(enum log_level most);
/* Would it be written?  For texts that cost something. */
bool log_wants(enum log_level level);

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* A number as a field's value, in one of a few static buffers: for use inside one LOG call. */
struct str log_number(int64_t v);

#define LOG_FIELDS(...)                                                                            \
	(const struct log_field[]){ __VA_ARGS__ },                                                 \
	    sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field)

#endif
