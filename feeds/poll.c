#include "poll.h"

#include "fresh.h"
#include "mem.h"
#include "url.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define ACCEPT                                                                                     \
	"application/atom+xml, application/rss+xml, application/feed+json, "                       \
	"application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"

#define HARD 1.0
#define SOFT 0.5
#define TEMPORARY 0.25

/* ---- what to ask ---- */

static uint64_t
url_hash(const struct feed *feed)
{
	uint64_t hash = XXH3_64bits(feed->url.p, feed->url.n);

	return hash ? hash : 1;
}

/* What is remembered was learnt from the URL that is configured now. */
static bool
same_url(const struct feed *feed, const struct feed_state *state)
{
	return state->asked_hash == url_hash(feed);
}

bool
poll_is_recheck(const struct feed_state *state, int64_t now_s)
{
	return state->etag.n + state->last_modified.n > 0 && state->unconditional_s <= now_s;
}

bool
poll_is_moved(const struct feed_state *state)
{
	return state->moved_url.n > 0 && state->moved_count >= POLL_MOVED_COUNT &&
	       state->last_ok_s - state->moved_since_s >= POLL_MOVED_AFTER_S;
}

struct headers {
	struct arena *arena;
	struct http_header *v;
	size_t n, cap;
};

/* The user's own header wins over ours. */
static void
add_header(struct headers *h, const struct feed *feed, struct str name, struct str value)
{
	if (value.n == 0 ||
	    http_header_find(feed->rules->headers.v, feed->rules->headers.n, name).p)
		return;
	*ARENA_PUSH(h->arena, h->v, h->n, h->cap) = (struct http_header){ name, value };
}

void
poll_request(const struct feed *feed, const struct feed_state *state, int64_t now_s,
    struct arena *arena, struct http_request *ret)
{
	struct headers h = { .arena = arena };
	bool known = same_url(feed, state), recheck = known && poll_is_recheck(state, now_s), home;
	/* The re-check goes by the configured address: is it still redirected? */
	struct str url = known && poll_is_moved(state) && !recheck ? state->moved_url : feed->url;

	add_header(&h, feed, STR("Accept"), STR(ACCEPT));
	if (known && !recheck && state->distrust_until_s <= now_s) {
		add_header(&h, feed, STR("If-None-Match"), state->etag);
		add_header(&h, feed, STR("If-Modified-Since"), state->last_modified);
		if (state->etag.n > 0)
			add_header(&h, feed, STR("A-IM"), STR("feed"));
	}
	add_header(&h, feed, STR("User-Agent"), feed->rules->user_agent);
	/* What moved is a stranger, as it is behind a redirect: the secrets stay at home. */
	home = str_eq(url, feed->url) || url_same_origin(feed->url, url, arena);
	if (home)
		add_header(&h, feed, STR("Cookie"), feed->rules->cookie.text);
	for (size_t i = 0; i < feed->rules->headers.n; i++)
		if (home || http_name_harmless(feed->rules->headers.v[i].name))
			*ARENA_PUSH(arena, h.v, h.n, h.cap) = feed->rules->headers.v[i];
	*ret = (struct http_request){
		.method = STR("GET"),
		.url = url,
		.headers = h.v,
		.n_headers = h.n,
		.max_body = (size_t)feed->rules->max_size,
		.timeout_ms = feed->rules->timeout_s * 1000,
		.max_redirects = POLL_REDIRECTS,
		.allow_private = feed->rules->allow_private,
		.proxy = feed->rules->proxy,
		.ca_file = feed->rules->ca_file,
	};
	if (home) {
		ret->user = feed->rules->user;
		ret->password = feed->rules->password.text;
		ret->bearer = feed->rules->bearer.text;
		ret->client_cert = feed->rules->client_cert;
		ret->client_key = feed->rules->client_key;
	}
}

/* ---- what an answer means ---- */

static const struct {
	enum http_fault fault;
	double weight;
	bool network;
} faults[] = {
	{ HTTP_FAULT_URL, HARD, false },
	{ HTTP_FAULT_DNS, HARD, true },
	{ HTTP_FAULT_DNS_TEMPORARY, TEMPORARY, true },
	{ HTTP_FAULT_CONNECT, SOFT, true },
	{ HTTP_FAULT_PRIVATE, HARD, false },
	{ HTTP_FAULT_TLS, HARD, false },
	{ HTTP_FAULT_TIMEOUT, SOFT, true },
	{ HTTP_FAULT_TOO_BIG, HARD, false },
	{ HTTP_FAULT_REDIRECT, HARD, false },
	{ HTTP_FAULT_PROTOCOL, SOFT, false },
	{ HTTP_FAULT_LOCAL, HARD, false },
};

