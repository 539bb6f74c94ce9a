/* Looking for the engine's terms in a text. */
#include "engine_parts.h"
#include "item.h"
#include "initials.h"
#include "mem.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#define HITS_MAX 1000000 /* occurrences kept of one item */
#define BLOCK 64         /* words that are sifted before any is looked up */

struct engine_scratch {
	const struct engine *e;
	struct folder *folder;
	struct engine_text texts[ZONE_COUNT];
	bool scanned[ZONE_COUNT];
	struct engine_hit *hits;
	size_t n_hits, hits_cap;
	struct regex_scratch *regex;
	int64_t *steps;    /* left, by regex */
	uint32_t *guarded; /* regexes whose literal occurs in this text */
	size_t n_guarded;
	bool *is_guarded;
};

/* One scan. */
struct scan {
	const struct engine *e;
	struct engine_scratch *s;
	struct engine_text *t;
	uint8_t zone;
};

struct engine_scratch *
engine_scratch_new(const struct engine *e)
{
	struct engine_scratch *s = xcalloc(1, sizeof(*s));

	s->e = e;
	s->folder = folder_new();
	if (e->n_regexes) {
		s->regex = regex_scratch_new();
		s->steps = xcalloc(e->n_regexes, sizeof(*s->steps));
		s->guarded = xcalloc(e->n_regexes, sizeof(*s->guarded));
		s->is_guarded = xcalloc(e->n_regexes, sizeof(*s->is_guarded));
	}
	engine_scratch_clear(s);
	return s;
}

void
engine_scratch_free(struct engine_scratch *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < ZONE_COUNT; i++) {
		folded_free(&s->texts[i].folded);
		folded_free(&s->texts[i].normal);
		words_free(&s->texts[i].words);
	}
	regex_scratch_free(s->regex);
	folder_free(s->folder);
	free(s->steps);
	free(s->guarded);
	free(s->is_guarded);
	free(s->hits);
	free(s);
}

void
engine_scratch_clear(struct engine_scratch *s)
{
	s->n_hits = 0;
	for (size_t i = 0; i < s->e->n_regexes; i++)
		s->steps[i] = REGEX_STEPS_MAX;
	memset(s->scanned, 0, sizeof(s->scanned));
}

struct engine_hit *
engine_hits(struct engine_scratch *s, size_t *n)
{
	*n = s->n_hits;
	return s->hits;
}

const struct engine_text *
engine_text(struct engine_scratch *s, uint8_t zone)
{
	return s->scanned[zone] ? &s->texts[zone] : NULL;
}

const struct folded *
engine_normal(struct engine_scratch *s, uint8_t zone)
{
	struct engine_text *t = &s->texts[zone];

	if (!t->has_normal)
		fold_text(s->folder, t->folded.source, FOLD_NORMAL, &t->normal);
	t->has_normal = true;
	return &t->normal;
}

static void
add_hit(struct engine_scratch *s, struct engine_hit hit)
{
	if (s->n_hits == HITS_MAX)
		return;
	if (s->n_hits == s->hits_cap) {
		s->hits_cap = s->hits_cap * 2 + 256;
		s->hits = xreallocarray(s->hits, s->hits_cap, sizeof(*s->hits));
	}
	s->hits[s->n_hits++] = hit;
}

/* Compare a candidate whose first word (or symbol) begins at `at` of the folded text. */
static void
verify(struct scan *scan, uint32_t id, size_t at)
{
	const struct engine_term *term = &scan->e->terms[id];
	const struct folded *t = &scan->t->folded;
	size_t end;

	if (term->kind == ENGINE_EXACT) {
		size_t source = folded_start(t, at);

		t = engine_normal(scan->s, scan->zone);
		at = folded_find(t, source);
	}
	if (at < term->lead)
		return;
	at -= term->lead;
	if (!pattern_at(engine_pattern(scan->e, id), t, at, &end) || end == at)
		return;
	add_hit(scan->s, (struct engine_hit){ .term = id,
			     .start = (uint32_t)folded_start(t, at),
			     .end = (uint32_t)folded_end(t, end),
			     .zone = scan->zone });
}

/* ---- words ---- */

static void walk(struct scan *scan, const struct trie_node *node, size_t next, size_t start);

static void
visit_node(struct scan *scan, uint64_t key, size_t next, size_t start)
{
	const struct trie_node *node = trie_find(&scan->e->trie, key);

	if (node)
		walk(scan, node, next, start);
}

static void
visit(struct scan *scan, uint64_t key, size_t next, size_t start)
{
	if (trie_maybe(&scan->e->trie.longer, key))
		visit_node(scan, key, next, start);
}

