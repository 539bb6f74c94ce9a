/*
 * The lines of a list file: its entries, and what is said once for all of them.
 */
#include "watchlist_inside.h"

#include "mistakes.h"
#include "utf8.h"

#include <string.h>

const char *const severity_names[] = { "low", "normal", "high", "critical", NULL };

/* ---- a line, and the terms in it ---- */

struct place
list_place(struct list_reader *r, size_t at)
{
	return place_walk_to(&r->walk, r->line_at, r->line, at);
}

bool
list_fail(struct list_reader *r, size_t at, struct str hint, const char *text)
{
	diag_add(r->diags, DIAG_ERROR, list_place(r, at), hint, "%s", text);
	return false;
}

size_t
list_skip(struct str s, size_t at)
{
	return at + term_blank(str_sub(s, at, s.n));
}

/* What begins with a quote or a slash at `open` and does not end. */
static bool
refuse_open(struct list_reader *r, size_t open, const char *ends, bool regex)
{
	struct str flags;

	if (!regex)
		return list_fail(r, open, STR("a quote inside of a name is written twice: \"\""),
		    "a quote that is not closed on its line");
	flags = term_regex_flags(str_sub(r->line, open, r->line.n), ends);
	if (flags.n)
		return list_fail(r, (size_t)(flags.p - r->line.p),
		    STR("only i, for any case, may stand there"),
		    "an unknown letter behind a regular expression");
	return list_fail(r, open, STR("put a name that begins with / in quotes: \"/name\""),
	    "a regular expression that does not end with /");
}

/* A quoted text or regex from `at`: fills *ret, *at is moved behind it. */
static bool
cut_closed(
    struct list_reader *r, size_t *at, size_t open, const char *ends, struct term_source *ret)
{
	struct str rest = str_sub(r->line, open, r->line.n);
	char all[16] = " \t?";
	size_t used;

	strcat(all, ends);
	ret->regex = rest.p[0] == '/';
	used = ret->regex ? term_regex(rest, all, &ret->body, &ret->caseless)
			  : term_quoted(rest, r->arena, &ret->body);
	if (!used)
		return refuse_open(r, open, all, ret->regex);
	ret->written = str_sub(r->line, *at, open + used);
	*at = open + used;
	return true;
}

bool
list_cut_term(
    struct list_reader *r, size_t *at, const char *ends, bool *weak, struct term_source *ret)
{
	size_t start = list_skip(r->line, *at), open = start, end;

	*ret = (struct term_source){ .at = list_place(r, start) };
	*at = start;
	if (open < r->line.n && (r->line.p[open] == '=' || r->line.p[open] == '~'))
		ret->sigil = r->line.p[open++];
	if (open < r->line.n && (term_quote(str_sub(r->line, open, r->line.n)) ||
				    (!ret->sigil && r->line.p[open] == '/'))) {
		if (!cut_closed(r, at, open, ends, ret))
			return false;
		*at = list_skip(r->line, *at);
		if (weak && *at < r->line.n && r->line.p[*at] == '?') {
			*weak = true;
			*at = list_skip(r->line, *at + 1);
		}
		if (*at < r->line.n && !strchr(ends, r->line.p[*at]))
			return list_fail(r, *at,
			    STR("names are separated by |, words of options by commas; a quote "
				"inside of a name is written twice: \"\""),
			    "text behind a closed quote");
		return true;
	}
	for (end = open; end < r->line.n && !strchr(ends, r->line.p[end]);)
		end++;
	ret->written = term_trim(str_sub(r->line, start, end));
	if (weak && ret->written.n > 1 && ret->written.p[ret->written.n - 1] == '?') {
		*weak = true;
		ret->written = term_trim(str_sub(ret->written, 0, ret->written.n - 1));
	}
	ret->body = str_sub(ret->written, open - start, ret->written.n);
	*at = end;
	return true;
}

/* ---- the options of all ---- */

static bool
is_defaults(struct str line)
{
	struct str word = term_trim(str_sub(line, 1, line.n));

	if (line.p[0] != '[' || !str_starts_ci(word, STR("defaults")))
		return false;
	word = term_trim(str_sub(word, 8, word.n));
	return word.n && (word.p[0] == ';' || word.p[0] == ']');
}

/* "[default: ...]" and its like, which were meant as "[defaults; ...]". */
static bool
is_nearly_defaults(struct str line)
{
	return line.p[0] == '[' &&
	       str_starts_ci(term_trim(str_sub(line, 1, line.n)), STR("default"));
}

