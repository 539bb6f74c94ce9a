/*
 * A time zone as a value: the TZif bytes of the zone database (RFC 8536) -> offsets from UTC at any
 * second, past, present and by the footer's rule future.  Reads no file; NULL stands for UTC
 * everywhere.
 */
#ifndef ALERTS_TZ_H
#define ALERTS_TZ_H

#include "arena.h"
#include "err.h"

#define TZ_FILE_MAX ((size_t)256 << 10) /* bytes of a TZif file */

struct tz;

/*
 * tzif: a whole file of version 2 or later, copied as needed.  False with *e when it is none, is
 * cut short or contradicts itself.
 */
bool tz_read(struct str tzif, struct arena *arena, const struct tz **ret, struct err *e);

/* Seconds east of UTC at this instant; *abbreviation (may be NULL) is "CET", "-03", "UTC". */
int32_t tz_offset(const struct tz *zone, int64_t at_s, struct str *abbreviation);

/* What clocks on the wall show: seconds as if that were UTC. */
int64_t tz_local(const struct tz *zone, int64_t at_s);

/* A wall time that comes twice (clocks go back) has a first and a last instant. */
enum tz_pick { TZ_FIRST, TZ_LAST };
/*
 * The instant at which clocks on the wall show local_s.  A wall time that never comes (clocks go
 * forward over it) is the instant of the jump.
 */
int64_t tz_instant(const struct tz *zone, int64_t local_s, enum tz_pick pick);

#endif
