#include "verbs.h"

#include "mem.h"
#include "process.h"
#include "silences.h"
#include "site.h"
#include "store_delivery.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* "100": at most so many milliseconds; the last bucket has no bound: "more". */
static void
name_bucket(char *ret, size_t n, bool bounded, const int *bound_ms)
{
	if (bounded)
		snprintf(ret, n, "%d", *bound_ms);
	else
		snprintf(ret, n, "more");
}

/* What the monitor and the loop have done since the start. */
static void
put_work(const struct verbs *v, json_t *answer)
{
	const struct monitor_figures *f = monitor_figures(v->monitor);
	json_t *late = json_object(), *turns = json_object();
	char key[32];

	json_object_set_new(answer, "polls", json_integer((json_int_t)f->polls));
	json_object_set_new(answer, "polls_fresh", json_integer((json_int_t)f->fresh));
	json_object_set_new(answer, "polls_unchanged", json_integer((json_int_t)f->unchanged));
	json_object_set_new(answer, "polls_failed", json_integer((json_int_t)f->failed));
	json_object_set_new(answer, "documents_parsed", json_integer((json_int_t)f->parsed));
	json_object_set_new(answer, "new_items", json_integer((json_int_t)f->items));
	json_object_set_new(answer, "body_bytes", json_integer((json_int_t)f->bytes));
	for (size_t i = 0; i < MONITOR_LAG_BUCKETS; i++) {
		name_bucket(
		    key, sizeof(key), i + 1 < MONITOR_LAG_BUCKETS, &monitor_lag_bounds_ms[i]);
		json_object_set_new(late, key, json_integer((json_int_t)f->lag[i]));
	}
	json_object_set_new(answer, "polls_late_ms", late);
	for (size_t i = 0; i < LAG_BUCKETS; i++) {
		name_bucket(key, sizeof(key), i + 1 < LAG_BUCKETS, &lag_bounds_ms[i]);
		json_object_set_new(turns, key, json_integer((json_int_t)v->lag->turns.buckets[i]));
	}
	json_object_set_new(answer, "loop_turns_ms", turns);
	json_object_set_new(
	    answer, "loop_worst_us", json_integer((json_int_t)lag_take_worst(v->lag)));
}

static bool
run_status(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;

	(void)request;
	(void)e;
	json_object_set_new(answer, "version", json_string(NB_VERSION));
	json_object_set_new(answer, "pid", json_integer(getpid()));
	json_object_set_new(answer, "started_s", json_integer(v->started_s));
	json_object_set_new(
	    answer, "uptime_s", json_integer((json_int_t)time(NULL) - v->started_s));
	json_object_set_new(answer, "memory_bytes", json_integer(process_memory()));
	json_object_set_new(
	    answer, "polls_active", json_integer((json_int_t)monitor_active(v->monitor)));
	json_object_set_new(
	    answer, "deliveries_active", json_integer((json_int_t)courier_active(v->courier)));
	put_work(v, answer);
	return true;
}

static bool
run_metrics(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;
	const struct site site = { .store = v->store,
		.monitor = v->monitor,
		.courier = v->courier,
		.ledger = v->ledger,
		.lag = v->lag,
		.started_s = v->started_s };
	struct buf text;
	bool good;

	(void)request;
	buf_init(&text, CONTROL_REPLY_MAX / 2);
	good = site_metrics(&site, &text, e);
	if (good)
		json_object_set_new(answer, "metrics", json_stringn(text.p, text.n));
	buf_free(&text);
	return good;
}

/* "feed": one by name; without it, all. */
static bool
run_poll(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;
	const json_t *feed = json_object_get(request, "feed");
	size_t n;

	if (feed && !json_is_string(feed))
		return err_set(e, ERR_INPUT, "\"feed\" is a name");
	n = monitor_poll(v->monitor, feed ? str_c(json_string_value(feed)) : STR(""));
	if (feed && n == 0)
		return err_set(e, ERR_INPUT,
		    "there is no feed '%.100s' (newsbell feeds lists them), or it is being polled",
		    json_string_value(feed));
	json_object_set_new(answer, "feeds", json_integer((json_int_t)n));
	return true;
}

static uint64_t
begin_reload(void *cookie)
{
	const struct verbs *v = cookie;

	return v->reload(v->daemon);
}

static bool
run_silence(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;

	return silences_add(v->store, (int64_t)time(NULL), request, answer, e);
}

static bool
run_silence_end(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;

	return silences_end(v->store, (int64_t)time(NULL), request, answer, e);
}

/* "id": of a delivery or an alert, or its beginning; "channel": its name.  One of them at least. */
static bool
run_retry(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;
	const struct delivery_filter filter = {
		.id = str_c(json_string_value(json_object_get(request, "id"))),
		.channel = str_c(json_string_value(json_object_get(request, "channel"))),
		.state = -1,
	};
	size_t n;

	if (filter.id.n == 0 && filter.channel.n == 0)
		return err_set(e, ERR_INPUT, "\"id\" or \"channel\" says what to try again");
	if (!store_retry(v->store, &filter, (int64_t)time(NULL), &n, e))
		return false;
	courier_retry(v->courier, filter.channel);
	json_object_set_new(answer, "deliveries", json_integer((json_int_t)n));
	return true;
}

const struct control_verb control_verbs[] = {
	{ .name = "status", .run = run_status },
	{ .name = "metrics", .run = run_metrics },
	{ .name = "poll", .run = run_poll },
	{ .name = "reload", .begin = begin_reload },
	{ .name = "retry", .run = run_retry },
	{ .name = "silence", .run = run_silence },
	{ .name = "silence-end", .run = run_silence_end },
};
const size_t n_control_verbs = ARRAY_LEN(control_verbs);
