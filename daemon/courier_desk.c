#include "courier_inside.h"

#include "dispatch.h"
#include "log.h"
#include "mem.h"
#include "store_bundle.h"
#include "store_delivery.h"

#include <stdlib.h>
#include <string.h>

int64_t
desk_now_s(const struct desk *desk)
{
	return (int64_t)ev_now(desk->courier->options.loop);
}

void
desk_sleep_until(struct desk *desk, double at)
{
	struct ev_loop *loop = desk->courier->options.loop;
	double wait = at - ev_now(loop);

	ev_timer_stop(loop, &desk->wake);
	if (wait < 0)
		wait = 0;
	if (wait > DESK_SLEEP_MAX_S)
		wait = DESK_SLEEP_MAX_S;
	ev_timer_set(&desk->wake, wait, 0.0);
	ev_timer_start(loop, &desk->wake);
}

static void
on_wake(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	desk_pump(timer->data);
}

/* ---- what is due ---- */

void
desk_forget(struct desk *desk)
{
	flight_free(desk->ready);
	desk->ready = NULL;
	desk->n_ahead = desk->next_ahead = 0;
	desk->more = true;
	arena_reset(desk->ahead_arena);
}

static bool
is_flying(const struct desk *desk, struct str id)
{
	for (const struct flight *f = desk->flights; f; f = f->next)
		if (str_eq(f->owed.id, id))
			return true;
	return false;
}

/* Of what was read ahead, not what is under way. */
static void
drop_flying(struct desk *desk)
{
	size_t n = 0;

	for (size_t i = 0; i < desk->n_ahead; i++)
		if (!is_flying(desk, desk->ahead[i].id))
			desk->ahead[n++] = desk->ahead[i];
	desk->n_ahead = n;
}

/* Reads ahead when all that was read is gone. */
static bool
read_ahead(struct desk *desk, struct err *e)
{
	const struct owed_filter filter = {
		.channel = str_c(desk->name),
		.now_s = desk_now_s(desk),
		.early = breaker_is_open(&desk->breaker),
		.limit = DESK_READ_AHEAD + desk->n_flights,
	};

	if (desk->next_ahead < desk->n_ahead)
		return true;
	desk_forget(desk);
	if (!store_owed(desk->courier->options.store, &filter, desk->ahead_arena, &desk->ahead,
		&desk->n_ahead, e))
		return false;
	desk->more = desk->n_ahead == filter.limit;
	drop_flying(desk);
	return true;
}

/*
 * Quiet hours hold what was due before them and not taken: it waits for their end, with all of its
 * route.  *held: not this one; *again: what was read ahead is no longer so.
 */
static bool
hold(struct desk *desk, const struct owed *owed, bool *held, bool *again, struct err *e)
{
	const struct courier *c = desk->courier;
	int64_t now_s = desk_now_s(desk);
	int64_t until_s =
	    dispatch_not_before(&c->config->routing, owed->route, owed->severity, now_s);
	size_t n = 0;

	*held = until_s > now_s;
	if (*held &&
	    !store_hold(c->options.store, str_c(desk->name), owed->route, now_s, until_s, &n, e))
		return false;
	*again = n > 0;
	return true;
}

/* The next delivery that is due, or NULL; false when the database cannot be read or written. */
static bool
next_owed(struct desk *desk, const struct owed **ret)
{
	struct err e;
	bool good, held = false, again = false;

	*ret = NULL;
	do {
		if (again)
			desk_forget(desk);
		good = read_ahead(desk, &e);
		again = false;
		while (good && !again && desk->next_ahead < desk->n_ahead) {
			const struct owed *owed = &desk->ahead[desk->next_ahead];

			good = hold(desk, owed, &held, &again, &e);
			if (good && !held) {
				*ret = owed;
				return true;
			}
			desk->next_ahead++;
		}
	} while (good && again);
	if (!good) {
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0, "%s", e.text);
		desk_forget(desk);
	}
	return good;
}

/*
 * Render what comes next, while the receiver has others to work on.  Not the alerts of a bundle:
 * they would be fixed too early.  Nor what the service wants a pause before.
 */
static void
prepare(struct desk *desk)
{
	const struct channel_type *type = desk->channel->type;
	const struct owed *owed;

	if (desk->ready || type->carrier != CARRIER_HTTP || type->pace_ms ||
	    breaker_is_open(&desk->breaker))
		return;
	if (desk->next_ahead == desk->n_ahead && !desk->more)
		return;
	if (next_owed(desk, &owed) && owed && owed->kind == BUNDLE_SINGLE)
		desk->ready = flight_prepare(desk, owed);
}

/* ---- what may go out ---- */

/* Messages of a channel that may be aloft at once. */
static size_t
width(const struct desk *desk)
{
	/* a mail thread sends one after the other; the others are rendered and wait */
	static const size_t of_carrier[] = { [CARRIER_PRINT] = 1,
		[CARRIER_HTTP] = 1,
		[CARRIER_MAIL] = 16,
		[CARRIER_EXEC] = 1,
		[CARRIER_FILE] = 1 };

	if (breaker_is_open(&desk->breaker))
		return 1; /* the probe */
	if (desk->channel->concurrency)
		return (size_t)desk->channel->concurrency;
	return of_carrier[desk->channel->type->carrier];
}

