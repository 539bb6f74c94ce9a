#include "verbs.h"

#include "mem.h"
#include "silences.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Bytes of memory that are really in use (statm's second field: pages), 0 = unknown. */
static int64_t
resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (f && fscanf(f, "%*s %ld", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
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
	json_object_set_new(answer, "memory_bytes", json_integer(resident_bytes()));
	json_object_set_new(
	    answer, "polls_active", json_integer((json_int_t)monitor_active(v->monitor)));
	json_object_set_new(
	    answer, "deliveries_active", json_integer((json_int_t)courier_active(v->courier)));
	return true;
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
		return err_set(e, ERR_CONFIG, "there is no feed \"%.100s\", or it is being polled",
		    json_string_value(feed));
	json_object_set_new(answer, "feeds", json_integer((json_int_t)n));
	return true;
}

static bool
run_reload(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	const struct verbs *v = cookie;

	(void)request;
	(void)answer;
	return v->reload(v->daemon, e);
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

const struct control_verb control_verbs[] = {
	{ "status", run_status },
	{ "poll", run_poll },
	{ "reload", run_reload },
	{ "silence", run_silence },
	{ "silence-end", run_silence_end },
};
const size_t n_control_verbs = ARRAY_LEN(control_verbs);
