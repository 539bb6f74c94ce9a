#include "monitor_inside.h"

#include "feed_pack.h"
#include "feed_list.h"
#include "health.h"
#include "intake.h"
#include "log.h"
#include "mem.h"
#include "store_lists.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>

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

static void
on_settled(void *cookie, bool committed, const struct err *why)
{
	struct poll *poll = cookie;

	if (!committed)
		stories_lost(poll->monitor->options.stories);
	poll->found.error = str_c(why->text);
	settle(poll, committed);
}

/* ---- hosts and networks ---- */

/* What a 429 or 503 is about is the operator's word, host by host. */
static void
judge_scope(struct poll *poll)
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
static void
conclude(struct poll *poll)
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
	poll->entry.settled = on_settled;
	poll->entry.cookie = poll;
	poll->settling = true;
	ledger_add_poll(m->options.ledger, &poll->entry);
}

/* ---- the document ---- */

static void
fill_found(struct poll *poll, const struct feed_doc *doc)
{
	const struct poll_done *done = &poll->entry.done;
	int64_t *dates = ARENA_ARRAY(poll->arena, int64_t, done->n_items);
	size_t n_new = 0;

	for (size_t i = 0; i < done->n_items; i++) {
		const struct item *item = done->items[i].item;

		if (done->items[i].revision == 0) /* an edit is no arrival */
			dates[n_new++] =
			    item->published_s != DATE_NONE ? item->published_s : item->updated_s;
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
	if (doc->partial)
		poll->damage = doc->n_warnings ? doc->warnings[0].text : STR("not whole");
}

static void
take_document(struct poll *poll)
{
	struct monitor *m = poll->monitor;
	struct intake intake = {
		.config = m->config,
		.matcher = m->matcher,
		.store = m->options.store,
		.stories = m->options.stories,
		.feed = poll->source->feed ? poll->source->feed : poll->feed,
		.feed_id = poll->source->id,
		.first = poll->before.first_s == 0,
		.delta = poll->answer.delta,
		.now_s = monitor_now_s(m),
	};
	struct err e;

	poll->judge = config_ref(m->config);
	if (!intake_document(&intake, poll->doc, poll->arena, &poll->entry.done, &poll->owed, &e)) {
		ledger_distrust(m->options.ledger, &e);
		on_settled(poll, false, &e);
		return;
	}
	fill_found(poll, poll->doc);
	conclude(poll);
}

static void parse_next(struct poll *poll);

/* The items of one more file. */
static void
add_document(struct poll *poll, const struct feed_doc *doc)
{
	struct feed_doc *all = poll->doc;
	struct item *items;

	if (!all) {
		poll->doc = ARENA_NEW(poll->arena, struct feed_doc);
		*poll->doc = *doc;
		return;
	}
	items = ARENA_ARRAY(poll->arena, struct item, all->n_items + doc->n_items);
	for (size_t i = 0; i < all->n_items + doc->n_items; i++)
		items[i] = i < all->n_items ? all->items[i] : doc->items[i - all->n_items];
	all->items = items;
	all->n_items += doc->n_items;
	all->partial = all->partial || doc->partial;
}

static void
fail_document(struct poll *poll, enum poll_result result, struct str why)
{
	struct str of = poll->local.n > 1 ? str_fmt(poll->arena,
						"%.*s: ", STR_ARG(poll->local.files[poll->at].path))
					  : STR("");

	poll->found.result = result;
	poll->found.error = str_fmt(poll->arena, "%.*s%.*s", STR_ARG(of), STR_ARG(why));
	conclude(poll);
}

/* A list of feeds: kept as lines, which the next configuration is read from. */
static void
take_list(struct poll *poll)
{
	const struct feed_doc *doc = poll->doc;
	struct feed_listed *listed = ARENA_ARRAY(poll->arena, struct feed_listed, doc->n_items);
	struct str lines, before;
	struct err e;

	if (doc->partial) { /* what is missing would be taken for dropped */
		fail_document(poll, POLL_NO_FEED, STR("a list of feeds that is cut short"));
		return;
	}
	for (size_t i = 0; i < doc->n_items; i++)
		listed[i] = (struct feed_listed){ .url = doc->items[i].link,
			.name = doc->items[i].title,
			.tags = { doc->items[i].categories, doc->items[i].n_categories } };
	lines = feed_list_write(listed, doc->n_items, poll->arena);
	if (!store_list(poll->monitor->options.store, poll->feed->url, poll->arena, &before, &e)) {
		on_settled(poll, false, &e);
		return;
	}
	if (!str_eq(lines, before))
		poll->entry.done.list = lines;
	poll->found = (struct poll_found){
		.result = POLL_STORED, .n_items = doc->n_items, .hints = doc->hints
	};
	conclude(poll);
}

static void
on_parsed(void *cookie, const struct feed_doc *doc, const struct err *why)
{
	struct poll *poll = cookie;

	poll->parse = NULL;
	poll->monitor->figures.parsed++;
	if (!doc) {
		fail_document(
		    poll, why->kind == ERR_SYSTEM ? POLL_KILLED : POLL_NO_FEED, str_c(why->text));
		return;
	}
	add_document(poll, doc);
	if (++poll->at < poll->local.n)
		parse_next(poll);
	else if (poll->feed->rules->is_list)
		take_list(poll);
	else
		take_document(poll);
}

static void
parse(struct poll *poll, struct str body)
{
	poll->document = (struct feed_source){ .body = body,
		.content_type = poll->content_type,
		.base_url = poll->base_url,
		.want_list = poll->feed->rules->is_list };
	poll->parse = parser_parse(
	    poll->monitor->options.parser, &poll->document, poll->arena, on_parsed, poll);
}

static void
on_filtered(void *cookie, struct str output, const struct err *why)
{
	struct poll *poll = cookie;

	poll->program = NULL;
	if (why->kind != ERR_NONE)
		fail_document(
		    poll, POLL_NO_FEED, str_fmt(poll->arena, "the filter failed: %s", why->text));
	else
		parse(poll, str_dup(poll->arena, output));
}

static void
parse_next(struct poll *poll)
{
	const struct feed_rules *rules = poll->feed->rules;
	struct str body = poll->local.files[poll->at].body;

	if (rules->filter.n == 0) {
		parse(poll, body);
		return;
	}
	poll->program = program_start(poll->monitor->options.loop, &rules->filter, body,
	    (size_t)rules->max_size, rules->timeout_s, on_filtered, poll);
}

static void
take_body(struct poll *poll)
{
	if (poll_is_quarantined(&poll->before, &poll->answer))
		fail_document(poll, POLL_QUARANTINED,
		    str_fmt(poll->arena,
			"its parser died %d times on the same document: it is not parsed again "
			"until it changes",
			POLL_DEATHS));
	else
		parse_next(poll);
}

/* ---- the answer ---- */

static void
take_answer(struct poll *poll, const struct http_response *response, struct arena *arena)
{
	struct poll_answer *answer = &poll->answer;

	poll_judge(poll->feed, &poll->before, &poll->request, response,
	    monitor_now_s(poll->monitor), arena, answer);
	judge_scope(poll);
	/* The response is gone when this returns. */
	answer->why = str_dup(arena, answer->why);
	answer->etag = str_dup(arena, answer->etag);
	answer->last_modified = str_dup(arena, answer->last_modified);
	answer->moved_url = str_dup(arena, answer->moved_url);
	poll->monitor->figures.bytes += response->body.n;
	poll->history.bytes = (int64_t)response->body.n;
	poll->history.elapsed_ms = response->elapsed_ms;
}

static void
on_fetched(void *cookie, const struct http_response *response)
{
	struct poll *poll = cookie;

	poll->fetch = NULL;
	take_answer(poll, response, poll->arena);
	if (poll->answer.verdict != POLL_FRESH) {
		conclude(poll);
		return;
	}
	poll->content_type = str_dup(poll->arena,
	    http_header_find(response->headers, response->n_headers, STR("content-type")));
	poll->base_url = str_dup(poll->arena, response->final_url);
	poll->local.files = ARENA_NEW(poll->arena, struct local_file);
	poll->local.files[0] =
	    (struct local_file){ poll->base_url, str_dup(poll->arena, response->body) };
	poll->local.n = 1;
	take_body(poll);
}

/* What a file or a program brought; all: what tells whether it is the same as last time. */
static void
take_local(struct poll *poll, struct str all, const struct err *why)
{
	struct http_response response = { .body = all };

	if (why->kind == ERR_NONE) {
		response.status = 200;
	} else {
		response.fault = HTTP_FAULT_LOCAL;
		response.fault_text = str_c(why->text);
	}
	take_answer(poll, &response, poll->arena);
	if (poll->answer.verdict != POLL_FRESH) {
		conclude(poll);
	} else if (poll->local.n == 0) { /* a directory without a feed: no items */
		poll->doc = ARENA_NEW(poll->arena, struct feed_doc);
		take_document(poll);
	} else {
		take_body(poll);
	}
}

static void
on_executed(void *cookie, struct str output, const struct err *why)
{
	struct poll *poll = cookie;

	poll->program = NULL;
	poll->local.files = ARENA_NEW(poll->arena, struct local_file);
	poll->local.files[0].body = str_dup(poll->arena, output);
	poll->local.n = 1;
	take_local(poll, poll->local.files[0].body, why);
}

static void
execute(struct poll *poll)
{
	const struct feed_rules *rules = poll->feed->rules;
	struct err e = { 0 };

	if (!feed_program_parse(poll->feed->url, poll->arena, &poll->argv, &e)) {
		take_local(poll, STR(""), &e);
		return;
	}
	poll->program = program_start(poll->monitor->options.loop, &poll->argv, STR(""),
	    (size_t)rules->max_size, rules->timeout_s, on_executed, poll);
}

static void
on_read(void *cookie, const struct local *local, const struct err *why)
{
	struct poll *poll = cookie;

	if (local)
		poll->local = *local;
	take_local(poll, poll->local.all, why);
}

static void
read_files(struct poll *poll)
{
	struct str path = str_sub(poll->feed->url, sizeof("file:") - 1, poll->feed->url.n);
	const struct feed_rules *rules = poll->feed->rules;

	poll->reading = local_start(poll->monitor->options.loop, path, (size_t)rules->max_size,
	    rules->timeout_s, on_read, poll);
}

void
poll_start(struct monitor *m, struct source *source)
{
	struct poll *poll = xcalloc(1, sizeof(*poll));

	schedule_remove(&m->schedule, &source->slot);
	poll->monitor = m;
	poll->source = source;
	poll->config = config_ref(m->config);
	poll->feed = source->feed;
	poll->arena = arena_new();
	feed_unpack(source->packed, &poll->before);
	source->poll = poll;
	m->active++;
	m->figures.polls++;
	poll_request(poll->feed, &poll->before, monitor_now_s(m), poll->arena, &poll->request);
	switch (feed_scheme(poll->feed->url)) {
	case FEED_HTTP:
		poll->fetch = wire_fetch(m->options.wire, &poll->request, on_fetched, poll);
		break;
	case FEED_FILE:
		read_files(poll);
		break;
	case FEED_EXEC:
		execute(poll);
		break;
	}
}
