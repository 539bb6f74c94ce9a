#include "query_token.h"

#include "ascii.h"
#include "mem.h"
#include "query_warn.h"

#include <string.h>

const struct str query_zone_names[ZONE_COUNT] = { STR_INIT("title"), STR_INIT("summary"),
	STR_INIT("body"), STR_INIT("author"), STR_INIT("category"), STR_INIT("url") };
const struct str query_filter_names[3] = { STR_INIT("feed"), STR_INIT("tag"), STR_INIT("lang") };

/* What other search tools call our fields. */
static const struct {
	struct str foreign, ours;
} foreign_fields[] = {
	{ STR_INIT("site"), STR_INIT("url") },
	{ STR_INIT("inurl"), STR_INIT("url") },
	{ STR_INIT("link"), STR_INIT("url") },
	{ STR_INIT("intitle"), STR_INIT("title") },
	{ STR_INIT("headline"), STR_INIT("title") },
	{ STR_INIT("subject"), STR_INIT("title") },
	{ STR_INIT("intext"), STR_INIT("body") },
	{ STR_INIT("content"), STR_INIT("body") },
	{ STR_INIT("text"), STR_INIT("body") },
	{ STR_INIT("source"), STR_INIT("feed") },
	{ STR_INIT("language"), STR_INIT("lang") },
	{ STR_INIT("creator"), STR_INIT("author") },
	{ STR_INIT("domain"), STR_INIT("url") },
	{ STR_INIT("host"), STR_INIT("url") },
	{ STR_INIT("section"), STR_INIT("category") },
	{ STR_INIT("topic"), STR_INIT("category") },
	{ STR_INIT("keyword"), STR_INIT("category") },
};

/* Fields of routes and of other commands, and what is written here. */
static const struct {
	struct str name;
	const char *hint;
} elsewhere[] = {
	{ STR_INIT("list"), "a list is written @name" },
	{ STR_INIT("entry"), "an entry is written @list/Name" },
	{ STR_INIT("watch"), "routes ask for watches, expressions for words" },
	{ STR_INIT("severity"), "routes ask for severities, expressions for words" },
	{ STR_INIT("since"), "expressions ask for words, not for times" },
	{ STR_INIT("until"), "expressions ask for words, not for times" },
	{ STR_INIT("date"), "expressions ask for words, not for times" },
};

static const struct {
	struct str sign, word;
} signs[] = {
	{ STR_INIT("&"), STR_INIT("AND") },
	{ STR_INIT("&&"), STR_INIT("AND") },
	{ STR_INIT("+"), STR_INIT("AND") },
	{ STR_INIT("|"), STR_INIT("OR") },
	{ STR_INIT("||"), STR_INIT("OR") },
	{ STR_INIT(","), STR_INIT("OR") },
	{ STR_INIT("!"), STR_INIT("NOT") },
	{ STR_INIT("-"), STR_INIT("NOT") },
};

struct place
token_place(struct lexer *l, size_t at)
{
	return place_walk_to(&l->walk, l->when->value_at, l->when->value, at);
}

static struct str
rest(const struct lexer *l, size_t at)
{
	return str_sub(l->when->value, at, l->when->value.n);
}

static void
broken(struct lexer *l, struct token *t, size_t at, struct str hint, const char *text)
{
	diag_add(l->diags, DIAG_ERROR, token_place(l, at), hint, "%s", text);
	t->kind = TOKEN_BROKEN;
}

static bool
is_hebrew(uint32_t c)
{
	return c >= 0x5d0 && c <= 0x5ea;
}

/* The quote inside a Hebrew abbreviation is a letter's mark. */
static bool
is_gershayim(struct str s, size_t at)
{
	uint32_t before, after;

	if (at == 0 || at + 1 >= s.n || s.p[at] != '"')
		return false;
	script_decode(s.p + script_back(s.p, at), s.n - script_back(s.p, at), &before);
	script_decode(s.p + at + 1, s.n - at - 1, &after);
	return is_hebrew(before) && is_hebrew(after);
}

