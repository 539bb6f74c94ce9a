/*
 * News-like text and names, made the same on every machine: words of a made-up language that is
 * spelt and distributed as English is, sentences with capitals, numbers, quotes and typographic
 * signs, some items in other scripts, and names of the watchlists in about every second item.
 */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include "str.h"

#include <stdint.h>

struct corpus_item {
	struct str title, body;
};

struct corpus {
	char *text; /* an item a line: title, tab, body */
	size_t n;
	struct corpus_item *items;
	size_t n_items;
};

/* Different terms in small letters, a line each. */
struct terms_text {
	char *text;
	size_t n, count;
	uint32_t *offsets; /* where each begins; one more at the end */
};

/*
 * CORPUS_NAMES: persons, organisations and phrases of two to four words, every tenth a rare single
 * word; about one in every second item.  CORPUS_WORDS: the dictionary without its thousand most
 * frequent words, then names; many in every item.
 */
enum corpus_terms { CORPUS_NAMES, CORPUS_WORDS };

#define CORPUS_TERM_MAX 100 /* bytes */

/* At least `bytes` of text. */
void corpus_make(struct corpus *c, size_t bytes);
void corpus_free(struct corpus *c);
/* A shorter list is the beginning of a longer one. */
void corpus_terms(enum corpus_terms kind, uint32_t n, struct terms_text *ret);
void corpus_terms_free(struct terms_text *t);

#endif
