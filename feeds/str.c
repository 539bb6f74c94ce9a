#include "str.h"

#include "ascii.h"

#include <string.h>

struct str
str_c(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

bool
str_eq_c(struct str a, const char *z)
{
	return str_eq(a, str_c(z));
}

bool
str_eq_ci(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool
str_starts_ci(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq_ci(str_sub(s, 0, prefix.n), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

bool
str_is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	if (d)
		return d;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t
str_find(struct str s, struct str needle)
{
	const char *hit;

	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return STR_NONE;
	hit = memmem(s.p, s.n, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : STR_NONE;
}

size_t
str_find_ci(struct str s, struct str needle)
{
	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (str_eq_ci(str_sub(s, i, i + needle.n), needle))
			return i;
	return STR_NONE;
}

size_t
str_find_char(struct str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : STR_NONE;
}

struct str
str_trim(struct str s)
{
	while (s.n && str_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && str_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_cut(struct str s, char c, struct str *before, struct str *after)
{
	size_t at = str_find_char(s, c);

	if (at == STR_NONE) {
		*before = s;
		*after = str_sub(s, s.n, s.n);
		return false;
	}
	*before = str_sub(s, 0, at);
	*after = str_sub(s, at + 1, s.n);
	return true;
}

bool
str_to_i64(struct str s, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	int64_t v = 0;

	if (negative)
		s = str_sub(s, 1, s.n);
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = s.p[i] - '0';

		if (d < 0 || d > 9)
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, negative ? -d : d, &v))
			return false;
	}
	*ret = v;
	return true;
}
