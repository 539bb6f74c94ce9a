/* From owed to delivered, on a loop: what each answer leaves behind, and that no channel waits for
 * another. */
#include "scratch.h"

#include "config.h"
#include "courier.h"
#include "ledger.h"

#include <arpa/inet.h>
#include <ev.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#define T0 ((int64_t)time(NULL)) /* what is older than five days is given up */
#define LIMIT_S 20.0

static struct arena *arena;

static void
put(const char *name, const char *text, int mode)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", scratch_dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, (mode_t)mode);
}

static struct config *
configure(const char *channels)
{
	struct config_options options = { 0 };
	struct diags diags;
	struct config *config;
	char path[128];

	put("newsbell.conf",
	    str_z(arena,
		str_fmt(arena,
		    "[feed \"f\"]\nurl = https://feed.example/\n[watch \"w\"]\nwhen = ice\n%s",
		    channels)),
	    0600);
	snprintf(path, sizeof(path), "%s/newsbell.conf", scratch_dir);
	options.path = path;
	diags_init(&diags, arena);
	config = config_load(&options, &diags);
	for (size_t i = 0; i < diags.n; i++)
		print_error("%.*s\n", STR_ARG(diag_text(&diags.v[i], arena)));
	assert_non_null(config);
	return config;
}

/* n alerts, each owed to these channels. */
static void
owe(struct store *store, int n, const struct str *channels, size_t n_channels)
{
	struct feed_state state = { 0 };
	struct err e = { 0 };

	for (int i = 0; i < n; i++) {
		struct delivery_new deliveries[4] = { 0 };
		struct str id = str_fmt(arena, "alert%02d", i);
		struct item item = {
			.id = id, .title = id, .published_s = DATE_NONE, .updated_s = DATE_NONE
		};
		struct alert_new alert = { .alert = { .id = id,
					       .watch = STR("w"),
					       .title = id,
					       .published_s = DATE_NONE,
					       .seen_s = T0,
					       .created_s = T0 },
			.deliveries = deliveries,
			.n_deliveries = n_channels };
		struct item_new new = {
			.item = &item, .key = (uint64_t)i + 1, .alerts = &alert, .n_alerts = 1
		};
		struct poll_done poll = { .url = STR("https://feed.example/"),
			.name = STR("f"),
			.state = &state,
			.items = &new,
			.n_items = 1 };

		for (size_t k = 0; k < n_channels; k++)
			deliveries[k].channel = channels[k];
		if (!store_commit(store, &poll, NULL, T0, &e))
			fail_msg("%s", e.text);
	}
}

struct wanted {
	const char *sql; /* true when it gives 1 */
	bool came;
};

static void
look(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct wanted *wanted = timer->data;

	(void)events;
	wanted->came = scratch_ask(wanted->sql) == 1;
	if (wanted->came)
		ev_break(loop, EVBREAK_ALL);
}

