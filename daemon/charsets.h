/*
 * iconv reads a charset's tables from a file when it first meets it, and forgets them when others
 * were met since.
 */
#ifndef DAEMON_CHARSETS_H
#define DAEMON_CHARSETS_H

/*
 * From now on all of them are in memory, in this process and those it forks: for one that may open
 * no file, and for one that reads document after document.
 */
void charsets_keep(void);
/* After charsets_keep, and once. */
void charsets_drop(void);

#endif
