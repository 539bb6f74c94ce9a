/*
 * Names of charsets where they are declared, and the guess when they are not.
 */
#ifndef FEEDS_CHARSET_LABEL_H
#define FEEDS_CHARSET_LABEL_H

#include "arena.h"

#define CHARSET_WESTERN "CP1252" /* windows-1252, which needs no iconv */
#define CHARSET_LABEL_MAX 40     /* bytes of a name; longer ones are none */

/*
 * The charset that a Content-Type header, or the XML declaration or an HTML meta near the beginning
 * of a document names: in iconv's spelling, known to iconv, static or in the arena; NULL for none,
 * for one nobody knows, and for UTF-16 and UTF-32, which bytes show by themselves or are not.
 */
const char *charset_of_header(struct str content_type, struct arena *arena);
const char *charset_of_markup(struct str body, struct arena *arena);

/* Does the header say us-ascii, or an alias of it? */
bool charset_says_ascii(struct str content_type);

/* By iconv's spelling: 7-bit bytes that mean more than ASCII; characters of two bytes and more. */
bool charset_is_shifted(const char *name);
bool charset_is_multibyte(const char *name);

/* What bytes that are not UTF-8 most probably are, by the frequency of letters. Always one. */
const char *charset_detect(struct str body);

#endif