/* Prefixes of words.v[next] behind the words of `parent`, 0: at the start. */
static void
walk_prefixes(struct scan *scan, uint64_t parent, uint32_t prefixes, size_t next, size_t start)
{
	const struct word *w = &scan->t->words.v[next];
	const char *p = scan->t->folded.p + w->start;
	char copy[TRIE_PREFIX_MAX + FOLD_PAD] = { 0 };
	size_t length = w->end - w->start;

	if (length > TRIE_PREFIX_MAX)
		length = TRIE_PREFIX_MAX;
	memcpy(copy, p, length);
	for (uint32_t bits = prefixes & (uint32_t)(((uint64_t)1 << length) - 1); bits;
	     bits &= bits - 1) {
		size_t n = (size_t)__builtin_ctz(bits) + 1;

		visit(scan, trie_prefix_key(parent, words_hash(copy, n), n), next + 1, start);
	}
}

/* Words of a term were found, words.v[next] may go on. */
static void
walk(struct scan *scan, const struct trie_node *node, size_t next, size_t start)
{
	const struct words *w = &scan->t->words;
	uint64_t hash;
	size_t behind;

	for (uint32_t id = node->terms; id; id = scan->e->terms[id - 1].next)
		verify(scan, id - 1, w->v[start].start);
	if (next >= w->n)
		return;
	if (node->more) {
		visit(scan, trie_word_key(node->key, w->hashes[next]), next + 1, start);
		if (initials_word(&scan->t->folded, &scan->t->words, next, &hash, &behind))
			visit(scan, trie_word_key(node->key, hash), behind, start);
	}
	if (node->prefixes)
		walk_prefixes(scan, node->key, node->prefixes, next, start);
}

/* Terms that begin with a word of this hash, which ends before words.v[next]. */
static void
begin(struct scan *scan, uint64_t hash, size_t next, size_t start)
{
	const struct words *w = &scan->t->words;
	uint64_t dotted;
	size_t behind;

	if (trie_maybe(&scan->e->trie.single, hash))
		visit_node(scan, hash, next, start);
	if (next >= w->n)
		return;
	visit(scan, trie_word_key(hash, w->hashes[next]), next + 1, start);
	if (initials_word(&scan->t->folded, &scan->t->words, next, &dotted, &behind))
		visit(scan, trie_word_key(hash, dotted), behind, start);
}

/* An initialism at words.v[i], as the first word of terms and as their second. */
static void
begin_dotted(struct scan *scan, size_t i)
{
	uint64_t hash;
	size_t behind;

	if (!initials_word(&scan->t->folded, &scan->t->words, i, &hash, &behind))
		return;
	begin(scan, hash, behind, i);
	if (i > 0)
		visit(scan, trie_word_key(scan->t->words.hashes[i - 1], hash), behind, i - 1);
}

/* The words of a block that may begin a term, by number. */
struct sieve {
	uint8_t v[BLOCK];
	size_t n;
};

static inline uint64_t
pair_key(const uint64_t *hashes)
{
	return trie_word_key(hashes[0], hashes[1]);
}

static inline bool
may_begin(const struct trie *t, const uint64_t *hashes)
{
	return trie_maybe(&t->single, *hashes) | trie_maybe(&t->longer, pair_key(hashes));
}

/* Few terms: most words are no term's first. */
static inline void
sift_first(const struct trie *t, const uint64_t *hashes, size_t n, struct sieve *ret)
{
	size_t firsts = 0, found = 0;

	for (size_t i = 0; i < n; i++) {
		ret->v[firsts] = (uint8_t)i;
		firsts += trie_maybe(&t->first, hashes[i]);
	}
	for (size_t k = 0; k < firsts; k++) {
		uint8_t i = ret->v[k];

		ret->v[found] = i;
		found += may_begin(t, hashes + i);
	}
	ret->n = found;
}

/* Many: the filters do not stay in a near cache, so they are asked for ahead. */
static inline void
sift_all(const struct trie *t, const uint64_t *hashes, size_t n, struct sieve *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		__builtin_prefetch(trie_filter_word(&t->longer, pair_key(hashes + i)));
		__builtin_prefetch(trie_filter_word(&t->single, hashes[i]));
	}
	for (size_t i = 0; i < n; i++) {
		ret->v[found] = (uint8_t)i;
		found += may_begin(t, hashes + i);
	}
	ret->n = found;
}

static void
look_up(struct scan *scan, size_t from, const struct sieve *perhaps)
{
	const struct trie *trie = &scan->e->trie;
	const uint64_t *hashes = scan->t->words.hashes + from;

	for (size_t k = 0; k < perhaps->n; k++) {
		const uint64_t *word = hashes + perhaps->v[k];

		__builtin_prefetch(&trie->v[trie_place(trie, *word)]);
		__builtin_prefetch(&trie->v[trie_place(trie, pair_key(word))]);
	}
	for (size_t k = 0; k < perhaps->n; k++) {
		const uint64_t *word = hashes + perhaps->v[k];
		size_t i = from + perhaps->v[k];

		if (trie_maybe(&trie->single, *word))
			visit_node(scan, *word, i + 1, i);
		visit(scan, pair_key(word), i + 2, i);
	}
}

