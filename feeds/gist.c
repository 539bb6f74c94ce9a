#include "gist.h"

#include "ascii.h"
#include "date_names.h"
#include "mem.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WORD_MAX 256 /* bytes that count of one word */
#define YEAR_MIN 1900
#define YEAR_MAX 2199

enum kind {
	KIND_WORD,
	KIND_NUMBER, /* begins with a digit; ends in digits, or in "th", "Z", "T14" */
	KIND_MONTH,
	KIND_CLOCK, /* am, pm, a time zone */
	KIND_AGO,
	KIND_UNIT, /* minutes, hours ... */
};

struct word {
	uint64_t hash;
	enum kind kind;
	char joint;  /* the one byte between this word and the one before, or 0 */
	bool timely; /* belongs to a date or a time */
	int64_t number;
};

struct words {
	struct word *v;
	size_t n;
};

static bool
is_word_char(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return ascii_is_alnum((char)c);
	if (c == UTF8_BAD)
		return false;
	category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static const struct {
	const char *name;
	enum kind kind;
} names[] = {
	{ "ago", KIND_AGO },
	{ "second", KIND_UNIT },
	{ "seconds", KIND_UNIT },
	{ "sec", KIND_UNIT },
	{ "secs", KIND_UNIT },
	{ "minute", KIND_UNIT },
	{ "minutes", KIND_UNIT },
	{ "min", KIND_UNIT },
	{ "mins", KIND_UNIT },
	{ "hour", KIND_UNIT },
	{ "hours", KIND_UNIT },
	{ "hr", KIND_UNIT },
	{ "hrs", KIND_UNIT },
	{ "day", KIND_UNIT },
	{ "days", KIND_UNIT },
	{ "week", KIND_UNIT },
	{ "weeks", KIND_UNIT },
};

static enum kind
kind_of(struct str word, int64_t *number)
{
	char folded[DATE_WORD_MAX];
	struct str f;

	*number = 0;
	if (ascii_is_digit(word.p[0])) {
		size_t digits = 0;

		while (digits < word.n && ascii_is_digit(word.p[digits])) {
			if (*number < 1000000)
				*number = *number * 10 + (word.p[digits] - '0');
			digits++;
		}
		return KIND_NUMBER;
	}
	f = str_n(folded, date_fold(word, folded));
	if (f.n == 0)
		return KIND_WORD;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_c(f, names[i].name))
			return names[i].kind;
	if (date_month(f))
		return KIND_MONTH;
	if (date_half(f) != HALF_NONE || date_zone(f))
		return KIND_CLOCK;
	return KIND_WORD;
}

/* The word of lower-case characters from `from` on; returns where it ends. */
static size_t
read_word(struct str s, size_t from, struct word *ret)
{
	char lower[WORD_MAX + 4];
	size_t n = 0, at = from;
	uint32_t c;

	while (at < s.n) {
		size_t k = utf8_decode(str_sub(s, at, s.n), &c);

		if (!is_word_char(c))
			break;
		at += k;
		if (n < WORD_MAX)
			n +=
			    utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), lower + n);
	}
	*ret = (struct word){ .hash = XXH3_64bits(lower, n) };
	ret->kind = kind_of(str_n(lower, n), &ret->number);
	return at;
}

static struct words
cut(struct str s, struct arena *tmp)
{
	struct words ret = { 0 };
	size_t cap = 0, at = 0, end = 0;

	while (at < s.n && ret.n < GIST_WORDS_MAX) {
		struct word word;
		uint32_t c;
		size_t k = utf8_decode(str_sub(s, at, s.n), &c);

		if (!is_word_char(c)) {
			at += k;
			continue;
		}
		k = read_word(s, at, &word);
		if (ret.n > 0 && at == end + 1)
			word.joint = s.p[end];
		at = end = k;
		*ARENA_PUSH(tmp, ret.v, ret.n, cap) = word;
	}
	return ret;
}

