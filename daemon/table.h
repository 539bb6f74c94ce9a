/*
 * Tables for people: columns as wide as what stands in them (by what a terminal shows, not by
 * bytes), headings, colour when wanted.
 */
#ifndef DAEMON_TABLE_H
#define DAEMON_TABLE_H

#include "arena.h"

#include <stdio.h>

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_BAD, COLOUR_WARN, COLOUR_DIM, COLOUR_BOLD };

struct table_cell {
	struct str text;
	enum colour colour;
};

#define TABLE_COLUMNS_MAX 12
struct table {
	struct arena *arena;
	const char *const *heads;
	size_t n_heads;
	unsigned right; /* bit i: column i is of numbers */
	bool cut;       /* the last column, to the width of the terminal */
	struct table_cell *cells;
	size_t n, cap;
};

/* heads must live as long as the table; a '#' at the start of one makes its column right-aligned.
 */
void table_init(struct table *t, struct arena *arena, const char *const *heads, size_t n_heads);
/* The next cell, row by row.  Control characters become spaces; text must live as long as the
 * table. */
void table_add(struct table *t, struct str text, enum colour colour);
/* A row of a table of two columns: a name, and its value if there is one; else nothing. */
void table_add_named(struct table *t, const char *name, struct str value, enum colour colour);
void table_print(const struct table *t, FILE *to, bool colour);

/* Columns that a terminal needs for this text. */
size_t table_width(struct str text);

#endif
