/*
 * What stands in brackets behind an entry: [with: words; in: title; severity: high].
 */
#include "watchlist_inside.h"

#include "mem.h"
#include "mistakes.h"

#include <string.h>

enum option {
	OPTION_WITH,
	OPTION_WITHOUT,
	OPTION_EXCEPT,
	OPTION_IN,
	OPTION_SEVERITY,
	OPTION_NAME,
	OPTION_COUNT
};
static const struct str option_names[OPTION_COUNT] = { STR_INIT("with"), STR_INIT("without"),
	STR_INIT("except"), STR_INIT("in"), STR_INIT("severity"), STR_INIT("name") };
static const struct str zone_names[] = { STR_INIT("title"), STR_INIT("summary"), STR_INIT("body") };

/* "did you mean 'x'?", else all there are. */
static struct str
choice_hint(struct list_reader *r, struct str word, const struct str *names, size_t n)
{
	struct arena *arena = r->diags->arena;
	struct str hint = diag_suggest(word, names, n, arena), all = names[0];

	for (size_t i = 1; i < n; i++)
		all = str_fmt(arena, "%.*s, %.*s", STR_ARG(all), STR_ARG(names[i]));
	return hint.n ? hint : str_fmt(arena, "there are %.*s", STR_ARG(all));
}

/* Where "except:" and its like begin in a value; STR_NONE when they do not. */
static size_t
find_option(struct str value)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		struct str name = option_names[i];

		for (size_t at = 0; at + name.n < value.n; at++) {
			struct str rest = str_sub(value, at, value.n);
			size_t colon = list_skip(value, at + name.n);

			if ((at == 0 || str_is_space(value.p[at - 1])) &&
			    str_starts_ci(rest, name) && colon < value.n && value.p[colon] == ':')
				return at;
		}
	}
	return STR_NONE;
}

/* "[with: cloud, except: x]": a comma where a semicolon was meant. */
static bool
is_one_value(struct list_reader *r, const struct term_source *source)
{
	size_t at =
	    source->regex || term_quote(source->written) ? STR_NONE : find_option(source->written);

	if (at == STR_NONE)
		return true;
	return list_fail(r, (size_t)(source->written.p - r->line.p) + at,
	    STR("write ; before the next option; quote a word that is meant so"),
	    "an option within the values of another");
}

static bool
read_terms(struct list_reader *r, size_t *at, struct terms *ret)
{
	*ret = (struct terms){ 0 };
	for (;;) {
		struct term_source source;
		struct term term;

		if (!list_cut_term(r, at, ",;]", NULL, &source))
			return false;
		if (source.written.n == 0)
			return list_fail(r, *at, STR("write terms with commas between them"),
			    "a term is missing");
		if (!is_one_value(r, &source))
			return false;
		if (!term_make(&source, r->f, r->arena, r->diags, &term))
			return false;
		mistakes_in_value(&source, r->diags);
		*ARENA_PUSH(r->arena, ret->v, ret->n, ret->cap) = term;
		if (*at >= r->line.n || r->line.p[*at] != ',')
			return true;
		++*at;
	}
}

/* A word of a closed set; its index or SIZE_MAX after an error. */
static size_t
read_choice(struct list_reader *r, size_t *at, const struct str *names, size_t n, const char *what)
{
	struct term_source source;

	if (!list_cut_term(r, at, ",;]", NULL, &source))
		return SIZE_MAX;
	if (source.body.n == 0) {
		diag_add(r->diags, DIAG_ERROR, source.at, choice_hint(r, source.body, names, n),
		    "a %s is missing", what);
		return SIZE_MAX;
	}
	for (size_t i = 0; i < n; i++)
		if (str_eq_ci(names[i], source.body))
			return i;
	if (is_one_value(r, &source))
		diag_add(r->diags, DIAG_ERROR, source.at, choice_hint(r, source.body, names, n),
		    "unknown %s '%.*s'", what, STR_ARG(source.body));
	return SIZE_MAX;
}

