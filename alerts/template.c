/*
 * A template that was read, with an alert put in.
 */
#include "template_node.h"

#include "html_out.h"
#include "json_out.h"
#include "wording.h"

#include <jansson.h>

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
	if (node->name->is_json)
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
