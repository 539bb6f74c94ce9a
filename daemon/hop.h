/*
 * One HTTP exchange with one host: a libcurl easy handle with all guards, and what it brought. What
 * follows from the answer (redirects) is for wire to decide.
 */
#ifndef DAEMON_HOP_H
#define DAEMON_HOP_H

#include "address.h"
#include "buf.h"
#include "http.h"

#include <curl/curl.h>

/* Why we ended it ourselves. */
enum hop_stop {
	HOP_STOP_NONE,
	HOP_STOP_HEADERS, /* more than WIRE_HEADERS_MAX */
	HOP_STOP_BODY,    /* more than max_body */
	HOP_STOP_RATIO,   /* compressed beyond belief */
	HOP_STOP_ADDRESS, /* not public */
};

struct hop;
struct hop_hooks {
	void (*resolved)(struct hop *hop); /* name look-up is over, well or ill; may come twice */
	bool (*keep)(struct hop *hop); /* is the connection worth keeping?  Headers are there. */
};

/* What is asked of whom; all of it must outlive the exchange. */
struct hop_plan {
	const struct http_request *request;
	CURLU *url; /* or NULL: then location, that libcurl takes as it stands */
	const char *location;
	struct str user, password, bearer; /* for this origin, or empty */
	bool tls;     /* https: wait for a connection being made, it may carry several requests */
	bool foreign; /* another origin than the user's: only harmless headers go there */
	int64_t timeout_ms;    /* for this exchange */
	struct str user_agent; /* or empty */
	struct str encodings;  /* that libcurl can undo, or empty */
	const char *ca_file;   /* or NULL: libcurl's own; always the same but for the request's */
};

struct hop {
	CURL *easy;
	const struct hop_hooks *hooks;
	const struct http_request *request;
	struct curl_slist *list;
	struct arena *arena; /* texts of the answer, until the next hop_prepare */
	int status;          /* of the last status line, 0 = none came */
	struct http_header *headers;
	size_t n_headers, cap_headers, header_bytes;
	bool in_body;
	struct buf body;
	enum hop_stop stop;
	enum address_kind refused; /* why, of HOP_STOP_ADDRESS */
	bool based;                /* easy holds what all requests have in common */
	bool special;              /* and what only this one has, maybe secrets */
	bool connecting;           /* a socket was asked for, or a kept connection used */
	char error[CURL_ERROR_SIZE];
};

/* data: comes back by curl_easy_getinfo(CURLINFO_PRIVATE).  False when libcurl has no memory. */
bool hop_init(struct hop *hop, const struct hop_hooks *hooks, void *data);
void hop_free(struct hop *hop); /* a zeroed one is fine */

/* Make hop->easy ready to be added to a multi.  The answer of the exchange before is gone. */
void hop_prepare(struct hop *hop, const struct hop_plan *plan, void *data);
/* Give back what a finished exchange holds; the handle stays for the next. */
void hop_clear(struct hop *hop);

#endif
