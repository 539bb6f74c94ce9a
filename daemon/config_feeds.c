#include "config_loader.h"

#include "feed_list.h"
#include "file.h"
#include "home.h"
#include "mem.h"
#include "opml.h"
#include "store_lists.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct feeds_section {
	struct str file, opml;
};

static const struct setting feeds_settings[] = {
	{ "file", SETTING_TEXT, offsetof(struct feeds_section, file) },
	{ "opml", SETTING_TEXT, offsetof(struct feeds_section, opml) },
};

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

/* A user in an address is taken out of it, so that no secret goes where addresses are shown. */
static uint64_t
take_user(
    struct loader *l, struct str *url, struct feed_rules *rules, struct place at, uint64_t hash)
{
	struct arena *arena = l->config->arena;
	struct secret password = { .source = SECRET_INLINE, .at = at };
	struct str user;
	struct err e;

	if (str_find_char(*url, '@') == STR_NONE ||
	    !url_take_user(url, &user, &password.text, arena))
		return hash;
	if (password.text.n > 0 && !read_secret(&password, arena, l, &e))
		diag_add(l->diags, DIAG_ERROR, at,
		    STR("write user = ... and password = @file:PATH instead"), "url: %s", e.text);
	if (rules->user.n > 0) /* what stands in the section is what is meant */
		return hash;
	rules->user = user;
	rules->password = password;
	hash = XXH3_64bits_withSeed(user.p, user.n, hash);
	return XXH3_64bits_withSeed(password.text.p, password.text.n, hash);
}

static struct feed *
add_feed(struct loader *l, struct str name, struct place at, bool listed)
{
	struct config *c = l->config;
	struct feed *feed = ARENA_PUSH(l->scratch, c->feeds, c->n_feeds, l->cap_feeds);
	size_t n = c->n_feeds - 1;

	*ARENA_PUSH(l->scratch, l->places, n, l->cap_places) = (struct feed_place){ at, listed };
	*feed = (struct feed){ .name = name };
	return feed;
}

void
load_feed(struct loader *l, const struct section *section)
{
	struct feed_section read = l->feed_defaults;
	struct feed *feed = add_feed(l, section->name, section->at, false);
	XXH3_state_t written;
	uint64_t hash;

	section_apply(l, section, feed_settings, n_feed_settings, &read);
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
	hash = take_user(l, &read.url, &read.rules, section->at, XXH3_64bits_digest(&written));
	feed->url = read.url;
	feed->rules = share_rules(l, hash, &read.rules);
}

/* A feed of a list: the rules for it, and the line's tags beside the section's. */
static void
add_listed(struct loader *l, const struct section *section, const struct feed_rules *rules,
    const struct feed_listed *listed)
{
	struct feed *feed = add_feed(l, listed->name, listed->at, true);
	struct feed_rules own = *rules;
	uint64_t hash = XXH3_64bits(section->name.p, section->name.n) ^ section->n_lines;

	hash =
	    XXH3_64bits_withSeed(&rules, sizeof(const void *), hash); /* a section may have two */
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
	hash = take_user(l, &feed->url, &own, listed->at, hash);
	if (str_eq(feed->name, listed->url)) /* for want of a better name */
		feed->name = feed->url;
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

/* ---- a list that is fetched ---- */

/* What was last fetched; empty before the first time, and as long as there is no database. */
static struct str
fetched(struct loader *l, const struct section *section, struct str url)
{
	struct home home;
	struct store *store;
	struct str lines = STR("");
	struct err e;

	home_find(l->options->state, l->config->main.state, l->scratch, &home);
	store = store_open(str_z(l->scratch, home.database), STORE_READ, &e);
	if (!(store && store_list(store, url, l->config->arena, &lines, &e)) &&
	    l->options->has_database) { /* the feeds that it names must not vanish */
		l->diags->again = true;
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""), "%s", e.text);
	}
	store_close(store);
	return lines;
}

/* Others write the list: what is between the user and its host is not for the hosts that it names.
 */
static struct feed_rules
stranger_rules(const struct feed_rules *rules)
{
	struct feed_rules ret = *rules;

	ret.headers = (struct feed_headers){ 0 };
	ret.user = ret.client_cert = ret.client_key = STR("");
	ret.password = ret.bearer = ret.cookie = (struct secret){ 0 };
	return ret;
}

