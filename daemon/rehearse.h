/*
 * What would happen: an item that need not exist, matched and routed as the daemon would, with
 * nothing written and nothing sent.
 */
#ifndef DAEMON_REHEARSE_H
#define DAEMON_REHEARSE_H

#include "dispatch.h"

/* One watch that fires. */
struct rehearsed {
	const struct watch_hit *fired;
	struct route_subject subject;
	struct told *told;
	size_t n_told;
};

struct rehearsal {
	struct match_result matched;
	struct rehearsed *v; /* one for each of matched.fired */
	size_t n;
};

/* Everything lives in arena and config; in is borrowed. */
void rehearse(const struct config *config, const struct match_input *in, int64_t now_s,
    struct arena *arena, struct rehearsal *ret);

/* The tags of a feed by its name; none when it is not configured. */
struct str_list rehearse_tags(const struct config *config, struct str feed);

/*
 * "23:30" or "sat 23:30": the first such moment after after_s, on the wall clock of zone.  False
 * with *e when it is no time.
 */
bool rehearse_time(struct str text, const struct tz *zone, int64_t after_s, struct arena *arena,
    int64_t *ret, struct err *e);

#endif
