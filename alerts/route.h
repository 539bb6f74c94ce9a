/*
 * Routes: who is told of an alert, when, and in what bundle.  They are read in order; the first
 * that matches ends it unless it says `continue = yes`.  Pure: the moment and the zone are given.
 */
#ifndef ALERTS_ROUTE_H
#define ALERTS_ROUTE_H

#include "bundle.h"
#include "calendar.h"
#include "route_expr.h"

/* A [route "name"] section. */
struct route {
	struct str name;
	struct setting_line match_line;
	const struct route_expr *match; /* NULL: every alert */
	struct str_list to;             /* names of channels */
	struct setting_line to_line;
	bool goes_on; /* `continue = yes` */
	struct deliver deliver;
	struct quiet quiet;
	struct limit limit;
	/* Not to a channel that has a higher alert of the same item or story. */
	bool inhibit;
	struct place at;
};

/* The keys of [route]. */
extern const struct setting route_settings[];
extern const size_t n_route_settings;

/*
 * What the single keys cannot say: the expression is read, the channels are looked up, a route that
 * no alert can reach is an error, alerts that no route takes a warning.
 */
void routes_check(struct route *routes, size_t n, const struct str_list *channels,
    const struct route_names *names, struct arena *arena, struct diags *diags);

/* The value of a `to = ` as names of channels; unknown and repeated ones go to diags. */
void route_channels(const struct setting_line *line, const struct str_list *channels,
    struct arena *arena, struct diags *diags, struct str_list *ret);

struct routing {
	const struct route *routes;
	size_t n_routes;
	struct str_list channels; /* all of them: told at once when there is no route */
	const struct tz *zone;
};

/* One channel that is told. */
struct told {
	const struct route *route; /* NULL: there are no routes */
	struct str channel;
	enum bundle_kind
	    kind; /* BUNDLE_SINGLE: at once; else at at_s, with what else is due then */
	int64_t at_s;
	bool held; /* by quiet hours; else by the route's schedule */
};

/*
 * Who is told of this alert; none when no route takes it.  A channel is told at once by one route
 * at most, the first; a digest that another route makes for it is told as well.  Limits are not
 * looked at here: they depend on what was told before.
 */
size_t route_plan(const struct routing *routing, const struct route_subject *subject, int64_t now_s,
    struct arena *arena, struct told **ret);

/*
 * The path through the routes, for a person: a line for each with whether it matched, why not, and
 * when each of its channels would be told.
 */
struct str route_explain(const struct routing *routing, const struct route_subject *subject,
    int64_t now_s, struct arena *arena);

#endif
