#include "web.h"

#include "ascii.h"
#include "listen.h"
#include "mem.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct web {
	struct web_options options;
	struct MHD_Daemon *daemon;
	ev_io io;
	ev_timer timer;
	int port;
	char *socket; /* path to remove, or NULL */
};

struct web_request {
	struct MHD_Connection *connection;
};

struct str
web_arg(const struct web_request *request, const char *name)
{
	if (!request)
		return STR("");
	return str_c(MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name));
}

/* ---- answering ---- */

/* No script but our own file, nothing from elsewhere, no frame around it. */
static const struct {
	const char *name, *value;
} headers[] = {
	{ "Content-Security-Policy",
	    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'none'; "
	    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

static enum MHD_Result
answer(struct MHD_Connection *connection, int status, const char *type, struct str body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		MHD_add_response_header(response, headers[i].name, headers[i].value);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, (unsigned)status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
refuse(struct MHD_Connection *connection, int status, const char *why)
{
	return answer(connection, status, "text/plain; charset=utf-8", str_c(why));
}

/*
 * A page of another site may have a name of its own resolve to this machine and then read us in the
 * browser of somebody here (DNS rebinding): only names that mean this machine are answered.
 */
static bool
is_host_ours(const struct web *w, struct str host)
{
	static const struct str ours[] = { STR_INIT("127.0.0.1"), STR_INIT("localhost"),
		STR_INIT("[::1]") };
	size_t end = host.n;

	if (w->port == 0)
		return true; /* a Unix socket: a proxy in front, with names of its own */
	for (size_t i = host.n; i-- > 0 && (host.p[i] == ':' || ascii_is_digit(host.p[i]));)
		if (host.p[i] == ':') {
			end = i;
			break;
		}
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (str_eq_ci(str_sub(host, 0, end), ours[i]))
			return true;
	return false;
}

static enum MHD_Result
on_request(void *cookie, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **state)
{
	static const int begun;
	const struct web *w = cookie;
	const struct web_request request = { connection };
	const struct web_options *o = &w->options;

	(void)version;
	(void)upload;
	if (!*state) { /* the headers are there; the end is not */
		*state = (void *)(uintptr_t)&begun;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0; /* nothing that is sent is read */
		return MHD_YES;
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
	if (!is_host_ours(w, str_c(MHD_lookup_connection_value(
				 connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST))))
		return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST,
		    "ask for this as localhost or 127.0.0.1\n");
	for (size_t i = 0; i < o->n_routes; i++) {
		const struct web_route *route = &o->routes[i];
		enum MHD_Result result;
		struct buf body;
		int status;

		if (strcmp(route->path, url) != 0 || (route->page && !o->pages))
			continue;
		buf_init(&body, WEB_BODY_MAX);
		status = route->render(o->cookie, &request, &body);
		result = answer(connection, status, route->type, buf_str(&body));
		buf_free(&body);
		return result;
	}
	return refuse(connection, MHD_HTTP_NOT_FOUND, "nothing here\n");
}

/* ---- on the loop ---- */

static void
run(struct web *w)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	MHD_run(w->daemon);
	ev_timer_stop(w->options.loop, &w->timer);
	if (MHD_get_timeout(w->daemon, &wait_ms) == MHD_YES) {
		ev_timer_set(&w->timer, (double)wait_ms / 1000.0, 0.0);
		ev_timer_start(w->options.loop, &w->timer);
	}
}

static void
on_io(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	run(io->data);
}

static void
on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	run(timer->data);
}

static int
port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t n = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &n) < 0)
		return 0;
	if (address.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)&address)->sin_port);
	if (address.ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
	return 0;
}

struct web *
web_new(const struct web_options *options, struct err *e)
{
	int fd = listen_local(options->where, e);
	const union MHD_DaemonInfo *info;
	struct web *w;

	if (fd < 0)
		return NULL;
	w = xcalloc(1, sizeof(*w));
	w->options = *options;
	w->port = port_of(fd);
	if (w->port == 0) {
		struct str path = str_sub(options->where, sizeof("unix:") - 1, options->where.n);

		w->socket = xcalloc(1, path.n + 1);
		memcpy(w->socket, path.p, path.n);
	}
	w->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, w,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEB_CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WEB_IDLE_S, MHD_OPTION_END);
	info = w->daemon ? MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info) {
		err_set(e, ERR_SYSTEM, "%.*s: the HTTP server cannot be started",
		    STR_ARG(options->where));
		if (!w->daemon)
			close(fd);
		web_free(w);
		return NULL;
	}
	ev_io_init(&w->io, on_io, info->epoll_fd, EV_READ);
	ev_init(&w->timer, on_timer);
	w->io.data = w->timer.data = w;
	ev_io_start(options->loop, &w->io);
	return w;
}

void
web_free(struct web *w)
{
	if (!w)
		return;
	ev_io_stop(w->options.loop, &w->io);
	ev_timer_stop(w->options.loop, &w->timer);
	if (w->daemon)
		MHD_stop_daemon(w->daemon);
	if (w->socket)
		unlink(w->socket);
	free(w->socket);
	free(w);
}

int
web_port(const struct web *w)
{
	return w->port;
}
