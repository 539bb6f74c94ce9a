#include "story_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const story_groupings[] = { "off", "copies", "story", NULL };
const char *const story_strictnesses[] = { "strict", "normal", "loose", NULL };
const char *const story_reasons[] = { "", "outlets", "entry", "severity", "route", NULL };
const char *const story_hows[] = { "opened", "same item", "copy", "same story", NULL };

/* ---- growing arrays ---- */

static void *
grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	return xreallocarray(v, *cap, size);
}

static bool
put_new(uint32_t **v, size_t *n, size_t *cap, size_t max, uint32_t value)
{
	for (size_t i = 0; i < *n; i++)
		if ((*v)[i] == value)
			return false;
	if (*n >= max)
		return false;
	*v = grow(*v, *n, cap, sizeof(**v));
	(*v)[(*n)++] = value;
	return true;
}

void
story_clear(struct story *s)
{
	free(s->words);
	free(s->summary);
	for (size_t i = 0; i < s->n_titles; i++)
		free(s->titles[i].words);
	free(s->keys);
	free(s->outlets);
	free(s->entries);
	free(s->ways);
	*s = (struct story){ 0 };
}

/* ---- the list by last_s ---- */

static void
unlink_slot(struct story_table *t, uint32_t slot)
{
	struct story *s = &t->slots[slot];

	if (s->newer == STORY_NONE)
		t->newest = s->older;
	else
		t->slots[s->newer].older = s->older;
	if (s->older == STORY_NONE)
		t->oldest = s->newer;
	else
		t->slots[s->older].newer = s->newer;
}

static void
link_newest(struct story_table *t, uint32_t slot)
{
	struct story *s = &t->slots[slot];

	s->newer = STORY_NONE;
	s->older = t->newest;
	if (t->newest != STORY_NONE)
		t->slots[t->newest].newer = slot;
	else
		t->oldest = slot;
	t->newest = slot;
}

struct story_space *
story_space(struct story_table *t, uint32_t name)
{
	for (size_t i = 0; i < t->n_spaces; i++)
		if (t->spaces[i].name == name)
			return &t->spaces[i];
	t->spaces = grow(t->spaces, t->n_spaces, &t->spaces_cap, sizeof(*t->spaces));
	t->spaces[t->n_spaces] = (struct story_space){ name, 0 };
	return &t->spaces[t->n_spaces++];
}

/* ---- slots ---- */

static uint32_t
new_slot(struct story_table *t)
{
	uint32_t slot;

	if (t->n_unused) {
		slot = t->unused[--t->n_unused];
	} else {
		if (t->n_slots == t->slots_cap) {
			t->slots_cap = t->slots_cap ? t->slots_cap * 2 : 256;
			t->slots = xreallocarray(t->slots, t->slots_cap, sizeof(*t->slots));
			t->dot = xreallocarray(t->dot, t->slots_cap, sizeof(*t->dot));
			t->evidence =
			    xreallocarray(t->evidence, t->slots_cap, sizeof(*t->evidence));
			t->touched = xreallocarray(t->touched, t->slots_cap, sizeof(*t->touched));
		}
		slot = t->n_slots++;
		t->dot[slot] = t->evidence[slot] = 0;
	}
	t->slots[slot] = (struct story){ 0 };
	return slot;
}

static void
drop(struct story_table *t, uint32_t slot)
{
	struct story *s = &t->slots[slot];

	for (size_t i = 0; i < s->n_words; i++)
		story_index_drop(t->index, story_index_key(s->space, s->words[i].word), slot);
	for (size_t i = 0; i < s->n_keys; i++)
		story_index_drop(t->index, story_index_key(s->space, s->keys[i]), slot);
	unlink_slot(t, slot);
	story_space(t, s->space)->live--;
	t->live--;
	story_clear(s);
	if (t->n_unused == t->unused_cap) {
		t->unused_cap = t->unused_cap ? t->unused_cap * 2 : 256;
		t->unused = xreallocarray(t->unused, t->unused_cap, sizeof(*t->unused));
	}
	t->unused[t->n_unused++] = slot;
}

static void
forget(struct story_table *t, uint32_t slot)
{
	t->forgotten = grow(t->forgotten, t->n_forgotten, &t->forgotten_cap, sizeof(*t->forgotten));
	t->forgotten[t->n_forgotten++] = t->slots[slot].id;
	drop(t, slot);
}

static void
expire(struct story_table *t, int64_t now_s)
{
	while (t->oldest != STORY_NONE &&
	       (t->live > STORY_LIVE_MAX ||
		   t->slots[t->oldest].last_s + t->slots[t->oldest].window_s < now_s))
		forget(t, t->oldest);
}

