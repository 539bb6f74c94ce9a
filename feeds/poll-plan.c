/*
 * When a feed is asked next.
 */
#include "poll_inside.h"

#include "rhythm.h"

#define HOUR_S ((int64_t)3600)
#define DAY_S ((int64_t)86400)
#define LEARNING_S HOUR_S /* while no rhythm is known */
#define ASKS_A_GAP 4      /* so often between two usual arrivals */
#define BURST_GAPS 2      /* so many short gaps after an arrival, more of the burst is expected */
#define ASKS_A_SILENCE 16 /* the interval grows to this part of the time without anything new */
#define DISTRUST_INTERVAL_S HOUR_S /* whole bodies each time: not more often */
#define OFFLINE_RETRY_S ((int64_t)60)
#define DOUBLINGS_MAX 16

void
plan_not_before(struct poll_plan *plan, int64_t at_s, enum poll_reason why)
{
	if (at_s > plan->at_s)
		*plan = (struct poll_plan){ at_s, why };
}

/* ---- the publisher's wishes ---- */

/* sy:updatePeriod with a base is a grid of times; without one, a pause. */
static int64_t
next_update(const struct feed_hints *hints, int64_t now_s)
{
	int64_t period = hints->update_period_s, since;

	if (period <= 0)
		return 0;
	if (period > POLL_FRESH_MAX_S || hints->update_base_s == DATE_NONE ||
	    hints->update_base_s == 0 || hints->update_base_s > now_s)
		return now_s + at_most(period, POLL_FRESH_MAX_S);
	since = (now_s - hints->update_base_s) % period;
	return now_s + period - since;
}

int64_t
plan_unskipped(const struct feed_hints *hints, int64_t at_s)
{
	int64_t limit = at_s + POLL_SKIP_MAX_S, s = at_s;

	while (s <= limit) {
		int64_t hour = s / HOUR_S % 24,
			weekday = (s / DAY_S + 3) % 7; /* 1970: a Thursday */

		if (!(hints->skip_hours >> hour & 1) && !(hints->skip_days >> weekday & 1))
			return s;
		s = (s / HOUR_S + 1) * HOUR_S;
	}
	return at_s;
}

static void
respect_publisher(const struct feed_state *s, int64_t now_s, struct poll_plan *plan)
{
	plan_not_before(plan, now_s + at_most(s->hints.ttl_s, POLL_FRESH_MAX_S), POLL_REASON_TTL);
	plan_not_before(plan, next_update(&s->hints, now_s), POLL_REASON_TTL);
	plan_not_before(plan, s->not_before_s, POLL_REASON_MAX_AGE);
	plan_not_before(plan, plan_unskipped(&s->hints, plan->at_s), POLL_REASON_SKIP);
}

/* ---- the learnt interval ---- */

static int64_t
learnt_interval(
    const struct feed *feed, const struct feed_state *s, int64_t now_s, enum poll_reason *why)
{
	int64_t gap = rhythm_gap_s(&s->rhythm), last = rhythm_last_s(&s->rhythm), ret;

	if (!feed->rules->every.automatic) {
		*why = POLL_REASON_FIXED;
		return feed->rules->every.min_s;
	}
	if (last == 0)
		last = s->first_s ? s->first_s : now_s;
	if (now_s - last < BURST_GAPS * rhythm_short_gap_s(&s->rhythm))
		gap = rhythm_short_gap_s(&s->rhythm);
	*why = gap ? POLL_REASON_RHYTHM : POLL_REASON_LEARNING;
	ret = gap ? gap / ASKS_A_GAP : LEARNING_S;
	if (s->half_window_s > 0 && s->half_window_s < ret) {
		ret = s->half_window_s;
		*why = POLL_REASON_WINDOW;
	}
	ret = at_least(ret, (now_s - last) / ASKS_A_SILENCE);
	return at_least(at_most(ret, feed->rules->every.max_s), feed->rules->every.min_s);
}

struct poll_plan
plan_after_success(
    const struct feed *feed, const struct feed_state *s, int64_t now_s, uint32_t jitter)
{
	enum poll_reason why;
	int64_t interval = learnt_interval(feed, s, now_s, &why), from, to;
	struct poll_plan plan;

	if (s->distrust_until_s > now_s)
		interval = at_least(interval, DISTRUST_INTERVAL_S);
	plan = (struct poll_plan){ now_s + interval + jitter % (interval / 16 + 1), why };
	if (feed->rules->every.automatic && rhythm_window(&s->rhythm, now_s, &from, &to)) {
		from = at_least(from, now_s + feed->rules->every.min_s);
		if (from < plan.at_s)
			plan = (struct poll_plan){ from + jitter % 60, POLL_REASON_HOURS };
	}
	respect_publisher(s, now_s, &plan);
	if (plan.why == POLL_REASON_TTL || plan.why == POLL_REASON_SKIP)
		plan.at_s += jitter % 300; /* not all readers at the full hour */
	return plan;
}

/* ---- after failures ---- */

int64_t
plan_backoff(const struct feed *feed, double failures, uint32_t jitter)
{
	int64_t wait = feed->rules->every.min_s;
	int doublings = failures < DOUBLINGS_MAX ? (int)failures : DOUBLINGS_MAX;

	wait += (int64_t)((double)wait * (failures < DOUBLINGS_MAX ? failures - doublings : 0));
	wait = at_most(wait, POLL_BACKOFF_MAX_S);
	for (int i = 0; i < doublings && wait < POLL_BACKOFF_MAX_S; i++)
		wait *= 2;
	wait = at_most(wait, POLL_BACKOFF_MAX_S);
	return wait - jitter % (wait / 4 + 1);
}

bool
poll_network_down(size_t failed, size_t tried)
{
	return tried >= 4 && failed * 10 >= tried * 8;
}

struct feed_state
poll_offline(
    const struct feed *feed, const struct feed_state *before, int64_t now_s, uint32_t jitter)
{
	struct feed_state s = *before;

	s.next_due_s =
	    at_least(now_s + OFFLINE_RETRY_S + jitter % feed->rules->every.min_s, s.not_before_s);
	s.next_why = POLL_REASON_NETWORK;
	return s;
}

#define FIRST_A_SECOND 20

int64_t
poll_first_due(int64_t now_s, size_t n_new, uint32_t jitter)
{
	return now_s + jitter % (uint32_t)(at_most((int64_t)(n_new / FIRST_A_SECOND), DAY_S) + 1);
}
