/*
 * Regular expressions of the user's, bounded: PCRE2 without JIT, a budget of steps an item, and a
 * literal that must occur before it is run at all, where one can be found.
 */
#ifndef ALERTS_REGEX_H
#define ALERTS_REGEX_H

#include "arena.h"
#include "err.h"

#define REGEX_STEPS_MAX 1000000 /* callouts and bytes/16 an expression may spend on one text */

struct regex;

/* NULL with *e; *offset is the place in pattern. */
struct regex *regex_new(struct str pattern, bool caseless, size_t *offset, struct err *e);
void regex_free(struct regex *r);

/* ASCII in lower case that every match holds; empty: none was found. */
struct str regex_literal(const struct regex *r);

enum regex_verdict { REGEX_FOUND, REGEX_NONE, REGEX_LIMIT };

/* One thread's memory for matching. */
struct regex_scratch;
struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/* The next match in text (valid UTF-8) from `from` on.  *steps counts down and is never refilled
 * here. */
enum regex_verdict regex_find(const struct regex *r, struct regex_scratch *s, struct str text,
    size_t from, int64_t *steps, size_t *start, size_t *end);

#endif
