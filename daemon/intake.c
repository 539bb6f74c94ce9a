#include "intake.h"

#include "gist.h"
#include "newness.h"
#include "store_items.h"
#include "store_known.h"

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
	match_input_of(item, arena, ret);
	ret->feed = in->feed->name;
	ret->tags = in->feed->rules->tags;
}

/*
 * On the first poll only what is at most `backfill` old is told; an undated item is as old as the
 * feed.
 */
static bool
is_baseline(const struct intake *in, const struct item *item)
{
	int64_t date_s = item->published_s != DATE_NONE ? item->published_s : item->updated_s;

	if (!in->first || in->feed->rules->backfill_s == FEED_BACKFILL_ALL)
		return false;
	return date_s == DATE_NONE || date_s < in->now_s - in->feed->rules->backfill_s ||
	       in->feed->rules->backfill_s == 0;
}

static void
decide(struct item_new *new, size_t *cap, struct arena *arena, struct decision_new decision)
{
	*ARENA_PUSH(arena, new->decisions, new->n_decisions, *cap) = decision;
}

/* The facts of a watch that fired. */
static void
make(const struct intake *in, const struct match_input *input, const struct watch_hit *fired,
    const struct feed_doc *doc, const struct item_new *new, struct arena *arena, struct alert *ret)
{
	const struct alert_identity identity = {
		.secret = store_secret(in->store),
		.watch = fired->name,
		.feed_url = in->feed->url,
		.item_id = new->item->id,
		.revision = new->revision,
	};

	alert_make(fired, new->item, input, arena, ret);
	ret->id = alert_id(&identity, arena);
	ret->revision = new->revision;
	ret->feed_title = doc->title;
	ret->seen_s = ret->created_s = in->now_s;
}

/*
 * The alert of a watch that fired, added to new with the channels that are told; or the decision
 * that its story was told.
 */
static bool
owe(const struct intake *in, const struct match_input *input, const struct watch_hit *fired,
    const struct feed_doc *doc, struct arena *arena, struct item_new *new, size_t *cap,
    size_t *owed, struct err *e)
{
	struct alert_new *ret = &new->alerts[new->n_alerts];
	struct route_subject subject = dispatch_subject(fired, input, arena);
	struct decision_new why = { 0 };
	bool told;

	make(in, input, fired, doc, new, arena, &ret->alert);
	if (!dispatch_alert(&in->dispatch, &subject, arena, ret, &why))
		decide(new, cap, arena, why);
	if (!stories_tell(in->stories, config_grouping(in->config, fired->watch), fired, in->feed,
		arena, ret, &told, &why, e))
		return false;
	if (!told) {
		decide(new, cap, arena, why);
		return true;
	}
	new->n_alerts++;
	*owed += ret->n_deliveries;
	return true;
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

static bool
take_item(const struct intake *in, const struct item *item, const struct feed_doc *doc,
    struct arena *arena, struct item_new *new, size_t *owed, struct err *e)
{
	struct match_input input;
	struct match_result result;
	size_t decisions = 0;

	stories_item(in->stories, item, true, arena);
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
		else if (!owe(in, &input, fired, doc, arena, new, &decisions, owed, e))
			return false;
	}
	note_suppressed(&result, arena, new, &decisions);
	return true;
}

/* ---- edits ---- */

static bool
has_fired(const struct match_result *result, size_t watch)
{
	for (size_t i = 0; i < result->n_fired; i++)
		if (result->fired[i].watch == watch)
			return true;
	return false;
}

/* As it would be matched: the item in the words that it had. */
static void
fill_known(const struct match_input *now, const struct item_known *known, struct match_input *ret)
{
	*ret = *now;
	ret->zone[ZONE_TITLE] = known->title;
	ret->zone[ZONE_SUMMARY] = known->summary;
	ret->zone[ZONE_BODY] = known->body;
	ret->zone[ZONE_AUTHOR] = known->author;
	ret->zone[ZONE_CATEGORY] = known->categories;
	ret->zone[ZONE_URL] = known->link;
	ret->lang = known->lang;
}

/*
 * What was told says something else now: a follow-up of the same story, unless it was edited so
 * often that this is no news.
 */
static bool
follow_up(const struct intake *in, const struct match_input *input, const struct watch_hit *fired,
    const struct feed_doc *doc, const struct item_known *known, struct str first,
    struct arena *arena, struct item_new *new, size_t *cap, size_t *owed, struct err *e)
{
	struct alert_new *ret = &new->alerts[new->n_alerts];
	struct route_subject subject = dispatch_subject(fired, input, arena);
	struct decision_new why = { 0 };
	struct alert told;

	if (!config_grouping(in->config, fired->watch)->edits)
		return true;
	make(in, input, fired, doc, new, arena, &ret->alert);
	if (!alert_edited(
		&ret->alert, known->title, known->summary.n ? known->summary : known->body, arena))
		return true;
	if (new->revision > INTAKE_EDITS_MAX) {
		decide(new, cap, arena,
		    (struct decision_new){ .watch = fired->name,
			.entry = STR(""),
			.reason = STR("edited"),
			.detail = str_fmt(
			    arena, "edit %lld of what was told", (long long)new->revision) });
		return true;
	}
	if (!alert_from_json(first, arena, &told, e))
		return false;
	ret->alert.story = (struct alert_story){
		.id = told.story.id,
		.opened_s = told.story.opened_s,
		.items = told.story.items,
		.outlets = told.story.outlets,
	};
	if (!dispatch_alert(&in->dispatch, &subject, arena, ret, &why))
		decide(new, cap, arena, why);
	new->n_alerts++;
	*owed += ret->n_deliveries;
	return true;
}

