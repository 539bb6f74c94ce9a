/*
 * URLs by RFC 3986: taken apart, resolved, made absolute http(s), compared.  What is written by
 * people (white space, newlines, non-ASCII letters inside) is mended the way browsers do (WHATWG
 * URL).
 */
#ifndef FEEDS_URL_H
#define FEEDS_URL_H

#include "arena.h"

/* Views into the text; a part may be present and empty ("http://a/?" has an empty query). */
struct url {
	struct str scheme, authority, path, query, fragment;
	bool has_scheme, has_authority, has_query, has_fragment;
};

/* Any text has these parts (RFC 3986 appendix B); nothing is checked but the scheme's characters.
 */
void url_split(struct str text, struct url *ret);

/* Is it an absolute http or https URL with a host? */
bool url_is_http(struct str text);

/* Host without user, password and port, as written; empty when there is none. */
struct str url_host(struct str text);

/* What follows the host and port of an absolute URL, from `at` on, is a path and perhaps a query
 * that nothing would spell otherwise: no escapes, no dot segments, no fragment. */
bool url_rest_is_plain(struct str url, size_t at);

/* The same scheme, host and port: the same server, to whom one's secrets may be told. */
bool url_same_origin(struct str a, struct str b, struct arena *arena);

/* As a part of a path or a value of a query: letters, digits and "-._~" stay, the rest is
 * percent-encoded. */
struct str url_encoded(struct str s, struct arena *arena);

/* "%41" is "A"; what is no such thing stays. */
struct str url_decoded(struct str s, struct arena *arena);

/* "http://me:p%40ss@host/" becomes "http://host/", "me" and "p@ss"; false when it names no user. */
bool url_take_user(struct str *url, struct str *user, struct str *password, struct arena *arena);

/*
 * RFC 3986 5.2: ref as seen from base.  A ref with a scheme stays itself (dot segments removed when
 * it is hierarchical); without one and without an absolute base the answer is empty.
 */
struct str url_resolve(struct str base, struct str ref, struct arena *arena);

/*
 * An absolute http(s) URL that may stand in a request or an alert, from what a document says, or
 * the empty view.  Outer white space, tabs, newlines and other control characters go; spaces,
 * quotes, angle brackets, backslashes and non-ASCII characters beyond the host are percent-encoded,
 * scheme and host come in lower case; everything else stays as written.  "www.example.com/x" is an
 * http URL when it does not resolve otherwise.  Empty also when longer than max bytes.
 */
struct str url_http(struct str base, struct str ref, struct arena *arena, size_t max);

/*
 * One spelling for URLs that mean the same place (RFC 3986 6.2.2, 6.2.3): default port and empty
 * parts gone, dot segments removed, percent-encoding of unreserved characters undone, "/" for no
 * path. What is not http(s), or in that spelling already, comes back as it is.
 */
struct str url_normal(struct str url, struct arena *arena);

#endif
