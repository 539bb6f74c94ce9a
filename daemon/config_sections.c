#include "config_loader.h"

#include "ascii.h"
#include "listen.h"
#include "mem.h"
#include "parser.h"
#include "timezone.h"

/* A [watch] section before its name is added. */
struct watch_section {
	struct setting_line when;
	int severity;
};

/* [newsbell]: the zone is looked up where its place is known. */
struct main_section {
	struct setting_line timezone;
};

struct health_section {
	struct setting_line to;
	struct deliver deliver;
};

struct channel_section {
	struct str type;
	int64_t concurrency, backlog;
};

static const char *const parser_modes[] = {
	[PARSER_CONFINED] = "confined",
	[PARSER_PROCESS] = "process",
	[PARSER_INLINE] = "inline",
	NULL,
};

#define MAIN(field) offsetof(struct config_main, field)
static const struct setting main_settings[] = {
	{ "contact", SETTING_TEXT, MAIN(contact) },
	{ "state", SETTING_TEXT, MAIN(state) },
	{ "keep", SETTING_DURATION, MAIN(keep_s), .min = DAY_S, .max = 3650 * DAY_S },
	{ "keep-size", SETTING_SIZE, MAIN(keep_bytes), .min = (int64_t)16 << 20,
	    .max = (int64_t)1 << 50 },
	{ "search-index", SETTING_BOOL, MAIN(search_index) },
	{ "give-up", SETTING_DURATION, MAIN(give_up_s), .min = 3600, .max = 30 * DAY_S },
	{ "parser", SETTING_CHOICE, MAIN(parser), .choices = parser_modes },
	{ "confine", SETTING_BOOL, MAIN(confine) },
};

static const struct setting main_section_settings[] = {
	{ "timezone", SETTING_VALUE, offsetof(struct main_section, timezone) },
};

#define FETCH(field) offsetof(struct config_fetch, field)
static const struct setting fetch_settings[] = {
	{ "concurrency", SETTING_INT, FETCH(concurrency), .min = 1, .max = 4096 },
	{ "per-host", SETTING_INT, FETCH(per_host), .min = 1, .max = 64 },
};

static const char *const scope_names[] = { [LIMIT_HOST] = "host", [LIMIT_URL] = "url", NULL };
#define HOST(field) offsetof(struct host_rule, field)
static const struct setting host_settings[] = {
	{ "on-429", SETTING_CHOICE, HOST(on_429), .choices = scope_names },
	{ "on-503", SETTING_CHOICE, HOST(on_503), .choices = scope_names },
	{ "pace", SETTING_DURATION, HOST(pace_s), .min = 0, .max = 3600 },
};

static bool
parse_listen(struct str value, void *field, struct arena *arena, struct err *e)
{
	(void)arena;
	*(struct str *)field = value;
	return listen_check(value, e);
}

static const struct setting web_settings[] = {
	{ "listen", SETTING_CUSTOM, offsetof(struct config_web, listen), .parse = parse_listen,
	    .required = true },
	{ "pages", SETTING_BOOL, offsetof(struct config_web, pages) },
};

static const struct setting watch_settings[] = {
	{ "when", SETTING_VALUE, offsetof(struct watch_section, when), .required = true },
	{ "severity", SETTING_CHOICE, offsetof(struct watch_section, severity),
	    .choices = severity_names },
};

#define HEALTH(field) offsetof(struct health_section, field)
static const struct setting health_settings[] = {
	{ "to", SETTING_VALUE, HEALTH(to), .required = true },
	{ "deliver", SETTING_CUSTOM, HEALTH(deliver), .parse = deliver_parse },
};

static const struct setting channel_settings[] = {
	{ "type", SETTING_TEXT, offsetof(struct channel_section, type), .required = true },
	{ "concurrency", SETTING_INT, offsetof(struct channel_section, concurrency), .min = 1,
	    .max = 32 },
	{ "backlog", SETTING_INT, offsetof(struct channel_section, backlog), .min = 0,
	    .max = 100000 },
};

void
section_apply(struct loader *l, const struct section *section, const struct setting *rows, size_t n,
    void *into)
{
	const struct settings_table table = { rows, n, into };

	settings_apply(section, &table, 1, &l->env, l->config->arena, l->diags);
}

void
load_main(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct main_section special = { 0 };
	const struct settings_table tables[] = {
		{ main_settings, ARRAY_LEN(main_settings), &c->main },
		{ main_section_settings, ARRAY_LEN(main_section_settings), &special },
		{ grouping_settings, n_grouping_settings, &c->grouping },
	};
	struct str hint;
	struct err e;

	settings_apply(section, tables, ARRAY_LEN(tables), &l->env, c->arena, l->diags);
	if (special.timezone.value.n &&
	    !timezone_load(special.timezone.value, c->arena, &c->zone, &hint, &e)) {
		l->diags->again |= e.kind == ERR_SYSTEM;
		diag_add(
		    l->diags, DIAG_ERROR, special.timezone.value_at, hint, "timezone: %s", e.text);
	}
}

