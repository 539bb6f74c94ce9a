/* What a process can still do once it has given up the rest: each row is tried in a process of its
 * own. */
#include "rows.h"

#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The sanitizers' runtime needs more than a filter can list (sandbox.c). */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REST EPERM
#define A_PROCESS DONE
#else
#define REST KILLED
#define A_PROCESS EPERM
#endif

enum end { DONE = 0, KILLED = -1 }; /* or the errno of a call that failed */

/* ---- what is tried: 0, or -1 with errno ---- */

static int
do_nothing(void)
{
	return 0;
}

static int
ask_for_memory(void)
{
	void *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED || mprotect(p, 4096, PROT_READ) < 0 ? -1 : munmap(p, 1 << 20);
}

static int
ask_for_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static int
ask_for_writable_code(void)
{
	void *p = mmap(
	    NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static int
make_code_of_data(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int
open_a_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 ? -1 : 0;
}

static int
make_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? -1 : 0;
}

static int
make_a_pipe(void)
{
	int ends[2];

	return pipe(ends);
}

static int
start_a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : 0;
}

static int
execute_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return -1;
}

static void *
thread(void *cookie)
{
	return cookie;
}

static int
start_a_thread(void)
{
	pthread_t t;

	errno = pthread_create(&t, NULL, thread, NULL);
	return errno ? -1 : pthread_join(t, NULL);
}

static int
signal_another(void)
{
	return kill(getppid(), 0);
}

static int
leave_the_namespace(void)
{
	return unshare(CLONE_FS);
}

static int
set_the_clock(void)
{
	return (int)syscall(SYS_clock_settime, -1, NULL);
}

#ifdef __x86_64__
/* The same kernel's other tables of calls, in which the numbers mean other things. */
static int
call_by_x32(void)
{
	return (int)syscall(0x40000000 | SYS_getpid);
}

static int
call_as_32_bits(void)
{
	long got;

	__asm__ volatile("int $0x80" : "=a"(got) : "a"(20L) : "memory"); /* getpid */
	return got == -ENOSYS ? (errno = ENOSYS, -1) : 0;
}
#endif

/* ---- how it ends ---- */

static bool
compute(void)
{
	struct err e;

	return sandbox_compute(&e);
}

static bool
serve(void)
{
	const struct sandbox_directory all = { "/", true };
	struct err e;

	return sandbox_serve(&all, 1, &e);
}

static int
end_of(bool (*confine)(void), int (*call)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (!confine())
			_exit(255);
		_exit(call() < 0 ? errno : DONE);
	}
	if (waitpid(pid, &status, 0) != pid)
		return 255;
	return WIFEXITED(status) ? WEXITSTATUS(status) : KILLED;
}

static void
test_calls(void **state)
{
	static const struct {
		const char *name;
		int (*call)(void);
		int compute, serve;
	} rows[] = {
		{ "nothing", do_nothing, DONE, DONE },
		{ "memory", ask_for_memory, DONE, DONE },
		{ "code", ask_for_code, REST, DONE },
		{ "code that is written", ask_for_writable_code, REST, EPERM },
		{ "data that becomes code", make_code_of_data, REST, EPERM },
		{ "a file", open_a_file, EACCES, DONE },
		{ "a socket", make_a_socket, EACCES, DONE },
		{ "a pipe", make_a_pipe, REST, DONE },
		{ "a process", start_a_process, REST, A_PROCESS },
		{ "a program", execute_a_program, REST, EPERM },
		{ "a thread", start_a_thread, REST, DONE },
		{ "a signal", signal_another, REST, EPERM },
		{ "a namespace", leave_the_namespace, REST, EPERM },
		{ "the clock", set_the_clock, REST, EPERM },
#ifdef __x86_64__
		{ "a call by x32's numbers", call_by_x32, KILLED, KILLED },
		{ "a call of 32 bits", call_as_32_bits, KILLED, KILLED },
#endif
	};

	(void)state;
	if (under_valgrind()) /* it makes the calls itself */
		skip();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ROW_I64(rows[i].name, end_of(compute, rows[i].call), rows[i].compute);
		ROW_I64(rows[i].name, end_of(serve, rows[i].call), rows[i].serve);
	}
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
