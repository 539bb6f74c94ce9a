/*
 * Telling the service manager how we are (sd_notify(3)'s protocol: a datagram to $NOTIFY_SOCKET).
 * Without one, all of it does nothing.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdint.h>

/* "READY=1", "STOPPING=1", "STATUS=...", "WATCHDOG=1"; lines separated by \n. */
void notify_send(const char *state);
/* RELOADING=1 with the monotonic time that Type=notify-reload wants. */
void notify_reloading(void);
/* Seconds between two pings that keep the watchdog content; 0 = there is none for us. */
double notify_watchdog_s(void);

#endif
