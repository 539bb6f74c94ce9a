/*
 * How a feed is, and when that is worth telling.  Pure.
 */
#ifndef FEEDS_HEALTH_H
#define FEEDS_HEALTH_H

#include "poll.h"

/* What there is to tell of a feed after a poll; most polls have nothing. */
enum health_kind {
	HEALTH_KIND_BROKEN,
	HEALTH_KIND_SILENT,
	HEALTH_KIND_SUSPICIOUS,
	HEALTH_KIND_GONE,
	HEALTH_KIND_RECOVERED,
	HEALTH_KIND_GAP,   /* items may have come and gone between two polls */
	HEALTH_KIND_CHURN, /* all ids changed; nothing was told twice */
	HEALTH_KIND_MOVED, /* a permanent redirect is believed from now on */
	HEALTH_KIND_COUNT
};
const char *health_kind_name(enum health_kind kind); /* "broken", "gap" ...: static */

/*
 * text: one line with the feed's name: "NAME: broken for 2h: the server says 404: not found; last
 * good 3h ago, next try in 40m".
 */
struct health_told {
	enum health_kind kind;
	struct str text;
};

/*
 * before and after one poll; the health that after shows is written into it.  Gone comes before
 * broken, broken before suspicious, suspicious before silent.  Fills at most HEALTH_TOLD_MAX of
 * ret, their texts in arena, and returns how many.  A gap is told once in HEALTH_GAP_S, a churn
 * once in HEALTH_CHURN_S.
 */
#define HEALTH_TOLD_MAX 4
#define HEALTH_GAP_S ((int64_t)86400)
#define HEALTH_CHURN_S ((int64_t)30 * 86400)
size_t health_tell(const struct feed *feed, const struct feed_state *before,
    struct feed_state *after, int64_t now_s, struct arena *arena, struct health_told *ret);

/* "well", "broken", "silent", "suspicious", "gone": static. */
const char *health_name(enum feed_health health);

#define HEALTH_BROKEN_FAILURES 3.0      /* weighted ... */
#define HEALTH_BROKEN_S ((int64_t)3600) /* ... over at least so long */
#define HEALTH_NO_FEED_POLLS 2
#define HEALTH_NO_ITEMS_POLLS POLL_NO_ITEMS_MAX
#define HEALTH_FROZEN_POLLS 5
#define HEALTH_HIDDEN_S ((int64_t)7 * 86400) /* items that were hidden stay in mind for so long */

#endif
