#include "config_routes.h"

#include "feed_list.h"
#include "file.h"
#include "listen.h"
#include "mem.h"
#include "opml.h"
#include "parser.h"
#include "timezone.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define CONFIG_FILE_MAX ((size_t)16 << 20) /* bytes of a .conf file */
#define LIST_FILE_MAX ((size_t)256 << 20)  /* bytes of a .list file */
#define SECRET_MAX ((size_t)64 << 10)      /* bytes of a secret's file */

#define DAY_S ((int64_t)86400)

struct loader {
	const struct config_options *options;
	struct config *config;
	struct diags *diags;
	struct section *sections;
	size_t n_sections, cap_sections;
	size_t cap_feeds, cap_channels, cap_watches, cap_groupings, cap_lists, cap_hosts,
	    cap_watched, cap_routes;
	struct feed_section feed_defaults;
	struct setting_line health_to;
	struct settings_env env;
	struct arena *scratch;     /* sections and lines: gone when all is read */
	struct feed_place *places; /* of each feed */
	size_t cap_places;
	struct shared_rules *shared; /* open addressing */
	size_t n_shared, cap_shared;
	struct str dir; /* of the main file */
};

struct feed_place {
	struct place at;
	bool listed; /* in a file of feeds, not a section of its own */
};

/* Feeds for which the same is written share one struct. */
struct shared_rules {
	uint64_t hash; /* of what is written, 0 = free */
	const struct feed_rules *rules;
};

struct feeds_section {
	struct str file, opml;
};

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
	int64_t concurrency;
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
	{ "give-up", SETTING_DURATION, MAIN(give_up_s), .min = 3600, .max = 30 * DAY_S },
	{ "parser", SETTING_CHOICE, MAIN(parser), .choices = parser_modes },
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

static const struct setting feeds_settings[] = {
	{ "file", SETTING_TEXT, offsetof(struct feeds_section, file) },
	{ "opml", SETTING_TEXT, offsetof(struct feeds_section, opml) },
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
};

/* ---- secrets ---- */

static bool
read_secret(struct secret *secret, struct arena *arena, void *cookie, struct err *e)
{
	const struct loader *l = cookie;
	char *path = NULL;

	switch (secret->source) {
	case SECRET_NONE:
		return true;
	case SECRET_INLINE:
		if (file_is_public(str_z(arena, secret->at.file)))
			return err_set(e, ERR_CONFIG,
			    "a secret in a file that others may read (chmod o-r it, or write "
			    "@file:PATH)");
		return true;
	case SECRET_CREDENTIAL:
		if (!l->options->credentials)
			return err_set(e, ERR_CONFIG,
			    "no credentials here: @credential:%.*s works in a systemd service with "
			    "LoadCredential=%.*s:PATH",
			    STR_ARG(secret->ref), STR_ARG(secret->ref));
		path = str_z(arena,
		    str_fmt(arena, "%s/%.*s", l->options->credentials, STR_ARG(secret->ref)));
		break;
	case SECRET_FILE:
		path = str_z(arena, secret->ref);
		break;
	}
	if (!file_read(path, SECRET_MAX, arena, &secret->text, e))
		return false;
	while (secret->text.n && str_is_space(secret->text.p[secret->text.n - 1]))
		secret->text.n--;
	if (secret->text.n == 0)
		return err_set(e, ERR_CONFIG, "%s: empty, and a secret was expected", path);
	return true;
}

/* ---- sections ---- */

static void
apply(struct loader *l, const struct section *section, const struct setting *rows, size_t n,
    void *into)
{
	const struct settings_table table = { rows, n, into };

	settings_apply(section, &table, 1, &l->env, l->config->arena, l->diags);
}

static void
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
	    !timezone_load(special.timezone.value, c->arena, &c->zone, &hint, &e))
		diag_add(
		    l->diags, DIAG_ERROR, special.timezone.value_at, hint, "timezone: %s", e.text);
}

static void
load_web(struct loader *l, const struct section *section)
{
	apply(l, section, web_settings, ARRAY_LEN(web_settings), &l->config->web);
}

