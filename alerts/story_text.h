/*
 * An item as the story table compares it: the title without what newsrooms hang on it, cut into
 * words that are equal when readers call them the same, and the page it stands on.
 */
#ifndef ALERTS_STORY_TEXT_H
#define ALERTS_STORY_TEXT_H

#include "story_idf.h"

#define STORY_TITLE_WORDS_MAX 48   /* of a title; the rest says little */
#define STORY_SUMMARY_WORDS_MAX 60 /* of a summary */

enum story_word_kind {
	WORD_PLAIN,
	WORD_NUMBER, /* digits */
	WORD_CODE,   /* a name with digits in it: CVE-2026-1234, F-35 */
	WORD_LABEL,  /* a number behind it is a name: season 5, part 2 */
	WORD_GRAM,   /* a few characters of a script without spaces */
};

struct story_word {
	uint32_t word;
	enum story_word_kind kind;
};

struct story_item {
	uint32_t page;            /* hash of the canonical URL; 0: none, or the site's front page */
	uint32_t title;           /* hash of the stripped title's words; 0: it has none */
	struct story_word *order; /* the title's words as they stand */
	size_t n_order;
	uint32_t *words; /* the same, each once */
	size_t n_words;
	uint32_t *summary; /* words of the summary, each once */
	size_t n_summary;
	uint32_t outlet; /* hash of the site's name; 0: none */
	uint32_t ending; /* hash of what may be an outlet's name at the title's end; 0: none */
};

/* One thread's; what it learns is only how characters fold. */
struct story_reader;
struct story_reader *story_reader_new(void);
void story_reader_free(struct story_reader *r); /* NULL is fine */

/*
 * title and summary are plain text, link is absolute http(s) or empty.  idf says which endings were
 * seen often.  Everything in *ret is in arena.
 */
void story_read(struct story_reader *r, const struct story_idf *idf, struct str title,
    struct str summary, struct str link, struct arena *arena, struct story_item *ret);

/*
 * The same in two steps, for most items are only learnt from: the title, its words and its ending
 * first; then, where the item is to be placed, the rest.
 */
void story_read_title(struct story_reader *r, const struct story_idf *idf, struct str title,
    struct str link, struct arena *arena, struct story_item *ret);
void story_read_rest(struct story_reader *r, struct str summary, struct str link,
    struct arena *arena, struct story_item *ret);

/* What story_idf_learn is to be told of an item: its words and its ending. */
void story_item_learn(const struct story_item *item, struct story_idf *idf);

/* A title without outlet, "UPDATE 2-", "(Reuters)" and the like; a view of it. */
struct str story_strip_title(
    struct str title, struct str link, const struct story_idf *idf, uint32_t *ending);
/* The page's address without scheme, www., m., amp, port, tracking, fragment, slash at the end. */
struct str story_page(struct str link, struct arena *arena);

/* The words of a term, as they are in titles; at most max.  Returns how many. */
size_t story_words(struct story_reader *r, struct str term, uint32_t *words, size_t max);

/* A name's hash for spaces, outlets and entries; never 0. */
uint32_t story_hash(struct str name);

#endif
