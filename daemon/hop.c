#include "hop.h"

#include "mem.h"
#include "wire.h"

#include <string.h>

#define BODY_KEPT                                                                                  \
	((size_t)64 << 10) /* bytes of a body buffer that is kept for the next exchange            \
			    */

bool
hop_init(struct hop *hop, const struct hop_hooks *hooks, void *data)
{
	*hop = (struct hop){ .hooks = hooks, .arena = arena_new_wiped() };
	hop->easy = curl_easy_init();
	if (!hop->easy)
		return false;
	curl_easy_setopt(hop->easy, CURLOPT_PRIVATE, data);
	return true;
}

void
hop_free(struct hop *hop)
{
	curl_easy_cleanup(hop->easy);
	curl_slist_free_all(hop->list);
	buf_free(&hop->body);
	arena_free(hop->arena);
	*hop = (struct hop){ 0 };
}

void
hop_clear(struct hop *hop)
{
	if (hop->prepared)
		curl_easy_reset(hop->easy); /* no secret stays in it */
	hop->prepared = false;
	curl_slist_free_all(hop->list);
	hop->list = NULL;
	if (hop->body.cap > BODY_KEPT)
		buf_free(&hop->body);
	buf_clear(&hop->body);
	arena_reset(hop->arena);
	hop->headers = NULL;
	hop->n_headers = hop->cap_headers = hop->header_bytes = 0;
	hop->status = 0;
	hop->in_body = hop->connecting = false;
	hop->stop = HOP_STOP_NONE;
	hop->error[0] = '\0';
}

/* ---- libcurl's callbacks ---- */

