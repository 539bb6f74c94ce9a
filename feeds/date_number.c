#include "date_number.h"

#include "date.h"
#include "mem.h"

#define UNSET DATE_UNSET
#define PLAIN_MAX DATE_PLAIN_MAX

int64_t
date_full_year(int v, int digits)
{
	if (digits <= 2)
		return v < 50 ? 2000 + v : 1900 + v;
	return digits == 3 ? 1900 + v : v;
}

static void
set_year(struct date_scan *r, int64_t year)
{
	if (r->year != UNSET)
		return;
	r->year = year;
	r->plain_before_year = r->n_plain;
}

/* ".5", ",123" or ":123" behind the seconds. */
static void
skip_fraction(struct date_scan *r)
{
	char c = date_peek(r, 0);

	if ((c != '.' && c != ',' && c != ':') || !ascii_is_digit(date_peek(r, 1)))
		return;
	date_step(r, 1 + date_digits_at(r, 1));
}

/* Minutes and seconds behind the hour: ":05", ":05:06.7", "h05", ".05.06". */
static void
take_minutes(struct date_scan *r, int hour)
{
	char separator = date_peek(r, 0);

	r->hour = hour;
	r->minute = r->second = 0;
	date_step(r, 1);
	if (!ascii_is_digit(date_peek(r, 0)))
		return;
	r->minute = date_take_number(r, NULL);
	if ((date_peek(r, 0) == ':' || (date_peek(r, 0) == separator && separator == '.')) &&
	    ascii_is_digit(date_peek(r, 1))) {
		date_step(r, 1);
		r->second = date_take_number(r, NULL);
		skip_fraction(r);
	}
}

void
date_take_compact_time(struct date_scan *r)
{
	int digits, v = date_take_number(r, &digits);

	r->minute = r->second = 0;
	if (digits == 6) {
		r->second = v % 100;
		v /= 100;
	}
	if (digits >= 4) {
		r->minute = v % 100;
		v /= 100;
	}
	r->hour = digits == 6 || digits == 4 || digits <= 2 ? v : 99;
	skip_fraction(r);
}

static void
set_days_of_year(struct date_scan *r, int64_t year, int day_of_year)
{
	struct civil c;

	set_year(r, year);
	r->month = 13;
	if (day_of_year < 1 || !date_civil((date_days(year, 1, 1) + day_of_year - 1) * 86400, &c) ||
	    c.year != year)
		return;
	r->month = c.month;
	r->day = c.day;
}

/* "-W52-3" behind the year, past the 'W'. */
static void
take_week(struct date_scan *r, int64_t year)
{
	int digits, week = date_take_number(r, &digits), weekday = 1;
	int64_t first = date_days(year, 1, 4), day;
	struct civil c;

	if (digits == 3) {
		weekday = week % 10;
		week /= 10;
	} else if (date_peek(r, 0) == '-' && ascii_is_digit(date_peek(r, 1))) {
		date_step(r, 1);
		weekday = date_take_number(r, NULL);
	}
	set_year(r, year);
	r->month = 13;
	if (week < 1 || week > 53 || weekday < 1 || weekday > 7)
		return;
	/* 4 January is in week 1, 1970-01-01 was a Thursday */
	day = first - ((first + 3) % 7 + 7) % 7 + (week - 1) * 7 + weekday - 1;
	if (!date_civil(day * 86400, &c))
		return;
	r->year = c.year;
	r->month = c.month;
	r->day = c.day;
}

/* Behind a year of four digits and its '-', '/', '.' or ':': month, day. */
static void
take_month_day(struct date_scan *r, int64_t year)
{
	char separator = date_peek(r, 0);
	int digits, v;

	date_step(r, 1);
	if (date_digits_at(r, 0) == 3) {
		set_days_of_year(r, year, date_take_number(r, NULL));
		return;
	}
	v = date_take_number(r, &digits);
	set_year(r, year);
	r->month = v;
	if (digits == 4) {
		r->month = v / 100;
		r->day = v % 100;
	} else if (date_peek(r, 0) == separator && ascii_is_digit(date_peek(r, 1))) {
		date_step(r, 1);
		r->day = date_take_number(r, NULL);
	}
}

/*
 * a, b, c of a numeric date, the year not first.  With '/' the month comes first, as the frameworks
 * that write it do, unless that cannot be; with '.' and '-' the day does; but "03-12-31" is ISO
 * without its century.
 */
static void
set_triple(struct date_scan *r, char separator, int a, int b, int c, int c_digits)
{
	int64_t year = date_full_year(c, c_digits);
	bool month_first = separator == '/' ? date_is_day(year, a, b) : !date_is_day(year, b, a);

	if (separator == '-' && c_digits <= 2 && date_is_day(date_full_year(a, 2), b, c)) {
		set_year(r, date_full_year(a, 2));
		r->month = b;
		r->day = c;
		return;
	}
	set_year(r, year);
	r->month = month_first ? a : b;
	r->day = month_first ? b : a;
	r->swappable = true;
}

