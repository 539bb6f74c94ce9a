#include "corpus.h"

#include "chance.h"
#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_BYTES 2300 /* about */
#define NAMES 1000000u  /* those that occur in texts */
#define ITEM_MAX (64 << 10)

/* ---- words ---- */

#define WORD_MAX 24       /* bytes */
#define VOCABULARY 60000u /* words of the dictionary, most frequent first */
#define RARE 400000u      /* behind them: words of names alone */
#define COMMON 1000u      /* words too frequent to be watched for */

static const char *const onsets[] = { "s", "t", "c", "p", "m", "b", "d", "f", "h", "l", "n", "r",
	"w", "g", "v", "s", "t", "c", "p", "m", "d", "st", "tr", "pr", "ch", "sh", "th", "cr", "gr",
	"pl", "br", "" };
static const char *const vowels[] = { "e", "a", "i", "o", "e", "a", "i", "o", "u", "e", "ea", "ou",
	"ai", "io", "ee", "oo" };
static const char *const codas[] = { "", "", "", "", "n", "r", "s", "t", "l", "n", "nd", "ng", "st",
	"ck", "rt", "m" };
static const char *const endings[] = { "", "", "", "", "", "s", "ed", "ing", "er", "tion", "ly",
	"al", "ment", "ity", "ive", "ers" };
static const char *const small[] = { "the", "of", "and", "to", "in", "a", "is", "that", "for", "it",
	"was", "on", "with", "as", "be", "at", "by", "this", "from", "are", "have", "an", "not",
	"or", "but", "had", "its", "they", "he", "she", "which", "their", "said", "will", "would",
	"more", "has", "been", "who", "after" };

/* Texts told apart by their hashes. */
struct known {
	uint64_t *v;
	size_t size, n;
};

static bool
known_before(struct known *k, const char *s, size_t n)
{
	uint64_t h = 1;
	size_t at;

	for (size_t i = 0; i < n; i++)
		h = chance_mix(h ^ (unsigned char)s[i]);
	for (at = h & (k->size - 1); k->v[at]; at = (at + 1) & (k->size - 1))
		if (k->v[at] == h)
			return true;
	k->v[at] = h;
	return false;
}

static struct known
known_new(size_t n)
{
	struct known k = { .size = 1024 };

	while (k.size < n * 2)
		k.size *= 2;
	k.v = xcalloc(k.size, sizeof(*k.v));
	return k;
}

struct language {
	char (*words)[WORD_MAX];
	struct terms_text names; /* NAMES of them */
};

static const char *
pick(struct chance *c, const char *const *v, size_t n)
{
	return v[below(c, (uint32_t)n)];
}
#define PICK(c, v) pick((c), (v), ARRAY_LEN(v))

static void
make_word(struct chance *c, uint32_t i, char out[WORD_MAX])
{
	uint32_t syllables = i < 300 ? 1 : i < 5000 ? 1 + below(c, 2) : 2 + below(c, 2);
	size_t n = 0;

	while (syllables--)
		n += (size_t)snprintf(out + n, WORD_MAX - n, "%s%s%s", PICK(c, onsets),
		    PICK(c, vowels), PICK(c, codas));
	if (n < WORD_MAX - 5 && i >= 300)
		snprintf(out + n, WORD_MAX - n, "%s", PICK(c, endings));
}

static void
make_words(struct language *l)
{
	struct known known = known_new(VOCABULARY + RARE);
	struct chance c = { 7 };

	l->words = xcalloc(VOCABULARY + RARE, sizeof(*l->words));
	for (uint32_t i = 0; i < VOCABULARY + RARE; i++)
		do
			if (i < ARRAY_LEN(small))
				strcpy(l->words[i], small[i]);
			else
				make_word(&c, i, l->words[i]);
		while (strlen(l->words[i]) < (i < ARRAY_LEN(small) ? 1 : 3) ||
		       known_before(&known, l->words[i], strlen(l->words[i])));
	free(known.v);
}

