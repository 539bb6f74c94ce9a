#include "origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST_MAX 16384
#define BOMB_RUNS 200000 /* times 258 bytes */

static atomic_int n_requests, n_connections;

static void
put(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		ssize_t k = send(fd, from, n, MSG_NOSIGNAL);

		if (k <= 0)
			pthread_exit(NULL);
		from += k;
		n -= (size_t)k;
	}
}

static void
put_text(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

static void
answer(int fd, const char *status, const char *headers, const char *body)
{
	char head[2048];

	snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status,
	    strlen(body), headers);
	put_text(fd, head);
	put_text(fd, body);
}

static void
close_now(int fd)
{
	close(fd);
	pthread_exit(NULL);
}

static void
plain(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	answer(fd, "200 OK", "Content-Type: text/plain\r\n", "hello");
}

static void
etag(int fd, const char *request, const char *path)
{
	(void)path;
	if (strstr(request, "\r\nIf-None-Match: \"v1\"\r\n"))
		put_text(fd, "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: "
			     "max-age=60\r\n\r\n");
	else
		answer(fd, "200 OK", "ETag: \"v1\"\r\n", "hello");
}

/* "hello" in one stored block. */
static void
gzip(int fd, const char *request, const char *path)
{
	static const unsigned char body[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0, 0xfa,
		0xff, 'h', 'e', 'l', 'l', 'o', 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0 };
	char head[200];

	(void)path;
	if (!strstr(request, "gzip")) {
		answer(fd, "406 Not Acceptable", "", "");
		return;
	}
	snprintf(head, sizeof(head),
	    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
	    sizeof(body));
	put_text(fd, head);
	put(fd, body, sizeof(body));
}

static void
bad_gzip(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	answer(fd, "200 OK", "Content-Encoding: gzip\r\n", "this was never compressed");
}

