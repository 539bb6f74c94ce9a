/*
 * deliver: messages a second by the courier, from the database to the receiver and back into it,
 * beside a bare libcurl loop that sends the same bytes to the same receiver over one connection and
 * remembers nothing.
 *
 *	bench/deliver [MESSAGES [ROUNDS [webhook|abreast|mail]]]
 *
 * Receivers are processes of our own on loopback: an HTTP server with keep-alive, an SMTP server.
 * Each round measures one beside the other; the median round is the result.  The processor's time
 * for each message, which others on the machine hardly change, is told too.
 */
#include "config.h"
#include "courier.h"
#include "mem.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 15
#define LINE_SIZE 65536

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The processor's time of this process, its threads with it. */
static double
work_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "deliver: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- receivers ---- */

static void
say(FILE *f, const char *text)
{
	fputs(text, f);
	fflush(f);
}

static void
serve_http(FILE *in, FILE *out)
{
	static char line[LINE_SIZE];
	long body = 0;

	while (fgets(line, sizeof(line), in)) {
		if (strncasecmp(line, "content-length:", 15) == 0)
			body = strtol(line + 15, NULL, 10);
		if (strcmp(line, "\r\n") != 0)
			continue;
		for (; body > 0; body -= (long)fread(line, 1,
				     (size_t)body < sizeof(line) ? (size_t)body : sizeof(line), in))
			if (feof(in))
				return;
		body = 0;
		say(out, "HTTP/1.1 204 No Content\r\n\r\n");
	}
}

static void
serve_smtp(FILE *in, FILE *out)
{
	static char line[LINE_SIZE];
	bool data = false;

	say(out, "220 bench\r\n");
	while (fgets(line, sizeof(line), in)) {
		if (data) {
			if (strcmp(line, ".\r\n") != 0)
				continue;
			data = false;
			say(out, "250 taken\r\n");
		} else if (strncasecmp(line, "DATA", 4) == 0) {
			data = true;
			say(out, "354 go on\r\n");
		} else if (strncasecmp(line, "EHLO", 4) == 0) {
			say(out, "250-bench\r\n250 8BITMIME\r\n");
		} else if (strncasecmp(line, "QUIT", 4) == 0) {
			say(out, "221 bye\r\n");
			return;
		} else {
			say(out, "250 good\r\n");
		}
	}
}

static pid_t
start(void (*serve)(FILE *in, FILE *out), int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		die("listen");
	*port = ntohs(a.sin_port);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid) {
		close(fd);
		return pid;
	}
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer < 0)
			exit(1);
		if (fork() == 0) {
			serve(fdopen(peer, "r"), fdopen(dup(peer), "w"));
			exit(0);
		}
		close(peer);
	}
}

/* ---- what is sent ---- */

struct bench {
	struct config *config;
	struct arena *arena;
	char top[64];
	long n;
	double rates[2][ROUNDS_MAX]; /* bare, courier */
	double work_us[2][ROUNDS_MAX];
};

static void
configure(struct bench *b, const char *channel)
{
	char path[128];
	struct diags diags;
	struct config_options options = { .path = path };
	FILE *f;

	snprintf(path, sizeof(path), "%s/newsbell.conf", b->top);
	f = fopen(path, "w");
	if (!f)
		die(path);
	fprintf(f,
	    "[feed \"f\"]\nurl = https://feed.example/\n[watch \"w\"]\nwhen = x\n"
	    "[channel \"c\"]\n%s",
	    channel);
	fclose(f);
	chmod(path, 0600);
	diags_init(&diags, b->arena);
	b->config = config_load(&options, &diags);
	if (!b->config) {
		fprintf(stderr, "deliver: %.*s", STR_ARG(diag_text(&diags.v[0], b->arena)));
		exit(1);
	}
}

static void
make_alert(struct arena *arena, long i, struct alert *ret)
{
	struct alert_entry *entry = ARENA_NEW(arena, struct alert_entry);

	*entry = (struct alert_entry){ .list = STR("agencies"),
		.name = STR("ICE"),
		.term = STR("ICE"),
		.zone = ZONE_TITLE,
		.count = 2,
		.snippet = {
		    STR("Why "), STR("ICE"), STR(" signs with Microsoft\xE2\x80\x99s Azure") } };
	*ret = (struct alert){
		.id = str_fmt(arena, "%026ld", i),
		.watch = STR("ICE and its cloud"),
		.severity = SEVERITY_HIGH,
		.title = STR("Why ICE signs with Microsoft\xE2\x80\x99s Azure"),
		.link = STR("https://news.example/ice"),
		.summary = STR(
		    "The agency\xE2\x80\x99s lawyers spent a year on the contract. Microsoft\xE2"
		    "\x80\x99s bid won, and Azure\xE2\x80\x99s data centres will hold the files."),
		.feed = STR("f"),
		.feed_title = STR("Harbour Courier"),
		.item_id = str_fmt(arena, "urn:item:%ld", i),
		.published_s = 1795496000,
		.seen_s = 1795496400,
		.created_s = 1795496400,
		.entries = entry,
		.n_entries = 1,
	};
}

