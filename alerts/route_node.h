/*
 * The inside of a route's expression, shared by its reader and its judge.
 */
#ifndef ALERTS_ROUTE_NODE_H
#define ALERTS_ROUTE_NODE_H

#include "route_expr.h"

enum route_kind {
	ROUTE_AND,
	ROUTE_OR,
	ROUTE_NOT,
	ROUTE_SEVERITY,
	ROUTE_NAME, /* a field and a name */
};

enum route_field {
	ROUTE_WATCH,
	ROUTE_LIST,
	ROUTE_ENTRY,
	ROUTE_FEED,
	ROUTE_TAG,
	ROUTE_LANG,
	ROUTE_FIELD_COUNT
};
extern const struct str route_field_names[ROUTE_FIELD_COUNT];

enum route_compare { COMPARE_GE, COMPARE_LE, COMPARE_NE, COMPARE_GT, COMPARE_LT, COMPARE_EQ };
extern const struct str route_compare_names[]; /* in the order of the enum */

struct route_expr {
	enum route_kind kind;
	struct route_expr **kids; /* AND, OR: members; NOT: one */
	size_t n_kids, kids_cap;
	enum route_field field;
	struct str list, name; /* of NAME; list: of entry:list/name */
	enum route_compare compare;
	enum severity severity;
};

/* ASCII case does not count; a * in the pattern stands for any run of characters. */
bool route_glob(struct str pattern, struct str text);

/* A name as it is written in an expression: in quotes where it must be. */
struct str route_quoted(struct str name, struct arena *arena);

#endif
