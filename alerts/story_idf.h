/*
 * How rare is a word?  Document frequencies learnt from every item seen, over a small built-in
 * table to start from.  Old counts fade: when there are too many items or words all are halved.
 */
#ifndef ALERTS_STORY_IDF_H
#define ALERTS_STORY_IDF_H

#include "arena.h"

#define STORY_IDF_WORDS_MAX ((size_t)1 << 18)
#define STORY_IDF_ITEMS_MAX 400000 /* then all counts are halved */

struct story_idf;

struct story_idf *story_idf_new(void);
void story_idf_free(struct story_idf *f); /* NULL is fine */

/* One item's words, each once. */
void story_idf_learn(struct story_idf *f, const uint32_t *words, size_t n);
/* ln(items / items with the word), at most STORY_IDF_MAX: 2 is one item in eight, 9 one in 8,000.
 */
#define STORY_IDF_MAX 9.5
double story_idf(const struct story_idf *f, uint32_t word);
/* Items seen with the word, as far as they did not fade. */
uint32_t story_idf_count(const struct story_idf *f, uint32_t word);

/*
 * Persistence: what was learnt since the last call (empty: nothing), to be written behind the
 * others; when there is much of it, one snapshot replaces them all.
 * story_idf_load takes both, in the order written, also several at once; false when they are not.
 */
struct str story_idf_delta(struct story_idf *f, struct arena *arena);
struct str story_idf_snapshot(struct story_idf *f, struct arena *arena);
bool story_idf_load(struct story_idf *f, struct str bytes);

#endif
