/*
 * UTF-16 and UTF-32 in every order of bytes, told by their mark or by where the NULs stand.
 */
#ifndef FEEDS_CHARSET_WIDE_H
#define FEEDS_CHARSET_WIDE_H

#include "buf.h"

struct charset_wide;

/* Which of them body is, static, or NULL: bytes of which most mean something by themselves. */
const struct charset_wide *charset_wide(struct str body);
/* Does it begin with a mark of one, and NULs behind that? */
bool charset_wide_marked(struct str body);
const char *charset_wide_name(const struct charset_wide *w); /* "UTF-16LE": static */

/*
 * Appends body, its mark left out, to *out as UTF-8; what is no character becomes U+FFFD, and
 * *repaired.  False beyond the cap of *out.
 */
bool charset_wide_decode(
    const struct charset_wide *w, struct str body, struct buf *out, bool *repaired);

#endif
