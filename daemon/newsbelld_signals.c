/*
 * newsbelld: signals, the watchdog, and how it stops.
 */
#include "newsbelld_inside.h"

#include "log.h"
#include "notify.h"

#include <signal.h>

#define STOP_WAIT_S 10.0 /* answers that are awaited get this long after SIGTERM */

static void
stop(struct daemon *d)
{
	struct err stopping;

	if (d->stopping) {
		ev_break(d->loop, EVBREAK_ALL);
		return;
	}
	d->stopping = true;
	notify_send("STOPPING=1");
	err_set(&stopping, ERR_NET, "the daemon is stopping");
	control_settle(d->control, UINT64_MAX, &stopping);
	log_write(LOG_LEVEL_NOTICE, "stopping", NULL, 0, "waiting for %zu answers, at most %.0f s",
	    courier_active(d->courier), STOP_WAIT_S);
	monitor_stop(d->monitor);
	courier_stop(d->courier);
	ev_timer_start(d->loop, &d->stop_wait);
}

static void
on_stop_signal(struct ev_loop *loop, ev_signal *signal, int events)
{
	(void)loop;
	(void)events;
	stop(signal->data);
}

static void
on_hup(struct ev_loop *loop, ev_signal *signal, int events)
{
	(void)loop;
	(void)events;
	daemon_reload(signal->data);
}

static void
on_usr1(struct ev_loop *loop, ev_signal *signal, int events)
{
	const struct daemon *d = signal->data;

	(void)loop;
	(void)events;
	monitor_poll(d->monitor, STR(""));
}

static void
on_watchdog(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	notify_send("WATCHDOG=1");
}

static void
on_stop_wait(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	log_write(LOG_LEVEL_WARN, "stopping", NULL, 0,
	    "answers are still awaited; their alerts stay owed and go out at the next start");
	ev_break(loop, EVBREAK_ALL);
}

/* Before the loop sleeps: is there anything left to wait for? */
static void
on_idle(struct ev_loop *loop, ev_prepare *prepare, int events)
{
	const struct daemon *d = prepare->data;

	(void)events;
	if (d->stopping && courier_active(d->courier) == 0 && monitor_active(d->monitor) == 0)
		ev_break(loop, EVBREAK_ALL);
}

static void
add_signal(struct daemon *d, ev_signal *watcher, int number,
    void (*call)(struct ev_loop *, ev_signal *, int))
{
	ev_signal_init(watcher, call, number);
	watcher->data = d;
	ev_signal_start(d->loop, watcher);
}

void
daemon_hold_signals(int how)
{
	sigset_t early;

	sigemptyset(&early);
	sigaddset(&early, SIGHUP);
	sigaddset(&early, SIGUSR1);
	sigprocmask(how, &early, NULL);
}

void
daemon_watch(struct daemon *d)
{
	double watchdog = notify_watchdog_s();

	add_signal(d, &d->term, SIGTERM, on_stop_signal);
	add_signal(d, &d->intr, SIGINT, on_stop_signal);
	add_signal(d, &d->hup, SIGHUP, on_hup);
	add_signal(d, &d->usr1, SIGUSR1, on_usr1);
	daemon_hold_signals(SIG_UNBLOCK);
	ev_prepare_init(&d->idle, on_idle);
	d->idle.data = d;
	ev_prepare_start(d->loop, &d->idle);
	ev_timer_init(&d->stop_wait, on_stop_wait, STOP_WAIT_S, 0.0);
	ev_timer_init(&d->watchdog, on_watchdog, watchdog, watchdog);
	if (watchdog > 0)
		ev_timer_start(d->loop, &d->watchdog);
}