/* From when on the next message may go out: the breaker, the receiver's wish, the kind's pace. */
static double
allowed_at(const struct desk *desk)
{
	double now = ev_now(desk->courier->options.loop),
	       pace = desk->last_begun + (double)desk->channel->type->pace_ms / 1000;
	int64_t now_s = (int64_t)now, next_s = breaker_next(&desk->breaker, now_s);
	double at = next_s > now_s ? (double)next_s : now;

	if (pace > now + (double)desk->channel->type->pace_ms / 1000)
		pace = now; /* the clock was set back */
	return pace > at ? pace : at;
}

/* Is it because the clock was set back that nothing is due for so long? */
static int64_t
doubt(struct desk *desk, int64_t next_s)
{
	struct store *store = desk->courier->options.store;
	struct err e;

	if (!store_release_future(store, str_c(desk->name), desk_now_s(desk), &e) ||
	    !store_next_try(store, str_c(desk->name), &next_s, &e))
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0, "%s", e.text);
	return next_s;
}

/* Nothing goes out now.  waits: something would, if it were allowed. */
static void
rest(struct desk *desk, bool waits)
{
	double allowed = allowed_at(desk);
	int64_t next = 0;
	struct err e;

	if (!waits && !store_next_try(desk->courier->options.store, str_c(desk->name), &next, &e))
		next = desk_now_s(desk) + (int64_t)LEDGER_RETRY_S;
	if (!waits && next != INT64_MAX && next > desk_now_s(desk) + DESK_DOUBT_S)
		next = doubt(desk, next);
	if (next != INT64_MAX)
		desk_sleep_until(desk, (double)next > allowed ? (double)next : allowed);
}

/* What waited while the receiver was away, if it is much, comes as digests. */
static void
fold_backlog(struct desk *desk)
{
	size_t folded = 0;
	struct err e;

	desk->returned = false;
	desk_forget(desk);
	if (desk->channel->backlog == 0)
		return;
	if (!store_fold_backlog(desk->courier->options.store, str_c(desk->name),
		desk->channel->backlog, desk_now_s(desk), &folded, &e))
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0,
		    "%s: what waited for channel %s goes out one by one", e.text, desk->name);
	if (folded)
		log_write(LOG_LEVEL_INFO, "backlog-folded",
		    LOG_FIELDS({ "channel", str_c(desk->name) },
			{ "alerts", log_number((int64_t)folded) }),
		    "what waited for the receiver is told in digests");
}

void
desk_pump(struct desk *desk)
{
	struct ev_loop *loop = desk->courier->options.loop;
	const struct owed *owed;

	if (desk->courier->stopped || desk->gone || !desk->channel)
		return;
	if (desk->returned && desk->n_flights)
		return; /* they pump when they are written */
	if (desk->n_between && width(desk) == 1)
		return; /* the next of the bundle comes next */
	if (desk->returned)
		fold_backlog(desk);
	while (desk->n_aloft < width(desk) && desk->n_flights < DESK_UNWRITTEN_MAX) {
		if (!next_owed(desk, &owed)) {
			desk_sleep_until(desk, ev_now(loop) + LEDGER_RETRY_S);
			return;
		}
		if (!owed || allowed_at(desk) > ev_now(loop)) {
			/* an attempt that is being written changes what is due, and pumps */
			if (desk->n_flights == 0 || owed)
				rest(desk, owed != NULL);
			return;
		}
		if (!breaker_allow(&desk->breaker, desk_now_s(desk)))
			return;
		desk->last_begun = ev_now(loop);
		desk->next_ahead++;
		if (!flight_launch(desk, owed)) {
			desk_forget(desk);
			desk_sleep_until(desk, ev_now(loop) + LEDGER_RETRY_S);
			return;
		}
	}
	prepare(desk);
}

/* ---- life ---- */

struct desk *
desk_new(struct courier *c, struct str name)
{
	struct desk *desk = xcalloc(1, sizeof(*desk));

	desk->courier = c;
	desk->name = xmalloc(name.n + 1);
	memcpy(desk->name, name.p, name.n);
	desk->name[name.n] = '\0';
	desk->ahead_arena = arena_new();
	ev_init(&desk->wake, on_wake);
	desk->wake.data = desk;
	desk->next = c->desks;
	c->desks = desk;
	return desk;
}

void
desk_free(struct desk *desk)
{
	for (struct desk **at = &desk->courier->desks; *at; at = &(*at)->next)
		if (*at == desk) {
			*at = desk->next;
			break;
		}
	ev_timer_stop(desk->courier->options.loop, &desk->wake);
	mailer_free(desk->mailer); /* before the messages it borrows */
	while (desk->flights)
		flight_free(desk->flights);
	flight_free(desk->ready);
	while (desk->n_spares)
		arena_free(desk->spares[--desk->n_spares]);
	arena_free(desk->ahead_arena);
	free(desk->name);
	free(desk);
}
