#include "fetch.h"

#include "discover.h"
#include "wire.h"

#include <stdio.h>

#define FETCH_TIMEOUT_MS 60000

/* What was fetched, copied out of the callback. */
struct fetched {
	struct arena *arena;
	struct feed_source *source;
	struct err e;
};

static void
on_fetched(void *cookie, const struct http_response *response)
{
	struct fetched *f = cookie;

	if (response->fault != HTTP_FAULT_NONE) {
		err_set(&f->e, response->fault == HTTP_FAULT_PRIVATE ? ERR_CONFIG : ERR_NET, "%.*s",
		    STR_ARG(response->fault_text));
		return;
	}
	if (response->status != 200) {
		err_set(&f->e, ERR_NET, "the server answers HTTP %d", response->status);
		return;
	}
	f->source->body = str_dup(f->arena, response->body);
	if (f->source->content_type.n == 0)
		f->source->content_type = str_dup(f->arena,
		    http_header_find(response->headers, response->n_headers, STR("content-type")));
	if (f->source->base_url.n == 0)
		f->source->base_url = str_dup(f->arena, response->final_url);
}

bool
fetch_source(struct str url, bool allow_private, struct arena *arena, struct feed_source *source,
    struct err *e)
{
	const struct wire_options options = { .user_agent =
						  STR("newsbell/" NB_VERSION " (+" NB_URL ")") };
	const struct http_request request = {
		.method = STR("GET"),
		.url = url,
		.max_body = FETCH_BODY_MAX,
		.timeout_ms = FETCH_TIMEOUT_MS,
		.max_redirects = WIRE_REDIRECTS_MAX,
		.allow_private = allow_private,
	};
	struct fetched f = { arena, source, { 0 } };
	struct ev_loop *loop = ev_default_loop(0);
	struct wire *wire;

	wire = wire_new(loop, &options, e);
	if (!wire)
		return false;
	wire_fetch(wire, &request, on_fetched, &f);
	while (wire_active(wire))
		ev_run(loop, EVRUN_ONCE);
	wire_free(wire);
	if (f.e.kind != ERR_NONE)
		*e = f.e;
	return f.e.kind == ERR_NONE;
}

void
fetch_tell_leads(const struct feed_source *source, const struct err *why)
{
	struct discovery d;
	struct arena *arena;
	struct err e;

	if (!str_ends(str_c(why->text), STR("page")))
		return;
	arena = arena_new();
	if (!discover_feeds(source, arena, &d, &e))
		d.n = d.n_named = 0;
	if (d.n_named)
		fputs("it names these feeds:\n", stderr);
	else if (d.n)
		fputs("it names no feed; these are places where one may be:\n", stderr);
	for (size_t i = 0; i < (d.n_named ? d.n_named : d.n); i++) {
		fprintf(stderr, "  %.*s", STR_ARG(d.leads[i].url));
		if (d.leads[i].title.n)
			fprintf(stderr, "  (%.*s)", STR_ARG(d.leads[i].title));
		fputc('\n', stderr);
	}
	arena_free(arena);
}
