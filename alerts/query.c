#include "query.h"

#include "mem.h"
#include "utf8.h"
#include "query_token.h"
#include "query_warn.h"

/* What a group stands in. */
struct context {
	unsigned zones; /* 0: none was named */
	bool filter;    /* values of a source filter */
	enum query_filter which;
};

struct parser {
	struct lexer lexer;
	struct token token;
	struct folder *f;
	struct arena *arena;
	struct diags *diags;
	unsigned depth;
	size_t nodes;
};

static struct query *parse_or(struct parser *p, struct context context);

static struct query *
fail(struct parser *p, size_t at, struct str hint, const char *text)
{
	if (p->token.kind != TOKEN_BROKEN) /* that one said it already */
		diag_add(p->diags, DIAG_ERROR, token_place(&p->lexer, at), hint, "%s", text);
	p->token.kind = TOKEN_BROKEN;
	return NULL;
}

static void
advance(struct parser *p)
{
	if (p->token.kind != TOKEN_BROKEN)
		token_next(&p->lexer, &p->token);
}

static struct query *
node(struct parser *p, enum query_kind kind, size_t at)
{
	struct query *q = ARENA_NEW(p->arena, struct query);

	q->kind = kind;
	q->at = token_place(&p->lexer, at);
	if (++p->nodes > QUERY_NODES_MAX)
		fail(p, at, STR("keep the names in a list"), "the expression is too long");
	return q;
}

static void
add_kid(struct parser *p, struct query *q, struct query *kid)
{
	*ARENA_PUSH(p->arena, q->kids, q->n_kids, q->kids_cap) = kid;
}

static void
set_address(struct parser *p, struct context context)
{
	p->lexer.address = context.zones == 1u << ZONE_URL;
}

static bool
begins_operand(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_OPEN:
	case TOKEN_ATLEAST:
	case TOKEN_ZONE:
	case TOKEN_FILTER:
	case TOKEN_LIST:
	case TOKEN_TERM:
	case TOKEN_NOT:
		return true;
	case TOKEN_END:
	case TOKEN_CLOSE:
	case TOKEN_AND:
	case TOKEN_OR:
	case TOKEN_NEAR:
	case TOKEN_BROKEN:
		return false;
	}
	return false;
}

/* ---- operands ---- */

static struct query *
parse_term(struct parser *p, struct context context)
{
	struct query *q = node(p, context.filter ? QUERY_FILTER : QUERY_TERM, p->token.at);

	if (context.filter) {
		q->filter = context.which;
		q->value = str_trim(p->token.term.body);
		if (p->token.term.regex || p->token.term.sigil || q->value.n == 0)
			return fail(p, p->token.at, STR(""), "a name is wanted here");
		return q;
	}
	q->zones = context.zones;
	if (!term_make(&p->token.term, p->f, p->arena, p->diags, &q->term)) {
		p->token.kind = TOKEN_BROKEN;
		return NULL;
	}
	return q;
}

static struct query *
parse_list(struct parser *p, struct context context)
{
	struct query *q;

	if (context.filter)
		return fail(p, p->token.at, STR(""), "a name is wanted here, not a list");
	q = node(p, p->token.entry.n ? QUERY_ENTRY : QUERY_LIST, p->token.at);
	q->zones = context.zones;
	q->list = p->token.list;
	q->entry = p->token.entry;
	return q;
}

/* Behind '(': to its ')'. */
static struct query *
parse_group(struct parser *p, struct context context, struct context outer)
{
	size_t open = p->token.at;
	struct query *q;

	if (++p->depth > QUERY_DEPTH_MAX)
		return fail(p, open, STR(""), "parentheses too deep");
	advance(p);
	if (p->token.kind == TOKEN_CLOSE)
		return fail(p, open, STR("write words between the parentheses"), "an empty group");
	q = parse_or(p, context);
	p->depth--;
	if (!q)
		return NULL;
	if (p->token.kind != TOKEN_CLOSE)
		return p->token.kind == TOKEN_END
			   ? fail(p, open, STR(""), "a parenthesis that is not closed")
			   : fail(p, p->token.at, STR(""),
				 "an operator stands where a word is wanted");
	q->grouped = true;
	set_address(p, outer);
	advance(p);
	return q;
}

static struct query *parse_not(struct parser *p, struct context context);

