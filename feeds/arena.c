#include "arena.h"

#include "mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define ARENA_FIRST ((size_t)16 << 10) /* bytes of the first block */
#define ARENA_KEEP ((size_t)64 << 10)  /* and of the largest that a reset keeps */
#define ARENA_BLOCK_MAX ((size_t)4 << 20)

struct block {
	struct block *older;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *newest;
	size_t asked;
	bool wiped;
};

static struct block *
block_new(size_t size, struct block *older)
{
	struct block *b = xmalloc(sizeof(*b) + size);

	b->older = older;
	b->size = size;
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->bytes, size);
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = xcalloc(1, sizeof(*a));

	a->newest = block_new(ARENA_FIRST, NULL);
	return a;
}

struct arena *
arena_new_wiped(void)
{
	struct arena *a = arena_new();

	a->wiped = true;
	return a;
}

/* What was handed out of a block is over. */
static void
block_empty(const struct arena *a, struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->bytes, b->size);
	if (a->wiped)
		explicit_bzero(b->bytes, b->used);
	b->used = 0;
}

static void
block_free(const struct arena *a, struct block *b)
{
	block_empty(a, b);
	free(b);
}

void
arena_reset(struct arena *a)
{
	struct block *kept = a->newest;

	while (kept->older && kept->size > ARENA_KEEP) {
		a->newest = kept->older;
		block_free(a, kept);
		kept = a->newest;
	}
	while (kept->older) {
		struct block *b = kept->older;

		kept->older = b->older;
		block_free(a, b);
	}
	block_empty(a, kept);
	ASAN_POISON_MEMORY_REGION(kept->bytes, kept->size);
	a->asked = 0;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	block_free(a, a->newest);
	free(a);
}

static char *
take(struct arena *a, size_t n, size_t align)
{
	struct block *b = a->newest;
	size_t at = (b->used + align - 1) & ~(align - 1);

	if (at > b->size || b->size - at < n) {
		size_t size = b->size * 2;

		if (size > ARENA_BLOCK_MAX)
			size = ARENA_BLOCK_MAX;
		if (size < n)
			size = n;
		b = a->newest = block_new(size, b);
		at = 0;
	}
	b->used = at + n;
	a->asked += n;
	ASAN_UNPOISON_MEMORY_REGION(b->bytes + at, n);
	return b->bytes + at;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return memset(take(a, n ? n : 1, alignof(max_align_t)), 0, n ? n : 1);
}

char *
arena_bytes(struct arena *a, size_t n)
{
	return take(a, n ? n : 1, 1);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		mem_exhausted(SIZE_MAX);
	return arena_alloc(a, n);
}

void *
arena_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	struct block *b = a->newest;
	size_t had = *cap * size, want;
	char *bigger;

	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	if (__builtin_mul_overflow(*cap, size, &want))
		mem_exhausted(SIZE_MAX);
	if (had && (char *)v + had == b->bytes + b->used && b->size - b->used >= want - had) {
		take(a, want - had, 1); /* the last thing of its block: it stays there */
		return v;
	}
	bigger = take(a, want, alignof(max_align_t));
	if (n)
		memcpy(bigger, v, had);
	return bigger;
}

size_t
arena_used(const struct arena *a)
{
	return a->asked;
}

struct str
str_dup(struct arena *a, struct str s)
{
	char *p;

	if (s.n == 0)
		return STR("");
	p = arena_bytes(a, s.n);
	memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

char *
str_z(struct arena *a, struct str s)
{
	char *p = arena_bytes(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str
str_fmt(struct arena *a, const char *fmt, ...)
{
	char here[256]; /* most fit: they are not written twice */
	va_list ap, again;
	int n;
	char *p;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(here, sizeof(here), fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	p = arena_bytes(a, (size_t)n + 1);
	if ((size_t)n < sizeof(here))
		memcpy(p, here, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str
str_join(struct arena *a, struct str left, struct str right)
{
	char *p = arena_bytes(a, left.n + right.n);

	if (left.n)
		memcpy(p, left.p, left.n);
	if (right.n)
		memcpy(p + left.n, right.p, right.n);
	return (struct str){ p, left.n + right.n };
}
