/*
 * The guess at an undeclared charset: in which one do the bytes above 0x7F read as the letters that
 * are frequent in the languages written in it?
 */
#include "charset_label.h"

#include "mem.h"
#include "utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define SAMPLE_MAX ((size_t)16 << 10) /* bytes looked at, from the first one above 0x7F on */
#define FEW 4                         /* bytes above 0x7F that tell nothing */
#define BAD_COST 20                   /* in letters, for each byte that means nothing */

struct guess {
	const char *name;
	int percent;         /* how much of a text these letters usually are, inverted */
	bool latin;          /* they stand among ASCII letters; else among themselves */
	const char *letters; /* and ranges, as in "a-f" */
};

#define KANA "ぁ-んァ-ヶー、。「」"
/* The most frequent of newspapers. */
#define KANJI                                                                                                                                  \
	"日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内" \
	"相方四"                                                                                                                            \
	"定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当" \
	"八六約"                                                                                                                            \
	"主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多" \
	"県続進"                                                                                                                            \
	"正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面" \
	"委告軍"                                                                                                                            \
	"文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感" \
	"特情投"                                                                                                                            \
	"示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流" \
	"格有疑"                                                                                                                            \
	"口過局少放税検町常校料裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比" \
	"難防補"                                                                                                                            \
	"車研収断何南石足違消境神番規術護展態導備害配副算視条独警究育席起万着残想線率病農州武声質" \
	"待試族"                                                                                                                            \
	"銀域助労例衛早限親額監環験追審商義伝働形落担好退準訴造英被株頭技低毎医復負閣韓失移差個門" \
	"写評課"                                                                                                                            \
	"守極種美影命量望非撃核観察整段型白深製票況申様財港識注達雨"

/* The first of equals wins. */
static const struct guess guesses[] = {
	{ CHARSET_WESTERN, 100, true, "éèêëàâäáãåæçîïíìôöóòõøœùûüúñßÉÄÖÜÅÇ‘’“”–—…«»•€" },
	{ "CP932", 105, false, KANA KANJI },
	{ "EUC-JP-MS", 105, false, KANA KANJI },
	{ "UHC", 130, false,
	    "이다는의에을를가은고하로도지한서사인자기시어나대정리그아있해것보들스수부전장일으과와게"
	    "원라상제"
	    "주면니적만여동성오안국구화요습했된되공연신산무위년비트등조소말선모문관미개방경계까때없"
	    "우또할거"
	    "내던였었았려드레르발령통표결북남군법청당민회검찰행교육세금융업체술력생활용물건강학운설"
	    "명예약속"
	    "심재판중간외료실현진출입최근초급추차량불유럽치론언" },
	{ "GB18030", 125, false,
	    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也"
	    "能下过子"
	    "说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都"
	    "两体制机"
	    "当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线"
	    "内数正心"
	    "反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提"
	    "直题党程"
	    "展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别"
	    "她手角期"
	    "根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东"
	    "导器压志"
	    "世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真"
	    "务具万每"
	    "目至达走积示议声报完类八离华名确才科张信马节话米整空元况今集传土许步群广石记需段研界拉"
	    "林律叫且"
	    "究观越织装影算低持音众书布复容儿须际商非验连断深难近千周委素技备半办青省列习响约支般史"
	    "感劳便团"
	    "往历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片"
	    "始却专状"
	    "育厂京识适属包火住调满县局照参红细引听该铁价严，。、“”：（）" },
	{ "BIG5-HKSCS", 125, false,
	    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也"
	    "能下過子"
	    "說產種面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實加量都"
	    "兩體制機"
	    "當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線"
	    "內數正心"
	    "反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提"
	    "直題黨程"
	    "展五果料象員革位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別"
	    "她手角期"
	    "根論運農指幾九區強放決西被做必戰先回則任取據處隊南給色光門即保治北造百規熱領七海口東導"
	    "器壓志世"
	    "金增爭濟油思術極交受聯什認六共權收證改清己美再採轉更單風切打白教速花帶安場身車例真務具"
	    "萬每目至"
	    "達走積示議聲報完類八離華名確才科張信馬節話米整空元況今集傳土許步群廣石記需段研界拉林律"
	    "叫且究觀"
	    "越織裝影算低持音眾書布復容兒須際商非驗連斷深難近千委素技備半辦青省列習響約支般史感勞便"
	    "團往歷市"
	    "克何除消構府稱太準精值號率族維劃選標寫存候毛親快效斯院查江型眼王按格養易置派層片始卻專"
	    "狀育廠京"
	    "識適屬包火住調滿縣局照參紅細引聽該鐵價嚴臺台灣，。、「」：（）" },
	{ "CP1251", 110, false, "оеаинтсрвлкмдпуяызбгчйхжіїєў«»—" },
	{ "KOI8-R", 110, false, "оеаинтсрвлкмдпуяызбгчйхж" },
	{ "KOI8-U", 110, false, "оеаинтсрвлкмдпуяызбгчйхжіїєґ" },
	{ "CP866", 110, false, "оеаинтсрвлкмдпуяызбгчйхж" },
	{ "ISO-8859-5", 105, false, "оеаинтсрвлкмдпуяызбгчйхж" },
	{ "CP1253", 105, false, "αοιτεσνηυρπκμλςόίάέήύώγδωχθφβ" },
	{ "CP1255", 105, false, "א-ת" },
	{ "CP1256", 105, false, "اليمنورتبةعدسفهكقحجشصطخضزذثئءأإؤى،" },
	{ "CP874", 115, false, "านรอกเงมยลวดทสตปบคหแจะัีิุู่้์ใ" },
	{ "CP1250", 100, true, "ěščřžýáíéůúóťďňąćęłńśźżőűöüäŠŽČŚŻŁ„”–" },
	{ "CP1254", 100, true, "ışğüöçİŞÖÜÇâ’" },
	{ "ISO-8859-2", 100, true, "ěščřžýáíéůúóťďňąćęłńśźżőűöüäŠŽČŚŻŁ" },
};

