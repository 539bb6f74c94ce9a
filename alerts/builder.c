/* What a watchset that is being built grows by: terms, entries, their uses. */
#include "builder.h"

#include "mem.h"

#include <string.h>

static uint32_t
pool_add(struct watchset *set, struct str s)
{
	size_t at = set->pool_n;

	if (set->pool_cap - at < s.n) {
		set->pool_cap = set->pool_cap + set->pool_cap / 2 + s.n + 4096;
		set->pool = xrealloc(set->pool, set->pool_cap);
	}
	if (s.n)
		memcpy(set->pool + at, s.p, s.n);
	set->pool_n += s.n;
	return (uint32_t)at;
}

/* The tables by term grow with the terms. */
static void
by_term_grow(struct builder *b)
{
	size_t old = b->by_term_cap, n = engine_terms(b->set->engine);

	if (n <= old)
		return;
	b->by_term_cap = n + n / 2 + 64;
	b->last_user = xreallocarray(b->last_user, b->by_term_cap, sizeof(*b->last_user));
	b->bare = xreallocarray(b->bare, b->by_term_cap, sizeof(*b->bare));
	memset(b->last_user + old, 0, (b->by_term_cap - old) * sizeof(*b->last_user));
	memset(b->bare + old, 0, (b->by_term_cap - old) * sizeof(*b->bare));
}

uint32_t
builder_term(struct builder *b, const struct term *term)
{
	struct err e;
	size_t offset;
	uint32_t id = engine_add(b->set->engine, term, &offset, &e);

	if (id == ENGINE_NONE) {
		struct place at = term->at;

		if (term->kind == TERM_REGEX)
			at.column += (int)offset + 1;
		diag_add(b->diags, DIAG_ERROR, at, STR(""), "%s", e.text);
	}
	by_term_grow(b);
	return id;
}

struct set_user *
builder_user(
    struct builder *b, uint32_t id, const struct term *term, uint32_t entry, enum user_role role)
{
	struct watchset *set = b->set;
	uint32_t written;

	if (set->n_users == set->users_cap) {
		set->users_cap = set->users_cap + set->users_cap / 2 + 64;
		set->users = xreallocarray(set->users, set->users_cap, sizeof(*set->users));
	}
	if (str_eq(term->written, set_name(set, entry)))
		written = set->entries[entry].name;
	else
		written = pool_add(set, term->written);
	set->users[set->n_users] = (struct set_user){ .term = id,
		.entry = entry & 0xfffffff,
		.role = role,
		.capitals = term->capitals,
		.written = written,
		.written_n = (uint16_t)term->written.n };
	return &set->users[set->n_users++];
}

uint32_t
builder_entry(struct builder *b, struct str name, uint16_t list)
{
	struct watchset *set = b->set;

	if (set->n_entries == set->entries_cap) {
		set->entries_cap = set->entries_cap + set->entries_cap / 2 + 64;
		set->entries = xreallocarray(set->entries, set->entries_cap, sizeof(*set->entries));
	}
	name = str_sub(name, 0, UINT16_MAX);
	set->entries[set->n_entries] = (struct set_entry){ .name = pool_add(set, name),
		.name_n = (uint16_t)name.n,
		.list = list,
		.severity = SET_NO_SEVERITY };
	return (uint32_t)set->n_entries++;
}
