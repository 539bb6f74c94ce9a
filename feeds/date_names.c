#include "date_names.h"

#include "mem.h"
#include "utf8.h"

#include <string.h>
#include <utf8proc.h>

/*
 * Each month's names, folded, between spaces: English, German, French, Spanish, Portuguese,
 * Italian, Dutch, Polish, Russian, Greek, Hungarian, Swedish, Turkish; then Danish, Norwegian,
 * Czech, Romanian, Ukrainian, Finnish, Indonesian.  Cases and abbreviations as they stand in dates.
 */
static const char *const months[12] = {
	" jan january januar janner jann jaenner janvier janv enero ene janeiro gennaio gen "
	"januari "
	"stycznia styczen sty января январь янв ιανουαριου ιανουαριος ιαν ocak oca ledna leden led "
	"ianuarie ian січня січень січ tammikuuta tammikuu tammi ",
	" feb february februar feber fevrier fevr fev febrero fevereiro febbraio februari febr "
	"lutego luty "
	"lut февраля февраль фев февр φεβρουαριου φεβρουαριος φεβ φεβρ subat sub unora unor "
	"februarie лютого лютии лют helmikuuta helmikuu helmi ",
	" mar march marz mrz maerz mars marzo marco maart mrt marca marzec марта март мар μαρτιου "
	"μαρτιος "
	"μαρ μαρτ marcius marc mart marts brezna brezen martie березня березень бер maaliskuuta "
	"maaliskuu maalis maret ",
	" apr april avril avr abril abr aprile kwietnia kwiecien kwi апреля апрель апр απριλιου "
	"απριλιος "
	"απρ aprilis nisan nis dubna duben aprilie квітня квітень квіт кві huhtikuuta huhtikuu "
	"huhti ",
	" may mai mayo maio maggio mag mei maja maj мая маи μαιου μαιος μαι majus mayis mayıs "
	"kvetna kveten "
	"травня травень трав тра toukokuuta toukokuu touko ",
	" jun june juni juin junio junho giugno giu czerwca czerwiec cze июня июнь июн ιουνιου "
	"ιουνιος ιουν "
	"junius haziran haz cervna cerven iunie iun червня червень черв чер kesakuuta kesakuu "
	"kesa ",
	" jul july juli juillet juil julio julho luglio lug lipca lipiec lip июля июль июл ιουλιου "
	"ιουλιος "
	"ιουλ julius temmuz tem cervence cervenec iulie iul липня липень лип heinakuuta heinakuu "
	"heina ",
	" aug august aout aou agosto ago augustus sierpnia sierpien sie августа август авг "
	"αυγουστου "
	"αυγουστος αυγ augusztus augusti agustos agu srpna srpen серпня серпень серп сер elokuuta "
	"elokuu elo agustus ",
	" sep sept september septembre septiembre setiembre setembro settembre set sett wrzesnia "
	"wrzesien wrz "
	"сентября сентябрь сен сент σεπτεμβριου σεπτεμβριος σεπ σεπτ szeptember szept eylul eyl "
	"zari "
	"septembrie вересня вересень вер syyskuuta syyskuu syys ",
	" oct october oktober okt octobre octubre outubro out ottobre ott pazdziernika pazdziernik "
	"paz "
	"октября октябрь окт οκτωβριου οκτωβριος οκτ ekim eki rijna rijen octombrie жовтня жовтень "
	"жовт жов lokakuuta lokakuu loka ",
	" nov november novembre noviembre novembro listopada listopad lis ноября ноябрь ноя нояб "
	"νοεμβριου "
	"νοεμβριος νοε kasim kasım kas listopadu noiembrie noi листопада листопад лист marraskuuta "
	"marraskuu marras ",
	" dec december dezember dez decembre diciembre dic dezembro dicembre grudnia grudzien gru "
	"декабря "
	"декабрь дек δεκεμβριου δεκεμβριος δεκ aralik aralık ara desember des prosince prosinec "
	"decembrie грудня грудень груд joulukuuta joulukuu joulu ",
};

