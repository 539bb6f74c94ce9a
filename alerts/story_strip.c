/*
 * Titles without what newsrooms hang on them.
 */
#include "ascii.h"
#include "script.h"
#include "story_parts.h"
#include "url.h"

#define ROUNDS_MAX 3              /* "BREAKING: UPDATE 2-..." and no more than a few */
#define BRACKET_MAX ((size_t)28)  /* bytes of "(Reuters)", "[UPDATED]" */
#define ENDING_MAX ((size_t)48)   /* bytes of an outlet's name at the end */
#define SEPARATOR_MAX ((size_t)5) /* bytes of the longest of them */
#define ENDING_WORDS_MAX 5
/* What must be left for the ending to be an outlet's name, not the point of the title. */
#define LEFT_WORDS_KNOWN 2
#define LEFT_WORDS_GUESS 4
#define LEFT_WORDS_BRACKET 3
#define ENDING_SEEN 3 /* titles that ended so: it is no accident */

/* They say what kind of report it is, not what happened.  ASCII in any case, other letters as they
 * stand here. */
static const struct str kinds[] = {
	STR_INIT("update"),
	STR_INIT("updates"),
	STR_INIT("updated"),
	STR_INIT("wrapup"),
	STR_INIT("refile"),
	STR_INIT("rpt"),
	STR_INIT("repeat"),
	STR_INIT("corrected"),
	STR_INIT("correction"),
	STR_INIT("breaking news"),
	STR_INIT("breaking"),
	STR_INIT("exclusive"),
	STR_INIT("just in"),
	STR_INIT("live updates"),
	STR_INIT("live"),
	STR_INIT("watch live"),
	STR_INIT("watch"),
	STR_INIT("video"),
	STR_INIT("photo"),
	STR_INIT("photos"),
	STR_INIT("pictures"),
	STR_INIT("analysis"),
	STR_INIT("factbox"),
	STR_INIT("flash"),
	STR_INIT("alert"),
	STR_INIT("urgent"),
	STR_INIT("developing"),
	STR_INIT("opinion"),
	STR_INIT("report"),
	STR_INIT("newsalert"),
	STR_INIT("eil"),
	STR_INIT("eilmeldung"),
	STR_INIT("liveticker"),
	STR_INIT("kommentar"),
	STR_INIT("direct"),
	STR_INIT("en direct"),
	STR_INIT("alerte"),
	STR_INIT("alerte info"),
	STR_INIT("vidéo"),
	STR_INIT("mise à jour"),
	STR_INIT("urgente"),
	STR_INIT("última hora"),
	STR_INIT("en vivo"),
	STR_INIT("en directo"),
	STR_INIT("ao vivo"),
	STR_INIT("vídeo"),
	STR_INIT("actualización"),
	STR_INIT("ultim'ora"),
	STR_INIT("diretta"),
	STR_INIT("aggiornamento"),
	STR_INIT("Срочно"),
	STR_INIT("СРОЧНО"),
	STR_INIT("Молния"),
	STR_INIT("МОЛНИЯ"),
	STR_INIT("Видео"),
	STR_INIT("ВИДЕО"),
	STR_INIT("Обновлено"),
	STR_INIT("Терміново"),
	STR_INIT("ТЕРМІНОВО"),
	STR_INIT("Оновлено"),
	STR_INIT("速報"),
	STR_INIT("快讯"),
	STR_INIT("快訊"),
	STR_INIT("更新"),
	STR_INIT("独自"),
	STR_INIT("속보"),
};

/* Between a title and an outlet's name. */
static const struct str separators[] = {
	STR_INIT(" - "),
	STR_INIT(" -- "),
	STR_INIT(" | "),
	STR_INIT(" \xe2\x80\x93 "), /* en dash */
	STR_INIT(" \xe2\x80\x94 "), /* em dash */
	STR_INIT(" \xc2\xb7 "),     /* middle dot */
	STR_INIT(" \xe2\x80\xa2 "), /* bullet */
	STR_INIT(" \xc2\xbb "),     /* guillemet */
	STR_INIT(" :: "),
	STR_INIT("\xef\xbd\x9c"), /* full-width bar */
	STR_INIT("_"),
};

static const struct {
	struct str open, close;
} brackets[] = {
	{ STR_INIT("("), STR_INIT(")") }, { STR_INIT("["), STR_INIT("]") },
	{ STR_INIT("\xe3\x80\x90"), STR_INIT("\xe3\x80\x91") }, /* black lenticular */
	{ STR_INIT("\xef\xbc\x88"), STR_INIT("\xef\xbc\x89") }, /* full-width */
};