/* Behind a number of one or two digits, at a '-', '/' or '.' with a digit behind it. */
static void
take_triple(struct date_scan *r, int a)
{
	char separator = date_peek(r, 0);
	int b, c, digits;

	if (separator == '.' && r->hour == UNSET && r->month != UNSET && r->year != UNSET) {
		take_minutes(r, a);
		return;
	}
	date_step(r, 1);
	b = date_take_number(r, &digits);
	if (digits == 4) { /* 11/2026 */
		set_year(r, b);
		*(r->month == UNSET ? &r->month : &r->day) = a; /* "Nov-24-2026" */
	} else if (date_peek(r, 0) == separator && ascii_is_digit(date_peek(r, 1))) {
		date_step(r, 1);
		c = date_take_number(r, &digits);
		set_triple(r, separator, a, b, c, digits);
	} else if (r->n_plain + 2 <= PLAIN_MAX) {
		r->plain[r->n_plain++] = a;
		r->plain[r->n_plain++] = b;
	}
}

static void
set_unit(struct date_scan *r, enum date_unit unit, int v, int digits)
{
	switch (unit) {
	case UNIT_NONE:
		break;
	case UNIT_YEAR:
		set_year(r, date_full_year(v, digits));
		break;
	case UNIT_MONTH:
		r->month = v;
		break;
	case UNIT_DAY:
		r->day = v;
		break;
	case UNIT_HOUR:
		r->hour = v;
		r->minute = r->second = 0;
		break;
	case UNIT_MINUTE:
		r->minute = v;
		break;
	case UNIT_SECOND:
		r->second = v;
		break;
	}
}

/* 20261124, 202611241405, 20261124140506 and 2026328: all in one. */
static bool
take_long(struct date_scan *r, size_t digits)
{
	struct str all = str_sub(r->s, 0, digits);
	int64_t v;

	if ((digits != 7 && digits != 8 && digits != 12 && digits != 14) || !str_to_i64(all, &v) ||
	    r->year != UNSET)
		return false;
	date_step(r, digits);
	if (digits == 7) {
		set_days_of_year(r, v / 1000, (int)(v % 1000));
		return true;
	}
	if (digits == 14) {
		r->second = (int)(v % 100);
		v /= 100;
	}
	if (digits >= 12) {
		r->minute = (int)(v % 100);
		r->hour = (int)(v / 100 % 100);
		v /= 10000;
	}
	set_year(r, v / 10000);
	r->month = (int)(v / 100 % 100);
	r->day = (int)(v % 100);
	return true;
}

static bool
is_separator(char c)
{
	return c == '-' || c == '/' || c == '.';
}

/* A number that nothing touches: a year, or a day whose meaning shows later. */
static void
set_plain(struct date_scan *r, int v, int digits)
{
	if (digits >= 3)
		set_year(r, date_full_year(v, digits));
	else if (r->n_plain < PLAIN_MAX)
		r->plain[r->n_plain++] = v;
}

/* "24th", "1st", "2nd", "1er": the ending says nothing. */
static void
skip_ordinal(struct date_scan *r)
{
	static const struct str endings[] = { STR_INIT("st"), STR_INIT("nd"), STR_INIT("rd"),
		STR_INIT("th"), STR_INIT("er"), STR_INIT("\xc2\xba"), STR_INIT("\xc2\xaa") };

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (str_starts_ci(r->s, endings[i])) {
			date_step(r, endings[i].n);
			return;
		}
	}
}

bool
date_take_digits(struct date_scan *r)
{
	size_t run = date_digits_at(r, 0), unit_n;
	char sep = date_peek(r, run), next = date_peek(r, run + 1);
	int digits, v;
	enum date_unit unit;
	struct str after;

	if (run > 4)
		return take_long(r, run);
	v = date_take_number(r, &digits);
	for (after = r->s; after.n && after.p[0] == ' ';)
		after = str_sub(after, 1, after.n);
	unit = date_unit(after, &unit_n);
	if (unit != UNIT_NONE) {
		set_unit(r, unit, v, digits);
		date_step(r, r->s.n - after.n + unit_n);
	} else if (digits == 4 && ascii_is_digit(next) &&
		   (is_separator(sep) || (sep == ':' && r->month == UNSET && r->n_plain == 0))) {
		take_month_day(r, v);
	} else if (digits == 4 && (sep == 'W' || (sep == '-' && next == 'W'))) {
		date_step(r, sep == 'W' ? 1 : 2);
		take_week(r, v);
	} else if (digits <= 2 && sep == ':' && ascii_is_digit(next)) {
		take_minutes(r, v);
	} else if (digits <= 2 && (sep == 'h' || sep == 'H') && r->hour == UNSET) {
		take_minutes(r, v);
	} else if (digits <= 2 && is_separator(sep) && ascii_is_digit(next)) {
		take_triple(r, v);
	} else {
		set_plain(r, v, digits);
		skip_ordinal(r);
	}
	return true;
}
