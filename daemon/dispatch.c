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

bool
dispatch_alert(const struct dispatch *d, const struct route_subject *subject, struct arena *arena,
    struct alert_new *ret, struct decision_new *why)
{
	struct told *told;
	size_t n = route_plan(d->routing, subject, d->now_s, arena, &told);

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
