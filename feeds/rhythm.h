/*
 * When the items of a feed appear, and what follows for asking.  Pure arithmetic over the ring in
 * struct feed_rhythm.
 */
#ifndef FEEDS_RHYTHM_H
#define FEEDS_RHYTHM_H

#include "feed.h"

/*
 * New items appeared at at_s.  exact: known to some minutes (a date of theirs, or the poll before
 * was shortly ago).  Times not after the newest one known, or in the same burst, change nothing.
 */
void rhythm_add(struct feed_rhythm *rhythm, int64_t at_s, bool exact);

/*
 * Learn from the dates of a document that is seen for the first time: any order, DATE_NONE and
 * future ones are left out.
 */
void rhythm_seed(struct feed_rhythm *rhythm, const int64_t *dates, size_t n, int64_t now_s);

/* The last arrival, 0 = none. */
int64_t rhythm_last_s(const struct feed_rhythm *rhythm);

/* The usual (median) time between two arrivals, 0 = not known yet. */
int64_t rhythm_gap_s(const struct feed_rhythm *rhythm);

/* A short one (a quarter are shorter): what to expect soon after an arrival, as items come in
 * bursts. */
int64_t rhythm_short_gap_s(const struct feed_rhythm *rhythm);

/* Longer without anything new is unusual for this feed; 0 = not known yet. */
int64_t rhythm_silence_s(const struct feed_rhythm *rhythm);

/*
 * When items appear at the same few times of the day: the next such time that nothing has come for
 * yet, from..to (it may have begun).  False when the feed has no such hours.
 */
bool rhythm_window(const struct feed_rhythm *rhythm, int64_t now_s, int64_t *from_s, int64_t *to_s);

#endif
