/*
 * The life of a job, and what others call.
 */
#include "wire.h"

#include "clock.h"
#include "fault.h"
#include "lane.h"
#include "mem.h"
#include "memory.h"
#include "wire_inside.h"

#include <stdlib.h>
#include <string.h>

#define SHARDS 8
#define LOOKUPS 64
#define PER_HOST 2
#define STARTS_A_TURN 64 /* so that a crowd of jobs does not hold the loop */
#define SPARE_JOBS 128

static struct wire_job *
job_of_hop(struct hop *hop)
{
	return (struct wire_job *)((char *)hop - offsetof(struct wire_job, hop));
}

static void
on_resolved(struct hop *hop)
{
	job_end_lookup(job_of_hop(hop));
}

/* A redirect, or another job of this host, will use the connection; receivers of alerts are asked
 * again. */
static bool
on_keep(struct hop *hop)
{
	struct wire_job *job = job_of_hop(hop);

	return hop->status / 100 == 3 || job->host->n_waiting > 0 ||
	       !str_eq_c(job->request.method, "GET");
}

static const struct hop_hooks hooks = { .resolved = on_resolved, .keep = on_keep };

/* ---- the life of a job ---- */

static struct wire_job *
job_new(struct wire *wire)
{
	struct wire_job *job = TAILQ_FIRST(&wire->spare);

	if (job) {
		TAILQ_REMOVE(&wire->spare, job, link);
		wire->n_spare--;
	} else {
		job = xcalloc(1, sizeof(*job));
		if (!hop_init(&job->hop, &hooks, job))
			mem_exhausted(0);
		job->arena = arena_new();
	}
	wire->n_active++;
	return job;
}

static void
job_destroy(struct wire_job *job)
{
	hop_free(&job->hop);
	arena_free(job->arena);
	free(job);
}

/* It is in no list and in no lane any more. */
static void
job_free(struct wire_job *job)
{
	struct wire *wire = job->wire;
	struct hop hop;
	struct arena *arena = job->arena;

	job_end_lookup(job);
	job_leave_host(job);
	curl_url_cleanup(job->url);
	job->url = NULL;
	wire->n_active--;
	if (wire->n_spare >= SPARE_JOBS) {
		job_destroy(job);
		return;
	}
	hop_clear(&job->hop);
	arena_reset(arena);
	hop = job->hop;
	*job = (struct wire_job){ .wire = wire, .arena = arena, .hop = hop };
	TAILQ_INSERT_TAIL(&wire->spare, job, link);
	wire->n_spare++;
}

static void
job_tell(struct wire_job *job)
{
	struct http_response answer = {
		.fault = job->fault,
		.fault_text = job->fault_text,
		.elapsed_ms = job->started_ms ? clock_ms() - job->started_ms : 0,
		.moved_url = job->moved_url,
	};
	wire_done *done = job->done;
	void *cookie = job->cookie;

	answer.final_url = job->location;
	if (job->fault == HTTP_FAULT_NONE) {
		answer.status = job->hop.status;
		answer.headers = job->hop.headers;
		answer.n_headers = job->hop.n_headers;
		answer.body = buf_str(&job->hop.body);
	}
	job_end_lookup(job);
	job_leave_host(job); /* so that the callback may ask the same host again */
	done(cookie, &answer);
	job_free(job);
}

void
job_fail(struct wire_job *job, enum http_fault fault, struct str text)
{
	job->fault = fault;
	job->fault_text = text;
	job_end_lookup(job);
	job_leave_host(job);
	job_move_to(job, &job->wire->failed, STAGE_FAILED);
	wire_kick(job->wire);
}

static void
on_over(CURL *easy, CURLcode code)
{
	char *data = NULL;
	struct wire_job *job;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &data);
	job = (struct wire_job *)(void *)data;
	TAILQ_REMOVE(&job->wire->running, job, link);
	job_end_lookup(job);
	job->fault = fault_judge(&job->hop, code, job->host_name, &job->fault_text);
	if (job->fault == HTTP_FAULT_NONE && job_redirect(job))
		return;
	job_tell(job);
}

static struct lane *
job_lane(struct wire_job *job)
{
	return job->wire->lanes[job->host->hash % job->wire->n_lanes];
}

