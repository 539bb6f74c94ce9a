/*
 * Asking a feed: what to ask, what the answer means, and when to ask next.  State goes in and a new
 * state comes out; nothing here knows a clock, a socket or a database.
 *
 *   poll_request -> (wire) -> poll_judge -> [FRESH: parse, store] -> poll_next -> store with the
 * items
 */
#ifndef FEEDS_POLL_H
#define FEEDS_POLL_H

#include "feed.h"

/*
 * The request for now.  Conditional with the validators byte for byte, except for a feed that was
 * never asked, the periodic re-check (poll_is_recheck) and while validators are distrusted.  Views
 * point into feed, state and arena.
 */
void poll_request(const struct feed *feed, const struct feed_state *state, int64_t now_s,
    struct arena *arena, struct http_request *ret);

/* Is the next request the periodic one without validators, which finds servers whose 304 is a lie?
 */
bool poll_is_recheck(const struct feed_state *state, int64_t now_s);

enum poll_verdict {
	POLL_FRESH,     /* a body to be parsed */
	POLL_UNCHANGED, /* 304, or the body of last time */
	POLL_GONE,      /* 410 */
	POLL_LIMITED,   /* 429, or 503 with a time: come back later */
	POLL_FAILED,
};

/* What an answer means.  Texts point into the response or the arena. */
struct poll_answer {
	enum poll_verdict verdict;
	int status;     /* 0 = none came */
	struct str why; /* of GONE, LIMITED, FAILED: one line for a person */
	double weight;  /* of a failure: 1 hard, 0.5 soft, 0.25 temporary */
	bool network;   /* a failure that our own network may be to blame for */
	int64_t wait_s; /* what the server asks for, or -1 */
	enum poll_reason wait_why;
	bool host_wide; /* the host itself asks for less: goes for all of its feeds.  Set for 429;
			 * who knows better of this host may change it before poll_next. */

	bool conditional; /* validators were sent */
	bool recheck;     /* they were known, but left out on purpose */
	bool delta;       /* 226: the body holds only what is new (RFC 3229) */
	bool replace_all; /* both validators are replaced, also by nothing; else those that came */
	struct str etag, last_modified;
	uint64_t body_hash; /* of FRESH and of a 200 that is UNCHANGED; else 0 */
	bool frozen; /* another body under the validators of before: they cannot be trusted */

	bool asked_moved;     /* the remembered new address was asked, not the configured one */
	struct str moved_url; /* permanently, by this answer; or empty */
};

void poll_judge(const struct feed *feed, const struct feed_state *state,
    const struct http_request *request, const struct http_response *response, int64_t now_s,
    struct arena *arena, struct poll_answer *ret);

/* Has this FRESH body killed POLL_DEATHS parsers?  Then it is not parsed until it changes. */
#define POLL_DEATHS 2
bool poll_is_quarantined(const struct feed_state *state, const struct poll_answer *answer);

/* What became of a FRESH body. */
enum poll_result {
	POLL_STORED, /* parsed whole, items written in the transaction that also writes the state */
	POLL_PARTIAL,     /* damaged; what was whole is written */
	POLL_NO_FEED,     /* HTML, a login page, empty, too much */
	POLL_KILLED,      /* its parser died, or went beyond its limits */
	POLL_QUARANTINED, /* not parsed, as it has killed parsers (poll_is_quarantined) */
	POLL_NOT_STORED,  /* our own fault: the database */
};

struct poll_found {
	enum poll_result result;
	struct str error;         /* of all but POLL_STORED and POLL_PARTIAL */
	size_t n_items, n_new;    /* n_new: without those that only got another id */
	bool gap, churn;          /* of struct newness */
	const int64_t *new_dates; /* of the new items, published or updated; DATE_NONE where none */
	struct feed_hints hints;  /* of the document */
};

/*
 * The state after this poll, to be stored in the same transaction as its items: never when that
 * fails (then call again with POLL_NOT_STORED).  found: of a FRESH answer, else NULL.  Its texts
 * point into before and answer.  jitter: 32 random bits.
 */
struct feed_state poll_next(const struct feed *feed, const struct feed_state *before,
    const struct poll_answer *answer, const struct poll_found *found, int64_t now_s,
    uint32_t jitter);

/* Is it our own network that is down?  Counts of different hosts within the last minute or so. */
bool poll_network_down(size_t failed, size_t tried);
/* The state after a poll that our own network is to blame for: nothing is counted, recovery is
 * spread. */
struct feed_state poll_offline(
    const struct feed *feed, const struct feed_state *before, int64_t now_s, uint32_t jitter);

/* When to ask n_new feeds that were never asked: at once for a few, spread for many. */
int64_t poll_first_due(int64_t now_s, size_t n_new, uint32_t jitter);

/* "learnt: something new about every 3h" ...: why state->next_due_s is what it is. */
struct str poll_why(const struct feed *feed, const struct feed_state *state, struct arena *arena);
/* The same in a word: "rhythm", "max-age", "back-off" ...: static. */
const char *poll_reason_name(enum poll_reason why);
/* "15m", "6h", "2d 3h" */
struct str poll_span(int64_t s, struct arena *arena);

/* A permanent redirect is believed after so many answers over so long. */
#define POLL_MOVED_COUNT 5
#define POLL_MOVED_AFTER_S ((int64_t)3 * 86400)
bool poll_is_moved(const struct feed_state *state);

#define POLL_NO_ITEMS_MAX 3 /* 200s without items are counted so far */
#define POLL_REDIRECTS 10
#define POLL_RECHECK_S ((int64_t)7 * 86400)   /* less or more by up to a tenth */
#define POLL_DISTRUST_S ((int64_t)30 * 86400) /* validators that lied are not used for so long */
#define POLL_BACKOFF_MAX_S ((int64_t)86400)
#define POLL_GONE_S ((int64_t)7 * 86400)
#define POLL_FRESH_MAX_S ((int64_t)86400)     /* max-age, Expires, ttl, sy: beyond count as this */
#define POLL_RETRY_MAX_S ((int64_t)2 * 86400) /* Retry-After beyond counts as this */
#define POLL_SKIP_MAX_S ((int64_t)3 * 86400)  /* skipHours, skipDays: more is ignored */

#endif
