#include "wire.h"

#include "fault.h"
#include "hop.h"
#include "lane.h"
#include "mem.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SHARDS 8
#define LOOKUPS 64
#define PER_HOST 2
#define HOST_BUCKETS 1024
#define STARTS_A_TURN 64 /* so that a crowd of jobs does not hold the loop */
#define SPARE_JOBS 128

TAILQ_HEAD(jobs, wire_job);

/* A host that is asked or waited for; it lives as long as there is a job for it. */
struct host {
	struct host *next;
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
	CURLU *url;          /* of this hop, without user and password */
	struct str location; /* the same as text */
	struct str host_name;
	struct host *host;
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
	char *user_agent, *ca_file;
	int max_lookups, lookups, per_host;
	struct host *hosts[HOST_BUCKETS];
	struct jobs starting, names, running, failed, spare;
	size_t n_active, n_spare;
};

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
kick(struct wire *wire)
{
	if (ev_is_active(&wire->kick))
		return;
	ev_timer_set(&wire->kick, 0.0, 0.0);
	ev_timer_start(wire->loop, &wire->kick);
}

/* ---- hosts ---- */

static struct host **
host_slot(struct wire *wire, uint64_t hash)
{
	struct host **slot = &wire->hosts[hash % HOST_BUCKETS];

	while (*slot && (*slot)->hash != hash)
		slot = &(*slot)->next;
	return slot;
}

static void
move_to(struct wire_job *job, struct jobs *list, enum stage stage)
{
	job->stage = stage;
	TAILQ_INSERT_TAIL(list, job, link);
}

static void
start_soon(struct wire_job *job)
{
	move_to(job, &job->wire->starting, STAGE_START);
	kick(job->wire);
}

/* Take one of the host's places, or wait for one. */
static void
host_enter(struct wire_job *job)
{
	struct wire *wire = job->wire;
	uint64_t hash = XXH3_64bits(job->host_name.p, job->host_name.n);
	struct host **slot = host_slot(wire, hash);

	if (!*slot) {
		*slot = xcalloc(1, sizeof(**slot));
		(*slot)->hash = hash;
		TAILQ_INIT(&(*slot)->waiting);
	}
	job->host = *slot;
	if (job->host->active >= wire->per_host) {
		move_to(job, &job->host->waiting, STAGE_HOST);
		job->host->n_waiting++;
		return;
	}
	job->host->active++;
	start_soon(job);
}

/* Give the place to the next. */
static void
host_leave(struct wire_job *job)
{
	struct host *host = job->host;
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
		struct host **slot = host_slot(job->wire, host->hash);

		*slot = host->next;
		free(host);
	}
}

/* ---- name look-ups: libcurl makes a thread for each ---- */

static void
lookup_end(struct wire_job *job)
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
		kick(wire);
	}
}

static struct wire_job *
job_of_hop(struct hop *hop)
{
	return (struct wire_job *)((char *)hop - offsetof(struct wire_job, hop));
}

