/*
 * The inside of a watchset, shared by who builds it (builder.h), who judges items (match.c,
 * evaluate.c, near.c) and who explains.  Compact: a list may have a million entries.
 */
#ifndef ALERTS_SET_H
#define ALERTS_SET_H

#include "engine.h"
#include "match.h"
#include "query.h"

#define SET_NO_LIST UINT16_MAX
#define SET_NO_SEVERITY UINT8_MAX

enum user_role {
	ROLE_STRONG,
	ROLE_WEAK, /* counts with support only */
	ROLE_WITH,
	ROLE_WITHOUT,
	ROLE_EXCEPT,
};

/* An entry's use of a term.  Sorted by term. */
struct set_user {
	uint32_t term; /* of the engine */
	uint32_t entry : 28;
	uint32_t role : 3;
	uint32_t capitals : 1; /* exact and all capitals: shouting says little */
	uint32_t written;      /* offset in the pool */
	uint16_t written_n;
};

struct set_entry {
	uint32_t name; /* offset in the pool */
	uint16_t name_n;
	uint16_t list; /* SET_NO_LIST: a bare term of an expression */
	uint8_t zones; /* bits; 0: not said */
	uint8_t severity;
	bool used; /* by a watch */
};

struct set_list {
	struct str name, file;
	uint32_t first, n; /* entries */
	uint32_t *watches; /* to be judged when an entry of it occurs */
	size_t n_watches, watches_cap;
};

struct set_watch {
	struct str name;
	enum severity severity;
	bool implicit; /* a list that is a watch of its own */
	struct query *query;
};

struct set_trigger {
	uint32_t entry, watch;
};

struct watchset {
	struct arena *arena; /* names, queries */
	struct engine *engine;
	char *pool; /* names and terms as written */
	size_t pool_n, pool_cap;
	struct set_user *users;
	size_t n_users, users_cap;
	uint32_t *first_user; /* by term; one more at the end */
	struct set_entry *entries;
	size_t n_entries, entries_cap;
	struct set_list *lists;
	size_t n_lists;
	struct set_watch *watches;
	size_t n_watches;
	struct set_trigger *triggers; /* sorted by entry */
	size_t n_triggers, triggers_cap;
	uint32_t *always; /* watches judged for every item */
	size_t n_always, always_cap;
	unsigned zones; /* that must be looked at */
};

static inline struct str
set_name(const struct watchset *set, uint32_t entry)
{
	return str_n(set->pool + set->entries[entry].name, set->entries[entry].name_n);
}

static inline struct str
set_written(const struct watchset *set, const struct set_user *user)
{
	return str_n(set->pool + user->written, user->written_n);
}

static inline struct str
set_list_name(const struct watchset *set, uint32_t entry)
{
	uint16_t list = set->entries[entry].list;

	return list == SET_NO_LIST ? STR("") : set->lists[list].name;
}

/* Zones a leaf of a query looks at, given its entry. */
static inline unsigned
set_leaf_zones(const struct set_entry *entry, unsigned named)
{
	if (entry->zones)
		return named ? named & entry->zones : entry->zones;
	return named ? named : ZONES_TEXT;
}

/* watchset_triggers.c: fills triggers, always and each list's watches, once all queries are there.
 */
void set_triggers(struct watchset *set);

#endif
