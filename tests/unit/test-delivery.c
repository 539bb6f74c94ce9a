/* What is owed, over attempts: in which order, when again, and what becomes of a long queue. */
#include "scratch.h"

#include "store_bundle.h"
#include "store_delivery.h"

#define T0 ((int64_t)1800000000)

static struct arena *arena;
static struct store *store;

static int
setup(void **state)
{
	if (scratch_make(state) != 0)
		return -1;
	arena = arena_new();
	store = scratch_open(STORE_WRITE);
	return 0;
}

static int
teardown(void **state)
{
	store_close(store);
	arena_free(arena);
	return scratch_remove(state);
}

/* An item with an alert of this id, owed to a channel. */
static void
owe(const char *id, enum severity severity, const char *route, int64_t now_s)
{
	static uint64_t key;
	struct feed_state state = { 0 };
	struct delivery_new delivery = { .channel = STR("desk"), .route = str_c(route) };
	struct item item = { .id = str_c(id),
		.title = str_c(id),
		.published_s = DATE_NONE,
		.updated_s = DATE_NONE };
	struct alert_new alert = { .alert = { .id = str_c(id),
				       .watch = STR("w"),
				       .title = str_c(id),
				       .severity = severity,
				       .published_s = DATE_NONE,
				       .seen_s = now_s,
				       .created_s = now_s },
		.deliveries = &delivery,
		.n_deliveries = 1 };
	struct item_new new = { .item = &item, .key = ++key, .alerts = &alert, .n_alerts = 1 };
	struct poll_done poll = { .url = STR("https://example.org/"),
		.name = STR("f"),
		.state = &state,
		.items = &new,
		.n_items = 1 };
	struct err e = { 0 };

	if (!store_commit(store, &poll, NULL, now_s, &e))
		fail_msg("%s", e.text);
}

static void
owe_many(const char *letter, int n, const char *route, int64_t now_s)
{
	for (int i = 0; i < n; i++)
		owe(str_z(arena, str_fmt(arena, "%s%03d", letter, i)), SEVERITY_NORMAL, route,
		    now_s);
}

static struct owed *
owed(int64_t now_s, size_t *n)
{
	struct owed *ret;
	struct err e = { 0 };

	if (!store_owed(store,
		&(struct owed_filter){ .channel = STR("desk"), .now_s = now_s, .limit = 1000 },
		arena, &ret, n, &e))
		fail_msg("%s", e.text);
	return ret;
}

/* The titles of what is due, a message each; those of a bundle in brackets. */
static struct str
due(int64_t now_s)
{
	struct str ret = STR("");
	struct err e = { 0 };
	size_t n;
	struct owed *v = owed(now_s, &n);

	for (size_t i = 0; i < n; i++) {
		struct frozen frozen = { .facts = { &v[i].facts, 1 } };

		if (v[i].kind != BUNDLE_SINGLE && !store_freeze(store, v[i].id, arena, &frozen, &e))
			fail_msg("%s", e.text);
		ret = str_join(arena, ret, v[i].kind == BUNDLE_SINGLE ? STR("") : STR("["));
		for (size_t k = 0; k < frozen.facts.n; k++) {
			struct alert alert;

			assert_true(alert_from_json(frozen.facts.v[k], arena, &alert, &e));
			ret = str_fmt(
			    arena, "%.*s%s%.*s", STR_ARG(ret), k ? " " : "", STR_ARG(alert.title));
		}
		ret = str_join(arena, ret, v[i].kind == BUNDLE_SINGLE ? STR(" ") : STR("] "));
	}
	return str_trim(ret);
}

/* An attempt at the first that is due. */
static void
attempt(int64_t now_s, enum delivery_state state, int64_t next_try_s)
{
	struct err e = { 0 };
	size_t n;
	struct owed *v = owed(now_s, &n);
	struct attempt_done done = { .at_s = now_s,
		.code = 503,
		.text = STR("busy"),
		.state = state,
		.next_try_s = next_try_s };

	assert_true(n > 0);
	done.delivery = v[0].id;
	if (!store_commit(store, NULL, &done, now_s, &e))
		fail_msg("%s", e.text);
}