/* ATLEAST/n(a b c) */
static struct query *
parse_atleast(struct parser *p, struct context context)
{
	size_t at = p->token.at;
	struct query *q = node(p, QUERY_ATLEAST, at);
	bool lists = false;

	q->count = p->token.count;
	advance(p);
	if (p->token.kind != TOKEN_OPEN)
		return fail(p, p->token.at, STR("write ATLEAST/2(a OR b OR @list)"),
		    "ATLEAST wants a group in parentheses");
	if (++p->depth > QUERY_DEPTH_MAX)
		return fail(p, p->token.at, STR(""), "parentheses too deep");
	advance(p);
	while (begins_operand(p->token.kind)) {
		struct query *kid = parse_not(p, context);

		if (!kid)
			return NULL;
		lists = lists || kid->kind == QUERY_LIST;
		add_kid(p, q, kid);
		if (p->token.kind != TOKEN_OR)
			continue;
		advance(p);
		if (!begins_operand(p->token.kind))
			return fail(p, p->token.at, STR(""), "a word is wanted behind OR");
	}
	p->depth--;
	if (p->token.kind != TOKEN_CLOSE)
		return fail(p, p->token.at, STR("list the members with OR or spaces"),
		    p->token.kind == TOKEN_END ? "a parenthesis that is not closed"
					       : "ATLEAST counts the members of one group");
	if (q->n_kids == 0)
		return fail(
		    p, p->token.at, STR("write words between the parentheses"), "an empty group");
	if (!lists && q->count > q->n_kids)
		return fail(p, at, STR(""), "more are asked for than the group has members");
	advance(p);
	return q;
}

static struct query *parse_operand(struct parser *p, struct context context, struct context outer);

static struct query *
parse_field(struct parser *p, struct context context, struct context outer)
{
	struct context inner = context;
	size_t at = p->token.at;

	if (context.filter)
		return fail(p, at, STR(""), "a name is wanted here, not a field");
	if (p->token.kind == TOKEN_FILTER) {
		inner.filter = true;
		inner.which = p->token.filter;
	} else {
		inner.zones = 1u << p->token.zone;
		if (context.zones && context.zones != inner.zones)
			return fail(
			    p, at, STR(""), "a field inside of another field never matches");
	}
	set_address(p, inner);
	advance(p);
	switch (p->token.kind) {
	case TOKEN_TERM:
	case TOKEN_LIST:
	case TOKEN_OPEN:
		return parse_operand(p, inner, outer);
	case TOKEN_NOT:
		return fail(p, p->token.at, STR("put it before the field: -title:word"),
		    "NOT behind a field");
	case TOKEN_END:
	case TOKEN_CLOSE:
	case TOKEN_AND:
	case TOKEN_OR:
	case TOKEN_NEAR:
	case TOKEN_ATLEAST:
	case TOKEN_ZONE:
	case TOKEN_FILTER:
	case TOKEN_BROKEN:
		break;
	}
	return fail(p, p->token.at, STR("a word, a @list or a group in parentheses"),
	    "a field without what it limits");
}

/* The token behind the operand is read in `outer`. */
static struct query *
parse_operand(struct parser *p, struct context context, struct context outer)
{
	struct query *q = NULL;

	switch (p->token.kind) {
	case TOKEN_OPEN:
		return parse_group(p, context, outer);
	case TOKEN_ATLEAST:
		return parse_atleast(p, context);
	case TOKEN_ZONE:
	case TOKEN_FILTER:
		return parse_field(p, context, outer);
	case TOKEN_LIST:
		q = parse_list(p, context);
		break;
	case TOKEN_TERM:
		q = parse_term(p, context);
		break;
	case TOKEN_CLOSE:
		return fail(p, p->token.at, STR(""),
		    p->depth ? "a word is wanted before ')'" : "')' without '('");
	case TOKEN_END:
		return fail(p, p->token.at, STR(""), "a word is wanted at the end");
	case TOKEN_AND:
	case TOKEN_OR:
		return fail(p, p->token.at, STR("in quotes it is a word"),
		    "an operator stands where a word is wanted");
	case TOKEN_NOT: /* behind NEAR */
	case TOKEN_NEAR:
		return fail(p, p->token.at,
		    STR("a without b beside it is written a NOT (a NEAR/5 b); in quotes an "
			"operator is "
			"a word"),
		    "an operator stands where a word is wanted");
	case TOKEN_BROKEN:
		return NULL;
	}
	if (!q)
		return NULL;
	set_address(p, outer);
	advance(p);
	return q;
}

/* ---- operators ---- */

/* Sides of NEAR are words, lists, and OR groups of these; *zones gathers what they are limited to.
 */
static bool
is_near_side(const struct query *q, unsigned *zones)
{
	switch (q->kind) {
	case QUERY_TERM:
	case QUERY_LIST:
	case QUERY_ENTRY:
		*zones |= q->zones ? q->zones : ZONES_TEXT;
		return q->kind != QUERY_TERM || q->term.kind != TERM_ADDRESS;
	case QUERY_OR:
		for (size_t i = 0; i < q->n_kids; i++)
			if (!is_near_side(q->kids[i], zones))
				return false;
		return true;
	case QUERY_AND:
	case QUERY_NOT:
	case QUERY_NEAR:
	case QUERY_ATLEAST:
	case QUERY_FILTER:
		break;
	}
	return false;
}