/* "[defaults; key: values]" */
static void
read_defaults(struct list_reader *r)
{
	struct arena *line_arena = r->arena;
	size_t at = str_find_ci(r->line, STR("defaults")) + 8;

	arena_reset(r->defaults_arena);
	r->defaults = (struct list_entry){ .severity = -1 };
	r->arena = r->defaults_arena;
	at = list_skip(r->line, at);
	if (r->line.p[at] == ';')
		at++;
	if (!list_read_options(r, at, &r->defaults))
		r->defaults = (struct list_entry){ .severity = -1 };
	else if (r->defaults.name.n) {
		list_fail(r, 0, STR("give each entry its own name:"), "a name for all entries");
		r->defaults.name = STR("");
	}
	r->arena = line_arena;
}

/* ---- entries ---- */

/* With no mark the first term is the weak one, when there is something to support it. */
static bool
mark_weak(struct list_reader *r, struct list_entry *e)
{
	size_t weak = 0;

	for (size_t i = 0; i < e->n_terms; i++)
		weak += e->terms[i].weak;
	if (weak == 0 && e->with.n)
		e->terms[0].weak = true;
	if (weak == e->n_terms && e->with.n == 0)
		return list_fail(r, 0, STR("add [with: ...] or an alias without '?'"),
		    "nothing can support the terms marked '?'");
	return true;
}

static bool
read_entry(struct list_reader *r, struct list_entry *e)
{
	size_t at = 0;

	for (;; at++) {
		struct term_source source;
		bool weak = false;
		struct term term;

		if (!list_cut_term(r, &at, "|[", &weak, &source))
			return false;
		if (source.written.n == 0) {
			if (at < r->line.n && r->line.p[at] == '[' && e->n_terms)
				return list_fail(
				    r, at, STR("no | before the options"), "an empty term");
			if (at < r->line.n && r->line.p[at] == '[')
				return list_fail(r, at,
				    is_nearly_defaults(r->line)
					? STR("options of all entries below read [defaults; key: "
					      "values]")
					: STR("put a name that begins with [ in quotes"),
				    "a line without a term");
			diag_add(r->diags, DIAG_WARNING, source.at, STR(""), "an empty term");
		} else {
			if (!term_make(&source, r->f, r->arena, r->diags, &term))
				return false;
			mistakes_in_name(&source, r->diags);
			*ARENA_PUSH(r->arena, e->terms, e->n_terms, e->terms_cap) =
			    (struct list_term){ term, weak };
		}
		if (at >= r->line.n || r->line.p[at] == '[')
			break;
	}
	if (at < r->line.n && !list_read_options(r, at + 1, e))
		return false;
	if (e->n_terms == 0)
		return list_fail(r, 0, STR(""), "a line without a term");
	if (e->name.n == 0)
		e->name = e->terms[0].term.name;
	if (!mark_weak(r, e))
		return false;
	mistakes_in_entry(e, r->diags);
	return true;
}

static bool
is_utf8(struct list_reader *r)
{
	size_t good = utf8_valid_length(r->line);

	if (good == r->line.n && str_find_char(r->line, '\0') == STR_NONE)
		return true;
	return list_fail(r, good, STR("save the file as UTF-8"), "this is not UTF-8 text");
}

/* A file with the line ends of old Macs is one line. */
static bool
is_one_line(struct list_reader *r)
{
	size_t at = str_find_char(r->line, '\r');

	return at == STR_NONE ||
	       list_fail(r, at, STR("save the file with line ends of Unix (LF) or Windows (CRLF)"),
		   "a carriage return within the line");
}

void
watchlist_read(const struct list_source *source, struct folder *f, struct diags *diags,
    watchlist_entry *each, void *cookie)
{
	struct list_reader r = { .f = f, .diags = diags, .defaults.severity = -1 };
	struct str rest = source->text;
	size_t entries = 0, errors = diags->errors;
	int number = 0;

	r.arena = arena_new();
	r.defaults_arena = arena_new();
	while (rest.n) {
		struct list_entry e = r.defaults;
		struct str line;

		str_cut(rest, '\n', &line, &rest);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		number++;
		r.line = term_trim(line); /* its byte order mark too */
		r.line_at = (struct place){ source->file, number, 1, line };
		if (r.line.n == 0)
			continue;
		r.line_at.column = (int)(r.line.p - line.p) + 1;
		r.walk.begun = false;
		e.at = r.line_at;
		if (!is_one_line(&r))
			break;
		if (r.line.p[0] == '#')
			mistakes_in_comment(r.line, r.line_at, r.diags);
		else if (!is_utf8(&r))
			break; /* the rest would be the same again */
		else if (is_defaults(r.line))
			read_defaults(&r);
		else if (read_entry(&r, &e)) {
			entries++;
			each(cookie, &e);
		}
		arena_reset(r.arena);
	}
	if (entries == 0 && diags->errors == errors)
		diag_add(diags, DIAG_ERROR, (struct place){ .file = source->file },
		    STR("write one entry a line: name | alias | alias"), "list '%.*s' has no entry",
		    STR_ARG(source->name));
	arena_free(r.arena);
	arena_free(r.defaults_arena);
}
