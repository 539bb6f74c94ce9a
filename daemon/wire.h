/*
 * HTTP on the one loop: libcurl's multi interface with socket action.  Plain requests in, plain
 * answers out; guards against hostile servers are in here and nobody else's business.
 */
#ifndef DAEMON_WIRE_H
#define DAEMON_WIRE_H

#include "err.h"
#include "http.h"

#include <ev.h>

struct wire;
struct wire_job;

/* Zero or empty = the default. */
struct wire_options {
	struct str user_agent; /* of requests that bring none; empty: none is sent */
	struct str ca_file;    /* PEM bundle; empty: libcurl's */
	int shards;            /* multi handles; a host belongs to one of them (8) */
	int max_lookups;       /* names looked up at once, each is a thread (64) */
	int per_host;          /* requests of one host at once; more wait their turn (2) */
	size_t kept;           /* connections that stay open after use (as libcurl likes) */
};

/*
 * The answer to a job: called exactly once, from the loop, never from inside wire_fetch, never
 * after wire_cancel.  The job is over then: it must not be cancelled any more.  answer is borrowed
 * and gone when the callback returns.  wire_fetch and wire_cancel of other jobs may be called from
 * inside it, wire_free may not.
 */
typedef void wire_done(void *cookie, const struct http_response *answer);

/* NULL with *e when libcurl lacks what is needed (HTTPS, threaded resolver).  options may be NULL.
 */
struct wire *wire_new(struct ev_loop *loop, const struct wire_options *options, struct err *e);
/* user_agent and per_host as they are to be from now on; the rest of options is for wire_new. */
void wire_configure(struct wire *wire, const struct wire_options *options);
/* Jobs that are still under way are cancelled.  NULL is fine. */
void wire_free(struct wire *wire);

/*
 * Ask.  Never fails: what is wrong comes to done as a fault.  request itself is copied, what its
 * views point to must live until the job is over.
 *
 * Only http and https are spoken, also after redirects.  Those are followed for GET and HEAD, at
 * most request->max_redirects of them.  Once one leads to another origin (scheme, host, port),
 * credentials and all headers but the few that belong to any feed request are left out, for good.
 * Every address that is connected to is checked, unless request->allow_private.  timeout_ms counts
 * from when the first connection is started, not the time that the job waits for its host or for a
 * look-up slot.
 */
struct wire_job *wire_fetch(
    struct wire *wire, const struct http_request *request, wire_done *done, void *cookie);
/*
 * Send it now, as far as nothing keeps it waiting, rather than in the next turn of the loop: for
 * who has more to do that the answer need not wait for.  Not for crowds.  done is not called from
 * inside.
 */
void wire_hurry(struct wire_job *job);
/* done will not be called.  NULL is fine. */
void wire_cancel(struct wire_job *job);

/* Jobs that are not over: waiting and under way. */
size_t wire_active(const struct wire *wire);

#define WIRE_TIMEOUT_MS 60000                /* of a request that names none */
#define WIRE_CONNECT_MS 30000L               /* to connect, TLS included */
#define WIRE_SLOW_BYTES 100L                 /* a second ... */
#define WIRE_SLOW_S 30L                      /* ... for so long is as good as dead */
#define WIRE_HEADERS_MAX ((size_t)300 << 10) /* bytes of all headers of one answer */
#define WIRE_RATIO_MAX 100                   /* decoded to received bytes ... */
#define WIRE_RATIO_FREE ((size_t)1 << 20)    /* ... once a body is longer than this */
#define WIRE_URL_MAX ((size_t)8 << 10)       /* bytes */
#define WIRE_REDIRECTS_MAX 10                /* whatever a request says */

#endif