static void
load_fetch(struct loader *l, const struct section *section)
{
	const struct settings_table tables[] = {
		{ fetch_settings, ARRAY_LEN(fetch_settings), &l->config->fetch },
		{ host_settings, ARRAY_LEN(host_settings), &l->config->host },
		{ feed_settings, n_feed_default_settings, &l->feed_defaults },
	};

	settings_apply(section, tables, ARRAY_LEN(tables), &l->env, l->config->arena, l->diags);
}

static void
load_host(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct host_rule *rule = ARENA_PUSH(c->arena, c->hosts, c->n_hosts, l->cap_hosts);
	char *name = str_z(c->arena, section->name);

	for (size_t i = 0; i < section->name.n; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] + 32);
	*rule = c->host; /* [fetch] was read before */
	rule->name = str_n(name, section->name.n);
	apply(l, section, host_settings, ARRAY_LEN(host_settings), rule);
}

/* ---- feeds ---- */

static struct shared_rules *
shared_slot(struct loader *l, uint64_t hash)
{
	size_t at = hash & (l->cap_shared - 1);

	while (l->shared[at].hash && l->shared[at].hash != hash)
		at = (at + 1) & (l->cap_shared - 1);
	return &l->shared[at];
}

static void
grow_shared(struct loader *l)
{
	struct shared_rules *old = l->shared;
	size_t n = l->cap_shared;

	l->cap_shared = n ? n * 2 : 64;
	l->shared = ARENA_ARRAY(l->scratch, struct shared_rules, l->cap_shared);
	for (size_t i = 0; i < n; i++)
		if (old[i].hash)
			*shared_slot(l, old[i].hash) = old[i];
}

static const struct feed_rules *
share_rules(struct loader *l, uint64_t hash, const struct feed_rules *rules)
{
	struct shared_rules *slot;
	struct feed_rules *kept;

	if (l->n_shared * 2 >= l->cap_shared)
		grow_shared(l);
	slot = shared_slot(l, hash ? hash : 1);
	if (!slot->hash) {
		kept = ARENA_NEW(l->config->arena, struct feed_rules);
		*kept = *rules;
		*slot = (struct shared_rules){ hash ? hash : 1, kept };
		l->n_shared++;
	}
	return slot->rules;
}

static struct feed *
add_feed(struct loader *l, struct str name, struct place at, bool listed)
{
	struct config *c = l->config;
	struct feed *feed = ARENA_PUSH(c->arena, c->feeds, c->n_feeds, l->cap_feeds);
	size_t n = c->n_feeds - 1;

	*ARENA_PUSH(l->scratch, l->places, n, l->cap_places) = (struct feed_place){ at, listed };
	*feed = (struct feed){ .name = name };
	return feed;
}

static void
load_feed(struct loader *l, const struct section *section)
{
	struct feed_section read = l->feed_defaults;
	struct feed *feed = add_feed(l, section->name, section->at, false);
	XXH3_state_t written;

	apply(l, section, feed_settings, n_feed_settings, &read);
	feed_check(&read, section->name, section->at, l->diags);
	XXH3_64bits_reset(&written);
	for (size_t i = 0; i < section->n_lines; i++) {
		const struct setting_line *line = &section->lines[i];

		if (str_eq_c(line->key, "url"))
			continue;
		XXH3_64bits_update(&written, line->key.p, line->key.n);
		XXH3_64bits_update(&written, "=", 1);
		XXH3_64bits_update(&written, line->value.p, line->value.n);
		XXH3_64bits_update(&written, "", 1);
	}
	feed->url = read.url;
	feed->rules = share_rules(l, XXH3_64bits_digest(&written), &read.rules);
}

/* A feed of a list: the section's rules, and the line's tags beside the section's. */
static void
add_listed(struct loader *l, const struct section *section, const struct feed_rules *rules,
    const struct feed_listed *listed)
{
	struct feed *feed = add_feed(l, listed->name, listed->at, true);
	struct feed_rules own = *rules;
	uint64_t hash = XXH3_64bits(section->name.p, section->name.n) ^ section->n_lines;

	for (size_t i = 0; i < listed->tags.n; i++)
		hash = XXH3_64bits_withSeed(listed->tags.v[i].p, listed->tags.v[i].n, hash);
	if (listed->tags.n > 0) {
		own.tags.n = rules->tags.n + listed->tags.n;
		own.tags.v = ARENA_ARRAY(l->scratch, struct str, own.tags.n);
		for (size_t i = 0; i < own.tags.n; i++)
			own.tags.v[i] = i < rules->tags.n ? rules->tags.v[i]
							  : listed->tags.v[i - rules->tags.n];
	}
	feed->url = listed->url;
	feed->rules = share_rules(l, hash, &own);
	if (feed->rules->tags.v == own.tags.v && listed->tags.n > 0) { /* the first of these tags */
		struct str *kept = ARENA_ARRAY(l->config->arena, struct str, own.tags.n);

		memcpy(kept, own.tags.v, own.tags.n * sizeof(*kept));
		((struct feed_rules *)feed->rules)->tags.v = kept;
	}
}