static bool
read_zones(struct list_reader *r, size_t *at, unsigned *ret)
{
	for (*ret = 0;; ++*at) {
		size_t zone = read_choice(r, at, zone_names, ARRAY_LEN(zone_names), "zone");

		if (zone == SIZE_MAX)
			return false;
		*ret |= 1u << (ZONE_TITLE + zone);
		if (*at >= r->line.n || r->line.p[*at] != ',')
			return true;
	}
}

static bool
read_severity(struct list_reader *r, size_t *at, int *ret)
{
	struct str names[SEVERITY_COUNT];
	size_t i;

	for (i = 0; i < SEVERITY_COUNT; i++)
		names[i] = str_c(severity_names[i]);
	i = read_choice(r, at, names, SEVERITY_COUNT, "severity");
	*ret = (int)i;
	return i != SIZE_MAX;
}

static bool
read_name(struct list_reader *r, size_t *at, struct str *ret)
{
	struct term_source source;

	if (!list_cut_term(r, at, ";]", NULL, &source))
		return false;
	if (!is_one_value(r, &source))
		return false;
	*ret = term_trim(source.regex || source.sigil ? source.written : source.body);
	if (ret->n == 0)
		return list_fail(r, *at, STR("what alerts call the entry: [name: Immigration]"),
		    "an empty name");
	return true;
}

static bool
read_option(struct list_reader *r, enum option option, size_t *at, struct list_entry *e)
{
	switch (option) {
	case OPTION_WITH:
		return read_terms(r, at, &e->with);
	case OPTION_WITHOUT:
		return read_terms(r, at, &e->without);
	case OPTION_EXCEPT:
		return read_terms(r, at, &e->except);
	case OPTION_IN:
		return read_zones(r, at, &e->zones);
	case OPTION_SEVERITY:
		return read_severity(r, at, &e->severity);
	case OPTION_NAME:
		return read_name(r, at, &e->name);
	case OPTION_COUNT:
		break;
	}
	return false;
}

/* "key" of "key:" at *at, which is moved behind the colon; OPTION_COUNT after an error. */
static enum option
read_key(struct list_reader *r, size_t *at)
{
	size_t start = list_skip(r->line, *at), end = start;
	struct str key;

	while (end < r->line.n && !strchr(":;]", r->line.p[end]))
		end++;
	key = term_trim(str_sub(r->line, start, end));
	if (end >= r->line.n || r->line.p[end] != ':') {
		list_fail(r, start,
		    STR("options read [key: values; key: values]; put a name that "
			"holds [ in quotes"),
		    "an option without a colon");
		return OPTION_COUNT;
	}
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (str_eq_ci(key, option_names[i])) {
			*at = end + 1;
			return (enum option)i;
		}
	diag_add(r->diags, DIAG_ERROR, list_place(r, start),
	    choice_hint(r, key, option_names, OPTION_COUNT), "unknown option '%.*s'", STR_ARG(key));
	return OPTION_COUNT;
}

bool
list_read_options(struct list_reader *r, size_t at, struct list_entry *e)
{
	bool given[OPTION_COUNT] = { false };

	for (;;) {
		enum option option;
		size_t start = list_skip(r->line, at);

		if (start < r->line.n && r->line.p[start] == ']') {
			at = start;
			break;
		}
		option = read_key(r, &at);
		if (option == OPTION_COUNT)
			return false;
		if (given[option])
			return list_fail(r, start,
			    STR("one option takes several words, with commas between them"),
			    "this option is given twice");
		given[option] = true;
		if (!read_option(r, option, &at, e))
			return false;
		if (at < r->line.n && r->line.p[at] == ',')
			return list_fail(r, at, STR("write ; before the next option"),
			    "this option takes one value");
		if (at < r->line.n && r->line.p[at] == ';')
			at++;
		else
			break;
	}
	if (at >= r->line.n || r->line.p[at] != ']')
		return list_fail(r, r->line.n ? r->line.n - 1 : 0, STR("options end with ]"),
		    "options that are not closed on their line");
	if (list_skip(r->line, at + 1) < r->line.n)
		return list_fail(r, list_skip(r->line, at + 1), STR("the options end the line"),
		    "text behind the options");
	return true;
}
