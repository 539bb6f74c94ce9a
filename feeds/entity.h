/*
 * Character references: &#233; &#xE9; &eacute;
 */
#ifndef FEEDS_ENTITY_H
#define FEEDS_ENTITY_H

#include "arena.h"

#define ENTITY_OUT_MAX 8 /* bytes of UTF-8 one reference can yield */

/*
 * s begins with '&'.  Returns the bytes the reference takes, or 0 when it is none ("&" is then
 * text).  *out_n bytes of UTF-8 stand in out afterwards; none when the reference, as "&#0;", names
 * no character of text: drop it.  Numbers 128-159 mean windows-1252, as browsers read them.  The
 * semicolon may lack after a number and after the names that HTML 4 let go without, when neither a
 * letter, a digit nor '=' follows (so "?a=1&copy=2" stays); the last byte taken tells whether it
 * was there. Never yields more bytes than it takes.
 */
size_t entity_decode(struct str s, char out[ENTITY_OUT_MAX], size_t *out_n);

/* The UTF-8 of a number as a reference means it; 0 bytes when it is no character of text. */
size_t entity_number(uint32_t c, char out[ENTITY_OUT_MAX]);

/* s with its references decoded; s itself when there are none, else a copy. */
struct str entity_text(struct str s, struct arena *arena);

#endif