static struct str
path_of(const struct loader *l, struct str path)
{
	if (str_starts(path, STR("/")))
		return path;
	return str_fmt(l->config->arena, "%.*s/%.*s", STR_ARG(l->dir), STR_ARG(path));
}

/* The feeds of an OPML file as if they stood in a list. */
static void
read_opml(struct loader *l, struct str text, struct str path, struct feed_listed **ret, size_t *n)
{
	struct subscriptions all = { 0 };

	*n = 0;
	if (!opml_read(text, path, l->config->arena, l->diags, &all)) {
		diag_add(l->diags, DIAG_ERROR, (struct place){ .file = path }, STR(""),
		    "this is no OPML");
		return;
	}
	*ret = ARENA_ARRAY(l->scratch, struct feed_listed, all.n);
	for (size_t i = 0; i < all.n; i++)
		(*ret)[(*n)++] = (struct feed_listed){ .url = all.v[i].url,
			.name = all.v[i].title.n ? all.v[i].title : all.v[i].url,
			.tags = { all.v[i].tags, all.v[i].n_tags },
			.at = { .file = path } };
}

static void
load_feeds(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct feed_section read = l->feed_defaults;
	struct feeds_section own = { 0 };
	const struct settings_table tables[] = {
		{ feeds_settings, ARRAY_LEN(feeds_settings), &own },
		{ feed_settings, n_feed_group_settings, &read },
	};
	struct feed_listed *listed;
	struct str path, text;
	struct err e;
	size_t n;

	settings_apply(section, tables, ARRAY_LEN(tables), &l->env, c->arena, l->diags);
	feed_check(&read, section->name, section->at, l->diags);
	if ((own.file.n > 0) == (own.opml.n > 0)) {
		diag_add(l->diags, DIAG_ERROR, section->at,
		    STR("write either file = feeds/NAME.txt or opml = feeds/NAME.opml"),
		    "[feeds \"%.*s\"] must name one file", STR_ARG(section->name));
		return;
	}
	path = path_of(l, own.file.n ? own.file : own.opml);
	*ARENA_PUSH(c->arena, c->watched.v, c->watched.n, l->cap_watched) = path;
	if (!file_read(str_z(c->arena, path), CONFIG_FILE_MAX, c->arena, &text, &e)) {
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""), "%s", e.text);
		return;
	}
	if (own.file.n)
		feed_list_read(text, path, l->scratch, l->diags, &listed, &n);
	else
		read_opml(l, text, path, &listed, &n);
	for (size_t i = 0; i < n; i++)
		add_listed(l, section, &read.rules, &listed[i]);
}

static void
load_channel(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct channel_section common = { 0 };
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
	if (kind->check)
		kind->check(channel, section->at, l->diags);
}

static void
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

static void
load_route(struct loader *l, const struct section *section)
{
	struct config *c = l->config;
	struct route *route = ARENA_PUSH(c->arena, c->routes, c->n_routes, l->cap_routes);

	*route = (struct route){ .name = section->name, .at = section->at };
	apply(l, section, route_settings, n_route_settings, route);
}

static void
load_health(struct loader *l, const struct section *section)
{
	struct health_section health = { 0 };

	apply(l, section, health_settings, ARRAY_LEN(health_settings), &health);
	l->health_to = health.to;
	l->config->health_deliver = health.deliver;
}

