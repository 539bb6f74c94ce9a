/*
 * A gzip body that came without Content-Encoding.
 */
#ifndef FEEDS_GZIP_H
#define FEEDS_GZIP_H

#include "arena.h"
#include "err.h"

#define GZIP_OUT_MAX ((size_t)64 << 20) /* bytes inflated */
#define GZIP_RATIO_MAX 100              /* out : in, beyond GZIP_RATIO_FREE bytes out */
#define GZIP_RATIO_FREE ((size_t)1 << 20)

/* Do the bytes begin as gzip does (1F 8B 08)? */
bool gzip_is(struct str body);

/*
 * Inflate all members.  *ret lives in the arena; *cut says that the stream is truncated or damaged
 * and *ret is what came before.  Returns false with ERR_INPUT when not a byte could be read, with
 * ERR_LIMIT beyond a cap: then *ret and *cut are untouched.
 */
bool gzip_inflate(struct str body, struct arena *arena, struct str *ret, bool *cut, struct err *e);

#endif
