#include "command.h"

#include "doc_json.h"
#include "file.h"
#include "parse.h"
#include "wire.h"

#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define PARSE_BODY_MAX ((size_t)256 << 20) /* bytes */
#define PARSE_TIMEOUT_MS 60000

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
		err_set(&f->e, ERR_NET, "%.*s", STR_ARG(response->fault_text));
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

static bool
fetch(struct str url, struct arena *arena, struct feed_source *source, struct err *e)
{
	const struct wire_options options = { .user_agent =
						  STR("newsbell/" NB_VERSION " (+" NB_URL ")") };
	const struct http_request request = {
		.method = STR("GET"),
		.url = url,
		.max_body = PARSE_BODY_MAX,
		.timeout_ms = PARSE_TIMEOUT_MS,
		.max_redirects = WIRE_REDIRECTS_MAX,
		.allow_private = true, /* the user himself names the address */
	};
	struct fetched f = { arena, source, { 0 } };
	struct ev_loop *loop = ev_default_loop(0);
	struct wire *wire;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	wire = wire_new(loop, &options, e);
	if (!wire)
		return false;
	wire_fetch(wire, &request, on_fetched, &f);
	while (wire_active(wire))
		ev_run(loop, EVRUN_ONCE);
	wire_free(wire);
	curl_global_cleanup();
	if (f.e.kind != ERR_NONE)
		*e = f.e;
	return f.e.kind == ERR_NONE;
}

static bool
read_source(const char *name, struct arena *arena, struct feed_source *source, struct err *e)
{
	if (strcmp(name, "-") == 0)
		return file_read_stdin(PARSE_BODY_MAX, arena, &source->body, e);
	if (str_starts_ci(str_c(name), STR("http://")) ||
	    str_starts_ci(str_c(name), STR("https://")))
		return fetch(str_c(name), arena, source, e);
	return file_read(name, PARSE_BODY_MAX, arena, &source->body, e);
}

static int
parse_one(const char *name, struct feed_source source)
{
	struct arena *arena = arena_new();
	struct feed_doc doc;
	struct err e = { 0 };
	int status = EX_OK;

	if (!read_source(name, arena, &source, &e)) {
		status = command_fail(
		    "parse", e.kind == ERR_NET ? EX_UNAVAILABLE : EX_NOINPUT, "%s", e.text);
	} else if (!feed_parse(&source, arena, &doc, &e)) {
		status = command_fail("parse", EX_DATAERR, "%s: %s", name, e.text);
	} else {
		struct str json = feed_doc_json(&doc, arena);

		printf("%.*s\n", STR_ARG(json));
	}
	arena_free(arena);
	return status;
}

int
command_parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "content-type", required_argument, NULL, 't' },
		{ "base-url", required_argument, NULL, 'b' },
		{ 0 },
	};
	struct feed_source source = { .want_content = true };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 't':
			source.content_type = str_c(optarg);
			break;
		case 'b':
			source.base_url = str_c(optarg);
			break;
		default:
			return EX_USAGE;
		}
	if (optind + 1 != argc)
		return command_fail("parse", EX_USAGE, "name one FILE, - or URL");
	return parse_one(argv[optind], source);
}
