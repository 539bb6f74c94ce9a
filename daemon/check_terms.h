/*
 * How each line of the lists and each word of the expressions was understood.
 */
#ifndef DAEMON_CHECK_TERMS_H
#define DAEMON_CHECK_TERMS_H

#include "config.h"

#include <stdio.h>

/*
 * name: a list's or a watch's, or NULL for all.  json: a line each entry and watch.  False when
 * nothing has that name.
 */
bool check_terms_print(const struct config *c, const char *name, bool json, FILE *to);

/* Which names smart case takes for abbreviations, on one line: some of them, and how many. */
void check_capitals_print(const struct config *c, FILE *to);

#endif
