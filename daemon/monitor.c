#include "monitor.h"

#include "health.h"
#include "intake.h"
#include "log.h"
#include "mem.h"
#include "poll.h"
#include "schedule.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define MONITOR_RETRY_S 5.0 /* looks again so often whether the database can be written */

/* A feed while the daemon runs. */
struct source {
	struct schedule_slot slot; /* first: a slot is its source */
	struct monitor *monitor;
	const struct feed *feed; /* of the configuration in force; NULL: no longer configured */
	struct str url;          /* own copy: the identity */
	int64_t id;              /* of its row, 0 = none yet */
	struct feed_state state; /* its texts are in `texts` */
	char *texts;
	struct poll *poll; /* under way, or NULL */
};

/* One poll under way. */
struct poll {
	struct source *source;
	struct config *config; /* the one it was begun by */
	const struct feed *feed;
	struct arena *arena;
	struct http_request request;
	struct wire_job *fetch;
	struct parse_job *parse;
	struct feed_source document;
	struct poll_answer answer;
	struct poll_found found; /* of a FRESH answer */
	struct feed_state next;  /* what the commit makes of source->state */
	struct ledger_poll entry;
	size_t owed;
	bool settling; /* in the ledger: cannot be dropped any more */
};

struct monitor {
	struct monitor_options options;
	struct config *config;
	struct matcher *matcher;
	struct source **sources; /* sorted by URL */
	size_t n_sources;
	struct schedule schedule;
	ev_timer clock;
	size_t active;
	bool stopped;
};

static int64_t
now_s(const struct monitor *m)
{
	return (int64_t)ev_now(m->options.loop);
}

static uint32_t
chance(void)
{
	uint32_t v = 0;

	if (getrandom(&v, sizeof(v), 0) != (ssize_t)sizeof(v))
		v = 0x9e3779b9;
	return v;
}

/* ---- sources ---- */

/* Keep a state: its texts are copied into one block. */
static void
set_state(struct source *source, const struct feed_state *state)
{
	struct feed_state kept = *state;
	struct str *texts[] = { &kept.etag, &kept.last_modified, &kept.error, &kept.moved_url };
	size_t n = 0;
	char *block, *p;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		n += texts[i]->n;
	block = p = xmalloc(n);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (texts[i]->n)
			memcpy(p, texts[i]->p, texts[i]->n);
		texts[i]->p = p;
		p += texts[i]->n;
	}
	free(source->texts);
	source->texts = block;
	source->state = kept;
}

static struct source *
source_new(struct monitor *m, struct str url)
{
	struct source *source = xcalloc(1, sizeof(*source) + url.n);

	source->monitor = m;
	source->slot.at = SCHEDULE_OUT;
	memcpy(source + 1, url.p, url.n);
	source->url = str_n((const char *)(source + 1), url.n);
	return source;
}

static void
source_free(struct source *source)
{
	schedule_remove(&source->monitor->schedule, &source->slot);
	free(source->texts);
	free(source);
}

static void
set_clock(struct monitor *m)
{
	const struct schedule_slot *first = schedule_first(&m->schedule);
	double wait;

	ev_timer_stop(m->options.loop, &m->clock);
	if (!first || m->stopped)
		return;
	wait = (double)first->due_s - ev_now(m->options.loop);
	ev_timer_set(&m->clock, wait > 0 ? wait : 0, 0.0);
	ev_timer_start(m->options.loop, &m->clock);
}

/* When it is next asked: its own time, or the store's retry. */
static void
plan(struct source *source)
{
	struct monitor *m = source->monitor;

	if (!source->feed)
		return;
	schedule_set(&m->schedule, &source->slot, source->state.next_due_s);
}

/* ---- the end of a poll ---- */

static void
poll_free(struct poll *poll)
{
	struct source *source = poll->source;
	struct monitor *m = source->monitor;

	wire_cancel(poll->fetch);
	parser_cancel(poll->parse);
	source->poll = NULL;
	config_unref(poll->config);
	arena_free(poll->arena);
	free(poll);
	m->active--;
}

