/*
 * For the tests of wire: a loop, a wire and what comes back, against the scripted server of
 * origin.h, which runs from start to stop.
 */
#ifndef TESTS_WIRE_KIT_H
#define TESTS_WIRE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mem.h"
#include "origin.h"
#include "wire.h"

#include <stdio.h>
#include <string.h>

#define AT "http://127.0.0.1:@" /* @ becomes the port */
#define OTHER "http://127.0.0.2:@"
#define GIVE_UP_S 30.0

static struct origin origin;

/* What came back, kept. */
struct caught {
	int calls, status;
	enum http_fault fault;
	size_t body_n;
	char text[512], body[8192], final_url[512], moved_url[512], etag[64];
	int64_t elapsed_ms;
};

static inline void
keep(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", STR_ARG(s));
}

static inline void
take(void *cookie, const struct http_response *answer)
{
	struct caught *c = cookie;

	c->calls++;
	c->status = answer->status;
	c->fault = answer->fault;
	c->body_n = answer->body.n;
	c->elapsed_ms = answer->elapsed_ms;
	keep(c->text, sizeof(c->text), answer->fault_text);
	keep(c->body, sizeof(c->body), answer->body);
	keep(c->final_url, sizeof(c->final_url), answer->final_url);
	keep(c->moved_url, sizeof(c->moved_url), answer->moved_url);
	keep(c->etag, sizeof(c->etag),
	    http_header_find(answer->headers, answer->n_headers, STR("etag")));
}

/* "@" -> the port of the origin; the text is static and good until eight calls later. */
static const char *
with_port(const char *s)
{
	static char texts[8][16384];
	static unsigned turn;
	char *to = texts[turn++ % 8];
	size_t n = 0;

	for (; *s && n < sizeof(texts[0]) - 8; s++) {
		if (*s == '@')
			n += (size_t)sprintf(to + n, "%d", origin.port);
		else
			to[n++] = *s;
	}
	to[n] = '\0';
	return to;
}

static inline struct http_request
get(const char *url)
{
	return (struct http_request){ .method = STR("GET"),
		.url = str_c(with_port(url)),
		.max_body = 100000,
		.timeout_ms = 5000,
		.max_redirects = 5,
		.allow_private = true };
}

static inline void
on_give_up(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

/* Turn the loop until no job is left. */
static inline void
turn(struct ev_loop *loop, struct wire *wire)
{
	struct ev_timer timer;

	ev_timer_init(&timer, on_give_up, GIVE_UP_S, 0.0);
	ev_timer_start(loop, &timer);
	while (wire_active(wire) > 0 && ev_is_active(&timer))
		ev_run(loop, EVRUN_ONCE);
	ev_timer_stop(loop, &timer);
	assert_int_equal(wire_active(wire), 0);
}

static inline struct caught
fetch_so(const struct http_request *request, const struct wire_options *options, bool hurry)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct err e = { 0 };
	struct wire *wire = wire_new(loop, options, &e);
	struct caught c = { 0 };
	struct wire_job *job;

	assert_non_null(wire);
	job = wire_fetch(wire, request, take, &c);
	if (hurry)
		wire_hurry(job);
	assert_int_equal(c.calls, 0);
	turn(loop, wire);
	assert_int_equal(c.calls, 1);
	wire_free(wire);
	ev_loop_destroy(loop);
	return c;
}

static inline struct caught
fetch(const struct http_request *request, const struct wire_options *options)
{
	return fetch_so(request, options, false);
}

static inline int
start(void **state)
{
	(void)state;
	origin_start(&origin);
	return 0;
}

static inline int
stop(void **state)
{
	(void)state;
	origin_stop(&origin);
	return 0;
}

#endif
