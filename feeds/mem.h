/*
 * Memory that cannot fail: out of memory ends the process.  The database is the state and the
 * supervisor restarts us; because every input has a cap, nobody outside can cause it.
 */
#ifndef FEEDS_MEM_H
#define FEEDS_MEM_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t n);
/* Like xrealloc for `count` elements of `size` bytes; a product that overflows ends the process. */
void *xreallocarray(void *p, size_t count, size_t size);

/*
 * What the calls above end with: abort, and whoever links a definition of his own may say so before
 * (daemon/log.c does).  It must not return, nor ask for memory.
 * n        bytes that were asked for; 0: only a library knows
 */
_Noreturn void mem_exhausted(size_t n);

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
