/* Stories across commits, restarts and commits that failed: what was not written was not told. */
#include "rows.h"

#include "stories.h"
#include "store_story.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define T ((int64_t)1760000000)

static char dir[] = "/tmp/newsbell-stories-XXXXXX";
static char path[64];

struct kit {
	struct arena *arena;
	struct store *store;
	struct stories *stories;
	struct feed_rules rules;
	struct feed feed;
	struct feed_state state;
	struct grouping grouping;
	int64_t feed_id;
	int n;
};

/* What one document with one item comes to. */
struct document {
	struct item item;
	struct item_new new;
	struct alert_new alert;
	struct delivery_new delivery;
	struct decision_new why;
	struct poll_done poll;
	bool told;
};

static int
kit_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct err e = { 0 };

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/newsbell.db", dir);
	k->arena = arena_new();
	k->store = store_open(path, STORE_WRITE, &e);
	k->stories = stories_new(k->store);
	k->feed = (struct feed){
		.name = STR("isle"), .url = STR("https://isle.example/feed"), .rules = &k->rules
	};
	grouping_init(&k->grouping);
	*state = k;
	return k->store ? 0 : -1;
}

static int
kit_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	struct kit *k = *state;
	char name[96];

	stories_free(k->stories);
	store_close(k->store);
	arena_free(k->arena);
	free(k);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	return rmdir(dir);
}

static void
restart(struct kit *k)
{
	struct err e = { 0 };

	stories_free(k->stories);
	store_close(k->store);
	k->store = store_open(path, STORE_WRITE, &e);
	assert_non_null(k->store);
	k->stories = stories_new(k->store);
}

/* Taken in, not written. */
static void
take(struct kit *k, const char *title, struct document *d)
{
	const struct watch_hit fired = { .name = STR("ferries"), .severity = SEVERITY_NORMAL };
	const struct stories_hit hit = { &fired, &k->grouping, &k->feed };
	struct err e = { 0 };

	*d = (struct document){ 0 };
	d->item = (struct item){ .id = str_fmt(k->arena, "item %d", k->n),
		.link = str_fmt(k->arena, "https://isle.example/%d", k->n++),
		.title = str_c(title),
		.published_s = T,
		.updated_s = DATE_NONE };
	d->delivery = (struct delivery_new){ .channel = STR("desk") };
	d->alert.alert = (struct alert){ .id = d->item.id,
		.watch = STR("ferries"),
		.title = d->item.title,
		.item_id = d->item.id,
		.feed = k->feed.name,
		.published_s = T,
		.seen_s = T + k->n,
		.created_s = T + k->n };
	d->alert.deliveries = &d->delivery;
	d->alert.n_deliveries = 1;
	assert_true(stories_begin(k->stories, T + k->n, &e));
	stories_item(k->stories, &d->item, k->arena);
	stories_learn(k->stories);
	switch (stories_tell(k->stories, &hit, k->arena, &d->alert, &d->why, &e)) {
	case STORIES_NEWS:
		d->told = true;
		break;
	case STORIES_OLD:
		break;
	case STORIES_ERROR:
		fail_msg("%s", e.text);
	}
	d->new.item = &d->item;
	d->new.key = (uint64_t)k->n;
	d->new.alerts = &d->alert;
	d->new.n_alerts = d->told;
	d->new.decisions = &d->why;
	d->new.n_decisions = !d->told;
	d->poll = (struct poll_done){ .feed = k->feed_id,
		.url = k->feed.url,
		.name = k->feed.name,
		.state = &k->state,
		.items = &d->new,
		.n_items = 1 };
	stories_end(k->stories, k->arena, &d->poll);
}

static bool
commit(struct kit *k, struct document *d)
{
	struct err e = { 0 };
	bool good = store_commit(k->store, &d->poll, NULL, T + k->n, &e);

	if (good)
		k->feed_id = d->poll.feed;
	return good;
}

