#include "charset_label.h"

#include "ascii.h"
#include "mem.h"

#include <iconv.h>
#include <string.h>

#define DECLARATION_WITHIN ((size_t)4096) /* bytes in which a declaration may stand */
#define EBCDIC_XML "\x4c\x6f\xa7\x94"     /* "<?xm" in the EBCDIC charsets */

/* What publishers write, and what they mean; small letters. */
static const struct {
	struct str label;
	const char *name;
} labels[] = {
	{ STR_INIT("utf-8"), "UTF-8" },
	{ STR_INIT("utf8"), "UTF-8" },
	{ STR_INIT("unicode-1-1-utf-8"), "UTF-8" },
	{ STR_INIT("x-unicode20utf8"), "UTF-8" },
	{ STR_INIT("utf8mb4"), "UTF-8" },
	{ STR_INIT("us-ascii"), CHARSET_WESTERN },
	{ STR_INIT("ascii"), CHARSET_WESTERN },
	{ STR_INIT("ansi"), CHARSET_WESTERN },
	{ STR_INIT("ansi_x3.4-1968"), CHARSET_WESTERN },
	{ STR_INIT("iso646-us"), CHARSET_WESTERN },
	{ STR_INIT("iso-ir-6"), CHARSET_WESTERN },
	{ STR_INIT("iso-8859-1"), CHARSET_WESTERN },
	{ STR_INIT("iso8859-1"), CHARSET_WESTERN },
	{ STR_INIT("iso88591"), CHARSET_WESTERN },
	{ STR_INIT("iso-88591"), CHARSET_WESTERN },
	{ STR_INIT("iso_8859-1"), CHARSET_WESTERN },
	{ STR_INIT("iso_8859-1:1987"), CHARSET_WESTERN },
	{ STR_INIT("8859-1"), CHARSET_WESTERN },
	{ STR_INIT("8859_1"), CHARSET_WESTERN },
	{ STR_INIT("latin1"), CHARSET_WESTERN },
	{ STR_INIT("latin-1"), CHARSET_WESTERN },
	{ STR_INIT("l1"), CHARSET_WESTERN },
	{ STR_INIT("cp819"), CHARSET_WESTERN },
	{ STR_INIT("windows-1252"), CHARSET_WESTERN },
	{ STR_INIT("iso-8859-9"), "CP1254" },
	{ STR_INIT("iso8859-9"), "CP1254" },
	{ STR_INIT("iso_8859-9"), "CP1254" },
	{ STR_INIT("latin5"), "CP1254" },
	{ STR_INIT("iso-8859-11"), "CP874" },
	{ STR_INIT("tis-620"), "CP874" },
	{ STR_INIT("iso-8859-8-i"), "ISO-8859-8" },
	{ STR_INIT("iso-8859-8-e"), "ISO-8859-8" },
	{ STR_INIT("logical"), "ISO-8859-8" },
	{ STR_INIT("visual"), "ISO-8859-8" },
	{ STR_INIT("gb2312"), "GB18030" },
	{ STR_INIT("gb_2312-80"), "GB18030" },
	{ STR_INIT("gb2312-80"), "GB18030" },
	{ STR_INIT("chinese"), "GB18030" },
	{ STR_INIT("csgb2312"), "GB18030" },
	{ STR_INIT("gbk"), "GB18030" },
	{ STR_INIT("x-gbk"), "GB18030" },
	{ STR_INIT("cp936"), "GB18030" },
	{ STR_INIT("ms936"), "GB18030" },
	{ STR_INIT("windows-936"), "GB18030" },
	{ STR_INIT("euc-cn"), "GB18030" },
	{ STR_INIT("gb18030"), "GB18030" },
	{ STR_INIT("big5"), "BIG5-HKSCS" },
	{ STR_INIT("big-5"), "BIG5-HKSCS" },
	{ STR_INIT("big5-hkscs"), "BIG5-HKSCS" },
	{ STR_INIT("big5hkscs"), "BIG5-HKSCS" },
	{ STR_INIT("cn-big5"), "BIG5-HKSCS" },
	{ STR_INIT("x-x-big5"), "BIG5-HKSCS" },
	{ STR_INIT("csbig5"), "BIG5-HKSCS" },
	{ STR_INIT("shift_jis"), "CP932" },
	{ STR_INIT("shift-jis"), "CP932" },
	{ STR_INIT("shiftjis"), "CP932" },
	{ STR_INIT("sjis"), "CP932" },
	{ STR_INIT("x-sjis"), "CP932" },
	{ STR_INIT("s-jis"), "CP932" },
	{ STR_INIT("ms_kanji"), "CP932" },
	{ STR_INIT("csshiftjis"), "CP932" },
	{ STR_INIT("windows-31j"), "CP932" },
	{ STR_INIT("windows-932"), "CP932" },
	{ STR_INIT("cp932"), "CP932" },
	{ STR_INIT("ms932"), "CP932" },
	{ STR_INIT("euc-jp"), "EUC-JP-MS" },
	{ STR_INIT("eucjp"), "EUC-JP-MS" },
	{ STR_INIT("euc_jp"), "EUC-JP-MS" },
	{ STR_INIT("x-euc-jp"), "EUC-JP-MS" },
	{ STR_INIT("x-euc"), "EUC-JP-MS" },
	{ STR_INIT("euc-kr"), "UHC" },
	{ STR_INIT("euckr"), "UHC" },
	{ STR_INIT("euc_kr"), "UHC" },
	{ STR_INIT("x-euc-kr"), "UHC" },
	{ STR_INIT("ks_c_5601-1987"), "UHC" },
	{ STR_INIT("ks_c_5601-1989"), "UHC" },
	{ STR_INIT("ksc5601"), "UHC" },
	{ STR_INIT("ks_c_5601"), "UHC" },
	{ STR_INIT("ksc_5601"), "UHC" },
	{ STR_INIT("korean"), "UHC" },
	{ STR_INIT("windows-949"), "UHC" },
	{ STR_INIT("cp949"), "UHC" },
	{ STR_INIT("ms949"), "UHC" },
	{ STR_INIT("uhc"), "UHC" },
	{ STR_INIT("windows-874"), "CP874" },
	{ STR_INIT("macintosh"), "MACINTOSH" },
	{ STR_INIT("mac"), "MACINTOSH" },
	{ STR_INIT("x-mac-roman"), "MACINTOSH" },
	{ STR_INIT("mac-roman"), "MACINTOSH" },
	{ STR_INIT("macroman"), "MACINTOSH" },
	{ STR_INIT("x-mac-cyrillic"), "MAC-CYRILLIC" },
	{ STR_INIT("x-mac-ukrainian"), "MAC-UK" },
	{ STR_INIT("mac-latin2"), "MAC-CENTRALEUROPE" },
	{ STR_INIT("hkscs"), "BIG5-HKSCS" },
	{ STR_INIT("big5-tw"), "BIG5-HKSCS" },
	{ STR_INIT("ms950"), "BIG5-HKSCS" },
	{ STR_INIT("cp950"), "BIG5-HKSCS" },
	{ STR_INIT("windows-950"), "BIG5-HKSCS" },
	{ STR_INIT("ks-c-5601-1987"), "UHC" },
	{ STR_INIT("ksx1001"), "UHC" },
	{ STR_INIT("ks-x-1001"), "UHC" },
	{ STR_INIT("ms1361"), "JOHAB" },
	{ STR_INIT("gb2312-1980"), "GB18030" },
	{ STR_INIT("gb18030-2000"), "GB18030" },
	{ STR_INIT("iso-ir-58"), "GB18030" },
	{ STR_INIT("csiso58gb231280"), "GB18030" },
	{ STR_INIT("thai"), "CP874" },
	{ STR_INIT("tis620"), "CP874" },
	{ STR_INIT("tis-620-0"), "CP874" },
	{ STR_INIT("utf7"), "UTF-7" },
	{ STR_INIT("utf-7"), "UTF-7" },
	{ STR_INIT("unicode-1-1-utf-7"), "UTF-7" },
	{ STR_INIT("iso-2022jp"), "ISO-2022-JP" },
	{ STR_INIT("csiso2022jp"), "ISO-2022-JP" },
	{ STR_INIT("iso-2022kr"), "ISO-2022-KR" },
	{ STR_INIT("csiso2022kr"), "ISO-2022-KR" },
	{ STR_INIT("iso-2022-jp-1"), "ISO-2022-JP-3" },
	{ STR_INIT("iso-2022-jp-ext"), "ISO-2022-JP-3" },
	{ STR_INIT("iso-2022-jp-2004"), "ISO-2022-JP-3" },
	{ STR_INIT("maccentraleurope"), "MAC-CENTRALEUROPE" },
	{ STR_INIT("x-mac-ce"), "MAC-CENTRALEUROPE" },
	{ STR_INIT("mac-centeuro"), "MAC-CENTRALEUROPE" },
	{ STR_INIT("koi"), "KOI8-R" },
	{ STR_INIT("koi8"), "KOI8-R" },
	{ STR_INIT("koi8_r"), "KOI8-R" },
	{ STR_INIT("ibm866"), "CP866" },
	{ STR_INIT("866"), "CP866" },
	{ STR_INIT("csibm861"), "CP861" },
	{ STR_INIT("cp-is"), "CP861" },
	{ STR_INIT("kz-1048"), "RK1048" },
	{ STR_INIT("ptcp154"), "PT154" },
	{ STR_INIT("cp154"), "PT154" },
	{ STR_INIT("cyrillic-asian"), "PT154" },
};