static void
scan_dotted(struct scan *scan)
{
	const struct engine_text *t = scan->t;

	for (size_t i = 0; initials_next(&t->folded, &t->words, &i); i++)
		begin_dotted(scan, i);
}

static void
scan_prefixes(struct scan *scan)
{
	const struct trie *trie = &scan->e->trie;
	const struct words *w = &scan->t->words;

	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].end - w->v[i].start >= 3 &&
		    trie_may_start(trie, scan->t->folded.p + w->v[i].start))
			walk_prefixes(scan, 0, trie->prefixes, i, i);
}

static void
scan_words(struct scan *scan)
{
	const struct trie *trie = &scan->e->trie;
	const struct words *w = &scan->t->words;
	struct sieve sieve;

	for (size_t from = 0; from < w->n; from += BLOCK) {
		size_t n = w->n - from < BLOCK ? w->n - from : BLOCK;

		if (trie->first.v)
			sift_first(trie, w->hashes + from, n, &sieve);
		else
			sift_all(trie, w->hashes + from, n, &sieve);
		look_up(scan, from, &sieve);
	}
	if (w->dotted)
		scan_dotted(scan);
	if (trie->prefixes)
		scan_prefixes(scan);
}

/* ---- symbols, addresses, regexes ---- */

static void
on_symbol(void *cookie, uint32_t id, size_t at)
{
	verify(cookie, id, at);
}

static void
on_address(void *cookie, uint32_t id, size_t at)
{
	struct scan *scan = cookie;
	const struct folded *t = &scan->t->folded;
	size_t end = at + scan->e->terms[id].n;

	add_hit(scan->s, (struct engine_hit){ .term = id,
			     .start = (uint32_t)folded_start(t, at),
			     .end = (uint32_t)folded_end(t, end),
			     .zone = scan->zone });
}

static void
on_guard(void *cookie, uint32_t regex, size_t at)
{
	struct engine_scratch *s = ((struct scan *)cookie)->s;

	(void)at;
	if (s->is_guarded[regex])
		return;
	s->is_guarded[regex] = true;
	s->guarded[s->n_guarded++] = regex;
}

/* All matches in each block of the text. */
static void
run_regex(struct scan *scan, size_t regex)
{
	const struct folded *t = engine_normal(scan->s, scan->zone);
	const struct engine_regex *r = &scan->e->regexes[regex];
	struct str rest = str_n(t->p, t->n);

	while (rest.n) {
		struct str block;
		size_t from = 0, base = (size_t)(rest.p - t->p), start, end;
		enum regex_verdict verdict = REGEX_NONE;

		str_cut(rest, '\n', &block, &rest);
		while (
		    from < block.n && (verdict = regex_find(r->regex, scan->s->regex, block, from,
					   &scan->s->steps[regex], &start, &end)) == REGEX_FOUND) {
			add_hit(scan->s, (struct engine_hit){ .term = r->term,
					     .start = (uint32_t)folded_start(t, base + start),
					     .end = (uint32_t)folded_end(t, base + end),
					     .zone = scan->zone });
			from = end;
		}
		if (verdict == REGEX_LIMIT) {
			add_hit(scan->s, (struct engine_hit){ .term = r->term,
					     .start = (uint32_t)folded_start(t, base + from),
					     .end = (uint32_t)folded_start(t, base + from),
					     .zone = scan->zone,
					     .limit = true });
			return;
		}
	}
}

static void
scan_regexes(struct scan *scan)
{
	const struct engine *e = scan->e;
	struct engine_scratch *s = scan->s;

	if (e->n_regexes == 0)
		return;
	grams_scan(e->guards, str_n(scan->t->folded.p, scan->t->folded.n), on_guard, scan);
	for (size_t i = 0; i < s->n_guarded; i++) {
		run_regex(scan, s->guarded[i]);
		s->is_guarded[s->guarded[i]] = false;
	}
	s->n_guarded = 0;
	for (size_t i = 0; i < e->n_regexes; i++)
		if (regex_literal(e->regexes[i].regex).n == 0)
			run_regex(scan, i);
}

void
engine_scan(
    const struct engine *e, struct engine_scratch *s, struct str source, uint8_t zone, bool address)
{
	struct engine_text *t = &s->texts[zone];
	struct scan scan = { .e = e, .s = s, .t = t, .zone = zone };
	struct str text;

	fold_text(s->folder, source, FOLD_FOLDED, &t->folded);
	t->has_normal = false;
	s->scanned[zone] = true;
	words_cut(&t->folded, &t->words);
	if (e->trie.n)
		scan_words(&scan);
	text = str_n(t->folded.p, t->folded.n);
	if (grams_count(e->symbols))
		grams_scan(e->symbols, text, on_symbol, &scan);
	if (address && grams_count(e->addresses))
		grams_scan(e->addresses, text, on_address, &scan);
	scan_regexes(&scan);
}