/* The list is asked as a feed is, by the name of its section. */
static void
add_fetched(
    struct loader *l, const struct section *section, const struct feed_rules *rules, struct str url)
{
	struct str lines = fetched(l, section, url);
	struct feed_rules strangers = stranger_rules(rules), list = *rules;
	struct feed_listed *listed;
	struct feed *feed;
	size_t n;

	l->config->fetches_lists = true;
	list.is_list = true;
	list.silent.mode = SILENT_OFF;
	list.filter = (struct feed_program){ 0 };
	feed = add_feed(l, section->name, section->at, false);
	feed->url = url;
	feed->rules = share_rules(l, XXH3_64bits(url.p, url.n), &list);
	feed_list_read(lines, url, l->scratch, l->diags, &listed, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq_ci(url_host(listed[i].url), url_host(url)))
			add_listed(l, section, rules, &listed[i]);
		else
			add_listed(l, section, &strangers, &listed[i]);
}

/* ---- a list in a file ---- */

static void
add_from_file(struct loader *l, const struct section *section, const struct feed_rules *rules,
    const struct feeds_section *own)
{
	struct config *c = l->config;
	struct str path = path_of(l, own->file.n ? own->file : own->opml), text;
	struct feed_listed *listed;
	struct err e;
	size_t n;

	*ARENA_PUSH(c->arena, c->watched.v, c->watched.n, l->cap_watched) = path;
	if (!file_read(str_z(c->arena, path), CONFIG_FILE_MAX, c->arena, &text, &e)) {
		l->diags->again |= e.kind == ERR_SYSTEM;
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""), "%s", e.text);
		return;
	}
	if (own->file.n)
		feed_list_read(text, path, l->scratch, l->diags, &listed, &n);
	else
		read_opml(l, text, path, &listed, &n);
	for (size_t i = 0; i < n; i++)
		add_listed(l, section, rules, &listed[i]);
}

void
load_feeds(struct loader *l, const struct section *section)
{
	struct feed_section read = l->feed_defaults;
	struct feeds_section own = { 0 };
	const struct settings_table tables[] = {
		{ feeds_settings, ARRAY_LEN(feeds_settings), &own },
		{ feed_settings, n_feed_group_settings, &read },
	};

	settings_apply(section, tables, ARRAY_LEN(tables), &l->env, l->config->arena, l->diags);
	feed_check(&read, section->name, section->at, l->diags);
	if ((own.file.n > 0) == (own.opml.n > 0))
		diag_add(l->diags, DIAG_ERROR, section->at,
		    STR("write either file = feeds/NAME.txt or opml = feeds/NAME.opml"),
		    "[feeds \"%.*s\"] must name one file", STR_ARG(section->name));
	else if (url_is_http(own.opml)) {
		take_user(l, &own.opml, &read.rules, section->at, 0);
		add_fetched(l, section, &read.rules, own.opml);
	} else
		add_from_file(l, section, &read.rules, &own);
}

/* ---- the same feed twice ---- */

static int
by_url(const void *a, const void *b)
{
	return str_cmp(
	    (*(const struct feed *const *)a)->url, (*(const struct feed *const *)b)->url);
}

/* All that have rules, at last in memory that is as long as they are: there may be many. */
static void
keep_feeds(struct config *c)
{
	struct feed *kept = ARENA_ARRAY(c->arena, struct feed, c->n_feeds);
	size_t n = 0;

	for (size_t i = 0; i < c->n_feeds; i++)
		if (c->feeds[i].rules)
			kept[n++] = c->feeds[i];
	c->feeds = kept;
	c->n_feeds = n;
}

/* In two sections one of them is a mistake; what a list names again is left out. */
void
find_same_urls(struct loader *l)
{
	struct config *c = l->config;
	struct feed **sorted = ARENA_ARRAY(l->scratch, struct feed *, c->n_feeds);

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
		if (!listed && str_eq(again->name, first->name))
			continue;            /* that it is there twice is said already */
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
	keep_feeds(c);
}