static bool
is_year(const struct word *w)
{
	return w->kind == KIND_NUMBER && w->number >= YEAR_MIN && w->number <= YEAR_MAX;
}

static bool
is_day(const struct word *w)
{
	return w->kind == KIND_NUMBER && w->number >= 1 && w->number <= 31;
}

/* 14:05:30, 2026-11-25, 25.11.2026: numbers joined alike, of which a date has a year. */
static void
mark_joined(struct words *w)
{
	for (size_t from = 0, to; from < w->n; from = to) {
		bool year = is_year(&w->v[from]);
		char joint = 0;

		to = from + 1;
		if (w->v[from].kind != KIND_NUMBER)
			continue;
		while (to < w->n && w->v[to].kind == KIND_NUMBER && w->v[to].joint &&
		       w->v[to].joint != ' ' && (!joint || w->v[to].joint == joint)) {
			joint = w->v[to].joint;
			year = year || is_year(&w->v[to]);
			to++;
		}
		if (to - from < 2 || !strchr(":-/.", joint) || !joint ||
		    (joint != ':' && (!year || to - from != 3)))
			continue;
		for (size_t i = from; i < to; i++)
			w->v[i].timely = true;
	}
}

/* "25 November 2026", "Nov 25, 2026", "3 minutes ago", "14:05 CET". */
static void
mark_words(struct words *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct word *before = i ? &w->v[i - 1] : NULL, *word = &w->v[i];
		struct word *after = i + 1 < w->n ? &w->v[i + 1] : NULL;

		switch (word->kind) {
		case KIND_MONTH:
			if (before && is_day(before))
				word->timely = before->timely = true;
			if (after && (is_day(after) || is_year(after)))
				word->timely = after->timely = true;
			if (word->timely && after && after->timely && i + 2 < w->n &&
			    is_year(&w->v[i + 2]))
				w->v[i + 2].timely = true;
			break;
		case KIND_AGO:
			if (i >= 2 && before->kind == KIND_UNIT && w->v[i - 2].kind == KIND_NUMBER)
				word->timely = before->timely = w->v[i - 2].timely = true;
			break;
		case KIND_CLOCK:
			word->timely = before && before->timely;
			break;
		case KIND_WORD:
		case KIND_NUMBER:
		case KIND_UNIT:
			break;
		}
	}
}

/* The hashes of what says something. */
static size_t
gist(struct str s, struct arena *tmp, uint64_t **ret)
{
	struct words words = cut(s, tmp);
	size_t n = 0;

	mark_joined(&words);
	mark_words(&words);
	*ret = ARENA_ARRAY(tmp, uint64_t, words.n + 1);
	for (size_t i = 0; i < words.n; i++)
		if (!words.v[i].timely)
			(*ret)[n++] = words.v[i].hash;
	return n;
}

bool
gist_same(struct str a, struct str b, struct arena *tmp)
{
	uint64_t *x, *y;
	size_t n, k;

	if (str_eq(a, b))
		return true;
	n = gist(a, tmp, &x);
	k = gist(b, tmp, &y);
	return n == k && memcmp(x, y, n * sizeof(*x)) == 0;
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
sorted_set(uint64_t *v, size_t n)
{
	size_t k = 0;

	qsort(v, n, sizeof(*v), by_hash);
	for (size_t i = 0; i < n; i++)
		if (k == 0 || v[k - 1] != v[i])
			v[k++] = v[i];
	return k;
}

bool
gist_alike(struct str a, struct str b, struct arena *tmp)
{
	uint64_t *x, *y;
	size_t n = gist(a, tmp, &x), k = gist(b, tmp, &y), common = 0;

	n = sorted_set(x, n);
	k = sorted_set(y, k);
	for (size_t i = 0, j = 0; i < n && j < k;) {
		if (x[i] == y[j])
			common++;
		if (x[i] <= y[j])
			i += 1, j += x[i - 1] == y[j];
		else
			j++;
	}
	return common > 0 && common * 2 >= n + k - common;
}
