#include "alert.h"

#include "json_out.h"

const char *const zone_names[] = {
	[ZONE_TITLE] = "title",
	[ZONE_SUMMARY] = "summary",
	[ZONE_BODY] = "body",
	[ZONE_AUTHOR] = "author",
	[ZONE_CATEGORY] = "category",
	[ZONE_URL] = "url",
};

const char *const alert_kind_names[] = {
	[ALERT_ITEM] = "item",
	[ALERT_OPERATOR] = "operator",
};

static void
put_entry(struct json_out *o, const struct alert_entry *entry)
{
	jout_open(o, NULL, '{');
	jout_str_or_null(o, "list", entry->list);
	jout_str(o, "name", entry->name);
	jout_str(o, "term", entry->term);
	jout_str(o, "zone", str_c(zone_names[entry->zone]));
	jout_i64(o, "count", entry->count);
	if (entry->snippet.marked.n) {
		jout_open(o, "snippet", '{');
		jout_str(o, "before", entry->snippet.before);
		jout_str(o, "marked", entry->snippet.marked);
		jout_str(o, "after", entry->snippet.after);
		jout_close(o, '}');
	} else {
		jout_raw(o, "snippet", STR("null"));
	}
	jout_close(o, '}');
}

static void
put_story(struct json_out *o, const struct alert_story *s)
{
	if (s->id == 0) {
		jout_raw(o, "story", STR("null"));
		return;
	}
	jout_open(o, "story", '{');
	jout_i64(o, "id", s->id);
	jout_str_or_null(o, "again", str_c(story_reasons[s->again]));
	jout_date(o, "opened", s->opened_s);
	jout_i64(o, "items", s->items);
	jout_i64(o, "outlets", s->outlets);
	jout_open(o, "others", '[');
	for (size_t i = 0; i < s->n_others; i++) {
		jout_open(o, NULL, '{');
		jout_str(o, "title", s->others[i].title);
		jout_str_or_null(o, "link", s->others[i].link);
		jout_str(o, "feed", s->others[i].feed);
		jout_date(o, "seen", s->others[i].seen_s);
		jout_close(o, '}');
	}
	jout_close(o, ']');
	jout_close(o, '}');
}

struct str
alert_to_json(const struct alert *alert, struct arena *arena)
{
	struct json_out o;

	if (alert->json.n)
		return alert->json;
	jout_init(&o, ALERT_JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "kind", str_c(alert_kind_names[alert->kind]));
	jout_str(&o, "id", alert->id);
	jout_str(&o, "watch", alert->watch);
	jout_str(&o, "severity", str_c(severity_names[alert->severity]));
	jout_date(&o, "created", alert->created_s);
	jout_open(&o, "item", '{');
	jout_str(&o, "id", alert->item_id);
	jout_str(&o, "title", alert->title);
	jout_str_or_null(&o, "link", alert->link);
	jout_str(&o, "summary", alert->summary);
	jout_str_or_null(&o, "author", alert->author);
	jout_date(&o, "published", alert->published_s);
	jout_date(&o, "seen", alert->seen_s);
	if (alert->revision > 0)
		jout_i64(&o, "revision", alert->revision);
	if (alert->was_title.n || alert->was_summary.n) {
		jout_open(&o, "was", '{');
		jout_str_or_null(&o, "title", alert->was_title);
		jout_str_or_null(&o, "summary", alert->was_summary);
		jout_close(&o, '}');
	}
	jout_close(&o, '}');
	jout_open(&o, "feed", '{');
	jout_str(&o, "name", alert->feed);
	jout_str_or_null(&o, "title", alert->feed_title);
	jout_close(&o, '}');
	jout_open(&o, "entries", '[');
	for (size_t i = 0; i < alert->n_entries; i++)
		put_entry(&o, &alert->entries[i]);
	jout_close(&o, ']');
	jout_i64(&o, "more_entries", (int64_t)alert->n_more);
	if (alert->kind == ALERT_ITEM)
		put_story(&o, &alert->story);
	jout_close(&o, '}');
	return jout_done(&o, arena);
}
