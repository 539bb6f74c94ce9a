/*
 * A daemon without a network, over simulated days: what it is told goes through routes, bundles,
 * limits and silences into the database, and what each channel gets comes out, as lines of a log.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "moment.h"
#include "scratch.h"

#include "dispatch.h"
#include "schema.h"
#include "store_bundle.h"

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define DAY_S ((int64_t)86400)

struct world {
	struct arena *arena;
	struct store *store;
	struct str_list channels;
	struct routing routing;
	int64_t now_s;
	int items;
	char *log; /* "25T10:00 desk: a1 a2 (digest)\n" */
	size_t log_n;
};

/* Berlin's rule as a TZif file. */
static inline const struct tz *
berlin(struct arena *arena)
{
	static const char header[45] =
	    "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\1\0\0\0\4";
	static const char body[] = "\0\0\0\0\0\0LMT";
	struct str block = str_join(arena, str_n(header, 44), str_n(body, sizeof(body)));
	const struct tz *zone = NULL;
	struct err e = { 0 };

	if (!tz_read(str_join(arena, str_join(arena, block, block), STR("\n" BERLIN "\n")), arena,
		&zone, &e))
		fail_msg("%s", e.text);
	return zone;
}

/* As after a crash: nothing but the database is left. */
static inline void
restart(struct world *w)
{
	store_close(w->store);
	w->store = scratch_open(STORE_WRITE);
}

static inline void
world_init(struct world *w, const char *conf, const char *now)
{
	struct section *sections = NULL;
	struct route_names names = { 0 };
	struct diags diags;
	struct route *routes;
	size_t n = 0, cap = 0;

	*w = (struct world){ .arena = arena_new(), .now_s = moment(now) };
	assert_true(settings_list(STR("desk, room"), &w->channels, w->arena, NULL));
	diags_init(&diags, w->arena);
	settings_read(str_c(conf), STR("nb.conf"), w->arena, &diags, &sections, &n, &cap);
	routes = ARENA_ARRAY(w->arena, struct route, n);
	for (size_t i = 0; i < n; i++) {
		const struct settings_table table = { route_settings, n_route_settings,
			&routes[i] };

		routes[i].name = sections[i].name;
		settings_apply(&sections[i], &table, 1, NULL, w->arena, &diags);
	}
	routes_check(routes, n, &w->channels, &names, w->arena, &diags);
	if (diags.errors)
		fail_msg("%.*s", STR_ARG(diag_text(&diags.v[0], w->arena)));
	w->routing = (struct routing){ routes, n, w->channels, berlin(w->arena) };
	assert_int_equal(scratch_make(NULL), 0);
	w->log = arena_bytes(w->arena, 1 << 20);
	w->store = scratch_open(STORE_WRITE);
}

static inline void
world_end(struct world *w)
{
	store_close(w->store);
	arena_free(w->arena);
	assert_int_equal(scratch_remove(NULL), 0);
}

struct fired {
	const char *id, *watch;
	enum severity severity;
	const char *feed;
	struct route_entry entries[2];
	size_t n_entries;
	int64_t story, folded; /* its story; no alert, but folded into that one */
};

/* One item on which these fire. */
static inline void
tell(struct world *w, const struct fired *fired, size_t n)
{
	struct item item = { .id = str_fmt(w->arena, "item%d", ++w->items),
		.title = STR("t"),
		.published_s = DATE_NONE,
		.updated_s = DATE_NONE };
	struct feed_state state = { 0 };
	struct item_new new = { .item = &item, .key = (uint64_t)w->items };
	struct poll_done poll = { .url = STR("https://example.org/"),
		.name = STR("f"),
		.state = &state,
		.items = &new,
		.n_items = 1 };
	struct dispatch dispatch = { .routing = &w->routing, .now_s = w->now_s };
	struct err e = { 0 };

	new.alerts = ARENA_ARRAY(w->arena, struct alert_new, n);
	new.decisions = ARENA_ARRAY(w->arena, struct decision_new, n);
	assert_true(store_silences(
	    w->store, w->now_s, w->arena, &dispatch.silences, &dispatch.n_silences, &e));
	for (size_t i = 0; i < n; i++) {
		struct alert_new *a;
		const struct route_subject subject = {
			.watch = str_c(fired[i].watch),
			.severity = fired[i].severity,
			.feed = str_c(fired[i].feed),
			.entries = fired[i].entries,
			.n_entries = fired[i].n_entries,
		};

		if (fired[i].folded) {
			new.decisions[new.n_decisions++] =
			    (struct decision_new){ .watch = subject.watch,
				    .entry = STR(""),
				    .reason = STR("story"),
				    .story = fired[i].folded,
				    .detail = STR("same story") };
			continue;
		}
		a = &new.alerts[new.n_alerts++];
		a->alert = (struct alert){ .id = str_c(fired[i].id),
			.watch = subject.watch,
			.severity = fired[i].severity,
			.title = str_c(fired[i].id),
			.published_s = DATE_NONE,
			.seen_s = w->now_s,
			.created_s = w->now_s,
			.story = { .id = fired[i].story, .items = 1, .outlets = 1 } };
		if (!dispatch_alert(
			&dispatch, &subject, w->arena, a, &new.decisions[new.n_decisions]))
			new.n_decisions++;
	}
	if (!store_commit(w->store, &poll, NULL, w->now_s, &e))
		fail_msg("%s", e.text);
}

