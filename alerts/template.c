#include "template_names.h"

#include "html_out.h"
#include "json_out.h"
#include "mem.h"
#include "specimen.h"
#include "wording.h"

#include <jansson.h>
#include <string.h>

#define FILTERS_MAX 8  /* of one name */
#define CUT_MAX 100000 /* characters */
#define SPECIMEN_S 1795496400

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,
	NODE_JSON,   /* a whole JSON value */
	NODE_IF,     /* {{#name}} */
	NODE_UNLESS, /* {{^name}} */
	NODE_EACH,   /* {{#entries}} */
};

struct filter_use {
	const struct template_filter *filter;
	int64_t number;
};

struct node {
	enum node_kind kind;
	struct str text; /* of NODE_TEXT */
	const struct template_name *name;
	struct filter_use filters[FILTERS_MAX];
	size_t n_filters;
	size_t end; /* of a section: the node behind its last one */
};

struct template
{
	enum template_form form;
	struct node *nodes;
	size_t n;
};

/* ---- reading ---- */

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
	else if (node->n_filters == FILTERS_MAX)
		diag_add(r->diags, DIAG_ERROR, place(r, offset), STR(""), "more than %d filters",
		    FILTERS_MAX);
	else
		node->filters[node->n_filters++] = use;
}

static bool
is_data(const struct template_name *name)
{
	return strcmp(name->name, "data") == 0;
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
	if (node->name && is_data(node->name) && r->t->form == TEMPLATE_JSON)
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

/* ---- running ---- */

static struct str
value_of(const struct node *node, const struct template_view *view)
{
	struct str s = node->name->value(view);

	for (size_t i = 0; i < node->n_filters; i++)
		s = node->filters[i].filter->run(s, node->filters[i].number, view->arena);
	return s;
}

static bool
put_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!buf_add_char(b, (c < ' ' && c != '\n') || c == 0x7f ? ' ' : s.p[i]))
			return false;
	}
	return true;
}

static bool
put_value(struct buf *b, enum template_form form, struct str s, struct arena *arena)
{
	switch (form) {
	case TEMPLATE_LINE:
		return buf_add(b, wording_line(s, arena));
	case TEMPLATE_TEXT:
		return put_plain(b, s);
	case TEMPLATE_HTML:
		return html_escape(b, s);
	case TEMPLATE_JSON:
		return json_escape(b, s);
	}
	return false;
}

static bool
put_json(struct buf *b, const struct node *node, struct str s)
{
	if (is_data(node->name))
		return buf_add(b, s);
	return buf_add_char(b, '"') && json_escape(b, s) && buf_add_char(b, '"');
}

static bool
run(const struct template *t, size_t from, size_t to, struct template_view *view, struct buf *b)
{
	bool good = true;

	for (size_t i = from; good && i < to; i++) {
		const struct node *node = &t->nodes[i];

		switch (node->kind) {
		case NODE_TEXT:
			good = buf_add(b, node->text);
			break;
		case NODE_VALUE:
			good = put_value(b, t->form, value_of(node, view), view->arena);
			break;
		case NODE_JSON:
			good = put_json(b, node, value_of(node, view));
			break;
		case NODE_IF:
		case NODE_UNLESS: {
			bool there =
			    node->name ? value_of(node, view).n > 0 : view->alert->n_entries > 0;

			if (there != (node->kind == NODE_IF))
				i = node->end - 1;
			break;
		}
		case NODE_EACH:
			for (size_t k = 0; good && k < view->alert->n_entries; k++) {
				view->entry = &view->alert->entries[k];
				view->index = k;
				good = run(t, i + 1, node->end, view, b);
			}
			view->entry = NULL;
			i = node->end - 1;
			break;
		}
	}
	return good;
}

static bool
is_json(struct str s, struct err *e)
{
	json_error_t why;
	json_t *o = json_loadb(s.n ? s.p : "", s.n, JSON_DECODE_ANY, &why);

	if (!o)
		return err_set(e, ERR_CONFIG, "what comes of it is no JSON: line %d, column %d: %s",
		    why.line, why.column, why.text);
	json_decref(o);
	return true;
}

bool
template_run(const struct template *t, const struct alert *alert,
    const struct send_context *context, struct arena *arena, struct str *ret, struct err *e)
{
	struct template_view view = { .alert = alert, .context = context, .arena = arena };
	struct buf b;
	bool good;

	buf_init(&b, TEMPLATE_OUTPUT_MAX);
	good = run(t, 0, t->n, &view, &b) ||
	       err_set(e, ERR_LIMIT, "what comes of the template is longer than %zu bytes",
		   TEMPLATE_OUTPUT_MAX);
	if (good) {
		*ret = t->form == TEMPLATE_LINE ? wording_line(buf_str(&b), arena) : buf_str(&b);
		*ret = str_dup(arena, *ret);
		good = t->form != TEMPLATE_JSON || is_json(*ret, e);
	}
	buf_free(&b);
	return good;
}

bool
template_apply(const struct secret *document, enum template_form form, const struct alert *alert,
    const struct send_context *context, struct arena *arena, struct str *ret, struct err *e)
{
	const struct template *t;
	struct diags diags;

	diags_init(&diags, arena);
	t = template_read(document->text, form, document->at, arena, &diags);
	if (!t)
		return err_set(e, ERR_CONFIG, "%.*s", STR_ARG(diags.v[0].text));
	return template_run(t, alert, context, arena, ret, e);
}
