/*
 * Bump memory: one arena per poll, document or delivery, thrown away as a whole, so there is no
 * free() to forget.  Never fails (see mem.h).  Not for use by two threads at once.
 */
#ifndef FEEDS_ARENA_H
#define FEEDS_ARENA_H

#include "str.h"

struct arena;

struct arena *arena_new(void);
/* For what holds secrets: its memory is overwritten before it is given back or used again. */
struct arena *arena_new_wiped(void);
void arena_free(struct arena *a); /* NULL is fine */
/* Everything handed out so far is gone; some of the memory is kept for reuse. */
void arena_reset(struct arena *a);

/* n bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t n);
/* n bytes, not zeroed, no alignment: for text. */
char *arena_bytes(struct arena *a, size_t n);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))
void *arena_array(struct arena *a, size_t count, size_t size);

/*
 * Room for one more element, which is not cleared: returns the array, grown (and moved, if need be)
 * when *cap is full.  v may be NULL with *cap 0.
 */
void *arena_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size);
#define ARENA_PUSH(a, v, n, cap)                                                                   \
	((v) = arena_grow((a), (v), (n), &(cap), sizeof(*(v))), &(v)[(n)++])

/* Total bytes asked for since the last reset. */
size_t arena_used(const struct arena *a);

struct str str_dup(struct arena *a, struct str s);
/* A NUL-terminated copy; a NUL inside s ends it early for C readers. */
char *str_z(struct arena *a, struct str s);
struct str str_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str str_join(struct arena *a, struct str left, struct str right);

#endif
