/*
 * LD_PRELOAD: no name server answers for names that end in ".silent.example".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#define SILENCE_S 300

static int
is_silent(const char *name)
{
	static const char suffix[] = ".silent.example";
	size_t n = name ? strlen(name) : 0, k = sizeof(suffix) - 1;

	return n > k && strcmp(name + n - k, suffix) == 0;
}

int
getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
	static __typeof__(&getaddrinfo) real;

	if (is_silent(name)) {
		sleep(SILENCE_S);
		return EAI_AGAIN;
	}
	if (!real)
		real = (__typeof__(&getaddrinfo))dlsym(RTLD_NEXT, "getaddrinfo");
	return real(name, service, hints, ret);
}