static void
job_start(struct wire_job *job)
{
	struct wire *wire = job->wire;
	struct hop_plan plan = {
		.request = &job->request,
		.url = job->url,
		.location = job->location.p,
		.foreign = job->foreign,
		.tls = str_starts(job->location, STR("https:")),
		.user_agent = str_c(wire->user_agent),
		.encodings = str_c(wire->encodings),
		.ca_file = wire->ca_file,
	};

	if (!job->foreign) {
		plan.user = job->user;
		plan.password = job->password;
		plan.bearer = job->request.bearer;
	}
	if (job->started_ms == 0)
		job->started_ms = clock_ms();
	plan.timeout_ms = job->request.timeout_ms - (clock_ms() - job->started_ms);
	if (job->is_name) {
		job->looking_up = true;
		wire->lookups++;
	}
	hop_prepare(&job->hop, &plan, job);
	if (!lane_add(job_lane(job), job->hop.easy)) {
		job_fail(job, HTTP_FAULT_CONNECT, STR("libcurl does not take the request"));
		return;
	}
	job_move_to(job, &wire->running, STAGE_RUNNING);
}

/* Out of wire->starting.  False when it must wait for a look-up slot first. */
static bool
job_begin(struct wire_job *job)
{
	struct wire *wire = job->wire;

	TAILQ_REMOVE(&wire->starting, job, link);
	if (job->is_name && wire->lookups >= wire->max_lookups) {
		job_move_to(job, &wire->names, STAGE_NAME);
		return false;
	}
	job_start(job);
	return true;
}

static void
on_kick(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct wire *wire = timer->data;
	struct wire_job *job, *last = TAILQ_LAST(&wire->failed, jobs);
	int starts = 0;

	(void)loop;
	(void)events;
	while (starts < STARTS_A_TURN && (job = TAILQ_FIRST(&wire->starting)))
		starts += job_begin(job);
	/* Only those that had failed before this turn: a callback that asks anew must not hold us.
	 */
	while (last && (job = TAILQ_FIRST(&wire->failed))) {
		bool end = job == last;

		TAILQ_REMOVE(&wire->failed, job, link);
		job_tell(job);
		if (end)
			break;
	}
	if (!TAILQ_EMPTY(&wire->starting) || !TAILQ_EMPTY(&wire->failed))
		wire_kick(wire);
}

/* ---- what others call ---- */

static bool
request_is_clean(const struct http_request *request)
{
	if (!wire_is_clean(request->method) || request->method.n == 0)
		return false;
	for (size_t i = 0; i < request->n_headers; i++)
		if (!http_name_ok(request->headers[i].name) ||
		    !http_value_ok(request->headers[i].value))
			return false;
	return wire_is_clean(request->bearer) && wire_is_clean(request->user) &&
	       wire_is_clean(request->password) && wire_is_clean(request->proxy) &&
	       wire_is_clean(request->ca_file) && wire_is_clean(request->client_cert) &&
	       wire_is_clean(request->client_key);
}

struct wire_job *
wire_fetch(struct wire *wire, const struct http_request *request, wire_done *done, void *cookie)
{
	struct wire_job *job = job_new(wire);

	job->wire = wire;
	job->request = *request;
	if (job->request.timeout_ms <= 0)
		job->request.timeout_ms = WIRE_TIMEOUT_MS;
	job->done = done;
	job->cookie = cookie;
	job->user = request->user;
	job->password = request->password;
	if (!request_is_clean(request)) {
		job_fail(job, HTTP_FAULT_URL, STR("a header or a secret has a line break in it"));
		return job;
	}
	if (!job_first_url(job, request->url)) {
		curl_url_cleanup(job->url);
		job->url = NULL;
		job_fail(
		    job, HTTP_FAULT_URL, STR("this is no http or https URL that can be asked"));
		return job;
	}
	job_go(job);
	return job;
}

void
wire_hurry(struct wire_job *job)
{
	struct wire *wire = job->wire;

	if (job->stage != STAGE_START || !job_begin(job) || job->stage != STAGE_RUNNING)
		return;
	lane_push(job_lane(job));
	if (TAILQ_EMPTY(&wire->starting) && TAILQ_EMPTY(&wire->failed))
		ev_timer_stop(wire->loop, &wire->kick);
}

void
wire_cancel(struct wire_job *job)
{
	if (!job)
		return;
	switch (job->stage) {
	case STAGE_HOST:
		TAILQ_REMOVE(&job->host->waiting, job, link);
		job->host->n_waiting--;
		job->host = NULL; /* it has no place to give */
		break;
	case STAGE_NAME:
		TAILQ_REMOVE(&job->wire->names, job, link);
		break;
	case STAGE_START:
		TAILQ_REMOVE(&job->wire->starting, job, link);
		break;
	case STAGE_RUNNING:
		TAILQ_REMOVE(&job->wire->running, job, link);
		lane_remove(job_lane(job), job->hop.easy);
		break;
	case STAGE_FAILED:
		TAILQ_REMOVE(&job->wire->failed, job, link);
		break;
	}
	job_free(job);
}

