/*
 * News for the operator: gathered, at most one message an hour; what is urgent at once, through a
 * channel that works.
 */
#include "moment.h"
#include "scratch.h"

#include "operator.h"
#include "store_bundle.h"

struct world {
	struct arena *arena;
	struct store *store;
	struct config config;
	int64_t now_s;
	struct str log;
};

static void
world_init(struct world *w, const char *health_to)
{
	*w = (struct world){
		.arena = arena_new(), .now_s = moment("2026-11-25T10:00Z"), .log = STR("")
	};
	assert_true(
	    settings_list(STR("desk, room, siem"), &w->config.routing.channels, w->arena, NULL));
	if (*health_to)
		assert_true(settings_list(str_c(health_to), &w->config.health_to, w->arena, NULL));
	assert_int_equal(scratch_make(NULL), 0);
	w->store = scratch_open(STORE_WRITE);
	scratch_sql("INSERT INTO feed (id, url, name) VALUES (1, 'https://f.example/', 'f')");
}

static void
world_end(struct world *w)
{
	store_close(w->store);
	arena_free(w->arena);
	assert_int_equal(scratch_remove(NULL), 0);
}

/* Something is written down: of a feed, or of a channel. */
static void
note(struct world *w, const char *channel, const char *kind, const char *text)
{
	char *all = sqlite3_mprintf(
	    "INSERT INTO health (feed, channel, at_s, kind, text, told) VALUES (%s, %Q, %lld, %Q, "
	    "%Q, 0)",
	    channel ? "NULL" : "1", channel, (long long)w->now_s, kind, text);

	scratch_sql(all);
	sqlite3_free(all);
}

static void
look(struct world *w)
{
	struct err e = { 0 };
	size_t owed;

	if (!operator_look(w->store, &w->config, w->now_s, &owed, &e))
		fail_msg("%s", e.text);
}

static void
deliver_due(struct world *w, struct str channel)
{
	struct owed *owed;
	struct err e = { 0 };
	size_t n;

	assert_true(store_owed(w->store,
	    &(struct owed_filter){ .channel = channel, .now_s = w->now_s, .limit = 100 }, w->arena,
	    &owed, &n, &e));
	for (size_t i = 0; i < n; i++) {
		struct attempt_done attempt = { .delivery = owed[i].id,
			.at_s = w->now_s,
			.text = STR(""),
			.state = DELIVERY_DONE };
		struct frozen frozen = { .facts = { &owed[i].facts, 1 } };
		struct str titles = STR("");
		struct alert a;

		if (owed[i].kind != BUNDLE_SINGLE)
			assert_true(store_freeze(w->store, owed[i].id, w->arena, &frozen, &e));
		for (size_t k = 0; k < frozen.facts.n; k++) {
			assert_true(alert_from_json(frozen.facts.v[k], w->arena, &a, &e));
			assert_int_equal(a.kind, ALERT_OPERATOR);
			titles = str_fmt(w->arena, "%.*s%s%.*s", STR_ARG(titles), k ? ", " : "",
			    STR_ARG(a.title));
		}
		w->log = str_fmt(w->arena, "%.*s%.*s %.*s: %.*s\n", STR_ARG(w->log),
		    STR_ARG(str_sub(date_rfc3339(w->now_s, w->arena), 11, 16)), STR_ARG(channel),
		    STR_ARG(titles));
		assert_true(store_commit(w->store, NULL, &attempt, w->now_s, &e));
	}
}

/* A look every minute until then. */
static void
run_until(struct world *w, const char *then)
{
	const int64_t end_s = date_parse(str_c(then));
	const struct str_list *channels = &w->config.routing.channels;

	for (; w->now_s <= end_s; w->now_s += 60) {
		look(w);
		for (size_t i = 0; i < channels->n; i++)
			deliver_due(w, channels->v[i]);
	}
	w->now_s = end_s;
}

static void
row_log(struct world *w, const char *name, const char *want)
{
	ROW_STR(name, w->log, str_c(want));
	w->log = STR("");
}

static void
test_gathered(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "desk");
	note(&w, NULL, "broken", "a broken");
	run_until(&w, "2026-11-25T10:02Z");
	note(&w, NULL, "silent", "b silent");
	store_close(w.store);
	w.store = scratch_open(STORE_WRITE);
	run_until(&w, "2026-11-25T10:10Z");
	row_log(&w, "within five minutes as one", "10:05 desk: a broken, b silent\n");
	note(&w, NULL, "recovered", "a well");
	run_until(&w, "2026-11-25T10:30Z");
	note(&w, NULL, "recovered", "b well");
	run_until(&w, "2026-11-25T12:00Z");
	row_log(&w, "no second in the hour", "11:05 desk: a well, b well\n");
	note(&w, NULL, "broken", "a broken");
	run_until(&w, "2026-11-25T13:00Z");
	row_log(&w, "the next after a quiet hour", "12:05 desk: a broken\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_scheduled(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "desk, siem");
	w.config.health_deliver = (struct deliver){ .kind = DELIVER_DAILY, .time_s = 11 * 3600 };
	note(&w, NULL, "broken", "a broken");
	run_until(&w, "2026-11-25T12:00Z");
	row_log(&w, "at its time, to both", "11:00 desk: a broken\n11:00 siem: a broken\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_failing_channel(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "desk, room");
	note(&w, "desk", "channel-down", "desk down");
	run_until(&w, "2026-11-25T10:01Z");
	row_log(&w, "through the other, at once", "10:00 room: desk down\n");
	note(&w, "desk", "channel-down", "desk down again");
	run_until(&w, "2026-11-25T10:30Z");
	row_log(&w, "not again within the hour", "");
	run_until(&w, "2026-11-25T11:00Z");
	note(&w, "desk", "channel-down", "desk still down");
	run_until(&w, "2026-11-25T11:01Z");
	row_log(&w, "but in the next", "11:00 room: desk still down\n");
	note(&w, "room", "channel-refuses", "room refuses");
	run_until(&w, "2026-11-25T11:02Z");
	row_log(&w, "through a third, when those of [health] fail", "11:01 siem: room refuses\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_nobody_left(void **state)
{
	struct world w;
	FILE *journal = tmpfile();
	int saved = dup(STDERR_FILENO);
	char line[512] = "";

	(void)state;
	world_init(&w, "desk");
	w.config.routing.channels.n = 1;
	note(&w, "desk", "channel-gone", "desk gone");
	dup2(fileno(journal), STDERR_FILENO);
	look(&w);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(journal);
	ROW("the journal is told", fgets(line, sizeof(line), journal) &&
				       strstr(line, "operator-unreachable") &&
				       strstr(line, "desk gone"));
	fclose(journal);
	run_until(&w, "2026-11-25T12:00Z");
	row_log(&w, "not through itself", "");
	/* a reload that failed, with nothing but a failing channel: owed to it all the same */
	note(&w, "", "reload-failed", "bad configuration");
	run_until(&w, "2026-11-25T12:01Z");
	row_log(&w, "owed", "12:00 desk: bad configuration\n");
	world_end(&w);
	ROWS_DONE();
}

static void
test_no_health_section(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "");
	note(&w, NULL, "broken", "a broken");
	note(&w, "desk", "channel-down", "desk down");
	run_until(&w, "2026-11-25T12:00Z");
	row_log(&w, "a channel that fails is told all the same",
	    "10:00 room: desk down\n10:00 siem: desk down\n");
	world_end(&w);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_scheduled),
		cmocka_unit_test(test_failing_channel),
		cmocka_unit_test(test_nobody_left),
		cmocka_unit_test(test_no_health_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
