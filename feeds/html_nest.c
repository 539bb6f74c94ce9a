#include "html_nest.h"

#include "mem.h"

#include <string.h>

static void
close_top(struct html_nest *nest)
{
	struct str name = str_c(nest->open[--nest->n_open].as);

	nest->w->closing -= name.n + sizeof("</>") - 1;
	buf_add(&nest->w->out, STR("</"));
	buf_add(&nest->w->out, name);
	buf_add_char(&nest->w->out, '>');
}

void
html_nest_close_to(struct html_nest *nest, size_t n_open)
{
	while (nest->n_open > n_open)
		close_top(nest);
}

/*
 * Elements whose end tag HTML lets people forget: a start tag of `starts` ends what is open of
 * `ends`, looking no further out than `within`.
 */
static const struct {
	const char *starts, *ends, *within;
} implied[] = {
	{ "li", "li", "ul ol menu dir table" },
	{ "dt dd", "dt dd", "dl table" },
	{ "td th", "td th", "table" },
	{ "tr", "tr", "table" },
	{ "thead tbody tfoot", "thead tbody tfoot caption colgroup", "table" },
	{ "rt rp", "rt rp", "ruby" },
	{ "a", "a", "table td th" },
};

size_t
html_nest_find(const struct html_nest *nest, const char *names, const char *within)
{
	for (size_t i = nest->n_open; i > 0; i--) {
		if (html_element_is(nest->open[i - 1].element, names))
			return i;
		if (html_element_is(nest->open[i - 1].element, within))
			return 0;
	}
	return 0;
}

/* A block ends the paragraph it stands in. */
static void
close_paragraph(struct html_nest *nest)
{
	for (size_t i = nest->n_open; i > 0; i--) {
		if (strcmp(nest->open[i - 1].element->name, "p") == 0) {
			html_nest_close_to(nest, i - 1);
			return;
		}
		if (nest->open[i - 1].element->flags & HTML_BLOCK)
			return;
	}
}

void
html_nest_start(struct html_nest *nest, const struct html_element *element)
{
	for (size_t i = 0; i < ARRAY_LEN(implied); i++)
		if (html_element_is(element, implied[i].starts)) {
			size_t at = html_nest_find(nest, implied[i].ends, implied[i].within);

			if (at)
				html_nest_close_to(nest, at - 1);
			return;
		}
	if (element->flags & HTML_BLOCK)
		close_paragraph(nest);
}

void
html_nest_end(struct html_nest *nest, const struct html_element *element)
{
	bool in_cell = !html_element_is(element, "table thead tbody tfoot tr");
	size_t at;

	if (nest->dropped) {
		nest->dropped--;
		return;
	}
	at = html_nest_find(nest, element->name, in_cell ? "td th caption" : "table");
	if (at)
		html_nest_close_to(nest, at - 1);
}

bool
html_nest_push(
    struct html_nest *nest, size_t from, const struct html_element *element, const char *as)
{
	size_t end = strlen(as) + sizeof("</>") - 1;

	if (!html_room(nest->w, end)) {
		nest->w->out.n = from;
		return false;
	}
	nest->w->closing += end;
	nest->open[nest->n_open++] = (struct html_open){ element, as };
	return true;
}
