#include "stories.h"

#include "grouping.h"
#include "html.h"
#include "mem.h"
#include "store_story.h"
#include "utf8.h"

#include <stdlib.h>

#define NOTES_MAX 2000          /* rows of words learnt; then all are written as one */
#define LEAD_MAX ((size_t)2048) /* bytes of the summary that are compared */
#define SOUGHT_MAX 64           /* words of the terms that were found */
#define ENTRIES_MAX 64          /* of one item, compared with what the story had */

/* A story that the document changed. */
struct touched {
	struct story_verdict last;
	uint32_t items_before; /* 0: opened by it */
	struct str watch;
};

struct stories {
	struct store *store;
	struct story_reader *reader;
	struct story_idf *idf; /* NULL: to be read from the store */
	struct story_table *table;
	size_t notes;
	struct story_item item;   /* the one being looked at */
	const struct item *given; /* of which the rest is not read yet, or NULL */
	struct touched *touched;
	size_t n_touched, touched_cap;
	int64_t now_s;
};

struct stories *
stories_new(struct store *store)
{
	struct stories *s = xcalloc(1, sizeof(*s));

	s->store = store;
	s->reader = story_reader_new();
	return s;
}

void
stories_lost(struct stories *s)
{
	story_table_free(s->table);
	story_idf_free(s->idf);
	s->table = NULL;
	s->idf = NULL;
}

void
stories_free(struct stories *s)
{
	if (!s)
		return;
	stories_lost(s);
	story_reader_free(s->reader);
	free(s->touched);
	free(s);
}

/* What cannot be understood is left out: words are statistics, and a story that is forgotten is
 * told again. */
static bool
load(struct stories *s, struct err *e)
{
	struct arena *arena = arena_new();
	struct str_list words, live;
	int64_t next = 0;
	bool good = store_story_words(s->store, arena, &words, e) &&
		    store_live_stories(s->store, arena, &live, &next, e);

	if (good) {
		s->idf = story_idf_new();
		s->table = story_table_new(s->idf);
		for (size_t i = 0; i < words.n; i++)
			story_idf_load(s->idf, words.v[i]);
		for (size_t i = 0; i < live.n; i++)
			story_load(s->table, live.v[i]);
		story_ids_from(s->table, (uint64_t)next);
		s->notes = words.n;
	}
	arena_free(arena);
	return good;
}

bool
stories_begin(struct stories *s, int64_t now_s, struct err *e)
{
	s->n_touched = 0;
	s->now_s = now_s;
	return s->idf || load(s, e);
}

void
stories_item(struct stories *s, const struct item *item, struct arena *arena)
{
	s->given = item;
	story_read_title(
	    s->reader, s->idf, text_one_line(item->title, arena), item->link, arena, &s->item);
}

void
stories_learn(struct stories *s)
{
	story_item_learn(&s->item, s->idf);
}

/* Something fired on the item: now all of it is needed. */
static void
read_rest(struct stories *s, struct arena *arena)
{
	const struct item *item = s->given;
	struct str summary;

	if (!item)
		return;
	s->given = NULL;
	summary = item->summary.n ? item->summary : item->body;
	story_read_rest(s->reader, text_one_line(utf8_cut(summary, LEAD_MAX), arena), item->link,
	    arena, &s->item);
}

static void
touch(struct stories *s, const struct story_verdict *v, struct str watch)
{
	for (size_t i = 0; i < s->n_touched; i++)
		if (s->touched[i].last.id == v->id) {
			s->touched[i].last = *v;
			return;
		}
	if (s->n_touched == s->touched_cap) {
		s->touched_cap = s->touched_cap ? s->touched_cap * 2 : 16;
		s->touched = xreallocarray(s->touched, s->touched_cap, sizeof(*s->touched));
	}
	s->touched[s->n_touched++] = (struct touched){ *v, v->items - 1, watch };
}

static uint32_t
hash_of(struct str first, char between, struct str second, struct arena *arena)
{
	return story_hash(str_fmt(arena, "%.*s%c%.*s", STR_ARG(first), between, STR_ARG(second)));
}

/* The words of what was found, as the watch's terms have them. */
static size_t
sought_words(struct stories *s, const struct watch_hit *fired, uint32_t *words)
{
	size_t n = 0;

	for (size_t i = 0; i < fired->n_entries; i++)
		for (size_t k = 0; k < fired->entries[i].n_hits; k++) {
			struct str term = fired->entries[i].hits[k].term;

			if (k && str_eq(term, fired->entries[i].hits[k - 1].term))
				continue;
			n += story_words(s->reader, term, words + n, SOUGHT_MAX - n);
		}
	return n;
}

