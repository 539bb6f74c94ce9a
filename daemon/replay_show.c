#include "replay_show.h"

#include "date.h"
#include "json_text.h"

#include <stdio.h>

static void
set(json_t *o, const char *key, struct str value)
{
	if (value.n)
		json_object_set_new(o, key, json_text(value));
}

static json_t *
event(const char *name, int64_t at_s, struct arena *arena)
{
	json_t *o = json_object();

	json_object_set_new(o, "event", json_string(name));
	set(o, "time", date_rfc3339(at_s, arena));
	return o;
}

static void
say(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

void
replay_show_alert(const struct alert_new *new, int64_t now_s, struct arena *arena)
{
	const struct alert *a = &new->alert;
	json_t *o = event("alert", now_s, arena), *told = json_array(), *entries = json_array();

	set(o, "id", a->id);
	set(o, "watch", a->watch);
	set(o, "severity", str_c(severity_names[a->severity]));
	set(o, "feed", a->feed);
	set(o, "item", a->item_id);
	set(o, "title", a->title);
	set(o, "link", a->link);
	for (size_t i = 0; i < a->n_entries; i++)
		json_array_append_new(entries, json_text(a->entries[i].name));
	json_object_set_new(o, "entries", entries);
	if (a->story.id) {
		json_object_set_new(o, "story", json_integer(a->story.id));
		set(o, "again", str_c(story_reasons[a->story.again]));
	}
	for (size_t i = 0; i < new->n_deliveries; i++) {
		const struct delivery_new *d = &new->deliveries[i];
		json_t *one = json_object();

		set(one, "channel", d->channel);
		set(one, "route", d->route);
		if (d->kind != BUNDLE_SINGLE) {
			set(one, "in", str_c(bundle_kind_names[d->kind]));
			set(one, "at", date_rfc3339(d->at_s, arena));
		}
		json_array_append_new(told, one);
	}
	json_object_set_new(o, "to", told);
	say(o);
}

void
replay_show_decision(const struct decision_new *d, const struct item *item, struct str feed,
    int64_t now_s, struct arena *arena)
{
	bool fold = d->story != 0;
	json_t *o = event(fold ? "fold" : "not told", now_s, arena);

	set(o, "watch", d->watch);
	set(o, "entry", d->entry);
	if (!fold)
		set(o, "reason", d->reason);
	set(o, "why", d->detail);
	if (fold)
		json_object_set_new(o, "story", json_integer(d->story));
	set(o, "feed", feed);
	set(o, "item", item->id);
	set(o, "title", item->title);
	set(o, "link", item->link);
	say(o);
}

static json_t *
member(struct str facts, struct arena *arena)
{
	json_t *o = json_object();
	struct alert alert;
	struct err e;

	if (!alert_from_json(facts, arena, &alert, &e))
		return o;
	set(o, "id", alert.id);
	set(o, "title", alert.title);
	if (alert.story.n_others) {
		json_t *others = json_array();

		for (size_t i = 0; i < alert.story.n_others; i++)
			json_array_append_new(others, json_text(alert.story.others[i].title));
		json_object_set_new(o, "others", others);
	}
	return o;
}

void
replay_show_delivery(const struct owed *owed, struct str channel, const struct str_list *facts,
    int64_t at_s, struct arena *arena)
{
	json_t *o = event("delivery", at_s, arena), *alerts = json_array();

	set(o, "channel", channel);
	set(o, "route", owed->route);
	set(o, "kind", str_c(bundle_kind_names[owed->kind]));
	for (size_t i = 0; i < facts->n; i++)
		json_array_append_new(alerts, member(facts->v[i], arena));
	json_object_set_new(o, "alerts", alerts);
	say(o);
}
