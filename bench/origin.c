/*
 * A web server for measuring and long tests: many synthetic feeds on many loopback hosts, with the
 * books of what was asked and served.  One thread, epoll.
 *
 *   origin --port P --feeds N [--hosts H] [--items 20] [--bytes 1500] [--latency MIN-MAX]
 *          [--every S] [--plain] [--close] [--fail PERMILLE]
 *
 * Feed i is http://127.A.B.C:P/feed/I, on the (i % H)th of the hosts 127.77.0.1 and on (H 0: each
 * on its own).  --every S: a new item in each feed every S seconds, not all at once; /bump adds one
 * to all now.  --plain: no validators, so every answer is 200.  --fail: so many of 1,000 feeds
 * answer 500, 404, 410, reset or nothing, for ever.
 *
 *   /stats   what was asked, as JSON        /bump   one more item in every feed
 *   /books   "feed last" a line: the number of the newest item of each feed
 *   /forget  empties what is known of each feed
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 8192
#define HOST_BASE 0x7f4d0001u /* 127.77.0.1 */

static struct {
	int port, items, bytes, latency_min, latency_max, fail;
	uint32_t feeds, hosts;
	double every;
	bool plain, closing;
} options = { .port = 8080, .feeds = 1000, .items = 20, .bytes = 1500 };

struct feed_book {
	uint32_t requests, unconditional;
	int64_t last_ms;
	uint8_t active;
};

static struct feed_book *books;
static uint8_t *host_active;
static uint64_t n_requests, n_full, n_same, n_failed, n_unconditional_again, n_overlapping;
static uint32_t base, host_most, active_most, active;
static int64_t start_ms, gap_least_ms = INT64_MAX;
static char *filler;

struct connection {
	int fd;
	char in[REQUEST_MAX];
	size_t in_n;
	char *out;
	size_t out_n, out_at, out_cap;
	int64_t due_ms; /* of the answer that waits, 0 = none */
	size_t heap_at;
	int64_t feed; /* being answered, -1 = none */
	bool closing;
};

static struct connection **heap;
static size_t n_heap, cap_heap;
static int poller;

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static uint32_t
mix(uint32_t v)
{
	v ^= v >> 16;
	v *= 0x7feb352dU;
	v ^= v >> 15;
	v *= 0x846ca68bU;
	return v ^ v >> 16;
}

static void *
must(void *p)
{
	if (p)
		return p;
	perror("origin");
	exit(1);
}

/* ---- answers that wait: a heap by time ---- */

static void
heap_put(size_t at, struct connection *c)
{
	heap[at] = c;
	c->heap_at = at;
}

static void
heap_sift(struct connection *c)
{
	size_t at = c->heap_at;

	while (at > 0 && heap[(at - 1) / 2]->due_ms > c->due_ms) {
		heap_put(at, heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < n_heap && heap[child + 1]->due_ms < heap[child]->due_ms)
			child++;
		if (child >= n_heap || heap[child]->due_ms >= c->due_ms)
			break;
		heap_put(at, heap[child]);
		at = child;
	}
	heap_put(at, c);
}

static void
heap_add(struct connection *c, int64_t due_ms)
{
	if (n_heap == cap_heap) {
		cap_heap = cap_heap ? cap_heap * 2 : 256;
		heap = must(realloc(heap, cap_heap * sizeof(*heap)));
	}
	c->due_ms = due_ms;
	c->heap_at = n_heap++;
	heap[c->heap_at] = c;
	heap_sift(c);
}

static void
heap_remove(struct connection *c)
{
	struct connection *last = heap[--n_heap];

	c->due_ms = 0;
	if (last == c)
		return;
	last->heap_at = c->heap_at;
	heap[c->heap_at] = last;
	heap_sift(last);
}

/* ---- output ---- */

static void
put(struct connection *c, const char *p, size_t n)
{
	if (c->out_n + n > c->out_cap) {
		c->out_cap = (c->out_n + n) * 2;
		c->out = must(realloc(c->out, c->out_cap));
	}
	memcpy(c->out + c->out_n, p, n);
	c->out_n += n;
}

