/*
 * newsbell match --batch: texts by the line, answers by the line.
 */
#ifndef DAEMON_MATCH_BATCH_H
#define DAEMON_MATCH_BATCH_H

#include "match_source.h"

#include <stdio.h>

#define BATCH_LINE_MAX ((size_t)256 << 20) /* bytes of one line */

struct batch {
	struct match_lists lists;
	const struct config *config;  /* or NULL: then lists and each line's `when` say what */
	const struct watchset *fixed; /* for lines without `when`; NULL when they need one */
	struct str watch;             /* the only one that counts, or empty */
	bool plain;
};

/*
 * Reads JSON lines {"id","when","title","summary","body"[,"author","category","url","feed","tags",
 * "lang"]} from `from` to its end and writes one line for each to `to`.  An exit status: EX_OK
 * though expressions were wrong (their lines say so), EX_DATAERR when a line was no such JSON.
 */
int batch_run(const struct batch *b, FILE *from, FILE *to);

#endif
