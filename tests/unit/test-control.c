/* The control protocol: lines alone, and over a real socket. */
#include "rows.h"

#include "control.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
run_echo(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	int *calls = cookie;

	++*calls;
	if (json_is_true(json_object_get(request, "fail")))
		return err_set(e, ERR_CONFIG, "it \"failed\"");
	json_object_set(answer, "text", json_object_get(request, "text"));
	return true;
}

static bool
run_flood(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	char *text = xmalloc(CONTROL_REPLY_MAX);

	(void)cookie;
	(void)request;
	(void)e;
	memset(text, 'x', CONTROL_REPLY_MAX);
	json_object_set_new(answer, "text", json_stringn(text, CONTROL_REPLY_MAX));
	free(text);
	return true;
}

/* The number is given by the answer to come: the calls so far. */
static uint64_t
begin_work(void *cookie)
{
	int *calls = cookie;

	return (uint64_t)++ * calls;
}

static const struct control_verb verbs[] = {
	{ .name = "echo", .run = run_echo },
	{ .name = "flood", .run = run_flood },
	{ .name = "work", .begin = begin_work },
};

static void
test_lines(void **state)
{
	static const struct {
		const char *name, *line, *want;
	} rows[] = {
		{ "answer", "{\"command\":\"echo\",\"text\":\"a\"}",
		    "{\"text\":\"a\",\"ok\":true}\n" },
		{ "return is white space", "{\"command\":\"echo\",\"text\":\"a\"}\r",
		    "{\"text\":\"a\",\"ok\":true}\n" },
		{ "failure, escaped", "{\"command\":\"echo\",\"fail\":true}",
		    "{\"ok\":false,\"error\":\"it \\\"failed\\\"\"}\n" },
		{ "unknown", "{\"command\":\"nope\"}",
		    "{\"ok\":false,\"error\":\"there is no command 'nope'\"}\n" },
		{ "not a text", "{\"command\":1}",
		    "{\"ok\":false,\"error\":\"want one JSON object a line, like "
		    "{\\\"command\\\":\\\"status\\\"}\"}\n" },
		{ "no object", "[1]",
		    "{\"ok\":false,\"error\":\"want one JSON object a line, like "
		    "{\\\"command\\\":\\\"status\\\"}\"}\n" },
		{ "too long an answer", "{\"command\":\"flood\"}",
		    "{\"ok\":false,\"error\":\"the answer is too long\"}\n" },
	};
	int calls = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf reply;

		buf_init(&reply, CONTROL_REPLY_MAX);
		ROW_I64(rows[i].name,
		    (int64_t)control_answer(
			verbs, ARRAY_LEN(verbs), &calls, str_c(rows[i].line), &reply),
		    0);
		ROW_STR(rows[i].name, buf_str(&reply), str_c(rows[i].want));
		buf_free(&reply);
	}
	ROW_I64("calls", calls, 3);
	{
		struct buf reply;

		buf_init(&reply, CONTROL_REPLY_MAX);
		ROW_I64("what takes longer",
		    (int64_t)control_answer(
			verbs, ARRAY_LEN(verbs), &calls, STR("{\"command\":\"work\"}"), &reply),
		    4);
		ROW_I64("has no answer yet", (int64_t)reply.n, 0);
		buf_free(&reply);
		calls--;
	}
	{
		static const char *const broken[] = { "", "{", "{\"command\":\"echo\"",
			"{\"command\":\"echo\",\"command\":\"echo\"}", "\xff\xfe", "nonsense" };

		for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
			struct buf reply;

			buf_init(&reply, CONTROL_REPLY_MAX);
			control_answer(verbs, ARRAY_LEN(verbs), &calls, str_c(broken[i]), &reply);
			ROW(broken[i],
			    str_starts(buf_str(&reply), STR("{\"ok\":false,\"error\":")));
			buf_free(&reply);
		}
	}
	ROW_I64("nothing was called", calls, 3);
	ROWS_DONE();
}

/* ---- over a socket ---- */

struct client {
	const char *path;
	int asked, good;
	char failure[ERR_TEXT_MAX];
	ev_async done;
	struct ev_loop *loop;
};

static void *
ask_things(void *cookie)
{
	struct client *client = cookie;
	char *large = xmalloc(CONTROL_LINE_MAX);
	struct err e;

	for (int i = 0; i < 3; i++) {
		json_t *request = json_pack("{s:s,s:i}", "command", "echo", "text", i),
		       *answer = NULL;

		client->asked++;
		if (control_ask(client->path, request, &answer, &e) &&
		    json_integer_value(json_object_get(answer, "text")) == i)
			client->good++;
		json_decref(answer);
		json_decref(request);
	}
	memset(large, 'x', CONTROL_LINE_MAX - 1);
	large[CONTROL_LINE_MAX - 1] = '\0';
	{
		json_t *request = json_pack("{s:s,s:s}", "command", "echo", "text", large), *answer;

		if (!control_ask(client->path, request, &answer, &e))
			snprintf(client->failure, sizeof(client->failure), "%s", e.text);
		json_decref(request);
	}
	free(large);
	ev_async_send(client->loop, &client->done);
	return NULL;
}

