#include "sandbox.h"

#include "mem.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What malloc, read, write, the clock and a clean or unclean end are made of. */
static const char *const compute_calls[] = {
	"read",
	"write",
	"writev",
	"munmap",
	"mremap",
	"madvise",
	"brk",
	"futex",
	"exit",
	"exit_group",
	"getrusage",
	"prlimit64",
	"setrlimit",
	"getrandom",
	"clock_gettime",
	"gettimeofday",
	"rt_sigreturn",
	"rt_sigprocmask",
	"restart_syscall",
	"getpid",
	"gettid",
	"tgkill",
	"close",
	"sigaltstack",
	"sched_yield",
};

/* Libraries try these and go on when refused. */
static const char *const refused_calls[] = {
	"open",
	"openat",
	"openat2",
	"stat",
	"fstat",
	"lstat",
	"newfstatat",
	"statx",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"socket",
	"prctl",
	"ioctl",
};

/* The sanitizers' runtime needs more than a filter can list, and its builds are for tests. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REST SCMP_ACT_ERRNO(EPERM)
#else
#define REST SCMP_ACT_KILL_PROCESS
#endif

int
sandbox_landlock_version(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return v > 0 ? (int)v : 0;
}

/* All rights over files that this version of Landlock can take away. */
static uint64_t
file_rights(int version)
{
	uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* version 1 */

	if (version >= 2)
		rights |= UINT64_C(1) << 13; /* refer */
	if (version >= 3)
		rights |= UINT64_C(1) << 14; /* truncate */
	if (version >= 5)
		rights |= UINT64_C(1) << 15; /* ioctl on devices */
	return rights;
}

static bool
shut_files(struct err *e)
{
	const int version = sandbox_landlock_version();
	const struct landlock_ruleset_attr all = { .handled_access_fs = file_rights(version) };
	int fd;
	bool good;

	if (version == 0)
		return true;
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "landlock: %s", strerror(errno));
	good = syscall(SYS_landlock_restrict_self, fd, 0) == 0 ||
	       err_set(e, ERR_SYSTEM, "landlock: %s", strerror(errno));
	close(fd);
	return good;
}

/* A call that this architecture does not have is no gap. */
static bool
add_rule(scmp_filter_ctx filter, uint32_t action, const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);

	return nr == __NR_SCMP_ERROR || seccomp_rule_add(filter, action, nr, 0) == 0;
}

static bool
fill_filter(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < ARRAY_LEN(compute_calls); i++)
		if (!add_rule(filter, SCMP_ACT_ALLOW, compute_calls[i]))
			return false;
	for (size_t i = 0; i < ARRAY_LEN(refused_calls); i++)
		if (!add_rule(filter, SCMP_ACT_ERRNO(EACCES), refused_calls[i]))
			return false;
	/* memory, but none that can be executed */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool
shut_calls(struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(REST);
	bool good = filter && fill_filter(filter) && seccomp_load(filter) == 0;

	if (filter)
		seccomp_release(filter);
	return good || err_set(e, ERR_SYSTEM, "seccomp: the filter cannot be loaded");
}

bool
sandbox_compute(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, ERR_SYSTEM, "no_new_privs: %s", strerror(errno));
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return shut_files(e) && shut_calls(e);
}
