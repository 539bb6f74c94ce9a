/*
 * A copy of the database while the daemon goes on writing it (SQLite's online backup).
 */
#ifndef DAEMON_STORE_BACKUP_H
#define DAEMON_STORE_BACKUP_H

#include "store.h"

/*
 * Copy to a new file at path, mode 0600, whole and checked (PRAGMA quick_check), or not at all.
 * False with *e when the file exists already, cannot be written, or the copy is not sound.
 * progress may be NULL: called now and then with pages done and in all.
 */
bool store_backup(
    struct store *s, const char *path, void (*progress)(int done, int all), struct err *e);

#endif
