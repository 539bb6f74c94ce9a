/*
 * What belongs to one story, and what is worth a second alert.
 */
#include "story_kit.h"

#include <string.h>

/* ---- titles ---- */

static void
test_strip(void **state)
{
	static const struct {
		const char *name, *title, *link, *want;
	} rows[] = {
		{ "nothing to strip", "Harbour bridge closed after barge strikes pillar", "",
		    "Harbour bridge closed after barge strikes pillar" },
		{ "outlet behind a dash",
		    "Harbour bridge closed after barge strikes pillar - Coast Courier", "",
		    "Harbour bridge closed after barge strikes pillar" },
		{ "outlet behind a bar",
		    "Harbour bridge closed after barge strikes pillar | coastcourier.example", "",
		    "Harbour bridge closed after barge strikes pillar" },
		{ "outlet behind an em dash",
		    "Harbour bridge closed after barge strikes pillar — Radio of the "
		    "Coast",
		    "", "Harbour bridge closed after barge strikes pillar" },
		{ "short title, site known by its address", "Bridge closed - Coast Courier",
		    "https://www.coastcourier.example/a/1", "Bridge closed" },
		{ "short title, who knows", "Bridge closed - Ferries Run",
		    "https://news.example/a/1", "Bridge closed - Ferries Run" },
		{ "the point behind the dash",
		    "Minister on the bridge in three words - it was sabotage", "",
		    "Minister on the bridge in three words - it was sabotage" },
		{ "update", "UPDATE 2-Harbour bridge closed", "", "Harbour bridge closed" },
		{ "wrap-up", "WRAPUP 3-Harbour bridge closed", "", "Harbour bridge closed" },
		{ "update behind a colon", "Update: Harbour bridge closed", "",
		    "Harbour bridge closed" },
		{ "update at the end", "Harbour bridge closed after barge strikes -- 2nd Update",
		    "", "Harbour bridge closed after barge strikes" },
		{ "breaking and update", "BREAKING: UPDATE 1-Harbour bridge closed", "",
		    "Harbour bridge closed" },
		{ "bracketed", "[UPDATED] Harbour bridge is closed", "",
		    "Harbour bridge is closed" },
		{ "agency", "Harbour bridge closed again (Reuters)", "",
		    "Harbour bridge closed again" },
		{ "agency and outlet", "Harbour bridge closed again (AP) - Coast Courier",
		    "https://coastcourier.example/a", "Harbour bridge closed again" },
		{ "a code in brackets stays", "Flaw patched in Brisk server (CVE-2031-0412)", "",
		    "Flaw patched in Brisk server (CVE-2031-0412)" },
		{ "a word that is no kind", "Live-action remake of a puppet classic", "",
		    "Live-action remake of a puppet classic" },
		{ "German", "EIL: Hafenbrücke nach Unfall gesperrt", "",
		    "Hafenbrücke nach Unfall gesperrt" },
		{ "Russian", "СРОЧНО: Мост в порту закрыт после аварии", "",
		    "Мост в порту закрыт после аварии" },
		{ "Japanese", "【速報】港の橋が通行止めに、船が衝突", "",
		    "港の橋が通行止めに、船が衝突" },
		{ "only a kind", "Live: ", "", "Live:" },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t ending;

		ROW_STR(rows[i].name,
		    story_strip_title(str_c(rows[i].title), str_c(rows[i].link), k->idf, &ending),
		    str_c(rows[i].want));
	}
	ROWS_DONE();
}

/* An ending that three titles had is an outlet's name, whatever it looks like. */
static void
test_strip_learns(void **state)
{
	struct kit *k = *state;
	uint32_t ending;
	struct str title = STR("Tunnel opens - the nightly 9");

	ROW_STR("unknown", story_strip_title(title, STR(""), k->idf, &ending), title);
	place(k, "Otters return to the river Lenne - the nightly 9", "", "", &normal, T);
	place(k, "Council votes for cheaper trams - the nightly 9", "", "", &normal, T);
	place(k, "A library in a lighthouse - the nightly 9", "", "", &normal, T);
	ROW_STR("known", story_strip_title(title, STR(""), k->idf, &ending), STR("Tunnel opens"));
	ROWS_DONE();
}

