#include "loader.h"

#include "mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STOP_WAIT_S                                                                                \
	5 /* so long a reading may still take when all ends; a dead mount takes longer */

struct loader {
	struct ev_loop *loop;
	const struct config_options *files;
	loader_done *done;
	void *cookie;
	ev_async read; /* the thread is through */
	pthread_t thread;
	bool busy, threaded;
	uint64_t asked;        /* the last request */
	uint64_t upto;         /* the last one that the reading under way answers */
	struct config *config; /* the thread's, until it is joined */
};

struct config *
loader_read(const struct config_options *files, bool *again)
{
	struct arena *arena = arena_new();
	struct config *config;
	struct diags diags;

	diags_init(&diags, arena);
	config = config_load(files, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		struct str text = diag_text(&diags.v[i], arena);

		fprintf(stderr, "%.*s", STR_ARG(text));
	}
	if (again)
		*again = diags.again;
	arena_free(arena);
	return config;
}

static void *
run(void *loader)
{
	struct loader *l = loader;

	l->config = loader_read(l->files, NULL);
	ev_async_send(l->loop, &l->read);
	return NULL;
}

static void
begin(struct loader *l)
{
	sigset_t all, before;

	l->busy = true;
	l->config = NULL;
	l->upto = l->asked;
	sigfillset(&all); /* signals are the loop's */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	l->threaded = pthread_create(&l->thread, NULL, run, l) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!l->threaded) /* better late than never */
		run(l);
}

static struct config *
join(struct loader *l)
{
	if (l->threaded)
		pthread_join(l->thread, NULL);
	l->busy = false;
	return l->config;
}

static void
on_read(struct ev_loop *loop, ev_async *async, int events)
{
	struct loader *l = async->data;
	struct config *config = join(l);
	uint64_t upto = l->upto;

	(void)loop;
	(void)events;
	if (l->asked > upto)
		begin(l);
	l->done(l->cookie, config, upto);
}

struct loader *
loader_new(
    struct ev_loop *loop, const struct config_options *files, loader_done *done, void *cookie)
{
	struct loader *l = xcalloc(1, sizeof(*l));

	*l = (struct loader){ .loop = loop, .files = files, .done = done, .cookie = cookie };
	ev_async_init(&l->read, on_read);
	l->read.data = l;
	ev_async_start(loop, &l->read);
	return l;
}

/* A thread that hangs in a file is given up: what it holds goes with the process. */
static void
hurry(struct loader *l)
{
	struct timespec until;

	if (!l->threaded)
		return;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_S;
	if (pthread_timedjoin_np(l->thread, NULL, &until) == 0)
		l->threaded = false;
	else
		pthread_cancel(l->thread);
}

void
loader_free(struct loader *l)
{
	if (!l)
		return;
	if (l->busy) {
		hurry(l);
		config_unref(join(l));
	}
	ev_async_stop(l->loop, &l->read);
	free(l);
}

uint64_t
loader_ask(struct loader *l)
{
	l->asked++;
	if (!l->busy)
		begin(l);
	return l->asked;
}

bool
loader_is_busy(const struct loader *l)
{
	return l->busy;
}
