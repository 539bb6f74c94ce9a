/*
 * The first half of date_parse: what stands in a date, token by token.  date.c says what it means.
 */
#ifndef FEEDS_DATE_SCAN_H
#define FEEDS_DATE_SCAN_H

#include "date_names.h"

#define DATE_UNSET (-1)
#define DATE_PLAIN_MAX 3

/* One date under way. */
struct date_scan {
	struct str s; /* what is left of it */
	char before;  /* the byte in front of s */
	int64_t year;
	int month, day;
	int hour, minute, second; /* hour DATE_UNSET: no time was seen */
	enum date_half half;
	int plain[DATE_PLAIN_MAX]; /* numbers of one or two digits whose meaning is not known yet */
	int n_plain, plain_before_year;
	int weekday;    /* 0 is Monday; of those only that English names */
	bool swappable; /* month and day were numbers, and might be the other way round */
	bool month_led; /* the month was the first word: "mar." may be a Tuesday */
	int words;
	const struct date_zone *zone;
	bool has_offset;
	int offset; /* minutes east of Greenwich */
};

/* Reads all of text; false when it holds a number that no date has. */
bool date_scan(struct str text, struct date_scan *ret);

/* RFC 2822: two digits are 1950-2049, three count from 1900. */
int64_t date_full_year(int v, int digits);

/* A date in exactly one of the two common forms (date_exact.c), trimmed; else DATE_NONE. */
int64_t date_exact(struct str s);

#endif
