#include "courier_inside.h"

#include "log.h"

#include <sys/random.h>
#include <unistd.h>

static uint32_t
chance(void)
{
	uint32_t v = 0;

	if (getrandom(&v, sizeof(v), 0) != (ssize_t)sizeof(v))
		v = (uint32_t)getpid();
	return v;
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

bool
flight_others_follow(const struct flight *f)
{
	return f->told + f->message.told < f->n_alerts;
}

static bool
is_dead(const struct attempt_done *done)
{
	return done->state == DELIVERY_DEAD || done->part.fate == PART_REFUSED;
}

/* This message is done with, one way or the other: its bundle goes on with the next. */
static void
go_on(struct flight *f, enum part_fate fate, struct attempt_done *done)
{
	done->part = (struct part_done){ fate, (int64_t)f->messages + 1, f->message.told };
	if (!flight_others_follow(f))
		return;
	done->next_try_s = f->owed.due_s;
	f->between = true;
	f->desk->n_between++;
}

/* Where the delivery stands after this verdict. */
static void
decide(struct flight *f, struct verdict verdict, struct attempt_done *done)
{
	int tries = (int)f->owed.attempts + 1;

	done->state = DELIVERY_PENDING;
	done->next_try_s = done->at_s;
	if (verdict.kind != VERDICT_DELIVERED)
		done->next_try_s = retry_at(done->at_s, tries, chance());
	if (verdict.not_before_s > done->next_try_s)
		done->next_try_s = verdict.not_before_s;
	switch (verdict.kind) {
	case VERDICT_DELIVERED:
		if (!flight_others_follow(f))
			done->state = DELIVERY_DONE;
		if (f->messages || flight_others_follow(f))
			go_on(f, PART_THROUGH, done);
		break;
	case VERDICT_POISON:
		done->refused = true;
		if (f->owed.refusals + 1 < REFUSALS_MAX)
			break;
		if (f->message.told && flight_others_follow(f))
			go_on(f, PART_REFUSED, done);
		else
			done->state = DELIVERY_DEAD;
		break;
	case VERDICT_RETRY:
	case VERDICT_MISCONFIGURED:
	case VERDICT_GONE:
		break;
	}
	if (done->state == DELIVERY_PENDING && done->part.fate == PART_OPEN &&
	    retry_is_over(f->owed.since_s, done->at_s, f->config->main.give_up_s))
		done->state = DELIVERY_DEAD;
}

static void
tell(struct flight *f, struct verdict verdict, const struct attempt_done *done)
{
	struct desk *desk = f->desk;
	/* what was printed stands there already */
	enum log_level level =
	    f->channel->type->carrier == CARRIER_PRINT ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;

	if (verdict.kind != VERDICT_DELIVERED) {
		/* the first failure and the last word are for the operator, the tries between are
		 * not */
		level = desk->logged ? LOG_LEVEL_INFO : LOG_LEVEL_WARN;
		if (is_dead(done) || verdict.kind == VERDICT_MISCONFIGURED ||
		    verdict.kind == VERDICT_GONE)
			level = LOG_LEVEL_ERROR;
	}
	desk->logged = verdict.kind != VERDICT_DELIVERED;
	log_write(level, is_dead(done) ? "delivery-dead" : verdict_event(verdict.kind),
	    LOG_FIELDS({ "channel", str_c(desk->name) }, { "delivery", f->owed.id },
		{ "alert",
		    f->owed.kind == BUNDLE_SINGLE && f->n_alerts ? f->alerts[0].id : STR("") },
		{ "alerts", f->n_alerts > 1 ? log_number((int64_t)f->n_alerts) : STR("") },
		{ "code", done->code ? log_number(done->code) : STR("") }),
	    "%.*s%s", STR_ARG(done->text),
	    is_dead(done)                     ? ": kept as a dead letter"
	    : f->between                      ? ": the next of its messages follows"
	    : verdict.kind == VERDICT_GONE    ? ": still owed, nothing more is sent there"
	    : done->state == DELIVERY_PENDING ? ": still owed, tried again"
					      : "");
}

/*
 * What the operator should hear through another channel: written with the attempt that showed it
 * (store_health.h), told once until it changes.
 */
static void
notice(struct flight *f, struct verdict verdict, struct attempt_done *done)
{
	struct desk *desk = f->desk;
	struct arena *arena = f->arena;
	const char *kind = NULL;
	struct str text = STR("");

	if (is_dead(done))
		desk->dead_untold++;
	if (verdict.kind == VERDICT_GONE) {
		kind = "channel-gone";
		text = str_fmt(arena,
		    "channel %s: the receiver is gone (%.*s): nothing more is sent to it until the "
		    "configuration is read anew or `newsbell retry --channel %s` is said; what is "
		    "owed is kept",
		    desk->name, STR_ARG(done->text), desk->name);
	} else if (verdict.kind == VERDICT_MISCONFIGURED && !desk->noticed) {
		kind = "channel-refuses";
		text = str_fmt(arena,
		    "channel %s: the receiver refuses us (%.*s): what is owed is kept and tried "
		    "again; mend the channel's configuration",
		    desk->name, STR_ARG(done->text));
	} else if (is_dead(done) && done->at_s >= desk->dead_told_s + NOTICE_EVERY_S) {
		kind = "dead-letter";
		text = str_fmt(arena,
		    "channel %s: %zu alert%s could not be delivered (the last: %.*s): see newsbell "
		    "deliveries --failed, newsbell retry",
		    desk->name, desk->dead_untold, desk->dead_untold == 1 ? "" : "s",
		    STR_ARG(done->text));
		desk->dead_told_s = done->at_s;
		desk->dead_untold = 0;
	} else if (breaker_is_open(&desk->breaker) && !desk->noticed &&
		   done->at_s >= desk->breaker.open_s + NOTICE_DOWN_S) {
		kind = "channel-down";
		text = str_fmt(arena,
		    "channel %s: no message got through for %lld minutes (%.*s): what is owed is "
		    "kept and tried again",
		    desk->name, (long long)(done->at_s - desk->breaker.open_s) / 60,
		    STR_ARG(done->text));
	} else if (verdict.kind == VERDICT_DELIVERED && desk->noticed) {
		kind = "channel-back";
		text = str_fmt(arena, "channel %s: messages get through again", desk->name);
	}
	if (breaker_is_open(&desk->breaker) && kind)
		desk->noticed = true;
	else if (verdict.kind == VERDICT_DELIVERED)
		desk->noticed = false;
	if (kind)
		done->notice = (struct channel_notice){ str_c(desk->name), str_c(kind), text };
}

void
flight_judge(struct flight *f, struct verdict verdict)
{
	struct attempt_done *done = &f->attempt.done;

	decide(f, verdict, done);
	tell(f, verdict, done);
	notice(f, verdict, done);
}
