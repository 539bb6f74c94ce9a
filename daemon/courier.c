#include "courier.h"

#include "log.h"
#include "mailer.h"
#include "mem.h"
#include "retry.h"
#include "store_delivery.h"
#include "store_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define REFUSALS_MAX 2        /* a message that its receiver refused so often is a dead letter */
#define LANE_SLEEP_MAX_S 60.0 /* a lane looks again at least so often, whatever it believes */

/* At most this many messages of a channel are under way at once. */
static const size_t carrier_width[] = {
	[CARRIER_PRINT] = 64, [CARRIER_HTTP] = 4, [CARRIER_MAIL] = 4, /* one at the server, the
									 others rendered and waiting
								       */
};

/* One channel and its receiver: isolated, so that a dead one delays no other. */
struct lane {
	struct courier *courier;
	char *name;
	const struct channel
	    *channel; /* of the configuration in force; NULL: no longer configured */
	struct breaker breaker;
	bool gone; /* the receiver asked us to stop: until the next configuration */
	bool told; /* that it fails */
	struct mailer *mailer;
	ev_timer wake;
	struct flight *flights;
	size_t n_flights;
	struct lane *next;
};

/* One message under way. */
struct flight {
	struct lane *lane;
	struct config *config; /* the one it was begun by, and its channel there */
	const struct channel *channel;
	struct arena *arena;
	struct owed owed;
	struct alert *alerts; /* one, or those of a bundle */
	size_t n_alerts;
	struct message message;
	struct wire_job *job;
	int64_t started_s;
	struct ledger_attempt attempt;
	bool answered;
	struct flight *next;
};

struct courier {
	struct courier_options options;
	struct config *config;
	struct lane *lanes;
	bool stopped;
};

static void pump(struct lane *lane);
static void lane_free(struct lane *lane);

static int64_t
now_s(const struct lane *lane)
{
	return (int64_t)ev_now(lane->courier->options.loop);
}

static uint32_t
chance(void)
{
	uint32_t v = 0;

	if (getrandom(&v, sizeof(v), 0) != (ssize_t)sizeof(v))
		v = (uint32_t)getpid();
	return v;
}

/* ---- a lane's clock ---- */

static void
sleep_until(struct lane *lane, int64_t at_s)
{
	struct ev_loop *loop = lane->courier->options.loop;
	double wait = (double)at_s - ev_now(loop);

	ev_timer_stop(loop, &lane->wake);
	if (wait < 0)
		wait = 0;
	if (wait > LANE_SLEEP_MAX_S)
		wait = LANE_SLEEP_MAX_S;
	ev_timer_set(&lane->wake, wait, 0.0);
	ev_timer_start(loop, &lane->wake);
}

static void
on_wake(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	pump(timer->data);
}

/* ---- the end of a flight ---- */

static void
flight_free(struct flight *f)
{
	struct lane *lane = f->lane;

	for (struct flight **at = &lane->flights; *at; at = &(*at)->next)
		if (*at == f) {
			*at = f->next;
			lane->n_flights--;
			break;
		}
	wire_cancel(f->job);
	config_unref(f->config);
	arena_free(f->arena);
	free(f);
}

static void
on_written(void *cookie)
{
	struct flight *f = cookie;
	struct lane *lane = f->lane;

	flight_free(f);
	if (lane->channel)
		pump(lane);
	else if (lane->n_flights == 0)
		lane_free(lane);
}

static const char *
verdict_event(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_DELIVERED:
		return "delivered";
	case VERDICT_RETRY:
		return "delivery-retry";
	case VERDICT_POISON:
		return "delivery-refused";
	case VERDICT_MISCONFIGURED:
		return "channel-refuses";
	case VERDICT_GONE:
		return "channel-gone";
	}
	return "";
}

/* Where the delivery stands after this verdict. */
static void
decide(struct flight *f, struct verdict verdict, struct attempt_done *done)
{
	int tries = (int)f->owed.attempts + 1;

	done->state = DELIVERY_PENDING;
	done->next_try_s = retry_at(done->at_s, tries, chance());
	if (verdict.not_before_s > done->next_try_s)
		done->next_try_s = verdict.not_before_s;
	switch (verdict.kind) {
	case VERDICT_DELIVERED:
		done->state = DELIVERY_DONE;
		break;
	case VERDICT_POISON:
		done->refused = true;
		if (f->owed.refusals + 1 >= REFUSALS_MAX)
			done->state = DELIVERY_DEAD;
		break;
	case VERDICT_RETRY:
	case VERDICT_MISCONFIGURED:
	case VERDICT_GONE:
		break;
	}
	if (done->state == DELIVERY_PENDING &&
	    retry_is_over(f->owed.since_s, done->at_s, f->config->main.give_up_s))
		done->state = DELIVERY_DEAD;
}