static struct query *
parse_near(struct parser *p, struct context context)
{
	struct query *left = parse_operand(p, context, context), *right, *q;
	unsigned left_zones = 0, right_zones = 0;
	size_t at = p->token.at;

	if (!left || p->token.kind != TOKEN_NEAR)
		return left;
	at = p->token.at;
	q = node(p, QUERY_NEAR, at);
	q->count = p->token.count;
	q->ordered = p->token.ordered;
	advance(p);
	right = parse_operand(p, context, context);
	if (!right)
		return NULL;
	if (!is_near_side(left, &left_zones) || !is_near_side(right, &right_zones)) {
		diag_add(p->diags, DIAG_ERROR, q->at,
		    STR("each side is a word, a phrase, a @list, or an OR group of these"),
		    "%s joins places in one text", q->ordered ? "BEFORE" : "NEAR");
		p->token.kind = TOKEN_BROKEN;
		return NULL;
	}
	if (!(left_zones & right_zones))
		return fail(p, at, STR(""), "the sides of NEAR can never stand in one zone");
	if (p->token.kind == TOKEN_NEAR)
		return fail(p, p->token.at, STR("write (a NEAR/5 b) AND (b NEAR/5 c)"),
		    "NEAR has two sides");
	add_kid(p, q, left);
	add_kid(p, q, right);
	return q;
}

static struct query *
parse_not(struct parser *p, struct context context)
{
	struct query *q, *kid;

	if (p->token.kind != TOKEN_NOT)
		return parse_near(p, context);
	if (++p->depth > QUERY_DEPTH_MAX)
		return fail(p, p->token.at, STR(""), "too many NOTs in a row");
	q = node(p, QUERY_NOT, p->token.at);
	advance(p);
	kid = parse_not(p, context);
	p->depth--;
	if (!kid)
		return NULL;
	add_kid(p, q, kid);
	return q;
}

/* AND, said or meant: words side by side. */
static struct query *
parse_and(struct parser *p, struct context context)
{
	size_t at = p->token.at;
	struct query *first = parse_not(p, context), *q = NULL;

	while (first && (p->token.kind == TOKEN_AND || begins_operand(p->token.kind))) {
		struct query *kid;

		if (p->token.kind == TOKEN_AND)
			advance(p);
		kid = parse_not(p, context);
		if (!kid)
			return NULL;
		if (!q) {
			q = node(p, QUERY_AND, at);
			add_kid(p, q, first);
		}
		add_kid(p, q, kid);
	}
	if (q && !context.filter)
		query_warn_and(q, p->f, p->diags);
	if (q && context.filter && context.which != FILTER_TAG)
		return fail(p, at, STR("write OR between names"), "one item has one source");
	return q ? q : first;
}

static void
note_mixed(struct parser *p, const struct query *q)
{
	for (size_t i = 0; i < q->n_kids; i++)
		if (q->kids[i]->kind == QUERY_AND && !q->kids[i]->grouped) {
			diag_add(p->diags, DIAG_NOTE, q->at, STR("parentheses say it plainly"),
			    "AND and OR are mixed; this reads as %.*s",
			    STR_ARG(query_print(q, p->arena)));
			return;
		}
}

static struct query *
parse_or(struct parser *p, struct context context)
{
	size_t at = p->token.at;
	struct query *first = parse_and(p, context), *q = NULL;

	while (first && p->token.kind == TOKEN_OR) {
		struct query *kid;

		advance(p);
		kid = parse_and(p, context);
		if (!kid)
			return NULL;
		if (!q) {
			q = node(p, QUERY_OR, at);
			add_kid(p, q, first);
		}
		add_kid(p, q, kid);
	}
	if (q)
		note_mixed(p, q);
	return q ? q : first;
}

struct query *
query_parse(
    const struct setting_line *when, struct folder *f, struct arena *arena, struct diags *diags)
{
	struct parser p = { .f = f, .arena = arena, .diags = diags };
	size_t good = utf8_valid_length(when->value);
	const struct query *wordless;
	struct query *q;

	p.lexer = (struct lexer){ .when = when, .arena = arena, .diags = diags };
	if (good < when->value.n)
		return fail(&p, good, STR("save the file as UTF-8"), "this is not UTF-8 text");
	advance(&p);
	if (p.token.kind == TOKEN_END)
		return fail(&p, 0, STR(""), "an empty expression");
	q = parse_or(&p, (struct context){ 0 });
	if (!q)
		return NULL;
	if (p.token.kind == TOKEN_CLOSE)
		return fail(&p, p.token.at, STR(""), "')' without '('");
	if (p.token.kind == TOKEN_NEAR)
		return fail(&p, p.token.at,
		    STR("each side is a word, a phrase, a @list, or an OR group of these"),
		    "NEAR joins places in one text");
	if (p.token.kind != TOKEN_END)
		return fail(&p, p.token.at, STR(""), "an operator stands where a word is wanted");
	query_warn_whole(q, diags);
	wordless = query_without_words(q);
	if (wordless) {
		diag_add(diags, DIAG_ERROR, wordless->at,
		    STR("add a word that must occur beside it, as in foo NOT bar"),
		    "this could match an item with none of its words");
		return NULL;
	}
	return q;
}