static void
on_resolved(struct hop *hop)
{
	lookup_end(job_of_hop(hop));
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

	lookup_end(job);
	host_leave(job);
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

static struct str
url_part(struct wire_job *job, CURLUPart part, unsigned flags)
{
	char *z = NULL;
	struct str ret = { 0 };

	if (curl_url_get(job->url, part, &z, flags) == CURLUE_OK)
		ret = str_dup(job->arena, str_c(z));
	curl_free(z);
	return ret;
}

static void
job_tell(struct wire_job *job)
{
	struct http_response answer = {
		.fault = job->fault,
		.fault_text = job->fault_text,
		.elapsed_ms = job->started_ms ? monotonic_ms() - job->started_ms : 0,
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
	lookup_end(job);
	host_leave(job); /* so that the callback may ask the same host again */
	done(cookie, &answer);
	job_free(job);
}

static void
job_fail(struct wire_job *job, enum http_fault fault, struct str text)
{
	job->fault = fault;
	job->fault_text = text;
	lookup_end(job);
	host_leave(job);
	move_to(job, &job->wire->failed, STAGE_FAILED);
	kick(job->wire);
}

/* ---- from URL to URL ---- */

static bool
clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

/* Set or follow: url may be relative when job->url is set already. */
static bool
job_set_url(struct wire_job *job, struct str url)
{
	struct str scheme;

	if (url.n == 0 || url.n > WIRE_URL_MAX || !clean(url))
		return false;
	if (!job->url && !(job->url = curl_url()))
		mem_exhausted(0);
	if (curl_url_set(job->url, CURLUPART_URL, str_z(job->arena, url), CURLU_URLENCODE) !=
	    CURLUE_OK)
		return false;
	scheme = url_part(job, CURLUPART_SCHEME, 0);
	return str_eq_c(scheme, "http") || str_eq_c(scheme, "https");
}

/* User and password never stand in a URL that is shown, remembered or redirected from. */
static void
job_strip_url(struct wire_job *job, struct str text)
{
	if (str_find_char(text, '@') == STR_NONE && str_find_char(text, '#') == STR_NONE)
		return;
	curl_url_set(job->url, CURLUPART_USER, NULL, 0);
	curl_url_set(job->url, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(job->url, CURLUPART_FRAGMENT, NULL, 0);
}

static struct str
job_origin(struct wire_job *job)
{
	struct str host = url_part(job, CURLUPART_HOST, 0);
	struct str port = url_part(job, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	return str_fmt(job->arena, "%.*s:%.*s:%.*s", STR_ARG(url_part(job, CURLUPART_SCHEME, 0)),
	    STR_ARG(host), STR_ARG(port));
}

/* job->url is new: to its host, unless that may not be. */
static void
job_go(struct wire_job *job)
{
	enum address_kind kind = ADDRESS_PUBLIC;
	struct str url = job->location = url_part(job, CURLUPART_URL, 0);
	char *lower;

	job->host_name = url_part(job, CURLUPART_HOST, 0);
	lower = str_z(job->arena, job->host_name);
	for (size_t i = 0; i < job->host_name.n; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] + 32);
	job->host_name.p = lower;
	job->is_name = !address_parse(job->host_name, &kind);
	if (kind != ADDRESS_PUBLIC && !job->request.allow_private) {
		job_fail(job, HTTP_FAULT_PRIVATE,
		    str_fmt(job->arena,
			"%.*s is a %s address, and allow-private does not permit it",
			STR_ARG(job->host_name), address_kind_name(kind)));
		return;
	}
	job->seen[job->redirects] = XXH3_64bits(url.p, url.n);
	for (int i = 0; i < job->redirects; i++) {
		if (job->seen[i] == job->seen[job->redirects]) {
			job_fail(job, HTTP_FAULT_REDIRECT, STR("redirects in a circle"));
			return;
		}
	}
	host_enter(job);
}

static bool
is_redirect(const struct wire_job *job)
{
	int status = job->hop.status;

	if (!str_eq_c(job->request.method, "GET") && !str_eq_c(job->request.method, "HEAD"))
		return false;
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* True when the job goes on to another URL, or has failed on the way; false when this is the
 * answer. */
static bool
job_redirect(struct wire_job *job)
{
	struct str to = http_header_find(job->hop.headers, job->hop.n_headers, STR("Location"));
	int max = job->request.max_redirects;
	struct str before;

	if (max > WIRE_REDIRECTS_MAX)
		max = WIRE_REDIRECTS_MAX;
	if (!is_redirect(job) || to.n == 0 || max <= 0)
		return false;
	if (job->redirects >= max) {
		job_fail(
		    job, HTTP_FAULT_REDIRECT, str_fmt(job->arena, "more than %d redirects", max));
		return true;
	}
	before = job_origin(job);
	to = str_dup(job->arena, to);
	host_leave(job);
	if (!job_set_url(job, to)) {
		job_fail(job, HTTP_FAULT_REDIRECT,
		    clean(to) ? str_fmt(job->arena, "redirected to what cannot be asked: %.*s",
				    STR_ARG(str_sub(to, 0, 200)))
			      : STR("redirected to a URL with control characters"));
		return true;
	}
	job_strip_url(job, to);
	job->redirects++;
	if (job->hop.status != 301 && job->hop.status != 308)
		job->moved_broken = true;
	if (!job->moved_broken)
		job->moved_url = url_part(job, CURLUPART_URL, 0);
	if (!str_eq_ci(before, job_origin(job)))
		job->foreign = true;
	job_go(job);
	return true;
}

static void
on_over(CURL *easy, CURLcode code)
{
	char *data = NULL;
	struct wire_job *job;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &data);
	job = (struct wire_job *)(void *)data;
	TAILQ_REMOVE(&job->wire->running, job, link);
	lookup_end(job);
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
		.foreign = job->foreign,
		.tls = str_starts(job->location, STR("https:")),
		.user_agent = wire->user_agent,
		.ca_file = wire->ca_file,
	};

	if (!job->foreign) {
		plan.user = job->user;
		plan.password = job->password;
		plan.bearer = job->request.bearer;
	}
	if (job->started_ms == 0)
		job->started_ms = monotonic_ms();
	plan.timeout_ms = job->request.timeout_ms - (monotonic_ms() - job->started_ms);
	if (job->is_name) {
		job->looking_up = true;
		wire->lookups++;
	}
	hop_prepare(&job->hop, &plan, job);
	if (!lane_add(job_lane(job), job->hop.easy)) {
		job_fail(job, HTTP_FAULT_CONNECT, STR("libcurl does not take the request"));
		return;
	}
	move_to(job, &wire->running, STAGE_RUNNING);
}

static void
on_kick(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct wire *wire = timer->data;
	struct wire_job *job, *last = TAILQ_LAST(&wire->failed, jobs);
	int starts = 0;

	(void)loop;
	(void)events;
	while (starts < STARTS_A_TURN && (job = TAILQ_FIRST(&wire->starting))) {
		TAILQ_REMOVE(&wire->starting, job, link);
		if (job->is_name && wire->lookups >= wire->max_lookups) {
			move_to(job, &wire->names, STAGE_NAME);
			continue;
		}
		job_start(job);
		starts++;
	}
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
		kick(wire);
}

/* ---- what others call ---- */

static bool
request_is_clean(const struct http_request *request)
{
	if (!clean(request->method) || request->method.n == 0)
		return false;
	for (size_t i = 0; i < request->n_headers; i++)
		if (!http_name_ok(request->headers[i].name) ||
		    !http_value_ok(request->headers[i].value))
			return false;
	return clean(request->bearer) && clean(request->user) && clean(request->password) &&
	       clean(request->proxy) && clean(request->ca_file) && clean(request->client_cert) &&
	       clean(request->client_key);
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
	if (!job_set_url(job, request->url)) {
		curl_url_cleanup(job->url);
		job->url = NULL;
		job_fail(
		    job, HTTP_FAULT_URL, STR("this is no http or https URL that can be asked"));
		return job;
	}
	if (job->user.n == 0 && str_find_char(request->url, '@') != STR_NONE) {
		job->user = url_part(job, CURLUPART_USER, CURLU_URLDECODE);
		job->password = url_part(job, CURLUPART_PASSWORD, CURLU_URLDECODE);
	}
	job_strip_url(job, request->url);
	job_go(job);
	return job;
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
	for (size_t i = 0; i < HOST_BUCKETS; i++)
		for (struct host *host = wire->hosts[i]; host; host = host->next)
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