static void
note(struct bench *b, int who, int round, double took_s, double worked_s)
{
	b->rates[who][round] = (double)b->n / took_s;
	b->work_us[who][round] = worked_s / (double)b->n * 1e6;
}

/* ---- the bare loop ---- */

struct upload {
	struct str rest;
};

static size_t
on_read(char *to, size_t size, size_t count, void *cookie)
{
	struct upload *u = cookie;
	struct str part = str_sub(u->rest, 0, size * count);

	memcpy(to, part.p, part.n);
	u->rest = str_sub(u->rest, part.n, u->rest.n);
	return part.n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *cookie)
{
	(void)p;
	(void)cookie;
	return size * n;
}

static void
run_bare(struct bench *b, int round)
{
	const struct channel *ch = &b->config->channels[0];
	const struct send_context context = { .delivery_id = STR("bbbbbbbbbbbbbbbbbbbbbbbbbb"),
		.now_s = 1795496400 };
	CURL *curl = curl_easy_init();
	struct curl_slist *list = NULL;
	struct message m;
	struct alert alert;
	struct upload u;
	struct err e;
	double begun, work;

	make_alert(b->arena, 0, &alert);
	if (!curl ||
	    !ch->type->render(ch, &(struct telling){ .alert = &alert }, &context, b->arena, &m, &e))
		die("render");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	if (m.carrier == CARRIER_HTTP) {
		for (size_t i = 0; i < m.http.n_headers; i++)
			list = curl_slist_append(list,
			    str_z(b->arena,
				str_fmt(b->arena, "%.*s: %.*s", STR_ARG(m.http.headers[i].name),
				    STR_ARG(m.http.headers[i].value))));
		curl_easy_setopt(curl, CURLOPT_URL, str_z(b->arena, m.http.url));
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)m.http.body.n);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, m.http.body.p);
	} else {
		list = curl_slist_append(list, str_z(b->arena, m.mail.to.v[0]));
		curl_easy_setopt(curl, CURLOPT_URL, str_z(b->arena, m.mail.servers[0].address));
		curl_easy_setopt(curl, CURLOPT_MAIL_FROM, str_z(b->arena, m.mail.from));
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, list);
		curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
		curl_easy_setopt(curl, CURLOPT_READDATA, &u);
	}
	begun = seconds();
	work = work_s();
	for (long i = 0; i < b->n; i++) {
		u.rest = m.mail.data;
		if (curl_easy_perform(curl) != CURLE_OK)
			die("the bare loop could not send");
	}
	note(b, 0, round, seconds() - begun, work_s() - work);
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
}

/* ---- the courier ---- */

static void
owe(struct bench *b, struct store *store)
{
	struct feed_state state = { 0 };
	struct item *items = xcalloc((size_t)b->n, sizeof(*items));
	struct item_new *news = xcalloc((size_t)b->n, sizeof(*news));
	struct alert_new *alerts = xcalloc((size_t)b->n, sizeof(*alerts));
	struct delivery_new delivery = { .channel = STR("c") };
	struct poll_done poll = { .url = STR("https://feed.example/"),
		.name = STR("f"),
		.state = &state,
		.items = news,
		.n_items = (size_t)b->n };
	struct err e;

	for (long i = 0; i < b->n; i++) {
		make_alert(b->arena, i, &alerts[i].alert);
		alerts[i].deliveries = &delivery;
		alerts[i].n_deliveries = 1;
		items[i] = (struct item){ .id = alerts[i].alert.item_id,
			.title = alerts[i].alert.title,
			.published_s = DATE_NONE,
			.updated_s = DATE_NONE };
		news[i] = (struct item_new){
			.item = &items[i], .key = (uint64_t)i, .alerts = &alerts[i], .n_alerts = 1
		};
	}
	if (!store_commit(store, &poll, NULL, (int64_t)time(NULL), &e)) {
		fprintf(stderr, "deliver: %s\n", e.text);
		exit(1);
	}
	free(items);
	free(news);
	free(alerts);
}

