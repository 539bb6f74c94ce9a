/* The lists, entries, feeds and tags that expressions name, and their own words. */
#include "ascii.h"
#include "builder.h"
#include "utf8.h"

#include <string.h>

/* "did you mean 'x'?" -> "did you mean x?" */
static struct str
unquoted(struct str hint, struct arena *arena)
{
	size_t open = str_find_char(hint, '\'');

	return str_fmt(arena, "%.*s%.*s?", STR_ARG(str_sub(hint, 0, open)),
	    STR_ARG(str_sub(hint, open + 1, hint.n - 2)));
}

/* What is said of a name that nothing has.  known: as they are written. */
static void
unknown(struct builder *b, const struct query *q, const char *what, struct str name,
    const struct str *known, size_t n, struct str advice)
{
	struct str hint = diag_suggest(name, known, n, b->diags->arena);

	if (hint.n && name.p[0] == '@') /* a list is written with a sign of its own */
		hint = unquoted(hint, b->diags->arena);
	else if (hint.n == 0 && n)
		hint = str_fmt(b->diags->arena, "known: %.*s%s%s%.*s", STR_ARG(known[0]),
		    n > 1 ? ", ..." : "", advice.n ? "; " : "", STR_ARG(advice));
	diag_add(b->diags, DIAG_ERROR, q->at, hint.n ? hint : advice, "unknown %s %.*s", what,
	    STR_ARG(name));
}

/* "@agencies,@vendors" */
static bool
joins_lists(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (strchr(",;|&+@", name.p[i]))
			return true;
	return false;
}

static void
unknown_list(struct builder *b, const struct query *q)
{
	struct arena *arena = b->diags->arena;
	const struct watchset *set = b->set;
	struct str *names = ARENA_ARRAY(arena, struct str, set->n_lists + 1);

	for (size_t i = 0; i < set->n_lists; i++)
		names[i] = query_print_list(set->lists[i].name, arena);
	unknown(b, q, "list", query_print_list(q->list, arena), names, set->n_lists,
	    set->n_lists == 0      ? STR("there is no list; in quotes it is a word")
	    : joins_lists(q->list) ? STR("lists are joined by OR: @a OR @b")
				   : STR("a handle stands in quotes: \"@name\""));
}

static struct set_list *
find_list(struct builder *b, const struct query *q)
{
	struct watchset *set = b->set;

	for (size_t i = 0; i < set->n_lists; i++)
		if (str_eq(set->lists[i].name, q->list))
			return &set->lists[i];
	unknown_list(b, q);
	return NULL;
}

/* Does the query mean that name?  Case, accents and the shape of quotes are not asked for. */
static bool
is_meant(struct builder *b, const struct query *q, struct str name, struct arena *scratch)
{
	bool same;

	if (str_eq_ci(name, q->entry))
		return true;
	if (str_is_ascii(name) && str_is_ascii(q->entry))
		return false;
	same = str_eq(fold_str(b->folder, name, FOLD_FOLDED, scratch),
	    fold_str(b->folder, q->entry, FOLD_FOLDED, scratch));
	arena_reset(scratch);
	return same;
}

/* A term as it was written, without sigil and quotes. */
static struct str
bare(struct str written)
{
	size_t sigil = written.n && (written.p[0] == '=' || written.p[0] == '~');
	struct str s = str_sub(written, sigil, written.n);
	size_t open = term_quote(s), last = s.n ? script_back(s.p, s.n) : 0;

	if (open && last >= open && term_quote(str_sub(s, last, s.n)))
		return str_sub(s, open, last);
	return s;
}

/* True when q->entry is an alias in the list: then *found says whether of one entry alone. */
static bool
find_by_alias(struct builder *b, struct query *q, const struct set_list *list,
    struct arena *scratch, bool *found)
{
	const struct watchset *set = b->set;
	const struct set_user *first = NULL;
	struct str written = query_print_list(list->name, b->diags->arena);

	*found = true;
	for (size_t i = 0; i < set->n_users; i++) {
		const struct set_user *u = &set->users[i];

		if (u->entry - list->first >= list->n || u->role > ROLE_WEAK ||
		    !is_meant(b, q, bare(set_written(set, u)), scratch))
			continue;
		if (first && first->entry != u->entry) {
			diag_add(b->diags, DIAG_ERROR, q->at,
			    str_fmt(b->diags->arena, "write %.*s/\"%.*s\" or %.*s/\"%.*s\"",
				STR_ARG(written), STR_ARG(set_name(set, first->entry)),
				STR_ARG(written), STR_ARG(set_name(set, u->entry))),
			    "'%.*s' is an alias of several entries of %.*s", STR_ARG(q->entry),
			    STR_ARG(written));
			*found = false;
			return true;
		}
		first = u;
	}
	if (first)
		q->id = first->entry;
	return first != NULL;
}