/* The first failure, the recovery and what is new are for the operator; the rest is detail. */
static void
tell(const struct poll *poll)
{
	const struct feed_state *before = &poll->source->state, *after = &poll->next;
	bool fails = after->failing_since_s != 0, failed = before->failing_since_s != 0;
	enum log_level level = LOG_LEVEL_DEBUG;
	const char *event = "polled";

	if (fails) {
		level = failed ? LOG_LEVEL_INFO : LOG_LEVEL_WARN;
		event = "poll-failed";
	} else if (failed) {
		level = LOG_LEVEL_NOTICE;
		event = "poll-recovered";
	} else if (poll->found.n_new) {
		level = LOG_LEVEL_INFO;
	}
	log_write(level, event,
	    LOG_FIELDS({ "feed", poll->feed->name },
		{ "status", after->status ? log_number(after->status) : STR("") },
		{ "new", log_number((int64_t)poll->found.n_new) },
		{ "owed", log_number((int64_t)poll->owed) }),
	    "%.*s%snext in %.*s: %.*s", STR_ARG(fails ? after->error : STR("")), fails ? "; " : "",
	    STR_ARG(poll_span(after->next_due_s - now_s(poll->source->monitor), poll->arena)),
	    STR_ARG(poll_why(poll->feed, after, poll->arena)));
}

/* What the poll found counts only from here on. */
static void
settle(struct poll *poll, bool committed)
{
	struct source *source = poll->source;
	struct monitor *m = source->monitor;
	bool owed = committed && poll->owed;

	if (committed) {
		tell(poll);
		source->id = poll->entry.done.feed;
	} else {
		/* The validators stay, so the same items come again. */
		poll->found.result = POLL_NOT_STORED;
		poll->next = poll_next(
		    poll->feed, &source->state, &poll->answer, &poll->found, now_s(m), chance());
	}
	set_state(source, &poll->next);
	plan(source);
	poll_free(poll);
	if (owed)
		m->options.owed(m->options.cookie);
	set_clock(m);
}

static void
on_settled(void *cookie, bool committed, const struct err *why)
{
	struct poll *poll = cookie;

	poll->found.error = str_c(why->text);
	settle(poll, committed);
}

/* 429 is the host's word: none of its feeds is asked before. */
static void
slow_host(struct monitor *m, const struct poll *poll)
{
	int64_t until_s = now_s(m) + poll->answer.wait_s;
	struct str host = url_host(poll->source->url);

	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];

		if (!source->feed || source->poll || source->state.next_due_s >= until_s ||
		    !str_eq_ci(url_host(source->url), host))
			continue;
		source->state.next_due_s = until_s + chance() % 60;
		source->state.next_why = POLL_REASON_HOST;
		plan(source);
	}
}

/* What there is to tell the operator; written with the poll. */
static void
note_health(struct poll *poll)
{
	struct poll_done *done = &poll->entry.done;
	struct health_told told[HEALTH_TOLD_MAX];

	done->n_health = health_tell(poll->feed, &poll->source->state, &poll->next,
	    now_s(poll->source->monitor), poll->arena, told);
	done->health = ARENA_ARRAY(poll->arena, struct health_new, done->n_health);
	for (size_t i = 0; i < done->n_health; i++)
		done->health[i] =
		    (struct health_new){ str_c(health_kind_name(told[i].kind)), told[i].text };
}

/* The poll's outcome is known: compute what the feed is from now on, and have it written. */
static void
conclude(struct poll *poll)
{
	struct source *source = poll->source;
	struct monitor *m = source->monitor;

	poll->next = poll_next(poll->feed, &source->state, &poll->answer,
	    poll->answer.verdict == POLL_FRESH ? &poll->found : NULL, now_s(m), chance());
	note_health(poll);
	poll->entry.done.feed = source->id;
	poll->entry.done.url = source->url;
	poll->entry.done.name = poll->feed->name;
	poll->entry.done.state = &poll->next;
	poll->entry.settled = on_settled;
	poll->entry.cookie = poll;
	poll->settling = true;
	if (poll->answer.host_wide)
		slow_host(m, poll);
	ledger_add_poll(m->options.ledger, &poll->entry);
}

/* ---- the steps of a poll ---- */

