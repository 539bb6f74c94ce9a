#include "intake.h"

#include "seen.h"

static const char *const suppression_reasons[] = {
	[SUPPRESS_EXCEPT] = "except",
	[SUPPRESS_WITHOUT] = "without",
	[SUPPRESS_WITH] = "with",
	[SUPPRESS_SHOUTED] = "shouted",
	[SUPPRESS_ZONE] = "zone",
	[SUPPRESS_LIMIT] = "regex-limit",
};

static void
fill_input(
    const struct intake *in, const struct item *item, struct arena *arena, struct match_input *ret)
{
	struct str categories = STR("");

	for (size_t i = 0; i < item->n_categories; i++)
		categories = str_fmt(arena, "%.*s%s%.*s", STR_ARG(categories), i ? "\n" : "",
		    STR_ARG(item->categories[i]));
	*ret = (struct match_input){
		.zone = { [ZONE_TITLE] = item->title,
		    [ZONE_SUMMARY] = item->summary,
		    [ZONE_BODY] = item->body,
		    [ZONE_AUTHOR] = item->author,
		    [ZONE_CATEGORY] = categories,
		    [ZONE_URL] = item->link },
		.feed = in->feed->name,
		.tags = in->feed->tags,
		.lang = item->lang,
	};
}

/*
 * On the first poll only what is at most `backfill` old is told; an undated item is as old as the
 * feed.
 */
static bool
is_baseline(const struct intake *in, const struct item *item)
{
	int64_t date_s = item->published_s != DATE_NONE ? item->published_s : item->updated_s;

	if (!in->first || in->feed->backfill_s == FEED_BACKFILL_ALL)
		return false;
	return date_s == DATE_NONE || date_s < in->now_s - in->feed->backfill_s ||
	       in->feed->backfill_s == 0;
}

static void
decide(struct item_new *new, size_t *cap, struct arena *arena, struct decision_new decision)
{
	*ARENA_PUSH(arena, new->decisions, new->n_decisions, *cap) = decision;
}

static size_t
owe(const struct intake *in, const struct item *item, const struct match_input *input,
    const struct watch_hit *fired, const struct feed_doc *doc, struct arena *arena,
    struct alert_new *ret)
{
	const struct config *c = in->config;
	const struct alert_identity identity = {
		.secret = store_secret(in->store),
		.watch = fired->name,
		.feed_url = in->feed->url,
		.item_id = item->id,
	};

	alert_make(fired, item, input, arena, &ret->alert);
	ret->alert.id = alert_id(&identity, arena);
	ret->alert.feed_title = doc->title;
	ret->alert.seen_s = ret->alert.created_s = in->now_s;
	ret->deliveries = ARENA_ARRAY(arena, struct delivery_new, c->n_channels);
	ret->n_deliveries = c->n_channels;
	for (size_t i = 0; i < c->n_channels; i++)
		ret->deliveries[i] = (struct delivery_new){
			.id =
			    delivery_id(identity.secret, ret->alert.id, c->channels[i].name, arena),
			.channel = c->channels[i].name,
		};
	return ret->n_deliveries;
}

static void
note_suppressed(
    const struct match_result *result, struct arena *arena, struct item_new *new, size_t *cap)
{
	for (size_t i = 0; i < result->n_suppressed && i < INTAKE_DECISIONS_MAX; i++) {
		const struct suppressed *s = &result->suppressed[i];

		decide(new, cap, arena,
		    (struct decision_new){
			.watch = STR(""),
			.entry = s->list.n ? str_fmt(arena, "%.*s/%.*s", STR_ARG(s->list),
						 STR_ARG(s->entry))
					   : s->entry,
			.reason = str_c(suppression_reasons[s->why]),
			.detail = s->by,
		    });
	}
}

static size_t
take_item(const struct intake *in, const struct item *item, const struct feed_doc *doc,
    struct arena *arena, struct item_new *new)
{
	struct match_input input;
	struct match_result result;
	size_t decisions = 0, owed = 0;

	fill_input(in, item, arena, &input);
	matcher_run(in->matcher, &input, arena, &result);
	new->alerts = ARENA_ARRAY(arena, struct alert_new, result.n_fired);
	for (size_t i = 0; i < result.n_fired; i++) {
		const struct watch_hit *fired = &result.fired[i];

		if (is_baseline(in, item))
			decide(new, &decisions, arena,
			    (struct decision_new){ .watch = fired->name,
				.entry = STR(""),
				.reason = STR("baseline"),
				.detail = STR("it stood in the feed before it was watched") });
		else
			owed +=
			    owe(in, item, &input, fired, doc, arena, &new->alerts[new->n_alerts++]);
	}
	note_suppressed(&result, arena, new, &decisions);
	return owed;
}

bool
intake_document(const struct intake *in, const struct feed_doc *doc, struct arena *arena,
    struct poll_done *done, size_t *owed, struct err *e)
{
	uint64_t *keys = ARENA_ARRAY(arena, uint64_t, doc->n_items);
	bool *is_new = ARENA_ARRAY(arena, bool, doc->n_items);
	struct str old = STR("");

	*owed = 0;
	if (in->feed_id && !store_seen(in->store, in->feed_id, arena, &old, e))
		return false;
	for (size_t i = 0; i < doc->n_items; i++)
		keys[i] = seen_key(doc->items[i].id);
	done->seen_changed =
	    seen_update(old, keys, doc->n_items, in->now_s, arena, is_new, &done->seen);
	done->items = ARENA_ARRAY(arena, struct item_new, doc->n_items);
	/* Feeds list the newest first; told in the order they happened. */
	for (size_t i = doc->n_items; i-- > 0;) {
		struct item_new *new;

		if (!is_new[i])
			continue;
		new = &done->items[done->n_items++];
		new->item = &doc->items[i];
		new->key = keys[i];
		*owed += take_item(in, &doc->items[i], doc, arena, new);
	}
	return true;
}