/* Zipf: rank by the inverse of a truncated 1/x law. */
static uint32_t
zipf(struct chance *c, uint32_t n)
{
	uint32_t i = (uint32_t)exp(fraction(c) * log((double)n + 1)) - 1;

	return i < n ? i : n - 1;
}

static const char *
rare(const struct language *l, struct chance *c)
{
	return l->words[VOCABULARY + below(c, RARE)];
}

static size_t
make_name(const struct language *l, struct chance *c, char out[CORPUS_TERM_MAX])
{
	uint32_t dice = below(c, 10);
	int n;

	if (dice == 0)
		n = snprintf(out, CORPUS_TERM_MAX, "%s", rare(l, c));
	else if (dice < 4) /* a person */
		n = snprintf(
		    out, CORPUS_TERM_MAX, "%s %s", l->words[2000 + zipf(c, 3000)], rare(l, c));
	else if (dice < 8) /* Rare Corporation, Common Rare Group */
		n = snprintf(out, CORPUS_TERM_MAX, "%s%s%s %s",
		    dice < 6 ? l->words[300 + zipf(c, 20000)] : "", dice < 6 ? " " : "",
		    dice < 7 ? rare(l, c) : l->words[5000 + below(c, 50000)],
		    l->words[300 + zipf(c, 200)]);
	else
		n = snprintf(out, CORPUS_TERM_MAX, "%s %s %s", l->words[200 + zipf(c, 30000)],
		    dice == 8 ? "of" : l->words[200 + zipf(c, 30000)],
		    l->words[2000 + below(c, 50000)]);
	return (size_t)n;
}

static void
add_term(struct terms_text *t, const char *s, size_t n)
{
	t->offsets[t->count++] = (uint32_t)t->n;
	memcpy(t->text + t->n, s, n);
	t->n += n;
	t->text[t->n++] = '\n';
	t->offsets[t->count] = (uint32_t)t->n;
}

static void
make_names(const struct language *l, enum corpus_terms kind, uint32_t n, struct terms_text *t)
{
	struct known known = known_new(n + VOCABULARY);
	struct chance c = { 99 };
	char s[CORPUS_TERM_MAX];

	*t = (struct terms_text){ .text = xmalloc((size_t)n * CORPUS_TERM_MAX),
		.offsets = xcalloc((size_t)n + 1, sizeof(*t->offsets)) };
	for (uint32_t i = COMMON; kind == CORPUS_WORDS && i < VOCABULARY && t->count < n; i++) {
		known_before(&known, l->words[i], strlen(l->words[i]));
		add_term(t, l->words[i], strlen(l->words[i]));
	}
	while (t->count < n) {
		size_t length = make_name(l, &c, s);

		if (!known_before(&known, s, length))
			add_term(t, s, length);
	}
	free(known.v);
}

void
corpus_terms(enum corpus_terms kind, uint32_t n, struct terms_text *ret)
{
	struct language l;

	make_words(&l);
	make_names(&l, kind, n, ret);
	free(l.words);
}

void
corpus_terms_free(struct terms_text *t)
{
	free(t->text);
	free(t->offsets);
}

/* ---- texts ---- */

struct writer {
	const struct language *l;
	char *p;
	size_t n;
	struct chance chance;
	bool capital; /* the next word begins a sentence */
};

static void
put(struct writer *w, const char *s, size_t n)
{
	memcpy(w->p + w->n, s, n);
	w->n += n;
}

static void
put_c(struct writer *w, const char *s)
{
	put(w, s, strlen(s));
}

static void
put_word(struct writer *w, const char *s, size_t n, bool all, bool first)
{
	for (size_t i = 0; i < n; i++) {
		bool begins = i == 0 || s[i - 1] == ' ';
		bool upper = s[i] >= 'a' && s[i] <= 'z' &&
			     (all || (begins && (first || (i == 0 && w->capital))));

		w->p[w->n++] = (char)(upper ? s[i] - 32 : s[i]);
	}
	w->capital = false;
}