static void
fill_found(struct poll *poll, const struct feed_doc *doc)
{
	const struct poll_done *done = &poll->entry.done;
	int64_t *dates = ARENA_ARRAY(poll->arena, int64_t, done->n_items);
	size_t n_new = 0;

	for (size_t i = 0; i < done->n_items; i++) {
		const struct item *item = done->items[i].item;

		if (done->items[i].revision == 0) /* an edit is no arrival */
			dates[n_new++] = item->published_s != DATE_NONE ? item->published_s
									: item->updated_s;
	}
	poll->found = (struct poll_found){
		.result = doc->partial ? POLL_PARTIAL : POLL_STORED,
		.n_items = doc->n_items,
		.n_new = n_new,
		.gap = done->gap,
		.churn = done->churn,
		.new_dates = dates,
		.hints = doc->hints,
	};
}

static void
on_parsed(void *cookie, const struct feed_doc *doc, const struct err *why)
{
	struct poll *poll = cookie;
	struct source *source = poll->source;
	struct monitor *m = source->monitor;
	struct intake intake = {
		.config = m->config,
		.matcher = m->matcher,
		.store = m->options.store,
		.feed = source->feed ? source->feed : poll->feed,
		.feed_id = source->id,
		.first = source->state.first_s == 0,
		.delta = poll->answer.delta,
		.now_s = now_s(m),
	};
	struct err e;

	poll->parse = NULL;
	if (!doc) {
		poll->found.result = why->kind == ERR_SYSTEM ? POLL_NOT_STORED : POLL_NO_FEED;
		poll->found.error = str_dup(poll->arena, str_c(why->text));
	} else if (intake_document(&intake, doc, poll->arena, &poll->entry.done, &poll->owed, &e)) {
		fill_found(poll, doc);
	} else {
		on_settled(poll, false, &e);
		return;
	}
	conclude(poll);
}

static void
on_fetched(void *cookie, const struct http_response *response)
{
	struct poll *poll = cookie;
	struct source *source = poll->source;
	struct poll_answer *answer = &poll->answer;

	poll->fetch = NULL;
	poll_judge(poll->feed, &source->state, &poll->request, response, now_s(source->monitor),
	    poll->arena, answer);
	/* The response is gone when this returns. */
	answer->why = str_dup(poll->arena, answer->why);
	answer->etag = str_dup(poll->arena, answer->etag);
	answer->last_modified = str_dup(poll->arena, answer->last_modified);
	answer->moved_url = str_dup(poll->arena, answer->moved_url);
	if (answer->verdict != POLL_FRESH) {
		conclude(poll);
		return;
	}
	poll->document = (struct feed_source){
		.body = str_dup(poll->arena, response->body),
		.content_type = str_dup(poll->arena,
		    http_header_find(response->headers, response->n_headers, STR("content-type"))),
		.base_url = str_dup(poll->arena, response->final_url),
	};
	poll->parse = parser_parse(
	    source->monitor->options.parser, &poll->document, poll->arena, on_parsed, poll);
}

static void
start(struct source *source)
{
	struct monitor *m = source->monitor;
	struct poll *poll = xcalloc(1, sizeof(*poll));

	schedule_remove(&m->schedule, &source->slot);
	poll->source = source;
	poll->config = config_ref(m->config);
	poll->feed = source->feed;
	poll->arena = arena_new();
	source->poll = poll;
	m->active++;
	poll_request(poll->feed, &source->state, now_s(m), poll->arena, &poll->request);
	poll->fetch = wire_fetch(m->options.wire, &poll->request, on_fetched, poll);
}

static void
start_due(struct monitor *m)
{
	struct schedule_slot *first;

	while (!m->stopped && m->active < (size_t)m->config->fetch.concurrency &&
	       !ledger_is_failing(m->options.ledger) && (first = schedule_first(&m->schedule)) &&
	       first->due_s <= now_s(m))
		start((struct source *)first);
	if (ledger_is_failing(m->options.ledger)) {
		/* the ledger tries again by itself; look when it may have succeeded */
		ev_timer_stop(m->options.loop, &m->clock);
		ev_timer_set(&m->clock, MONITOR_RETRY_S, 0.0);
		ev_timer_start(m->options.loop, &m->clock);
	} else if (m->active < (size_t)m->config->fetch.concurrency) {
		set_clock(m);
	}
}