static void
test_page(void **state)
{
	static const struct {
		const char *name, *link, *want;
	} rows[] = {
		{ "plain", "https://news.example/a/1", "news.example/a/1" },
		{ "scheme", "http://news.example/a/1", "news.example/a/1" },
		{ "www.", "https://www.news.example/a/1", "news.example/a/1" },
		{ "m.", "https://m.news.example/a/1", "news.example/a/1" },
		{ "www.m.", "https://www.m.news.example/a/1", "news.example/a/1" },
		{ "a site called m", "https://m.example/a", "m.example/a" },
		{ "amp.", "https://amp.news.example/a/1", "news.example/a/1" },
		{ "/amp at the end", "https://news.example/a/1/amp", "news.example/a/1" },
		{ "/amp/ at the end", "https://news.example/a/1/amp/", "news.example/a/1" },
		{ "/amp/ in front", "https://news.example/amp/a/1", "news.example/a/1" },
		{ "amp as a parameter", "https://news.example/a/1?amp=1", "news.example/a/1" },
		{ "port", "https://news.example:443/a/1", "news.example/a/1" },
		{ "another port", "http://news.example:8080/a/1", "news.example/a/1" },
		{ "slash", "https://news.example/a/1/", "news.example/a/1" },
		{ "fragment", "https://news.example/a/1#comments", "news.example/a/1" },
		{ "tracking", "https://news.example/a/1?utm_source=x&fbclid=y",
		    "news.example/a/1" },
		{ "rss", "https://news.example/a/1?partner=rss&emc=rss", "news.example/a/1" },
		{ "what tells pages apart", "https://news.example/?id=7&utm_medium=x",
		    "news.example?id=7" },
		{ "front page", "https://www.news.example/", "" },
		{ "front page, index", "https://www.news.example/index.html", "" },
		{ "none", "", "" },
		{ "not of the web", "urn:uuid:17", "" },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ROW_STR(
		    rows[i].name, story_page(str_c(rows[i].link), k->arena), str_c(rows[i].want));
	ROWS_DONE();
}

/* Titles that read as the same words, or do not. */
static void
test_words(void **state)
{
	static const struct {
		const char *name, *a, *b;
		bool same;
	} rows[] = {
		{ "case and quotes", "‘Blue Heron’ SAILS", "'blue heron' sails", true },
		{ "genitive", "Orbán’s plan", "Orban plan", true },
		{ "plural", "shares of companies", "share of company", true },
		{ "elision", "l'Ukraine d'abord", "Ukraine abord", true },
		{ "initials", "U.S. envoy", "US envoy", true },
		{ "thousands", "1,200 jobs", "1200 jobs", true },
		{ "decimals are numbers", "5.3 percent", "53 percent", false },
		{ "codes", "CVE-2031-0412", "CVE-2031-0413", false },
		{ "code with and without hyphen", "F-35 jets", "F35 jets", true },
		{ "cut short", "Barge strikes harbour bri...", "Barge strikes harbour brigade...",
		    true },
		{ "long words by their beginning", "government", "governmental", true },
		{ "short words whole", "train", "trains", true },
		{ "short words are others", "car", "care", false },
		{ "bus, boss", "bus", "bu", false },
		{ "German umlaut", "Präsident", "PRÄSIDENT", true },
		{ "Turkish i", "İstanbul", "istanbul", true },
		{ "Greek final sigma", "ΠΡΩΘΥΠΟΥΡΓΟΣ", "πρωθυπουργος", true },
		{ "order", "dog bites man", "man bites dog", false },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct story_item a, b;

		story_read(k->reader, k->idf, str_c(rows[i].a), STR(""), STR(""), k->arena, &a);
		story_read(k->reader, k->idf, str_c(rows[i].b), STR(""), STR(""), k->arena, &b);
		ROW(rows[i].name, (a.title == b.title) == rows[i].same);
	}
	ROWS_DONE();
}

/* ---- streams ---- */

/* want: the same letter for the same story. */
struct one {
	const char *title, *summary, *url;
	int64_t hours;
	char want;
	enum story_how how;
};

static const struct {
	const char *name;
	struct one items[ITEMS_MAX];
} streams[] = {
	{ "the same page", { { "Ferry runs aground off Skarholm", "",
				 "https://www.a.example/x/1?utm_source=rss", 0, 'a', STORY_OPENED },
			       { "Skarholm ferry: all rescued", "",
				   "http://m.a.example/x/1/amp/#top", 2, 'a', STORY_ITEM } } },
	{ "one address for everything",
	    { { "Ferry runs aground off Skarholm", "", "https://a.example/status", 0, 'a',
		  STORY_OPENED },
		{ "Mint prints a banknote for blind users", "", "https://a.example/status", 1, 'b',
		    STORY_OPENED } } },
	{ "copies", { { "Ferry runs aground off Skarholm, 40 rescued", "", "https://a.example/1", 0,
			  'a', STORY_OPENED },
			{ "UPDATE 1-Ferry runs aground off Skarholm, 40 rescued", "",
			    "https://b.example/7", 1, 'a', STORY_COPY },
			{ "FERRY RUNS AGROUND OFF SKARHOLM, 40 RESCUED - Isle Herald", "",
			    "https://c.example/9", 5, 'a', STORY_COPY } } },
	{ "other words",
	    { { "Ferry runs aground off Skarholm, 40 rescued", "", "", 0, 'a', STORY_OPENED },
		{ "Forty taken off stranded Skarholm ferry", "", "", 1, 'a', STORY_WORDS },
		{ "Skarholm ferry captain was asleep, rescuers say", "", "", 9, 'a', STORY_WORDS },
		{ "Brewery wins right to call its cheese beer", "", "", 9, 'b', STORY_OPENED } } },
	{ "after the window",
	    { { "Ferry runs aground off Skarholm", "", "", 0, 'a', STORY_OPENED },
		{ "Ferry runs aground off Skarholm", "", "", 80, 'b', STORY_OPENED } } },
	{ "templates: companies",
	    { { "Brindle to cut 449 jobs", "", "", 0, 'a', STORY_OPENED },
		{ "Unimarq to cut 562 jobs", "", "", 1, 'b', STORY_OPENED },
		{ "Brindle to cut 449 jobs - Metro Ledger", "", "", 2, 'a', STORY_COPY },
		{ "Oakhurst Foods to cut 75 jobs", "", "", 3, 'c', STORY_OPENED } } },
	{ "templates: cities and numbers",
	    { { "Agents arrest 31 in Fresburg operation", "", "", 0, 'a', STORY_OPENED },
		{ "Agents arrest 58 in Tallow Falls operation", "", "", 1, 'b', STORY_OPENED } } },
	{ "templates: the toll of one event rises",
	    { { "Landslide in Marano kills 12, dozens missing", "", "", 0, 'a', STORY_OPENED },
		{ "Landslide in Marano kills 19, dozens missing", "", "", 3, 'a', STORY_WORDS } } },
	{ "templates: vulnerabilities",
	    { { "Critical flaw patched in Brisk server software (CVE-2031-0412)", "", "", 0, 'a',
		  STORY_OPENED },
		{ "Critical flaw patched in Brisk server software (CVE-2031-0977)", "", "", 1, 'b',
		    STORY_OPENED } } },
	{ "templates: German", { { "Brindle ernennt neuen Finanzvorstand zum Jahresbeginn", "", "",
				     0, 'a', STORY_OPENED },
				   { "Unimarq ernennt neuen Finanzvorstand zum Jahresbeginn", "",
				       "", 1, 'b', STORY_OPENED } } },
	{ "sequels",
	    { { "Harrowgate season 4 episode 2 recap: the well", "", "", 0, 'a', STORY_OPENED },
		{ "Harrowgate season 4 episode 3 recap: the well", "", "", 70, 'b',
		    STORY_OPENED } } },
	{ "columns with summaries",
	    { { "Morning Briefing", "A tanker leaks off the cape, and what butter costs.", "", 0,
		  'a', STORY_OPENED },
		{ "Morning Briefing", "Voters in Ostrava choose a mayor; the cup draw.", "", 24,
		    'b', STORY_OPENED },
		{ "Morning Briefing", "Voters in Ostrava choose a mayor; the cup draw.", "", 25,
		    'b', STORY_COPY } } },
	{ "columns without",
	    { { "Business Highlights", "", "https://a.example/1", 0, 'a', STORY_OPENED },
		{ "Business Highlights", "", "https://a.example/2", 24, 'b', STORY_OPENED } } },
	{ "like titles over other summaries",
	    { { "Budget talks collapse in Vesland",
		  "The coalition could not agree on pensions and the premier will resign.", "", 0,
		  'a', STORY_OPENED },
		{ "Vesland budget row ends in collapse of talks",
		    "After the coalition could not agree on pensions, the premier resigns.", "", 2,
		    'a', STORY_WORDS } } },
	{ "Chinese", { { "台风海棠登陆浙江沿海，十万居民紧急转移", "", "", 0, 'a', STORY_OPENED },
			 { "浙江沿海十万居民转移，台风海棠已登陆", "", "", 1, 'a', STORY_WORDS },
			 { "国家图书馆展出宋代地图原件", "", "", 2, 'b', STORY_OPENED } } },
	{ "Japanese", { { "台風十号が九州に上陸、鹿児島で停電", "", "", 0, 'a', STORY_OPENED },
			  { "九州に台風十号上陸　鹿児島の停電続く", "", "", 1, 'a', STORY_WORDS },
			  { "将棋の新人王戦で高校生が優勝", "", "", 2, 'b', STORY_OPENED } } },
	{ "Korean",
	    { { "태풍 해당화 제주 상륙, 항공편 결항", "", "", 0, 'a', STORY_OPENED },
		{ "제주에 태풍 해당화 상륙… 항공편 모두 결항", "", "", 1, 'a', STORY_WORDS } } },
	{ "Russian",
	    { { "Паром сел на мель у острова Скархольм", "", "", 0, 'a', STORY_OPENED },
		{ "У Скархольма паром сел на мель, пассажиров спасли", "", "", 1, 'a',
		    STORY_WORDS },
		{ "В Омске открыли музей старых телефонов", "", "", 1, 'b', STORY_OPENED } } },
	{ "Arabic",
	    { { "جنوح عبارة قرب جزيرة سكارهولم وإنقاذ الركاب", "", "", 0, 'a', STORY_OPENED },
		{ "إنقاذ الركاب بعد جنوح عبارة قبالة سكارهولم", "", "", 1, 'a', STORY_WORDS } } },
	{ "Thai",
	    { { "เรือเฟอร์รี่เกยตื้นนอกเกาะสการ์โฮล์ม ช่วยผู้โดยสารได้ทั้งหมด", "", "", 0, 'a', STORY_OPENED },
		{ "ช่วยผู้โดยสารเรือเฟอร์รี่เกยตื้นนอกเกาะสการ์โฮล์ม", "", "", 1, 'a', STORY_WORDS } } },
	{ "no title at all", { { "", "", "https://a.example/1", 0, 'a', STORY_OPENED },
				 { "", "", "https://a.example/2", 1, 'b', STORY_OPENED },
				 { "", "", "https://a.example/1", 2, 'a', STORY_ITEM } } },
};

static void
test_streams(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		uint64_t ids[256] = { 0 };

		story_table_clear(k->table);
		for (size_t n = 0; n < ITEMS_MAX && streams[i].items[n].title; n++) {
			const struct one *o = &streams[i].items[n];
			struct story_verdict v =
			    place(k, o->title, o->summary, o->url, &normal, T + o->hours * H);
			uint64_t *id = &ids[(unsigned char)o->want];
			bool others = false;

			for (size_t c = 0; c < ARRAY_LEN(ids); c++)
				others = others || (ids[c] == v.id && c != (unsigned char)o->want);
			ROW(streams[i].name, !others);
			ROW(streams[i].name, *id == 0 || *id == v.id);
			ROW_STR(
			    streams[i].name, str_c(story_hows[v.how]), str_c(story_hows[o->how]));
			*id = v.id;
		}
	}
	ROWS_DONE();
}

