#include "mem.h"

#include <stdint.h>
#include <stdlib.h>

__attribute__((weak)) _Noreturn void
mem_exhausted(size_t n)
{
	(void)n;
	abort();
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		mem_exhausted(n);
	return p;
}

void *
xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		mem_exhausted(size && count > SIZE_MAX / size ? SIZE_MAX : count * size);
	return p;
}

void *
xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		mem_exhausted(n);
	return p;
}

void *
xreallocarray(void *p, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		mem_exhausted(SIZE_MAX);
	return xrealloc(p, count * size);
}
