#include "distress.h"

#include "carry.h"
#include "log.h"
#include "mem.h"
#include "operator.h"

#include <stdlib.h>

/* One channel that is to be told. */
struct call {
	struct distress *distress;
	const struct channel *channel;
	struct message message;
	struct carry *carry; /* or NULL */
	bool under_way, over;
	struct call *next;
};

struct distress {
	struct ev_loop *loop;
	struct carriers carriers;
	char secret[32];
	ev_timer timer;
	/* of the failure that is told; arena NULL: none */
	struct arena *arena;
	struct config *config;
	struct call *calls;
	int64_t since_s;
};

static void
on_answer(void *cookie, const struct answer *answer, int64_t elapsed_ms)
{
	struct call *call = cookie;
	enum verdict_kind kind =
	    call->channel->type->judge(call->channel, answer, (int64_t)ev_now(call->distress->loop))
		.kind;

	(void)elapsed_ms;
	call->carry = NULL;
	call->under_way = false;
	call->over = kind != VERDICT_RETRY;
	log_write(kind == VERDICT_DELIVERED ? LOG_LEVEL_NOTICE : LOG_LEVEL_ERROR,
	    kind == VERDICT_DELIVERED ? "distress-told" : "distress-not-told",
	    LOG_FIELDS({ "channel", call->channel->name }), "%.*s", STR_ARG(answer->text));
}

static void
try_all(struct distress *d)
{
	for (struct call *call = d->calls; call; call = call->next) {
		struct carry *carry;

		if (call->under_way || call->over)
			continue;
		if (call->message.carrier == CARRIER_MAIL && !d->carriers.mailer &&
		    !(d->carriers.mailer = mailer_new(d->loop, &(struct err){ 0 })))
			continue; /* with the next try */
		call->under_way = true;
		carry = carry_begin(&d->carriers, &call->message, on_answer, call);
		if (call->under_way)
			call->carry = carry;
	}
}

static void
on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	try_all(timer->data);
}

static void
add_call(struct distress *d, const struct channel *channel, const struct alert *alert)
{
	const struct send_context context = {
		.delivery_id = delivery_id(
		    str_n(d->secret, sizeof(d->secret)), alert->id, channel->name, d->arena),
		.now_s = alert->created_s,
		.zone = d->config->zone,
	};
	const struct telling telling = { .alert = alert };
	struct call *call = ARENA_ARRAY(d->arena, struct call, 1);
	struct err e;

	*call = (struct call){ .distress = d, .channel = channel, .next = d->calls };
	if (channel->type->render(channel, &telling, &context, d->arena, &call->message, &e))
		d->calls = call;
	else
		log_write(LOG_LEVEL_ERROR, "distress-not-told",
		    LOG_FIELDS({ "channel", channel->name }), "%s", e.text);
}

void
distress_begin(struct distress *d, struct config *config, struct str text)
{
	struct alert alert = {
		.kind = ALERT_OPERATOR,
		.watch = STR(ALERT_OPERATOR_WATCH),
		.severity = SEVERITY_CRITICAL,
		.published_s = DATE_NONE,
		.seen_s = (int64_t)ev_now(d->loop),
		.created_s = (int64_t)ev_now(d->loop),
	};
	const struct alert_identity identity = {
		.secret = str_n(d->secret, sizeof(d->secret)),
		.watch = alert.watch,
		.item_id = STR("store-failed"),
		.revision = alert.created_s / OPERATOR_EVERY_S,
	};

	if (d->arena)
		return;
	d->arena = arena_new();
	d->config = config_ref(config);
	d->since_s = alert.created_s;
	alert.id = alert_id(&identity, d->arena);
	alert.title = str_dup(d->arena, text);
	for (size_t i = 0; i < config->n_channels; i++)
		for (size_t k = 0; k < config->health_to.n; k++)
			if (str_eq(config->channels[i].name, config->health_to.v[k]))
				add_call(d, &config->channels[i], &alert);
	ev_timer_set(&d->timer, 0.0, DISTRESS_EVERY_S);
	ev_timer_start(d->loop, &d->timer);
}

int64_t
distress_end(struct distress *d)
{
	int64_t lasted_s = (int64_t)ev_now(d->loop) - d->since_s;

	if (!d->arena)
		return 0;
	ev_timer_stop(d->loop, &d->timer);
	mailer_free(d->carriers.mailer); /* first: a mail cannot be called back */
	d->carriers.mailer = NULL;
	for (struct call *call = d->calls; call; call = call->next)
		carry_cancel(call->carry);
	d->calls = NULL;
	config_unref(d->config);
	d->config = NULL;
	arena_free(d->arena);
	d->arena = NULL;
	return lasted_s > 0 ? lasted_s : 1;
}

struct distress *
distress_new(struct ev_loop *loop, struct wire *wire, struct str secret)
{
	struct distress *d = xcalloc(1, sizeof(*d));

	d->loop = loop;
	d->carriers = (struct carriers){ .loop = loop, .wire = wire };
	if (secret.n == sizeof(d->secret))
		memcpy(d->secret, secret.p, secret.n);
	ev_init(&d->timer, on_timer);
	d->timer.data = d;
	return d;
}

void
distress_free(struct distress *d)
{
	if (!d)
		return;
	distress_end(d);
	explicit_bzero(d->secret, sizeof(d->secret));
	free(d);
}
