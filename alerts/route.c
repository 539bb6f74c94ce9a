#include "route.h"

#include "mem.h"

#define ROUTE(field) offsetof(struct route, field)
const struct setting route_settings[] = {
	{ "match", SETTING_VALUE, ROUTE(match_line) },
	{ "to", SETTING_VALUE, ROUTE(to_line), .required = true },
	{ "continue", SETTING_BOOL, ROUTE(goes_on) },
	{ "deliver", SETTING_CUSTOM, ROUTE(deliver), .parse = deliver_parse },
	{ "quiet", SETTING_CUSTOM, ROUTE(quiet), .parse = quiet_parse },
	{ "limit", SETTING_CUSTOM, ROUTE(limit), .parse = limit_parse },
	{ "inhibit", SETTING_BOOL, ROUTE(inhibit) },
};
const size_t n_route_settings = ARRAY_LEN(route_settings);

/* ---- checking ---- */

/* Takes every alert and lets none go on. */
static bool
is_end(const struct route *r)
{
	return r->match_line.value.n == 0 && !r->goes_on;
}

static void
check_order(const struct route *routes, size_t n, struct arena *arena, struct diags *diags)
{
	const struct route *end = NULL;
	bool takes_all = false;

	for (size_t i = 0; i < n; i++) {
		takes_all = takes_all || routes[i].match_line.value.n == 0;
		if (end) {
			diag_add(diags, DIAG_ERROR, routes[i].at,
			    str_fmt(arena,
				"put it before [route \"%.*s\"], or give that one 'continue = yes' "
				"or a 'match'",
				STR_ARG(end->name)),
			    "no alert comes as far as [route \"%.*s\"]: [route \"%.*s\"] takes all",
			    STR_ARG(routes[i].name), STR_ARG(end->name));
			return;
		}
		if (is_end(&routes[i]))
			end = &routes[i];
	}
	if (n && !takes_all)
		diag_add(diags, DIAG_WARNING, routes[n - 1].at,
		    STR("add a last route without 'match'"),
		    "an alert that no route matches is recorded and sent to nobody");
}

void
routes_check(struct route *routes, size_t n, const struct str_list *channels,
    const struct route_names *names, struct arena *arena, struct diags *diags)
{
	for (size_t i = 0; i < n; i++) {
		struct route *r = &routes[i];

		if (r->match_line.value.n)
			r->match = route_expr_parse(&r->match_line, names, arena, diags);
		if (r->to_line.value.n)
			route_channels(&r->to_line, channels, arena, diags, &r->to);
		if (r->deliver.kind != DELIVER_NOW && r->limit.n)
			diag_add(diags, DIAG_ERROR, r->at,
			    STR("take one of them out: a digest is one message already"),
			    "'limit' does not go with 'deliver = %.*s'",
			    STR_ARG(deliver_print(&r->deliver, arena)));
	}
	check_order(routes, n, arena, diags);
}

void
route_channels(const struct setting_line *line, const struct str_list *channels,
    struct arena *arena, struct diags *diags, struct str_list *ret)
{
	struct err e;

	if (!settings_list(line->value, ret, arena, &e)) {
		diag_add(diags, DIAG_ERROR, line->value_at, STR(""), "%.*s: %s", STR_ARG(line->key),
		    e.text);
		return;
	}
	for (size_t i = 0; i < ret->n; i++) {
		size_t offset = (size_t)(ret->v[i].p - line->value.p);
		struct place at = place_in(line->value_at, line->value, offset);
		bool known = false;

		for (size_t c = 0; c < channels->n; c++)
			known = known || str_eq(channels->v[c], ret->v[i]);
		if (!known)
			diag_add(diags, DIAG_ERROR, at,
			    diag_suggest(ret->v[i], channels->v, channels->n, arena),
			    "there is no [channel \"%.*s\"]", STR_ARG(ret->v[i]));
		for (size_t k = 0; k < i; k++)
			if (str_eq(ret->v[k], ret->v[i]))
				diag_add(diags, DIAG_ERROR, at, STR("take it out once"),
				    "'%.*s' is named twice", STR_ARG(ret->v[i]));
	}
}

/* ---- planning ---- */

/* When this route tells of an alert of this severity. */
static void
when(const struct routing *routing, const struct route *r, enum severity severity, int64_t now_s,
    struct told *ret)
{
	ret->route = r;
	ret->at_s = deliver_next(&r->deliver, routing->zone, now_s);
	ret->kind = r->deliver.kind == DELIVER_NOW ? BUNDLE_SINGLE : BUNDLE_DIGEST;
	ret->held = severity != SEVERITY_CRITICAL && quiet_is(&r->quiet, routing->zone, ret->at_s);
	if (!ret->held)
		return;
	ret->at_s = quiet_end(&r->quiet, routing->zone, ret->at_s);
	if (ret->kind == BUNDLE_SINGLE)
		ret->kind = BUNDLE_HELD;
}

