/*
 * What other programs keep -> newsbell's own files, as text to be looked at and saved by the user.
 * Read are OPML, newsboat's urls file (also any list of one URL a line), rss2email's configuration,
 * and CSV: of feeds when there are addresses in it, of names to watch when there are none.
 */
#ifndef FEEDS_IMPORT_H
#define FEEDS_IMPORT_H

#include "opml.h"

struct import_entry {
	struct str *terms; /* the name, then what else it is called */
	size_t n, cap;
};

struct imported {
	const char *format; /* what it was taken for, for people: static */
	struct subscriptions feeds;
	struct import_entry *entries; /* of a list of names; then there are no feeds */
	size_t n_entries, cap_entries;
};

#define IMPORT_ENTRIES_MAX 1000000

/* What cannot be used goes to diags, with its line in `file`.  False when there is nothing to use.
 */
bool import_read(struct str utf8, struct str file, struct arena *arena, struct diags *diags,
    struct imported *ret);

/* [feed "..."] sections, each with a name of its own; or lines of a watchlist. */
struct str import_write(const struct imported *in, struct arena *arena);

#endif