/* The bytes show these by themselves; some are names of iconv's own insides. */
static const struct str ignored[] = {
	STR_INIT("utf-16"),
	STR_INIT("utf16"),
	STR_INIT("utf-32"),
	STR_INIT("utf32"),
	STR_INIT("u16"),
	STR_INIT("u32"),
	STR_INIT("ucs"),
	STR_INIT("csucs"),
	STR_INIT("csunicode"),
	STR_INIT("unicode"),
	STR_INIT("iso-10646"),
	STR_INIT("10646"),
	STR_INIT("osf"),
	STR_INIT("internal"),
	STR_INIT("wchar"),
	STR_INIT("char"),
};

static bool
known_to_iconv(const char *name)
{
	iconv_t cd;

	if (strcmp(name, "UTF-8") == 0 || strcmp(name, CHARSET_WESTERN) == 0)
		return true;
	if (*name == '\0') /* to iconv that is the charset of the process */
		return false;
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return false;
	iconv_close(cd);
	return true;
}

static bool
is_label(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(ascii_is_lower(c) || ascii_is_digit(c) || memchr("-_.:+()", c, 7)))
			return false;
	}
	return s.n > 0 && s.n <= CHARSET_LABEL_MAX;
}

/* "win-1251", "windows_1251", "x-cp1251", "1251" -> CP1251; NULL when it is nothing of the kind. */
static const char *
windows_page(struct str label, struct arena *arena)
{
	static const struct str prefixes[] = { STR_INIT("x-"), STR_INIT("ms-"), STR_INIT("ms"),
		STR_INIT("windows"), STR_INIT("win"), STR_INIT("cp"), STR_INIT("-"),
		STR_INIT("_") };

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (str_starts(label, prefixes[i]))
			label = str_sub(label, prefixes[i].n, label.n);
	if (label.n != 4 || !str_starts(label, STR("125")) || label.p[3] < '0' || label.p[3] > '8')
		return NULL;
	return str_z(arena, str_fmt(arena, "CP%.*s", STR_ARG(label)));
}

