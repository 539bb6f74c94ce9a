#include "program.h"

#include "buf.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX ((size_t)4096) /* bytes of standard error that are kept */
#define PIECE ((size_t)64 << 10) /* bytes read or written at once */

enum { IN, OUT, ERR, PIPES };

struct program {
	struct ev_loop *loop;
	program_done *done;
	void *cookie;
	pid_t pid; /* 0: could not be started, or reaped */
	int status;
	int fds[PIPES]; /* our ends, -1 = closed */
	ev_io io[PIPES];
	ev_child child; /* libev reaps all children; this is where it tells */
	ev_timer deadline, over;
	struct str input;
	struct buf output, words;
	struct err failed; /* kind set: it is over, for this reason */
	int64_t timeout_s;
	char name[256];
};

static void
close_pipe(struct program *p, int which)
{
	if (p->fds[which] < 0)
		return;
	ev_io_stop(p->loop, &p->io[which]);
	close(p->fds[which]);
	p->fds[which] = -1;
}

static void
program_free(struct program *p)
{
	for (int i = 0; i < PIPES; i++)
		close_pipe(p, i);
	ev_timer_stop(p->loop, &p->deadline);
	ev_timer_stop(p->loop, &p->over);
	ev_child_stop(p->loop, &p->child);
	if (p->pid > 0)
		kill(-p->pid, SIGKILL);
	buf_free(&p->output);
	buf_free(&p->words);
	free(p);
}

void
program_cancel(struct program *p)
{
	if (p)
		program_free(p);
}

static void
finish(struct program *p)
{
	program_done *done = p->done;
	void *cookie = p->cookie;
	struct str words = buf_str(&p->words), rest;

	str_cut(words, '\n', &words, &rest);
	if (p->failed.kind == ERR_NONE && WIFSIGNALED(p->status))
		err_set(
		    &p->failed, ERR_INPUT, "%s: ended by signal %d", p->name, WTERMSIG(p->status));
	else if (p->failed.kind == ERR_NONE && WEXITSTATUS(p->status) != 0)
		err_set(&p->failed, ERR_INPUT, "%s: exit status %d%s%.*s", p->name,
		    WEXITSTATUS(p->status), words.n ? ": " : "",
		    (int)(words.n < 200 ? words.n : 200), words.p);
	done(cookie, p->failed.kind ? STR("") : buf_str(&p->output), &p->failed);
	program_free(p);
}

static void
on_over(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	finish(timer->data);
}

/* Told from the loop, in its next turn. */
static void
finish_soon(struct program *p)
{
	if (ev_is_active(&p->over))
		return;
	ev_timer_set(&p->over, 0.0, 0.0);
	ev_timer_start(p->loop, &p->over);
}

/* All has been read and it has ended: in either order. */
static void
look(struct program *p)
{
	if (p->fds[OUT] < 0 && p->fds[ERR] < 0 && p->pid == 0)
		finish_soon(p);
}

static void
on_child(struct ev_loop *loop, ev_child *child, int events)
{
	struct program *p = child->data;

	(void)events;
	ev_child_stop(loop, child);
	kill(-p->pid, SIGKILL); /* what it may have left behind */
	p->pid = 0;
	p->status = child->rstatus;
	look(p);
}

static void
on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct program *p = timer->data;

	(void)loop;
	(void)events;
	err_set(&p->failed, ERR_LIMIT, "%s: not done after %lld s, killed", p->name,
	    (long long)p->timeout_s);
	finish(p);
}

static void
on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct program *p = io->data;
	ssize_t n = write(io->fd, p->input.p, p->input.n < PIECE ? p->input.n : PIECE);

	(void)loop;
	(void)events;
	if (n > 0)
		p->input = str_sub(p->input, (size_t)n, p->input.n);
	/* a program that does not want all of it has its reasons */
	if (p->input.n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_pipe(p, IN);
}

static void
on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct program *p = io->data;
	int which = io == &p->io[OUT] ? OUT : ERR;
	struct buf *to = which == OUT ? &p->output : &p->words;
	static char piece[PIECE]; /* one loop, one thread */
	ssize_t n = read(io->fd, piece, sizeof(piece));

	(void)loop;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_pipe(p, which);
		look(p);
	} else if (!buf_add(to, str_n(piece, (size_t)n)) && which == OUT) {
		err_set(&p->failed, ERR_LIMIT, "%s: wrote more than %zu bytes", p->name, to->max);
		finish_soon(p);
		ev_io_stop(p->loop, io);
	}
}

static bool
make_pipes(int ours[PIPES], int theirs[PIPES])
{
	for (int i = 0; i < PIPES; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			return false;
		ours[i] = ends[i == IN ? 1 : 0];
		theirs[i] = ends[i == IN ? 0 : 1];
		fcntl(ours[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

static int
spawn(pid_t *pid, char *const *argv, const int theirs[PIPES])
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LC_ALL=C.UTF-8";
	char *const environment[] = { path, lang, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	for (int i = 0; i < PIPES; i++)
		posix_spawn_file_actions_adddup2(&files, theirs[i], i);
	posix_spawn_file_actions_addchdir_np(&files, "/");
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	posix_spawnattr_setpgroup(&how, 0);
	posix_spawnattr_setflags(
	    &how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	rc = posix_spawn(pid, argv[0], &files, &how, argv, environment);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static void
start(struct program *p, const struct feed_program *program)
{
	struct arena *arena = arena_new();
	char **argv = ARENA_ARRAY(arena, char *, program->n + 1);
	int theirs[PIPES] = { -1, -1, -1 }, rc;

	for (size_t i = 0; i < program->n; i++)
		argv[i] = str_z(arena, program->v[i]);
	if (!make_pipes(p->fds, theirs))
		err_set(&p->failed, ERR_SYSTEM, "%s: %s", argv[0], strerror(errno));
	else if ((rc = spawn(&p->pid, argv, theirs)) != 0) {
		p->pid = 0;
		err_set(&p->failed, ERR_SYSTEM, "%s: %s", argv[0], strerror(rc));
	}
	for (int i = 0; i < PIPES; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	strncpy(p->name, argv[0], sizeof(p->name) - 1);
	arena_free(arena);
}

struct program *
program_start(struct ev_loop *loop, const struct feed_program *argv, struct str input, size_t max,
    int64_t timeout_s, program_done *done, void *cookie)
{
	struct program *p = xcalloc(1, sizeof(*p));

	*p = (struct program){ .loop = loop,
		.done = done,
		.cookie = cookie,
		.fds = { -1, -1, -1 },
		.input = input,
		.timeout_s = timeout_s };
	buf_init(&p->output, max);
	buf_init(&p->words, WORDS_MAX);
	ev_timer_init(&p->deadline, on_deadline, (double)timeout_s, 0.0);
	ev_timer_init(&p->over, on_over, 0.0, 0.0);
	ev_init(&p->child, on_child);
	p->deadline.data = p->over.data = p->child.data = p;
	for (int i = 0; i < PIPES; i++) {
		ev_init(&p->io[i], i == IN ? on_writable : on_readable);
		p->io[i].data = p;
	}
	start(p, argv);
	if (p->failed.kind != ERR_NONE) {
		finish_soon(p);
		return p;
	}
	for (int i = 0; i < PIPES; i++) {
		ev_io_set(&p->io[i], p->fds[i], i == IN ? EV_WRITE : EV_READ);
		ev_io_start(loop, &p->io[i]);
	}
	if (input.n == 0)
		close_pipe(p, IN);
	ev_child_set(&p->child, p->pid, 0);
	ev_child_start(loop, &p->child);
	ev_timer_start(loop, &p->deadline);
	return p;
}