static struct story_news
news_of(struct stories *s, const struct watch_hit *fired, const struct feed *feed,
    const struct alert_new *alert, struct arena *arena)
{
	size_t n = fired->n_entries < ENTRIES_MAX ? fired->n_entries : ENTRIES_MAX;
	uint32_t *entries = ARENA_ARRAY(arena, uint32_t, n);
	uint32_t *sought = ARENA_ARRAY(arena, uint32_t, SOUGHT_MAX);
	uint32_t *ways = ARENA_ARRAY(arena, uint32_t, alert->n_deliveries);

	for (size_t i = 0; i < n; i++)
		entries[i] = hash_of(fired->entries[i].list, '/', fired->entries[i].name, arena);
	for (size_t i = 0; i < alert->n_deliveries; i++)
		ways[i] =
		    hash_of(alert->deliveries[i].route, '\n', alert->deliveries[i].channel, arena);
	return (struct story_news){
		.outlet = s->item.outlet ? s->item.outlet : story_hash(feed->name),
		.severity = (uint8_t)fired->severity,
		.entries = entries,
		.n_entries = n,
		.sought = sought,
		.n_sought = sought_words(s, fired, sought),
		.ways = ways,
		.n_ways = alert->n_deliveries,
	};
}

/* Those who were not told of the story yet. */
static void
keep_new_ways(struct alert_new *alert, uint64_t new_ways)
{
	size_t n = 0;

	for (size_t i = 0; i < alert->n_deliveries; i++)
		if (i >= STORY_WAYS_MAX || new_ways >> i & 1)
			alert->deliveries[n++] = alert->deliveries[i];
	alert->n_deliveries = n;
}

static struct decision_new
fold(const struct story_verdict *v, struct str watch, struct arena *arena)
{
	return (struct decision_new){
		.watch = watch,
		.entry = STR(""),
		.reason = STR("story"),
		.story = (int64_t)v->id,
		.detail = str_fmt(arena,
		    "%s (score %.2f): item %u of story %llu, which %u outlets have",
		    story_hows[v->how], v->score, v->items, (unsigned long long)v->id, v->outlets),
	};
}

enum stories_verdict
stories_tell(struct stories *s, const struct stories_hit *hit, struct arena *arena,
    struct alert_new *alert, struct decision_new *why, struct err *e)
{
	const struct watch_hit *fired = hit->fired;
	const struct feed *feed = hit->feed;
	struct story_rules rules = grouping_rules(hit->grouping, feed->name, &feed->rules->tags);
	struct story_again again = grouping_again(hit->grouping);
	struct alert_story *story = &alert->alert.story;
	struct story_news news;
	const struct story_placing placing = {
		.table = s->table,
		.space = story_hash(fired->name),
		.item = &s->item,
		.rules = &rules,
		.news = &news,
		.again = &again,
		.now_s = s->now_s,
	};
	struct story_verdict v;

	read_rest(s, arena);
	news = news_of(s, fired, feed, alert, arena);
	story_place(&placing, &v);
	if (v.id == 0)
		return STORIES_NEWS;
	touch(s, &v, fired->name);
	*story = (struct alert_story){
		.id = (int64_t)v.id,
		.again = v.again,
		.opened_s = v.opened_s,
		.items = v.items,
		.outlets = v.outlets,
	};
	if (v.how != STORY_OPENED && v.again == AGAIN_NO && news.n_ways) {
		*why = fold(&v, fired->name, arena);
		return STORIES_OLD;
	}
	if (v.again == AGAIN_ROUTE)
		keep_new_ways(alert, v.new_ways);
	if (v.items > 1 && !store_story_others(s->store, story->id, alert->alert.id, s->now_s,
			       arena, &story->others, &story->n_others, e))
		return STORIES_ERROR;
	return STORIES_NEWS;
}

void
stories_end(struct stories *s, struct arena *arena, struct poll_done *done)
{
	uint64_t id;
	size_t cap = 0;

	done->stories = ARENA_ARRAY(arena, struct story_new, s->n_touched);
	for (size_t i = 0; i < s->n_touched; i++) {
		const struct touched *t = &s->touched[i];

		done->stories[done->n_stories++] = (struct story_new){
			.id = (int64_t)t->last.id,
			.watch = t->watch,
			.opened_s = t->last.opened_s,
			.last_s = s->now_s,
			.items = t->last.items,
			.items_before = t->items_before,
			.outlets = t->last.outlets,
			.state = story_save(s->table, t->last.id, arena),
		};
	}
	while ((id = story_forgotten(s->table)))
		*ARENA_PUSH(arena, done->forgotten, done->n_forgotten, cap) = (int64_t)id;
	if (s->notes >= NOTES_MAX) {
		done->words_whole = true;
		done->words = story_idf_snapshot(s->idf, arena);
		s->notes = 1;
	} else {
		done->words = story_idf_delta(s->idf, arena);
		s->notes += done->words.n != 0;
	}
}