static const struct {
	const char *names;
	enum date_half half;
} halves[] = {
	{ " am a.m πμ π.μ 오전 午前 上午 凌晨 早上 oo ", HALF_AM },
	{ " pm p.m μμ μ.μ 오후 午後 下午 晚上 os ", HALF_PM },
};

static const struct date_zone zones[] = {
/* clang-format off */
#define Z(name, hours, minutes) { name, (hours) * 60 + (minutes), DST_NONE }
	Z("z", 0, 0), Z("ut", 0, 0), Z("utc", 0, 0), Z("gmt", 0, 0), Z("wet", 0, 0), Z("uct", 0, 0),
	Z("zulu", 0, 0), Z("gt", 0, 0), Z("гринвич", 0, 0),
	/* North America */
	Z("est", -5, 0), Z("edt", -4, 0), Z("cst", -6, 0), Z("cdt", -5, 0), Z("mst", -7, 0),
	Z("mdt", -6, 0), Z("pst", -8, 0), Z("pdt", -7, 0), Z("akst", -9, 0), Z("akdt", -8, 0),
	Z("hst", -10, 0), Z("hast", -10, 0), Z("hadt", -9, 0), Z("hdt", -9, 0), Z("ast", -4, 0),
	Z("adt", -3, 0), Z("nst", -3, -30), Z("ndt", -2, -30), Z("yst", -9, 0), Z("ydt", -8, 0),
	{ "et", -300, DST_US }, { "ct", -360, DST_US }, { "mt", -420, DST_US }, { "pt", -480, DST_US },
	/* Europe */
	Z("bst", 1, 0), Z("west", 1, 0), Z("cet", 1, 0), Z("cest", 2, 0), Z("met", 1, 0), Z("mest", 2, 0),
	Z("mez", 1, 0), Z("mesz", 2, 0), Z("mewt", 1, 0), Z("swt", 1, 0), Z("fwt", 1, 0), Z("sst", 2, 0),
	Z("fst", 2, 0), Z("cetdst", 2, 0), Z("eet", 2, 0), Z("eest", 3, 0), Z("msk", 3, 0), Z("msd", 4, 0),
	Z("мск", 3, 0), Z("trt", 3, 0), Z("tsi", 3, 0), Z("samt", 4, 0), Z("azot", -1, 0), Z("egt", -1, 0),
	/* Africa, Near and Middle East */
	Z("wat", 1, 0), Z("cat", 2, 0), Z("sast", 2, 0), Z("eat", 3, 0), Z("mut", 4, 0), Z("idt", 3, 0),
	Z("irst", 3, 30), Z("irdt", 4, 30), Z("gst", 4, 0), Z("azt", 4, 0), Z("get", 4, 0), Z("aft", 4, 30),
	/* Asia */
	Z("pkt", 5, 0), Z("uzt", 5, 0), Z("tmt", 5, 0), Z("tjt", 5, 0), Z("mvt", 5, 0), Z("yekt", 5, 0),
	Z("ist", 5, 30), Z("slst", 5, 30), Z("npt", 5, 45), Z("bdt", 6, 0), Z("btt", 6, 0), Z("almt", 6, 0),
	Z("omst", 6, 0), Z("novt", 7, 0), Z("mmt", 6, 30), Z("ict", 7, 0), Z("wib", 7, 0), Z("krat", 7, 0),
	Z("hovt", 7, 0), Z("hkt", 8, 0), Z("sgt", 8, 0), Z("myt", 8, 0), Z("pht", 8, 0), Z("phst", 8, 0),
	Z("wita", 8, 0), Z("irkt", 8, 0), Z("ulat", 8, 0), Z("cct", 8, 0), Z("jst", 9, 0), Z("kst", 9, 0),
	Z("wit", 9, 0), Z("yakt", 9, 0), Z("tlt", 9, 0), Z("vlat", 10, 0), Z("magt", 11, 0), Z("pett", 12, 0),
	/* Australia and the Pacific */
	Z("awst", 8, 0), Z("awdt", 9, 0), Z("acst", 9, 30), Z("acdt", 10, 30), Z("aest", 10, 0),
	Z("aedt", 11, 0), Z("lhst", 10, 30), Z("chst", 10, 0), Z("pgt", 10, 0), Z("sbt", 11, 0),
	Z("nct", 11, 0), Z("vut", 11, 0), Z("nzst", 12, 0), Z("nzdt", 13, 0), Z("fjt", 12, 0),
	Z("tvt", 12, 0), Z("mht", 12, 0), Z("chast", 12, 45), Z("chadt", 13, 45), Z("tot", 13, 0),
	Z("lint", 14, 0), Z("tkt", 13, 0), Z("mart", -9, -30), Z("taht", -10, 0), Z("wast", 2, 0),
	/* Central and South America */
	Z("brt", -3, 0), Z("brst", -2, 0), Z("art", -3, 0), Z("uyt", -3, 0), Z("uyst", -2, 0),
	Z("gft", -3, 0), Z("srt", -3, 0), Z("clt", -4, 0), Z("clst", -3, 0), Z("pyt", -4, 0),
	Z("pyst", -3, 0), Z("bot", -4, 0), Z("amt", -4, 0), Z("gyt", -4, 0), Z("vet", -4, 0),
	Z("cot", -5, 0), Z("pet", -5, 0), Z("ect", -5, 0), Z("act", -5, 0), Z("galt", -6, 0), Z("fnt", -2, 0),
	/* places */
	Z("etc/utc", 0, 0), Z("etc/gmt", 0, 0), Z("africa/johannesburg", 2, 0), Z("africa/lagos", 1, 0),
	Z("africa/nairobi", 3, 0), Z("america/argentina/buenos_aires", -3, 0), Z("america/bogota", -5, 0),
	Z("america/buenos_aires", -3, 0), Z("america/lima", -5, 0), Z("america/phoenix", -7, 0),
	Z("america/sao_paulo", -3, 0), Z("asia/calcutta", 5, 30), Z("asia/kolkata", 5, 30),
	Z("asia/bangkok", 7, 0), Z("asia/dhaka", 6, 0), Z("asia/dubai", 4, 0), Z("asia/hong_kong", 8, 0),
	Z("asia/jakarta", 7, 0), Z("asia/karachi", 5, 0), Z("asia/kathmandu", 5, 45), Z("asia/manila", 8, 0),
	Z("asia/riyadh", 3, 0), Z("asia/saigon", 7, 0), Z("asia/ho_chi_minh", 7, 0), Z("asia/seoul", 9, 0),
	Z("asia/shanghai", 8, 0), Z("asia/singapore", 8, 0), Z("asia/taipei", 8, 0), Z("asia/tokyo", 9, 0),
	Z("asia/kuala_lumpur", 8, 0), Z("asia/tashkent", 5, 0), Z("asia/yekaterinburg", 5, 0),
	Z("atlantic/reykjavik", 0, 0), Z("australia/brisbane", 10, 0), Z("australia/perth", 8, 0),
	Z("australia/darwin", 9, 30), Z("europe/istanbul", 3, 0), Z("europe/minsk", 3, 0),
	Z("europe/moscow", 3, 0), Z("pacific/honolulu", -10, 0),
#undef Z
#define EU(name, hours) { "europe/" name, (hours) * 60, DST_EU }
	EU("lisbon", 0), EU("london", 0), EU("dublin", 0), EU("amsterdam", 1), EU("andorra", 1),
	EU("belgrade", 1), EU("berlin", 1), EU("bratislava", 1), EU("brussels", 1), EU("budapest", 1),
	EU("copenhagen", 1), EU("ljubljana", 1), EU("luxembourg", 1), EU("madrid", 1), EU("malta", 1),
	EU("oslo", 1), EU("paris", 1), EU("podgorica", 1), EU("prague", 1), EU("rome", 1),
	EU("sarajevo", 1), EU("skopje", 1), EU("stockholm", 1), EU("tirane", 1), EU("vaduz", 1),
	EU("vienna", 1), EU("warsaw", 1), EU("zagreb", 1), EU("zurich", 1), EU("athens", 2),
	EU("bucharest", 2), EU("chisinau", 2), EU("helsinki", 2), EU("kiev", 2), EU("kyiv", 2),
	EU("riga", 2), EU("sofia", 2), EU("tallinn", 2), EU("vilnius", 2),
#undef EU
#define US(name, hours) { name, (hours) * 60, DST_US }
	US("america/new_york", -5), US("america/toronto", -5), US("america/montreal", -5),
	US("america/detroit", -5), US("america/halifax", -4), US("america/chicago", -6),
	US("america/winnipeg", -6), US("america/denver", -7), US("america/edmonton", -7),
	US("america/los_angeles", -8), US("america/vancouver", -8), US("america/anchorage", -9),
	US("us/eastern", -5), US("us/central", -6), US("us/mountain", -7), US("us/pacific", -8),
#undef US
	/* clang-format on */
};

