/*
 * A watchset being built: by watchset.c from lists and watches, by watchset_names.c from what
 * expressions name.
 */
#ifndef ALERTS_BUILDER_H
#define ALERTS_BUILDER_H

#include "set.h"

struct builder {
	struct watchset *set;
	struct folder *folder;
	struct diags *diags;
	const struct list_source *source;  /* the list being read */
	const struct list_source *sources; /* and all of them */
	size_t n_sources;
	uint16_t list;
	size_t duplicates; /* in it */
	struct last_user {
		uint32_t user; /* the last alias, plus one */
		uint32_t line;
	} * last_user;  /* by term */
	uint32_t *bare; /* by term: the bare term's entry, plus one */
	size_t by_term_cap;
	const struct str_list *feeds, *tags;
};

/* The engine's number of a term, or ENGINE_NONE after an error. */
uint32_t builder_term(struct builder *b, const struct term *term);
/* An entry, and its use of a term. */
uint32_t builder_entry(struct builder *b, struct str name, uint16_t list);
struct set_user *builder_user(
    struct builder *b, uint32_t id, const struct term *term, uint32_t entry, enum user_role role);

/* Fills the ids of an expression; what is not known is an error. */
void builder_resolve(struct builder *b, struct query *q);

#endif
