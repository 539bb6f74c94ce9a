/*
 * When each feed is asked: the clock, and states that are written some time.
 */
#include "monitor_inside.h"

#include "feed_pack.h"
#include "log.h"
#include "mem.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define RETRY_S 5.0                /* looks again so often whether the database can be written */
#define LOOK_S 60.0                /* sleeps no longer: the wall clock may be set meanwhile */
#define STARTS_A_TURN 32           /* polls begun in one turn of the loop */
#define FAR_S ((int64_t)8 * 86400) /* nobody plans further ahead: the clock was wrong then */
#define WRITES_A_TURN 500          /* quiet states written in one transaction */

const int monitor_lag_bounds_ms[MONITOR_LAG_BUCKETS - 1] = { 100, 500, 1000, 2000, 5000, 30000,
	300000 };

static int64_t
now_ms_of(const struct monitor *m)
{
	return (int64_t)(ev_now(m->options.loop) * 1000);
}

int64_t
monitor_now_s(const struct monitor *m)
{
	return (int64_t)ev_now(m->options.loop);
}

uint32_t
monitor_chance(void)
{
	static uint32_t pool[64]; /* one loop, one thread */
	static size_t left;

	if (left == 0) {
		left = ARRAY_LEN(pool);
		if (getrandom(pool, sizeof(pool), 0) != (ssize_t)sizeof(pool))
			pool[--left] = (uint32_t)time(NULL);
	}
	return pool[--left];
}

/* ---- time ---- */

/* The wall clock was set: what is planned moves with it. */
static void
heed_jump(struct monitor *m)
{
	int64_t wall = now_ms_of(m), steady, jump;
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	steady = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	jump = (wall - m->wall_ms) - (steady - m->steady_ms);
	if (m->wall_ms != 0 && (jump > MONITOR_JUMP_MS || jump < -MONITOR_JUMP_MS)) {
		log_write(LOG_LEVEL_NOTICE, "clock-set", NULL, 0,
		    "the clock was set by %lld s; nothing is asked earlier or later for it",
		    (long long)jump / 1000);
		for (size_t i = 0; i < m->schedule.n; i++) /* all alike: the heap stays one */
			m->schedule.v[i]->due_ms += jump;
		hosts_shift(&m->hosts, jump);
	}
	m->wall_ms = wall;
	m->steady_ms = steady;
}

static bool
is_busy(const struct monitor *m)
{
	return m->active >= (size_t)m->config->fetch.concurrency ||
	       (m->options.at_once && m->active >= m->options.at_once);
}

void
monitor_set_clock(struct monitor *m)
{
	const struct schedule_slot *first = schedule_first(&m->schedule);
	double wait;

	ev_timer_stop(m->options.loop, &m->clock);
	if (!first || m->stopped || is_busy(m))
		return;
	wait = (double)(first->due_ms - now_ms_of(m)) / 1000.0;
	if (ledger_is_failing(m->options.ledger) && wait < RETRY_S)
		wait = RETRY_S;
	ev_timer_set(&m->clock, wait < 0 ? 0 : wait > LOOK_S ? LOOK_S : wait, 0.0);
	ev_timer_start(m->options.loop, &m->clock);
}

void
monitor_plan(struct monitor *m, struct source *source, int64_t due_s)
{
	if (!source->feed)
		return;
	if (due_s > monitor_now_s(m) + FAR_S)
		due_s = monitor_now_s(m) + monitor_chance() % 3600;
	source->paced = false;
	schedule_set(&m->schedule, &source->slot, due_s * 1000 + monitor_chance() % 1000);
}

static void
count_lag(struct monitor *m, int64_t late_ms)
{
	size_t i = 0;

	while (i < MONITOR_LAG_BUCKETS - 1 && late_ms > monitor_lag_bounds_ms[i])
		i++;
	m->figures.lag[i]++;
}

/* Ask, or have it wait for its host. */
static void
start(struct monitor *m, struct source *source)
{
	int64_t now_ms = now_ms_of(m), later_ms = 0;
	struct host *host = source->host;

	if (host && (!source->paced || host->limited_until_s * 1000 > now_ms))
		later_ms = hosts_enter(host, source->feed, now_ms, monitor_chance());
	if (later_ms > now_ms) {
		source->paced = host->limited_until_s * 1000 <= now_ms;
		schedule_set(&m->schedule, &source->slot, later_ms);
		return;
	}
	count_lag(m, now_ms - source->slot.due_ms);
	source->paced = false;
	poll_start(m, source);
}

