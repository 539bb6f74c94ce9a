/*
 * Bytes as ASCII, whatever the locale says; those from 0x80 on are no letters and no digits.
 */
#ifndef FEEDS_ASCII_H
#define FEEDS_ASCII_H

#include <stdbool.h>

static inline bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
ascii_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
ascii_is_letter(char c)
{
	return ascii_is_lower((char)(c | 0x20));
}

static inline bool
ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_letter(c);
}

static inline char
ascii_lower(char c)
{
	return (char)(ascii_is_upper(c) ? c | 0x20 : c);
}

/* What a hexadecimal digit counts, or -1. */
static inline int
ascii_hex(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
