/*
 * What the headers of an answer say about when to ask again.
 */
#ifndef FEEDS_FRESH_H
#define FEEDS_FRESH_H

#include "http.h"

#define FRESH_NONE ((int64_t)-1)       /* nothing said, or nothing that can be read */
#define FRESH_MAX_S ((int64_t)1 << 31) /* longer times count as this (RFC 9111, 1.2.2) */

/*
 * How long an answer stays fresh, in seconds from now: Cache-Control's max-age less Age (0 with
 * no-cache or no-store; we are a private cache, so s-maxage is not for us), else Expires less Date
 * (RFC 9111, 4.2; an Expires that is no date means stale).  now_s stands in for a missing Date.
 */
int64_t fresh_for_s(const struct http_header *headers, size_t n, int64_t now_s);

/* Retry-After in seconds from now (RFC 9110, 10.2.3); a date is compared with the server's own
 * Date. */
int64_t fresh_retry_s(const struct http_header *headers, size_t n, int64_t now_s);

#endif
