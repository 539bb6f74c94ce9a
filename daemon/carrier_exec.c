#include "carry.h"

#include "mem.h"
#include "wording.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX ((size_t)400) /* bytes of what it writes that are kept */

struct carrier_exec {
	struct ev_loop *loop;
	carry_done *done;
	void *cookie;
	struct arena *arena;
	pid_t pid; /* 0: it could not be started */
	int output;
	ev_child ended; /* libev reaps all children; this is where it tells */
	ev_io said;
	ev_timer limit;
	double begun;
	char text[SAID_MAX];
	size_t n_text;
	const char *failed; /* why it was not started, or not let go on */
};

static void
run_free(struct carrier_exec *run)
{
	ev_child_stop(run->loop, &run->ended);
	ev_io_stop(run->loop, &run->said);
	ev_timer_stop(run->loop, &run->limit);
	if (run->output >= 0)
		close(run->output);
	arena_free(run->arena);
	free(run);
}

/* What there is to read now; the first bytes are kept, the rest is dropped. */
static void
drain(struct carrier_exec *run)
{
	char more[4096];
	ssize_t k;

	while ((k = read(run->output, more, sizeof(more))) > 0) {
		size_t room = sizeof(run->text) - run->n_text,
		       n = (size_t)k < room ? (size_t)k : room;

		memcpy(run->text + run->n_text, more, n);
		run->n_text += n;
	}
	if (k == 0)
		ev_io_stop(run->loop, &run->said);
}

static void
on_said(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	drain(io->data);
}

static void
finish(struct carrier_exec *run, int status)
{
	struct str said = wording_line(str_n(run->text, run->n_text), run->arena);
	struct answer answer = { 0 };

	if (run->failed)
		answer.text = str_c(run->failed);
	else if (WIFEXITED(status)) {
		answer.code = EXEC_CODE + WEXITSTATUS(status);
		answer.text = str_fmt(run->arena, "exit %d%s%.*s", WEXITSTATUS(status),
		    said.n ? ": " : "", STR_ARG(said));
	} else
		answer.text = str_fmt(run->arena, "killed by signal %d", WTERMSIG(status));
	run->done(run->cookie, &answer, (int64_t)((ev_now(run->loop) - run->begun) * 1000));
	run_free(run);
}

static void
on_ended(struct ev_loop *loop, ev_child *child, int events)
{
	struct carrier_exec *run = child->data;

	(void)loop;
	(void)events;
	drain(run);
	finish(run, child->rstatus);
}

static void
on_limit(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct carrier_exec *run = timer->data;

	(void)loop;
	(void)events;
	if (!run->pid) {
		finish(run, 0); /* run->failed says why */
		return;
	}
	run->failed = "it took too long and was killed";
	kill(-run->pid, SIGKILL);
}

/* A file in memory: the program may read its input as slowly as it likes. */
static int
input_of(struct str input)
{
	int fd = memfd_create("newsbell-alert", MFD_CLOEXEC);

	while (fd >= 0 && input.n) {
		ssize_t k = write(fd, input.p, input.n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			close(fd);
			return -1;
		}
		input = str_sub(input, (size_t)k, input.n);
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static char **
words(const struct str_list *list, struct arena *arena)
{
	char **v = ARENA_ARRAY(arena, char *, list->n + 1);

	for (size_t i = 0; i < list->n; i++)
		v[i] = str_z(arena, list->v[i]);
	return v;
}

/* 0, or why not. */
static int
spawn(struct carrier_exec *run, const struct exec *exec, int input, int output)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	char **argv = words(&exec->argv, run->arena);
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	/* libraries open some that would stay open in it */
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(
	    &how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	rc = posix_spawn(&run->pid, argv[0], &files, &how, argv, words(&exec->env, run->arena));
	if (rc)
		run->pid = 0;
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static void
start(struct carrier_exec *run, const struct exec *exec)
{
	int ends[2] = { -1, -1 }, input = input_of(exec->input), rc = 0;

	if (input < 0 || pipe2(ends, O_CLOEXEC) != 0)
		rc = errno;
	else
		rc = spawn(run, exec, input, ends[1]);
	if (input >= 0)
		close(input);
	if (ends[1] >= 0)
		close(ends[1]);
	run->output = ends[0];
	if (rc == 0) {
		fcntl(run->output, F_SETFL, O_NONBLOCK);
	}
	if (rc)
		run->failed = str_z(run->arena, str_fmt(run->arena, "%.*s cannot be run: %s",
						    STR_ARG(exec->argv.v[0]), strerror(rc)));
}

struct carrier_exec *
carrier_exec_begin(struct ev_loop *loop, const struct exec *exec, carry_done *done, void *cookie)
{
	struct carrier_exec *run = xcalloc(1, sizeof(*run));

	run->loop = loop;
	run->done = done;
	run->cookie = cookie;
	run->arena = arena_new();
	run->output = -1;
	run->begun = ev_now(loop);
	ev_init(&run->ended, on_ended);
	ev_init(&run->said, on_said);
	ev_init(&run->limit, on_limit);
	run->ended.data = run->said.data = run->limit.data = run;
	start(run, exec);
	ev_timer_set(&run->limit, run->pid ? (double)exec->timeout_s : 0.0, 0.0);
	ev_timer_start(loop, &run->limit);
	if (run->pid) {
		ev_child_set(&run->ended, run->pid, 0);
		ev_child_start(loop, &run->ended);
		ev_io_set(&run->said, run->output, EV_READ);
		ev_io_start(loop, &run->said);
	}
	return run;
}

void
carrier_exec_cancel(struct carrier_exec *run)
{
	if (!run)
		return;
	if (run->pid)
		kill(-run->pid, SIGKILL); /* libev reaps it */
	run_free(run);
}
