#include "lmtp.h"

#include "buf.h"
#include "clock.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECT_S 30
#define COMMAND_S 300 /* RFC 5321 4.5.3.2 */
#define DOT_S 660     /* the same: 10 minutes for the final dot */
#define SLICE_MS 200  /* how soon a stop is seen */
#define REPLY_MAX 1024
#define MESSAGE_MAX ((size_t)16 << 20) /* bytes with dots stuffed */

struct dialogue {
	int fd;
	const atomic_bool *stop;
	bool utf8; /* the server takes addresses in UTF-8 */
	char in[REPLY_MAX];
	size_t n_in;
	struct lmtp_answer *ret;
};

/* What went wrong before the server said anything of the mail. */
static bool
broken(struct dialogue *d, const char *what, const char *why)
{
	d->ret->code = 0;
	snprintf(d->ret->text, sizeof(d->ret->text), "%s: %s", what, why);
	return false;
}

/* ---- bytes ---- */

/* False: neither readable nor writable in time, or stopped. */
static bool
await(struct dialogue *d, short events, int seconds)
{
	int64_t end = clock_ms() + (int64_t)seconds * 1000;

	while (!atomic_load(d->stop)) {
		struct pollfd p = { .fd = d->fd, .events = events };
		int rc = poll(&p, 1, SLICE_MS);

		if (rc > 0)
			return true;
		if ((rc < 0 && errno != EINTR) || clock_ms() >= end)
			return broken(d, "LMTP", rc < 0 ? strerror(errno) : "no answer in time");
	}
	return broken(d, "LMTP", "we are ending");
}

static bool
send_all(struct dialogue *d, struct str s)
{
	while (s.n) {
		ssize_t k;

		if (!await(d, POLLOUT, COMMAND_S))
			return false;
		k = send(d->fd, s.p, s.n, MSG_NOSIGNAL);
		if (k < 0 && errno != EINTR && errno != EAGAIN)
			return broken(d, "LMTP", strerror(errno));
		if (k > 0)
			s = str_sub(s, (size_t)k, s.n);
	}
	return true;
}

/* One line without its end, in d->in until the next call. */
static bool
read_line(struct dialogue *d, struct str *ret, int seconds)
{
	static const char too_long[] = "a line without end";

	for (;;) {
		const char *nl = memchr(d->in, '\n', d->n_in);
		ssize_t k;

		if (nl) {
			*ret = str_n(d->in, (size_t)(nl - d->in) + 1);
			return true;
		}
		if (d->n_in == sizeof(d->in))
			return broken(d, "LMTP", too_long);
		if (!await(d, POLLIN, seconds))
			return false;
		k = recv(d->fd, d->in + d->n_in, sizeof(d->in) - d->n_in, 0);
		if (k == 0)
			return broken(d, "LMTP", "the server hung up");
		if (k < 0 && errno != EINTR && errno != EAGAIN)
			return broken(d, "LMTP", strerror(errno));
		if (k > 0)
			d->n_in += (size_t)k;
	}
}

static void
drop_line(struct dialogue *d, struct str line)
{
	d->n_in -= line.n;
	memmove(d->in, d->in + line.n, d->n_in);
}

/* ---- replies ---- */

static int
reply_code(struct str line)
{
	int code = 0;

	for (size_t i = 0; i < 3; i++) {
		if (i >= line.n || line.p[i] < '0' || line.p[i] > '9')
			return 0;
		code = code * 10 + line.p[i] - '0';
	}
	return code;
}

/* A whole reply; *ret is its code and its last line.  False: there was none. */
static bool
read_reply(struct dialogue *d, int seconds, struct lmtp_answer *ret)
{
	for (;;) {
		struct str line, text;
		bool more;

		if (!read_line(d, &line, seconds))
			return false;
		text = str_trim(line);
		ret->code = reply_code(text);
		if (ret->code < 200 || ret->code > 599)
			return broken(d, "LMTP", "this is no reply of a mail server");
		more = text.n > 3 && text.p[3] == '-';
		if (str_starts_ci(str_sub(text, 4, text.n), STR("SMTPUTF8")))
			d->utf8 = true;
		snprintf(ret->text, sizeof(ret->text), "%.*s", STR_ARG(text));
		drop_line(d, line);
		if (!more)
			return true;
	}
}

/* A command and its reply, which is to be of that hundred. */
static bool
ask(struct dialogue *d, int want, const char *command, struct str argument, const char *end)
{
	struct buf b;
	bool good;

	buf_init(&b, REPLY_MAX);
	buf_addf(&b, "%s%.*s%s\r\n", command, STR_ARG(argument), end);
	good = send_all(d, buf_str(&b)) && read_reply(d, COMMAND_S, d->ret);
	buf_free(&b);
	return good && d->ret->code / 100 == want;
}

/* ---- the mail ---- */

