/*
 * The user's files -> one immutable value.  Shared by count: whoever uses a part of it beyond the
 * current call holds a reference, so a reload never pulls anything from under a running poll or
 * delivery.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "channel.h"
#include "feed.h"
#include "grouping.h"
#include "match.h"
#include "route.h"
#include "tz.h"

/* Who reads a configuration need not be let into its secrets. */
enum config_secrets {
	SECRETS_READ,    /* all of them: it sends */
	SECRETS_CHECKED, /* but for the service's credentials, which only the service has */
	SECRETS_UNREAD,  /* those in other files are left there */
};

struct config_options {
	const char *path;        /* the main file; conf.d/ and watchlists/ are beside it */
	const char *credentials; /* $CREDENTIALS_DIRECTORY, or NULL */
	const char *state; /* --state's value or NULL: where fetched lists are kept (home.h) */
	bool has_database; /* it is there: a list that cannot be read from it is an error */
	enum config_secrets secrets;
};

struct config_main {
	struct str contact; /* shown in the User-Agent */
	struct str state;   /* directory, or empty */
	int64_t keep_s;     /* items stay this long ... */
	int64_t keep_bytes; /* ... while the database is no larger; 0: however large */
	bool search_index;  /* sketches are made of what is kept */
	int64_t give_up_s;  /* a delivery is tried this long */
	int parser;         /* enum parser_mode */
	bool confine;       /* the daemon shuts itself in (confine.h) */
};

struct config_fetch {
	int64_t concurrency, per_host;
};

/* Reading over HTTP (front.h). */
struct config_web {
	struct str listen; /* listen.h; empty: not at all */
	bool pages;
};

/* What a refusal is about. */
enum limit_scope { LIMIT_HOST, LIMIT_URL };

/* How a host and all below it are treated: a [host "example.org"] section, or [fetch] for all. */
struct host_rule {
	struct str name;    /* lower case */
	int on_429, on_503; /* enum limit_scope */
	int64_t pace_s;     /* at least so long between two requests to it; 0 = no matter */
};

struct config {
	struct arena *arena;
	int references;
	struct config_main main;
	struct config_fetch fetch;
	struct config_web web;
	struct host_rule host;   /* of all that have no rule of their own */
	struct host_rule *hosts; /* sorted by name */
	size_t n_hosts;
	struct str_list watched; /* files that list feeds: a change of one is a reason to reload */
	/*
	 * A [feeds] opml is a URL: what was last fetched of it is in the database.  Others say then
	 * which feeds there are, so the names of feeds and tags are not checked.
	 */
	bool fetches_lists;
	struct feed *feeds;
	size_t n_feeds;
	struct channel *channels; /* never empty: the journal when none is configured */
	size_t n_channels;
	struct list_source *lists;
	size_t n_lists;
	struct watch_source *watches;
	size_t n_watches;
	struct grouping grouping;   /* of lists that are watches of their own */
	struct grouping *groupings; /* of each of the watches */
	struct watchset *watchset;
	const struct tz *zone; /* [newsbell] timezone; NULL: UTC */
	struct route *routes;  /* in order */
	size_t n_routes;
	struct routing routing;        /* over routes, channels and zone */
	struct str_list health_to;     /* [health] to: channels; empty: none */
	struct deliver health_deliver; /* DELIVER_NOW: gathered for some minutes (operator.h) */
};

/*
 * Read and check everything; all problems go to diags.  NULL when one is an error.  The first
 * reference is the caller's.
 */
struct config *config_load(const struct config_options *options, struct diags *diags);
/*
 * `state = ` of the main file or a drop-in, or empty: for readers of the database that need nothing
 * else of the configuration, and must work when the rest of it is wrong.
 */
struct str config_state(const char *path, struct arena *arena);
/* The rule for a host: its own, or that of the nearest domain above, or [fetch]'s. */
const struct host_rule *config_host(const struct config *c, struct str host);
/* By struct watch_hit's number of the watch. */
const struct grouping *config_grouping(const struct config *c, size_t watch);
struct config *config_ref(struct config *c);
void config_unref(struct config *c); /* NULL is fine */

#endif