static void
tell(struct flight *f, struct verdict verdict, const struct attempt_done *done)
{
	struct lane *lane = f->lane;
	/* what was printed stands there already */
	enum log_level level =
	    f->channel->type->carrier == CARRIER_PRINT ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;

	if (verdict.kind != VERDICT_DELIVERED) {
		/* the first failure and the last word are for the operator, the tries between are
		 * not */
		level = lane->told ? LOG_LEVEL_INFO : LOG_LEVEL_WARN;
		if (done->state == DELIVERY_DEAD || verdict.kind == VERDICT_MISCONFIGURED ||
		    verdict.kind == VERDICT_GONE)
			level = LOG_LEVEL_ERROR;
	}
	lane->told = verdict.kind != VERDICT_DELIVERED;
	log_write(level,
	    done->state == DELIVERY_DEAD ? "delivery-dead" : verdict_event(verdict.kind),
	    LOG_FIELDS({ "channel", str_c(lane->name) }, { "delivery", f->owed.id },
		{ "alert",
		    f->owed.kind == BUNDLE_SINGLE && f->n_alerts ? f->alerts[0].id : STR("") },
		{ "alerts", f->n_alerts > 1 ? log_number((int64_t)f->n_alerts) : STR("") },
		{ "code", done->code ? log_number(done->code) : STR("") }),
	    "%.*s%s", STR_ARG(done->text),
	    done->state == DELIVERY_DEAD      ? ": kept as a dead letter"
	    : done->state == DELIVERY_PENDING ? ": still owed, tried again"
					      : "");
}

/* The attempt is over: what it means for the delivery is written. */
static void
settle(struct flight *f, struct verdict verdict, const struct answer *answer, int64_t elapsed_ms)
{
	struct lane *lane = f->lane;
	struct attempt_done *done = &f->attempt.done;

	f->answered = true;
	*done = (struct attempt_done){
		.delivery = f->owed.id,
		.at_s = now_s(lane),
		.elapsed_ms = elapsed_ms,
		.code = answer->code,
		.text = str_dup(f->arena, answer->text),
	};
	decide(f, verdict, done);
	tell(f, verdict, done);
	f->attempt.settled = on_written;
	f->attempt.cookie = f;
	ledger_add_attempt(lane->courier->options.ledger, &f->attempt);
}

/* The receiver is back: what waited because it was away need not wait any longer. */
static void
release(struct lane *lane)
{
	struct err e;

	log_write(LOG_LEVEL_INFO, "channel-back", LOG_FIELDS({ "channel", str_c(lane->name) }),
	    "the receiver accepts messages again");
	if (!store_release(lane->courier->options.store, str_c(lane->name), now_s(lane), &e))
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0,
		    "%s: what waits for channel %s is tried at its own time", e.text, lane->name);
}

static void
on_answer(struct flight *f, const struct answer *answer, int64_t elapsed_ms)
{
	struct lane *lane = f->lane;
	struct verdict verdict = f->channel->type->judge(f->channel, answer, now_s(lane));

	if (breaker_answer(&lane->breaker, verdict, answer->code != 0, now_s(lane)))
		release(lane);
	if (verdict.kind == VERDICT_GONE)
		lane->gone = true;
	settle(f, verdict, answer, elapsed_ms);
}

/* ---- carriers ---- */

static void
on_http(void *cookie, const struct http_response *response)
{
	struct flight *f = cookie;
	struct answer answer = {
		.code = response->status,
		.text = response->fault_text,
		.headers = response->headers,
		.n_headers = response->n_headers,
		.body = response->body,
	};
	struct str rest;

	f->job = NULL;
	if (response->status) {
		str_cut(str_sub(str_trim(response->body), 0, 200), '\n', &answer.text, &rest);
		answer.text = str_fmt(f->arena, "HTTP %d%s%.*s", response->status,
		    answer.text.n ? ": " : "", STR_ARG(answer.text));
	}
	on_answer(f, &answer, response->elapsed_ms);
}

static void
on_mail(void *cookie, const struct answer *answer, int64_t elapsed_ms)
{
	on_answer(cookie, answer, elapsed_ms);
}

static void
print(struct flight *f)
{
	struct str rest = f->message.print;
	struct answer answer = { .code = 200, .text = STR("printed") };

	while (rest.n) {
		ssize_t k = write(STDOUT_FILENO, rest.p, rest.n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			answer = (struct answer){ .text = str_c(strerror(errno)) };
			break;
		}
		rest = str_sub(rest, (size_t)k, rest.n);
	}
	on_answer(f, &answer, 0);
}

