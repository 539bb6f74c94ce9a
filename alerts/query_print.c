/* A query printed back, and whether it asks for a word at all. */
#include "buf.h"
#include "query.h"
#include "query_token.h"

#include <string.h>

#define PRINT_MAX ((size_t)64 << 20)

static void
print_name(struct buf *b, struct str name)
{
	buf_add_char(b, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"')
			buf_add_char(b, '"');
		buf_add_char(b, name.p[i]);
	}
	buf_add_char(b, '"');
}

static bool
is_plain_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		struct str rest = str_sub(name, i, name.n);

		if (term_blank(rest) || term_quote(rest) || strchr("/()", name.p[i]))
			return false;
	}
	return true;
}

static void
print_list(struct buf *b, struct str name)
{
	buf_add_char(b, '@');
	if (is_plain_name(name))
		buf_add(b, name);
	else
		print_name(b, name);
}

struct str
query_print_list(struct str name, struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, PRINT_MAX);
	print_list(&b, name);
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

static void
print_leaf(struct buf *b, const struct query *q, struct arena *arena)
{
	for (size_t i = 0; i < ZONE_COUNT; i++)
		if (q->zones & 1u << i)
			buf_addf(b, "%.*s:", STR_ARG(query_zone_names[i]));
	if (q->kind == QUERY_TERM) {
		buf_add(b, term_print(&q->term, arena));
		return;
	}
	print_list(b, q->list);
	if (q->kind == QUERY_ENTRY) {
		buf_add_char(b, '/');
		print_name(b, q->entry);
	}
}

static void print_node(struct buf *b, const struct query *q, bool top, struct arena *arena);

static void
print_kids(struct buf *b, const struct query *q, const char *between, struct arena *arena)
{
	for (size_t i = 0; i < q->n_kids; i++) {
		if (i)
			buf_add(b, str_c(between));
		print_node(b, q->kids[i], false, arena);
	}
}

static void
print_node(struct buf *b, const struct query *q, bool top, struct arena *arena)
{
	bool parentheses =
	    !top && (q->kind == QUERY_AND || q->kind == QUERY_OR || q->kind == QUERY_NEAR);

	if (parentheses)
		buf_add_char(b, '(');
	switch (q->kind) {
	case QUERY_AND:
		print_kids(b, q, " AND ", arena);
		break;
	case QUERY_OR:
		print_kids(b, q, " OR ", arena);
		break;
	case QUERY_NOT:
		buf_add(b, STR("NOT "));
		print_node(b, q->kids[0], false, arena);
		break;
	case QUERY_NEAR:
		print_node(b, q->kids[0], false, arena);
		buf_addf(b, " %s/%u ", q->ordered ? "BEFORE" : "NEAR", q->count);
		print_node(b, q->kids[1], false, arena);
		break;
	case QUERY_ATLEAST:
		buf_addf(b, "ATLEAST/%u(", q->count);
		print_kids(b, q, " OR ", arena);
		buf_add_char(b, ')');
		break;
	case QUERY_TERM:
	case QUERY_LIST:
	case QUERY_ENTRY:
		print_leaf(b, q, arena);
		break;
	case QUERY_FILTER:
		buf_addf(b, "%.*s:", STR_ARG(query_filter_names[q->filter]));
		print_name(b, q->value);
		break;
	}
	if (parentheses)
		buf_add_char(b, ')');
}

struct str
query_print(const struct query *q, struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, PRINT_MAX);
	print_node(&b, q, true, arena);
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

/* What a part can be when none of the words occurs; sources may be anything. */
struct outcome {
	bool maybe_true, maybe_false;
};

static struct outcome
without_words(const struct query *q)
{
	struct outcome all = { true, false }, any = { false, true }, kid;
	unsigned count = 0;

	for (size_t i = 0; i < q->n_kids; i++) {
		kid = without_words(q->kids[i]);
		all.maybe_true = all.maybe_true && kid.maybe_true;
		all.maybe_false = all.maybe_false || kid.maybe_false;
		any.maybe_true = any.maybe_true || kid.maybe_true;
		any.maybe_false = any.maybe_false && kid.maybe_false;
		count += kid.maybe_true;
	}
	switch (q->kind) {
	case QUERY_AND:
		return all;
	case QUERY_OR:
		return any;
	case QUERY_NOT:
		return (struct outcome){ all.maybe_false, all.maybe_true };
	case QUERY_ATLEAST:
		return (struct outcome){ count >= q->count, true };
	case QUERY_FILTER:
		return (struct outcome){ true, true };
	case QUERY_NEAR:
	case QUERY_TERM:
	case QUERY_LIST:
	case QUERY_ENTRY:
		break;
	}
	return (struct outcome){ false, true };
}

const struct query *
query_without_words(const struct query *q)
{
	if (!without_words(q).maybe_true)
		return NULL;
	/* of an OR it is one member, of parentheses what stands in them */
	while (q->kind == QUERY_OR)
		for (size_t i = 0; i < q->n_kids; i++)
			if (without_words(q->kids[i]).maybe_true) {
				q = q->kids[i];
				break;
			}
	return q;
}