/* Bytes up to white space, a parenthesis or a quote, and without what is not seen before these. */
static size_t
word_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != '(' && s.p[i] != ')') {
		struct str rest = str_sub(s, i, s.n);

		if (term_space(rest) || (term_quote(rest) && !is_gershayim(s, i)))
			break;
		i++;
	}
	return term_trim(str_sub(s, 0, i)).n;
}

/* ---- fields ---- */

static struct str
suggest_field(struct lexer *l, struct str name)
{
	struct str all[ZONE_COUNT + 3];

	for (size_t i = 0; i < ARRAY_LEN(foreign_fields); i++)
		if (str_eq_ci(name, foreign_fields[i].foreign))
			return str_fmt(
			    l->arena, "did you mean '%.*s'?", STR_ARG(foreign_fields[i].ours));
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
		if (str_eq_ci(name, elsewhere[i].name))
			return str_c(elsewhere[i].hint);
	memcpy(all, query_zone_names, sizeof(query_zone_names));
	memcpy(all + ZONE_COUNT, query_filter_names, sizeof(query_filter_names));
	return name.n > 2 ? diag_suggest(name, all, ARRAY_LEN(all), l->arena) : STR("");
}

/* "title:" and its like; false when the word has no field. */
static bool
read_field(struct lexer *l, struct token *t, struct str word)
{
	struct str name, value, hint;

	if (!str_cut(word, ':', &name, &value) || !token_is_alpha(name))
		return false;
	t->end = t->at + name.n + 1;
	for (size_t i = 0; i < ZONE_COUNT; i++)
		if (str_eq_ci(name, query_zone_names[i])) {
			t->kind = TOKEN_ZONE;
			t->zone = (enum zone)i;
			return true;
		}
	for (size_t i = 0; i < ARRAY_LEN(query_filter_names); i++)
		if (str_eq_ci(name, query_filter_names[i])) {
			t->kind = TOKEN_FILTER;
			t->filter = (enum query_filter)i;
			return true;
		}
	hint = suggest_field(l, name);
	if (hint.n == 0)
		return false; /* re:Invent is a name */
	diag_add(l->diags, DIAG_ERROR, token_place(l, t->at),
	    str_fmt(l->arena, "%.*s; in quotes it is a name", STR_ARG(hint)),
	    "unknown field '%.*s:'", STR_ARG(name));
	t->kind = TOKEN_BROKEN;
	return true;
}

/* ---- operators ---- */

static bool
read_count(struct lexer *l, struct token *t, struct str word, size_t name_n, int64_t min,
    const char *usage)
{
	int64_t n;

	if (word.n > name_n + 1 && word.p[name_n] == '/' &&
	    str_to_i64(str_sub(word, name_n + 1, word.n), &n) && n >= min && n <= QUERY_NEAR_MAX) {
		t->count = (unsigned)n;
		return true;
	}
	diag_add(l->diags, DIAG_ERROR, token_place(l, t->at),
	    str_fmt(l->arena, "write %s, n from %d to %d; in quotes it is a word", usage, (int)min,
		QUERY_NEAR_MAX),
	    "'%.*s' needs a number", STR_ARG(word));
	t->kind = TOKEN_BROKEN;
	return false;
}

static bool
is_operator(struct str word, struct str name)
{
	return str_starts(word, name) && (word.n == name.n || word.p[name.n] == '/');
}

