#include "entity.h"

#include "ascii.h"
#include "mem.h"
#include "utf8.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define NAME_MAX_BYTES 24

/*
 * Names that feeds use most, and those of HTML5 that libxml2's table (HTML 4) does not have; in the
 * order of strcmp.
 */
static const struct named {
	const char *name, *text;
} names[] = {
/* clang-format off */
#define N(name, text) { name, text }
	N("AMP", "&"), N("Abreve", "\xc4\x82"), N("Amacr", "\xc4\x80"), N("Aogon", "\xc4\x84"),
	N("ApplyFunction", "\xe2\x81\xa1"), N("Auml", "\xc3\x84"), N("COPY", "\xc2\xa9"),
	N("Cacute", "\xc4\x86"), N("Ccaron", "\xc4\x8c"), N("Ccirc", "\xc4\x88"),
	N("Cdot", "\xc4\x8a"), N("CenterDot", "\xc2\xb7"),
	N("CloseCurlyDoubleQuote", "\xe2\x80\x9d"), N("CloseCurlyQuote", "\xe2\x80\x99"),
	N("Dcaron", "\xc4\x8e"), N("DiacriticalGrave", "`"), N("DownArrow", "\xe2\x86\x93"),
	N("Dstrok", "\xc4\x90"), N("ENG", "\xc5\x8a"), N("Ecaron", "\xc4\x9a"),
	N("Edot", "\xc4\x96"), N("Emacr", "\xc4\x92"), N("Eogon", "\xc4\x98"), N("GT", ">"),
	N("Gbreve", "\xc4\x9e"), N("Gcedil", "\xc4\xa2"), N("Gcirc", "\xc4\x9c"),
	N("Gdot", "\xc4\xa0"), N("Hacek", "\xcb\x87"), N("Hat", "^"), N("Hcirc", "\xc4\xa4"),
	N("Hstrok", "\xc4\xa6"), N("IJlig", "\xc4\xb2"), N("Idot", "\xc4\xb0"),
	N("Imacr", "\xc4\xaa"), N("InvisibleTimes", "\xe2\x81\xa2"), N("Iogon", "\xc4\xae"),
	N("Itilde", "\xc4\xa8"), N("Jcirc", "\xc4\xb4"), N("Kcedil", "\xc4\xb6"), N("LT", "<"),
	N("Lacute", "\xc4\xb9"), N("Lcaron", "\xc4\xbd"), N("Lcedil", "\xc4\xbb"),
	N("LeftArrow", "\xe2\x86\x90"), N("Lmidot", "\xc4\xbf"),
	N("LongRightArrow", "\xe2\x9f\xb6"), N("Lstrok", "\xc5\x81"),
	N("MediumSpace", "\xe2\x81\x9f"), N("Nacute", "\xc5\x83"), N("Ncaron", "\xc5\x87"),
	N("Ncedil", "\xc5\x85"), N("NewLine", "\n"), N("NoBreak", "\xe2\x81\xa0"),
	N("NonBreakingSpace", "\xc2\xa0"), N("Odblac", "\xc5\x90"), N("Omacr", "\xc5\x8c"),
	N("OpenCurlyDoubleQuote", "\xe2\x80\x9c"), N("OpenCurlyQuote", "\xe2\x80\x98"),
	N("Ouml", "\xc3\x96"), N("PlusMinus", "\xc2\xb1"), N("QUOT", "\""),
	N("REG", "\xc2\xae"), N("Racute", "\xc5\x94"), N("Rcaron", "\xc5\x98"),
	N("Rcedil", "\xc5\x96"), N("RightArrow", "\xe2\x86\x92"), N("Sacute", "\xc5\x9a"),
	N("Scedil", "\xc5\x9e"), N("Scirc", "\xc5\x9c"), N("Square", "\xe2\x96\xa1"),
	N("TRADE", "\xe2\x84\xa2"), N("Tab", "\t"), N("Tcaron", "\xc5\xa4"),
	N("Tcedil", "\xc5\xa2"), N("ThinSpace", "\xe2\x80\x89"), N("Tstrok", "\xc5\xa6"),
	N("Ubreve", "\xc5\xac"), N("Udblac", "\xc5\xb0"), N("Umacr", "\xc5\xaa"),
	N("UnderBar", "_"), N("Uogon", "\xc5\xb2"), N("UpArrow", "\xe2\x86\x91"),
	N("Uring", "\xc5\xae"), N("Utilde", "\xc5\xa8"), N("Uuml", "\xc3\x9c"),
	N("VerticalLine", "|"), N("VeryThinSpace", "\xe2\x80\x8a"), N("Wcirc", "\xc5\xb4"),
	N("Ycirc", "\xc5\xb6"), N("Zacute", "\xc5\xb9"), N("Zcaron", "\xc5\xbd"),
	N("Zdot", "\xc5\xbb"), N("ZeroWidthSpace", "\xe2\x80\x8b"), N("aacute", "\xc3\xa1"),
	N("abreve", "\xc4\x83"), N("acirc", "\xc3\xa2"), N("aelig", "\xc3\xa6"),
	N("agrave", "\xc3\xa0"), N("amacr", "\xc4\x81"), N("amp", "&"), N("angst", "\xc3\x85"),
	N("aogon", "\xc4\x85"), N("apos", "'"), N("approx", "\xe2\x89\x88"),
	N("aring", "\xc3\xa5"), N("ast", "*"), N("atilde", "\xc3\xa3"), N("auml", "\xc3\xa4"),
	N("backprime", "\xe2\x80\xb5"), N("bdquo", "\xe2\x80\x9e"),
	N("bigcirc", "\xe2\x97\xaf"), N("bigstar", "\xe2\x98\x85"),
	N("blacklozenge", "\xe2\xa7\xab"), N("blank", "\xe2\x90\xa3"),
	N("block", "\xe2\x96\x88"), N("bprime", "\xe2\x80\xb5"), N("breve", "\xcb\x98"),
	N("bsemi", "\xe2\x81\x8f"), N("bsol", "\\"), N("bull", "\xe2\x80\xa2"),
	N("bullet", "\xe2\x80\xa2"), N("cacute", "\xc4\x87"), N("caret", "\xe2\x81\x81"),
	N("caron", "\xcb\x87"), N("ccaron", "\xc4\x8d"), N("ccedil", "\xc3\xa7"),
	N("ccirc", "\xc4\x89"), N("cdot", "\xc4\x8b"), N("centerdot", "\xc2\xb7"),
	N("check", "\xe2\x9c\x93"), N("checkmark", "\xe2\x9c\x93"), N("cir", "\xe2\x97\x8b"),
	N("circledR", "\xc2\xae"), N("clubsuit", "\xe2\x99\xa3"), N("colon", ":"),
	N("comma", ","), N("commat", "@"), N("copy", "\xc2\xa9"), N("copysr", "\xe2\x84\x97"),
	N("cross", "\xe2\x9c\x97"), N("darr", "\xe2\x86\x93"), N("dash", "\xe2\x80\x90"),
	N("dblac", "\xcb\x9d"), N("dcaron", "\xc4\x8f"), N("deg", "\xc2\xb0"),
	N("diamondsuit", "\xe2\x99\xa6"), N("div", "\xc3\xb7"), N("dollar", "$"),
	N("dot", "\xcb\x99"), N("dstrok", "\xc4\x91"), N("dtri", "\xe2\x96\xbf"),
	N("dtrif", "\xe2\x96\xbe"), N("eacute", "\xc3\xa9"), N("ecaron", "\xc4\x9b"),
	N("ecirc", "\xc3\xaa"), N("edot", "\xc4\x97"), N("egrave", "\xc3\xa8"),
	N("ell", "\xe2\x84\x93"), N("emacr", "\xc4\x93"), N("emsp13", "\xe2\x80\x84"),
	N("emsp14", "\xe2\x80\x85"), N("eng", "\xc5\x8b"), N("eogon", "\xc4\x99"),
	N("equals", "="), N("euro", "\xe2\x82\xac"), N("excl", "!"),
	N("female", "\xe2\x99\x80"), N("ffilig", "\xef\xac\x83"), N("fflig", "\xef\xac\x80"),
	N("ffllig", "\xef\xac\x84"), N("filig", "\xef\xac\x81"), N("fjlig", "fj"),
	N("flat", "\xe2\x99\xad"), N("fllig", "\xef\xac\x82"), N("frac13", "\xe2\x85\x93"),
	N("frac15", "\xe2\x85\x95"), N("frac16", "\xe2\x85\x99"), N("frac18", "\xe2\x85\x9b"),
	N("frac23", "\xe2\x85\x94"), N("frac25", "\xe2\x85\x96"), N("frac35", "\xe2\x85\x97"),
	N("frac38", "\xe2\x85\x9c"), N("frac45", "\xe2\x85\x98"), N("frac56", "\xe2\x85\x9a"),
	N("frac58", "\xe2\x85\x9d"), N("frac78", "\xe2\x85\x9e"), N("gbreve", "\xc4\x9f"),
	N("gcirc", "\xc4\x9d"), N("gdot", "\xc4\xa1"), N("ge", "\xe2\x89\xa5"),
	N("geq", "\xe2\x89\xa5"), N("grave", "`"), N("gt", ">"), N("hairsp", "\xe2\x80\x8a"),
	N("half", "\xc2\xbd"), N("hbar", "\xe2\x84\x8f"), N("hcirc", "\xc4\xa5"),
	N("hearts", "\xe2\x99\xa5"), N("heartsuit", "\xe2\x99\xa5"),
	N("hellip", "\xe2\x80\xa6"), N("horbar", "\xe2\x80\x95"), N("hstrok", "\xc4\xa7"),
	N("hybull", "\xe2\x81\x83"), N("hyphen", "\xe2\x80\x90"), N("iacute", "\xc3\xad"),
	N("iexcl", "\xc2\xa1"), N("ijlig", "\xc4\xb3"), N("imacr", "\xc4\xab"),
	N("imath", "\xc4\xb1"), N("incare", "\xe2\x84\x85"), N("infin", "\xe2\x88\x9e"),
	N("inodot", "\xc4\xb1"), N("iogon", "\xc4\xaf"), N("iquest", "\xc2\xbf"),
	N("itilde", "\xc4\xa9"), N("jcirc", "\xc4\xb5"), N("kcedil", "\xc4\xb7"),
	N("kgreen", "\xc4\xb8"), N("lacute", "\xc4\xba"), N("laquo", "\xc2\xab"),
	N("larr", "\xe2\x86\x90"), N("lbrace", "{"), N("lbrack", "["), N("lcaron", "\xc4\xbe"),
	N("lcedil", "\xc4\xbc"), N("lcub", "{"), N("ldquo", "\xe2\x80\x9c"),
	N("ldquor", "\xe2\x80\x9e"), N("le", "\xe2\x89\xa4"), N("leq", "\xe2\x89\xa4"),
	N("lmidot", "\xc5\x80"), N("lowbar", "_"), N("lozf", "\xe2\xa7\xab"), N("lpar", "("),
	N("lsaquo", "\xe2\x80\xb9"), N("lsqb", "["), N("lsquo", "\xe2\x80\x98"),
	N("lsquor", "\xe2\x80\x9a"), N("lstrok", "\xc5\x82"), N("lt", "<"),
	N("ltri", "\xe2\x97\x83"), N("ltrif", "\xe2\x97\x82"), N("male", "\xe2\x99\x82"),
	N("malt", "\xe2\x9c\xa0"), N("mdash", "\xe2\x80\x94"), N("mho", "\xe2\x84\xa7"),
	N("midast", "*"), N("middot", "\xc2\xb7"), N("mldr", "\xe2\x80\xa6"),
	N("nacute", "\xc5\x84"), N("napos", "\xc5\x89"), N("natur", "\xe2\x99\xae"),
	N("natural", "\xe2\x99\xae"), N("nbsp", "\xc2\xa0"), N("ncaron", "\xc5\x88"),
	N("ncedil", "\xc5\x86"), N("ndash", "\xe2\x80\x93"), N("ne", "\xe2\x89\xa0"),
	N("nldr", "\xe2\x80\xa5"), N("ntilde", "\xc3\xb1"), N("num", "#"),
	N("numero", "\xe2\x84\x96"), N("numsp", "\xe2\x80\x87"), N("oacute", "\xc3\xb3"),
	N("odblac", "\xc5\x91"), N("ogon", "\xcb\x9b"), N("ohm", "\xce\xa9"),
	N("omacr", "\xc5\x8d"), N("ordf", "\xc2\xaa"), N("ordm", "\xc2\xba"),
	N("oslash", "\xc3\xb8"), N("otilde", "\xc3\xb5"), N("ouml", "\xc3\xb6"),
	N("para", "\xc2\xb6"), N("percnt", "%"), N("period", "."),
	N("pertenk", "\xe2\x80\xb1"), N("phone", "\xe2\x98\x8e"), N("planck", "\xe2\x84\x8f"),
	N("plus", "+"), N("plusmn", "\xc2\xb1"), N("pm", "\xc2\xb1"),
	N("pointint", "\xe2\xa8\x95"), N("pound", "\xc2\xa3"), N("puncsp", "\xe2\x80\x88"),
	N("qprime", "\xe2\x81\x97"), N("quest", "?"), N("quot", "\""), N("racute", "\xc5\x95"),
	N("raquo", "\xc2\xbb"), N("rarr", "\xe2\x86\x92"), N("rbrace", "}"), N("rbrack", "]"),
	N("rcaron", "\xc5\x99"), N("rcedil", "\xc5\x97"), N("rcub", "}"),
	N("rdquo", "\xe2\x80\x9d"), N("rdquor", "\xe2\x80\x9d"), N("reg", "\xc2\xae"),
	N("ring", "\xcb\x9a"), N("rpar", ")"), N("rsaquo", "\xe2\x80\xba"), N("rsqb", "]"),
	N("rsquo", "\xe2\x80\x99"), N("rsquor", "\xe2\x80\x99"), N("rtri", "\xe2\x96\xb9"),
	N("rtrif", "\xe2\x96\xb8"), N("rx", "\xe2\x84\x9e"), N("sacute", "\xc5\x9b"),
	N("sbquo", "\xe2\x80\x9a"), N("scedil", "\xc5\x9f"), N("scirc", "\xc5\x9d"),
	N("sect", "\xc2\xa7"), N("semi", ";"), N("sext", "\xe2\x9c\xb6"),
	N("sharp", "\xe2\x99\xaf"), N("shy", "\xc2\xad"), N("sol", "/"),
	N("spadesuit", "\xe2\x99\xa0"), N("squ", "\xe2\x96\xa1"), N("square", "\xe2\x96\xa1"),
	N("squf", "\xe2\x96\xaa"), N("star", "\xe2\x98\x86"), N("starf", "\xe2\x98\x85"),
	N("sung", "\xe2\x99\xaa"), N("szlig", "\xc3\x9f"), N("tcaron", "\xc5\xa5"),
	N("tcedil", "\xc5\xa3"), N("thickapprox", "\xe2\x89\x88"), N("times", "\xc3\x97"),
	N("tprime", "\xe2\x80\xb4"), N("trade", "\xe2\x84\xa2"), N("tstrok", "\xc5\xa7"),
	N("uacute", "\xc3\xba"), N("uarr", "\xe2\x86\x91"), N("ubreve", "\xc5\xad"),
	N("udblac", "\xc5\xb1"), N("umacr", "\xc5\xab"), N("uogon", "\xc5\xb3"),
	N("uring", "\xc5\xaf"), N("utilde", "\xc5\xa9"), N("utri", "\xe2\x96\xb5"),
	N("utrif", "\xe2\x96\xb4"), N("uuml", "\xc3\xbc"), N("vellip", "\xe2\x8b\xae"),
	N("verbar", "|"), N("vert", "|"), N("wcirc", "\xc5\xb5"), N("xcirc", "\xe2\x97\xaf"),
	N("ycirc", "\xc5\xb7"), N("zacute", "\xc5\xba"), N("zcaron", "\xc5\xbe"),
	N("zdot", "\xc5\xbc"),
#undef N
	/* clang-format on */
};

