/*
 * What the database costs of a first poll, and of a poll that found one new item: store_commit as
 * the ledger calls it, beside a bare table in the same run.
 *
 *   bench/commit [FEEDS [ROUNDS]] [--ours | --bare]
 *
 * The bare one is bench/baseline's: one table of items without an index, a row a feed, the
 * connection's defaults but for synchronous = FULL.  Both in WAL, 50 polls of 20 items a commit.
 * They take turns; CPU time of the process, checkpoints included.  --ours, --bare: one of them
 * alone, once, for a profiler.
 */
#include "arena.h"
#include "feed.h"
#include "history.h"
#include "mem.h"
#include "newness.h"
#include "store_known.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FEEDS 1500
#define ROUNDS 5
#define ROUNDS_MAX 99
#define ITEMS 20
#define BATCH 50
#define TEXT ((size_t)1500)
#define LEARNT ((size_t)412)  /* bytes of words, of 20 new titles */
#define STRIDE ((size_t)7919) /* a prime: no number of feeds has it */
#define T0 ((int64_t)1767225600)

enum { FIRST, ONE_NEW, PARTS };

static const char *const names[PARTS] = { "20 new items", "one new item" };

static char filler[100000 + TEXT];

struct one {
	struct feed_state state;
	struct item items[ITEMS + 1];
};

static void
must(bool good, const char *why)
{
	if (good)
		return;
	fprintf(stderr, "bench/commit: %s\n", why);
	exit(1);
}

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fill(void)
{
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof(filler); i++) {
		x = x * 1664525 + 1013904223;
		filler[i] = x >> 24 < 40 ? ' ' : (char)('a' + x % 1000 / 39);
	}
}

static struct item
item(size_t feed, size_t number, struct arena *arena)
{
	static struct str categories[] = { STR_INIT("c1"), STR_INIT("c2"), STR_INIT("c3") };

	return (struct item){
		.id = str_fmt(arena, "feed-%zu-%zu", feed, number),
		.link = str_fmt(arena, "http://f%zu.example.org/report/%zu", feed, number),
		.title = str_fmt(arena, "Report %zu of feed %zu", number, feed),
		.summary = str_n(filler + (feed * 31 + number) * 7919 % 100000, TEXT),
		.author = str_fmt(arena, "w%zu@example.org", feed % 50),
		.published_s = T0 + (int64_t)number * 3600,
		.updated_s = DATE_NONE,
		.categories = &categories[number % 3],
		.n_categories = 1,
	};
}

/* What a poll of the feed found: all items, or the newest alone. */
static struct poll_done
poll(size_t feed, int part, struct str seen, struct str listed, struct arena *arena)
{
	struct item *items = ARENA_ARRAY(arena, struct item, ITEMS);
	struct feed_state *state = ARENA_ARRAY(arena, struct feed_state, 1);
	struct history_poll *history = ARENA_ARRAY(arena, struct history_poll, 1);
	struct poll_done done = { .state = state, .history = history };
	struct newness news;
	char *words = ARENA_ARRAY(arena, char, LEARNT);
	size_t learnt = part == FIRST ? LEARNT : LEARNT / ITEMS;

	for (size_t i = 0; i < ITEMS; i++)
		items[i] = item(feed, ITEMS - i + (size_t)part, arena);
	newness_judge(
	    &(struct newness_source){
		.items = items, .n = ITEMS, .seen = seen, .listed = listed, .now_s = T0 + part },
	    arena, &news);
	*state = (struct feed_state){
		.etag = str_fmt(arena, "\"%zu-%d\"", feed, part),
		.body_hash = feed * 7919 + (size_t)part,
		.next_due_s = T0 + 43200,
		.first_s = T0,
		.last_try_s = T0,
		.last_ok_s = T0,
		.last_full_s = T0,
		.status = 200,
		.items = ITEMS,
	};
	*history = (struct history_poll){ .at_s = T0, .status = 200, .bytes = 35000, .n_new = 1 };
	done.url =
	    str_fmt(arena, "http://127.77.%zu.%zu:8080/feed/%zu", feed / 250, feed % 250, feed);
	done.name = str_fmt(arena, "f%zu", feed);
	done.seen_changed = done.listed_changed = true;
	done.seen = news.seen;
	done.listed = news.listed;
	done.items = ARENA_ARRAY(arena, struct item_new, ITEMS);
	for (size_t i = ITEMS; i-- > 0;)
		if (news.items[i].verdict == NEWNESS_NEW)
			done.items[done.n_items++] = (struct item_new){ .item = &items[i],
				.key = news.items[i].key,
				.link = news.items[i].link };
	must(done.n_items == (part == FIRST ? ITEMS : 1), "not so many items are new");
	memcpy(words, filler + feed, learnt);
	done.words = str_n(words, learnt);
	return done;
}

