/*
 * The inside of wire.h, for wire*.c alone: what a job is, and whose turn it is.
 */
#ifndef DAEMON_WIRE_INSIDE_H
#define DAEMON_WIRE_INSIDE_H

#include "hop.h"
#include "wire.h"

#include <sys/queue.h>

#define WIRE_HOST_BUCKETS 1024

TAILQ_HEAD(jobs, wire_job);

/* A host that is asked or waited for; it lives as long as there is a job for it. */
struct wire_host {
	struct wire_host *next;
	uint64_t hash;
	int active;
	struct jobs waiting;
	size_t n_waiting;
};

enum stage {
	STAGE_HOST,    /* in host->waiting: others of this host first */
	STAGE_NAME,    /* in wire->names: waits for a look-up slot */
	STAGE_START,   /* in wire->starting */
	STAGE_RUNNING, /* in wire->running and in libcurl */
	STAGE_FAILED,  /* in wire->failed: to be told in the next turn */
};

struct wire_job {
	TAILQ_ENTRY(wire_job) link;
	struct wire *wire;
	enum stage stage;
	struct http_request request;
	wire_done *done;
	void *cookie;

	struct arena *arena; /* texts that outlive one hop */
	CURLU *url;          /* of this hop, without user and password; or NULL: it is plain */
	struct str location; /* the same as text; a NUL stands behind a plain one */
	struct str host_name;
	struct wire_host *host;
	struct hop hop;
	bool is_name;      /* host_name must be looked up */
	bool looking_up;   /* holds one of the slots */
	bool foreign;      /* has left the origin of the request for good */
	bool moved_broken; /* the run of permanent redirects has ended */
	struct str user, password;
	struct str moved_url;
	uint64_t seen[WIRE_REDIRECTS_MAX + 1];
	int redirects;
	int64_t started_ms; /* monotonic, 0 = not yet */
	enum http_fault fault;
	struct str fault_text;
};

struct wire {
	struct ev_loop *loop;
	struct ev_timer kick;
	struct lane **lanes;
	size_t n_lanes;
	char *user_agent, *ca_file, encodings[32];
	int max_lookups, lookups, per_host;
	struct wire_host *hosts[WIRE_HOST_BUCKETS];
	struct jobs starting, names, running, failed, spare;
	size_t n_active, n_spare;
};

/* It is in no list before: it waits in this one from now on. */
void job_move_to(struct wire_job *job, struct jobs *list, enum stage stage);
/* Told to whoever asked in the next turn of the loop; it gives back its places now. */
void job_fail(struct wire_job *job, enum http_fault fault, struct str text);
void wire_kick(struct wire *wire);

/* wire_turn.c: who may ask now. */
/* Take one of the places of job->host_name, or wait for one; then it starts. */
void job_enter_host(struct wire_job *job);
void job_leave_host(struct wire_job *job); /* its place goes to the next; fine when it has none */
void job_end_lookup(struct wire_job *job); /* so does its look-up slot */

/* wire_url.c: from URL to URL. */
/* No control characters. */
bool wire_is_clean(struct str s);
/*
 * Is it an http or https URL that libcurl would ask for as it stands?  Most feeds' are: they need
 * not be taken apart, put together and taken apart again.  *host is its host, in lower case.
 */
bool wire_url_is_plain(struct str url, struct str *host);
/* The URL that is asked for, with user and password when they stand in it.  False when it cannot be
 * asked. */
bool job_first_url(struct wire_job *job, struct str url);
/* The URL is new: to its host, unless that may not be. */
void job_go(struct wire_job *job);
/* True when the job goes on to another URL, or has failed on the way; false when this is the
 * answer. */
bool job_redirect(struct wire_job *job);

#endif
