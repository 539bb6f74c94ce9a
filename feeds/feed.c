#include "feed.h"

#include "mem.h"
#include "url.h"

#include <assert.h>
#include <string.h>

#define EVERY_AUTO_MIN_S ((int64_t)15 * 60)
#define EVERY_AUTO_MAX_S ((int64_t)6 * 3600)
#define BACKFILL_S ((int64_t)24 * 3600)
#define BACKFILL_MAX_S ((int64_t)400 * 86400)
#define SILENT_MIN_S ((int64_t)3600)
#define SIZE_MIN ((int64_t)1024)

void
feed_init(struct feed_section *section)
{
	*section = (struct feed_section){ 0 };
	section->rules = (struct feed_rules){
		.every = { .automatic = true,
		    .min_s = EVERY_AUTO_MIN_S,
		    .max_s = EVERY_AUTO_MAX_S },
		.backfill_s = BACKFILL_S,
		.silent = { .mode = SILENT_AUTO },
		.max_size = FEED_MAX_SIZE,
		.timeout_s = FEED_TIMEOUT_S,
	};
}

static bool
interval(struct str s, int64_t *ret, struct err *e)
{
	if (!settings_duration(str_trim(s), ret, e))
		return false;
	if (*ret < FEED_EVERY_FLOOR_S || *ret > FEED_EVERY_CEIL_S)
		return err_set(e, ERR_CONFIG, "an interval is between 1m and 7d");
	return true;
}

/* "15m"; "auto"; "auto 15m..6h"; "15m..6h" is the same. */
static bool
parse_every(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct feed_every every = {
		.automatic = true, .min_s = EVERY_AUTO_MIN_S, .max_s = EVERY_AUTO_MAX_S
	};
	struct str rest = value;
	size_t dots;

	(void)arena;
	if (str_starts_ci(value, STR("auto")))
		rest = str_trim(str_sub(value, 4, value.n));
	dots = str_find(rest, STR(".."));
	if (dots != STR_NONE) {
		if (!interval(str_sub(rest, 0, dots), &every.min_s, e) ||
		    !interval(str_sub(rest, dots + 2, rest.n), &every.max_s, e))
			return false;
		if (every.min_s > every.max_s)
			return err_set(e, ERR_CONFIG, "the shorter interval comes first: '%.*s'",
			    STR_ARG(value));
	} else if (rest.n == value.n) {
		every.automatic = false;
		if (!interval(rest, &every.min_s, e))
			return false;
		every.max_s = every.min_s;
	} else if (rest.n > 0)
		return err_set(
		    e, ERR_CONFIG, "'%.*s': write auto, auto 15m..6h, or 15m", STR_ARG(value));
	memcpy(field, &every, sizeof(every));
	return true;
}

static bool
parse_silent(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct feed_silent silent = { .mode = SILENT_AFTER };

	(void)arena;
	if (str_eq_ci(value, STR("auto")))
		silent.mode = SILENT_AUTO;
	else if (str_eq_ci(value, STR("off")) || str_eq_ci(value, STR("no")))
		silent.mode = SILENT_OFF;
	else if (!settings_duration(value, &silent.after_s, e))
		return err_set(e, ERR_CONFIG, "'%.*s': write auto, off, or a duration like 4d",
		    STR_ARG(value));
	else if (silent.after_s < SILENT_MIN_S)
		return err_set(e, ERR_CONFIG, "shorter than an hour nothing counts as silent");
	memcpy(field, &silent, sizeof(silent));
	return true;
}

/* "24h", "0", or "all": also what is old or has no date. */
static bool
parse_backfill(struct str value, void *field, struct arena *arena, struct err *e)
{
	int64_t backfill_s = FEED_BACKFILL_ALL;

	(void)arena;
	if (!str_eq_ci(value, STR("all"))) {
		if (!settings_duration(value, &backfill_s, e))
			return err_set(e, ERR_CONFIG,
			    "'%.*s': write a duration like 24h, 0, or all", STR_ARG(value));
		if (backfill_s > BACKFILL_MAX_S)
			return err_set(e, ERR_CONFIG, "longer than 400 days: write all");
	}
	memcpy(field, &backfill_s, sizeof(backfill_s));
	return true;
}

