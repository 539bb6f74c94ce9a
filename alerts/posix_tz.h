/*
 * The rule at the end of a TZif file, as of POSIX TZ with RFC 8536's wider hours:
 * "CET-1CEST,M3.5.0,M10.5.0/3".
 */
#ifndef ALERTS_POSIX_TZ_H
#define ALERTS_POSIX_TZ_H

#include "str.h"

/* The day of a year on which clocks are changed, and when on that day. */
struct posix_change {
	enum { CHANGE_JULIAN, CHANGE_DAY, CHANGE_WEEKDAY } form; /* J60, 59, M3.5.0 */
	int day;         /* 1-365 without 29 February; 0-365; 0 = Sunday */
	int month, week; /* of CHANGE_WEEKDAY: 1-12, 1-5, 5 = the last */
	int32_t time_s;  /* wall time, -167 h to 167 h */
};

struct posix_tz {
	struct str standard, summer;  /* abbreviations, views of the text; summer may be empty */
	int32_t standard_s, summer_s; /* seconds east of UTC */
	struct posix_change to_summer, to_standard;
};

/* False when the text is no such rule. */
bool posix_tz_read(struct str text, struct posix_tz *ret);

/* Seconds east of UTC at this instant. */
int32_t posix_tz_offset(const struct posix_tz *zone, int64_t at_s, struct str *abbreviation);

#endif
