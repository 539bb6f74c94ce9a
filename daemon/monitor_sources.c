/*
 * Which feeds there are: what the database remembers, what the configuration names, on which hosts.
 */
#include "monitor_inside.h"

#include "feed_pack.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- one ---- */

static struct str
source_url(const struct source *source)
{
	return source->feed ? source->feed->url : *source->gone_url;
}

static struct str *
own_url(struct str url)
{
	struct str *own = xmalloc(sizeof(*own) + url.n); /* one block */

	memcpy(own + 1, url.p, url.n);
	*own = str_n((const char *)(own + 1), url.n);
	return own;
}

void
source_keep(struct source *source, const struct feed_state *state)
{
	unsigned char *packed = feed_pack(state);

	free(source->packed);
	source->packed = packed;
}

static struct source *
source_new(void)
{
	struct source *source = xcalloc(1, sizeof(*source));

	source->slot.at = SCHEDULE_OUT;
	return source;
}

static void
source_free(struct monitor *m, struct source *source)
{
	schedule_remove(&m->schedule, &source->slot);
	outage_forget(&m->outage, source);
	if (!m->loaded)
		free(source->gone_url);
	free(source->packed);
	free(source);
}

/* ---- what the database remembers ---- */

static int
by_url(const void *a, const void *b)
{
	return str_cmp(source_url(*(const struct source *const *)a),
	    source_url(*(const struct source *const *)b));
}

static void
remember(void *cookie, const struct stored_feed *stored)
{
	struct monitor *m = cookie;
	struct source *source = source_new();
	struct feed_state state = stored->state;
	int64_t ahead_s = state.last_try_s - monitor_now_s(m);

	if (ahead_s > MONITOR_JUMP_MS / 1000) { /* the clock was set back while we were away */
		state.next_due_s -= ahead_s;
		state.not_before_s -= state.not_before_s > ahead_s ? ahead_s : 0;
	}
	source->id = stored->id;
	source->gone_url = ARENA_NEW(m->loaded, struct str);
	*source->gone_url = str_dup(m->loaded, stored->url);
	source_keep(source, &state);
	if ((m->n_sources & (m->n_sources + 1)) == 0) /* full at each power of two less one */
		m->sources =
		    xreallocarray(m->sources, 2 * m->n_sources + 2, sizeof(struct source *));
	m->sources[m->n_sources++] = source;
}

bool
sources_load(struct monitor *m, struct err *e)
{
	m->loaded = arena_new();
	if (!store_each_feed(m->options.store, remember, m, e))
		return false;
	if (m->n_sources)
		qsort(m->sources, m->n_sources, sizeof(*m->sources), by_url);
	return true;
}

void
sources_free(struct monitor *m)
{
	for (size_t i = 0; i < m->n_sources; i++) {
		if (m->sources[i]->poll)
			poll_drop(m->sources[i]->poll);
		source_free(m, m->sources[i]);
	}
	arena_free(m->loaded);
	free(m->sources);
}

/* ---- what the configuration names ---- */

