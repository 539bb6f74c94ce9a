/* The terms: told apart, filed in the trie, the grams and the regexes. */
#include "engine.h"

#include "engine_parts.h"
#include "mem.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define POOL_MAX ((size_t)UINT32_MAX - 1)
#define START_MIN 3 /* bytes of a prefix that trie_add_start takes */

struct engine *
engine_new(void)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	e->symbols = grams_new();
	e->addresses = grams_new();
	e->guards = grams_new();
	return e;
}

void
engine_free(struct engine *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_regexes; i++)
		regex_free(e->regexes[i].regex);
	trie_free(&e->trie);
	grams_free(e->symbols);
	grams_free(e->addresses);
	grams_free(e->guards);
	free(e->regexes);
	free(e->singles);
	free(e->firsts);
	free(e->known);
	free(e->terms);
	free(e->pool);
	free(e);
}

size_t
engine_terms(const struct engine *e)
{
	return e->n_terms;
}

/* ---- telling terms apart ---- */

static uint8_t
term_kind(const struct term *t)
{
	switch (t->kind) {
	case TERM_WORDS:
		return t->exact ? ENGINE_EXACT : ENGINE_FOLDED;
	case TERM_REGEX:
		return t->caseless ? ENGINE_REGEX_CASELESS : ENGINE_REGEX;
	case TERM_ADDRESS:
		return ENGINE_ADDRESS;
	}
	return ENGINE_FOLDED;
}

static uint32_t
meaning_hash(struct str pattern, uint8_t kind)
{
	return (uint32_t)XXH3_64bits_withSeed(pattern.p, pattern.n, kind);
}

static void
known_resize(struct engine *e, size_t size)
{
	e->known = xreallocarray(e->known, size, sizeof(*e->known));
	memset(e->known, 0, size * sizeof(*e->known));
	e->known_size = size;
	for (size_t i = 0; i < e->n_terms; i++) {
		size_t at =
		    meaning_hash(engine_pattern(e, (uint32_t)i), e->terms[i].kind) & (size - 1);

		while (e->known[at])
			at = (at + 1) & (size - 1);
		e->known[at] = (uint32_t)i + 1;
	}
}

void
engine_reserve(struct engine *e, size_t terms)
{
	size_t size = 64;

	while (size < terms * 2)
		size *= 2;
	known_resize(e, size);
	trie_reserve(&e->trie, terms + terms / 4);
}

/* The slot of the meaning: of the term that has it, or free. */
static uint32_t *
known_slot(struct engine *e, struct str pattern, uint8_t kind)
{
	size_t at;

	if (e->n_terms * 2 >= e->known_size)
		known_resize(e, e->known_size ? e->known_size * 2 : 64);
	at = meaning_hash(pattern, kind) & (e->known_size - 1);
	for (; e->known[at]; at = (at + 1) & (e->known_size - 1)) {
		uint32_t id = e->known[at] - 1;

		if (e->terms[id].kind == kind && str_eq(engine_pattern(e, id), pattern))
			break;
	}
	return &e->known[at];
}

static uint32_t
keep_term(struct engine *e, struct str pattern, uint8_t kind)
{
	if (e->pool_cap - e->pool_n < pattern.n) {
		e->pool_cap = e->pool_cap + e->pool_cap / 2 + pattern.n + 4096;
		e->pool = xrealloc(e->pool, e->pool_cap);
	}
	memcpy(e->pool + e->pool_n, pattern.p, pattern.n);
	if (e->n_terms == e->terms_cap) {
		e->terms_cap = e->terms_cap + e->terms_cap / 2 + 64;
		e->terms = xreallocarray(e->terms, e->terms_cap, sizeof(*e->terms));
	}
	e->terms[e->n_terms] = (struct engine_term){
		.pattern = (uint32_t)e->pool_n, .n = (uint16_t)pattern.n, .kind = kind
	};
	e->pool_n += pattern.n;
	return (uint32_t)e->n_terms++;
}

/* ---- filing ---- */

static bool
has_mark(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] > 0 && s.p[i] < PATTERN_MARKS)
			return true;
	return false;
}

/* Bytes before the first of the pattern's marks. */
static size_t
literal_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && !(s.p[n] > 0 && s.p[n] < PATTERN_MARKS))
		n++;
	return n;
}

static void
add_first(struct engine *e, uint64_t hash)
{
	if (e->n_firsts > TRIE_FIRSTS_MAX)
		return;
	if (e->n_firsts == e->firsts_cap) {
		e->firsts_cap = e->firsts_cap * 2 + 256;
		e->firsts = xreallocarray(e->firsts, e->firsts_cap, sizeof(*e->firsts));
	}
	e->firsts[e->n_firsts++] = hash;
}

static struct trie_node *
add_single(struct engine *e, uint64_t key)
{
	if (e->n_singles == e->singles_cap) {
		e->singles_cap = e->singles_cap * 2 + 256;
		e->singles = xreallocarray(e->singles, e->singles_cap, sizeof(*e->singles));
	}
	e->singles[e->n_singles++] = key;
	return trie_add(&e->trie, key);
}

