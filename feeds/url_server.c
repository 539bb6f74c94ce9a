/*
 * Whose server a URL names, and as whom it is asked there.
 */
#include "url.h"

#include "ascii.h"

/* The last '@' of an authority parts the user from the host; STR_NONE: no user. */
static size_t
user_end(struct str authority)
{
	size_t at = authority.n;

	while (at > 0 && authority.p[at - 1] != '@')
		at--;
	return at ? at - 1 : STR_NONE;
}

/* Scheme and host in lower case, no default port, no user. */
static struct str
origin_of(struct str text, struct arena *arena, struct str *scheme)
{
	struct url u;
	size_t at;

	url_split(url_normal(text, arena), &u);
	*scheme = u.scheme;
	at = user_end(u.authority);
	return at == STR_NONE ? u.authority : str_sub(u.authority, at + 1, u.authority.n);
}

bool
url_same_origin(struct str a, struct str b, struct arena *arena)
{
	struct str scheme_a, scheme_b;
	struct str at_a = origin_of(a, arena, &scheme_a), at_b = origin_of(b, arena, &scheme_b);

	return str_eq(scheme_a, scheme_b) && str_eq(at_a, at_b);
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

bool
url_take_user(struct str *url, struct str *user, struct str *password, struct arena *arena)
{
	struct url u;
	struct str before, after;
	size_t at;

	url_split(*url, &u);
	at = url_is_http(*url) ? user_end(u.authority) : STR_NONE;
	if (at == STR_NONE)
		return false;
	str_cut(str_sub(u.authority, 0, at), ':', user, password);
	*user = url_decoded(*user, arena);
	*password = url_decoded(*password, arena);
	before = str_sub(*url, 0, (size_t)(u.authority.p - url->p));
	after = str_sub(*url, before.n + at + 1, url->n);
	*url = str_join(arena, before, after);
	return true;
}
