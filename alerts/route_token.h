/*
 * The words of a route's expression, one after the other, for route_parse.c: operators,
 * parentheses, and leaves that are read and checked whole.
 */
#ifndef ALERTS_ROUTE_TOKEN_H
#define ALERTS_ROUTE_TOKEN_H

#include "route_node.h"

enum route_token {
	ROUTE_TOKEN_END,
	ROUTE_TOKEN_OPEN,
	ROUTE_TOKEN_CLOSE,
	ROUTE_TOKEN_AND,
	ROUTE_TOKEN_OR,
	ROUTE_TOKEN_NOT,
	ROUTE_TOKEN_LEAF,
	ROUTE_TOKEN_BROKEN, /* an error was said */
};

struct route_reader {
	const struct setting_line *line;
	const struct route_names *names;
	struct arena *arena;
	struct diags *diags;
	size_t at; /* behind the token */
	size_t nodes;
	int depth;
	/* the token */
	enum route_token kind;
	size_t start;
	struct route_expr *leaf;
};

/* The next one: p->kind, its place in p->start, and a leaf in p->leaf. */
void route_advance(struct route_reader *p);

/* A new one; beyond ROUTE_NODES_MAX it is an error. */
struct route_expr *route_node(struct route_reader *p, enum route_kind kind);
/* An error at offset `at`, unless one was said already; nothing is read any more. */
void route_broken(struct route_reader *p, size_t at, struct str hint, const char *text);
struct place route_place(const struct route_reader *p, size_t at);

#endif
