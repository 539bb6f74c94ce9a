/*
 * Whole files and directories, with clear errors.
 */
#ifndef DAEMON_FILE_H
#define DAEMON_FILE_H

#include "arena.h"
#include "err.h"
#include "settings.h"

/*
 * The whole file, at most max bytes.  False with *e, "PATH: why": ERR_CONFIG when it is not there
 * or may not be read, ERR_LIMIT when it is longer, ERR_SYSTEM when the machine failed: later it may
 * not.
 */
bool file_read(const char *path, size_t max, struct arena *arena, struct str *ret, struct err *e);
/* The same for standard input. */
bool file_read_stdin(size_t max, struct arena *arena, struct str *ret, struct err *e);
/* Full paths of the entries of dir whose name ends in suffix and does not begin with a dot, in name
 * order.  A directory that does not exist is empty; false as above. */
bool file_list(
    const char *dir, const char *suffix, struct arena *arena, struct str_list *ret, struct err *e);
/* Everything before the last '/', or "." */
struct str file_dirname(struct str path);
/* Whether others than the owner and its group may read it. */
bool file_is_public(const char *path);

#endif