/*
 * An item that was changed.  What matches now and did not before is told, once for each watch, and
 * what was told is followed up; of an item so old that it is not kept any more, everything counts
 * as new.
 */
static bool
take_edit(const struct intake *in, const struct item *item, const struct newness_item *news,
    const struct feed_doc *doc, struct arena *arena, struct poll_done *done, size_t *owed,
    struct err *e)
{
	struct item_new *new = &done->items[done->n_items];
	struct match_input input, old_input;
	struct match_result result, old_result = { 0 };
	struct item_known known;
	size_t decisions = 0;

	if (!store_item(in->store, in->feed_id, news->key, done->places, arena, &known, e))
		return false;
	if (known.row && gist_same(known.title, item->title, arena) &&
	    gist_same(newness_lead(known.summary, known.body),
		newness_lead(item->summary, item->body), arena))
		return true;
	*new = (struct item_new){ .item = item,
		.key = news->key,
		.link = news->link,
		.row = known.row,
		.revision = known.revision + 1,
		.foreign = !known.own };
	stories_item(in->stories, item, false, arena);
	fill_input(in, item, arena, &input);
	if (known.row) {
		fill_known(&input, &known, &old_input);
		matcher_run(in->matcher, &old_input, arena, &old_result);
	}
	matcher_run(in->matcher, &input, arena, &result);
	new->alerts = ARENA_ARRAY(arena, struct alert_new, result.n_fired);
	for (size_t i = 0; i < result.n_fired; i++) {
		const struct watch_hit *fired = &result.fired[i];
		struct str first = STR("");

		if (known.row &&
		    !store_first_alert(in->store, known.row, fired->name, arena, &first, e))
			return false;
		if (first.n == 0 && !has_fired(&old_result, fired->watch) &&
		    !owe(in, &input, fired, doc, arena, new, &decisions, owed, e))
			return false;
		if (first.n && known.own &&
		    !follow_up(
			in, &input, fired, doc, &known, first, arena, new, &decisions, owed, e))
			return false;
	}
	done->n_items++;
	done->n_edits++;
	return true;
}

/* ---- the document ---- */

static bool
judge(const struct intake *in, const struct feed_doc *doc, struct arena *arena,
    struct poll_done *done, struct newness *news, struct err *e)
{
	struct known known = { STR(""), STR(""), STR("") };

	if (in->feed_id && !store_known(in->store, in->feed_id, arena, &known, e))
		return false;
	newness_judge(
	    doc->items, doc->n_items, known.seen, known.listed, in->delta, in->now_s, arena, news);
	done->seen_changed = news->seen_changed;
	done->seen = news->seen_changed ? news->seen : known.seen;
	done->listed_changed = news->listed_changed;
	done->listed = news->listed_changed ? news->listed : known.listed;
	done->places = known.places;
	done->churn = news->churn;
	done->gap = news->gap;
	return true;
}

bool
intake_document(const struct intake *given, const struct feed_doc *doc, struct arena *arena,
    struct poll_done *done, size_t *owed, struct err *e)
{
	struct intake with = *given, *in = &with;
	struct newness news;

	*owed = 0;
	if (!judge(in, doc, arena, done, &news, e) || !stories_begin(in->stories, in->now_s, e))
		return false;
	with.dispatch = (struct dispatch){ .routing = &in->config->routing, .now_s = in->now_s };
	if (news.n_new + news.n_changed &&
	    !store_silences(
		in->store, in->now_s, arena, &with.dispatch.silences, &with.dispatch.n_silences, e))
		return false;
	done->items = ARENA_ARRAY(arena, struct item_new, news.n_new + news.n_changed);
	done->renamed = ARENA_ARRAY(arena, struct item_renamed, news.n_renamed);
	/* Feeds list the newest first; told in the order they happened. */
	for (size_t i = doc->n_items; i-- > 0;) {
		const struct newness_item *one = &news.items[i];
		struct item_new *new;

		switch (one->verdict) {
		case NEWNESS_KNOWN:
			break;
		case NEWNESS_NEW:
			new = &done->items[done->n_items++];
			new->item = &doc->items[i];
			new->key = one->key;
			new->link = one->link;
			if (!take_item(in, &doc->items[i], doc, arena, new, owed, e))
				return false;
			break;
		case NEWNESS_CHANGED:
			if (!take_edit(in, &doc->items[i], one, doc, arena, done, owed, e))
				return false;
			break;
		case NEWNESS_RENAMED:
			done->renamed[done->n_renamed++] =
			    (struct item_renamed){ one->old_key, one->key };
			break;
		}
	}
	stories_end(in->stories, arena, done);
	return true;
}
