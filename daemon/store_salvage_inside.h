/*
 * The inside of store_salvage, for store_salvage*.c alone.
 */
#ifndef DAEMON_STORE_SALVAGE_INSIDE_H
#define DAEMON_STORE_SALVAGE_INSIDE_H

#include "store_salvage.h"

#include <sqlite3.h>

/* Errors of reading go by table; the rest ends it. */
struct salvage_job {
	sqlite3 *from, *to;
	struct arena *arena;
	struct salvage *ret;
	struct err *e;
};

/* What the new file's SQLite says, into j->e: false. */
bool salvage_failed(struct salvage_job *j);
/* On the new file. */
bool salvage_run(struct salvage_job *j, const char *sql);

/* store_salvage_table.c: all rows of one table that can be read; false only when the new file
 * cannot be written. */
bool salvage_table(struct salvage_job *j, struct salvaged_table *table);

/* store_salvage_whole.c: what points to what is lost goes; seen keys that are lost come from the
 * items. */
bool salvage_make_whole(struct salvage_job *j);

#endif
