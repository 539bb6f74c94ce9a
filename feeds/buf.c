#include "buf.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
}

char *
buf_reserve(struct buf *b, size_t n)
{
	if (n > b->max - b->n)
		return NULL;
	if (n > b->cap - b->n) {
		size_t cap = b->cap ? b->cap : 256;

		while (cap - b->n < n)
			cap *= 2;
		b->p = xrealloc(b->p, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

bool
buf_add(struct buf *b, struct str s)
{
	char *to;

	if (s.n == 0)
		return true;
	to = buf_reserve(b, s.n);
	if (!to)
		return false;
	memcpy(to, s.p, s.n);
	b->n += s.n;
	return true;
}

bool
buf_add_char(struct buf *b, char c)
{
	if (b->n == b->cap || b->n == b->max)
		return buf_add(b, (struct str){ &c, 1 });
	b->p[b->n++] = c;
	return true;
}

bool
buf_addf(struct buf *b, const char *fmt, ...)
{
	char here[256]; /* most fit: they are not written twice */
	va_list ap, again;
	int n;
	char *to;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(here, sizeof(here), fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	/* one more byte for vsnprintf's NUL, which is not counted */
	to = (size_t)n + 1 <= b->max - b->n ? buf_reserve(b, (size_t)n + 1) : NULL;
	if (to && (size_t)n < sizeof(here))
		memcpy(to, here, (size_t)n);
	else if (to)
		vsnprintf(to, (size_t)n + 1, fmt, again);
	if (to)
		b->n += (size_t)n;
	va_end(again);
	return to != NULL;
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n >= b->n) {
		b->n = 0;
		return;
	}
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}
