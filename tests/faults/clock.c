/*
 * LD_PRELOAD: a clock that the test sets.  NB_CLOCK names a file of one struct page, which the test
 * writes and this maps: time goes `speed` times as fast for all that preload it, the wall clock is
 * `step_ns` beside it, and waiting takes as much less.  A step of the wall clock wakes epoll_wait
 * at once, as the kernel's timerfd does when somebody sets the clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define S_NS ((int64_t)1000000000)
#define SLICE_MS 20 /* of real time: how soon a step is seen by who waits */

struct page {
	double speed;
	int64_t anchor_ns; /* of the real CLOCK_MONOTONIC: here both clocks agree */
	int64_t wall_ns;   /* the wall clock there */
	int64_t step_ns;   /* set by hand since then */
	int64_t leap_ns;   /* gone by at once, by both clocks */
	int64_t slept_ns;  /* suspended since then: CLOCK_MONOTONIC has stood still */
};

static volatile const struct page *page;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_epoll_wait)(int, struct epoll_event *, int, int);
static int (*real_poll)(struct pollfd *, nfds_t, int);
static int (*real_select)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
static int (*real_nanosleep)(const struct timespec *, struct timespec *);

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("NB_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*page), PROT_READ, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	real_epoll_wait = dlsym(RTLD_NEXT, "epoll_wait");
	real_poll = dlsym(RTLD_NEXT, "poll");
	real_select = dlsym(RTLD_NEXT, "select");
	real_nanosleep = dlsym(RTLD_NEXT, "nanosleep");
	if (p != MAP_FAILED)
		page = p;
}

static int64_t
to_ns(struct timespec t)
{
	return (int64_t)t.tv_sec * S_NS + t.tv_nsec;
}

static struct timespec
from_ns(int64_t ns)
{
	return (struct timespec){ .tv_sec = ns / S_NS, .tv_nsec = ns % S_NS };
}

/* A span of our time in real time; a wait never becomes none. */
static int64_t
shorter(int64_t span)
{
	int64_t real = page ? (int64_t)((double)span / page->speed) : span;

	return span > 0 && real == 0 ? 1 : real;
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	struct timespec real;
	int64_t gone;

	if (!real_clock_gettime)
		begin();
	if (!page)
		return real_clock_gettime(id, t);
	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_BOOTTIME:
		break;
	default: /* of CPU time */
		return real_clock_gettime(id, t);
	}
	real_clock_gettime(CLOCK_MONOTONIC, &real);
	gone = (int64_t)((double)(to_ns(real) - page->anchor_ns) * page->speed) + page->leap_ns;
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		*t = from_ns(page->wall_ns + gone + page->step_ns + page->slept_ns);
	else if (id == CLOCK_BOOTTIME)
		*t = from_ns(page->anchor_ns + gone + page->slept_ns);
	else
		*t = from_ns(page->anchor_ns + gone);
	return 0;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

/* In slices, so that a step is noticed; then as if the time were over, which it may be. */
int
epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
	int64_t step, leap, left;

	if (!page)
		return real_epoll_wait(fd, events, max, timeout_ms);
	step = page->step_ns;
	leap = page->leap_ns;
	left = timeout_ms < 0 ? INT64_MAX : shorter(timeout_ms);
	for (;;) {
		int slice = left > SLICE_MS ? SLICE_MS : (int)left;
		int n = real_epoll_wait(fd, events, max, slice);

		if (n || page->step_ns != step || page->leap_ns != leap)
			return n;
		if (left != INT64_MAX && (left -= slice) <= 0)
			return 0;
	}
}

int
poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	return real_poll(fds, n, timeout_ms > 0 ? (int)shorter(timeout_ms) : timeout_ms);
}

int
select(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict x,
    struct timeval *restrict timeout)
{
	struct timeval real;
	int64_t us;

	if (!timeout)
		return real_select(n, r, w, x, NULL);
	us = shorter((int64_t)timeout->tv_sec * 1000000 + timeout->tv_usec);
	real = (struct timeval){ .tv_sec = us / 1000000, .tv_usec = us % 1000000 };
	return real_select(n, r, w, x, &real);
}

int
nanosleep(const struct timespec *want, struct timespec *left)
{
	struct timespec real = from_ns(shorter(to_ns(*want)));

	return real_nanosleep(&real, left);
}
