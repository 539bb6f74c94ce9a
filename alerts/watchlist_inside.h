/*
 * A line of a list being read: for watchlist.c, which knows entries, and watchlist_options.c.
 */
#ifndef ALERTS_WATCHLIST_INSIDE_H
#define ALERTS_WATCHLIST_INSIDE_H

#include "watchlist.h"

struct list_reader {
	struct folder *f;
	struct diags *diags;
	struct str line;
	struct place line_at; /* of the line's first byte */
	struct place_walk walk;
	struct arena *arena; /* of this line */
	struct list_entry defaults;
	struct arena *defaults_arena;
};

/* Where byte `at` of the line stands in the file. */
struct place list_place(struct list_reader *r, size_t at);
/* An error there; always false. */
bool list_fail(struct list_reader *r, size_t at, struct str hint, const char *text);
/* Where the white space from `at` on ends. */
size_t list_skip(struct str line, size_t at);

/*
 * The term from *at to one of ends (characters); *at is moved to that end or the line's.  weak: is
 * it marked with '?'; NULL where that is no mark.  An empty one is none: ret->written.n is 0.
 */
bool list_cut_term(
    struct list_reader *r, size_t *at, const char *ends, bool *weak, struct term_source *ret);

/* Those of an entry or of all, from behind '[' (or "[defaults;") to the line's end, into e. */
bool list_read_options(struct list_reader *r, size_t at, struct list_entry *e);

#endif
