/*
 * Lists of feeds that are fetched ([feeds] opml = URL), as they were when they last came whole.
 */
#ifndef DAEMON_STORE_LISTS_H
#define DAEMON_STORE_LISTS_H

#include "store.h"

/* Lines as feed_list_read takes them; empty when nothing was ever fetched from that URL. */
bool store_list(
    struct store *s, struct str url, struct arena *arena, struct str *ret, struct err *e);

#endif
