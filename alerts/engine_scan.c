/* Looking for the engine's terms in a text. */
#include "engine_parts.h"
#include "item.h"
#include "mem.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#define AHEAD 16         /* words whose memory is fetched before they are looked up */
#define DOTTED_MAX 32    /* letters of an initialism */
#define HITS_MAX 1000000 /* occurrences kept of one item */

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
visit(struct scan *scan, uint64_t key, size_t next, size_t start)
{
	const struct trie_node *node;

	if (!trie_maybe(&scan->e->trie, key))
		return;
	node = trie_find(&scan->e->trie, key);
	if (node)
		walk(scan, node, next, start);
}

/* An initialism whose first letter is words.v[i]: its letters in a row as one word. */
static bool
dotted_word(const struct scan *scan, size_t i, uint64_t *hash, size_t *next)
{
	const struct folded *t = &scan->t->folded;
	const struct words *w = &scan->t->words;
	char letters[DOTTED_MAX * 4 + FOLD_PAD] = { 0 };
	size_t n = 0, from = i;

	if (w->v[i].end >= t->n || t->p[w->v[i].end] != '.' || !pattern_dotted(t, w->v[i].start))
		return false;
	for (; i < w->n && i - from < DOTTED_MAX; i++) {
		size_t length = w->v[i].end - w->v[i].start;

		if (i > from &&
		    (w->v[i].start != w->v[i - 1].end + 1 || t->p[w->v[i - 1].end] != '.'))
			break;
		if (pattern_single_letter(t->p, t->n, w->v[i].start) != length)
			break;
		memcpy(letters + n, t->p + w->v[i].start, length);
		n += length;
	}
	*hash = words_hash(letters, n);
	*next = i;
	return true;
}

static void
walk_prefixes(struct scan *scan, const struct trie_node *node, size_t next, size_t start)
{
	const struct word *w = &scan->t->words.v[next];
	const char *p = scan->t->folded.p + w->start;
	char copy[TRIE_PREFIX_MAX + FOLD_PAD] = { 0 };
	size_t length = w->end - w->start;

	if (length > TRIE_PREFIX_MAX)
		length = TRIE_PREFIX_MAX;
	memcpy(copy, p, length);
	for (uint32_t bits = node->prefixes & (uint32_t)(((uint64_t)1 << length) - 1); bits;
	     bits &= bits - 1) {
		size_t n = (size_t)__builtin_ctz(bits) + 1;

		visit(scan, trie_prefix_key(node->key, words_hash(copy, n), n), next + 1, start);
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
		visit(scan, trie_word_key(node->key, w->v[next].hash), next + 1, start);
		if (dotted_word(scan, next, &hash, &behind))
			visit(scan, trie_word_key(node->key, hash), behind, start);
	}
	if (node->prefixes)
		walk_prefixes(scan, node, next, start);
}

static void
scan_words(struct scan *scan)
{
	const struct trie *trie = &scan->e->trie;
	const struct folded *t = &scan->t->folded;
	const struct words *w = &scan->t->words;

	for (size_t i = 0; i < w->n; i++) {
		size_t behind;
		uint64_t hash;

		if (trie->root.more) {
			visit(scan, trie_word_key(TRIE_ROOT, w->v[i].hash), i + 1, i);
			if (w->v[i].end < t->n && t->p[w->v[i].end] == '.' &&
			    dotted_word(scan, i, &hash, &behind))
				visit(scan, trie_word_key(TRIE_ROOT, hash), behind, i);
		}
		if (trie->root.prefixes && w->v[i].end - w->v[i].start >= 3) {
			uint32_t h = trie_start_hash(t->p + w->v[i].start);

			if (trie->starts[h / 64] & (uint64_t)1 << h % 64)
				walk_prefixes(scan, &trie->root, i, i);
		}
	}
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
