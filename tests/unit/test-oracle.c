/*
 * The engine against the oracle on random terms and texts, and expressions against a naive reading
 * of them.  NEWSBELL_CASES=n says how many terms are tried (each with several texts); the seed is
 * fixed unless NEWSBELL_SEED says another.
 */
#include "dice.h"
#include "engine.h"
#include "match.h"
#include "mem.h"
#include "oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BATCH 24     /* terms in one engine */
#define TEXTS 12     /* texts for each */
#define TEXT_MAX 800 /* bytes */
#define TERM_BYTES 120
#define CASES_QUICK 30000

/* ---- chance ---- */

static size_t
cases(size_t quick)
{
	const char *n = getenv("NEWSBELL_CASES");

	return n ? strtoul(n, NULL, 10) : quick;
}

/* ---- terms and texts ---- */

/* What they are made of: few, so that terms and texts meet, and of every kind. */
static const char *const letters[] = { "a", "b", "A", "B", "i", "I", "é", "É", "ß", "ł", "ı", "İ",
	"ö", "e\xcc\x81", "ά", "Σ", "ς", "й", "ё", "е", "Ж", "1", "2", "中", "文", "か", "が", "カ",
	"한", "국", "ก", "้", "ﬁ", "Ａ", "²", "ñ" };
static const char *const plain_letters[] = { "a", "b", "A", "B", "1", "É" };
static const char *const signs[] = { " ", " ", " ", " ", ".", "-", "&", "'", "’", "!", "?", "/",
	"+", "#", "*", ",", "–", "\xc2\xa0", "_", "$", "🔥", "€", "“" };
static const char *const hidden[] = { "\xc2\xad", "\xe2\x80\x8b" };

struct made {
	char p[TEXT_MAX + 32];
	size_t n;
};

static void
add(struct made *m, const char *s)
{
	size_t n = strlen(s);

	if (m->n + n > TEXT_MAX)
		return;
	memcpy(m->p + m->n, s, n);
	m->n += n;
}

#define ADD(m, table) add((m), (table)[below(ARRAY_LEN(table))])

static void
add_letter(struct made *m, bool plain)
{
	if (plain)
		ADD(m, plain_letters);
	else
		ADD(m, letters);
}

static void
make_term(struct made *m)
{
	bool plain = below(3) > 0;
	uint32_t pieces = 1 + below(3);

	m->n = 0;
	if (below(16) == 0)
		add(m, "=");
	else if (below(16) == 0)
		add(m, "~");
	while (pieces--) {
		for (uint32_t n = 1 + below(4); n; n--) {
			add_letter(m, plain);
			if (below(5) == 0)
				ADD(m, signs);
			if (below(8) == 0)
				add(m, ".");
		}
		if (below(8) == 0)
			add(m, "*");
		if (pieces)
			add(m, below(6) ? " " : " & ");
	}
	while (m->n && m->p[m->n - 1] == ' ')
		m->n--;
}

/* The term with small changes, so that it matches or nearly does. */
static void
add_like(struct made *m, const struct made *term)
{
	size_t from = term->n && (term->p[0] == '=' || term->p[0] == '~');

	for (size_t i = from; i < term->n;) {
		char c[8] = { 0 };
		size_t n = 1;

		while (i + n < term->n && ((unsigned char)term->p[i + n] & 0xc0) == 0x80)
			n++;
		memcpy(c, term->p + i, n);
		i += n;
		if (*c == '*' && below(2))
			add_letter(m, true);
		else if (below(24) == 0)
			ADD(m, signs);
		else if (*c == ' ' && below(3) == 0)
			ADD(m, signs);
		else if (below(40) > 0)
			add(m, c);
		if (below(12) == 0)
			add(m, below(2) ? " " : ".");
		if (below(60) == 0)
			ADD(m, hidden);
	}
}

static void
make_text(struct made *m, const struct made *terms, size_t n)
{
	uint32_t parts = 1 + below(8);

	m->n = 0;
	while (parts--) {
		uint32_t dice = below(8);

		if (dice < 5)
			add_like(m, &terms[below((uint32_t)n)]);
		else
			for (uint32_t k = below(6); k; k--)
				add_letter(m, below(2));
		if (below(4))
			ADD(m, signs);
		if (below(12) == 0)
			add(m, "\n");
	}
}

/* ---- engine against oracle ---- */

struct trial {
	struct made terms[BATCH];
	uint32_t ids[BATCH];
	bool good[BATCH];
	struct engine *engine;
	struct engine_scratch *scratch;
	struct folder *folder;
	struct arena *arena;
	int failed;
};

