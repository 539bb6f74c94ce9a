/*
 * Which URLs are asked, and which of them need not be taken apart.
 */
#include "wire_kit.h"

#include "dice.h"
#include "wire_inside.h"

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
			strcat(url, pieces[below(ARRAY_LEN(pieces))]);
		}
		if (!wire_url_is_plain(str_c(url), &host))
			continue;
		plain++;
		check_plain(url, host);
	}
	assert_true(plain > 500);
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
	wire_fetch(wire, &may, take, &first);
	wire_fetch(wire, &may_not, take, &second);
	turn(loop, wire);
	assert_int_equal(first.status, 200);
	assert_int_equal(second.fault, HTTP_FAULT_PRIVATE);
	wire_free(wire);
	ev_loop_destroy(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_urls),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_private_kept),
	};

	return cmocka_run_group_tests_name("wire-url", tests, start, stop);
}
