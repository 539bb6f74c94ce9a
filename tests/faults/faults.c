/*
 * LD_PRELOAD: the Nth call of a kind fails.
 *
 *	NB_FAULT="CALL N HOW"     HOW: an errno name, "short" (fewer bytes than asked), or with a +
 *behind it: that call and all after it NB_FAULT_HIT=FILE         gets one byte when it was made to
 *fail
 *	NB_FAULT_WHILE=FILE       all such calls fail while the file has bytes, and only then
 *
 * Only the process that this was loaded into, not its children.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char call[32];
static long nth;
static int error;
static bool is_short, from_then_on;
static int hit = -1, gate = -1;
static pid_t process;
static atomic_long calls;
static atomic_bool armed;

static const struct {
	const char *name;
	int number;
} errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EROFS", EROFS }, { "EMFILE", EMFILE },
	{ "ENOMEM", ENOMEM }, { "EINTR", EINTR }, { "ECONNREFUSED", ECONNREFUSED },
	{ "ECONNRESET", ECONNRESET }, { "EAGAIN", EAGAIN }, { "ENETUNREACH", ENETUNREACH } };

__attribute__((constructor)) static void
begin(void)
{
	const char *fault = getenv("NB_FAULT");
	char how[32];
	size_t n;

	if (getenv("NB_FAULT_HIT")) /* now, as newsbelld gives up other people's files */
		hit = (int)syscall(SYS_openat, AT_FDCWD, getenv("NB_FAULT_HIT"),
		    O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (getenv("NB_FAULT_WHILE"))
		gate = (int)syscall(SYS_openat, AT_FDCWD, getenv("NB_FAULT_WHILE"),
		    O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	process = getpid();
	if (!fault || sscanf(fault, "%31s %ld %31s", call, &nth, how) != 3)
		return;
	n = strlen(how);
	if (n && how[n - 1] == '+') {
		from_then_on = true;
		how[n - 1] = '\0';
	}
	is_short = strcmp(how, "short") == 0;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(how, errors[i].name) == 0)
			error = errors[i].number;
	atomic_store(&armed, is_short || error);
}

/* Is this the call that is to fail? */
static bool
fails(const char *name)
{
	long n;

	if (!atomic_load(&armed) || strcmp(name, call) != 0 || getpid() != process)
		return false;
	if (gate >= 0) {
		errno = error;
		return lseek(gate, 0, SEEK_END) > 0;
	}
	n = atomic_fetch_add(&calls, 1) + 1;
	if (from_then_on ? n < nth : n != nth)
		return false;
	if (n == nth && hit >= 0)
		syscall(SYS_write, hit, "!", 1);
	errno = error;
	return true;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A call that returns -1 when it fails. */
#define FAILING(type, name, params, args)                                                          \
	type name params                                                                           \
	{                                                                                          \
		static __typeof__(&name) real;                                                     \
		if (!real)                                                                         \
			real = REAL(name);                                                         \
		if (fails(#name))                                                                  \
			return -1;                                                                 \
		return real args;                                                                  \
	}

/* A call that moves up to n bytes, and may move fewer. */
#define MOVING(name, params, args, n)                                                              \
	ssize_t name params                                                                        \
	{                                                                                          \
		static __typeof__(&name) real;                                                     \
		if (!real)                                                                         \
			real = REAL(name);                                                         \
		if (fails(#name)) {                                                                \
			if (!is_short)                                                             \
				return -1;                                                         \
			n = n > 1 ? n / 2 : n;                                                     \
		}                                                                                  \
		return real args;                                                                  \
	}

MOVING(read, (int fd, void *p, size_t n), (fd, p, n), n)
MOVING(write, (int fd, const void *p, size_t n), (fd, p, n), n)
MOVING(pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at), n)
MOVING(pwrite64, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at), n)
MOVING(recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags), n)
MOVING(send, (int fd, const void *p, size_t n, int flags), (fd, p, n, flags), n)
FAILING(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
FAILING(ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags))
FAILING(ssize_t, recvmsg, (int fd, struct msghdr *m, int flags), (fd, m, flags))
FAILING(int, fdatasync, (int fd), (fd))
FAILING(int, fsync, (int fd), (fd))
FAILING(int, ftruncate64, (int fd, off64_t n), (fd, n))
FAILING(int, unlink, (const char *path), (path))
FAILING(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
FAILING(int, connect, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
FAILING(
    int, accept4, (int fd, struct sockaddr *from, socklen_t *n, int flags), (fd, from, n, flags))

#define OPENING(name)                                                                              \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		static int (*real)(const char *, int, ...);                                        \
		va_list ap;                                                                        \
		mode_t mode;                                                                       \
		va_start(ap, flags);                                                               \
		mode = va_arg(ap, mode_t);                                                         \
		va_end(ap);                                                                        \
		if (!real)                                                                         \
			real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);           \
		if (fails("open"))                                                                 \
			return -1;                                                                 \
		return real(path, flags, mode);                                                    \
	}
OPENING(open)
OPENING(open64)

#ifndef SANITIZED /* a sanitizer has the allocator to itself */
/* glibc's own names for its allocator: dlsym may allocate. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

void *
malloc(size_t n)
{
	return fails("malloc") ? NULL : __libc_malloc(n);
}

void *
calloc(size_t count, size_t n)
{
	return fails("malloc") ? NULL : __libc_calloc(count, n);
}

void *
realloc(void *p, size_t n)
{
	return fails("malloc") ? NULL : __libc_realloc(p, n);
}
#endif
