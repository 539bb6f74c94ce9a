#include "fold_char.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

struct folder *
folder_new(void)
{
	struct folder *f = xcalloc(1, sizeof(*f));

	f->table = xcalloc(FOLD_TABLE_CHARS, sizeof(*f->table));
	for (int form = FOLD_NORMAL; form <= FOLD_FOLDED; form++)
		f->quick[form] = xcalloc(FOLD_QUICK_CHARS, sizeof(*f->quick[form]));
	return f;
}

void
folder_free(struct folder *f)
{
	if (!f)
		return;
	free(f->table);
	free(f->quick[FOLD_NORMAL]);
	free(f->quick[FOLD_FOLDED]);
	free(f->pool);
	free(f->codes);
	free(f->ascii);
	free(f->high);
	free(f);
}

/* ---- forms ---- */

static const utf8proc_property_t *
property(uint32_t c)
{
	return utf8proc_get_property((utf8proc_int32_t)c);
}

/* NFKC of code points; ours are few, and utf8proc's functions cannot fail on them. */
static size_t
compose(uint32_t *v, size_t n)
{
	utf8proc_ssize_t m = n < 2 ? (utf8proc_ssize_t)n
				   : utf8proc_normalize_utf32((utf8proc_int32_t *)v,
					 (utf8proc_ssize_t)n, UTF8PROC_COMPOSE);

	return m < 0 ? 0 : (size_t)m;
}

static int
combining_class(const struct folder *f, uint32_t c)
{
	if (c < 0x300)
		return 0;
	if (c < FOLD_TABLE_CHARS && (f->table[c].flags & FOLD_KNOWN))
		return f->table[c].combining;
	return property(c)->combining_class;
}

/* Marks in canonical order: utf8proc orders only whole strings. */
static void
order_marks(const struct folder *f, uint32_t *v, size_t n)
{
	int before = n ? combining_class(f, *v) : 0;

	for (size_t i = 1; i < n; i++) {
		uint32_t c = v[i];
		int k = combining_class(f, c);
		size_t j = i;

		if (k == 0 || before <= k) {
			before = k;
			continue;
		}
		for (; j > 0 && combining_class(f, v[j - 1]) > k; j--)
			v[j] = v[j - 1];
		v[j] = c; /* the last one is still that of class `before` */
	}
}

static size_t
decompose(uint32_t c, uint32_t *out, size_t room, int options)
{
	int boundary = 0;
	utf8proc_ssize_t n;

	if (room == 0)
		return 0;
	n = utf8proc_decompose_char((utf8proc_int32_t)c, (utf8proc_int32_t *)out,
	    (utf8proc_ssize_t)room, (utf8proc_option_t)options, &boundary);
	if (n < 0 || (size_t)n > room) {
		out[0] = c;
		return 1;
	}
	return (size_t)n;
}

/* The normal form of c. */
static size_t
normal_form(const struct folder *f, uint32_t c, uint32_t *out)
{
	char plain = c < 0x80 ? 0 : script_plain(c);
	size_t n;

	if (script_is_ignored(c))
		return 0;
	if (plain || c == 0x2120 || c == 0x2122) { /* the marks of trade are signs, not letters */
		*out = plain ? (unsigned char)plain : c;
		return 1;
	}
	n = decompose(c, out, FOLD_CHAR_OUT_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
	order_marks(f, out, n);
	n = compose(out, n);
	/* what the compatibility forms were of: U+FE58 is a dash */
	for (size_t i = 0; i < n; i++) {
		plain = out[i] < 0x80 ? 0 : script_plain(out[i]);
		if (plain)
			out[i] = (unsigned char)plain;
	}
	return n;
}

/* Drops the marks of Latin and Greek letters and vowel marks from decomposed text. */
static size_t
drop_marks(uint32_t *v, size_t n, bool *accented)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i] >= 0x300 && property(v[i])->combining_class) {
			if ((*accented && script_is_accent(v[i])) || script_is_vowel_mark(v[i]))
				continue;
		} else {
			*accented = script_drops_accents(v[i]);
			if (script_is_vowel_mark(v[i]))
				continue;
		}
		v[m++] = v[i];
	}
	return m;
}