__attribute__((format(printf, 2, 3))) static void
putf(struct connection *c, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put(c, text, n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

/* ---- feeds ---- */

static uint32_t
newest(uint32_t feed)
{
	uint32_t n = base + (uint32_t)options.items;
	double phase;

	if (options.every <= 0)
		return n;
	phase = (double)(mix(feed) % 10000) / 10000.0 * options.every;
	return n + (uint32_t)(((double)(now_ms() - start_ms) / 1000.0 + phase) / options.every);
}

static void
put_item(struct connection *c, uint32_t feed, uint32_t number, bool atom)
{
	uint32_t from = mix(feed * 31 + number) % 100000;

	if (atom)
		putf(c,
		    "<entry><id>tag:feed-%u,2026:%u</id><title>Report %u of feed %u</title>"
		    "<link href=\"http://f%u.example.org/report/%u\"/>"
		    "<updated>2026-%02u-%02uT%02u:%02u:00Z</updated>"
		    "<author><name>Writer %u</name></author><category term=\"c%u\"/>"
		    "<summary type=\"html\">&lt;p&gt;",
		    feed, number, number, feed, feed, number, 1 + number / 28 % 12, 1 + number % 28,
		    feed % 24, number % 60, feed % 50, number % 7);
	else
		putf(c,
		    "<item><guid isPermaLink=\"false\">feed-%u-%u</guid>"
		    "<title>Report %u of feed %u</title>"
		    "<link>http://f%u.example.org/report/%u</link>"
		    "<pubDate>%02u Mar 2026 %02u:%02u:00 GMT</pubDate>"
		    "<author>w%u@example.org</author><category>c%u</category>"
		    "<description>&lt;p&gt;",
		    feed, number, number, feed, feed, number, 1 + number % 28, feed % 24,
		    number % 60, feed % 50, number % 7);
	put(c, filler + from, (size_t)options.bytes);
	if (atom)
		putf(c, "&lt;/p&gt;</summary></entry>\n");
	else
		putf(c, "&lt;/p&gt;</description></item>\n");
}

static void
put_head(struct connection *c, const char *status, size_t n, uint32_t feed, uint32_t version)
{
	putf(c, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nContent-Type: application/xml\r\n", status,
	    n);
	if (!options.plain)
		putf(c, "ETag: \"%u-%u\"\r\n", feed, version);
	putf(c, "%s\r\n", c->closing ? "Connection: close\r\n" : "");
}

static void
put_feed(struct connection *c, uint32_t feed, uint32_t version)
{
	static struct connection body; /* only its output is used */
	bool atom = feed % 2;

	body.out_n = 0;
	if (atom)
		putf(&body,
		    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed "
		    "xmlns=\"http://www.w3.org/2005/Atom\"><id>tag:feed-%u,2026:feed</id>"
		    "<title>Feed %u</title><updated>2026-03-01T00:00:00Z</updated>\n",
		    feed, feed);
	else
		putf(&body,
		    "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Feed %u</title>"
		    "<link>http://www.example.org/%u/</link><description>Made</description>\n",
		    feed, feed);
	for (int i = 0; i < options.items && (uint32_t)i < version; i++)
		put_item(&body, feed, version - (uint32_t)i, atom);
	putf(&body, atom ? "</feed>\n" : "</channel></rss>\n");
	put_head(c, "200 OK", body.out_n, feed, version);
	put(c, body.out, body.out_n);
}

/* ---- the books ---- */

static void
put_text(struct connection *c, const char *text, size_t n)
{
	putf(c, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	put(c, text, n);
}

static void
put_stats(struct connection *c)
{
	struct rusage used;
	char text[1024];
	uint32_t asked = 0, most = 0;
	int n;

	getrusage(RUSAGE_SELF, &used);
	for (uint32_t i = 0; i < options.feeds; i++) {
		asked += books[i].requests > 0;
		if (books[i].requests > most)
			most = books[i].requests;
	}
	n = snprintf(text, sizeof(text),
	    "{\"requests\": %llu, \"full\": %llu, \"same\": %llu, \"failed\": %llu, "
	    "\"unconditional_again\": %llu, \"overlapping\": %llu, \"most_per_host\": %u, "
	    "\"most_at_once\": %u, \"feeds_asked\": %u, \"most_per_feed\": %u, "
	    "\"least_gap_ms\": %lld, \"cpu_s\": %.3f}\n",
	    (unsigned long long)n_requests, (unsigned long long)n_full, (unsigned long long)n_same,
	    (unsigned long long)n_failed, (unsigned long long)n_unconditional_again,
	    (unsigned long long)n_overlapping, host_most, active_most, asked, most,
	    gap_least_ms == INT64_MAX ? -1LL : (long long)gap_least_ms,
	    (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 +
		(double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6);
	put_text(c, text, (size_t)n);
}

static void
put_books(struct connection *c)
{
	char *text = must(malloc((size_t)options.feeds * 24 + 1));
	size_t n = 0;

	for (uint32_t i = 0; i < options.feeds; i++)
		n += (size_t)sprintf(text + n, "%u %u\n", i, newest(i));
	put_text(c, text, n);
	free(text);
}

static uint32_t
host_of(uint32_t feed)
{
	return options.hosts ? feed % options.hosts : feed;
}

static void
book(struct connection *c, uint32_t feed, bool conditional)
{
	struct feed_book *b = &books[feed];
	int64_t now = now_ms();

	n_requests++;
	if (b->requests++ > 0 && now - b->last_ms < gap_least_ms)
		gap_least_ms = now - b->last_ms;
	b->last_ms = now;
	if (!conditional && b->unconditional++ > 0)
		n_unconditional_again++;
	if (b->active++ > 0)
		n_overlapping++;
	if (++host_active[host_of(feed)] > host_most)
		host_most = host_active[host_of(feed)];
	if (++active > active_most)
		active_most = active;
	c->feed = feed;
}

static void
book_end(struct connection *c)
{
	if (c->feed < 0)
		return;
	books[c->feed].active--;
	host_active[host_of((uint32_t)c->feed)]--;
	active--;
	c->feed = -1;
}

/* ---- connections ---- */

static void
drop(struct connection *c, bool hard)
{
	struct linger now = { .l_onoff = 1 };

	book_end(c);
	if (c->due_ms)
		heap_remove(c);
	if (hard)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(c->fd);
	free(c->out);
	free(c);
}

static void
watch(struct connection *c, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };

	epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

/* False when the connection is gone. */
static bool
flush(struct connection *c)
{
	while (c->out_at < c->out_n) {
		ssize_t n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			watch(c, EPOLLIN | EPOLLOUT);
			return true;
		}
		if (n < 0) {
			drop(c, false);
			return false;
		}
		c->out_at += (size_t)n;
	}
	if (c->out_at > 0) {
		c->out_n = c->out_at = 0;
		book_end(c);
		if (c->closing) {
			drop(c, false);
			return false;
		}
	}
	return true;
}

/* True when it was answered in its own way. */
static bool
fail(struct connection *c, uint32_t feed)
{
	static const char *const answers[] = { "500 Broken", "404 Not Found", "410 Gone" };
	uint32_t dice = mix(feed + 7);

	if ((int)(dice % 1000) >= options.fail)
		return false;
	n_failed++;
	dice = dice / 1000 % 5;
	if (dice < 3)
		putf(c, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", answers[dice]);
	else if (dice == 3)
		putf(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<rss>");
	else
		c->closing = true;
	if (dice == 3)
		c->closing = true;
	return true;
}

static void
answer_feed(struct connection *c, uint32_t feed, const char *request)
{
	const char *given = strcasestr(request, "\r\nif-none-match: ");
	uint32_t version = newest(feed);
	char etag[64];
	size_t n;

	book(c, feed, given != NULL || options.plain);
	if (options.fail && fail(c, feed))
		return;
	n = (size_t)snprintf(etag, sizeof(etag), "\"%u-%u\"\r", feed, version);
	if (given && !options.plain && strncmp(given + 17, etag, n) == 0) {
		n_same++;
		putf(c, "HTTP/1.1 304 Not Modified\r\nETag: \"%u-%u\"\r\n%s\r\n", feed, version,
		    c->closing ? "Connection: close\r\n" : "");
		return;
	}
	n_full++;
	put_feed(c, feed, version);
}

static void
answer(struct connection *c, const char *request)
{
	unsigned feed;

	c->closing = options.closing;
	if (sscanf(request, "GET /feed/%u ", &feed) == 1 && feed < options.feeds) {
		answer_feed(c, feed, request);
	} else if (strncmp(request, "GET /stats ", 11) == 0) {
		put_stats(c);
	} else if (strncmp(request, "GET /books ", 11) == 0) {
		put_books(c);
	} else if (strncmp(request, "GET /forget ", 12) == 0) {
		memset(books, 0, options.feeds * sizeof(*books));
		put_text(c, "", 0);
	} else if (strncmp(request, "GET /bump ", 10) == 0) {
		base++;
		put_text(c, "", 0);
	} else {
		putf(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	}
}

/* One request at a time; false when the connection is gone. */
static bool
take_requests(struct connection *c)
{
	while (c->out_n == 0 && !c->due_ms) {
		char *end;
		size_t used;

		c->in[c->in_n] = '\0';
		end = strstr(c->in, "\r\n\r\n");
		if (!end) {
			if (c->in_n == REQUEST_MAX - 1) {
				drop(c, false);
				return false;
			}
			return true;
		}
		used = (size_t)(end + 4 - c->in);
		answer(c, c->in);
		memmove(c->in, c->in + used, c->in_n - used);
		c->in_n -= used;
		if (c->out_n == 0) { /* closed without a word */
			drop(c, true);
			return false;
		}
		if (options.latency_max > 0 && c->feed >= 0) {
			uint32_t span = (uint32_t)(options.latency_max - options.latency_min) + 1;

			heap_add(c, now_ms() + options.latency_min +
					(int64_t)(mix((uint32_t)n_requests) % span));
			return true;
		}
		if (!flush(c))
			return false;
	}
	return true;
}

static void
on_event(struct connection *c, uint32_t events)
{
	if (events & EPOLLOUT) {
		if (!flush(c))
			return;
		if (c->out_n == 0) {
			watch(c, EPOLLIN);
			if (!take_requests(c))
				return;
		}
	}
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		ssize_t n = recv(c->fd, c->in + c->in_n, REQUEST_MAX - 1 - c->in_n, 0);

		if (n <= 0) {
			if (n == 0 || (errno != EAGAIN && errno != EINTR))
				drop(c, false);
			return;
		}
		c->in_n += (size_t)n;
		take_requests(c);
	}
}

static void
on_due(void)
{
	int64_t now = now_ms();

	while (n_heap > 0 && heap[0]->due_ms <= now) {
		struct connection *c = heap[0];

		heap_remove(c);
		if (flush(c))
			take_requests(c);
	}
}

static void
on_accept(int listener)
{
	int fd, yes = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct connection *c = must(calloc(1, sizeof(*c)));
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		c->fd = fd;
		c->feed = -1;
		epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
	}
}

static int
listen_all(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)options.port),
		.sin_addr.s_addr = htonl(INADDR_ANY) };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, 4096) < 0) {
		perror("origin: bind");
		exit(1);
	}
	getsockname(fd, (struct sockaddr *)&in, &n);
	printf("port %d\n", ntohs(in.sin_port));
	fflush(stdout);
	return fd;
}