/* "@agencies/Department of Homeland Security": its first word is what was read. */
static bool
is_first_word(struct str word, struct str name)
{
	return name.n > word.n && name.p[word.n] == ' ' && str_starts_ci(name, word);
}

static void
unknown_entry(struct builder *b, const struct query *q, const struct set_list *list)
{
	const struct watchset *set = b->set;
	struct arena *arena = b->diags->arena;
	struct str *names = ARENA_ARRAY(arena, struct str, (size_t)list->n + 1), whole = STR("");

	for (uint32_t i = 0; i < list->n; i++) {
		names[i] = set_name(set, list->first + i);
		if (is_first_word(q->entry, names[i]))
			whole = names[i];
	}
	for (size_t i = 0; i < set->n_users && !whole.n; i++) {
		const struct set_user *u = &set->users[i];
		struct str alias = bare(set_written(set, u));

		if (u->entry - list->first < list->n && u->role <= ROLE_WEAK &&
		    is_first_word(q->entry, alias))
			whole = alias;
	}
	if (whole.n == 0) {
		unknown(b, q, "entry", q->entry, names, list->n, STR(""));
		return;
	}
	diag_add(b->diags, DIAG_ERROR, q->at,
	    str_fmt(arena, "a name with spaces stands in quotes: %.*s/\"%.*s\"",
		STR_ARG(query_print_list(list->name, arena)), STR_ARG(whole)),
	    "unknown entry %.*s", STR_ARG(q->entry));
}

static void
warn_same_name(struct builder *b, const struct query *q, uint32_t from, uint32_t end)
{
	for (uint32_t i = from; i < end; i++)
		if (str_eq(set_name(b->set, i), q->entry)) {
			diag_add(b->diags, DIAG_WARNING, q->at,
			    STR("tell them apart by [name: ...], or write their terms on one line"),
			    "several entries are named '%.*s', and the first of them is meant",
			    STR_ARG(q->entry));
			return;
		}
}

/* The entry of that name, else of that name in another case, else with that alias. */
static bool
find_entry(struct builder *b, struct query *q, const struct set_list *list)
{
	struct watchset *set = b->set;
	bool found = false;
	uint32_t end = list->first + list->n;
	struct arena *scratch;
	bool known = false, alias;

	for (uint32_t i = list->first; i < end; i++)
		if (str_eq(set_name(set, i), q->entry)) {
			q->id = i;
			warn_same_name(b, q, i + 1, end);
			return true;
		}
	scratch = arena_new();
	for (uint32_t i = list->first; i < end && !known; i++)
		if (is_meant(b, q, set_name(set, i), scratch)) {
			q->id = i;
			known = true;
		}
	alias = !known && find_by_alias(b, q, list, scratch, &found);
	arena_free(scratch);
	if (known || alias)
		return known || found;
	unknown_entry(b, q, list);
	return false;
}

/* "agencies" or "\"@agencies\"", where a list has that name. */
static void
note_list_name(struct builder *b, const struct query *q)
{
	const struct watchset *set = b->set;
	bool quoted = term_quote(q->term.written) > 0;
	struct str word = q->term.name, name;

	if (quoted && (word.n < 2 || word.p[0] != '@'))
		return;
	str_cut(str_sub(word, quoted, word.n), '/', &name, &word);
	for (size_t i = 0; i < set->n_lists; i++)
		if (str_eq_ci(set->lists[i].name, name))
			diag_add(b->diags, DIAG_NOTE, q->at,
			    str_fmt(b->diags->arena, "the list is %.*s",
				STR_ARG(query_print_list(set->lists[i].name, b->diags->arena))),
			    "'%.*s' is a word to look for, not the list of that name",
			    STR_ARG(q->term.written));
}

/* Addresses are percent-encoded in feeds, and written as browsers show them: what is not ASCII is
 * looked for in both spellings. */
