#include "target.h"

#include "url.h"

void
target_check_url(const struct secret *url, struct diags *diags)
{
	if (url->text.n && !url_is_http(url->text))
		diag_add(diags, DIAG_ERROR, url->at, STR("copy it whole, from http"),
		    "this is no http:// or https:// address");
}

void
target_check(const struct target *t, struct place at, struct diags *diags)
{
	if (t->password.source != SECRET_NONE && t->user.n == 0)
		diag_add(diags, DIAG_ERROR, t->password.at, STR("add user = ..."),
		    "a password without user");
	if (t->bearer.source != SECRET_NONE && t->user.n)
		diag_add(diags, DIAG_ERROR, t->bearer.at, STR("keep one of them"),
		    "both user and bearer: only one can stand in the Authorization header");
	if (t->client_key.n && t->client_cert.n == 0)
		diag_add(diags, DIAG_ERROR, at, STR("add client-cert = PATH"),
		    "client-key without client-cert");
}

struct http_request
target_request(const struct target *t, const char *method, struct str url,
    const struct http_header *own, size_t n_own, struct str body, struct arena *arena)
{
	struct http_header *headers = ARENA_ARRAY(arena, struct http_header, n_own + t->headers.n);

	for (size_t i = 0; i < n_own; i++)
		headers[i] = own[i];
	for (size_t i = 0; i < t->headers.n; i++)
		headers[n_own + i] = t->headers.v[i];
	return (struct http_request){
		.method = str_c(method),
		.url = url,
		.headers = headers,
		.n_headers = n_own + t->headers.n,
		.body = body,
		.max_body = TARGET_ANSWER_MAX,
		.timeout_ms = (t->timeout_s ? t->timeout_s : TARGET_TIMEOUT_S) * 1000,
		.allow_private = true, /* the user names his own receivers */
		.user = t->user,
		.password = t->password.text,
		.bearer = t->bearer.text,
		.proxy = t->proxy,
		.ca_file = t->ca_file,
		.client_cert = t->client_cert,
		.client_key = t->client_key,
	};
}