static void
test_order(void **state)
{
	struct err e = { 0 };
	int64_t next;

	(void)state;
	owe_many("a", 3, "", T0);
	ROW_STR("as they were owed", due(T0), STR("a000 a001 a002"));
	attempt(T0, DELIVERY_PENDING, T0 + 600);
	ROW_STR("what failed waits", due(T0), STR("a001 a002"));
	attempt(T0, DELIVERY_DONE, 0);
	ROW_STR("what is done is gone", due(T0), STR("a002"));
	owe_many("b", 1, "", T0 + 60);
	assert_true(store_release(store, STR("desk"), T0 + 60, &e));
	ROW_STR("released, the oldest is first again", due(T0 + 60), STR("a000 a002 b000"));
	assert_true(store_release(store, STR("room"), T0 + 60, &e));
	attempt(T0 + 60, DELIVERY_PENDING, T0 + 600);
	attempt(T0 + 60, DELIVERY_DONE, 0);
	attempt(T0 + 60, DELIVERY_DONE, 0);
	assert_true(store_next_try(store, STR("desk"), &next, &e));
	ROW_I64("when again", next, T0 + 600);
	assert_true(store_next_try(store, STR("room"), &next, &e));
	ROW_I64("never", next, INT64_MAX);
	ROWS_DONE();
}

static void
test_dead_letters(void **state)
{
	const struct delivery_filter dead = { .state = DELIVERY_DEAD, .limit = 10 },
				     none = { .id = STR("zz"), .state = -1, .limit = 10 };
	struct delivery_row *rows;
	struct attempt_row *attempts;
	struct err e = { 0 };
	size_t n;

	(void)state;
	owe_many("a", 2, "", T0);
	attempt(T0, DELIVERY_PENDING, T0);
	attempt(T0, DELIVERY_DEAD, 0);
	assert_true(store_deliveries(store, &dead, arena, &rows, &n, &e));
	ROW_I64("dead letters", (int64_t)n, 1);
	ROW_I64("tries", rows[0].attempts, 2);
	ROW_STR("the last answer", rows[0].text, STR("busy"));
	assert_true(store_attempts(store, rows[0].id, arena, &attempts, &n, &e));
	ROW_I64("attempts kept", (int64_t)n, 2);
	assert_true(store_retry(store, &none, T0 + 9, &n, &e));
	ROW_I64("nothing of that id", (int64_t)n, 0);
	assert_true(store_retry(store, &dead, T0 + 9, &n, &e));
	ROW_I64("owed again", (int64_t)n, 1);
	ROW_STR("both are due", due(T0 + 9), STR("a001 a000"));
	ROW_I64(
	    "from the beginning", scratch_ask("SELECT sum(attempts + refusals) FROM delivery"), 0);
	ROWS_DONE();
}

static void
test_backlog(void **state)
{
	struct err e = { 0 };
	size_t n;

	(void)state;
	owe_many("a", 4, "day", T0);
	owe("urgent", SEVERITY_CRITICAL, "day", T0);
	owe_many("b", 2, "night", T0);
	owe_many("later", 1, "day", T0 + 500);
	attempt(T0, DELIVERY_PENDING, T0); /* it may have got there */
	assert_true(store_fold_backlog(store, STR("desk"), 4, T0 + 60, &n, &e));
	ROW_I64("not more than so many", (int64_t)n, 0);
	assert_true(store_fold_backlog(store, STR("room"), 1, T0 + 60, &n, &e));
	ROW_I64("another channel's", (int64_t)n, 0);
	assert_true(store_fold_backlog(store, STR("desk"), 2, T0 + 60, &n, &e));
	ROW_I64("folded", (int64_t)n, 3);
	ROW_STR("what was tried, is urgent or of a short queue stays alone", due(T0 + 60),
	    STR("a000 urgent b000 b001 [a001 a002 a003]"));
	assert_true(store_fold_backlog(store, STR("desk"), 2, T0 + 60, &n, &e));
	ROW_I64("once", (int64_t)n, 0);
	owe_many("c", BUNDLE_ALERTS_MAX + 10, "night", T0 + 60);
	assert_true(store_fold_backlog(store, STR("desk"), 50, T0 + 60, &n, &e));
	ROW_I64("a long queue", (int64_t)n, BUNDLE_ALERTS_MAX + 12);
	ROW_I64("messages of at most so many",
	    scratch_ask("SELECT max(alerts) * 1000 + count(*) FROM delivery WHERE kind = 4 AND "
			"route = 'night'"),
	    BUNDLE_ALERTS_MAX * 1000 + 2);
	ROW_I64("nobody is lost",
	    scratch_ask("SELECT count(*) FROM alert a WHERE NOT EXISTS (SELECT 1 FROM delivery "
			"WHERE alert = a.id) AND NOT EXISTS (SELECT 1 FROM member WHERE alert = "
			"a.id)"),
	    0);
	ROWS_DONE();
}