static void
give_up(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

static struct courier *courier_at_work;

/* Lets a courier work until sql gives 1. */
static bool
work(struct store *store, struct config *config, const char *sql)
{
	struct ev_loop *loop = ev_default_loop(0); /* the only one that sees children end */
	struct ledger *ledger = ledger_new(loop, store, NULL, NULL);
	struct err e = { 0 };
	struct wire *wire = wire_new(loop, NULL, &e);
	struct courier *courier = courier_at_work = courier_new(&(struct courier_options){
	    .loop = loop, .store = store, .ledger = ledger, .wire = wire });
	struct wanted wanted = { sql, false };
	ev_timer often, end;

	ev_timer_init(&often, look, 0.02, 0.02);
	often.data = &wanted;
	ev_timer_start(loop, &often);
	ev_timer_init(&end, give_up, LIMIT_S, 0.0);
	ev_timer_start(loop, &end);
	courier_configure(courier, config);
	ev_run(loop, 0);
	courier_free(courier);
	ledger_free(ledger);
	wire_free(wire);
	ev_timer_stop(loop, &often);
	ev_timer_stop(loop, &end);
	return wanted.came;
}

static int
setup(void **state)
{
	arena = arena_new();
	return scratch_make(state);
}

static int
teardown(void **state)
{
	arena_free(arena);
	return scratch_remove(state);
}

static char *
channel(const char *name, const char *kind, const char *file)
{
	return str_z(
	    arena, str_fmt(arena, "[channel \"%s\"]\n%s%s/%s\n", name, kind, scratch_dir, file));
}

#define FILE_KEYS "type = file\npath = "
#define EXEC_KEYS "type = exec\ncommand = "

static void
test_delivered(void **state)
{
	static const struct str channels[] = { STR_INIT("file"), STR_INIT("run") };
	struct store *store = scratch_open(STORE_WRITE);
	struct config *config =
	    configure(str_z(arena, str_fmt(arena, "%s%s", channel("file", FILE_KEYS, "out"),
				       channel("run", EXEC_KEYS, "run"))));
	char line[256], path[128];
	FILE *f;
	int n = 0;

	(void)state;
	put("run", "#!/bin/sh\ncat >>\"$0.got\"\n", 0700);
	owe(store, 5, channels, 2);
	assert_true(work(store, config, "SELECT count(*) = 0 FROM delivery WHERE state = 0"));
	ROW_I64("all are done", scratch_ask("SELECT count(*) FROM delivery WHERE state = 1"), 10);
	ROW_I64("at the first try", scratch_ask("SELECT max(attempts) FROM delivery"), 1);
	ROW_I64("each is noted", scratch_ask("SELECT count(*) FROM attempt WHERE code <> 0"), 10);
	snprintf(path, sizeof(path), "%s/out", scratch_dir);
	f = fopen(path, "r");
	assert_non_null(f);
	for (; fgets(line, sizeof(line), f) && n < 5; n++) {
		ROW("in their order",
		    scratch_ask(str_z(arena,
			str_fmt(arena,
			    "SELECT count(*) FROM delivery WHERE channel = 'file' AND alert = "
			    "'alert%02d' AND instr('%.*s', id)",
			    n, 60, line))) == 1);
		while (!strchr(line, '\n') && fgets(line, sizeof(line), f))
			;
	}
	fclose(f);
	ROW_I64("a line each", n, 5);
	config_unref(config);
	store_close(store);
	ROWS_DONE();
}

/* One channel refuses, one is misconfigured, one is slow: the others have all of it meanwhile. */
static void
test_isolation(void **state)
{
	static const struct str channels[] = { STR_INIT("bad"), STR_INIT("closed"),
		STR_INIT("slow"), STR_INIT("good") };
	struct store *store = scratch_open(STORE_WRITE);
	struct config *config = configure(str_z(
	    arena, str_fmt(arena, "%s%s%s%s", channel("bad", EXEC_KEYS, "bad"),
		       channel("closed", EXEC_KEYS, "closed"), channel("slow", EXEC_KEYS, "slow"),
		       channel("good", FILE_KEYS, "out"))));

	(void)state;
	put("bad", "#!/bin/sh\nexit 65\n", 0700);
	put("closed", "#!/bin/sh\nexit 78\n", 0700);
	put("slow", "#!/bin/sh\nexec sleep 60\n", 0700);
	owe(store, 3, channels, 4);
	assert_true(work(store, config,
	    "SELECT (SELECT count(*) FROM delivery WHERE channel = 'good' AND state = 1) = 3 AND "
	    "(SELECT count(*) FROM delivery WHERE channel = 'bad' AND refusals > 0) = 3 AND "
	    "(SELECT count(*) FROM delivery WHERE channel = 'closed' AND attempts > 0) = 1"));
	ROW_I64("refused once: one more try",
	    scratch_ask("SELECT count(*) FROM delivery WHERE channel = 'bad' AND state = 0 AND "
			"attempts = 1"),
	    3);
	ROW_I64("misconfigured: the others are not tried",
	    scratch_ask("SELECT count(*) FROM delivery WHERE channel = 'closed' AND state = 0 AND "
			"attempts = 0"),
	    2);
	ROW_I64("broken off: not an attempt",
	    scratch_ask("SELECT count(*) FROM delivery WHERE channel = 'slow' AND state = 0 AND "
			"attempts = 0"),
	    3);
	config_unref(config);
	store_close(store);
	ROWS_DONE();
}

/* What is owed to a channel that is not configured any more is kept. */
static void
test_orphans(void **state)
{
	static const struct str channels[] = { STR_INIT("gone"), STR_INIT("file") };
	struct store *store = scratch_open(STORE_WRITE);
	struct config *config = configure(channel("file", FILE_KEYS, "out"));

	(void)state;
	owe(store, 2, channels, 2);
	assert_true(work(store, config,
	    "SELECT count(*) = 2 FROM delivery WHERE channel = 'file' AND state = 1"));
	ROW_I64("kept",
	    scratch_ask("SELECT count(*) FROM delivery WHERE channel = 'gone' AND state = 0"), 2);
	config_unref(config);
	config = configure(str_z(arena, str_fmt(arena, "%s%s", channel("file", FILE_KEYS, "out"),
					    channel("gone", FILE_KEYS, "back"))));
	assert_true(work(store, config, "SELECT count(*) = 0 FROM delivery WHERE state = 0"));
	config_unref(config);
	store_close(store);
	ROWS_DONE();
}

/* ---- what is rendered ahead ---- */

#define SEEN_MAX 16

/* A receiver on the loop, one connection, that takes a request and then asks what to do. */
struct receiver {
	struct ev_loop *loop;
	int port, fd;
	ev_io accepting, reading;
	ev_timer delay;
	struct buf in;
	/* what came, in its order */
	char seen[SEEN_MAX][4096];
	double at[SEEN_MAX];
	int n;
	/* answers request i (from 0): a status, or 0 for 204; *after_s: so much later */
	int (*answer)(struct receiver *r, int i, double *after_s);
	int status;
	void *cookie;
};

static void
say(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct receiver *r = timer->data;

	(void)loop;
	(void)events;
	dprintf(r->fd, "HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n", r->status ? r->status : 204);
}

static void
on_request(struct receiver *r, struct str whole)
{
	double after_s = 0;

	assert_true(r->n < SEEN_MAX);
	snprintf(r->seen[r->n], sizeof(r->seen[0]), "%.*s", STR_ARG(whole));
	r->at[r->n] = ev_time();
	r->status = r->answer ? r->answer(r, r->n, &after_s) : 0;
	r->n++;
	ev_timer_set(&r->delay, after_s, 0.0);
	ev_timer_start(r->loop, &r->delay);
}

static void
on_bytes(struct ev_loop *loop, ev_io *io, int events)
{
	struct receiver *r = io->data;
	char bytes[8192];
	ssize_t k = read(r->fd, bytes, sizeof(bytes));
	int64_t length = 0;
	struct str head, length_text;
	size_t end;

	(void)events;
	if (k <= 0) {
		ev_io_stop(loop, io);
		return;
	}
	buf_add(&r->in, str_n(bytes, (size_t)k));
	end = str_find(buf_str(&r->in), STR("\r\n\r\n"));
	if (end == STR_NONE)
		return;
	head = str_sub(buf_str(&r->in), 0, end + 2);
	length_text = str_sub(head, str_find_ci(head, STR("content-length:")) + 15, head.n);
	str_cut(length_text, '\r', &length_text, &(struct str){ 0 });
	assert_true(str_to_i64(str_trim(length_text), &length));
	if (r->in.n < end + 4 + (size_t)length)
		return;
	on_request(r, buf_str(&r->in));
	buf_clear(&r->in);
}

static void
on_peer(struct ev_loop *loop, ev_io *io, int events)
{
	struct receiver *r = io->data;

	(void)events;
	ev_io_stop(loop, &r->reading);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = accept(io->fd, NULL, NULL);
	ev_io_set(&r->reading, r->fd, EV_READ);
	ev_io_start(loop, &r->reading);
}

static void
receiver_start(struct receiver *r)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&a, n) == 0 && listen(fd, 4) == 0 &&
		    getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	r->loop = ev_default_loop(0);
	r->port = ntohs(a.sin_port);
	r->fd = -1;
	buf_init(&r->in, (size_t)1 << 20);
	ev_io_init(&r->accepting, on_peer, fd, EV_READ);
	ev_init(&r->reading, on_bytes);
	ev_timer_init(&r->delay, say, 0.0, 0.0);
	r->accepting.data = r->reading.data = r->delay.data = r;
	ev_io_start(r->loop, &r->accepting);
}