struct story_table *
story_table_new(const struct story_idf *idf)
{
	struct story_table *t = xcalloc(1, sizeof(*t));

	t->idf = idf;
	t->index = story_index_new();
	t->newest = t->oldest = STORY_NONE;
	t->next_id = 1;
	return t;
}

void
story_table_clear(struct story_table *t)
{
	while (t->oldest != STORY_NONE)
		drop(t, t->oldest);
	t->n_forgotten = 0;
}

void
story_table_free(struct story_table *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->n_slots; i++)
		story_clear(&t->slots[i]);
	free(t->slots);
	free(t->unused);
	free(t->spaces);
	free(t->forgotten);
	free(t->dot);
	free(t->evidence);
	free(t->touched);
	story_index_free(t->index);
	free(t);
}

size_t
story_live(const struct story_table *t)
{
	return t->live;
}

void
story_ids_from(struct story_table *t, uint64_t next_id)
{
	if (next_id > t->next_id)
		t->next_id = next_id;
}

uint64_t
story_forgotten(struct story_table *t)
{
	return t->n_forgotten ? t->forgotten[--t->n_forgotten] : 0;
}

/* ---- what a story knows ---- */

static void
measure(const struct story_table *t, struct story *s)
{
	double squares = 0, mass = 0;

	for (size_t i = 0; i < s->n_words; i++) {
		double idf = story_idf(t->idf, s->words[i].word);
		double share = (double)s->words[i].count / s->wordings;

		squares += idf * idf * share * share;
		mass += idf * idf * share;
	}
	s->norm = (float)sqrt(squares);
	s->cohesion = mass > 0 ? (float)(squares / mass) : 0;
}

/* Which word makes room: the one in fewest wordings, of those the oldest. */
static size_t
least_counted(const struct counted *v, size_t n)
{
	size_t least = 0;

	for (size_t i = 1; i < n; i++)
		if (v[i].count < v[least].count)
			least = i;
	return least;
}

static void
add_word(struct story_table *t, uint32_t slot, uint32_t word)
{
	struct story *s = &t->slots[slot];
	struct counted *c = story_counted(s->words, s->n_words, word);

	if (c) {
		c->count++;
		story_index_set(t->index, story_index_key(s->space, word), slot, c->count);
		return;
	}
	if (s->n_words >= STORY_WORDS_MAX) {
		size_t least = least_counted(s->words, s->n_words);

		if (s->words[least].count > 1)
			return;
		story_index_drop(t->index, story_index_key(s->space, s->words[least].word), slot);
		memmove(&s->words[least], &s->words[least + 1],
		    (s->n_words - least - 1) * sizeof(*s->words));
		s->n_words--;
	}
	s->words = grow(s->words, s->n_words, &s->words_cap, sizeof(*s->words));
	s->words[s->n_words++] = (struct counted){ word, 1 };
	story_index_set(t->index, story_index_key(s->space, word), slot, 1);
}

static void
add_summary(struct story *s, const struct story_item *item)
{
	if (item->n_summary == 0)
		return;
	s->summaries++;
	for (size_t i = 0; i < item->n_summary; i++) {
		struct counted *c = story_counted(s->summary, s->n_summary, item->summary[i]);

		if (c) {
			c->count++;
		} else if (s->n_summary < STORY_SUMMARY_MAX) {
			s->summary =
			    grow(s->summary, s->n_summary, &s->summary_cap, sizeof(*s->summary));
			s->summary[s->n_summary++] = (struct counted){ item->summary[i], 1 };
		}
	}
}

static void
add_key(struct story_table *t, uint32_t slot, uint32_t hash, uint32_t salt)
{
	struct story *s = &t->slots[slot];

	if (hash && put_new(&s->keys, &s->n_keys, &s->keys_cap, STORY_KEYS_MAX, hash ^ salt))
		story_index_set(t->index, story_index_key(s->space, hash ^ salt), slot, 0);
}

static void
add_title(struct story *s, const struct story_item *item)
{
	struct story_title *title;

	if (s->n_titles >= STORY_TITLES_MAX || item->n_order == 0)
		return;
	title = &s->titles[s->n_titles++];
	title->n = item->n_order;
	title->words = xreallocarray(NULL, title->n, sizeof(*title->words));
	memcpy(title->words, item->order, title->n * sizeof(*title->words));
}

/* Another wording; copies do not count, or an agency's text would look well known. */
static void
add_wording(struct story_table *t, uint32_t slot, const struct story_item *item)
{
	struct story *s = &t->slots[slot];

	s->wordings++;
	for (size_t i = 0; i < item->n_words; i++)
		add_word(t, slot, item->words[i]);
	add_summary(s, item);
	add_title(s, item);
	measure(t, s);
}

/* ---- placing ---- */

