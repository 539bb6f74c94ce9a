/*
 * A `when` expression: parsed, printed with all its parentheses, and judged.
 */
#ifndef ALERTS_QUERY_H
#define ALERTS_QUERY_H

#include "item.h"
#include "settings.h"
#include "term.h"

#define QUERY_NEAR_MAX 100 /* words between the sides of NEAR and BEFORE */
#define QUERY_DEPTH_MAX 64 /* parentheses and NOTs inside of each other */
#define QUERY_NODES_MAX 100000

#define ZONES_TEXT (1u << ZONE_TITLE | 1u << ZONE_SUMMARY | 1u << ZONE_BODY)

enum query_kind {
	QUERY_AND,
	QUERY_OR,
	QUERY_NOT,
	QUERY_NEAR,
	QUERY_ATLEAST,
	QUERY_TERM,
	QUERY_LIST,
	QUERY_ENTRY,
	QUERY_FILTER,
};

enum query_filter { FILTER_FEED, FILTER_TAG, FILTER_LANG };

extern const struct str query_zone_names[ZONE_COUNT];
extern const struct str query_filter_names[3];

struct query {
	enum query_kind kind;
	struct place at;
	bool grouped;        /* stood in parentheses of its own */
	struct query **kids; /* AND, OR, ATLEAST: members; NOT: 1; NEAR: 2 */
	size_t n_kids, kids_cap;
	unsigned zones; /* of TERM, LIST, ENTRY: bits 1 << enum zone; 0: none was named */
	unsigned count; /* NEAR/count, ATLEAST/count */
	bool ordered;   /* BEFORE */
	struct term term;
	struct str list, entry; /* names */
	enum query_filter filter;
	struct str value; /* of FILTER */
	size_t id;        /* of the entry or list meant, filled by who resolves names */
};

/* NULL after an error in diags.  The query lives in arena, which must live as long as the diags. */
struct query *query_parse(
    const struct setting_line *when, struct folder *f, struct arena *arena, struct diags *diags);

/* Reads as the same query; `grouped` parentheses around everything that is not one word. */
struct str query_print(const struct query *q, struct arena *arena);

/* "@agencies", or "@\"US agencies\"" */
struct str query_print_list(struct str name, struct arena *arena);

/* The part for which an item without any of its words could match, or NULL. */
const struct query *query_without_words(const struct query *q);

#endif
