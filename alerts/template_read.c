/*
 * The text of a template -> its nodes, or what is wrong with it.
 */
#include "template_node.h"

#include "specimen.h"

#include <string.h>

#define CUT_MAX 100000        /* characters */
#define SPECIMEN_S 1795496400 /* when the alert happened that a template is tried with */

struct open_section {
	struct str name;
	size_t node, offset;
	bool each;
};

struct reader {
	struct str text;
	struct place at;
	struct arena *arena;
	struct diags *diags;
	struct template *t;
	size_t cap;
	struct open_section open[TEMPLATE_DEPTH_MAX];
	size_t depth;
};

static struct node *
push(struct reader *r, enum node_kind kind)
{
	struct node *node = ARENA_PUSH(r->arena, r->t->nodes, r->t->n, r->cap);

	*node = (struct node){ .kind = kind };
	return node;
}

static struct place
place(const struct reader *r, size_t offset)
{
	return place_in(r->at, r->text, offset);
}

static bool
in_entries(const struct reader *r)
{
	for (size_t i = 0; i < r->depth; i++)
		if (r->open[i].each)
			return true;
	return false;
}

static const struct template_name *
find_name(struct reader *r, struct str word, size_t offset)
{
	const struct template_name *name = template_name_find(word);

	if (!name)
		diag_add(r->diags, DIAG_ERROR, place(r, offset),
		    template_name_suggest(word, r->arena), "a template knows no '%.*s'",
		    STR_ARG(word));
	else if (name->of_entry && !in_entries(r))
		diag_add(r->diags, DIAG_ERROR, place(r, offset),
		    STR("put it between {{#entries}} and {{/entries}}"), "'%s' is of an entry",
		    name->name);
	return name;
}

/* "cut:80", "upper", "json". */
static void
read_filter(struct reader *r, struct node *node, struct str word, size_t offset)
{
	struct filter_use use = { 0 };
	struct str name, number;
	bool has_number = str_cut(word, ':', &name, &number);

	if (str_eq_c(name, "json") && r->t->form == TEMPLATE_JSON) {
		node->kind = NODE_JSON;
		return;
	}
	use.filter = template_filter_find(name);
	if (!use.filter)
		diag_add(r->diags, DIAG_ERROR, place(r, offset),
		    STR("there are: cut:N, line, lower, quiet, upper, url; in JSON: json"),
		    "there is no filter '%.*s'%s", STR_ARG(name),
		    str_eq_c(name, "json") ? " in a template that is not JSON" : "");
	else if (use.filter->wants_number != has_number ||
		 (has_number &&
		     (!str_to_i64(number, &use.number) || use.number < 1 || use.number > CUT_MAX)))
		diag_add(r->diags, DIAG_ERROR, place(r, offset), STR(""),
		    use.filter->wants_number ? "write %s:N, N from 1 to %d"
					     : "%s takes no number, as after ':'",
		    use.filter->name, CUT_MAX);
	else if (node->n_filters == TEMPLATE_FILTERS_MAX)
		diag_add(r->diags, DIAG_ERROR, place(r, offset), STR(""), "more than %d filters",
		    TEMPLATE_FILTERS_MAX);
	else
		node->filters[node->n_filters++] = use;
}

static void
read_value(struct reader *r, struct str tag, size_t offset)
{
	struct node *node = push(r, NODE_VALUE);
	struct str word;
	const char *start = tag.p;

	str_cut(tag, '|', &word, &tag);
	node->name = find_name(r, str_trim(word), offset);
	while (tag.n) {
		size_t at = offset + (size_t)(tag.p - start);

		str_cut(tag, '|', &word, &tag);
		read_filter(r, node, str_trim(word), at);
	}
	if (node->name && node->name->is_json && r->t->form == TEMPLATE_JSON)
		node->kind = NODE_JSON; /* it is JSON already */
}

static void
open_section(struct reader *r, struct str name, bool wanted, size_t offset)
{
	bool each = str_eq_c(name, "entries");
	struct node *node = push(r, !wanted ? NODE_UNLESS : each ? NODE_EACH : NODE_IF);

	if (each && in_entries(r))
		diag_add(
		    r->diags, DIAG_ERROR, place(r, offset), STR(""), "entries inside of entries");
	if (!each)
		node->name = find_name(r, name, offset);
	if (r->depth == TEMPLATE_DEPTH_MAX) {
		diag_add(r->diags, DIAG_ERROR, place(r, offset), STR(""),
		    "sections nested deeper than %d", TEMPLATE_DEPTH_MAX);
		return;
	}
	r->open[r->depth++] = (struct open_section){
		.name = name, .node = r->t->n - 1, .offset = offset, .each = each && wanted
	};
}

