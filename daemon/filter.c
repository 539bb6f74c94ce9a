#include "filter.h"

#include "mem.h"

#include <endian.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* What the kernel calls this architecture.  Those of 32 bits have a second table of calls for times
 * and files beside the first, and are not known here. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define X32_CALLS 0x40000000u /* on the same architecture, with this bit */
#elif defined(__aarch64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__)
#define ARCHITECTURE                                                                               \
	(__BYTE_ORDER == __LITTLE_ENDIAN ? AUDIT_ARCH_PPC64LE : (unsigned)AUDIT_ARCH_PPC64)
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#define ARCHITECTURE AUDIT_ARCH_LOONGARCH64
#endif

#ifdef ARCHITECTURE

#define HEAD 6   /* instructions before the first rule, at most */
#define A_CALL 2 /* for each call without a look at an argument */
#define AN_ARGUMENT 6

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
/* So many instructions are left out unless the value loaded is `k`. */
#define UNLESS(k, left_out) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), 0, (left_out))

struct program {
	struct sock_filter *code;
	size_t n;
};

static void
add(struct program *p, struct sock_filter instruction)
{
	p->code[p->n++] = instruction;
}

static uint32_t
low_half(unsigned arg)
{
	size_t at = offsetof(struct seccomp_data, args) + arg * sizeof(uint64_t);

	return (uint32_t)(at + (__BYTE_ORDER == __BIG_ENDIAN ? sizeof(uint32_t) : 0));
}

static void
add_head(struct program *p)
{
	add(p, (struct sock_filter)LOAD(offsetof(struct seccomp_data, arch)));
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	add(p, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
	add(p, (struct sock_filter)LOAD(offsetof(struct seccomp_data, nr)));
#ifdef X32_CALLS
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_CALLS, 0, 1));
	add(p, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
#endif
}

/* The call's number is loaded, before and after. */
static void
add_call(struct program *p, const struct filter_rule *rule, uint32_t call)
{
	if (!rule->mask) {
		add(p, (struct sock_filter)UNLESS(call, 1));
		add(p, (struct sock_filter)RETURN(rule->then));
		return;
	}
	add(p, (struct sock_filter)UNLESS(call, AN_ARGUMENT - 1));
	add(p, (struct sock_filter)LOAD(low_half(rule->arg)));
	add(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rule->mask));
	add(p, (struct sock_filter)UNLESS(rule->bits, 1));
	add(p, (struct sock_filter)RETURN(rule->then));
	add(p, (struct sock_filter)LOAD(offsetof(struct seccomp_data, nr)));
}

static size_t
length_of(const struct filter_rule *rules, size_t n)
{
	size_t length = HEAD + 1;

	for (size_t i = 0; i < n; i++)
		length += rules[i].n * (rules[i].mask ? AN_ARGUMENT : A_CALL);
	return length;
}

bool
filter_calls(const struct filter_rule *rules, size_t n, uint32_t rest, struct err *e)
{
	struct program p = { .code = xcalloc(length_of(rules, n), sizeof(*p.code)) };
	struct sock_fprog loaded;
	bool good;

	add_head(&p);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rules[i].n; k++)
			add_call(&p, &rules[i], (uint32_t)rules[i].call[k]);
	add(&p, (struct sock_filter)RETURN(rest));
	loaded = (struct sock_fprog){ (unsigned short)p.n, p.code };
	good = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &loaded, 0, 0) == 0 ||
	       err_set(e, ERR_SYSTEM, "seccomp: %s", strerror(errno));
	free(p.code);
	return good;
}

#else

bool
filter_calls(const struct filter_rule *rules, size_t n, uint32_t rest, struct err *e)
{
	(void)rules;
	(void)n;
	(void)rest;
	return err_set(e, ERR_SYSTEM, "seccomp: there is no filter for this architecture");
}

#endif