static uint32_t
open_story(const struct story_placing *p)
{
	struct story_table *t = p->t;
	uint32_t slot = new_slot(t);
	struct story *s = &t->slots[slot];

	s->id = t->next_id++;
	s->space = p->space;
	s->opened_s = s->last_s = p->now_s;
	s->window_s = p->rules->window_s;
	s->closed = p->rules->never;
	link_newest(t, slot);
	story_space(t, p->space)->live++;
	t->live++;
	return slot;
}

static uint64_t
take_ways(struct story *s, const struct story_news *news)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < news->n_ways && i < STORY_WAYS_MAX; i++)
		if (put_new(&s->ways, &s->n_ways, &s->ways_cap, STORY_WAYS_MAX, news->ways[i]))
			ret |= (uint64_t)1 << i;
	return ret;
}

/* What of it is worth a second alert, the weightiest first. */
static enum story_reason
take_news(struct story *s, const struct story_news *news, const struct story_again *again,
    struct story_verdict *v)
{
	bool new_entry = false, rises = news->severity > s->severity, told = s->n_ways != 0;

	if (news->outlet)
		put_new(
		    &s->outlets, &s->n_outlets, &s->outlets_cap, STORY_OUTLETS_MAX, news->outlet);
	v->outlets = (uint32_t)s->n_outlets;
	if (news->n_ways == 0)
		return AGAIN_NO; /* nobody is told, so the story is as new as it was */
	for (size_t i = 0; i < news->n_entries; i++)
		if (put_new(&s->entries, &s->n_entries, &s->entries_cap, STORY_ENTRIES_MAX,
			news->entries[i]))
			new_entry = true;
	if (rises)
		s->severity = news->severity;
	v->new_ways = take_ways(s, news);
	if (again->at_outlets && !s->told_outlets && s->n_outlets >= (size_t)again->at_outlets) {
		s->told_outlets = true;
		if (told)
			return AGAIN_OUTLETS;
	}
	if (told && rises && again->on_severity)
		return AGAIN_SEVERITY;
	if (told && new_entry && again->on_entry)
		return AGAIN_ENTRY;
	return v->new_ways && v->how != STORY_OPENED ? AGAIN_ROUTE : AGAIN_NO;
}

void
story_place(struct story_table *t, uint32_t space, const struct story_item *item,
    const struct story_rules *rules, const struct story_news *news, const struct story_again *again,
    int64_t now_s, struct story_verdict *ret)
{
	const struct story_placing p = { t, space, item, rules, news, now_s };
	struct story *s;
	uint32_t slot;

	*ret = (struct story_verdict){
		.how = STORY_OPENED, .score = 1, .items = 1, .opened_s = now_s
	};
	if (rules->grouping == GROUPING_OFF)
		return;
	expire(t, now_s);
	slot = story_find(&p, &ret->how, &ret->score);
	if (slot == STORY_NONE) {
		slot = open_story(&p);
		ret->how = STORY_OPENED;
	} else {
		unlink_slot(t, slot);
		link_newest(t, slot);
	}
	s = &t->slots[slot];
	s->items++;
	if (now_s > s->last_s)
		s->last_s = now_s;
	if (ret->how == STORY_OPENED || ret->how == STORY_WORDS)
		add_wording(t, slot, item);
	else if (s->summaries == 0)
		add_summary(s, item);
	add_key(t, slot, item->page, STORY_PAGE_SALT);
	add_key(t, slot, item->title, STORY_TITLE_SALT);
	ret->again = take_news(s, news, again, ret);
	ret->id = s->id;
	ret->items = s->items;
	ret->opened_s = s->opened_s;
}

/* ---- persistence ---- */

struct str
story_save(const struct story_table *t, uint64_t id, struct arena *arena)
{
	/* what was placed last stands in front */
	for (uint32_t slot = t->newest; slot != STORY_NONE; slot = t->slots[slot].older)
		if (t->slots[slot].id == id)
			return story_pack(&t->slots[slot], arena);
	return STR("");
}

bool
story_load(struct story_table *t, struct str bytes)
{
	uint32_t slot = new_slot(t);
	struct story *s = &t->slots[slot];

	if (!story_unpack(bytes, s)) {
		story_clear(s);
		t->n_slots -= slot == t->n_slots - 1;
		return false;
	}
	link_newest(t, slot);
	story_space(t, s->space)->live++;
	t->live++;
	story_ids_from(t, s->id + 1);
	for (size_t i = 0; i < s->n_words; i++)
		story_index_set(
		    t->index, story_index_key(s->space, s->words[i].word), slot, s->words[i].count);
	for (size_t i = 0; i < s->n_keys; i++)
		story_index_set(t->index, story_index_key(s->space, s->keys[i]), slot, 0);
	measure(t, s);
	return true;
}
