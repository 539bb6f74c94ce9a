#include "date.h"

#include "date_scan.h"
#include "mem.h"
#include "utf8.h"

#define DATE_MAX 160 /* bytes; what is longer is no date */

/* Give the numbers without a meaning one, by their place. */
static bool
settle_plain(struct date_scan *r)
{
	int i = 0;

	if (r->month == DATE_UNSET) {
		bool year_first = r->year != DATE_UNSET && r->plain_before_year == 0;

		if (r->n_plain < 2 || r->year == DATE_UNSET)
			return r->year != DATE_UNSET && r->n_plain == 0;
		r->month = r->plain[year_first ? 0 : 1];
		r->day = r->plain[year_first ? 1 : 0];
		r->swappable = !year_first;
		return true;
	}
	if (r->day == DATE_UNSET && i < r->n_plain)
		r->day = r->plain[i++];
	if (r->year == DATE_UNSET && i < r->n_plain)
		r->year = date_full_year(r->plain[i], 2);
	return r->year != DATE_UNSET;
}

/* 0 is Monday; 1970-01-01 was a Thursday. */
static int
weekday_of(int64_t year, int month, int day)
{
	return (int)((date_days(year, month, day) % 7 + 7 + 3) % 7);
}

/* Numbers that may be month and day either way: the weekday knows. */
static void
settle_swap(struct date_scan *r)
{
	int month = r->day, day = r->month;

	if (!r->swappable || r->weekday == DATE_UNSET || !date_is_day(r->year, month, day) ||
	    weekday_of(r->year, month, day) != r->weekday)
		return;
	if (date_is_day(r->year, r->month, r->day) &&
	    weekday_of(r->year, r->month, r->day) == r->weekday)
		return;
	r->month = month;
	r->day = day;
}

static bool
settle_time(struct date_scan *r)
{
	if (r->hour == DATE_UNSET)
		r->hour = r->minute = r->second = 0;
	if (r->half == HALF_AM && r->hour == 12)
		r->hour = 0;
	else if (r->half == HALF_PM && r->hour < 12)
		r->hour += 12;
	if (r->hour == 24 && r->minute == 0 && r->second == 0)
		return true;
	return r->hour <= 23 && r->minute <= 59 && r->second <= 60;
}

/* Days from the epoch of the nth Sunday of a month; nth 5 is the last one. */
static int64_t
sunday(int64_t year, int month, int nth)
{
	int64_t first = date_days(year, month, 1);
	int64_t day = first + (10 - (first % 7 + 7) % 7) % 7 + (nth - 1) * 7;

	return nth == 5 && !date_is_day(year, month, (int)(day - first) + 1) ? day - 7 : day;
}

/* Is the summer hour added at local time `local_s` of the zone? */
static bool
is_summer(enum dst_rule rule, int64_t year, int64_t local_s, int offset_s)
{
	int64_t from, to; /* local standard time */

	switch (rule) {
	case DST_NONE:
		return false;
	case DST_EU:
		from = sunday(year, 3, 5) * 86400 + 3600 + offset_s;
		to = sunday(year, 10, 5) * 86400 + 3600 + offset_s;
		return local_s >= from && local_s - 3600 < to;
	case DST_US:
		from = (year >= 2007 ? sunday(year, 3, 2) : sunday(year, 4, 1)) * 86400 + 2 * 3600;
		to = (year >= 2007 ? sunday(year, 11, 1) : sunday(year, 10, 5)) * 86400 + 3600;
		return local_s >= from && local_s - 3600 < to;
	}
	return false;
}

static int64_t
settle(struct date_scan *r)
{
	int64_t local_s;
	int offset_s = 0;

	if (!settle_plain(r) || r->year < 1 || r->year > 9999)
		return DATE_NONE;
	settle_swap(r);
	if (r->month == DATE_UNSET)
		r->month = 1;
	if (r->day == DATE_UNSET)
		r->day = 1;
	if (!date_is_day(r->year, r->month, r->day) || !settle_time(r))
		return DATE_NONE;
	local_s = date_days(r->year, r->month, r->day) * 86400 + r->hour * 3600 + r->minute * 60 +
		  r->second;
	if (r->has_offset) {
		offset_s = r->offset * 60;
	} else if (r->zone) {
		offset_s = r->zone->minutes * 60;
		if (is_summer(r->zone->dst, r->year, local_s, offset_s))
			offset_s += 3600;
	}
	return local_s - offset_s;
}

