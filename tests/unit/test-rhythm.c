/* When a feed is asked next: the rhythm in which its items appear, learnt over simulated weeks. */
#include "poll_sim.h"

#include "rhythm.h"

#include <stdio.h>

/* ---- the interval ---- */

/*
 * A feed with an item whenever `when` says so (a minute of the simulated time), asked by its own
 * plan; returns the mean delay from item to poll in the last week, and how often it was asked a
 * day.
 */
static double
run_rhythm(struct sim *sim, bool (*when)(int64_t minute), int days, bool dates, double *a_day)
{
	int64_t minute = START / 60, pending = 0, first = 0, end = START + days * DAY;
	double delay = 0;
	int n = 0, polls = 0, body = 0;
	char text[32];

	ok(sim, "", "0", 0);
	for (; minute * 60 < end; minute++) {
		if (when(minute) && pending++ == 0)
			first = minute * 60;
		while (sim->state.next_due_s <= minute * 60) {
			sim->now = minute * 60;
			sim->jitter = (uint32_t)minute * 2654435761u;
			if (pending > 0)
				body++;
			snprintf(text, sizeof(text), "%d", body);
			sim_poll(sim, &(struct says){ .status = 200, .headers = "", .body = text },
			    &(struct made){ .n_items = 20,
				.n_new = (size_t)pending,
				.date = dates ? first : 0 });
			if (sim->now > end - 7 * DAY) {
				polls++;
				if (pending > 0) {
					delay += (double)(sim->now - first);
					n++;
				}
			}
			pending = 0;
			arena_reset(sim->arena);
			sim->state.etag = sim->state.last_modified = sim->state.error =
			    sim->state.moved_url = (struct str){ 0 };
		}
	}
	*a_day = polls / 7.0;
	return n ? delay / n : 0;
}

static bool
every_20_minutes(int64_t minute)
{
	return minute % 20 == 7;
}

static bool
every_12_hours(int64_t minute)
{
	return minute % 720 == 65;
}

static bool
weekdays_at_6_and_17(int64_t minute)
{
	int64_t day = (minute / 1440 + 3) % 7, of_day = minute % 1440;

	/* some minutes early or late */
	return day < 5 && (of_day == 362 + minute / 1440 % 5 || of_day == 1020 + minute / 1440 % 7);
}

static bool
weekly(int64_t minute)
{
	return minute % 10080 == 3000;
}

/* Forty items within an hour, once in two days. */
static bool
bursts(int64_t minute)
{
	return minute / 1440 % 2 == 0 && minute % 1440 >= 700 && minute % 1440 < 760 &&
	       minute % 3 > 0;
}

static bool
never(int64_t minute)
{
	(void)minute;
	return false;
}

static const struct {
	const char *name;
	bool (*when)(int64_t minute);
	bool dates;
	double delay_min, a_day_min, a_day_max; /* minutes late at most on average; polls a day */
} rhythm_rows[] = {
	{ "every 20 minutes", every_20_minutes, true, 16, 80, 97 },
	{ "every 20 minutes, no dates", every_20_minutes, false, 16, 80, 97 },
	{ "every 12 hours", every_12_hours, true, 20, 4, 20 },
	{ "every 12 hours, no dates", every_12_hours, false, 150, 4, 20 },
	{ "at fixed hours on weekdays", weekdays_at_6_and_17, true, 20, 4, 20 },
	{ "weekly", weekly, true, 400, 3, 6 },
	{ "bursts", bursts, true, 60, 5, 60 },
	{ "never anything", never, true, 1, 3, 6 },
};

