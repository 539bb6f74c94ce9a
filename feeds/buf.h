/*
 * A growing byte buffer on the heap with a cap that is named at birth.  Adding beyond the cap fails
 * and leaves the buffer as it was.
 */
#ifndef FEEDS_BUF_H
#define FEEDS_BUF_H

#include "str.h"

struct buf {
	char *p;
	size_t n, cap, max; /* max: bytes that may ever stand in it */
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);  /* a zeroed or freed one is fine */
void buf_clear(struct buf *b); /* keeps the memory */

bool buf_add(struct buf *b, struct str s);
bool buf_add_char(struct buf *b, char c);
bool buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes at the end, to be filled by the caller and then counted with b->n += k. */
char *buf_reserve(struct buf *b, size_t n);
/* Drop n bytes from the front. */
void buf_drop(struct buf *b, size_t n);
/* Borrowed until the next change. */
struct str buf_str(const struct buf *b);

#endif
