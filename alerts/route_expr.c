/*
 * Judging and showing; route_parse.c reads.
 */
#include "route_node.h"

const struct str route_field_names[ROUTE_FIELD_COUNT] = { STR_INIT("watch"), STR_INIT("list"),
	STR_INIT("entry"), STR_INIT("feed"), STR_INIT("tag"), STR_INIT("lang") };
const struct str route_compare_names[] = { STR_INIT(">="), STR_INIT("<="), STR_INIT("!="),
	STR_INIT(">"), STR_INIT("<"), STR_INIT("=") };

bool
route_glob(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = STR_NONE, resume = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			resume = t;
		} else if (p < pattern.n &&
			   str_eq_ci(str_sub(pattern, p, p + 1), str_sub(text, t, t + 1))) {
			p++;
			t++;
		} else if (star != STR_NONE) {
			p = star + 1;
			t = ++resume;
		} else
			return false;
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool
is_severity(const struct route_expr *q, enum severity is)
{
	switch (q->compare) {
	case COMPARE_GE:
		return is >= q->severity;
	case COMPARE_LE:
		return is <= q->severity;
	case COMPARE_NE:
		return is != q->severity;
	case COMPARE_GT:
		return is > q->severity;
	case COMPARE_LT:
		return is < q->severity;
	case COMPARE_EQ:
		break;
	}
	return is == q->severity;
}

static bool
has_entry(const struct route_expr *q, const struct route_subject *s)
{
	for (size_t i = 0; i < s->n_entries; i++) {
		const struct route_entry *entry = &s->entries[i];

		if (q->field == ROUTE_LIST
			? entry->list.n && route_glob(q->name, entry->list)
			: route_glob(q->name, entry->name) &&
			      (q->list.n == 0 || route_glob(q->list, entry->list)))
			return true;
	}
	return false;
}

/* lang:en takes en-GB too. */
static bool
is_language(struct str want, struct str is)
{
	if (route_glob(want, is))
		return is.n > 0;
	return str_starts_ci(is, want) && (is.p[want.n] == '-' || is.p[want.n] == '_');
}

static bool
has_name(const struct route_expr *q, const struct route_subject *s)
{
	switch (q->field) {
	case ROUTE_WATCH:
		return route_glob(q->name, s->watch);
	case ROUTE_LIST:
	case ROUTE_ENTRY:
		return has_entry(q, s);
	case ROUTE_FEED:
		return route_glob(q->name, s->feed);
	case ROUTE_TAG:
		for (size_t i = 0; i < s->tags.n; i++)
			if (route_glob(q->name, s->tags.v[i]))
				return true;
		return false;
	case ROUTE_LANG:
		return is_language(q->name, s->lang);
	case ROUTE_FIELD_COUNT:
		break;
	}
	return false;
}

bool
route_expr_matches(const struct route_expr *q, const struct route_subject *s)
{
	switch (q->kind) {
	case ROUTE_AND:
		for (size_t i = 0; i < q->n_kids; i++)
			if (!route_expr_matches(q->kids[i], s))
				return false;
		return true;
	case ROUTE_OR:
		for (size_t i = 0; i < q->n_kids; i++)
			if (route_expr_matches(q->kids[i], s))
				return true;
		return false;
	case ROUTE_NOT:
		return !route_expr_matches(q->kids[0], s);
	case ROUTE_SEVERITY:
		return is_severity(q, s->severity);
	case ROUTE_NAME:
		break;
	}
	return has_name(q, s);
}

/* ---- showing ---- */

struct str
route_quoted(struct str name, struct arena *arena)
{
	for (size_t i = 0; i < name.n; i++)
		if (str_is_space(name.p[i]) || name.p[i] == '(' || name.p[i] == ')' ||
		    name.p[i] == '/')
			return str_fmt(arena, "\"%.*s\"", STR_ARG(name));
	return name;
}

static struct str
print_group(const struct route_expr *q, struct arena *arena)
{
	struct str ret = STR("");

	for (size_t i = 0; i < q->n_kids; i++) {
		struct str kid = route_expr_print(q->kids[i], arena);
		bool group = q->kids[i]->kind == ROUTE_AND || q->kids[i]->kind == ROUTE_OR;

		ret = str_fmt(arena, "%.*s%s%s%.*s%s", STR_ARG(ret),
		    i == 0                 ? ""
		    : q->kind == ROUTE_AND ? " AND "
					   : " OR ",
		    group ? "(" : "", STR_ARG(kid), group ? ")" : "");
	}
	return ret;
}

struct str
route_expr_print(const struct route_expr *q, struct arena *arena)
{
	switch (q->kind) {
	case ROUTE_AND:
	case ROUTE_OR:
		return print_group(q, arena);
	case ROUTE_NOT:
		return str_join(arena, STR("NOT "), print_group(q, arena));
	case ROUTE_SEVERITY:
		return str_fmt(arena, "severity %.*s %s", STR_ARG(route_compare_names[q->compare]),
		    severity_names[q->severity]);
	case ROUTE_NAME:
		break;
	}
	return str_fmt(arena, "%.*s:%.*s%s%.*s", STR_ARG(route_field_names[q->field]),
	    STR_ARG(route_quoted(q->list, arena)), q->list.n ? "/" : "",
	    STR_ARG(route_quoted(q->name, arena)));
}

/* What the subject has instead. */
static struct str
actual(const struct route_expr *q, const struct route_subject *s, struct arena *arena)
{
	struct str ret = STR("");

	if (q->kind == ROUTE_SEVERITY)
		return str_c(severity_names[s->severity]);
	switch (q->field) {
	case ROUTE_WATCH:
		return s->watch;
	case ROUTE_LIST:
	case ROUTE_ENTRY:
		for (size_t i = 0; i < s->n_entries; i++)
			ret = str_fmt(arena, "%.*s%s%.*s%s%.*s", STR_ARG(ret), i ? ", " : "",
			    STR_ARG(s->entries[i].list), s->entries[i].list.n ? "/" : "",
			    STR_ARG(s->entries[i].name));
		return ret;
	case ROUTE_FEED:
		return s->feed;
	case ROUTE_TAG:
		for (size_t i = 0; i < s->tags.n; i++)
			ret = str_fmt(arena, "%.*s%s%.*s", STR_ARG(ret), i ? ", " : "",
			    STR_ARG(s->tags.v[i]));
		return ret;
	case ROUTE_LANG:
		return s->lang;
	case ROUTE_FIELD_COUNT:
		break;
	}
	return ret;
}

struct str
route_expr_why_not(const struct route_expr *q, const struct route_subject *s, struct arena *arena)
{
	struct str is;

	if (q->kind == ROUTE_AND)
		for (size_t i = 0; i < q->n_kids; i++)
			if (!route_expr_matches(q->kids[i], s))
				return route_expr_why_not(q->kids[i], s, arena);
	if (q->kind != ROUTE_SEVERITY && q->kind != ROUTE_NAME)
		return route_expr_print(q, arena);
	is = actual(q, s, arena);
	return str_fmt(arena, "%.*s (%s%.*s)", STR_ARG(route_expr_print(q, arena)),
	    is.n ? "it is " : "it has none", STR_ARG(is));
}