/* A word that was meant as an operator, perhaps. */
static bool
is_nearly_operator(struct str word)
{
	static const struct str words[] = { STR_INIT("and"), STR_INIT("or"), STR_INIT("not") };
	static const struct str counted[] = { STR_INIT("near/"), STR_INIT("before/"),
		STR_INIT("atleast/") };
	static const struct str glued[] = { STR_INIT("AND-"), STR_INIT("OR-"), STR_INIT("NOT-"),
		STR_INIT("AND/"), STR_INIT("OR/") };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_ci(word, words[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(counted); i++)
		if (str_starts_ci(word, counted[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(glued); i++)
		if (str_starts(word, glued[i]))
			return true;
	return false;
}

static bool
read_operator(struct lexer *l, struct token *t, struct str word)
{
	if (str_eq_c(word, "AND"))
		t->kind = TOKEN_AND;
	else if (str_eq_c(word, "OR"))
		t->kind = TOKEN_OR;
	else if (str_eq_c(word, "NOT"))
		t->kind = TOKEN_NOT;
	else if (is_operator(word, STR("NEAR"))) {
		t->kind = TOKEN_NEAR;
		read_count(l, t, word, 4, 0, "NEAR/n");
	} else if (is_operator(word, STR("BEFORE"))) {
		t->kind = TOKEN_NEAR;
		t->ordered = true;
		read_count(l, t, word, 6, 0, "BEFORE/n");
	} else if (is_operator(word, STR("ATLEAST"))) {
		t->kind = TOKEN_ATLEAST;
		read_count(l, t, word, 7, 1, "ATLEAST/n(...)");
	} else {
		if (is_nearly_operator(word))
			diag_add(l->diags, DIAG_WARNING, token_place(l, t->at),
			    STR("operators are written in capitals, with spaces around them; quote "
				"the word "
				"if it is meant"),
			    "'%.*s' is no operator so, it is a word to look for", STR_ARG(word));
		return false;
	}
	t->end = t->at + word.n;
	return true;
}

/* ---- lists and terms ---- */

/* "agencies" or, with spaces in the file's name, "\"US agencies\"". */
static size_t
list_name_length(struct lexer *l, struct str s, struct str *name)
{
	size_t n = word_length(s), slash;

	if (term_quote(s))
		return term_quoted(s, l->arena, name);
	slash = str_find_char(str_sub(s, 0, n), '/');
	n = slash == STR_NONE ? n : slash;
	*name = str_sub(s, 0, n);
	return n;
}

static void
read_list(struct lexer *l, struct token *t)
{
	size_t end = t->at + 1;
	struct str value = l->when->value;

	t->kind = TOKEN_LIST;
	end += list_name_length(l, rest(l, end), &t->list);
	if (str_trim(t->list).n == 0) {
		broken(l, t, t->at, STR("write @list or @list/entry; quote a handle: \"@name\""),
		    "'@' without a list's name");
		return;
	}
	if (end < value.n && value.p[end] == '/') {
		struct str name = rest(l, ++end);
		size_t n =
		    term_quote(name) ? term_quoted(name, l->arena, &t->entry) : word_length(name);

		if (!term_quote(name))
			t->entry = str_sub(name, 0, n);
		if (n == 0 || str_trim(t->entry).n == 0) {
			broken(l, t, end,
			    STR("write @list/Name or @list/\"Name with spaces\", of several "
				"(@list/One OR @list/Two)"),
			    "an entry's name is missing");
			return;
		}
		end += n;
	}
	t->end = end;
}

/* In an address slashes are ordinary unless the text between them can only be a regex. */
static bool
is_regex_start(const struct lexer *l, struct str s)
{
	if (s.n == 0 || s.p[0] != '/')
		return false;
	if (!l->address)
		return true;
	for (size_t i = 0; i < word_length(s); i++)
		if (strchr("\\[]{}^$|", s.p[i]))
			return true;
	return false;
}

/* What begins with a quote or a slash and does not end. */
static void
refuse_open(struct lexer *l, struct token *t, size_t open)
{
	struct str flags;

	if (!t->term.regex) {
		broken(l, t, open, STR("a quote inside of a phrase is written twice: \"\""),
		    "a quote that is not closed");
		return;
	}
	flags = term_regex_flags(rest(l, open), "()");
	if (flags.n)
		broken(l, t, (size_t)(flags.p - l->when->value.p),
		    STR("only i, for any case, may stand there"),
		    "an unknown letter behind a regular expression");
	else
		broken(l, t, open, STR("put a word that begins with / in quotes"),
		    "a regular expression that does not end with /");
}

static void
read_closed(struct lexer *l, struct token *t, size_t open)
{
	struct str s = rest(l, open);
	size_t used;

	t->term.regex = !term_quote(s);
	used = t->term.regex ? term_regex(s, "()", &t->term.body, &t->term.caseless)
			     : term_quoted(s, l->arena, &t->term.body);
	if (!used) {
		refuse_open(l, t, open);
		return;
	}
	t->end = open + used;
}

/* `"data cent"*` and `"foo bar"~5` of other tools. */
static bool
is_behind_quote(const struct lexer *l, size_t at)
{
	return at > 0 && l->when->value.p[at - 1] == '"';
}

static bool
refuse_suffix(struct lexer *l, struct token *t, struct str s)
{
	if (!is_behind_quote(l, t->at) || s.n == 0)
		return false;
	if (s.p[0] == '*')
		broken(l, t, t->at, STR("it stands inside of the quotes: \"data cent*\""),
		    "a star behind a quote");
	else if (s.p[0] == '~' && s.n > 1 && ascii_is_digit(s.p[1]))
		broken(l, t, t->at, STR("words near each other are written foo NEAR/5 bar"),
		    "a number behind a phrase");
	return t->kind == TOKEN_BROKEN;
}

static void
read_term(struct lexer *l, struct token *t)
{
	size_t open = t->at;
	struct str s = rest(l, open);

	t->kind = TOKEN_TERM;
	t->term = (struct term_source){ .at = token_place(l, t->at), .address = l->address };
	if (refuse_suffix(l, t, s))
		return;
	if ((s.p[0] == '=' || s.p[0] == '~') && s.n > 1) {
		t->term.sigil = s.p[0];
		s = rest(l, ++open);
	}
	if (term_quote(s) || (!t->term.sigil && is_regex_start(l, s)))
		read_closed(l, t, open);
	else {
		t->term.body = str_sub(s, 0, word_length(s));
		t->end = open + t->term.body.n;
	}
	if (t->kind == TOKEN_BROKEN)
		return;
	t->term.written = str_sub(l->when->value, t->at, t->end);
	if (str_eq_c(t->term.written, "#")) {
		broken(l, t, t->at, STR("a comment's # stands in the first column of its line"),
		    "a sign alone is no word");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (str_eq(t->term.written, signs[i].sign)) {
			broken(l, t, t->at,
			    str_fmt(l->arena, "did you mean %.*s? Quote a name that holds it",
				STR_ARG(signs[i].word)),
			    "a sign alone is no word");
			return;
		}
	if (l->address)
		return;
	token_warn(l, t);
}

/* Bytes of a dash, plain or typographic, at the start of s. */
static size_t
dash(struct str s)
{
	uint32_t c;
	size_t used;

	if (s.n == 0)
		return 0;
	used = script_decode(s.p, s.n, &c);
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ? used : 0;
}

void
token_next(struct lexer *l, struct token *t)
{
	struct str s, word;
	size_t n;

	l->at += term_blank(rest(l, l->at));
	*t = (struct token){ .kind = TOKEN_END, .at = l->at, .end = l->at };
	s = rest(l, l->at);
	if (s.n == 0)
		return;
	n = dash(s);
	word = str_sub(s, 0, word_length(s));
	if (s.p[0] == '(' || s.p[0] == ')') {
		t->kind = s.p[0] == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
		t->end = t->at + 1;
	} else if (n && n < s.n && !term_blank(str_sub(s, n, s.n)) && s.p[n] != ')') {
		t->kind = TOKEN_NOT;
		t->end = t->at + n;
	} else if (s.p[0] == '@' && !l->address)
		read_list(l, t);
	else if (!read_operator(l, t, word) && !(!l->address && read_field(l, t, word)))
		read_term(l, t);
	l->at = t->end;
}
