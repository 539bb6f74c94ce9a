#include "table.h"

#include "utf8.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <utf8proc.h>

#define CUT_MIN 10 /* columns that are left of a text that is cut */

static const char *const escapes[] = {
	[COLOUR_NONE] = "",
	[COLOUR_GOOD] = "\033[32m",
	[COLOUR_BAD] = "\033[31m",
	[COLOUR_WARN] = "\033[33m",
	[COLOUR_DIM] = "\033[2m",
	[COLOUR_BOLD] = "\033[1m",
};

size_t
table_width(struct str text)
{
	size_t width = 0;

	while (text.n) {
		uint32_t c;
		size_t k = utf8_decode(text, &c);
		int w = c == UTF8_BAD ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);

		width += w > 0 ? (size_t)w : 0;
		text = str_sub(text, k, text.n);
	}
	return width;
}

void
table_init(struct table *t, struct arena *arena, const char *const *heads, size_t n_heads)
{
	*t = (struct table){ .arena = arena, .heads = heads, .n_heads = n_heads };
	if (n_heads > TABLE_COLUMNS_MAX)
		abort();
	for (size_t i = 0; i < n_heads; i++)
		if (heads[i][0] == '#')
			t->right |= 1u << i;
}

void
table_add(struct table *t, struct str text, enum colour colour)
{
	char *clean = arena_bytes(t->arena, text.n);

	for (size_t i = 0; i < text.n; i++)
		clean[i] = (unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f ? ' ' : text.p[i];
	*ARENA_PUSH(t->arena, t->cells, t->n, t->cap) =
	    (struct table_cell){ str_n(clean, text.n), colour };
}

static struct str
head(const struct table *t, size_t column)
{
	return str_c(t->heads[column] + (t->heads[column][0] == '#'));
}

/* Columns that a line may have; no terminal: any number. */
static size_t
line_columns(const struct table *t, FILE *to)
{
	struct winsize size;

	if (!t->cut || ioctl(fileno(to), TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return SIZE_MAX;
	return size.ws_col;
}

/* What of a text fits into so many columns, ending in "…" when it was cut. */
static struct str
fitting(const struct table *t, struct str text, size_t columns)
{
	size_t n = 0, width = 0;

	if (table_width(text) <= columns)
		return text;
	while (n < text.n) {
		uint32_t c;
		size_t k = utf8_decode(str_sub(text, n, text.n), &c);

		width += table_width(str_sub(text, n, n + k));
		if (width + 1 > columns)
			break;
		n += k;
	}
	return str_fmt(t->arena, "%.*s\xE2\x80\xA6", STR_ARG(str_sub(text, 0, n)));
}

/* Blanks that are owed are printed before the next text only: no line ends in them. */
static void
put(const struct table *t, size_t column, const struct table_cell *cell, size_t width, FILE *to,
    bool colour, size_t *owed)
{
	size_t pad = width - table_width(cell->text);
	bool right = t->right >> column & 1;

	if (right)
		*owed += pad;
	if (cell->text.n) {
		fprintf(to, "%*s", (int)*owed, "");
		*owed = 0;
		if (colour && cell->colour != COLOUR_NONE)
			fprintf(to, "%s%.*s\033[0m", escapes[cell->colour], STR_ARG(cell->text));
		else
			fprintf(to, "%.*s", STR_ARG(cell->text));
	}
	*owed += (right ? 0 : pad) + 2;
}

void
table_add_named(struct table *t, const char *name, struct str value, enum colour colour)
{
	if (value.n == 0)
		return;
	table_add(t, str_c(name), COLOUR_DIM);
	table_add(t, value, colour);
}

void
table_print(const struct table *t, FILE *to, bool colour)
{
	size_t widths[TABLE_COLUMNS_MAX] = { 0 }, owed = 0, before = 0, line, last;

	for (size_t i = 0; i < t->n_heads; i++)
		widths[i] = table_width(head(t, i));
	for (size_t i = 0; i < t->n; i++) {
		size_t w = table_width(t->cells[i].text);

		if (w > widths[i % t->n_heads])
			widths[i % t->n_heads] = w;
	}
	line = line_columns(t, to);
	for (size_t i = 0; i + 1 < t->n_heads; i++)
		before += widths[i] + 2;
	last = line == SIZE_MAX ? SIZE_MAX : line > before + CUT_MIN ? line - before : CUT_MIN;
	for (size_t i = 0; i < t->n_heads; i++)
		put(t, i, &(struct table_cell){ head(t, i), COLOUR_BOLD }, widths[i], to, colour,
		    &owed);
	fputc('\n', to);
	for (size_t i = 0; i < t->n; i++) {
		struct table_cell cell = t->cells[i];

		if (i % t->n_heads == 0)
			owed = 0;
		if ((i + 1) % t->n_heads == 0)
			cell.text = fitting(t, cell.text, last);
		put(t, i % t->n_heads, &cell, widths[i % t->n_heads], to, colour, &owed);
		if ((i + 1) % t->n_heads == 0)
			fputc('\n', to);
	}
}
