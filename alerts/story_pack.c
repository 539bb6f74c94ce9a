/*
 * A story as bytes: numbers in their short form (packed.h).
 */
#include "story_parts.h"

#include "packed.h"

#define VERSION 1

struct writer {
	char *to;
};

struct reader {
	struct str left;
	bool broken;
};

static void
put(struct writer *w, uint64_t v)
{
	w->to = (char *)packed_put_short((unsigned char *)w->to, v);
}

/* 0 when there is none, or it is more than max: then it is broken. */
static uint64_t
get(struct reader *r, uint64_t max)
{
	const unsigned char *p = (const unsigned char *)r->left.p;
	uint64_t v;
	const unsigned char *end = packed_get_short(p, r->left.n, &v);

	r->broken = r->broken || !end || v > max;
	if (!end)
		return 0;
	r->left = str_sub(r->left, (size_t)(end - p), r->left.n);
	return v > max ? 0 : v;
}

static void
put_counted(struct writer *w, const struct counted *v, size_t n)
{
	put(w, n);
	for (size_t i = 0; i < n; i++) {
		put(w, v[i].word);
		put(w, v[i].count);
	}
}

static struct counted *
get_counted(struct reader *r, size_t max, size_t *n, size_t *cap)
{
	size_t want = get(r, max);
	struct counted *v = want ? xcalloc(want, sizeof(*v)) : NULL;

	*n = *cap = want;
	for (size_t i = 0; i < want; i++) {
		v[i].word = (uint32_t)get(r, UINT32_MAX);
		v[i].count = (uint32_t)get(r, UINT32_MAX);
	}
	return v;
}

static void
put_hashes(struct writer *w, const uint32_t *v, size_t n)
{
	put(w, n);
	for (size_t i = 0; i < n; i++)
		put(w, v[i]);
}

static uint32_t *
get_hashes(struct reader *r, size_t max, size_t *n, size_t *cap)
{
	size_t want = get(r, max);
	uint32_t *v = want ? xcalloc(want, sizeof(*v)) : NULL;

	*n = *cap = want;
	for (size_t i = 0; i < want; i++)
		v[i] = (uint32_t)get(r, UINT32_MAX);
	return v;
}

static size_t
size_of(const struct story *s)
{
	size_t numbers = 32 + 2 * (s->n_words + s->n_summary) + s->n_keys + s->n_outlets +
			 s->n_entries + s->n_ways;

	for (size_t i = 0; i < s->n_titles; i++)
		numbers += 1 + 2 * s->titles[i].n;
	return numbers * PACKED_SHORT_MAX;
}

struct str
story_pack(const struct story *s, struct arena *arena)
{
	char *p = arena_bytes(arena, size_of(s));
	struct writer w = { p };

	put(&w, VERSION);
	put(&w, s->id);
	put(&w, s->space);
	put(&w, (uint64_t)s->opened_s);
	put(&w, (uint64_t)s->last_s);
	put(&w, (uint64_t)s->window_s);
	put(&w, s->items);
	put(&w, s->wordings);
	put(&w, s->summaries);
	put(&w, s->closed);
	put(&w, s->told_outlets);
	put(&w, s->severity);
	put_counted(&w, s->words, s->n_words);
	put_counted(&w, s->summary, s->n_summary);
	put(&w, s->n_titles);
	for (size_t i = 0; i < s->n_titles; i++) {
		put(&w, s->titles[i].n);
		for (size_t k = 0; k < s->titles[i].n; k++) {
			put(&w, s->titles[i].words[k].word);
			put(&w, s->titles[i].words[k].kind);
		}
	}
	put_hashes(&w, s->keys, s->n_keys);
	put_hashes(&w, s->outlets, s->n_outlets);
	put_hashes(&w, s->entries, s->n_entries);
	put_hashes(&w, s->ways, s->n_ways);
	return str_n(p, (size_t)(w.to - p));
}

static void
get_titles(struct reader *r, struct story *s)
{
	size_t n = get(r, STORY_TITLES_MAX);

	for (size_t i = 0; i < n; i++) {
		struct story_title *title = &s->titles[s->n_titles++];

		title->n = get(r, STORY_TITLE_WORDS_MAX);
		title->words = xcalloc(title->n + 1, sizeof(*title->words));
		for (size_t k = 0; k < title->n; k++) {
			title->words[k].word = (uint32_t)get(r, UINT32_MAX);
			title->words[k].kind = (enum story_word_kind)get(r, WORD_GRAM);
		}
	}
}

bool
story_unpack(struct str bytes, struct story *ret)
{
	struct reader r = { bytes, false };

	*ret = (struct story){ 0 };
	if (get(&r, VERSION) != VERSION)
		return false;
	ret->id = get(&r, INT64_MAX);
	ret->space = (uint32_t)get(&r, UINT32_MAX);
	ret->opened_s = (int64_t)get(&r, UINT64_MAX);
	ret->last_s = (int64_t)get(&r, UINT64_MAX);
	ret->window_s = (int64_t)get(&r, INT64_MAX);
	ret->items = (uint32_t)get(&r, UINT32_MAX);
	ret->wordings = (uint32_t)get(&r, UINT32_MAX);
	ret->summaries = (uint32_t)get(&r, UINT32_MAX);
	ret->closed = get(&r, 1) != 0;
	ret->told_outlets = get(&r, 1) != 0;
	ret->severity = (uint8_t)get(&r, UINT8_MAX);
	ret->words = get_counted(&r, STORY_WORDS_MAX, &ret->n_words, &ret->words_cap);
	ret->summary = get_counted(&r, STORY_SUMMARY_MAX, &ret->n_summary, &ret->summary_cap);
	get_titles(&r, ret);
	ret->keys = get_hashes(&r, STORY_KEYS_MAX, &ret->n_keys, &ret->keys_cap);
	ret->outlets = get_hashes(&r, STORY_OUTLETS_MAX, &ret->n_outlets, &ret->outlets_cap);
	ret->entries = get_hashes(&r, STORY_ENTRIES_MAX, &ret->n_entries, &ret->entries_cap);
	ret->ways = get_hashes(&r, STORY_WAYS_MAX, &ret->n_ways, &ret->ways_cap);
	return !r.broken && r.left.n == 0 && ret->id && ret->space && ret->wordings;
}
