/*
 * What the rooms that read the configuration share while they do: for config*.c alone.  Each loader
 * of a section takes its settings into l->config and says what is wrong to l->diags.
 */
#ifndef DAEMON_CONFIG_LOADER_H
#define DAEMON_CONFIG_LOADER_H

#include "config.h"

#define CONFIG_FILE_MAX ((size_t)16 << 20) /* bytes of a .conf file */
#define DAY_S ((int64_t)86400)

/* Where a feed is written. */
struct feed_place {
	struct place at;
	bool listed; /* in a file of feeds, not a section of its own */
};

/* Feeds for which the same is written share one struct. */
struct shared_rules {
	uint64_t hash; /* of what is written, 0 = free */
	const struct feed_rules *rules;
};

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

/* [newsbell], [fetch], [web], [host], [channel], [watch], [route], [health] (config_sections.c) */
void load_main(struct loader *l, const struct section *section);
void load_fetch(struct loader *l, const struct section *section);
void load_web(struct loader *l, const struct section *section);
void load_host(struct loader *l, const struct section *section);
void load_channel(struct loader *l, const struct section *section);
void load_watch(struct loader *l, const struct section *section);
void load_route(struct loader *l, const struct section *section);
void load_health(struct loader *l, const struct section *section);
/* The section's lines into a struct by its rows, with secrets. */
void section_apply(struct loader *l, const struct section *section, const struct setting *rows,
    size_t n, void *into);
/* What [newsbell], [fetch] and [web] say when they say nothing. */
void sections_init(struct config *c);

/* [feed], [feeds] (config_feeds.c) */
void load_feed(struct loader *l, const struct section *section);
void load_feeds(struct loader *l, const struct section *section);
/* When all are read: of feeds with the same url one stays; in two sections that is an error. */
void find_same_urls(struct loader *l);

/* A struct settings_env's reader of secrets (config_secret.c); cookie is the loader. */
bool read_secret(struct secret *secret, struct arena *arena, void *cookie, struct err *e);

#endif
