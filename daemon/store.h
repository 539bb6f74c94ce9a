/*
 * The only state: one SQLite database, WAL, synchronous=FULL.  All SQL is in store*.c and schema.c.
 * What a poll found, what is owed for it, what was decided not to tell, its validators and its next
 * due time are written by one transaction, or not at all.
 */
#ifndef DAEMON_STORE_H
#define DAEMON_STORE_H

#include "alert.h"
#include "bundle.h"
#include "calendar.h"
#include "err.h"
#include "feed.h"

struct store;
struct history_poll;

/* STORE_CHANGE: as STORE_WRITE, for tools: what is not there is not made. */
enum store_mode { STORE_WRITE, STORE_CHANGE, STORE_READ };

/*
 * Open, creating in STORE_WRITE, migrating unless in STORE_READ.  NULL with *e (ERR_SYSTEM), which
 * also says what to do: not there, not a database, not ours, newer than this program, in use by
 * another daemon, unreadable.
 */
struct store *store_open(const char *path, enum store_mode mode, struct err *e);
void store_close(struct store *s); /* NULL is fine */

/* What keeps a second daemon off the database at path; held until the descriptor is closed.  -1
 * with *e when another holds it. */
int store_lock(const char *path, struct err *e);

/* 32 random bytes, made with the database: delivery ids are derived from it.  Lives as long as s.
 */
struct str store_secret(const struct store *s);

/* A feed as it is remembered; a configured feed that has no row was never asked. */
struct stored_feed {
	int64_t id;
	struct str url, name; /* name: the configured one when it was last written */
	struct feed_state state;
};
bool store_feeds(
    struct store *s, struct arena *arena, struct stored_feed **ret, size_t *n, struct err *e);
/* The same one by one, for there may be many; what `one` gets is gone when it returns. */
bool store_each_feed(struct store *s, void (*one)(void *cookie, const struct stored_feed *feed),
    void *cookie, struct err *e);
/* The last polls of a feed, packed (feeds/history.h). */
bool store_history(
    struct store *s, int64_t feed, struct arena *arena, struct str *ret, struct err *e);
/*
 * Write of these feeds only what a poll that found nothing changes: the times of asking.  All in
 * one transaction.
 */
bool store_touch_feeds(struct store *s, const struct stored_feed *feeds, size_t n, struct err *e);

/* ---- one transaction ---- */

/* A channel that is told of an alert: by a message of its own, or in a bundle (store_bundle.h). */
struct delivery_new {
	struct str channel;
	struct str route; /* empty without routes */
	enum bundle_kind kind;
	int64_t at_s; /* of a bundle: when it is due */
	bool held;    /* by quiet hours */
	struct limit limit;
	bool inhibit; /* not when the channel has a higher alert of the same item */
};

struct alert_new {
	struct alert alert;
	struct delivery_new *deliveries;
	size_t n_deliveries;
};

/* Found, and not told. */
struct decision_new {
	struct str watch, entry; /* entry: "list/name" or empty */
	struct str reason;       /* "baseline", "except", ... */
	struct str detail;       /* for a person, or empty */
	int64_t story;           /* it was folded into; 0: none */
};

/* A story as it is after a poll (alerts/story.h). */
struct story_new {
	int64_t id;
	int64_t items_before; /* 0: the poll opened it; else the row must say so still */
	struct str watch;
	int64_t opened_s, last_s, items, outlets;
	struct str state; /* story_save */
};

/* A new item, or an edit of one (row is set). */
struct item_new {
	const struct item *item;
	uint64_t key;
	uint64_t link; /* newness_link_key, 0 = none: under it another feed may have it already */
	int64_t row, revision; /* of an edit: the item's row, and the number of this version */
	bool foreign; /* an edit of what another feed brought first: the row stays as it is */
	struct alert_new *alerts;
	size_t n_alerts;
	struct decision_new *decisions;
	size_t n_decisions;
};

/* The feed gave an item another id. */
struct item_renamed {
	uint64_t old_key, key;
};

/* Something to tell the operator of the feed (store_health.h). */
struct health_new {
	struct str kind, text;
};

/* What one poll changes. */
struct poll_done {
	int64_t feed; /* 0: no row yet; filled by the commit */
	struct str url, name;
	const struct feed_state *state;
	bool seen_changed, listed_changed;
	struct str seen, listed; /* as they are now, when one of them changed (store_known.h) */
	struct str places;       /* as they were read */
	struct item_new *items;
	size_t n_items, n_edits; /* n_items: edits included */
	struct item_renamed *renamed;
	size_t n_renamed;
	struct str list; /* of a list of feeds that has changed (store_lists.h); else empty */
	bool churn, gap; /* of struct newness */
	const struct history_poll *history; /* the poll itself */
	struct story_new *stories;
	size_t n_stories;
	int64_t *forgotten; /* stories that live no more */
	size_t n_forgotten;
	struct str words; /* learnt: story_idf_delta, or all of them (words_whole) */
	bool words_whole;
	struct health_new *health;
	size_t n_health;
	struct poll_done *next;
};

/* Persisted as numbers: add at the end only. */
enum delivery_state { DELIVERY_PENDING, DELIVERY_DONE, DELIVERY_DEAD };

/* Something to tell the operator of a channel (store_health.h); kind empty: nothing. */
struct channel_notice {
	struct str channel, kind, text;
};

/*
 * One of the messages that a bundle is told in (bundle_render): `alerts` of those that were not
 * told yet.  Refused for good while others follow, it becomes a dead letter of its own.
 */
enum part_fate { PART_OPEN, PART_THROUGH, PART_REFUSED };
struct part_done {
	enum part_fate fate;
	int64_t number; /* from 1 */
	size_t alerts;
};

/* What one attempt to deliver changes. */
struct attempt_done {
	struct str delivery;
	int64_t at_s, elapsed_ms;
	int code;
	struct str text;
	enum delivery_state state;
	int64_t next_try_s; /* while pending */
	bool refused;       /* the receiver does not want this message */
	struct part_done part;
	struct channel_notice notice;
	struct attempt_done *next;
};

/* All of it or nothing.  On false the database is as before and *e says why. */
bool store_commit(struct store *s, struct poll_done *polls, struct attempt_done *attempts,
    int64_t now_s, struct err *e);

/* Can the database be written again?  Tries with STORE_PROBE bytes that do not stay. */
#define STORE_PROBE ((size_t)256 << 10)
bool store_probe(struct store *s, struct err *e);

/* ---- what is owed ---- */

struct owed {
	struct str id;
	int64_t attempts, refusals;
	int64_t due_s;    /* when it was first to be sent */
	int64_t since_s;  /* its days to live are counted from here */
	struct str facts; /* alert_from_json; empty for a bundle: store_freeze has them */
	enum bundle_kind kind;
	struct str route;
	enum severity severity; /* of a bundle: the highest */
};
struct owed_filter {
	struct str channel;
	int64_t now_s; /* due by then */
	bool early;    /* also those that were tried and wait for their next try */
	size_t limit;
};
/* Pending deliveries, oldest first. */
bool store_owed(struct store *s, const struct owed_filter *filter, struct arena *arena,
    struct owed **ret, size_t *n, struct err *e);
/* When the next pending delivery of the channel is due; INT64_MAX = none. */
bool store_next_try(struct store *s, struct str channel, int64_t *ret, struct err *e);
/* Channels that have pending deliveries, configured or not. */
bool store_pending_channels(
    struct store *s, struct arena *arena, struct str_list *ret, struct err *e);

#endif
