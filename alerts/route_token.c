/*
 * The words of a route's expression.
 */
#include "route_token.h"

#include "mem.h"
#include "term.h"

#include <string.h>

static struct str
rest(const struct route_reader *p, size_t at)
{
	return str_sub(p->line->value, at, p->line->value.n);
}

struct place
route_place(const struct route_reader *p, size_t at)
{
	return place_in(p->line->value_at, p->line->value, at);
}

void
route_broken(struct route_reader *p, size_t at, struct str hint, const char *text)
{
	if (p->kind != ROUTE_TOKEN_BROKEN) /* that one said it already */
		diag_add(p->diags, DIAG_ERROR, route_place(p, at), hint, "%s", text);
	p->kind = ROUTE_TOKEN_BROKEN;
}

struct route_expr *
route_node(struct route_reader *p, enum route_kind kind)
{
	struct route_expr *q = ARENA_NEW(p->arena, struct route_expr);

	q->kind = kind;
	if (++p->nodes > ROUTE_NODES_MAX)
		route_broken(p, p->start, STR("make several routes of it"),
		    "an expression beyond all measure");
	return q;
}

/* Bytes up to white space, a parenthesis, a quote or one of `ends`. */
static size_t
word_length(struct str s, const char *ends)
{
	size_t n = 0;

	while (n < s.n && !str_is_space(s.p[n]) && !strchr("()", s.p[n]) && !strchr(ends, s.p[n]) &&
	       !term_quote(str_sub(s, n, s.n)))
		n++;
	return n;
}

/* ---- leaves ---- */

/* A name at *at, in quotes or up to one of `ends`; false after an error. */
static bool
read_name(struct route_reader *p, const char *ends, struct str *ret)
{
	struct str s = rest(p, p->at);
	size_t n;

	if (term_quote(s)) {
		n = term_quoted(s, p->arena, ret);
		if (!n) {
			route_broken(p, p->at, STR(""), "a quote that is not closed");
			return false;
		}
	} else {
		n = word_length(s, ends);
		*ret = str_sub(s, 0, n);
	}
	if (str_trim(*ret).n == 0) {
		route_broken(p, p->at, STR("* stands for any name"), "a name is missing here");
		return false;
	}
	p->at += n;
	return true;
}

static const struct str_list *
known_names(const struct route_reader *p, enum route_field field)
{
	switch (field) {
	case ROUTE_WATCH:
		return &p->names->watches;
	case ROUTE_LIST:
		return &p->names->lists;
	case ROUTE_FEED:
		return p->names->any_feed ? NULL : &p->names->feeds;
	case ROUTE_TAG:
		return p->names->any_feed ? NULL : &p->names->tags;
	case ROUTE_ENTRY:
	case ROUTE_LANG:
	case ROUTE_FIELD_COUNT:
		break;
	}
	return NULL;
}

/* A route for a name that is nowhere would wait for ever. */
static bool
is_known(struct route_reader *p, enum route_field field, struct str name, size_t at)
{
	const struct str_list *known = known_names(p, field);
	struct str what = route_field_names[field];

	if (!known)
		return true;
	for (size_t i = 0; i < known->n; i++)
		if (route_glob(name, known->v[i]))
			return true;
	diag_add(p->diags, DIAG_ERROR, route_place(p, at),
	    diag_suggest(name, known->v, known->n, p->arena),
	    str_find_char(name, '*') == STR_NONE ? "unknown %.*s '%.*s'" : "no %.*s is like '%.*s'",
	    STR_ARG(what), STR_ARG(name));
	p->kind = ROUTE_TOKEN_BROKEN;
	return false;
}

