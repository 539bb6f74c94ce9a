/*
 * The live stories: where each stands, which is forgotten when, and what an item does to one.
 */
#include "story_parts.h"

#include <stdlib.h>

const char *const story_groupings[] = { "off", "copies", "story", NULL };
const char *const story_strictnesses[] = { "strict", "normal", "loose", NULL };
const char *const story_reasons[] = { "", "outlets", "entry", "severity", "route", NULL };
const char *const story_hows[] = { "opened", "same item", "copy", "same story", NULL };

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
	t->spaces = story_grow(t->spaces, t->n_spaces, &t->spaces_cap, sizeof(*t->spaces));
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
	t->forgotten =
	    story_grow(t->forgotten, t->n_forgotten, &t->forgotten_cap, sizeof(*t->forgotten));
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

/* ---- placing ---- */

static uint32_t
open_story(const struct story_placing *p)
{
	struct story_table *t = p->table;
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

void
story_place(const struct story_placing *p, struct story_verdict *ret)
{
	struct story_table *t = p->table;
	struct story *s;
	uint32_t slot;

	*ret = (struct story_verdict){
		.how = STORY_OPENED, .score = 1, .items = 1, .opened_s = p->now_s
	};
	if (p->rules->grouping == GROUPING_OFF)
		return;
	expire(t, p->now_s);
	slot = story_find(p, &ret->how, &ret->score);
	if (slot == STORY_NONE) {
		slot = open_story(p);
		ret->how = STORY_OPENED;
	} else {
		unlink_slot(t, slot);
		link_newest(t, slot);
	}
	s = &t->slots[slot];
	s->items++;
	if (p->now_s > s->last_s)
		s->last_s = p->now_s;
	if (ret->how == STORY_OPENED || ret->how == STORY_WORDS)
		story_add_wording(t, slot, p->item);
	else if (s->summaries == 0)
		story_add_summary(s, p->item);
	story_add_key(t, slot, p->item->page, STORY_PAGE_SALT);
	story_add_key(t, slot, p->item->title, STORY_TITLE_SALT);
	ret->again = story_take_news(s, p->news, p->again, ret);
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
	story_measure(t, s);
	return true;
}
