#include "monitor_inside.h"

#include "feed_list.h"
#include "feed_pack.h"
#include "intake.h"
#include "mem.h"
#include "store_lists.h"

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
		poll_settled(poll, false, &e);
		return;
	}
	fill_found(poll, poll->doc);
	poll_conclude(poll);
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
	poll_conclude(poll);
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
		poll_settled(poll, false, &e);
		return;
	}
	if (!str_eq(lines, before))
		poll->entry.done.list = lines;
	poll->found = (struct poll_found){
		.result = POLL_STORED, .n_items = doc->n_items, .hints = doc->hints
	};
	poll_conclude(poll);
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
	poll_judge_scope(poll);
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
		poll_conclude(poll);
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
		poll_conclude(poll);
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
