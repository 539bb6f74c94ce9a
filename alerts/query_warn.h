/*
 * What is right in an expression and was hardly meant: warnings that say how it is read.
 */
#ifndef ALERTS_QUERY_WARN_H
#define ALERTS_QUERY_WARN_H

#include "query_token.h"

/* Of a term that holds what other tools read as an operator. */
void token_warn(struct lexer *l, const struct token *t);
/* Of an AND: that one part rules another one out. */
void query_warn_and(const struct query *q, struct folder *f, struct diags *diags);
/* Of a whole expression: that it stands in quotes. */
void query_warn_whole(const struct query *q, struct diags *diags);

#endif
