/* The user's lists and watches -> one watchset. */
#include "builder.h"
#include "mem.h"
#include "watchlist.h"

#include <stdlib.h>

#define ENTRIES_MAX ((size_t)1 << 28)
#define LISTS_MAX (SET_NO_LIST - 1)
#define DUPLICATES_SHOWN 20 /* of a list; a list that was pasted twice has no end of them */

/* ---- lists ---- */

/* "@vendors" in a list is a word, even where there is such a list. */
static void
warn_list_name(struct builder *b, const struct term *term)
{
	struct str name = str_sub(term->written, 1, term->written.n), list;

	if (term->written.n == 0 || term->written.p[0] != '@')
		return;
	str_cut(name, '/', &list, &name);
	for (size_t i = 0; i < b->n_sources; i++)
		if (str_eq(b->sources[i].name, list))
			diag_add(b->diags, DIAG_WARNING, term->at,
			    STR("lists are named in a [watch]; quote a handle that is meant"),
			    "a list within a list is a word: '%.*s'", STR_ARG(term->written));
}

static void
add_terms(struct builder *b, const struct terms *terms, uint32_t entry, enum user_role role)
{
	for (size_t i = 0; i < terms->n; i++) {
		uint32_t id = builder_term(b, &terms->v[i]);

		warn_list_name(b, &terms->v[i]);
		if (id != ENGINE_NONE)
			builder_user(b, id, &terms->v[i], entry, role);
	}
}

static void
warn_duplicate(struct builder *b, uint32_t id, const struct term *term)
{
	const struct set_user *before;

	if (!b->last_user[id].user)
		return;
	before = &b->set->users[b->last_user[id].user - 1];
	if (b->set->entries[before->entry].list != b->list || ++b->duplicates > DUPLICATES_SHOWN)
		return;
	diag_add(b->diags, DIAG_WARNING, term->at, STR("one of them is enough"),
	    "duplicate term '%.*s': it stands in line %u already, and again in line %d",
	    STR_ARG(term->written), b->last_user[id].line, term->at.line);
}

/* How many more there are of what was said often enough. */
static void
sum_duplicates(struct builder *b)
{
	if (b->duplicates > DUPLICATES_SHOWN)
		diag_add(b->diags, DIAG_WARNING, (struct place){ .file = b->source->file },
		    STR("'newsbell lists' names them all"), "%zu more duplicate terms",
		    b->duplicates - DUPLICATES_SHOWN);
	b->duplicates = 0;
}

static void
on_entry(void *cookie, const struct list_entry *e)
{
	struct builder *b = cookie;
	uint32_t entry;

	if (b->set->n_entries >= ENTRIES_MAX) {
		diag_add(b->diags, DIAG_ERROR, e->at, STR(""), "too many entries");
		return;
	}
	entry = builder_entry(b, e->name, b->list);
	b->set->entries[entry].zones = (uint8_t)e->zones;
	if (e->severity >= 0)
		b->set->entries[entry].severity = (uint8_t)e->severity;
	for (size_t i = 0; i < e->n_terms; i++) {
		const struct term *term = &e->terms[i].term;
		uint32_t id = builder_term(b, term);

		if (id == ENGINE_NONE)
			continue;
		warn_list_name(b, term);
		warn_duplicate(b, id, term);
		builder_user(b, id, term, entry, e->terms[i].weak ? ROLE_WEAK : ROLE_STRONG);
		b->last_user[id] =
		    (struct last_user){ (uint32_t)b->set->n_users, (uint32_t)term->at.line };
	}
	add_terms(b, &e->with, entry, ROLE_WITH);
	add_terms(b, &e->without, entry, ROLE_WITHOUT);
	add_terms(b, &e->except, entry, ROLE_EXCEPT);
}

static void
read_lists(struct builder *b, const struct list_source *sources, size_t n)
{
	struct watchset *set = b->set;

	if (n > LISTS_MAX) {
		diag_add(b->diags, DIAG_ERROR, (struct place){ 0 }, STR(""), "more than %d lists",
		    LISTS_MAX);
		n = LISTS_MAX;
	}
	set->lists = ARENA_ARRAY(set->arena, struct set_list, n ? n : 1);
	set->n_lists = n;
	b->sources = sources;
	b->n_sources = n;
	for (size_t i = 0; i < n; i++) {
		struct set_list *list = &set->lists[i];

		for (size_t k = 0; k < i; k++)
			if (str_eq(sources[k].name, sources[i].name))
				diag_add(b->diags, DIAG_ERROR,
				    (struct place){ .file = sources[i].file }, STR(""),
				    "a second list named '%.*s'", STR_ARG(sources[i].name));
		list->name = str_dup(set->arena, sources[i].name);
		list->file = str_dup(set->arena, sources[i].file);
		list->first = (uint32_t)set->n_entries;
		b->source = &sources[i];
		b->list = (uint16_t)i;
		watchlist_read(&sources[i], b->folder, b->diags, on_entry, b);
		sum_duplicates(b);
		list->n = (uint32_t)set->n_entries - list->first;
	}
}

/* ---- watches ---- */

/* The query outlives the text it was read from. */
static void
keep_query(struct watchset *set, struct query *q)
{
	for (size_t i = 0; i < q->n_kids; i++)
		keep_query(set, q->kids[i]);
	q->at = (struct place){ 0 };
	q->term.at = q->at;
	q->term.written = str_dup(set->arena, q->term.written);
	q->term.name = str_dup(set->arena, q->term.name);
	q->list = str_dup(set->arena, q->list);
	q->entry = str_dup(set->arena, q->entry);
	q->value = str_dup(set->arena, q->value);
}

