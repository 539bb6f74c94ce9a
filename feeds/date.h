/*
 * Any date a feed may write -> Unix seconds; and back.  No locale, no clock, no time zone database:
 * a date that is not there is DATE_NONE (item.h), never "now".
 */
#ifndef FEEDS_DATE_H
#define FEEDS_DATE_H

#include "arena.h"
#include "item.h"

/*
 * RFC 822/2822/HTTP and what they are corrupted to, ISO 8601 and W3CDTF in all precisions, asctime,
 * Unix seconds and milliseconds, month and day names in sixteen languages.  No zone means UTC; a
 * missing part counts as the first (January, the 1st, 00:00); a wrong weekday is ignored; 24:00 is
 * the next day; a leap second is the second after.  Impossible dates (31 February, 25:00) and years
 * outside 1-9999 are DATE_NONE.
 */
int64_t date_parse(struct str s);

/* "2026-11-24T05:00:00Z"; empty for DATE_NONE and years outside 0-9999. */
struct str date_rfc3339(int64_t s, struct arena *arena);
/* "Tue, 24 Nov 2026 05:00:00 +0000", for mail; empty likewise. */
struct str date_rfc5322(int64_t s, struct arena *arena);

struct civil {
	int year, month, day; /* month 1-12, day 1-31 */
	int hour, minute, second;
	int weekday; /* 0 = Monday */
};

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; month 1-12, no check of day.
 */
int64_t date_days(int64_t year, int month, int day);
/* Is there such a day?  Any month and day may be asked for. */
bool date_is_day(int64_t year, int month, int day);
/* Any second whose year is 0-9999; false (and *ret untouched) beyond. */
bool date_civil(int64_t s, struct civil *ret);

#endif
