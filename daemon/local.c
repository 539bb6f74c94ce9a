#include "local.h"

#include "file.h"
#include "mem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STACK ((size_t)256 << 10) /* bytes of a reading thread's */

static const char *const suffixes[] = { ".xml", ".rss", ".atom", ".rdf", ".json" };

static int
by_path(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool
list(const char *dir, struct arena *arena, struct str_list *ret, struct err *e)
{
	size_t cap = 0;

	*ret = (struct str_list){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		struct str_list some;

		if (!file_list(dir, suffixes[i], arena, &some, e))
			return false;
		for (size_t k = 0; k < some.n; k++)
			*ARENA_PUSH(arena, ret->v, ret->n, cap) = some.v[k];
	}
	if (ret->n > LOCAL_FILES_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %d files", dir, LOCAL_FILES_MAX);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_path);
	return true;
}

static bool
read_all(
    const struct str_list *paths, size_t max, struct arena *arena, struct local *ret, struct err *e)
{
	size_t total = 0;
	char *p;

	ret->files = ARENA_ARRAY(arena, struct local_file, paths->n + 1);
	for (size_t i = 0; i < paths->n; i++) {
		struct local_file *file = &ret->files[ret->n++];

		file->path = paths->v[i];
		if (!file_read(str_z(arena, file->path), max, arena, &file->body, e))
			return false;
		if (file->body.n > max)
			return err_set(e, ERR_LIMIT, "longer than max-size");
		max -= file->body.n;
		total += file->path.n + file->body.n + 2;
	}
	p = arena_bytes(arena, total);
	ret->all = str_n(p, total);
	for (size_t i = 0; i < ret->n; i++) {
		p = mempcpy(p, ret->files[i].path.p, ret->files[i].path.n);
		*p++ = '\0';
		if (ret->files[i].body.n)
			p = mempcpy(p, ret->files[i].body.p, ret->files[i].body.n);
		*p++ = '\0';
	}
	return true;
}

bool
local_read(struct str path, size_t max, struct arena *arena, struct local *ret, struct err *e)
{
	const char *z = str_z(arena, path);
	struct str_list paths = { &path, 1 };
	struct stat st;

	*ret = (struct local){ 0 };
	if (stat(z, &st) < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", z, strerror(errno));
	if (S_ISDIR(st.st_mode) && !list(z, arena, &paths, e))
		return false;
	return read_all(&paths, max, arena, ret, e);
}

/* ---- in a thread ---- */

/* What the thread and the loop share; the last of the two frees it. */
struct reading {
	pthread_mutex_t lock;
	int holders;
	struct local_job *job; /* NULL: nobody waits any more */
	struct arena *arena;
	struct str path;
	size_t max;
	struct local local;
	struct err e; /* ERR_NONE: it was read */
};

struct local_job {
	struct ev_loop *loop;
	ev_async arrived;
	ev_timer late;
	local_done *done;
	void *cookie;
	struct reading *reading;
};

static void
let_go(struct reading *r, bool is_job)
{
	bool last;

	pthread_mutex_lock(&r->lock);
	if (is_job)
		r->job = NULL;
	last = --r->holders == 0;
	pthread_mutex_unlock(&r->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&r->lock);
	arena_free(r->arena);
	free(r);
}

static void *
run(void *reading)
{
	struct reading *r = reading;

	local_read(r->path, r->max, r->arena, &r->local, &r->e);
	pthread_mutex_lock(&r->lock);
	if (r->job)
		ev_async_send(r->job->loop, &r->job->arrived);
	pthread_mutex_unlock(&r->lock);
	let_go(r, false);
	return NULL;
}

static void
settle(struct local_job *job, const struct err *why)
{
	ev_async_stop(job->loop, &job->arrived);
	ev_timer_stop(job->loop, &job->late);
	job->done(job->cookie, why->kind == ERR_NONE ? &job->reading->local : NULL, why);
}

static void
on_arrived(struct ev_loop *loop, ev_async *async, int events)
{
	struct local_job *job = async->data;
	struct err why;

	(void)loop;
	(void)events;
	pthread_mutex_lock(&job->reading->lock); /* what the thread wrote is there */
	why = job->reading->e;
	pthread_mutex_unlock(&job->reading->lock);
	settle(job, &why);
}

static void
on_late(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct local_job *job = timer->data;
	struct err why;

	(void)loop;
	(void)events;
	err_set(&why, ERR_LIMIT, "%.*s: not read after %.0f s", STR_ARG(job->reading->path),
	    timer->repeat);
	settle(job, &why);
}

static void
start_thread(struct reading *r)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;
	bool good;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK);
	sigfillset(&all); /* signals are the loop's */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	good = pthread_create(&thread, &attr, run, r) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	if (!good) /* better late than never */
		run(r);
}

struct local_job *
local_start(struct ev_loop *loop, struct str path, size_t max, int64_t timeout_s, local_done *done,
    void *cookie)
{
	struct local_job *job = xcalloc(1, sizeof(*job));
	struct reading *r = xcalloc(1, sizeof(*r));

	*job = (struct local_job){ .loop = loop, .done = done, .cookie = cookie, .reading = r };
	ev_async_init(&job->arrived, on_arrived);
	ev_timer_init(&job->late, on_late, (double)timeout_s, (double)timeout_s);
	job->arrived.data = job->late.data = job;
	ev_async_start(loop, &job->arrived);
	ev_timer_start(loop, &job->late);
	*r = (struct reading){ .holders = 2, .job = job, .arena = arena_new(), .max = max };
	pthread_mutex_init(&r->lock, NULL);
	r->path = str_dup(r->arena, path);
	start_thread(r);
	return job;
}

void
local_free(struct local_job *job)
{
	if (!job)
		return;
	ev_async_stop(job->loop, &job->arrived);
	ev_timer_stop(job->loop, &job->late);
	let_go(job->reading, true);
	free(job);
}
