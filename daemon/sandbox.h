/*
 * Giving up for good what a process does not need, so that who takes it over has nothing: Landlock
 * for files and sockets (kernel 5.13), a seccomp filter for system calls.  Linux only; what the
 * kernel does not know is left out and said.
 */
#ifndef DAEMON_SANDBOX_H
#define DAEMON_SANDBOX_H

#include "err.h"

#include <stddef.h>

/*
 * For a process that computes: from here on it may read and write the descriptors it holds, ask for
 * memory (never executable), and end.  No file can be opened, no socket made, nothing executed;
 * asking for a file fails with EACCES, anything else ends the process.
 * False with *e (ERR_SYSTEM): not confined; the caller must not go on with hostile input.
 */
bool sandbox_compute(struct err *e);

/*
 * For the daemon once it has started: from here on it may read below some directories and write
 * below others, and no more: no file elsewhere, nothing executed, no process started (threads may
 * be), none watched or signalled, no memory that is both written and executed.  Whoever asks is
 * refused with EACCES or EPERM.  To be called while there is one thread.
 */
struct sandbox_directory {
	const char *path; /* one that is not there is left out */
	bool write;
};
bool sandbox_serve(const struct sandbox_directory *directories, size_t n, struct err *e);

/* No core dumps, and nobody but root looks into the memory: for a process that will hold secrets.
 */
void sandbox_keep_secrets(void);

/*
 * Landlock version of the running kernel; 0: none.  Without it the filter alone keeps files shut.
 */
int sandbox_landlock_version(void);

#endif