/* Unix seconds, or milli-, micro- and nanoseconds, by the number of digits; a fraction is dropped.
 */
static bool
read_unix(struct str s, int64_t *ret)
{
	static const struct {
		size_t digits;
		int64_t per_second;
	} scales[] = { { 9, 1 }, { 10, 1 }, { 11, 1 }, { 13, 1000 }, { 16, 1000000 },
		{ 19, 1000000000 } };
	size_t point = str_find_char(s, '.');
	struct str whole = str_sub(s, 0, point == STR_NONE ? s.n : point);
	int64_t fraction, v;

	if (point != STR_NONE && !str_to_i64(str_sub(s, point + 1, point + 10), &fraction))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
		if (whole.n == scales[i].digits && whole.p[0] != '-' && str_to_i64(whole, &v)) {
			*ret = v / scales[i].per_second;
			return true;
		}
	}
	return false;
}

/*
 * The truncated forms of ISO 8601:1988, which scanning would take for other numbers: y, m, d are
 * digits of year, month and day; a day of three digits is one of the year.
 */
static bool
read_truncated(struct str s, int64_t *ret)
{
	static const struct str forms[] = { STR_INIT("yymmdd"), STR_INIT("-yymm"),
		STR_INIT("yyddd"), STR_INIT("-yyddd"), STR_INIT("yy-ddd"), STR_INIT("-yy-ddd") };

	for (size_t k = 0; k < ARRAY_LEN(forms); k++) {
		int year = 0, month = 0, day = 0;
		size_t i = 0;

		for (; i < s.n && s.n == forms[k].n; i++) {
			char c = forms[k].p[i];
			int *to = c == 'y' ? &year : c == 'm' ? &month : &day;

			if (c == '-' ? s.p[i] != '-' : s.p[i] < '0' || s.p[i] > '9')
				break;
			if (c != '-')
				*to = *to * 10 + s.p[i] - '0';
		}
		if (i < s.n || s.n != forms[k].n)
			continue;
		year = date_full_year(year, 2);
		if (str_find(forms[k], STR("ddd")) != STR_NONE) {
			*ret = (date_days(year, 1, 1) + day - 1) * 86400;
			return day >= 1 && day <= (date_is_day(year, 2, 29) ? 366 : 365);
		}
		day += day == 0 && !str_ends(forms[k], STR("dd"));
		*ret =
		    date_is_day(year, month, day) ? date_days(year, month, day) * 86400 : DATE_NONE;
		return *ret != DATE_NONE;
	}
	return false;
}

/* Full-width digits and signs of East Asia, typographic dashes and spaces, as their ASCII
 * relatives. */
static uint32_t
plain_character(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFF01 + '!';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	if (c == 0xA0 || (c >= 0x2000 && c <= 0x200F) || c == 0x202F || c == 0x3000 || c == 0xFEFF)
		return ' ';
	return c;
}

static size_t
plain_form(struct str s, char out[DATE_MAX])
{
	size_t n = 0;

	while (s.n) {
		uint32_t c;

		s = str_sub(s, utf8_decode(s, &c), s.n);
		n += utf8_encode(c == UTF8_BAD ? ' ' : plain_character(c), out + n);
	}
	return n;
}

int64_t
date_parse(struct str s)
{
	char plain[DATE_MAX];
	struct date_scan r;
	int64_t seconds;

	s = str_trim(s);
	if (s.n == 0 || s.n > DATE_MAX)
		return DATE_NONE;
	seconds = date_exact(s);
	if (seconds != DATE_NONE)
		return seconds;
	s = str_trim(str_n(plain, plain_form(s, plain)));
	if (read_unix(s, &seconds) || read_truncated(s, &seconds))
		return seconds;
	return date_scan(s, &r) ? settle(&r) : DATE_NONE;
}