enum naming { NAMED, UNNAMED };
static const struct section_kind {
	struct str kind;
	enum naming naming;
	void (*load)(struct loader *l, const struct section *section);
} kinds[] = {
	{ STR_INIT("newsbell"), UNNAMED, load_main },
	{ STR_INIT("fetch"), UNNAMED, load_fetch },
	{ STR_INIT("web"), UNNAMED, load_web },
	{ STR_INIT("host"), NAMED, load_host },
	{ STR_INIT("feed"), NAMED, load_feed },
	{ STR_INIT("feeds"), NAMED, load_feeds },
	{ STR_INIT("channel"), NAMED, load_channel },
	{ STR_INIT("watch"), NAMED, load_watch },
	{ STR_INIT("route"), NAMED, load_route },
	{ STR_INIT("health"), UNNAMED, load_health },
};

static const struct section_kind *
find_kind(struct loader *l, const struct section *section)
{
	struct str names[ARRAY_LEN(kinds)];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		names[i] = kinds[i].kind;
		if (str_eq(section->kind, kinds[i].kind))
			return &kinds[i];
	}
	diag_add(l->diags, DIAG_ERROR, section->at,
	    diag_suggest(section->kind, names, ARRAY_LEN(kinds), l->config->arena),
	    "unknown section [%.*s]", STR_ARG(section->kind));
	return NULL;
}

static bool
is_named_right(struct loader *l, const struct section *section, enum naming naming)
{
	struct str name = section->name;

	if (naming == UNNAMED && name.n)
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""), "[%.*s] takes no name",
		    STR_ARG(section->kind));
	else if (naming == NAMED && name.n == 0)
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""),
		    "write [%.*s \"name\"]: it needs a name", STR_ARG(section->kind));
	else
		return true;
	return false;
}

static int
by_kind_and_name(const void *a, const void *b)
{
	const struct section *x = *(const struct section *const *)a,
			     *y = *(const struct section *const *)b;
	int d = str_cmp(x->kind, y->kind);

	return d ? d : str_cmp(x->name, y->name);
}

/* A name given twice would make one of the two vanish.  Sorted, as there may be 100,000. */
static void
find_duplicates(struct loader *l)
{
	const struct section **sorted =
	    ARENA_ARRAY(l->scratch, const struct section *, l->n_sections);
	size_t n = 0;

	for (size_t i = 0; i < l->n_sections; i++)
		if (l->sections[i].name.n)
			sorted[n++] = &l->sections[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_kind_and_name);
	for (size_t i = 1; i < n; i++) {
		const struct section *a = sorted[i - 1], *b = sorted[i];

		if (by_kind_and_name(&a, &b) != 0)
			continue;
		if (a > b) {
			const struct section *later = a;

			a = b;
			b = later;
		}
		diag_add(l->diags, DIAG_ERROR, b->at, STR("give one of them another name"),
		    "[%.*s \"%.*s\"] stands already in %.*s:%d", STR_ARG(b->kind), STR_ARG(b->name),
		    STR_ARG(a->at.file), a->at.line);
	}
}

static int
by_url(const void *a, const void *b)
{
	return str_cmp(
	    (*(const struct feed *const *)a)->url, (*(const struct feed *const *)b)->url);
}

/* In two sections one of them is a mistake; what a list names again is left out. */
static void
find_same_urls(struct loader *l)
{
	struct config *c = l->config;
	struct feed **sorted = ARENA_ARRAY(l->scratch, struct feed *, c->n_feeds);
	size_t kept = 0;

	for (size_t i = 0; i < c->n_feeds; i++)
		sorted[i] = &c->feeds[i];
	if (c->n_feeds)
		qsort(sorted, c->n_feeds, sizeof(*sorted), by_url);
	for (size_t i = 1; i < c->n_feeds; i++) {
		struct feed *first = sorted[i - 1], *again = sorted[i];
		const struct feed_place *at = &l->places[again - c->feeds];
		bool listed = at->listed || l->places[first - c->feeds].listed;

		if (again->url.n == 0 || !str_eq(again->url, first->url))
			continue;
		if (!at->listed && listed) { /* the section stays */
			sorted[i - 1] = again;
			sorted[i] = first;
			again = first;
			at = &l->places[again - c->feeds];
		}
		diag_add(l->diags, listed ? DIAG_WARNING : DIAG_ERROR, at->at,
		    listed ? STR("") : STR("remove one of them"),
		    "feeds \"%.*s\" and \"%.*s\" have the same url%s", STR_ARG(sorted[i - 1]->name),
		    STR_ARG(again->name), listed ? ": it is asked once, as the first of them" : "");
		if (listed) {
			again->rules = NULL;
			sorted[i] = sorted[i - 1];
		}
	}
	for (size_t i = 0; i < c->n_feeds; i++)
		if (c->feeds[i].rules)
			c->feeds[kept++] = c->feeds[i];
	c->n_feeds = kept;
}