static size_t
decompose_all(const struct folder *f, const uint32_t *v, size_t n, uint32_t *out, int options)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		m += decompose(v[i], out + m, FOLD_CHAR_OUT_MAX - m, options);
	order_marks(f, out, m);
	return m;
}

/* The one letter whose diaeresis is left out in Cyrillic. */
static void
drop_diaeresis(uint32_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == 0x451)
			v[i] = 0x435;
}

/* The folded form of normal text v; *accented: does it end in a Latin or Greek letter? */
static size_t
folded_form(const struct folder *f, const uint32_t *v, size_t n, uint32_t *out, bool *accented)
{
	uint32_t plain[FOLD_CHAR_OUT_MAX];
	size_t m = decompose_all(f, v, n, plain, UTF8PROC_DECOMPOSE), k;
	bool before = false;

	*accented = false;
	m = drop_marks(plain, m, accented);
	k = decompose_all(f, plain, m, out, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	k = drop_marks(out, k, &before);
	for (size_t i = 0; i < k; i++) {
		char stroke = out[i] < 0x80 ? 0 : script_unstroked(out[i]);

		if (stroke)
			out[i] = (unsigned char)stroke;
	}
	k = compose(out, k);
	drop_diaeresis(out, k);
	return k;
}

size_t
fold_segment(struct folder *f, enum fold_form form, const uint32_t *v, size_t n, bool *accented)
{
	uint32_t *out = f->segment;
	size_t m = 0;

	*accented = false;
	for (size_t i = 0; i < n; i++) {
		const struct fold_char *k = fold_known(f, v[i]);
		bool mark = k->combining || (k->flags & FOLD_VOWEL);
		const uint32_t *codes = f->codes + k->codes;

		if (form == FOLD_FOLDED) {
			codes += k->n_codes[FOLD_NORMAL];
			if (mark &&
			    ((k->flags & FOLD_VOWEL) || (*accented && (k->flags & FOLD_ACCENT))))
				continue;
		}
		if (!mark && !(k->flags & FOLD_IGNORED))
			*accented = k->flags & FOLD_ACCENTED;
		for (size_t c = 0; c < k->n_codes[form]; c++)
			out[m++] = codes[c];
	}
	order_marks(f, out, m);
	m = compose(out, m);
	if (form == FOLD_FOLDED)
		drop_diaeresis(out, m);
	return m;
}

/* The known form of c, at out; 0: it is not of words alone. */
static size_t
word_form(struct folder *f, uint32_t c, char *out)
{
	const struct fold_char *k = fold_known(f, c);

	if (script_class(c) != CHAR_WORD || k->n_runs[FOLD_FOLDED] || k->n[FOLD_FOLDED] > FOLD_COPY)
		return 0;
	memcpy(out, fold_bytes(f, k, FOLD_FOLDED), k->n[FOLD_FOLDED]);
	return k->n[FOLD_FOLDED];
}

static bool
stays_apart(struct folder *f, uint32_t letter, uint32_t mark)
{
	const uint32_t both[2] = { letter, mark };
	char alone[2 * FOLD_COPY], together[FOLD_SEGMENT_OUT_MAX * 4];
	size_t n = word_form(f, letter, alone), m = n ? word_form(f, mark, alone + n) : 0;
	size_t n_both, at = 0;
	bool accented;

	if (m == 0)
		return false;
	n_both = fold_segment(f, FOLD_FOLDED, both, 2, &accented);
	for (size_t i = 0; i < n_both; i++)
		at += fold_encode(f->segment[i], together + at);
	return at == n + m && memcmp(alone, together, at) == 0;
}

bool
fold_stays_apart(struct folder *f, uint32_t letter, uint32_t mark)
{
	struct fold_pair *p = &f->pairs[(letter * 31 + mark) % FOLD_PAIRS];

	if (p->letter != letter || p->mark != mark)
		*p = (struct fold_pair){ letter, mark, stays_apart(f, letter, mark) };
	return p->apart;
}

/* ---- characters ---- */

size_t
fold_encode(uint32_t c, char *out)
{
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)out);
}

