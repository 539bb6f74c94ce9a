/*
 * Many requests at once, some of them called off.
 */
#include "wire_kit.h"

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
	wire_fetch(wire, &request, take, &before);
	turn(loop, wire);
	for (size_t i = 0; i < ARRAY_LEN(c); i++)
		wire_fetch(wire, &request, take, &c[i]);
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
			jobs[i] = wire_fetch(wire, &requests[i], take, &c);
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
	wire_fetch(wire, &(struct http_request){ 0 }, take, &last);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_per_host),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_from_callback),
	};

	return cmocka_run_group_tests_name("wire-many", tests, start, stop);
}
