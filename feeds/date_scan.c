#include "date_scan.h"

#include "date.h"
#include "mem.h"

#define UNSET DATE_UNSET
#define PLAIN_MAX DATE_PLAIN_MAX
#define OFFSET_MAX (18 * 60) /* minutes a zone may lie from Greenwich */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The character k bytes ahead, NUL at the end. */
static char
peek(const struct date_scan *r, size_t k)
{
	return k < r->s.n ? r->s.p[k] : '\0';
}

static void
step(struct date_scan *r, size_t n)
{
	if (n == 0)
		return;
	r->before = r->s.p[n - 1];
	r->s = str_sub(r->s, n, r->s.n);
}

/* Up to nine digits as a number; their count in *digits. */
static int
take_number(struct date_scan *r, int *digits)
{
	int v = 0, n = 0;

	while (n < 9 && is_digit(peek(r, 0))) {
		v = v * 10 + (peek(r, 0) - '0');
		step(r, 1);
		n++;
	}
	if (digits)
		*digits = n;
	return v;
}

/* How many digits stand at s + k. */
static size_t
digits_at(const struct date_scan *r, size_t k)
{
	size_t n = 0;

	while (is_digit(peek(r, k + n)))
		n++;
	return n;
}

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
	char c = peek(r, 0);

	if ((c != '.' && c != ',' && c != ':') || !is_digit(peek(r, 1)))
		return;
	step(r, 1 + digits_at(r, 1));
}

/* Minutes and seconds behind the hour: ":05", ":05:06.7", "h05", ".05.06". */
static void
take_minutes(struct date_scan *r, int hour)
{
	char separator = peek(r, 0);

	r->hour = hour;
	r->minute = r->second = 0;
	step(r, 1);
	if (!is_digit(peek(r, 0)))
		return;
	r->minute = take_number(r, NULL);
	if ((peek(r, 0) == ':' || (peek(r, 0) == separator && separator == '.')) &&
	    is_digit(peek(r, 1))) {
		step(r, 1);
		r->second = take_number(r, NULL);
		skip_fraction(r);
	}
}

