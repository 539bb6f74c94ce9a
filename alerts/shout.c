/* Text in capitals: there an abbreviation cannot be told from a word. */
#include "shout.h"

#include "mem.h"
#include "script.h"

#include <string.h>

#define WINDOW 300  /* bytes that are looked at on either side */
#define RUN_MIN 3   /* other words in a row, all capitals, not all of them abbreviations */
#define SHARE_MIN 2 /* other words, when nearly all letters around are capitals */
#define SHARE_PERCENT 85
#define ABBREVIATION_MAX 5  /* letters */
#define SENTENCE_WORD_MIN 4 /* bytes; the full stop behind a shorter word may be its own */

/* Never abbreviations. */
static const struct str small_words[] = {
	STR_INIT("THE"),
	STR_INIT("AND"),
	STR_INIT("OF"),
	STR_INIT("TO"),
	STR_INIT("FOR"),
	STR_INIT("ON"),
	STR_INIT("IN"),
	STR_INIT("WITH"),
	STR_INIT("FROM"),
	STR_INIT("BY"),
	STR_INIT("NO"),
	STR_INIT("NOT"),
	STR_INIT("ARE"),
	STR_INIT("NEW"),
	STR_INIT("ALL"),
	STR_INIT("MORE"),
	STR_INIT("THIS"),
	STR_INIT("YOU"),
	STR_INIT("YOUR"),
	STR_INIT("OUR"),
	STR_INIT("DER"),
	STR_INIT("DIE"),
	STR_INIT("DAS"),
	STR_INIT("UND"),
	STR_INIT("DE"),
	STR_INIT("LE"),
	STR_INIT("LES"),
	STR_INIT("DES"),
	STR_INIT("EL"),
	STR_INIT("LOS"),
	STR_INIT("DEL"),
	STR_INIT("IL"),
	STR_INIT("NA"),
	STR_INIT("НА"),
	STR_INIT("НЕ"),
};

enum {
	CAPITAL = 1, /* four of five letters, at least */
	LISTED = 2,  /* an abbreviation set apart by the signs of a list */
	PLAIN = 4,   /* no abbreviation: a long word, or one of the small ones of every sentence */
	OPENS = 8,   /* a dateline, a kicker or a sentence ends before it */
};

struct shout_word {
	uint32_t start, end;
	uint32_t upper, lower; /* letters of all words before it */
	uint32_t block;
	uint8_t flags;
};

struct shout {
	struct shout_word *v; /* one more behind the last */
	size_t n;
};

/* ---- reading ---- */

static bool
is_plain(struct str word, size_t letters)
{
	if (letters > ABBREVIATION_MAX)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(small_words); i++)
		if (str_eq(word, small_words[i]))
			return true;
	return false;
}

/* A sign that parts the members of a list stands there. */
static bool
has_separator(struct str gap)
{
	for (size_t i = 0; i < gap.n; i++)
		if (memchr(",;/|()&", gap.p[i], 7))
			return true;
	return false;
}

/* "NEW YORK (AP) - ICE agents", "WATCH LIVE: ICE": what stands before is a text of its own.  `word`
 * is the one before the gap, in letters. */
static bool
has_break(struct str gap, size_t word)
{
	bool space = str_find_char(gap, ' ') != STR_NONE, dash = false, end = false;

	for (size_t i = 0; i < gap.n;) {
		uint32_t c;

		i += script_decode(gap.p + i, gap.n - i, &c);
		dash = dash || c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
		end = end || c == ':' || c == '!' || c == '?' || c == '|' || c == 0xb7 ||
		      c == 0x2022 || (c == '.' && word >= SENTENCE_WORD_MIN);
	}
	return (space && (dash || end)) || str_find(gap, STR("--")) != STR_NONE;
}

/* What a word is, from its letters and what stands around it. */
static uint8_t
flags_of(const struct shout *s, struct str text, size_t i)
{
	const struct shout_word *w = &s->v[i];
	uint32_t upper = w[1].upper - w->upper, lower = w[1].lower - w->lower;
	size_t from = i > 0 ? w[-1].end : 0, to = i + 1 < s->n ? w[1].start : text.n;
	uint8_t ret = 0;

	if (upper < 4 * lower)
		return 0;
	/* "DHS, CBP, FBI": abbreviations side by side are a list, not a shout */
	if (lower == 0 && upper <= ABBREVIATION_MAX &&
	    (has_separator(str_sub(text, from, w->start)) ||
		has_separator(str_sub(text, w->end, to))))
		ret |= LISTED;
	if (is_plain(str_sub(text, w->start, w->end), upper + lower))
		ret |= PLAIN;
	if (i > 0 && has_break(str_sub(text, from, w->start), w[-1].end - w[-1].start))
		ret |= OPENS;
	return ret | CAPITAL;
}

