#include "alert.h"

#include "date.h"
#include "json_out.h"
#include "mem.h"

#include <jansson.h>
#include <string.h>

const char *const zone_names[] = {
	[ZONE_TITLE] = "title",
	[ZONE_SUMMARY] = "summary",
	[ZONE_BODY] = "body",
	[ZONE_AUTHOR] = "author",
	[ZONE_CATEGORY] = "category",
	[ZONE_URL] = "url",
};

static const char *const kind_names[] = {
	[ALERT_ITEM] = "item",
	[ALERT_OPERATOR] = "operator",
};

/* ---- out ---- */

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
	jout_str(&o, "kind", str_c(kind_names[alert->kind]));
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

/* ---- in ---- */

struct getter {
	struct arena *arena;
	struct err *e;
	bool good;
};

static void
refuse(struct getter *g, const char *key, const char *want)
{
	if (g->good)
		g->good = err_set(
		    g->e, ERR_INPUT, "these are no facts of an alert: %s is no %s", key, want);
}

/* A member that is not there is an error unless null is allowed: then both are the empty view. */
static struct str
get_str(struct getter *g, const json_t *o, const char *key, bool or_null)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_string(v))
		return str_dup(g->arena, str_n(json_string_value(v), json_string_length(v)));
	if (!or_null || (v && !json_is_null(v)))
		refuse(g, key, "text");
	return STR("");
}

static int64_t
get_date(struct getter *g, const json_t *o, const char *key)
{
	struct str s = get_str(g, o, key, true);
	int64_t date_s = s.n ? date_parse(s) : DATE_NONE;

	if (s.n && date_s == DATE_NONE)
		refuse(g, key, "date");
	return date_s;
}

static int64_t
get_count(struct getter *g, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return json_integer_value(v);
	refuse(g, key, "count");
	return 0;
}

static int
get_name(struct getter *g, const json_t *o, const char *key, const char *const *names, int n)
{
	const char *s = json_string_value(json_object_get(o, key));

	for (int i = 0; s && i < n; i++)
		if (strcmp(s, names[i]) == 0)
			return i;
	refuse(g, key, "known word");
	return 0;
}

static const json_t *
get_object(struct getter *g, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_object(v))
		refuse(g, key, "object");
	return v;
}

static void
get_entry(struct getter *g, const json_t *o, struct alert_entry *ret)
{
	const json_t *snippet = json_object_get(o, "snippet");

	*ret = (struct alert_entry){
		.list = get_str(g, o, "list", true),
		.name = get_str(g, o, "name", false),
		.term = get_str(g, o, "term", false),
		.zone = (enum zone)get_name(g, o, "zone", zone_names, ZONE_COUNT),
		.count = get_count(g, o, "count"),
	};
	if (json_is_object(snippet))
		ret->snippet = (struct snippet){
			.before = get_str(g, snippet, "before", false),
			.marked = get_str(g, snippet, "marked", false),
			.after = get_str(g, snippet, "after", false),
		};
}

static void
get_story(struct getter *g, const json_t *o, struct alert_story *ret)
{
	const json_t *others = json_object_get(o, "others");
	size_t n = json_array_size(others);

	*ret = (struct alert_story){
		.id = get_count(g, o, "id"),
		.opened_s = get_date(g, o, "opened"),
		.items = get_count(g, o, "items"),
		.outlets = get_count(g, o, "outlets"),
		.others = ARENA_ARRAY(g->arena, struct alert_other, n),
		.n_others = n,
	};
	if (json_is_string(json_object_get(o, "again")))
		ret->again =
		    (enum story_reason)get_name(g, o, "again", story_reasons, AGAIN_ROUTE + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *other = json_array_get(others, i);

		ret->others[i] = (struct alert_other){
			.title = get_str(g, other, "title", false),
			.link = get_str(g, other, "link", true),
			.feed = get_str(g, other, "feed", false),
			.seen_s = get_date(g, other, "seen"),
		};
	}
}

static void
get_alert(struct getter *g, const json_t *o, struct alert *ret)
{
	const json_t *item = get_object(g, o, "item"), *feed = get_object(g, o, "feed"),
		     *entries = json_object_get(o, "entries"), *was = json_object_get(item, "was");
	size_t n = json_array_size(entries);

	*ret = (struct alert){
		.kind = (enum alert_kind)get_name(g, o, "kind", kind_names, ARRAY_LEN(kind_names)),
		.id = get_str(g, o, "id", false),
		.watch = get_str(g, o, "watch", false),
		.severity =
		    (enum severity)get_name(g, o, "severity", severity_names, SEVERITY_COUNT),
		.created_s = get_date(g, o, "created"),
		.item_id = get_str(g, item, "id", false),
		.title = get_str(g, item, "title", false),
		.link = get_str(g, item, "link", true),
		.summary = get_str(g, item, "summary", false),
		.author = get_str(g, item, "author", true),
		.published_s = get_date(g, item, "published"),
		.seen_s = get_date(g, item, "seen"),
		.revision = json_object_get(item, "revision") ? get_count(g, item, "revision") : 0,
		.feed = get_str(g, feed, "name", false),
		.feed_title = get_str(g, feed, "title", true),
		.entries = ARENA_ARRAY(g->arena, struct alert_entry, n),
		.n_entries = n,
		.n_more = (size_t)get_count(g, o, "more_entries"),
	};
	for (size_t i = 0; i < n; i++)
		get_entry(g, json_array_get(entries, i), &ret->entries[i]);
	if (json_is_object(was)) {
		ret->was_title = get_str(g, was, "title", true);
		ret->was_summary = get_str(g, was, "summary", true);
	}
	if (json_is_object(json_object_get(o, "story")))
		get_story(g, json_object_get(o, "story"), &ret->story);
}

bool
alert_from_json(struct str json, struct arena *arena, struct alert *ret, struct err *e)
{
	struct getter g = { .arena = arena, .e = e, .good = true };
	json_error_t why;
	json_t *o;
	struct alert alert;

	o = json_loadb(json.n ? json.p : "", json.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (!json_is_object(o)) {
		json_decref(o);
		return err_set(e, ERR_INPUT, "these are no facts of an alert: %s",
		    o ? "no JSON object" : why.text);
	}
	get_alert(&g, o, &alert);
	json_decref(o);
	alert.json = json;
	if (g.good)
		*ret = alert;
	return g.good;
}
