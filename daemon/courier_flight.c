#include "courier_inside.h"

#include "log.h"
#include "mem.h"
#include "store_bundle.h"
#include "store_delivery.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

/* What is rendered may hold a token: wiped. */
static struct arena *
arena_take(struct desk *desk)
{
	return desk->n_spares ? desk->spares[--desk->n_spares] : arena_new_wiped();
}

static void
arena_give(struct desk *desk, struct arena *arena)
{
	if (!arena || desk->n_spares == DESK_SPARES) {
		arena_free(arena);
		return;
	}
	arena_reset(arena);
	desk->spares[desk->n_spares++] = arena;
}

/* Move *s to *to, which goes on behind it. */
static void
pack(struct str *s, char **to)
{
	if (s->n)
		memcpy(*to, s->p, s->n);
	s->p = *to;
	*to += s->n;
}

/* What has been settled waits to be written with up to DESK_UNWRITTEN_MAX others: it keeps no more
 * than is written. */
static void
shrink(struct flight *f)
{
	struct attempt_done *done = &f->attempt.done;
	char *to = xmalloc(f->owed.id.n + done->text.n + done->notice.text.n + 1);

	f->kept = to;
	pack(&f->owed.id, &to);
	pack(&done->text, &to);
	pack(&done->notice.text, &to);
	done->delivery = f->owed.id;
	f->owed.facts = f->owed.route = STR("");
	f->alerts = NULL;
	f->n_alerts = 0;
	f->message = (struct message){ 0 };
	arena_give(f->desk, f->arena);
	f->arena = NULL;
}

/* ---- the end of a flight ---- */

void
flight_free(struct flight *f)
{
	if (!f)
		return;
	for (struct flight **at = &f->desk->flights; *at; at = &(*at)->next)
		if (*at == f) {
			*at = f->next;
			f->desk->n_flights--;
			break;
		}
	f->desk->n_aloft -= f->aloft;
	f->desk->n_between -= f->between;
	carry_cancel(f->carry);
	config_unref(f->config);
	arena_give(f->desk, f->arena);
	free(f->kept);
	free(f);
}

static void
on_written(void *cookie)
{
	struct flight *f = cookie;
	struct desk *desk = f->desk;

	if (f->between)
		desk_forget(desk);
	flight_free(f);
	if (desk->channel)
		desk_pump(desk);
	else if (desk->n_flights == 0)
		desk_free(desk);
}

static void
land(struct flight *f)
{
	f->desk->n_aloft -= f->aloft;
	f->aloft = false;
}

/* The attempt is over: what it means for the delivery is written. */
static void
settle(struct flight *f, struct verdict verdict, const struct answer *answer, int64_t elapsed_ms)
{
	struct desk *desk = f->desk;
	struct attempt_done *done = &f->attempt.done;

	land(f);
	*done = (struct attempt_done){
		.delivery = f->owed.id,
		.at_s = desk_now_s(desk),
		.elapsed_ms = elapsed_ms,
		.code = answer->code,
		.text = str_dup(f->arena, answer->text),
	};
	flight_judge(f, verdict);
	shrink(f);
	f->attempt.settled = on_written;
	f->attempt.cookie = f;
	ledger_add_attempt(desk->courier->options.ledger, &f->attempt);
}

/* The receiver is back: what waited because it was away need not wait any longer. */
static void
release(struct desk *desk)
{
	struct err e;

	log_write(LOG_LEVEL_INFO, "channel-back", LOG_FIELDS({ "channel", str_c(desk->name) }),
	    "the receiver accepts messages again");
	if (!store_release(desk->courier->options.store, str_c(desk->name), desk_now_s(desk), &e))
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0,
		    "%s: what waits for channel %s is tried at its own time", e.text, desk->name);
	desk->returned = true;
}

/*
 * What follows a delivery is sent before that is told and noted down: the receiver works on it in
 * the meantime.  Neither is written before the next commit of the ledger.
 */
static void
on_carried(void *cookie, const struct answer *answer, int64_t elapsed_ms)
{
	struct flight *f = cookie;
	struct desk *desk = f->desk;
	struct verdict verdict = f->channel->type->judge(f->channel, answer, desk_now_s(desk));
	bool later = f->carry != NULL;
	bool at_once = verdict.kind == VERDICT_DELIVERED && !flight_others_follow(f);

	f->carry = NULL;
	land(f);
	if (breaker_answer(&desk->breaker, verdict, answer->code != 0, desk_now_s(desk)))
		release(desk);
	if (verdict.kind == VERDICT_GONE)
		desk->gone = true;
	if (verdict.kind != VERDICT_DELIVERED)
		desk_forget(desk);
	if (later && at_once)
		desk_pump(desk);
	settle(f, verdict, answer, elapsed_ms);
	if (later && !at_once)
		desk_pump(desk);
}