#define NOWHERE "moved, and it does not say where to"
static const struct {
	int status;
	double weight;
	const char *words;
} statuses[] = {
	{ 204, SOFT, "no document" },
	{ 301, HARD, NOWHERE },
	{ 302, HARD, NOWHERE },
	{ 303, HARD, NOWHERE },
	{ 307, HARD, NOWHERE },
	{ 308, HARD, NOWHERE },
	{ 400, HARD, "it does not understand the request" },
	{ 401, HARD, "it wants a password" },
	{ 402, HARD, "it wants money" },
	{ 403, HARD, "it refuses us" },
	{ 404, HARD, "not found" },
	{ 406, HARD, "it has nothing that we can read" },
	{ 408, SOFT, "it waited too long" },
	{ 410, HARD, "gone for good" },
	{ 425, SOFT, "too early" },
	{ 429, TEMPORARY, "too many requests" },
	{ 451, HARD, "not available for legal reasons" },
	{ 500, SOFT, "error in the server" },
	{ 502, SOFT, "error behind the server" },
	{ 503, SOFT, "not available now" },
	{ 504, SOFT, "no answer behind the server" },
};

static void
judge_fault(const struct http_response *response, struct poll_answer *ret)
{
	ret->verdict = POLL_FAILED;
	ret->why = response->fault_text;
	ret->weight = SOFT;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		if (faults[i].fault == response->fault) {
			ret->weight = faults[i].weight;
			ret->network = faults[i].network;
		}
	}
}

/* An answer that is no success: whatever time it names binds, also on errors. */
static void
judge_refusal(const struct http_response *response, int64_t now_s, struct arena *arena,
    struct poll_answer *ret)
{
	const char *words = NULL;
	int64_t fresh_s;

	ret->verdict = POLL_FAILED;
	ret->weight = ret->status / 100 == 4 || ret->status / 100 == 3 ? HARD : SOFT;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		if (statuses[i].status == ret->status) {
			ret->weight = statuses[i].weight;
			words = statuses[i].words;
		}
	}
	ret->why = words ? str_fmt(arena, "the server says %d: %s", ret->status, words)
			 : str_fmt(arena, "the server says %d", ret->status);
	ret->wait_s = fresh_retry_s(response->headers, response->n_headers, now_s);
	ret->wait_why = POLL_REASON_RETRY;
	fresh_s = fresh_for_s(response->headers, response->n_headers, now_s);
	if (ret->wait_s == FRESH_NONE && fresh_s > 0) {
		ret->wait_s = fresh_s;
		ret->wait_why = POLL_REASON_MAX_AGE;
	}
	if (ret->wait_s > POLL_RETRY_MAX_S)
		ret->wait_s = POLL_RETRY_MAX_S;
	if (ret->status == 410)
		ret->verdict = POLL_GONE;
	if (ret->status == 429 || (ret->status == 503 && ret->wait_s != FRESH_NONE))
		ret->verdict = POLL_LIMITED;
	ret->host_wide = ret->status == 429;
}

static struct str
validator(const struct http_response *response, struct str name)
{
	struct str value = http_header_find(response->headers, response->n_headers, name);

	return value.n <= FEED_VALIDATOR_MAX && http_value_ok(value) ? value : (struct str){ 0 };
}

static void
judge_success(const struct feed *feed, const struct feed_state *state,
    const struct http_response *response, int64_t now_s, struct poll_answer *ret)
{
	bool known = same_url(feed, state);

	ret->verdict = POLL_UNCHANGED;
	ret->etag = validator(response, STR("ETag"));
	ret->last_modified = validator(response, STR("Last-Modified"));
	ret->moved_url = response->moved_url;
	ret->wait_s = fresh_for_s(response->headers, response->n_headers, now_s);
	ret->wait_why = POLL_REASON_MAX_AGE;
	if (ret->wait_s > POLL_FRESH_MAX_S)
		ret->wait_s = POLL_FRESH_MAX_S;
	if (ret->status == 304)
		return;
	ret->replace_all = true;
	ret->delta = ret->status == 226;
	ret->body_hash = XXH3_64bits(response->body.p, response->body.n);
	if (ret->body_hash == 0)
		ret->body_hash = 1;
	if (known && ret->body_hash == state->body_hash)
		return;
	ret->verdict = POLL_FRESH;
	/* The validators that we did not send would have been answered with 304. */
	ret->frozen = ret->recheck && ret->etag.n + ret->last_modified.n > 0 &&
		      str_eq(ret->etag, state->etag) &&
		      str_eq(ret->last_modified, state->last_modified);
}

void
poll_judge(const struct feed *feed, const struct feed_state *state,
    const struct http_request *request, const struct http_response *response, int64_t now_s,
    struct arena *arena, struct poll_answer *ret)
{
	int status = response->status;

	*ret = (struct poll_answer){ .status = status, .wait_s = FRESH_NONE };
	ret->conditional =
	    http_header_find(request->headers, request->n_headers, STR("If-None-Match")).n > 0 ||
	    http_header_find(request->headers, request->n_headers, STR("If-Modified-Since")).n > 0;
	ret->recheck = !ret->conditional && same_url(feed, state) &&
		       state->etag.n + state->last_modified.n > 0;
	ret->asked_moved = !str_eq(request->url, feed->url);
	if (status == 0) {
		judge_fault(response, ret);
	} else if (status == 304 && !ret->conditional) {
		judge_refusal(response, now_s, arena, ret);
		ret->why = STR("the server says 304 to a request that was not conditional");
	} else if (status == 200 || status == 203 || status == 304 ||
		   (status == 226 && ret->conditional)) {
		judge_success(feed, state, response, now_s, ret);
	} else {
		judge_refusal(response, now_s, arena, ret);
	}
}
