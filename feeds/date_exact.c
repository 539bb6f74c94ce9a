/*
 * The two forms that nearly all dates have, read without looking for anything else: RFC 5322 with
 * all its parts, and RFC 3339.
 */
#include "ascii.h"
#include "date.h"
#include "date_scan.h"

#include <string.h>

struct exact {
	const char *p, *end;
	bool good;
};

static int
digits(struct exact *x, int n)
{
	int v = 0;

	for (; n > 0; n--) {
		if (x->p == x->end || *x->p < '0' || *x->p > '9') {
			x->good = false;
			return 0;
		}
		v = v * 10 + (*x->p++ - '0');
	}
	return v;
}

static void
expect(struct exact *x, char c)
{
	if (x->p == x->end || *x->p++ != c)
		x->good = false;
}

/* "+0100" or, with a colon, "+01:00": in seconds. */
static int
offset(struct exact *x, bool colon)
{
	bool minus = x->p < x->end && *x->p == '-';
	int hours, minutes;

	expect(x, minus ? '-' : '+');
	hours = digits(x, 2);
	if (colon)
		expect(x, ':');
	minutes = digits(x, 2);
	x->good = x->good && hours < 15 && minutes < 60;
	return (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
}

static int64_t
clock_time(struct exact *x)
{
	int hour = digits(x, 2), minute, second;

	expect(x, ':');
	minute = digits(x, 2);
	expect(x, ':');
	second = digits(x, 2);
	x->good = x->good && hour < 24 && minute < 60 && second < 60;
	return hour * 3600 + minute * 60 + second;
}

static int
month_name(struct exact *x)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int month = 0; month < 12 && x->end - x->p >= 3; month++)
		if (memcmp(x->p, names + (size_t)month * 3, 3) == 0) {
			x->p += 3;
			return month + 1;
		}
	x->good = false;
	return 1;
}

static int64_t
day_of(struct exact *x, int year, int month, int day)
{
	x->good = x->good && year >= 1 && date_is_day(year, month, day);
	return x->good ? date_days(year, month, day) * 86400 : 0;
}

/* "Tue, 24 Nov 2026 17:05:09 GMT" */
static int64_t
read_5322(struct exact *x)
{
	int64_t s;
	int year, month, day;

	if (x->end - x->p > 5 && x->p[3] == ',' && x->p[4] == ' ')
		x->p += 5;
	day = digits(x, x->end - x->p > 1 && x->p[1] == ' ' ? 1 : 2);
	expect(x, ' ');
	month = month_name(x);
	expect(x, ' ');
	year = digits(x, 4);
	expect(x, ' ');
	s = day_of(x, year, month, day) + clock_time(x);
	expect(x, ' ');
	if (x->end - x->p == 3 && memcmp(x->p, "GMT", 3) == 0)
		x->p += 3;
	else
		s -= offset(x, false);
	return s;
}

/* "2026-11-24T17:05:09.123Z" */
static int64_t
read_3339(struct exact *x)
{
	int year = digits(x, 4), month, day;
	int64_t s;

	expect(x, '-');
	month = digits(x, 2);
	expect(x, '-');
	day = digits(x, 2);
	expect(x, 'T');
	s = day_of(x, year, month, day) + clock_time(x);
	if (x->p < x->end && *x->p == '.')
		for (x->p++; x->p < x->end && ascii_is_digit(*x->p);)
			x->p++;
	if (x->p < x->end && *x->p == 'Z')
		x->p++;
	else
		s -= offset(x, true);
	return s;
}

int64_t
date_exact(struct str s)
{
	struct exact x = { s.p, s.p + s.n, s.n >= 20 };
	int64_t seconds;

	if (!x.good)
		return DATE_NONE;
	seconds = s.p[4] == '-' ? read_3339(&x) : read_5322(&x);
	return x.good && x.p == x.end ? seconds : DATE_NONE;
}
