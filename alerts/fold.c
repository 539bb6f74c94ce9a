#include "fold.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define TABLE_CHARS                                                                                \
	0x30000u        /* characters that are remembered; those above are worked out each time */
#define CHAR_OUT_MAX 20 /* code points one character can become (U+FDFA: 18) */
#define SIMPLE_MAX 4    /* bytes of both forms of a simple character */
#define SEGMENT_MAX 32  /* code points that are composed together: a letter and its marks */
#define SEGMENT_OUT_MAX (SEGMENT_MAX * CHAR_OUT_MAX)

enum {
	KNOWN = 1,
	MIXED = 2,     /* becomes characters of several classes */
	IGNORED = 4,   /* not in the text at all */
	JOINS = 8,     /* may compose with what stands before it */
	ACCENTED = 16, /* Latin or Greek: marks on it are dropped when folding */
	VOWEL = 32,    /* an Arabic or Hebrew mark that is dropped when folding */
	SIMPLE = 64,   /* none of the above but Latin or Greek, and both forms are short */
	RUNS = 128,    /* a form is of a class that is written down */
	ACCENT = 256,  /* a mark that goes from Latin and Greek letters */
};

/* What a character becomes: pool[at .. at + normal) and behind it the folded form. */
struct fold_char {
	uint32_t at;
	uint8_t normal, folded;
	uint16_t flags;
	uint8_t combining; /* canonical combining class */
	uint8_t class_normal, class_folded;
};

struct folder {
	struct fold_char *table; /* by code point; untouched pages cost nothing */
	char *pool;
	size_t pool_n, pool_cap;
};

/* Where a text is being written. */
struct fold_job {
	struct folder *f;
	struct folded *t;
	enum fold_form form;
	size_t in, out;
	size_t segment_in, segment_out, segment_points,
	    segment_runs;  /* where the last starter began */
	uint8_t combining; /* class of the last mark */
	bool accented;     /* the last starter is Latin or Greek */
};

struct folder *
folder_new(void)
{
	struct folder *f = xcalloc(1, sizeof(*f));

	f->table = xcalloc(TABLE_CHARS, sizeof(*f->table));
	return f;
}

void
folder_free(struct folder *f)
{
	if (!f)
		return;
	free(f->table);
	free(f->pool);
	free(f);
}

void
folded_free(struct folded *t)
{
	free(t->bytes);
	free(t->points);
	free(t->runs);
	*t = (struct folded){ 0 };
}

/* ---- single characters ---- */

/* NFKC of code points; ours are few, and utf8proc's functions cannot fail on them. */
static size_t
compose(uint32_t *v, size_t n, int options)
{
	utf8proc_ssize_t m = utf8proc_normalize_utf32(
	    (utf8proc_int32_t *)v, (utf8proc_ssize_t)n, (utf8proc_option_t)options);

	return m < 0 ? 0 : (size_t)m;
}

/* Marks in canonical order: utf8proc orders only whole strings. */
static void
order_marks(uint32_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t c = v[i];
		int k = utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
		size_t j = i;

		for (; k && j > 0; j--) {
			int before =
			    utf8proc_get_property((utf8proc_int32_t)v[j - 1])->combining_class;

			if (before <= k)
				break;
			v[j] = v[j - 1];
		}
		v[j] = c;
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

/* The normal form of one to SEGMENT_MAX characters that belong together. */
static size_t
normal_form(const uint32_t *v, size_t n, uint32_t *out)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		char plain = v[i] < 0x80 ? 0 : script_plain(v[i]);

		if (script_is_ignored(v[i]))
			continue;
		if (plain)
			out[m++] = (unsigned char)plain;
		else if (v[i] == 0x2120 ||
			 v[i] == 0x2122) /* the marks of trade are signs, not letters */
			out[m++] = v[i];
		else
			m += decompose(v[i], out + m, SEGMENT_OUT_MAX - m,
			    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
	}
	order_marks(out, m);
	m = compose(out, m, UTF8PROC_COMPOSE);
	for (size_t i = 0; i < m;
	     i++) { /* what the compatibility forms were of: U+FE58 is a dash */
		char plain = out[i] < 0x80 ? 0 : script_plain(out[i]);

		if (plain)
			out[i] = (unsigned char)plain;
	}
	return m;
}