static void
send_flight(struct flight *f)
{
	const struct courier_options *o = &f->desk->courier->options;
	const struct carriers carriers = { o->loop, o->wire, f->desk->mailer };
	struct carry *carry = carry_begin(&carriers, &f->message, on_carried, f);

	if (carry) /* else f may be gone */
		f->carry = carry;
}

/* The alerts of a delivery; those of a bundle are fixed from here on. */
static bool
read_alerts(struct flight *f, struct err *e)
{
	struct store *store = f->desk->courier->options.store;
	struct frozen frozen = { .facts = { &f->owed.facts, 1 } };

	if (f->owed.kind != BUNDLE_SINGLE && !store_freeze(store, f->owed.id, f->arena, &frozen, e))
		return false;
	f->told = frozen.told;
	f->messages = frozen.messages;
	f->alerts = ARENA_ARRAY(f->arena, struct alert, frozen.facts.n);
	for (; f->n_alerts < frozen.facts.n; f->n_alerts++)
		if (!alert_from_json(
			frozen.facts.v[f->n_alerts], f->arena, &f->alerts[f->n_alerts], e))
			return false;
	return f->n_alerts || err_set(e, ERR_INPUT, "a delivery without an alert");
}

static bool
render(struct flight *f, struct err *e)
{
	const struct courier *c = f->desk->courier;
	const struct send_context context = {
		.delivery_id = f->owed.id,
		.now_s = desk_now_s(f->desk),
		.colour = c->options.terminal,
		.zone = f->config->zone,
	};
	const struct bundle bundle = {
		.kind = f->owed.kind,
		.route = f->owed.route,
		.due_s = f->owed.due_s,
		.alerts = f->alerts,
		.n = f->n_alerts,
		.told = f->told,
		.messages = f->messages,
	};
	bool good;

	f->rendered_s = context.now_s;
	if (f->owed.kind != BUNDLE_SINGLE)
		return bundle_render(f->channel, &bundle, &context, f->arena, &f->message, e);
	good = f->channel->type->render(f->channel, &(struct telling){ .alert = f->alerts },
	    &context, f->arena, &f->message, e);
	f->message.told = f->n_alerts;
	return good;
}

static struct flight *
flight_new(struct desk *desk, const struct owed *owed)
{
	struct flight *f = xcalloc(1, sizeof(*f));

	f->desk = desk;
	f->config = config_ref(desk->courier->config);
	f->channel = desk->channel;
	f->arena = arena_take(desk);
	f->owed = *owed;
	f->owed.id = str_dup(f->arena, owed->id);
	f->owed.facts = str_dup(f->arena, owed->facts);
	f->owed.route = str_dup(f->arena, owed->route);
	return f;
}

struct flight *
flight_prepare(struct desk *desk, const struct owed *owed)
{
	struct flight *f = flight_new(desk, owed);
	struct err e;

	if (read_alerts(f, &e) && render(f, &e))
		return f;
	flight_free(f);
	return NULL;
}

/* What was rendered ahead, unless its signature would tell another time. */
static struct flight *
take_ready(struct desk *desk, const struct owed *owed)
{
	struct flight *f = desk->ready;

	desk->ready = NULL;
	if (f && str_eq(f->owed.id, owed->id) && f->rendered_s == desk_now_s(desk))
		return f;
	flight_free(f);
	return NULL;
}

/* What cannot be rendered is poison, and says nothing of the receiver. */
bool
flight_launch(struct desk *desk, const struct owed *owed)
{
	struct flight *f = take_ready(desk, owed);
	bool rendered = f != NULL;
	struct err e = { 0 };

	if (!f) {
		f = flight_new(desk, owed);
		rendered = read_alerts(f, &e) && render(f, &e);
	}
	if (!rendered && e.kind == ERR_SYSTEM) {
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0, "%s", e.text);
		flight_free(f);
		return false;
	}
	f->next = desk->flights;
	desk->flights = f;
	desk->n_flights++;
	if (rendered) {
		f->aloft = true;
		desk->n_aloft++;
		send_flight(f);
	} else {
		f->message.told = 0;
		settle(f, (struct verdict){ VERDICT_POISON, 0 },
		    &(struct answer){ .text = str_c(e.text) }, 0);
	}
	return true;
}
