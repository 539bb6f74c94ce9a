/*
 * Zones of the system's zone database, by IANA name.
 */
#ifndef DAEMON_TIMEZONE_H
#define DAEMON_TIMEZONE_H

#include "tz.h"

#define TIMEZONE_DIR "/usr/share/zoneinfo" /* package tzdata */

/*
 * *ret is NULL for UTC, which needs no database.  False with *e: no such zone, no database, a
 * damaged file; *hint (in arena) is what to do, or empty.
 */
bool timezone_load(
    struct str name, struct arena *arena, const struct tz **ret, struct str *hint, struct err *e);

#endif
