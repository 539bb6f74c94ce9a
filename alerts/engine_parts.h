/*
 * What the engine's two files share: engine.c files terms, engine_scan.c looks for them.
 */
#ifndef ALERTS_ENGINE_PARTS_H
#define ALERTS_ENGINE_PARTS_H

#include "engine.h"
#include "grams.h"
#include "regex.h"
#include "trie.h"

enum engine_kind {
	ENGINE_FOLDED,
	ENGINE_EXACT,
	ENGINE_REGEX,
	ENGINE_REGEX_CASELESS,
	ENGINE_ADDRESS,
};

struct engine_term {
	uint32_t pattern; /* offset in the pool */
	uint16_t n;
	uint8_t kind;
	uint8_t lead;  /* bytes of the pattern before its first word */
	uint32_t next; /* of the same words, plus one */
};

struct engine_regex {
	struct regex *regex;
	uint32_t term;
};

struct engine {
	struct engine_term *terms;
	size_t n_terms, terms_cap;
	char *pool; /* patterns */
	size_t pool_n, pool_cap;
	uint32_t *known; /* while building: meanings, by hash; terms plus one */
	size_t known_size;
	struct trie trie;
	uint64_t *singles; /* while building: keys of the trie's nodes of one word */
	size_t n_singles, singles_cap;
	uint64_t *firsts; /* while building: the first words of terms, some twice */
	size_t n_firsts, firsts_cap;
	struct grams *symbols, *addresses, *guards; /* guards: ids are of regexes */
	struct engine_regex *regexes;
	size_t n_regexes;
};

static inline struct str
engine_pattern(const struct engine *e, uint32_t term)
{
	return str_n(e->pool + e->terms[term].pattern, e->terms[term].n);
}

#endif
