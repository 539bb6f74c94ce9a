/* What is right in an expression and was hardly meant. */
#include "query_warn.h"

#include "ascii.h"
#include "mem.h"
#include "overlap.h"

#define AND_MAX 100 /* members that are held against each other */

/* What other tools read as an operator; here it is a part of the word, and a warning. */
static const struct {
	struct str sign;
	bool behind; /* the word; else before it */
	const char *what, *hint;
} taken[] = {
	{ STR_INIT(","), true, "comma", "words are separated by spaces, alternatives by OR" },
	{ STR_INIT(";"), true, "semicolon", "words are separated by spaces, alternatives by OR" },
	{ STR_INIT("\xef\xbc\x8c"), true, "comma",
	    "words are separated by spaces, alternatives by OR" },
	{ STR_INIT("\xe3\x80\x81"), true, "comma",
	    "words are separated by spaces, alternatives by OR" },
	{ STR_INIT("\xef\xbc\x9b"), true, "semicolon",
	    "words are separated by spaces, alternatives by OR" },
	{ STR_INIT(":"), true, "colon", "fields are title: summary: body: author: category: url:" },
	{ STR_INIT("'"), false, "single quote", "phrases stand in double quotes" },
	{ STR_INIT("\xe2\x80\x98"), false, "single quote", "phrases stand in double quotes" },
	{ STR_INIT("\xe2\x80\xb9"), false, "single quote", "phrases stand in double quotes" },
	{ STR_INIT("`"), false, "single quote", "phrases stand in double quotes" },
	{ STR_INIT("\xe3\x80\x8c"), false, "corner bracket", "phrases stand in double quotes" },
	{ STR_INIT("\xe3\x80\x8e"), false, "corner bracket", "phrases stand in double quotes" },
	{ STR_INIT("!"), false, "exclamation mark", "did you mean NOT?" },
	{ STR_INIT(":"), false, "colon", "a field is written title:word" },
	{ STR_INIT("+"), false, "plus sign", "all words are required anyway" },
	{ STR_INIT("["), false, "bracket", "groups stand in parentheses" },
	{ STR_INIT("{"), false, "bracket", "groups stand in parentheses" },
	{ STR_INIT("\xef\xbc\x88"), false, "full-width parenthesis", "groups stand in ( )" },
	{ STR_INIT("\xef\xbc\x89"), true, "full-width parenthesis", "groups stand in ( )" },
};

/* The same between two letters. */
static const struct {
	struct str sign;
	const char *what, *hint;
} taken_inside[] = {
	{ STR_INIT(","), "comma", "words are separated by spaces, alternatives by OR" },
	{ STR_INIT(";"), "semicolon", "words are separated by spaces, alternatives by OR" },
	{ STR_INIT("|"), "bar", "did you mean OR?" },
	{ STR_INIT("&&"), "double ampersand", "did you mean AND?" },
};

/* What other tools call NEAR and BEFORE; a number follows. */
static const struct {
	struct str foreign, ours;
} foreign_nears[] = {
	{ STR_INIT("w/"), STR_INIT("NEAR") },
	{ STR_INIT("within/"), STR_INIT("NEAR") },
	{ STR_INIT("near"), STR_INIT("NEAR") },
	{ STR_INIT("near:"), STR_INIT("NEAR") },
	{ STR_INIT("adj"), STR_INIT("NEAR") },
	{ STR_INIT("pre/"), STR_INIT("BEFORE") },
	{ STR_INIT("onear/"), STR_INIT("BEFORE") },
};

bool
token_is_alpha(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_letter(s.p[i]))
			return false;
	return s.n > 0;
}

static bool
begins_with_letter(struct str s)
{
	uint32_t c;

	if (s.n == 0)
		return false;
	script_decode(s.p, s.n, &c);
	return script_is_letter(c);
}

static bool
ends_in_letter(struct str s)
{
	return s.n > 0 && begins_with_letter(str_sub(s, script_back(s.p, s.n), s.n));
}

static void
warn_sign(struct lexer *l, size_t at, const char *what, const char *hint)
{
	diag_add(l->diags, DIAG_WARNING, token_place(l, at), str_c(hint),
	    "the %s is taken as part of the word", what);
}

