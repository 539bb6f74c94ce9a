/*
 * The grammar of a route's expression: NOT binds tightest, then AND, then OR; route_expr.c judges.
 */
#include "route_token.h"

static void
add_kid(struct route_reader *p, struct route_expr *q, struct route_expr *kid)
{
	*ARENA_PUSH(p->arena, q->kids, q->n_kids, q->kids_cap) = kid;
}

static struct route_expr *parse_or(struct route_reader *p);

static struct route_expr *
parse_group(struct route_reader *p)
{
	size_t open = p->start;
	struct route_expr *q;

	route_advance(p);
	q = parse_or(p);
	if (!q)
		return NULL;
	if (p->kind != ROUTE_TOKEN_CLOSE) {
		route_broken(p, open, STR(""), "a parenthesis that is not closed");
		return NULL;
	}
	route_advance(p);
	return q;
}

static struct route_expr *
parse_one(struct route_reader *p)
{
	struct route_expr *q = NULL, *kid;

	if (++p->depth > ROUTE_DEPTH_MAX)
		route_broken(p, p->start, STR(""), "parentheses nested too deeply");
	switch (p->kind) {
	case ROUTE_TOKEN_LEAF:
		q = p->leaf;
		route_advance(p);
		break;
	case ROUTE_TOKEN_NOT:
		q = route_node(p, ROUTE_NOT);
		route_advance(p);
		kid = parse_one(p);
		if (kid)
			add_kid(p, q, kid);
		else
			q = NULL;
		break;
	case ROUTE_TOKEN_OPEN:
		q = parse_group(p);
		break;
	case ROUTE_TOKEN_END:
		route_broken(p, p->start, STR(""), "it ends where something is still wanted");
		break;
	case ROUTE_TOKEN_CLOSE:
		route_broken(p, p->start, STR(""), "')' where something is still wanted");
		break;
	case ROUTE_TOKEN_AND:
	case ROUTE_TOKEN_OR:
		route_broken(p, p->start, STR(""), "an operator without its left side");
		break;
	case ROUTE_TOKEN_BROKEN:
		break;
	}
	p->depth--;
	return p->kind == ROUTE_TOKEN_BROKEN ? NULL : q;
}

static struct route_expr *
parse_and(struct route_reader *p)
{
	struct route_expr *first = parse_one(p), *q = NULL;

	while (first && p->kind != ROUTE_TOKEN_END && p->kind != ROUTE_TOKEN_CLOSE &&
	       p->kind != ROUTE_TOKEN_OR) {
		struct route_expr *kid;

		if (p->kind == ROUTE_TOKEN_AND)
			route_advance(p);
		kid = parse_one(p);
		if (!kid)
			return NULL;
		if (!q) {
			q = route_node(p, ROUTE_AND);
			add_kid(p, q, first);
		}
		add_kid(p, q, kid);
	}
	return q ? q : first;
}

/* "a b OR c" is read by few as it is meant. */
static void
note_mixed(struct route_reader *p, size_t at, const struct route_expr *q)
{
	for (size_t i = 0; i < q->n_kids; i++)
		if (q->kids[i]->kind == ROUTE_AND) {
			diag_add(p->diags, DIAG_NOTE, route_place(p, at),
			    STR("parentheses say it plainly"),
			    "AND and OR are mixed; this reads as %.*s",
			    STR_ARG(route_expr_print(q, p->arena)));
			return;
		}
}

static struct route_expr *
parse_or(struct route_reader *p)
{
	size_t at = p->start;
	bool grouped = p->kind == ROUTE_TOKEN_OPEN;
	struct route_expr *first = parse_and(p), *q = NULL;

	while (first && p->kind == ROUTE_TOKEN_OR) {
		struct route_expr *kid;

		route_advance(p);
		grouped = grouped && p->kind == ROUTE_TOKEN_OPEN;
		kid = parse_and(p);
		if (!kid)
			return NULL;
		if (!q) {
			q = route_node(p, ROUTE_OR);
			add_kid(p, q, first);
		}
		add_kid(p, q, kid);
	}
	if (q && !grouped)
		note_mixed(p, at, q);
	return q ? q : first;
}

const struct route_expr *
route_expr_parse(const struct setting_line *match, const struct route_names *names,
    struct arena *arena, struct diags *diags)
{
	struct route_reader p = { .line = match, .names = names, .arena = arena, .diags = diags };
	struct route_expr *q;

	route_advance(&p);
	q = parse_or(&p);
	if (q && p.kind == ROUTE_TOKEN_CLOSE)
		route_broken(&p, p.start, STR(""), "')' without '('");
	return p.kind == ROUTE_TOKEN_BROKEN ? NULL : q;
}