static bool
has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (ascii_is_digit(s.p[i]))
			return true;
	return false;
}

/* Words, two characters of a script without spaces counting as one. */
static size_t
count_words(struct str s)
{
	size_t words = 0, unspaced = 0;
	bool inside = false;

	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t n = script_decode(s.p + at, s.n - at, &cp);
		enum char_class class = script_class(cp);

		unspaced += class == CHAR_UNSPACED;
		if (class == CHAR_OTHER)
			inside = cp != ' ' && inside;
		else if (!inside && class != CHAR_UNSPACED)
			words++, inside = true;
		at += n;
	}
	return words + unspaced / 2;
}

static struct str
trim_left(struct str s)
{
	while (s.n && (str_is_space(s.p[0]) || s.p[0] == ':' || s.p[0] == '-'))
		s = str_sub(s, 1, s.n);
	return s;
}

/* What stands behind a kind and its sign ("UPDATE 2-", "Live: ", "BREAKING - "), or nothing. */
static struct str
behind_kind(struct str title, struct str kind)
{
	struct str rest;
	size_t at = kind.n;
	bool spaced;

	if (title.n <= kind.n || !str_starts_ci(title, kind))
		return STR("");
	while (at < title.n && title.p[at] == ' ')
		at++;
	while (at < title.n && ascii_is_digit(title.p[at]))
		at++;
	spaced = at < title.n && title.p[at] == ' ';
	rest = str_sub(title, at + spaced, title.n);
	if (str_starts(rest, STR("\xe2\x80\x93")) || str_starts(rest, STR("\xe2\x80\x94")) ||
	    str_starts(rest, STR("\xef\xbc\x9a"))) /* dashes, full-width colon */
		return str_trim(str_sub(rest, 3, rest.n));
	if (rest.n == 0 || (rest.p[0] != ':' && rest.p[0] != '-'))
		return STR("");
	/* "live-action", "watch-maker" are words; "UPDATE 2-Oil" is not. */
	if (rest.p[0] == '-' && !spaced && at == kind.n && ascii_is_lower(title.p[kind.n - 1]))
		return STR("");
	return trim_left(rest);
}

/* A quick look: letters that differ in case alone differ in this bit alone. */
static bool
may_start(struct str title, struct str kind)
{
	return title.n && (title.p[0] | 0x20) == (kind.p[0] | 0x20);
}

static struct str
strip_start(struct str title)
{
	for (size_t i = 0; i < ARRAY_LEN(brackets); i++) {
		size_t end;

		if (!str_starts(title, brackets[i].open))
			continue;
		end = str_find(title, brackets[i].close);
		if (end != STR_NONE && end <= BRACKET_MAX &&
		    count_words(str_sub(title, end, title.n)) >= LEFT_WORDS_BRACKET)
			return str_trim(str_sub(title, end + brackets[i].close.n, title.n));
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct str rest;

		if (!may_start(title, kinds[i]))
			continue;
		rest = behind_kind(title, kinds[i]);
		if (rest.n)
			return rest;
	}
	return title;
}

/* ---- endings ---- */

