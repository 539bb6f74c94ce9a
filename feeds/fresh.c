#include "fresh.h"

#include "date.h"

/* Whole seconds, clipped at FRESH_MAX_S; FRESH_NONE when it is no number. */
static int64_t
seconds(struct str s)
{
	int64_t ret = 0;

	if (s.n == 0)
		return FRESH_NONE;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return FRESH_NONE;
		ret = ret * 10 + (s.p[i] - '0');
		if (ret > FRESH_MAX_S)
			ret = FRESH_MAX_S;
	}
	return ret;
}

/* `"60"` -> `60` */
static struct str
unquoted(struct str s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return str_sub(s, 1, s.n - 1);
	return s;
}

/* The end of the directive that s begins with: a comma outside of quotes. */
static size_t
directive_end(struct str s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '\\' && quoted)
			i++;
		else if (s.p[i] == ',' && !quoted)
			return i;
	}
	return s.n;
}

/* One Cache-Control line: *age becomes max-age, or 0 when the answer must not be held. */
static void
cache_control(struct str s, int64_t *age)
{
	while (s.n > 0) {
		size_t end = directive_end(s);
		struct str name, value;
		int64_t said;

		str_cut(str_sub(s, 0, end), '=', &name, &value);
		name = str_trim(name);
		s = str_sub(s, end + 1, s.n);
		if (str_eq_ci(name, STR("no-cache")) || str_eq_ci(name, STR("no-store"))) {
			*age = 0;
			return;
		}
		said = seconds(unquoted(str_trim(value)));
		if (str_eq_ci(name, STR("max-age")) && *age == FRESH_NONE)
			*age = said;
	}
}

static int64_t
clip(int64_t s)
{
	if (s < 0)
		return 0;
	return s > FRESH_MAX_S ? FRESH_MAX_S : s;
}

/* From now until `date` by the server's clock, so that ours may be wrong. */
static int64_t
until(struct str date, const struct http_header *headers, size_t n, int64_t now_s)
{
	int64_t then = date_parse(date);
	int64_t server = date_parse(http_header_find(headers, n, STR("Date")));

	if (then == DATE_NONE)
		return FRESH_NONE;
	return clip(then - (server == DATE_NONE ? now_s : server));
}

int64_t
fresh_for_s(const struct http_header *headers, size_t n, int64_t now_s)
{
	int64_t fresh = FRESH_NONE, age;
	struct str expires;

	for (size_t i = 0; i < n && fresh != 0; i++)
		if (str_eq_ci(headers[i].name, STR("Cache-Control")))
			cache_control(headers[i].value, &fresh);
	if (fresh != FRESH_NONE) {
		age = seconds(http_header_find(headers, n, STR("Age")));
		return age == FRESH_NONE ? fresh : clip(fresh - age);
	}
	expires = http_header_find(headers, n, STR("Expires"));
	if (expires.n == 0)
		return FRESH_NONE;
	fresh = until(expires, headers, n, now_s);
	return fresh == FRESH_NONE ? 0 : fresh; /* "0", "-1" (RFC 9111, 5.3) */
}

int64_t
fresh_retry_s(const struct http_header *headers, size_t n, int64_t now_s)
{
	struct str value = http_header_find(headers, n, STR("Retry-After"));
	int64_t said = seconds(value);

	return said != FRESH_NONE ? said : until(value, headers, n, now_s);
}
