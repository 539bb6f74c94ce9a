/* The database: one transaction or nothing, and refusing what is not ours. */
#include "scratch.h"

#include "newness.h"
#include "schema.h"
#include "store_known.h"
#include "store_story.h"

#include <sys/stat.h>
#include <sys/wait.h>

/* A poll with one item, one alert, two deliveries and one decision. */
struct sample {
	struct feed_state state;
	struct item item;
	struct delivery_new deliveries[2];
	struct alert_new alert;
	struct decision_new decision;
	struct item_new new;
	struct poll_done poll;
};

static void
fill(struct sample *s, const char *id)
{
	*s = (struct sample){ 0 };
	s->state = (struct feed_state){
		.etag = STR("W/\"\x01\xff\""),
		.error = STR("broken"),
		.failures = 1.25,
		.next_due_s = 1234567890123,
		.body_hash = UINT64_MAX - 1,
		.hints = { .skip_hours = 0x800001, .skip_days = 0x41, .update_base_s = DATE_NONE },
		.moved_count = 3,
		.health = FEED_SILENT,
	};
	s->state.rhythm.n = 5;
	s->state.rhythm.arrivals_min[4] = 77;
	s->item = (struct item){ .id = str_c(id),
		.title = STR("A title"),
		.link = STR("https://example.org/1"),
		.published_s = 1700000000,
		.updated_s = DATE_NONE };
	s->deliveries[0] = (struct delivery_new){ .channel = STR("desk") };
	s->deliveries[1] = (struct delivery_new){ .channel = STR("siem") };
	s->alert.alert = (struct alert){ .id = str_c(id),
		.watch = STR("agencies"),
		.title = STR("A title"),
		.created_s = 1700000100,
		.published_s = DATE_NONE };
	s->alert.deliveries = s->deliveries;
	s->alert.n_deliveries = 2;
	s->decision =
	    (struct decision_new){ STR("w"), STR("agencies/ICE"), STR("except"), STR("ICE Brent") };
	s->new = (struct item_new){ .item = &s->item,
		.key = 42,
		.alerts = &s->alert,
		.n_alerts = 1,
		.decisions = &s->decision,
		.n_decisions = 1 };
	s->poll = (struct poll_done){ .url = STR("https://example.org/feed"),
		.name = STR("example"),
		.state = &s->state,
		.seen_changed = true,
		.seen = STR("0123456789"),
		.items = &s->new,
		.n_items = 1 };
}

static void
test_round_trip(void **state)
{
	struct arena *arena = arena_new();
	struct store *s = scratch_open(STORE_WRITE);
	struct sample sample;
	struct stored_feed *feeds;
	struct str secret = str_dup(arena, store_secret(s));
	struct known known;
	struct owed *owed;
	size_t n;
	struct err e = { 0 };

	(void)state;
	fill(&sample, "d1");
	assert_true(store_commit(s, &sample.poll, NULL, 1700000100, &e));
	assert_true(sample.poll.feed > 0);
	store_close(s);

	s = scratch_open(STORE_WRITE);
	ROW_STR("the secret stays", store_secret(s), secret);
	assert_true(store_feeds(s, arena, &feeds, &n, &e));
	assert_int_equal(n, 1);
	ROW_STR("url", feeds[0].url, sample.poll.url);
	ROW_STR("etag is bytes", feeds[0].state.etag, sample.state.etag);
	ROW_STR("error", feeds[0].state.error, sample.state.error);
	ROW("real", feeds[0].state.failures > 1.2 && feeds[0].state.failures < 1.3);
	ROW_I64("time", feeds[0].state.next_due_s, sample.state.next_due_s);
	ROW("hash", feeds[0].state.body_hash == sample.state.body_hash);
	ROW_I64("hours", feeds[0].state.hints.skip_hours, sample.state.hints.skip_hours);
	ROW_I64("days", feeds[0].state.hints.skip_days, sample.state.hints.skip_days);
	ROW("no base", feeds[0].state.hints.update_base_s == DATE_NONE);
	ROW_I64("count", feeds[0].state.moved_count, 3);
	ROW_I64("health", feeds[0].state.health, FEED_SILENT);
	ROW("rhythm",
	    memcmp(&feeds[0].state.rhythm, &sample.state.rhythm, sizeof(sample.state.rhythm)) == 0);
	assert_true(store_known(s, feeds[0].id, arena, &known, &e));
	ROW_STR("seen", known.seen, STR("0123456789"));
	assert_true(store_owed(s,
	    &(struct owed_filter){ .channel = STR("desk"), .now_s = 1700000100, .limit = 10 },
	    arena, &owed, &n, &e));
	assert_int_equal(n, 1);
	ROW_STR("owed", owed[0].id, delivery_id(store_secret(s), STR("d1"), STR("desk"), arena));
	assert_true(store_owed(s,
	    &(struct owed_filter){ .channel = STR("desk"), .now_s = 1700000099, .limit = 10 },
	    arena, &owed, &n, &e));
	ROW_I64("not yet due", (int64_t)n, 0);
	ROW_I64(
	    "decision", scratch_ask("SELECT count(*) FROM decision WHERE reason = 'except'"), 1);
	ROW_I64("no date is NULL", scratch_ask("SELECT updated_s IS NULL FROM item"), 1);
	store_close(s);
	arena_free(arena);
	ROWS_DONE();
}

