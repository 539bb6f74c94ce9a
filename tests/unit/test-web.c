/* The HTTP listener on the loop, asked by libcurl. */
#include "rows.h"

#include "listen.h"
#include "web.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
render_hello(void *cookie, const struct web_request *request, struct buf *body)
{
	(void)cookie;
	buf_addf(body, "hello %.*s\n", STR_ARG(web_arg(request, "name")));
	return 200;
}

static int
render_ill(void *cookie, const struct web_request *request, struct buf *body)
{
	(void)cookie;
	(void)request;
	buf_add(body, STR("ill\n"));
	return 503;
}

static const struct web_route routes[] = {
	{ "/hello", "text/plain", false, render_hello },
	{ "/ill", "text/plain", false, render_ill },
	{ "/page", "text/html; charset=utf-8", true, render_hello },
};

static const struct ask {
	const char *name, *path, *method, *host;
	long status;
	const char *body;
} asks[] = {
	{ "route", "/hello?name=a%20b", "GET", NULL, 200, "hello a b\n" },
	{ "no argument", "/hello", "GET", NULL, 200, "hello \n" },
	{ "the route's own status", "/ill", "GET", NULL, 503, "ill\n" },
	{ "head", "/hello", "HEAD", NULL, 200, "" },
	{ "post", "/hello", "POST", NULL, 405, "only GET and HEAD\n" },
	{ "put", "/hello", "PUT", NULL, 405, "only GET and HEAD\n" },
	{ "pages are off", "/page", "GET", NULL, 404, "nothing here\n" },
	{ "unknown", "/", "GET", NULL, 404, "nothing here\n" },
	{ "no way up", "/../etc/passwd", "GET", NULL, 404, "nothing here\n" },
	{ "another site's name", "/hello", "GET", "Host: evil.example", 421,
	    "ask for this as localhost or 127.0.0.1\n" },
	{ "another site's name and port", "/hello", "GET", "Host: evil.example:80", 421,
	    "ask for this as localhost or 127.0.0.1\n" },
	{ "our name", "/hello", "GET", "Host: localhost:1", 200, "hello \n" },
	{ "our name, IPv6", "/hello", "GET", "Host: [::1]", 200, "hello \n" },
};

struct client {
	int port;
	struct ev_loop *loop;
	ev_async done;
	struct {
		long status;
		char body[200];
		char headers[2000];
	} got[ARRAY_LEN(asks)];
};

static size_t
append(char *p, size_t size, size_t n, void *to)
{
	strncat(to, p, size * n < 500 ? size * n : 500);
	return size * n;
}

static void *
ask_all(void *cookie)
{
	struct client *client = cookie;

	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		CURL *easy = curl_easy_init();
		struct curl_slist *list =
		    asks[i].host ? curl_slist_append(NULL, asks[i].host) : NULL;
		char url[200];

		snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", client->port, asks[i].path);
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
		curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
		if (strcmp(asks[i].method, "HEAD") == 0)
			curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
		else if (strcmp(asks[i].method, "GET") != 0) {
			curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "a=1");
			curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, asks[i].method);
		}
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, client->got[i].body);
		curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, append);
		curl_easy_setopt(easy, CURLOPT_HEADERDATA, client->got[i].headers);
		if (curl_easy_perform(easy) == CURLE_OK)
			curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &client->got[i].status);
		curl_slist_free_all(list);
		curl_easy_cleanup(easy);
	}
	ev_async_send(client->loop, &client->done);
	return NULL;
}

static void
on_done(struct ev_loop *loop, ev_async *async, int events)
{
	(void)async;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

static void
test_requests(void **state)
{
	struct ev_loop *loop = ev_default_loop(0);
	struct client *client = xcalloc(1, sizeof(*client));
	struct err e;
	struct web *web = web_new(&(struct web_options){ .loop = loop,
				      .where = STR("127.0.0.1:0"),
				      .routes = routes,
				      .n_routes = ARRAY_LEN(routes) },
	    &e);
	pthread_t thread;

	(void)state;
	assert_non_null(web);
	client->port = web_port(web);
	client->loop = loop;
	ev_async_init(&client->done, on_done);
	ev_async_start(loop, &client->done);
	assert_int_equal(pthread_create(&thread, NULL, ask_all, client), 0);
	ev_run(loop, 0);
	pthread_join(thread, NULL);
	ev_async_stop(loop, &client->done);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		ROW_I64(asks[i].name, client->got[i].status, asks[i].status);
		ROW_STR(asks[i].name, str_c(client->got[i].body), str_c(asks[i].body));
		ROW(asks[i].name, strstr(client->got[i].headers, "default-src 'none'"));
		ROW(asks[i].name, strstr(client->got[i].headers, "nosniff"));
	}
	web_free(web);
	free(client);
	ROWS_DONE();
}

static void
test_places(void **state)
{
	static const struct {
		const char *where;
		bool good;
	} rows[] = {
		{ "127.0.0.1:8018", true },
		{ "127.8.9.1:0", true },
		{ "[::1]:80", true },
		{ "unix:/run/newsbell/web", true },
		{ "unix:web", false },
		{ "unix:", false },
		{ "0.0.0.0:80", false },
		{ "192.0.2.1:80", false },
		{ "[::]:80", false },
		{ "[::ffff:127.0.0.1]:80", false },
		{ "localhost:80", false },
		{ "127.0.0.1", false },
		{ "127.0.0.1:65536", false },
		{ "127.0.0.1:-1", false },
		{ "", false },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ROW_I64(rows[i].where, listen_check(str_c(rows[i].where), &e), rows[i].good);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