static int
by_host(const void *a, const void *b)
{
	return str_cmp(((const struct host_rule *)a)->name, ((const struct host_rule *)b)->name);
}

const struct host_rule *
config_host(const struct config *c, struct str host)
{
	while (c->n_hosts > 0 && host.n > 0) {
		struct host_rule key = { .name = host };
		const struct host_rule *found =
		    bsearch(&key, c->hosts, c->n_hosts, sizeof(*c->hosts), by_host);
		struct str first;

		if (found)
			return found;
		str_cut(host, '.', &first, &host);
	}
	return &c->host;
}

/* ---- files ---- */

static void
file_problem(struct loader *l, const struct err *why)
{
	diag_add(l->diags, DIAG_ERROR, (struct place){ 0 }, STR(""), "%s", why->text);
}

static void
read_conf(struct loader *l, struct str path)
{
	struct arena *arena = l->config->arena;
	struct str text;
	struct err e;

	if (file_read(str_z(arena, path), CONFIG_FILE_MAX, arena, &text, &e))
		settings_read(text, path, l->scratch, l->diags, &l->sections, &l->n_sections,
		    &l->cap_sections);
	else
		file_problem(l, &e);
}

static void
read_confs(struct loader *l, struct str dir)
{
	struct arena *arena = l->config->arena;
	struct str_list drop_ins;
	struct err e;

	read_conf(l, str_dup(arena, str_c(l->options->path)));
	if (!file_list(str_z(arena, str_fmt(arena, "%.*s/conf.d", STR_ARG(dir))), ".conf", arena,
		&drop_ins, &e)) {
		file_problem(l, &e);
		return;
	}
	for (size_t i = 0; i < drop_ins.n; i++)
		read_conf(l, drop_ins.v[i]);
}

static struct str
list_name(struct str path)
{
	struct str dir = file_dirname(path);
	struct str name = str_sub(path, dir.n + 1, path.n);

	return str_sub(name, 0, name.n - (sizeof(".list") - 1));
}

static void
read_lists(struct loader *l, struct str dir)
{
	struct config *c = l->config;
	struct str_list files;
	struct err e;

	if (!file_list(str_z(c->arena, str_fmt(c->arena, "%.*s/watchlists", STR_ARG(dir))), ".list",
		c->arena, &files, &e)) {
		file_problem(l, &e);
		return;
	}
	for (size_t i = 0; i < files.n; i++) {
		struct str text;

		if (!file_read(str_z(c->arena, files.v[i]), LIST_FILE_MAX, c->arena, &text, &e)) {
			file_problem(l, &e);
			continue;
		}
		*ARENA_PUSH(c->arena, c->lists, c->n_lists, l->cap_lists) =
		    (struct list_source){ list_name(files.v[i]), files.v[i], text };
	}
}

/* ---- the whole ---- */

static void
build_watchset(struct loader *l)
{
	struct config *c = l->config;
	struct str_list feeds = { ARENA_ARRAY(l->scratch, struct str, c->n_feeds), c->n_feeds };
	const struct feed_rules *last = NULL;
	struct str_list tags = { 0 };
	size_t cap = 0;

	for (size_t i = 0; i < c->n_feeds; i++) {
		feeds.v[i] = c->feeds[i].name;
		if (c->feeds[i].rules == last)
			continue;
		last = c->feeds[i].rules;
		for (size_t t = 0; t < last->tags.n; t++)
			*ARENA_PUSH(l->scratch, tags.v, tags.n, cap) = last->tags.v[t];
	}
	for (size_t i = 0; i < c->n_watches; i++)
		grouping_check(&c->groupings[i], c->watches[i].when.key_at, &feeds, &tags,
		    l->scratch, l->diags);
	if (c->n_watches == 0)
		grouping_check(&c->grouping, (struct place){ .file = str_c(l->options->path) },
		    &feeds, &tags, l->scratch, l->diags);
	c->watchset =
	    watchset_build(c->lists, c->n_lists, c->watches, c->n_watches, &feeds, &tags, l->diags);
}