/* Two who wait, and what the loop says to them. */
struct waiting {
	struct control *control;
	int calls;
	ev_timer settle;
};

static void
on_settle(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct waiting *w = timer->data;
	struct err why;

	(void)events;
	if (w->calls < 2)
		return;
	ev_timer_stop(loop, timer);
	err_set(&why, ERR_CONFIG, "it came to nothing");
	control_settle(w->control, 1, &why);
	control_settle(w->control, 1, NULL); /* who was answered waits no more */
	control_settle(w->control, 2, NULL);
}

struct asker {
	const char *path;
	pthread_t thread;
	bool good;
	struct err e;
};

static void *
ask_for_work(void *cookie)
{
	struct asker *a = cookie;
	json_t *request = json_pack("{s:s}", "command", "work"), *answer = NULL;

	a->good = control_ask(a->path, request, &answer, &a->e);
	json_decref(answer);
	json_decref(request);
	return NULL;
}

static void *
ask_two(void *cookie)
{
	struct client *client = cookie;
	struct asker first = { .path = client->path }, second = { .path = client->path };

	pthread_create(&first.thread, NULL, ask_for_work, &first);
	pthread_create(&second.thread, NULL, ask_for_work, &second);
	pthread_join(first.thread, NULL);
	pthread_join(second.thread, NULL);
	client->asked = 2;
	client->good = first.good + second.good;
	snprintf(client->failure, sizeof(client->failure), "%s",
	    first.good ? second.e.text : first.e.text);
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
test_socket(void **state)
{
	char dir[] = "/tmp/newsbell-control-XXXXXX", path[64], far[200];
	struct ev_loop *loop = ev_default_loop(0);
	struct control_options options = {
		.loop = loop, .path = path, .verbs = verbs, .n_verbs = ARRAY_LEN(verbs)
	};
	struct client client = { .path = path, .loop = loop };
	int calls = 0;
	struct control *control;
	struct stat st;
	pthread_t thread;
	json_t *request = json_pack("{s:s}", "command", "echo"), *answer;
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/control", dir);
	options.cookie = &calls;
	ROW("nobody listens", !control_ask(path, request, &answer, &e) && e.kind == ERR_NET);
	control = control_new(&options, &e);
	assert_non_null(control);
	ROW("a socket", stat(path, &st) == 0 && S_ISSOCK(st.st_mode));
	ROW_I64("mode", st.st_mode & 0777, 0660);
	control_free(control_new(&options, &e)); /* a dead one's socket is in the way: replaced */
	control_free(control);
	control = control_new(&options, &e);
	ev_async_init(&client.done, on_done);
	ev_async_start(loop, &client.done);
	assert_int_equal(pthread_create(&thread, NULL, ask_things, &client), 0);
	ev_run(loop, 0);
	pthread_join(thread, NULL);
	ev_async_stop(loop, &client.done);
	ROW_I64("answers", client.good, client.asked);
	ROW_STR(
	    "a request that is too long", str_c(client.failure), STR("the request is too long"));
	control_free(control);
	ROW("the socket is gone", stat(path, &st) < 0 && errno == ENOENT);
	memset(far, 'x', sizeof(far) - 1);
	far[sizeof(far) - 1] = '\0';
	options.path = far;
	ROW("too long a path", !control_new(&options, &e) && e.kind == ERR_SYSTEM);
	json_decref(request);
	rmdir(dir);
	ROWS_DONE();
}

static void
test_waiting(void **state)
{
	char dir[] = "/tmp/newsbell-control-XXXXXX", path[64];
	struct ev_loop *loop = ev_default_loop(0);
	struct waiting w = { 0 };
	const struct control_options options = { .loop = loop,
		.path = path,
		.verbs = verbs,
		.n_verbs = ARRAY_LEN(verbs),
		.cookie = &w.calls };
	struct client client = { .path = path, .loop = loop };
	pthread_t thread;
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/control", dir);
	w.control = control_new(&options, &e);
	assert_non_null(w.control);
	ev_timer_init(&w.settle, on_settle, 0.01, 0.01);
	w.settle.data = &w;
	ev_timer_start(loop, &w.settle);
	ev_async_init(&client.done, on_done);
	ev_async_start(loop, &client.done);
	assert_int_equal(pthread_create(&thread, NULL, ask_two, &client), 0);
	ev_run(loop, 0);
	pthread_join(thread, NULL);
	ev_async_stop(loop, &client.done);
	ROW_I64("one of two went well", client.good, 1);
	ROW_STR("the other", str_c(client.failure), STR("it came to nothing"));
	control_free(w.control);
	rmdir(dir);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
