#include "snippet.h"

#include "html.h"
#include "utf8.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* Where the last n characters of s begin. */
static size_t
last_chars(struct str s, size_t n)
{
	size_t i = s.n;

	for (; n > 0 && i > 0; n--) {
		i--;
		while (i > 0 && utf8_is_tail(s.p[i]))
			i--;
	}
	return i;
}

/* Where the first n characters of s end. */
static size_t
first_chars(struct str s, size_t n)
{
	size_t i = 0;

	for (; n > 0 && i < s.n; n--) {
		i++;
		while (i < s.n && utf8_is_tail(s.p[i]))
			i++;
	}
	return i;
}

static struct str
before(struct str text, struct arena *arena)
{
	size_t from = last_chars(text, SNIPPET_CONTEXT), edge;
	struct str part = str_sub(text, from, text.n);

	if (from == 0)
		return text_one_line(str_dup(arena, part), arena);
	for (edge = 0; edge < part.n && edge < SNIPPET_SLACK && !str_is_space(text.p[from - 1]);
	     edge++)
		if (str_is_space(part.p[edge])) {
			part = str_sub(part, edge + 1, part.n);
			break;
		}
	return text_one_line(str_join(arena, STR(ELLIPSIS), part), arena);
}

static struct str
after(struct str text, struct arena *arena)
{
	size_t to = first_chars(text, SNIPPET_CONTEXT), edge;
	struct str part = str_sub(text, 0, to);

	if (to == text.n)
		return text_one_line(str_dup(arena, part), arena);
	for (edge = part.n; edge > 0 && part.n - edge < SNIPPET_SLACK && !str_is_space(text.p[to]);
	     edge--)
		if (str_is_space(part.p[edge - 1])) {
			part = str_sub(part, 0, edge - 1);
			break;
		}
	return text_one_line(str_join(arena, part, STR(ELLIPSIS)), arena);
}

struct snippet
snippet_make(struct str text, size_t offset, size_t length, struct arena *arena)
{
	struct snippet s = { 0 };
	struct str marked;
	size_t cut;

	if (length == 0 || offset > text.n || length > text.n - offset)
		return s;
	marked = str_sub(text, offset, offset + length);
	cut = first_chars(marked, SNIPPET_MARKED_MAX);
	s.before = before(str_sub(text, 0, offset), arena);
	s.marked =
	    text_one_line(cut < marked.n ? str_join(arena, str_sub(marked, 0, cut), STR(ELLIPSIS))
					 : str_dup(arena, marked),
		arena);
	if (cut == marked.n)
		s.after = after(str_sub(text, offset + length, text.n), arena);
	return s;
}
