/*
 * A database's form as a list of steps, and the way from every earlier form to the last: forward
 * only, all that are due in one transaction.  The database says itself whose it is and which step
 * it has reached (application_id, user_version).
 */
#ifndef DAEMON_MIGRATE_H
#define DAEMON_MIGRATE_H

#include "err.h"

#include <sqlite3.h>
#include <stddef.h>

struct migration {
	int application_id;
	/* steps[i] is SQL that brings version i to version i + 1; 0 is an empty file.  A step that
	 * was released is never edited. */
	const char *const *steps;
	size_t n;
};

/* Empty (version 0), or ours and not newer.  False with *e when not; changes nothing. */
bool migration_version(const struct migration *m, sqlite3 *db, int *version, struct err *e);

/*
 * Every step up to version `to` (at most n) that the database has not taken, in one transaction.
 * False with *e: it is as it was before.  Foreign keys must not be enforced meanwhile, as a step
 * may build a table anew; that they hold is checked at the end.
 */
bool migration_run(const struct migration *m, sqlite3 *db, int to, struct err *e);

#endif
