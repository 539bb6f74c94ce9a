/*
 * Retention: what is older than the user wants to keep goes, a little at a time.
 */
#ifndef DAEMON_STORE_PRUNE_H
#define DAEMON_STORE_PRUNE_H

#include "store.h"

#define PRUNE_ROWS 200       /* rows of one kind that go in one transaction, at most */
#define PRUNE_FREE_PAGES 128 /* of the file, given back to the system at once, at most */

/*
 * One small transaction: deliveries that are over, then the alerts nobody is owed any more, then
 * the items without alerts and what was decided of them, all from before before_s.  Never what is
 * still owed, never what tells new items from old ones (seen.h).
 * rows: of one kind, at most.  *removed: rows that went; 0 = nothing is left to remove.  False with
 * *e: nothing went.
 */
bool store_prune(struct store *s, int64_t before_s, int64_t rows, size_t *removed, struct err *e);

/*
 * When what is kept fills more than max_bytes (0: any), *before_s moves on so far that some of the
 * oldest items, of which nothing is owed, are from before it.
 */
bool store_prune_before(struct store *s, int64_t max_bytes, int64_t *before_s, struct err *e);

/* Give so many free pages back to the system, at most, and shorten the log.  *left: free pages that
 * are still in the file. */
bool store_shrink(struct store *s, int64_t pages, int64_t *left, struct err *e);

#endif
