/*
 * What is right in a list file and was hardly meant: warnings that say how it is read.
 */
#ifndef ALERTS_MISTAKES_H
#define ALERTS_MISTAKES_H

#include "watchlist.h"

/* Of an entry's term as it is written: operators, comments, separators of other files. */
void mistakes_in_name(const struct term_source *source, struct diags *diags);
/* The same of a term of with:, without: and except:. */
void mistakes_in_value(const struct term_source *source, struct diags *diags);
/* Of a line that begins with #. */
void mistakes_in_comment(struct str line, struct place at, struct diags *diags);
/* Options that undo the entry, or support it always. */
void mistakes_in_entry(const struct list_entry *e, struct diags *diags);

#endif