/* Both polls of each feed; polls[part * feeds + feed]. */
static struct poll_done *
all_polls(size_t feeds, struct arena *arena)
{
	struct poll_done *all = ARENA_ARRAY(arena, struct poll_done, feeds * PARTS);

	for (size_t i = 0; i < feeds; i++) {
		all[i] = poll(i, FIRST, STR(""), STR(""), arena);
		all[feeds + i] = poll(i, ONE_NEW, all[i].seen, all[i].listed, arena);
	}
	return all;
}

static void
clean_up(const char *dir, const char *name)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(path, sizeof(path), "%s/%s%s", dir, name, ends[i]);
		unlink(path);
	}
}

/* Later polls come in another order than the first. */
static size_t
turn_of(int part, size_t i, size_t feeds)
{
	return part == FIRST ? i : i * STRIDE % feeds;
}

/* ---- ours ---- */

static void
ours(const char *dir, struct poll_done *all, size_t feeds, double *took)
{
	struct arena *arena = arena_new();
	char path[128];
	struct store *s;
	struct err e = { 0 };

	snprintf(path, sizeof(path), "%s/ours.db", dir);
	s = store_open(path, STORE_WRITE, &e);
	must(s != NULL, e.text);
	for (int part = 0; part < PARTS; part++) {
		struct poll_done *polls = all + (size_t)part * feeds;
		double start;

		for (size_t i = 0; part != FIRST && i < feeds; i++) {
			struct known known;

			must(store_known(s, all[i].feed, arena, &known, &e), e.text);
			polls[i].places = known.places;
		}
		start = cpu_s();
		for (size_t i = 0; i < feeds; i += BATCH) {
			struct poll_done *batch = NULL, **last = &batch;

			for (size_t k = i; k < i + BATCH && k < feeds; k++) {
				size_t at = turn_of(part, k, feeds);

				polls[at].feed = part == FIRST ? 0 : all[at].feed;
				*last = &polls[at];
				last = &polls[at].next;
			}
			*last = NULL;
			must(store_commit(s, batch, NULL, T0 + part, &e), e.text);
		}
		took[part] = cpu_s() - start;
	}
	store_close(s);
	clean_up(dir, "ours.db");
	arena_free(arena);
}

/* ---- bare ---- */

struct bare {
	sqlite3 *db;
	sqlite3_stmt *put_item, *put_feed;
};

