#include "script.h"

#include "mem.h"

#include <utf8proc.h>

struct range {
	uint32_t from, to;
};

static const struct range unspaced[] = {
	{ 0x0e01, 0x0e3a }, { 0x0e40, 0x0e4e }, /* Thai; its digits are digits */
	{ 0x0e81, 0x0ece }, { 0x0edc, 0x0edf }, /* Lao */
	{ 0x1000, 0x103f }, { 0x104c, 0x108f }, { 0x109a, 0x109f }, /* Myanmar */
	{ 0x1780, 0x17df },                                         /* Khmer */
	{ 0x19e0, 0x19ff },                                         /* Khmer symbols */
	{ 0x2e80, 0x2fdf },                                         /* Han radicals */
	{ 0x3005, 0x3007 }, { 0x3021, 0x3029 }, { 0x3031, 0x3035 }, { 0x3038, 0x303c },
	{ 0x3041, 0x30ff },                                         /* Hiragana, Katakana */
	{ 0x3100, 0x312f }, { 0x31a0, 0x31bf },                     /* Bopomofo */
	{ 0x31f0, 0x31ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, /* Katakana, Han */
	{ 0xa9e0, 0xa9ef }, { 0xa9fa, 0xa9fe }, { 0xaa60, 0xaa7f }, /* Myanmar */
	{ 0xf900, 0xfaff }, { 0xff66, 0xff9f },                     /* Han, half-width kana */
	{ 0x1aff0, 0x1b16f },                                       /* Kana */
	{ 0x20000, 0x3ffff },                                       /* Han */
};

static const struct range hangul[] = {
	{ 0x1100, 0x11ff },
	{ 0x302e, 0x302f },
	{ 0x3131, 0x318e },
	{ 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },
	{ 0xd7b0, 0xd7ff },
	{ 0xffa0, 0xffdc },
};

static const struct range accented[] = {
	{ 'A', 'Z' },
	{ 'a', 'z' },
	{ 0xaa, 0xaa },
	{ 0xba, 0xba },
	{ 0xc0, 0xd6 },
	{ 0xd8, 0xf6 },
	{ 0xf8, 0x2af },
	{ 0x370, 0x3ff },
	{ 0x1d00, 0x1dbf },
	{ 0x1e00, 0x1fff },
	{ 0x2c60, 0x2c7f },
	{ 0xa722, 0xa7ff },
	{ 0xab30, 0xab6f },
};

static const struct range vowel_marks[] = {
	{ 0x0591, 0x05bd },
	{ 0x05bf, 0x05bf },
	{ 0x05c1, 0x05c2 },
	{ 0x05c4, 0x05c5 },
	{ 0x05c7, 0x05c7 },
	{ 0x0610, 0x061a },
	{ 0x064b, 0x0652 },
	{ 0x0656, 0x065f },
	{ 0x0670, 0x0670 },
	{ 0x06d6, 0x06dc },
	{ 0x06df, 0x06e4 },
	{ 0x06e7, 0x06e8 },
	{ 0x06ea, 0x06ed },
	{ 0x08d3, 0x08e1 },
	{ 0x08e3, 0x08ff },
	{ 0xfb1e, 0xfb1e },
};

static const struct range joiners[] = {
	{ 0x0300, 0x0304 },
	{ 0x0306, 0x030c },
	{ 0x030f, 0x030f },
	{ 0x0311, 0x0311 },
	{ 0x0313, 0x0314 },
	{ 0x031b, 0x031b },
	{ 0x0323, 0x0328 },
	{ 0x032d, 0x032e },
	{ 0x0330, 0x0331 },
	{ 0x0338, 0x0338 },
	{ 0x0340, 0x0345 },
	{ 0x0653, 0x0655 },
	{ 0x093c, 0x093c },
	{ 0x09be, 0x09be },
	{ 0x09d7, 0x09d7 },
	{ 0x0b3e, 0x0b3e },
	{ 0x0b56, 0x0b57 },
	{ 0x0bbe, 0x0bbe },
	{ 0x0bd7, 0x0bd7 },
	{ 0x0c56, 0x0c56 },
	{ 0x0cc2, 0x0cc2 },
	{ 0x0cd5, 0x0cd6 },
	{ 0x0d3e, 0x0d3e },
	{ 0x0d57, 0x0d57 },
	{ 0x0dca, 0x0dca },
	{ 0x0dcf, 0x0dcf },
	{ 0x0ddf, 0x0ddf },
	{ 0x102e, 0x102e },
	{ 0x1161, 0x1175 },
	{ 0x11a8, 0x11c2 },
	{ 0x1b35, 0x1b35 },
	{ 0x3099, 0x309a },
	{ 0xff9e, 0xff9f },
	{ 0xffa0, 0xffdc },
	{ 0x110ba, 0x110ba },
	{ 0x11127, 0x11127 },
	{ 0x1133e, 0x1133e },
	{ 0x11357, 0x11357 },
	{ 0x114b0, 0x114b0 },
	{ 0x114ba, 0x114ba },
	{ 0x114bd, 0x114bd },
	{ 0x115af, 0x115af },
	{ 0x11930, 0x11930 },
};

static const struct {
	uint32_t c;
	char plain;
} plain[] = {
	{ 0xab, '"' },
	{ 0xb4, '\'' },
	{ 0xbb, '"' },
	{ 0x2b9, '\'' },
	{ 0x2bb, '\'' },
	{ 0x2bc, '\'' },
	{ 0x2bd, '\'' },
	{ 0x55a, '\'' },
	{ 0x5f3, '\'' },
	{ 0x5f4, '"' },
	{ 0x2018, '\'' },
	{ 0x2019, '\'' },
	{ 0x201a, '\'' },
	{ 0x201b, '\'' },
	{ 0x201c, '"' },
	{ 0x201d, '"' },
	{ 0x201e, '"' },
	{ 0x201f, '"' },
	{ 0x2032, '\'' },
	{ 0x2033, '"' },
	{ 0x2039, '\'' },
	{ 0x203a, '\'' },
	{ 0x2043, '-' },
	{ 0x2212, '-' },
	{ 0x2e42, '"' },
	{ 0x301d, '"' },
	{ 0x301e, '"' },
	{ 0x301f, '"' },
};

static const struct {
	uint32_t c;
	char plain;
} stroked[] = {
	{ 0xf8, 'o' },
	{ 0x111, 'd' },
	{ 0x127, 'h' },
	{ 0x131, 'i' },
	{ 0x142, 'l' },
	{ 0x167, 't' },
	{ 0x180, 'b' },
	{ 0x19a, 'l' },
	{ 0x1b6, 'z' },
	{ 0x1e5, 'g' },
	{ 0x237, 'j' },
	{ 0x23c, 'c' },
	{ 0x247, 'e' },
	{ 0x249, 'j' },
	{ 0x24d, 'r' },
	{ 0x24f, 'y' },
	{ 0x268, 'i' },
	{ 0x289, 'u' },
	{ 0x2c65, 'a' },
	{ 0x2c66, 't' },
	{ 0x1d7d, 'p' },
};

static bool
within(uint32_t c, const struct range *v, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > v[middle].to)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && c >= v[low].from;
}
#define WITHIN(c, table) within((c), (table), ARRAY_LEN(table))

