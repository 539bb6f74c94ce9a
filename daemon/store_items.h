/*
 * Items as they are kept: what was told of them, and which item of another feed is the same.
 */
#ifndef DAEMON_STORE_ITEMS_H
#define DAEMON_STORE_ITEMS_H

#include "store.h"

/* Two feeds' items under one link are the same when they came within so long of each other. */
#define STORE_SHARED_S ((int64_t)7 * 86400)

/* Was an alert of that watch made for the item? */
bool store_has_alert(struct store *s, int64_t row, struct str watch, bool *ret, struct err *e);
/* The facts of the first of them, empty when there is none. */
bool store_first_alert(struct store *s, int64_t row, struct str watch, struct arena *arena,
    struct str *facts, struct err *e);

#endif