void
load_web(struct loader *l, const struct section *section)
{
	section_apply(l, section, web_settings, ARRAY_LEN(web_settings), &l->config->web);
}

void
load_fetch(struct loader *l, const struct section *section)
{
	const struct settings_table tables[] = {
		{ fetch_settings, ARRAY_LEN(fetch_settings), &l->config->fetch },
		{ host_settings, ARRAY_LEN(host_settings), &l->config->host },
		{ feed_settings, n_feed_default_settings, &l->feed_defaults },
	};

	settings_apply(section, tables, ARRAY_LEN(tables), &l->env, l->config->arena, l->diags);
}

void
load_host(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct host_rule *rule = ARENA_PUSH(c->arena, c->hosts, c->n_hosts, l->cap_hosts);
	char *name = str_z(c->arena, section->name);

	for (size_t i = 0; i < section->name.n; i++)
		name[i] = ascii_lower(name[i]);
	*rule = c->host; /* [fetch] was read before */
	rule->name = str_n(name, section->name.n);
	section_apply(l, section, host_settings, ARRAY_LEN(host_settings), rule);
}

void
load_channel(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct channel_section common = { .backlog = CHANNEL_BACKLOG };
	struct str type = STR("");
	const struct channel_type *kind;
	struct channel *channel;

	for (size_t i = 0; i < section->n_lines; i++)
		if (str_eq_c(section->lines[i].key, "type"))
			type = section->lines[i].value;
	kind = channel_type_find(type);
	if (!kind) {
		struct str names[64];
		struct place at = section->at;

		for (size_t i = 0; i < n_channel_types && i < ARRAY_LEN(names); i++)
			names[i] = str_c(channel_types[i]->name);
		for (size_t i = 0; i < section->n_lines; i++)
			if (str_eq_c(section->lines[i].key, "type"))
				at = section->lines[i].value_at;
		diag_add(l->diags, DIAG_ERROR, at,
		    diag_suggest(type, names, n_channel_types, c->arena),
		    type.n ? "there is no channel type '%.*s'" : "[channel] needs 'type = ...'%.*s",
		    STR_ARG(type));
		return;
	}
	channel = ARENA_PUSH(c->arena, c->channels, c->n_channels, l->cap_channels);
	*channel = (struct channel){ .name = section->name,
		.type = kind,
		.settings = arena_alloc(c->arena, kind->settings_size) };
	settings_apply(section,
	    (const struct settings_table[]){
		{ channel_settings, ARRAY_LEN(channel_settings), &common },
		{ kind->rows, kind->n_rows, channel->settings },
	    },
	    2, &l->env, c->arena, l->diags);
	channel->concurrency = common.concurrency;
	channel->backlog = common.backlog;
	if (kind->check)
		kind->check(channel, section->at, l->diags);
}

void
load_watch(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct watch_section watch = { .severity = SEVERITY_NORMAL };
	struct grouping grouping = c->grouping; /* [newsbell] was read before */
	const struct settings_table tables[] = {
		{ watch_settings, ARRAY_LEN(watch_settings), &watch },
		{ grouping_settings, n_grouping_settings, &grouping },
	};
	size_t n = c->n_watches;

	settings_apply(section, tables, ARRAY_LEN(tables), &l->env, c->arena, l->diags);
	if (watch.when.value.n == 0)
		return;
	*ARENA_PUSH(c->arena, c->groupings, n, l->cap_groupings) = grouping;
	*ARENA_PUSH(c->arena, c->watches, c->n_watches, l->cap_watches) =
	    (struct watch_source){ section->name, watch.when, watch.severity };
}

void
load_route(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct route *route = ARENA_PUSH(c->arena, c->routes, c->n_routes, l->cap_routes);

	*route = (struct route){ .name = section->name, .at = section->at };
	section_apply(l, section, route_settings, n_route_settings, route);
}

void
load_health(struct loader *l, const struct section *section)
{
	struct health_section health = { 0 };

	section_apply(l, section, health_settings, ARRAY_LEN(health_settings), &health);
	l->health_to = health.to;
	l->config->health_deliver = health.deliver;
}

void
sections_init(struct config *c)
{
	c->main =
	    (struct config_main){ .keep_s = 90 * DAY_S, .give_up_s = 5 * DAY_S, .confine = true };
	c->web.pages = true;
	c->fetch = (struct config_fetch){ .concurrency = 128, .per_host = 2 };
	c->host = (struct host_rule){ .on_429 = LIMIT_HOST, .on_503 = LIMIT_URL, .pace_s = 1 };
}
