#include "courier_inside.h"

#include "log.h"
#include "mem.h"

#include <stdlib.h>

/* The desk serves this channel from now on. */
static void
desk_configure(struct desk *desk, const struct channel *channel)
{
	struct err e;

	desk->channel = channel;
	desk->gone = false;
	if (channel->type->carrier != CARRIER_MAIL || desk->mailer)
		return;
	desk->mailer = mailer_new(desk->courier->options.loop, &e);
	if (!desk->mailer) { /* no thread to be had: the supervisor starts us anew */
		log_write(LOG_LEVEL_CRIT, "mailer-failed", LOG_FIELDS({ "channel", channel->name }),
		    "%s", e.text);
		abort();
	}
}

static struct desk *
find_desk(struct courier *c, struct str name)
{
	for (struct desk *desk = c->desks; desk; desk = desk->next)
		if (str_eq_c(name, desk->name))
			return desk;
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
	while (c->desks)
		desk_free(c->desks);
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
		const struct desk *desk = find_desk(c, names.v[i]);

		if (!desk || !desk->channel)
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
	for (struct desk *desk = c->desks; desk; desk = desk->next)
		desk->channel = NULL;
	for (size_t i = 0; i < config->n_channels; i++) {
		struct desk *desk = find_desk(c, config->channels[i].name);

		if (!desk)
			desk = desk_new(c, config->channels[i].name);
		desk_configure(desk, &config->channels[i]);
	}
	for (struct desk *desk = c->desks, *next; desk; desk = next) {
		next = desk->next;
		if (!desk->channel && desk->n_flights == 0)
			desk_free(desk);
	}
	config_unref(before);
	report_orphans(c);
	courier_wake(c);
}

void
courier_wake(struct courier *c)
{
	for (struct desk *desk = c->desks; desk; desk = desk->next) {
		desk_forget(desk);
		if (desk->channel)
			desk_sleep_until(desk, 0);
	}
}

void
courier_retry(struct courier *c, struct str channel)
{
	for (struct desk *desk = c->desks; desk; desk = desk->next)
		if (channel.n == 0 || str_eq_c(channel, desk->name)) {
			desk->breaker = (struct breaker){ 0 };
			desk->gone = false;
		}
	courier_wake(c);
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

	for (const struct desk *desk = c->desks; desk; desk = desk->next)
		n += desk->n_aloft;
	return n;
}