static void
test_rhythm(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rhythm_rows); i++) {
		struct sim sim;
		double a_day, delay;

		sim_init(&sim);
		delay =
		    run_rhythm(&sim, rhythm_rows[i].when, 60, rhythm_rows[i].dates, &a_day) / 60;
		if (delay > rhythm_rows[i].delay_min || a_day < rhythm_rows[i].a_day_min ||
		    a_day > rhythm_rows[i].a_day_max) {
			print_error("%s: %.0f minutes late, %.1f polls a day, now because %.*s\n",
			    rhythm_rows[i].name, delay, a_day,
			    STR_ARG(poll_why(&sim.feed, &sim.state, sim.arena)));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/*
 * A feed that lists `window` items and has a new one every `every` minutes: after a day of learning
 * nothing passes unseen, as long as the shortest interval allows it.
 */
static const struct {
	const char *name;
	int64_t every, window;
	bool dates;
	int lost_max; /* after the first day */
} window_rows[] = {
	{ "slow feed, long list", 60, 20, true, 0 },
	{ "twice the window in the default interval", 4, 10, true, 0 },
	{ "the same without dates", 4, 10, false, 0 },
	{ "one list in each quarter of an hour", 2, 10, true, 0 },
	{ "a long list that turns over in two hours", 2, 60, false, 0 },
	{ "faster than we may ask", 1, 10, true, 100000 },
};

static void
test_window(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(window_rows); i++) {
		int64_t every = window_rows[i].every * MIN, window = window_rows[i].window;
		int64_t known = START / every;
		int lost = 0, gaps = 0;
		struct sim sim;
		char body[32];

		sim_init(&sim);
		ok(&sim, "", "0", 0);
		while (sim.now < START + 4 * DAY) {
			int64_t latest, fresh;
			struct says says = { .status = 200, .headers = "", .body = body };
			struct made made = { .n_items = (size_t)window };

			sim.now = sim.state.next_due_s;
			sim.jitter = (uint32_t)sim.now * 2654435761u;
			latest = sim.now / every;
			fresh = latest - known < window ? latest - known : window;
			made.n_new = (size_t)fresh;
			made.gap = latest - known >= window;
			made.date = window_rows[i].dates ? latest * every : 0;
			if (sim.now > START + DAY && latest - known > window)
				lost += (int)(latest - known - window);
			gaps += made.gap;
			known = latest;
			snprintf(body, sizeof(body), "%lld", (long long)latest);
			sim_poll(&sim, &says, &made);
		}
		if (lost > window_rows[i].lost_max || sim.state.gaps != gaps) {
			print_error("%s: %d lost, %d gaps, now because %.*s\n", window_rows[i].name,
			    lost, gaps, STR_ARG(poll_why(&sim.feed, &sim.state, sim.arena)));
			failed++;
		}
		sim_free(&sim);
	}
	assert_int_equal(failed, 0);
}

/* The dates of the first document already teach the rhythm. */
static void
test_seed(void **state)
{
	struct feed_rhythm rhythm = { 0 };
	int64_t dates[40], from = 0, to = 0;

	(void)state;
	for (int i = 0; i < 40;
	     i++) /* each day at 06:00, newest first; one in the future, one without */
		dates[i] = START - 2 * HOUR - i * DAY;
	dates[3] = START + 50 * DAY;
	dates[7] = DATE_NONE;
	rhythm_seed(&rhythm, dates, ARRAY_LEN(dates), START);
	assert_int_equal(rhythm.n, RHYTHM_ARRIVALS);
	assert_int_equal(rhythm_last_s(&rhythm), START - 2 * HOUR);
	assert_int_equal(rhythm_gap_s(&rhythm), DAY);
	assert_true(rhythm_window(&rhythm, START, &from, &to));
	assert_in_range(from, START + 22 * HOUR - 5 * MIN, START + 22 * HOUR);
	assert_in_range(to, START + 22 * HOUR, START + 23 * HOUR);
	/* late: still within the window */
	assert_true(rhythm_window(&rhythm, START + 22 * HOUR + 10 * MIN, &from, &to));
	assert_true(from < START + 22 * HOUR + 10 * MIN);
	/* it came: the next is tomorrow */
	rhythm_add(&rhythm, START + 22 * HOUR + 11 * MIN, true);
	assert_true(rhythm_window(&rhythm, START + 22 * HOUR + 12 * MIN, &from, &to));
	assert_true(from > START + 40 * HOUR);
	/* the whole of the past is refused */
	rhythm_add(&rhythm, START, true);
	assert_int_equal(rhythm_last_s(&rhythm), START + 22 * HOUR + 11 * MIN);
}

static void
test_midnight(void **state)
{
	struct feed_rhythm rhythm = { 0 };
	int64_t midnight = START - 8 * HOUR, from = 0, to = 0;

	(void)state;
	for (int i = 10; i > 0; i--) /* ten before and ten after midnight by turns */
		rhythm_add(&rhythm, midnight - i * DAY + (i % 2 ? -10 : 10) * MIN, true);
	assert_true(rhythm_window(&rhythm, START, &from, &to));
	assert_int_equal(from, midnight + DAY - 12 * MIN);
	assert_int_equal(to, midnight + DAY + 40 * MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rhythm),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_midnight),
	};

	return cmocka_run_group_tests_name("rhythm", tests, NULL, NULL);
}
