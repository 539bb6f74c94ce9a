/*
 * All terms of all lists and watches in one structure: one pass over a text finds them all, at a
 * cost that grows with the text and hardly with the terms.  Words are looked up in a trie over
 * their hashes; what is found there is a candidate, and only candidates are compared.
 */
#ifndef ALERTS_ENGINE_H
#define ALERTS_ENGINE_H

#include "err.h"
#include "term.h"
#include "words.h"

struct engine;

struct engine *engine_new(void);
void engine_free(struct engine *e);

/* About so many terms will be added: saves growing on the way. */
void engine_reserve(struct engine *e, size_t terms);

#define ENGINE_NONE UINT32_MAX

/*
 * The number of the term, the same for the same meaning; ENGINE_NONE with *err when it cannot be
 * (a regex that does not compile: *offset is where).
 */
uint32_t engine_add(struct engine *e, const struct term *term, size_t *offset, struct err *err);
/* No more are added. */
void engine_finish(struct engine *e);
size_t engine_terms(const struct engine *e);

/* An occurrence; offsets in bytes of the source. */
struct engine_hit {
	uint32_t term;
	uint32_t start, end;
	uint8_t zone;
	bool limit; /* no occurrence: the regex gave up here */
};

/* A text being looked at, in the forms that were needed; reused for the next. */
struct engine_text {
	struct folded folded, normal;
	bool has_normal;
	struct words words;
};

/* One thread's memory. */
struct engine_scratch;
struct engine_scratch *engine_scratch_new(const struct engine *e);
void engine_scratch_free(struct engine_scratch *s);
/* Forget the hits, and refill the regexes' budgets: before each item. */
void engine_scratch_clear(struct engine_scratch *s);

/* Appends what occurs in source; address: the terms that match anywhere count too. */
void engine_scan(const struct engine *e, struct engine_scratch *s, struct str source, uint8_t zone,
    bool address);
/* Since the last clear; mostly in text order, and the caller may put them in another. */
struct engine_hit *engine_hits(struct engine_scratch *s, size_t *n);
/* The text of the zone last scanned; NULL when it was not. */
const struct engine_text *engine_text(struct engine_scratch *s, uint8_t zone);
/* The same, made sure to have its normal form. */
const struct folded *engine_normal(struct engine_scratch *s, uint8_t zone);

#endif
