/*
 * The doctor's look beyond this machine: names and receivers.  No feed is asked and nothing is
 * sent.
 */
#include "doctor.h"

#include "address.h"
#include "file.h"
#include "mailer.h"
#include "specimen.h"
#include "url.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAMES 3    /* of feeds that are looked up */
#define REACH_S 10 /* a receiver is waited for */
#define SLOW_S 4   /* a look-up that takes longer tells enough */

static struct addrinfo *
look_up(struct doctor *d, struct str host, struct str port, int *rc)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *ret = NULL;

	*rc =
	    getaddrinfo(str_z(d->arena, host), port.n ? str_z(d->arena, port) : NULL, &hints, &ret);
	return *rc == 0 ? ret : NULL;
}

static bool
is_name(struct str host)
{
	enum address_kind kind;

	return host.n > 0 && !address_parse(host, &kind);
}

/* Hosts of feeds, spread over all of them, each once. */
static size_t
choose_names(const struct config *c, struct str *names)
{
	size_t n = 0, step = c->n_feeds / NAMES > 0 ? c->n_feeds / NAMES : 1;

	for (size_t i = 0; i < c->n_feeds && n < NAMES; i += step) {
		struct str host = url_host(c->feeds[i].url);
		bool known = false;

		for (size_t k = 0; k < n; k++)
			known = known || str_eq(names[k], host);
		if (is_name(host) && !known)
			names[n++] = host;
	}
	return n;
}

void
doctor_names(struct doctor *d)
{
	struct str names[NAMES], bad = STR("");
	size_t n = d->config && !d->offline ? choose_names(d->config, names) : 0, good = 0,
	       asked = 0;
	time_t start = time(NULL);
	int rc = 0, why = 0;

	if (n == 0)
		return;
	for (; asked < n && time(NULL) - start < SLOW_S; asked++) {
		struct addrinfo *found = look_up(d, names[asked], STR(""), &rc);

		good += found != NULL;
		if (!found) {
			bad = names[asked];
			why = rc;
		}
		if (found)
			freeaddrinfo(found);
	}
	if (good == asked)
		doctor_found(
		    d, "names", FINDING_OK, NULL, "%zu of the feeds' hosts were found", good);
	else
		doctor_found(d, "names", good ? FINDING_WARN : FINDING_FAIL,
		    good ? "see newsbell feeds --ailing"
			 : "see /etc/resolv.conf; resolvectl query NAME",
		    "%.*s: %s", STR_ARG(bad), gai_strerror(why));
}

/* ---- receivers ---- */

static bool
connects(const struct addrinfo *to)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t n = sizeof(int);
	int why = ETIMEDOUT;

	if (fd < 0)
		return false;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
		why = 0;
	else if (errno != EINPROGRESS)
		why = errno;
	else if (poll(&p, 1, REACH_S * 1000) == 1)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n);
	close(fd);
	errno = why;
	return why == 0;
}

/* The host as a resolver takes it, and the port: as written, or that of the scheme. */
static void
take_apart(struct str text, struct str *host, struct str *port)
{
	struct url url;
	struct str rest;

	url_split(text, &url);
	*host = url_host(text);
	rest = str_n(
	    host->p + host->n, (size_t)(url.authority.p + url.authority.n - host->p) - host->n);
	if (rest.n && rest.p[0] == ']')
		rest = str_sub(rest, 1, rest.n);
	if (host->n > 1 && host->p[0] == '[')
		*host = str_sub(*host, 1, host->n - (host->p[host->n - 1] == ']'));
	*port = rest.n > 1 ? str_sub(rest, 1, rest.n) : url.scheme;
}

