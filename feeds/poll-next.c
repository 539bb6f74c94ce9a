#include "poll.h"

#include "fresh.h"
#include "rhythm.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HOUR_S ((int64_t)3600)
#define DAY_S ((int64_t)86400)
#define LEARNING_S HOUR_S /* while no rhythm is known */
#define ASKS_A_GAP 4      /* so often between two usual arrivals */
#define BURST_GAPS 2      /* so many short gaps after an arrival, more of the burst is expected */
#define ASKS_A_SILENCE 16 /* the interval grows to this part of the time without anything new */
#define DISTRUST_INTERVAL_S HOUR_S /* whole bodies each time: not more often */
#define STORE_RETRY_S ((int64_t)60)
#define OFFLINE_RETRY_S ((int64_t)60)
#define EXACT_S ((int64_t)1800) /* a new item is dated by polls this near */
#define HIDDEN_SLACK_S                                                                             \
	(6 * HOUR_S)   /* a new item older than the last 304 by so much was hidden by it */
#define FUTURE_S DAY_S /* dates beyond are no dates */
#define TURNOVER 4     /* this part of what is listed must be new to tell how fast it turns over */
#define DOUBLINGS_MAX 16

/* A time to ask that only ever moves later, and what moved it last. */
struct plan {
	int64_t at_s;
	enum poll_reason why;
};

static void
not_before(struct plan *plan, int64_t at_s, enum poll_reason why)
{
	if (at_s > plan->at_s)
		*plan = (struct plan){ at_s, why };
}

static int64_t
at_most(int64_t s, int64_t max)
{
	return s < max ? s : max;
}

static int64_t
at_least(int64_t s, int64_t min)
{
	return s > min ? s : min;
}

/* ---- the feed's own wishes ---- */

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

/* The first second from at_s on whose hour and day are not to be skipped; at_s when that is too
 * far. */