#define PLANE 0x10000

static void
fill_set(const char *letters, unsigned char set[PLANE / 8])
{
	struct str s = str_c(letters);
	uint32_t last = 0, c;

	memset(set, 0, PLANE / 8);
	while (s.n) {
		s = str_sub(s, utf8_decode(s, &c), s.n);
		if (c == '-')
			s = str_sub(s, utf8_decode(s, &c), s.n);
		else
			last = c;
		for (uint32_t k = last; k <= c; k++)
			set[k / 8] |= (unsigned char)(1u << k % 8);
	}
}

struct tally {
	long letters, all, bad;
	uint32_t before; /* the character before */
};

static void
tally_text(struct str s, const unsigned char *set, bool latin, struct tally *t)
{
	for (uint32_t c; s.n; t->before = c) {
		bool ascii_letter =
		    t->before < 0x80 && ((t->before | 0x20) >= 'a') && ((t->before | 0x20) <= 'z');

		s = str_sub(s, utf8_decode(s, &c), s.n);
		if (c < 0x80 || c == UTF8_BAD)
			continue;
		t->all++;
		if (latin ? t->before < 0x80 : !ascii_letter)
			t->letters += c < PLANE && (set[c / 8] >> c % 8 & 1);
	}
}

static long
score(const struct guess *g, struct str sample, const unsigned char *set)
{
	iconv_t cd = iconv_open("UTF-8", g->name);
	char *from = (char *)(uintptr_t)sample.p;
	size_t left = sample.n;
	struct tally t = { 0 };

	if (cd == (iconv_t)-1)
		return -1;
	while (left) {
		char out[4096], *to = out;
		size_t room = sizeof(out);
		bool whole = iconv(cd, &from, &left, &to, &room) != (size_t)-1 || errno == E2BIG;

		tally_text(str_n(out, sizeof(out) - room), set, g->latin, &t);
		if (whole)
			continue;
		if (errno == EINVAL) /* the sample's end cuts a character */
			break;
		t.bad++;
		from++;
		left--;
	}
	iconv_close(cd);
	t.all += t.bad * BAD_COST;
	return t.all ? t.letters * g->percent * 100 / t.all : 0;
}

const char *
charset_detect(struct str body)
{
	unsigned char set[PLANE / 8];
	const char *best = guesses[0].name;
	long high = 0;
	size_t at = 0, few = 0;

	while (at < body.n && (unsigned char)body.p[at] < 0x80)
		at++;
	for (size_t i = at; i < body.n && few < FEW; i++)
		few += (unsigned char)body.p[i] >= 0x80;
	if (few < FEW)
		return best;
	at -= at > 0;
	for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
		long now;

		fill_set(guesses[i].letters, set);
		now = score(&guesses[i], str_sub(body, at, at + SAMPLE_MAX), set);
		if (now > high) {
			high = now;
			best = guesses[i].name;
		}
	}
	return best;
}
