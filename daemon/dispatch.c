#include "dispatch.h"

struct route_subject
dispatch_subject(const struct watch_hit *fired, const struct match_input *in, struct arena *arena)
{
	struct route_entry *entries = ARENA_ARRAY(arena, struct route_entry, fired->n_entries);

	for (size_t i = 0; i < fired->n_entries; i++)
		entries[i] = (struct route_entry){ fired->entries[i].list, fired->entries[i].name };
	return (struct route_subject){
		.watch = fired->name,
		.severity = fired->severity,
		.feed = in->feed,
		.tags = in->tags,
		.lang = in->lang,
		.entries = entries,
		.n_entries = fired->n_entries,
	};
}

static bool
is_entry(const struct silence *silence, const struct route_entry *entry)
{
	struct str list, name;

	if (silence->kind != SILENCE_ENTRY)
		return false;
	if (entry->list.n == 0)
		return str_eq_ci(silence->name, entry->name);
	return str_cut(silence->name, '/', &list, &name) && str_eq_ci(list, entry->list) &&
	       str_eq_ci(name, entry->name);
}

static const struct silence *
entry_silence(const struct dispatch *d, const struct route_entry *entry)
{
	for (size_t i = 0; i < d->n_silences; i++)
		if (is_entry(&d->silences[i], entry))
			return &d->silences[i];
	return NULL;
}

/*
 * The silence that an alert falls under, or NULL: that of its watch, its feed, or those of all its
 * entries (one entry that is not silenced is told).
 */
static const struct silence *
silence_of(const struct dispatch *d, const struct route_subject *subject)
{
	const struct silence *found = NULL;

	for (size_t i = 0; i < d->n_silences; i++) {
		const struct silence *silence = &d->silences[i];

		if ((silence->kind == SILENCE_WATCH && str_eq_ci(silence->name, subject->watch)) ||
		    (silence->kind == SILENCE_FEED && str_eq_ci(silence->name, subject->feed)))
			return silence;
	}
	for (size_t i = 0; i < subject->n_entries; i++) {
		found = entry_silence(d, &subject->entries[i]);
		if (!found)
			return NULL;
	}
	return found;
}

/* False: the decision that says why nobody is told. */
static bool
is_heard(const struct dispatch *d, const struct route_subject *subject, struct arena *arena,
    struct decision_new *why)
{
	const struct silence *silence = silence_of(d, subject);

	if (!silence)
		return true;
	*why = (struct decision_new){
		.watch = subject->watch,
		.entry = silence->kind == SILENCE_ENTRY ? silence->name : STR(""),
		.reason = STR("silenced"),
		.detail = str_fmt(arena, "silence %lld: %s '%.*s' by %.*s until %.*s: %.*s",
		    (long long)silence->id, silence_kind_names[silence->kind],
		    STR_ARG(silence->name), STR_ARG(silence->author),
		    STR_ARG(calendar_show(d->routing->zone, silence->until_s, arena)),
		    STR_ARG(silence->reason)),
	};
	return false;
}

bool
dispatch_alert(const struct dispatch *d, const struct route_subject *subject, struct arena *arena,
    struct alert_new *ret, struct decision_new *why)
{
	struct told *told;
	size_t n;

	ret->n_deliveries = 0;
	if (!is_heard(d, subject, arena, why))
		return false;
	n = route_plan(d->routing, subject, d->now_s, arena, &told);
	ret->deliveries = ARENA_ARRAY(arena, struct delivery_new, n);
	ret->n_deliveries = n;
	for (size_t i = 0; i < n; i++) {
		const struct route *r = told[i].route;

		ret->deliveries[i] = (struct delivery_new){
			.channel = told[i].channel,
			.route = r ? r->name : STR(""),
			.kind = told[i].kind,
			.at_s = told[i].at_s,
			.held = told[i].held,
			.limit = r ? r->limit : (struct limit){ 0 },
			.inhibit = r && r->inhibit,
		};
	}
	if (n)
		return true;
	*why = (struct decision_new){
		.watch = subject->watch,
		.entry = STR(""),
		.reason = STR("unrouted"),
		.detail = STR("no route takes it"),
	};
	return false;
}

int64_t
dispatch_not_before(
    const struct routing *routing, struct str route, enum severity severity, int64_t now_s)
{
	for (size_t i = 0; i < routing->n_routes; i++) {
		const struct route *r = &routing->routes[i];

		if (str_eq(r->name, route) && severity != SEVERITY_CRITICAL &&
		    quiet_is(&r->quiet, routing->zone, now_s))
			return quiet_end(&r->quiet, routing->zone, now_s);
	}
	return now_s;
}
