/*
 * A feed: what the user says of it, and what newsbell remembers about it between two polls.  Both
 * are plain values.
 */
#ifndef FEEDS_FEED_H
#define FEEDS_FEED_H

#include "http.h"
#include "parse.h"
#include "settings.h"

/* How often to ask: learnt from the feed's rhythm within the bounds, or fixed (then min_s ==
 * max_s). */
struct feed_every {
	bool automatic;
	int64_t min_s, max_s;
};

/* When nothing new for long is worth a word. */
struct feed_silent {
	enum { SILENT_AUTO, SILENT_OFF, SILENT_AFTER } mode;
	int64_t after_s; /* of SILENT_AFTER */
};

struct feed_headers {
	struct http_header *v;
	size_t n;
};

/* A program and its arguments; no shell.  n 0 = none. */
struct feed_program {
	struct str *v; /* v[0]: an absolute path */
	size_t n;
};

/* What holds for a feed beside its address.  Feeds for which the same holds share one. */
struct feed_rules {
	struct str_list tags;
	struct feed_every every;
	int64_t backfill_s;         /* first poll: alert on items at most this old; 0 = none */
#define FEED_BACKFILL_ALL INT64_MAX /* on all of them, undated ones too */
	struct feed_silent silent;
	int64_t max_size; /* bytes of a decoded body */
	int64_t timeout_s;
	bool allow_private;
	struct feed_headers headers;
	struct str user;
	struct secret password, bearer, cookie;
	struct str proxy;
	struct str ca_file, client_cert, client_key; /* paths */
	struct str user_agent;                       /* in place of newsbell's own */
	struct feed_program filter;                  /* what was fetched goes through it */
	bool is_list; /* the document is an OPML list of feeds, not of items */
};

/* A feed.  Many: keep it small. */
struct feed {
	struct str name;
	struct str url; /* absolute http(s), file:/path or exec:/path arguments */
	const struct feed_rules *rules;
};

/* A [feed "name"] section while it is read.  Empty text = not given. */
struct feed_section {
	struct feed_rules rules; /* first: [fetch] and [feeds] are read into it too */
	struct str url;
};

/* Where a feed comes from. */
enum feed_scheme { FEED_HTTP, FEED_FILE, FEED_EXEC };
enum feed_scheme feed_scheme(struct str url);
/* "exec:/usr/bin/x 1 'two words'": words apart by blanks, quotes keep them together.  False with *e
 * when a quote is open or the program is not named by an absolute path. */
bool feed_program_parse(
    struct str text, struct arena *arena, struct feed_program *ret, struct err *e);

#define FEED_EVERY_FLOOR_S ((int64_t)60)        /* nobody is asked more often */
#define FEED_EVERY_CEIL_S ((int64_t)7 * 86400)  /* nor configured more seldom */
#define FEED_MAX_SIZE ((int64_t)8 << 20)        /* bytes of a body unless the user says otherwise */
#define FEED_MAX_SIZE_CEIL ((int64_t)256 << 20) /* bytes a user may allow */
#define FEED_HEADERS_MAX 32                     /* a feed */

#define FEED_TIMEOUT_S ((int64_t)60) /* a whole fetch */
#define FEED_TIMEOUT_CEIL_S ((int64_t)900)
#define FEED_ARGUMENTS_MAX 64

/* setting.parse of a struct feed_headers: "Name: value", one a line (continued lines are indented).
 */
bool feed_parse_headers(struct str value, void *field, struct arena *arena, struct err *e);

/* All defaults; url is left empty. */
void feed_init(struct feed_section *section);

/*
 * The keys of [feed], for a struct feed_section; the first n_feed_default_settings of them may
 * stand in [fetch] too, for all, the first n_feed_group_settings in [feeds].
 */
extern const struct setting feed_settings[];
extern const size_t n_feed_settings, n_feed_group_settings, n_feed_default_settings;

/* What the single keys cannot say: a password needs a user, a certificate its key. */
void feed_check(
    const struct feed_section *section, struct str name, struct place at, struct diags *diags);

/* Why the next request is when it is.  Persisted as numbers: add at the end only. */
enum poll_reason {
	POLL_REASON_NEW,      /* never asked: spread from the start */
	POLL_REASON_FIXED,    /* the user's own interval */
	POLL_REASON_RHYTHM,   /* learnt from when items appear */
	POLL_REASON_HOURS,    /* near the time of day at which items appear */
	POLL_REASON_LEARNING, /* too few items seen to know a rhythm */
	POLL_REASON_MAX_AGE,  /* Cache-Control or Expires of the publisher */
	POLL_REASON_TTL,      /* ttl or sy:updatePeriod inside the feed */
	POLL_REASON_SKIP,     /* skipHours or skipDays inside the feed */
	POLL_REASON_RETRY,    /* the server named a time (Retry-After) */
	POLL_REASON_BACKOFF,  /* after failures */
	POLL_REASON_GONE,     /* 410: weekly */
	POLL_REASON_NETWORK,  /* our own network was down: spread recovery */
	POLL_REASON_HOST,     /* the host asked for less (429) */
	POLL_REASON_STORE,    /* our own database could not take the items: soon again */
	POLL_REASON_WINDOW,   /* before items leave it that were never seen */
	POLL_REASON_COUNT
};