static void
check_whole(struct loader *l, struct str dir)
{
	struct config *c = l->config;
	struct place at = { .file = str_c(l->options->path) };

	find_duplicates(l);
	find_same_urls(l);
	if (l->diags->errors)
		return; /* what follows would only repeat them */
	if (c->n_feeds == 0)
		diag_add(l->diags, DIAG_ERROR, at, STR("add [feed \"name\"] and url = https://..."),
		    "no feed is configured");
	if (c->n_lists == 0 && c->n_watches == 0)
		diag_add(l->diags, DIAG_ERROR, at,
		    str_fmt(c->arena, "write one entry a line into %.*s/watchlists/NAME.list",
			STR_ARG(dir)),
		    "nothing to watch for: no list and no [watch]");
	if (c->n_channels == 0)
		*ARENA_PUSH(c->arena, c->channels, c->n_channels, l->cap_channels) =
		    (struct channel){ .name = STR("journal"),
			    .type = channel_type_find(STR("journal")) };
}

static bool
gives_defaults(const struct section *section)
{
	return str_eq_c(section->kind, "fetch") || str_eq_c(section->kind, "newsbell");
}

struct config *
config_load(const struct config_options *options, struct diags *diags)
{
	struct config *c = xcalloc(1, sizeof(*c));
	struct loader l = { .options = options,
		.config = c,
		.diags = diags,
		.scratch = arena_new(),
		.dir = file_dirname(str_c(options->path)) };

	c->arena = arena_new();
	c->references = 1;
	c->main = (struct config_main){ .keep_s = 90 * DAY_S, .give_up_s = 5 * DAY_S };
	c->web.pages = true;
	c->fetch = (struct config_fetch){ .concurrency = 128, .per_host = 2 };
	c->host = (struct host_rule){ .on_429 = LIMIT_HOST, .on_503 = LIMIT_URL, .pace_s = 1 };
	l.env = (struct settings_env){ read_secret, &l };
	feed_init(&l.feed_defaults);
	grouping_init(&c->grouping);
	read_confs(&l, l.dir);
	/* [fetch] and [newsbell] give feeds and watches their defaults wherever they stand. */
	for (int defaults = 1; defaults >= 0; defaults--)
		for (size_t i = 0; i < l.n_sections; i++) {
			const struct section *section = &l.sections[i];
			const struct section_kind *kind;

			if (gives_defaults(section) != (defaults == 1))
				continue;
			kind = find_kind(&l, section);
			if (kind && is_named_right(&l, section, kind->naming))
				kind->load(&l, section);
		}
	if (c->n_hosts)
		qsort(c->hosts, c->n_hosts, sizeof(*c->hosts), by_host);
	read_lists(&l, l.dir);
	check_whole(&l, l.dir);
	if (c->n_lists || c->n_watches)
		build_watchset(&l);
	if (c->watchset)
		config_routes(c, &l.health_to, diags);
	arena_free(l.scratch);
	if (diags->errors || !c->watchset) {
		config_unref(c);
		return NULL;
	}
	return c;
}

struct str
config_state(const char *path, struct arena *arena)
{
	struct config scratch = { .arena = arena };
	const struct config_options options = { .path = path };
	struct diags ignored;
	struct loader l = {
		.options = &options, .config = &scratch, .diags = &ignored, .scratch = arena
	};
	struct str state = STR("");

	diags_init(&ignored, arena);
	read_confs(&l, file_dirname(str_c(path)));
	for (size_t i = 0; i < l.n_sections; i++)
		for (size_t k = 0; k < l.sections[i].n_lines; k++)
			if (str_eq_c(l.sections[i].kind, "newsbell") &&
			    str_eq_c(l.sections[i].lines[k].key, "state"))
				state = l.sections[i].lines[k].value;
	return state;
}

const struct grouping *
config_grouping(const struct config *c, size_t watch)
{
	return watch < c->n_watches ? &c->groupings[watch] : &c->grouping;
}

struct config *
config_ref(struct config *c)
{
	c->references++;
	return c;
}

void
config_unref(struct config *c)
{
	if (!c || --c->references > 0)
		return;
	watchset_free(c->watchset);
	arena_free(c->arena); /* secrets and all */
	free(c);
}