static void
close_section(struct reader *r, struct str name, size_t offset)
{
	if (r->depth == 0) {
		diag_add(r->diags, DIAG_ERROR, place(r, offset), STR(""),
		    "{{/%.*s}} closes what was not opened", STR_ARG(name));
		return;
	}
	if (!str_eq(r->open[r->depth - 1].name, name))
		diag_add(r->diags, DIAG_ERROR, place(r, offset), STR(""),
		    "{{/%.*s}} stands where {{/%.*s}} should", STR_ARG(name),
		    STR_ARG(r->open[r->depth - 1].name));
	r->t->nodes[r->open[--r->depth].node].end = r->t->n;
}

static bool
is_block(struct str tag)
{
	return tag.n && strchr("#^/!", tag.p[0]);
}

/* A tag that puts nothing in and stands alone on its line takes the line with it: *from and *to
 * grow over it. */
static void
take_line(struct str text, size_t *from, size_t *to)
{
	size_t begin = *from, end = *to;

	while (begin && (text.p[begin - 1] == ' ' || text.p[begin - 1] == '\t'))
		begin--;
	while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t' || text.p[end] == '\r'))
		end++;
	if ((begin == 0 || text.p[begin - 1] == '\n') && (end == text.n || text.p[end] == '\n')) {
		*from = begin;
		*to = end < text.n ? end + 1 : end;
	}
}

static void
read_tag(struct reader *r, struct str tag, size_t offset)
{
	struct str name = str_trim(str_sub(tag, 1, tag.n));

	if (tag.n == 0)
		diag_add(
		    r->diags, DIAG_ERROR, place(r, offset), STR(""), "nothing between {{ and }}");
	else if (tag.p[0] == '#' || tag.p[0] == '^')
		open_section(r, name, tag.p[0] == '#', offset);
	else if (tag.p[0] == '/')
		close_section(r, name, offset);
	else if (tag.p[0] != '!')
		read_value(r, tag, offset);
}

static void
put_text(struct reader *r, size_t from, size_t to)
{
	if (from < to)
		push(r, NODE_TEXT)->text = str_dup(r->arena, str_sub(r->text, from, to));
}

static void
read_all(struct reader *r)
{
	size_t done = 0;

	for (;;) {
		struct str rest = str_sub(r->text, done, r->text.n), tag;
		size_t open = str_find(rest, STR("{{")), close, from, to;

		if (open == STR_NONE)
			break;
		close = str_find(str_sub(rest, open, rest.n), STR("}}"));
		if (close == STR_NONE) {
			diag_add(r->diags, DIAG_ERROR, place(r, done + open), STR("close it by }}"),
			    "{{ without }}");
			return;
		}
		tag = str_trim(str_sub(rest, open + 2, open + close));
		from = done + open;
		to = done + open + close + 2;
		if (is_block(tag))
			take_line(r->text, &from, &to);
		if (from < done)
			from = done;
		put_text(r, done, from);
		read_tag(r, tag, done + open + 2);
		done = to;
	}
	put_text(r, done, r->text.n);
	while (r->depth) {
		const struct open_section *open = &r->open[--r->depth];

		diag_add(r->diags, DIAG_ERROR, place(r, open->offset), STR(""),
		    "{{%s%.*s}} is not closed",
		    r->t->nodes[open->node].kind == NODE_UNLESS ? "^" : "#", STR_ARG(open->name));
	}
}

static void
try_specimen(const struct reader *r)
{
	const struct send_context context = { .delivery_id = STR("test") };
	struct alert alert;
	struct str out;
	struct err e;

	specimen_make(SEVERITY_HIGH, SPECIMEN_S, r->arena, &alert);
	if (!template_run(r->t, &alert, &context, r->arena, &out, &e))
		diag_add(r->diags, DIAG_ERROR, r->at, STR(""), "%s", e.text);
}

const struct template *
template_read(struct str text, enum template_form form, struct place at, struct arena *arena,
    struct diags *diags)
{
	struct reader r = {
		.text = text,
		.at = at,
		.arena = arena,
		.diags = diags,
		.t = ARENA_NEW(arena, struct template),
	};
	size_t before = diags->errors;

	r.t->form = form;
	read_all(&r);
	if (diags->errors == before && form == TEMPLATE_JSON)
		try_specimen(&r);
	return diags->errors == before ? r.t : NULL;
}
