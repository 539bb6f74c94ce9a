#include "fold_char.h"

#include "mem.h"
#include "utf8.h"

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
	composer_free(f->composer);
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
compose_chars(uint32_t *v, size_t n)
{
	utf8proc_ssize_t m = n < 2 ? (utf8proc_ssize_t)n
				   : utf8proc_normalize_utf32((utf8proc_int32_t *)v,
					 (utf8proc_ssize_t)n, UTF8PROC_COMPOSE);

	return m < 0 ? 0 : (size_t)m;
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
normal_form(uint32_t c, uint32_t *out)
{
	char plain = c >= 0x80 ? script_plain(c) : c < ' ' && c != '\n' ? ' ' : 0;
	size_t n;

	if (script_is_ignored(c))
		return 0;
	if (plain || c == 0x2120 || c == 0x2122) { /* the marks of trade are signs, not letters */
		*out = plain ? (unsigned char)plain : c;
		return 1;
	}
	n = decompose(c, out, FOLD_CHAR_OUT_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
	n = compose_chars(out, n);
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
decompose_all(const uint32_t *v, size_t n, uint32_t *out, int options)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		m += decompose(v[i], out + m, FOLD_CHAR_OUT_MAX - m, options);
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
folded_form(const uint32_t *v, size_t n, uint32_t *out, bool *accented)
{
	uint32_t plain[FOLD_CHAR_OUT_MAX];
	size_t m = decompose_all(v, n, plain, UTF8PROC_DECOMPOSE), k;
	bool before = false;

	*accented = false;
	m = drop_marks(plain, m, accented);
	k = decompose_all(plain, m, out, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	k = drop_marks(out, k, &before);
	for (size_t i = 0; i < k; i++) {
		char stroke = out[i] < 0x80 ? 0 : script_unstroked(out[i]);

		if (stroke)
			out[i] = (unsigned char)stroke;
	}
	k = compose_chars(out, k);
	drop_diaeresis(out, k);
	return k;
}

const struct composer *
fold_composer(struct folder *f)
{
	if (!f->composer)
		f->composer = composer_new();
	return f->composer;
}

size_t
fold_compose(struct folder *f, compose_unit *v, size_t n, enum fold_form form)
{
	n = compose(fold_composer(f), v, n);
	if (form == FOLD_FOLDED)
		drop_diaeresis(v, n);
	return n;
}

/* ---- characters ---- */

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
		f->pool_n += utf8_encode(v[i], f->pool + f->pool_n);
	k->n[form] = (uint8_t)(f->pool_n - start);
	runs = (unsigned char *)f->pool + f->pool_n;
	for (size_t i = 0, at = 0; i < n; i++) {
		char bytes[4];
		size_t end = at + utf8_encode(v[i], bytes);
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
	n = decompose_all(v, n, f->codes + f->codes_n, UTF8PROC_DECOMPOSE);
	for (size_t i = 0; i < n; i++)
		f->codes[f->codes_n + i] = compose_unit_of(f->codes[f->codes_n + i]);
	k->n_codes[form] = (uint8_t)n;
	f->codes_n += n;
}

/* What marks and letters look at when they may become one. */
static void
keep_joint(struct folder *f, struct fold_char *k, enum fold_form form)
{
	const compose_unit *units = fold_codes(f, k, form);
	const char *p = fold_bytes(f, k, form);
	size_t n = k->n_codes[form];
	uint32_t last;

	if (n == 0 || k->n[form] == 0)
		return;
	k->last_class[form] = (uint8_t)COMPOSE_CLASS(units[n - 1]);
	if (n == 1 || k->combining) {
		k->joint[form] = COMPOSE_CHAR(units[0]);
		return;
	}
	script_decode(p + script_back(p, k->n[form]), k->n[form], &last);
	if (property(last)->combining_class == 0)
		k->joint[form] = last;
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
	f->quick[form][c] = q;
}

const struct fold_char *
fold_learn(struct folder *f, uint32_t c)
{
	uint32_t normal[FOLD_CHAR_OUT_MAX], folded[FOLD_CHAR_OUT_MAX];
	struct fold_char *k = c < FOLD_TABLE_CHARS ? &f->table[c] : &f->spare;
	size_t n = normal_form(c, normal), m, pool_n = f->pool_n, codes_n = f->codes_n;
	bool accented;

	m = folded_form(normal, n, folded, &accented);
	*k = (struct fold_char){
		.at = (uint32_t)pool_n, .codes = (uint32_t)codes_n, .flags = FOLD_KNOWN
	};
	keep_form(f, k, FOLD_NORMAL, normal, n);
	keep_form(f, k, FOLD_FOLDED, folded, m);
	keep_codes(f, k, FOLD_NORMAL, normal, n);
	keep_codes(f, k, FOLD_FOLDED, folded, m);
	if (k->n_codes[FOLD_NORMAL]) /* half-width voiced sound marks are marks by their form */
		k->combining = (uint8_t)COMPOSE_CLASS(*fold_codes(f, k, FOLD_NORMAL));
	keep_joint(f, k, FOLD_NORMAL);
	keep_joint(f, k, FOLD_FOLDED);
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
