#include "date_number.h"

#include "ascii.h"

#define UNSET DATE_UNSET
#define OFFSET_MAX (18 * 60) /* minutes a zone may lie from Greenwich */

/* "+02:00", "-0800", "+1", sign included. */
static void
take_offset(struct date_scan *r)
{
	int sign = date_peek(r, 0) == '-' ? -1 : 1, digits, hours, minutes = 0;

	date_step(r, 1);
	hours = date_take_number(r, &digits);
	if (digits == 6) /* seconds of an offset */
		hours /= 100;
	if (digits == 3 || digits == 4 || digits == 6) {
		minutes = hours % 100;
		hours /= 100;
	} else if (date_peek(r, 0) == ':' && ascii_is_digit(date_peek(r, 1))) {
		date_step(r, 1);
		minutes = date_take_number(r, NULL);
		if (date_peek(r, 0) == ':' && ascii_is_digit(date_peek(r, 1)))
			date_step(r, 1 + date_digits_at(r, 1));
	}
	if (minutes > 59 || hours > 99 || hours * 60 + minutes > OFFSET_MAX)
		return;
	r->has_offset = true;
	r->offset = sign * (hours * 60 + minutes);
}

static bool
is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || ascii_is_letter(c);
}

/* "PM" behind a lonely number makes that the hour ("5 pm"), unless it stands before the time. */
static void
set_half(struct date_scan *r, enum date_half half, struct str after)
{
	while (after.n && (after.p[0] == ' ' || after.p[0] == '.'))
		after = str_sub(after, 1, after.n);
	r->half = half;
	if (r->hour == UNSET && r->n_plain > (r->day == UNSET) &&
	    !(after.n && ascii_is_digit(after.p[0]))) {
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
	if (r->weekday == UNSET)
		r->weekday = date_weekday(key);
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

	if ((date_peek(r, 0) | 0x20) != 'a' && (date_peek(r, 0) | 0x20) != 'p')
		return 0;
	while (date_peek(r, n) == '.' || date_peek(r, n) == ' ')
		n++;
	if (n == 1 || (date_peek(r, n) | 0x20) != 'm' || is_word_byte(date_peek(r, n + 1)))
		return 0;
	return n + 1;
}

static void
take_word(struct date_scan *r)
{
	size_t n = dotted_half(r);
	bool is_place = false;

	if (n) {
		set_half(r, (date_peek(r, 0) | 0x20) == 'a' ? HALF_AM : HALF_PM,
		    str_sub(r->s, n, r->s.n));
		date_step(r, n);
		return;
	}
	while (is_word_byte(date_peek(r, n)) ||
	       (date_peek(r, n) == '.' && n == 2 && is_word_byte(date_peek(r, 3))) ||
	       (is_place && date_peek(r, n) == '_') ||
	       (n && date_peek(r, n) == '/' && is_word_byte(date_peek(r, n + 1)))) {
		is_place |= date_peek(r, n) == '/';
		n++;
	}
	if (n == 1 && (date_peek(r, 0) == 'T' || date_peek(r, 0) == 't') &&
	    ascii_is_digit(date_peek(r, 1))) {
		size_t digits = date_digits_at(r, 1);

		date_step(r, 1);
		if (date_peek(r, digits) != ':' && r->hour == UNSET)
			date_take_compact_time(r);
		return;
	}
	read_word(r, str_sub(r->s, 0, n), is_place);
	date_step(r, n);
}

/* Is the sign here that of a zone?  It is behind a time, "GMT" or a whole date, not inside
 * "24-Nov-2026". */
static bool
at_offset(const struct date_scan *r)
{
	if (!ascii_is_digit(date_peek(r, 1)) || r->has_offset)
		return false;
	if (r->hour == UNSET)
		return r->day != UNSET && (ascii_is_digit(r->before) ||
					      (r->year != UNSET && date_digits_at(r, 1) == 4));
	return date_peek(r, 0) == '+' || str_is_space(r->before) || ascii_is_digit(r->before) ||
	       r->before == '-' || r->before == ':' || r->zone;
}

/* (CEST), (火): a remark. */
static void
skip_remark(struct date_scan *r)
{
	size_t close = str_find_char(r->s, ')');

	date_step(r, close == STR_NONE ? 1 : close + 1);
}

/* "-03-12", December 2003: ISO 8601 of 1988 let the century go. */
static void
take_short_year(struct date_scan *r)
{
	if (date_peek(r, 0) != '-' || date_digits_at(r, 1) != 2 || date_peek(r, 3) != '-' ||
	    date_digits_at(r, 4) != 2)
		return;
	if (r->s.n != 6)
		return;
	date_step(r, 1);
	r->year = date_full_year(date_take_number(r, NULL), 2);
	date_step(r, 1);
	r->month = date_take_number(r, NULL);
}

bool
date_scan(struct str text, struct date_scan *ret)
{
	struct date_scan *r = ret;

	*r = (struct date_scan){ .s = text,
		.year = UNSET,
		.month = UNSET,
		.day = UNSET,
		.hour = UNSET,
		.weekday = UNSET };
	take_short_year(r);
	while (r->s.n) {
		char c = date_peek(r, 0);

		if (ascii_is_digit(c)) {
			if (!date_take_digits(r))
				return false;
		} else if (is_word_byte(c)) {
			take_word(r);
		} else if ((c == '+' || c == '-') && at_offset(r)) {
			take_offset(r);
		} else if (c == '(') {
			skip_remark(r);
		} else {
			date_step(r, 1);
		}
	}
	return true;
}