/* ---- rules ---- */

static void
test_rules(void **state)
{
	static const char *const told = "Ferry runs aground off Skarholm, 40 rescued";
	static const char *const retold = "Forty taken off stranded Skarholm ferry";
	static const struct {
		const char *name;
		struct story_rules rules;
		bool page, copy, words;
	} rows[] = {
		{ "off", { GROUPING_OFF, STRICTNESS_NORMAL, STORY_WINDOW_S, false }, false, false,
		    false },
		{ "copies", { GROUPING_COPIES, STRICTNESS_NORMAL, STORY_WINDOW_S, false }, true,
		    true, false },
		{ "story", { GROUPING_STORY, STRICTNESS_NORMAL, STORY_WINDOW_S, false }, true, true,
		    true },
		{ "never", { GROUPING_STORY, STRICTNESS_NORMAL, STORY_WINDOW_S, true }, true, false,
		    false },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct story_rules *r = &rows[i].rules;
		uint64_t id;

		story_table_clear(k->table);
		id = place(k, told, "", "https://a.example/1", r, T).id;
		ROW(rows[i].name, (id == 0) == (r->grouping == GROUPING_OFF));
		ROW(rows[i].name, (id && place(k, told, "", "https://a.example/1", r, T).id ==
					     id) == rows[i].page);
		ROW(rows[i].name, (id && place(k, told, "", "https://b.example/2", r, T).id ==
					     id) == rows[i].copy);
		ROW(rows[i].name, (id && place(k, retold, "", "https://c.example/3", r, T).id ==
					     id) == rows[i].words);
	}
	ROWS_DONE();
}

