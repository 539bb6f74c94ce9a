/*
 * How a feed is, and when that is worth telling.  Pure.
 */
#ifndef FEEDS_HEALTH_H
#define FEEDS_HEALTH_H

#include "poll.h"

/*
 * What the state says now.  Gone comes before broken, broken before suspicious, suspicious before
 * silent. Silent needs a clock only, so ask again when health_check_s() has come.
 */
enum feed_health health_judge(
    const struct feed *feed, const struct feed_state *state, int64_t now_s);

/* When silence would begin, or INT64_MAX. */
int64_t health_check_s(const struct feed *feed, const struct feed_state *state);

enum health_news {
	HEALTH_NOTHING,   /* as before */
	HEALTH_WORSE,     /* to tell: was well, or ails from something else now */
	HEALTH_RECOVERED, /* to tell */
};

/* Write the new health into *state; says whether that is news. */
enum health_news health_note(const struct feed *feed, struct feed_state *state, int64_t now_s);

/* "well", "broken", "silent", "suspicious", "gone": static. */
const char *health_name(enum feed_health health);

/*
 * One line for the digest: "broken since 2h: the server says 404: not found; last good 3h ago, next
 * try in 40m".  Of a feed that is well again: "recovered".
 */
struct str health_text(
    const struct feed *feed, const struct feed_state *state, int64_t now_s, struct arena *arena);

#define HEALTH_BROKEN_FAILURES 3.0      /* weighted ... */
#define HEALTH_BROKEN_S ((int64_t)3600) /* ... over at least so long */
#define HEALTH_NO_FEED_POLLS 2
#define HEALTH_NO_ITEMS_POLLS 3
#define HEALTH_FROZEN_POLLS 5
#define HEALTH_HIDDEN_S ((int64_t)7 * 86400) /* items that were hidden stay in mind for so long */

#endif