/* What the numbers 128-159 mean: windows-1252; 0 = nothing. */
static const uint16_t windows_1252[32] = { 0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
	0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C,
	0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178 };

/* Names HTML 4 knows and browsers take without ';', beside the Latin-1 letters. */
static const char *const bare_names[] = { "amp", "lt", "gt", "quot", "AMP", "LT", "GT", "QUOT",
	"COPY", "REG" };

static const char *
find_name(const char *z)
{
	size_t low = 0, high = ARRAY_LEN(names);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int d = strcmp(z, names[middle].name);

		if (d == 0)
			return names[middle].text;
		if (d > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The UTF-8 of a name, its length in *n; 0 bytes when nobody knows it. */
static size_t
name_text(const char *z, char out[ENTITY_OUT_MAX])
{
	const char *text = find_name(z);
	const htmlEntityDesc *known;
	size_t n;

	if (text) {
		n = strlen(text);
		memcpy(out, text, n);
		return n;
	}
	known = htmlEntityLookup((const xmlChar *)z);
	return known ? utf8_encode(known->value, out) : 0;
}

static bool
works_bare(const char *z)
{
	const htmlEntityDesc *known;

	for (size_t i = 0; i < ARRAY_LEN(bare_names); i++)
		if (strcmp(z, bare_names[i]) == 0)
			return true;
	known = htmlEntityLookup((const xmlChar *)z);
	return known && known->value >= 160 && known->value <= 255;
}

size_t
entity_number(uint32_t c, char out[ENTITY_OUT_MAX])
{
	if (c >= 0x80 && c < 0xA0)
		c = windows_1252[c - 0x80];
	if (c == 0x7F || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
		return 0;
	if ((c & 0xFFFE) == 0xFFFE)
		return 0;
	return utf8_encode(c, out);
}

/* "&#233;" or "&#xE9;", s past "&#". */
static size_t
decode_number(struct str s, char out[ENTITY_OUT_MAX], size_t *out_n)
{
	bool hex = s.n && (s.p[0] == 'x' || s.p[0] == 'X');
	uint32_t c = 0;
	size_t at = hex, first = at;

	for (; at < s.n; at++) {
		int v = hex || ascii_is_digit(s.p[at]) ? ascii_hex(s.p[at]) : -1;

		if (v < 0)
			break;
		if (c <= 0x10FFFF)
			c = c * (hex ? 16 : 10) + (uint32_t)v;
	}
	if (at == first)
		return 0;
	*out_n = entity_number(c, out);
	return at + (at < s.n && s.p[at] == ';');
}

/* Those that nearly every text has, without a search; 0 when it is none of them. */
static size_t
decode_common(struct str s, char out[ENTITY_OUT_MAX], size_t *out_n)
{
	static const struct {
		struct str reference;
		char text[3];
		unsigned char n;
	} common[] = {
		{ STR_INIT("&lt;"), "<", 1 },
		{ STR_INIT("&gt;"), ">", 1 },
		{ STR_INIT("&amp;"), "&", 1 },
		{ STR_INIT("&quot;"), "\"", 1 },
		{ STR_INIT("&nbsp;"), "\xc2\xa0", 2 },
		{ STR_INIT("&apos;"), "'", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		struct str r = common[i].reference;

		if (s.n < r.n || s.p[1] != r.p[1] || memcmp(s.p, r.p, r.n) != 0)
			continue;
		memcpy(out, common[i].text, common[i].n);
		*out_n = common[i].n;
		return r.n;
	}
	return 0;
}

size_t
entity_decode(struct str s, char out[ENTITY_OUT_MAX], size_t *out_n)
{
	char z[NAME_MAX_BYTES];
	size_t n = s.n > 1 && s.p[1] != '#' ? decode_common(s, out, out_n) : 0;

	if (n)
		return n;
	n = 1;
	*out_n = 0;
	if (s.n > 1 && s.p[1] == '#') {
		n = decode_number(str_sub(s, 2, s.n), out, out_n);
		return n ? n + 2 : 0;
	}
	while (n < s.n && n < NAME_MAX_BYTES && ascii_is_alnum(s.p[n])) {
		z[n - 1] = s.p[n];
		n++;
	}
	if (n == 1 || n == NAME_MAX_BYTES)
		return 0;
	z[n - 1] = '\0';
	if (n < s.n && s.p[n] == ';')
		n++;
	else if ((n < s.n && s.p[n] == '=') || !works_bare(z))
		return 0;
	*out_n = name_text(z, out);
	return *out_n ? n : 0;
}

struct str
entity_text(struct str s, struct arena *arena)
{
	char *p;
	size_t n = 0;

	if (str_find_char(s, '&') == STR_NONE)
		return s;
	p = arena_bytes(arena, s.n);
	while (s.n) {
		char out[ENTITY_OUT_MAX];
		size_t out_n, taken = s.p[0] == '&' ? entity_decode(s, out, &out_n) : 0;

		if (taken == 0) {
			p[n++] = s.p[0];
			taken = 1;
		} else {
			memcpy(p + n, out, out_n);
			n += out_n;
		}
		s = str_sub(s, taken, s.n);
	}
	return str_n(p, n);
}