/* What a loose watch takes for one story a strict one keeps apart. */
static void
test_strictness(void **state)
{
	struct story_rules rules = normal;
	struct kit *k = *state;
	double score[3];

	for (int s = STRICTNESS_STRICT; s <= STRICTNESS_LOOSE; s++) {
		story_table_clear(k->table);
		rules.strictness = (enum story_strictness)s;
		place(k, "Ferry runs aground off Skarholm, 40 rescued", "", "", &rules, T);
		score[s] =
		    place(k, "Forty taken off stranded Skarholm ferry", "", "", &rules, T).score;
	}
	assert_true(score[STRICTNESS_NORMAL] > score[STRICTNESS_STRICT]);
	assert_true(score[STRICTNESS_LOOSE] > score[STRICTNESS_NORMAL]);
}

static void
test_spaces(void **state)
{
	static const struct story_news nothing = { 0 };
	static const char *const title = "Ferry runs aground off Skarholm";
	struct kit *k = *state;
	uint64_t a = place_news(k, "one", title, "", "", &normal, &nothing, &once, T).id;
	uint64_t b = place_news(k, "other", title, "", "", &normal, &nothing, &once, T).id;

	assert_true(a != b);
	assert_true(place_news(k, "one", title, "", "", &normal, &nothing, &once, T).id == a);
}

