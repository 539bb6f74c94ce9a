/*
 * What the rooms of url.h have among themselves.
 */
#ifndef FEEDS_URL_INSIDE_H
#define FEEDS_URL_INSIDE_H

#include "ascii.h"
#include "url.h"

#include <string.h>

bool url_scheme_is_http(struct str scheme); /* https too */

/* The authority in three: what stands before '@' (with it), host, what follows (with ':'). */
void url_split_authority(
    struct str authority, struct str *user, struct str *host, struct str *port);

/* A URL of these parts, in arena; dot segments of a hierarchical path are removed. */
struct str url_put_together(const struct url *u, struct arena *arena);

/* Of an absolute http(s) URL: where a host that is nothing but lower-case letters, digits, '-' and
 * '.' ends; 0 when it has none. */
size_t url_plain_host_end(struct str text);

/* RFC 3986 2.3: it means the same with and without percent-encoding. */
static inline bool
url_is_unreserved(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Where the next byte goes; there must be room for s. */
static inline char *
url_put(char *to, struct str s)
{
	if (s.n)
		memcpy(to, s.p, s.n);
	return to + s.n;
}

/* c percent-encoded: three bytes. */
static inline char *
url_put_escape(char *to, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";

	*to++ = '%';
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

#endif
