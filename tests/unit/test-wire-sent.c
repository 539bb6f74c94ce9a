/*
 * What a request brings to the server, and to no other.
 */
#include "wire_kit.h"

#include <stdlib.h>

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
		wire_fetch(wire, &all[i], take, &c);
		turn(loop, wire);
		if (c.status != 200)
			fail_msg("%zu: %d %s", i, c.status, c.text);
		c = (struct caught){ 0 };
		wire_fetch(wire, &bare, take, &c);
		turn(loop, wire);
		if (strcmp(c.body, alone.body) != 0)
			fail_msg("%zu: %d %s: %s", i, c.status, c.text, c.body);
	}
	wire_free(wire);
	ev_loop_destroy(loop);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_post),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_proxy),
	};

	return cmocka_run_group_tests_name("wire-sent", tests, start, stop);
}