static void
add_encoded(struct builder *b, const struct query *q, uint32_t entry)
{
	static const char hex[] = "0123456789abcdef";
	struct str normal = fold_str(b->folder, q->term.name, FOLD_NORMAL, b->set->arena);
	char *start = arena_bytes(b->set->arena, 12 * normal.n), *to = start;
	struct term term = q->term;
	uint32_t id;

	if (q->term.kind != TERM_ADDRESS || str_is_ascii(normal))
		return;
	for (size_t i = 0; i < normal.n;) {
		uint32_t c;
		char bytes[4];
		size_t n;

		i += script_decode(normal.p + i, normal.n - i, &c);
		n = utf8_encode(script_lower(c), bytes);
		for (size_t k = 0; k < n; k++) {
			unsigned char byte = (unsigned char)bytes[k];

			if (byte >= 0x80) {
				*to++ = '%';
				*to++ = hex[byte >> 4];
				*to++ = hex[byte & 15];
			} else if (byte != '*' || i < normal.n) {
				*to++ = (char)byte;
			}
		}
	}
	term.pattern = term.key = str_n(start, (size_t)(to - start));
	id = builder_term(b, &term);
	if (id != ENGINE_NONE)
		builder_user(b, id, &term, entry, ROLE_STRONG);
}

/* A word of its own in an expression is an entry with one term. */
static void
resolve_term(struct builder *b, struct query *q)
{
	uint32_t id = builder_term(b, &q->term), entry;

	if (id == ENGINE_NONE)
		return;
	note_list_name(b, q);
	if (!b->bare[id]) {
		entry = builder_entry(b, q->term.name, SET_NO_LIST);
		b->set->entries[entry].used = true;
		builder_user(b, id, &q->term, entry, ROLE_STRONG);
		b->bare[id] = entry + 1;
		add_encoded(b, q, entry);
	}
	q->id = b->bare[id] - 1;
}

/* "en", "pt-BR", "zh-Hant": a code of two or three letters, then other parts; no "english". */
static bool
lang_is_sound(struct str s)
{
	size_t code = str_find_char(s, '-');

	code = code == STR_NONE ? s.n : code;
	for (size_t i = 0; i < s.n; i++)
		if (!(ascii_is_alnum(s.p[i]) || (s.p[i] == '-' && i)))
			return false;
	return code == 2 || code == 3;
}

static void
resolve_filter(struct builder *b, const struct query *q)
{
	const struct str_list *known = q->filter == FILTER_FEED ? b->feeds : b->tags;

	if (q->filter == FILTER_LANG) {
		if (!lang_is_sound(q->value))
			diag_add(b->diags, DIAG_ERROR, q->at,
			    STR("write a code of two or three letters, such as lang:en or "
				"lang:pt-BR"),
			    "'%.*s' is no language", STR_ARG(q->value));
		return;
	}
	if (!known)
		return;
	for (size_t i = 0; i < known->n; i++)
		if (str_eq_ci(known->v[i], q->value))
			return;
	unknown(
	    b, q, q->filter == FILTER_FEED ? "feed" : "tag", q->value, known->v, known->n, STR(""));
}

/* ATLEAST/3 of a list of two can never be. */
static void
check_atleast(struct builder *b, const struct query *q)
{
	size_t members = 0;

	for (size_t i = 0; i < q->n_kids; i++) {
		const struct set_list *list =
		    q->kids[i]->kind == QUERY_LIST ? find_list(b, q->kids[i]) : NULL;

		members += list ? list->n : 1;
	}
	if (q->count > members)
		diag_add(b->diags, DIAG_ERROR, q->at,
		    str_fmt(b->diags->arena, "%zu at most", members),
		    "more are asked for than there are entries");
}

void
builder_resolve(struct builder *b, struct query *q)
{
	struct watchset *set = b->set;
	size_t errors = b->diags->errors;
	struct set_list *list;

	set->zones |= q->zones;
	for (size_t i = 0; i < q->n_kids; i++)
		builder_resolve(b, q->kids[i]);
	switch (q->kind) {
	case QUERY_TERM:
		resolve_term(b, q);
		break;
	case QUERY_LIST:
		list = find_list(b, q);
		if (!list)
			break;
		q->id = (size_t)(list - set->lists);
		for (uint32_t i = 0; i < list->n; i++)
			set->entries[list->first + i].used = true;
		break;
	case QUERY_ENTRY:
		list = find_list(b, q);
		if (list && find_entry(b, q, list))
			set->entries[q->id].used = true;
		break;
	case QUERY_FILTER:
		resolve_filter(b, q);
		break;
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
	case QUERY_NEAR:
		break;
	case QUERY_ATLEAST:
		if (b->diags->errors == errors) /* else a list is not known */
			check_atleast(b, q);
		break;
	}
}
