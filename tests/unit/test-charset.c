#include "rows.h"

#include "arena.h"
#include "charset.h"
#include "utf8.h"

#include <stdlib.h>
#include <iconv.h>
#include <string.h>

struct row {
	const char *name;
	struct str in;
	const char *content_type;
	const char *want, *charset;
	bool repaired;
};

static void
check_rows(const struct row *rows, size_t n)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < n; i++) {
		struct charset_result got;
		struct err e;

		ROW(rows[i].name,
		    charset_to_utf8(rows[i].in, str_c(rows[i].content_type), arena, &got, &e));
		ROW_STR(rows[i].name, got.utf8, str_c(rows[i].want));
		ROW_STR(rows[i].name, str_c(got.name), str_c(rows[i].charset));
		ROW_I64(rows[i].name, got.repaired, rows[i].repaired);
		arena_reset(arena);
	}
	arena_free(arena);
	ROWS_DONE();
}

#define XML(charset) "<?xml version='1.0' encoding='" charset "'?>"

static void
marks_and_patterns(void **state)
{
	static const struct row rows[] = {
		{ "nothing", STR_INIT(""), "", "", "UTF-8", false },
		{ "ascii", STR_INIT("<a/>"), "", "<a/>", "UTF-8", false },
		{ "mark", STR_INIT("\xef\xbb\xbf<a/>"), "", "<a/>", "UTF-8", false },
		{ "two marks", STR_INIT("\xef\xbb\xbf\xef\xbb\xbf<a/>"), "", "<a/>", "UTF-8",
		    false },
		{ "blank, mark", STR_INIT("\r\n \xef\xbb\xbf<a/>"), "", "<a/>", "UTF-8", false },
		{ "blank alone stays", STR_INIT("\n <a/>"), "", "\n <a/>", "UTF-8", false },
		{ "mark over declarations", STR_INIT("\xef\xbb\xbf" XML("windows-1251") "\xc3\xa9"),
		    "text/xml; charset=koi8-r", XML("windows-1251") "\xc3\xa9", "UTF-8", false },
		{ "mark, then no UTF-8", STR_INIT("\xef\xbb\xbf<a>\xe9</a>"), "",
		    "<a>\xef\xbf\xbd</a>", "UTF-8", true },
		{ "16 big with mark", STR_INIT("\xfe\xff\0<\0a\0/\0>"), "", "<a/>", "UTF-16BE",
		    false },
		{ "16 little with mark", STR_INIT("\xff\xfe<\0a\0/\0>\0"), "", "<a/>", "UTF-16LE",
		    false },
		{ "16 little, mostly of another script",
		    STR_INIT("<\0a\0>\0\x2f\x04\x30\x04\x2f\x04\x30\x04\x2f\x04"), "",
		    "<a>\xd0\xaf\xd0\xb0\xd0\xaf\xd0\xb0\xd0\xaf", "UTF-16LE", false },
		{ "16 big", STR_INIT("\0<\0a\0/\0>"), "", "<a/>", "UTF-16BE", false },
		{ "16 little", STR_INIT("<\0a\0/\0>\0"), "", "<a/>", "UTF-16LE", false },
		{ "16 little after blank lines", STR_INIT("\n\0\n\0<\0a\0/\0>\0"), "", "\n\n<a/>",
		    "UTF-16LE", false },
		{ "16 with few characters beyond ASCII", STR_INIT("<\0a\0>\0\x16\x04<\0/\0a\0>\0"),
		    "", "<a>\xd0\x96</a>", "UTF-16LE", false },
		{ "16 surrogates", STR_INIT("\0<\0a\0>\xd8\x3d\xde\x00\0<\0/\0a\0>"), "",
		    "<a>\xf0\x9f\x98\x80</a>", "UTF-16BE", false },
		{ "16 lone surrogate", STR_INIT("\0<\0a\0>\xd8\x3d\0<\0/\0a\0>"), "",
		    "<a>\xef\xbf\xbd</a>", "UTF-16BE", true },
		{ "16 with an odd byte", STR_INIT("\0<\0a\0/\0>\0"), "", "<a/>", "UTF-16BE", true },
		{ "32 big", STR_INIT("\0\0\0<\0\0\0a\0\0\0>"), "", "<a>", "UTF-32BE", false },
		{ "32 little", STR_INIT("<\0\0\0a\0\0\0>\0\0\0"), "", "<a>", "UTF-32LE", false },
		{ "32 little with mark", STR_INIT("\xff\xfe\0\0<\0\0\0>\0\0\0"), "", "<>",
		    "UTF-32LE", false },
		{ "32 big with mark", STR_INIT("\0\0\xfe\xff\0\0\0<\0\0\0>"), "", "<>", "UTF-32BE",
		    false },
		{ "32 in order 2143", STR_INIT("\0\0<\0\0\0>\0"), "", "<>", "UTF-32, order 2143",
		    false },
		{ "32 in order 3412", STR_INIT("\0<\0\0\0>\0\0"), "", "<>", "UTF-32, order 3412",
		    false },
		{ "32 beyond Unicode", STR_INIT("\0\0\0<\0\0\0>\0\0\0a\0\x11\0\0"), "",
		    "<>a\xef\xbf\xbd", "UTF-32BE", true },
		{ "a mark of UTF-16 before ASCII", STR_INIT("\xff\xfe<a>bcd</a>"), "", "<a>bcd</a>",
		    "UTF-8", false },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

static void
keeps_a_nul(void **state)
{
	struct arena *arena = arena_new();
	struct str in = STR("<a>x\0y</a><b>the rest of it</b>");
	struct charset_result got;
	struct err e;

	(void)state;
	assert_true(charset_to_utf8(in, STR(""), arena, &got, &e));
	assert_true(str_eq(got.utf8, in));
	assert_ptr_equal(got.utf8.p, in.p);
	arena_free(arena);
}

static void
declarations(void **state)
{
	static const struct row rows[] = {
		{ "header", STR_INIT("<a>\xd6</a>"), "text/xml; charset=koi8-r", "<a>\xd0\xb6</a>",
		    "KOI8-R", false },
		{ "header with quotes and case", STR_INIT("<a>\xd6</a>"),
		    "application/rss+xml;Charset = \"KOI8-R\"; q=1", "<a>\xd0\xb6</a>", "KOI8-R",
		    false },
		{ "header before declaration", STR_INIT(XML("windows-1251") "\xd6"),
		    "text/xml; charset=koi8-r", XML("windows-1251") "\xd0\xb6", "KOI8-R", false },
		{ "declaration", STR_INIT(XML("windows-1251") "\xe6"), "text/xml",
		    XML("windows-1251") "\xd0\xb6", "CP1251", false },
		{ "declaration before a header of ASCII", STR_INIT(XML("windows-1251") "\xe6"),
		    "text/xml; charset=us-ascii", XML("windows-1251") "\xd0\xb6", "CP1251", false },
		{ "declaration behind junk", STR_INIT("\nWarning: x\n" XML("koi8-r") "\xd6"), "",
		    "\nWarning: x\n" XML("koi8-r") "\xd0\xb6", "KOI8-R", false },
		{ "declaration of no XML version", STR_INIT("<?xml encoding=\"KOI8-R\"?>\xd6"), "",
		    "<?xml encoding=\"KOI8-R\"?>\xd0\xb6", "KOI8-R", false },
		{ "encoding elsewhere is none",
		    STR_INIT("<?xml version='1.0'?><a encoding='koi8-r'>caf\xe9"), "",
		    "<?xml version='1.0'?><a encoding='koi8-r'>caf\xc3\xa9", "CP1252", false },
		{ "meta charset", STR_INIT("<html><META charset=koi8-r>\xd6"), "",
		    "<html><META charset=koi8-r>\xd0\xb6", "KOI8-R", false },
		{ "meta http-equiv",
		    STR_INIT(
			"<meta name=a><meta http-equiv=b content='text/html; charset=koi8-r'>\xd6"),
		    "",
		    "<meta name=a><meta http-equiv=b content='text/html; charset=koi8-r'>\xd0\xb6",
		    "KOI8-R", false },
		{ "plainly UTF-8 over a declaration", STR_INIT(XML("windows-1251") "\xc3\xa9"), "",
		    XML("windows-1251") "\xc3\xa9", "UTF-8", false },
		{ "plainly UTF-8 over the header", STR_INIT("<a>\xe2\x82\xac</a>"),
		    "text/xml; charset=iso-8859-1", "<a>\xe2\x82\xac</a>", "UTF-8", false },
		{ "latin-1 is windows-1252", STR_INIT(XML("ISO-8859-1") "\x93\xe9\x94\x80"), "",
		    XML("ISO-8859-1") "\xe2\x80\x9c\xc3\xa9\xe2\x80\x9d\xe2\x82\xac", "CP1252",
		    false },
		{ "ascii is windows-1252", STR_INIT(XML("us-ascii") "\x85"), "",
		    XML("us-ascii") "\xe2\x80\xa6", "CP1252", false },
		{ "latin-5 is windows-1254", STR_INIT(XML("iso-8859-9") "\xfe\x80"), "",
		    XML("iso-8859-9") "\xc5\x9f\xe2\x82\xac", "CP1254", false },
		{ "gb2312 is gb18030", STR_INIT(XML("gb2312") "\xd6\xd0\x81\x40"), "",
		    XML("gb2312") "\xe4\xb8\xad\xe4\xb8\x82", "GB18030", false },
		{ "big5", STR_INIT(XML("Big5") "\xa4\xa4\xa4\xe5"), "",
		    XML("Big5") "\xe4\xb8\xad\xe6\x96\x87", "BIG5-HKSCS", false },
		{ "shift_jis with its circled one", STR_INIT(XML("Shift_JIS") "\x93\xfa\x87\x40"),
		    "", XML("Shift_JIS") "\xe6\x97\xa5\xe2\x91\xa0", "CP932", false },
		{ "euc-kr", STR_INIT(XML("euc-kr") "\xc7\xd1"), "", XML("euc-kr") "\xed\x95\x9c",
		    "UHC", false },
		{ "euc-jp", STR_INIT(XML("EUC-JP") "\xc6\xfc"), "", XML("EUC-JP") "\xe6\x97\xa5",
		    "EUC-JP-MS", false },
		{ "iso-2022-jp", STR_INIT(XML("iso-2022-jp") "\x1b$B$\"\x1b(B!"), "",
		    XML("iso-2022-jp") "\xe3\x81\x82!", "ISO-2022-JP", false },
		{ "iso-2022-jp, cut in a character", STR_INIT(XML("iso-2022-jp") "\x1b$B$\"$"), "",
		    XML("iso-2022-jp") "\xe3\x81\x82" UTF8_REPLACEMENT, "ISO-2022-JP", true },
		{ "iso-2022-kr, cut in a character",
		    STR_INIT("\x1b$)C" XML("iso-2022-kr") "\x0e\x30\x21\x30"), "",
		    XML("iso-2022-kr") "\xea\xb0\x80" UTF8_REPLACEMENT, "ISO-2022-KR", true },
		{ "iso-2022-jp, not declared", STR_INIT("<a>\x1b$B$\"\x1b(B</a>"), "",
		    "<a>\xe3\x81\x82</a>", "ISO-2022-JP", false },
		{ "iso-2022-jp, declared as UTF-8", STR_INIT("<a>\x1b$B$\"\x1b(B</a>"),
		    "text/xml; charset=utf-8", "<a>\xe3\x81\x82</a>", "ISO-2022-JP", false },
		{ "kz-1048", STR_INIT(XML("KZ-1048") "\x9d"), "", XML("KZ-1048") "\xd2\x9b",
		    "RK1048", false },
		{ "iso-2022-jp that is plain", STR_INIT(XML("iso-2022-jp") "a + b"), "",
		    XML("iso-2022-jp") "a + b", "ISO-2022-JP", false },
		{ "a label of nothing", STR_INIT(XML("x-") "a"), "", XML("x-") "a", "UTF-8",
		    false },
		{ "utf-7", STR_INIT("<a>+AOk-</a>"), "text/xml; charset=utf-7", "<a>\xc3\xa9</a>",
		    "UTF-7", false },
		{ "a plus in ASCII", STR_INIT("<a>1+1</a>"), "text/xml; charset=utf-8",
		    "<a>1+1</a>", "UTF-8", false },
		{ "multi-byte that could be UTF-8", STR_INIT(XML("gbk") "\xc1\xaa\xcd\xa8"), "",
		    XML("gbk") "\xe8\x81\x94\xe9\x80\x9a", "GB18030", false },
		{ "windows names", STR_INIT("<a>\xe6</a>"), "text/xml;charset=win-1251",
		    "<a>\xd0\xb6</a>", "CP1251", false },
		{ "a name by iconv alone", STR_INIT("<a>\xe6</a>"), "text/xml;charset=ISO-8859-2",
		    "<a>\xc4\x87</a>", "ISO-8859-2", false },
		{ "a name with underscores", STR_INIT(XML("iso8859_5") "\xd6"), "",
		    XML("iso8859_5") "\xd0\xb6", "ISO-8859-5", false },
		{ "a name of digits", STR_INIT("<a>\xa6</a>"), "text/xml; charset=866",
		    "<a>\xd0\xb6</a>", "CP866", false },
		{ "unknown name, UTF-8", STR_INIT(XML("x-klingon") "\xc3\xa9"), "",
		    XML("x-klingon") "\xc3\xa9", "UTF-8", false },
		{ "unknown name, no UTF-8", STR_INIT(XML("x-klingon") "caf\xe9"), "",
		    XML("x-klingon") "caf\xc3\xa9", "CP1252", false },
		{ "a path is no name", STR_INIT("caf\xe9"), "text/xml; charset=../../etc/passwd",
		    "caf\xc3\xa9", "CP1252", false },
		{ "no suffix for iconv", STR_INIT("caf\xe9"), "text/xml; charset=koi8-r//ignore",
		    "caf\xc3\xa9", "CP1252", false },
		{ "UTF-16 declared, bytes are not", STR_INIT(XML("utf-16") "caf\xc3\xa9"), "",
		    XML("utf-16") "caf\xc3\xa9", "UTF-8", false },
		{ "UTF-16 declared, latin-1", STR_INIT(XML("utf-16") "caf\xe9"), "",
		    XML("utf-16") "caf\xc3\xa9", "CP1252", false },
		{ "an EBCDIC",
		    STR_INIT("\x4c\x6f\xa7\x94\x93\x40\x85\x95\x83\x96\x84\x89\x95\x87\x7e\x7f"
			     "\x83\x97\xf0\xf3\xf7\x7f\x6f\x6e\x4c\x81\x61\x6e"),
		    "", "<?xml encoding=\"cp037\"?><a/>", "CP037", false },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

static void
damage(void **state)
{
	static const struct row rows[] = {
		{ "UTF-8 with one bad byte", STR_INIT("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xff."), "",
		    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xef\xbf\xbd.", "UTF-8", true },
		{ "UTF-8 cut short at the end", STR_INIT("\xc3\xa9\xe2\x82"), "",
		    "\xc3\xa9\xef\xbf\xbd", "UTF-8", true },
		{ "UTF-8 with one bad byte, declared otherwise",
		    STR_INIT(XML("windows-1251") "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xff."), "",
		    XML("windows-1251") "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xef\xbf\xbd.", "UTF-8",
		    true },
		{ "declared UTF-8, half of it", STR_INIT(XML("utf-8") "\xc3\xa9 \xe9 "), "",
		    XML("utf-8") "\xc3\xa9 \xef\xbf\xbd ", "UTF-8", true },
		{ "declared UTF-8, none of it", STR_INIT(XML("utf-8") "caf\xe9 "), "",
		    XML("utf-8") "caf\xc3\xa9 ", "CP1252", false },
		{ "the header's charset cannot be it", STR_INIT(XML("windows-1251") "\xe6 \xff"),
		    "text/xml; charset=gbk", XML("windows-1251") "\xd0\xb6 \xd1\x8f", "CP1251",
		    false },
		{ "bad bytes of the declared one", STR_INIT(XML("gbk") "\xd6\xd0\xff!"), "",
		    XML("gbk") "\xe4\xb8\xad\xef\xbf\xbd!", "GB18030", true },
		{ "a multi-byte character cut by a tag", STR_INIT(XML("euc-kr") "\xc7\xd1\xc7</a>"),
		    "", XML("euc-kr") "\xed\x95\x9c\xef\xbf\xbd</a>", "UHC", true },
	};

	(void)state;
	check_rows(rows, ARRAY_LEN(rows));
}

/* Sentences of own making, in bytes of a charset that nothing declares. */
static void
detection(void **state)
{
	static const struct row rows[] = {
		{ "French",
		    STR_INIT("<a>L'\xe9t\xe9 \xe0 la for\xeat, d\xe9j\xe0 \xe7"
			     "a</a>"),
		    "", "<a>L'été à la forêt, déjà ça</a>", "CP1252", false },
		{ "Russian, windows", STR_INIT("<a>\xcd\xee\xe2\xee\xf1\xf2\xe8 \xe4\xed\xff</a>"),
		    "", "<a>Новости дня</a>", "CP1251", false },
		{ "Russian, koi", STR_INIT("<a>\xee\xcf\xd7\xcf\xd3\xd4\xc9 \xc4\xce\xd1</a>"), "",
		    "<a>Новости дня</a>", "KOI8-R", false },
		{ "Polish",
		    STR_INIT("<a>B\xea"
			     "dzie ju\xbf p\xf3\x9fniej, tak\xbf"
			     "e w \xa3odzi</a>"),
		    "", "<a>Będzie już później, także w Łodzi</a>", "CP1250", false },
		{ "Chinese, simplified",
		    STR_INIT("<a>\xce\xd2\xc3\xc7\xd4\xda\xd6\xd0\xb9\xfa\xb5\xc4\xc8\xcb</a>"), "",
		    "<a>我们在中国的人</a>", "GB18030", false },
		{ "Japanese, shifted",
		    STR_INIT("<a>\x82\xb1\x82\xea\x82\xcd\x93\xfa\x96\x7b\x82\xcc</a>"), "",
		    "<a>これは日本の</a>", "CP932", false },
		{ "Japanese, extended",
		    STR_INIT("<a>\xa4\xb3\xa4\xec\xa4\xcf\xc6\xfc\xcb\xdc\xa4\xce</a>"), "",
		    "<a>これは日本の</a>", "EUC-JP-MS", false },
		{ "Korean", STR_INIT("<a>\xc7\xd1\xb1\xb9\xbe\xee \xbd\xc5\xb9\xae</a>"), "",
		    "<a>한국어 신문</a>", "UHC", false },
		{ "Greek",
		    STR_INIT("<a>\xd4\xe1 \xed\xdd\xe1 \xf4\xe7\xf2 \xe7\xec\xdd\xf1\xe1\xf2</a>"),
		    "", "<a>Τα νέα της ημέρας</a>", "CP1253", false },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct charset_result got;
		struct err e;

		ROW(rows[i].name, charset_to_utf8(rows[i].in, STR(""), arena, &got, &e));
		ROW_STR(rows[i].name, str_c(got.name), str_c(rows[i].charset));
		ROW_STR(rows[i].name, got.utf8, str_c(rows[i].want));
	}
	arena_free(arena);
	ROWS_DONE();
}

/* Whatever the bytes: valid UTF-8 comes out, and valid UTF-8 that nobody contradicts comes out as
 * it is. */
static void
always_utf8(void **state)
{
	static const char *const types[] = { "", "text/xml; charset=utf-8", "text/xml; charset=gbk",
		"a/b; charset=shift_jis", "a/b; charset=iso-2022-kr", "a/b; charset=utf-7",
		"a/b; charset=big5", "a/b; charset=euc-tw", "a/b; charset=windows-1255" };
	struct arena *arena = arena_new();
	uint32_t seed = 20250701;
	char bytes[600];

	(void)state;
	for (int round = 0; round < 600; round++) {
		size_t n = seed % sizeof(bytes);
		struct charset_result got;
		struct str in = { bytes, n };
		struct err e;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (char)(seed >> 24);
			if (round % 3 == 0)
				bytes[i] = (char)(bytes[i] & (seed >> 16 & 7 ? 0x7F : 0xFF));
		}
		assert_true(charset_to_utf8(
		    in, str_c(types[(size_t)round % ARRAY_LEN(types)]), arena, &got, &e));
		assert_true(utf8_valid_length(got.utf8) == got.utf8.n);
		arena_reset(arena);
		seed = seed * 1664525 + 1013904223;
	}
	arena_free(arena);
}

static void
has_a_cap(void **state)
{
	size_t n = ((size_t)64 << 20) + 4096;
	char *bytes = xmalloc(n);
	struct arena *arena = arena_new();
	struct charset_result got = { .name = "untouched" };
	struct err e = { 0 };

	(void)state;
	memset(bytes, 0x80, n); /* three bytes of UTF-8 each */
	assert_false(charset_to_utf8(
	    str_n(bytes, n), STR("text/xml; charset=windows-1252"), arena, &got, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(got.name, "untouched");
	arena_free(arena);
	free(bytes);
}

/* One headline each: there is no more to go by in a short feed. */
static void
headlines(void **state)
{
	static const struct {
		const char *charset, *text;
	} rows[] = {
		{ "UHC", "정부는 오늘 새로운 예산안을 국회에 제출했다" },
		{ "UHC", "서울시 교통 정책 변경 발표" },
		{ "UHC", "미국 대통령이 한국을 방문한다고 밝혔다" },
		{ "UHC", "삼성전자 주가 급등" },
		{ "GB18030", "不归移民法庭系统管：专业工作" },
		{ "GB18030", "中国经济增长放缓" },
		{ "GB18030", "美国国务院发表声明谴责袭击" },
		{ "GB18030", "北京市发布暴雨预警" },
		{ "BIG5-HKSCS", "總統府發表聲明回應" },
		{ "BIG5-HKSCS", "台北市政府宣布新措施" },
		{ "BIG5-HKSCS", "微軟宣布收購人工智慧公司" },
		{ "BIG5-HKSCS", "最高法院裁定禁令無效" },
		{ "CP932", "政府は新しい予算案を国会に提出した" },
		{ "CP932", "東京で大雨警報" },
		{ "CP932", "マイクロソフトが買収を発表" },
		{ "CP932", "最高裁、移民規制を無効と判断" },
		{ "EUC-JP-MS", "政府は新しい予算案を国会に提出した" },
		{ "EUC-JP-MS", "東京で大雨警報が出た" },
		{ "EUC-JP-MS", "マイクロソフトが買収を発表" },
		{ "EUC-JP-MS", "最高裁、移民規制を無効と判断" },
		{ "CP874", "สำนักงานส่งเสริมอุตสาหกรรม" },
		{ "CP874", "รัฐบาลประกาศงบประมาณใหม่" },
		{ "CP874", "ศาลสูงสุดตัดสินให้คำสั่งเป็นโมฆะ" },
		{ "CP874", "ตำรวจจับกุมผู้ต้องสงสัย" },
		{ "CP1251", "Правительство внесло бюджет в Думу" },
		{ "CP1251", "Верховный суд отменил запрет" },
		{ "CP1251", "Полиция начала расследование" },
		{ "KOI8-R", "Правительство внесло бюджет в Думу" },
		{ "KOI8-R", "Верховный суд отменил запрет" },
		{ "KOI8-R", "Полиция начала расследование" },
		{ "CP1253", "Η κυβέρνηση κατέθεσε τον προϋπολογισμό" },
		{ "CP1253", "Το ανώτατο δικαστήριο ακύρωσε την απαγόρευση" },
		{ "CP1255", "הממשלה הגישה את התקציב לכנסת" },
		{ "CP1255", "בית המשפט העליון ביטל את הצו" },
		{ "CP1256", "قدمت الحكومة الميزانية إلى البرلمان" },
		{ "CP1256", "ألغت المحكمة العليا الحظر" },
		{ "CP1250", "Rząd złożył budżet w Sejmie, a posłowie się śmiali" },
		{ "CP1250", "Sąd Najwyższy unieważnił zakaz, źródła potwierdzają" },
		{ "CP1254", "Hükümet bütçeyi meclise sundu, başbakan açıkladı" },
		{ "CP1254", "Yüksek mahkeme yasağı iptal etti, ışık söndü" },
		{ "CP1252", "Die Regierung hat den Haushalt für nächstes Jahr eingebracht, größer "
			    "als zuvor" },
		{ "ISO-8859-2", "Rząd złożył budżet w Sejmie, a posłowie się śmiali" },
		{ "KOI8-U", "Уряд вніс бюджет до Ради, міністр пояснив" },
		{ "CP1251", "Всички хора се раждат свободни" },
		{ "CP1252", "Hver maður er borinn frjáls" },
		{ "CP1252", "Müller über Österreichs Käse" },
		{ "CP1252", "Le gouvernement a présenté le budget à l’Assemblée nationale, après "
			    "un débat animé" },
		{ "CP1252", "Été français : chaleur élevée" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		iconv_t cd = iconv_open(rows[i].charset, "UTF-8");
		char *from = (char *)(uintptr_t)rows[i].text, bytes[512], *to = bytes;
		size_t left = strlen(from), room = sizeof(bytes);
		struct charset_result got;
		struct err e;

		assert_true(cd != (iconv_t)-1);
		assert_true(iconv(cd, &from, &left, &to, &room) != (size_t)-1);
		iconv_close(cd);
		ROW(rows[i].text,
		    charset_to_utf8(str_n(bytes, sizeof(bytes) - room), STR(""), arena, &got, &e));
		ROW_STR(rows[i].charset, got.utf8, str_c(rows[i].text));
	}
	arena_free(arena);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_and_patterns),
		cmocka_unit_test(keeps_a_nul),
		cmocka_unit_test(declarations),
		cmocka_unit_test(damage),
		cmocka_unit_test(detection),
		cmocka_unit_test(headlines),
		cmocka_unit_test(always_utf8),
		cmocka_unit_test(has_a_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
