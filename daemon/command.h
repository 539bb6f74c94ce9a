/*
 * The commands of `newsbell`: one function each, argv[0] is the command's name.  They return an
 * exit status of sysexits.h, print results on standard output and problems on standard error.
 */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include "diag.h"

int command_check(int argc, char **argv);
int command_match(int argc, char **argv);
int command_parse(int argc, char **argv);

/* All of them on standard error. */
void command_diags(const struct diags *diags);
/* "newsbell COMMAND: why" on standard error, and the status back. */
int command_fail(const char *command, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