/* Without white space at its ends, as a list's or an expression's reader gives it. */
static void
file_term(struct trial *t, size_t i)
{
	struct made *m = &t->terms[i];
	struct term_source source = { .written = str_n(m->p, m->n) };
	struct term term;
	struct diags diags;
	struct err e;
	size_t offset;

	diags_init(&diags, t->arena);
	if (m->p[0] == '=' || m->p[0] == '~')
		source.sigil = m->p[0];
	source.body = str_trim(str_sub(source.written, source.sigil != 0, m->n));
	t->good[i] = term_make(&source, t->folder, t->arena, &diags, &term);
	if (t->good[i])
		t->ids[i] = engine_add(t->engine, &term, &offset, &e);
}

static void
compare(struct trial *t, const struct made *text)
{
	const struct engine_hit *hits;
	size_t n;

	engine_scratch_clear(t->scratch);
	engine_scan(t->engine, t->scratch, str_n(text->p, text->n), 0, false);
	hits = engine_hits(t->scratch, &n);
	for (size_t i = 0; i < BATCH; i++) {
		const struct made *term = &t->terms[i];
		size_t want = oracle_count(term->p, term->n, text->p, text->n), got = 0;

		for (size_t k = 0; k < n; k++)
			got += t->good[i] && hits[k].term == t->ids[i];
		if (!t->good[i])
			got = SIZE_MAX;
		if (got == want)
			continue;
		if (t->failed++ < 12)
			print_error("'%.*s' in '%.*s': oracle %zd, engine %zd\n", (int)term->n,
			    term->p, (int)text->n, text->p, (ssize_t)want, (ssize_t)got);
	}
}

static void
run_batch(struct trial *t)
{
	struct made text;

	t->engine = engine_new();
	t->arena = arena_new();
	for (size_t i = 0; i < BATCH; i++) {
		make_term(&t->terms[i]);
		file_term(t, i);
	}
	engine_finish(t->engine);
	t->scratch = engine_scratch_new(t->engine);
	for (size_t i = 0; i < TEXTS; i++) {
		make_text(&text, t->terms, BATCH);
		compare(t, &text);
	}
	engine_scratch_free(t->scratch);
	engine_free(t->engine);
	arena_free(t->arena);
}

static void
terms_against_oracle(void **unused)
{
	struct trial *t = xcalloc(1, sizeof(*t));
	size_t n = cases(CASES_QUICK);

	(void)unused;
	t->folder = folder_new();
	for (size_t i = 0; i < n && t->failed < 12; i += BATCH * TEXTS)
		run_batch(t);
	print_message("%zu terms and texts, %d differ\n", n, t->failed);
	folder_free(t->folder);
	assert_int_equal(t->failed, 0);
	free(t);
}

/* ---- expressions ---- */

#define WORDS 5
#define NODES_MAX 64

struct node {
	enum { LEAF, AND, OR, NOT, NEAR, BEFORE } kind;
	uint32_t word, count; /* LEAF; NEAR */
	struct node *left, *right;
};

struct tree {
	struct node v[NODES_MAX];
	size_t n;
};

static struct node *
make_node(struct tree *t, uint32_t depth)
{
	struct node *q = &t->v[t->n++];
	uint32_t dice = depth == 0 || t->n > NODES_MAX - 8 ? 0 : below(10);

	*q = (struct node){ .word = below(WORDS) };
	if (dice < 3)
		return q;
	q->kind = dice < 5 ? AND : dice < 7 ? OR : dice < 8 ? NOT : dice < 9 ? NEAR : BEFORE;
	q->count = below(4);
	q->left = make_node(t, q->kind < NEAR ? depth - 1 : 0);
	if (q->kind != NOT)
		q->right = make_node(t, q->kind < NEAR ? depth - 1 : 0);
	return q;
}

static int
rank(const struct node *q)
{
	static const int ranks[] = {
		[LEAF] = 4, [AND] = 1, [OR] = 0, [NOT] = 2, [NEAR] = 3, [BEFORE] = 3
	};

	return ranks[q->kind];
}

