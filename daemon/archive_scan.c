#include "archive_scan.h"

#include "mem.h"
#include "snippet.h"
#include "store_sketch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 1000 /* rows a worker takes at a time */
#define WORKERS_MAX 64
#define BAR 40 /* columns */

struct scan {
	const struct archive_query *q;
	struct archive_span span;
	atomic_llong next;         /* row */
	atomic_llong done;         /* items */
	atomic_llong limited;      /* items on which a regular expression ran into its limits */
	const struct feed **feeds; /* of the configuration, by name */
	size_t n_feeds;
	size_t watch; /* the number of q->watch */
};

struct worker {
	struct scan *scan;
	pthread_t thread;
	struct store *store;
	struct matcher *matcher;
	struct arena *arena, *scratch; /* of the results; of one item */
	struct archive_match *v;
	size_t n, cap;
	int64_t first, last, row; /* of the chunk; the next that is not read */
	bool failed;
	struct err error;
	bool shows; /* the bar */
};

/* ---- one item ---- */

static struct str
copy(struct worker *w, struct str s)
{
	return str_dup(w->arena, s);
}

static void
keep_terms(struct worker *w, const struct entry_hit *hit, struct archive_entry *ret)
{
	ret->terms = ARENA_ARRAY(w->arena, struct str, hit->n_hits + 1);
	for (size_t i = 0; i < hit->n_hits; i++) {
		size_t k = 0;

		while (k < ret->n_terms && !str_eq(ret->terms[k], hit->hits[i].term))
			k++;
		if (k == ret->n_terms)
			ret->terms[ret->n_terms++] = hit->hits[i].term;
	}
}

static void
keep(struct worker *w, const struct archived *item, const struct match_input *in,
    const struct watch_hit *hit)
{
	struct archive_match *m = ARENA_PUSH(w->arena, w->v, w->n, w->cap);

	*m = (struct archive_match){ .row = item->row,
		.seen_s = item->seen_s,
		.feed = copy(w, item->feed),
		.title = copy(w, item->title),
		.link = copy(w, item->link),
		.entries = ARENA_ARRAY(w->arena, struct archive_entry, hit->n_entries + 1) };
	if (!store_item_fate(w->store, item->row, &m->told, &m->fired, &w->error))
		w->failed = true;
	for (size_t i = 0; i < hit->n_entries; i++) {
		const struct entry_hit *e = &hit->entries[i];

		struct archive_entry *kept = &m->entries[m->n_entries++];

		/* names and terms live in the watchset, which outlives the result */
		*kept = (struct archive_entry){ .id = e->id, .list = e->list, .name = e->name };
		keep_terms(w, e, kept);
		if (e->n_hits && !m->snippet.marked.n) {
			m->zone = e->hits[0].zone;
			m->snippet = snippet_make(
			    in->zone[m->zone], e->hits[0].offset, e->hits[0].length, w->arena);
		}
	}
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(
	    (*(const struct feed *const *)a)->name, (*(const struct feed *const *)b)->name);
}

static struct str_list
tags_of(const struct scan *s, struct str feed)
{
	const struct feed key = { .name = feed }, *at = &key;
	const struct feed **found =
	    s->n_feeds ? bsearch(&at, s->feeds, s->n_feeds, sizeof(*s->feeds), by_name) : NULL;

	return found ? (*found)->rules->tags : (struct str_list){ 0 };
}

/* Of such an item it is not known whether it matches. */
static bool
is_limited(const struct scan *s, const struct match_result *result)
{
	for (size_t i = 0; i < result->n_suppressed; i++)
		if (result->suppressed[i].why == SUPPRESS_LIMIT &&
		    (!s->q->watch.n ||
			watchset_asks_for(s->q->set, s->watch, result->suppressed[i].id)))
			return true;
	return false;
}

static void
on_item(void *cookie, const struct archived *item)
{
	struct worker *w = cookie;
	const struct archive_query *q = w->scan->q;
	struct match_result result;
	struct match_input in = {
		.zone = { [ZONE_TITLE] = item->title,
		    [ZONE_SUMMARY] = item->summary,
		    [ZONE_BODY] = item->body,
		    [ZONE_AUTHOR] = item->author,
		    [ZONE_CATEGORY] = item->categories,
		    [ZONE_URL] = item->link },
		.feed = item->feed,
		.lang = item->lang,
	};

	w->scan->done++;
	if (q->feed.n && !str_eq_ci(q->feed, item->feed))
		return;
	in.tags = tags_of(w->scan, item->feed);
	matcher_run(w->matcher, &in, w->scratch, &result);
	w->scan->limited += is_limited(w->scan, &result);
	for (size_t i = 0; i < result.n_fired; i++)
		if (!q->watch.n || str_eq(q->watch, result.fired[i].name)) {
			keep(w, item, &in, &result.fired[i]);
			if (q->watch.n)
				break;
		}
	arena_reset(w->scratch);
}

/* ---- workers ---- */

static void
show_progress(const struct scan *s)
{
	long long done = s->done, n = s->span.n ? s->span.n : 1;
	int columns = (int)(done * BAR / n);

	fprintf(stderr, "\r[%.*s%*s] %3d %%", columns > BAR ? BAR : columns,
	    "########################################", BAR - (columns > BAR ? BAR : columns), "",
	    (int)(done * 100 / n > 100 ? 100 : done * 100 / n));
}

