#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
open_socket(int family, struct err *e)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		err_set(e, ERR_SYSTEM, "socket: %s", strerror(errno));
	return fd;
}

static int
give_up(int fd, struct str where, struct err *e)
{
	err_set(e, ERR_SYSTEM, "%.*s: %s", STR_ARG(where), strerror(errno));
	close(fd);
	return -1;
}

int
listen_unix(const char *path, struct err *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, bound;

	if (strlen(path) >= sizeof(address.sun_path)) {
		err_set(e, ERR_SYSTEM,
		    "%s: too long for a socket (at most %zu characters); choose a shorter "
		    "directory",
		    path, sizeof(address.sun_path) - 1);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	fd = open_socket(AF_UNIX, e);
	if (fd < 0)
		return -1;
	unlink(path);
	mask = umask(0117);
	bound = bind(fd, (const struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (bound < 0 || listen(fd, LISTEN_BACKLOG) < 0)
		return give_up(fd, str_c(path), e);
	return fd;
}

/* An address of this machine, as sockaddr. */
struct place_ip {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} u;
	socklen_t n;
};

static bool
read_ip(struct str where, struct place_ip *ret, struct err *e)
{
	struct str host = where, port = STR("");
	char text[INET6_ADDRSTRLEN];
	int64_t number;
	size_t colon = STR_NONE;

	for (size_t i = 0; i < where.n; i++)
		if (where.p[i] == ':')
			colon = i;
	if (colon != STR_NONE) {
		host = str_sub(where, 0, colon);
		port = str_sub(where, colon + 1, where.n);
	}
	if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_sub(host, 1, host.n - 1);
	if (host.n >= sizeof(text) || !str_to_i64(port, &number) || number < 0 || number > 65535)
		return err_set(e, ERR_CONFIG, "want 127.0.0.1:PORT, [::1]:PORT or unix:PATH");
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	*ret = (struct place_ip){ .n = sizeof(ret->u.v4) };
	if (inet_pton(AF_INET, text, &ret->u.v4.sin_addr) == 1) {
		ret->u.v4.sin_family = AF_INET;
		ret->u.v4.sin_port = htons((uint16_t)number);
		if (ntohl(ret->u.v4.sin_addr.s_addr) >> 24 != 127)
			return err_set(e, ERR_CONFIG,
			    "only this machine's own addresses (127.0.0.1, [::1]); put a web "
			    "server "
			    "with a password in front for others");
		return true;
	}
	ret->n = sizeof(ret->u.v6);
	if (inet_pton(AF_INET6, text, &ret->u.v6.sin6_addr) != 1)
		return err_set(e, ERR_CONFIG, "want 127.0.0.1:PORT, [::1]:PORT or unix:PATH");
	ret->u.v6.sin6_family = AF_INET6;
	ret->u.v6.sin6_port = htons((uint16_t)number);
	return IN6_IS_ADDR_LOOPBACK(&ret->u.v6.sin6_addr) ||
	       err_set(e, ERR_CONFIG, "only this machine's own addresses (127.0.0.1, [::1])");
}

static const struct str unix_prefix = STR_INIT("unix:");

bool
listen_check(struct str where, struct err *e)
{
	struct place_ip ip;

	if (str_starts(where, unix_prefix))
		return (where.n > unix_prefix.n && where.p[unix_prefix.n] == '/') ||
		       err_set(e, ERR_CONFIG, "want an absolute path after unix:");
	return read_ip(where, &ip, e);
}

int
listen_local(struct str where, struct err *e)
{
	struct place_ip ip;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	const int on = 1;
	int fd;

	if (!listen_check(where, e))
		return -1;
	if (str_starts(where, unix_prefix)) {
		struct str p = str_sub(where, unix_prefix.n, where.n);

		p = str_sub(p, 0, sizeof(path) - 1);
		memcpy(path, p.p, p.n);
		path[p.n] = '\0';
		return listen_unix(path, e);
	}
	read_ip(where, &ip, e);
	fd = open_socket(ip.u.any.sa_family, e);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &ip.u.any, ip.n) < 0 || listen(fd, LISTEN_BACKLOG) < 0)
		return give_up(fd, where, e);
	return fd;
}