static struct str
lower(struct str s, struct arena *arena)
{
	char *p = arena_bytes(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

/*
 * "ISO8859_5" -> "iso-8859-5": the spellings of other systems, one for all; out has room for two
 * bytes more.
 */
static struct str
spelled(struct str label, char *out)
{
	static const struct str bodies[] = { STR_INIT("iso8859"), STR_INIT("iso2022") };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		if (str_starts(label, bodies[i])) {
			n = (size_t)((char *)mempcpy(out, "iso-", 4) - out);
			label = str_sub(label, 3, label.n);
		}
	if (label.n && ascii_is_digit(label.p[0]) && label.n <= 4)
		n = (size_t)((char *)mempcpy(out, "cp", 2) - out);
	for (size_t i = 0; i < label.n; i++)
		out[n++] = (char)(label.p[i] == '_' ? '-' : label.p[i]);
	return str_n(out, n);
}

static const char *
listed(struct str label)
{
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (str_eq(label, labels[i].label))
			return labels[i].name;
	return NULL;
}

static const char *
iconv_name(struct str label, struct arena *arena)
{
	char *z = str_z(arena, label);

	for (char *p = z; *p; p++)
		*p = (char)(ascii_is_lower(*p) ? *p & ~0x20 : *p);
	if (known_to_iconv(z))
		return z;
	return str_starts(label, STR("x-")) && known_to_iconv(z + 2) ? z + 2 : NULL;
}

static const char *
name_of(struct str raw, struct arena *arena)
{
	char room[CHARSET_LABEL_MAX + 2];
	struct str forms[2];
	const char *name;

	raw = str_trim(raw);
	if (raw.n > CHARSET_LABEL_MAX)
		return NULL;
	forms[0] = lower(raw, arena);
	if (!is_label(forms[0]))
		return NULL;
	forms[1] = spelled(forms[0], room);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		name = listed(forms[i]);
		if (name)
			return known_to_iconv(name) ? name : NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		if (str_starts(forms[1], ignored[i]))
			return NULL;
	name = windows_page(forms[0], arena);
	if (name && known_to_iconv(name))
		return name;
	name = iconv_name(forms[0], arena);
	return name ? name : iconv_name(forms[1], arena);
}

/* ---- where it is declared ---- */

/* Behind `key`, white space and '=': the value, in quotes or not; empty when there is none. */
static struct str
value_of(struct str s, struct str key)
{
	size_t at = str_find_ci(s, key), end = 0;
	char quote;

	if (at == STR_NONE)
		return STR("");
	s = str_trim(str_sub(s, at + key.n, s.n));
	if (s.n == 0 || s.p[0] != '=')
		return STR("");
	s = str_trim(str_sub(s, 1, s.n));
	quote = s.n && (s.p[0] == '"' || s.p[0] == '\'') ? s.p[0] : '\0';
	if (quote)
		s = str_sub(s, 1, s.n);
	while (end < s.n && (quote ? s.p[end] != quote
				   : !str_is_space(s.p[end]) && !memchr(";,>\"'", s.p[end], 5)))
		end++;
	return str_sub(s, 0, end);
}

const char *
charset_of_header(struct str content_type, struct arena *arena)
{
	return name_of(value_of(content_type, STR("charset")), arena);
}

bool
charset_says_ascii(struct str content_type)
{
	struct str value = str_trim(value_of(content_type, STR("charset")));

	return str_eq_ci(value, STR("us-ascii")) || str_eq_ci(value, STR("ascii"));
}

/* The declaration of an EBCDIC document says which of them it is; they agree on its letters. */
static const char *
charset_of_ebcdic(struct str body, struct arena *arena)
{
	char ascii[256], *to = ascii;
	char *from = (char *)(uintptr_t)body.p;
	size_t left = body.n < sizeof(ascii) ? body.n : sizeof(ascii), room = sizeof(ascii);
	iconv_t cd = iconv_open("UTF-8", "IBM037");
	const char *name;

	if (cd == (iconv_t)-1)
		return NULL;
	(void)iconv(cd, &from, &left, &to, &room);
	iconv_close(cd);
	name = name_of(value_of(str_n(ascii, sizeof(ascii) - room), STR("encoding")), arena);
	return name && strcmp(name, "UTF-8") != 0 ? name : "IBM037";
}

const char *
charset_of_markup(struct str body, struct arena *arena)
{
	struct str head = str_sub(body, 0, DECLARATION_WITHIN);
	size_t at, end;

	if (str_starts(body, STR(EBCDIC_XML)))
		return charset_of_ebcdic(body, arena);
	at = str_find(head, STR("<?xml"));
	if (at != STR_NONE) {
		struct str declaration = str_sub(head, at, head.n);

		end = str_find_char(declaration, '>');
		declaration = str_sub(declaration, 0, end);
		return name_of(value_of(declaration, STR("encoding")), arena);
	}
	for (at = str_find_ci(head, STR("<meta")); at != STR_NONE;) {
		struct str rest = str_sub(head, at + 5, head.n);
		struct str value =
		    value_of(str_sub(rest, 0, str_find_char(rest, '>')), STR("charset"));

		if (value.n)
			return name_of(value, arena);
		end = str_find_ci(rest, STR("<meta"));
		at = end == STR_NONE ? STR_NONE : at + 5 + end;
	}
	return NULL;
}

/* ---- kinds ---- */

bool
charset_is_shifted(const char *name)
{
	return str_starts(str_c(name), STR("ISO-2022")) || str_starts(str_c(name), STR("UTF-7"));
}

bool
charset_is_multibyte(const char *name)
{
	static const char *const names[] = { "GB18030", "BIG5-HKSCS", "CP932", "EUC-JP-MS", "UHC",
		"JOHAB", "EUC-TW", "BIG5", "CP950", "EUC-JISX0213", "SHIFT_JISX0213" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}
