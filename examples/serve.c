/*
 * serve: a tiny web server for the demo and for tests.  It serves the files of one directory on
 * 127.0.0.1, with ETag and Last-Modified and 304 for whom they fit, one connection at a time.
 *
 *	serve [-p PORT] DIRECTORY
 *
 * Without -p a free port is taken.  The port is printed on standard output, one line, as soon as
 * connections are accepted.  SIGTERM, SIGINT or SIGHUP end it.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 8192 /* bytes of request line and headers */
#define PATH_CAP 256     /* bytes of a path */
#define PATIENCE_S 5     /* a client that is silent for longer is dropped */

struct request {
	char method[8];
	char path[PATH_CAP];                           /* without the leading slash */
	const char *if_none_match, *if_modified_since; /* NULL: not sent; to the line's end */
};

static const struct {
	const char *suffix, *type;
} types[] = {
	{ ".xml", "application/xml; charset=utf-8" },
	{ ".rss", "application/rss+xml; charset=utf-8" },
	{ ".atom", "application/atom+xml; charset=utf-8" },
	{ ".json", "application/feed+json; charset=utf-8" },
	{ ".html", "text/html; charset=utf-8" },
};

static const char *
type_of(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t k = strlen(types[i].suffix);

		if (n > k && strcmp(path + n - k, types[i].suffix) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

/* The value of a header, up to its line's end, or NULL. */
static const char *
header(const char *headers, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = strstr(headers, "\r\n"); line; line = strstr(line, "\r\n")) {
		line += 2;
		if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
			line += n + 1;
			return line + strspn(line, " \t");
		}
	}
	return NULL;
}

static bool
read_request(int fd, char *buf, struct request *ret)
{
	size_t n = 0;

	do {
		ssize_t got = n < REQUEST_MAX ? recv(fd, buf + n, REQUEST_MAX - n, 0) : 0;

		if (got <= 0)
			return false;
		n += (size_t)got;
		buf[n] = '\0';
	} while (!strstr(buf, "\r\n\r\n"));
	if (sscanf(buf, "%7s /%255[^ ?\r\n]", ret->method, ret->path) != 2)
		return false;
	ret->if_none_match = header(buf, "If-None-Match");
	ret->if_modified_since = header(buf, "If-Modified-Since");
	return true;
}

/* Plain names in the directory alone: no way up, no hidden file. */
static bool
path_is_plain(const char *path)
{
	for (const char *c = path; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return false;
	return path[0] != '.';
}

static void
answer(int fd, const char *status, const char *headers, off_t length)
{
	char head[1024];
	int n = snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\nServer: newsbell-demo\r\nConnection: close\r\n%s"
	    "Content-Length: %jd\r\n\r\n",
	    status, headers, (intmax_t)length);

	(void)send(fd, head, (size_t)n, MSG_NOSIGNAL);
}

static void
send_file(int to, int from, off_t length)
{
	off_t at = 0;

	while (at < length)
		if (sendfile(to, from, &at, (size_t)(length - at)) <= 0)
			return;
}

static void
serve_file(int client, int dir, const struct request *req)
{
	char headers[512], etag[64], modified[64];
	struct stat st;
	struct tm tm;
	int fd = openat(dir, req->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		answer(client, "404 Not Found", "", 0);
		goto out;
	}
	gmtime_r(&st.st_mtim.tv_sec, &tm);
	strftime(modified, sizeof(modified), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	snprintf(etag, sizeof(etag), "\"%jx-%jx-%lx\"", (intmax_t)st.st_mtim.tv_sec,
	    (intmax_t)st.st_size, (unsigned long)st.st_mtim.tv_nsec);
	snprintf(headers, sizeof(headers), "ETag: %s\r\nLast-Modified: %s\r\nContent-Type: %s\r\n",
	    etag, modified, type_of(req->path));
	if (req->if_none_match ? strncmp(req->if_none_match, etag, strlen(etag)) == 0
			       : req->if_modified_since && strncmp(req->if_modified_since, modified,
							       strlen(modified)) == 0) {
		answer(client, "304 Not Modified", headers, 0);
		goto out;
	}
	answer(client, "200 OK", headers, st.st_size);
	if (strcmp(req->method, "HEAD") != 0)
		send_file(client, fd, st.st_size);
out:
	if (fd >= 0)
		close(fd);
}

static void
serve_client(int client, int dir)
{
	static char buf[REQUEST_MAX + 1];
	struct timeval patience = { .tv_sec = PATIENCE_S };
	struct request req;

	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!read_request(client, buf, &req))
		answer(client, "400 Bad Request", "", 0);
	else if (strcmp(req.method, "GET") != 0 && strcmp(req.method, "HEAD") != 0)
		answer(client, "405 Method Not Allowed", "Allow: GET, HEAD\r\n", 0);
	else if (!path_is_plain(req.path))
		answer(client, "404 Not Found", "", 0);
	else
		serve_file(client, dir, &req);
}

/* A listening socket on 127.0.0.1, or -1; *port is in and out. */
static int
listen_on(uint16_t *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(*port) };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) != 0)
		return -1;
	*port = ntohs(sin.sin_port);
	return fd;
}

static int
usage(void)
{
	fprintf(stderr, "usage: serve [-p PORT] DIRECTORY\n");
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	uint16_t port = 0;
	int c, dir, fd;

	while ((c = getopt(argc, argv, "p:")) != -1) {
		if (c != 'p')
			return usage();
		port = (uint16_t)strtoul(optarg, NULL, 10);
	}
	if (optind != argc - 1)
		return usage();
	dir = open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		fprintf(stderr, "serve: %s: %s\n", argv[optind], strerror(errno));
		return EX_NOINPUT;
	}
	fd = listen_on(&port);
	if (fd < 0) {
		fprintf(stderr, "serve: 127.0.0.1:%u: %s\n", port, strerror(errno));
		return EX_UNAVAILABLE;
	}
	printf("%u\n", port);
	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0)
			continue;
		serve_client(client, dir);
		close(client);
	}
}