static bool
matches(const struct route *r, const struct route_subject *subject)
{
	return !r->match || route_expr_matches(r->match, subject);
}

static bool
is_told_at_once(const struct told *told, size_t n, struct str channel)
{
	for (size_t i = 0; i < n; i++)
		if (told[i].kind == BUNDLE_SINGLE && str_eq(told[i].channel, channel))
			return true;
	return false;
}

size_t
route_plan(const struct routing *routing, const struct route_subject *subject, int64_t now_s,
    struct arena *arena, struct told **ret)
{
	size_t n = 0, cap = 0;

	*ret = NULL;
	if (routing->n_routes == 0)
		for (size_t i = 0; i < routing->channels.n; i++)
			*ARENA_PUSH(arena, *ret, n, cap) = (struct told){
				.channel = routing->channels.v[i],
				.kind = BUNDLE_SINGLE,
				.at_s = now_s,
			};
	for (size_t i = 0; i < routing->n_routes; i++) {
		const struct route *r = &routing->routes[i];
		struct told told = { 0 };

		if (!matches(r, subject))
			continue;
		when(routing, r, subject->severity, now_s, &told);
		for (size_t c = 0; c < r->to.n; c++) {
			told.channel = r->to.v[c];
			if (told.kind != BUNDLE_SINGLE || !is_told_at_once(*ret, n, told.channel))
				*ARENA_PUSH(arena, *ret, n, cap) = told;
		}
		if (!r->goes_on)
			break;
	}
	return n;
}

/* ---- explaining ---- */

static struct str
join_names(const struct str_list *names, struct arena *arena)
{
	struct str ret = STR("");

	for (size_t i = 0; i < names->n; i++)
		ret =
		    str_fmt(arena, "%.*s%s%.*s", STR_ARG(ret), i ? ", " : "", STR_ARG(names->v[i]));
	return ret;
}

/* "Thu 26 Nov 08:00 CET, in a digest (daily 08:00), held by quiet hours 22:00-07:00" */
static struct str
explain_when(const struct routing *routing, const struct told *told, struct arena *arena)
{
	const struct route *r = told->route;
	struct str ret = STR("at once");

	if (told->kind != BUNDLE_SINGLE)
		ret = calendar_show(routing->zone, told->at_s, arena);
	if (told->kind == BUNDLE_DIGEST)
		ret = str_fmt(arena, "%.*s, in a digest (%.*s)", STR_ARG(ret),
		    STR_ARG(deliver_print(&r->deliver, arena)));
	if (told->held)
		ret = str_fmt(arena, "%.*s, held by quiet hours %.*s", STR_ARG(ret),
		    STR_ARG(quiet_print(&r->quiet, arena)));
	if (r->limit.n)
		ret = str_fmt(arena, "%.*s, at most %.*s", STR_ARG(ret),
		    STR_ARG(limit_print(&r->limit, arena)));
	return ret;
}

static struct str
explain_match(const struct routing *routing, const struct route *r,
    const struct route_subject *subject, int64_t now_s, struct arena *arena)
{
	struct told told = { 0 };

	when(routing, r, subject->severity, now_s, &told);
	return str_fmt(arena, "%.*s: matches (%.*s): %.*s: %.*s; %s\n", STR_ARG(r->name),
	    STR_ARG(r->match ? route_expr_print(r->match, arena) : STR("every alert")),
	    STR_ARG(join_names(&r->to, arena)), STR_ARG(explain_when(routing, &told, arena)),
	    r->goes_on ? "goes on" : "ends here");
}

struct str
route_explain(const struct routing *routing, const struct route_subject *subject, int64_t now_s,
    struct arena *arena)
{
	struct str ret = STR("");
	bool matched = false;

	if (routing->n_routes == 0)
		return str_fmt(arena, "no routes: every channel at once: %.*s\n",
		    STR_ARG(join_names(&routing->channels, arena)));
	for (size_t i = 0; i < routing->n_routes; i++) {
		const struct route *r = &routing->routes[i];

		if (!matches(r, subject)) {
			ret = str_fmt(arena, "%.*s%.*s: no: %.*s\n", STR_ARG(ret), STR_ARG(r->name),
			    STR_ARG(route_expr_why_not(r->match, subject, arena)));
			continue;
		}
		matched = true;
		ret = str_join(arena, ret, explain_match(routing, r, subject, now_s, arena));
		if (!r->goes_on)
			break;
	}
	if (!matched)
		ret = str_join(arena, ret, STR("no route takes it: recorded, sent to nobody\n"));
	return ret;
}
