/*
 * For the files of targets: what must hold whatever the input, or the process ends; and the targets
 * of targets_files.c and targets_talk.c.
 */
#ifndef TESTS_FUZZ_PROMISE_H
#define TESTS_FUZZ_PROMISE_H

#include "str.h"

#include <stdio.h>
#include <stdlib.h>

#define PROMISE(condition) promise((condition), #condition, __FILE__, __LINE__)

static inline void
promise(bool holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
	abort();
}

void run_answer(struct str in);
void run_config(struct str in);
void run_control(struct str in);
void run_lmtp(struct str in);
void run_poll(struct str in);
void run_route(struct str in);
void run_template(struct str in);

#endif