static const struct {
	const char *name;
	enum date_unit unit;
} units[] = {
	{ "年", UNIT_YEAR },
	{ "년", UNIT_YEAR },
	{ "月", UNIT_MONTH },
	{ "월", UNIT_MONTH },
	{ "日", UNIT_DAY },
	{ "일", UNIT_DAY },
	{ "号", UNIT_DAY },
	{ "號", UNIT_DAY },
	{ "時", UNIT_HOUR },
	{ "时", UNIT_HOUR },
	{ "시", UNIT_HOUR },
	{ "点", UNIT_HOUR },
	{ "點", UNIT_HOUR },
	{ "分", UNIT_MINUTE },
	{ "분", UNIT_MINUTE },
	{ "秒", UNIT_SECOND },
	{ "초", UNIT_SECOND },
};

/* Letters with accents live below this; from Hangul on a character stays as it is. */
#define LAST_ACCENTED 0x04FF

size_t
date_fold(struct str word, char out[DATE_WORD_MAX])
{
	utf8proc_int32_t parts[8];
	size_t n = 0;

	while (word.n) {
		uint32_t c = 0;
		utf8proc_ssize_t got = 1;
		int boundary = 0;

		word = str_sub(word, utf8_decode(word, &c), word.n);
		if (c == UTF8_BAD)
			return 0;
		parts[0] = (utf8proc_int32_t)c;
		if (c >= 'A' && c <= 'Z')
			parts[0] += 32;
		else if (c >= 0x80 && c <= LAST_ACCENTED)
			got = utf8proc_decompose_char((utf8proc_int32_t)c, parts, ARRAY_LEN(parts),
			    UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD, &boundary);
		for (utf8proc_ssize_t i = 0; i < got; i++) {
			if (n + 4 > DATE_WORD_MAX)
				return 0;
			n += utf8_encode((uint32_t)parts[i], out + n);
		}
	}
	return n;
}

