/*
 * An arena for each test: set_up and take_down of cmocka.
 */
#ifndef TESTS_OWN_ARENA_H
#define TESTS_OWN_ARENA_H

#include "rows.h"

#include "arena.h"

static struct arena *arena;

static inline int
set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static inline int
take_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#endif
