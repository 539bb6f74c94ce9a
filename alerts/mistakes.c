#include "mistakes.h"

#include "ascii.h"
#include "mem.h"
#include "pattern.h"
#include "query.h"

#include <string.h>

#define PAIRS_MAX 1000000 /* of a name and a word of an option */
#define COMMAS_MIN 2      /* of a list of names; one stands in many a name */

static void
warn(const struct term_source *source, struct diags *diags, const char *hint, const char *what)
{
	diag_add(diags, DIAG_WARNING, source->at, str_c(hint), "%s: '%.*s'", what,
	    STR_ARG(source->written));
}

/* ---- expressions where names are written ---- */

static bool
is_counted(struct str word)
{
	static const struct str counted[] = { STR_INIT("NEAR/"), STR_INIT("BEFORE/"),
		STR_INIT("ATLEAST/") };

	for (size_t i = 0; i < ARRAY_LEN(counted); i++)
		if (str_starts(word, counted[i]))
			return true;
	return false;
}

/* "Foo AND bar".  All in capitals it may well be a name. */
static bool
has_operator(struct str rest)
{
	static const struct str operators[] = { STR_INIT("AND"), STR_INIT("OR"), STR_INIT("NOT") };
	bool found = false, small = false;

	while (rest.n) {
		struct str word;

		str_cut(rest, ' ', &word, &rest);
		if (is_counted(word))
			return true;
		for (size_t i = 0; i < ARRAY_LEN(operators); i++)
			found = found || str_eq(word, operators[i]);
		for (size_t i = 0; i < word.n; i++)
			small = small || ascii_is_lower(word.p[i]);
	}
	return found && small;
}

/* "title:foo" */
static bool
has_field(struct str written)
{
	struct str name, value;

	if (!str_cut(written, ':', &name, &value) || value.n == 0 || value.p[0] == ' ')
		return false;
	for (size_t i = 0; i < ZONE_COUNT; i++)
		if (str_eq_ci(name, query_zone_names[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(query_filter_names); i++)
		if (str_eq_ci(name, query_filter_names[i]))
			return true;
	return false;
}

/* ---- signs that part names elsewhere ---- */

static bool
has_any(struct str s, const struct str *signs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find(s, signs[i]) != STR_NONE)
			return true;
	return false;
}

/* "Foo, Bar, Baz", but not "Skadden, Arps, Slate, Meagher & Flom". */
static bool
has_commas(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < s.n; i++)
		n += s.p[i] == ',' && s.p[i + 1] == ' ';
	return n >= COMMAS_MIN && str_find_char(s, '&') == STR_NONE &&
	       str_find_ci(s, STR(" and ")) == STR_NONE;
}

static bool
has_semicolon(struct str s)
{
	return str_find(s, STR("; ")) != STR_NONE || str_ends(s, STR(";"));
}

static bool
is_single_quoted(struct str s)
{
	static const struct str opening[] = { STR_INIT("'"), STR_INIT("\xe2\x80\x98") },
				closing[] = { STR_INIT("'"), STR_INIT("\xe2\x80\x99") };

	for (size_t i = 0; i < ARRAY_LEN(opening); i++)
		if (s.n > 2 * opening[i].n && str_starts(s, opening[i]) && str_ends(s, closing[i]))
			return true;
	return false;
}

void
mistakes_in_name(const struct term_source *source, struct diags *diags)
{
	static const struct str wide[] = { STR_INIT("\xef\xbd\x9c"), STR_INIT("\xef\xbc\xbb"),
		STR_INIT("\xef\xbc\xbd") };
	struct str s = source->written;

	if (source->regex || term_quote(s))
		return;
	if (has_operator(s))
		warn(source, diags, "expressions stand in a [watch]; quote a name that is meant so",
		    "operators are words in a list");
	else if (has_field(s))
		warn(source, diags,
		    "[in: title] limits an entry; expressions stand in a [watch]; quote a name "
		    "that is meant so",
		    "a field is a word in a list");
	else if (str_find(s, STR(" # ")) != STR_NONE)
		warn(source, diags,
		    "a comment has a line of its own; quote a name that is meant so",
		    "# within a line belongs to the name");
	else if (has_any(s, wide, ARRAY_LEN(wide)))
		warn(source, diags, "write | between names and [ ] around options",
		    "full-width signs belong to the name");
	else if (has_semicolon(s) || has_commas(s))
		warn(source, diags, "write | between names; quote a name that is meant so",
		    "commas and semicolons belong to the name");
	else if (str_find(s, STR(" = ")) != STR_NONE)
		warn(source, diags, "write | between names; quote a name that is meant so",
		    "= belongs to the name");
	else if (is_single_quoted(s))
		warn(source, diags, "quotes around a name are double ones",
		    "single quotes belong to the name");
}