bool
feed_parse_headers(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct feed_headers headers = { 0 };
	size_t cap = 0;
	bool more = true;

	while (more) {
		struct http_header h;
		struct str line;

		more = str_cut(value, '\n', &line, &value);
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (!str_cut(line, ':', &h.name, &h.value) || !http_name_ok(h.name))
			return err_set(e, ERR_CONFIG, "'%.*s' is no header (write Name: value)",
			    STR_ARG(line));
		h.value = str_trim(h.value);
		if (!http_value_ok(h.value))
			return err_set(e, ERR_CONFIG, "a header's value is one line");
		if (headers.n == FEED_HEADERS_MAX)
			return err_set(e, ERR_CONFIG, "more than %d headers", FEED_HEADERS_MAX);
		*ARENA_PUSH(arena, headers.v, headers.n, cap) = h;
	}
	memcpy(field, &headers, sizeof(headers));
	return true;
}

/* ---- where it comes from ---- */

enum feed_scheme
feed_scheme(struct str url)
{
	if (str_starts_ci(url, STR("file:")))
		return FEED_FILE;
	if (str_starts_ci(url, STR("exec:")))
		return FEED_EXEC;
	return FEED_HTTP;
}

/* The next word of *rest without its quotes; false when a quote is not closed. */
static bool
next_word(struct str *rest, struct arena *arena, struct str *ret)
{
	char *to = arena_bytes(arena, rest->n), quote = 0;
	size_t n = 0, i = 0;

	for (; i < rest->n; i++) {
		char c = rest->p[i];

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
		else if (!quote && str_is_space(c))
			break;
		else
			to[n++] = c;
	}
	*ret = str_n(to, n);
	*rest = str_trim(str_sub(*rest, i, rest->n));
	return quote == 0;
}

bool
feed_program_parse(struct str text, struct arena *arena, struct feed_program *ret, struct err *e)
{
	struct feed_program program = { 0 };
	size_t cap = 0;

	if (str_starts_ci(text, STR("exec:")))
		text = str_sub(text, 5, text.n);
	text = str_trim(text);
	while (text.n > 0) {
		struct str word;

		if (!next_word(&text, arena, &word))
			return err_set(e, ERR_CONFIG, "a quote is not closed");
		if (program.n == FEED_ARGUMENTS_MAX)
			return err_set(e, ERR_CONFIG, "more than %d arguments", FEED_ARGUMENTS_MAX);
		*ARENA_PUSH(arena, program.v, program.n, cap) = word;
	}
	if (program.n == 0 || program.v[0].n == 0 || program.v[0].p[0] != '/')
		return err_set(e, ERR_CONFIG,
		    "name the program by its whole path, like /usr/local/bin/make-feed");
	*ret = program;
	return true;
}

static bool
parse_filter(struct str value, void *field, struct arena *arena, struct err *e)
{
	return feed_program_parse(value, arena, field, e);
}

static bool
parse_url(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct feed_program program;
	struct str url = value, path;

	switch (feed_scheme(value)) {
	case FEED_HTTP:
		if (!url_is_http(value) || str_find_char(value, ' ') != STR_NONE)
			return err_set(e, ERR_CONFIG,
			    "'%.*s' is no address of a feed (want http:// or https://, file:/PATH "
			    "or exec:/PATH ARGUMENTS)",
			    STR_ARG(value));
		break;
	case FEED_FILE:
		path = str_sub(value, 5, value.n);
		if (str_starts(path, STR("//")))
			path = str_sub(path, 2, path.n);
		if (path.n == 0 || path.p[0] != '/')
			return err_set(
			    e, ERR_CONFIG, "'%.*s': write file:/whole/path", STR_ARG(value));
		url = str_join(arena, STR("file:"), path);
		break;
	case FEED_EXEC:
		if (!feed_program_parse(value, arena, &program, e))
			return false;
		break;
	}
	memcpy(field, &url, sizeof(url));
	return true;
}

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct feed_section, member)
#define RULE(k, t, member) ROW(k, t, rules.member)

