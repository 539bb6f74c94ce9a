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

/* The first of equals wins. */
static const struct guess guesses[] = {
	{ CHARSET_WESTERN, 100, true, "éèêëàâäáãåæçîïíìôöóòõøœùûüúñßÉÄÖÜÅÇ‘’“”–—…«»•€" },
	{ "CP932", 130, false, "ぁ-んァ-ヶー、。「」の日本年月大人一新会" },
	{ "EUC-JP-MS", 130, false, "ぁ-んァ-ヶー、。「」の日本年月大人一新会" },
	{ "UHC", 100, false, "가-힣" },
	{ "GB18030", 200, false,
	    "的一是不了人在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下"
	    "自之年过发后作里用道行所然家种事成方多经去法学如都同现当没动面起看定天分还进好小部其"
	    "新，。、“”：（）" },
	{ "BIG5-HKSCS", 200, false,
	    "的一是不了人在有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下"
	    "自之年過發後作裡用道行所然家種事成方多經去法學如都同現當沒動面起看定天分還進好小部其"
	    "新，。、「」：（）" },
	{ "CP1251", 110, false, "оеаинтсрвлкмдпуяызбгчйхжіїєў«»—" },
	{ "KOI8-R", 110, false, "оеаинтсрвлкмдпуяызбгчйхж" },
	{ "CP866", 110, false, "оеаинтсрвлкмдпуяызбгчйхж" },
	{ "ISO-8859-5", 105, false, "оеаинтсрвлкмдпуяызбгчйхж" },
	{ "CP1253", 105, false, "αοιτεσνηυρπκμλςόίάέήύώγδωχθφβ" },
	{ "CP1255", 105, false, "א-ת" },
	{ "CP1256", 105, false, "اليمنورتبةعدسفهكقحجشصطخضزذثئءأإؤى،" },
	{ "CP874", 100, false, "ก-ฮะ-ฺเ-๎" },
	{ "CP1250", 100, true, "ěščřžýáíéůúóťďňąćęłńśźżőűöüäŠŽČŚŻŁ„”–" },
	{ "CP1254", 100, true, "ışğüöçİŞÖÜÇâ’" },
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
