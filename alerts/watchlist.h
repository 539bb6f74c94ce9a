/*
 * A list file, read line by line: what each entry is, or what is wrong with it.
 */
#ifndef ALERTS_WATCHLIST_H
#define ALERTS_WATCHLIST_H

#include "match.h"
#include "term.h"

struct list_term {
	struct term term;
	bool weak; /* counts only with support */
};

struct terms {
	struct term *v;
	size_t n, cap;
};

struct list_entry {
	struct str name; /* as shown in alerts */
	struct place at;
	struct list_term *terms;
	size_t n_terms, terms_cap;
	struct terms with, without, except;
	unsigned zones; /* bits 1 << enum zone; 0: not said */
	int severity;   /* enum severity, -1: not said */
};

/* The entry and all in it are gone when the call returns, the views of the file's text are not. */
typedef void watchlist_entry(void *cookie, const struct list_entry *entry);

/* Every sound entry is handed over in the file's order; problems go to diags. */
void watchlist_read(const struct list_source *source, struct folder *f, struct diags *diags,
    watchlist_entry *each, void *cookie);

#endif
