#include "sandbox.h"

#include "filter.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The sanitizers' runtime needs more than a filter can list, and its builds are for tests. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#define REST FILTER_ERRNO(EPERM)
#else
#define SANITIZED 0
#define REST SECCOMP_RET_KILL_PROCESS
#endif

/* Architectures leave out what others still have from earlier: what is not there is no gap. */
#ifdef __NR_open
#define OLD_FILE_CALLS __NR_open, __NR_stat, __NR_lstat, __NR_access, __NR_readlink,
#define OLD_PROCESS_CALLS __NR_fork, __NR_vfork, __NR_mknod,
#else
#define OLD_FILE_CALLS
#define OLD_PROCESS_CALLS
#endif
#ifdef __NR_newfstatat
#define STAT_CALLS __NR_fstat, __NR_newfstatat,
#else
#define STAT_CALLS
#endif
#ifdef __NR_setrlimit
#define LIMIT_CALLS __NR_setrlimit,
#else
#define LIMIT_CALLS
#endif
#ifdef __s390x__
#define CLONE_FLAGS 1 /* which argument */
#else
#define CLONE_FLAGS 0
#endif
#ifdef __NR_iopl
#define PORT_CALLS __NR_iopl, __NR_ioperm, __NR_modify_ldt,
#else
#define PORT_CALLS
#endif

/* What a process that computes may call; all else ends it. */
static const struct filter_rule compute_rules[] = {
	/* what malloc, read, write, the clock and a clean or unclean end are made of */
	{ SECCOMP_RET_ALLOW,
	    FILTER_CALLS(__NR_read, __NR_write, __NR_writev, __NR_munmap, __NR_mremap, __NR_madvise,
		__NR_brk, __NR_futex, __NR_exit, __NR_exit_group, __NR_getrusage, __NR_prlimit64,
		LIMIT_CALLS __NR_getrandom, __NR_clock_gettime, __NR_gettimeofday,
		__NR_rt_sigreturn, __NR_rt_sigprocmask, __NR_restart_syscall, __NR_getpid,
		__NR_gettid, __NR_tgkill, __NR_close, __NR_sigaltstack, __NR_sched_yield) },
	/* libraries try these and go on when refused */
	{ FILTER_ERRNO(EACCES), FILTER_CALLS(OLD_FILE_CALLS STAT_CALLS __NR_openat, __NR_openat2,
				    __NR_statx, __NR_faccessat, __NR_faccessat2, __NR_readlinkat,
				    __NR_socket, __NR_prctl, __NR_ioctl) },
	/* memory, but none that can be executed */
	{ SECCOMP_RET_ALLOW, FILTER_CALLS(__NR_mmap, __NR_mprotect), .arg = 2, .mask = PROT_EXEC,
	    .bits = 0 },
};

/* What the daemon has no business with; all else it may.  That the C library or another does not
 * try these either was tried; the service unit lists what may be called, and is stricter. */
static const struct filter_rule serve_rules[] = {
	/* programs and other processes */
	{ FILTER_ERRNO(EPERM),
	    FILTER_CALLS(OLD_PROCESS_CALLS __NR_execve, __NR_execveat, __NR_kill, __NR_tkill,
		__NR_pidfd_open, __NR_pidfd_getfd, __NR_pidfd_send_signal, __NR_process_vm_readv,
		__NR_process_vm_writev, __NR_process_madvise, __NR_kcmp, __NR_setpriority,
		__NR_migrate_pages, __NR_move_pages) },
	/* mounts, namespaces, roots */
	{ FILTER_ERRNO(EPERM),
	    FILTER_CALLS(__NR_mount, __NR_umount2, __NR_move_mount, __NR_open_tree, __NR_fsopen,
		__NR_fsconfig, __NR_fsmount, __NR_fspick, __NR_mount_setattr, __NR_pivot_root,
		__NR_chroot, __NR_setns, __NR_unshare, __NR_open_by_handle_at, __NR_mknodat) },
	/* who we are */
	{ FILTER_ERRNO(EPERM), FILTER_CALLS(__NR_setuid, __NR_setgid, __NR_setreuid, __NR_setregid,
				   __NR_setresuid, __NR_setresgid, __NR_setgroups, __NR_capset) },
	/* the machine */
	{ FILTER_ERRNO(EPERM),
	    FILTER_CALLS(PORT_CALLS __NR_reboot, __NR_kexec_load, __NR_kexec_file_load,
		__NR_init_module, __NR_finit_module, __NR_delete_module, __NR_swapon, __NR_swapoff,
		__NR_settimeofday, __NR_clock_settime, __NR_clock_adjtime, __NR_adjtimex,
		__NR_sethostname, __NR_setdomainname, __NR_syslog, __NR_acct, __NR_quotactl,
		__NR_personality, __NR_vhangup) },
	/* large doors of the kernel that nothing here needs */
	{ FILTER_ERRNO(EPERM), FILTER_CALLS(__NR_bpf, __NR_perf_event_open, __NR_userfaultfd,
				   __NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register,
				   __NR_keyctl, __NR_add_key, __NR_request_key) },
	/* memory that is written is not executed, as by systemd's MemoryDenyWriteExecute */
	{ FILTER_ERRNO(EPERM), FILTER_CALLS(__NR_mmap), .arg = 2, .mask = PROT_WRITE | PROT_EXEC,
	    .bits = PROT_WRITE | PROT_EXEC },
	{ FILTER_ERRNO(EPERM), FILTER_CALLS(__NR_mprotect, __NR_pkey_mprotect), .arg = 2,
	    .mask = PROT_EXEC, .bits = PROT_EXEC },
#if !SANITIZED /* its search for leaks is a process that looks into this one */
	/* threads, but no processes; of clone3 a filter cannot see the flags: without it clone is
	   called */
	{ FILTER_ERRNO(ENOSYS), FILTER_CALLS(__NR_clone3) },
	{ FILTER_ERRNO(EPERM), FILTER_CALLS(__NR_clone), .arg = CLONE_FLAGS, .mask = CLONE_THREAD,
	    .bits = 0 },
	{ FILTER_ERRNO(EPERM), FILTER_CALLS(__NR_ptrace) },
#endif
};

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
	return give_up_privileges(e) && shut_files(NULL, 0, e) &&
	       filter_calls(compute_rules, ARRAY_LEN(compute_rules), REST, e);
}

bool
sandbox_serve(const struct sandbox_directory *directories, size_t n, struct err *e)
{
	return give_up_privileges(e) && shut_files(directories, n, e) &&
	       filter_calls(serve_rules, ARRAY_LEN(serve_rules), SECCOMP_RET_ALLOW, e);
}

void
sandbox_keep_secrets(void)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}
