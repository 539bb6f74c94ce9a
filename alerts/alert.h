/*
 * An alert: the frozen facts of one watch that fired on one item.  Frozen: what is written here
 * once is all that channels render from, so a redelivery is byte for byte the same.
 */
#ifndef ALERTS_ALERT_H
#define ALERTS_ALERT_H

#include "match.h"
#include "story.h"

#define ALERT_ID_LEN 26    /* base32 of 130 bits */
#define SNIPPET_CONTEXT 80 /* characters shown on each side of a hit */

#define ALERT_TITLE_MAX ((size_t)1024)   /* bytes of the item's title */
#define ALERT_SUMMARY_MAX ((size_t)1536) /* bytes of its summary */
#define ALERT_SNIPPETS_MAX 32            /* entries with a snippet; those after it have none */
#define ALERT_ENTRIES_MAX 256            /* entries told; n_more counts the rest */

/* The text around a hit; before + marked + after is one line of plain text, "…" at cut ends. Empty:
 * none. */
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
extern const char *const alert_kind_names[];
#define ALERT_OPERATOR_WATCH "newsbell"

/* Another item of the story. */
struct alert_other {
	struct str title, link, feed; /* link may be empty; feed: configured name */
	int64_t seen_s;
};
#define ALERT_OTHERS_MAX 50 /* named in one alert */

/* What is known of the story when the alert is made; in a digest, when that is made. */
struct alert_story {
	int64_t id;              /* 0: none, the watch does not group */
	enum story_reason again; /* why it is told again */
	int64_t opened_s;
	int64_t items, outlets;     /* so far, this one included */
	struct alert_other *others; /* the newest first; not the item itself */
	size_t n_others;
};

struct alert {
	struct str json; /* what it was read from, which is what alert_to_json gives; or empty */
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
	int64_t revision; /* > 0: the item was edited */
	/* What it said when it was told, as far as that was changed; both empty: it matched only
	 * after the edit. */
	struct str was_title, was_summary;
	struct alert_entry *entries;
	size_t n_entries, n_more;
	struct alert_story story;
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

/*
 * The facts of an item that fired, cut to the caps above; everything is copied into arena.  id,
 * feed_title, seen_s and created_s are the caller's to fill.
 */
void alert_make(const struct watch_hit *fired, const struct item *item,
    const struct match_input *in, struct arena *arena, struct alert *ret);

/* The alert tells of an edit: what its title and its lead were.  False: they say the same. */
bool alert_edited(struct alert *alert, struct str title, struct str lead, struct arena *arena);

extern const char *const zone_names[]; /* "title" ... by enum zone */

#define ALERT_JSON_MAX ((size_t)4 << 20) /* bytes */
/* One JSON object; the form is doc/webhook.schema.json's `data`; empty when it would be longer than
 * ALERT_JSON_MAX. */
struct str alert_to_json(const struct alert *alert, struct arena *arena);
/* False with *e when json is none of these.  It is borrowed for as long as *ret lives. */
bool alert_from_json(struct str json, struct arena *arena, struct alert *ret, struct err *e);

#endif
