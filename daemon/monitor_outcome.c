#include "monitor_inside.h"

#include "feed_pack.h"
#include "health.h"
#include "log.h"

#include <stdlib.h>

/* ---- the end of a poll ---- */

void
poll_drop(struct poll *poll)
{
	struct monitor *m = poll->monitor;

	wire_cancel(poll->fetch);
	local_free(poll->reading);
	program_cancel(poll->program);
	parser_cancel(poll->parse);
	poll->source->poll = NULL;
	config_unref(poll->config);
	config_unref(poll->judge);
	arena_free(poll->arena);
	free(poll);
	m->active--;
}

/* The first failure, the recovery and what is new are for the operator; the rest is detail. */
static void
tell(const struct poll *poll)
{
	const struct feed_state *before = &poll->before, *after = &poll->next;
	bool fails = after->failing_since_s != 0, failed = before->failing_since_s != 0;
	struct str why = fails ? after->error : STR("");
	enum log_level level = LOG_LEVEL_DEBUG;
	const char *event = "polled";

	if (fails) {
		level = failed ? LOG_LEVEL_INFO : LOG_LEVEL_WARN;
		event = "poll-failed";
	} else if (failed) {
		level = LOG_LEVEL_NOTICE;
		event = "poll-recovered";
	} else if (poll->found.n_new || poll->damage.n) {
		level = LOG_LEVEL_INFO;
	}
	if (!fails && poll->damage.n)
		why =
		    str_fmt(poll->arena, "the document is damaged (%.*s), what was whole is taken",
			STR_ARG(poll->damage));
	if (!log_wants(level))
		return;
	log_write(level, event,
	    LOG_FIELDS({ "feed", poll->feed->name },
		{ "status", after->status ? log_number(after->status) : STR("") },
		{ "new", log_number((int64_t)poll->found.n_new) },
		{ "owed", log_number((int64_t)poll->owed) }),
	    "%.*s%snext in %.*s: %.*s", STR_ARG(why), why.n ? "; " : "",
	    STR_ARG(poll_span(after->next_due_s - monitor_now_s(poll->monitor), poll->arena)),
	    STR_ARG(poll_why(poll->feed, after, poll->arena)));
}

static void
tell_health(const struct poll *poll)
{
	const struct poll_done *done = &poll->entry.done;

	for (size_t i = 0; i < done->n_health; i++)
		log_write(LOG_LEVEL_WARN, "feed-health",
		    LOG_FIELDS({ "feed", poll->feed->name }, { "kind", done->health[i].kind }),
		    "%.*s", STR_ARG(done->health[i].text));
}

/* From here on what was found counts. */
static void
advance(struct poll *poll)
{
	struct monitor *m = poll->monitor;
	struct source *source = poll->source;

	source_keep(source, &poll->next); /* poll->before is gone */
	monitor_plan(m, source, poll->next.next_due_s);
}

static void
settle(struct poll *poll, bool committed)
{
	struct source *source = poll->source;
	struct monitor *m = poll->monitor;
	bool owed = committed && poll->owed, list = committed && poll->entry.done.list.n;

	if (committed) {
		tell(poll);
		tell_health(poll);
		source->id = poll->entry.done.feed;
		m->figures.items += poll->found.n_new;
	} else {
		/* The validators stay, so the same items come again. */
		poll->found.result = POLL_NOT_STORED;
		poll->next = poll_next(poll->feed, &poll->before, &poll->answer, &poll->found,
		    monitor_now_s(m), monitor_chance());
	}
	advance(poll);
	poll_drop(poll);
	if (owed)
		m->options.owed(m->options.cookie);
	if (list)
		m->options.list_changed(m->options.cookie);
	monitor_set_clock(m);
}

void
poll_settled(void *cookie, bool committed, const struct err *why)
{
	struct poll *poll = cookie;

	if (!committed)
		stories_lost(poll->monitor->options.stories);
	poll->found.error = str_c(why->text);
	settle(poll, committed);
}

/* ---- hosts and networks ---- */