/* After "entry:" or '@': LIST, NAME or LIST/NAME. */
static void
read_entry(struct route_reader *p, bool at_sign)
{
	struct route_expr *q = p->leaf;
	size_t at = p->at;
	bool quoted = term_quote(rest(p, p->at)) > 0;

	if (!read_name(p, "/", &q->name))
		return;
	q->field = at_sign ? ROUTE_LIST : ROUTE_ENTRY;
	if (p->at < p->line->value.n && p->line->value.p[p->at] == '/' && (at_sign || !quoted)) {
		p->at++;
		q->field = ROUTE_ENTRY;
		q->list = q->name;
		if (!read_name(p, "", &q->name))
			return;
	}
	if (q->list.n)
		is_known(p, ROUTE_LIST, q->list, at);
	else if (at_sign)
		is_known(p, ROUTE_LIST, q->name, at);
}

static void
read_field(struct route_reader *p, enum route_field field)
{
	size_t at = p->at;

	p->leaf = route_node(p, ROUTE_NAME);
	p->leaf->field = field;
	if (field == ROUTE_ENTRY)
		read_entry(p, false);
	else if (read_name(p, "", &p->leaf->name))
		is_known(p, field, p->leaf->name, at);
}

static bool
find_severity(struct str word, enum severity *ret)
{
	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		if (str_eq_ci(word, str_c(severity_names[i]))) {
			*ret = (enum severity)i;
			return true;
		}
	return false;
}

static void
skip_space(struct route_reader *p)
{
	while (p->at < p->line->value.n && str_is_space(p->line->value.p[p->at]))
		p->at++;
}

/* After "severity": a comparison and one of four words. */
static void
read_severity(struct route_reader *p)
{
	static const struct str usage = STR_INIT("write e.g. severity >= high");
	struct str names[SEVERITY_COUNT], word;
	size_t found = STR_NONE;

	p->leaf = route_node(p, ROUTE_SEVERITY);
	skip_space(p);
	for (size_t i = 0; i <= COMPARE_EQ && found == STR_NONE; i++)
		if (str_starts(rest(p, p->at), route_compare_names[i]))
			found = i;
	if (found == STR_NONE && p->at < p->line->value.n && p->line->value.p[p->at] == ':') {
		p->leaf->compare = COMPARE_EQ; /* like the other fields */
		p->at++;
	} else if (found == STR_NONE) {
		route_broken(p, p->at, usage, "severity wants a comparison");
		return;
	} else {
		p->leaf->compare = (enum route_compare)found;
		p->at += route_compare_names[found].n;
	}
	skip_space(p);
	word = str_sub(rest(p, p->at), 0, word_length(rest(p, p->at), ""));
	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		names[i] = str_c(severity_names[i]);
	if (!find_severity(word, &p->leaf->severity)) {
		struct str hint = diag_suggest(word, names, SEVERITY_COUNT, p->arena);

		diag_add(p->diags, DIAG_ERROR, route_place(p, p->at),
		    hint.n ? hint : STR("it is low, normal, high or critical"),
		    word.n ? "there is no severity '%.*s'" : "a severity is missing here%.*s",
		    STR_ARG(word));
		p->kind = ROUTE_TOKEN_BROKEN;
	}
	p->at += word.n;
}

/* ---- what is no leaf ---- */

static bool
is_in(const struct str_list *names, struct str word)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq_ci(names->v[i], word))
			return true;
	return false;
}