static void
receiver_stop(struct receiver *r)
{
	ev_io_stop(r->loop, &r->accepting);
	ev_io_stop(r->loop, &r->reading);
	ev_timer_stop(r->loop, &r->delay);
	close(r->accepting.fd);
	if (r->fd >= 0)
		close(r->fd);
	buf_free(&r->in);
}

static struct config *
configure_webhook(const struct receiver *r, const char *more)
{
	return configure(
	    str_z(arena, str_fmt(arena,
			     "[channel \"hook\"]\ntype = webhook\nurl = http://127.0.0.1:%d/\n"
			     "secret = 0123456789abcdef\n%s",
			     r->port, more)));
}

/* Which alert it tells of, 0 to 99. */
static int
which(const char *request)
{
	const char *at = strstr(request, "\"id\":\"alert");

	return at ? atoi(at + strlen("\"id\":\"alert")) : -1;
}

static int64_t
timestamp(const char *request)
{
	const char *at = strstr(request, "webhook-timestamp: ");

	return at ? atoll(at + strlen("webhook-timestamp: ")) : -1;
}

#define ALL_DONE "SELECT count(*) = 0 FROM delivery WHERE state = 0"
static const struct str hook[] = { STR_INIT("hook") };

static int
slow_once(struct receiver *r, int i, double *after_s)
{
	(void)r;
	*after_s = i == 1 ? 1.3 : 0;
	return 0;
}

