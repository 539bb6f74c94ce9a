/*
 * Between settings.c and settings_value.c.
 */
#ifndef FEEDS_SETTINGS_INSIDE_H
#define FEEDS_SETTINGS_INSIDE_H

#include "settings.h"

/* A line's value to the row's field; what is kept of its text is a copy. */
bool settings_store(const struct setting *row, const struct setting_line *line, void *field,
    const struct settings_env *env, struct arena *arena, struct err *e);

#endif