/* What a word without a field was meant to be. */
static struct str
guess(const struct route_reader *p, struct str word)
{
	static const struct {
		struct str foreign, ours;
	} others[] = { { STR_INIT("class"), STR_INIT("list") },
		{ STR_INIT("source"), STR_INIT("feed") },
		{ STR_INIT("language"), STR_INIT("lang") }, { STR_INIT("term"), STR_INIT("entry") },
		{ STR_INIT("priority"), STR_INIT("severity") },
		{ STR_INIT("level"), STR_INIT("severity") } };
	struct str all[ROUTE_FIELD_COUNT + 1], name, value;
	enum severity severity;

	if (str_eq_ci(word, STR("and")) || str_eq_ci(word, STR("or")) ||
	    str_eq_ci(word, STR("not")))
		return STR("operators are written in capitals");
	if (find_severity(word, &severity))
		return str_fmt(p->arena, "did you mean severity >= %s?", severity_names[severity]);
	for (size_t f = 0; f < ROUTE_FIELD_COUNT; f++)
		if (known_names(p, (enum route_field)f) &&
		    is_in(known_names(p, (enum route_field)f), word))
			return str_fmt(p->arena, "did you mean %.*s:%.*s?",
			    STR_ARG(route_field_names[f]), STR_ARG(route_quoted(word, p->arena)));
	for (size_t f = 0; f < ROUTE_FIELD_COUNT; f++)
		if (str_eq_ci(word, route_field_names[f]))
			return str_fmt(p->arena, "write %.*s:NAME", STR_ARG(route_field_names[f]));
	str_cut(word, ':', &name, &value);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_eq_ci(name, others[i].foreign))
			return str_fmt(p->arena, "did you mean '%.*s'?", STR_ARG(others[i].ours));
	memcpy(all, route_field_names, sizeof(route_field_names));
	all[ROUTE_FIELD_COUNT] = STR("severity");
	value = diag_suggest(name, all, ARRAY_LEN(all), p->arena);
	return value.n
		   ? value
		   : STR("a route looks at severity, watch:, list:, entry:, feed:, tag:, lang:");
}

static bool
read_operator(struct route_reader *p, struct str word)
{
	static const struct {
		struct str word;
		enum route_token kind;
	} operators[] = { { STR_INIT("AND"), ROUTE_TOKEN_AND }, { STR_INIT("OR"), ROUTE_TOKEN_OR },
		{ STR_INIT("NOT"), ROUTE_TOKEN_NOT } };

	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (str_eq(word, operators[i].word)) {
			p->kind = operators[i].kind;
			p->at += word.n;
			return true;
		}
	return false;
}

static bool
read_leaf(struct route_reader *p)
{
	struct str s = rest(p, p->at), severity = STR("severity");
	size_t n = word_length(s, ":<>=!");
	struct str word = str_sub(s, 0, n);

	p->kind = ROUTE_TOKEN_LEAF;
	if (s.p[0] == '@') {
		p->at++;
		p->leaf = route_node(p, ROUTE_NAME);
		read_entry(p, true);
		return true;
	}
	if (str_eq_ci(word, severity)) {
		p->at += n;
		read_severity(p);
		return true;
	}
	for (size_t i = 0; i < ROUTE_FIELD_COUNT; i++)
		if (n < s.n && s.p[n] == ':' && str_eq_ci(word, route_field_names[i])) {
			p->at += n + 1;
			read_field(p, (enum route_field)i);
			return true;
		}
	return false;
}

void
route_advance(struct route_reader *p)
{
	struct str s, word;

	skip_space(p);
	p->start = p->at;
	p->kind = ROUTE_TOKEN_END;
	s = rest(p, p->at);
	if (s.n == 0)
		return;
	word = str_sub(s, 0, word_length(s, ""));
	if (s.p[0] == '(' || s.p[0] == ')') {
		p->kind = s.p[0] == '(' ? ROUTE_TOKEN_OPEN : ROUTE_TOKEN_CLOSE;
		p->at++;
	} else if (s.p[0] == '-' && s.n > 1 && !str_is_space(s.p[1])) {
		p->kind = ROUTE_TOKEN_NOT;
		p->at++;
	} else if (!read_operator(p, word) && !read_leaf(p)) {
		if (word.n == 0) {
			term_quoted(s, p->arena, &word);
			route_broken(p, p->at, guess(p, word), "a name without a field");
			return;
		}
		diag_add(p->diags, DIAG_ERROR, route_place(p, p->at), guess(p, word),
		    "'%.*s' is nothing a route can look at", STR_ARG(word));
		p->kind = ROUTE_TOKEN_BROKEN;
	}
}
