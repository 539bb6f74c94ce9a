#include "config_routes.h"

/* The names an expression of this configuration may use. */
static struct route_names
names_of(const struct config *c, struct arena *arena)
{
	size_t n_watches = watchset_watches(c->watchset), cap = 0;
	const struct feed_rules *last = NULL; /* feeds in a row often share theirs */
	struct route_names ret = {
		.watches = { ARENA_ARRAY(arena, struct str, n_watches), n_watches },
		.lists = { ARENA_ARRAY(arena, struct str, c->n_lists), c->n_lists },
		.feeds = { ARENA_ARRAY(arena, struct str, c->n_feeds), c->n_feeds },
		.any_feed = c->fetches_lists,
	};

	for (size_t i = 0; i < n_watches; i++)
		ret.watches.v[i] = watchset_watch_name(c->watchset, i);
	for (size_t i = 0; i < c->n_lists; i++)
		ret.lists.v[i] = c->lists[i].name;
	for (size_t i = 0; i < c->n_feeds; i++) {
		ret.feeds.v[i] = c->feeds[i].name;
		if (c->feeds[i].rules == last)
			continue;
		last = c->feeds[i].rules;
		for (size_t t = 0; t < last->tags.n; t++)
			*ARENA_PUSH(arena, ret.tags.v, ret.tags.n, cap) = last->tags.v[t];
	}
	return ret;
}

void
config_routes(struct config *c, const struct setting_line *health_to, struct diags *diags)
{
	struct arena *scratch = arena_new();
	struct route_names names = names_of(c, scratch);
	struct str_list channels = { ARENA_ARRAY(c->arena, struct str, c->n_channels),
		c->n_channels };

	for (size_t i = 0; i < c->n_channels; i++)
		channels.v[i] = c->channels[i].name;
	routes_check(c->routes, c->n_routes, &channels, &names, c->arena, diags);
	if (health_to->value.n)
		route_channels(health_to, &channels, c->arena, diags, &c->health_to);
	arena_free(scratch);
	c->routing = (struct routing){ c->routes, c->n_routes, channels, c->zone };
}
