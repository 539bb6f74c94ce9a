#include "janitor.h"

#include "log.h"
#include "mem.h"
#include "store_prune.h"

#include <stdlib.h>

struct janitor {
	struct ev_loop *loop;
	struct store *store;
	int64_t keep_s, keep_bytes;
	size_t removed; /* since the last rest */
	ev_timer timer;
};

static void
again(struct janitor *j, double wait_s)
{
	ev_timer_stop(j->loop, &j->timer);
	ev_timer_set(&j->timer, wait_s, 0.0);
	ev_timer_start(j->loop, &j->timer);
}

static void
on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct janitor *j = timer->data;
	int64_t before_s = (int64_t)ev_now(loop) - j->keep_s, left = 0;
	size_t removed = 0;
	struct err e;

	(void)events;
	if (!store_prune_before(j->store, j->keep_bytes, &before_s, &e) ||
	    !store_prune(j->store, before_s, &removed, &e) || !store_shrink(j->store, &left, &e)) {
		/* the ledger tells of a database that cannot be written; this can wait */
		log_write(LOG_LEVEL_DEBUG, "prune-failed", NULL, 0, "%s", e.text);
		again(j, JANITOR_REST_S);
		return;
	}
	j->removed += removed;
	if (removed || left > PRUNE_FREE_PAGES) {
		again(j, JANITOR_STEP_S);
		return;
	}
	if (j->removed)
		log_write(LOG_LEVEL_INFO, "pruned",
		    LOG_FIELDS({ "rows", log_number((int64_t)j->removed) }),
		    "what is older than 'keep', or beyond 'keep-size', is gone");
	j->removed = 0;
	again(j, JANITOR_REST_S);
}

void
janitor_configure(struct janitor *j, int64_t keep_s, int64_t keep_bytes)
{
	j->keep_s = keep_s;
	j->keep_bytes = keep_bytes;
	again(j, JANITOR_STEP_S);
}

struct janitor *
janitor_new(struct ev_loop *loop, struct store *store)
{
	struct janitor *j = xcalloc(1, sizeof(*j));

	j->loop = loop;
	j->store = store;
	ev_init(&j->timer, on_timer);
	j->timer.data = j;
	return j;
}

void
janitor_free(struct janitor *j)
{
	if (!j)
		return;
	ev_timer_stop(j->loop, &j->timer);
	free(j);
}
