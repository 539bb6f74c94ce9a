/*
 * Canonical order and composition of characters (Unicode Standard Annex #15, D108 to D117).  The
 * tables are utf8proc's, which itself composes whole strings only, and slowly.
 */
#ifndef ALERTS_COMPOSE_H
#define ALERTS_COMPOSE_H

#include <stddef.h>
#include <stdint.h>

/* A character with what is asked of it again and again: its class, and whether it may join. */
typedef uint32_t compose_unit;
#define COMPOSE_CHAR(unit) ((unit)&0x1fffffu)
#define COMPOSE_CLASS(unit) ((unit) >> 21 & 0xffu) /* canonical combining class */
#define COMPOSE_JOINS (1u << 29)                   /* script_may_join */

compose_unit compose_unit_of(uint32_t c);

/* Which characters are one; making it takes a millisecond or two. */
struct composer;
struct composer *composer_new(void);
void composer_free(struct composer *c);

/* The primary composite of two characters; 0 when there is none. */
uint32_t compose_pair(const struct composer *c, uint32_t a, uint32_t b);
/*
 * n decomposed units become characters, in order and composed, in the same place; returns how many.
 */
size_t compose(const struct composer *c, compose_unit *v, size_t n);

#endif
