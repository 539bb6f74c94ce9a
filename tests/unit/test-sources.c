/* What the monitor leans on: hosts and their pace, outages, files, programs, lists of feeds. */
#include "rows.h"

#include "feed_list.h"
#include "hosts.h"
#include "local.h"
#include "outage.h"
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define T0 ((int64_t)1800000000)

/* ---- outages ---- */

static enum outage_news
fails(struct outage *o, uint64_t host, int64_t at_s, void *whose)
{
	return outage_failed(
	    o, &(struct outage_host){ .host = host, .whose = whose, .weight = 0.5 }, at_s);
}

static void
test_outage(void **state)
{
	struct outage o = { 0 };
	int mine = 0;

	(void)state;
	/* three hosts, or one of many, are no outage */
	for (uint64_t h = 1; h <= 3; h++)
		assert_int_equal(fails(&o, h, T0, &mine), OUTAGE_SAME);
	assert_int_equal(fails(&o, 4, T0 + 1, NULL), OUTAGE_BEGINS);
	assert_int_equal(o.since_s, T0 + 1);
	assert_int_equal(o.missed, 4);
	assert_int_equal(fails(&o, 5, T0 + 2, NULL), OUTAGE_SAME);
	assert_int_equal(o.missed, 5);
	outage_forget(&o, &mine);
	for (size_t i = 0; i < o.n; i++)
		assert_null(o.hosts[i].whose);
	/* whatever a host says, it was reached */
	assert_int_equal(outage_answered(&o, 9, T0 + 60), OUTAGE_ENDS);
	assert_int_equal(outage_answered(&o, 9, T0 + 61), OUTAGE_SAME);
	/* the failures of before do not count again */
	for (uint64_t h = 1; h <= 3; h++)
		assert_int_equal(fails(&o, h, T0 + 62, NULL), OUTAGE_SAME);
	/* the same host over and over is that host's trouble */
	o = (struct outage){ 0 };
	for (int i = 0; i < 100; i++)
		assert_int_equal(fails(&o, 1, T0 + i, NULL), OUTAGE_SAME);
	/* one in five hosts down: theirs; old outcomes are forgotten */
	o = (struct outage){ 0 };
	for (uint64_t h = 1; h <= 1000; h++)
		assert_int_equal(
		    h % 5 ? outage_answered(&o, h, T0) : fails(&o, h, T0, NULL), OUTAGE_SAME);
	for (uint64_t h = 2001; h <= 2003; h++)
		assert_int_equal(fails(&o, h, T0 + 400, NULL), OUTAGE_SAME);
	assert_int_equal(fails(&o, 2004, T0 + 400, NULL), OUTAGE_BEGINS);
}

/* ---- hosts ---- */

static void
test_hosts(void **state)
{
	struct host_rule rules[] = { { STR("tumblr.example"), LIMIT_HOST, LIMIT_HOST, 5 } };
	struct config config = { .host = { .pace_s = 1 }, .hosts = rules, .n_hosts = 1 };
	struct feed_section section;
	struct feed feed = { .rules = &section.rules };
	const struct host_rule *rule;
	struct hosts hosts = { 0 };
	struct host *host;
	uint64_t a, b;
	int late = 0;

	(void)state;
	feed_init(&section);
	a = hosts_hash(&config, STR("https://one.tumblr.example/rss"), &rule);
	assert_ptr_equal(rule, &rules[0]);
	b = hosts_hash(&config, STR("http://TWO.Tumblr.Example:8080/rss"), &rule);
	assert_true(a == b); /* the domain of a rule is one host */
	a = hosts_hash(&config, STR("https://one.example/"), &rule);
	assert_ptr_equal(rule, &config.host);
	assert_true(a != hosts_hash(&config, STR("https://two.example/"), &rule));
	assert_int_equal(hosts_hash(&config, STR("file:/etc/feed.xml"), &rule), 0);
	for (uint64_t h = 1; h <= 1000; h++)
		hosts_add(&hosts, h * 7919);
	for (uint64_t h = 1; h <= 1000; h++)
		assert_true(hosts_find(&hosts, h * 7919)->hash == h * 7919);
	assert_null(hosts_find(&hosts, 1));
	assert_int_equal(hosts.n, 1000);
	/* one request a second: places are given in order */
	host = hosts_add(&hosts, 7919);
	host->rule = &config.host;
	host->n_feeds = 10;
	assert_int_equal(hosts_enter(host, &feed, T0 * 1000, 0), 0);
	assert_int_equal(hosts_enter(host, &feed, T0 * 1000, 0), T0 * 1000 + 1000);
	assert_int_equal(hosts_enter(host, &feed, T0 * 1000, 0), T0 * 1000 + 2000);
	assert_int_equal(hosts_enter(host, &feed, T0 * 1000 + 3000, 0), 0);
	/* so many feeds that they could not be asked in time: faster */
	host->n_feeds = 9000;
	host->next_ms = 0;
	assert_int_equal(hosts_enter(host, &feed, T0 * 1000, 0), 0);
	assert_int_equal(hosts_enter(host, &feed, T0 * 1000, 0), T0 * 1000 + 50);
	/* the host asked for less: nobody before, and not all at once after */
	host->limited_until_s = T0 + 7200;
	for (uint32_t i = 0; i < 100; i++) {
		int64_t at = hosts_enter(host, &feed, T0 * 1000, i * 2654435761u);

		assert_in_range(at, (T0 + 7200) * 1000, (T0 + 7200) * 1000 + 60000 + 50 * 9000);
		late += at > (T0 + 7200) * 1000 + 30000;
	}
	assert_in_range(late, 20, 99);
	hosts_free(&hosts);
}

