/*
 * What the files of the story room share.
 */
#ifndef ALERTS_STORY_PARTS_H
#define ALERTS_STORY_PARTS_H

#include "mem.h"
#include "story.h"

/* Words that newsrooms write every day: of 10,000 headlines of their language, `per_10k` have them.
 */
struct story_common {
	uint16_t per_10k;
	const char *words;
};
extern const struct story_common story_common[];
extern const size_t n_story_common;

/* A text cut into words in order, at most max; returns how many. */
size_t story_cut(struct story_reader *r, struct str text, struct story_word *words, size_t max);

/* Is a the same sentence as b about somebody or something else? */
bool story_is_template(const struct story_idf *idf, const struct story_word *a, size_t n_a,
    const struct story_word *b, size_t n_b);

/* A word and in how many wordings of a story it stands. */
struct counted {
	uint32_t word, count;
};

struct story_title {
	struct story_word *words;
	size_t n;
};

/* A live story.  Arrays grow as it does; the caps are story.h's. */
struct story {
	uint64_t id;
	uint32_t space;
	int64_t opened_s, last_s, window_s;
	uint32_t items, wordings,
	    summaries; /* wordings: items but copies; summaries: that had one */
	bool closed;   /* only the same page joins it */
	bool told_outlets;
	uint8_t severity; /* the highest that was told */
	struct counted *words;
	size_t n_words, words_cap;
	struct counted *summary;
	size_t n_summary, summary_cap;
	struct story_title titles[STORY_TITLES_MAX];
	size_t n_titles;
	uint32_t *keys; /* pages and titles, mixed with what they are */
	size_t n_keys, keys_cap;
	uint32_t *outlets, *entries, *ways;
	size_t n_outlets, outlets_cap, n_entries, entries_cap, n_ways, ways_cap;
	float norm;     /* length of the words' vector */
	float cohesion; /* mean share of wordings that have one of its words: 1 when all do */
	uint32_t newer, older; /* slots, by last_s */
};

/* A word, page or title in a space -> the stories that have it. */
struct posted {
	uint32_t slot, count;
};
struct story_index;
struct story_index *story_index_new(void);
void story_index_free(struct story_index *x);
uint64_t story_index_key(uint32_t space, uint32_t word);
/* Borrowed until the next change. */
const struct posted *story_index_find(const struct story_index *x, uint64_t key, size_t *n);
void story_index_set(struct story_index *x, uint64_t key, uint32_t slot, uint32_t count);
void story_index_drop(struct story_index *x, uint64_t key, uint32_t slot);

#define STORY_NONE UINT32_MAX
#define STORY_PAGE_SALT 0x70616765u
#define STORY_TITLE_SALT 0x7469746cu

struct story_space {
	uint32_t name, live;
};

struct story_table {
	const struct story_idf *idf;
	struct story_index *index;
	struct story *slots;
	uint32_t n_slots, slots_cap;
	uint32_t *unused;
	uint32_t n_unused, unused_cap;
	uint32_t newest, oldest; /* by last_s */
	size_t live;
	uint64_t next_id;
	struct story_space *spaces;
	size_t n_spaces, spaces_cap;
	uint64_t *forgotten;
	size_t n_forgotten, forgotten_cap;
	/* while an item is placed, by slot */
	float *dot, *evidence;
	uint32_t *touched;
};

/* v with room for one more element of that size, after n of *cap. */
static inline void *
story_grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	return xreallocarray(v, *cap, size);
}

/* story_know.c: what a story knows.  Those that take a slot keep the index of the table too. */
void story_clear(struct story *s);
/* Its norm and cohesion, after its words have changed. */
void story_measure(const struct story_table *t, struct story *s);
/* Another wording; copies do not count, or an agency's text would look well known. */
void story_add_wording(struct story_table *t, uint32_t slot, const struct story_item *item);
void story_add_summary(struct story *s, const struct story_item *item);
/* hash: of a page or a title, as salt says; 0: none. */
void story_add_key(struct story_table *t, uint32_t slot, uint32_t hash, uint32_t salt);
/* What of it is worth a second alert, the weightiest first; fills v's outlets and new_ways. */
enum story_reason story_take_news(struct story *s, const struct story_news *news,
    const struct story_again *again, struct story_verdict *v);

/* The word's count, or NULL. */
struct counted *story_counted(struct counted *v, size_t n, uint32_t word);
struct story_space *story_space(struct story_table *t, uint32_t name);
/* The slot of the item's story and how it was found, or STORY_NONE. */
uint32_t story_find(const struct story_placing *p, enum story_how *how, double *score);

/* Bytes of a story and back; false when they are not of story_pack. */
struct str story_pack(const struct story *s, struct arena *arena);
bool story_unpack(struct str bytes, struct story *ret);

#endif
