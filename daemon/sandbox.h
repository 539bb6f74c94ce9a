/*
 * Giving up for good what a process does not need, so that who takes it over has nothing: Landlock
 * for files and sockets (kernel 5.13), a seccomp filter for system calls.  Linux only; what the
 * kernel does not know is left out and said.
 */
#ifndef DAEMON_SANDBOX_H
#define DAEMON_SANDBOX_H

#include "err.h"

/*
 * For a process that computes: from here on it may read and write the descriptors it holds, ask for
 * memory (never executable), and end.  No file can be opened, no socket made, nothing executed;
 * asking for a file fails with EACCES, anything else ends the process.
 * False with *e (ERR_SYSTEM): not confined; the caller must not go on with hostile input.
 */
bool sandbox_compute(struct err *e);

/*
 * Landlock version of the running kernel; 0: none.  Without it the filter alone keeps files shut.
 */
int sandbox_landlock_version(void);

#endif
