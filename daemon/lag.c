#include "lag.h"

#include "clock.h"

const int lag_bounds_ms[LAG_BUCKETS - 1] = { 1, 5, 10, 25, 50, 100, 1000 };

void
durations_add(struct durations *d, int64_t took_us)
{
	int i = 0;

	while (i < LAG_BUCKETS - 1 && took_us > (int64_t)lag_bounds_ms[i] * 1000)
		i++;
	d->buckets[i]++;
	d->n++;
	d->sum_us += (uint64_t)took_us;
}

static void
on_before(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct lag *lag = watcher->data;
	int64_t took_us = clock_us() - lag->woke_us;

	(void)loop;
	(void)events;
	if (lag->woke_us == 0)
		return;
	durations_add(&lag->turns, took_us);
	if (took_us > lag->worst_us)
		lag->worst_us = took_us;
}

static void
on_after(struct ev_loop *loop, ev_check *watcher, int events)
{
	struct lag *lag = watcher->data;

	(void)loop;
	(void)events;
	lag->woke_us = clock_us();
}

void
lag_start(struct lag *lag, struct ev_loop *loop)
{
	*lag = (struct lag){ .loop = loop };
	ev_prepare_init(&lag->before, on_before);
	ev_check_init(&lag->after, on_after);
	lag->before.data = lag->after.data = lag;
	ev_set_priority(&lag->after, EV_MAXPRI);  /* first after the sleep */
	ev_set_priority(&lag->before, EV_MINPRI); /* last before it */
	ev_prepare_start(loop, &lag->before);
	ev_check_start(loop, &lag->after);
	ev_unref(loop); /* they keep no loop alive */
	ev_unref(loop);
}

void
lag_stop(struct lag *lag)
{
	if (!lag->loop)
		return;
	ev_ref(lag->loop);
	ev_ref(lag->loop);
	ev_prepare_stop(lag->loop, &lag->before);
	ev_check_stop(lag->loop, &lag->after);
	lag->loop = NULL;
}

int64_t
lag_take_worst(struct lag *lag)
{
	int64_t worst = lag->worst_us;

	lag->worst_us = 0;
	return worst;
}
