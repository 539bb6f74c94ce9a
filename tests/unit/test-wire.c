/*
 * One request, one answer: what comes back, and where redirects lead.
 */
#include "wire_kit.h"

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

static void
test_unknown_name(void **state)
{
	struct http_request request = get("http://no-such-host.invalid/feed");
	struct caught c = fetch(&request, NULL);

	(void)state;
	assert_true(c.fault == HTTP_FAULT_DNS || c.fault == HTTP_FAULT_DNS_TEMPORARY);
	assert_non_null(strstr(c.text, "no-such-host.invalid"));
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
		cmocka_unit_test(test_unknown_name),
	};

	return cmocka_run_group_tests_name("wire", tests, start, stop);
}
