/*
 * Time zones and schedules: against the C library's zones, and over the days on which clocks
 * change.
 */
#include "moment.h"
#include "own_arena.h"

#include "calendar.h"
#include "date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ZONEINFO "/usr/share/zoneinfo/"

/* ---- zones ---- */

static struct str
read_whole(const char *path)
{
	char *bytes = arena_bytes(arena, TZ_FILE_MAX);
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return STR("");
	n = fread(bytes, 1, TZ_FILE_MAX, f);
	fclose(f);
	return str_n(bytes, n);
}

/* NULL when this machine has no zone database. */
static const struct tz *
find_zone(const char *name)
{
	struct str bytes = read_whole(str_z(arena, str_fmt(arena, ZONEINFO "%s", name)));
	const struct tz *zone = NULL;
	struct err e;

	if (bytes.n && !tz_read(bytes, arena, &zone, &e))
		fail_msg("%s: %s", name, e.text);
	return zone;
}

/* A TZif file of version 2 with no changes and this rule. */
static struct str
make_file(const char *rule)
{
	static const char header[] =
	    "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\1\0\0\0\4";
	static const char body[] = "\0\0\0\0\0\0LMT\0";
	struct str block = str_join(arena, str_n(header, 44), str_n(body, 10));

	return str_join(arena, str_join(arena, block, block), str_fmt(arena, "\n%s\n", rule));
}

static const struct tz *
rule_zone(const char *rule)
{
	const struct tz *zone = NULL;
	struct err e = { 0 };

	if (!tz_read(make_file(rule), arena, &zone, &e))
		fail_msg("%s: %s", rule, e.text);
	return zone;
}

static const char *const known[] = { "Europe/Berlin", "America/New_York", "America/St_Johns",
	"Australia/Lord_Howe", "Australia/Sydney", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
	"Africa/Casablanca", "Pacific/Apia", "Pacific/Chatham", "America/Santiago", "Asia/Gaza",
	"Europe/Dublin", "Africa/Cairo", "America/Nuuk", "Antarctica/Troll", "Etc/UTC",
	"Asia/Tokyo" };

static void
test_against_libc(void **state)
{
	const int64_t from = date_days(1930, 1, 1) * 86400, to = date_days(2090, 1, 1) * 86400;
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct tz *zone = find_zone(known[i]);

		if (!zone)
			continue;
		seen++;
		setenv("TZ", known[i], 1);
		tzset();
		for (int64_t t = from; t < to; t += 47 * 3600 + 1777) {
			time_t at = (time_t)t;
			struct str abbreviation;
			struct tm tm;
			int32_t got = tz_offset(zone, t, &abbreviation);

			localtime_r(&at, &tm);
			if (got == tm.tm_gmtoff && str_eq_c(abbreviation, tm.tm_zone))
				continue;
			fail_msg("%s at %lld: %d %.*s, libc says %ld %s", known[i], (long long)t,
			    got, STR_ARG(abbreviation), tm.tm_gmtoff, tm.tm_zone);
		}
	}
	if (!seen)
		skip();
}

/* Every second of wall time that is shown leads back to an instant that shows it. */
static void
test_there_and_back(void **state)
{
	const int64_t from = date_days(2005, 1, 1) * 86400, to = date_days(2040, 1, 1) * 86400;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct tz *zone = find_zone(known[i]);

		for (int64_t t = from; t < to; t += 1800) {
			int64_t local = tz_local(zone, t);
			int64_t first = tz_instant(zone, local, TZ_FIRST);
			int64_t last = tz_instant(zone, local, TZ_LAST);

			if ((first != t && last != t) || first > last)
				fail_msg("%s: %lld shows %lld, which is %lld or %lld", known[i],
				    (long long)t, (long long)local, (long long)first,
				    (long long)last);
		}
	}
}

#define AT(y, mo, d, h, mi) (date_days(y, mo, d) * 86400 + (h)*3600 + (mi)*60)

