#include "operator.h"

#include "log.h"
#include "mem.h"
#include "store_health.h"
#include "store_operator.h"

#include <stdlib.h>

#define LOOK_EVENTS 500 /* told in one transaction */

struct operators {
	struct operator_options options;
	struct config *config;
	ev_timer timer;
};

/* How much each kind of news matters; what is not here is normal. */
static const struct {
	struct str kind;
	enum severity severity;
	bool urgent; /* told at once, and again only after OPERATOR_EVERY_S */
} kinds[] = {
	{ STR_INIT("recovered"), SEVERITY_LOW, false },
	{ STR_INIT("churn"), SEVERITY_LOW, false },
	{ STR_INIT("moved"), SEVERITY_LOW, false },
	{ STR_INIT("channel-back"), SEVERITY_LOW, false },
	{ STR_INIT("store-recovered"), SEVERITY_HIGH, true },
	{ STR_INIT("channel-refuses"), SEVERITY_HIGH, true },
	{ STR_INIT("channel-gone"), SEVERITY_HIGH, true },
	{ STR_INIT("channel-down"), SEVERITY_HIGH, true },
	{ STR_INIT("dead-letter"), SEVERITY_HIGH, true },
	{ STR_INIT("reload-failed"), SEVERITY_HIGH, true },
};

/* One look. */
struct look {
	struct store *store;
	const struct config *config;
	int64_t now_s;
	struct arena *arena;
	struct err *e;
};

static enum severity
weigh(const struct health_event *event, bool *urgent)
{
	*urgent = false;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq(kinds[i].kind, event->kind)) {
			*urgent = kinds[i].urgent;
			return kinds[i].severity;
		}
	return SEVERITY_NORMAL;
}

/* ---- to whom ---- */

/* Those of `from` but the one that it is about; healthy: and but those that fail themselves. */
static bool
pick(const struct look *l, const struct str_list *from, struct str about, bool healthy,
    struct str_list *ret)
{
	*ret = (struct str_list){ ARENA_ARRAY(l->arena, struct str, from->n), 0 };
	for (size_t i = 0; i < from->n; i++) {
		bool fails = false;

		if (str_eq(from->v[i], about))
			continue;
		if (healthy && !store_channel_fails(l->store, from->v[i], &fails, l->e))
			return false;
		if (!fails)
			ret->v[ret->n++] = from->v[i];
	}
	return true;
}

/*
 * The channels of [health]; what is urgent goes to those of them that work.  That a channel fails
 * is told through any other one if those of [health] cannot.  Where none works it is owed to those
 * that do not, and *reachable is false.
 */
static bool
find_channels(const struct look *l, const struct health_event *event, bool urgent,
    struct str_list *ret, bool *reachable)
{
	const struct str_list *all = &l->config->routing.channels;
	struct str about = event->channel;
	struct str_list working;

	*reachable = true;
	if (!pick(l, &l->config->health_to, about, false, ret))
		return false;
	if (!urgent)
		return true;
	if (!pick(l, ret, about, true, &working) ||
	    (working.n == 0 && about.n && !pick(l, all, about, true, &working)))
		return false;
	*reachable = working.n > 0;
	if (working.n)
		*ret = working;
	return true;
}

/* ---- the alert ---- */

/*
 * The id of what is urgent is that of its hour, so that it is told once in it; other news are told
 * each, gathered.
 */
static struct str
news_id(const struct look *l, const struct health_event *event, bool urgent)
{
	const struct alert_identity identity = {
		.secret = store_secret(l->store),
		.watch = STR(ALERT_OPERATOR_WATCH),
		.feed_url = event->channel.n ? event->channel : event->url,
		.item_id = event->kind,
		.revision = urgent ? event->at_s / OPERATOR_EVERY_S : event->id,
	};

	return alert_id(&identity, l->arena);
}