/* A story that is told every day is opened anew after two windows. */
static void
test_never_ending(void **state)
{
	struct kit *k = *state;
	uint64_t first = 0, id = 0;

	for (int day = 0; day <= 7; day++) {
		id = place(k, "Siege of Karabor goes on", "", "", &normal, T + day * 24 * H).id;
		if (day == 0)
			first = id;
		if (day == 6)
			assert_true(id == first);
	}
	assert_true(id != first);
}

/* ---- worth a second alert ---- */

static void
test_again(void **state)
{
	static const uint32_t ice[] = { 11 }, both[] = { 11, 12 }, desk[] = { 21 };
	static const struct {
		const char *name;
		struct story_again again;
		struct story_news news[4];
		enum story_reason want[4];
	} rows[] = {
		{ "nothing asked", { 0 },
		    { { 1, 1, ice, 1 }, { 2, 3, both, 2 }, { 3, 3, both, 2 }, { 4, 3, both, 2 } },
		    { AGAIN_NO, AGAIN_NO, AGAIN_NO, AGAIN_NO } },
		{ "three outlets", { 3, false, false },
		    { { 1, 1, ice, 1 }, { 2, 1, ice, 1 }, { 3, 1, ice, 1 }, { 4, 1, ice, 1 } },
		    { AGAIN_NO, AGAIN_NO, AGAIN_OUTLETS, AGAIN_NO } },
		{ "one outlet three times", { 2, false, false },
		    { { 1, 1, ice, 1 }, { 1, 1, ice, 1 }, { 1, 1, ice, 1 }, { 9, 1, ice, 1 } },
		    { AGAIN_NO, AGAIN_NO, AGAIN_NO, AGAIN_OUTLETS } },
		{ "a new entry", { 0, true, false },
		    { { 1, 1, ice, 1 }, { 2, 1, ice, 1 }, { 3, 1, both, 2 }, { 4, 1, both, 2 } },
		    { AGAIN_NO, AGAIN_NO, AGAIN_ENTRY, AGAIN_NO } },
		{ "severity rises", { 0, false, true },
		    { { 1, 1, ice, 1 }, { 2, 2, ice, 1 }, { 3, 1, both, 2 }, { 4, 2, both, 2 } },
		    { AGAIN_NO, AGAIN_SEVERITY, AGAIN_NO, AGAIN_NO } },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		story_table_clear(k->table);
		for (size_t n = 0; n < ARRAY_LEN(rows[i].news); n++) {
			struct story_news news = rows[i].news[n];
			struct story_verdict v;

			news.ways = desk;
			news.n_ways = 1;
			v = place_news(k, "watch", "Ferry aground off Skarholm", "", "", &normal,
			    &news, &rows[i].again, T + (int64_t)n);

			ROW_I64(rows[i].name, v.again, rows[i].want[n]);
			ROW_I64(rows[i].name, v.items, n + 1);
		}
	}
	ROWS_DONE();
}

