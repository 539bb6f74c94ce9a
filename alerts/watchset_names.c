/* The lists, entries, feeds and tags that expressions name, and their own words. */
#include "ascii.h"
#include "builder.h"
#include "mem.h"

static void
unknown(struct builder *b, const struct query *q, const char *what, const char *sigil,
    struct str name, const struct str *known, size_t n)
{
	struct arena *arena = b->diags->arena;
	struct str *marked = ARENA_ARRAY(arena, struct str, n ? n : 1), hint;

	for (size_t i = 0; i < n; i++)
		marked[i] = str_fmt(arena, "%s%.*s", sigil, STR_ARG(known[i]));
	name = str_fmt(arena, "%s%.*s", sigil, STR_ARG(name));
	hint = diag_suggest(name, marked, n, arena);
	if (*sigil && hint.n) { /* a list's name needs no quotes around it */
		struct str quoted = str_sub(hint, str_find_char(hint, '\''), hint.n - 1);

		hint =
		    str_fmt(arena, "did you mean %.*s?", STR_ARG(str_sub(quoted, 1, quoted.n - 1)));
	}
	if (hint.n)
		diag_add(b->diags, DIAG_ERROR, q->at, hint, "unknown %s %.*s", what, STR_ARG(name));
	else if (n == 0)
		diag_add(b->diags, DIAG_ERROR, q->at,
		    *sigil ? STR("there is no list; in quotes it is a word") : STR(""),
		    "unknown %s %.*s", what, STR_ARG(name));
	else
		diag_add(b->diags, DIAG_ERROR, q->at,
		    str_fmt(arena, "known: %.*s%s", STR_ARG(marked[0]), n > 1 ? ", ..." : ""),
		    "unknown %s %.*s", what, STR_ARG(name));
}

static struct set_list *
find_list(struct builder *b, const struct query *q)
{
	struct watchset *set = b->set;
	struct str *names;

	for (size_t i = 0; i < set->n_lists; i++)
		if (str_eq(set->lists[i].name, q->list))
			return &set->lists[i];
	names = ARENA_ARRAY(b->diags->arena, struct str, set->n_lists + 1);
	for (size_t i = 0; i < set->n_lists; i++)
		names[i] = set->lists[i].name;
	unknown(b, q, "list", "@", q->list, names, set->n_lists);
	return NULL;
}

/* True when q->entry is an alias in the list: then *found says whether of one entry alone. */
static bool
find_by_alias(struct builder *b, struct query *q, const struct set_list *list, bool *found)
{
	const struct watchset *set = b->set;
	const struct set_user *first = NULL;

	*found = true;
	for (size_t i = 0; i < set->n_users; i++) {
		const struct set_user *u = &set->users[i];

		if (u->entry - list->first >= list->n || u->role > ROLE_WEAK ||
		    !str_eq_ci(set_written(set, u), q->entry))
			continue;
		if (first && first->entry != u->entry) {
			diag_add(b->diags, DIAG_ERROR, q->at,
			    str_fmt(b->diags->arena, "write @%.*s/\"%.*s\" or @%.*s/\"%.*s\"",
				STR_ARG(list->name), STR_ARG(set_name(set, first->entry)),
				STR_ARG(list->name), STR_ARG(set_name(set, u->entry))),
			    "'%.*s' is an alias of several entries of @%.*s", STR_ARG(q->entry),
			    STR_ARG(list->name));
			*found = false;
			return true;
		}
		first = u;
	}
	if (first)
		q->id = first->entry;
	return first != NULL;
}

/* The entry of that name, else of that name in another case, else with that alias. */
static bool
find_entry(struct builder *b, struct query *q, const struct set_list *list)
{
	struct watchset *set = b->set;
	struct str *names;
	bool found;
	uint32_t end = list->first + list->n;

	for (uint32_t i = list->first; i < end; i++)
		if (str_eq(set_name(set, i), q->entry)) {
			q->id = i;
			return true;
		}
	for (uint32_t i = list->first; i < end; i++)
		if (str_eq_ci(set_name(set, i), q->entry)) {
			q->id = i;
			return true;
		}
	if (find_by_alias(b, q, list, &found))
		return found;
	names = ARENA_ARRAY(b->diags->arena, struct str, (size_t)list->n + 1);
	for (uint32_t i = 0; i < list->n; i++)
		names[i] = set_name(set, list->first + i);
	unknown(b, q, "entry", "", q->entry, names, list->n);
	return false;
}

/* A word of its own in an expression is an entry with one term. */
static void
resolve_term(struct builder *b, struct query *q)
{
	uint32_t id = builder_term(b, &q->term), entry;

	if (id == ENGINE_NONE)
		return;
	if (!b->bare[id]) {
		entry = builder_entry(b, q->term.name, SET_NO_LIST);
		b->set->entries[entry].used = true;
		builder_user(b, id, &q->term, entry, ROLE_STRONG);
		b->bare[id] = entry + 1;
	}
	q->id = b->bare[id] - 1;
}

static bool
lang_is_sound(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(ascii_is_alnum(s.p[i]) || (s.p[i] == '-' && i)))
			return false;
	return s.n >= 2;
}

static void
resolve_filter(struct builder *b, const struct query *q)
{
	const struct str_list *known = q->filter == FILTER_FEED ? b->feeds : b->tags;

	if (q->filter == FILTER_LANG) {
		if (!lang_is_sound(q->value))
			diag_add(b->diags, DIAG_ERROR, q->at,
			    STR("write a code such as lang:en or lang:pt-BR"),
			    "'%.*s' is no language", STR_ARG(q->value));
		return;
	}
	if (!known)
		return;
	for (size_t i = 0; i < known->n; i++)
		if (str_eq_ci(known->v[i], q->value))
			return;
	unknown(b, q, q->filter == FILTER_FEED ? "feed" : "tag", "", q->value, known->v, known->n);
}

void
builder_resolve(struct builder *b, struct query *q)
{
	struct watchset *set = b->set;
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
	case QUERY_ATLEAST:
		break;
	}
}
