#include "charsets.h"

#include "mem.h"

#include <iconv.h>

/* The IANA names that iconv knows. */
/* clang-format off */
static const char *const charsets[] = {
	"UTF-7", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE", "UCS-2",
	"ISO-8859-1", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6",
	"ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-9E", "ISO-8859-10", "ISO-8859-11",
	"ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "CP1250", "CP1251", "CP1252",
	"CP1253", "CP1254", "CP1255", "CP1256", "CP1257", "CP1258", "CP437", "CP737", "CP775",
	"CP850", "CP851", "CP852", "CP855", "CP856", "CP857", "CP858", "CP860", "CP861", "CP862",
	"CP863", "CP864", "CP865", "CP866", "CP868", "CP869", "CP874", "CP922", "CP932", "CP949",
	"CP1125", "CP1129", "CP1133", "CP1162", "CP1163", "CP1361", "KOI8-R", "KOI8-U", "KOI8-RU",
	"KOI8-T", "KOI-8", "PT154", "RK1048", "MIK", "ECMA-CYRILLIC", "MACINTOSH", "MAC-CYRILLIC",
	"MAC-UK", "MACCENTRALEUROPE", "MAC-SAMI", "GB2312", "GBK", "GB18030", "EUC-CN",
	"ISO-2022-CN", "ISO-2022-CN-EXT", "BIG5", "BIG5-HKSCS", "CP950", "EUC-TW", "SHIFT_JIS",
	"SHIFT_JISX0213", "EUC-JP", "EUC-JP-MS", "EUC-JISX0213", "ISO-2022-JP", "ISO-2022-JP-2",
	"ISO-2022-JP-3", "EUC-KR", "UHC", "JOHAB", "ISO-2022-KR", "TIS-620", "TCVN5712-1", "VISCII",
	"ARMSCII-8", "GEORGIAN-ACADEMY", "GEORGIAN-PS", "TSCII", "ISIRI-3342", "ASMO_449",
	"LATIN-GREEK", "LATIN-GREEK-1", "ANSI_X3.110", "DEC-MCS", "HP-ROMAN8", "HP-ROMAN9",
	"HP-GREEK8", "HP-THAI8", "HP-TURKISH8", "ISO-IR-197", "ISO-IR-209", "ISO_5427", "ISO_5428",
	"ISO_6937", "ISO_6937-2", "NATS-DANO", "NATS-SEFI", "INIS", "INIS-8", "INIS-CYRILLIC",
	"GREEK7", "GREEK-CCITT", "GOST_19768-74", "T.61-8BIT", "CWI", "BALTIC", "IEC_P27-1",
	"CSN_369103",
};
/* clang-format on */

#define NONE ((iconv_t)-1) /* what this system's iconv does not have: no document can be in it */

/* A table goes with the last converter that is open. */
static iconv_t kept[ARRAY_LEN(charsets)];

void
charsets_keep(void)
{
	for (size_t i = 0; i < ARRAY_LEN(charsets); i++)
		kept[i] = iconv_open("UTF-8", charsets[i]);
}

void
charsets_drop(void)
{
	for (size_t i = 0; i < ARRAY_LEN(charsets); i++)
		if (kept[i] != NONE)
			iconv_close(kept[i]);
}
