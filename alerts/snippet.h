/*
 * The text around a hit, for people: one line, the hit apart from what stands before and after it.
 */
#ifndef ALERTS_SNIPPET_H
#define ALERTS_SNIPPET_H

#include "alert.h"

#define SNIPPET_MARKED_MAX 200 /* characters of the hit itself */
#define SNIPPET_SLACK 20       /* characters given up so that a cut falls between words */

/*
 * offset and length in bytes of text, which is UTF-8 as struct item promises it; a hit that is not
 * inside the text gives an empty snippet.  Copies in arena.
 */
struct snippet snippet_make(struct str text, size_t offset, size_t length, struct arena *arena);

#endif
