/*
 * What a story knows: its words, titles and pages, who told it and who was told.
 */
#include "story_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Adds value unless it is there or max are; was it added? */
static bool
put_new(uint32_t **v, size_t *n, size_t *cap, size_t max, uint32_t value)
{
	for (size_t i = 0; i < *n; i++)
		if ((*v)[i] == value)
			return false;
	if (*n >= max)
		return false;
	*v = story_grow(*v, *n, cap, sizeof(**v));
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

void
story_measure(const struct story_table *t, struct story *s)
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
	s->words = story_grow(s->words, s->n_words, &s->words_cap, sizeof(*s->words));
	s->words[s->n_words++] = (struct counted){ word, 1 };
	story_index_set(t->index, story_index_key(s->space, word), slot, 1);
}

void
story_add_summary(struct story *s, const struct story_item *item)
{
	if (item->n_summary == 0)
		return;
	s->summaries++;
	for (size_t i = 0; i < item->n_summary; i++) {
		struct counted *c = story_counted(s->summary, s->n_summary, item->summary[i]);

		if (c) {
			c->count++;
		} else if (s->n_summary < STORY_SUMMARY_MAX) {
			s->summary = story_grow(
			    s->summary, s->n_summary, &s->summary_cap, sizeof(*s->summary));
			s->summary[s->n_summary++] = (struct counted){ item->summary[i], 1 };
		}
	}
}

void
story_add_key(struct story_table *t, uint32_t slot, uint32_t hash, uint32_t salt)
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

void
story_add_wording(struct story_table *t, uint32_t slot, const struct story_item *item)
{
	struct story *s = &t->slots[slot];

	s->wordings++;
	for (size_t i = 0; i < item->n_words; i++)
		add_word(t, slot, item->words[i]);
	story_add_summary(s, item);
	add_title(s, item);
	story_measure(t, s);
}

/* ---- what is news in it ---- */

static uint64_t
take_ways(struct story *s, const struct story_news *news)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < news->n_ways && i < STORY_WAYS_MAX; i++)
		if (put_new(&s->ways, &s->n_ways, &s->ways_cap, STORY_WAYS_MAX, news->ways[i]))
			ret |= (uint64_t)1 << i;
	return ret;
}

enum story_reason
story_take_news(struct story *s, const struct story_news *news, const struct story_again *again,
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
