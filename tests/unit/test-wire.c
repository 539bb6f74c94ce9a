/* wire against a scripted server on loopback (origin.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mem.h"
#include "origin.h"
#include "wire_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AT "http://127.0.0.1:@" /* @ becomes the port */
#define OTHER "http://127.0.0.2:@"
#define GIVE_UP_S 30.0

static struct origin origin;

/* What came back, kept. */
struct caught {
	int calls, status;
	enum http_fault fault;
	size_t body_n;
	char text[512], body[8192], final_url[512], moved_url[512], etag[64];
	int64_t elapsed_ms;
};

static void
keep(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", STR_ARG(s));
}

static void catch (void *cookie, const struct http_response *answer)
{
	struct caught *c = cookie;

	c->calls++;
	c->status = answer->status;
	c->fault = answer->fault;
	c->body_n = answer->body.n;
	c->elapsed_ms = answer->elapsed_ms;
	keep(c->text, sizeof(c->text), answer->fault_text);
	keep(c->body, sizeof(c->body), answer->body);
	keep(c->final_url, sizeof(c->final_url), answer->final_url);
	keep(c->moved_url, sizeof(c->moved_url), answer->moved_url);
	keep(c->etag, sizeof(c->etag),
	    http_header_find(answer->headers, answer->n_headers, STR("etag")));
}

/* "@" -> the port of the origin; the text is static and good until eight calls later. */
static const char *
with_port(const char *s)
{
	static char texts[8][16384];
	static unsigned turn;
	char *to = texts[turn++ % 8];
	size_t n = 0;

	for (; *s && n < sizeof(texts[0]) - 8; s++) {
		if (*s == '@')
			n += (size_t)sprintf(to + n, "%d", origin.port);
		else
			to[n++] = *s;
	}
	to[n] = '\0';
	return to;
}

static struct http_request
get(const char *url)
{
	return (struct http_request){ .method = STR("GET"),
		.url = str_c(with_port(url)),
		.max_body = 100000,
		.timeout_ms = 5000,
		.max_redirects = 5,
		.allow_private = true };
}

static void
on_give_up(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

/* Turn the loop until no job is left. */
static void
turn(struct ev_loop *loop, struct wire *wire)
{
	struct ev_timer timer;

	ev_timer_init(&timer, on_give_up, GIVE_UP_S, 0.0);
	ev_timer_start(loop, &timer);
	while (wire_active(wire) > 0 && ev_is_active(&timer))
		ev_run(loop, EVRUN_ONCE);
	ev_timer_stop(loop, &timer);
	assert_int_equal(wire_active(wire), 0);
}

static struct caught
fetch_so(const struct http_request *request, const struct wire_options *options, bool hurry)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct err e = { 0 };
	struct wire *wire = wire_new(loop, options, &e);
	struct caught c = { 0 };
	struct wire_job *job;

	assert_non_null(wire);
	job = wire_fetch(wire, request, catch, &c);
	if (hurry)
		wire_hurry(job);
	assert_int_equal(c.calls, 0);
	turn(loop, wire);
	assert_int_equal(c.calls, 1);
	wire_free(wire);
	ev_loop_destroy(loop);
	return c;
}

static struct caught
fetch(const struct http_request *request, const struct wire_options *options)
{
	return fetch_so(request, options, false);
}

/* ---- one request, one answer ---- */