static bool
connect_unix(struct dialogue *d, struct str path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (path.n >= sizeof(a.sun_path))
		return broken(d, "LMTP", "the path of the socket is too long");
	memcpy(a.sun_path, path.p, path.n);
	d->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (d->fd < 0 || connect(d->fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		return broken(d, a.sun_path, strerror(errno));
	return true;
}

/* To one address, in time. */
static bool
connect_to(struct dialogue *d, const struct addrinfo *to)
{
	int error = 0;
	socklen_t n = sizeof(error);

	d->fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (d->fd < 0)
		return broken(d, "LMTP", strerror(errno));
	if (connect(d->fd, to->ai_addr, to->ai_addrlen) == 0)
		return true;
	if (errno != EINPROGRESS)
		return broken(d, "LMTP", strerror(errno));
	if (!await(d, POLLOUT, CONNECT_S))
		return false;
	if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error)
		return broken(d, "LMTP", strerror(error));
	return true;
}

static bool
connect_tcp(struct dialogue *d, struct str server, struct arena *arena)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	size_t colon = server.n;
	struct str host;
	struct addrinfo *found = NULL;
	bool good = false;
	int rc;

	while (colon && server.p[colon - 1] != ':')
		colon--;
	host = str_sub(server, 0, colon - 1);
	if (host.n > 1 && host.p[0] == '[')
		host = str_sub(host, 1, host.n - 1);
	rc = getaddrinfo(
	    str_z(arena, host), str_z(arena, str_sub(server, colon, server.n)), &hints, &found);
	if (rc != 0)
		return broken(d, str_z(arena, host), gai_strerror(rc));
	for (const struct addrinfo *a = found; a && !good; a = a->ai_next) {
		if (d->fd >= 0)
			close(d->fd);
		good = connect_to(d, a);
	}
	freeaddrinfo(found);
	return good;
}

static bool
envelope(struct dialogue *d, const struct mail *mail)
{
	char host[256] = "localhost";
	bool ascii = str_is_ascii(mail->from);

	for (size_t i = 0; i < mail->to.n; i++)
		ascii = ascii && str_is_ascii(mail->to.v[i]);
	gethostname(host, sizeof(host) - 1);
	if (!read_reply(d, COMMAND_S, d->ret) || d->ret->code / 100 != 2 ||
	    !ask(d, 2, "LHLO ", str_c(host), ""))
		return false;
	if (!ascii && !d->utf8) {
		d->ret->code = 553;
		snprintf(d->ret->text, sizeof(d->ret->text),
		    "the server takes no addresses in UTF-8 (SMTPUTF8)");
		return false;
	}
	if (!ask(d, 2, "MAIL FROM:<", mail->from, ascii ? ">" : "> SMTPUTF8"))
		return false;
	for (size_t i = 0; i < mail->to.n; i++)
		if (!ask(d, 2, "RCPT TO:<", mail->to.v[i], ">"))
			return false;
	return true;
}

/* A dot before each that begins a line; what ends them all. */
static bool
send_data(struct dialogue *d, struct str data)
{
	struct buf b;
	bool good;

	buf_init(&b, MESSAGE_MAX);
	while (data.n) {
		size_t nl = str_find_char(data, '\n');
		struct str line = str_sub(data, 0, nl == STR_NONE ? data.n : nl + 1);

		if (line.p[0] == '.')
			buf_add_char(&b, '.');
		buf_add(&b, line);
		data = str_sub(data, line.n, data.n);
	}
	buf_add(&b, STR(".\r\n"));
	good = send_all(d, buf_str(&b));
	buf_free(&b);
	return good;
}

/* What matters more for the mail as a whole: another try, then a refusal. */
static int
gravity(int code)
{
	return code / 100 == 4 ? 2 : code / 100 == 5;
}

static void
read_verdicts(struct dialogue *d, const struct mail *mail)
{
	struct lmtp_answer one;

	for (size_t i = 0; i < mail->to.n; i++) {
		if (!read_reply(d, DOT_S, &one))
			return;
		if (i && gravity(one.code) <= gravity(d->ret->code))
			continue;
		d->ret->code = one.code;
		snprintf(d->ret->text, sizeof(d->ret->text), "%.*s%s%.400s",
		    (int)(mail->to.n > 1 ? mail->to.v[i].n : 0), mail->to.v[i].p,
		    mail->to.n > 1 ? ": " : "", one.text);
	}
}

void
lmtp_send(
    struct str server, const struct mail *mail, const atomic_bool *stop, struct lmtp_answer *ret)
{
	struct dialogue d = { .fd = -1, .stop = stop, .ret = ret };
	struct arena *arena = arena_new();

	*ret = (struct lmtp_answer){ 0 };
	if ((server.p[0] == '/' ? connect_unix(&d, server) : connect_tcp(&d, server, arena)) &&
	    envelope(&d, mail)) {
		ret->data_phase = true;
		if (ask(&d, 3, "DATA", STR(""), "") && send_data(&d, mail->data))
			read_verdicts(&d, mail);
	}
	if (d.fd >= 0) {
		send(d.fd, "QUIT\r\n", 6, MSG_NOSIGNAL | MSG_DONTWAIT);
		close(d.fd);
	}
	arena_free(arena);
}
