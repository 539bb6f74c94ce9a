/*
 * The database's form and the way from every earlier form to it.
 */
#ifndef DAEMON_SCHEMA_H
#define DAEMON_SCHEMA_H

#include "err.h"

#include <sqlite3.h>

/*
 * Of a new file, before anything is written to it.  Four items of a usual length fit a page, and
 * two of the default's; with larger ones the few bytes that a poll changes here and there weigh
 * more.
 */
#define SCHEMA_PAGES "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;"

#define SCHEMA_APPLICATION_ID 0x4e62656c /* "Nbel" */

/* The version it has reached; 0: empty.  False with *e when it is not ours, or newer.  Looked at
 * before anything is changed, the journal mode included. */
bool schema_version(sqlite3 *db, int *version, struct err *e);
/* An empty one brought to an earlier version: for repairs and for tests. */
bool schema_make(sqlite3 *db, int version, struct err *e);
/* Create or migrate in one transaction; false with *e when the database is not ours or is newer. */
bool schema_bring_up(sqlite3 *db, struct err *e);
/* The same checks without a change, for readers: false also when a migration is due. */
bool schema_check(sqlite3 *db, struct err *e);

#endif