static void
run(struct bare *b, const char *sql)
{
	must(sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static void
put(struct bare *b, size_t feed, const struct poll_done *done)
{
	const struct str texts[] = { STR_INIT("2026-03-01"), done->state->etag, done->seen };

	for (size_t i = 0; i < done->n_items; i++) {
		const struct item *item = done->items[i].item;
		const struct str fields[] = { item->id, item->title, item->link, item->summary,
			texts[0] };

		sqlite3_bind_int64(b->put_item, 1, (int64_t)feed);
		sqlite3_bind_int64(b->put_item, 2, (int64_t)done->items[i].key);
		for (int k = 0; k < (int)ARRAY_LEN(fields); k++)
			sqlite3_bind_text(
			    b->put_item, 3 + k, fields[k].p, (int)fields[k].n, SQLITE_STATIC);
		sqlite3_bind_int64(b->put_item, 8, T0);
		must(sqlite3_step(b->put_item) == SQLITE_DONE, "cannot put an item");
		sqlite3_reset(b->put_item);
	}
	sqlite3_bind_int64(b->put_feed, 1, (int64_t)feed);
	sqlite3_bind_text(b->put_feed, 2, texts[1].p, (int)texts[1].n, SQLITE_STATIC);
	sqlite3_bind_blob(b->put_feed, 3, texts[2].p, (int)texts[2].n, SQLITE_STATIC);
	sqlite3_bind_int64(b->put_feed, 4, T0);
	must(sqlite3_step(b->put_feed) == SQLITE_DONE, "cannot put a feed");
	sqlite3_reset(b->put_feed);
}

static void
bare(const char *dir, const struct poll_done *all, size_t feeds, double *took)
{
	struct bare b;
	char path[128];

	snprintf(path, sizeof(path), "%s/bare.db", dir);
	must(sqlite3_open(path, &b.db) == SQLITE_OK, "cannot open");
	run(&b,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "CREATE TABLE item (id INTEGER PRIMARY KEY, feed INTEGER, key INTEGER, item_id TEXT,"
	    " title TEXT, link TEXT, summary TEXT, date TEXT, seen_s INTEGER);"
	    "CREATE TABLE feed (id INTEGER PRIMARY KEY, etag TEXT, keys BLOB, due_s INTEGER)");
	sqlite3_prepare_v2(b.db,
	    "INSERT INTO item (feed, key, item_id, title, link, summary, date, seen_s) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    -1, &b.put_item, NULL);
	sqlite3_prepare_v2(
	    b.db, "INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?)", -1, &b.put_feed, NULL);
	for (int part = 0; part < PARTS; part++) {
		double start = cpu_s();

		for (size_t i = 0; i < feeds; i++) {
			if (i % BATCH == 0)
				run(&b, "BEGIN");
			put(&b, turn_of(part, i, feeds),
			    &all[(size_t)part * feeds + turn_of(part, i, feeds)]);
			if (i % BATCH == BATCH - 1 || i + 1 == feeds)
				run(&b, "COMMIT");
		}
		took[part] = cpu_s() - start;
	}
	sqlite3_finalize(b.put_item);
	sqlite3_finalize(b.put_feed);
	sqlite3_close(b.db);
	clean_up(dir, "bare.db");
}

/* ---- */

static int
by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

int
main(int argc, char **argv)
{
	static double took[2][PARTS][ROUNDS_MAX];
	const char *last = argc > 1 ? argv[argc - 1] : "";
	bool only_ours = strcmp(last, "--ours") == 0, only_bare = strcmp(last, "--bare") == 0;
	size_t feeds, rounds, n = (size_t)argc - (only_ours || only_bare);
	char dir[] = "/var/tmp/newsbell-bench-XXXXXX";
	struct arena *arena = arena_new();
	struct poll_done *all;

	feeds = n > 1 ? strtoul(argv[1], NULL, 10) : FEEDS;
	rounds = only_ours || only_bare ? 1 : n > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS;
	must(feeds > 0 && rounds > 0 && rounds <= ROUNDS_MAX && mkdtemp(dir),
	    "bench/commit [FEEDS [ROUNDS]]");
	fill();
	all = all_polls(feeds, arena);
	for (size_t i = 0; i < rounds; i++) {
		double figure[2][PARTS] = { 0 };

		if (!only_ours)
			bare(dir, all, feeds, figure[0]);
		if (!only_bare)
			ours(dir, all, feeds, figure[1]);
		for (int part = 0; part < PARTS; part++)
			for (int who = 0; who < 2; who++)
				took[who][part][i] = figure[who][part] * 1000 / (double)feeds;
	}
	rmdir(dir);
	for (int part = 0; part < PARTS; part++) {
		double base = median(took[0][part], rounds), we = median(took[1][part], rounds);

		printf("%s: bare %.4f, newsbell %.4f CPU s per 1,000 polls; ratio %.2f\n",
		    names[part], base, we, base > 0 ? we / base : 0.0);
	}
	arena_free(arena);
	return 0;
}
