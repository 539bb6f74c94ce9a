/* Documents in worker processes: answers, refusals, and what the death of a worker costs. */
#include "rows.h"

#include "nursery.h"
#include "parser.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_S 30.0

static const char feed[] = "<rss version='2.0'><channel><title>T</title><item><title>One</title>"
			   "<link>https://example.org/1</link></item></channel></rss>";

struct got {
	int calls;
	bool good;
	size_t items;
	char text[ERR_TEXT_MAX];
	enum err_kind kind;
};

static struct ev_loop *loop;
static struct parser *parser;

static void
on_done(void *cookie, const struct feed_doc *doc, const struct err *why)
{
	struct got *got = cookie;

	got->calls++;
	got->good = doc != NULL;
	if (doc) {
		got->items = doc->n_items;
	} else {
		got->kind = why->kind;
		snprintf(got->text, sizeof(got->text), "%s", why->text);
	}
}

static void
on_deadline(struct ev_loop *l, ev_timer *timer, int events)
{
	(void)l;
	(void)timer;
	(void)events;
	fail_msg("nothing came back in %.0f s", DEADLINE_S);
}

static void
run_until(const int *calls, int wanted)
{
	ev_timer deadline;

	ev_timer_init(&deadline, on_deadline, DEADLINE_S, 0.0);
	ev_timer_start(loop, &deadline);
	while (*calls < wanted)
		ev_run(loop, EVRUN_ONCE);
	ev_timer_stop(loop, &deadline);
}

static struct feed_source
source_of(struct str body)
{
	return (struct feed_source){ .body = body, .base_url = STR("https://example.org/feed") };
}

/* Processes called `name` below us; at most two. */
static int
find_processes(const char *name, pid_t ret[2])
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(proc)) && n < 2) {
		char file[300], comm[64] = "";
		FILE *f;
		pid_t parent = 0;

		snprintf(file, sizeof(file), "/proc/%s/stat", entry->d_name);
		f = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(file, "r") : NULL;
		if (!f)
			continue;
		if (fscanf(f, "%*d (%63[^)]) %*c %d", comm, &parent) == 2 &&
		    strcmp(comm, name) == 0) {
			char stat[300], above[64] = "";
			FILE *g;
			pid_t grandparent = 0;

			snprintf(stat, sizeof(stat), "/proc/%d/stat", parent);
			g = fopen(stat, "r");
			if (g && fscanf(g, "%*d (%63[^)]) %*c %d", above, &grandparent) == 2 &&
			    grandparent == getpid())
				ret[n++] = (pid_t)atol(entry->d_name);
			if (g)
				fclose(g);
		}
		fclose(f);
	}
	closedir(proc);
	return n;
}

static int
set_up_mode(enum parser_mode mode)
{
	struct err e;
	int nursery = nursery_start(&e);

	if (nursery < 0)
		return -1;
	loop = ev_default_loop(0);
	parser = parser_new(&(struct parser_options){
	    .loop = loop, .nursery = nursery, .workers = 2, .mode = mode });
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	return set_up_mode(under_valgrind() ? PARSER_PROCESS : PARSER_CONFINED);
}

static int
setup_inline(void **state)
{
	(void)state;
	return set_up_mode(PARSER_INLINE);
}

static int
teardown(void **state)
{
	(void)state;
	parser_free(parser);
	return 0;
}

static void
test_answers(void **state)
{
	struct arena *arena = arena_new();
	struct got good[20] = { 0 }, bad = { 0 };
	const struct feed_source feed_source = source_of(str_c(feed)),
				 html = source_of(STR("<html><p>Hi"));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		parser_parse(parser, &feed_source, arena, on_done, &good[i]);
	parser_parse(parser, &html, arena, on_done, &bad);
	ROW_I64("never from inside", good[0].calls, 0);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		run_until(&good[i].calls, 1);
		ROW("good", good[i].good && good[i].items == 1);
	}
	run_until(&bad.calls, 1);
	ROW("a page is no feed", !bad.good && bad.kind == ERR_INPUT && bad.text[0]);
	arena_free(arena);
	ROWS_DONE();
}

/* 8 MB: written and read in many pieces. */
static void
test_large(void **state)
{
	struct arena *arena = arena_new();
	struct got got = { 0 };
	struct buf body;
	struct feed_source source;

	(void)state;
	buf_init(&body, (size_t)16 << 20);
	buf_add(&body, STR("<rss version='2.0'><channel>"));
	for (int i = 0; body.n < (size_t)8 << 20; i++)
		buf_addf(&body,
		    "<item><guid>%d</guid><title>Title "
		    "%d</title><description>%0500d</description></item>",
		    i, i, i);
	buf_add(&body, STR("</channel></rss>"));
	source = source_of(buf_str(&body));
	parser_parse(parser, &source, arena, on_done, &got);
	run_until(&got.calls, 1);
	ROW("large", got.good && got.items > 10000);
	buf_free(&body);
	arena_free(arena);
	ROWS_DONE();
}

