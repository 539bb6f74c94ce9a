#include "sandbox.h"

#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

/* What the daemon has no business with.  That the C library or another does not try them either was
 * tried; the service unit lists what may be called, and is stricter. */
static const char *const foreign_calls[] = {
	/* programs and other processes */
	"execve",
	"execveat",
	"fork",
	"vfork",
	"kill",
	"tkill",
	"pidfd_open",
	"pidfd_getfd",
	"pidfd_send_signal",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"kcmp",
	"setpriority",
	"migrate_pages",
	"move_pages",
	/* mounts, namespaces, roots */
	"mount",
	"umount2",
	"move_mount",
	"open_tree",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"mount_setattr",
	"pivot_root",
	"chroot",
	"setns",
	"unshare",
	"open_by_handle_at",
	"mknod",
	"mknodat",
	/* who we are */
	"setuid",
	"setgid",
	"setreuid",
	"setregid",
	"setresuid",
	"setresgid",
	"setgroups",
	"capset",
	/* the machine */
	"reboot",
	"kexec_load",
	"kexec_file_load",
	"init_module",
	"finit_module",
	"delete_module",
	"swapon",
	"swapoff",
	"settimeofday",
	"clock_settime",
	"clock_adjtime",
	"adjtimex",
	"sethostname",
	"setdomainname",
	"syslog",
	"acct",
	"quotactl",
	"iopl",
	"ioperm",
	"modify_ldt",
	"personality",
	"vhangup",
	/* large doors of the kernel that nothing here needs */
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"keyctl",
	"add_key",
	"request_key",
};

/* The sanitizers' runtime needs more than a filter can list, and its builds are for tests. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#define REST SCMP_ACT_ERRNO(EPERM)
#else
#define SANITIZED 0
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

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* all but programs to run, devices and links to make */
#define WRITE_RIGHTS                                                                               \
	(READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |            \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | FS_TRUNCATE)
#define FS_TRUNCATE (UINT64_C(1) << 14) /* version 3 */
/* what may be said of a file; the others are about directories */
#define OF_FILES (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)

static bool
open_directory(int ruleset, uint64_t handled, const struct sandbox_directory *d)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = (d->write ? WRITE_RIGHTS : READ_RIGHTS) & handled,
		.parent_fd = open(d->path, O_PATH | O_CLOEXEC),
	};
	struct stat st;
	bool good;

	/* what is not there needs no right; what cannot be opened for lack of means is there, and
	 * would be shut for good */
	if (rule.parent_fd < 0)
		return errno != EMFILE && errno != ENFILE && errno != ENOMEM;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_FILES;
	good = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return good;
}

/* All files are shut but those below the directories. */
static bool
shut_files(const struct sandbox_directory *directories, size_t n, struct err *e)
{
	const int version = sandbox_landlock_version();
	const struct landlock_ruleset_attr all = { .handled_access_fs = file_rights(version) };
	int fd;
	bool good = true;

	if (version == 0)
		return true;
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "landlock: %s", strerror(errno));
	for (size_t i = 0; i < n && good; i++)
		good = open_directory(fd, all.handled_access_fs, &directories[i]);
	good = (good && syscall(SYS_landlock_restrict_self, fd, 0) == 0) ||
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
fill_compute(scmp_filter_ctx filter)
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

/* Memory that is written is not executed, as by systemd's MemoryDenyWriteExecute. */
static bool
refuse_code(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp both =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC);
	const struct scmp_arg_cmp exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);

	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(mmap), 1, both) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(mprotect), 1, exec) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(pkey_mprotect), 1, exec) ==
		   0;
}

/* Threads, but no processes.  Of clone3 a filter cannot see the flags; without it clone is used. */
static bool
refuse_processes(scmp_filter_ctx filter)
{
#if SANITIZED /* its search for leaks is a process that looks into this one */
	(void)filter;
	return true;
#else
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
		   SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0 &&
	       add_rule(filter, SCMP_ACT_ERRNO(EPERM), "ptrace");
#endif
}

static bool
fill_serve(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign_calls); i++)
		if (!add_rule(filter, SCMP_ACT_ERRNO(EPERM), foreign_calls[i]))
			return false;
	return refuse_code(filter) && refuse_processes(filter);
}

static bool
shut_calls(uint32_t rest, bool (*fill)(scmp_filter_ctx), struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(rest);
	bool good = filter && fill(filter) && seccomp_load(filter) == 0;

	if (filter)
		seccomp_release(filter);
	return good || err_set(e, ERR_SYSTEM, "seccomp: the filter cannot be loaded");
}

static bool
give_up_privileges(struct err *e)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ||
	       err_set(e, ERR_SYSTEM, "no_new_privs: %s", strerror(errno));
}

bool
sandbox_compute(struct err *e)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return give_up_privileges(e) && shut_files(NULL, 0, e) && shut_calls(REST, fill_compute, e);
}

bool
sandbox_serve(const struct sandbox_directory *directories, size_t n, struct err *e)
{
	return give_up_privileges(e) && shut_files(directories, n, e) &&
	       shut_calls(SCMP_ACT_ALLOW, fill_serve, e);
}

void
sandbox_keep_secrets(void)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}