/* The word from `start` to `end` is over; kept if its letters have case. */
static void
end_word(struct shout *s, const struct shout_word *counts, size_t *cap, struct arena *arena)
{
	const struct shout_word *last = &s->v[s->n];

	if (counts->upper + counts->lower == last->upper + last->lower)
		return;
	s->v[s->n].start = counts->start;
	s->v[s->n].end = counts->end;
	s->v[s->n].block = counts->block;
	s->n++;
	if (s->n == *cap) {
		struct shout_word *more = ARENA_ARRAY(arena, struct shout_word, *cap * 2);

		memcpy(more, s->v, *cap * sizeof(*more));
		*cap *= 2;
		s->v = more;
	}
	s->v[s->n] = (struct shout_word){ .upper = counts->upper, .lower = counts->lower };
}

const struct shout *
shout_read(struct str text, struct arena *arena)
{
	struct shout *s = ARENA_NEW(arena, struct shout);
	struct shout_word w = { 0 }; /* being read */
	size_t cap = text.n / 6 + 16;
	bool inside = false;

	s->v = ARENA_ARRAY(arena, struct shout_word, cap);
	for (size_t at = 0; at < text.n;) {
		uint32_t c;
		size_t used = script_decode(text.p + at, text.n - at, &c);
		bool letter = script_is_letter(c);

		if (letter && !inside) {
			w.start = (uint32_t)at;
			inside = true;
		} else if (inside && !letter && c != '\'' && c != 0x2019) {
			w.end = (uint32_t)at;
			inside = false;
			end_word(s, &w, &cap, arena);
		}
		w.upper += letter && script_is_upper(c);
		w.lower += letter && script_is_lower(c);
		w.block += c == '\n';
		at += used;
	}
	w.end = (uint32_t)text.n;
	if (inside)
		end_word(s, &w, &cap, arena);
	for (size_t i = 0; i < s->n; i++)
		s->v[i].flags = flags_of(s, text, i);
	return s;
}

/* ---- judging ---- */

/* The first word that ends behind `at`. */
static size_t
word_at(const struct shout *s, size_t at)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->v[middle].end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Are the words [from, to) but those of the hit no mere list?  need: a flag one of them must have.
 */
static bool
is_shout(const struct shout *s, size_t from, size_t first, size_t behind, size_t to, uint8_t need)
{
	bool unlisted = false, needed = need == 0;

	for (size_t i = from; i < to && !(unlisted && needed); i++) {
		if (i == first) {
			i = behind - 1;
			continue;
		}
		unlisted = unlisted || !(s->v[i].flags & LISTED);
		needed = needed || (s->v[i].flags & need);
	}
	return unlisted && needed;
}

/* Where the run of capitals begins that the hit belongs to: behind a dateline, when plain text goes
 * on after the run. */
static size_t
run_start(const struct shout *s, size_t from, size_t first, size_t to, size_t high)
{
	if (to == high)
		return from;
	for (size_t i = first; i > from; i--)
		if (s->v[i].flags & OPENS)
			return i;
	return from;
}

bool
shout_surrounds(const struct shout *s, size_t start, size_t end)
{
	size_t first = word_at(s, start), behind = first, from, to, low, high;
	const struct shout_word *v = s->v;
	uint32_t upper, lower;

	while (behind < s->n && v[behind].start < end)
		behind++;
	if (behind == first)
		return false;
	low = from = first;
	high = to = behind;
	while (low > 0 && v[low - 1].block == v[first].block && start - v[low - 1].start <= WINDOW)
		low--;
	while (high < s->n && v[high].block == v[first].block && v[high].end - end <= WINDOW)
		high++;
	while (from > low && (v[from - 1].flags & CAPITAL))
		from--;
	while (to < high && (v[to].flags & CAPITAL))
		to++;
	from = run_start(s, from, first, to, high);
	if (first - from + to - behind >= RUN_MIN && is_shout(s, from, first, behind, to, PLAIN))
		return true;
	upper = v[high].upper - v[behind].upper + v[first].upper - v[low].upper;
	lower = v[high].lower - v[behind].lower + v[first].lower - v[low].lower;
	return first - low + high - behind >= SHARE_MIN &&
	       upper * 100 >= SHARE_PERCENT * (upper + lower) &&
	       is_shout(s, low, first, behind, high, 0);
}