const struct setting feed_settings[] = {
	{ RULE("every", SETTING_CUSTOM, every), .parse = parse_every },
	{ RULE("backfill", SETTING_CUSTOM, backfill_s), .parse = parse_backfill },
	{ RULE("silent", SETTING_CUSTOM, silent), .parse = parse_silent },
	{ RULE("max-size", SETTING_SIZE, max_size), .min = SIZE_MIN, .max = FEED_MAX_SIZE_CEIL },
	{ RULE("timeout", SETTING_DURATION, timeout_s), .min = 1, .max = FEED_TIMEOUT_CEIL_S },
	{ RULE("allow-private", SETTING_BOOL, allow_private) },
	{ RULE("proxy", SETTING_TEXT, proxy) },
	{ RULE("ca-file", SETTING_TEXT, ca_file), .reach = REACH_READ },
	{ RULE("user-agent", SETTING_TEXT, user_agent) },
#define FEED_DEFAULTS 9
	{ RULE("tags", SETTING_LIST, tags) },
	{ RULE("filter", SETTING_CUSTOM, filter), .parse = parse_filter },
	{ RULE("header", SETTING_CUSTOM, headers), .parse = feed_parse_headers },
	{ RULE("cookie", SETTING_SECRET, cookie) },
	{ RULE("user", SETTING_TEXT, user) },
	{ RULE("password", SETTING_SECRET, password) },
	{ RULE("bearer", SETTING_SECRET, bearer) },
	{ RULE("client-cert", SETTING_TEXT, client_cert), .reach = REACH_READ },
	{ RULE("client-key", SETTING_TEXT, client_key), .reach = REACH_READ },
#define FEED_GROUP 18
	{ ROW("url", SETTING_CUSTOM, url), .parse = parse_url, .required = true },
};
const size_t n_feed_default_settings = FEED_DEFAULTS;
const size_t n_feed_group_settings = FEED_GROUP;
const size_t n_feed_settings = ARRAY_LEN(feed_settings);
static_assert(FEED_GROUP + 1 == ARRAY_LEN(feed_settings), "url comes last");

static bool
is_proxy(struct str s)
{
	static const struct str schemes[] = { STR_INIT("http://"), STR_INIT("https://"),
		STR_INIT("socks4://"), STR_INIT("socks4a://"), STR_INIT("socks5://"),
		STR_INIT("socks5h://") };

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (str_starts_ci(s, schemes[i]) && s.n > schemes[i].n)
			return true;
	return false;
}

void
feed_check(
    const struct feed_section *section, struct str name, struct place at, struct diags *diags)
{
	const struct feed_rules *rules = &section->rules;
	struct str none = { 0 };

	if (rules->password.source != SECRET_NONE && rules->user.n == 0)
		diag_add(diags, DIAG_ERROR, rules->password.at, none, "a password without user");
	if (rules->bearer.source != SECRET_NONE && rules->user.n > 0)
		diag_add(diags, DIAG_ERROR, rules->bearer.at, STR("keep one of them"),
		    "both user and bearer: only one can stand in the Authorization header");
	if (rules->client_key.n > 0 && rules->client_cert.n == 0)
		diag_add(diags, DIAG_ERROR, at, STR("add client-cert"),
		    "feed \"%.*s\": client-key without client-cert", STR_ARG(name));
	if (rules->proxy.n > 0 && !is_proxy(rules->proxy))
		diag_add(diags, DIAG_ERROR, at, STR("write e.g. http://proxy.example.org:3128"),
		    "feed \"%.*s\": the proxy must begin with http://, https://, socks4://, "
		    "socks4a://, socks5:// or socks5h://",
		    STR_ARG(name));
}