static void
test_attempts(void **state)
{
	struct arena *arena = arena_new();
	struct store *s = scratch_open(STORE_WRITE);
	struct sample sample;
	struct attempt_done attempt = { .at_s = 1700000200,
		.elapsed_ms = 12,
		.code = 503,
		.text = STR("HTTP 503"),
		.state = DELIVERY_PENDING,
		.next_try_s = 1700000205 };
	struct owed *owed;
	int64_t next;
	size_t n;
	struct err e = { 0 };

	(void)state;
	fill(&sample, "d1");
	attempt.delivery = delivery_id(store_secret(s), STR("d1"), STR("desk"), arena);
	assert_true(store_commit(s, &sample.poll, NULL, 1700000100, &e));
	assert_true(store_commit(s, NULL, &attempt, 1700000200, &e));
	assert_true(store_owed(s,
	    &(struct owed_filter){ .channel = STR("desk"), .now_s = 1700000204, .limit = 10 },
	    arena, &owed, &n, &e));
	ROW_I64("waits", (int64_t)n, 0);
	assert_true(store_next_try(s, STR("desk"), &next, &e));
	ROW_I64("next try", next, 1700000205);
	assert_true(store_owed(s,
	    &(struct owed_filter){ .channel = STR("desk"), .now_s = 1700000205, .limit = 10 },
	    arena, &owed, &n, &e));
	ROW_I64("due again", (int64_t)n, 1);
	ROW_I64("counted", owed[0].attempts, 1);
	attempt.state = DELIVERY_DONE;
	assert_true(store_commit(s, NULL, &attempt, 1700000210, &e));
	assert_true(store_next_try(s, STR("desk"), &next, &e));
	ROW("nothing owed there", next == INT64_MAX);
	assert_true(store_next_try(s, STR("siem"), &next, &e));
	ROW_I64("still owed elsewhere", next, 1700000100);
	ROW_I64("both attempts kept", scratch_ask("SELECT count(*) FROM attempt"), 2);
	store_close(s);
	arena_free(arena);
	ROWS_DONE();
}

