/*
 * A damaged database: how damaged, and what of it can be had.  For the tools, while no daemon runs.
 */
#ifndef DAEMON_STORE_SALVAGE_H
#define DAEMON_STORE_SALVAGE_H

#include "arena.h"
#include "err.h"
#include "settings.h"

enum store_examination {
	STORE_PAGES, /* is each page and each index what it should be */
	STORE_WHOLE, /* and do the indexes agree with their tables, which takes longer */
};
/* At most `limit` complaints; none: it is sound.  False with *e when it cannot be opened. */
bool store_examine(const char *path, enum store_examination how, size_t limit, struct arena *arena,
    struct str_list *complaints, struct err *e);

struct salvaged_table {
	struct str name;
	int64_t rows;
	bool whole; /* read from its beginning to its end */
};

struct salvage {
	struct salvaged_table *tables;
	size_t n, cap;
	int64_t dropped; /* rows that pointed to rows that are lost */
	bool secret;     /* the instance secret is there: redeliveries keep their ids */
};

/*
 * All rows of `from` that can be read into the new file `to`, which is then a whole database: what
 * points to what is lost goes too, but an alert stays without its item, as it may be owed.  A feed
 * whose seen keys are lost has those of its items again, and begins with a baseline.  `from` is not
 * written.  False with *e, and `to` is not there.
 */
bool store_salvage(
    const char *from, const char *to, struct arena *arena, struct salvage *ret, struct err *e);

#endif
