/*
 * What a character is to the watch language: does it make words, and how do its script's words end?
 * All by Unicode's categories (utf8proc) and a few ranges of scripts.
 */
#ifndef ALERTS_SCRIPT_H
#define ALERTS_SCRIPT_H

#include "str.h"

enum char_class {
	CHAR_OTHER,    /* space, punctuation, symbol: an edge */
	CHAR_WORD,     /* letter, mark or digit */
	CHAR_HANGUL,   /* a word whose particles follow without a space */
	CHAR_UNSPACED, /* of a script that puts no spaces between words */
};

/* The character at the start of p[0..n); invalid bytes read as U+FFFD, one each.  n must not be 0.
 */
size_t script_decode(const char *p, size_t n, uint32_t *ret);
/* The start of the character that ends at p[at); at must not be 0. */
size_t script_back(const char *p, size_t at);
/* Bytes of the character that begins with this one, if it is one. */
static inline size_t
script_length(char first)
{
	unsigned char c = (unsigned char)first;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

enum char_class script_class(uint32_t c);
/* The ASCII of CHAR_WORD: 0-9, A-Z, a-z. */
static inline bool
script_is_ascii_word(char c)
{
	return (unsigned char)((c | 32) - 'a') < 26 || (unsigned char)(c - '0') < 10;
}

bool script_is_letter(uint32_t c);
bool script_is_upper(uint32_t c);
bool script_is_lower(uint32_t c);
uint32_t script_lower(uint32_t c);
/* A letter that becomes two when folded: the sharp s, the Armenian ligature ech yiwn. */
bool script_is_two(uint32_t c);
/* A symbol that may be a term of its own: an emoji, a currency sign.  Not ASCII. */
bool script_is_symbol(uint32_t c);

/* A mark that is an accent: of no script of its own. */
bool script_is_accent(uint32_t c);
/* Latin and Greek: their accents are left out by readers. */
bool script_drops_accents(uint32_t c);
/* Arabic vowel marks and Hebrew points, which readers leave out. */
bool script_is_vowel_mark(uint32_t c);
/* A mark or vowel that may join the character before it into one (NFC_Quick_Check=Maybe). */
bool script_may_join(uint32_t c);
/* Soft hyphen, zero-width characters, joiners, variation selectors, tatweel. */
bool script_is_ignored(uint32_t c);
/* For private use, or of no use yet. */
bool script_is_unassigned(uint32_t c);
/* The plain form of typographic quotes, dashes and spaces, of letters with a stroke (l, o, d ...)
 * when folding, else 0. */
char script_plain(uint32_t c);
char script_unstroked(uint32_t c);

#endif