static bool
reach_http(struct doctor *d, const struct http_request *request, struct err *e)
{
	struct str host, port;
	struct addrinfo *found;
	int rc;

	if (request->proxy.n)
		return true; /* the proxy asks */
	take_apart(request->url, &host, &port);
	found = look_up(d, host, port, &rc);
	if (!found)
		return err_set(e, ERR_NET, "%.*s: %s", STR_ARG(host), gai_strerror(rc));
	for (const struct addrinfo *a = found; a; a = a->ai_next)
		if (connects(a)) {
			freeaddrinfo(found);
			return true;
		}
	freeaddrinfo(found);
	return err_set(
	    e, ERR_NET, "%.*s, port %.*s: %s", STR_ARG(host), STR_ARG(port), strerror(errno));
}

static bool
reach_mail(const struct mail *mail, struct err *e)
{
	for (size_t i = 0; i < mail->n_servers; i++)
		if (!mail->servers[i].lmtp && !mailer_probe(&mail->servers[i], REACH_S, e))
			return false;
	return true;
}

static bool
reach_file(struct doctor *d, struct str path, int mode, struct err *e)
{
	return access(str_z(d->arena, path), mode) == 0 ||
	       err_set(e, ERR_SYSTEM, "%.*s: %s", STR_ARG(path), strerror(errno));
}

/* True also when there is nothing to look at. */
static bool
reach(struct doctor *d, const struct message *m, const char **what, struct err *e)
{
	*what = "";
	switch (m->carrier) {
	case CARRIER_PRINT:
		*what = "it prints";
		return true;
	case CARRIER_HTTP:
		*what = "its host takes connections";
		return d->offline || reach_http(d, &m->http, e);
	case CARRIER_MAIL:
		*what = "the server takes connections, and the log-in";
		return d->offline || reach_mail(&m->mail, e);
	case CARRIER_EXEC:
		*what = "the program is there";
		return reach_file(d, m->exec.argv.v[0], X_OK, e);
	case CARRIER_FILE:
		*what = "its directory may be written";
		return reach_file(d, file_dirname(m->file.path), W_OK, e);
	}
	return true;
}

/* Is a secret of it a credential that only the service has? */
static bool
lacks_secret(const struct channel *ch)
{
	for (size_t i = 0; i < ch->type->n_rows; i++) {
		const struct setting *row = &ch->type->rows[i];
		const void *field = (const char *)ch->settings + row->offset;

		if ((row->type == SETTING_SECRET || row->type == SETTING_ADDRESS ||
			row->type == SETTING_DOCUMENT) &&
		    ((const struct secret *)field)->unread)
			return true;
	}
	return false;
}

void
doctor_channels(struct doctor *d)
{
	const struct send_context context = { .delivery_id = STR("doctor"), .now_s = d->now_s };
	struct alert alert;
	const struct telling telling = { .alert = &alert };

	specimen_make(SEVERITY_NORMAL, d->now_s, d->arena, &alert);
	for (size_t i = 0; d->config && i < d->config->n_channels; i++) {
		const struct channel *ch = &d->config->channels[i];
		const char *what;
		struct message message;
		struct err e = { 0 };
		bool good;

		if (lacks_secret(ch)) {
			doctor_found(d, "channel", FINDING_WARN,
			    str_z(d->arena, str_fmt(d->arena,
						"newsbell deliveries --channel %.*s shows what the "
						"service does",
						STR_ARG(ch->name))),
			    "%.*s (%s): not tried, as its secret is a credential of the service",
			    STR_ARG(ch->name), ch->type->name);
			continue;
		}
		good = ch->type->render(ch, &telling, &context, d->arena, &message, &e);
		good = good && reach(d, &message, &what, &e);
		if (!good)
			doctor_found(d, "channel", FINDING_FAIL,
			    str_z(d->arena,
				str_fmt(d->arena, "newsbell channel test %.*s", STR_ARG(ch->name))),
			    "%.*s (%s): %s", STR_ARG(ch->name), ch->type->name, e.text);
		else if (!d->offline || message.carrier == CARRIER_EXEC ||
			 message.carrier == CARRIER_FILE)
			doctor_found(d, "channel", FINDING_OK, NULL, "%.*s (%s): %s",
			    STR_ARG(ch->name), ch->type->name, what);
	}
}