/* The second poll of a batch cannot be written: nothing of the first is there either. */
static void
test_all_or_nothing(void **state)
{
	struct store *s;
	struct sample good, bad;
	struct err e = { 0 };

	(void)state;
	store_close(scratch_open(STORE_WRITE));
	scratch_sql("CREATE UNIQUE INDEX one_title ON item (title)");
	s = scratch_open(STORE_WRITE);
	fill(&good, "d1");
	fill(&bad, "d9");
	bad.poll.url = STR("https://example.org/other");
	good.poll.next = &bad.poll;
	ROW("refused", !store_commit(s, &good.poll, NULL, 1700000100, &e));
	ROW("said", strstr(e.text, "UNIQUE"));
	ROW_I64("no item", scratch_ask("SELECT count(*) FROM item"), 0);
	ROW_I64("no feed", scratch_ask("SELECT count(*) FROM feed"), 0);
	ROW_I64("nor a number of one, which another gets", good.poll.feed, 0);
	ROW_I64("nothing owed", scratch_ask("SELECT count(*) FROM delivery"), 0);
	good.poll.next = NULL;
	ROW("alone it can", store_commit(s, &good.poll, NULL, 1700000100, &e));
	ROW_I64("one item", scratch_ask("SELECT count(*) FROM item"), 1);
	ROW("writable", store_probe(s, &e));
	store_close(s);
	ROWS_DONE();
}

/* What a batch learnt is one row; a whole one replaces what was before it, also in the batch. */
static void
test_words(void **state)
{
	static const struct {
		const char *name, *words[3];
		int whole; /* which of them, -1: none */
		const char *want;
		int64_t rows;
	} rows[] = {
		{ "none", { "", "", "" }, -1, "", 0 },
		{ "one row", { "a", "", "b" }, -1, "ab", 1 },
		{ "behind the others", { "c", "", "" }, -1, "abc", 2 },
		{ "a whole one", { "x", "Y", "z" }, 1, "Yz", 1 },
		{ "the last", { "x", "y", "Z" }, 2, "Z", 1 },
	};
	struct store *s = scratch_open(STORE_WRITE);
	struct arena *arena = arena_new();
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sample samples[3];
		struct str all = STR("");
		struct str_list words;

		for (int k = 0; k < 3; k++) {
			fill(&samples[k], "d1");
			samples[k].poll.url = str_fmt(arena, "https://example.org/%d", k);
			samples[k].poll.n_items = 0;
			samples[k].poll.words = str_c(rows[i].words[k]);
			samples[k].poll.words_whole = k == rows[i].whole;
			samples[k].poll.next = k < 2 ? &samples[k + 1].poll : NULL;
		}
		assert_true(store_commit(s, &samples[0].poll, NULL, 1700000100, &e));
		assert_true(store_story_words(s, arena, &words, &e));
		for (size_t k = 0; k < words.n; k++)
			all = str_join(arena, all, words.v[k]);
		ROW_STR(rows[i].name, all, str_c(rows[i].want));
		ROW_I64(rows[i].name, (int64_t)words.n, rows[i].rows);
	}
	ROW_I64("feeds by their urls", scratch_ask("SELECT count(*) FROM feed"), 3);
	store_close(s);
	arena_free(arena);
	ROWS_DONE();
}

/* The same alert found twice (a restored backup) is owed once. */
static void
test_same_id(void **state)
{
	struct store *s = scratch_open(STORE_WRITE);
	struct sample sample;
	struct err e = { 0 };

	(void)state;
	fill(&sample, "d1");
	assert_true(store_commit(s, &sample.poll, NULL, 1700000100, &e));
	assert_true(store_commit(s, &sample.poll, NULL, 1700000200, &e));
	assert_int_equal(scratch_ask("SELECT count(*) FROM alert"), 1);
	assert_int_equal(scratch_ask("SELECT count(*) FROM delivery"), 2);
	assert_int_equal(scratch_ask("SELECT max(created_s) FROM delivery"), 1700000100);
	store_close(s);
}

static const struct {
	const char *name, *prepare, *says;
} refused[] = {
	{ "another program's", "CREATE TABLE x (y)", "belongs to another program" },
	{ "newer", "PRAGMA application_id = 0x4e62656c; PRAGMA user_version = 9999",
	    "newer newsbell" },
};

