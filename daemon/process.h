/*
 * What the process knows of itself.
 */
#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of memory that are really in use, 0 = unknown. */
int64_t process_memory(void);

/* How many descriptors may be open, after the limit was raised as far as it goes. */
size_t process_descriptors(void);

#endif
