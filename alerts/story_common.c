/*
 * What newsrooms write every day, so that the very first items are weighed with some sense: words
 * by how many of 10,000 headlines of their language carry them, in coarse bands.  Written from
 * knowledge of the languages, folded (no accents in Latin); what is learnt from the items seen soon
 * outweighs it.
 */
#include "story_parts.h"

const struct story_common story_common[] = {
	/* English */
	{ 1500, "the to in of for" },
	{ 700, "a on and with at as is after from by" },
	{ 300,
	    "us new over says it up not out be his are will how this that what you your an its" },
	{ 150,
	    "about more why into than who all can first no year could may against off down before "
	    "their back day her he she was has have top one two man woman people time world get "
	    "make best now but or we when i my do just if our" },
	{ 80,
	    "say said report reports deal plan plans market stock stocks share shares sales price "
	    "prices data bank china uk india europe russia trump president court police dead death "
	    "killed kills kill dies war attack state government house big high low rise rises fall "
	    "falls set win wins open opens week month next last show shows star video live watch "
	    "update news review game season home life women men school case health public city "
	    "national american group company business three four five million billion percent "
	    "still old good great most some they been would should going through these take takes "
	    "call calls look see near where way need under off only" },
	{ 40,
	    "ahead end ends lead leads head chief ceo boss minister pm leader party vote election "
	    "poll law bill tax rate rates cut cuts cost costs jobs job growth economy economic "
	    "quarter profit profits earnings revenue loss losses results forecast outlook trade "
	    "trading dollar euro oil gas gold energy power gain gains drop drops jump jumps hit "
	    "hits "
	    "climb slip slips surge slide record index higher lower strong weak expected beat "
	    "beats "
	    "fed investors fund funds buy buys sell offer bid stake merger launch launches unveils "
	    "announces announced reveals revealed release released date price phone app apps "
	    "mobile "
	    "google apple microsoft facebook amazon samsung internet online service services "
	    "technology tech software security data computer users user web site network media "
	    "film "
	    "movie music album song tv series episode finale trailer cast actor actress singer "
	    "celebrity photos photo pictures wedding baby son daughter wife husband mother father "
	    "family children kids child student students university study research scientists "
	    "doctors hospital patients drug drugs cancer virus disease food water car cars train "
	    "plane flight airport air road fire storm weather crash found find finds missing "
	    "search "
	    "arrested charged guilty trial judge prison jail murder shooting gun officer officers "
	    "fight fights face faces warns warning calls urges seeks asks tells told gets got goes "
	    "go come comes coming run runs turn turns move moves start starts begin begins stop "
	    "stops "
	    "keep keeps leave leaves left return returns help helps work working works play plays "
	    "player players team club coach match cup league final football world title race "
	    "north south east west northern southern local county street town area former early "
	    "late "
	    "today tonight tomorrow yesterday monday tuesday wednesday thursday friday saturday "
	    "sunday january february march april june july august september october november "
	    "december morning night 10 5 3 2 1 4 6 20" },
	{ 20,
	    "amid despite since during between while without within around across behind again "
	    "ever "
	    "never another other others many much really real own even so like very too here there "
	    "then ready likely possible ahead latest things thing way ways reasons reason tips "
	    "guide "
	    "list facts fact everything something want wants know think thinks thought believe "
	    "feel "
	    "love hate talk talks speak speaks meet meets meeting join joins agree agrees accept "
	    "reject rejects deny denies confirm confirms claim claims admit admits accused accuse "
	    "allegations blame blames defend defends criticism critics support supports back backs "
	    "push pushes force forces pressure threat threatens concern concerns fear fears worry "
	    "crisis risk risks issue issues problem problems question questions answer change "
	    "changes "
	    "reform rule rules ban bans block blocks limit raise raises reduce increase increases "
	    "decline declines rose fell grew shrink boost boosts push expand expands expansion "
	    "build "
	    "builds building create creates created develop development project program programme "
	    "system systems product products brand store stores customers consumer consumers "
	    "industry firm firms maker giant retailer corp inc ltd co plc analyst analysts "
	    "estimates "
	    "target rating dow nasdaq p s&p wall futures bond bonds debt budget inflation central "
	    "policy interest loan loans mortgage housing homes insurance investment investor fraud "
	    "probe investigation investigators inquiry evidence lawsuit sue sues sued ruling rules "
	    "supreme federal senate congress lawmakers democrats republican republicans governor "
	    "mayor council official officials agency department military army troops soldiers "
	    "nuclear "
	    "missile sanctions peace talks border immigration refugees protest protests protesters "
	    "rally crowd clash clashes violence rebels militants terror terrorist bomb blast "
	    "explosion "
	    "hostage victims victim survivors injured wounded hurt toll earthquake flood hurricane "
	    "snow rain heat climate change cold island sea ocean river lake mountain park animal "
	    "dog "
	    "cat bird fish space nasa moon mars planet star earth science human body brain heart "
	    "treatment vaccine outbreak cases risk diet weight sex gay marriage divorce split "
	    "dating "
	    "couple pregnant birth birthday age young older teen girl girls boy boys friends "
	    "friend "
	    "fans fan award awards nominees oscar festival tour concert stage theater book author "
	    "story stories history secret truth dream hope hopes win winner winners winning loses "
	    "lost defeat victory champion championship tournament round score scored goal goals "
	    "points second third fourth half quarter years months weeks days hours minutes times 7 "
	    "8 "
	    "9 11 12 15 25 30 50 100 full free special exclusive official major key small large "
	    "huge "
	    "top biggest largest better worst bad worse hard easy short long white black red blue "
	    "green total annual quarterly monthly weekly daily global international european "
	    "british "
	    "chinese russian german french japanese indian australian canadian israeli iran iraq "
	    "syria israel japan germany france canada australia africa america washington london "
	    "york california texas los angeles san st john james michael david" },
	/* German */
	{ 700, "der die das und in im" },
	{ 300, "von fur mit auf ist den des zu ein eine bei nach sich nicht an am als um" },
	{ 100,
	    "dem vor aus uber wie auch es werden wird sind hat haben gegen will soll zum zur neue "
	    "neuer neues noch nur mehr so was kann einen einer einem durch bis unter zwischen "
	    "wieder "
	    "jetzt er sie ich wir oder aber seit ab ohne kein keine wegen trotz jahr jahre "
	    "jahren" },
	{ 40,
	    "prozent millionen milliarden euro uhr deutschland deutsche deutschen regierung "
	    "polizei "
	    "mann frau kinder menschen tote opfer land stadt unternehmen markt preise zahlen krieg "
	    "prasident minister kanzler partei wahl gericht urteil streit kritik chef beginn ende "
	    "tag tage woche montag dienstag mittwoch donnerstag freitag samstag sonntag" },
	/* French */
	{ 700, "de la le les des en du et un une a l d" },
	{ 300, "pour dans au aux sur par est avec que qui plus ce son sa ses ne pas s n c qu" },
	{ 100, "apres contre entre se sont ont fait cette ces mais ou vers sans sous leur leurs "
	       "elle il "
	       "ils nous vous on comme tout tous etre deux trois ans apres avant depuis nouveau "
	       "nouvelle "
	       "france paris" },
	{ 40,
	    "president ministre gouvernement police guerre morts mort ville pays monde annee "
	    "annees "
	    "jour jours millions milliards euros entreprise marche prix vie femmes hommes enfants "
	    "justice tribunal proces enquete election elections lundi mardi mercredi jeudi "
	    "vendredi "
	    "samedi dimanche" },
	/* Spanish and Portuguese */
	{ 700, "de la el en y los las del a e o da do em que" },
	{ 300, "un una por para con se su al es lo mas no os as um uma com na no dos das ao" },
	{ 100,
	    "sus como sobre tras este esta entre desde hasta sin pero ya ha han ser son contra "
	    "anos "
	    "ano dos tres nuevo nueva primer primera gobierno mas sao foi apos pelo pela seu sua "
	    "mais nos nas esta diz ate quem quando novo nova" },
	{ 40,
	    "presidente ministro policia guerra muertos muerte mortos morte ciudad cidade pais "
	    "mundo "
	    "dia dias millones milhoes euros empresa mercado precios precos vida mujer mujeres "
	    "mulher "
	    "hombre homem justicia justica elecciones eleicoes governo espana brasil mexico lunes "
	    "martes miercoles jueves viernes sabado domingo segunda terca quarta quinta sexta" },
	/* Italian, Romanian */
	{ 500, "di e il la in per un del che i a si" },
	{ 200, "con da una al le dei della non gli sul nel alla piu dal lo nella sono ha anche" },
	{ 80, "dopo contro tra come alle sulla suo sua anni due governo italia cu din pe la de nu "
	      "mai "
	      "si care pentru au este fost dupa sa" },
	/* Dutch, Swedish, Danish, Norwegian, Finnish */
	{ 500, "de van het een in en i och att det som er til og pa av for" },
	{ 200, "op voor met te is aan bij dat niet naar uit om zijn met den ett med har om fran "
	       "inte ar "
	       "der en af efter ikke kan skal vil ja on ei" },
	{ 60,
	    "ook na over door tot maar meer jaar worden werd wordt tegen nog nieuwe vid mot nya ny "
	    "var ska kan sig han hon deres mot etter sier mener oli myos kun mutta sen han se" },
	/* Polish, Czech, Croatian, Hungarian, Turkish, Indonesian, Vietnamese */
	{ 400, "w na z i do sie v s a se je za ve bir da di yang dan" },
	{ 150,
	    "nie o to jest po od dla jak przez przy ze pro od po ale jako bude byl az egy hogy nem "
	    "es "
	    "is meg ez cok icin ile bu olarak ne daha ini itu dengan untuk dari ke pada cua va mot "
	    "nguoi trong cho khong co la tai" },
	/* Russian, Ukrainian, Bulgarian */
	{ 600, "в на и с по о" },
	{ 250, "за из не от для к о об что как у до при после во со та у з про що від и се да от" },
	{ 80,
	    "его их он это или более будет были был россии украины украине сша года году году лет "
	    "против под между через без новый новые уже где еще также її його було років уряд "
	    "президент глава заявил заявили сообщил сообщили рассказал назвал суд войны человек" },
	/* Greek */
	{ 500, "του της και το η ο την των στο στη για με τα να σε από τον τη οι ένα" },
	/* Arabic, Persian, Hebrew */
	{ 400, "في من على إلى و عن به از را که این با است של את על לא עם כי גם או זה" },
	{ 100,
	    "بعد مع بين هذا هذه التي الذي ما لا قبل ضد خلال بر تا آن یک שר מה אחרי לפני בין הוא" },
	/* Hindi */
	{ 500, "के में की का से को है ने और पर" },
	{ 150, "नहीं ये यह हो कर भी एक तो लिए हैं था बाद साथ इस" },
	/* Chinese, Japanese and Korean: pairs of characters as they are cut */
	{ 150,
	    "中国 美国 日本 発表 について 記者 報道 新闻 公司 政府 市场 经济 今年 昨日 表示 首次" },
	{ 100, "して した する され れた いる ない から まで など こと 大統 首相 会見 億円 万円" },
	{ 60, "기자 한국 미국 정부 대통령 오늘 위해 대한 이번 지난 발표 시장" },
};
const size_t n_story_common = ARRAY_LEN(story_common);
