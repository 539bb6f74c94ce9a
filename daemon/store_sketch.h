/*
 * The sketches of what is kept (alerts/sketch.h), one for some dozens of items that follow each
 * other: a search passes over most of the database with them.  An item that is edited makes its
 * sketch stale; what comes later has none until it is made.
 */
#ifndef DAEMON_STORE_SKETCH_H
#define DAEMON_STORE_SKETCH_H

#include "sketch.h"
#include "store.h"

#define SKETCH_ITEMS 64 /* of one sketch */

/* Makes some that are missing or stale, n at most, in one transaction.  *made: how many there were
 * to make. */
bool store_sketch(
    struct store *s, struct sketcher *sketcher, size_t n, size_t *made, struct err *e);
/* The item is another now: inside the transaction that edits it. */
bool store_sketch_stale(struct store *s, int64_t item, struct err *e);
/* All go: nobody wants them any more. */
bool store_sketch_none(struct store *s, struct err *e);

/* The items [first, last] are those of `words`, which is gone when the call returns. */
typedef void sketch_each(void *cookie, int64_t first, int64_t last, struct str words);
/* Those that are sound and touch [first, last], in order. */
bool store_sketches(
    struct store *s, int64_t first, int64_t last, sketch_each *each, void *cookie, struct err *e);

#endif
