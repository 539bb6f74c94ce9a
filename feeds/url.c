#include "url.h"

#include "ascii.h"
#include "url_inside.h"

/* Length of "scheme" when text begins with "scheme:", else 0. */
static size_t
scheme_length(struct str text)
{
	size_t i = 0;

	if (text.n == 0 || !ascii_is_letter(text.p[0]))
		return 0;
	while (i < text.n && (ascii_is_alnum(text.p[i]) || text.p[i] == '+' || text.p[i] == '-' ||
				 text.p[i] == '.'))
		i++;
	return i < text.n && text.p[i] == ':' ? i : 0;
}

void
url_split(struct str text, struct url *ret)
{
	size_t scheme = scheme_length(text);

	*ret = (struct url){ 0 };
	ret->has_fragment = str_cut(text, '#', &text, &ret->fragment);
	ret->has_query = str_cut(text, '?', &text, &ret->query);
	if (scheme && scheme < text.n) {
		ret->has_scheme = true;
		ret->scheme = str_sub(text, 0, scheme);
		text = str_sub(text, scheme + 1, text.n);
	}
	if (str_starts(text, STR("//"))) {
		size_t slash;

		text = str_sub(text, 2, text.n);
		slash = str_find_char(text, '/');
		if (slash == STR_NONE)
			slash = text.n;
		ret->has_authority = true;
		ret->authority = str_sub(text, 0, slash);
		text = str_sub(text, slash, text.n);
	}
	ret->path = text;
}

bool
url_scheme_is_http(struct str scheme)
{
	return str_eq_ci(scheme, STR("http")) || str_eq_ci(scheme, STR("https"));
}

void
url_split_authority(struct str authority, struct str *user, struct str *host, struct str *port)
{
	size_t at = authority.n, colon;

	while (at > 0 && authority.p[at - 1] != '@')
		at--;
	*user = str_sub(authority, 0, at);
	*host = str_sub(authority, at, authority.n);
	*port = str_sub(authority, authority.n, authority.n);
	if (str_starts(*host, STR("["))) /* an IPv6 address keeps its colons */
		colon = str_find(*host, STR("]:")) == STR_NONE ? host->n
							       : str_find(*host, STR("]:")) + 1;
	else
		colon = str_find_char(*host, ':');
	if (colon < host->n) {
		*port = str_sub(*host, colon, host->n);
		*host = str_sub(*host, 0, colon);
	}
}

bool
url_is_http(struct str text)
{
	size_t end = url_plain_host_end(text);
	struct url u;
	struct str user, host, port;

	if (end && (end == text.n || text.p[end] == '/'))
		return true;
	url_split(text, &u);
	if (!url_scheme_is_http(u.scheme) || !u.has_authority)
		return false;
	url_split_authority(u.authority, &user, &host, &port);
	return host.n > 0;
}

struct str
url_host(struct str text)
{
	struct url u;
	struct str user, host, port;

	url_split(text, &u);
	url_split_authority(u.authority, &user, &host, &port);
	return host;
}

/* ---- building: a cursor over bytes that were reserved at their worst length ---- */

/*
 * RFC 3986 5.2.4 in one pass: segments are written to `to`, ".." takes the last one back.  Writes
 * at most path.n bytes.
 */
static char *
put_path(char *to, struct str path)
{
	char *start = to;

	while (path.n) {
		size_t slash = path.p[0] == '/' ? 1 : 0, end = slash;
		struct str segment;
		bool last;

		while (end < path.n && path.p[end] != '/')
			end++;
		segment = str_sub(path, slash, end);
		last = end == path.n;
		if (str_eq(segment, STR("..")) || str_eq(segment, STR("."))) {
			if (segment.n == 2) {
				while (to > start && to[-1] != '/')
					to--;
				if (to > start)
					to--;
			}
			if (last && slash)
				*to++ = '/';
		} else {
			to = url_put(to, str_sub(path, 0, end));
		}
		path = str_sub(path, end, path.n);
	}
	return to;
}

/* A path relative to base's: base's directory, then ref's path. */
static struct str
merged_path(const struct url *base, struct str path, struct arena *arena)
{
	size_t end = base->path.n;

	if (base->has_authority && base->path.n == 0)
		return str_join(arena, STR("/"), path);
	while (end > 0 && base->path.p[end - 1] != '/')
		end--;
	return str_join(arena, str_sub(base->path, 0, end), path);
}

struct str
url_put_together(const struct url *u, struct arena *arena)
{
	size_t most = u->scheme.n + u->authority.n + u->path.n + u->query.n + u->fragment.n + 8;
	char *start = arena_bytes(arena, most), *to = start;

	if (u->has_scheme) {
		to = url_put(to, u->scheme);
		*to++ = ':';
	}
	if (u->has_authority) {
		to = url_put(to, STR("//"));
		to = url_put(to, u->authority);
	}
	/* only a hierarchical path has dot segments; "mailto:.." has not */
	if (u->has_authority || str_starts(u->path, STR("/")))
		to = put_path(to, u->path);
	else
		to = url_put(to, u->path);
	if (u->has_query) {
		*to++ = '?';
		to = url_put(to, u->query);
	}
	if (u->has_fragment) {
		*to++ = '#';
		to = url_put(to, u->fragment);
	}
	return (struct str){ start, (size_t)(to - start) };
}

struct str
url_resolve(struct str base, struct str ref, struct arena *arena)
{
	struct url b, r;

	url_split(ref, &r);
	if (r.has_scheme)
		return url_put_together(&r, arena);
	url_split(base, &b);
	if (!b.has_scheme)
		return STR("");
	r.scheme = b.scheme;
	r.has_scheme = true;
	if (!r.has_authority) {
		r.authority = b.authority;
		r.has_authority = b.has_authority;
		if (r.path.n == 0) {
			r.path = b.path;
			if (!r.has_query) {
				r.query = b.query;
				r.has_query = b.has_query;
			}
		} else if (r.path.p[0] != '/') {
			r.path = merged_path(&b, r.path, arena);
		}
	}
	return url_put_together(&r, arena);
}
