#include "explain.h"

#include "buf.h"
#include "judge.h"

#define INDENT 2

struct explainer {
	struct judge *j;
	struct buf *b;
};

/* Occurrences of a leaf's entries: those that count in its zones, and all that were found. */
static void
count_leaf(const struct judge *j, const struct query *q, size_t *counts, size_t *all)
{
	uint32_t first = (uint32_t)q->id;
	size_t n = 1;
	const struct found *f;

	if (q->kind == QUERY_LIST) {
		first = j->set->lists[q->id].first;
		n = j->set->lists[q->id].n;
	}
	f = judge_entries(j, first, &n);
	*counts = *all = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned zones = set_leaf_zones(&j->set->entries[f[i].entry], q->zones);

		for (size_t k = 0; k < f[i].n; k++) {
			++*all;
			*counts += f[i].v[k].counts && (zones & 1u << f[i].v[k].zone);
		}
	}
}

static void
say_leaf(const struct explainer *x, const struct query *q)
{
	size_t counts, all;

	count_leaf(x->j, q, &counts, &all);
	if (counts)
		buf_addf(x->b, ": %zu time%s", counts, counts == 1 ? "" : "s");
	else if (all)
		buf_addf(x->b, ": found %zu time%s, and none of it counts here", all,
		    all == 1 ? "" : "s");
	else
		buf_addf(x->b, ": does not occur");
}

static void
say_near(const struct explainer *x, const struct query *q)
{
	bool left = judge_query(x->j, q->kids[0], NULL),
	     right = judge_query(x->j, q->kids[1], NULL);

	if (left && right)
		buf_addf(x->b, ": both occur, but nowhere with at most %u words between them%s",
		    q->count, q->ordered ? " in this order" : "");
	else
		buf_addf(x->b, ": %s not occur",
		    left    ? "the right side does"
		    : right ? "the left side does"
			    : "both sides do");
}

static void
say_filter(const struct explainer *x, const struct query *q)
{
	const struct match_input *in = x->j->in;

	switch (q->filter) {
	case FILTER_FEED:
		buf_addf(x->b, ": it came from feed \"%.*s\"", STR_ARG(in->feed));
		break;
	case FILTER_TAG:
		buf_addf(x->b, ": its feed has no such tag");
		break;
	case FILTER_LANG:
		if (in->lang.n)
			buf_addf(x->b, ": its language is %.*s", STR_ARG(in->lang));
		else
			buf_addf(x->b, ": its feed does not say its language");
		break;
	}
}

static void
say_why(const struct explainer *x, const struct query *q, bool holds)
{
	switch (q->kind) {
	case QUERY_TERM:
	case QUERY_LIST:
	case QUERY_ENTRY:
		say_leaf(x, q);
		break;
	case QUERY_NEAR:
		if (!holds)
			say_near(x, q);
		break;
	case QUERY_ATLEAST:
		if (!holds)
			buf_addf(x->b, ": %zu of the %u different ones that are needed",
			    judge_members(x->j, q, NULL), q->count);
		break;
	case QUERY_FILTER:
		if (!holds)
			say_filter(x, q);
		break;
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
		break;
	}
}

static void
explain_node(const struct explainer *x, const struct query *q, int depth)
{
	bool holds = judge_query(x->j, q, NULL);
	struct str text = query_print(q, x->j->arena);

	buf_addf(x->b, "%*s%s  %.*s", depth * INDENT, "", holds ? "yes" : "no ", STR_ARG(text));
	say_why(x, q, holds);
	buf_add_char(x->b, '\n');
	for (size_t i = 0; i < q->n_kids; i++)
		explain_node(x, q->kids[i], depth + 1);
}

struct str
matcher_explain(struct matcher *m, const struct match_input *in, size_t watch, struct arena *arena)
{
	struct buf b;
	struct judge j;
	const struct explainer x = { &j, &b };
	struct str ret;

	buf_init(&b, EXPLAIN_MAX);
	matcher_judge(m, in, arena, &j);
	explain_node(&x, j.set->watches[watch].query, 0);
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}
