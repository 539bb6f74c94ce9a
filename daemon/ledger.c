#include "ledger.h"

#include "clock.h"
#include "log.h"
#include "mem.h"

#include <stdlib.h>

#define POLL_WEIGHT 4 /* a poll fills a batch as much as so many attempts */

struct ledger {
	struct ev_loop *loop;
	struct store *store;
	ev_timer timer;
	struct poll_done *polls, **last_poll;
	struct attempt_done *attempts, **last_attempt;
	size_t n;
	bool failing;
	struct durations commits;
	uint64_t failed;
	ledger_changed *changed; /* or NULL */
	void *cookie;
};

static struct ledger_poll *
poll_of(struct poll_done *done)
{
	return (struct ledger_poll *)((char *)done - offsetof(struct ledger_poll, done));
}

static struct ledger_attempt *
attempt_of(struct attempt_done *done)
{
	return (struct ledger_attempt *)((char *)done - offsetof(struct ledger_attempt, done));
}

static void
said(struct ledger *l, bool good, const struct err *why)
{
	if (l->failing == !good)
		return;
	l->failing = !good;
	if (good)
		log_write(LOG_LEVEL_NOTICE, "store-recovered", NULL, 0,
		    "the database can be written again");
	else
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0,
		    "%s; nothing is polled until it can be written, trying again every %.0f s",
		    why->text, LEDGER_RETRY_S);
	if (l->changed)
		l->changed(l->cookie, good ? NULL : why);
}

/* store_commit, timed. */
static bool
commit(struct ledger *l, struct poll_done *polls, struct attempt_done *attempts, struct err *e)
{
	int64_t start_us = clock_us();
	bool good = store_commit(l->store, polls, attempts, (int64_t)ev_now(l->loop), e);

	durations_add(&l->commits, clock_us() - start_us);
	l->failed += !good;
	return good;
}

/*
 * All together; when that fails, each alone, so that one that cannot be written takes no other with
 * it.
 */
static void
commit_polls(struct ledger *l, struct poll_done *polls, bool together)
{
	while (polls) {
		struct ledger_poll *poll = poll_of(polls);
		struct err e = { 0 };
		bool good = together;

		polls = polls->next;
		if (!together) {
			poll->done.next = NULL;
			good = commit(l, &poll->done, NULL, &e);
			said(l, good, &e);
		}
		poll->settled(poll->cookie, good, &e);
	}
}

static void
settle_attempts(struct attempt_done *attempts)
{
	while (attempts) {
		struct ledger_attempt *a = attempt_of(attempts);

		attempts = attempts->next;
		a->settled(a->cookie);
	}
}

/* While something is owed to the database, or it is not known to be well. */
static void
wait_on(struct ledger *l)
{
	if ((l->attempts || l->failing) && !ev_is_active(&l->timer)) {
		ev_timer_set(&l->timer, LEDGER_RETRY_S, 0.0);
		ev_timer_start(l->loop, &l->timer);
	}
}

bool
ledger_flush(struct ledger *l)
{
	struct poll_done *polls = l->polls;
	struct attempt_done *attempts = l->attempts;
	struct err e = { 0 };
	bool together;

	ev_timer_stop(l->loop, &l->timer);
	if (!polls && !attempts) {
		if (l->failing)
			said(l, store_probe(l->store, &e), &e);
		wait_on(l);
		return true;
	}
	l->polls = NULL;
	l->last_poll = &l->polls;
	l->attempts = NULL;
	l->last_attempt = &l->attempts;
	l->n = 0;
	together = commit(l, polls, attempts, &e);
	if (!together || polls) /* that attempts can be written is no proof: a probe follows */
		said(l, together, &e);
	if (together || commit(l, NULL, attempts, &e)) {
		settle_attempts(attempts);
	} else {
		/* they stay owed to the database, before what came since */
		l->attempts = attempts;
		while (*l->last_attempt)
			l->last_attempt = &(*l->last_attempt)->next;
	}
	commit_polls(l, polls, together);
	wait_on(l);
	return !l->polls && !l->attempts;
}

static void
on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	ledger_flush(timer->data);
}

static void
added(struct ledger *l, size_t weight)
{
	l->n += weight;
	if (l->n >= LEDGER_BATCH * POLL_WEIGHT) {
		/* from the loop, so that settled is never called from inside an add */
		ev_timer_stop(l->loop, &l->timer);
		ev_timer_set(&l->timer, 0.0, 0.0);
		ev_timer_start(l->loop, &l->timer);
	} else if (!ev_is_active(&l->timer)) {
		ev_timer_set(&l->timer, l->failing ? LEDGER_RETRY_S : LEDGER_WAIT_S, 0.0);
		ev_timer_start(l->loop, &l->timer);
	}
}

void
ledger_add_poll(struct ledger *l, struct ledger_poll *poll)
{
	poll->done.next = NULL;
	*l->last_poll = &poll->done;
	l->last_poll = &poll->done.next;
	added(l, POLL_WEIGHT);
}

void
ledger_add_attempt(struct ledger *l, struct ledger_attempt *attempt)
{
	attempt->done.next = NULL;
	*l->last_attempt = &attempt->done;
	l->last_attempt = &attempt->done.next;
	added(l, 1);
}

void
ledger_distrust(struct ledger *l, const struct err *why)
{
	said(l, false, why);
	wait_on(l);
}

void
ledger_figures(const struct ledger *l, struct ledger_figures *ret)
{
	*ret = (struct ledger_figures){ .commits = l->commits, .failed = l->failed };
	for (const struct poll_done *p = l->polls; p; p = p->next)
		ret->polls++;
	for (const struct attempt_done *a = l->attempts; a; a = a->next)
		ret->attempts++;
}

bool
ledger_is_failing(const struct ledger *l)
{
	return l->failing;
}

struct ledger *
ledger_new(struct ev_loop *loop, struct store *store, ledger_changed *changed, void *cookie)
{
	struct ledger *l = xcalloc(1, sizeof(*l));

	l->loop = loop;
	l->store = store;
	l->changed = changed;
	l->cookie = cookie;
	l->last_poll = &l->polls;
	l->last_attempt = &l->attempts;
	ev_init(&l->timer, on_timer);
	l->timer.data = l;
	return l;
}

void
ledger_free(struct ledger *l)
{
	if (!l)
		return;
	ev_timer_stop(l->loop, &l->timer);
	free(l);
}
