#include "hop.h"

#include "wire.h"

#include <string.h>

#define BODY_KEPT ((size_t)64 << 10) /* bytes of a body buffer kept for the next exchange */
#define READ_SIZE (36L << 10)        /* bytes asked of a socket at once: most feeds in one piece */

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
	buf_free(&hop->body);
	arena_free(hop->arena);
	*hop = (struct hop){ 0 };
}

void
hop_clear(struct hop *hop)
{
	if (hop->special) { /* no secret stays in it */
		curl_easy_reset(hop->easy);
		hop->based = hop->special = false;
	} else if (hop->list) {
		curl_easy_setopt(hop->easy, CURLOPT_HTTPHEADER, NULL);
	}
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
	received += READ_SIZE;
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

/* A list of our own, in memory that is wiped, instead of libcurl's with two blocks a line. */
static void
add_text(struct hop *hop, char *line)
{
	struct curl_slist *one = ARENA_NEW(hop->arena, struct curl_slist), **end = &hop->list;

	while (*end)
		end = &(*end)->next;
	one->data = line;
	*end = one;
}

static void
add_line(struct hop *hop, struct str name, struct str value)
{
	char *line = arena_bytes(hop->arena, name.n + value.n + 3), *to = line;

	to = mempcpy(to, name.p, name.n);
	if (value.n) {
		to = mempcpy(to, ": ", 2);
		to = mempcpy(to, value.p, value.n);
	} else { /* "Name;" is libcurl's way to say an empty one; "Name:" would take it away. */
		*to++ = ';';
	}
	*to = '\0';
	add_text(hop, line);
}

/* Unless the request has its own. */
static void
add_default(struct hop *hop, struct str name, struct str value)
{
	const struct http_request *request = hop->request;

	if (value.n && !http_header_find(request->headers, request->n_headers, name).p)
		add_line(hop, name, value);
}

static void
set_headers(struct hop *hop, const struct hop_plan *plan)
{
	const struct http_request *request = plan->request;

	/* As headers of ours they are written once; of libcurl's, twice. */
	add_default(hop, STR("User-Agent"), plan->user_agent);
	add_default(hop, STR("Accept-Encoding"), plan->encodings);
	for (size_t i = 0; i < request->n_headers; i++) {
		bool harmless_one = http_name_harmless(request->headers[i].name);

		if (!plan->foreign || harmless_one)
			add_line(hop, request->headers[i].name, request->headers[i].value);
		hop->special = hop->special || !harmless_one;
	}
	if (plan->bearer.n > 0)
		add_line(
		    hop, STR("Authorization"), str_join(hop->arena, STR("Bearer "), plan->bearer));
	if (request->body.n > 0) /* no "Expect: 100-continue" */
		add_text(hop, str_z(hop->arena, STR("Expect:")));
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

	if (request->ca_file.n > 0) {
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(easy, CURLOPT_CAINFO, str_z(hop->arena, request->ca_file));
	}
	if (request->client_cert.n > 0 && !plan->foreign)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, str_z(hop->arena, request->client_cert));
	if (request->client_key.n > 0 && !plan->foreign)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, str_z(hop->arena, request->client_key));
}

static void
set_proxy(struct hop *hop, const struct hop_plan *plan)
{
	if (plan->request->proxy.n == 0)
		return;
	curl_easy_setopt(hop->easy, CURLOPT_PROXY, str_z(hop->arena, plan->request->proxy));
	if (plan->user_agent.n) /* a tunnel is asked for by libcurl's own headers */
		curl_easy_setopt(hop->easy, CURLOPT_USERAGENT, str_z(hop->arena, plan->user_agent));
}

/* What is the same for all requests stays in the handle. */
static void
set_base(struct hop *hop, const struct hop_plan *plan)
{
	CURL *easy = hop->easy;

	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_SIZE);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, hop->error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, hop);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, hop);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a silent name server must not hold us */
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* the environment's is nobody's decision */
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/*
	 * 0: neither the growing cache that libcurl walks for each transfer nor, as with -1, an
	 * address that a host has left years ago.
	 */
	curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, WIRE_CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, WIRE_SLOW_BYTES);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, WIRE_SLOW_S);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, hop);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, hop);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (plan->ca_file) {
		/* With a CAPATH libcurl reads the whole bundle anew for every connection. */
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(easy, CURLOPT_CAINFO, plan->ca_file);
	}
	hop->based = true;
}

/* Does it set what set_each does not set back? */
static bool
is_special(const struct hop_plan *plan)
{
	const struct http_request *r = plan->request;

	return !str_eq_c(r->method, "GET") || r->body.n || plan->user.n || plan->bearer.n ||
	       r->proxy.n || r->ca_file.n || r->client_cert.n || r->client_key.n;
}

static void
set_each(struct hop *hop, const struct hop_plan *plan)
{
	CURL *easy = hop->easy;

	curl_easy_setopt(easy, CURLOPT_CURLU, plan->url);
	if (!plan->url)
		curl_easy_setopt(easy, CURLOPT_URL, plan->location);
	curl_easy_setopt(
	    easy, CURLOPT_TIMEOUT_MS, (long)(plan->timeout_ms > 0 ? plan->timeout_ms : 1));
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, (long)plan->tls);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 0L);
	/* A request in one piece waits for nothing: that is one system call less. */
	curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, (long)(plan->tls || plan->request->body.n));
}

void
hop_prepare(struct hop *hop, const struct hop_plan *plan, void *data)
{
	hop_clear(hop);
	hop->request = plan->request;
	hop->body.max = plan->request->max_body;
	hop->special = is_special(plan);
	if (!hop->based)
		set_base(hop, plan);
	curl_easy_setopt(hop->easy, CURLOPT_PRIVATE, data);
	set_each(hop, plan);
	set_proxy(hop, plan);
	set_tls(hop, plan);
	set_method(hop, plan->request);
	set_headers(hop, plan);
}
