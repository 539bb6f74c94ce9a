/*
 * Which items tell one story?  Decided as they arrive, once and for ever: the answer for an item is
 * never revised.  Three levels, kept apart because they are trusted differently:
 *
 *   item   the same page: its canonical URL was seen
 *   copy   the same title within the window, once outlets' names, "UPDATE 2-", "(Reuters)" are gone
 *   words  the same event in other words
 *
 * A table holds the live stories of all spaces (a space is a watch); stories of different spaces
 * never meet.  Bounded: beyond STORY_LIVE_MAX the one that was quiet longest is forgotten.
 */
#ifndef ALERTS_STORY_H
#define ALERTS_STORY_H

#include "story_idf.h"
#include "story_text.h"

#define STORY_LIVE_MAX 20000  /* stories */
#define STORY_WORDS_MAX 128   /* words a story is known by */
#define STORY_SUMMARY_MAX 96  /* words of its summaries */
#define STORY_TITLES_MAX 3    /* titles kept for comparing word by word */
#define STORY_KEYS_MAX 256    /* pages and titles known to be of it */
#define STORY_OUTLETS_MAX 64  /* outlets told apart; more are not counted */
#define STORY_ENTRIES_MAX 64  /* entries remembered as told */
#define STORY_WAYS_MAX 64     /* routes and channels remembered as told */
#define STORY_WINDOW_S 259200 /* 72 h: the usual window */
#define STORY_WINDOW_MIN_S 3600
#define STORY_WINDOW_MAX_S 2592000
#define STORY_SPANS 2 /* after so many windows a story that never rests is opened anew */

enum story_grouping { GROUPING_OFF, GROUPING_COPIES, GROUPING_STORY };
extern const char *const story_groupings[]; /* "off", ... NULL */
enum story_strictness { STRICTNESS_STRICT, STRICTNESS_NORMAL, STRICTNESS_LOOSE };
extern const char *const story_strictnesses[]; /* "strict", ... NULL */

struct story_rules {
	enum story_grouping grouping;
	enum story_strictness strictness;
	int64_t window_s;
	bool never; /* of a source whose items are never joined, but for the same page */
};

/* Persisted as numbers: add at the end only. */
enum story_how { STORY_OPENED, STORY_ITEM, STORY_COPY, STORY_WORDS };
extern const char *const story_hows[];

/* What an item brings that may be worth telling again. */
struct story_news {
	uint32_t outlet; /* a hash of who published it; 0: unknown */
	uint8_t severity;
	const uint32_t *entries; /* hashes */
	size_t n_entries;
	/* Words that the watch looked for and found: all of its items have such, they tell little.
	 */
	const uint32_t *sought;
	size_t n_sought;
	const uint32_t *ways; /* hashes: by which routes and channels it would be told */
	size_t n_ways;
};
struct story_again {
	int64_t at_outlets; /* 0: never */
	bool on_entry, on_severity;
};
/* AGAIN_ROUTE: by a way that the story was not told by; nobody asks for it, it is owed. */
enum story_reason { AGAIN_NO, AGAIN_OUTLETS, AGAIN_ENTRY, AGAIN_SEVERITY, AGAIN_ROUTE };
extern const char *const story_reasons[]; /* "" "outlets" "entry" "severity" "route" NULL */

struct story_verdict {
	uint64_t id; /* 0: grouping is off */
	enum story_how how;
	double score;            /* STORY_WORDS: likeness over what was needed, >= 1; else 1 */
	uint32_t items, outlets; /* of the story, this one included */
	int64_t opened_s;
	enum story_reason again;
	uint64_t new_ways; /* bit i: news->ways[i] is new to the story */
};

struct story_table;

/* idf is borrowed and must outlive the table. */
struct story_table *story_table_new(const struct story_idf *idf);
void story_table_free(struct story_table *t); /* NULL is fine */

/* An item that is to be placed; all but the table is borrowed for the call. */
struct story_placing {
	struct story_table *table;
	uint32_t space; /* a hash of its name, never 0 */
	const struct story_item *item;
	const struct story_rules *rules;
	const struct story_news *news;
	const struct story_again *again;
	int64_t now_s;
};
/* The story of the item in its space, which it joins or opens. */
void story_place(const struct story_placing *p, struct story_verdict *ret);

size_t story_live(const struct story_table *t);

/*
 * Persistence.  After story_place the caller writes story_save(id); after a start it gives all of
 * them back, oldest last_s first.  story_load: false when the bytes are not story_save's.
 */
struct str story_save(const struct story_table *t, uint64_t id, struct arena *arena);
bool story_load(struct story_table *t, struct str bytes);
/* Ids below this were given out.  Never lowers it. */
void story_ids_from(struct story_table *t, uint64_t next_id);
/* One story that the table forgot since it was asked last, or 0: its bytes need not be kept. */
uint64_t story_forgotten(struct story_table *t);
/* Forget everything but the ids given out: what is in memory was not written. */
void story_table_clear(struct story_table *t);

#endif
