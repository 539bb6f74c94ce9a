/*
 * What the process knows of itself.
 */
#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H

#include <stdint.h>

/* Bytes of memory that are really in use, 0 = unknown. */
int64_t process_memory(void);

#endif
