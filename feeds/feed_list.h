/*
 * A file that lists feeds, one a line: its URL, then optional words apart by blanks, which quotes
 * keep together: a word that begins with ~ is the feed's name, the others are tags.  A newsboat
 * "urls" file is one.  Lines that begin with # are comments.
 */
#ifndef FEEDS_FEED_LIST_H
#define FEEDS_FEED_LIST_H

#include "diag.h"
#include "settings.h"

struct feed_listed {
	struct str url, name; /* name: the URL without its scheme when the line gives none */
	struct str_list tags;
	struct place at;
};

/*
 * What is malformed goes to diags; what is good is returned all the same, in file order.  Views
 * point into text, file and arena.
 */
void feed_list_read(struct str text, struct str file, struct arena *arena, struct diags *diags,
    struct feed_listed **ret, size_t *n);

/*
 * The same the other way: one line each.  Quotes and line breaks in names and tags become
 * apostrophes and blanks; a feed whose URL cannot stand in a line is left out.
 */
struct str feed_list_write(const struct feed_listed *v, size_t n, struct arena *arena);

#define FEED_LIST_TAGS_MAX 64 /* a line */

#endif
