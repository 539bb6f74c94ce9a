#include "poll.h"

#include "mem.h"
#include "rhythm.h"

#include <assert.h>

static const char *const names[] = {
	[POLL_REASON_NEW] = "new",
	[POLL_REASON_FIXED] = "configured",
	[POLL_REASON_RHYTHM] = "rhythm",
	[POLL_REASON_HOURS] = "hours",
	[POLL_REASON_LEARNING] = "learning",
	[POLL_REASON_MAX_AGE] = "max-age",
	[POLL_REASON_TTL] = "ttl",
	[POLL_REASON_SKIP] = "skip",
	[POLL_REASON_RETRY] = "retry-after",
	[POLL_REASON_BACKOFF] = "back-off",
	[POLL_REASON_GONE] = "gone",
	[POLL_REASON_NETWORK] = "network",
	[POLL_REASON_HOST] = "host",
	[POLL_REASON_STORE] = "store",
	[POLL_REASON_WINDOW] = "window",
};
static_assert(ARRAY_LEN(names) == POLL_REASON_COUNT, "a name for each reason");

const char *
poll_reason_name(enum poll_reason why)
{
	return why < POLL_REASON_COUNT ? names[why] : "unknown";
}

struct str
poll_span(int64_t s, struct arena *arena)
{
	static const struct {
		int64_t s;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		int64_t n = s / units[i].s, rest;

		if (n == 0)
			continue;
		rest = i + 1 < ARRAY_LEN(units) ? s % units[i].s / units[i + 1].s : 0;
		if (rest == 0 || n >= 10)
			return str_fmt(arena, "%lld%c", (long long)n, units[i].unit);
		return str_fmt(arena, "%lld%c %lld%c", (long long)n, units[i].unit, (long long)rest,
		    units[i + 1].unit);
	}
	return STR("0s");
}

struct str
poll_why(const struct feed *feed, const struct feed_state *state, struct arena *arena)
{
	struct str every = poll_span(feed->rules->every.min_s, arena);

	switch (state->next_why) {
	case POLL_REASON_NEW:
		return STR("new: first poll");
	case POLL_REASON_FIXED:
		return str_fmt(arena, "every %.*s, as configured", STR_ARG(every));
	case POLL_REASON_RHYTHM:
		return str_fmt(arena, "learnt: something new about every %.*s",
		    STR_ARG(poll_span(rhythm_gap_s(&state->rhythm), arena)));
	case POLL_REASON_HOURS:
		return STR("learnt: new items come at this time of the day");
	case POLL_REASON_LEARNING:
		return STR("too few new items seen to know the rhythm");
	case POLL_REASON_MAX_AGE:
		return STR("the publisher's Cache-Control or Expires");
	case POLL_REASON_TTL:
		return STR("ttl or updatePeriod in the feed");
	case POLL_REASON_SKIP:
		return STR("skipHours or skipDays in the feed");
	case POLL_REASON_RETRY:
		return STR("the server named this time (Retry-After)");
	case POLL_REASON_BACKOFF:
		if (state->error_s <= state->failing_since_s)
			return STR("backing off after a failure");
		return str_fmt(arena, "backing off, failing for %.*s",
		    STR_ARG(poll_span(state->error_s - state->failing_since_s, arena)));
	case POLL_REASON_GONE:
		return STR("gone (410): weekly");
	case POLL_REASON_NETWORK:
		return STR("our own network was down");
	case POLL_REASON_HOST:
		return STR("the host asked for fewer requests (429)");
	case POLL_REASON_STORE:
		return STR("the items could not be stored: again soon");
	case POLL_REASON_WINDOW:
		return str_fmt(arena, "half of what it lists is new every %.*s",
		    STR_ARG(poll_span(state->half_window_s, arena)));
	case POLL_REASON_COUNT:
		break;
	}
	return STR("unknown");
}
