/*
 * The feed of alerts as a file: Atom (RFC 4287) or JSON Feed 1.1, the newest alert first.
 */
#ifndef ALERTS_FEED_FILE_H
#define ALERTS_FEED_FILE_H

#include "arena.h"

struct feed_file {
	bool json; /* JSON Feed, else Atom */
	struct str title;
	struct str self;    /* its own address, or empty */
	struct str id;      /* of the entry that is added */
	struct str updated; /* RFC 3339: when the newest entry was made */
	int64_t keep;       /* entries */
};

/*
 * The file with `entry` (one line without newline, as the kind writes it) first; an entry of the
 * same id is replaced.  What old holds that was not written by this function is dropped.
 */
struct str feed_file_merge(
    const struct feed_file *f, struct str old, struct str entry, struct arena *arena);

#endif
