/*
 * What `newsbell feeds` and `newsbell feed NAME` show: each feed as it is remembered and as it is
 * configured.  From the database, so they work while the daemon is down too; the configuration is
 * read as far as it can be.
 */
#ifndef DAEMON_FEED_VIEW_H
#define DAEMON_FEED_VIEW_H

#include "command.h"

/* One of the two may be missing. */
struct feed_shown {
	struct feed feed; /* rules: the defaults when the configuration does not know it */
	struct stored_feed stored;
	bool configured, remembered;
};

struct feed_view {
	struct command_options options; /* the caller's, before feed_view_load */
	struct arena *arena;
	struct store *store;
	struct config *config; /* or NULL */
	struct feed_section defaults;
	struct feed_shown *v; /* by name */
	size_t n, cap;
	int64_t now_s;
};

/* False after saying why, with *status to exit with.  Unload it in any case. */
bool feed_view_load(struct feed_view *view, const char *command, int *status);
void feed_view_unload(struct feed_view *view);

/* Words: in the view's arena. */
struct str feed_view_ago(const struct feed_view *view, int64_t at_s);
struct str feed_view_until(const struct feed_view *view, int64_t at_s);
/* How it is: health_name, "dropped" or "new"; a feed that is not yet called broken, but failed
 * last, is "failing". */
struct str feed_view_label(const struct feed_view *view, const struct feed_shown *shown);
bool feed_view_merely_failing(const struct feed_view *view, const struct feed_shown *shown);
/* Did its last polls fail, whatever it is called? */
bool feed_view_failing(const struct feed_view *view, const struct feed_shown *shown);
struct str feed_view_why(const struct feed_view *view, const struct feed_shown *shown);
/* Will it be asked again? */
bool feed_view_asked(const struct feed_view *view, const struct feed_shown *shown);

/* A time, or a text: null for none. */
void feed_view_set_time(json_t *o, const char *key, int64_t s, struct arena *arena);
void feed_view_set_str(json_t *o, const char *key, struct str s);
json_t *feed_view_json(const struct feed_view *view, const struct feed_shown *shown);
/* On standard output; takes o. */
void feed_view_print(json_t *o);

#endif