static bool
when(const struct look *l, struct str channel, bool urgent, struct delivery_new *ret)
{
	const struct deliver *deliver = &l->config->health_deliver;

	*ret = (struct delivery_new){
		.channel = channel,
		.route = STR(OPERATOR_ROUTE),
		.kind = urgent ? BUNDLE_SINGLE : BUNDLE_DIGEST,
		.at_s = l->now_s,
	};
	if (urgent)
		return true;
	if (deliver->kind != DELIVER_NOW) {
		ret->at_s = deliver_next(deliver, l->config->zone, l->now_s);
		return true;
	}
	return store_operator_due(
	    l->store, channel, l->now_s + OPERATOR_GATHER_S, OPERATOR_EVERY_S, &ret->at_s, l->e);
}

static bool
make(const struct look *l, const struct health_event *event, struct alert_new *ret)
{
	struct str_list channels;
	bool urgent, reachable;

	*ret = (struct alert_new){ 0 };
	ret->alert = (struct alert){
		.kind = ALERT_OPERATOR,
		.watch = STR(ALERT_OPERATOR_WATCH),
		.severity = weigh(event, &urgent),
		.title = event->text,
		.feed = event->feed,
		.published_s = DATE_NONE,
		.seen_s = event->at_s,
		.created_s = event->at_s,
	};
	ret->alert.id = news_id(l, event, urgent);
	if (!find_channels(l, event, urgent, &channels, &reachable))
		return false;
	if (!reachable)
		log_write(LOG_LEVEL_CRIT, "operator-unreachable",
		    LOG_FIELDS({ "channel", event->channel }, { "news", event->kind }),
		    "%.*s (and no other channel works to tell you)", STR_ARG(event->text));
	ret->deliveries = ARENA_ARRAY(l->arena, struct delivery_new, channels.n);
	for (; ret->n_deliveries < channels.n; ret->n_deliveries++)
		if (!when(l, channels.v[ret->n_deliveries], urgent,
			&ret->deliveries[ret->n_deliveries]))
			return false;
	return true;
}

bool
operator_look(
    struct store *store, const struct config *config, int64_t now_s, size_t *owed, struct err *e)
{
	struct arena *arena = arena_new();
	const struct look l = { store, config, now_s, arena, e };
	struct health_event *events;
	struct alert_new *alerts;
	size_t n;
	bool good;

	*owed = 0;
	good = store_health_events(store, LOOK_EVENTS, arena, &events, &n, e);
	alerts = ARENA_ARRAY(arena, struct alert_new, good ? n : 0);
	for (size_t i = 0; good && i < n; i++) {
		good = make(&l, &events[i], &alerts[i]);
		*owed += alerts[i].n_deliveries;
	}
	if (good && n)
		good = store_put_news(store, alerts, n, events[n - 1].id, now_s, e);
	if (!good)
		*owed = 0;
	arena_free(arena);
	return good;
}

/* ---- in the daemon ---- */

static void
on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct operators *o = timer->data;
	struct err e;
	size_t owed;

	(void)events;
	if (!o->config)
		return;
	if (!operator_look(o->options.store, o->config, (int64_t)ev_now(loop), &owed, &e))
		/* the ledger tells of a database that cannot be written */
		log_write(LOG_LEVEL_DEBUG, "operator-failed", NULL, 0, "%s", e.text);
	else if (owed)
		o->options.owed(o->options.cookie);
}

void
operator_note(struct operators *o, const char *kind, struct str text)
{
	struct err e;

	if (!store_operator_note(
		o->options.store, str_c(kind), text, (int64_t)ev_now(o->options.loop), &e))
		log_write(LOG_LEVEL_ERROR, "store-failed", NULL, 0, "%s", e.text);
}

void
operator_configure(struct operators *o, struct config *config)
{
	struct config *before = o->config;

	o->config = config_ref(config);
	config_unref(before);
}

struct operators *
operator_new(const struct operator_options *options)
{
	struct operators *o = xcalloc(1, sizeof(*o));

	o->options = *options;
	ev_timer_init(&o->timer, on_timer, 1.0, OPERATOR_LOOK_S);
	o->timer.data = o;
	ev_timer_start(options->loop, &o->timer);
	return o;
}

void
operator_free(struct operators *o)
{
	if (!o)
		return;
	ev_timer_stop(o->options.loop, &o->timer);
	config_unref(o->config);
	free(o);
}