static void
test_refused(void **state)
{
	struct err e;
	FILE *f;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		scratch_sql(refused[i].prepare);
		e = (struct err){ 0 };
		ROW(refused[i].name, !store_open(scratch_db, STORE_WRITE, &e));
		ROW(refused[i].name, strstr(e.text, refused[i].says) && strstr(e.text, scratch_db));
		scratch_remove(state);
		scratch_make(state);
	}
	f = fopen(scratch_db, "w");
	assert_non_null(f);
	fputs("this is a text file, long enough to be looked at, and no database at all\n", f);
	fclose(f);
	ROW("no database", !store_open(scratch_db, STORE_WRITE, &e));
	ROW("says so", strstr(e.text, "not a database"));
	ROWS_DONE();
}

static void
test_lock(void **state)
{
	struct store *first = scratch_open(STORE_WRITE), *reader;
	struct err e = { 0 };

	(void)state;
	ROW("one daemon", !store_open(scratch_db, STORE_WRITE, &e));
	ROW("says so", strstr(e.text, "another newsbelld"));
	reader = scratch_open(STORE_READ);
	store_close(reader);
	store_close(first);
	store_close(scratch_open(STORE_WRITE));
	store_close(NULL);
	ROWS_DONE();
}

/* Can somebody who may only read there open it?  Root may write everywhere, so it becomes nobody.
 */
static bool
opens_to_read(const char *path)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct err e;
		struct store *store;

		if (geteuid() == 0 && setuid(65534) < 0)
			_exit(2);
		store = store_open(path, STORE_READ, &e);
		store_close(store);
		_exit(store ? 0 : 1);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 2);
	return WEXITSTATUS(status) == 0;
}