static inline void
tell_one(struct world *w, const char *id, enum severity severity)
{
	tell(w, &(struct fired){ .id = id, .watch = "vendors", .severity = severity, .feed = "f" },
	    1);
}

static inline void
say(struct world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	w->log_n += (size_t)vsnprintf(w->log + w->log_n, (1 << 20) - w->log_n, fmt, ap);
	va_end(ap);
}

/* The alerts of a delivery, fixed by this. */
static inline struct str
members(struct world *w, const struct owed *owed, size_t *n)
{
	struct frozen frozen = { .facts = { (struct str[]){ owed->facts }, 1 } };
	struct str ret = STR("");
	struct alert a;
	struct err e = { 0 };

	if (owed->kind != BUNDLE_SINGLE && !store_freeze(w->store, owed->id, w->arena, &frozen, &e))
		fail_msg("%s", e.text);
	for (size_t i = 0; i < frozen.facts.n; i++) {
		assert_true(alert_from_json(frozen.facts.v[i], w->arena, &a, &e));
		if (i < 8)
			ret = str_fmt(
			    w->arena, "%.*s%s%.*s", STR_ARG(ret), i ? " " : "", STR_ARG(a.title));
	}
	*n = frozen.facts.n;
	return ret;
}

/* What the channel owes now: delivered, or refused for a minute. */
static inline void
deliver_due(struct world *w, struct str channel, bool accepted)
{
	struct owed *owed;
	struct err e = { 0 };
	size_t n;

	assert_true(store_owed(w->store,
	    &(struct owed_filter){ .channel = channel, .now_s = w->now_s, .limit = 10000 },
	    w->arena, &owed, &n, &e));
	for (size_t i = 0; i < n; i++) {
		struct attempt_done attempt = { .delivery = owed[i].id,
			.at_s = w->now_s,
			.text = STR(""),
			.state = accepted ? DELIVERY_DONE : DELIVERY_PENDING,
			.next_try_s = w->now_s + 60 };
		size_t count;
		struct str ids = members(w, &owed[i], &count);

		say(w, "%.*s %.*s: %.*s", STR_ARG(str_sub(date_rfc3339(w->now_s, w->arena), 8, 16)),
		    STR_ARG(channel), STR_ARG(ids));
		if (count > 8)
			say(w, " ... %zu", count);
		if (owed[i].kind != BUNDLE_SINGLE)
			say(w, " (%s)", bundle_kind_names[owed[i].kind]);
		say(w, accepted ? "\n" : " refused\n");
		assert_true(store_commit(w->store, NULL, &attempt, w->now_s, &e));
	}
}

/* Time goes on until then; each channel is told what is due when it is due. */
static inline void
run_until(struct world *w, const char *then)
{
	const int64_t end_s = moment(then);

	for (;;) {
		int64_t next_s = INT64_MAX;
		struct err e = { 0 };

		for (size_t i = 0; i < w->channels.n; i++) {
			int64_t one_s;

			assert_true(store_next_try(w->store, w->channels.v[i], &one_s, &e));
			if (one_s < next_s)
				next_s = one_s;
		}
		if (next_s > end_s)
			break;
		if (next_s > w->now_s)
			w->now_s = next_s;
		for (size_t i = 0; i < w->channels.n; i++)
			deliver_due(w, w->channels.v[i], true);
	}
	w->now_s = end_s;
}

static inline void
row_log(struct world *w, const char *name, const char *want)
{
	ROW_STR(name, str_n(w->log, w->log_n), str_c(want));
	w->log_n = 0;
}

#endif
