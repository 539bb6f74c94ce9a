#include "janitor.h"

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "store_prune.h"
#include "store_sketch.h"

#include <math.h>
#include <stdlib.h>

#define LEAST 8         /* rows, or pages, in a step */
#define SKETCHES_MAX 32 /* in a step */

/* How much is done in one step: as much as does not take too long on this disk, under this load. */
struct pace {
	int64_t now, most;
};

struct janitor {
	struct ev_loop *loop;
	struct store *store;
	int64_t keep_s, keep_bytes;
	size_t removed; /* since the last rest */
	struct pace rows, pages, sketches;
	struct sketcher *sketcher; /* NULL: no sketches are wanted */
	ev_timer timer;
};

static void
again(struct janitor *j, double wait_s)
{
	ev_timer_stop(j->loop, &j->timer);
	ev_timer_set(&j->timer, wait_s, 0.0);
	ev_timer_start(j->loop, &j->timer);
}

/* Since *from_us, which is now afterwards. */
static double
lap_s(int64_t *from_us)
{
	int64_t now_us = clock_us(), took_us = now_us - *from_us;

	*from_us = now_us;
	return (double)took_us / 1e6;
}

static void
set_pace(struct pace *p, double took_s)
{
	if (took_s > JANITOR_PAUSE_S)
		p->now = p->now > LEAST * 2 ? p->now / 2 : LEAST;
	else if (took_s < JANITOR_PAUSE_S / 4)
		p->now = p->now < p->most / 2 ? p->now * 2 : p->most;
}

bool
janitor_step(struct janitor *j, int64_t now_s, double *pause_s, bool *more, struct err *e)
{
	int64_t before_s = now_s - j->keep_s, left;
	int64_t lap_us = clock_us();
	double prune_s, shrink_s, sketch_s;
	size_t removed, sketched = 0;

	if (!store_prune_before(j->store, j->keep_bytes, &before_s, e) ||
	    !store_prune(j->store, before_s, j->rows.now, &removed, e))
		return false;
	prune_s = lap_s(&lap_us);
	set_pace(&j->rows, prune_s);
	if (!store_shrink(j->store, j->pages.now, &left, e))
		return false;
	shrink_s = lap_s(&lap_us);
	set_pace(&j->pages, shrink_s);
	if (j->sketcher &&
	    !store_sketch(j->store, j->sketcher, (size_t)j->sketches.now, &sketched, e))
		return false;
	sketch_s = lap_s(&lap_us);
	set_pace(&j->sketches, sketch_s);
	j->removed += removed;
	*pause_s = fmax(fmax(prune_s, shrink_s), sketch_s);
	*more = removed > 0 || left > PRUNE_FREE_PAGES || sketched > 0;
	return true;
}

static void
on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct janitor *j = timer->data;
	double pause_s;
	struct err e;
	bool more;

	(void)events;
	if (!janitor_step(j, (int64_t)ev_now(loop), &pause_s, &more, &e)) {
		/* the ledger tells of a database that cannot be written; this can wait */
		log_write(LOG_LEVEL_DEBUG, "prune-failed", NULL, 0, "%s", e.text);
		again(j, JANITOR_REST_S);
		return;
	}
	if (more) {
		again(j, JANITOR_STEP_S);
		return;
	}
	if (j->removed)
		log_write(LOG_LEVEL_INFO, "pruned",
		    LOG_FIELDS({ "rows", log_number((int64_t)j->removed) }),
		    "what is older than 'keep', or beyond 'keep-size', is gone");
	j->removed = 0;
	again(j, j->sketcher ? JANITOR_SKETCH_S : JANITOR_REST_S);
}

void
janitor_configure(struct janitor *j, const struct config_main *settings)
{
	struct err e;

	j->keep_s = settings->keep_s;
	j->keep_bytes = settings->keep_bytes;
	if (settings->search_index && !j->sketcher)
		j->sketcher = sketcher_new();
	if (!settings->search_index) {
		sketcher_free(j->sketcher);
		j->sketcher = NULL;
		if (!store_sketch_none(j->store, &e))
			log_write(LOG_LEVEL_WARN, "index-failed", NULL, 0, "%s", e.text);
	}
	again(j, JANITOR_STEP_S);
}

struct janitor *
janitor_new(struct ev_loop *loop, struct store *store)
{
	struct janitor *j = xcalloc(1, sizeof(*j));

	j->loop = loop;
	j->store = store;
	j->rows = (struct pace){ LEAST, PRUNE_ROWS };
	j->pages = (struct pace){ LEAST, PRUNE_FREE_PAGES };
	j->sketches = (struct pace){ LEAST, SKETCHES_MAX };
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
	sketcher_free(j->sketcher);
	free(j);
}