/* An attempt at the first that is due, a message of its bundle. */
static void
attempt_part(int64_t now_s, enum delivery_state state, struct part_done part)
{
	struct err e = { 0 };
	size_t n;
	struct owed *v = owed(now_s, &n);
	struct attempt_done done = { .at_s = now_s,
		.code = 200,
		.text = STR("ok"),
		.state = state,
		.next_try_s = now_s,
		.refused = part.fate == PART_REFUSED,
		.part = part };

	assert_true(n > 0);
	done.delivery = v[0].id;
	if (!store_commit(store, NULL, &done, now_s, &e))
		fail_msg("%s", e.text);
}

/* Which alerts of the first that is due are through, and in how many messages. */
static struct str
through(int64_t now_s)
{
	struct err e = { 0 };
	struct frozen frozen;
	struct str ret = STR("");
	size_t n;
	struct owed *v = owed(now_s, &n);

	assert_true(n > 0);
	assert_true(store_freeze(store, v[0].id, arena, &frozen, &e));
	for (size_t i = 0; i < frozen.facts.n; i++) {
		struct alert alert;

		assert_true(alert_from_json(frozen.facts.v[i], arena, &alert, &e));
		ret = str_fmt(arena, "%.*s%s%.*s", STR_ARG(ret), i == frozen.told ? "|" : " ",
		    STR_ARG(alert.title));
	}
	return str_fmt(
	    arena, "%zu:%.*s after %lld", frozen.messages, STR_ARG(ret), (long long)v[0].attempts);
}

/* A bundle in several messages: what is through stays through, what is refused lies apart. */
static void
test_parts(void **state)
{
	const struct delivery_filter dead = { .state = DELIVERY_DEAD, .limit = 10 };
	struct delivery_row *rows;
	struct attempt_row *attempts;
	struct err e = { 0 };
	size_t n;

	(void)state;
	owe_many("a", 7, "day", T0);
	assert_true(store_fold_backlog(store, STR("desk"), 2, T0, &n, &e));
	ROW_STR("nothing yet", through(T0), STR("0:|a000 a001 a002 a003 a004 a005 a006 after 0"));
	attempt_part(T0, DELIVERY_PENDING, (struct part_done){ 0 });
	attempt_part(T0, DELIVERY_PENDING, (struct part_done){ PART_THROUGH, 1, 2 });
	ROW_STR("the first", through(T0), STR("1: a000 a001|a002 a003 a004 a005 a006 after 0"));
	attempt_part(T0, DELIVERY_PENDING, (struct part_done){ 0 });
	ROW_STR("a try changes nothing", through(T0),
	    STR("1: a000 a001|a002 a003 a004 a005 a006 after 1"));
	attempt_part(T0, DELIVERY_PENDING, (struct part_done){ PART_REFUSED, 2, 3 });
	ROW_STR("one that is refused", through(T0), STR("1: a000 a001|a005 a006 after 0"));
	assert_true(store_deliveries(store, &dead, arena, &rows, &n, &e));
	ROW_I64("is a dead letter", (int64_t)n, 1);
	ROW_I64("with its alerts", rows[0].alerts, 3);
	assert_true(store_attempts(store, rows[0].id, arena, &attempts, &n, &e));
	ROW_I64("and its attempts", (int64_t)n, 2);
	attempt_part(T0, DELIVERY_DONE, (struct part_done){ PART_THROUGH, 2, 2 });
	owed(T0, &n);
	ROW_I64("all the others are through", (int64_t)n, 0);
	ROW_I64("alerts are counted", scratch_ask("SELECT sum(alerts) FROM delivery"), 7);
	assert_true(store_retry(store, &dead, T0 + 9, &n, &e));
	ROW_STR("owed again", through(T0 + 9), STR("0:|a002 a003 a004 after 0"));
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dead_letters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_backlog, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