/* ---- files ---- */

static char dir[] = "/tmp/newsbell-sources-XXXXXX";

static struct str
write_file(const char *name, const char *text, struct arena *arena)
{
	struct str path = str_fmt(arena, "%s/%s", dir, name);
	FILE *f = fopen(str_z(arena, path), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return path;
}

static void
test_local(void **state)
{
	struct arena *arena = arena_new();
	struct str one = write_file("b.xml", "second", arena), before;
	struct local local;
	struct err e;

	(void)state;
	write_file("a.json", "first", arena);
	write_file("notes.txt", "no feed", arena);
	assert_true(local_read(one, 100, arena, &local, &e));
	assert_int_equal(local.n, 1);
	assert_true(str_eq_c(local.files[0].body, "second"));
	assert_true(local_read(str_c(dir), 100, arena, &local, &e));
	assert_int_equal(local.n, 2);
	assert_true(str_eq_c(local.files[0].body, "first"));
	before = local.all;
	assert_true(local_read(str_c(dir), 100, arena, &local, &e));
	assert_true(str_eq(local.all, before)); /* nothing changed */
	write_file("b.xml", "changed", arena);
	assert_true(local_read(str_c(dir), 100, arena, &local, &e));
	assert_false(str_eq(local.all, before));
	assert_false(local_read(str_c(dir), 8, arena, &local, &e)); /* together too long */
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_false(local_read(STR("/nonexistent/feed.xml"), 8, arena, &local, &e));
	assert_non_null(strstr(e.text, "/nonexistent/feed.xml"));
	arena_free(arena);
}

struct was_read {
	int calls;
	size_t n;
	enum err_kind kind;
	struct ev_loop *loop;
};

static void
on_was_read(void *cookie, const struct local *local, const struct err *why)
{
	struct was_read *got = cookie;

	got->calls++;
	got->n = local ? local->n : 0;
	got->kind = why->kind;
	ev_break(got->loop, EVBREAK_ALL);
}

/* Beside the loop: what is there, what is not, and what hangs. */
static void
test_local_thread(void **state)
{
	struct arena *arena = arena_new();
	struct str fifo = str_fmt(arena, "%s/fifo.xml", dir);
	const struct {
		struct str path;
		size_t n;
		enum err_kind kind;
	} cases[] = { { write_file("b.xml", "second", arena), 1, ERR_NONE },
		{ STR("/nonexistent/feed.xml"), 0, ERR_SYSTEM }, { fifo, 0, ERR_LIMIT } };
	struct was_read got = { .loop = ev_default_loop(0) };
	struct local_job *job;
	int fd;

	(void)state;
	assert_int_equal(mkfifo(str_z(arena, fifo), 0600), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		got.calls = 0;
		job = local_start(got.loop, cases[i].path, 100, 1, on_was_read, &got);
		assert_int_equal(got.calls, 0);
		ev_run(got.loop, 0);
		assert_int_equal(got.calls, 1);
		assert_int_equal(got.n, cases[i].n);
		assert_int_equal(got.kind, cases[i].kind);
		local_free(job);
	}
	local_free(local_start(got.loop, cases[0].path, 100, 1, on_was_read, &got)); /* dropped */
	ev_run(got.loop, EVRUN_NOWAIT);
	assert_int_equal(got.calls, 1);
	fd = open(str_z(arena, fifo), O_WRONLY); /* lets the thread end */
	assert_true(fd >= 0);
	close(fd);
	unlink(str_z(arena, fifo));
	arena_free(arena);
}

/* ---- programs ---- */

struct ran {
	int calls;
	enum err_kind kind;
	char output[200], text[ERR_TEXT_MAX];
};

static void
on_done(void *cookie, struct str output, const struct err *why)
{
	struct ran *ran = cookie;

	ran->calls++;
	ran->kind = why->kind;
	snprintf(ran->output, sizeof(ran->output), "%.*s", STR_ARG(output));
	snprintf(ran->text, sizeof(ran->text), "%s", why->kind ? why->text : "");
}

static void
on_give_up(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

static const struct {
	const char *name, *command, *input, *output;
	enum err_kind kind;
	const char *text; /* part of the reason */
} program_rows[] = {
	{ "output", "exec:/bin/echo hello", "", "hello\n", ERR_NONE, NULL },
	{ "no shell", "/bin/echo $HOME ; *", "", "$HOME ; *\n", ERR_NONE, NULL },
	{ "quotes keep together", "/bin/echo 'a  b' \"c  d\"", "", "a  b c  d\n", ERR_NONE, NULL },
	{ "input", "/usr/bin/tr a-z A-Z", "through", "THROUGH", ERR_NONE, NULL },
	{ "input that nobody reads", "/bin/echo done", "unread", "done\n", ERR_NONE, NULL },
	{ "environment", "/usr/bin/env", "", "PATH=/usr/local/bin:/usr/bin:/bin\nLC_ALL=C.UTF-8\n",
	    ERR_NONE, NULL },
	{ "directory", "/bin/pwd", "", "/\n", ERR_NONE, NULL },
	{ "exit status", "/bin/sh -c 'echo bad luck >&2; exit 3'", "", "", ERR_INPUT,
	    "exit status 3: bad luck" },
	{ "signal", "/bin/sh -c 'kill -9 $$'", "", "", ERR_INPUT, "signal 9" },
	{ "too much", "/bin/sh -c 'yes'", "", "", ERR_LIMIT, "more than 100 bytes" },
	{ "too long", "/bin/sleep 30", "", "", ERR_LIMIT, "not done after 1 s" },
	{ "what it leaves behind is ended with it", "/bin/sh -c 'sleep 30 & echo x'", "", "x\n",
	    ERR_NONE, NULL },
	{ "no such program", "/nonexistent/program", "", "", ERR_SYSTEM, "No such file" },
};

static void
test_programs(void **state)
{
	struct ev_loop *loop = ev_default_loop(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(program_rows); i++) {
		const char *name = program_rows[i].name;
		struct arena *arena = arena_new();
		struct feed_program argv;
		struct ran ran = { 0 };
		ev_timer timer;
		struct err e;

		if (under_valgrind() && strcmp(name, "no such program") == 0) {
			print_message("NOT LOOKED AT under valgrind: %s\n", name);
			arena_free(arena);
			continue;
		}
		ROW(name, feed_program_parse(str_c(program_rows[i].command), arena, &argv, &e));
		ev_timer_init(&timer, on_give_up, 20, 0.0);
		ev_timer_start(loop, &timer);
		program_start(loop, &argv, str_c(program_rows[i].input), 100, 1, on_done, &ran);
		ROW_I64(name, ran.calls, 0); /* never from inside */
		while (!ran.calls && ev_is_active(&timer))
			ev_run(loop, EVRUN_ONCE);
		ev_timer_stop(loop, &timer);
		ROW_I64(name, ran.calls, 1);
		ROW_I64(name, ran.kind, program_rows[i].kind);
		ROW_STR(name, str_c(ran.output), str_c(program_rows[i].output));
		if (program_rows[i].text && !strstr(ran.text, program_rows[i].text))
			ROW_STR(name, str_c(ran.text), str_c(program_rows[i].text));
		arena_free(arena);
	}
	ROWS_DONE();
}

static void
test_program_cancel(void **state)
{
	struct ev_loop *loop = ev_default_loop(0);
	struct arena *arena = arena_new();
	struct feed_program argv;
	struct ran ran = { 0 };
	struct err e;

	(void)state;
	assert_true(feed_program_parse(STR("/bin/sleep 30"), arena, &argv, &e));
	program_cancel(program_start(loop, &argv, STR(""), 100, 10, on_done, &ran));
	program_cancel(NULL);
	ev_run(loop, EVRUN_NOWAIT);
	assert_int_equal(ran.calls, 0);
	arena_free(arena);
}

static void
test_program_bad(void **state)
{
	static const char *const bad[] = { "", "exec:", "relative/path", "/bin/echo 'open",
		"sh -c x" };
	struct arena *arena = arena_new();
	struct feed_program argv;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ROW(bad[i], !feed_program_parse(str_c(bad[i]), arena, &argv, &e));
	arena_free(arena);
	ROWS_DONE();
}

/* ---- lists ---- */

static void
test_list(void **state)
{
	static const char text[] = "# a comment\n"
				   "\n"
				   "https://a.example/feed\n"
				   "  https://b.example/feed \"~The Bee\" press \"two words\"\r\n"
				   "file:/var/feeds/c.xml ~c\n"
				   "\"exec:/bin/make-feed --all\" \"~Made\" local\n"
				   "nonsense\n"
				   "https://d.example/ \"open\n";
	struct arena *arena = arena_new();
	struct feed_listed *v;
	struct diags diags;
	size_t n;

	(void)state;
	diags_init(&diags, arena);
	feed_list_read(str_c(text), STR("list.txt"), arena, &diags, &v, &n);
	assert_int_equal(n, 4);
	ROW_STR("url", v[0].url, STR("https://a.example/feed"));
	ROW_STR("name from the URL", v[0].name, STR("a.example/feed"));
	ROW_STR("name", v[1].name, STR("The Bee"));
	ROW_I64("tags", v[1].tags.n, 2);
	ROW_STR("tag", v[1].tags.v[1], STR("two words"));
	ROW_STR("file", v[2].url, STR("file:/var/feeds/c.xml"));
	ROW_STR("program", v[3].url, STR("exec:/bin/make-feed --all"));
	ROW_I64("line", v[3].at.line, 6);
	ROW_I64("problems", diags.errors, 2);
	ROW_I64("of line", diags.v[0].at.line, 7);
	arena_free(arena);
	ROWS_DONE();
}

/* What is written is read as the same again. */
static void
test_list_written(void **state)
{
	static struct str tags[] = { STR_INIT("two words"), STR_INIT("with \"quotes\"") };
	const struct feed_listed out[] = {
		{ .url = STR("https://a.example/?a=1#x"),
		    .name = STR("~A # \n B"),
		    .tags = { tags, 2 } },
		{ .url = STR("https://b.example/\"x"), .name = STR("cannot stand in a line") },
		{ .url = STR("https://c.example/") },
	};
	struct arena *arena = arena_new();
	struct feed_listed *v;
	struct diags diags;
	size_t n;

	(void)state;
	diags_init(&diags, arena);
	feed_list_read(
	    feed_list_write(out, ARRAY_LEN(out), arena), STR("l"), arena, &diags, &v, &n);
	ROW_I64("problems", diags.n, 0);
	assert_int_equal(n, 2);
	ROW_STR("url", v[0].url, out[0].url);
	ROW_STR("name", v[0].name, STR("~A #   B"));
	ROW_STR("tag", v[0].tags.v[1], STR("with 'quotes'"));
	ROW_STR("name from the URL", v[1].name, STR("c.example/"));
	arena_free(arena);
	ROWS_DONE();
}

static int
start(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int
stop(void **state)
{
	static const char *const names[] = { "a.json", "b.xml", "notes.txt" };
	char path[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outage),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_local_thread),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_program_cancel),
		cmocka_unit_test(test_program_bad),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_written),
	};

	signal(SIGPIPE, SIG_IGN); /* as newsbelld does: a program may not read what we write */
	return cmocka_run_group_tests_name("sources", tests, start, stop);
}