void
poll_judge_scope(struct poll *poll)
{
	const struct host_rule *rule;

	if (poll->answer.verdict != POLL_LIMITED)
		return;
	hosts_hash(poll->config, poll->feed->url, &rule);
	poll->answer.host_wide =
	    (poll->answer.status == 429 ? rule->on_429 : rule->on_503) == LIMIT_HOST;
}

static uint64_t
host_of(const struct poll *poll)
{
	const struct host_rule *rule;

	return hosts_hash(poll->config, poll->feed->url, &rule);
}

static void
forgive(const struct outage_host *host, struct feed_state *state)
{
	state->failures -= host->weight;
	if (host->first || state->failures < 0) {
		state->failures = 0;
		state->failing_since_s = 0;
	}
}

/* Failures that were the network's are nobody's. */
static void
take_back(struct monitor *m)
{
	for (size_t i = 0; i < m->outage.n; i++) {
		struct outage_host *host = &m->outage.hosts[i];
		struct source *source = host->whose;
		struct poll *poll;
		struct feed_state state;

		host->whose = NULL;
		if (!host->failed || !source || !source->feed)
			continue;
		poll = source->poll;
		if (poll && !poll->settling) { /* asked again already */
			forgive(host, &poll->before);
			continue;
		}
		feed_unpack(source->packed, &state);
		if (poll)
			state = poll->next; /* is not written yet */
		forgive(host, &state);
		state = poll_offline(source->feed, &state, monitor_now_s(m), monitor_chance());
		if (poll) {
			poll->next = state;
			poll->entry.done.n_health = 0;
			continue;
		}
		source_keep(source, &state);
		monitor_plan(m, source, state.next_due_s);
		monitor_write_later(m, source);
	}
}

static void
tell_outage(struct monitor *m, enum outage_news news, int64_t since_s)
{
	struct arena *arena = arena_new();

	if (news == OUTAGE_BEGINS)
		log_write(LOG_LEVEL_WARN, "network-down", NULL, 0,
		    "no host answers any more: our own network seems to be down; no failure is "
		    "counted, and the feeds are asked again by and by");
	else
		log_write(LOG_LEVEL_NOTICE, "network-up",
		    LOG_FIELDS({ "missed", log_number((int64_t)m->outage.missed) }),
		    "hosts answer again after %.*s",
		    STR_ARG(poll_span(monitor_now_s(m) - since_s, arena)));
	arena_free(arena);
}

/* True when the poll failed with the network, and its feed is not to blame. */
static bool
judge_network(struct poll *poll)
{
	struct monitor *m = poll->monitor;
	int64_t since_s = m->outage.since_s, now_s = monitor_now_s(m);
	enum outage_news news;
	uint64_t host;

	if (feed_scheme(poll->feed->url) != FEED_HTTP)
		return false;
	host = host_of(poll);
	if (poll->answer.network) {
		news = outage_failed(&m->outage,
		    &(struct outage_host){ .host = host,
			.whose = poll->source,
			.weight = poll->answer.weight,
			.first = poll->before.failing_since_s == 0 },
		    now_s);
		if (news == OUTAGE_BEGINS) {
			outage_forget(&m->outage, poll->source);
			take_back(m);
			m->figures.outages++;
			tell_outage(m, news, now_s);
		}
		return m->outage.since_s != 0;
	}
	if (poll->answer.status == 0)
		return false; /* says nothing of the network */
	news = outage_answered(&m->outage, host, now_s);
	if (news == OUTAGE_ENDS)
		tell_outage(m, news, since_s);
	return false;
}

/* 429 is the host's word: none of its feeds is asked before. */
static void
slow_host(struct poll *poll)
{
	struct host *host;

	if (!poll->answer.host_wide)
		return;
	host = poll->source->host;
	if (!host)
		return; /* it is the only one there */
	if (poll->next.next_due_s > host->limited_until_s)
		host->limited_until_s = poll->next.next_due_s;
}

/* ---- the outcome ---- */

static bool
same_text(const struct feed_state *a, const struct feed_state *b)
{
	return str_eq(a->etag, b->etag) && str_eq(a->last_modified, b->last_modified) &&
	       str_eq(a->moved_url, b->moved_url) && str_eq(a->error, b->error);
}