/* Does the word stand in the list, between spaces? */
static bool
is_listed(const char *list, struct str word)
{
	const char *p = list, *hit;

	if (word.n == 0 || str_find_char(word, ' ') != STR_NONE)
		return false;
	while ((hit = memmem(p, strlen(p), word.p, word.n)) != NULL) {
		if (hit[-1] == ' ' && hit[word.n] == ' ')
			return true;
		p = hit + 1;
	}
	return false;
}

int
date_month(struct str folded)
{
	for (int month = 0; month < 12; month++)
		if (is_listed(months[month], folded))
			return month + 1;
	return 0;
}

int
date_weekday(struct str folded)
{
	static const struct str names[] = { STR_INIT("monday"), STR_INIT("tuesday"),
		STR_INIT("wednesday"), STR_INIT("thursday"), STR_INIT("friday"),
		STR_INIT("saturday"), STR_INIT("sunday") };

	for (int i = 0; i < (int)ARRAY_LEN(names); i++)
		if (folded.n >= 3 && str_starts(names[i], folded))
			return i;
	return -1;
}

enum date_half
date_half(struct str folded)
{
	for (size_t i = 0; i < ARRAY_LEN(halves); i++)
		if (is_listed(halves[i].names, folded))
			return halves[i].half;
	return HALF_NONE;
}

const struct date_zone *
date_zone(struct str folded)
{
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (str_eq_c(folded, zones[i].name))
			return &zones[i];
	return NULL;
}

enum date_unit
date_unit(struct str s, size_t *n)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		*n = strlen(units[i].name);
		if (str_starts(s, str_c(units[i].name)))
			return units[i].unit;
	}
	return UNIT_NONE;
}