static void
make_filler(void)
{
	static const char *const words[] = { "agency", "vendor", "report", "network", "the", "of",
		"a", "and", "system", "update", "service", "cloud", "policy", "city", "market",
		"people", "says", "new", "contract", "water" };
	size_t n = 100000 + (size_t)options.bytes + 64, at = 0;
	uint32_t dice = 1;

	filler = must(malloc(n));
	while (at + 16 < n) {
		dice = mix(dice + 1);
		at += (size_t)sprintf(filler + at, "%s ", words[dice % 20]);
	}
	memset(filler + at, 'x', n - at);
}

static void
read_options(int argc, char **argv)
{
	static const struct option longs[] = { { "port", 1, NULL, 'p' }, { "feeds", 1, NULL, 'n' },
		{ "hosts", 1, NULL, 'h' }, { "items", 1, NULL, 'i' }, { "bytes", 1, NULL, 'b' },
		{ "latency", 1, NULL, 'l' }, { "every", 1, NULL, 'e' }, { "plain", 0, NULL, 'P' },
		{ "close", 0, NULL, 'c' }, { "fail", 1, NULL, 'f' }, { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'p':
			options.port = atoi(optarg);
			break;
		case 'n':
			options.feeds = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'h':
			options.hosts = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'i':
			options.items = atoi(optarg);
			break;
		case 'b':
			options.bytes = atoi(optarg);
			break;
		case 'l':
			if (sscanf(optarg, "%d-%d", &options.latency_min, &options.latency_max) < 2)
				options.latency_max = options.latency_min;
			break;
		case 'e':
			options.every = strtod(optarg, NULL);
			break;
		case 'P':
			options.plain = true;
			break;
		case 'c':
			options.closing = true;
			break;
		case 'f':
			options.fail = atoi(optarg);
			break;
		default:
			exit(64);
		}
}

int
main(int argc, char **argv)
{
	struct epoll_event events[256], e = { .events = EPOLLIN };
	struct rlimit files;
	int listener;

	read_options(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	books = must(calloc(options.feeds, sizeof(*books)));
	host_active = must(calloc(options.feeds + options.hosts + 1, 1));
	make_filler();
	start_ms = now_ms();
	poller = epoll_create1(EPOLL_CLOEXEC);
	listener = listen_all();
	epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
	for (;;) {
		int64_t wait = n_heap ? heap[0]->due_ms - now_ms() : -1;
		int n = epoll_wait(poller, events, 256, wait < 0 && n_heap ? 0 : (int)wait);

		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr)
				on_event(events[i].data.ptr, events[i].events);
			else
				on_accept(listener);
		}
		on_due();
	}
}
