#include "date.h"

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in(int64_t year, int month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool
date_is_day(int64_t year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
}

int64_t
date_days(int64_t year, int month, int day)
{
	/* years that begin in March, so that the leap day is the last one; eras of 400 years */
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
}

bool
date_civil(int64_t s, struct civil *ret)
{
	int64_t day, rest, z, era, of_era, year_of_era, day_of_year, month;

	if (s < date_days(0, 1, 1) * 86400 || s >= date_days(10000, 1, 1) * 86400)
		return false;
	day = s / 86400 - (s % 86400 < 0);
	rest = s - day * 86400;
	z = day + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	of_era = z - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * day_of_year + 2) / 153;
	ret->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	ret->month = (int)(month < 10 ? month + 3 : month - 9);
	ret->year = (int)(year_of_era + era * 400 + (ret->month <= 2));
	ret->hour = (int)(rest / 3600);
	ret->minute = (int)(rest / 60 % 60);
	ret->second = (int)(rest % 60);
	ret->weekday = (int)(((day + 3) % 7 + 7) % 7);
	return true;
}

struct str
date_rfc3339(int64_t s, struct arena *arena)
{
	struct civil c;

	if (!date_civil(s, &c))
		return STR("");
	return str_fmt(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
	    c.minute, c.second);
}

struct str
date_rfc5322(int64_t s, struct arena *arena)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil c;

	if (!date_civil(s, &c))
		return STR("");
	return str_fmt(arena, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[c.weekday], c.day,
	    months[c.month - 1], c.year, c.hour, c.minute, c.second);
}
