#include "memory.h"

#include "mem.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <ev.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* For libev, which asks for nothing by 0. */
static void *
resize(void *p, long n)
{
	if (n > 0)
		return xrealloc(p, (size_t)n);
	free(p);
	return NULL;
}

/* For OpenSSL, which tells the places in its sources, and for which nothing takes no memory. */
static void *
take_for_openssl(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return n ? xmalloc(n) : NULL;
}

static void *
resize_for_openssl(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	if (n)
		return xrealloc(p, n);
	free(p);
	return NULL;
}

static void
give_for_openssl(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* It is libcurl's affair whether it brings OpenSSL. */
static void
share_openssl(void)
{
	typedef int setter(void *(*)(size_t, const char *, int),
	    void *(*)(void *, size_t, const char *, int), void (*)(void *, const char *, int));
	union {
		void *symbol;
		setter *set;
	} found = { dlsym(RTLD_DEFAULT, "CRYPTO_set_mem_functions") };

	if (found.symbol)
		found.set(take_for_openssl, resize_for_openssl, give_for_openssl);
}

static char *
duplicate(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(xmalloc(n), text, n);
}

void
memory_share(void)
{
	ev_set_allocator(resize);
	json_set_alloc_funcs(xmalloc, free);
	share_openssl();
}

void
memory_share_curl(void)
{
	curl_global_init_mem(CURL_GLOBAL_DEFAULT, xmalloc, free, xrealloc, duplicate, xcalloc);
}
