#include "url.h"

#include "ascii.h"

#include <string.h>

static bool
is_unreserved(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

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

static bool
scheme_is_http(struct str scheme)
{
	return str_eq_ci(scheme, STR("http")) || str_eq_ci(scheme, STR("https"));
}

/* The authority in three: what stands before '@' (with it), host, what follows (with ':'). */
static void
authority_split(struct str authority, struct str *user, struct str *host, struct str *port)
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

/* Of an absolute http(s) URL: where a host that is nothing but lower-case letters, digits, '-' and
 * '.' ends; 0 when it has none. */
static size_t
plain_host_end(struct str text)
{
	size_t start = str_starts(text, STR("http://"))    ? sizeof("http://") - 1
		       : str_starts(text, STR("https://")) ? sizeof("https://") - 1
							   : 0;
	size_t at = start;

	if (start == 0)
		return 0;
	while (at < text.n && (ascii_is_lower(text.p[at]) || ascii_is_digit(text.p[at]) ||
				  text.p[at] == '-' || text.p[at] == '.'))
		at++;
	return at > start ? at : 0;
}

bool
url_rest_is_plain(struct str url, size_t at)
{
	static const bool plain[256] = { ['a' ... 'z'] = true,
		['A' ... 'Z'] = true,
		['0' ... '9'] = true,
		['/'] = true,
		['-'] = true,
		['.'] = true,
		['_'] = true,
		['~'] = true,
		['?'] = true,
		['='] = true,
		['&'] = true,
		['+'] = true,
		[','] = true,
		[';'] = true,
		[':'] = true };

	if (at == url.n || url.p[at] != '/' || url.p[url.n - 1] == '?')
		return false;
	for (; at < url.n; at++)
		if (!plain[(unsigned char)url.p[at]] ||
		    (url.p[at] == '.' && url.p[at - 1] == '/')) /* "/../" */
			return false;
	return true;
}

/*
 * What most links are: an absolute http(s) URL in normal form, without port, fragment and escapes,
 * that no rule of this file would change.
 */
static bool
is_plain(struct str text)
{
	size_t at = plain_host_end(text);

	return at && url_rest_is_plain(text, at);
}

bool
url_is_http(struct str text)
{
	size_t end = plain_host_end(text);
	struct url u;
	struct str user, host, port;

	if (end && (end == text.n || text.p[end] == '/'))
		return true;
	url_split(text, &u);
	if (!scheme_is_http(u.scheme) || !u.has_authority)
		return false;
	authority_split(u.authority, &user, &host, &port);
	return host.n > 0;
}

struct str
url_host(struct str text)
{
	struct url u;
	struct str user, host, port;

	url_split(text, &u);
	authority_split(u.authority, &user, &host, &port);
	return host;
}

/* ---- building: a cursor over bytes that were reserved at their worst length ---- */

static char *
put(char *to, struct str s)
{
	if (s.n)
		memcpy(to, s.p, s.n);
	return to + s.n;
}

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
			to = put(to, str_sub(path, 0, end));
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

static struct str
put_together(const struct url *u, struct arena *arena)
{
	size_t most = u->scheme.n + u->authority.n + u->path.n + u->query.n + u->fragment.n + 8;
	char *start = arena_bytes(arena, most), *to = start;

	if (u->has_scheme) {
		to = put(to, u->scheme);
		*to++ = ':';
	}
	if (u->has_authority) {
		to = put(to, STR("//"));
		to = put(to, u->authority);
	}
	/* only a hierarchical path has dot segments; "mailto:.." has not */
	if (u->has_authority || str_starts(u->path, STR("/")))
		to = put_path(to, u->path);
	else
		to = put(to, u->path);
	if (u->has_query) {
		*to++ = '?';
		to = put(to, u->query);
	}
	if (u->has_fragment) {
		*to++ = '#';
		to = put(to, u->fragment);
	}
	return (struct str){ start, (size_t)(to - start) };
}

struct str
url_resolve(struct str base, struct str ref, struct arena *arena)
{
	struct url b, r;

	url_split(ref, &r);
	if (r.has_scheme)
		return put_together(&r, arena);
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
	return put_together(&r, arena);
}

/* ---- mending ---- */

/* Control characters inside go, outer white space too; returns text itself when there is none. */
static struct str
without_controls(struct str text, struct arena *arena)
{
	size_t i = 0;
	char *start, *to;

	text = str_trim(text);
	while (i < text.n && (unsigned char)text.p[i] >= ' ' && text.p[i] != 0x7f)
		i++;
	if (i == text.n)
		return text;
	start = to = arena_bytes(arena, text.n);
	for (i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= ' ' && text.p[i] != 0x7f)
			*to++ = text.p[i];
	return str_trim((struct str){ start, (size_t)(to - start) });
}

/* May not stand in a URL and means nothing in one. */
static bool
is_unsafe(char c)
{
	return (unsigned char)c >= 0x80 || (unsigned char)c <= ' ' ||
	       memchr("\"<>\\^`{|}", c, 9) != NULL;
}

static char *
put_safe(char *to, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!is_unsafe((char)c)) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	return to;
}