/* Persisted as numbers: add at the end only. */
enum feed_health {
	FEED_WELL,
	FEED_BROKEN,     /* failing for a while */
	FEED_SILENT,     /* nothing new for unusually long */
	FEED_SUSPICIOUS, /* answers, but with what is no feed, or an empty or frozen one */
	FEED_GONE,       /* 410 */
	FEED_HEALTH_COUNT
};

/*
 * When new items appeared: the last RHYTHM_ARRIVALS times, a ring whose oldest is at `next` once n
 * is full.  Several items found by one poll are one arrival (a burst says nothing about the
 * rhythm).
 */
#define RHYTHM_ARRIVALS 16
struct feed_rhythm {
	uint32_t arrivals_min[RHYTHM_ARRIVALS]; /* minutes since 1970 */
	uint16_t exact; /* bit i: arrival i is known to some minutes, not only to a long interval */
	uint8_t n, next;
	uint32_t longest_s; /* the longest pause between two arrivals, forgotten slowly */
};

/*
 * Everything that outlives a poll.  Times are Unix seconds, 0 = never.  Persisted field by field
 * (text as bytes: etag and last_modified are opaque); a zeroed struct is a feed that was never
 * asked.
 */
struct feed_state {
	/* Sent back byte for byte.  Valid for the URL of asked_hash only. */
	struct str etag, last_modified;
	uint64_t body_hash;    /* XXH3-64 of the last stored body, 0 = none */
	uint64_t partial_hash; /* of a damaged body: believed when it comes a second time */
	uint64_t deadly_hash;  /* of the body that its parser died on last, 0 = none */
	uint64_t asked_hash;   /* of the configured URL: another one starts anew */

	int64_t next_due_s;
	int64_t not_before_s;    /* asked for by the publisher; next_due_s respects it */
	int64_t fresh_for_s;     /* max-age of the last 200, for a 304 that says none */
	struct feed_hints hints; /* of the last parsed document */

	int64_t first_s;          /* first answer that was stored: the baseline */
	int64_t last_try_s;       /* request */
	int64_t last_ok_s;        /* 200 that was stored, or 304 */
	int64_t last_full_s;      /* last 200 to a request without validators that was stored */
	int64_t last_change_s;    /* new items */
	int64_t unconditional_s;  /* when the next request without validators is due */
	int64_t distrust_until_s; /* validators were found lying: not used before */

	double failures;         /* weighted, since failing_since_s */
	int64_t failing_since_s; /* first failure of this run, 0 = not failing */
	struct str error;        /* the last failure for a person; stays after recovery */
	int64_t error_s;         /* when */

	/* Permanent redirects that ended in a good answer; believed when poll_is_moved says so. */
	struct str moved_url;
	int64_t moved_since_s;
	int32_t moved_count;

	int32_t status;         /* of the last answer, 0 = none */
	int32_t items;          /* in the last parsed document */
	int32_t polls_no_items; /* 200s in a row without any item, after one that had some */
	int32_t polls_no_feed;  /* 200s in a row that were no feed (HTML, login page) */
	int32_t deaths;         /* of parsers on the body of deadly_hash */
	int32_t polls_frozen;  /* 200s in a row whose new items were dated no later than newest_s */
	int64_t newest_s;      /* the latest date of any item, future ones left out */
	int64_t hidden_s;      /* when a re-check last found what a 304 had hidden */
	int64_t half_window_s; /* half of what the feed lists is new after so long; 0 = unknown */
	int64_t gap_s;         /* last time that nothing listed was known any more: maybe a loss */
	int32_t gaps;          /* how often */
	int64_t churn_s;       /* last time that the feed gave its items other ids */
	int64_t gone_since_s;  /* 410 since, 0 = not */
	/* Polls that changed nothing but the times, since the last entry of the history
	 * (history.h). */
	int64_t quiet_since_s;
	int32_t quiet_n;

	struct feed_rhythm rhythm;

	enum poll_reason next_why;
	enum feed_health health;
	int64_t health_since_s;
};

/* Longer ones are not kept (then the next request is unconditional). */
#define FEED_VALIDATOR_MAX ((size_t)1024) /* bytes */
#define FEED_ERROR_MAX ((size_t)400)      /* bytes */

#endif