/* Drops the marks of Latin and Greek letters and vowel marks from decomposed text. */
static size_t
drop_marks(uint32_t *v, size_t n, bool *accented)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (utf8proc_get_property((utf8proc_int32_t)v[i])->combining_class) {
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

/* The folded form of normal text v; *accented: the letter before it is Latin or Greek, and after.
 */
static size_t
folded_form(const uint32_t *v, size_t n, uint32_t *out, bool *accented)
{
	uint32_t plain[SEGMENT_OUT_MAX];
	size_t m = 0, k = 0;
	bool before = *accented;

	for (size_t i = 0; i < n; i++)
		m += decompose(v[i], plain + m, SEGMENT_OUT_MAX - m, UTF8PROC_DECOMPOSE);
	m = drop_marks(plain, m, accented);
	for (size_t i = 0; i < m; i++)
		k += decompose(
		    plain[i], out + k, SEGMENT_OUT_MAX - k, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	k = drop_marks(out, k, &before);
	for (size_t i = 0; i < k; i++) {
		char stroke = out[i] < 0x80 ? 0 : script_unstroked(out[i]);

		if (stroke)
			out[i] = (unsigned char)stroke;
	}
	order_marks(out, k);
	k = compose(out, k, UTF8PROC_COMPOSE);
	for (size_t i = 0; i < k; i++) /* the one letter whose diaeresis is left out in Cyrillic */
		if (out[i] == 0x451)
			out[i] = 0x435;
	return k;
}

static size_t
encode(const uint32_t *v, size_t n, char *out)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		m += (size_t)utf8proc_encode_char(
		    (utf8proc_int32_t)v[i], (utf8proc_uint8_t *)out + m);
	return m;
}

/* The class all of v have; *mixed when they differ. */
static enum char_class
common_class(const uint32_t *v, size_t n, bool *mixed)
{
	enum char_class class = n ? script_class(v[0]) : CHAR_OTHER;

	for (size_t i = 1; i < n; i++)
		if (script_class(v[i]) != class)
			*mixed = true;
	return class;
}

/* n bytes at p are one character, not several ("..." for an ellipsis). */
static bool
is_one_char(const char *p, size_t n)
{
	unsigned char c = n ? (unsigned char)*p : 0;

	return n == (c < 0x80 ? 1u : c < 0xe0 ? 2u : c < 0xf0 ? 3u : 4u);
}

static void
learn(struct folder *f, uint32_t c, struct fold_char *k)
{
	uint32_t normal[SEGMENT_OUT_MAX], folded[SEGMENT_OUT_MAX];
	size_t n = normal_form(&c, 1, normal), m;
	bool accented = false, mixed = false;

	m = folded_form(normal, n, folded, &accented);
	if (f->pool_n + (n + m) * 4 + SIMPLE_MAX > f->pool_cap) {
		f->pool_cap = f->pool_cap * 2 + 4096;
		f->pool = xrealloc(f->pool, f->pool_cap);
	}
	*k = (struct fold_char){ .at = (uint32_t)f->pool_n, .flags = KNOWN };
	k->class_normal = (uint8_t)common_class(normal, n, &mixed);
	k->class_folded = (uint8_t)common_class(folded, m, &mixed);
	k->normal = (uint8_t)encode(normal, n, f->pool + f->pool_n);
	k->folded = (uint8_t)encode(folded, m, f->pool + f->pool_n + k->normal);
	f->pool_n += k->normal + k->folded;
	k->combining = (uint8_t)utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
	k->flags |= mixed ? MIXED : 0;
	k->flags |= script_is_ignored(c) ? IGNORED : 0;
	k->flags |= script_may_join(c) ? JOINS : 0;
	k->flags |= accented ? ACCENTED : 0;
	k->flags |= script_is_vowel_mark(c) ? VOWEL : 0;
	k->flags |= k->combining && script_is_accent(c) ? ACCENT : 0;
	if ((k->flags & ~(unsigned)ACCENTED) == KNOWN && k->combining == 0 && k->normal &&
	    k->folded && is_one_char(f->pool + k->at, k->normal) &&
	    is_one_char(f->pool + k->at + k->normal, k->folded) && c != 0xfffd)
		k->flags |= SIMPLE;
	if (k->class_normal != CHAR_WORD || k->class_folded != CHAR_WORD)
		k->flags |= RUNS;
}

/* ---- writing ---- */

static void
room(struct fold_job *j, size_t n)
{
	struct folded *t = j->t;

	if (t->bytes_cap - j->out < n + FOLD_PAD) {
		t->bytes_cap = t->bytes_cap * 2 + n + FOLD_PAD;
		t->bytes = xrealloc(t->bytes, t->bytes_cap);
	}
}

static void
point(struct fold_job *j, size_t out, size_t in, bool whole)
{
	struct folded *t = j->t;

	if (t->n_points == t->points_cap) {
		t->points_cap = t->points_cap * 2 + 64;
		t->points = xreallocarray(t->points, t->points_cap, sizeof(*t->points));
	}
	t->points[t->n_points++] = (struct fold_point){
		.out = (uint32_t)out, .in = (uint32_t)in & 0x7fffffff, .whole = whole
	};
}

static void
run(struct fold_job *j, size_t start, size_t end, enum char_class class)
{
	struct folded *t = j->t;
	struct fold_run *last = t->n_runs ? &t->runs[t->n_runs - 1] : NULL;

	if (class == CHAR_WORD || !((unsigned char)t->bytes[start] & 0x80))
		return;
	if (last && last->end == start && last->class == class) {
		last->end = (uint32_t)end;
		return;
	}
	if (t->n_runs == t->runs_cap) {
		t->runs_cap = t->runs_cap * 2 + 64;
		t->runs = xreallocarray(t->runs, t->runs_cap, sizeof(*t->runs));
	}
	t->runs[t->n_runs++] = (struct fold_run){ (uint32_t)start, (uint32_t)end, class };
}

/* n bytes were written at out for `used` bytes of the source: one character. */
static void
wrote(struct fold_job *j, size_t n, size_t used)
{
	if (n != used || !is_one_char(j->t->bytes + j->out, n)) {
		if (n)
			point(j, j->out, j->in, true);
		point(j, j->out + n, j->in + used, false);
	}
	j->in += used;
	j->out += n;
}

static void
write_chars(struct fold_job *j, const uint32_t *v, size_t n, size_t used)
{
	size_t at = j->out;

	room(j, n * 4);
	for (size_t i = 0; i < n; i++) {
		size_t m = encode(&v[i], 1, j->t->bytes + at);

		run(j, at, at + m, script_class(v[i]));
		at += m;
	}
	if (at - j->out == used && n == 1) {
		wrote(j, used, used);
		return;
	}
	/* several characters stand for several: only their outer ends map back */
	point(j, j->out, j->in, true);
	j->in += used;
	j->out = at;
	point(j, j->out, j->in, false);
}

static size_t
decode(const struct fold_job *j, size_t at, uint32_t *c)
{
	return script_decode(j->t->source.p + at, j->t->source.n - at, c);
}

/* A mark joins what stands before it: the whole segment is composed anew. */
static void
rewrite_segment(struct fold_job *j)
{
	uint32_t v[SEGMENT_MAX], normal[SEGMENT_OUT_MAX], folded[SEGMENT_OUT_MAX];
	size_t n = 0, m, end = j->segment_in;
	bool accented = false;

	while (end < j->t->source.n && n < SEGMENT_MAX) {
		uint32_t c;
		size_t used = decode(j, end, &c);

		if (end > j->in && !script_may_join(c) && !script_is_ignored(c) &&
		    !utf8proc_get_property((utf8proc_int32_t)c)->combining_class)
			break;
		v[n++] = c;
		end += used;
	}
	j->t->n_points = j->segment_points;
	j->t->n_runs = j->segment_runs;
	if (j->t->n_runs && j->t->runs[j->t->n_runs - 1].end > j->segment_out)
		j->t->runs[j->t->n_runs - 1].end = (uint32_t)j->segment_out;
	j->in = j->segment_in;
	j->out = j->segment_out;
	m = normal_form(v, n, normal);
	if (j->form == FOLD_FOLDED) {
		m = folded_form(normal, m, folded, &accented);
		write_chars(j, folded, m, end - j->in);
	} else
		write_chars(j, normal, m, end - j->in);
	j->accented = accented;
	/* what follows begins anew: no later mark reaches over SEGMENT_MAX */
	j->segment_in = j->in;
	j->segment_out = j->out;
	j->segment_points = j->t->n_points;
	j->segment_runs = j->t->n_runs;
	j->combining = 0;
}

static void
begin_segment(struct fold_job *j)
{
	j->segment_in = j->in;
	j->segment_out = j->out;
	j->segment_points = j->t->n_points;
	j->segment_runs = j->t->n_runs;
	j->combining = 0;
}

/* True when k was a mark and is dealt with. */
static bool
fold_mark(struct fold_job *j, const struct fold_char *k, size_t used)
{
	bool folding = j->form == FOLD_FOLDED;

	if (folding && ((k->flags & VOWEL) || (j->accented && (k->flags & ACCENT)))) {
		/* belongs to the letter before it: the end of that maps behind the mark */
		if (j->t->n_points && j->t->points[j->t->n_points - 1].out == j->out &&
		    j->segment_points < j->t->n_points)
			j->t->points[j->t->n_points - 1].in = (uint32_t)(j->in + used) & 0x7fffffff;
		else {
			if (j->out > j->segment_out)
				point(j, j->segment_out, j->segment_in, true);
			point(j, j->out, j->in + used, false);
		}
		j->in += used;
		return true;
	}
	if ((k->flags & JOINS) || k->combining < j->combining) {
		rewrite_segment(j);
		return true;
	}
	j->combining = k->combining;
	return false;
}

/* Of a character in normal form. */
static enum char_class
known_class(const struct folder *f, uint32_t c)
{
	if (c >= TABLE_CHARS || !(f->table[c].flags & KNOWN))
		return script_class(c);
	return (enum char_class)f->table[c].class_normal;
}

/* n bytes at j->out, whose characters are of several classes. */
static void
run_each(struct fold_job *j, size_t n)
{
	for (size_t at = j->out; at < j->out + n;) {
		uint32_t c;
		size_t used = script_decode(j->t->bytes + at, j->out + n - at, &c);

		run(j, at, at + used, known_class(j->f, c));
		at += used;
	}
}

static void
fold_char(struct fold_job *j)
{
	struct fold_char spare = { 0 }, *k;
	const char *from;
	uint32_t c;
	size_t used = decode(j, j->in, &c), n, pool_n = j->f->pool_n;

	k = c < TABLE_CHARS ? &j->f->table[c] : &spare;
	if (!(k->flags & KNOWN))
		learn(j->f, c, k);
	if (k == &spare)
		j->f->pool_n = pool_n; /* read below, and not kept */
	if (k->flags & IGNORED) {
		wrote(j, 0, used);
		return;
	}
	if (k->combining || (k->flags & (JOINS | VOWEL))) {
		if (fold_mark(j, k, used))
			return;
	} else {
		begin_segment(j);
		j->accented = (k->flags & ACCENTED) != 0;
	}
	n = j->form == FOLD_FOLDED ? k->folded : k->normal;
	from = j->f->pool + k->at + (j->form == FOLD_FOLDED ? k->normal : 0);
	room(j, n);
	memcpy(j->t->bytes + j->out, from, n);
	if (k->flags & MIXED)
		run_each(j, n);
	else if (n)
		run(j, j->out, j->out + n,
		    j->form == FOLD_FOLDED ? k->class_folded : k->class_normal);
	wrote(j, n, used);
}

/*
 * The ordinary case of fold_char, quickly: a valid character of two or three bytes that is known,
 * stands for itself or something short, and has nothing to do with its neighbours.
 */
static inline bool
fold_simple(struct fold_job *j)
{
	const unsigned char *p = (const unsigned char *)j->t->source.p + j->in;
	struct folded *t = j->t;
	const struct fold_char *k;
	size_t left = t->source.n - j->in, used, n;
	const char *from;
	uint32_t c;

	if (p[0] < 0xe0) {
		if (left < 2 || p[0] < 0xc2 || (p[1] & 0xc0) != 0x80)
			return false;
		c = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		used = 2;
	} else {
		if (left < 3 || p[0] > 0xef || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return false;
		c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		used = 3;
	}
	k = &j->f->table[c]; /* overlong forms and surrogates are never known as simple */
	if (!(k->flags & SIMPLE) || c < (used == 2 ? 0x80u : 0x800u))
		return false;
	begin_segment(j);
	j->accented = (k->flags & ACCENTED) != 0;
	from = j->f->pool + k->at;
	n = k->normal;
	if (j->form == FOLD_FOLDED) {
		from += n;
		n = k->folded;
	}
	room(j, SIMPLE_MAX);
	memcpy(t->bytes + j->out, from, SIMPLE_MAX); /* the pool is long enough */
	t->ascii = t->ascii & ((unsigned char)*from < 0x80);
	if (k->flags & RUNS)
		run(j, j->out, j->out + n,
		    j->form == FOLD_FOLDED ? k->class_folded : k->class_normal);
	if (n == used) {
		j->in += used;
		j->out += used;
	} else
		wrote(j, n, used);
	return true;
}

static unsigned char
ascii_fold(unsigned char c, enum fold_form form)
{
	if (c < 0x20 && c != '\n')
		return ' ';
	return form == FOLD_FOLDED && c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#if defined(__SSE2__)
/* Sixteen at once; bytes above ASCII come to something else. */
static inline __m128i
fold_16(__m128i v, enum fold_form form)
{
	__m128i control = _mm_andnot_si128(
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')), _mm_cmplt_epi8(v, _mm_set1_epi8(' ')));
	__m128i upper;

	v = _mm_or_si128(_mm_andnot_si128(control, v), _mm_and_si128(control, _mm_set1_epi8(' ')));
	if (form != FOLD_FOLDED)
		return v;
	upper = _mm_and_si128(
	    _mm_cmpgt_epi8(v, _mm_set1_epi8('A' - 1)), _mm_cmplt_epi8(v, _mm_set1_epi8('Z' + 1)));
	return _mm_or_si128(v, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
}
#endif

/* As many ASCII bytes as come; returns how many. */
static size_t
fold_ascii(struct fold_job *j)
{
	const char *s = j->t->source.p + j->in;
	size_t n = j->t->source.n - j->in, i = 0;
	char *to;

	room(j, n);
	to = j->t->bytes + j->out;
#if defined(__SSE2__)
	for (; i + 16 <= n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
		int other = _mm_movemask_epi8(v);

		_mm_storeu_si128((__m128i *)(void *)(to + i), fold_16(v, j->form));
		if (other)
			return i + (size_t)__builtin_ctz((unsigned)other);
	}
	if (n >= 16) { /* the last ones once more, with those before them */
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + n - 16));

		if (!_mm_movemask_epi8(v)) {
			_mm_storeu_si128((__m128i *)(void *)(to + n - 16), fold_16(v, j->form));
			return n;
		}
	}
#endif
	for (; i < n && !((unsigned char)s[i] & 0x80); i++)
		to[i] = (char)ascii_fold((unsigned char)s[i], j->form);
	return i;
}

void
fold_text(struct folder *f, struct str source, enum fold_form form, struct folded *ret)
{
	struct fold_job j = { .f = f, .t = ret, .form = form };

	ret->source = str_sub(source, 0, FOLD_TEXT_MAX);
	ret->n_points = ret->n_runs = 0;
	ret->ascii = true;
	while (j.in < ret->source.n) {
		size_t n = fold_ascii(&j);

		if (n) {
			j.in += n - 1;
			j.out += n - 1;
			begin_segment(&j); /* the last one may take marks */
			j.in++;
			j.out++;
			j.accented = is_ascii_letter(ret->source.p[j.in - 1]);
		}
		while (j.in < ret->source.n && ((unsigned char)ret->source.p[j.in] & 0x80))
			if (!fold_simple(&j)) {
				fold_char(&j);
				ret->ascii = false; /* perhaps */
			}
	}
	room(&j, 0);
	memset(ret->bytes + j.out, 0, FOLD_PAD);
	ret->p = ret->bytes;
	ret->n = j.out;
}

struct str
fold_str(struct folder *f, struct str s, enum fold_form form, struct arena *arena)
{
	struct folded t = { 0 };
	struct str ret;

	fold_text(f, s, form, &t);
	ret = str_dup(arena, str_n(t.p, t.n));
	folded_free(&t);
	return ret;
}

/* ---- the way back ---- */

/* The last point at or before `at`, or NULL. */
static const struct fold_point *
point_of(const struct folded *t, size_t at)
{
	size_t low = 0, high = t->n_points;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->points[middle].out <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &t->points[low - 1] : NULL;
}

size_t
folded_start(const struct folded *t, size_t at)
{
	const struct fold_point *k = point_of(t, at);

	if (!k)
		return at;
	return k->whole ? k->in : k->in + (at - k->out);
}

size_t
folded_end(const struct folded *t, size_t at)
{
	const struct fold_point *k = point_of(t, at - 1);

	if (!k)
		return at;
	if (k->whole)
		return k + 1 < t->points + t->n_points ? (k + 1)->in : t->source.n;
	return k->in + (at - k->out);
}

size_t
folded_find(const struct folded *t, size_t source)
{
	size_t low = 0, high = t->n_points;
	const struct fold_point *k;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->points[middle].in <= source)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return source < t->n ? source : t->n;
	k = &t->points[low - 1];
	if (k->whole)
		return k->out;
	return k->out + (source - k->in) < t->n ? k->out + (source - k->in) : t->n;
}

enum char_class
folded_class_at(const struct folded *t, size_t at)
{
	uint32_t c;

	if (at >= t->n)
		return CHAR_OTHER;
	script_decode(t->p + at, t->n - at, &c);
	return script_class(c);
}

enum char_class
folded_class_before(const struct folded *t, size_t at)
{
	return at == 0 ? CHAR_OTHER : folded_class_at(t, script_back(t->p, at));
}