static void
on_clock(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct monitor *m = timer->data;
	struct schedule_slot *first;
	int starts = 0;

	(void)loop;
	(void)events;
	heed_jump(m);
	while (starts++ < STARTS_A_TURN && !m->stopped && !is_busy(m) &&
	       !ledger_is_failing(m->options.ledger) && (first = schedule_first(&m->schedule)) &&
	       first->due_ms <= now_ms_of(m))
		start(m, (struct source *)first);
	monitor_set_clock(m);
}

/* ---- states that are written some time ---- */

static void
write_dirty(struct monitor *m)
{
	struct arena *arena = arena_new();
	size_t n = m->n_dirty < WRITES_A_TURN ? m->n_dirty : WRITES_A_TURN, from = m->n_dirty - n;
	struct stored_feed *states = ARENA_ARRAY(arena, struct stored_feed, n);
	struct err e;

	for (size_t i = 0; i < n; i++) {
		states[i].id = m->dirty[from + i]->id;
		feed_unpack(m->dirty[from + i]->packed, &states[i].state);
	}
	/* when it fails the ledger's next commit does, too, and says so */
	if (store_touch_feeds(m->options.store, states, n, &e)) {
		for (size_t i = 0; i < n; i++)
			m->dirty[from + i]->dirty = false;
		m->n_dirty = from;
	}
	arena_free(arena);
}

static void
on_flush(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct monitor *m = timer->data;

	(void)loop;
	(void)events;
	if (!ledger_is_failing(m->options.ledger))
		write_dirty(m);
	if (m->n_dirty == 0)
		return;
	/* the rest in the next turns, so that nobody waits for it */
	ev_timer_set(&m->flush, ledger_is_failing(m->options.ledger) ? RETRY_S : 0.05, 0.0);
	ev_timer_start(m->options.loop, &m->flush);
}

void
monitor_write_later(struct monitor *m, struct source *source)
{
	if (source->dirty || source->id == 0)
		return;
	source->dirty = true;
	if (m->n_dirty == m->cap_dirty) {
		m->cap_dirty = m->cap_dirty ? m->cap_dirty * 2 : 64;
		m->dirty = xreallocarray(m->dirty, m->cap_dirty, sizeof(struct source *));
	}
	m->dirty[m->n_dirty++] = source;
	if (!ev_is_active(&m->flush)) {
		ev_timer_set(&m->flush, MONITOR_LAZY_S, 0.0);
		ev_timer_start(m->options.loop, &m->flush);
	}
}

size_t
monitor_poll(struct monitor *m, struct str feed)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];

		if (!source->feed || source->poll || (feed.n && !str_eq(source->feed->name, feed)))
			continue;
		schedule_set(&m->schedule, &source->slot, now_ms_of(m));
		n++;
	}
	monitor_set_clock(m);
	return n;
}

void
monitor_stop(struct monitor *m)
{
	m->stopped = true;
	ev_timer_stop(m->options.loop, &m->clock);
	ev_timer_stop(m->options.loop, &m->flush);
	for (size_t i = 0; i < m->n_sources; i++)
		if (m->sources[i]->poll && !m->sources[i]->poll->settling)
			poll_drop(m->sources[i]->poll);
	for (size_t before = SIZE_MAX; m->n_dirty && m->n_dirty < before;) {
		before = m->n_dirty;
		write_dirty(m);
	}
}

const struct monitor_figures *
monitor_figures(const struct monitor *m)
{
	return &m->figures;
}

size_t
monitor_active(const struct monitor *m)
{
	return m->active;
}

struct monitor *
monitor_new(const struct monitor_options *options, struct err *e)
{
	struct monitor *m = xcalloc(1, sizeof(*m));

	m->options = *options;
	ev_init(&m->clock, on_clock);
	ev_init(&m->flush, on_flush);
	m->clock.data = m->flush.data = m;
	if (!sources_load(m, e)) {
		monitor_free(m);
		return NULL;
	}
	return m;
}

void
monitor_free(struct monitor *m)
{
	if (!m)
		return;
	ev_timer_stop(m->options.loop, &m->clock);
	ev_timer_stop(m->options.loop, &m->flush);
	sources_free(m);
	free(m->dirty);
	schedule_free(&m->schedule);
	hosts_free(&m->hosts);
	matcher_free(m->matcher);
	config_unref(m->config);
	free(m);
}