static bool
host_is_sound(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] <= ' ' || memchr("\"<>\\^`{|}%", host.p[i], 10))
			return false;
	return host.n > 0;
}

static bool
port_is_sound(struct str port)
{
	int64_t number;

	if (port.n <= 1)
		return true; /* "" or ":" */
	return str_to_i64(str_sub(port, 1, port.n), &number) && number >= 0 && number <= 65535;
}

static struct str
clean(const struct url *u, struct arena *arena, size_t max)
{
	struct str user, host, port;
	char *start, *to;

	authority_split(u->authority, &user, &host, &port);
	if (!scheme_is_http(u->scheme) || !u->has_authority || !host_is_sound(host) ||
	    !port_is_sound(port))
		return STR("");
	if (u->scheme.n + u->authority.n + u->path.n + u->query.n + u->fragment.n > max)
		return STR("");
	start = to = arena_bytes(arena,
	    u->scheme.n + u->authority.n * 3 + (u->path.n + u->query.n + u->fragment.n) * 3 + 5);
	for (size_t i = 0; i < u->scheme.n; i++)
		*to++ = ascii_lower(u->scheme.p[i]);
	to = put(to, STR("://"));
	to = put_safe(to, user);
	for (size_t i = 0; i < host.n; i++)
		*to++ = ascii_lower(host.p[i]);
	to = put(to, port);
	to = put_safe(to, u->path);
	if (u->has_query) {
		*to++ = '?';
		to = put_safe(to, u->query);
	}
	if (u->has_fragment) {
		*to++ = '#';
		to = put_safe(to, u->fragment);
	}
	if ((size_t)(to - start) > max)
		return STR("");
	return (struct str){ start, (size_t)(to - start) };
}

struct str
url_http(struct str base, struct str ref, struct arena *arena, size_t max)
{
	struct url u;

	if (ref.n <= max && is_plain(ref))
		return str_dup(arena, ref);
	ref = without_controls(ref, arena);
	if (ref.n == 0 || ref.n > max)
		return STR("");
	url_split(ref, &u);
	/* "http:/example.com/x" and "http:///example.com/x" are slips that browsers forgive */
	if (scheme_is_http(u.scheme) && u.authority.n == 0) {
		struct str rest = str_sub(ref, u.scheme.n + 1, ref.n);

		while (rest.n && (rest.p[0] == '/' || rest.p[0] == '\\'))
			rest = str_sub(rest, 1, rest.n);
		ref = str_fmt(arena, "%.*s://%.*s", STR_ARG(u.scheme), STR_ARG(rest));
	} else if (!u.has_scheme && str_starts_ci(ref, STR("www.")) &&
		   str_find_char(ref, '/') > 4) {
		ref = str_join(arena, STR("http://"), ref);
	}
	url_split(ref, &u);
	if (!u.has_scheme || !scheme_is_http(u.scheme)) {
		if (u.has_scheme)
			return STR("");
		base = without_controls(base, arena);
		url_split(base, &u);
		if (!scheme_is_http(u.scheme) || base.n > max)
			return STR("");
		url_split(url_resolve(base, ref, arena), &u);
	}
	return clean(&u, arena, max);
}

/* Percent-encoding of unreserved characters undone, the rest in upper-case hex. */
static char *
put_normal(char *to, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n && s.p[i] == '%' ? ascii_hex(s.p[i + 1]) : -1;
		int low = high >= 0 ? ascii_hex(s.p[i + 2]) : -1;

		if (low < 0) {
			*to++ = s.p[i];
			/* a '%' alone: what is undone behind it must not make an escape of it */
			if (s.p[i] == '%') {
				*to++ = '2';
				*to++ = '5';
			}
			continue;
		}
		if (is_unreserved((char)(high * 16 + low))) {
			*to++ = (char)(high * 16 + low);
		} else {
			*to++ = '%';
			*to++ = "0123456789ABCDEF"[high];
			*to++ = "0123456789ABCDEF"[low];
		}
		i += 2;
	}
	return to;
}

static struct str
normal_part(struct str s, struct arena *arena)
{
	char *start = arena_bytes(arena, 3 * s.n);

	return (struct str){ start, (size_t)(put_normal(start, s) - start) };
}

struct str
url_normal(struct str url, struct arena *arena)
{
	struct str cleaned, user, host, port;
	struct url u;

	if (is_plain(url))
		return url;
	cleaned = url_http(STR(""), url, arena, SIZE_MAX / 8);
	if (cleaned.n == 0)
		return url;
	url_split(cleaned, &u);
	authority_split(u.authority, &user, &host, &port);
	if (port.n <= 1 || (u.scheme.n == 4 && str_eq(port, STR(":80"))) ||
	    (u.scheme.n == 5 && str_eq(port, STR(":443"))))
		u.authority = str_join(arena, user, host);
	u.path = u.path.n ? normal_part(u.path, arena) : STR("/");
	u.query = normal_part(u.query, arena);
	u.fragment = normal_part(u.fragment, arena);
	u.has_query = u.query.n > 0;
	u.has_fragment = u.fragment.n > 0;
	return put_together(&u, arena);
}