static void
test_rules(void **state)
{
	static const struct {
		const char *name, *rule;
		int year, month, day, hour, minute; /* UTC */
		int32_t offset_s;
		const char *abbreviation;
	} rows[] = {
		{ "no summer", "<+0530>-5:30", 2026, 7, 1, 0, 0, 19800, "+0530" },
		{ "west", "EST5EDT,M3.2.0,M11.1.0", 2026, 1, 1, 0, 0, -18000, "EST" },
		{ "a second before summer", "CET-1CEST,M3.5.0,M10.5.0/3", 2026, 3, 29, 0, 59, 3600,
		    "CET" },
		{ "summer begins", "CET-1CEST,M3.5.0,M10.5.0/3", 2026, 3, 29, 1, 0, 7200, "CEST" },
		{ "summer's last minute", "CET-1CEST,M3.5.0,M10.5.0/3", 2026, 10, 25, 0, 59, 7200,
		    "CEST" },
		{ "summer ends", "CET-1CEST,M3.5.0,M10.5.0/3", 2026, 10, 25, 1, 0, 3600, "CET" },
		{ "southern January", "AEST-10AEDT,M10.1.0,M4.1.0/3", 2026, 1, 10, 0, 0, 39600,
		    "AEDT" },
		{ "southern July", "AEST-10AEDT,M10.1.0,M4.1.0/3", 2026, 7, 10, 0, 0, 36000,
		    "AEST" },
		{ "half an hour of summer", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2026, 1, 10, 0,
		    0, 39600, "+11" },
		{ "winter time is the exception", "IST-1GMT0,M10.5.0,M3.5.0/1", 2026, 1, 10, 0, 0,
		    0, "GMT" },
		{ "the evening before", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, 3, 29, 1, 0, -3600,
		    "-01" },
		{ "hours beyond a day", "EET-2EEST,M3.4.4/50,M10.4.4/50", 2026, 3, 28, 0, 0, 10800,
		    "EEST" },
		{ "day without 29 February", "AAA0BBB,J60/0,J61/0", 2028, 3, 1, 0, 30, 3600,
		    "BBB" },
		{ "day with 29 February", "AAA0BBB,59/0,60/0", 2028, 2, 29, 0, 30, 3600, "BBB" },
		{ "summer all year", "XXX3EDT4,0/0,J365/23", 2026, 12, 31, 23, 0, -14400, "EDT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str abbreviation;
		int32_t got = tz_offset(rule_zone(rows[i].rule),
		    AT(rows[i].year, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute),
		    &abbreviation);

		ROW_I64(rows[i].name, got, rows[i].offset_s);
		ROW_STR(rows[i].name, abbreviation, str_c(rows[i].abbreviation));
	}
	ROWS_DONE();
}

static void
test_broken_files(void **state)
{
	static const char *const rules[] = { "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-25", "CET-1:60", "<>0", "<+01-1", "CET-1CEST,J0,J1", "CET-1CEST,366,1",
		"CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0 ", "CET-0001" };
	struct str good = make_file("CET-1CEST,M3.5.0,M10.5.0/3");
	const struct tz *zone = NULL;
	struct err e;

	(void)state;
	assert_true(tz_read(good, arena, &zone, &e));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		ROW(rules[i], !tz_read(make_file(rules[i]), arena, &zone, &e));
	for (size_t n = 0; n < good.n; n++)
		if (tz_read(str_sub(good, 0, n), arena, &zone, &e))
			fail_msg("cut at %zu: taken", n);
	/* Any byte changed: taken or refused, never a read beyond the end (the sanitizers look). */
	for (size_t n = 0; n < good.n; n++)
		for (int bit = 0; bit < 8; bit++) {
			struct str copy = str_dup(arena, good);

			((char *)(uintptr_t)copy.p)[n] ^= (char)(1 << bit);
			zone = NULL;
			if (tz_read(copy, arena, &zone, &e))
				tz_offset(zone, AT(2026, 7, 1, 0, 0), NULL);
		}
	ROWS_DONE();
}

/* ---- schedules ---- */

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define NEW_YORK "EST5EDT,M3.2.0,M11.1.0"
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
#define SYDNEY "AEST-10AEDT,M10.1.0,M4.1.0/3"
#define HAVANA "CST5CDT,M3.2.0/0,M11.1.0/1" /* clocks jump at midnight */

static void
row_time(const char *name, int64_t got, const char *want, int line)
{
	row_str(name, date_rfc3339(got, arena), date_rfc3339(moment(want), arena), line);
}

static void
test_schedules(void **state)
{
	static const struct {
		const char *name, *zone, *deliver, *at, *want;
	} rows[] = {
		{ "now", BERLIN, "now", "2026-11-25T10:00Z", "2026-11-25T10:00Z" },
		{ "daily in winter", BERLIN, "daily 08:00", "2026-11-25T06:59Z",
		    "2026-11-25T07:00Z" },
		{ "at the moment itself: the next", BERLIN, "daily 08:00", "2026-11-25T07:00Z",
		    "2026-11-26T07:00Z" },
		{ "daily in summer", BERLIN, "daily 08:00", "2026-07-01T05:00Z",
		    "2026-07-01T06:00Z" },
		{ "over the change to summer", BERLIN, "daily 08:00", "2026-03-28T12:00Z",
		    "2026-03-29T06:00Z" },
		{ "over the change to winter", BERLIN, "daily 08:00", "2026-10-24T12:00Z",
		    "2026-10-25T07:00Z" },
		{ "a time that never comes", BERLIN, "daily 02:30", "2026-03-28T12:00Z",
		    "2026-03-29T01:00Z" },
		{ "and the day after it", BERLIN, "daily 02:30", "2026-03-29T01:00Z",
		    "2026-03-30T00:30Z" },
		{ "a time that comes twice: the first", BERLIN, "daily 02:30", "2026-10-24T12:00Z",
		    "2026-10-25T00:30Z" },
		{ "and not once more", BERLIN, "daily 02:30", "2026-10-25T00:30Z",
		    "2026-10-26T01:30Z" },
		{ "midnight that never comes", HAVANA, "daily 00:00", "2026-03-07T12:00Z",
		    "2026-03-08T05:00Z" },
		{ "midnight that comes twice", HAVANA, "daily 00:00", "2026-10-31T12:00Z",
		    "2026-11-01T04:00Z" },
		{ "midnight, not once more", HAVANA, "daily 00:00", "2026-11-01T04:00Z",
		    "2026-11-02T05:00Z" },
		{ "weekdays on Friday evening", BERLIN, "weekdays 08:00", "2026-11-27T18:00Z",
		    "2026-11-30T07:00Z" },
		{ "weekdays on Monday morning", BERLIN, "weekdays 08:00", "2026-11-30T05:00Z",
		    "2026-11-30T07:00Z" },
		{ "the weekday is the wall's", SYDNEY, "weekdays 08:00", "2026-11-29T20:00Z",
		    "2026-11-29T21:00Z" },
		{ "weekly", NEW_YORK, "weekly mon 09:30", "2026-11-25T10:00Z",
		    "2026-11-30T14:30Z" },
		{ "weekly on the day, before", NEW_YORK, "weekly Monday 09:30", "2026-11-30T14:29Z",
		    "2026-11-30T14:30Z" },
		{ "weekly on the day, after", NEW_YORK, "weekly mon 09:30", "2026-11-30T14:30Z",
		    "2026-12-07T14:30Z" },
		{ "weekly over the change", BERLIN, "weekly sun 02:30", "2026-03-23T12:00Z",
		    "2026-03-29T01:00Z" },
		{ "every 2h", BERLIN, "every 2h", "2026-11-25T10:10Z", "2026-11-25T11:00Z" },
		{ "every 2h at its end", BERLIN, "every 2h", "2026-11-25T11:00Z",
		    "2026-11-25T13:00Z" },
		{ "every 15m", BERLIN, "every 15m", "2026-11-25T10:14Z", "2026-11-25T10:15Z" },
		{ "every 6h over summer's begin", BERLIN, "every 6h", "2026-03-29T00:10Z",
		    "2026-03-29T04:00Z" },
		{ "every 6h over summer's end", BERLIN, "every 6h", "2026-10-24T23:00Z",
		    "2026-10-25T05:00Z" },
		{ "every 1h into the jump", BERLIN, "every 1h", "2026-03-29T00:10Z",
		    "2026-03-29T01:00Z" },
		{ "every 1h in the hour that comes twice", BERLIN, "every 1h", "2026-10-25T00:10Z",
		    "2026-10-25T02:00Z" },
		{ "every 1h in its second", BERLIN, "every 1h", "2026-10-25T01:10Z",
		    "2026-10-25T02:00Z" },
		{ "every 30m where summer is half an hour", LORD_HOWE, "every 30m",
		    "2026-04-04T14:50Z", "2026-04-04T15:30Z" },
		{ "every day", BERLIN, "every 1d", "2026-11-25T10:00Z", "2026-11-25T23:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct deliver deliver;
		struct err e = { 0 };

		if (!deliver_parse(str_c(rows[i].deliver), &deliver, arena, &e))
			fail_msg("%s: %s", rows[i].name, e.text);
		row_time(rows[i].name,
		    deliver_next(&deliver, rule_zone(rows[i].zone), moment(rows[i].at)),
		    rows[i].want, __LINE__);
	}
	ROWS_DONE();
}

static void
test_quiet(void **state)
{
	static const struct {
		const char *name, *zone, *quiet, *at, *end; /* end NULL: not quiet */
	} rows[] = {
		{ "evening", BERLIN, "22:00-07:00", "2026-11-25T21:30Z", "2026-11-26T06:00Z" },
		{ "its first minute", BERLIN, "22:00-07:00", "2026-11-25T21:00Z",
		    "2026-11-26T06:00Z" },
		{ "before", BERLIN, "22:00-07:00", "2026-11-25T20:59Z", NULL },
		{ "after midnight", BERLIN, "22:00-07:00", "2026-11-25T23:30Z",
		    "2026-11-26T06:00Z" },
		{ "the end is not in it", BERLIN, "22:00-07:00", "2026-11-26T06:00Z", NULL },
		{ "at noon", BERLIN, "12:00-13:30", "2026-11-25T11:10Z", "2026-11-25T12:30Z" },
		{ "the short night", BERLIN, "22:00-07:00", "2026-03-28T21:30Z",
		    "2026-03-29T05:00Z" },
		{ "the long night", BERLIN, "22:00-07:00", "2026-10-24T20:30Z",
		    "2026-10-25T06:00Z" },
		{ "an end that never comes", BERLIN, "22:00-02:30", "2026-03-28T23:00Z",
		    "2026-03-29T01:00Z" },
		{ "after that", BERLIN, "22:00-02:30", "2026-03-29T01:00Z", NULL },
		{ "an end that comes twice", BERLIN, "22:00-02:30", "2026-10-25T00:10Z",
		    "2026-10-25T00:30Z" },
		{ "between the two", BERLIN, "22:00-02:30", "2026-10-25T00:40Z", NULL },
		{ "quiet once more", BERLIN, "22:00-02:30", "2026-10-25T01:10Z",
		    "2026-10-25T01:30Z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct tz *zone = rule_zone(rows[i].zone);
		struct quiet quiet;
		struct err e = { 0 };

		if (!quiet_parse(str_c(rows[i].quiet), &quiet, arena, &e))
			fail_msg("%s: %s", rows[i].name, e.text);
		ROW(rows[i].name,
		    quiet_is(&quiet, zone, moment(rows[i].at)) == (rows[i].end != NULL));
		if (rows[i].end)
			row_time(rows[i].name, quiet_end(&quiet, zone, moment(rows[i].at)),
			    rows[i].end, __LINE__);
	}
	ROWS_DONE();
}

/* Over years, in real zones: windows follow each other, at most two hours beyond their length. */
static void
test_schedules_go_on(void **state)
{
	static const struct {
		const char *deliver;
		int64_t longest_s;
	} rows[] = { { "every 15m", 900 + 7200 }, { "every 2h", 4 * 3600 },
		{ "daily 02:30", 26 * 3600 }, { "weekdays 00:00", 74 * 3600 },
		{ "weekly sun 02:00", 170 * 3600 } };

	(void)state;
	for (size_t z = 0; z < ARRAY_LEN(known); z++) {
		const struct tz *zone = find_zone(known[z]);

		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			int64_t t = moment("2026-01-01T00:00Z"), end = moment("2028-01-01T00:00Z");
			struct deliver deliver;

			assert_true(deliver_parse(str_c(rows[i].deliver), &deliver, arena, NULL));
			t = deliver_next(&deliver, zone, t);
			while (t < end) {
				int64_t next = deliver_next(&deliver, zone, t);

				if (next <= t || next - t > rows[i].longest_s)
					fail_msg("%s, %s: after %lld comes %lld", known[z],
					    rows[i].deliver, (long long)t, (long long)next);
				if (deliver_next(&deliver, zone, next - 1) != next)
					fail_msg("%s, %s: %lld is not the window's end for all",
					    known[z], rows[i].deliver, (long long)next);
				t = next;
			}
		}
	}
}

static void
test_reading(void **state)
{
	static const struct {
		const char *text, *print; /* print NULL: refused */
	} delivers[] = {
		{ "now", "now" },
		{ "every 2h", "every 2h" },
		{ "every 120m", "every 2h" },
		{ "every 90s", "every 90s" },
		{ "daily 8:00", "daily 08:00" },
		{ "weekdays  07:30", "weekdays 07:30" },
		{ "weekly Friday 17:00", "weekly fri 17:00" },
		{ "weekly fri 17:00", "weekly fri 17:00" },
		{ "hourly", NULL },
		{ "now 08:00", NULL },
		{ "every", NULL },
		{ "every 30s", NULL },
		{ "every 40d", NULL },
		{ "every 2h 30m", NULL },
		{ "daily", NULL },
		{ "daily 24:00", NULL },
		{ "daily 08:60", NULL },
		{ "daily 8", NULL },
		{ "daily 08:00 18:00", NULL },
		{ "weekly 08:00", NULL },
		{ "weekly someday 08:00", NULL },
	};
	static const struct {
		const char *text;
		bool good;
	} quiets[] = { { "22:00-07:00", true }, { "22:00 - 07:00", true }, { "7:00-9:00", true },
		{ "22:00", false }, { "22-7", false }, { "22:00-22:00", false },
		{ "22:00-24:00", false } },
	  limits[] = { { "20 per 1h", true }, { "1 per 1m", true }, { "0 per 1h", false },
		  { "20 per hour", false }, { "20", false }, { "20/1h", false },
		  { "-3 per 1h", false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(delivers); i++) {
		struct deliver deliver;
		bool good = deliver_parse(str_c(delivers[i].text), &deliver, arena, NULL);

		ROW(delivers[i].text, good == (delivers[i].print != NULL));
		if (good && delivers[i].print)
			ROW_STR(delivers[i].text, deliver_print(&deliver, arena),
			    str_c(delivers[i].print));
	}
	for (size_t i = 0; i < ARRAY_LEN(quiets); i++) {
		struct quiet quiet;

		ROW(quiets[i].text,
		    quiet_parse(str_c(quiets[i].text), &quiet, arena, NULL) == quiets[i].good);
	}
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct limit limit;

		ROW(limits[i].text,
		    limit_parse(str_c(limits[i].text), &limit, arena, NULL) == limits[i].good);
	}
	ROWS_DONE();
}

static void
test_show(void **state)
{
	(void)state;
	ROW_STR("summer", calendar_show(rule_zone(BERLIN), moment("2026-07-01T06:00Z"), arena),
	    STR("Wed 1 Jul 08:00 CEST"));
	ROW_STR("UTC", calendar_show(NULL, moment("2026-11-25T14:05Z"), arena),
	    STR("Wed 25 Nov 14:05 UTC"));
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_broken_files),
		cmocka_unit_test(test_schedules),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_schedules_go_on),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_show),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