static const struct {
	const char *name, *url;
	int status;
	enum http_fault fault;
	const char *body; /* or NULL */
	const char *text; /* part of fault_text, or NULL */
} rows[] = {
	{ "plain", AT "/plain", 200, 0, "hello", NULL },
	{ "gzip is asked for and undone", AT "/gzip", 200, 0, "hello", NULL },
	{ "chunked", AT "/chunked", 200, 0, "hello", NULL },
	{ "informational answers do not count", AT "/early", 200, 0, "hello", NULL },
	{ "trailers do not count", AT "/trailer", 200, 0, "hello", NULL },
	{ "a query and a fragment", AT "/plain?a=1#x", 200, 0, "hello", NULL },
	{ "blanks in a path are escaped", AT "/plain a b", 200, 0, "hello", NULL },
	{ "404 is an answer", AT "/status/404", 404, 0, "", NULL },
	{ "503 is an answer", AT "/status/503", 503, 0, "", NULL },
	{ "304 is an answer", AT "/status/304", 304, 0, "", NULL },
	{ "relative redirect", AT "/r/302//plain", 200, 0, "hello", NULL },
	{ "redirect to another host", AT "/r/301/" OTHER "/plain", 200, 0, "hello", NULL },
	{ "redirect without an address", AT "/r/302/", 302, 0, "", NULL },
	{ "300 is no redirect", AT "/r/300//plain", 300, 0, "", NULL },
	{ "redirect to itself", AT "/r/302/", 302, 0, "", NULL },
	{ "redirect in a circle", AT "/r/302/?", 0, HTTP_FAULT_REDIRECT, NULL, "circle" },
	{ "redirect to ftp", AT "/r/302/ftp://127.0.0.1/x", 0, HTTP_FAULT_REDIRECT, NULL, "ftp" },
	{ "redirect to a file", AT "/r/302/file:///etc/passwd", 0, HTTP_FAULT_REDIRECT, NULL,
	    "file" },
	{ "redirect to nonsense", AT "/r/302/http://[", 0, HTTP_FAULT_REDIRECT, NULL, "cannot be" },
	{ "no URL", "not a url", 0, HTTP_FAULT_URL, NULL, NULL },
	{ "empty URL", "", 0, HTTP_FAULT_URL, NULL, NULL },
	{ "a file", "file:///etc/passwd", 0, HTTP_FAULT_URL, NULL, NULL },
	{ "gopher", "gopher://127.0.0.1/", 0, HTTP_FAULT_URL, NULL, NULL },
	{ "a line break in the URL", AT "/plain\r\nX-Evil: 1", 0, HTTP_FAULT_URL, NULL, NULL },
	{ "nobody listens", "http://127.0.0.1:1/", 0, HTTP_FAULT_CONNECT, NULL, "refused" },
	{ "never answered", AT "/silent", 0, HTTP_FAULT_TIMEOUT, NULL, "did not answer in time" },
	{ "dripped", AT "/drip", 0, HTTP_FAULT_TIMEOUT, NULL, "did not finish in time" },
	{ "closed", AT "/empty", 0, HTTP_FAULT_PROTOCOL, NULL, "without an answer" },
	{ "reset", AT "/reset", 0, HTTP_FAULT_PROTOCOL, NULL, "lost while reading" },
	{ "cut short", AT "/cut", 0, HTTP_FAULT_PROTOCOL, NULL, "cut short" },
	{ "not HTTP", AT "/garbage", 0, HTTP_FAULT_PROTOCOL, NULL, NULL },
	{ "broken gzip", AT "/badgzip", 0, HTTP_FAULT_PROTOCOL, NULL, "compression" },
	{ "endless body", AT "/huge", 0, HTTP_FAULT_TOO_BIG, NULL, "longer than 100000 bytes" },
	{ "endless headers", AT "/headers", 0, HTTP_FAULT_TOO_BIG, NULL, "headers" },
};