static void
read_rows(struct worker *w, int64_t first, int64_t last)
{
	const struct archive_query *q = w->scan->q;

	if (first <= last && !w->failed &&
	    !store_archive_read(
		w->store, first, last, q->since_s, q->until_s, on_item, w, &w->error))
		w->failed = true;
}

/* Rows of a chunk that have a sketch: passed over, or left to be read with what follows. */
static void
on_sketch(void *cookie, int64_t first, int64_t last, struct str words)
{
	struct worker *w = cookie;

	if (watchset_may_fire(w->scan->q->set, w->scan->q->watch, words))
		return;
	read_rows(w, w->row, first - 1 < w->last ? first - 1 : w->last);
	w->row = last + 1;
	w->scan->done += last - (first > w->first ? first : w->first) + 1; /* about */
}

static void *
work(void *worker)
{
	struct worker *w = worker;
	struct scan *s = w->scan;

	while (!w->failed) {
		w->first = w->row = atomic_fetch_add(&s->next, CHUNK);
		if (w->first > s->span.last)
			break;
		w->last = w->first + CHUNK - 1;
		if (w->last > s->span.last)
			w->last = s->span.last;
		if (!store_sketches(w->store, w->first, w->last, on_sketch, w, &w->error))
			w->failed = true;
		read_rows(w, w->row, w->last);
		if (w->shows)
			show_progress(s);
	}
	return NULL;
}

static bool
worker_init(struct worker *w, struct scan *s, struct err *e)
{
	w->scan = s;
	w->arena = arena_new();
	w->scratch = arena_new();
	w->store = store_open(s->q->database, STORE_READ, e);
	if (!w->store)
		return false;
	w->matcher = matcher_new(s->q->set);
	if (s->q->tell_all)
		matcher_tell_all(w->matcher);
	return true;
}

static void
worker_end(struct worker *w)
{
	matcher_free(w->matcher);
	store_close(w->store);
	arena_free(w->scratch);
}

static int
newest_first(const void *a, const void *b)
{
	const struct archive_match *x = a, *y = b;

	if (x->seen_s != y->seen_s)
		return x->seen_s > y->seen_s ? -1 : 1;
	return x->row > y->row ? -1 : x->row < y->row;
}

static void
gather(struct worker *workers, size_t n, struct archive_result *ret)
{
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += workers[i].n;
	ret->v = xcalloc(all + 1, sizeof(*ret->v));
	ret->arenas = xcalloc(n, sizeof(*ret->arenas));
	ret->n_arenas = n;
	for (size_t i = 0; i < n; i++) {
		if (workers[i].n)
			memcpy(ret->v + ret->n, workers[i].v, workers[i].n * sizeof(*ret->v));
		ret->n += workers[i].n;
		ret->arenas[i] = workers[i].arena;
	}
	qsort(ret->v, ret->n, sizeof(*ret->v), newest_first);
}

static void
find_names(struct scan *s)
{
	const struct archive_query *q = s->q;
	size_t n = q->config ? q->config->n_feeds : 0;

	s->feeds = xcalloc(n + 1, sizeof(struct feed *));
	for (; s->n_feeds < n; s->n_feeds++)
		s->feeds[s->n_feeds] = &q->config->feeds[s->n_feeds];
	if (n)
		qsort(s->feeds, n, sizeof(*s->feeds), by_name);
	while (q->watch.n && !str_eq(watchset_watch_name(q->set, s->watch), q->watch))
		s->watch++;
}

static bool
run_workers(struct scan *s, struct worker *workers, size_t n, struct err *e)
{
	size_t started = 1;
	bool good = true;

	for (size_t i = 0; i < n && good; i++)
		good = worker_init(&workers[i], s, e);
	workers[0].shows = s->q->progress;
	while (good && started < n &&
	       pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
		started++;
	if (good)
		work(&workers[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	if (s->q->progress) {
		show_progress(s); /* others may have done all of it */
		fprintf(stderr, "\r%*s\r", BAR + 8, "");
	}
	for (size_t i = 0; i < n; i++) {
		if (workers[i].failed && good && e) {
			*e = workers[i].error;
			good = false;
		}
		worker_end(&workers[i]);
	}
	return good;
}

bool
archive_scan(const struct archive_query *q, struct archive_result *ret, struct err *e)
{
	struct scan s = { .q = q };
	struct worker workers[WORKERS_MAX] = { 0 };
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (size_t)cores;
	struct store *store = store_open(q->database, STORE_READ, e);
	bool good;

	*ret = (struct archive_result){ 0 };
	if (!store)
		return false;
	good = store_archive_span(store, q->since_s, q->until_s, &s.span, e);
	store_close(store);
	if (!good)
		return false;
	s.next = s.span.first;
	find_names(&s);
	good = run_workers(&s, workers, n, e);
	free(s.feeds);
	gather(workers, n, ret);
	ret->scanned = s.span.n;
	ret->limited = s.limited;
	if (good)
		return true;
	archive_result_free(ret);
	return false;
}

void
archive_result_free(struct archive_result *r)
{
	for (size_t i = 0; i < r->n_arenas; i++)
		arena_free(r->arenas[i]);
	free(r->arenas);
	free(r->v);
	*r = (struct archive_result){ 0 };
}

void
archive_note_limited(const char *command, const struct archive_result *result)
{
	if (result->limited)
		fprintf(stderr,
		    "newsbell %s: on %lld item%s a regular expression ran into its limits, and "
		    "does not "
		    "count there: make it simpler\n",
		    command, (long long)result->limited, result->limited == 1 ? "" : "s");
}
