/*
 * The numbers of a date under way: what its digits say by their count and by what touches them.
 */
#ifndef FEEDS_DATE_NUMBER_H
#define FEEDS_DATE_NUMBER_H

#include "ascii.h"
#include "date_scan.h"

/* The character k bytes ahead, NUL at the end. */
static inline char
date_peek(const struct date_scan *r, size_t k)
{
	return k < r->s.n ? r->s.p[k] : '\0';
}

static inline void
date_step(struct date_scan *r, size_t n)
{
	if (n == 0)
		return;
	r->before = r->s.p[n - 1];
	r->s = str_sub(r->s, n, r->s.n);
}

/* Up to nine digits as a number; their count in *digits. */
static inline int
date_take_number(struct date_scan *r, int *digits)
{
	int v = 0, n = 0;

	while (n < 9 && ascii_is_digit(date_peek(r, 0))) {
		v = v * 10 + (date_peek(r, 0) - '0');
		date_step(r, 1);
		n++;
	}
	if (digits)
		*digits = n;
	return v;
}

/* How many digits stand at s + k. */
static inline size_t
date_digits_at(const struct date_scan *r, size_t k)
{
	size_t n = 0;

	while (ascii_is_digit(date_peek(r, k + n)))
		n++;
	return n;
}

/* At a digit: everything that belongs to the number; false when no date has such a one. */
bool date_take_digits(struct date_scan *r);
/* "hh", "hhmm" or "hhmmss" behind a 'T'. */
void date_take_compact_time(struct date_scan *r);

#endif
