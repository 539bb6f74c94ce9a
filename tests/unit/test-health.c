/* How a feed is, and what the operator is told of it. */
#include "poll_sim.h"

#include <stdio.h>

/* An empty document that stays the same is not parsed again, and counts all the same. */
static void
test_empty_again(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	ok(&sim, "", "1", 20);
	for (int i = 0; i < HEALTH_NO_ITEMS_POLLS; i++) {
		assert_int_equal(sim.state.health, FEED_WELL);
		sim.now = sim.state.next_due_s;
		sim_poll(&sim,
		    &(struct says){
			.status = i == 2 ? 304 : 200, .headers = "ETag: e", .body = "0" },
		    &(struct made){ 0 });
	}
	assert_int_equal(sim.state.health, FEED_SUSPICIOUS);
	sim.now = sim.state.next_due_s;
	ok(&sim, "", "2", 1);
	assert_int_equal(sim.state.health, FEED_WELL);
	sim_free(&sim);
}

/* Who does not answer may have news: of silence nothing can be said, neither that it is nor that it
 * ends. */
static void
test_failing_is_not_silent(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim);
	sim.section.rules.silent.mode = SILENT_AFTER;
	sim.section.rules.silent.after_s = 2 * HOUR;
	ok(&sim, "ETag: e1", "1", 20);
	sim.now += DAY;
	say(&sim, 500, "");
	assert_int_equal(sim.state.health, FEED_WELL);
	sim.now = sim.state.next_due_s;
	say(&sim, 304, "");
	assert_int_equal(sim.state.health, FEED_SILENT);
	sim.now = sim.state.next_due_s;
	say(&sim, 500, "");
	assert_int_equal(sim.state.health, FEED_SILENT);
	sim_free(&sim);
}

/* What becomes of a feed is told once: when it begins and when it ends. */
static void
test_tell(void **state)
{
	static const struct {
		const char *name;
		struct says says;
		struct made made;
		int polls;
		enum health_kind begins;
	} cases[] = {
		{ "broken", { .status = 404, .body = "" }, { 0 }, 30, HEALTH_KIND_BROKEN },
		{ "network", { .fault = HTTP_FAULT_DNS }, { 0 }, 30, HEALTH_KIND_BROKEN },
		{ "gone", { .status = 410, .body = "" }, { 0 }, 3, HEALTH_KIND_GONE },
		{ "HTML", { .status = 200, .body = "<html>" }, { .result = POLL_NO_FEED }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "deadly", { .status = 200, .body = "boom" }, { .result = POLL_KILLED }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "empty", { .status = 200, .body = "" }, { .n_items = 0 }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "frozen dates", { .status = 200, .body = "" },
		    { .n_items = 20, .n_new = 1, .date = START - DAY }, 10,
		    HEALTH_KIND_SUSPICIOUS },
		{ "silent", { .status = 304, .body = "" }, { 0 }, 800, HEALTH_KIND_SILENT },
	};
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int told[HEALTH_KIND_COUNT] = { 0 };
		struct sim sim;
		char body[32];

		sim_init(&sim);
		sim.told = told;
		for (int poll = 0; poll < 10; poll++) { /* a feed with a rhythm of hours */
			snprintf(body, sizeof(body), "good %d", poll);
			sim_poll(&sim,
			    &(struct says){ .status = 200, .headers = "ETag: e1", .body = body },
			    &(struct made){ .n_items = 20, .n_new = 1, .date = sim.now });
			sim.now += 3 * HOUR;
		}
		for (int poll = 0; poll < cases[i].polls; poll++) {
			struct says says = cases[i].says;

			snprintf(body, sizeof(body), "%s%d", says.body ? says.body : "", poll);
			if (says.status == 200)
				says.body = body;
			if (says.status == 304 && poll_is_recheck(&sim.state, sim.now))
				says = (struct says){
					.status = 200, .headers = "ETag: e1", .body = "good 9"
				};
			if (!says.headers)
				says.headers = "";
			sim_poll(&sim, &says, &cases[i].made);
			sim.now = sim.state.next_due_s;
		}
		sim_poll(&sim, &(struct says){ .status = 200, .headers = "", .body = "back" },
		    &(struct made){ .n_items = 20, .n_new = 1, .date = sim.now });
		for (int kind = 0; kind < HEALTH_KIND_COUNT; kind++) {
			int want = kind == (int)cases[i].begins || kind == HEALTH_KIND_RECOVERED;

			if (told[kind] == want)
				continue;
			print_error("%s: told %d times that it is %s\n", cases[i].name, told[kind],
			    health_kind_name((enum health_kind)kind));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/* Gaps are told once a day, changed ids once a month, a move when it is believed. */
static void
test_tell_events(void **state)
{
	int told[HEALTH_KIND_COUNT] = { 0 };
	struct sim sim;

	(void)state;
	sim_init(&sim);
	sim.told = told;
	ok(&sim, "", "0", 20);
	for (int i = 0; i < 96; i++) { /* two days */
		char body[32];

		sim.now += HOUR / 2;
		snprintf(body, sizeof(body), "%d", i + 1);
		sim_poll(&sim,
		    &(struct says){ .status = 200,
			.headers = "",
			.body = body,
			.moved_url = "https://new.example/" },
		    &(struct made){
			.n_items = 20, .n_new = 20, .date = sim.now, .gap = true, .churn = true });
	}
	assert_in_range(told[HEALTH_KIND_GAP], 1, 3);
	assert_int_equal(told[HEALTH_KIND_CHURN], 1);
	assert_int_equal(sim.state.gaps, 96);
	assert_int_equal(told[HEALTH_KIND_MOVED], 0);
	sim.now += 2 * DAY;
	sim_poll(&sim,
	    &(struct says){
		.status = 200, .headers = "", .body = "x", .moved_url = "https://new.example/" },
	    &(struct made){ .n_items = 20, .n_new = 1, .date = sim.now });
	assert_int_equal(told[HEALTH_KIND_MOVED], 1);
	sim_free(&sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_again),
		cmocka_unit_test(test_failing_is_not_silent),
		cmocka_unit_test(test_tell),
		cmocka_unit_test(test_tell_events),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