/* A word with an accent, made so that none of its plain parts is a word. */
static void
put_accented(struct writer *w)
{
	static const char *const marks[] = { "é", "ö", "ü", "ñ", "ç", "ő", "ž", "ã" };
	const char *s = w->l->words[500 + below(&w->chance, 3000)];
	size_t n = strlen(s);

	put(w, "q", 1);
	put(w, s, n / 2);
	put_c(w, marks[below(&w->chance, 8)]);
	put(w, s + n / 2, n - n / 2);
	put(w, "q", 1);
}

static void
put_foreign(struct writer *w, uint32_t from, uint32_t n, size_t count)
{
	while (count--) {
		uint32_t c = from + below(&w->chance, n);

		if (c < 0x800) {
			w->p[w->n++] = (char)(0xc0 | c >> 6);
			w->p[w->n++] = (char)(0x80 | (c & 63));
		} else {
			w->p[w->n++] = (char)(0xe0 | c >> 12);
			w->p[w->n++] = (char)(0x80 | (c >> 6 & 63));
			w->p[w->n++] = (char)(0x80 | (c & 63));
		}
	}
}

enum script { LATIN, CYRILLIC, HAN };

static void
put_token(struct writer *w, enum script script)
{
	uint32_t dice = below(&w->chance, 100);
	const char *s;

	if (script == CYRILLIC && dice < 90)
		put_foreign(w, 0x430, 32, 3 + below(&w->chance, 8));
	else if (script == HAN && dice < 90)
		put_foreign(w, 0x4e00, 8000, 8 + below(&w->chance, 20));
	else if (dice < 2)
		w->n += (size_t)sprintf(w->p + w->n, "%u", below(&w->chance, 3000));
	else if (dice < 3)
		put_accented(w);
	else {
		s = w->l->words[zipf(&w->chance, VOCABULARY)];
		put_word(w, s, strlen(s), dice == 3, dice < 14);
	}
}

static void
put_name(struct writer *w)
{
	const struct terms_text *t = &w->l->names;
	uint32_t i = zipf(&w->chance, NAMES);

	put_word(w, t->text + t->offsets[i], t->offsets[i + 1] - t->offsets[i] - 1, false, true);
}

static void
put_sentence(struct writer *w, enum script script, bool name)
{
	uint32_t n = 6 + below(&w->chance, 22), at = below(&w->chance, n);

	w->capital = true;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t dice = below(&w->chance, 60);

		if (i)
			put_c(w, dice == 0 ? ", " : dice == 1 ? " — " : dice == 2 ? "-" : " ");
		if (dice == 3)
			put_c(w, "“");
		if (name && i == at)
			put_name(w);
		else
			put_token(w, script);
		if (dice == 3)
			put_c(w, "”");
		if (dice == 4)
			put_c(w, "’s");
	}
	put_c(w, ".");
}

static void
put_item(struct writer *w, struct corpus_item *item)
{
	uint32_t dice = below(&w->chance, 100);
	enum script script = dice < 3 ? CYRILLIC : dice < 5 ? HAN : LATIN;
	size_t start = w->n;

	put_sentence(w, script, false);
	item->title = str_n(w->p + start, w->n - start);
	put_c(w, "\t");
	start = w->n;
	while (w->n - start < ITEM_BYTES) {
		put_sentence(w, script, below(&w->chance, 16) < 2);
		put_c(w, " ");
	}
	item->body = str_n(w->p + start, w->n - 1 - start);
	w->p[w->n - 1] = '\n';
}

void
corpus_make(struct corpus *c, size_t bytes)
{
	struct language l;
	struct writer w = { .l = &l, .chance = { 1 } };
	size_t cap = bytes / 1500 + 16;

	make_words(&l);
	make_names(&l, CORPUS_NAMES, NAMES, &l.names);
	w.p = xmalloc(bytes + ITEM_MAX);
	c->items = xcalloc(cap, sizeof(*c->items));
	for (c->n_items = 0; w.n < bytes && c->n_items < cap; c->n_items++)
		put_item(&w, &c->items[c->n_items]);
	corpus_terms_free(&l.names);
	free(l.words);
	c->text = w.p;
	c->n = w.n;
}

void
corpus_free(struct corpus *c)
{
	free(c->text);
	free(c->items);
}
