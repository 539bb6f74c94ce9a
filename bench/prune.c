/*
 * How long the daemon stands still for retention: a database of N items (100,000) with their
 *alerts, deliveries and decisions, half of it too old; each step of the janitor timed.
 *
 *	bench/prune [N]
 */
#include "janitor.h"
#include "store_span.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define STEPS_MAX 100000
#define PAUSE_MAX_MS 50.0 /* what is promised */

/* What it costs itself: on a machine that is busy the pauses are others' too. */
static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
must(bool good, const char *why)
{
	if (good)
		return;
	fprintf(stderr, "bench/prune: %s\n", why);
	exit(1);
}

static void
fill(const char *path, long n)
{
	sqlite3 *db;
	char *why = NULL;
	char *sql = sqlite3_mprintf(
	    "BEGIN; INSERT INTO feed (id, url, name) VALUES (1, 'https://a.example/', 'a');"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %ld) "
	    "INSERT INTO item (id, feed, key, item_id, title, summary, body, seen_s, link_key) "
	    "SELECT i, 1, random(), 'https://a.example/' || i, 'A title of a usual length ' || i, "
	    "hex(randomblob(150)), hex(randomblob(1200)), i, random() FROM n;"
	    "INSERT INTO alert (id, item, watch, severity, created_s, facts) "
	    "SELECT 'a' || id, id, 'w', 1, seen_s, hex(randomblob(800)) FROM item WHERE id %% 10 = "
	    "0;"
	    "INSERT INTO delivery (id, alert, channel, state, attempts, created_s, next_try_s, "
	    "route, "
	    "severity, due_s, since_s, kind, alerts) SELECT 'd' || id, id, 'desk', 1, 1, "
	    "created_s, 0, "
	    "'', 1, 0, 0, 0, 1 FROM alert;"
	    "INSERT INTO attempt (delivery, at_s, elapsed_ms, code) SELECT id, created_s, 1, 200 "
	    "FROM "
	    "delivery;"
	    "INSERT INTO decision (item, watch, reason, at_s) SELECT id, 'w', 'story', seen_s FROM "
	    "item WHERE id %% 5 = 0;" SPAN_REBUILD "; COMMIT",
	    n);

	must(sqlite3_open(path, &db) == SQLITE_OK, "cannot open");
	must(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, why ? why : "no memory");
	sqlite3_free(sql);
	sqlite3_close(db);
}

static int
by_time(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

int
main(int argc, char **argv)
{
	static double pauses[STEPS_MAX];
	char dir[] = "/var/tmp/newsbell-bench-XXXXXX", path[64];
	long n = argc > 1 ? atol(argv[1]) : 100000;
	size_t steps = 0;
	struct janitor *janitor;
	struct store *store;
	struct err e = { 0 };
	double cpu = 0;
	bool more = true;

	must(n > 0 && mkdtemp(dir), "bench/prune [N]");
	snprintf(path, sizeof(path), "%s/newsbell.db", dir);
	store = store_open(path, STORE_WRITE, &e);
	must(store != NULL, e.text);
	fill(path, n);
	janitor = janitor_new(ev_default_loop(0), store);
	for (; more && steps < STEPS_MAX; steps++) {
		double start = cpu_ms(), took;

		must(janitor_step(janitor, n / 2, &pauses[steps], &more, &e), e.text);
		took = cpu_ms() - start;
		cpu = took > cpu ? took : cpu;
	}
	qsort(pauses, steps, sizeof(*pauses), by_time);
	printf(
	    "%ld items, half of them too old: %zu steps; pauses: median %.1f ms, 99th of 100 %.1f "
	    "ms, longest %.1f ms; most CPU of a step %.1f ms\n",
	    n, steps, pauses[steps / 2] * 1e3, pauses[steps - 1 - steps / 100] * 1e3,
	    pauses[steps - 1] * 1e3, cpu);
	janitor_free(janitor);
	store_close(store);
	must(unlink(path) == 0, "cannot clean up");
	snprintf(path, sizeof(path), "%s/newsbell.db.lock", dir);
	unlink(path);
	rmdir(dir);
	return pauses[steps - 1] * 1e3 <= PAUSE_MAX_MS ? 0 : 1;
}
