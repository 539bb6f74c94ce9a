/*
 * Due feed -> new items -> alerts owed.  The monitor knows when each feed is due, asks it, has the
 * answer parsed and matched, and hands what follows to the ledger as one poll.  A feed's state
 * advances only when its poll is on disk.
 */
#ifndef DAEMON_MONITOR_H
#define DAEMON_MONITOR_H

#include "config.h"
#include "ledger.h"
#include "parser.h"
#include "stories.h"
#include "wire.h"

struct monitor;

/* What it has done since the start. */
#define MONITOR_LAG_BUCKETS 8
struct monitor_figures {
	uint64_t polls, fresh, unchanged, failed, items;
	uint64_t parsed, outages;
	uint64_t lag[MONITOR_LAG_BUCKETS]; /* polls by how late they began; bounds below */
	uint64_t bytes;                    /* of bodies */
};
extern const int monitor_lag_bounds_ms[MONITOR_LAG_BUCKETS - 1]; /* the last bucket has none */

struct monitor_options {
	struct ev_loop *loop;
	struct store *store;
	struct ledger *ledger;
	struct wire *wire;
	struct parser *parser;
	struct stories *stories;
	size_t at_once; /* polls under way, whatever the configuration says; 0: as that says */
	/* Something is owed now: called after the commit. */
	void (*owed)(void *cookie);
	/* A list of feeds says something else now: the configuration should be read anew, soon. */
	void (*list_changed)(void *cookie);
	void *cookie;
};

/* Loads what is remembered of all feeds.  NULL with *e when the database cannot be read. */
struct monitor *monitor_new(const struct monitor_options *options, struct err *e);
void monitor_free(struct monitor *m); /* polls under way are dropped; nothing of them was stored */

/* Feeds and watches of a new configuration.  Polls under way go on; their items meet the new
 * watches. */
void monitor_configure(struct monitor *m, struct config *config);
/*
 * Ask the feed of that name now, or every feed for the empty name, as far as it is not being asked
 * already; stays conditional.  Returns how many.
 */
size_t monitor_poll(struct monitor *m, struct str feed);
/* Begin nothing new and drop what has not been answered; what was parsed still goes to the ledger.
 */
void monitor_stop(struct monitor *m);
/* Borrowed; changes with every poll. */
const struct monitor_figures *monitor_figures(const struct monitor *m);
/* Polls under way. */
size_t monitor_active(const struct monitor *m);

#define MONITOR_LAZY_S 10.0 /* a poll that found nothing is written within so long */

#endif