size_t
script_decode(const char *p, size_t n, uint32_t *ret)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t used;
	uint32_t c;

	if (s[0] < 0x80) {
		*ret = s[0];
		return 1;
	}
	*ret = 0xfffd;
	used = script_length(*p);
	if (s[0] < 0xc2 || s[0] > 0xf4 || used > n || (s[1] & 0xc0) != 0x80)
		return 1;
	c = (uint32_t)(s[0] & (0x7f >> used)) << 6 | (s[1] & 0x3f);
	if (used > 2) {
		if ((s[2] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (s[2] & 0x3f);
	}
	if (used > 3) {
		if ((s[3] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (s[3] & 0x3f);
	}
	/* longer than need be, a surrogate, beyond Unicode */
	if ((used == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) ||
	    (used == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 1;
	*ret = c;
	return used;
}

size_t
script_back(const char *p, size_t at)
{
	size_t start = at - 1;

	while (start > 0 && at - start < 4 && ((unsigned char)p[start] & 0xc0) == 0x80)
		start--;
	return start;
}

enum char_class
script_class(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
			   ? CHAR_WORD
			   : CHAR_OTHER;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		break;
	default: /* a foreign enum: everything else, and what newer versions add */
		return CHAR_OTHER;
	}
	if (WITHIN(c, unspaced))
		return CHAR_UNSPACED;
	return WITHIN(c, hangul) ? CHAR_HANGUL : CHAR_WORD;
}

bool
script_is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	return utf8proc_category((utf8proc_int32_t)c) >= UTF8PROC_CATEGORY_LU &&
	       utf8proc_category((utf8proc_int32_t)c) <= UTF8PROC_CATEGORY_LO;
}

bool
script_is_upper(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z';
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}

bool
script_is_lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z';
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

uint32_t
script_lower(uint32_t c)
{
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

bool
script_is_two(uint32_t c)
{
	return c == 0xdf || c == 0x1e9e || c == 0x587;
}

bool
script_is_symbol(uint32_t c)
{
	utf8proc_category_t k;

	if (c < 0x80)
		return false;
	k = utf8proc_category((utf8proc_int32_t)c);
	return k == UTF8PROC_CATEGORY_SM || k == UTF8PROC_CATEGORY_SC ||
	       k == UTF8PROC_CATEGORY_SK || k == UTF8PROC_CATEGORY_SO;
}

bool
script_is_accent(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe20 && c <= 0xfe2f);
}

bool
script_drops_accents(uint32_t c)
{
	return WITHIN(c, accented);
}

bool
script_is_vowel_mark(uint32_t c)
{
	return WITHIN(c, vowel_marks);
}

bool
script_may_join(uint32_t c)
{
	return WITHIN(c, joiners);
}

bool
script_is_ignored(uint32_t c)
{
	return c == 0x640 || (c >= 0xfff9 && c <= 0xfffb) ||
	       utf8proc_get_property((utf8proc_int32_t)c)->ignorable;
}

bool
script_is_unassigned(uint32_t c)
{
	utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);

	return k == UTF8PROC_CATEGORY_CN || k == UTF8PROC_CATEGORY_CO;
}

char
script_plain(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_PD:
		return '-';
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
		return ' ';
	default: /* the table knows the others */
		break;
	}
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (plain[i].c == c)
			return plain[i].plain;
	return 0;
}

char
script_unstroked(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(stroked); i++)
		if (stroked[i].c == c)
			return stroked[i].plain;
	return 0;
}
