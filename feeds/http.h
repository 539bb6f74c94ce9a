/*
 * An HTTP exchange as plain data: what poll and the channels ask for, and what daemon/wire answers.
 */
#ifndef FEEDS_HTTP_H
#define FEEDS_HTTP_H

#include "arena.h"

struct http_header {
	struct str name, value; /* value: no CR, LF or NUL (wire refuses them) */
};

/* Views must live until the exchange is over or cancelled. */
struct http_request {
	struct str method; /* "GET", "POST" */
	struct str url;    /* absolute, http or https */
	const struct http_header *headers;
	size_t n_headers;
	struct str body; /* sent when method is not GET */
	size_t max_body; /* bytes of decoded answer; more is HTTP_FAULT_TOO_BIG */
	int64_t timeout_ms;
	int max_redirects;  /* 0: a 3xx is the answer */
	bool allow_private; /* private, loopback, link-local addresses may be asked */
	/* All below: empty = none.  The secrets are for the first host only. */
	struct str user, password;
	struct str bearer;
	struct str proxy;
	struct str ca_file, client_cert, client_key; /* paths */
};

/* Why there is no answer.  What is temporary is for poll and courier to judge. */
enum http_fault {
	HTTP_FAULT_NONE,
	HTTP_FAULT_URL, /* not an http(s) URL, or with characters that do not belong there */
	HTTP_FAULT_DNS, /* the name does not exist */
	HTTP_FAULT_DNS_TEMPORARY,
	HTTP_FAULT_CONNECT,
	HTTP_FAULT_PRIVATE, /* the address is not public and that is not allowed */
	HTTP_FAULT_TLS,
	HTTP_FAULT_TIMEOUT,
	HTTP_FAULT_TOO_BIG,
	HTTP_FAULT_REDIRECT, /* too many, in a circle, or to something that is not http(s) */
	HTTP_FAULT_PROTOCOL, /* broken HTTP, cut short, bad compression */
	HTTP_FAULT_LOCAL,    /* a file: or exec: feed could not be read */
};

/* Borrowed by the callback that gets it: gone when it returns. */
struct http_response {
	int status; /* 100..599, or 0 when fault is set */
	enum http_fault fault;
	struct str fault_text;             /* one line for a person */
	const struct http_header *headers; /* of the last answer, in order */
	size_t n_headers;
	struct str body;      /* decoded */
	struct str final_url; /* where the body came from */
	struct str moved_url; /* the end of the unbroken run of 301/308 from the start, or empty */
	int64_t elapsed_ms;
};

/* The first header of that name (any case), or the empty view. */
struct str http_header_find(const struct http_header *headers, size_t n, struct str name);

/* May it go onto the wire?  A name is a token (RFC 9110, 5.6.2); a value has no CR, LF or NUL. */
bool http_name_ok(struct str name);
bool http_value_ok(struct str value);

/* What any feed reader may tell any server; every other header is between the user and his own. */
bool http_name_harmless(struct str name);

#endif
