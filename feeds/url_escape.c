/*
 * Percent-encoding, put on and taken off.
 */
#include "url.h"

#include "ascii.h"
#include "url_inside.h"

struct str
url_encoded(struct str s, struct arena *arena)
{
	char *start = arena_bytes(arena, 3 * s.n), *to = start;

	for (size_t i = 0; i < s.n; i++)
		if (url_is_unreserved(s.p[i]))
			*to++ = s.p[i];
		else
			to = url_put_escape(to, (unsigned char)s.p[i]);
	return str_n(start, (size_t)(to - start));
}

struct str
url_decoded(struct str s, struct arena *arena)
{
	char *p = arena_bytes(arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && i + 2 < s.n ? ascii_hex(s.p[i + 1]) : -1;
		int low = high >= 0 ? ascii_hex(s.p[i + 2]) : -1;

		p[n++] = low >= 0 ? (char)(high << 4 | low) : s.p[i];
		i += low >= 0 ? 2 : 0;
	}
	return str_n(p, n);
}
