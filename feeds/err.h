/*
 * One error, as a value: what kind, and one line for a person.  feeds/ and alerts/ never log; who
 * decides what happens next says it once.
 */
#ifndef FEEDS_ERR_H
#define FEEDS_ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_INPUT,  /* bytes from outside are not what they should be */
	ERR_LIMIT,  /* a named cap was reached */
	ERR_CONFIG, /* the user's files say something impossible */
	ERR_SYSTEM, /* the machine said no: files, memory, processes, the database */
	ERR_NET,    /* the network or the peer said no */
};

#define ERR_TEXT_MAX 512

struct err {
	enum err_kind kind;
	char text[ERR_TEXT_MAX]; /* one line, no trailing period or newline; cut when longer */
};

/* Fills *e (which may be NULL) and returns false, so that failing is one line. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
