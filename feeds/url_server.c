/*
 * Whose server a URL names, and as whom it is asked there.
 */
#include "url.h"

#include "url_inside.h"

/* Scheme and host in lower case, no default port, no user. */
static struct str
origin_of(struct str text, struct arena *arena, struct str *scheme)
{
	struct str user, host, port;
	struct url u;

	url_split(url_normal(text, arena), &u);
	*scheme = u.scheme;
	url_split_authority(u.authority, &user, &host, &port);
	return str_sub(u.authority, user.n, u.authority.n);
}

bool
url_same_origin(struct str a, struct str b, struct arena *arena)
{
	struct str scheme_a, scheme_b;
	struct str at_a = origin_of(a, arena, &scheme_a), at_b = origin_of(b, arena, &scheme_b);

	return str_eq(scheme_a, scheme_b) && str_eq(at_a, at_b);
}

bool
url_take_user(struct str *url, struct str *user, struct str *password, struct arena *arena)
{
	struct str who, host, port, before, after;
	struct url u;

	url_split(*url, &u);
	url_split_authority(u.authority, &who, &host, &port);
	if (who.n == 0 || !url_is_http(*url))
		return false;
	str_cut(str_sub(who, 0, who.n - 1), ':', user, password);
	*user = url_decoded(*user, arena);
	*password = url_decoded(*password, arena);
	before = str_sub(*url, 0, (size_t)(u.authority.p - url->p));
	after = str_sub(*url, before.n + who.n, url->n);
	*url = str_join(arena, before, after);
	return true;
}
