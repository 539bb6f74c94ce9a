#include "posix_tz.h"

#include "ascii.h"
#include "date.h"

#define DAY_S ((int64_t)86400)
#define HOUR_S 3600
#define TIME_DEFAULT_S (2 * HOUR_S)
#define HOURS_OFFSET_MAX 24
#define HOURS_TIME_MAX 167

/* ---- reading ---- */

static bool
skip(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

static bool
begins_number(struct str s)
{
	return s.n && ascii_is_digit(s.p[0]);
}

static bool
read_number(struct str *s, int min, int max, int *ret)
{
	int n = 0;

	if (!begins_number(*s))
		return false;
	for (int digits = 0; begins_number(*s); digits++) {
		if (digits == 3)
			return false;
		n = n * 10 + (s->p[0] - '0');
		*s = str_sub(*s, 1, s->n);
	}
	*ret = n;
	return n >= min && n <= max;
}

/* "CET" or "<-03>". */
static bool
read_name(struct str *s, struct str *ret)
{
	size_t n = 0;

	if (skip(s, '<')) {
		n = str_find_char(*s, '>');
		if (n == STR_NONE || n == 0)
			return false;
		*ret = str_sub(*s, 0, n);
		*s = str_sub(*s, n + 1, s->n);
		return true;
	}
	while (n < s->n && ascii_is_letter(s->p[n]))
		n++;
	*ret = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool
read_time(struct str *s, int hours_max, int32_t *ret)
{
	bool negative = skip(s, '-');
	int hours, minutes = 0, seconds = 0;

	if (!negative)
		skip(s, '+');
	if (!read_number(s, 0, hours_max, &hours))
		return false;
	if (skip(s, ':') && !read_number(s, 0, 59, &minutes))
		return false;
	if (skip(s, ':') && !read_number(s, 0, 59, &seconds))
		return false;
	*ret = hours * HOUR_S + minutes * 60 + seconds;
	if (negative)
		*ret = -*ret;
	return true;
}

static bool
read_change(struct str *s, struct posix_change *ret)
{
	*ret = (struct posix_change){ .form = CHANGE_DAY, .time_s = TIME_DEFAULT_S };
	if (skip(s, 'M')) {
		ret->form = CHANGE_WEEKDAY;
		if (!read_number(s, 1, 12, &ret->month) || !skip(s, '.') ||
		    !read_number(s, 1, 5, &ret->week) || !skip(s, '.') ||
		    !read_number(s, 0, 6, &ret->day))
			return false;
	} else if (skip(s, 'J')) {
		ret->form = CHANGE_JULIAN;
		if (!read_number(s, 1, 365, &ret->day))
			return false;
	} else if (!read_number(s, 0, 365, &ret->day))
		return false;
	return !skip(s, '/') || read_time(s, HOURS_TIME_MAX, &ret->time_s);
}

bool
posix_tz_read(struct str text, struct posix_tz *ret)
{
	*ret = (struct posix_tz){ 0 };
	/* POSIX counts westwards */
	if (!read_name(&text, &ret->standard) ||
	    !read_time(&text, HOURS_OFFSET_MAX, &ret->standard_s))
		return false;
	ret->standard_s = -ret->standard_s;
	if (text.n == 0)
		return true;
	if (!read_name(&text, &ret->summer))
		return false;
	ret->summer_s = ret->standard_s + HOUR_S;
	if (text.n && text.p[0] != ',') {
		if (!read_time(&text, HOURS_OFFSET_MAX, &ret->summer_s))
			return false;
		ret->summer_s = -ret->summer_s;
	}
	return skip(&text, ',') && read_change(&text, &ret->to_summer) && skip(&text, ',') &&
	       read_change(&text, &ret->to_standard) && text.n == 0;
}

/* ---- reckoning ---- */

/* 0 = Sunday; 1970-01-01 was a Thursday. */
static int
weekday(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

static int64_t
day_of(const struct posix_change *c, int64_t year)
{
	int64_t january = date_days(year, 1, 1), day;

	switch (c->form) {
	case CHANGE_JULIAN:
		return january + c->day - 1 + (c->day >= 60 && date_is_day(year, 2, 29));
	case CHANGE_DAY:
		return january + c->day;
	case CHANGE_WEEKDAY:
		break;
	}
	day = date_days(year, c->month, 1);
	day += (c->day - weekday(day) + 7) % 7 + 7 * (c->week - 1);
	/* the fifth may not be there: then the last is meant */
	return day < date_days(c->month == 12 ? year + 1 : year, c->month % 12 + 1, 1) ? day
										       : day - 7;
}

int32_t
posix_tz_offset(const struct posix_tz *zone, int64_t at_s, struct str *abbreviation)
{
	struct civil local;
	int64_t to_summer, to_standard;
	bool summer;

	*abbreviation = zone->standard;
	if (zone->summer.n == 0 || !date_civil(at_s + zone->standard_s, &local))
		return zone->standard_s;
	to_summer = day_of(&zone->to_summer, local.year) * DAY_S + zone->to_summer.time_s -
		    zone->standard_s;
	to_standard = day_of(&zone->to_standard, local.year) * DAY_S + zone->to_standard.time_s -
		      zone->summer_s;
	if (to_summer < to_standard)
		summer = at_s >= to_summer && at_s < to_standard;
	else /* the southern half: summer over New Year */
		summer = at_s >= to_summer || at_s < to_standard;
	if (summer)
		*abbreviation = zone->summer;
	return summer ? zone->summer_s : zone->standard_s;
}