/* Is it a part of the word that is easily taken for an operator? */
static void
warn_taken(struct lexer *l, const struct token *t)
{
	struct str word = t->term.written;
	size_t colon = str_find(word, STR("\xef\xbc\x9a"));

	if (colon != STR_NONE && token_is_alpha(str_sub(word, 0, colon)))
		warn_sign(l, t->at + colon, "full-width colon", "a field is written title:word");

	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		struct str sign = taken[i].sign;

		if (word.n <= sign.n)
			continue;
		if (taken[i].behind ? !str_ends(word, sign)
				    : !str_starts(word, sign) ||
					  !begins_with_letter(str_sub(word, sign.n, word.n)))
			continue;
		warn_sign(
		    l, taken[i].behind ? t->end - sign.n : t->at, taken[i].what, taken[i].hint);
		return;
	}
	/* in quotes it is meant, and in a regular expression it is no operator of ours */
	if (t->term.regex || term_quote(str_sub(word, t->term.sigil != 0, word.n)))
		return;
	for (size_t i = 0; i < ARRAY_LEN(taken_inside); i++) {
		struct str sign = taken_inside[i].sign;
		size_t at = str_find(word, sign);

		if (at == STR_NONE || at == 0 || !ends_in_letter(str_sub(word, 0, at)) ||
		    !begins_with_letter(str_sub(word, at + sign.n, word.n)))
			continue;
		warn_sign(l, t->at + at, taken_inside[i].what, taken_inside[i].hint);
		return;
	}
}

static void
warn_foreign_near(struct lexer *l, const struct token *t, struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign_nears); i++) {
		struct str foreign = foreign_nears[i].foreign;
		struct str number = str_sub(word, foreign.n, word.n);
		int64_t n;

		if (!str_starts_ci(word, foreign) || !str_to_i64(number, &n) || n < 0)
			continue;
		diag_add(l->diags, DIAG_WARNING, token_place(l, t->at),
		    str_fmt(l->arena, "did you mean %.*s/%.*s?", STR_ARG(foreign_nears[i].ours),
			STR_ARG(number)),
		    "'%.*s' is a word to look for", STR_ARG(word));
		return;
	}
}

void
token_warn(struct lexer *l, const struct token *t)
{
	warn_taken(l, t);
	if (!t->term.sigil && !t->term.regex)
		warn_foreign_near(l, t, t->term.written);
}

/* ---- of what was read ---- */

/* Is `no`, or one of its alternatives, found wherever `yes` is? */
static const struct query *
find_covering(const struct query *no, const struct query *yes, struct folder *f)
{
	const struct query *found = NULL;

	if (no->kind == QUERY_OR) {
		for (size_t i = 0; i < no->n_kids && !found; i++)
			found = find_covering(no->kids[i], yes, f);
		return found;
	}
	if (no->kind != QUERY_TERM || (no->zones && no->zones != yes->zones))
		return NULL;
	return term_covers(&no->term, &yes->term, f) ? no : NULL;
}

/* "ICE NOT ice": the second is any case, and the first with it. */
void
query_warn_and(const struct query *q, struct folder *f, struct diags *diags)
{
	if (q->n_kids > AND_MAX)
		return;
	for (size_t i = 0; i < q->n_kids; i++)
		for (size_t k = 0; k < q->n_kids && q->kids[i]->kind == QUERY_TERM; k++) {
			const struct query *yes = q->kids[i], *no = q->kids[k];

			no = no->kind == QUERY_NOT ? find_covering(no->kids[0], yes, f) : NULL;
			if (no)
				diag_add(diags, DIAG_WARNING, no->at,
				    str_fmt(diags->arena, "if its case is what matters: =%.*s",
					STR_ARG(no->term.written)),
				    "'%.*s' is found wherever '%.*s' is, so this never matches",
				    STR_ARG(no->term.written), STR_ARG(yes->term.written));
		}
}

/* "\"@agencies AND raid*\"": quotes as other files have them around a value. */
void
query_warn_whole(const struct query *q, struct diags *diags)
{
	static const struct str operators[] = { STR_INIT(" AND "), STR_INIT(" OR "),
		STR_INIT(" NOT "), STR_INIT(" NEAR/"), STR_INIT("@") };

	if (q->kind != QUERY_TERM || !term_quote(q->term.written))
		return;
	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (str_find(q->term.name, operators[i]) != STR_NONE &&
		    str_find_char(q->term.name, ' ') != STR_NONE) {
			diag_add(diags, DIAG_WARNING, q->at,
			    STR("leave out the quotes around the whole expression"),
			    "the quotes make words in a row of it");
			return;
		}
}