static void
read_watches(struct builder *b, const struct watch_source *sources, size_t n)
{
	struct watchset *set = b->set;

	set->watches = ARENA_ARRAY(set->arena, struct set_watch, n ? n : 1);
	set->n_watches = n;
	for (size_t i = 0; i < n; i++) {
		set->watches[i] = (struct set_watch){ .name = str_dup(set->arena, sources[i].name),
			.severity = (enum severity)sources[i].severity,
			.query = query_parse(&sources[i].when, b->folder, set->arena, b->diags) };
		if (!set->watches[i].query)
			continue;
		builder_resolve(b, set->watches[i].query);
		keep_query(set, set->watches[i].query);
	}
}

/* Without watches each list is one. */
static void
watch_lists(struct builder *b)
{
	struct watchset *set = b->set;

	set->watches = ARENA_ARRAY(set->arena, struct set_watch, set->n_lists ? set->n_lists : 1);
	set->n_watches = set->n_lists;
	for (size_t i = 0; i < set->n_lists; i++) {
		struct query *q = ARENA_NEW(set->arena, struct query);

		q->kind = QUERY_LIST;
		q->list = set->lists[i].name;
		q->id = i;
		set->watches[i] = (struct set_watch){ .name = set->lists[i].name,
			.severity = SEVERITY_NORMAL,
			.implicit = true,
			.query = q };
		builder_resolve(b, q);
	}
}

static void
finish(struct builder *b)
{
	struct watchset *set = b->set;
	size_t n = engine_terms(set->engine);
	struct set_user *sorted = xreallocarray(NULL, set->n_users + 1, sizeof(*sorted));

	set->first_user = xcalloc(n + 2, sizeof(*set->first_user));
	for (size_t i = 0; i < set->n_users; i++)
		set->first_user[set->users[i].term + 2]++;
	for (size_t i = 2; i < n + 2; i++)
		set->first_user[i] += set->first_user[i - 1];
	for (size_t i = 0; i < set->n_users; i++)
		sorted[set->first_user[set->users[i].term + 1]++] = set->users[i];
	free(set->users);
	set->users = sorted;
	set->users_cap = set->n_users + 1;
	set->entries = xreallocarray(set->entries, set->n_entries + 1, sizeof(*set->entries));
	set->pool = xrealloc(set->pool, set->pool_n + 1);
	set_triggers(set);
	engine_finish(set->engine);
}

static size_t
count_lines(const struct list_source *lists, size_t n)
{
	size_t lines = 0;

	for (size_t i = 0; i < n; i++)
		for (struct str line, rest = lists[i].text; rest.n; lines++)
			str_cut(rest, '\n', &line, &rest);
	return lines;
}

struct watchset *
watchset_build(const struct list_source *lists, size_t n_lists, const struct watch_source *watches,
    size_t n_watches, const struct str_list *feeds, const struct str_list *tags,
    struct diags *diags)
{
	struct builder b = { .diags = diags, .feeds = feeds, .tags = tags };
	struct watchset *set = xcalloc(1, sizeof(*set));
	size_t errors = diags->errors;

	b.set = set;
	b.folder = folder_new();
	set->arena = arena_new();
	set->engine = engine_new();
	set->zones = ZONES_TEXT;
	engine_reserve(set->engine, count_lines(lists, n_lists));
	read_lists(&b, lists, n_lists);
	if (n_watches)
		read_watches(&b, watches, n_watches);
	else
		watch_lists(&b);
	if (diags->errors == errors)
		finish(&b);
	folder_free(b.folder);
	free(b.last_user);
	free(b.bare);
	if (diags->errors == errors)
		return set;
	watchset_free(set);
	return NULL;
}

void
watchset_free(struct watchset *set)
{
	if (!set)
		return;
	engine_free(set->engine);
	arena_free(set->arena);
	free(set->pool);
	free(set->users);
	free(set->first_user);
	free(set->entries);
	free(set);
}

size_t
watchset_watches(const struct watchset *set)
{
	return set->n_watches;
}

struct str
watchset_watch_name(const struct watchset *set, size_t watch)
{
	return set->watches[watch].name;
}

size_t
watchset_entries(const struct watchset *set)
{
	return set->n_entries;
}

void
watchset_entry(const struct watchset *set, size_t entry, struct str *list, struct str *name)
{
	*list = set_list_name(set, (uint32_t)entry);
	*name = set_name(set, (uint32_t)entry);
}

bool
watchset_list_is_watched(const struct watchset *set, size_t list)
{
	const struct set_list *l = &set->lists[list];

	for (uint32_t i = 0; i < l->n; i++)
		if (set->entries[l->first + i].used)
			return true;
	return false;
}

struct str
watchset_watch_text(const struct watchset *set, size_t watch, struct arena *arena)
{
	return query_print(set->watches[watch].query, arena);
}

static bool
asks_for(const struct watchset *set, const struct query *q, size_t entry)
{
	const struct set_list *list;

	if (q->kind == QUERY_LIST) {
		list = &set->lists[q->id];
		return entry >= list->first && entry - list->first < list->n;
	}
	if (q->kind == QUERY_TERM || q->kind == QUERY_ENTRY)
		return q->id == entry;
	for (size_t i = 0; i < q->n_kids; i++)
		if (asks_for(set, q->kids[i], entry))
			return true;
	return false;
}

bool
watchset_asks_for(const struct watchset *set, size_t watch, size_t entry)
{
	return asks_for(set, set->watches[watch].query, entry);
}