static void
test_across_restart(void **state)
{
	struct kit *k = *state;
	struct document one, two, three;
	struct alert_other *others;
	struct err e = { 0 };
	size_t n;

	take(k, "Ferry runs aground off Skarholm, 40 rescued", &one);
	assert_true(one.told);
	assert_int_equal(one.alert.alert.story.id, 1);
	assert_true(commit(k, &one));
	restart(k);
	take(k, "Forty taken off stranded Skarholm ferry", &two);
	assert_false(two.told);
	assert_int_equal(two.why.story, 1);
	assert_true(str_eq(two.why.reason, STR("story")));
	assert_true(commit(k, &two));
	restart(k);
	take(k, "A library opens in a lighthouse", &three);
	assert_true(three.told);
	assert_int_equal(three.alert.alert.story.id, 2);
	assert_true(commit(k, &three));
	assert_true(
	    store_story_others(k->store, 1, one.item.id, T + 99, k->arena, &others, &n, &e));
	assert_int_equal(n, 1);
	assert_true(str_eq(others[0].title, two.item.title));
}

/* An alert that was not written is owed to the next item of its story. */
static void
test_lost(void **state)
{
	struct kit *k = *state;
	struct document one, two, three;

	take(k, "Ferry runs aground off Skarholm, 40 rescued", &one);
	take(k, "Forty taken off stranded Skarholm ferry", &two);
	assert_false(two.told);
	/* the first cannot be written, so neither can what leans on it */
	assert_false(commit(k, &two));
	stories_lost(k->stories);
	take(k, "Forty taken off stranded Skarholm ferry", &three);
	assert_true(three.told);
	assert_true(commit(k, &three));
}

/* A story that was told goes on as the database has it when a fold was not written. */
static void
test_lost_fold(void **state)
{
	struct kit *k = *state;
	struct document one, two, three;

	take(k, "Ferry runs aground off Skarholm, 40 rescued", &one);
	assert_true(commit(k, &one));
	take(k, "Forty taken off stranded Skarholm ferry", &two);
	take(k, "Skarholm ferry captain was asleep", &three);
	assert_false(commit(k, &three));
	stories_lost(k->stories);
	take(k, "Skarholm ferry captain was asleep", &three);
	assert_false(three.told);
	assert_true(commit(k, &three));
}

/* In a digest: everything folded before it was due. */
static void
test_facts(void **state)
{
	struct kit *k = *state;
	struct document one, two;
	struct alert alert;
	struct str facts;
	struct err e = { 0 };

	take(k, "Ferry runs aground off Skarholm, 40 rescued", &one);
	assert_true(commit(k, &one));
	facts = alert_to_json(&one.alert.alert, k->arena);
	take(k, "Forty taken off stranded Skarholm ferry", &two);
	assert_true(commit(k, &two));
	assert_true(store_story_facts(k->store, &facts, T + 99, k->arena, &e));
	assert_true(alert_from_json(facts, k->arena, &alert, &e));
	assert_int_equal(alert.story.n_others, 1);
	assert_int_equal(alert.story.items, 2);
	assert_true(str_eq(alert.story.others[0].title, two.item.title));
	assert_true(store_story_facts(k->store, &facts, T, k->arena, &e));
	assert_true(alert_from_json(facts, k->arena, &alert, &e));
	assert_int_equal(alert.story.n_others, 0);
}

static void
test_never_group(void **state)
{
	struct kit *k = *state;
	struct document one, two;

	k->grouping.never.feeds = (struct str_list){ &k->feed.name, 1 };
	take(k, "Ferry runs aground off Skarholm, 40 rescued", &one);
	take(k, "Ferry runs aground off Skarholm, 40 rescued", &two);
	assert_true(one.told && two.told);
}

int
main(void)
{
#define WITH_KIT(f) cmocka_unit_test_setup_teardown(f, kit_up, kit_down)
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_across_restart),
		WITH_KIT(test_lost),
		WITH_KIT(test_lost_fold),
		WITH_KIT(test_facts),
		WITH_KIT(test_never_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
