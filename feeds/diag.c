#include "diag.h"

#include "mem.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUGGEST_WORD_MAX 64 /* bytes; longer words get no suggestion */
#define CARET_COLUMN_MAX 200

void
diags_init(struct diags *d, struct arena *arena)
{
	*d = (struct diags){ .arena = arena };
}

void
diag_add(
    struct diags *d, enum diag_level level, struct place at, struct str hint, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	at.file = str_dup(d->arena, at.file);
	at.source = str_dup(d->arena, at.source);
	*ARENA_PUSH(d->arena, d->v, d->n, d->cap) = (struct diag){
		.level = level,
		.at = at,
		.text = str_dup(d->arena, str_c(text)),
		.hint = str_dup(d->arena, hint),
		.nth = d->n - 1,
	};
	if (level == DIAG_ERROR)
		d->errors++;
}

static int
by_place(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;
	int d = str_cmp(x->at.file, y->at.file);

	if (d == 0)
		d = x->at.line - y->at.line;
	if (d == 0)
		d = x->at.column - y->at.column;
	if (d == 0)
		d = x->nth < y->nth ? -1 : x->nth > y->nth;
	return d;
}

void
diags_sort(struct diags *d)
{
	if (d->n)
		qsort(d->v, d->n, sizeof(*d->v), by_place);
}

/* The source line and a caret; tabs are kept in the caret's indentation so that it stands right. */
static struct str
caret(const struct place *at, struct arena *arena)
{
	char pad[CARET_COLUMN_MAX + 1];
	size_t n = 0, columns = (size_t)at->column - 1;

	if (at->source.n == 0 || at->column < 1 || columns > at->source.n ||
	    columns >= CARET_COLUMN_MAX)
		return STR("");
	for (size_t i = 0; i < columns; i++) {
		unsigned char c = (unsigned char)at->source.p[i];

		if ((c & 0xc0) != 0x80) /* one column a character, not a byte */
			pad[n++] = c == '\t' ? '\t' : ' ';
	}
	pad[n] = '\0';
	return str_fmt(arena, "  %.*s\n  %s^\n", STR_ARG(at->source), pad);
}

struct str
diag_text(const struct diag *d, struct arena *arena)
{
	static const char *const names[] = { "error", "warning", "note" };
	struct str where = STR(""), hint = STR(""), shown = caret(&d->at, arena);

	if (d->at.file.n && d->at.line && d->at.column)
		where =
		    str_fmt(arena, "%.*s:%d:%d: ", STR_ARG(d->at.file), d->at.line, d->at.column);
	else if (d->at.file.n && d->at.line)
		where = str_fmt(arena, "%.*s:%d: ", STR_ARG(d->at.file), d->at.line);
	else if (d->at.file.n)
		where = str_fmt(arena, "%.*s: ", STR_ARG(d->at.file));
	if (d->hint.n)
		hint = str_fmt(arena, "  %.*s\n", STR_ARG(d->hint));
	/* what is wrong may be that it is no UTF-8 */
	return utf8_repair(str_fmt(arena, "%.*s%s: %.*s\n%.*s%.*s", STR_ARG(where), names[d->level],
			       STR_ARG(d->text), STR_ARG(shown), STR_ARG(hint)),
	    arena);
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance, ASCII case ignored. */
static unsigned
distance(struct str a, struct str b)
{
	unsigned row[SUGGEST_WORD_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned above = row[j];
			bool same = str_eq_ci(str_sub(a, i - 1, i), str_sub(b, j - 1, j));

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + !same);
			diagonal = above;
		}
	}
	return row[b.n];
}

struct str
diag_suggest(struct str word, const struct str *candidates, size_t n, struct arena *arena)
{
	unsigned best = (unsigned)(word.n / 3 + 1) + 1;
	const struct str *nearest = NULL;

	if (word.n == 0 || word.n > SUGGEST_WORD_MAX)
		return STR("");
	for (size_t i = 0; i < n; i++) {
		unsigned d;

		if (candidates[i].n > SUGGEST_WORD_MAX)
			continue;
		d = distance(word, candidates[i]);
		if (d < best) {
			best = d;
			nearest = &candidates[i];
		}
	}
	if (!nearest)
		return STR("");
	return str_fmt(arena, "did you mean '%.*s'?", STR_ARG(*nearest));
}

struct place
place_in(struct place at, struct str text, size_t offset)
{
	size_t line_start = 0;
	bool moved = false;

	if (offset > text.n)
		offset = text.n;
	for (size_t i = 0; i < offset; i++)
		if (text.p[i] == '\n') {
			line_start = i + 1;
			at.line++;
			moved = true;
		}
	if (!moved) {
		at.column += (int)offset;
		return at;
	}
	at.column = (int)(offset - line_start) + 1;
	at.source = str_sub(text, line_start, text.n);
	str_cut(at.source, '\n', &at.source, &(struct str){ 0 });
	return at;
}
