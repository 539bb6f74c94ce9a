/*
 * A filter of system calls for the calling process and all that it starts: a table of rules becomes
 * a program of the kernel's seccomp (classic BPF).  What a rule does not name falls to the rest.
 *
 * The calls are those of the architecture this was compiled for; whoever comes by another table of
 * the same kernel (32 bits, x32) is ended.
 */
#ifndef DAEMON_FILTER_H
#define DAEMON_FILTER_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

struct filter_rule {
	uint32_t then;   /* SECCOMP_RET_... */
	const int *call; /* __NR_..., n of them */
	size_t n;
	/* When mask is not 0, only if these bits of the low 32 of argument `arg` are `bits`. */
	uint32_t mask, bits;
	unsigned arg;
};

#define FILTER_ERRNO(number) (SECCOMP_RET_ERRNO | (uint32_t)(number))
#define FILTER_CALLS(...)                                                                          \
	.call = (const int[]){ __VA_ARGS__ },                                                      \
	.n = sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int)

/*
 * In force from here on; the first rule that fits counts.  The process has given up new privileges
 * (PR_SET_NO_NEW_PRIVS) and has one thread.  False with *e (ERR_SYSTEM): nothing was done.
 */
bool filter_calls(const struct filter_rule *rules, size_t n, uint32_t rest, struct err *e);

#endif
