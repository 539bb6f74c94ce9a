/*
 * The inside of the monitor, for monitor*.c alone.
 */
#ifndef DAEMON_MONITOR_INSIDE_H
#define DAEMON_MONITOR_INSIDE_H

#include "history.h"
#include "hosts.h"
#include "local.h"
#include "monitor.h"
#include "outage.h"
#include "poll.h"
#include "program.h"
#include "schedule.h"

#define MONITOR_JUMP_MS 120000 /* the wall clock was set when it differs by more */

/* A feed while the daemon runs.  Many: keep it small. */
struct source {
	struct schedule_slot slot; /* first: a slot is its source */
	const struct feed *feed;   /* of the configuration in force; NULL: no longer configured */
	struct str *gone_url;      /* own copy of the URL while feed is NULL */
	unsigned char *packed;     /* its feed_state (feed_pack) */
	struct poll *poll;         /* under way, or NULL */
	struct host *host;         /* or NULL: it is the only feed there */
	int64_t id;                /* of its row, 0 = none yet */
	bool dirty, paced;         /* in monitor.dirty; holds a place in its host's pace */
};

/* One poll under way. */
struct poll {
	struct monitor *monitor;
	struct source *source;
	struct config *config; /* the one it was begun by */
	struct config *judge;  /* the one its items met: what is owed points into it; or NULL */
	const struct feed *feed;
	struct arena *arena;
	struct feed_state before; /* views into source->packed */
	struct http_request request;
	struct wire_job *fetch;
	struct local_job *reading; /* file:; what it brought lives in it */
	struct program *program;   /* exec:, or the filter */
	struct feed_program argv;
	struct parse_job *parse;
	struct str content_type, base_url;
	struct local local;          /* bodies: one, or the files of a directory */
	size_t at;                   /* of them, the one that is parsed */
	struct feed_source document; /* of local.files[at] */
	struct feed_doc *doc;        /* of all together */
	struct poll_answer answer;
	struct poll_found found; /* of a FRESH answer */
	struct str damage;       /* of a document that is not whole */
	struct feed_state next;  /* what the commit makes of it */
	struct history_poll history;
	struct ledger_poll entry;
	size_t owed;
	bool settling; /* in the ledger: cannot be dropped any more */
};

struct monitor {
	struct monitor_options options;
	struct config *config;
	struct matcher *matcher;
	struct source **sources; /* sorted by URL */
	size_t n_sources;
	struct arena *loaded; /* until the first configuration: the URLs of sources */
	struct schedule schedule;
	struct hosts hosts;
	struct outage outage;
	ev_timer clock, flush;
	size_t active;
	bool stopped;
	int64_t wall_ms, steady_ms; /* at the last look at the clocks */
	struct source **dirty;      /* their states are to be written some time */
	size_t n_dirty, cap_dirty;
	struct monitor_figures figures;
};

int64_t monitor_now_s(const struct monitor *m);
uint32_t monitor_chance(void);
/* It is due when its state says so. */
void monitor_plan(struct monitor *m, struct source *source, int64_t due_s);
/* Its state is written within MONITOR_LAZY_S; a crash before costs one early conditional poll. */
void monitor_write_later(struct monitor *m, struct source *source);
void monitor_set_clock(struct monitor *m);

/* monitor_sources.c: which feeds there are; monitor_configure too. */
/* What the database remembers, before the first configuration. */
bool sources_load(struct monitor *m, struct err *e);
/* With their polls. */
void sources_free(struct monitor *m);
/* Its state is *state from now on. */
void source_keep(struct source *source, const struct feed_state *state);

/* monitor_poll.c: one poll, from request to document. */
void poll_start(struct monitor *m, struct source *source);

/* monitor_outcome.c: what a poll came to, and its end. */
/* What a 429 or 503 is about is the operator's word, host by host: into poll->answer. */
void poll_judge_scope(struct poll *poll);
/* Its answer, and what was found in it, are known: compute the feed's new state, have it written.
 */
void poll_conclude(struct poll *poll);
/* A struct ledger_poll's settled; committed false also when nothing could be handed to the ledger.
 */
void poll_settled(void *cookie, bool committed, const struct err *why);
/* Nothing of it counts; not once it is settling. */
void poll_drop(struct poll *poll);

#endif
