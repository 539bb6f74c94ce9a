/*
 * Which items of a feed were seen: a packed, sorted array of 10-byte records, one row of the
 * database a feed.  A record is the item's key (8 bytes, XXH3-64 of its id, big endian) and the day
 * it was last listed (2 bytes, days since 2020-01-01, big endian).  Newness is membership in this
 * set and nothing else: never a date.
 */
#ifndef FEEDS_SEEN_H
#define FEEDS_SEEN_H

#include "arena.h"

#define SEEN_RECORD ((size_t)10) /* bytes */
#define SEEN_KEEP_DAYS 400       /* a key is kept this long after the feed last listed it */
#define SEEN_REFRESH_DAYS 7 /* the day of a listed key is rewritten when it is older than this */

uint64_t seen_key(struct str item_id);

/*
 * Compare what a feed lists now with what was seen.
 * old      the packed set; a length that is no multiple of SEEN_RECORD is cut.
 * keys     of the items, in document order; the same key twice is new at most once.
 * is_new   filled for each key.
 * Returns  true when the set changed and must be stored; then *ret is the new packed set in arena.
 */
bool seen_update(struct str old, const uint64_t *keys, size_t n, int64_t now_s, struct arena *arena,
    bool *is_new, struct str *ret);

#endif