static void
send_flight(struct flight *f)
{
	struct courier *c = f->lane->courier;

	switch (f->message.carrier) {
	case CARRIER_PRINT:
		print(f);
		break;
	case CARRIER_HTTP:
		f->job = wire_fetch(c->options.wire, &f->message.http, on_http, f);
		break;
	case CARRIER_MAIL:
		mailer_send(f->lane->mailer, &f->message.mail, on_mail, f);
		break;
	}
}

/* ---- a lane ---- */

static bool
is_flying(const struct lane *lane, struct str id)
{
	for (const struct flight *f = lane->flights; f; f = f->next)
		if (str_eq(f->owed.id, id))
			return true;
	return false;
}

/* The alerts of a delivery; those of a bundle are fixed from here on. */
static bool
read_alerts(struct flight *f, struct err *e)
{
	struct store *store = f->lane->courier->options.store;
	struct str_list facts = { &f->owed.facts, 1 };

	if (f->owed.kind != BUNDLE_SINGLE && !store_freeze(store, f->owed.id, f->arena, &facts, e))
		return false;
	f->alerts = ARENA_ARRAY(f->arena, struct alert, facts.n);
	for (; f->n_alerts < facts.n; f->n_alerts++)
		if (!alert_from_json(facts.v[f->n_alerts], f->arena, &f->alerts[f->n_alerts], e))
			return false;
	return f->n_alerts || err_set(e, ERR_INPUT, "a delivery without an alert");
}

static bool
render(struct flight *f, struct err *e)
{
	const struct courier *c = f->lane->courier;
	const struct send_context context = {
		.delivery_id = f->owed.id,
		.now_s = now_s(f->lane),
		.colour = c->options.terminal,
		.zone = f->config->zone,
	};
	const struct bundle bundle = {
		.kind = f->owed.kind,
		.route = f->owed.route,
		.due_s = f->owed.due_s,
		.alerts = f->alerts,
		.n = f->n_alerts,
	};

	if (f->owed.kind == BUNDLE_SINGLE)
		return f->channel->type->render(
		    f->channel, f->alerts, &context, f->arena, &f->message, e);
	return bundle_render(f->channel, &bundle, &context, f->arena, &f->message, e);
}

/*
 * What cannot be rendered is poison, and says nothing of the receiver.  False when the database
 * cannot be written: then nothing was sent.
 */
static bool
launch(struct lane *lane, const struct owed *owed)
{
	struct courier *c = lane->courier;
	struct flight *f = xcalloc(1, sizeof(*f));
	struct err e = { 0 };

	f->lane = lane;
	f->config = config_ref(c->config);
	f->channel = lane->channel;
	f->arena = arena_new();
	f->owed = *owed;
	f->owed.id = str_dup(f->arena, owed->id);
	f->owed.facts = str_dup(f->arena, owed->facts);
	f->owed.route = str_dup(f->arena, owed->route);
	f->next = lane->flights;
	lane->flights = f;
	lane->n_flights++;
	if (read_alerts(f, &e) && render(f, &e)) {
		send_flight(f);
	} else if (e.kind == ERR_SYSTEM) {
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0, "%s", e.text);
		flight_free(f);
		return false;
	} else {
		settle(f, (struct verdict){ VERDICT_POISON, 0 },
		    &(struct answer){ .text = str_c(e.text) }, 0);
	}
	return true;
}

/* Nothing goes out now.  waits: something would, if the breaker allowed it. */
static void
rest(struct lane *lane, bool waits)
{
	int64_t next = now_s(lane), allowed = breaker_next(&lane->breaker, next);
	struct err e;

	if (!waits && !store_next_try(lane->courier->options.store, lane->channel->name, &next, &e))
		next += (int64_t)LEDGER_RETRY_S;
	if (next != INT64_MAX)
		sleep_until(lane, next > allowed ? next : allowed);
}

static void
pump(struct lane *lane)
{
	struct courier *c = lane->courier;
	struct arena *arena;
	struct owed *owed;
	size_t n, width;
	struct err e;

	if (c->stopped || lane->gone || !lane->channel)
		return;
	width = carrier_width[lane->channel->type->carrier];
	if (lane->n_flights >= width)
		return;
	if (breaker_is_open(&lane->breaker) && lane->n_flights)
		return; /* one probe at a time */
	arena = arena_new();
	if (!store_owed(c->options.store, lane->channel->name, now_s(lane),
		breaker_is_open(&lane->breaker), width + lane->n_flights, arena, &owed, &n, &e)) {
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0, "%s", e.text);
		sleep_until(lane, now_s(lane) + (int64_t)LEDGER_RETRY_S);
		arena_free(arena);
		return;
	}
	for (size_t i = 0; i < n && lane->n_flights < width; i++)
		if (!is_flying(lane, owed[i].id)) {
			if (!breaker_allow(&lane->breaker, now_s(lane)))
				break;
			if (!launch(lane, &owed[i])) {
				sleep_until(lane, now_s(lane) + (int64_t)LEDGER_RETRY_S);
				arena_free(arena);
				return;
			}
		}
	arena_free(arena);
	if (lane->n_flights == 0)
		rest(lane, n > 0);
}

