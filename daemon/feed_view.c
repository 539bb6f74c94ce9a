#include "feed_view.h"

#include "date.h"
#include "health.h"
#include "poll.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

/* ---- gather ---- */

static const struct feed *
find_configured(const struct feed *const *sorted, size_t n, struct str url)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int d = str_cmp(sorted[middle]->url, url);

		if (d == 0)
			return sorted[middle];
		if (d < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static int
by_url(const void *a, const void *b)
{
	return str_cmp(
	    (*(const struct feed *const *)a)->url, (*(const struct feed *const *)b)->url);
}

static int
by_name(const void *a, const void *b)
{
	const struct feed_shown *x = a, *y = b;
	int d = str_cmp(x->feed.name, y->feed.name);

	return d ? d : str_cmp(x->feed.url, y->feed.url);
}

static void
merge(struct feed_view *view, const struct stored_feed *stored, size_t n)
{
	size_t n_configured = view->config ? view->config->n_feeds : 0;
	const struct feed **sorted =
	    ARENA_ARRAY(view->arena, const struct feed *, n_configured + 1);
	bool *met = ARENA_ARRAY(view->arena, bool, n_configured + 1);

	for (size_t i = 0; i < n_configured; i++)
		sorted[i] = &view->config->feeds[i];
	if (n_configured)
		qsort(sorted, n_configured, sizeof(*sorted), by_url);
	for (size_t i = 0; i < n; i++) {
		struct feed_shown *shown = ARENA_PUSH(view->arena, view->v, view->n, view->cap);
		const struct feed *feed = find_configured(sorted, n_configured, stored[i].url);

		*shown = (struct feed_shown){ .stored = stored[i], .remembered = true };
		shown->configured = feed != NULL;
		shown->feed =
		    feed ? *feed
			 : (struct feed){ stored[i].name, stored[i].url, &view->defaults.rules };
		if (feed)
			met[feed - view->config->feeds] = true;
	}
	for (size_t i = 0; i < n_configured; i++)
		if (!met[i])
			*ARENA_PUSH(view->arena, view->v, view->n, view->cap) = (struct feed_shown){
				.feed = view->config->feeds[i],
				.configured = true,
			};
	if (view->n)
		qsort(view->v, view->n, sizeof(*view->v), by_name);
}

bool
feed_view_load(struct feed_view *view, const char *command, int *status)
{
	const struct config_options files = { .path = view->options.config,
		.state = view->options.state,
		.secrets = SECRETS_UNREAD };
	struct stored_feed *stored;
	struct diags ignored;
	struct err e;
	size_t n;

	view->arena = arena_new();
	view->now_s = (int64_t)time(NULL);
	feed_init(&view->defaults);
	view->store = command_store(command, &view->options, status);
	if (!view->store)
		return false;
	diags_init(&ignored, view->arena);
	view->config = config_load(&files, &ignored); /* what is wrong is for 'check' to say */
	if (!store_feeds(view->store, view->arena, &stored, &n, &e)) {
		*status = command_fail(command, EX_IOERR, "%s", e.text);
		return false;
	}
	merge(view, stored, n);
	return true;
}

void
feed_view_unload(struct feed_view *view)
{
	store_close(view->store);
	config_unref(view->config);
	arena_free(view->arena);
}

/* ---- words ---- */

struct str
feed_view_ago(const struct feed_view *view, int64_t at_s)
{
	if (at_s == 0)
		return STR("never");
	return str_fmt(
	    view->arena, "%.*s ago", STR_ARG(poll_span(view->now_s - at_s, view->arena)));
}

struct str
feed_view_until(const struct feed_view *view, int64_t at_s)
{
	if (at_s <= view->now_s)
		return STR("now");
	return str_fmt(view->arena, "in %.*s", STR_ARG(poll_span(at_s - view->now_s, view->arena)));
}

static struct str
health_of(const struct feed_view *view, const struct feed_shown *shown)
{
	if (!shown->configured && view->config)
		return STR("dropped");
	return shown->remembered ? str_c(health_name(shown->stored.state.health)) : STR("new");
}

bool
feed_view_failing(const struct feed_view *view, const struct feed_shown *shown)
{
	return feed_view_asked(view, shown) && shown->stored.state.failing_since_s != 0;
}

bool
feed_view_merely_failing(const struct feed_view *view, const struct feed_shown *shown)
{
	return shown->stored.state.health == FEED_WELL && feed_view_failing(view, shown);
}

struct str
feed_view_label(const struct feed_view *view, const struct feed_shown *shown)
{
	return feed_view_merely_failing(view, shown) ? STR("failing") : health_of(view, shown);
}

struct str
feed_view_why(const struct feed_view *view, const struct feed_shown *shown)
{
	if (!shown->configured && view->config)
		return STR("no longer configured: not asked");
	if (!shown->remembered)
		return STR("never asked yet");
	return poll_why(&shown->feed, &shown->stored.state, view->arena);
}

bool
feed_view_asked(const struct feed_view *view, const struct feed_shown *shown)
{
	return shown->remembered && (shown->configured || !view->config);
}

/* ---- JSON ---- */

void
feed_view_set_str(json_t *o, const char *key, struct str s)
{
	json_object_set_new(o, key, s.n ? json_stringn(s.p, s.n) : json_null());
}

void
feed_view_set_time(json_t *o, const char *key, int64_t s, struct arena *arena)
{
	feed_view_set_str(o, key, s ? date_rfc3339(s, arena) : STR(""));
}

json_t *
feed_view_json(const struct feed_view *view, const struct feed_shown *shown)
{
	const struct feed_state *s = &shown->stored.state;
	json_t *o = json_object();
	bool moved = poll_is_moved(s);

	feed_view_set_str(o, "name", shown->feed.name);
	feed_view_set_str(o, "url", shown->feed.url);
	feed_view_set_str(o, "health", health_of(view, shown));
	feed_view_set_time(o, "since", s->health_since_s, view->arena);
	feed_view_set_time(o, "last_try", s->last_try_s, view->arena);
	feed_view_set_time(o, "last_good", s->last_ok_s, view->arena);
	feed_view_set_time(o, "last_new", s->last_change_s, view->arena);
	feed_view_set_time(
	    o, "next", feed_view_asked(view, shown) ? s->next_due_s : 0, view->arena);
	feed_view_set_str(o, "why", feed_view_why(view, shown));
	json_object_set_new(o, "status", json_integer(s->status));
	json_object_set_new(o, "items", json_integer(s->items));
	json_object_set_new(o, "failures", json_real(s->failures));
	feed_view_set_str(o, "error", s->error);
	feed_view_set_time(o, "error_at", s->error_s, view->arena);
	feed_view_set_str(o, "etag", s->etag);
	feed_view_set_str(o, "last_modified", s->last_modified);
	feed_view_set_str(o, "moved_to", moved ? s->moved_url : STR(""));
	feed_view_set_time(o, "moved_since", moved ? s->moved_since_s : 0, view->arena);
	feed_view_set_time(o, "last_gap", s->gap_s, view->arena);
	json_object_set_new(o, "gaps", json_integer(s->gaps));
	return o;
}

void
feed_view_print(json_t *o)
{
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}