/* In their order, each once, and each signed at the time it goes out. */
static void
test_order(void **state)
{
	struct store *store = scratch_open(STORE_WRITE);
	struct receiver r = { .answer = slow_once };
	struct config *config;

	(void)state;
	receiver_start(&r);
	config = configure_webhook(&r, "");
	owe(store, 6, hook, 1);
	assert_true(work(store, config, ALL_DONE));
	ROW_I64("each once", r.n, 6);
	for (int i = 0; i < r.n; i++) {
		int64_t late = (int64_t)r.at[i] - timestamp(r.seen[i]);

		ROW_I64("in their order", which(r.seen[i]), i);
		ROW("signed when sent", late == 0 || late == 1);
	}
	ROW("after the slow answer", r.n > 2 && timestamp(r.seen[2]) > timestamp(r.seen[1]));
	ROW_I64("at the first try", scratch_ask("SELECT max(attempts) FROM delivery"), 1);
	receiver_stop(&r);
	config_unref(config);
	store_close(store);
	ROWS_DONE();
}

static int
refuse_second(struct receiver *r, int i, double *after_s)
{
	(void)r;
	(void)after_s;
	return i == 1 ? 413 : i == 3 ? 401 : 0;
}

/* What is refused costs itself alone; once the channel is, nothing more goes out. */
static void
test_refused(void **state)
{
	struct store *store = scratch_open(STORE_WRITE);
	struct receiver r = { .answer = refuse_second };
	struct config *config;

	(void)state;
	receiver_start(&r);
	config = configure_webhook(&r, "");
	owe(store, 6, hook, 1);
	assert_true(work(
	    store, config, "SELECT count(*) = 1 FROM delivery WHERE code = 401 AND attempts = 1"));
	ROW_I64("all that was sent", r.n, 4);
	for (int i = 0; i < r.n; i++)
		ROW_I64("in their order", which(r.seen[i]), i);
	ROW_I64("done", scratch_ask("SELECT count(*) FROM delivery WHERE state = 1"), 2);
	ROW_I64("refused", scratch_ask("SELECT sum(refusals) FROM delivery"), 1);
	ROW_I64("not tried", scratch_ask("SELECT count(*) FROM delivery WHERE attempts = 0"), 2);
	receiver_stop(&r);
	config_unref(config);
	store_close(store);
	ROWS_DONE();
}

static int
reload_first(struct receiver *r, int i, double *after_s)
{
	(void)after_s;
	if (i == 0) {
		struct config *config = configure_webhook(r, "header = X-Which: new\n");

		courier_configure(courier_at_work, config);
		config_unref(config);
	}
	return 0;
}

/* What was rendered by the old configuration and not sent goes out by the new one. */
static void
test_reload(void **state)
{
	struct store *store = scratch_open(STORE_WRITE);
	struct receiver r = { .answer = reload_first };
	struct config *config;

	(void)state;
	receiver_start(&r);
	config = configure_webhook(&r, "header = X-Which: old\n");
	owe(store, 3, hook, 1);
	assert_true(work(store, config, ALL_DONE));
	ROW_I64("each once", r.n, 3);
	for (int i = 0; i < r.n; i++) {
		ROW_I64("in their order", which(r.seen[i]), i);
		ROW("by its configuration",
		    strstr(r.seen[i], i == 0 ? "X-Which: old" : "X-Which: new"));
	}
	receiver_stop(&r);
	config_unref(config);
	store_close(store);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_delivered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_isolation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_orphans, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reload, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
