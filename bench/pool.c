/*
 * What the wall around documents costs: the same documents parsed on the loop and in one and two
 * worker processes, as newsbelld does.
 *
 *   bench/pool [ROUNDS [DOCUMENTS [ITEMS]]]
 *
 * The modes take turns, and the median of the rounds counts: documents a second, and CPU seconds of
 * all processes together a thousand documents, which says the same on a machine that does other
 * things too.  Shares are of the workers in the last round: two that use two cores have the same.
 */
#include "arena.h"
#include "buf.h"
#include "mem.h"
#include "nursery.h"
#include "parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 5
#define DOCUMENTS 600
#define ITEMS 60    /* a document, of about 1.3 kB each */
#define IN_FLIGHT 8 /* documents given to the parser at once */
#define PROCESSES_MAX 8

struct run {
	struct ev_loop *loop;
	struct parser *parser;
	struct str body;
	struct job {
		struct run *run;
		struct arena *arena;
		struct feed_source source;
	} jobs[IN_FLIGHT];
	size_t given, done, want, items;
};

struct figure {
	double wall_s, cpu_s;
	double share[PROCESSES_MAX]; /* of each worker */
	size_t n_shares;
};

static struct str
document(size_t items)
{
	struct buf b;

	buf_init(&b, (size_t)64 << 20);
	buf_add(&b, STR("<rss version=\"2.0\"><channel><title>Harbour Courier</title>"));
	for (size_t i = 0; i < items; i++) {
		buf_addf(&b,
		    "<item><guid>%zu</guid><title>Agency %zu moves its files &amp; more</title>"
		    "<link>https://news.example/%zu</link>"
		    "<pubDate>Tue, 01 Jul 2025 10:%02zu:00 GMT</pubDate><description>",
		    i, i, i, i % 60);
		for (int k = 0; k < 20; k++)
			buf_add(&b,
			    STR("&lt;p&gt;The harbour authority bought sensors for the &lt;b&gt;"
				"border&lt;/b&gt;.&lt;/p&gt; "));
		buf_add(&b, STR("</description></item>"));
	}
	buf_add(&b, STR("</channel></rss>"));
	return buf_str(&b);
}

static void give(struct job *job);

static void
on_parsed(void *cookie, const struct feed_doc *doc, const struct err *why)
{
	struct job *job = cookie;
	struct run *run = job->run;

	if (!doc) {
		fprintf(stderr, "pool: %s\n", why->text);
		exit(1);
	}
	run->items += doc->n_items;
	if (++run->done == run->want)
		ev_break(run->loop, EVBREAK_ALL);
	else
		give(job);
}

static void
give(struct job *job)
{
	struct run *run = job->run;

	if (run->given == run->want)
		return;
	run->given++;
	arena_reset(job->arena);
	job->source = (struct feed_source){ .body = run->body,
		.content_type = STR("application/rss+xml"),
		.base_url = STR("https://news.example/feed") };
	parser_parse(run->parser, &job->source, job->arena, on_parsed, job);
}

/* CPU seconds of a process, from /proc/PID/stat. */
static double
cpu_of(int pid)
{
	char path[64], text[1024];
	unsigned long user, system;
	const char *fields;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	text[n] = '\0';
	if (f)
		fclose(f);
	fields = strrchr(text, ')');
	if (!fields || sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			   &user, &system) != 2)
		return 0;
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static size_t
children_of(int pid, int *ret)
{
	char path[64];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "r");
	while (f && n < PROCESSES_MAX && fscanf(f, "%d", &ret[n]) == 1)
		n++;
	if (f)
		fclose(f);
	return n;
}

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
parse_all(struct run *run, size_t n)
{
	run->want = n;
	run->given = run->done = 0;
	for (size_t i = 0; i < IN_FLIGHT; i++)
		give(&run->jobs[i]);
	ev_run(run->loop, 0);
}

static struct figure
measure(enum parser_mode mode, size_t workers, struct str body, size_t documents)
{
	struct err e;
	struct run run = { .loop = ev_default_loop(0), .body = body };
	struct figure ret = { 0 };
	int nursery = nursery_start(&e), nurse[PROCESSES_MAX], pids[PROCESSES_MAX];
	double before[PROCESSES_MAX], own, all = 0;

	if (nursery < 0) {
		fprintf(stderr, "pool: %s\n", e.text);
		exit(1);
	}
	run.parser = parser_new(&(struct parser_options){
	    .loop = run.loop, .nursery = nursery, .workers = workers, .mode = mode });
	for (size_t i = 0; i < IN_FLIGHT; i++)
		run.jobs[i] = (struct job){ .run = &run, .arena = arena_new() };
	parse_all(&run, documents / 10); /* warm, and all workers there */
	children_of(getpid(), nurse);
	ret.n_shares = mode == PARSER_INLINE ? 0 : children_of(nurse[0], pids);
	for (size_t i = 0; i < ret.n_shares; i++)
		before[i] = cpu_of(pids[i]);
	own = cpu_of(getpid());
	ret.wall_s = now_s();
	parse_all(&run, documents);
	ret.wall_s = now_s() - ret.wall_s;
	ret.cpu_s = cpu_of(getpid()) - own;
	for (size_t i = 0; i < ret.n_shares; i++)
		all += ret.share[i] = cpu_of(pids[i]) - before[i];
	ret.cpu_s += all;
	for (size_t i = 0; i < ret.n_shares; i++)
		ret.share[i] /= all > 0 ? all : 1;
	parser_free(run.parser);
	for (size_t i = 0; i < IN_FLIGHT; i++)
		arena_free(run.jobs[i].arena);
	return ret;
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
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
	static const struct {
		const char *name;
		enum parser_mode mode;
		size_t workers;
	} modes[] = {
		{ "on the loop", PARSER_INLINE, 0 },
		{ "one worker", PARSER_CONFINED, 1 },
		{ "two workers", PARSER_CONFINED, 2 },
	};
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS;
	size_t documents = argc > 2 ? strtoul(argv[2], NULL, 10) : DOCUMENTS;
	struct str body = document(argc > 3 ? strtoul(argv[3], NULL, 10) : ITEMS);
	double *wall = xcalloc(3 * (rounds + 1), sizeof(*wall)),
	       *cpu = xcalloc(3 * (rounds + 1), sizeof(*cpu)), base_wall = 0, base_cpu = 0;
	struct figure last[ARRAY_LEN(modes)] = { 0 };

	for (size_t r = 0; r < rounds; r++)
		for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
			last[m] = measure(modes[m].mode, modes[m].workers, body, documents);
			wall[m * rounds + r] = last[m].wall_s;
			cpu[m * rounds + r] = last[m].cpu_s;
		}
	printf("%zu documents of %zu kB, median of %zu rounds\n", documents, body.n >> 10, rounds);
	for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
		double w = median(wall + m * rounds, rounds), c = median(cpu + m * rounds, rounds);

		if (m == 0) {
			base_wall = w;
			base_cpu = c;
		}
		printf("%-12s %7.0f documents/s (%.2f times)  %6.3f CPU s/1000 (%.2f times)",
		    modes[m].name, (double)documents / w, base_wall / w,
		    c * 1000 / (double)documents, c / base_cpu);
		for (size_t i = 0; i < last[m].n_shares; i++)
			printf("%s%.0f %%", i ? " + " : "  workers ", last[m].share[i] * 100);
		putchar('\n');
	}
	return 0;
}
