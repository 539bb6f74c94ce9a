#include "watch_files.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

struct watched {
	ev_stat stat;
	char path[];
};

struct watch_files {
	struct ev_loop *loop;
	void (*changed)(void *cookie);
	void *cookie;
	ev_timer wait;
	struct watched **v;
	size_t n;
};

static void
on_wait(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct watch_files *w = timer->data;

	(void)loop;
	(void)events;
	w->changed(w->cookie);
}

void
watch_files_note(struct watch_files *w)
{
	ev_timer_stop(w->loop, &w->wait);
	ev_timer_set(&w->wait, WATCH_FILES_WAIT_S, 0.0);
	ev_timer_start(w->loop, &w->wait);
}

static void
on_stat(struct ev_loop *loop, ev_stat *stat, int events)
{
	(void)loop;
	(void)events;
	watch_files_note(stat->data);
}

static void
clear(struct watch_files *w)
{
	for (size_t i = 0; i < w->n; i++) {
		ev_stat_stop(w->loop, &w->v[i]->stat);
		free(w->v[i]);
	}
	free(w->v);
	w->v = NULL;
	w->n = 0;
}

void
watch_files_set(struct watch_files *w, const struct str_list *paths)
{
	clear(w);
	if (paths->n == 0)
		return;
	w->v = xcalloc(paths->n, sizeof(struct watched *));
	for (size_t i = 0; i < paths->n; i++) {
		struct watched *one = xcalloc(1, sizeof(*one) + paths->v[i].n + 1);

		memcpy(one->path, paths->v[i].p, paths->v[i].n);
		ev_stat_init(&one->stat, on_stat, one->path, 0.0);
		one->stat.data = w;
		ev_stat_start(w->loop, &one->stat);
		w->v[w->n++] = one;
	}
}

struct watch_files *
watch_files_new(struct ev_loop *loop, void (*changed)(void *cookie), void *cookie)
{
	struct watch_files *w = xcalloc(1, sizeof(*w));

	*w = (struct watch_files){ .loop = loop, .changed = changed, .cookie = cookie };
	ev_timer_init(&w->wait, on_wait, WATCH_FILES_WAIT_S, 0.0);
	w->wait.data = w;
	return w;
}

void
watch_files_free(struct watch_files *w)
{
	if (!w)
		return;
	clear(w);
	ev_timer_stop(w->loop, &w->wait);
	free(w);
}
