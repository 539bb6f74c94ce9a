/*
 * What the pages and the metrics show: bounded looks at the state.
 */
#ifndef DAEMON_STORE_OVERVIEW_H
#define DAEMON_STORE_OVERVIEW_H

#include "store.h"

struct alert_row {
	struct str id, facts;
	int64_t created_s;
	int64_t pending, delivered, failed; /* its deliveries, in bundles too */
};
/* The newest before the alert (before_s, before_id), at most `limit`.  Empty or zero: any. */
struct alert_filter {
	int64_t since_s, before_s; /* before_s INT64_MAX: from the newest on */
	struct str before_id;
	struct str id;       /* the beginning of it */
	struct str delivery; /* that told it, or the beginning of its id */
	struct str watch;
	struct str feed;        /* by name, any ASCII case */
	struct str text;        /* in the title, any ASCII case */
	enum severity severity; /* at least */
	size_t limit;
};
bool store_recent_alerts(struct store *s, const struct alert_filter *filter, struct arena *arena,
    struct alert_row **ret, size_t *n, struct err *e);

struct feed_row {
	struct str name, url, error;
	enum feed_health health;
	int64_t health_since_s, last_ok_s, last_change_s, next_due_s, items;
	double failures;
};
/*
 * Those that ail first, then by name, at most `limit`, each name once.  due_since_s: a feed whose
 * next poll was due before is not configured any more; STORE_FEED_STALE_S ago is a good choice, as
 * a running daemon leaves no feed alone for longer than a week.
 */
#define STORE_FEED_STALE_S ((int64_t)14 * 86400)
bool store_feed_rows(struct store *s, int64_t due_since_s, size_t limit, struct arena *arena,
    struct feed_row **ret, size_t *n, struct err *e);

/* Alerts of a watch on one day (days since 1970, UTC). */
struct watch_day {
	struct str watch;
	int64_t day, alerts;
};
/* By watch, then day. */
bool store_watch_days(struct store *s, int64_t since_s, struct arena *arena, struct watch_day **ret,
    size_t *n, struct err *e);

struct channel_row {
	struct str channel;
	int64_t pending, oldest_s;   /* oldest_s: when the oldest of them was owed; 0: none is */
	int64_t delivered, given_up; /* delivered: of those owed from since_s on */
};
/* Channels that something is, was lately, or could not be delivered to. */
bool store_channel_rows(struct store *s, int64_t since_s, struct arena *arena,
    struct channel_row **ret, size_t *n, struct err *e);

/* A channel whose receiver did not take what was tried last. */
struct failing_row {
	struct str channel, answer;
	int64_t deliveries; /* tried, and still owed */
};
bool store_failing_channels(
    struct store *s, struct arena *arena, struct failing_row **ret, size_t *n, struct err *e);

#endif