void
mistakes_in_value(const struct term_source *source, struct diags *diags)
{
	static const struct str separators[] = { STR_INIT(" | "), STR_INIT("\xef\xbd\x9c"),
		STR_INIT("\xe3\x80\x81"), STR_INIT("\xef\xbc\x8c"), STR_INIT("\xef\xbc\x9b") };
	struct str s = source->written;

	if (source->regex || term_quote(s))
		return;
	if (has_operator(s))
		warn(source, diags, "write commas between words: one of them is enough",
		    "operators are words in options");
	else if (has_any(s, separators, ARRAY_LEN(separators)))
		warn(source, diags, "write commas between words, semicolons between options",
		    "this is one term");
	else if (is_single_quoted(s))
		warn(source, diags, "quotes around a word are double ones",
		    "single quotes belong to the word");
}

/* "#metoo" alone is a comment, and probably was not meant as one. */
void
mistakes_in_comment(struct str line, struct place at, struct diags *diags)
{
	uint32_t c;

	if (line.n < 2 || str_find_char(line, ' ') != STR_NONE)
		return;
	script_decode(line.p + 1, line.n - 1, &c);
	if (script_class(c) != CHAR_OTHER)
		diag_add(diags, DIAG_WARNING, at,
		    STR("put it in quotes to watch a hashtag, or a space behind # to say it is a "
			"comment"),
		    "a line that begins with # is a comment");
}

/* ---- options that undo the entry ---- */

static bool
is_word_at(struct str s, size_t at)
{
	uint32_t c;

	if (at >= s.n)
		return false;
	script_decode(s.p + at, s.n - at, &c);
	return script_class(c) == CHAR_WORD;
}

/* Does `words` stand in `key` as whole words? */
static bool
stands_in(struct str words, struct str key)
{
	bool open = words.n && words.p[words.n - 1] == PATTERN_STAR;

	words.n -= open;
	for (size_t at = 0; words.n && at + words.n <= key.n; at++) {
		size_t end = at + words.n;

		if (!str_starts(str_sub(key, at, key.n), words))
			continue;
		if ((at == 0 || !is_word_at(key, script_back(key.p, at))) &&
		    (open || !is_word_at(key, end)))
			return true;
	}
	return false;
}

/* Is `word` found wherever `term` is?  whole: and as long.  Cheaper than overlap.h's, as every line
 * of a list is asked. */
static bool
covers(const struct term *word, const struct term *term, bool whole)
{
	if (word->kind != TERM_WORDS || term->kind != TERM_WORDS || (word->exact && !term->exact))
		return false;
	if (whole && word->key.p[word->key.n - 1] != PATTERN_STAR)
		return str_eq(word->exact ? word->pattern : word->key,
		    word->exact ? term->pattern : term->key);
	if (whole && memchr(term->key.p, PATTERN_GAP, term->key.n))
		return false; /* a star takes the rest of one word */
	return word->exact ? stands_in(word->pattern, term->pattern)
			   : stands_in(word->key, term->key);
}

static void
warn_covered(const struct list_entry *e, const struct terms *words, bool whole, const char *what,
    struct diags *diags)
{
	for (size_t i = 0; i < words->n; i++)
		for (size_t k = 0; k < e->n_terms; k++) {
			const struct term *word = &words->v[i], *term = &e->terms[k].term;

			if (!covers(word, term, whole))
				continue;
			diag_add(diags, DIAG_WARNING, word->at,
			    word->exact
				? STR("")
				: str_fmt(diags->arena, "if its case is what matters: =%.*s",
				      STR_ARG(word->written)),
			    "'%.*s' is found wherever '%.*s' is, %s", STR_ARG(word->written),
			    STR_ARG(term->written), what);
			break;
		}
}

static void
warn_supported(const struct list_entry *e, struct diags *diags)
{
	for (size_t i = 0; i < e->with.n; i++)
		for (size_t k = 0; k < e->n_terms; k++) {
			const struct term *word = &e->with.v[i], *term = &e->terms[k].term;

			if (!e->terms[k].weak || !covers(word, term, false))
				continue;
			diag_add(diags, DIAG_WARNING, word->at,
			    STR("name words that stand near it only where it is meant"),
			    "'%.*s' is found wherever '%.*s' is, which is always supported so",
			    STR_ARG(word->written), STR_ARG(term->written));
			break;
		}
}

void
mistakes_in_entry(const struct list_entry *e, struct diags *diags)
{
	/* each is held against each; nobody wrote so many by hand */
	if (e->n_terms * (e->with.n + e->without.n + e->except.n) > PAIRS_MAX)
		return;
	warn_covered(e, &e->without, false, "which never counts so", diags);
	warn_covered(e, &e->except, true, "which never counts so", diags);
	warn_supported(e, diags);
}
