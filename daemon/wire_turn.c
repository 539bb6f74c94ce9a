/*
 * Whose turn it is: places at a host, look-up slots.
 */
#include "mem.h"
#include "wire_inside.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void
wire_kick(struct wire *wire)
{
	if (ev_is_active(&wire->kick))
		return;
	ev_timer_set(&wire->kick, 0.0, 0.0);
	ev_timer_start(wire->loop, &wire->kick);
}

/* ---- hosts ---- */

static struct wire_host **
host_slot(struct wire *wire, uint64_t hash)
{
	struct wire_host **slot = &wire->hosts[hash % WIRE_HOST_BUCKETS];

	while (*slot && (*slot)->hash != hash)
		slot = &(*slot)->next;
	return slot;
}

void
job_move_to(struct wire_job *job, struct jobs *list, enum stage stage)
{
	job->stage = stage;
	TAILQ_INSERT_TAIL(list, job, link);
}

static void
start_soon(struct wire_job *job)
{
	job_move_to(job, &job->wire->starting, STAGE_START);
	wire_kick(job->wire);
}

/* Take one of the host's places, or wait for one. */
void
job_enter_host(struct wire_job *job)
{
	struct wire *wire = job->wire;
	uint64_t hash = XXH3_64bits(job->host_name.p, job->host_name.n);
	struct wire_host **slot = host_slot(wire, hash);

	if (!*slot) {
		*slot = xcalloc(1, sizeof(**slot));
		(*slot)->hash = hash;
		TAILQ_INIT(&(*slot)->waiting);
	}
	job->host = *slot;
	if (job->host->active >= wire->per_host) {
		job_move_to(job, &job->host->waiting, STAGE_HOST);
		job->host->n_waiting++;
		return;
	}
	job->host->active++;
	start_soon(job);
}

/* Give the place to the next. */
void
job_leave_host(struct wire_job *job)
{
	struct wire_host *host = job->host;
	struct wire_job *next;

	if (!host)
		return;
	job->host = NULL;
	host->active--;
	/* as many as before go on, unless fewer are wanted now */
	next = host->active < job->wire->per_host ? TAILQ_FIRST(&host->waiting) : NULL;
	if (next) {
		TAILQ_REMOVE(&host->waiting, next, link);
		host->n_waiting--;
		host->active++;
		start_soon(next);
	} else if (host->active == 0) { /* then nobody waits */
		struct wire_host **slot = host_slot(job->wire, host->hash);

		*slot = host->next;
		free(host);
	}
}

/* ---- name look-ups: libcurl makes a thread for each ---- */

void
job_end_lookup(struct wire_job *job)
{
	struct wire *wire = job->wire;
	struct wire_job *next = TAILQ_FIRST(&wire->names);

	if (!job->looking_up)
		return;
	job->looking_up = false;
	wire->lookups--;
	if (next) {
		TAILQ_REMOVE(&wire->names, next, link);
		next->stage = STAGE_START;
		TAILQ_INSERT_HEAD(&wire->starting, next, link);
		wire_kick(wire);
	}
}
