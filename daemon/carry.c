#include "carry.h"

#include "mem.h"
#include "wording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAID_MAX 200 /* characters of an answer that are kept */

struct carry {
	carry_done *done;
	void *cookie;
	struct wire_job *http;
	struct carrier_exec *exec;
	struct arena *arena; /* or NULL: nothing was said that needs it */
	char code_text[16];
};

static void
finish(struct carry *c, const struct answer *answer, int64_t elapsed_ms)
{
	c->done(c->cookie, answer, elapsed_ms);
	arena_free(c->arena);
	free(c);
}

/* "HTTP 404: no such channel" */
static struct str
http_text(struct carry *c, const struct http_response *response)
{
	struct str said;

	snprintf(c->code_text, sizeof(c->code_text), "HTTP %d", response->status);
	if (response->body.n == 0)
		return str_c(c->code_text);
	c->arena = arena_new();
	said = wording_cut(wording_line(str_sub(response->body, 0, (size_t)4 * SAID_MAX), c->arena),
	    SAID_MAX, c->arena);
	return str_fmt(c->arena, "%s%s%.*s", c->code_text, said.n ? ": " : "", STR_ARG(said));
}

static void
on_http(void *cookie, const struct http_response *response)
{
	struct carry *c = cookie;
	struct answer answer = {
		.code = response->status,
		.text = response->fault_text,
		.headers = response->headers,
		.n_headers = response->n_headers,
		.body = response->body,
	};

	if (response->status)
		answer.text = http_text(c, response);
	finish(c, &answer, response->elapsed_ms);
}

static void
on_answer(void *cookie, const struct answer *answer, int64_t elapsed_ms)
{
	finish(cookie, answer, elapsed_ms);
}

static void
print(struct str rest, struct answer *ret)
{
	*ret = (struct answer){ .code = 200, .text = STR("printed") };
	while (rest.n) {
		ssize_t k = write(STDOUT_FILENO, rest.p, rest.n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			*ret = (struct answer){ .text = str_c(strerror(errno)) };
			return;
		}
		rest = str_sub(rest, (size_t)k, rest.n);
	}
}

struct carry *
carry_begin(
    const struct carriers *carriers, const struct message *message, carry_done *done, void *cookie)
{
	struct carry *c = xcalloc(1, sizeof(*c));
	struct answer answer;

	c->done = done;
	c->cookie = cookie;
	switch (message->carrier) {
	case CARRIER_HTTP:
		c->http = wire_fetch(carriers->wire, &message->http, on_http, c);
		wire_hurry(c->http);
		return c;
	case CARRIER_MAIL:
		mailer_send(carriers->mailer, &message->mail, on_answer, c);
		return c;
	case CARRIER_EXEC:
		c->exec = carrier_exec_begin(carriers->loop, &message->exec, on_answer, c);
		return c;
	case CARRIER_PRINT:
		print(message->print, &answer);
		break;
	case CARRIER_FILE:
		c->arena = arena_new();
		carrier_file_write(&message->file, c->arena, &answer);
		break;
	}
	finish(c, &answer, 0);
	return NULL;
}

void
carry_cancel(struct carry *c)
{
	if (!c)
		return;
	wire_cancel(c->http);
	carrier_exec_cancel(c->exec);
	arena_free(c->arena);
	free(c);
}
