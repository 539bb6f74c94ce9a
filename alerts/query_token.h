/*
 * The words of a `when` expression, one at a time.
 */
#ifndef ALERTS_QUERY_TOKEN_H
#define ALERTS_QUERY_TOKEN_H

#include "query.h"

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT, /* also '-' */
	TOKEN_NEAR,
	TOKEN_ATLEAST,
	TOKEN_ZONE,   /* title: */
	TOKEN_FILTER, /* feed: */
	TOKEN_LIST,   /* @list or @list/entry */
	TOKEN_TERM,
	TOKEN_BROKEN, /* an error was said */
};

struct token {
	enum token_kind kind;
	size_t at, end; /* in the value */
	unsigned count; /* NEAR, ATLEAST */
	bool ordered;
	enum zone zone;
	enum query_filter filter;
	struct str list, entry;
	struct term_source term;
};

struct lexer {
	const struct setting_line *when;
	struct arena *arena;
	struct diags *diags;
	size_t at;
	bool address; /* terms are parts of an address */
	struct place_walk walk;
};

/* Reads the next token into *t. */
void token_next(struct lexer *l, struct token *t);
/* Letters of ASCII and nothing else: what a field's name may be. */
bool token_is_alpha(struct str s);
/* The place of an offset of the value. */
struct place token_place(struct lexer *l, size_t at);

#endif
