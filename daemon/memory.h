/*
 * Libraries get their memory from mem.h: out of memory is one thing everywhere, a line in the log
 * and the end of the process, and not whatever each of them makes of it.
 *
 * SQLite is left alone: it undoes what it was about and says so, and the ledger waits.  libxml2 is
 * only asked for a table; pcre2 is given ours where it is used (alerts/regex.c).
 */
#ifndef DAEMON_MEMORY_H
#define DAEMON_MEMORY_H

/* To libev, jansson and OpenSSL.  First of all in a process: what they have by then they would give
 * back to another allocator. */
void memory_share(void);

/* curl_global_init() with mem.h's memory: like it, once for each curl_global_cleanup(). */
void memory_share_curl(void);

#endif
