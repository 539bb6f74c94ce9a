/*
 * Between matcher and routing: is what a watch fired on worth an alert, or does it tell a story
 * that was told?  Holds the live stories and the words learnt in memory; what changed is written
 * with the poll that changed it, and read anew when a poll could not be written.
 */
#ifndef DAEMON_STORIES_H
#define DAEMON_STORIES_H

#include "config.h"
#include "store.h"

struct stories;

struct stories *stories_new(struct store *store);
void stories_free(struct stories *s); /* NULL is fine */

/* A document begins.  False with *e when the database cannot be read. */
bool stories_begin(struct stories *s, int64_t now_s, struct err *e);
/* One of its items, matched or not. */
void stories_item(struct stories *s, const struct item *item, struct arena *arena);
/* It is new: its words are learnt. */
void stories_learn(struct stories *s);
/* What fired on the item of stories_item, and how its watch groups. */
struct stories_hit {
	const struct watch_hit *fired;
	const struct grouping *grouping;
	const struct feed *feed;
};
enum stories_verdict {
	STORIES_NEWS,  /* to be told: the alert's story is filled in */
	STORIES_OLD,   /* it tells what was told: *why says so */
	STORIES_ERROR, /* the database cannot be read: *e */
};
/* alert: made of it, with the deliveries that routes give it; those that the story had already may
 * be taken out of it. */
enum stories_verdict stories_tell(struct stories *s, const struct stories_hit *hit,
    struct arena *arena, struct alert_new *alert, struct decision_new *why, struct err *e);
/* The document ends: what is to be written of it. */
void stories_end(struct stories *s, struct arena *arena, struct poll_done *done);

/* A document was not written, so what is in memory is not what the database has. */
void stories_lost(struct stories *s);

#endif