/* Nothing but the times of asking has changed. */
static bool
is_quiet(const struct poll *poll)
{
	const struct feed_state *before = &poll->before, *after = &poll->next;

	return poll->answer.verdict == POLL_UNCHANGED && poll->source->id > 0 &&
	       poll->entry.done.n_health == 0 && before->failing_since_s == 0 &&
	       before->gone_since_s == 0 && before->first_s == after->first_s &&
	       before->polls_no_items == after->polls_no_items &&
	       before->body_hash == after->body_hash && before->asked_hash == after->asked_hash &&
	       before->partial_hash == after->partial_hash && same_text(before, after);
}

/* What there is to tell the operator; written with the poll. */
static void
note_health(struct poll *poll)
{
	struct poll_done *done = &poll->entry.done;
	struct health_told told[HEALTH_TOLD_MAX];

	done->n_health = health_tell(poll->feed, &poll->before, &poll->next,
	    monitor_now_s(poll->monitor), poll->arena, told);
	if (done->n_health == 0)
		return;
	done->health = ARENA_ARRAY(poll->arena, struct health_new, done->n_health);
	for (size_t i = 0; i < done->n_health; i++)
		done->health[i] =
		    (struct health_new){ str_c(health_kind_name(told[i].kind)), told[i].text };
}

/* Not worth an entry in the history. */
static void
count_quiet(struct poll *poll)
{
	struct feed_state *next = &poll->next;

	if (next->quiet_n == 0)
		next->quiet_since_s = next->last_try_s;
	next->quiet_n += next->quiet_n < INT32_MAX;
}

static void
note_history(struct poll *poll)
{
	struct history_poll *h = &poll->history;

	h->at_s = poll->next.last_try_s;
	h->outcome = history_outcome(&poll->answer, &poll->found);
	h->next_why = poll->next.next_why;
	h->status = poll->answer.status;
	h->n_new = (int64_t)poll->found.n_new;
	h->quiet_n = poll->before.quiet_n;
	h->quiet_since_s = poll->before.quiet_since_s;
	poll->next.quiet_n = 0;
	poll->next.quiet_since_s = 0;
	poll->entry.done.history = h;
}

static void
count(struct poll *poll)
{
	struct monitor_figures *f = &poll->monitor->figures;

	switch (poll->answer.verdict) {
	case POLL_FRESH:
		f->fresh++;
		break;
	case POLL_UNCHANGED:
		f->unchanged++;
		break;
	case POLL_GONE:
	case POLL_LIMITED:
	case POLL_FAILED:
		f->failed++;
		break;
	}
}

/* Our network is down: the feed is asked again, and that is all. */
static void
postpone(struct poll *poll)
{
	struct monitor *m = poll->monitor;

	poll->next = poll_offline(poll->feed, &poll->before, monitor_now_s(m), monitor_chance());
	advance(poll);
	if (poll->source->id)
		monitor_write_later(m, poll->source);
	poll_drop(poll);
	monitor_set_clock(m);
}

/* The poll's outcome is known: compute what the feed is from now on, and have it written. */
void
poll_conclude(struct poll *poll)
{
	struct source *source = poll->source;
	struct monitor *m = poll->monitor;

	count(poll);
	if (judge_network(poll)) {
		postpone(poll);
		return;
	}
	poll->next = poll_next(poll->feed, &poll->before, &poll->answer,
	    poll->answer.verdict == POLL_FRESH ? &poll->found : NULL, monitor_now_s(m),
	    monitor_chance());
	note_health(poll);
	slow_host(poll);
	if (is_quiet(poll)) {
		count_quiet(poll);
		tell(poll);
		advance(poll);
		monitor_write_later(m, source);
		poll_drop(poll);
		monitor_set_clock(m);
		return;
	}
	note_history(poll);
	poll->entry.done.feed = source->id;
	poll->entry.done.url = poll->feed->url;
	poll->entry.done.name = poll->feed->name;
	poll->entry.done.state = &poll->next;
	poll->entry.settled = poll_settled;
	poll->entry.cookie = poll;
	poll->settling = true;
	ledger_add_poll(m->options.ledger, &poll->entry);
}