static bool
too_much(struct hop *hop, size_t more)
{
	curl_off_t received = 0;

	if (more > hop->body.max - hop->body.n) {
		hop->stop = HOP_STOP_BODY;
		return true;
	}
	if (hop->body.n + more <= WIRE_RATIO_FREE)
		return false;
	/* libcurl may count a piece only after it was decoded. */
	curl_easy_getinfo(hop->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
	received += 4 * CURL_MAX_WRITE_SIZE;
	if ((hop->body.n + more) / WIRE_RATIO_MAX > (size_t)received) {
		hop->stop = HOP_STOP_RATIO;
		return true;
	}
	return false;
}

static size_t
on_body(char *p, size_t size, size_t n, void *data)
{
	struct hop *hop = data;

	n *= size;
	hop->in_body = true;
	if (too_much(hop, n) || !buf_add(&hop->body, str_n(p, n)))
		return 0;
	return n;
}

/* "HTTP/1.1 200 OK", "HTTP/2 200": what came before it (100 Continue) does not count. */
static void
status_line(struct hop *hop, struct str line)
{
	struct str version, rest;
	int64_t status = 0;

	str_cut(line, ' ', &version, &rest);
	hop->status = str_to_i64(str_sub(str_trim(rest), 0, 3), &status) ? (int)status : 0;
	hop->n_headers = 0;
}

static void
header_line(struct hop *hop, struct str line)
{
	struct str name, value;
	struct http_header *h;

	if (str_is_space(line.p[0])) { /* folded: goes on with the one before */
		if (hop->n_headers > 0) {
			h = &hop->headers[hop->n_headers - 1];
			h->value = str_fmt(
			    hop->arena, "%.*s %.*s", STR_ARG(h->value), STR_ARG(str_trim(line)));
		}
		return;
	}
	if (!str_cut(line, ':', &name, &value))
		return;
	h = ARENA_PUSH(hop->arena, hop->headers, hop->n_headers, hop->cap_headers);
	h->name = str_dup(hop->arena, str_trim(name));
	h->value = str_dup(hop->arena, str_trim(value));
}

static size_t
on_header(char *p, size_t size, size_t n, void *data)
{
	struct hop *hop = data;
	struct str line;

	n *= size;
	line = str_n(p, n);
	hop->header_bytes += n;
	if (hop->header_bytes > WIRE_HEADERS_MAX) {
		hop->stop = HOP_STOP_HEADERS;
		return 0;
	}
	if (hop->in_body) /* trailers say nothing that we need */
		return n;
	if (str_starts_ci(line, STR("HTTP/")))
		status_line(hop, line);
	else if (str_trim(line).n > 0)
		header_line(hop, line);
	else if (hop->status >= 200 && !hop->hooks->keep(hop))
		curl_easy_setopt(hop->easy, CURLOPT_FORBID_REUSE, 1L);
	return n;
}

/* A proxy is of the user's choice and may be anywhere; behind it we cannot look. */
static bool
must_be_public(const struct hop *hop)
{
	return !hop->request->allow_private && hop->request->proxy.n == 0;
}

static curl_socket_t
on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct hop *hop = data;
	int fd;

	(void)purpose;
	hop->connecting = true;
	hop->hooks->resolved(hop);
	if (must_be_public(hop)) {
		hop->refused = address_kind(&a->addr, a->addrlen);
		if (hop->refused != ADDRESS_PUBLIC) {
			hop->stop = HOP_STOP_ADDRESS;
			return CURL_SOCKET_BAD;
		}
	}
	fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* The connection may be a kept one that a request with more rights had opened. */
static int
on_request(void *data, char *remote, char *local, int remote_port, int local_port)
{
	struct hop *hop = data;

	(void)local;
	(void)remote_port;
	(void)local_port;
	hop->connecting = true;
	hop->hooks->resolved(hop);
	if (must_be_public(hop) &&
	    (!address_parse(str_c(remote), &hop->refused) || hop->refused != ADDRESS_PUBLIC)) {
		hop->stop = HOP_STOP_ADDRESS;
		return CURL_PREREQFUNC_ABORT;
	}
	hop->stop = HOP_STOP_NONE; /* one of several addresses was refused, another is in use */
	return CURL_PREREQFUNC_OK;
}

/* ---- the request ---- */

static void
add_line(struct hop *hop, struct str name, struct str value)
{
	/* "Name;" is libcurl's way to say an empty one; "Name:" would take it away. */
	struct str line = value.n > 0
			      ? str_fmt(hop->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(value))
			      : str_fmt(hop->arena, "%.*s;", STR_ARG(name));
	struct curl_slist *list = curl_slist_append(hop->list, str_z(hop->arena, line));

	if (list)
		hop->list = list;
}

static void
set_headers(struct hop *hop, const struct hop_plan *plan)
{
	const struct http_request *request = plan->request;

	for (size_t i = 0; i < request->n_headers; i++)
		if (!plan->foreign || http_name_harmless(request->headers[i].name))
			add_line(hop, request->headers[i].name, request->headers[i].value);
	if (plan->bearer.n > 0)
		add_line(
		    hop, STR("Authorization"), str_join(hop->arena, STR("Bearer "), plan->bearer));
	if (request->body.n > 0) { /* no "Expect: 100-continue" */
		struct curl_slist *list = curl_slist_append(hop->list, "Expect:");

		if (list)
			hop->list = list;
	}
	curl_easy_setopt(hop->easy, CURLOPT_HTTPHEADER, hop->list);
	if (plan->user.n > 0) {
		curl_easy_setopt(hop->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(hop->easy, CURLOPT_USERNAME, str_z(hop->arena, plan->user));
		curl_easy_setopt(hop->easy, CURLOPT_PASSWORD, str_z(hop->arena, plan->password));
	}
}

static void
set_method(struct hop *hop, const struct http_request *request)
{
	if (str_eq_c(request->method, "GET"))
		return;
	if (str_eq_c(request->method, "HEAD")) {
		curl_easy_setopt(hop->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	curl_easy_setopt(hop->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
	curl_easy_setopt(hop->easy, CURLOPT_POSTFIELDS, request->body.n ? request->body.p : "");
	if (!str_eq_c(request->method, "POST"))
		curl_easy_setopt(
		    hop->easy, CURLOPT_CUSTOMREQUEST, str_z(hop->arena, request->method));
}

static void
set_tls(struct hop *hop, const struct hop_plan *plan)
{
	const struct http_request *request = plan->request;
	CURL *easy = hop->easy;

	/* With a CAPATH libcurl reads the whole bundle anew for every connection. */
	if (request->ca_file.n > 0 || plan->ca_file) {
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(easy, CURLOPT_CAINFO,
		    request->ca_file.n > 0 ? str_z(hop->arena, request->ca_file) : plan->ca_file);
	}
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, (long)plan->tls);
	if (request->client_cert.n > 0 && !plan->foreign)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, str_z(hop->arena, request->client_cert));
	if (request->client_key.n > 0 && !plan->foreign)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, str_z(hop->arena, request->client_key));
}

static void
set_guards(struct hop *hop, const struct hop_plan *plan)
{
	CURL *easy = hop->easy;
	const struct http_request *request = plan->request;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a silent name server must not hold us */
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* "": the environment's proxy is nobody's decision. */
	curl_easy_setopt(
	    easy, CURLOPT_PROXY, request->proxy.n > 0 ? str_z(hop->arena, request->proxy) : "");
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/*
	 * 0: neither the growing cache that libcurl walks for each transfer nor, as with -1, an
	 * address that a host has left years ago.
	 */
	curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, WIRE_CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, WIRE_SLOW_BYTES);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, WIRE_SLOW_S);
	curl_easy_setopt(
	    easy, CURLOPT_TIMEOUT_MS, (long)(plan->timeout_ms > 0 ? plan->timeout_ms : 1));
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, hop);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, hop);
}

void
hop_prepare(struct hop *hop, const struct hop_plan *plan, void *data)
{
	CURL *easy = hop->easy;

	hop_clear(hop);
	hop->request = plan->request;
	hop->body.max = plan->request->max_body;
	hop->prepared = true;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, data);
	curl_easy_setopt(easy, CURLOPT_CURLU, plan->url);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	if (plan->user_agent)
		curl_easy_setopt(easy, CURLOPT_USERAGENT, plan->user_agent);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, hop->error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, hop);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, hop);
	set_guards(hop, plan);
	set_tls(hop, plan);
	set_method(hop, plan->request);
	set_headers(hop, plan);
}
