/*
 * Several alerts told as one message: a digest, what quiet hours held, what a limit held back. Like
 * a single alert it is rendered from frozen facts: who is in it is settled before the first
 * attempt.
 */
#ifndef ALERTS_BUNDLE_H
#define ALERTS_BUNDLE_H

#include "channel.h"
#include "json_out.h"

/* Persisted as numbers: add at the end only. */
enum bundle_kind {
	BUNDLE_SINGLE,   /* no bundle: one alert, one message */
	BUNDLE_DIGEST,   /* a route's `deliver = daily 08:00` and its like */
	BUNDLE_HELD,     /* what came in during quiet hours */
	BUNDLE_OVERFLOW, /* what was beyond a limit: "and 37 more" */
	BUNDLE_BACKLOG,  /* what waited for a receiver that was away */
	BUNDLE_KIND_COUNT
};
extern const char *const bundle_kind_names[]; /* "single" "digest" "held" "overflow" "backlog" */

#define BUNDLE_ALERTS_MAX 200 /* in one message; more make a further one */

struct bundle {
	enum bundle_kind kind;
	struct str route;           /* whose window it was; empty without routes */
	int64_t due_s;              /* the end of the window */
	const struct alert *alerts; /* oldest first, at least one */
	size_t n;
	size_t told, messages; /* the first `told` of them are through, in so many messages */
};

/*
 * One line for a subject or a headline: "12 alerts: ICE and its cloud (7), vendors (5)", "3 alerts
 * held by quiet hours: ...", "and 37 more alerts: ...".
 */
struct str bundle_title(const struct bundle *bundle, struct arena *arena);

/*
 * What programs get, as members of the open object: "type" ("alert" or "digest"), "timestamp" and
 * "data": as alert_to_json, or {"kind","id","route","title","severity","due","count","alerts":[as
 * alert_to_json]}; the form is doc/webhook.schema.json's.  id: the delivery's.
 */
#define TELLING_JSON_MAX ((size_t)32 << 20) /* bytes: enough for any */
void telling_put_json(
    struct json_out *o, const struct telling *t, struct str id, struct arena *arena);

/*
 * The bundle as one alert: its title is the bundle's, its summary lists the alerts, a line each
 * ("[high] title - watch, feed - link").  id: the delivery's.
 */
void bundle_as_alert(
    const struct bundle *bundle, struct str id, struct arena *arena, struct alert *ret);

/*
 * What a channel sends for a bundle; one of a single alert is still a bundle.  Contract as
 * channel_type.render.  What does not fit into one message of its service is told in several,
 * each of which says which it is ("2 of 3"): this renders the next one, for the alerts that were
 * not told yet.  ret->told says how many it tells; the others are for the messages after it.
 */
#define BUNDLE_MESSAGES_MAX 100 /* the last of them says how many alerts are left, and where */
#define BUNDLE_FOLDED_MAX 10    /* messages at most that list all items of the stories too */
bool bundle_render(const struct channel *ch, const struct bundle *bundle,
    const struct send_context *context, struct arena *arena, struct message *ret, struct err *e);

#endif
