#include "diag.h"

#include "utf8.h"

#include <utf8proc.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SUGGEST_WORD_MAX 64 /* bytes; longer words get no suggestion */
#define MORE_MAX 64         /* bytes of how many more there are */
#define SHOWN_MAX 120       /* characters of a line that is in the wrong, */
#define SHOWN_BEFORE 80     /* so many of them before the caret */

void
diags_init(struct diags *d, struct arena *arena)
{
	*d = (struct diags){ .arena = arena };
}

/* Is it one warning of its file too many?  Then it is only counted. */
static bool
is_counted(struct diags *d, enum diag_level level, struct place at)
{
	struct diag *more;

	if (level != DIAG_WARNING || at.file.n == 0)
		return false;
	if (!str_eq(d->warned, at.file)) {
		d->warned = str_dup(d->arena, at.file);
		d->warnings = 0;
	}
	if (++d->warnings <= DIAG_WARNINGS_MAX)
		return false;
	if (d->warnings == DIAG_WARNINGS_MAX + 1) {
		d->more_at = d->n;
		*ARENA_PUSH(d->arena, d->v, d->n, d->cap) = (struct diag){ .level = level,
			.at.file = d->warned,
			.text.p = arena_bytes(d->arena, MORE_MAX),
			.nth = d->n - 1 };
	}
	more = &d->v[d->more_at];
	more->text.n = (size_t)snprintf((char *)(uintptr_t)more->text.p, MORE_MAX,
	    "%zu more warnings of this file", d->warnings - DIAG_WARNINGS_MAX);
	return true;
}

void
diag_add(
    struct diags *d, enum diag_level level, struct place at, struct str hint, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (is_counted(d, level, at))
		return;
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

/* The bytes of the character that ends at s.p[at), at most 4. */
static size_t
back(struct str s, size_t at)
{
	size_t n = 1;

	while (n < at && n < 4 && utf8_is_tail(s.p[at - n]))
		n++;
	return n;
}

int
diag_column(const struct place *at)
{
	int n = 1;

	if (at->column < 1 || (size_t)at->column - 1 > at->source.n)
		return at->column;
	for (int i = 0; i < at->column - 1; i++)
		n += ((unsigned char)at->source.p[i] & 0xc0) != 0x80;
	return n;
}

/* The part of a long line that is shown around `at`. */
static struct str
window(struct str line, size_t at, size_t *from)
{
	size_t n = 0, to = at;
	uint32_t c;

	for (*from = at; *from > 0 && n < SHOWN_BEFORE; n++)
		*from -= back(line, *from);
	while (to < line.n && n++ < SHOWN_MAX)
		to += utf8_decode(str_sub(line, to, line.n), &c);
	return str_sub(line, *from, to);
}

/* The source line and a caret; tabs are kept in the caret's indentation so that it stands right. */
static struct str
caret(const struct place *at, struct arena *arena)
{
	char pad[2 * SHOWN_BEFORE + 1];
	size_t n = 0, from = 0, offset = (size_t)at->column - 1;
	struct str shown;
	uint32_t c;

	if (at->source.n == 0 || at->column < 1 || offset > at->source.n)
		return STR("");
	shown = window(at->source, offset, &from);
	for (size_t i = from; i < offset;) {
		int width;

		i += utf8_decode(str_sub(at->source, i, offset), &c);
		width = c == UTF8_BAD ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);
		if (c == '\t')
			pad[n++] = '\t';
		for (; c != '\t' && width > 0; width--)
			pad[n++] = ' ';
	}
	pad[n] = '\0';
	return str_fmt(arena, "  %s%.*s%s\n  %s%s^\n", from ? "..." : "", STR_ARG(shown),
	    from + shown.n < at->source.n ? "..." : "", from ? "   " : "", pad);
}

struct str
diag_text(const struct diag *d, struct arena *arena)
{
	static const char *const names[] = { "error", "warning", "note" };
	struct str where = STR(""), hint = STR(""), shown = caret(&d->at, arena);

	if (d->at.file.n && d->at.line && d->at.column)
		where = str_fmt(
		    arena, "%.*s:%d:%d: ", STR_ARG(d->at.file), d->at.line, diag_column(&d->at));
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

struct place
place_walk_to(struct place_walk *w, struct place start, struct str text, size_t offset)
{
	int line;

	if (offset > text.n)
		offset = text.n;
	if (!w->begun || offset < w->line)
		*w = (struct place_walk){ .begun = true, .at = start };
	line = w->at.line;
	if (offset < w->offset)
		w->at.column -= (int)(w->offset - offset);
	else
		w->at = place_in(w->at, str_sub(text, w->offset, text.n), offset - w->offset);
	if (w->at.line != line)
		w->line = offset - (size_t)(w->at.column - 1);
	w->offset = offset;
	return w->at;
}