/* A prefix behind the words of `parent`, 0: at the start. */
static uint64_t
add_prefix(struct engine *e, uint64_t parent, const char *p, size_t length)
{
	length = length > TRIE_PREFIX_MAX ? TRIE_PREFIX_MAX : length;
	if (parent)
		trie_add(&e->trie, parent)->prefixes |= (uint32_t)1 << (length - 1);
	else
		trie_add_start(&e->trie, p, length);
	return trie_prefix_key(parent, words_hash(p, length), length);
}

/* Walks the trie along the key's words, making nodes; the term hangs on the last. */
static void
file_words(struct engine *e, uint32_t id, struct str key)
{
	char padded[TERM_MAX * 4 + FOLD_PAD];
	struct trie_node *node;
	struct pattern_word word;
	uint64_t parent = 0;
	size_t at = 0, n = 0;
	bool open = false; /* the first word */

	key = pattern_sure_part(key);
	memcpy(padded, key.p, key.n);
	memset(padded + key.n, 0, FOLD_PAD);
	while (n < TERM_WORDS_MAX && pattern_next_word(key, &at, &word)) {
		const char *p = padded + word.start;
		size_t length = word.end - word.start;

		if (word.open) {
			if (n == 1 && !open)
				add_single(e, parent);
			open = open || n == 0;
			parent = add_prefix(e, parent, p, length);
		} else if (n == 0) {
			parent = words_hash(p, length);
			add_first(e, parent);
		} else {
			if (n > 1 || open)
				trie_add(&e->trie, parent)->more = 1;
			parent = trie_word_key(parent, words_hash(p, length));
		}
		n++;
	}
	node = n == 1 && !open ? add_single(e, parent) : trie_add(&e->trie, parent);
	e->terms[id].next = node->terms;
	node->terms = (id + 1) & 0x7fffffff;
}

/* Is the first word of the key a prefix of fewer bytes than the trie takes? */
static bool
begins_short(struct str key)
{
	struct pattern_word word;
	size_t at = 0;

	return pattern_next_word(key, &at, &word) && word.open && word.end - word.start < START_MIN;
}

/* Where a literal term goes: by its first word, or by the symbol it begins with, as #AI* does. */
static void
file_literal(struct engine *e, uint32_t id, const struct term *term)
{
	struct str pattern = engine_pattern(e, id);
	struct pattern_word word;
	size_t at = 0;
	bool words = pattern_next_word(pattern, &at, &word);

	if (words && !begins_short(term->key) && !has_mark(str_sub(pattern, 0, word.start)) &&
	    word.start <= UINT8_MAX) {
		e->terms[id].lead = (uint8_t)word.start;
		file_words(e, id, term->key);
		return;
	}
	grams_add(e->symbols, str_sub(term->key, 0, literal_length(term->key)), id);
}

static bool
file_regex(struct engine *e, uint32_t id, const struct term *term, size_t *offset, struct err *err)
{
	struct regex *r = regex_new(term->pattern, term->caseless, offset, err);
	struct str literal;

	if (!r)
		return false;
	e->regexes = xreallocarray(e->regexes, e->n_regexes + 1, sizeof(*e->regexes));
	e->regexes[e->n_regexes] = (struct engine_regex){ r, id };
	literal = regex_literal(r);
	if (literal.n)
		grams_add(e->guards, literal, (uint32_t)e->n_regexes);
	e->n_regexes++;
	return true;
}

uint32_t
engine_add(struct engine *e, const struct term *term, size_t *offset, struct err *err)
{
	uint8_t kind = term_kind(term);
	uint32_t *slot = known_slot(e, term->pattern, kind), id;

	*offset = 0;
	if (*slot)
		return *slot - 1;
	if (term->pattern.n > UINT16_MAX || term->key.n > TERM_MAX * 4 ||
	    e->pool_n + term->pattern.n > POOL_MAX) {
		err_set(err, ERR_LIMIT, "a term too long, or too many of them");
		return ENGINE_NONE;
	}
	id = keep_term(e, term->pattern, kind);
	switch (term->kind) {
	case TERM_WORDS:
		file_literal(e, id, term);
		break;
	case TERM_REGEX:
		if (!file_regex(e, id, term, offset, err)) {
			e->n_terms--;
			return ENGINE_NONE;
		}
		break;
	case TERM_ADDRESS:
		grams_add(e->addresses, term->pattern, id);
		break;
	}
	*slot = id + 1;
	return id;
}

void
engine_finish(struct engine *e)
{
	trie_finish(&e->trie, e->singles, e->n_singles, e->firsts, e->n_firsts);
	free(e->firsts);
	e->firsts = NULL;
	free(e->singles);
	e->singles = NULL;
	grams_finish(e->symbols);
	grams_finish(e->addresses);
	grams_finish(e->guards);
	free(e->known);
	e->known = NULL;
	e->known_size = 0;
	e->terms = xreallocarray(e->terms, e->n_terms + 1, sizeof(*e->terms));
	e->terms_cap = e->n_terms + 1;
	e->pool = xrealloc(e->pool, e->pool_n + 1);
	e->pool_cap = e->pool_n + 1;
}