/* A backup in a directory that is not ours; what a log beside it holds is not passed over. */
static void
test_read_only_directory(void **state)
{
	char odd[128], log[160];
	FILE *f;

	(void)state;
	store_close(scratch_open(STORE_WRITE));
	snprintf(odd, sizeof(odd), "/%s/100%%3f of #1?.db", scratch_dir);
	snprintf(log, sizeof(log), "%s-wal", odd);
	assert_int_equal(rename(scratch_db, odd), 0);
	assert_int_equal(chmod(odd, 0444) | chmod(scratch_dir, 0555), 0);
	ROW("without a log", opens_to_read(odd));
	assert_int_equal(chmod(scratch_dir, 0755), 0);
	f = fopen(log, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(chmod(scratch_dir, 0555), 0);
	ROW("with a log", !opens_to_read(odd));
	assert_int_equal(chmod(scratch_dir, 0755), 0);
	ROWS_DONE();
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

/* One poll of a feed whose document holds one item, under the given key; what it knows is kept. */
static void
poll_again(struct store *s, struct sample *sample, uint64_t key, struct str listed,
    struct item_renamed *renamed, bool is_new, struct arena *arena)
{
	struct known known;
	struct err e = { 0 };

	assert_true(store_known(s, sample->poll.feed, arena, &known, &e));
	sample->new.key = key;
	sample->new.n_alerts = sample->new.n_decisions = 0;
	sample->poll.n_items = is_new;
	sample->poll.listed_changed = true;
	sample->poll.listed = listed;
	sample->poll.places = known.places;
	sample->poll.renamed = renamed;
	sample->poll.n_renamed = renamed != NULL;
	assert_true(store_commit(s, &sample->poll, NULL, 1700000200, &e));
}

/* A record of newness.h; of it only the key counts here. */
static struct str
record(uint64_t key, struct arena *arena)
{
	char *p = arena_bytes(arena, NEWNESS_RECORD);

	memset(p, 0, NEWNESS_RECORD);
	for (int i = 0; i < 8; i++)
		p[i] = (char)(key >> (56 - 8 * i));
	return str_n(p, NEWNESS_RECORD);
}

static int64_t
row_of(struct store *s, int64_t feed, uint64_t key, struct arena *arena)
{
	struct item_known item;
	struct known known;
	struct err e = { 0 };

	assert_true(store_known(s, feed, arena, &known, &e));
	assert_true(store_item(s, feed, key, known.places, arena, &item, &e));
	return item.row;
}

static void
test_places(void **state)
{
	const uint64_t a = (uint64_t)7 << 32 | 1, b = (uint64_t)7 << 32 | 2, c = (uint64_t)9 << 32;
	struct item_renamed renamed = { .old_key = b, .key = c };
	struct arena *arena = arena_new();
	struct store *s = scratch_open(STORE_WRITE);
	struct sample sample;
	int64_t feed;

	(void)state;
	fill(&sample, "d1");
	poll_again(s, &sample, a, record(a, arena), NULL, true, arena);
	feed = sample.poll.feed;
	ROW_I64("where it stands", row_of(s, feed, a, arena), 1);
	ROW_I64("nothing under that key", row_of(s, feed, b, arena), 0);
	ROW_I64("nothing of that feed", row_of(s, feed + 1, a, arena), 0);
	poll_again(
	    s, &sample, b, str_join(arena, record(a, arena), record(b, arena)), NULL, true, arena);
	ROW_I64("keys alike: the one", row_of(s, feed, a, arena), 1);
	ROW_I64("keys alike: the other", row_of(s, feed, b, arena), 2);
	poll_again(s, &sample, 0, str_join(arena, record(a, arena), record(c, arena)), &renamed,
	    false, arena);
	ROW_I64("renamed", row_of(s, feed, c, arena), 2);
	ROW_I64("renamed: the other stays", row_of(s, feed, a, arena), 1);
	ROW_I64("renamed: its old key", row_of(s, feed, b, arena), 0);
	ROW_I64("two places", scratch_ask("SELECT length(places) / 10 FROM seen"), 2);
	poll_again(s, &sample, 0, record(c, arena), NULL, false, arena);
	ROW_I64("listed no more: forgotten", row_of(s, feed, a, arena), 0);
	ROW_I64("listed still", row_of(s, feed, c, arena), 2);
	ROW_I64("one place", scratch_ask("SELECT length(places) / 10 FROM seen"), 1);
	scratch_sql("PRAGMA foreign_keys = 0; DELETE FROM item; UPDATE seen SET keys = x''");
	ROW_I64("gone from the table", row_of(s, feed, c, arena), 0);
	poll_again(s, &sample, a, record(a, arena), NULL, true, arena);
	ROW_I64("its row is another's now", row_of(s, feed, c, arena), 0);
	store_close(s);
	arena_free(arena);
	ROWS_DONE();
}

/* A feed may list thousands of items and change all of them: to look one up takes no memory, and no
 * walk.
 */
static void
test_many_places(void **state)
{
	enum { MANY = 20000 };
	struct store *s = scratch_open(STORE_WRITE);
	struct arena *arena = arena_new();
	char *p = arena_bytes(arena, (size_t)MANY * 10);
	struct str places = str_n(p, (size_t)MANY * 10);
	size_t before;
	struct item_known item;
	struct sample sample;
	struct err e = { 0 };

	(void)state;
	fill(&sample, "d1");
	poll_again(s, &sample, (uint64_t)(MANY / 2 * 7) << 32, STR(""), NULL, true, arena);
	for (uint64_t i = 0; i < MANY; i++, p += 10) { /* keys 0, 7, 14, ...; rows from 1 on */
		for (unsigned k = 0; k < 4; k++)
			p[k] = (char)(i * 7 >> (24 - 8 * k));
		memset(p + 4, 0, 4);
		p[8] = 0;
		p[9] = 1;
	}
	before = arena_used(arena);
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t key = (i * 7 + i % 2) << 32;

		assert_true(store_item(s, sample.poll.feed, key, places, arena, &item, &e));
		assert_int_equal(item.row, i == MANY / 2 ? 1 : 0);
	}
	assert_true(arena_used(arena) - before < 100000);
	store_close(s);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_round_trip),
		STORE_TEST(test_attempts),
		STORE_TEST(test_all_or_nothing),
		STORE_TEST(test_words),
		STORE_TEST(test_same_id),
		STORE_TEST(test_refused),
		STORE_TEST(test_lock),
		STORE_TEST(test_read_only_directory),
		STORE_TEST(test_places),
		STORE_TEST(test_many_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