/* Each as ever, and sent at once. */
static void
test_answers(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		const size_t row = i / 2;
		struct http_request request = get(rows[row].url);
		struct caught c;

		if (rows[row].fault == HTTP_FAULT_TIMEOUT)
			request.timeout_ms = 300;
		c = fetch_so(&request, NULL, i % 2);
		if (c.status != rows[row].status || c.fault != rows[row].fault ||
		    (rows[row].body && strcmp(c.body, rows[row].body) != 0) ||
		    (rows[row].text && !strstr(c.text, rows[row].text)) ||
		    (c.fault != HTTP_FAULT_NONE) != (c.text[0] != '\0')) {
			print_error("%s: status %d fault %d '%s' body '%.40s'\n", rows[row].name,
			    c.status, c.fault, c.text, c.body);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* One after the other, each sent from inside the answer to the one before. */
struct relay {
	struct wire *wire;
	struct http_request request;
	int left, good;
};

static void
on_handed(void *cookie, const struct http_response *answer)
{
	struct relay *relay = cookie;

	relay->good += answer->status == 200 || answer->fault == HTTP_FAULT_CONNECT;
	if (--relay->left > 0)
		wire_hurry(wire_fetch(relay->wire, &relay->request, on_handed, relay));
}

static void
test_relay(void **state)
{
	static const char *const urls[] = { AT "/plain", "http://127.0.0.1:1/" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct ev_loop *loop = ev_loop_new(0);
		struct err e = { 0 };
		struct wire *wire = wire_new(loop, NULL, &e);
		struct relay relay = { .wire = wire, .request = get(urls[i]), .left = 200 };

		assert_non_null(wire);
		wire_hurry(wire_fetch(wire, &relay.request, on_handed, &relay));
		turn(loop, wire);
		assert_int_equal(relay.good, 200);
		wire_free(wire);
		ev_loop_destroy(loop);
	}
}

static void
test_conditional(void **state)
{
	struct http_header header = { STR("If-None-Match"), STR("\"v1\"") };
	struct http_request request = get(AT "/etag");
	struct caught c;

	(void)state;
	c = fetch(&request, NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(c.etag, "\"v1\"");
	request.headers = &header;
	request.n_headers = 1;
	c = fetch(&request, NULL);
	assert_int_equal(c.status, 304);
	assert_string_equal(c.etag, "\"v1\"");
	assert_int_equal(c.body_n, 0);
	/* the ETag of an early hint and of a trailer is not the answer's */
	request = get(AT "/early");
	c = fetch(&request, NULL);
	assert_string_equal(c.etag, "");
	request = get(AT "/trailer");
	c = fetch(&request, NULL);
	assert_string_equal(c.etag, "");
}

static void
test_bomb(void **state)
{
	struct http_request request = get(AT "/bomb");
	struct caught c;

	(void)state;
	request.max_body = (size_t)1 << 30;
	c = fetch(&request, NULL);
	assert_int_equal(c.fault, HTTP_FAULT_TOO_BIG);
	assert_non_null(strstr(c.text, "100 times"));
	request.max_body = 1000;
	c = fetch(&request, NULL);
	assert_int_equal(c.fault, HTTP_FAULT_TOO_BIG);
	assert_non_null(strstr(c.text, "1000 bytes"));
}

static const struct {
	const char *name, *url, *final_url, *moved_url;
} moved_rows[] = {
	{ "not moved", AT "/plain", AT "/plain", "" },
	{ "moved", AT "/r/301//plain", AT "/plain", AT "/plain" },
	{ "moved for good", AT "/r/308//plain", AT "/plain", AT "/plain" },
	{ "elsewhere for now", AT "/r/302//plain", AT "/plain", "" },
	{ "see other", AT "/r/303//plain", AT "/plain", "" },
	{ "temporary", AT "/r/307//plain", AT "/plain", "" },
	{ "moved twice", AT "/r/301/" OTHER "/r/308//plain", OTHER "/plain", OTHER "/plain" },
	{ "moved, then for now", AT "/r/301//r/302//plain", AT "/plain", AT "/r/302//plain" },
	{ "for now, then moved", AT "/r/302//r/301//plain", AT "/plain", "" },
	{ "secrets do not stay in URLs", "http://u:p@127.0.0.1:@/plain#top", AT "/plain", "" },
};

static void
test_moved(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(moved_rows); i++) {
		/* the @ before a host is not the port's */
		char url[200];
		const char *at = strstr(moved_rows[i].url, "p@");
		struct http_request request;
		struct caught c;

		if (at)
			snprintf(url, sizeof(url), "%.*s@%s", (int)(at + 1 - moved_rows[i].url),
			    moved_rows[i].url, with_port(at + 2));
		else
			snprintf(url, sizeof(url), "%s", with_port(moved_rows[i].url));
		request = get("");
		request.url = str_c(url);
		c = fetch(&request, NULL);
		if (strcmp(c.final_url, with_port(moved_rows[i].final_url)) != 0 ||
		    strcmp(c.moved_url, with_port(moved_rows[i].moved_url)) != 0) {
			print_error("%s: final '%s', moved '%s'\n", moved_rows[i].name, c.final_url,
			    c.moved_url);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void
test_redirect_limit(void **state)
{
	struct http_request request = get(AT "/r/302//r/302//r/302//plain");
	struct caught c;

	(void)state;
	request.max_redirects = 3;
	assert_int_equal(fetch(&request, NULL).status, 200);
	request.max_redirects = 2;
	c = fetch(&request, NULL);
	assert_int_equal(c.fault, HTTP_FAULT_REDIRECT);
	assert_string_equal(c.text, "more than 2 redirects");
	request.max_redirects = 0;
	assert_int_equal(fetch(&request, NULL).status, 302);
	request = get(AT "/r/302//plain");
	request.method = STR("POST");
	assert_int_equal(fetch(&request, NULL).status, 302);
}

/* ---- what is sent ---- */

static const struct http_header all_headers[] = {
	{ STR_INIT("X-Api-Key"), STR_INIT("k3y") },
	{ STR_INIT("Cookie"), STR_INIT("c=1") },
	{ STR_INIT("If-None-Match"), STR_INIT("W/\"odd \\ bytes\"") },
	{ STR_INIT("Accept"), STR_INIT("application/rss+xml") },
	{ STR_INIT("X-Empty"), STR_INIT("") },
};

static const struct {
	const char *name, *url, *sent, *not_sent;
} header_rows[] = {
	{ "own header", AT "/echo", "\r\nX-Api-Key: k3y\r\n", NULL },
	{ "empty header", AT "/echo", "\r\nX-Empty:\r\n", NULL },
	{ "validator byte for byte", AT "/echo", "\r\nIf-None-Match: W/\"odd \\ bytes\"\r\n",
	    NULL },
	{ "bearer", AT "/echo", "\r\nAuthorization: Bearer t0ken\r\n", "Referer" },
	{ "user agent", AT "/echo", "\r\nUser-Agent: newsbell-test/1\r\n", "\r\nExpect" },
	{ "compression", AT "/echo", "\r\nAccept-Encoding: ", NULL },
	{ "same origin keeps own header", AT "/r/302//echo", "\r\nX-Api-Key: k3y\r\n", NULL },
	{ "same origin keeps bearer", AT "/r/301//echo", "Bearer t0ken", NULL },
	{ "other host loses own header", AT "/r/302/" OTHER "/echo", "newsbell-test", "X-Api-Key" },
	{ "other host loses bearer", AT "/r/301/" OTHER "/echo", NULL, "t0ken" },
	{ "other host loses cookies", AT "/r/301/" OTHER "/echo", NULL, "Cookie" },
	{ "other host keeps validator", AT "/r/302/" OTHER "/echo", "odd \\ bytes", NULL },
	{ "other host keeps accept", AT "/r/302/" OTHER "/echo", "Accept: application/rss+xml",
	    NULL },
	{ "there and back: still lost", AT "/r/302/" OTHER "/r/302/" AT "/echo", NULL, "k3y" },
};

static void
test_headers(void **state)
{
	struct wire_options options = { .user_agent = STR("newsbell-test/1") };
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(header_rows); i++) {
		struct http_request request = get(header_rows[i].url);
		struct caught c;

		request.headers = all_headers;
		request.n_headers = ARRAY_LEN(all_headers);
		request.bearer = STR("t0ken");
		c = fetch(&request, &options);
		if (c.status != 200 ||
		    (header_rows[i].sent && !strstr(c.body, header_rows[i].sent)) ||
		    (header_rows[i].not_sent && strstr(c.body, header_rows[i].not_sent))) {
			print_error("%s: %d %s\n%s", header_rows[i].name, c.status, c.text, c.body);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void
test_basic(void **state)
{
	struct http_request request = get(AT "/echo");
	struct caught c;
	char url[200];

	(void)state;
	request.user = STR("ann");
	request.password = STR("pa:ss");
	c = fetch(&request, NULL);
	assert_non_null(strstr(c.body, "Authorization: Basic YW5uOnBhOnNz\r\n"));
	request = get(AT "/r/302/" OTHER "/echo");
	request.user = STR("ann");
	request.password = STR("pa:ss");
	c = fetch(&request, NULL);
	assert_null(strstr(c.body, "Authorization"));
	request = get("");
	snprintf(url, sizeof(url), "http://ann:pa%%3Ass@127.0.0.1:%d/r/302//echo", origin.port);
	request.url = str_c(url);
	c = fetch(&request, NULL);
	assert_non_null(strstr(c.body, "Authorization: Basic YW5uOnBhOnNz\r\n"));
}

static void
test_post(void **state)
{
	struct http_header header = { STR("Content-Type"), STR("application/json") };
	struct http_request request = get(AT "/echo");
	struct caught c;
	char long_body[3000];

	(void)state;
	memset(long_body, 'z', sizeof(long_body));
	request.method = STR("POST");
	request.headers = &header;
	request.n_headers = 1;
	request.body = STR("{\"a\":1}");
	c = fetch(&request, NULL);
	assert_non_null(strstr(c.body, "POST /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(c.body, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(c.body, "\r\n\r\n{\"a\":1}"));
	request.method = STR("PUT");
	request.body = str_n(long_body, sizeof(long_body));
	c = fetch(&request, NULL);
	assert_non_null(strstr(c.body, "PUT /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(c.body, "\r\nContent-Length: 3000\r\n"));
	assert_null(strstr(c.body, "\r\nExpect"));
	request.body = (struct str){ 0 };
	request.method = STR("POST");
	c = fetch(&request, NULL);
	assert_non_null(strstr(c.body, "\r\nContent-Length: 0\r\n"));
}

/* One after another through one wire: what each brings to the server, it brings alone. */
static void
test_one_after_another(void **state)
{
	static struct http_header cookie = { STR_INIT("Cookie"), STR_INIT("k=s3cret") };
	struct wire_options options = { .user_agent = STR("newsbell-test/1") };
	struct http_request bare = get(AT "/echo"), all[7];
	struct ev_loop *loop = ev_loop_new(0);
	struct err e = { 0 };
	struct wire *wire = wire_new(loop, &options, &e);
	struct caught alone = fetch(&bare, &options), c;
	char url[200];

	(void)state;
	assert_int_equal(alone.status, 200);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i] = bare;
	all[0].bearer = STR("t0ken");
	all[1].headers = &cookie;
	all[1].n_headers = 1;
	all[2].method = STR("POST");
	all[2].body = STR("{}");
	all[3] = get(AT "/status/200"); /* of /echo the body would come, and be the next answer */
	all[3].method = STR("HEAD");
	all[4].user = STR("ann");
	all[4].password = STR("secret");
	snprintf(url, sizeof(url), "http://ann:secret@127.0.0.1:%d/echo", origin.port);
	all[5].url = str_c(url);
	all[6].url = str_c(with_port(AT "/plain a b"));
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		c = (struct caught){ 0 };
		wire_fetch(wire, &all[i], catch, &c);
		turn(loop, wire);
		if (c.status != 200)
			fail_msg("%zu: %d %s", i, c.status, c.text);
		c = (struct caught){ 0 };
		wire_fetch(wire, &bare, catch, &c);
		turn(loop, wire);
		if (strcmp(c.body, alone.body) != 0)
			fail_msg("%zu: %d %s: %s", i, c.status, c.text, c.body);
	}
	wire_free(wire);
	ev_loop_destroy(loop);
}

/* ---- URLs that are asked for as they stand ---- */

static const struct {
	const char *url, *host; /* NULL: not plain */
} plain_rows[] = {
	{ "http://example.org/", "example.org" },
	{ "https://feeds.example.org/a/b.xml", "feeds.example.org" },
	{ "http://127.77.0.1:8080/feed/17", "127.77.0.1" },
	{ "http://example.org:80/", "example.org" },
	{ "http://example.org/a?b=c&d=e;f,g:h+i_j-k", "example.org" },
	{ "http://example.org/a?b?c/d", "example.org" },
	{ "http://xn--bcher-kva.example/", "xn--bcher-kva.example" },
	{ "http://localhost/", "localhost" },
	{ "http://example.org", NULL },
	{ "http://example.org?a=b", NULL },
	{ "http://example.org/a?", NULL },
	{ "http:///a", NULL },
	{ "http://.example.org/", NULL },
	{ "http://example..org/", NULL },
	{ "http://example.org./", NULL },
	{ "HTTP://example.org/", NULL },
	{ "http://Example.org/", NULL },
	{ "http://b\xc3\xbc"
	  "cher.example/",
	    NULL },
	{ "http://ann@example.org/", NULL },
	{ "http://example.org:0/", NULL },
	{ "http://example.org:080/", NULL },
	{ "http://example.org:65536/", NULL },
	{ "http://example.org:99999999999999999999/", NULL },
	{ "http://example.org:/", NULL },
	{ "http://example.org:8a/", NULL },
	{ "http://127.1/", NULL },
	{ "http://127.0.0.01/", NULL },
	{ "http://0x7f.0.0.1/", NULL },
	{ "http://2130706433/", NULL },
	{ "http://[::1]/", NULL },
	{ "http://example.org/a/../b", NULL },
	{ "http://example.org/./b", NULL },
	{ "http://example.org/.", NULL },
	{ "http://example.org/a b", NULL },
	{ "http://example.org/a#b", NULL },
	{ "http://example.org/%7Ea", NULL },
	{ "http://example.org/a\r\nb", NULL },
	{ "http://example.org\\@evil.example/", NULL },
	{ "ftp://example.org/", NULL },
	{ "", NULL },
};

static void
check_plain(const char *url, struct str host)
{
	CURLU *u = curl_url();
	char *text = NULL, *name = NULL;

	assert_int_equal(curl_url_set(u, CURLUPART_URL, url, CURLU_URLENCODE), CURLUE_OK);
	curl_url_get(u, CURLUPART_URL, &text, 0);
	curl_url_get(u, CURLUPART_HOST, &name, 0);
	assert_string_equal(text, url);
	assert_true(str_eq_c(host, name));
	curl_free(text);
	curl_free(name);
	curl_url_cleanup(u);
}

/* What is called plain is to libcurl what it is to us. */
static void
test_plain_urls(void **state)
{
	static const char *const pieces[] = { "a", "z9", "1", "127", ".", "..", ":", ":80", "/",
		"//", "?", "-", "0x7f", "%2e", "@", "A", "&", "=", "+", ",", ";", "_", "org", "255",
		"0" };
	uint32_t dice = 1;
	size_t plain = 0;
	struct str host;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(plain_rows); i++) {
		bool is = wire_url_is_plain(str_c(plain_rows[i].url), &host);

		if (is != (plain_rows[i].host != NULL) ||
		    (is && !str_eq_c(host, plain_rows[i].host)))
			fail_msg("%s", plain_rows[i].url);
		if (is)
			check_plain(plain_rows[i].url, host);
	}
	for (int i = 0; i < 20000; i++) {
		char url[200];
		int n = 1 + i % 9;

		strcpy(url, i % 2 ? "http://" : "https://a.b/");
		for (int k = 0; k < n; k++) {
			dice = dice * 1664525 + 1013904223;
			strcat(url, pieces[(dice >> 16) % ARRAY_LEN(pieces)]);
		}
		if (!wire_url_is_plain(str_c(url), &host))
			continue;
		plain++;
		check_plain(url, host);
	}
	assert_true(plain > 500);
}

static const struct http_header bad_headers[] = {
	{ STR_INIT("X-A"), STR_INIT("1\r\nX-Evil: 2") },
	{ STR_INIT("X-A"), STR_INIT("1\nX-Evil: 2") },
	{ STR_INIT("X-A"), STR_INIT("1\0002") },
	{ STR_INIT("X-A: 1\r\nX-Evil"), STR_INIT("2") },
	{ STR_INIT("X A"), STR_INIT("2") },
	{ STR_INIT(""), STR_INIT("2") },
};

static void
test_bad_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_headers); i++) {
		struct http_request request = get(AT "/echo");

		request.headers = &bad_headers[i];
		request.n_headers = 1;
		assert_int_equal(fetch(&request, NULL).fault, HTTP_FAULT_URL);
	}
}

/* ---- addresses ---- */

static const struct {
	const char *name, *url;
} private_rows[] = {
	{ "loopback", AT "/plain" },
	{ "short form", "http://127.1:@/plain" },
	{ "hexadecimal", "http://0x7f000001:@/plain" },
	{ "decimal", "http://2130706433:@/plain" },
	{ "zero", "http://0:@/plain" },
	{ "by name", "http://localhost:@/plain" },
	{ "IPv6", "http://[::1]:@/plain" },
	{ "mapped", "http://[::ffff:127.0.0.1]:@/plain" },
	{ "mapped, hexadecimal", "http://[::ffff:7f00:1]:@/plain" },
	{ "NAT64", "http://[64:ff9b::127.0.0.1]:@/plain" },
	{ "metadata", "http://169.254.169.254/latest/meta-data/" },
};

static void
test_private(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(private_rows); i++) {
		struct http_request request = get(private_rows[i].url);
		struct caught c;

		request.allow_private = false;
		c = fetch(&request, NULL);
		if (c.fault != HTTP_FAULT_PRIVATE || !strstr(c.text, "allow-private")) {
			print_error("%s: status %d fault %d '%s'\n", private_rows[i].name, c.status,
			    c.fault, c.text);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* A connection that a request with more rights has opened, and that is kept, is no way in. */
static void
test_private_kept(void **state)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct wire_options options = { .per_host = 1 };
	struct wire *wire = wire_new(loop, &options, NULL);
	struct http_request may = get("http://localhost:@/plain"), may_not = may;
	struct caught first = { 0 }, second = { 0 };

	(void)state;
	may_not.allow_private = false;
	wire_fetch(wire, &may, catch, &first);
	wire_fetch(wire, &may_not, catch, &second);
	turn(loop, wire);
	assert_int_equal(first.status, 200);
	assert_int_equal(second.fault, HTTP_FAULT_PRIVATE);
	wire_free(wire);
	ev_loop_destroy(loop);
}

/* The environment's proxy is not obeyed, the request's is. */
static void
test_proxy(void **state)
{
	struct http_request request = get(AT "/echo");
	struct caught c;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	assert_int_equal(fetch(&request, NULL).status, 200);
	unsetenv("http_proxy");
	request.proxy = str_c(with_port(OTHER));
	c = fetch(&request, NULL);
	assert_non_null(strstr(c.body, "GET http://127.0.0.1:"));
}

/* ---- many at once ---- */

static void
test_per_host(void **state)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct wire_options options = { .per_host = 1 };
	struct wire *wire = wire_new(loop, &options, NULL);
	struct http_request request = get(AT "/count");
	struct caught before = { 0 }, c[20] = { 0 };
	int requests, connections, requests_after, connections_after;

	(void)state;
	wire_fetch(wire, &request, catch, &before);
	turn(loop, wire);
	for (size_t i = 0; i < ARRAY_LEN(c); i++)
		wire_fetch(wire, &request, catch, &c[i]);
	assert_int_equal(wire_active(wire), ARRAY_LEN(c));
	turn(loop, wire);
	assert_int_equal(sscanf(before.body, "%d %d", &requests, &connections), 2);
	for (size_t i = 0; i < ARRAY_LEN(c); i++) {
		assert_int_equal(c[i].calls, 1);
		/* one after the other, in order */
		assert_int_equal(
		    sscanf(c[i].body, "%d %d", &requests_after, &connections_after), 2);
		assert_int_equal(requests_after, requests + 1 + (int)i);
	}
	/* and all over one kept connection */
	assert_int_equal(connections_after, connections + 1);
	wire_free(wire);
	ev_loop_destroy(loop);
}

static void
test_cancel(void **state)
{
	static const char *const urls[] = { AT "/silent", AT "/plain", AT "/drip", "nonsense",
		"http://localhost:@/plain", OTHER "/silent" };
	struct ev_loop *loop = ev_loop_new(0);
	struct wire_options options = { .per_host = 1, .max_lookups = 1 };
	struct wire *wire = wire_new(loop, &options, NULL);
	struct wire_job *jobs[24];
	struct http_request requests[24];
	struct caught c = { 0 }, last = { 0 };

	(void)state;
	wire_cancel(NULL);
	/* cancelled at once, after one turn, after a while: the callback never comes */
	for (int when = 0; when < 3; when++) {
		for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
			requests[i] = get(urls[i % ARRAY_LEN(urls)]);
			jobs[i] = wire_fetch(wire, &requests[i], catch, &c);
		}
		if (when == 1)
			ev_run(loop, EVRUN_NOWAIT);
		if (when == 0 || when == 1) {
			int told = c.calls;

			for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
				if (when == 0 || i % ARRAY_LEN(urls) != 3) /* told already */
					wire_cancel(jobs[i]);
			turn(loop, wire);
			assert_int_equal(c.calls, told);
		}
	}
	c.calls = 0;
	wire_fetch(wire, &(struct http_request){ 0 }, catch, &last);
	ev_run(loop, EVRUN_ONCE);
	wire_free(wire); /* with all of the third round under way */
	assert_true(c.calls <= 8);
	ev_loop_destroy(loop);
}

struct chain {
	struct wire *wire;
	struct wire_job *other;
	int left;
	struct http_request request;
};

static void
again(void *cookie, const struct http_response *answer)
{
	struct chain *chain = cookie;

	assert_int_equal(answer->status, 200);
	wire_cancel(chain->other);
	chain->other = NULL;
	if (chain->left-- > 0)
		wire_fetch(chain->wire, &chain->request, again, chain);
}

static void
never(void *cookie, const struct http_response *answer)
{
	(void)cookie;
	fail_msg(
	    "called after it was cancelled: %d %.*s", answer->status, STR_ARG(answer->fault_text));
}

static void
test_from_callback(void **state)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct wire *wire = wire_new(loop, NULL, NULL);
	struct chain chain = { .wire = wire, .left = 5, .request = get(AT "/plain") };
	struct http_request slow = get(AT "/silent");

	(void)state;
	chain.other = wire_fetch(wire, &slow, never, NULL);
	wire_fetch(wire, &chain.request, again, &chain);
	turn(loop, wire);
	assert_int_equal(chain.left, -1);
	wire_free(wire);
	wire_free(NULL);
	ev_loop_destroy(loop);
}

static void
test_unknown_name(void **state)
{
	struct http_request request = get("http://no-such-host.invalid/feed");
	struct caught c = fetch(&request, NULL);

	(void)state;
	assert_true(c.fault == HTTP_FAULT_DNS || c.fault == HTTP_FAULT_DNS_TEMPORARY);
	assert_non_null(strstr(c.text, "no-such-host.invalid"));
}

static int
start(void **state)
{
	(void)state;
	origin_start(&origin);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	origin_stop(&origin);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_relay),
		cmocka_unit_test(test_conditional),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_redirect_limit),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_post),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_plain_urls),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_private_kept),
		cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_per_host),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_from_callback),
		cmocka_unit_test(test_unknown_name),
	};

	return cmocka_run_group_tests_name("wire", tests, start, stop);
}