/* With as few parentheses as precedence allows, some more by chance. */
static void
print_node(struct made *m, const struct node *q, int outer)
{
	static const char *const joins[] = { [AND] = " AND ", [OR] = " OR " };
	bool group = rank(q) < outer || below(12) == 0;
	char s[32];

	if (group)
		add(m, "(");
	if (q->kind == LEAF) {
		snprintf(s, sizeof(s), "w%u", q->word);
		add(m, s);
	} else if (q->kind == NOT) {
		add(m, below(2) ? "NOT " : "-");
		print_node(m, q->left, 3);
	} else {
		print_node(m, q->left, rank(q) + (rank(q) == 3));
		snprintf(s, sizeof(s), " %s/%u ", q->kind == NEAR ? "NEAR" : "BEFORE", q->count);
		add(m, rank(q) == 3 ? s : q->kind == AND && below(2) ? " " : joins[q->kind]);
		print_node(m, q->right, rank(q) + (rank(q) == 3));
	}
	if (group)
		add(m, ")");
}

/* A text as numbers of words; WORDS ends a block, above it are other words. */
struct words_text {
	uint32_t v[64];
	size_t n;
};

static bool
near(const struct node *q, const struct words_text *t, bool both)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = i + 1; k < t->n && t->v[k] != WORDS; k++)
			if (k - i - 1 <= q->count &&
			    ((t->v[i] == q->left->word && t->v[k] == q->right->word) ||
				(both && t->v[k] == q->left->word && t->v[i] == q->right->word)))
				return true;
	return false;
}

static bool
holds(const struct node *q, const struct words_text *t)
{
	switch (q->kind) {
	case LEAF:
		for (size_t i = 0; i < t->n; i++)
			if (t->v[i] == q->word)
				return true;
		return false;
	case AND:
		return holds(q->left, t) && holds(q->right, t);
	case OR:
		return holds(q->left, t) || holds(q->right, t);
	case NOT:
		return !holds(q->left, t);
	case NEAR:
		return near(q, t, true);
	case BEFORE:
		return near(q, t, false);
	}
	return false;
}

static void
make_words_text(struct words_text *t, struct made *m)
{
	m->n = t->n = 0;
	for (uint32_t n = 1 + below(24); n; n--) {
		uint32_t word = below(WORDS + 4);
		char s[32];

		if (word == WORDS && n == 1)
			continue;
		t->v[t->n++] = word;
		if (word == WORDS)
			m->p[m->n++] = '\n';
		else {
			snprintf(s, sizeof(s), "%sw%u%s", m->n && m->p[m->n - 1] != '\n' ? " " : "",
			    word, below(9) ? "" : ",");
			add(m, s);
		}
	}
}

/* Returns how often it differed. */
static int
try_expression(const struct node *q, struct str when)
{
	struct watch_source watch = { .name = STR("w"), .severity = SEVERITY_NORMAL };
	struct arena *arena = arena_new();
	const struct words_text nothing = { 0 };
	struct diags diags;
	struct watchset *set;
	struct matcher *m;
	int failed = 0;

	diags_init(&diags, arena);
	watch.when.value = when;
	watch.when.value_at = (struct place){ STR("t"), 1, 1, when };
	set = watchset_build(NULL, 0, &watch, 1, NULL, NULL, &diags);
	if (!set != holds(q, &nothing)) {
		print_error("%.*s: %s\n", STR_ARG(when), set ? "is accepted" : "is refused");
		failed++;
	}
	m = set ? matcher_new(set) : NULL;
	for (int i = 0; m && i < 20; i++) {
		struct match_input in = { 0 };
		struct match_result result;
		struct words_text t;
		struct made text;

		make_words_text(&t, &text);
		in.zone[ZONE_BODY] = str_n(text.p, text.n);
		matcher_run(m, &in, arena, &result);
		if ((result.n_fired > 0) == holds(q, &t))
			continue;
		failed++;
		print_error("%.*s on '%.*s': %s\n", STR_ARG(when), STR_ARG(in.zone[ZONE_BODY]),
		    result.n_fired ? "fires" : "does not fire");
	}
	matcher_free(m);
	watchset_free(set);
	arena_free(arena);
	return failed;
}

static void
expressions_against_naive(void **unused)
{
	size_t n = cases(CASES_QUICK) / 20;
	int failed = 0;

	(void)unused;
	for (size_t i = 0; i < n && failed < 12; i++) {
		struct tree tree = { .n = 0 };
		struct node *q = make_node(&tree, 4);
		struct made when = { .n = 0 };

		print_node(&when, q, 0);
		if (when.n < TEXT_MAX - 16)
			failed += try_expression(q, str_n(when.p, when.n));
	}
	print_message("%zu expressions, %d differ\n", n, failed);
	assert_int_equal(failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_against_oracle),
		cmocka_unit_test(expressions_against_naive),
	};
	const char *seed = getenv("NEWSBELL_SEED");

	dice_seed = seed ? strtoull(seed, NULL, 10) : 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
