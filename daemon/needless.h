/*
 * Which terms of an entry need not be written, as another of the same entry is found wherever they
 * are.
 */
#ifndef DAEMON_NEEDLESS_H
#define DAEMON_NEEDLESS_H

#include "overlap.h"
#include "watchlist.h"

struct needless;
struct needless *needless_new(const struct watchset *set); /* set must outlive it */
void needless_free(struct needless *n);

/*
 * ret[i], for each term of the entry: the first other one that covers it, or NULL.  id: the entry's
 * number in the watchset.
 */
void needless_find(struct needless *n, const struct list_entry *e, size_t id, struct folder *f,
    const struct list_term **ret);

#endif