static void
chunked(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	put_text(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		     "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
}

static void
trailer(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	put_text(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n"
		     "5\r\nhello\r\n0\r\nETag: \"late\"\r\n\r\n");
}

static void
early(int fd, const char *request, const char *path)
{
	put_text(fd, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\nETag: \"early\"\r\n\r\n");
	plain(fd, request, path);
}

static void
echo(int fd, const char *request, const char *path)
{
	(void)path;
	answer(fd, "200 OK", "", request);
}

static void
status(int fd, const char *request, const char *path)
{
	char line[64];

	(void)request;
	snprintf(line, sizeof(line), "%.3s Scripted", path);
	answer(fd, line, "Retry-After: 7\r\n", "");
}

static void
redirect(int fd, const char *request, const char *path)
{
	char line[64], location[1500];

	(void)request;
	snprintf(line, sizeof(line), "%.3s Elsewhere", path);
	snprintf(location, sizeof(location), "Location: %s\r\n", strlen(path) > 4 ? path + 4 : "");
	answer(fd, line, location, "");
}

static void
silent(int fd, const char *request, const char *path)
{
	char c;

	(void)request;
	(void)path;
	while (recv(fd, &c, 1, 0) > 0)
		;
	close_now(fd);
}

static void
drip(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	put_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
	for (;;) {
		put_text(fd, ".");
		usleep(20000);
	}
}

static void
empty(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	close_now(fd);
}

static void
reset(int fd, const char *request, const char *path)
{
	struct linger now = { .l_onoff = 1 };

	(void)request;
	(void)path;
	put_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
	usleep(20000);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close_now(fd);
}

static void
cut(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	put_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
	close_now(fd);
}

static void
garbage(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	put_text(fd, "SSH-2.0-OpenSSH_9.2\r\n");
	close_now(fd);
}

static void
huge(int fd, const char *request, const char *path)
{
	static char block[8192];

	(void)request;
	(void)path;
	memset(block, 'x', sizeof(block));
	put_text(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (;;) {
		put_text(fd, "2000\r\n");
		put(fd, block, sizeof(block));
		put_text(fd, "\r\n");
	}
}

static void
headers(int fd, const char *request, const char *path)
{
	(void)request;
	(void)path;
	put_text(fd, "HTTP/1.1 200 OK\r\n");
	for (;;)
		put_text(
		    fd, "X-More: and more, and more, and more, and more, and more, and more\r\n");
}

static void
count(int fd, const char *request, const char *path)
{
	char body[64];

	(void)request;
	(void)path;
	snprintf(body, sizeof(body), "%d %d", n_requests, n_connections);
	answer(fd, "200 OK", "", body);
}

struct bits {
	unsigned char *p;
	size_t n;
	unsigned held, word;
};

static void
add_bits(struct bits *b, unsigned value, unsigned n)
{
	b->word |= value << b->held;
	b->held += n;
	while (b->held >= 8) {
		b->p[b->n++] = (unsigned char)b->word;
		b->word >>= 8;
		b->held -= 8;
	}
}

/* One block of fixed codes: 'a', then over and over "258 bytes from one back" in 13 bits. */
static void
bomb(int fd, const char *request, const char *path)
{
	static const unsigned char head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	struct bits b = { .p = malloc(BOMB_RUNS * 2 + 64) };

	(void)request;
	(void)path;
	if (!b.p)
		abort();
	add_bits(&b, 3, 3);    /* the last block, fixed codes */
	add_bits(&b, 0x89, 8); /* 'a' is 10010001, sent from its high end */
	for (int i = 0; i < BOMB_RUNS; i++) {
		add_bits(&b, 0xa3, 8); /* length 258 is 11000101 */
		add_bits(&b, 0, 5);    /* distance 1 */
	}
	add_bits(&b, 0, 15);
	put_text(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
	put(fd, head, sizeof(head));
	put(fd, b.p, b.n);
	free(b.p);
	close_now(fd);
}

static const struct {
	const char *path;
	void (*serve)(int fd, const char *request, const char *rest);
} scripts[] = {
	{ "/plain", plain },
	{ "/etag", etag },
	{ "/gzip", gzip },
	{ "/badgzip", bad_gzip },
	{ "/chunked", chunked },
	{ "/trailer", trailer },
	{ "/early", early },
	{ "/echo", echo },
	{ "/status/", status },
	{ "/r/", redirect },
	{ "/silent", silent },
	{ "/drip", drip },
	{ "/empty", empty },
	{ "/reset", reset },
	{ "/cut", cut },
	{ "/garbage", garbage },
	{ "/huge", huge },
	{ "/headers", headers },
	{ "/count", count },
	{ "/bomb", bomb },
};

static void
serve(int fd, char *request)
{
	char *path = strchr(request, ' ');
	char rest[1024] = "";

	n_requests++;
	if (!path)
		close_now(fd);
	path++;
	if (strncmp(path, "http://", 7) == 0) /* as proxies are asked */
		path = strchr(path + 7, '/');
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		size_t n = strlen(scripts[i].path);

		if (strncmp(path, scripts[i].path, n) == 0) {
			sscanf(path + n, "%1023[^ ]", rest);
			scripts[i].serve(fd, request, rest);
			return;
		}
	}
	answer(fd, "404 Not Found", "", "");
}

/* Reads one request with its body, NUL-terminated; false at the end of the connection. */
static int
read_request(int fd, char *request)
{
	size_t n = 0, want = 0;

	for (;;) {
		char *end;
		ssize_t k = recv(fd, request + n, want ? want - n : REQUEST_MAX - n - 1, 0);

		if (k <= 0)
			return 0;
		n += (size_t)k;
		request[n] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (end && want == 0) {
			char *length = strcasestr(request, "\r\nContent-Length:");

			want = (size_t)(end + 4 - request);
			if (length)
				want += strtoul(length + 17, NULL, 10);
		}
		if (want && n >= want)
			return 1;
		if (n >= REQUEST_MAX - 1)
			return 0;
	}
}

static void *
connection(void *data)
{
	int fd = (int)(intptr_t)data;
	char request[REQUEST_MAX];

	pthread_detach(pthread_self());
	while (read_request(fd, request))
		serve(fd, request);
	close(fd);
	return NULL;
}

static int
listen_on(const char *address, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

	inet_pton(AF_INET, address, &in.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, 128) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
port_of(int fd)
{
	struct sockaddr_in in;
	socklen_t n = sizeof(in);

	getsockname(fd, (struct sockaddr *)&in, &n);
	return ntohs(in.sin_port);
}

static void
run(int one, int two)
{
	struct pollfd polls[2] = { { .fd = one, .events = POLLIN },
		{ .fd = two, .events = POLLIN } };

	for (;;) {
		poll(polls, 2, -1);
		for (int i = 0; i < 2; i++) {
			pthread_t thread;
			int fd;

			if (!(polls[i].revents & POLLIN) ||
			    (fd = accept(polls[i].fd, NULL, NULL)) < 0)
				continue;
			n_connections++;
			if (pthread_create(&thread, NULL, connection, (void *)(intptr_t)fd) != 0)
				close(fd);
		}
	}
}

void
origin_start(struct origin *origin)
{
	int one = -1, two = -1;

	for (int tries = 0; tries < 100 && two < 0; tries++) {
		if (one >= 0)
			close(one);
		one = listen_on("127.0.0.1", 0);
		two = one < 0 ? -1 : listen_on("127.0.0.2", port_of(one));
	}
	if (two < 0) {
		perror("origin");
		exit(99);
	}
	origin->port = port_of(one);
	origin->pid = fork();
	if (origin->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(one, two);
	}
	close(one);
	close(two);
}

void
origin_stop(struct origin *origin)
{
	kill(origin->pid, SIGKILL);
	waitpid(origin->pid, NULL, 0);
}
