/*
 * UTF-8 primitives: what is valid, one character in, one character out, cut, repair, NFC.
 */
#ifndef FEEDS_UTF8_H
#define FEEDS_UTF8_H

#include "arena.h"

#define UTF8_BAD UINT32_MAX             /* what utf8_decode says of bytes that are no character */
#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * The first character of s: *ret is its code point, or UTF8_BAD (overlong, surrogate, beyond
 * U+10FFFF, cut short, stray byte).  Returns the bytes it takes: 1-4, for UTF8_BAD the longest part
 * that could have begun a character (at least 1), 0 only when s is empty.
 */
size_t utf8_decode(struct str s, uint32_t *ret);

/* May c stand in a character but not begin one? */
static inline bool
utf8_is_tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Bytes written, 1-4; 0 for surrogates and beyond U+10FFFF. */
size_t utf8_encode(uint32_t c, char out[4]);

/* How many bytes from the start are whole valid characters: s.n when all are. */
size_t utf8_valid_length(struct str s);

/* s, cut to at most max bytes without splitting a character of valid UTF-8. */
struct str utf8_cut(struct str s, size_t max);

/* Each invalid part becomes one U+FFFD.  Returns s itself when nothing is wrong, else a copy in
 * arena. */
struct str utf8_repair(struct str s, struct arena *arena);

/* Unicode normal form C of valid UTF-8.  Returns s itself when it is NFC already, else a copy. */
struct str utf8_nfc(struct str s, struct arena *arena);

#endif