/* Its letters and digits alone, ASCII in lower case: "NEWS.com.au" -> "newscomau". */
static size_t
letters(struct str s, char *to, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < max; i++) {
		if (ascii_is_alnum(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
			to[n++] = ascii_lower(s.p[i]);
	}
	return n;
}

/* Does the site's name stand at the title's end?  "Kansas City Star", www.kansascity.com. */
static bool
names_site(struct str ending, struct str link)
{
	static const struct str in_front[] = { STR_INIT("www."), STR_INIT("m."), STR_INIT("amp."),
		STR_INIT("mobile."), STR_INIT("news."), STR_INIT("blog."), STR_INIT("blogs."),
		STR_INIT("feeds.") };
	struct str host = url_host(link);
	char a[ENDING_MAX], b[ENDING_MAX];
	size_t n_a, n_b, dot;

	for (size_t i = 0; i < ARRAY_LEN(in_front); i++)
		if (str_starts_ci(host, in_front[i]))
			host = str_sub(host, in_front[i].n, host.n);
	n_a = letters(ending, a, sizeof(a));
	n_b = letters(host, b, sizeof(b));
	if (str_find(str_n(b, n_b), str_n(a, n_a)) == 0 && n_a >= 3)
		return true;
	dot = str_find_char(host, '.');
	n_b = letters(str_sub(host, 0, dot), b, sizeof(b));
	return n_b >= 3 && str_find(str_n(a, n_a), str_n(b, n_b)) != STR_NONE;
}

/* Written as names are: each word begins with a capital, a letter without case, or has a dot in it.
 */
static bool
looks_like_name(struct str ending)
{
	bool begins = true;

	if (has_digit(ending) || count_words(ending) > ENDING_WORDS_MAX)
		return false;
	for (size_t at = 0; at < ending.n;) {
		uint32_t cp;
		size_t n = script_decode(ending.p + at, ending.n - at, &cp);
		struct str word, rest;

		str_cut(str_sub(ending, at, ending.n), ' ', &word, &rest);
		/* "of", "the", "de" */
		if (begins && script_is_lower(cp) && word.n > 3 &&
		    str_find_char(word, '.') == STR_NONE)
			return false;
		begins = cp == ' ';
		at += n;
	}
	return ending.n != 0;
}

static bool
is_kind_ending(struct str ending)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (ending.n >= kinds[i].n && ending.n <= kinds[i].n + 6 &&
		    str_eq_ci(str_sub(ending, ending.n - kinds[i].n, ending.n), kinds[i]))
			return true; /* "2nd Update", "video" */
	return false;
}

static struct str
strip_bracket(struct str title)
{
	for (size_t i = 0; i < ARRAY_LEN(brackets); i++) {
		size_t at = title.n;
		struct str left;

		if (!str_ends(title, brackets[i].close))
			continue;
		while (at > 0 && !str_starts(str_sub(title, at - 1, title.n), brackets[i].open))
			at--;
		if (at == 0 || title.n - at > BRACKET_MAX)
			continue;
		left = str_trim(str_sub(title, 0, at - 1));
		if (!has_digit(str_sub(title, at, title.n)) &&
		    count_words(left) >= LEFT_WORDS_BRACKET)
			return left;
	}
	return title;
}

/* Can a separator begin here?  Most spaces stand before a letter or a digit. */
static bool
may_separate(struct str s)
{
	char c = s.p[0], next = s.n > 1 ? s.p[1] : ' ';

	if (c != ' ')
		return c == '_' || (unsigned char)c == 0xef;
	return !ascii_is_alnum(next);
}

/* The separator that s begins with, or an empty one. */
static struct str
separator_at(struct str s)
{
	for (size_t i = 0; may_separate(s) && i < ARRAY_LEN(separators); i++)
		if (str_starts(s, separators[i]))
			return separators[i];
	return STR("");
}

static bool
last_separator(struct str title, struct str *left, struct str *ending)
{
	for (size_t at = title.n; at-- > 0;) {
		struct str behind = str_sub(title, at, title.n), s;

		if (behind.n > ENDING_MAX + SEPARATOR_MAX)
			break;
		s = separator_at(behind);
		if (s.n == 0 || behind.n > ENDING_MAX + s.n)
			continue;
		*left = str_trim(str_sub(title, 0, at));
		*ending = str_trim(str_sub(behind, s.n, behind.n));
		return left->n && ending->n;
	}
	return false;
}

/* Learnt apart from words. */
static uint32_t
ending_hash(struct str ending)
{
	char text[ENDING_MAX + 1];
	size_t n = letters(ending, text + 1, ENDING_MAX);

	text[0] = '\n'; /* in no word */
	return story_hash(str_n(text, n + 1));
}

struct str
story_strip_title(struct str title, struct str link, const struct story_idf *idf, uint32_t *ending)
{
	struct str left, end;

	*ending = 0;
	title = str_trim(title);
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct str before = title;

		title = strip_start(title);
		title = strip_bracket(title);
		if (last_separator(title, &left, &end)) {
			uint32_t h = ending_hash(end);
			size_t words = count_words(left);
			bool known = names_site(end, link) || is_kind_ending(end) ||
				     story_idf_count(idf, h) >= ENDING_SEEN;

			if (*ending == 0)
				*ending = h;
			if (words >= LEFT_WORDS_GUESS ? known || looks_like_name(end)
						      : known && words >= LEFT_WORDS_KNOWN)
				title = left;
		}
		if (title.n == before.n)
			break;
	}
	return title;
}
