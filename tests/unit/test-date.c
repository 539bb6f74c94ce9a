#include "date.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* want: "YYYY-MM-DD hh:mm:ss" UTC, or NULL for no date. */
struct row {
	const char *in, *want;
};

static int64_t
seconds_of(const char *want)
{
	struct tm tm = { 0 };

	if (!want)
		return DATE_NONE;
	assert_int_equal(sscanf(want, "%d-%d-%d %d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
			     &tm.tm_hour, &tm.tm_min, &tm.tm_sec),
	    6);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm);
}

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ROW_I64(rows[i].in, date_parse(str_c(rows[i].in)), seconds_of(rows[i].want));
	ROWS_DONE();
}

#define EVENING "2026-11-24 17:05:09"
#define MORNING "2026-11-24 05:00:00"
#define MIDNIGHT "2026-11-24 00:00:00"

static void
rfc_822(void **state)
{
	static const struct row rows[] = {
		{ "Tue, 24 Nov 2026 17:05:09 GMT", EVENING },
		{ "Tue, 24 Nov 2026 17:05:09 +0000", EVENING },
		{ "Tue, 24 Nov 2026 17:05:09 -0000", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 +0200", EVENING },
		{ "Tue, 24 Nov 2026 12:05:09 -0500", EVENING },
		{ "24 Nov 2026 17:05:09 UT", EVENING },
		{ "24 Nov 2026 17:05:09 Z", EVENING },
		{ "24 Nov 2026 17:05:09Z", EVENING },
		{ "Tue,24 Nov 2026 17:05:09 GMT", EVENING },
		{ "Tue , 24 Nov 2026 17:05:09 GMT", EVENING },
		{ "Tue 24 Nov 2026 17:05:09 GMT", EVENING },
		{ "Tue, 24 Nov 2026, 17:05:09 GMT", EVENING },
		{ "Tues, 24 November 2026 17:05:09 GMT", EVENING },
		{ "TUE, 24 NOV 2026 17:05:09 GMT", EVENING },
		{ "tue, 24 nov 2026 17:05:09 gmt", EVENING },
		{ "Tue, 24 Nov. 2026 17:05:09 GMT", EVENING },
		{ "Tue, 24-Nov-2026 17:05:09 GMT", EVENING },
		{ "Tue, 24 Nov 2026 12:05:09 --0500", EVENING },
		{ "2026-11-24T12:05:09:-0500", EVENING },
		{ "24.11.2026 -0500", MORNING },
		{ "24 Nov -2026", MIDNIGHT },
		{ "Tue, 03 11 2026", "2026-11-03 00:00:00" },
		{ "Wed, 03 11 2026", "2026-03-11 00:00:00" },
		{ "Mon, 03 11 2026", "2026-11-03 00:00:00" }, /* neither: the usual order */
		{ "Tue, 03/11/2026", "2026-11-03 00:00:00" },
		{ "Tuesday, 24-Nov-26 17:05:09 GMT", EVENING },
		{ "Tue, 24 Nov 26 17:05:09 GMT", EVENING },
		{ "Mon, 24 Nov 2026 17:05:09 GMT", EVENING }, /* wrong weekday */
		{ "Xyz, 24 Nov 2026 17:05:09 GMT", EVENING },
		{ "Tue, 24 Nov 2026 17:05:09", EVENING }, /* no zone */
		{ "Tue, 24 Nov 2026 05:00 GMT", MORNING },
		{ "Tue, 24 Nov 2026 05:00 +0000", MORNING },
		{ "Tue, 24 Nov 2026 5:00:00 GMT", MORNING },
		{ "Tue, 24 Nov 2026", MIDNIGHT },
		{ "24 Nov 2026", MIDNIGHT },
		{ "Nov 2026", "2026-11-01 00:00:00" },
		{ "Sun, 1 Nov 2026 05:00:00 GMT", "2026-11-01 05:00:00" },
		{ "Sun, 01 Nov 2026 05:00:00 GMT", "2026-11-01 05:00:00" },
		{ "Sun,  1 Nov 2026  05:00:00  GMT", "2026-11-01 05:00:00" },
		{ "\n\tTue, 24 Nov 2026\n 17:05:09 GMT \n", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 +0100 (CET)", EVENING },
		{ "Tue, 24 Nov 2026 17:05:09 +00:00", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 GMT+2", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 GMT+0200", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 UTC+02:00", EVENING },
		{ "Tue, 24 Nov 2026 12:05:09 GMT-0500", EVENING },
		{ "Tue, 24 Nov 2026 17:05:09 +0000 GMT", EVENING },
		{ "Tue, 24 Nov 2026 17:05:09.250 GMT", EVENING },
		{ "Tue, 24 Nov 2026 at 17:05:09 GMT", EVENING },
		{ "Tue, 24th Nov 2026 17:05:09 GMT", EVENING },
		{ "Posted: Tue, 24 Nov 2026 17:05:09 GMT", EVENING },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06 08:49:37" },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06 08:49:37" },
		{ "Fri, 31 Dec 99 23:59:59 GMT", "1999-12-31 23:59:59" },
		{ "Sat, 01 Jan 00 00:00:00 GMT", "2000-01-01 00:00:00" },
		{ "Sat, 01 Jan 103 00:00:00 GMT", "2003-01-01 00:00:00" },
		{ "Thu, 31 Dec 2026 24:00:00 GMT", "2027-01-01 00:00:00" },
		{ "Wed, 31 Dec 2008 23:59:60 GMT", "2009-01-01 00:00:00" },
		{ "Tue, 24 Nov 2026 17:05:09 XQZ", EVENING }, /* unknown zone: UTC */
		{ "Tue, 24 Nov 2026 17:05:09 +00:zz", EVENING },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
zones(void **state)
{
	static const struct row rows[] = {
		{ "Tue, 24 Nov 2026 12:05:09 EST", EVENING },
		{ "Tue, 24 Nov 2026 13:05:09 EDT", EVENING },
		{ "Tue, 24 Nov 2026 11:05:09 CST", EVENING },
		{ "Tue, 24 Nov 2026 12:05:09 CDT", EVENING },
		{ "Tue, 24 Nov 2026 10:05:09 MST", EVENING },
		{ "Tue, 24 Nov 2026 11:05:09 MDT", EVENING },
		{ "Tue, 24 Nov 2026 09:05:09 PST", EVENING },
		{ "Tue, 24 Nov 2026 10:05:09 PDT", EVENING },
		{ "Tue, 24 Nov 2026 08:05:09 AKST", EVENING },
		{ "Tue, 24 Nov 2026 07:05:09 HST", EVENING },
		{ "Tue, 24 Nov 2026 13:35:09 NST", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 BST", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 CET", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 CEST", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 MEZ", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 MESZ", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 MET", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 EET", EVENING },
		{ "Tue, 24 Nov 2026 20:05:09 EEST", EVENING },
		{ "Tue, 24 Nov 2026 20:05:09 MSK", EVENING },
		{ "Tue, 24 Nov 2026 22:35:09 IST", EVENING },
		{ "Tue, 24 Nov 2026 22:50:09 NPT", EVENING },
		{ "Wed, 25 Nov 2026 01:05:09 SGT", EVENING },
		{ "Wed, 25 Nov 2026 02:05:09 JST", EVENING },
		{ "Wed, 25 Nov 2026 02:05:09 KST", EVENING },
		{ "Wed, 25 Nov 2026 03:05:09 AEST", EVENING },
		{ "Wed, 25 Nov 2026 04:05:09 AEDT", EVENING },
		{ "Wed, 25 Nov 2026 02:35:09 ACST", EVENING },
		{ "Wed, 25 Nov 2026 06:05:09 NZDT", EVENING },
		{ "Tue, 24 Nov 2026 14:05:09 BRT", EVENING },
		{ "Tue, 24 Nov 2026 14:05:09 ART", EVENING },
		{ "Tue, 24 Nov 2026 19:05:09 SAST", EVENING },
		{ "Tue, 24 Nov 2026 20:05:09 EAT", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 Europe/Paris", EVENING },
		{ "Fri, 24 Jul 2026 19:05:09 Europe/Paris", "2026-07-24 17:05:09" },
		{ "Tue, 24 Nov 2026 12:05:09 America/New_York", EVENING },
		{ "Fri, 24 Jul 2026 13:05:09 America/New_York", "2026-07-24 17:05:09" },
		{ "Fri, 24 Jul 2026 13:05:09 ET", "2026-07-24 17:05:09" },
		{ "2026-11-25 02:05:09 Asia/Tokyo", EVENING },
		{ "2026-03-29 01:59:59 Europe/Berlin", "2026-03-29 00:59:59" },
		{ "2026-03-29 03:00:00 Europe/Berlin", "2026-03-29 01:00:00" },
		{ "2026-10-25 03:00:00 Europe/Berlin", "2026-10-25 02:00:00" },
		{ "2026-11-01 02:00:00 America/New_York", "2026-11-01 07:00:00" },
		{ "2005-10-29 12:00:00 America/Chicago", "2005-10-29 17:00:00" },
		{ "Tue, 24 Nov 2026 18:05:09 +1", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 +01", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 +100", EVENING },
		{ "Tue, 24 Nov 2026 22:35:09 +0530", EVENING },
		{ "Tue, 24 Nov 2026 18:05:09 \xe2\x88\x92"
		  "0500",
		    "2026-11-24 23:05:09" },
		{ "Tue, 24 Nov 2026 17:05:09 +9900", EVENING }, /* no such zone */
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
iso_8601(void **state)
{
	static const struct row rows[] = {
		{ "2026", "2026-01-01 00:00:00" },
		{ "2026-11", "2026-11-01 00:00:00" },
		{ "2026-11-24", MIDNIGHT },
		{ "2026-11-24T05:00Z", MORNING },
		{ "2026-11-24T05Z", MORNING },
		{ "2026-11-24T17:05:09Z", EVENING },
		{ "2026-11-24t17:05:09z", EVENING },
		{ "2026-11-24T17:05:09.5Z", EVENING },
		{ "2026-11-24T17:05:09,123456Z", EVENING },
		{ "2026-11-24T17:05:09.123456789+00:00", EVENING },
		{ "2026-11-24T18:05:09+01:00", EVENING },
		{ "2026-11-24T18:05:09+0100", EVENING },
		{ "2026-11-24T18:05:09+01", EVENING },
		{ "2026-11-24T12:05:09-05:00", EVENING },
		{ "2026-11-24T17:05:09", EVENING },
		{ "2026-11-24 17:05:09", EVENING },
		{ "2026-11-24 17:05:09 UTC", EVENING },
		{ "2026-11-24 17:05:09 +0000", EVENING },
		{ "2026-11-24 18:05:09 +01:00", EVENING },
		{ "2026-11-24 17:05:09.0", EVENING },
		{ "2026-11-24  17:05:09", EVENING },
		{ "2026-11-24T 17:05:09Z", EVENING },
		{ "2026-11-24, 17:05:09", EVENING },
		{ "2026-11-24_17:05:09", EVENING },
		{ "2026-11-24T24:00:00Z", "2026-11-25 00:00:00" },
		{ "2026-12-31T24:00Z", "2027-01-01 00:00:00" },
		{ "2016-12-31T23:59:60Z", "2017-01-01 00:00:00" },
		{ "20261124", MIDNIGHT },
		{ "20261124T170509Z", EVENING },
		{ "20261124T0500Z", MORNING },
		{ "20261124T170509+0000", EVENING },
		{ "20261124T17:05:09Z", EVENING },
		{ "20261124170509", EVENING },
		{ "202611240500", MORNING },
		{ "2026-328", MIDNIGHT },
		{ "2026328", MIDNIGHT },
		{ "2024-366", "2024-12-31 00:00:00" },
		{ "2026-W48-2", MIDNIGHT },
		{ "2026W482", MIDNIGHT },
		{ "2026-W48", "2026-11-23 00:00:00" },
		{ "2025-W01-1", "2024-12-30 00:00:00" },
		{ "2026-W53-7", "2027-01-03 00:00:00" },
		{ "2026-1124", MIDNIGHT },
		{ "2026-11-4", "2026-11-04 00:00:00" },
		{ "2026-1-4 5:00", "2026-01-04 05:00:00" },
		{ "-03-12", "2003-12-01 00:00:00" },
		{ "-0312", "2003-12-01 00:00:00" },
		{ "031231", "2003-12-31 00:00:00" },
		{ "03335", "2003-12-01 00:00:00" },
		{ "-03335", "2003-12-01 00:00:00" },
		{ "03-335", "2003-12-01 00:00:00" },
		{ "-03-335", "2003-12-01 00:00:00" },
		{ "03-12-31", "2003-12-31 00:00:00" },
		{ "2026-11-24Z", MIDNIGHT },
		{ "2026-11-24+01:00", "2026-11-23 23:00:00" },
		{ "2026-11-24-05:00", MORNING },
		{ "2026/11/24", MIDNIGHT },
		{ "2026/11/24 17:05:09", EVENING },
		{ "2026.11.24", MIDNIGHT },
		{ "2026.11.24 17:05", "2026-11-24 17:05:00" },
		{ "2026:11:24 17:05:09", EVENING },
		{ "2026/11", "2026-11-01 00:00:00" },
		{ "0001-01-01T00:00:00Z", "0001-01-01 00:00:00" },
		{ "9999-12-31T23:59:59Z", "9999-12-31 23:59:59" },
		{ "1969-12-31T23:59:59Z", "1969-12-31 23:59:59" },
		{ "1970-01-01T00:00:00Z", "1970-01-01 00:00:00" },
		{ "2026-11-24T05:00:00 PM", "2026-11-24 17:00:00" },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
other_forms(void **state)
{
	static const struct row rows[] = {
		{ "1795500000", "2026-11-24 06:00:00" },
		{ "1795500000.5", "2026-11-24 06:00:00" },
		{ "1795500000000", "2026-11-24 06:00:00" },
		{ "1795500000000000", "2026-11-24 06:00:00" },
		{ "1795500000000000000", "2026-11-24 06:00:00" },
		{ "999999999", "2001-09-09 01:46:39" },
		{ "Tue Nov 24 17:05:09 2026", EVENING },
		{ "Tue Nov  3 17:05:09 2026", "2026-11-03 17:05:09" },
		{ "Tue Nov 24 17:05:09 UTC 2026", EVENING },
		{ "Tue Nov 24 17:05:09 +0000 2026", EVENING },
		{ "Tue Nov 24 12:05:09 EST 2026", EVENING },
		{ "Tue Nov 24 2026 19:05:09 +0200", EVENING },
		{ "Tue Nov 24 2026 19:05:09 GMT+0200 (Eastern European Standard Time)", EVENING },
		{ "November 24, 2026", MIDNIGHT },
		{ "Nov 24, 2026 5:05:09 PM", EVENING },
		{ "Nov 24, 2026, 5:05 p.m.", "2026-11-24 17:05:00" },
		{ "Nov 24, 2026 5:05 p. m.", "2026-11-24 17:05:00" },
		{ "Nov. 24th, 2026 at 5pm", "2026-11-24 17:00:00" },
		{ "24 November 2026, 12:30 AM", "2026-11-24 00:30:00" },
		{ "24 November 2026, 12:30 PM", "2026-11-24 12:30:00" },
		{ "Tuesday, November 24, 2026 - 17:05", "2026-11-24 17:05:00" },
		{ "Tuesday 24th of November 2026 05:00:00 AM", MORNING },
		{ "11/24/2026", MIDNIGHT },
		{ "11/24/2026 5:00:00 AM", MORNING },
		{ "11/24/2026 5:05:09 PM", EVENING },
		{ "11/24/26", MIDNIGHT },
		{ "24/11/2026 05:00", MORNING },
		{ "24/11/26 05:00", MORNING },
		{ "24-11-2026 05:00:00", MORNING },
		{ "24.11.2026", MIDNIGHT },
		{ "24.11.2026 05:00", MORNING },
		{ "24.11.2026, 05.00 Uhr", MORNING },
		{ "24.11.26", MIDNIGHT },
		{ "24. 11. 2026 05:00", MORNING },
		{ "3.4.2026", "2026-04-03 00:00:00" },
		{ "11/2026", "2026-11-01 00:00:00" },
		{ "05:00 24.11.2026", MORNING },
		{ "05:00 2026-11-24", MORNING },
		{ "24/Nov/2026:17:05:09 +0000", EVENING },
		{ "2026-Nov-24 05:00", MORNING },
		{ "Nov-24-2026 05:00", MORNING },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
languages(void **state)
{
	static const struct row rows[] = {
		{ "Di, 24 Nov 2026 05:00:00 +0000", MORNING },
		{ "Dienstag, 24. November 2026, 05:00 Uhr", MORNING },
		{ "24. M\xc3\xa4rz 2026", "2026-03-24 00:00:00" },
		{ "Mi, 14 Okt 2026 05:00:00 +0000", "2026-10-14 05:00:00" },
		{ "1. Dez. 2026", "2026-12-01 00:00:00" },
		{ "5. J\xc3\xa4nner 2026", "2026-01-05 00:00:00" },
		{ "mar., 24 nov. 2026 06:00:00 +0100", MORNING },
		{ "mar 24 nov 2026 05:00", MORNING },
		{ "mardi 24 novembre 2026 \xc3\xa0 5h00", MORNING },
		{ "1er ao\xc3\xbbt 2026", "2026-08-01 00:00:00" },
		{ "12 f\xc3\xa9vrier 2026 14h30", "2026-02-12 14:30:00" },
		{ "3 d\xc3\xa9"
		  "c. 2026",
		    "2026-12-03 00:00:00" },
		{ "martes, 24 de noviembre de 2026", MIDNIGHT },
		{ "mi\xc3\xa9, 14 ene 2026 05:00:00 +0000", "2026-01-14 05:00:00" },
		{ "24 de agosto de 2026, 5:05 p. m.", "2026-08-24 17:05:00" },
		{ "ter, 24 nov 2026 02:00:00 -0300", MORNING },
		{ "24 de fevereiro de 2026", "2026-02-24 00:00:00" },
		{ "em 24 de mar\xc3\xa7o de 2026", "2026-03-24 00:00:00" },
		{ "mar, 24 mag 2026 05:00:00 +0000", "2026-05-24 05:00:00" },
		{ "24 gennaio 2026", "2026-01-24 00:00:00" },
		{ "luned\xc3\xac 6 luglio 2026 ore 05:00", "2026-07-06 05:00:00" },
		{ "di 24 maart 2026 05:00", "2026-03-24 05:00:00" },
		{ "24 mei 2026", "2026-05-24 00:00:00" },
		{ "24 mrt. 2026", "2026-03-24 00:00:00" },
		{ "wt., 24 lis 2026 05:00:00 +0000", MORNING },
		{ "24 pa\xc5\xba"
		  "dziernika 2026",
		    "2026-10-24 00:00:00" },
		{ "3 wrze\xc5\x9bnia 2026 r.", "2026-09-03 00:00:00" },
		{ "24 \xd0\xbd\xd0\xbe\xd1\x8f\xd0\xb1\xd1\x80\xd1\x8f 2026 \xd0\xb3., 05:00",
		    MORNING },
		{ "\xd0\x92\xd1\x82, 24 \xd0\x9d\xd0\xbe\xd1\x8f 2026 08:00:00 +0300", MORNING },
		{ "9 \xd0\xbc\xd0\xb0\xd1\x8f 2026", "2026-05-09 00:00:00" },
		{ "24 \xd0\xbd\xd0\xbe\xd1\x8f\xd0\xb1\xd1\x80\xd1\x8f 2026 08:00 "
		  "\xd0\x9c\xd0\xa1\xd0\x9a",
		    MORNING },
		{ "\xce\xa4\xcf\x81\xce\xb9, 24 \xce\x9d\xce\xbf\xce\xad 2026 05:00:00 GMT",
		    MORNING },
		{ "24 \xce\x99\xce\xbf\xcf\x85\xce\xbb\xce\xaf\xce\xbf\xcf\x85 2026",
		    "2026-07-24 00:00:00" },
		{ "24 \xce\x9c\xce\xb1\xce\x90\xce\xbf\xcf\x85 2026 5:00 \xce\xbc.\xce\xbc.",
		    "2026-05-24 17:00:00" },
		{ "24 \xce\x9d\xce\x9f\xce\x95\xce\x9c\xce\x92\xce\xa1\xce\x99\xce\x9f\xce\xa5 "
		  "2026",
		    MIDNIGHT },
		{ "2026. november 24. 5:00", MORNING },
		{ "2026-j\xc3\xbalius-13T9:15-05:00", "2026-07-13 14:15:00" },
		{ "2026. 11. 24.", MIDNIGHT },
		{ "24 maj 2026", "2026-05-24 00:00:00" },
		{ "den 24 augusti 2026 kl. 05:00", "2026-08-24 05:00:00" },
		{ "Sal, 24 Kas 2026 08:00:00 +0300", MORNING },
		{ "24 Kas\xc4\xb1m 2026 Sal\xc4\xb1", MIDNIGHT },
		{ "24 KASIM 2026", MIDNIGHT },
		{ "24 A\xc4\x9fustos 2026 05:00", "2026-08-24 05:00:00" },
		{ "24 \xc5\x9eubat 2026", "2026-02-24 00:00:00" },
		{ "2026\xe5\xb9\xb4"
		  "11\xe6\x9c\x88"
		  "24\xe6\x97\xa5",
		    MIDNIGHT },
		{ "2026\xe5\xb9\xb4"
		  "11\xe6\x9c\x88"
		  "24\xe6\x97\xa5(\xe7\x81\xab) 5:00",
		    MORNING },
		{ "2026\xe5\xb9\xb4"
		  "11\xe6\x9c\x88"
		  "24\xe6\x97\xa5 05\xe6\x99\x82"
		  "00\xe5\x88\x86",
		    MORNING },
		{ "2026\xe5\xb9\xb4"
		  "11\xe6\x9c\x88"
		  "24\xe6\x97\xa5 \xe4\xb8\x8b\xe5\x8d\x88"
		  "5:05:09",
		    EVENING },
		{ "2026\xe5\xb9\xb4"
		  "11\xe6\x9c\x88"
		  "24\xe6\x97\xa5 \xe6\x98\x9f\xe6\x9c\x9f\xe4\xba\x8c 05:00",
		    MORNING },
		{ "\xef\xbc\x92\xef\xbc\x90\xef\xbc\x92\xef\xbc\x96\xe5\xb9\xb4\xef\xbc\x91\xef\xbc"
		  "\x91\xe6\x9c\x88",
		    "2026-11-01 00:00:00" },
		{ "2026\xeb\x85\x84 11\xec\x9b\x94 24\xec\x9d\xbc \xec\x98\xa4\xed\x9b\x84 5:05",
		    "2026-11-24 17:05:00" },
		{ "2026\xeb\x85\x84 11\xec\x9b\x94 24\xec\x9d\xbc  05:00:00", MORNING },
		{ "2026\xeb\x85\x84 11\xec\x9b\x94 24\xec\x9d\xbc \xec\x98\xa4\xec\xa0\x84 "
		  "12\xec\x8b\x9c 5\xeb\xb6\x84",
		    "2026-11-24 00:05:00" },
		{ "2026. 11. 24. \xec\x98\xa4\xed\x9b\x84 5:05:09", EVENING },
		{ "24 prosince 2026", "2026-12-24 00:00:00" },
		{ "24. desember 2026", "2026-12-24 00:00:00" },
		{ "24 \xd0\xbb\xd0\xb8\xd1\x81\xd1\x82\xd0\xbe\xd0\xbf\xd0\xb0\xd0\xb4\xd0\xb0 "
		  "2026",
		    MIDNIGHT },
		{ "24. marraskuuta 2026", MIDNIGHT },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
no_dates(void **state)
{
	static const struct row rows[] = {
		{ "", NULL },
		{ " ", NULL },
		{ "yesterday", NULL },
		{ "now", NULL },
		{ "2 hours ago", NULL },
		{ "5 May", NULL },
		{ "05:00", NULL },
		{ "0", NULL },
		{ "12999", NULL },
		{ "-1795500000", NULL },
		{ "99999999999999999999", NULL },
		{ "2026-02-31T00:00:00Z", NULL },
		{ "2026-02-29", NULL },
		{ "1900-02-29", NULL },
		{ "2026-00-10", NULL },
		{ "2026-13-10", NULL },
		{ "2026-11-00", NULL },
		{ "2026-11-31", NULL },
		{ "2026-000", NULL },
		{ "2026-366", NULL },
		{ "2026-W54-1", NULL },
		{ "2026-W10-8", NULL },
		{ "0000-00-00 00:00:00", NULL },
		{ "0000-01-01", NULL },
		{ "Tue, 32 Nov 2026 05:00:00 GMT", NULL },
		{ "Tue, 24 Nov 2026 25:00:00 GMT", NULL },
		{ "Tue, 24 Nov 2026 24:01:00 GMT", NULL },
		{ "2026-11-24T10:61:55Z", NULL },
		{ "2026-11-24T10:14:61Z", NULL },
		{ "Tue, 24 Urt 2026 05:00:00 GMT", NULL },
		{ "Tue, Nov 05:00:00 GMT", NULL },
		{ "24/11", NULL },
		{ "13/13/2026", NULL },
		{ "not a date at all", NULL },
		{ "\xff\xfe\xfd", NULL },
		{ "2026-11-24T05:00:00Z 2026-11-24T05:00:00Z 2026-11-24T05:00:00Z "
		  "2026-11-24T05:00:00Z "
		  "2026-11-24T05:00:00Z 2026-11-24T05:00:00Z 2026-11-24T05:00:00Z "
		  "2026-11-24T05:00:00Z",
		    NULL },
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

/* Every day of four centuries and every kind of second survives the way there and back. */
static void
round_trip(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (int64_t day = date_days(1600, 1, 1); day <= date_days(2000, 12, 31); day++) {
		int64_t s = day * 86400 + (day * 7919 % 86400 + 86400) % 86400;
		struct str rfc3339 = date_rfc3339(s, arena), rfc5322 = date_rfc5322(s, arena);
		struct civil c;

		assert_true(date_civil(s, &c));
		assert_int_equal(date_days(c.year, c.month, c.day), day);
		if (date_parse(rfc3339) != s)
			ROW_I64(str_z(arena, rfc3339), date_parse(rfc3339), s);
		if (c.year >= 1000 && date_parse(rfc5322) != s)
			ROW_I64(str_z(arena, rfc5322), date_parse(rfc5322), s);
		arena_reset(arena);
	}
	ROWS_DONE();
	arena_free(arena);
}

static void
written(void **state)
{
	static const struct {
		const char *name;
		int64_t s;
		const char *rfc3339, *rfc5322;
	} rows[] = {
		{ "epoch", 0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000" },
		{ "before it", -1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 +0000" },
		{ "morning", 1795496400, "2026-11-24T05:00:00Z",
		    "Tue, 24 Nov 2026 05:00:00 +0000" },
		{ "year 0", -62167219200, "0000-01-01T00:00:00Z",
		    "Sat, 01 Jan 0000 00:00:00 +0000" },
		{ "before year 0", -62167219201, "", "" },
		{ "last second", 253402300799, "9999-12-31T23:59:59Z",
		    "Fri, 31 Dec 9999 23:59:59 +0000" },
		{ "beyond", 253402300800, "", "" },
		{ "none", DATE_NONE, "", "" },
		{ "far", INT64_MAX, "", "" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ROW_STR(rows[i].name, date_rfc3339(rows[i].s, arena), str_c(rows[i].rfc3339));
		ROW_STR(rows[i].name, date_rfc5322(rows[i].s, arena), str_c(rows[i].rfc5322));
	}
	ROWS_DONE();
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_822),
		cmocka_unit_test(zones),
		cmocka_unit_test(iso_8601),
		cmocka_unit_test(other_forms),
		cmocka_unit_test(languages),
		cmocka_unit_test(no_dates),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
