/*
 * One feed that is polled over simulated time: what a server says goes in, the feed's state and
 * what the operator is told come out.
 */
#ifndef TESTS_POLL_SIM_H
#define TESTS_POLL_SIM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fresh.h"
#include "health.h"
#include "mem.h"
#include "poll.h"

#define START ((int64_t)1788249600) /* Tuesday, 2026-09-01 08:00 UTC */
#define MIN ((int64_t)60)
#define HOUR ((int64_t)3600)
#define DAY ((int64_t)86400)

/* One feed, its state and the time. */
struct sim {
	struct arena *arena;
	struct feed_section section;
	struct feed feed;
	struct feed_state state;
	struct http_request request; /* the last one */
	struct poll_answer answer;
	int64_t now;
	uint32_t jitter;
	int *told; /* by enum health_kind, or NULL */
};

static inline void
sim_init(struct sim *sim)
{
	*sim = (struct sim){ .arena = arena_new(), .now = START };
	feed_init(&sim->section);
	sim->feed.rules = &sim->section.rules;
	sim->feed.name = STR("deftech");
	sim->feed.url = STR("https://deftech.example/feed");
}

static inline void
sim_free(struct sim *sim)
{
	arena_free(sim->arena);
}

/* What the server of a simulated poll says; headers are "Name: value" lines. */
struct says {
	int status;
	const char *headers;
	const char *body;
	const char *moved_url;
	enum http_fault fault;
};

/* What the parser and the store made of it. */
struct made {
	enum poll_result result;
	size_t n_items, n_new;
	int64_t date; /* of all new items, 0 = none */
	bool gap, churn;
	struct feed_hints hints;
};

static inline struct http_response
response_of(struct sim *sim, const struct says *says)
{
	struct http_response ret = { .status = says->status, .fault = says->fault };
	struct str lines = str_c(says->headers), line;
	struct http_header *v = NULL;
	size_t cap = 0;

	while (lines.n > 0) {
		struct http_header h;

		str_cut(lines, '\n', &line, &lines);
		str_cut(line, ':', &h.name, &h.value);
		h.value = str_trim(h.value);
		*ARENA_PUSH(sim->arena, v, ret.n_headers, cap) = h;
	}
	ret.headers = v;
	ret.body = str_c(says->body);
	ret.moved_url = str_c(says->moved_url);
	if (says->fault)
		ret.fault_text = STR("it went wrong");
	return ret;
}

/* Ask now; the time does not move. */
static inline void
sim_poll(struct sim *sim, const struct says *says, const struct made *made)
{
	struct http_response response = response_of(sim, says);
	struct poll_found found = { 0 };
	struct health_told told[HEALTH_TOLD_MAX];
	struct feed_state before;
	int64_t *dates;
	size_t n;

	poll_request(&sim->feed, &sim->state, sim->now, sim->arena, &sim->request);
	poll_judge(
	    &sim->feed, &sim->state, &sim->request, &response, sim->now, sim->arena, &sim->answer);
	if (sim->answer.verdict == POLL_FRESH) {
		dates = ARENA_ARRAY(sim->arena, int64_t, made->n_new);
		for (size_t i = 0; i < made->n_new; i++)
			dates[i] = made->date ? made->date : DATE_NONE;
		found = (struct poll_found){ .result = made->result,
			.n_items = made->n_items,
			.n_new = made->n_new,
			.new_dates = dates,
			.gap = made->gap,
			.churn = made->churn,
			.hints = made->hints,
			.error = STR("an HTML page") };
	}
	before = sim->state;
	sim->state =
	    poll_next(&sim->feed, &sim->state, &sim->answer, &found, sim->now, sim->jitter);
	n = health_tell(&sim->feed, &before, &sim->state, sim->now, sim->arena, told);
	for (size_t i = 0; sim->told && i < n; i++)
		sim->told[told[i].kind]++;
}

static inline void
ok(struct sim *sim, const char *headers, const char *body, size_t n_new)
{
	sim_poll(sim, &(struct says){ .status = 200, .headers = headers, .body = body },
	    &(struct made){ .n_items = 20, .n_new = n_new });
}

static inline void
say(struct sim *sim, int status, const char *headers)
{
	sim_poll(sim, &(struct says){ .status = status, .headers = headers, .body = "" },
	    &(struct made){ 0 });
}

static inline struct str
sent(const struct sim *sim, const char *name)
{
	return http_header_find(sim->request.headers, sim->request.n_headers, str_c(name));
}

static inline void
assert_str(struct str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("'%.*s', want '%s'", STR_ARG(got), want);
}

static inline int64_t
wait_of(const struct sim *sim)
{
	return sim->state.next_due_s - sim->now;
}

#endif
