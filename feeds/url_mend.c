/*
 * URLs as they should be written: what people write is mended, and of all spellings of one place
 * there is one.
 */
#include "url.h"

#include "ascii.h"
#include "url_inside.h"

/* ---- what need not be spelt otherwise ---- */

size_t
url_plain_host_end(struct str text)
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
	size_t at = url_plain_host_end(text);

	return at && url_rest_is_plain(text, at);
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
	for (size_t i = 0; i < s.n; i++)
		if (is_unsafe(s.p[i]))
			to = url_put_escape(to, (unsigned char)s.p[i]);
		else
			*to++ = s.p[i];
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

	url_split_authority(u->authority, &user, &host, &port);
	if (!url_scheme_is_http(u->scheme) || !u->has_authority || !host_is_sound(host) ||
	    !port_is_sound(port))
		return STR("");
	if (u->scheme.n + u->authority.n + u->path.n + u->query.n + u->fragment.n > max)
		return STR("");
	start = to = arena_bytes(arena,
	    u->scheme.n + u->authority.n * 3 + (u->path.n + u->query.n + u->fragment.n) * 3 + 5);
	for (size_t i = 0; i < u->scheme.n; i++)
		*to++ = ascii_lower(u->scheme.p[i]);
	to = url_put(to, STR("://"));
	to = put_safe(to, user);
	for (size_t i = 0; i < host.n; i++)
		*to++ = ascii_lower(host.p[i]);
	to = url_put(to, port);
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
	if (url_scheme_is_http(u.scheme) && u.authority.n == 0) {
		struct str rest = str_sub(ref, u.scheme.n + 1, ref.n);

		while (rest.n && (rest.p[0] == '/' || rest.p[0] == '\\'))
			rest = str_sub(rest, 1, rest.n);
		ref = str_fmt(arena, "%.*s://%.*s", STR_ARG(u.scheme), STR_ARG(rest));
	} else if (!u.has_scheme && str_starts_ci(ref, STR("www.")) &&
		   str_find_char(ref, '/') > 4) {
		ref = str_join(arena, STR("http://"), ref);
	}
	url_split(ref, &u);
	if (!u.has_scheme || !url_scheme_is_http(u.scheme)) {
		if (u.has_scheme)
			return STR("");
		base = without_controls(base, arena);
		url_split(base, &u);
		if (!url_scheme_is_http(u.scheme) || base.n > max)
			return STR("");
		url_split(url_resolve(base, ref, arena), &u);
	}
	return clean(&u, arena, max);
}

/* ---- one spelling ---- */

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
		if (url_is_unreserved((char)(high * 16 + low)))
			*to++ = (char)(high * 16 + low);
		else
			to = url_put_escape(to, (unsigned char)(high * 16 + low));
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
	url_split_authority(u.authority, &user, &host, &port);
	if (port.n <= 1 || (u.scheme.n == 4 && str_eq(port, STR(":80"))) ||
	    (u.scheme.n == 5 && str_eq(port, STR(":443"))))
		u.authority = str_join(arena, user, host);
	u.path = u.path.n ? normal_part(u.path, arena) : STR("/");
	u.query = normal_part(u.query, arena);
	u.fragment = normal_part(u.fragment, arena);
	u.has_query = u.query.n > 0;
	u.has_fragment = u.fragment.n > 0;
	return url_put_together(&u, arena);
}