/* The form is put into the pool: its bytes, then its runs. */
static void
keep_form(struct folder *f, struct fold_char *k, enum fold_form form, const uint32_t *v, size_t n)
{
	size_t start = f->pool_n;
	unsigned char *runs, *run = NULL;

	if (f->pool_cap - f->pool_n < n * 7 + FOLD_COPY) {
		f->pool_cap = f->pool_cap * 2 + 4096;
		f->pool = xrealloc(f->pool, f->pool_cap);
	}
	for (size_t i = 0; i < n; i++)
		f->pool_n += fold_encode(v[i], f->pool + f->pool_n);
	k->n[form] = (uint8_t)(f->pool_n - start);
	runs = (unsigned char *)f->pool + f->pool_n;
	for (size_t i = 0, at = 0; i < n; i++) {
		char bytes[4];
		size_t end = at + fold_encode(v[i], bytes);
		enum char_class class = script_class(v[i]);

		if (v[i] < 0x80 || class == CHAR_WORD)
			run = NULL;
		else if (run && run[2] == class)
			run[1] = (unsigned char)end;
		else {
			run = runs + 3 * (size_t)k->n_runs[form]++;
			run[0] = (unsigned char)at;
			run[1] = (unsigned char)end;
			run[2] = (unsigned char)class;
		}
		at = end;
	}
	f->pool_n += 3 * (size_t)k->n_runs[form];
}

/* The form decomposed, for segments. */
static void
keep_codes(struct folder *f, struct fold_char *k, enum fold_form form, const uint32_t *v, size_t n)
{
	if (f->codes_cap - f->codes_n < FOLD_CHAR_OUT_MAX) {
		f->codes_cap = f->codes_cap * 2 + 1024;
		f->codes = xreallocarray(f->codes, f->codes_cap, sizeof(*f->codes));
	}
	n = decompose_all(f, v, n, f->codes + f->codes_n, UTF8PROC_DECOMPOSE);
	k->n_codes[form] = (uint8_t)n;
	f->codes_n += n;
}

static void
keep_quick(struct folder *f, const struct fold_char *k, enum fold_form form, uint32_t c)
{
	const char *p = fold_bytes(f, k, form);
	size_t n = k->n[form];
	unsigned class = k->n_runs[form] ? (unsigned char)p[n + 2] : CHAR_WORD;
	struct fold_quick q = { .what = (uint8_t)(n | class << 2) };

	if (n == 0 || n > sizeof(q.bytes) || !fold_is_one_char(p, n))
		return;
	memcpy(q.bytes, p, n);
	if (k->flags & FOLD_ACCENTED)
		q.what |= FOLD_QUICK_ACCENTED;
	f->quick[form][c] = q;
}

const struct fold_char *
fold_learn(struct folder *f, uint32_t c)
{
	uint32_t normal[FOLD_CHAR_OUT_MAX], folded[FOLD_CHAR_OUT_MAX];
	struct fold_char *k = c < FOLD_TABLE_CHARS ? &f->table[c] : &f->spare;
	size_t n = normal_form(f, c, normal), m, pool_n = f->pool_n, codes_n = f->codes_n;
	bool accented;

	m = folded_form(f, normal, n, folded, &accented);
	*k = (struct fold_char){
		.at = (uint32_t)pool_n, .codes = (uint32_t)codes_n, .flags = FOLD_KNOWN
	};
	keep_form(f, k, FOLD_NORMAL, normal, n);
	keep_form(f, k, FOLD_FOLDED, folded, m);
	keep_codes(f, k, FOLD_NORMAL, normal, n);
	keep_codes(f, k, FOLD_FOLDED, folded, m);
	k->combining = (uint8_t)property(c)->combining_class;
	k->flags |= script_is_ignored(c) ? FOLD_IGNORED : 0;
	k->flags |= script_may_join(c) ? FOLD_JOINS : 0;
	k->flags |= accented ? FOLD_ACCENTED : 0;
	k->flags |= script_is_vowel_mark(c) ? FOLD_VOWEL : 0;
	k->flags |= k->combining && script_is_accent(c) ? FOLD_ACCENT : 0;
	if ((k->flags & ~(unsigned)FOLD_ACCENTED) == FOLD_KNOWN && k->combining == 0 &&
	    c < FOLD_QUICK_CHARS && c != 0xfffd) {
		keep_quick(f, k, FOLD_NORMAL, c);
		keep_quick(f, k, FOLD_FOLDED, c);
	}
	if (k == &f->spare) { /* read by the caller, and not kept */
		f->pool_n = pool_n;
		f->codes_n = codes_n;
	}
	return k;
}
