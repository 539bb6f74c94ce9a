#include "hostile.h"

#include "chance.h"
#include "mem.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* ---- pieces ---- */

static const struct {
	const char *name, *piece;
} pieces[] = {
	{ "Cyrillic", "слово и ещё другое слово в ряд " },
	{ "Han", "人工智能和安全监控系统的发展" },
	{ "Hangul", "삼성전자가 인공지능을 말했다 " },
	{ "Thai", "ปัญญาประดิษฐ์และความปลอดภัย" },
	{ "Devanagari", "भारत में कृत्रिम बुद्धिमत्ता " },
	{ "Arabic with vowels", "مُحَمَّد قَالَ " },
	{ "marks on marks", "e\xcc\x81\xcc\xa3\xcc\x84o\xcc\x88\xcc\x82 " },
	{ "marks on nothing", "\xcc\x81" },
	{ "marks out of order", "\xcc\x81\xcc\xa3" },
	{ "stress marks", "е\xcc\x81" },
	{ "disordered on a letter", "ж\xcc\x81\xcc\xa3" },
	{ "Jamo", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab" },
	{ "compatibility forms", "ﷺ㈱½ﬃ" },
	{ "emoji", "🔥👩\xe2\x80\x8d💻🇺🇦" },
	{ "single letters", "a b c d e f g h " },
	{ "dotted letters", "a.b.c.d.e.f.g.h." },
	{ "dots", "....." },
	{ "invisible characters", "\xe2\x80\x8b\xc2\xad" },
	{ "one long word", "abcdefghij" },
	{ "capitals", "THIS IS ALL IN CAPITALS AND GOES ON " },
	{ "hyphens", "a-b-c-" },
	{ "bad bytes", "\xff\xc3\xe2\x80" },
	{ "bad bytes and letters", "a\xff" },
	{ "new lines", "a\nb\n\n" },
	{ "mathematical letters", "𝐀𝒃𝔠 𝟏𝟐 " },
	{ "rare Han", "𠀀𪜶𰀀𱁬" },
	{ "tags", "🏴\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0\x81\xae\xf3\xa0\x81"
		  "\xa7\xf3\xa0\x81\xbf" },
	{ "private characters", "\xf4\x80\x80\x80" },
	{ "letters, two marks", "a\xcc\x81\xcc\xa3 ж\xcc\x81\xcc\xa3 и\xcc\x86\xcc\xa3 " },
};

void
hostile_repeat(struct str s, const char *name, struct hostile *ret)
{
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	for (size_t i = 0; i < HOSTILE_BYTES; i++)
		ret->text[i] = s.p[i % s.n] == '\n' ? ' ' : s.p[i % s.n];
	ret->n = HOSTILE_BYTES;
}

/* A Cyrillic letter, half a megabyte of marks, and then marks that belong before them all. */
static void
many_marks(struct hostile *ret)
{
	memcpy(ret->text, "ж", 2);
	for (size_t i = 2; i < HOSTILE_BYTES; i += 2)
		memcpy(ret->text + i, i * 2 < HOSTILE_BYTES ? "\xcc\x85" : "\xcc\xa3", 2);
	ret->n = HOSTILE_BYTES;
	strcpy(ret->name, "one letter, many marks");
}

bool
hostile_piece(uint32_t number, struct hostile *ret)
{
	if (number > ARRAY_LEN(pieces))
		return false;
	if (number == ARRAY_LEN(pieces))
		many_marks(ret);
	else
		hostile_repeat(str_c(pieces[number].piece), pieces[number].name, ret);
	return true;
}

/* ---- mixtures ---- */

/* Characters of one kind: from, how many. */
static const struct {
	uint32_t from, n;
} kinds[] = { { 'a', 26 }, { 'A', 26 }, { '0', 10 }, { ' ', 1 }, { '.', 1 }, { '-', 1 }, { '&', 1 },
	{ '\'', 1 }, { '!', 15 }, { 0xa0, 0x60 }, { 0xc0, 0x180 }, { 0x2b0, 0x50 }, { 0x370, 0x90 },
	{ 0x400, 0x130 }, { 0x531, 0x57 }, { 0x591, 0x60 }, { 0x600, 0x100 }, { 0x900, 0x80 },
	{ 0x980, 0x80 }, { 0xb80, 0x80 }, { 0xe00, 0x60 }, { 0xf00, 0x100 }, { 0x1000, 0x100 },
	{ 0x1100, 0x100 }, { 0x1780, 0x80 }, { 0x1ab0, 0x20 }, { 0x1d00, 0x100 }, { 0x1e00, 0x100 },
	{ 0x1f00, 0x100 }, { 0x2000, 0x70 }, { 0x2070, 0x30 }, { 0x20a0, 0x60 }, { 0x2100, 0x90 },
	{ 0x2190, 0x100 }, { 0x2460, 0xa0 }, { 0x3000, 0x40 }, { 0x3041, 0x60 }, { 0x30a0, 0x60 },
	{ 0x3131, 0x60 }, { 0x3200, 0x100 }, { 0x3300, 0x100 }, { 0x4e00, 0x2000 },
	{ 0xa640, 0x60 }, { 0xac00, 11172 }, { 0xe000, 0x1900 }, { 0xf900, 0x100 },
	{ 0xfb00, 0x50 }, { 0xfb50, 0x200 }, { 0xfe00, 0x70 }, { 0xff00, 0xf0 }, { 0x10000, 0x100 },
	{ 0x11000, 0x100 }, { 0x1d100, 0x100 }, { 0x1d400, 0x400 }, { 0x1f300, 0x300 },
	{ 0x20000, 0x1000 }, { 0x2f800, 0x200 }, { 0x30000, 0x1000 }, { 0x40000, 0x1000 },
	{ 0xe0000, 0x200 }, { 0xf0000, 0x1000 } };
#define MARKS 0x300u
#define MARKS_N 0x70u
#define PLACES_MAX 4
#define SPACE_EVERY 512 /* characters, about */

/* One to four characters in turns: each of a kind anew every time, or always the same. */
struct mixture {
	struct {
		uint32_t from, n;
	} places[PLACES_MAX];
	uint32_t n;
	bool bad; /* and a byte that is no UTF-8 */
};

static void
draw_mixture(struct chance *d, struct mixture *ret, char name[HOSTILE_NAME_MAX])
{
	size_t at = 0;

	*ret = (struct mixture){ .n = 1 + below(d, PLACES_MAX), .bad = below(d, 8) == 0 };
	for (uint32_t i = 0; i < ret->n; i++) {
		uint32_t kind = below(d, ARRAY_LEN(kinds));
		bool marks = below(d, 4) == 0;
		uint32_t from = marks ? MARKS : kinds[kind].from,
			 n = marks ? MARKS_N : kinds[kind].n;
		bool same = below(d, 2) == 0;

		ret->places[i].from = same ? from + below(d, n) : from;
		ret->places[i].n = same ? 1 : n;
		at += (size_t)snprintf(name + at, HOSTILE_NAME_MAX - at, "U+%04X%s ",
		    (unsigned)ret->places[i].from, same ? "" : "...");
	}
	if (ret->bad)
		snprintf(name + at, HOSTILE_NAME_MAX - at, "bad");
}

void
hostile_mixture(uint32_t number, struct hostile *ret)
{
	struct chance d = { number };
	struct mixture m;

	draw_mixture(&d, &m, ret->name);
	for (ret->n = 0; ret->n < HOSTILE_BYTES;) {
		for (uint32_t i = 0; i < m.n && ret->n < HOSTILE_BYTES; i++)
			ret->n += utf8_encode(
			    m.places[i].from + below(&d, m.places[i].n), ret->text + ret->n);
		if (m.bad)
			ret->text[ret->n++] = '\xff';
		if (below(&d, SPACE_EVERY) == 0)
			ret->text[ret->n++] = ' ';
	}
}