/* Both workers are stopped and killed with a document in hand: two documents lost, the third is
 * parsed. */
static void
test_death(void **state)
{
	struct arena *arena = arena_new();
	struct got got[3] = { 0 };
	const struct feed_source source = source_of(str_c(feed));
	pid_t workers[2];

	(void)state;
	parser_parse(parser, &source, arena, on_done, &got[0]);
	run_until(&got[0].calls, 1); /* by now both are born, or will be */
	while (find_processes("newsbell-parse", workers) < 2)
		ev_run(loop, EVRUN_NOWAIT);
	for (int i = 0; i < 2; i++)
		kill(workers[i], SIGSTOP);
	memset(got, 0, sizeof(got));
	for (int i = 0; i < 3; i++)
		parser_parse(parser, &source, arena, on_done, &got[i]);
	ev_run(loop, EVRUN_NOWAIT);
	for (int i = 0; i < 2; i++)
		kill(workers[i], SIGKILL);
	for (int i = 0; i < 3; i++)
		run_until(&got[i].calls, 1);
	ROW("first lost", !got[0].good && got[0].kind == ERR_SYSTEM);
	ROW("second lost", !got[1].good && got[1].kind == ERR_SYSTEM);
	ROW("third parsed by a new worker", got[2].good);
	ROW("not lost", !parser_is_lost(parser));
	arena_free(arena);
	ROWS_DONE();
}

/* The number behind a key of /proc/PID/status, -1 when there is none. */
static int
status_of(pid_t pid, const char *key)
{
	char file[64], line[200];
	int n = -1;
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/status", pid);
	f = fopen(file, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			n = atoi(line + strlen(key));
	if (f)
		fclose(f);
	return n;
}

/* Workers may do nothing but compute, and still read what needs tables of iconv's. */
static void
test_confined(void **state)
{
	static const char koi8[] = "<?xml version='1.0' encoding='KOI8-R'?><rss><channel><item>"
				   "<title>\xef\xd2\xc2\xc1\xce</title></item></channel></rss>";
	static const char *const others[] = { "EUC-KR", "Shift_JIS", "GB18030", "Big5",
		"windows-1256" };
	struct arena *arena = arena_new();
	struct got got = { 0 };
	pid_t workers[2];
	int n;

	(void)state;
	parser_parse(parser, &(struct feed_source){ .body = STR(koi8) }, arena, on_done, &got);
	run_until(&got.calls, 1);
	ROW("KOI8-R", got.good && got.items == 1);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct feed_source source = {
			.body = str_fmt(arena,
			    "<?xml version='1.0' encoding='%s'?><rss><channel><item><title>x "
			    "\xb0\xa1</title>"
			    "</item></channel></rss>",
			    others[i])
		};

		memset(&got, 0, sizeof(got));
		parser_parse(parser, &source, arena, on_done, &got);
		run_until(&got.calls, 1);
		ROW(others[i], got.good && got.items == 1);
	}
	if (under_valgrind()) {
		print_message("NOT LOOKED AT under valgrind: whether workers are confined\n");
		arena_free(arena);
		return;
	}
	n = find_processes("newsbell-parse", workers);
	ROW("there are workers", n > 0);
	for (int i = 0; i < n; i++) {
		/* the second one may have been born this moment: it has its name before its filter
		 */
		for (int wait = 0; wait < 1000 && status_of(workers[i], "Seccomp:") != 2; wait++)
			usleep(10000);
		ROW_I64("a filter of system calls", status_of(workers[i], "Seccomp:"), 2);
		ROW_I64("no new privileges", status_of(workers[i], "NoNewPrivs:"), 1);
	}
	arena_free(arena);
	ROWS_DONE();
}

static void
test_cancel(void **state)
{
	struct arena *arena = arena_new();
	struct got got[4] = { 0 };
	struct parse_job *jobs[4];
	const struct feed_source source = source_of(str_c(feed));

	(void)state;
	for (int i = 0; i < 4; i++)
		jobs[i] = parser_parse(parser, &source, arena, on_done, &got[i]);
	parser_cancel(jobs[0]); /* in a worker's hands, or waiting */
	parser_cancel(jobs[2]);
	parser_cancel(NULL);
	run_until(&got[1].calls, 1);
	run_until(&got[3].calls, 1);
	ROW("cancelled is silence", got[0].calls == 0 && got[2].calls == 0);
	ROW("the others are parsed", got[1].good && got[3].good);
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answers, setup_inline, teardown),
		cmocka_unit_test_setup_teardown(test_cancel, setup_inline, teardown),
		cmocka_unit_test_setup_teardown(test_confined, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_death, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
	};

	signal(
	    SIGPIPE, SIG_IGN); /* as the daemon does: a worker may be dead when it is written to */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
