/*
 * Reading over HTTP, on this machine alone: metrics, health, pages.  GET and HEAD; nothing that
 * comes in changes anything.  Runs on the daemon's loop (libmicrohttpd), so a route must answer in
 * milliseconds.
 */
#ifndef DAEMON_WEB_H
#define DAEMON_WEB_H

#include "buf.h"
#include "err.h"

#include <ev.h>

#define WEB_BODY_MAX ((size_t)8 << 20) /* bytes of an answer */
#define WEB_CONNECTIONS 32             /* at once; more wait */
#define WEB_IDLE_S 30                  /* a connection that says nothing is closed */

struct web_request;
/* An argument of the query ("?q=..."), decoded; empty when there is none.  Lives as long as the
 * request.  A NULL request has none. */
struct str web_arg(const struct web_request *request, const char *name);

struct web_route {
	const char *path; /* "/metrics"; exactly */
	const char *type; /* Content-Type */
	bool page;        /* HTML or part of it: only when pages are wanted */
	/* The body, and the status: 200, or another one with a body that says why. */
	int (*render)(void *cookie, const struct web_request *request, struct buf *body);
};

struct web_options {
	struct ev_loop *loop;
	struct str where; /* listen.h: listen_local */
	bool pages;
	const struct web_route *routes;
	size_t n_routes;
	void *cookie;
};

struct web;
/* NULL with *e when it cannot listen there. */
struct web *web_new(const struct web_options *options, struct err *e);
void web_free(struct web *w); /* NULL is fine */
/* The port it listens on, 0 for a Unix socket. */
int web_port(const struct web *w);

#endif
