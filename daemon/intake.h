/*
 * A parsed document -> what is to be written for it: which items are new, which watches fire on
 * them, what is owed to whom and what is not told and why.  Reads the store, writes nothing.
 */
#ifndef DAEMON_INTAKE_H
#define DAEMON_INTAKE_H

#include "stories.h"

struct intake {
	const struct config *config;
	struct matcher *matcher; /* over config's watchset */
	struct store *store;
	struct stories *stories;
	const struct feed *feed;
	int64_t feed_id; /* 0: no row yet */
	bool first;      /* the first document of this feed: a baseline */
	bool delta;      /* the document holds only what is new (226) */
	int64_t now_s;
};

#define INTAKE_DECISIONS_MAX 64 /* suppressed occurrences noted for one item */
#define INTAKE_EDITS_MAX 5      /* edits of an item that are followed up */

/*
 * Fills done's seen, listed, items and what else follows from the document, all in arena; doc must
 * live as long.  Ids of items may be lengthened (newness.h).  *owed is how many deliveries
 * that makes.  False with *e when the database cannot be read.
 */
bool intake_document(const struct intake *in, const struct feed_doc *doc, struct arena *arena,
    struct poll_done *done, size_t *owed, struct err *e);

#endif