static void
look(struct ev_loop *loop, ev_timer *timer, int events)
{
	int64_t next;
	struct err e;

	(void)events;
	if (store_next_try(timer->data, STR("c"), &next, &e) && next == INT64_MAX)
		ev_break(loop, EVBREAK_ALL);
}

static void
run_courier(struct bench *b, int round)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct err e = { 0 };
	const char *path = str_z(b->arena, str_fmt(b->arena, "%s/%d.db", b->top, round));
	struct store *store = store_open(path, STORE_WRITE, &e);
	struct wire *wire = wire_new(loop, NULL, &e);
	struct ledger *ledger;
	struct courier *courier;
	ev_timer timer;
	double begun, work;

	if (store) {
		owe(b, store);
		store_close(store); /* so that its log is not what is measured */
		store = store_open(path, STORE_WRITE, &e);
	}
	if (!store || !wire) {
		fprintf(stderr, "deliver: %s\n", e.text);
		exit(1);
	}
	ledger = ledger_new(loop, store, NULL, NULL);
	courier = courier_new(&(struct courier_options){
	    .loop = loop, .store = store, .ledger = ledger, .wire = wire });
	ev_timer_init(&timer, look, 0.01, 0.01);
	timer.data = store;
	ev_timer_start(loop, &timer);
	begun = seconds();
	work = work_s();
	courier_configure(courier, b->config);
	ev_run(loop, 0);
	note(b, 1, round, seconds() - begun, work_s() - work);
	courier_free(courier);
	ledger_free(ledger);
	wire_free(wire);
	store_close(store);
	ev_loop_destroy(loop);
}

/* ---- the result ---- */

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
measure(const char *name, const char *channel, long n, int rounds)
{
	struct bench b = { .n = n, .arena = arena_new() };
	double ratios[ROUNDS_MAX];

	snprintf(b.top, sizeof(b.top), "%s/newsbell-deliver-XXXXXX",
	    getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(b.top))
		die(b.top);
	configure(&b, channel);
	for (int i = 0; i < rounds; i++) {
		run_bare(&b, i);
		run_courier(&b, i);
		ratios[i] = b.rates[1][i] / b.rates[0][i];
	}
	for (int i = 0; i < 2; i++) {
		qsort(b.rates[i], (size_t)rounds, sizeof(double), by_value);
		qsort(b.work_us[i], (size_t)rounds, sizeof(double), by_value);
	}
	qsort(ratios, (size_t)rounds, sizeof(double), by_value);
	printf(
	    "%-9s bare libcurl %7.0f/s %4.0f us   courier %7.0f/s %4.0f us   ratio %.2f (%.2f to "
	    "%.2f), of work %.2f\n",
	    name, b.rates[0][rounds / 2], b.work_us[0][rounds / 2], b.rates[1][rounds / 2],
	    b.work_us[1][rounds / 2], ratios[rounds / 2], ratios[0], ratios[rounds - 1],
	    b.work_us[0][rounds / 2] / b.work_us[1][rounds / 2]);
	fflush(stdout);
	config_unref(b.config);
	arena_free(b.arena);
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", b.top, (char *)NULL);
		_exit(127);
	}
	wait(NULL);
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 5000;
	int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5, http, smtp;
	const char *only = argc > 3 ? argv[3] : NULL;
	char webhook[256], abreast[sizeof(webhook) + 32], mail[256];
	const struct {
		const char *name, *channel;
	} kinds[] = { { "webhook", webhook }, { "abreast", abreast }, { "mail", mail } };
	pid_t children[2];

	if (n < 1 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr,
		    "usage: deliver [MESSAGES [ROUNDS [webhook|abreast|mail]]], at most %d "
		    "rounds\n",
		    ROUNDS_MAX);
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	children[0] = start(serve_http, &http);
	children[1] = start(serve_smtp, &smtp);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	snprintf(webhook, sizeof(webhook),
	    "type = webhook\nurl = http://127.0.0.1:%d/\nsecret = 0123456789abcdef\n", http);
	snprintf(abreast, sizeof(abreast), "%sconcurrency = 4\n", webhook);
	snprintf(mail, sizeof(mail),
	    "type = email\nsmtp = smtp://127.0.0.1:%d\nstarttls = off\nfrom = a@example.org\n"
	    "to = b@example.org\n",
	    smtp);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!only || strcmp(only, kinds[i].name) == 0)
			measure(kinds[i].name, kinds[i].channel, n, rounds);
	for (int i = 0; i < 2; i++)
		kill(children[i], SIGTERM);
	return 0;
}