size_t
wire_active(const struct wire *wire)
{
	return wire->n_active;
}

static char *
option_text(struct str text, const char *otherwise)
{
	if (text.n == 0 && !otherwise)
		return NULL;
	if (text.n == 0)
		text = str_c(otherwise);
	return memcpy(xcalloc(1, text.n + 1), text.p, text.n);
}

void
wire_configure(struct wire *wire, const struct wire_options *options)
{
	free(wire->user_agent);
	wire->user_agent = option_text(options->user_agent, NULL);
	wire->per_host = options->per_host > 0 ? options->per_host : PER_HOST;
}

/* What libcurl can undo. */
static void
set_encodings(struct wire *wire, const curl_version_info_data *version)
{
	static const struct {
		int feature;
		const char *name;
	} rows[] = { { CURL_VERSION_LIBZ, "deflate, gzip" }, { CURL_VERSION_BROTLI, "br" },
		{ CURL_VERSION_ZSTD, "zstd" } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (version->features & rows[i].feature) {
			if (wire->encodings[0])
				strcat(wire->encodings, ", ");
			strcat(wire->encodings, rows[i].name);
		}
}

struct wire *
wire_new(struct ev_loop *loop, const struct wire_options *options, struct err *e)
{
	static const struct wire_options defaults;
	const curl_version_info_data *version;
	struct wire *wire = xcalloc(1, sizeof(*wire));

	if (!options)
		options = &defaults;
	wire->loop = loop;
	wire->max_lookups = options->max_lookups > 0 ? options->max_lookups : LOOKUPS;
	ev_init(&wire->kick, on_kick);
	wire->kick.data = wire;
	TAILQ_INIT(&wire->starting);
	TAILQ_INIT(&wire->names);
	TAILQ_INIT(&wire->running);
	TAILQ_INIT(&wire->failed);
	TAILQ_INIT(&wire->spare);
	memory_share_curl();
	version = curl_version_info(CURLVERSION_NOW);
	if (!(version->features & CURL_VERSION_SSL) ||
	    !(version->features & CURL_VERSION_ASYNCHDNS)) {
		err_set(e, ERR_SYSTEM, "libcurl %s lacks %s", version->version,
		    version->features & CURL_VERSION_SSL ? "asynchronous name look-ups" : "TLS");
		goto fail;
	}
	wire_configure(wire, options);
	set_encodings(wire, version);
	wire->ca_file = option_text(options->ca_file, version->cainfo);
	wire->n_lanes = options->shards > 0 ? (size_t)options->shards : SHARDS;
	wire->lanes = xcalloc(wire->n_lanes, sizeof(*wire->lanes));
	for (size_t i = 0; i < wire->n_lanes; i++) {
		wire->lanes[i] =
		    lane_new(loop, options->kept / wire->n_lanes + (options->kept > 0), on_over);
		if (!wire->lanes[i]) {
			err_set(e, ERR_SYSTEM, "libcurl gives no multi handle");
			goto fail;
		}
	}
	return wire;
fail:
	wire_free(wire);
	return NULL;
}

static void
cancel_all(struct jobs *list)
{
	struct wire_job *job;

	while ((job = TAILQ_FIRST(list)))
		wire_cancel(job);
}

void
wire_free(struct wire *wire)
{
	struct wire_job *job;

	if (!wire)
		return;
	for (size_t i = 0; i < WIRE_HOST_BUCKETS; i++)
		for (struct wire_host *host = wire->hosts[i]; host; host = host->next)
			cancel_all(&host->waiting);
	cancel_all(&wire->names);
	cancel_all(&wire->starting);
	cancel_all(&wire->running);
	cancel_all(&wire->failed);
	while ((job = TAILQ_FIRST(&wire->spare))) {
		TAILQ_REMOVE(&wire->spare, job, link);
		job_destroy(job);
	}
	for (size_t i = 0; wire->lanes && i < wire->n_lanes; i++)
		lane_free(wire->lanes[i]);
	ev_timer_stop(wire->loop, &wire->kick);
	free(wire->lanes);
	free(wire->user_agent);
	free(wire->ca_file);
	free(wire);
	curl_global_cleanup();
}
