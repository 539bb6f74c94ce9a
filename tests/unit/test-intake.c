/* From document to alerts, over polls: new, edited, renamed and shared items, against a real store.
 */
#include "rows.h"

#include "intake.h"
#include "parse.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define T0 ((int64_t)1800000000)

static char dir[64], database[96];

/* grouping off: newness alone is looked at */
static const char conf[] = "[newsbell]\ngrouping = off\n"
			   "[feed \"a\"]\nurl = https://a.example/feed\nbackfill = all\n"
			   "[feed \"b\"]\nurl = https://b.example/feed\nbackfill = all\n"
			   "[feed \"old\"]\nurl = https://old.example/feed\nbackfill = 0\n"
			   "[channel \"log\"]\ntype = journal\n"
			   "[watch \"ice\"]\nwhen = ICE\n"
			   "[watch \"azure\"]\nwhen = Azure\n"
			   "[watch \"ice in b\"]\nwhen = ICE AND feed:b\n";

static void
put_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/newsbell-intake-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(database, sizeof(database), "%s/newsbell.db", dir);
	put_file("newsbell.conf", conf);
	return 0;
}

static int
remove_dir(void **state)
{
	static const char *const names[] = { "newsbell.db", "newsbell.db-wal", "newsbell.db-shm",
		"newsbell.db.lock", "newsbell.conf" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

/* One feed, seen by a daemon that lives as long as the house. */
struct house {
	struct arena *arena;
	struct config *config;
	struct matcher *matcher;
	struct store *store;
	struct stories *stories;
	int64_t now_s;
	int64_t rows[3]; /* of the feeds */
	int polls[3];
};

static void
house_open(struct house *h)
{
	struct config_options options = { 0 };
	struct diags diags;
	struct err e = { 0 };
	char path[128];

	*h = (struct house){ .arena = arena_new(), .now_s = T0 };
	snprintf(path, sizeof(path), "%s/newsbell.conf", dir);
	options.path = path;
	diags_init(&diags, h->arena);
	h->config = config_load(&options, &diags);
	for (size_t i = 0; i < diags.n; i++)
		print_error("%.*s", STR_ARG(diag_text(&diags.v[i], h->arena)));
	assert_non_null(h->config);
	h->matcher = matcher_new(h->config->watchset);
	h->store = store_open(database, STORE_WRITE, &e);
	if (!h->store)
		fail_msg("%s", e.text);
	h->stories = stories_new(h->store);
}

static void
house_close(struct house *h)
{
	stories_free(h->stories);
	store_close(h->store);
	matcher_free(h->matcher);
	config_unref(h->config);
	arena_free(h->arena);
}

/* "guid|link|title|lead" an item, ';' between items -> RSS. */
static struct str
rss(struct arena *arena, const char *items)
{
	struct str rest = str_c(items), one;
	struct str ret = STR("<rss version=\"2.0\"><channel><title>T</title>");

	while (rest.n) {
		struct str part[4] = { { 0 } };

		str_cut(rest, ';', &one, &rest);
		for (size_t i = 0; i < 4; i++)
			str_cut(one, '|', &part[i], &one);
		ret = str_fmt(arena,
		    "%.*s<item><guid isPermaLink=\"false\">%.*s</guid><link>%.*s</link>"
		    "<title>%.*s</title><description>%.*s</description></item>",
		    STR_ARG(ret), STR_ARG(part[0]), STR_ARG(part[1]), STR_ARG(part[2]),
		    STR_ARG(part[3]));
	}
	return str_join(arena, ret, STR("</channel></rss>"));
}

/* A poll that brings this document; returns how many alerts it made. */
static int64_t
poll(struct house *h, size_t feed, const char *items)
{
	struct feed_source source = { .body = rss(h->arena, items) };
	struct poll_done done = { .feed = h->rows[feed],
		.url = h->config->feeds[feed].url,
		.name = h->config->feeds[feed].name };
	struct feed_state state = { .next_due_s = h->now_s };
	struct intake intake = { .config = h->config,
		.matcher = h->matcher,
		.store = h->store,
		.stories = h->stories,
		.feed = &h->config->feeds[feed],
		.feed_id = h->rows[feed],
		.first = h->polls[feed]++ == 0,
		.now_s = h->now_s };
	struct feed_doc doc;
	struct err e = { 0 };
	size_t owed = 0;

	if (!feed_parse(&source, h->arena, &doc, &e) ||
	    !intake_document(&intake, &doc, h->arena, &done, &owed, &e))
		fail_msg("%s", e.text);
	done.state = &state;
	if (!store_commit(h->store, &done, NULL, h->now_s, &e))
		fail_msg("%s", e.text);
	h->rows[feed] = done.feed;
	h->now_s += 900;
	return (int64_t)owed;
}

static int64_t
ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t v;

	assert_int_equal(sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

#define ALERTS "SELECT count(*) FROM alert"
#define ITEMS "SELECT count(*) FROM item"

static void
test_edit(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	ROW_I64("new", poll(&h, 0, "1|http://a.example/1|Raid in town|Officers came"), 0);
	ROW_I64(
	    "punctuation", poll(&h, 0, "1|http://a.example/1|Raid, in town!|Officers came."), 0);
	ROW_I64("no version for that", ask("SELECT count(*) FROM item_version"), 0);
	ROW_I64(
	    "matches now", poll(&h, 0, "1|http://a.example/1|ICE raid in town|Officers came"), 1);
	ROW_I64("old version kept",
	    ask("SELECT count(*) FROM item_version WHERE title = 'Raid in town'"), 1);
	ROW_I64("new version shown", ask(ITEMS " WHERE title = 'ICE raid in town'"), 1);
	ROW_I64("marked", ask(ALERTS " WHERE facts LIKE '%\"revision\":1%'"), 1);
	ROW_I64("told, and changed: a follow-up",
	    poll(&h, 0, "1|http://a.example/1|ICE raid in the town|Many officers came"), 1);
	ROW_I64("what it said before",
	    ask(ALERTS " WHERE facts LIKE '%\"was\":{\"title\":\"ICE raid in town\","
		       "\"summary\":\"Officers came\"}%'"),
	    1);
	ROW_I64("told, and not changed",
	    poll(&h, 0, "1|http://a.example/1|ICE raid, in the town!|Many officers came."), 0);
	ROW_I64("another watch, and a follow-up",
	    poll(&h, 0, "1|http://a.example/1|ICE raid in town: Azure|Many officers came"), 2);
	ROW_I64("alerts", ask(ALERTS), 4);
	ROW_I64("one item", ask(ITEMS), 1);
	for (int i = 0; i < 10; i++)
		poll(&h, 0,
		    str_z(h.arena, str_fmt(h.arena, "1|http://a.example/1|ICE raid, live %c%c|x",
				       'a' + i, 'a' + i)));
	ROW_I64("not without end", ask(ALERTS), 4 + INTAKE_EDITS_MAX - 3);
	ROW_I64("and it is said", ask("SELECT count(*) FROM decision WHERE reason = 'edited'"),
	    10 + 3 - INTAKE_EDITS_MAX);
	house_close(&h);
	ROWS_DONE();
}

/* What an item of the baseline matched before is not news, what it matches after is. */
static void
test_edit_of_baseline(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	ROW_I64("baseline", poll(&h, 2, "1|http://old.example/1|ICE raid|x"), 0);
	ROW_I64("still only ICE", poll(&h, 2, "1|http://old.example/1|ICE raid again|x"), 0);
	ROW_I64("Azure is new", poll(&h, 2, "1|http://old.example/1|ICE raid on Azure|x"), 1);
	house_close(&h);
	ROWS_DONE();
}

static void
test_churn(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	ROW_I64("new",
	    poll(&h, 0,
		"1|http://a.example/1|ICE one|x;2|http://a.example/2|ICE two|y;"
		"3|http://a.example/3|ICE three|z"),
	    3);
	ROW_I64("all ids changed",
	    poll(&h, 0,
		"n1|http://a.example/1|ICE one|x;"
		"n2|http://a.example/2|ICE two|y;n3|http://a.example/3|ICE three|z"),
	    0);
	ROW_I64("three items", ask(ITEMS), 3);
	ROW_I64("an edit finds the renamed item",
	    poll(&h, 0,
		"n1|http://a.example/1|ICE one: Azure|x;"
		"n2|http://a.example/2|ICE two|y;n3|http://a.example/3|ICE three|z"),
	    2);
	ROW_I64("still three", ask(ITEMS), 3);
	house_close(&h);
	ROWS_DONE();
}

static void
test_shared(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	ROW_I64("in a",
	    poll(&h, 0, "1|https://www.wire.example/story?utm_source=a|ICE raids a town|x"), 1);
	poll(&h, 1, "k|http://wire.example/story/|ICE raids a town|x");
	ROW_I64("one item", ask(ITEMS), 1);
	ROW_I64("two sources", ask("SELECT count(*) FROM item_source"), 1);
	ROW_I64("told once", ask(ALERTS " WHERE watch = 'ice'"), 1);
	ROW_I64("and noted", ask("SELECT count(*) FROM decision WHERE reason = 'same-item'"), 1);
	ROW_I64("a watch of this feed alone", ask(ALERTS " WHERE watch = 'ice in b'"), 1);
	ROW_I64("known there from now on",
	    poll(&h, 1, "k|http://wire.example/story/|ICE raids a town|x"), 0);
	/* under one link, but another thing: both are told */
	poll(&h, 0,
	    "2|http://wire.example/live|ICE opens an office|x;"
	    "1|https://www.wire.example/story|ICE raids a town|x");
	poll(&h, 1,
	    "m|http://wire.example/live|Vendor fined after ICE complaint|x;"
	    "k|http://wire.example/story/|ICE raids a town|x");
	ROW_I64("another title", ask(ALERTS " WHERE watch = 'ice'"), 3);
	house_close(&h);
	ROWS_DONE();
}

/* A restart in between changes nothing. */
static void
test_restart(void **state)
{
	struct house h;
	int64_t rows[3];

	(void)state;
	house_open(&h);
	ROW_I64("new", poll(&h, 0, "1|http://a.example/1|ICE one|x;2|http://a.example/2|Two|y"), 1);
	memcpy(rows, h.rows, sizeof(rows));
	house_close(&h);
	house_open(&h);
	memcpy(h.rows, rows, sizeof(rows));
	h.polls[0] = 1;
	ROW_I64("same again",
	    poll(&h, 0, "1|http://a.example/1|ICE one|x;2|http://a.example/2|Two|y"), 0);
	ROW_I64("edited",
	    poll(&h, 0, "1|http://a.example/1|ICE one|x;2|http://a.example/2|ICE two|y"), 1);
	house_close(&h);
	ROWS_DONE();
}

/* What is found again and again and does not count is one decision: room is for 64 of an item. */
static void
test_suppressed(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	ROW_I64("not told",
	    poll(&h, 0,
		"1|http://a.example/1|MELTING ICE THREATENS ROADS AND ICE CLOSES ICE HARBOURS|x"),
	    0);
	ROW_I64("one decision", ask("SELECT count(*) FROM decision WHERE reason = 'shouted'"), 1);
	house_close(&h);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_edit, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(test_edit_of_baseline, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(test_suppressed, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(test_churn, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(test_shared, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(test_restart, make_dir, remove_dir),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
