/*
 * What is wrong with the user's files, said so that he can mend it: where, what, what to do.  All
 * of it is collected, none of it printed here.
 */
#ifndef FEEDS_DIAG_H
#define FEEDS_DIAG_H

#include "arena.h"

#define DIAG_WARNINGS_MAX 100 /* of one file in a row; nobody reads more */

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* A place in a file.  line and column count from 1 (column in bytes), 0 = unknown. */
struct place {
	struct str file;
	int line, column;
	struct str source; /* the text of that line, or empty: shown with a caret under column */
};

struct diag {
	enum diag_level level;
	struct place at;
	struct str text; /* one line */
	struct str hint; /* what to do, or empty */
	size_t nth;      /* in the order they were found */
};

struct diags {
	struct arena *arena; /* the texts live here */
	struct diag *v;
	size_t n, cap;
	size_t errors;     /* how many of them are DIAG_ERROR */
	struct str warned; /* the file that warnings are counted of, */
	size_t warnings;   /* so many; those beyond DIAG_WARNINGS_MAX are only counted */
	size_t more_at;    /* by this one */
	bool again;        /* one is the machine's: the same files may be good later */
};

void diags_init(struct diags *d, struct arena *arena);

/* Everything is copied; hint may be empty.  Of a file's many warnings the last one says how many
 * more there are. */
void diag_add(struct diags *d, enum diag_level level, struct place at, struct str hint,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* By file and place, as the user will go through them; those of one place stay as they were found.
 */
void diags_sort(struct diags *d);

/*
 * "file:3:7: error: unknown key 'evry'\n  evry = 15m\n  ^\n  did you mean 'every'?\n"; parts that
 * are unknown are left out.
 */
struct str diag_text(const struct diag *d, struct arena *arena);

/* The column in characters, as editors count them. */
int diag_column(const struct place *at);

/*
 * "did you mean 'every'?" for the candidate nearest to `word` (at most a third of it wrong), else
 * empty.
 */
struct str diag_suggest(
    struct str word, const struct str *candidates, size_t n, struct arena *arena);

/*
 * The place `offset` bytes after `at` inside `text`, which begins at `at` and may hold newlines (a
 * value continued over lines): then line counts on and column starts anew at 1.
 */
struct place place_in(struct place at, struct str text, size_t offset);

/*
 * The same for many offsets of one text that begins at start, as who reads it asks for them: it
 * goes on from the offset before, so that all of them together cost one walk.  Begin with a zeroed
 * one.
 */
struct place_walk {
	bool begun;
	struct place at;
	size_t offset, line; /* of `at`; where its line begins */
};
struct place place_walk_to(
    struct place_walk *w, struct place start, struct str text, size_t offset);

#endif
