/*
 * Views of bytes.  A `struct str` never owns; n bytes stand at p, no NUL is promised, p may be NULL
 * when n is 0.  Text that must outlive its bytes is copied on purpose: str_dup(arena, s).
 */
#ifndef FEEDS_STR_H
#define FEEDS_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_INIT(lit)                                                                              \
	{                                                                                          \
		(lit), sizeof(lit) - 1                                                             \
	}                            /* for static tables */
#define STR_NONE SIZE_MAX            /* "not found" of the str_find functions */
#define STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

/* A view of a NUL-terminated string; NULL gives the empty view. */
struct str str_c(const char *z);
static inline struct str
str_n(const char *p, size_t n)
{
	return (struct str){ p, n };
}
/* The part from `from` (included) to `to` (excluded); both are clipped to the length. */
static inline struct str
str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from >= to)
		return (struct str){ s.p ? s.p + to : NULL, 0 };
	return (struct str){ s.p + from, to - from };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_c(struct str a, const char *z);
/* ASCII letters compare without case; other bytes as they are. */
bool str_eq_ci(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_starts_ci(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_is_ascii(struct str s);
/* <0, 0, >0 by bytes, a prefix before what it begins. */
int str_cmp(struct str a, struct str b);

/* Offset of the first occurrence, or STR_NONE. */
size_t str_find(struct str s, struct str needle);
size_t str_find_ci(struct str s, struct str needle);
size_t str_find_char(struct str s, char c);

/* ASCII white space: space, \t \n \v \f \r. */
static inline bool
str_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s);

/*
 * Cut at the first c: *before and *after do not contain it.  Returns false when there is no c: then
 * *before is all of s and *after is empty.  Either may alias &s.
 */
bool str_cut(struct str s, char c, struct str *before, struct str *after);

/* A whole decimal number, optional leading '-'; false (and *ret untouched) when it is not, or
 * overflows. */
bool str_to_i64(struct str s, int64_t *ret);

#endif
