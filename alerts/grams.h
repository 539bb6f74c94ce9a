/*
 * Literals that may begin anywhere in a text: symbols, parts of addresses, what a regular
 * expression cannot do without.  Each is filed under the four bytes of it that fewest others have.
 */
#ifndef ALERTS_GRAMS_H
#define ALERTS_GRAMS_H

#include "arena.h"

struct grams;

struct grams *grams_new(void);
void grams_free(struct grams *g);
/* literal is copied and must not be empty. */
void grams_add(struct grams *g, struct str literal, uint32_t id);
/* No more are added; scanning may begin. */
void grams_finish(struct grams *g);
size_t grams_count(const struct grams *g);

/* Every place where a literal stands, with its id. */
typedef void grams_found(void *cookie, uint32_t id, size_t at);
void grams_scan(const struct grams *g, struct str text, grams_found *found, void *cookie);

#endif
