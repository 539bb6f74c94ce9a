#include "table.h"

#include "mem.h"
#include "utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

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
table_print(const struct table *t, FILE *to, bool colour)
{
	size_t widths[TABLE_COLUMNS_MAX] = { 0 }, owed = 0;

	for (size_t i = 0; i < t->n_heads; i++)
		widths[i] = table_width(head(t, i));
	for (size_t i = 0; i < t->n; i++) {
		size_t w = table_width(t->cells[i].text);

		if (w > widths[i % t->n_heads])
			widths[i % t->n_heads] = w;
	}
	for (size_t i = 0; i < t->n_heads; i++)
		put(t, i, &(struct table_cell){ head(t, i), COLOUR_BOLD }, widths[i], to, colour,
		    &owed);
	fputc('\n', to);
	for (size_t i = 0; i < t->n; i++) {
		if (i % t->n_heads == 0)
			owed = 0;
		put(t, i % t->n_heads, &t->cells[i], widths[i % t->n_heads], to, colour, &owed);
		if ((i + 1) % t->n_heads == 0)
			fputc('\n', to);
	}
}
