#include "feed.h"

#include "mem.h"

#include <string.h>

#define EVERY_AUTO_MIN_S ((int64_t)15 * 60)
#define EVERY_AUTO_MAX_S ((int64_t)6 * 3600)
#define BACKFILL_S ((int64_t)24 * 3600)
#define BACKFILL_MAX_S ((int64_t)400 * 86400)
#define SILENT_MIN_S ((int64_t)3600)
#define SIZE_MIN ((int64_t)1024)

void
feed_init(struct feed *feed)
{
	*feed = (struct feed){
		.every = { .automatic = true,
		    .min_s = EVERY_AUTO_MIN_S,
		    .max_s = EVERY_AUTO_MAX_S },
		.backfill_s = BACKFILL_S,
		.silent = { .mode = SILENT_AUTO },
		.max_size = FEED_MAX_SIZE,
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
			return err_set(e, ERR_CONFIG, "'%.*s': write a duration like 24h, 0, or all",
			    STR_ARG(value));
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

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct feed, member)

const struct setting feed_settings[] = {
	/* The first FEED_DEFAULTS of them may stand in [fetch] too. */
	{ ROW("every", SETTING_CUSTOM, every), .parse = parse_every },
	{ ROW("backfill", SETTING_CUSTOM, backfill_s), .parse = parse_backfill },
	{ ROW("silent", SETTING_CUSTOM, silent), .parse = parse_silent },
	{ ROW("max-size", SETTING_SIZE, max_size), .min = SIZE_MIN, .max = FEED_MAX_SIZE_CEIL },
	{ ROW("allow-private", SETTING_BOOL, allow_private) },
	{ ROW("proxy", SETTING_TEXT, proxy) },
	{ ROW("ca-file", SETTING_TEXT, ca_file) },
	{ ROW("user-agent", SETTING_TEXT, user_agent) },
#define FEED_DEFAULTS 8
	{ ROW("url", SETTING_URL, url), .required = true },
	{ ROW("tags", SETTING_LIST, tags) },
	{ ROW("header", SETTING_CUSTOM, headers), .parse = feed_parse_headers },
	{ ROW("user", SETTING_TEXT, user) },
	{ ROW("password", SETTING_SECRET, password) },
	{ ROW("bearer", SETTING_SECRET, bearer) },
	{ ROW("client-cert", SETTING_TEXT, client_cert) },
	{ ROW("client-key", SETTING_TEXT, client_key) },
};
const size_t n_feed_default_settings = FEED_DEFAULTS;
const size_t n_feed_settings = ARRAY_LEN(feed_settings);

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
feed_check(const struct feed *feed, struct diags *diags)
{
	struct str none = { 0 };

	if (feed->password.source != SECRET_NONE && feed->user.n == 0)
		diag_add(diags, DIAG_ERROR, feed->password.at, none, "a password without user");
	if (feed->bearer.source != SECRET_NONE && feed->user.n > 0)
		diag_add(diags, DIAG_ERROR, feed->bearer.at, STR("keep one of them"),
		    "both user and bearer: only one can stand in the Authorization header");
	if (feed->client_key.n > 0 && feed->client_cert.n == 0)
		diag_add(diags, DIAG_ERROR, feed->at, STR("add client-cert"),
		    "feed \"%.*s\": client-key without client-cert", STR_ARG(feed->name));
	if (feed->proxy.n > 0 && !is_proxy(feed->proxy))
		diag_add(diags, DIAG_ERROR, feed->at,
		    STR("write e.g. http://proxy.example.org:3128"),
		    "feed \"%.*s\": the proxy must begin with http://, https://, socks4://, "
		    "socks4a://, socks5:// or socks5h://",
		    STR_ARG(feed->name));
}