/* Who was not told of the story is told, whatever is asked for. */
static void
test_ways(void **state)
{
	static const uint32_t ways[] = { 31, 32, 33 };
	static const struct {
		const char *name;
		size_t from, n; /* of ways */
		enum story_reason want;
		uint64_t fresh;
	} rows[] = {
		{ "nobody", 0, 0, AGAIN_NO, 0 },
		{ "one", 0, 1, AGAIN_ROUTE, 1 },
		{ "the same", 0, 1, AGAIN_NO, 0 },
		{ "nobody again", 0, 0, AGAIN_NO, 0 },
		{ "the same and another", 0, 2, AGAIN_ROUTE, 2 },
		{ "two that are known", 0, 2, AGAIN_NO, 0 },
		{ "a third", 2, 1, AGAIN_ROUTE, 1 },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct story_news news = { .ways = ways + rows[i].from, .n_ways = rows[i].n };
		struct story_verdict v = place_news(k, "watch", "Ferry aground off Skarholm", "",
		    "", &normal, &news, &once, T + (int64_t)i);

		ROW_I64(rows[i].name, v.again, rows[i].want);
		ROW_I64(rows[i].name, v.new_ways, rows[i].fresh);
	}
	ROWS_DONE();
}

/* What a watch looks for is in all of its items. */
static void
test_sought(void **state)
{
	struct kit *k = *state;
	uint32_t words[4];
	struct story_news news = { .sought = words };
	uint64_t a, b, c;

	news.n_sought = story_words(k->reader, STR("ferries"), words, ARRAY_LEN(words));
	assert_int_equal(news.n_sought, 1);
	a = place_news(k, "watch", "Ferry runs aground off Skarholm, 40 rescued", "", "", &normal,
	    &news, &once, T)
		.id;
	b = place_news(
	    k, "watch", "Ferry to Oslo cancelled by strike", "", "", &normal, &news, &once, T)
		.id;
	c = place_news(k, "watch", "Forty rescued from ferry aground near Skarholm", "", "",
	    &normal, &news, &once, T)
		.id;
	assert_true(a != b);
	assert_true(a == c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_strip),
		WITH_KIT(test_strip_learns),
		WITH_KIT(test_page),
		WITH_KIT(test_words),
		WITH_KIT(test_streams),
		WITH_KIT(test_rules),
		WITH_KIT(test_strictness),
		WITH_KIT(test_spaces),
		WITH_KIT(test_never_ending),
		WITH_KIT(test_again),
		WITH_KIT(test_ways),
		WITH_KIT(test_sought),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