static void
on_clock(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	start_due(timer->data);
}

/* ---- configuration ---- */

static int
by_url(const void *a, const void *b)
{
	return str_cmp(
	    (*(const struct source *const *)a)->url, (*(const struct source *const *)b)->url);
}

static struct source *
find_source(const struct monitor *m, struct str url)
{
	size_t from = 0, to = m->n_sources;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int d = str_cmp(m->sources[middle]->url, url);

		if (d == 0)
			return m->sources[middle];
		if (d < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* A feed that was never asked; many of them are spread, so that a start asks nobody all at once. */
static bool
is_unasked(const struct source *source)
{
	return source->feed && !source->poll && source->state.next_due_s == 0;
}

static void
plan_all(struct monitor *m)
{
	size_t unasked = 0;

	for (size_t i = 0; i < m->n_sources; i++)
		unasked += is_unasked(m->sources[i]);
	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];

		if (is_unasked(source))
			source->state.next_due_s = poll_first_due(now_s(m), unasked, chance());
		if (!source->poll)
			plan(source);
	}
}

void
monitor_configure(struct monitor *m, struct config *config)
{
	struct source **all = xcalloc(m->n_sources + config->n_feeds, sizeof(struct source *));
	struct config *before = m->config;
	size_t n = 0;

	m->config = config_ref(config);
	matcher_free(m->matcher);
	m->matcher = matcher_new(config->watchset);
	for (size_t i = 0; i < m->n_sources; i++)
		m->sources[i]->feed = NULL;
	for (size_t i = 0; i < config->n_feeds; i++) {
		struct source *source = find_source(m, config->feeds[i].url);

		if (!source)
			source = all[n++] = source_new(m, config->feeds[i].url);
		source->feed = &config->feeds[i];
	}
	/*
	 * What is remembered of a feed that is no longer configured stays, here as in the database:
	 * it may come back.
	 */
	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];

		if (!source->feed)
			schedule_remove(&m->schedule, &source->slot);
		if (source->feed || source->id || source->poll)
			all[n++] = source;
		else
			source_free(source);
	}
	free(m->sources);
	m->sources = all;
	m->n_sources = n;
	if (n)
		qsort(m->sources, n, sizeof(*m->sources), by_url);
	plan_all(m);
	config_unref(before);
	set_clock(m);
}

size_t
monitor_poll(struct monitor *m, struct str feed)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];

		if (!source->feed || source->poll || (feed.n && !str_eq(source->feed->name, feed)))
			continue;
		schedule_set(&m->schedule, &source->slot, now_s(m));
		n++;
	}
	set_clock(m);
	return n;
}

void
monitor_stop(struct monitor *m)
{
	m->stopped = true;
	ev_timer_stop(m->options.loop, &m->clock);
	for (size_t i = 0; i < m->n_sources; i++)
		if (m->sources[i]->poll && !m->sources[i]->poll->settling)
			poll_free(m->sources[i]->poll);
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
	struct arena *arena = arena_new();
	struct stored_feed *stored;
	size_t n;

	m->options = *options;
	ev_init(&m->clock, on_clock);
	m->clock.data = m;
	if (!store_feeds(options->store, arena, &stored, &n, e)) {
		arena_free(arena);
		monitor_free(m);
		return NULL;
	}
	m->sources = xcalloc(n, sizeof(struct source *));
	for (size_t i = 0; i < n; i++) {
		struct source *source = source_new(m, stored[i].url);

		source->id = stored[i].id;
		set_state(source, &stored[i].state);
		m->sources[m->n_sources++] = source;
	}
	if (n)
		qsort(m->sources, n, sizeof(*m->sources), by_url);
	arena_free(arena);
	return m;
}

void
monitor_free(struct monitor *m)
{
	if (!m)
		return;
	ev_timer_stop(m->options.loop, &m->clock);
	for (size_t i = 0; i < m->n_sources; i++) {
		if (m->sources[i]->poll)
			poll_free(m->sources[i]->poll);
		source_free(m->sources[i]);
	}
	free(m->sources);
	schedule_free(&m->schedule);
	matcher_free(m->matcher);
	config_unref(m->config);
	free(m);
}
