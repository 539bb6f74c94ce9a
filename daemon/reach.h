/*
 * What of this machine a configuration names, for a daemon that gives up the rest (confine.h).
 * Directories rather than files: editors and package managers replace files, and a right that was
 * given to the old one says nothing of the new.
 */
#ifndef DAEMON_REACH_H
#define DAEMON_REACH_H

#include "config.h"

struct reach {
	struct arena *arena;
	struct str_list read, write; /* directories; they need not exist */
	size_t cap_read, cap_write;
	struct str program; /* the first that is named; empty: none */
};

/* Feeds and programs, secrets, certificates, lists, files that are written; into *ret, cleared. */
void reach_find(const struct config *config, struct arena *arena, struct reach *ret);

/* The directory of a file, or the directory itself; and, behind symbolic links, where it is. */
void reach_read(struct reach *r, struct str path);
void reach_write(struct reach *r, struct str path);
/* A directory, whether it is there or not. */
void reach_read_below(struct reach *r, struct str directory);
/* All that stands in a directory now, as its entries may be links that lead elsewhere. */
void reach_read_all(struct reach *r, struct str directory);

/* Is dir one of the list, or below one? */
bool reach_covers(const struct str_list *list, struct str dir);

#endif