/* "hh", "hhmm" or "hhmmss" behind a 'T'. */
static void
take_compact_time(struct date_scan *r)
{
	int digits, v = take_number(r, &digits);

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

/* "+02:00", "-0800", "+1", sign included. */
static void
take_offset(struct date_scan *r)
{
	int sign = peek(r, 0) == '-' ? -1 : 1, digits, hours, minutes = 0;

	step(r, 1);
	hours = take_number(r, &digits);
	if (digits == 6) /* seconds of an offset */
		hours /= 100;
	if (digits == 3 || digits == 4 || digits == 6) {
		minutes = hours % 100;
		hours /= 100;
	} else if (peek(r, 0) == ':' && is_digit(peek(r, 1))) {
		step(r, 1);
		minutes = take_number(r, NULL);
		if (peek(r, 0) == ':' && is_digit(peek(r, 1)))
			step(r, 1 + digits_at(r, 1));
	}
	if (minutes > 59 || hours > 99 || hours * 60 + minutes > OFFSET_MAX)
		return;
	r->has_offset = true;
	r->offset = sign * (hours * 60 + minutes);
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
	int digits, week = take_number(r, &digits), weekday = 1;
	int64_t first = date_days(year, 1, 4), day;
	struct civil c;

	if (digits == 3) {
		weekday = week % 10;
		week /= 10;
	} else if (peek(r, 0) == '-' && is_digit(peek(r, 1))) {
		step(r, 1);
		weekday = take_number(r, NULL);
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
	char separator = peek(r, 0);
	int digits, v;

	step(r, 1);
	if (digits_at(r, 0) == 3) {
		set_days_of_year(r, year, take_number(r, NULL));
		return;
	}
	v = take_number(r, &digits);
	set_year(r, year);
	r->month = v;
	if (digits == 4) {
		r->month = v / 100;
		r->day = v % 100;
	} else if (peek(r, 0) == separator && is_digit(peek(r, 1))) {
		step(r, 1);
		r->day = take_number(r, NULL);
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
}

/* Behind a number of one or two digits, at a '-', '/' or '.' with a digit behind it. */
static void
take_triple(struct date_scan *r, int a)
{
	char separator = peek(r, 0);
	int b, c, digits;

	if (separator == '.' && r->hour == UNSET && r->month != UNSET && r->year != UNSET) {
		take_minutes(r, a);
		return;
	}
	step(r, 1);
	b = take_number(r, &digits);
	if (digits == 4) { /* 11/2026 */
		set_year(r, b);
		*(r->month == UNSET ? &r->month : &r->day) = a; /* "Nov-24-2026" */
	} else if (peek(r, 0) == separator && is_digit(peek(r, 1))) {
		step(r, 1);
		c = take_number(r, &digits);
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
	step(r, digits);
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
			step(r, endings[i].n);
			return;
		}
	}
}

static bool
take_digits(struct date_scan *r)
{
	size_t run = digits_at(r, 0), unit_n;
	char sep = peek(r, run), next = peek(r, run + 1);
	int digits, v;
	enum date_unit unit;
	struct str after;

	if (run > 4)
		return take_long(r, run);
	v = take_number(r, &digits);
	for (after = r->s; after.n && after.p[0] == ' ';)
		after = str_sub(after, 1, after.n);
	unit = date_unit(after, &unit_n);
	if (unit != UNIT_NONE) {
		set_unit(r, unit, v, digits);
		step(r, r->s.n - after.n + unit_n);
	} else if (digits == 4 && is_digit(next) &&
		   (is_separator(sep) || (sep == ':' && r->month == UNSET && r->n_plain == 0))) {
		take_month_day(r, v);
	} else if (digits == 4 && (sep == 'W' || (sep == '-' && next == 'W'))) {
		step(r, sep == 'W' ? 1 : 2);
		take_week(r, v);
	} else if (digits <= 2 && sep == ':' && is_digit(next)) {
		take_minutes(r, v);
	} else if (digits <= 2 && (sep == 'h' || sep == 'H') && r->hour == UNSET) {
		take_minutes(r, v);
	} else if (digits <= 2 && is_separator(sep) && is_digit(next)) {
		take_triple(r, v);
	} else {
		set_plain(r, v, digits);
		skip_ordinal(r);
	}
	return true;
}

static bool
is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "PM" behind a lonely number makes that the hour ("5 pm"), unless it stands before the time. */
static void
set_half(struct date_scan *r, enum date_half half, struct str after)
{
	while (after.n && (after.p[0] == ' ' || after.p[0] == '.'))
		after = str_sub(after, 1, after.n);
	r->half = half;
	if (r->hour == UNSET && r->n_plain > (r->day == UNSET) &&
	    !(after.n && is_digit(after.p[0]))) {
		r->hour = r->plain[--r->n_plain];
		r->minute = r->second = 0;
	}
}

static void
read_word(struct date_scan *r, struct str word, bool is_place)
{
	char folded[DATE_WORD_MAX];
	struct str key = str_n(folded, date_fold(word, folded));
	int month = is_place ? 0 : date_month(key);
	const struct date_zone *zone = NULL;
	enum date_half half = is_place ? HALF_NONE : date_half(key);

	r->words++;
	if (r->hour != UNSET || is_place)
		zone = date_zone(key);
	if (month && (r->month == UNSET || r->month_led)) {
		r->month_led = r->month == UNSET && r->words == 1 && r->n_plain == 0;
		r->month = month;
	} else if (half != HALF_NONE) {
		set_half(r, half, str_sub(r->s, word.n, r->s.n));
	} else if (zone && !r->zone && !r->has_offset) {
		r->zone = zone;
	}
}

/* "a. m.", "p.m.", "a.m": returns its bytes, 0 when it is something else. */
static size_t
dotted_half(const struct date_scan *r)
{
	size_t n = 1;

	if ((peek(r, 0) | 0x20) != 'a' && (peek(r, 0) | 0x20) != 'p')
		return 0;
	while (peek(r, n) == '.' || peek(r, n) == ' ')
		n++;
	if (n == 1 || (peek(r, n) | 0x20) != 'm' || is_word_byte(peek(r, n + 1)))
		return 0;
	return n + 1;
}

static void
take_word(struct date_scan *r)
{
	size_t n = dotted_half(r);
	bool is_place = false;

	if (n) {
		set_half(
		    r, (peek(r, 0) | 0x20) == 'a' ? HALF_AM : HALF_PM, str_sub(r->s, n, r->s.n));
		step(r, n);
		return;
	}
	while (is_word_byte(peek(r, n)) ||
	       (peek(r, n) == '.' && n == 2 && is_word_byte(peek(r, 3))) ||
	       (is_place && peek(r, n) == '_') ||
	       (n && peek(r, n) == '/' && is_word_byte(peek(r, n + 1)))) {
		is_place |= peek(r, n) == '/';
		n++;
	}
	if (n == 1 && (peek(r, 0) == 'T' || peek(r, 0) == 't') && is_digit(peek(r, 1))) {
		size_t digits = digits_at(r, 1);

		step(r, 1);
		if (peek(r, digits) != ':' && r->hour == UNSET)
			take_compact_time(r);
		return;
	}
	read_word(r, str_sub(r->s, 0, n), is_place);
	step(r, n);
}

/* Is the sign here that of a zone?  It is behind a time, "GMT" or a whole date, not inside
 * "24-Nov-2026". */
static bool
at_offset(const struct date_scan *r)
{
	if (!is_digit(peek(r, 1)) || r->has_offset)
		return false;
	if (r->hour == UNSET)
		return r->day != UNSET && is_digit(r->before);
	return peek(r, 0) == '+' || str_is_space(r->before) || is_digit(r->before) || r->zone;
}

/* (CEST), (火): a remark. */
static void
skip_remark(struct date_scan *r)
{
	size_t close = str_find_char(r->s, ')');

	step(r, close == STR_NONE ? 1 : close + 1);
}

/* "-03-12", December 2003: ISO 8601 of 1988 let the century go. */
static void
take_short_year(struct date_scan *r)
{
	if (peek(r, 0) != '-' || digits_at(r, 1) != 2 || peek(r, 3) != '-' || digits_at(r, 4) != 2)
		return;
	if (r->s.n != 6)
		return;
	step(r, 1);
	r->year = date_full_year(take_number(r, NULL), 2);
	step(r, 1);
	r->month = take_number(r, NULL);
}

bool
date_scan(struct str text, struct date_scan *ret)
{
	struct date_scan *r = ret;

	*r = (struct date_scan){
		.s = text, .year = UNSET, .month = UNSET, .day = UNSET, .hour = UNSET
	};
	take_short_year(r);
	while (r->s.n) {
		char c = peek(r, 0);

		if (is_digit(c)) {
			if (!take_digits(r))
				return false;
		} else if (is_word_byte(c)) {
			take_word(r);
		} else if ((c == '+' || c == '-') && at_offset(r)) {
			take_offset(r);
		} else if (c == '(') {
			skip_remark(r);
		} else {
			step(r, 1);
		}
	}
	return true;
}