static int64_t
unskipped(const struct feed_hints *hints, int64_t at_s)
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
respect_publisher(const struct feed_state *s, int64_t now_s, struct plan *plan)
{
	not_before(plan, now_s + at_most(s->hints.ttl_s, POLL_FRESH_MAX_S), POLL_REASON_TTL);
	not_before(plan, next_update(&s->hints, now_s), POLL_REASON_TTL);
	not_before(plan, s->not_before_s, POLL_REASON_MAX_AGE);
	not_before(plan, unskipped(&s->hints, plan->at_s), POLL_REASON_SKIP);
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

static struct plan
plan_next(const struct feed *feed, const struct feed_state *s, int64_t now_s, uint32_t jitter)
{
	enum poll_reason why;
	int64_t interval = learnt_interval(feed, s, now_s, &why), from, to;
	struct plan plan;

	if (s->distrust_until_s > now_s)
		interval = at_least(interval, DISTRUST_INTERVAL_S);
	plan = (struct plan){ now_s + interval + jitter % (interval / 16 + 1), why };
	if (feed->rules->every.automatic && rhythm_window(&s->rhythm, now_s, &from, &to)) {
		from = at_least(from, now_s + feed->rules->every.min_s);
		if (from < plan.at_s)
			plan = (struct plan){ from + jitter % 60, POLL_REASON_HOURS };
	}
	respect_publisher(s, now_s, &plan);
	if (plan.why == POLL_REASON_TTL || plan.why == POLL_REASON_SKIP)
		plan.at_s += jitter % 300; /* not all readers at the full hour */
	return plan;
}

/* ---- success ---- */

static void
take_validators(struct feed_state *s, const struct poll_answer *answer)
{
	if (answer->replace_all || answer->etag.n > 0)
		s->etag = answer->etag;
	if (answer->replace_all || answer->last_modified.n > 0)
		s->last_modified = answer->last_modified;
}

static void
take_moved(struct feed_state *s, const struct poll_answer *answer, int64_t now_s)
{
	if (answer->asked_moved) {
		if (answer->moved_url.n > 0) { /* and on from there */
			s->moved_url = answer->moved_url;
			s->moved_since_s = now_s;
			s->moved_count = 1;
		}
		return;
	}
	if (answer->moved_url.n == 0) {
		s->moved_url = (struct str){ 0 };
		s->moved_since_s = 0;
		s->moved_count = 0;
	} else if (str_eq(answer->moved_url, s->moved_url)) {
		s->moved_count += s->moved_count < INT32_MAX;
	} else {
		s->moved_url = answer->moved_url;
		s->moved_since_s = now_s;
		s->moved_count = 1;
	}
}

static void
take_success(struct feed_state *s, const struct poll_answer *answer, int64_t now_s)
{
	take_moved(s, answer, now_s);
	s->last_ok_s = now_s;
	s->failures = 0;
	s->failing_since_s = 0;
	s->gone_since_s = 0;
	s->deaths = 0;
	s->deadly_hash = 0;
	/* A 304 that says nothing leaves what the last 200 said in force. */
	if (answer->replace_all || answer->wait_s >= 0)
		s->fresh_for_s = at_least(answer->wait_s, 0);
	s->not_before_s = s->fresh_for_s ? now_s + s->fresh_for_s : 0;
}

/* A whole body was taken that no validator stood in the way of. */
static void
take_full(struct feed_state *s, const struct poll_answer *answer, int64_t now_s, uint32_t jitter)
{
	if (answer->conditional)
		return;
	s->last_full_s = now_s;
	s->unconditional_s = now_s + POLL_RECHECK_S - POLL_RECHECK_S / 10 +
			     (int64_t)(jitter >> 8) % (POLL_RECHECK_S / 5);
}

static bool
sane(int64_t date_s, int64_t now_s)
{
	return date_s != DATE_NONE && date_s <= now_s + FUTURE_S;
}

/* Did an earlier 304 deny items that were there? */
static bool
was_hidden(const struct feed_state *before, const struct poll_answer *answer,
    const struct poll_found *found)
{
	if (!answer->recheck || found->n_new == 0 || before->first_s == 0)
		return false;
	if (answer->frozen)
		return true;
	for (size_t i = 0; before->status == 304 && i < found->n_new; i++)
		if (found->new_dates && found->new_dates[i] != DATE_NONE &&
		    found->new_dates[i] > before->last_change_s &&
		    found->new_dates[i] < before->last_ok_s - HIDDEN_SLACK_S)
			return true;
	return false;
}

/*
 * How long until half of what the feed lists is new: asked less often than that, items come and go
 * unseen.  Sooner is believed at once, if enough is new to tell; later by and by.
 */
static void
take_window(struct feed_state *s, const struct feed_state *before, const struct poll_found *found,
    int64_t now_s)
{
	int64_t elapsed = now_s - before->last_ok_s, half;

	if (found->gap) {
		s->gap_s = now_s;
		s->gaps += s->gaps < INT32_MAX;
	}
	if (found->churn)
		s->churn_s = now_s;
	if (before->first_s == 0 || found->n_new == 0 || found->n_items < 2 || elapsed <= 0)
		return;
	half = elapsed * (int64_t)found->n_items / 2 / (int64_t)found->n_new;
	if (before->half_window_s == 0 || half < before->half_window_s) {
		if (found->n_new * TURNOVER >= found->n_items)
			s->half_window_s = at_least(half, 1);
	} else
		s->half_window_s = before->half_window_s + (half - before->half_window_s) / 4;
}

static void
take_items(struct feed_state *s, const struct feed_state *before, const struct poll_found *found,
    int64_t now_s)
{
	int64_t newest = 0, at = now_s;
	bool exact = before->last_ok_s && now_s - before->last_ok_s <= EXACT_S;

	for (size_t i = 0; found->new_dates && i < found->n_new; i++)
		if (sane(found->new_dates[i], now_s) && found->new_dates[i] > newest)
			newest = found->new_dates[i];
	if (found->n_new > 0) {
		s->polls_frozen =
		    newest && newest <= before->newest_s ? before->polls_frozen + 1 : 0;
		s->last_change_s = now_s;
	}
	s->newest_s = at_least(s->newest_s, at_most(newest, now_s));
	if (before->first_s == 0) {
		rhythm_seed(
		    &s->rhythm, found->new_dates, found->new_dates ? found->n_new : 0, now_s);
		return;
	}
	if (found->n_new == 0)
		return;
	/* Dates between the polls are when it really appeared; others are not to be believed. */
	if (newest > before->last_ok_s - HOUR_S && newest <= now_s) {
		at = newest;
		exact = true;
	}
	rhythm_add(&s->rhythm, at, exact);
}

static void
still_empty(struct feed_state *s)
{
	s->polls_no_items += s->polls_no_items < POLL_NO_ITEMS_MAX;
}

static void
take_document(struct feed_state *s, const struct feed_state *before,
    const struct poll_answer *answer, const struct poll_found *found, int64_t now_s,
    uint32_t jitter)
{
	bool whole = found->result == POLL_STORED || answer->body_hash == before->partial_hash;

	take_success(s, answer, now_s);
	take_items(s, before, found, now_s);
	if (!answer->delta)
		take_window(s, before, found, now_s);
	if (was_hidden(before, answer, found)) {
		s->hidden_s = now_s;
		s->distrust_until_s = now_s + POLL_DISTRUST_S;
	}
	s->first_s = before->first_s ? before->first_s : now_s;
	s->polls_no_feed = 0;
	s->hints = found->hints;
	if (!answer->delta) {
		if (found->n_items > 0)
			s->polls_no_items = 0;
		else if (before->items > 0 || before->polls_no_items > 0)
			still_empty(s);
		s->items = (int32_t)at_most((int64_t)found->n_items, INT32_MAX);
	}
	if (!whole) {
		/* Cut somewhere, or always like this?  The same bytes again will tell. */
		s->partial_hash = answer->body_hash;
		return;
	}
	s->partial_hash = 0;
	s->body_hash = answer->body_hash;
	take_validators(s, answer);
	take_full(s, answer, now_s, jitter);
}

/* ---- failure ---- */

static void
take_death(struct feed_state *s, const struct poll_answer *answer)
{
	if (s->deadly_hash != answer->body_hash)
		s->deaths = 0;
	s->deadly_hash = answer->body_hash;
	s->deaths += s->deaths < INT32_MAX;
}

bool
poll_is_quarantined(const struct feed_state *s, const struct poll_answer *answer)
{
	return s->deaths >= POLL_DEATHS && answer->body_hash == s->deadly_hash;
}

/* From the shortest interval on, doubled by each hard failure (half as fast by soft ones), less up
 * to a quarter by jitter, to at most a day. */
static int64_t
backoff(const struct feed *feed, double failures, uint32_t jitter)
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

static struct plan
take_failure(const struct feed *feed, struct feed_state *s, const struct poll_answer *answer,
    double weight, struct str why, int64_t now_s, uint32_t jitter)
{
	struct plan plan = { 0, POLL_REASON_BACKOFF };

	if (s->failing_since_s == 0)
		s->failing_since_s = now_s;
	s->failures += weight;
	s->error = str_sub(why, 0, FEED_ERROR_MAX);
	s->error_s = now_s;
	if (answer->asked_moved && weight >= 1) { /* back to the configured address */
		s->moved_url = (struct str){ 0 };
		s->moved_since_s = 0;
		s->moved_count = 0;
	}
	plan.at_s = now_s + backoff(feed, s->failures, jitter);
	if (answer->wait_s > 0) {
		s->not_before_s = now_s + answer->wait_s;
		not_before(&plan, s->not_before_s + jitter % 60, answer->wait_why);
	}
	/* What an earlier answer asked for is still in force. */
	not_before(&plan, s->not_before_s, POLL_REASON_MAX_AGE);
	not_before(&plan, unskipped(&s->hints, plan.at_s), POLL_REASON_SKIP);
	return plan;
}

static struct plan
take_gone(const struct feed *feed, struct feed_state *s, const struct poll_answer *answer,
    int64_t now_s, uint32_t jitter)
{
	struct plan plan = take_failure(feed, s, answer, 1, answer->why, now_s, jitter);

	if (answer->asked_moved)
		return plan;
	if (s->gone_since_s == 0)
		s->gone_since_s = now_s;
	not_before(&plan, now_s + POLL_GONE_S - jitter % (POLL_GONE_S / 10), POLL_REASON_GONE);
	return plan;
}

/* ---- the two together ---- */

static struct plan
take_fresh(const struct feed *feed, const struct feed_state *before, struct feed_state *s,
    const struct poll_answer *answer, const struct poll_found *found, int64_t now_s,
    uint32_t jitter)
{
	switch (found->result) {
	case POLL_STORED:
	case POLL_PARTIAL:
		take_document(s, before, answer, found, now_s, jitter);
		return plan_next(feed, s, now_s, jitter);
	case POLL_KILLED:
		take_death(s, answer);
		return take_failure(feed, s, answer, 1, found->error, now_s, jitter);
	case POLL_QUARANTINED:
		return take_failure(feed, s, answer, 1, found->error, now_s, jitter);
	case POLL_NO_FEED:
		s->polls_no_feed++;
		return take_failure(feed, s, answer, 1, found->error, now_s, jitter);
	case POLL_NOT_STORED:
		break;
	}
	return (struct plan){ now_s + STORE_RETRY_S + jitter % STORE_RETRY_S, POLL_REASON_STORE };
}

/* A feed whose URL was changed in the configuration begins anew. */
static struct feed_state
begin(const struct feed *feed, const struct feed_state *before)
{
	struct feed_state s = *before;
	uint64_t hash = XXH3_64bits(feed->url.p, feed->url.n);

	if (hash == 0)
		hash = 1;
	if (before->asked_hash != hash)
		s = (struct feed_state){ .health = before->health,
			.health_since_s = before->health_since_s };
	s.asked_hash = hash;
	return s;
}

struct feed_state
poll_next(const struct feed *feed, const struct feed_state *state, const struct poll_answer *answer,
    const struct poll_found *found, int64_t now_s, uint32_t jitter)
{
	struct feed_state before = begin(feed, state), s = before;
	struct plan plan = { 0, POLL_REASON_BACKOFF };

	s.last_try_s = now_s;
	s.status = answer->status;
	switch (answer->verdict) {
	case POLL_FRESH:
		plan = take_fresh(feed, &before, &s, answer, found, now_s, jitter);
		break;
	case POLL_UNCHANGED:
		take_success(&s, answer, now_s);
		take_validators(&s, answer);
		if (s.polls_no_items > 0)
			still_empty(&s);
		if (answer->body_hash)
			take_full(&s, answer, now_s, jitter);
		plan = plan_next(feed, &s, now_s, jitter);
		break;
	case POLL_GONE:
		plan = take_gone(feed, &s, answer, now_s, jitter);
		break;
	case POLL_LIMITED:
	case POLL_FAILED:
		plan = take_failure(feed, &s, answer, answer->weight, answer->why, now_s, jitter);
		if (answer->host_wide)
			plan.why = POLL_REASON_HOST;
		break;
	}
	s.next_due_s = plan.at_s;
	s.next_why = plan.why;
	return s;
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
