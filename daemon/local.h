/*
 * Feeds in files: one, or all files of a directory whose name ends in .xml, .rss, .atom, .rdf or
 * .json.
 */
#ifndef DAEMON_LOCAL_H
#define DAEMON_LOCAL_H

#include "arena.h"
#include "err.h"

#define LOCAL_FILES_MAX 1000 /* of a directory */

struct local_file {
	struct str path, body;
};

struct local {
	struct local_file *files; /* in name order */
	size_t n;
	struct str all; /* names and bodies one after the other: the same when nothing changed */
};

/* All of it in arena.  max: bytes of all files together.  False with *e. */
bool local_read(struct str path, size_t max, struct arena *arena, struct local *ret, struct err *e);

#endif
