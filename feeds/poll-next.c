/*
 * What an answer makes of a feed's state.
 */
#include "poll_inside.h"

#include "fresh.h"
#include "rhythm.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HOUR_S ((int64_t)3600)
#define DAY_S ((int64_t)86400)
#define STORE_RETRY_S ((int64_t)60)
#define EXACT_S ((int64_t)1800) /* a new item is dated by polls this near */
#define HIDDEN_SLACK_S                                                                             \
	(6 * HOUR_S)   /* a new item older than the last 304 by so much was hidden by it */
#define FUTURE_S DAY_S /* dates beyond are no dates */
#define TURNOVER 4     /* this part of what is listed must be new to tell how fast it turns over */

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

static struct poll_plan
take_failure(const struct feed *feed, struct feed_state *s, const struct poll_answer *answer,
    double weight, struct str why, int64_t now_s, uint32_t jitter)
{
	struct poll_plan plan = { 0, POLL_REASON_BACKOFF };

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
	plan.at_s = now_s + plan_backoff(feed, s->failures, jitter);
	if (answer->wait_s > 0) {
		s->not_before_s = now_s + answer->wait_s;
		plan_not_before(&plan, s->not_before_s + jitter % 60, answer->wait_why);
	}
	/* What an earlier answer asked for is still in force. */
	plan_not_before(&plan, s->not_before_s, POLL_REASON_MAX_AGE);
	plan_not_before(&plan, plan_unskipped(&s->hints, plan.at_s), POLL_REASON_SKIP);
	return plan;
}

static struct poll_plan
take_gone(const struct feed *feed, struct feed_state *s, const struct poll_answer *answer,
    int64_t now_s, uint32_t jitter)
{
	struct poll_plan plan = take_failure(feed, s, answer, 1, answer->why, now_s, jitter);

	if (answer->asked_moved)
		return plan;
	if (s->gone_since_s == 0)
		s->gone_since_s = now_s;
	plan_not_before(&plan, now_s + POLL_GONE_S - jitter % (POLL_GONE_S / 10), POLL_REASON_GONE);
	return plan;
}

/* ---- the two together ---- */

static struct poll_plan
take_fresh(const struct feed *feed, const struct feed_state *before, struct feed_state *s,
    const struct poll_answer *answer, const struct poll_found *found, int64_t now_s,
    uint32_t jitter)
{
	switch (found->result) {
	case POLL_STORED:
	case POLL_PARTIAL:
		take_document(s, before, answer, found, now_s, jitter);
		return plan_after_success(feed, s, now_s, jitter);
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
	return (
	    struct poll_plan){ now_s + STORE_RETRY_S + jitter % STORE_RETRY_S, POLL_REASON_STORE };
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
	struct poll_plan plan = { 0, POLL_REASON_BACKOFF };

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
		plan = plan_after_success(feed, &s, now_s, jitter);
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
