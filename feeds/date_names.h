/*
 * The words of dates: months in many languages, time zones, before and after noon, the units of
 * Chinese, Japanese and Korean.
 */
#ifndef FEEDS_DATE_NAMES_H
#define FEEDS_DATE_NAMES_H

#include "str.h"

/* A word as the tables below know it: lower case, no accents.  Returns its length, 0 when it is too
 * long. */
#define DATE_WORD_MAX 48
size_t date_fold(struct str word, char out[DATE_WORD_MAX]);

/* 1-12 for a folded name or abbreviation of a month in any language, else 0. */
int date_month(struct str folded);

/* 0-6, Monday first, for a folded English name or abbreviation of a weekday, else -1. */
int date_weekday(struct str folded);

enum date_half { HALF_NONE, HALF_AM, HALF_PM };
enum date_half date_half(struct str folded);

enum dst_rule { DST_NONE, DST_EU, DST_US };

struct date_zone {
	const char *name; /* folded */
	int minutes;      /* east of Greenwich, standard time */
	enum dst_rule dst;
};

/* "est", "cest", "europe/paris"; NULL when unknown. */
const struct date_zone *date_zone(struct str folded);

enum date_unit { UNIT_NONE, UNIT_YEAR, UNIT_MONTH, UNIT_DAY, UNIT_HOUR, UNIT_MINUTE, UNIT_SECOND };
/* The unit s begins with and its bytes in *n. */
enum date_unit date_unit(struct str s, size_t *n);

#endif
