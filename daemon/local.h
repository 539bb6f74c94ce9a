/*
 * Feeds in files: one, or all files of a directory whose name ends in .xml, .rss, .atom, .rdf or
 * .json.  They are read in a thread, as a disk may be slow and a network mount dead.
 */
#ifndef DAEMON_LOCAL_H
#define DAEMON_LOCAL_H

#include "arena.h"
#include "err.h"

#include <ev.h>

#define LOCAL_FILES_MAX 1000 /* of a directory */

struct local_file {
	struct str path, body;
};

struct local {
	struct local_file *files; /* in name order */
	size_t n;
	struct str all; /* names and bodies one after the other: the same when nothing changed */
};

/*
 * Called once, from the loop, never from inside local_start; not after local_free.  local lives as
 * long as the job; NULL with *why when it could not be read, or not in timeout_s.
 */
typedef void local_done(void *cookie, const struct local *local, const struct err *why);

struct local_job;
struct local_job *local_start(struct ev_loop *loop, struct str path, size_t max, int64_t timeout_s,
    local_done *done, void *cookie);
/* Ends it in any state; a thread that hangs is left alone.  NULL is fine. */
void local_free(struct local_job *job);

/* The same here and now.  All of it in arena.  max: bytes of all files together.  False with *e. */
bool local_read(struct str path, size_t max, struct arena *arena, struct local *ret, struct err *e);

#endif
