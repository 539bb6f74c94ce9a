#include "lane.h"

#include "mem.h"

#include <stdlib.h>

#define IDLE_CONNECTION_S 60L /* kept no longer: servers close theirs by then */
#define REAP_MAX 32           /* transfers at once: what they lead to may be over at once, too */

struct lane {
	struct ev_loop *loop;
	CURLM *multi;
	lane_over *over;
	struct ev_timer timer;
	int n; /* transfers that were added and not reaped */
	bool reaping;
};

struct watch {
	struct lane *lane;
	struct ev_io io;
};

static void
start_timer(struct lane *lane, long ms)
{
	/* libev counts from the start of its turn; libcurl counts from now. */
	ev_now_update(lane->loop);
	ev_timer_set(&lane->timer, (double)ms / 1000.0, 0.0);
	ev_timer_start(lane->loop, &lane->timer);
}

/* Transfers are over that are not reaped yet: in the next turn. */
static void
reap_later(struct lane *lane)
{
	ev_timer_stop(lane->loop, &lane->timer); /* libcurl's own time is asked for then */
	start_timer(lane, 0);
}

static void
reap(struct lane *lane)
{
	CURLMsg *message = NULL;
	int left;

	lane->reaping = true;
	for (int n = 0; n < REAP_MAX; n++) {
		CURL *easy;
		CURLcode code;

		message = curl_multi_info_read(lane->multi, &left);
		if (!message)
			break;
		if (message->msg != CURLMSG_DONE)
			continue;
		easy = message->easy_handle;
		code = message->data.result;
		lane_remove(lane, easy);
		lane->over(easy, code);
	}
	lane->reaping = false;
	if (message)
		reap_later(lane);
}

/*
 * libcurl tells its next time-out only when it has changed.  If our timer rang a little before
 * libcurl thought it due, it would stay silent for ever: so ask.
 */
static void
check_timer(struct lane *lane)
{
	long ms = -1;

	if (ev_is_active(&lane->timer))
		return;
	if (curl_multi_timeout(lane->multi, &ms) == CURLM_OK && ms >= 0)
		start_timer(lane, ms > 0 ? ms : 1);
}

static void
on_io(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct watch *w = io->data;
	struct lane *lane = w->lane; /* w may be freed in between */
	int running, what = 0;

	(void)loop;
	if (events & EV_READ)
		what |= CURL_CSELECT_IN;
	if (events & EV_WRITE)
		what |= CURL_CSELECT_OUT;
	curl_multi_socket_action(lane->multi, io->fd, what, &running);
	reap(lane);
}

static void
on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct lane *lane = timer->data;
	int running;

	(void)loop;
	(void)events;
	curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(lane);
	check_timer(lane);
}

static int
on_multi_timer(CURLM *multi, long ms, void *data)
{
	struct lane *lane = data;

	(void)multi;
	ev_timer_stop(lane->loop, &lane->timer);
	if (ms >= 0)
		start_timer(lane, ms);
	return 0;
}

static int
on_multi_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *of_socket)
{
	struct lane *lane = data;
	struct watch *w = of_socket;
	int events = 0;

	(void)easy;
	if (w)
		ev_io_stop(lane->loop, &w->io);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(lane->multi, fd, NULL);
		free(w);
		return 0;
	}
	if (!w) {
		w = xcalloc(1, sizeof(*w));
		w->lane = lane;
		w->io.data = w;
		ev_init(&w->io, on_io);
		curl_multi_assign(lane->multi, fd, w);
	}
	if (what & CURL_POLL_IN)
		events |= EV_READ;
	if (what & CURL_POLL_OUT)
		events |= EV_WRITE;
	ev_io_set(&w->io, fd, events);
	ev_io_start(lane->loop, &w->io);
	return 0;
}

struct lane *
lane_new(struct ev_loop *loop, size_t kept, lane_over *over)
{
	struct lane *lane = xcalloc(1, sizeof(*lane));

	lane->loop = loop;
	lane->over = over;
	ev_init(&lane->timer, on_timer);
	lane->timer.data = lane;
	lane->multi = curl_multi_init();
	if (!lane->multi) {
		free(lane);
		return NULL;
	}
	curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, on_multi_socket);
	curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane);
	curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, on_multi_timer);
	curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane);
	if (kept)
		curl_multi_setopt(lane->multi, CURLMOPT_MAXCONNECTS, (long)kept);
	return lane;
}

void
lane_free(struct lane *lane)
{
	if (!lane)
		return;
	curl_multi_cleanup(lane->multi); /* still calls back, to give up its sockets */
	ev_timer_stop(lane->loop, &lane->timer);
	free(lane);
}

bool
lane_add(struct lane *lane, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, IDLE_CONNECTION_S);
	if (curl_multi_add_handle(lane->multi, easy) != CURLM_OK)
		return false;
	lane->n++;
	return true;
}

void
lane_push(struct lane *lane)
{
	int running;

	curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	if (running < lane->n && !lane->reaping)
		reap_later(lane);
}

void
lane_remove(struct lane *lane, CURL *easy)
{
	if (curl_multi_remove_handle(lane->multi, easy) == CURLM_OK)
		lane->n--;
}
