/*
 * An alert to try a channel with: all that alerts can have, and clearly a test.
 */
#ifndef ALERTS_SPECIMEN_H
#define ALERTS_SPECIMEN_H

#include "alert.h"

void specimen_make(enum severity severity, int64_t now_s, struct arena *arena, struct alert *ret);

#endif
