/*
 * LD_PRELOAD: notes every write to the files below NB_POWER_DIR in the file NB_POWER_LOG, in order,
 * so that a test can make the disk's contents as a power cut would have left them: what was synced
 * is there, of what came after only some, and torn.
 *
 * A record: struct record, the path (without the directory), the data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum operation { OP_WRITE = 'w', OP_TRUNCATE = 't', OP_SYNC = 's', OP_UNLINK = 'u' };

struct record {
	uint32_t operation, path_n;
	uint64_t offset, n;
};

static const char *directory;
static int out = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("NB_POWER_LOG");

	directory = getenv("NB_POWER_DIR");
	if (directory && path)
		out = (int)syscall(
		    SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The name below the directory, or NULL when it is elsewhere. */
static const char *
ours(const char *path)
{
	size_t n = directory ? strlen(directory) : 0;

	return n && strncmp(path, directory, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

static const char *
name_of(int fd, char path[static PATH_MAX])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n < 0)
		return NULL;
	path[n] = '\0';
	return ours(path);
}

static void
note(enum operation operation, const char *name, uint64_t offset, const void *data, uint64_t n)
{
	struct record record = {
		.operation = operation, .path_n = (uint32_t)strlen(name), .offset = offset, .n = n
	};
	struct iovec parts[] = {
		{ &record, sizeof(record) },
		{ (void *)(uintptr_t)name, record.path_n },
		{ (void *)(uintptr_t)data, data ? n : 0 },
	};

	pthread_mutex_lock(&mutex);
	syscall(SYS_writev, out, parts, 3);
	pthread_mutex_unlock(&mutex);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	static __typeof__(&pwrite64) real;
	char path[PATH_MAX];
	const char *name;
	ssize_t k;

	if (!real)
		real = REAL(pwrite64);
	k = real(fd, p, n, at);
	if (k > 0 && out >= 0 && (name = name_of(fd, path)))
		note(OP_WRITE, name, (uint64_t)at, p, (uint64_t)k);
	return k;
}

int
ftruncate64(int fd, off64_t n)
{
	static __typeof__(&ftruncate64) real;
	char path[PATH_MAX];
	const char *name;
	int r;

	if (!real)
		real = REAL(ftruncate64);
	r = real(fd, n);
	if (r == 0 && out >= 0 && (name = name_of(fd, path)))
		note(OP_TRUNCATE, name, (uint64_t)n, NULL, 0);
	return r;
}

static int
sync_with(int fd, int (*real)(int))
{
	char path[PATH_MAX];
	const char *name;
	int r = real(fd);

	if (r == 0 && out >= 0 && (name = name_of(fd, path)))
		note(OP_SYNC, name, 0, NULL, 0);
	return r;
}

int
fdatasync(int fd)
{
	static __typeof__(&fdatasync) real;

	if (!real)
		real = REAL(fdatasync);
	return sync_with(fd, real);
}

int
fsync(int fd)
{
	static __typeof__(&fsync) real;

	if (!real)
		real = REAL(fsync);
	return sync_with(fd, real);
}

int
unlink(const char *path)
{
	static __typeof__(&unlink) real;
	const char *name = ours(path);
	int r;

	if (!real)
		real = REAL(unlink);
	r = real(path);
	if (r == 0 && out >= 0 && name)
		note(OP_UNLINK, name, 0, NULL, 0);
	return r;
}
