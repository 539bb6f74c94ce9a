/*
 * An alert: the frozen facts of one watch that fired on one item.  Frozen: what is written here
 * once is all that channels render from, so a redelivery is byte for byte the same.
 */
#ifndef ALERTS_ALERT_H
#define ALERTS_ALERT_H

#include "match.h"

#define ALERT_ID_LEN 26    /* base32 of 130 bits */
#define SNIPPET_CONTEXT 80 /* characters shown on each side of a hit */

/* The text around a hit; before + marked + after is plain text, "…" at cut ends. */
struct snippet {
	struct str before, marked, after;
};

struct alert_entry {
	struct str list; /* the class: "agencies"; empty for a bare term */
	struct str name; /* "ICE" */
	struct str term; /* the alias that hit first, as written */
	enum zone zone;  /* where it hit first */
	int64_t count;   /* occurrences in the item */
	struct snippet snippet;
};

/* What it tells of.  An operator's alert has title and summary, the watch ALERT_OPERATOR_WATCH,
 * maybe a feed; no item, no entries. */
enum alert_kind { ALERT_ITEM, ALERT_OPERATOR };
#define ALERT_OPERATOR_WATCH "newsbell"

struct alert {
	enum alert_kind kind;
	struct str id; /* ALERT_ID_LEN characters */
	struct str watch;
	enum severity severity;
	struct str title, link, summary; /* of the item; link may be empty */
	struct str feed, feed_title;     /* configured name; the feed's own title */
	struct str item_id;
	struct str author;
	int64_t published_s; /* or DATE_NONE */
	int64_t seen_s, created_s;
	struct alert_entry *entries;
	size_t n_entries;
};

/* Everything an id is derived from; the same facts give the same id for ever (DESIGN, promise 2).
 */
struct alert_identity {
	struct str secret; /* the instance secret: 32 bytes */
	struct str watch, feed_url, item_id;
	int64_t revision; /* 0; counts on when an edited item alerts again */
};
struct str alert_id(const struct alert_identity *identity, struct arena *arena);
/* Of one alert at one receiver: webhook-id, Message-ID, idempotency key. */
struct str delivery_id(
    struct str secret, struct str alert, struct str channel, struct arena *arena);

/* The facts of an item that fired.  fired and item are borrowed; *ret lives in arena. */
void alert_make(const struct watch_hit *fired, const struct item *item,
    const struct match_input *in, struct arena *arena, struct alert *ret);

/* One JSON object; the form is doc/webhook.schema.json's `data`.  from_json: false with *e when it
 * is not. */
struct str alert_to_json(const struct alert *alert, struct arena *arena);
bool alert_from_json(struct str json, struct arena *arena, struct alert *ret, struct err *e);

#endif