static size_t
find_source(const struct monitor *m, struct str url)
{
	size_t from = 0, to = m->n_sources;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int d = str_cmp(source_url(m->sources[middle]), url);

		if (d == 0)
			return middle;
		if (d < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return SIZE_MAX;
}

/* Each source of before gets its feed of the new configuration, or a copy of its URL. */
static void
change_feeds(struct monitor *m, const struct config *config, const struct feed **feeds)
{
	struct source **all = xcalloc(m->n_sources + config->n_feeds + 1, sizeof(struct source *));
	size_t n = 0;

	for (size_t i = 0; i < config->n_feeds; i++) {
		size_t at = find_source(m, config->feeds[i].url);

		if (at != SIZE_MAX) {
			feeds[at] = &config->feeds[i];
			continue;
		}
		all[n] = source_new();
		all[n++]->feed = &config->feeds[i];
	}
	/*
	 * What is remembered of a feed that is no longer configured stays, here as in the database:
	 * it may come back.
	 */
	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];

		if (m->loaded) /* that goes below */
			source->gone_url = feeds[i] ? NULL : own_url(*source->gone_url);
		if (feeds[i]) {
			free(source->gone_url);
			source->gone_url = NULL;
		} else if (!source->gone_url) {
			source->gone_url = own_url(source->feed->url);
		}
		source->feed = feeds[i];
		source->host = NULL;
		if (!source->feed)
			schedule_remove(&m->schedule, &source->slot);
		if (source->feed || source->id || source->poll)
			all[n++] = source;
		else
			source_free(m, source);
	}
	arena_free(m->loaded);
	m->loaded = NULL;
	free(m->sources);
	m->sources = xreallocarray(all, n + 1, sizeof(struct source *));
	m->n_sources = n;
	if (n)
		qsort(m->sources, n, sizeof(*m->sources), by_url);
}

struct placed {
	uint64_t hash;
	struct source *source;
	const struct host_rule *rule;
};

static int
by_hash(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Hosts of several feeds are told apart; a single feed needs no pace. */
static void
place_hosts(struct monitor *m)
{
	struct placed *placed = xcalloc(m->n_sources + 1, sizeof(*placed));
	size_t n = 0;

	for (size_t i = 0; i < m->hosts.cap; i++)
		if (m->hosts.slots[i])
			m->hosts.slots[i]->n_feeds = 0;
	for (size_t i = 0; i < m->n_sources; i++) {
		struct placed *p = &placed[n];

		if (!m->sources[i]->feed)
			continue;
		p->source = m->sources[i];
		p->hash = hosts_hash(m->config, p->source->feed->url, &p->rule);
		n += p->hash != 0;
	}
	if (n)
		qsort(placed, n, sizeof(*placed), by_hash);
	for (size_t i = 0; i < n; i++) {
		bool shared = (i > 0 && placed[i - 1].hash == placed[i].hash) ||
			      (i + 1 < n && placed[i + 1].hash == placed[i].hash);
		struct host *host = shared ? hosts_add(&m->hosts, placed[i].hash)
					   : hosts_find(&m->hosts, placed[i].hash);

		if (!host)
			continue;
		host->rule = placed[i].rule;
		host->n_feeds++;
		placed[i].source->host = host;
	}
	free(placed);
}

/* When each is asked next; a start asks nobody all at once, and what a host asked for holds on. */
static void
plan_all(struct monitor *m)
{
	size_t unasked = 0;

	for (size_t i = 0; i < m->n_sources; i++)
		unasked += m->sources[i]->feed && !m->sources[i]->poll && !m->sources[i]->packed;
	for (size_t i = 0; i < m->n_sources; i++) {
		struct source *source = m->sources[i];
		struct feed_state state;

		if (!source->feed || source->poll)
			continue;
		feed_unpack(source->packed, &state);
		if (source->host && state.next_why == POLL_REASON_HOST &&
		    state.next_due_s > source->host->limited_until_s &&
		    state.next_due_s <= monitor_now_s(m) + POLL_RETRY_MAX_S)
			source->host->limited_until_s = state.next_due_s;
		if (state.next_due_s == 0)
			state.next_due_s =
			    poll_first_due(monitor_now_s(m), unasked, monitor_chance());
		if (source->slot.at == SCHEDULE_OUT)
			monitor_plan(m, source, state.next_due_s);
	}
}

void
monitor_configure(struct monitor *m, struct config *config)
{
	const struct feed **feeds = xcalloc(m->n_sources + 1, sizeof(*feeds));
	struct config *before = m->config;

	m->config = config_ref(config);
	matcher_free(m->matcher);
	m->matcher = matcher_new(config->watchset);
	change_feeds(m, config, feeds);
	place_hosts(m);
	plan_all(m);
	free(feeds);
	config_unref(before);
	monitor_set_clock(m);
}
