/*
 * What the tools match with: list files, an expression, or the configuration as it stands.
 */
#ifndef DAEMON_MATCH_SOURCE_H
#define DAEMON_MATCH_SOURCE_H

#include "config.h"

#define MATCH_TEXT_MAX ((size_t)64 << 20)  /* bytes of a text */
#define MATCH_LIST_MAX ((size_t)256 << 20) /* bytes of a list file */

/* List files, read and named by their file names. */
struct match_lists {
	struct list_source *v;
	size_t n, cap;
};
bool match_lists_add(struct match_lists *l, const char *file, struct arena *arena, struct err *e);
/* All *.list of a directory, in name order; none is an error. */
bool match_lists_add_dir(
    struct match_lists *l, const char *dir, struct arena *arena, struct err *e);

/*
 * A watchset of lists and one expression (empty: the lists are the watches).  where: what messages
 * call the expression.  Any feed: and tag: is accepted unless names are given.  NULL after errors
 * in diags.
 */
struct watchset *match_build(const struct match_lists *lists, struct str where, struct str when,
    const struct config *names, struct diags *diags);

/*
 * The same of lists that are known to be good, with only those that the expression names: a million
 * terms of others need not be built to match one word.
 */
struct watchset *match_build_named(const struct match_lists *lists, struct str where,
    struct str when, const struct config *names, struct diags *diags);

/* A text as a zone is matched: an HTML fragment as feeds carry it, or plain. */
struct str match_zone(struct str text, enum zone zone, bool plain, struct arena *arena);

#endif