/* The lane serves this channel from now on. */
static void
lane_configure(struct lane *lane, const struct channel *channel)
{
	struct err e;

	lane->channel = channel;
	lane->gone = false;
	if (channel->type->carrier != CARRIER_MAIL || lane->mailer)
		return;
	lane->mailer = mailer_new(lane->courier->options.loop, &e);
	if (!lane->mailer) { /* no thread to be had: the supervisor starts us anew */
		log_write(LOG_LEVEL_CRIT, "mailer-failed", LOG_FIELDS({ "channel", channel->name }),
		    "%s", e.text);
		abort();
	}
}

static struct lane *
lane_new(struct courier *c, struct str name)
{
	struct lane *lane = xcalloc(1, sizeof(*lane));

	lane->courier = c;
	lane->name = xmalloc(name.n + 1);
	memcpy(lane->name, name.p, name.n);
	lane->name[name.n] = '\0';
	ev_init(&lane->wake, on_wake);
	lane->wake.data = lane;
	lane->next = c->lanes;
	c->lanes = lane;
	return lane;
}

static void
lane_free(struct lane *lane)
{
	for (struct lane **at = &lane->courier->lanes; *at; at = &(*at)->next)
		if (*at == lane) {
			*at = lane->next;
			break;
		}
	ev_timer_stop(lane->courier->options.loop, &lane->wake);
	mailer_free(lane->mailer); /* before the messages it borrows */
	while (lane->flights)
		flight_free(lane->flights);
	free(lane->name);
	free(lane);
}

static struct lane *
find_lane(struct courier *c, struct str name)
{
	for (struct lane *lane = c->lanes; lane; lane = lane->next)
		if (str_eq_c(name, lane->name))
			return lane;
	return NULL;
}

/* ---- the courier ---- */

struct courier *
courier_new(const struct courier_options *options)
{
	struct courier *c = xcalloc(1, sizeof(*c));

	c->options = *options;
	return c;
}

void
courier_free(struct courier *c)
{
	if (!c)
		return;
	while (c->lanes)
		lane_free(c->lanes);
	config_unref(c->config);
	free(c);
}

/* Owed to a channel that is no longer configured: said, kept, never dropped. */
static void
report_orphans(struct courier *c)
{
	struct arena *arena = arena_new();
	struct str_list names;
	struct err e;

	if (!store_pending_channels(c->options.store, arena, &names, &e))
		names.n = 0;
	for (size_t i = 0; i < names.n; i++) {
		const struct lane *lane = find_lane(c, names.v[i]);

		if (!lane || !lane->channel)
			log_write(LOG_LEVEL_WARN, "channel-missing",
			    LOG_FIELDS({ "channel", names.v[i] }),
			    "alerts are owed to a channel that is not configured; they are kept "
			    "until it is");
	}
	arena_free(arena);
}

void
courier_configure(struct courier *c, struct config *config)
{
	struct config *before = c->config;

	c->config = config_ref(config);
	for (struct lane *lane = c->lanes; lane; lane = lane->next)
		lane->channel = NULL;
	for (size_t i = 0; i < config->n_channels; i++) {
		struct lane *lane = find_lane(c, config->channels[i].name);

		if (!lane)
			lane = lane_new(c, config->channels[i].name);
		lane_configure(lane, &config->channels[i]);
	}
	for (struct lane *lane = c->lanes, *next; lane; lane = next) {
		next = lane->next;
		if (!lane->channel && lane->n_flights == 0)
			lane_free(lane);
	}
	config_unref(before);
	report_orphans(c);
	courier_wake(c);
}

void
courier_wake(struct courier *c)
{
	for (struct lane *lane = c->lanes; lane; lane = lane->next)
		if (lane->channel &&
		    !(ev_is_active(&lane->wake) && breaker_is_open(&lane->breaker)))
			sleep_until(lane, now_s(lane));
}

void
courier_stop(struct courier *c)
{
	c->stopped = true;
}

size_t
courier_active(const struct courier *c)
{
	size_t n = 0;

	for (const struct lane *lane = c->lanes; lane; lane = lane->next)
		for (const struct flight *f = lane->flights; f; f = f->next)
			n += !f->answered;
	return n;
}
