#include "intake.h"

#include "dispatch.h"
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

/* A document that is taken in. */
struct work {
	const struct intake *in;
	const struct feed_doc *doc;
	struct dispatch dispatch;
	struct arena *arena;
	struct poll_done *done;
	size_t owed;
	struct err *e; /* of what comes back false */
};

/* One of its items, and what becomes of it. */
struct taken {
	struct work *w;
	struct item_new *new;
	size_t decisions_cap;
	struct match_input input;
};

static void
match(struct taken *t, struct match_result *result)
{
	struct work *w = t->w;

	match_input_of(t->new->item, w->arena, &t->input);
	t->input.feed = w->in->feed->name;
	t->input.tags = w->in->feed->rules->tags;
	matcher_run(w->in->matcher, &t->input, w->arena, result);
	t->new->alerts = ARENA_ARRAY(w->arena, struct alert_new, result->n_fired);
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
decide(struct taken *t, struct decision_new decision)
{
	*ARENA_PUSH(t->w->arena, t->new->decisions, t->new->n_decisions, t->decisions_cap) =
	    decision;
}

/* The facts of a watch that fired. */
static void
make(const struct taken *t, const struct watch_hit *fired, struct alert *ret)
{
	const struct intake *in = t->w->in;
	const struct alert_identity identity = {
		.secret = store_secret(in->store),
		.watch = fired->name,
		.feed_url = in->feed->url,
		.item_id = t->new->item->id,
		.revision = t->new->revision,
	};

	alert_make(fired, t->new->item, &t->input, t->w->arena, ret);
	ret->id = alert_id(&identity, t->w->arena);
	ret->revision = t->new->revision;
	ret->feed_title = t->w->doc->title;
	ret->seen_s = ret->created_s = in->now_s;
}

/* Who is told of it, or the decision that it is nobody. */
static void
dispatch(struct taken *t, const struct watch_hit *fired, struct alert_new *ret)
{
	struct route_subject subject = dispatch_subject(fired, &t->input, t->w->arena);
	struct decision_new why = { 0 };

	if (!dispatch_alert(&t->w->dispatch, &subject, t->w->arena, ret, &why))
		decide(t, why);
}

/* The alert in alerts[n_alerts] stands. */
static void
keep_alert(struct taken *t)
{
	t->w->owed += t->new->alerts[t->new->n_alerts++].n_deliveries;
}

/* The alert of a watch that fired, or the decision that its story was told. */
static bool
owe(struct taken *t, const struct watch_hit *fired)
{
	struct work *w = t->w;
	struct alert_new *ret = &t->new->alerts[t->new->n_alerts];
	const struct stories_hit hit = {
		.fired = fired,
		.grouping = config_grouping(w->in->config, fired->watch),
		.feed = w->in->feed,
	};
	struct decision_new why;

	make(t, fired, &ret->alert);
	dispatch(t, fired, ret);
	switch (stories_tell(w->in->stories, &hit, w->arena, ret, &why, w->e)) {
	case STORIES_NEWS:
		keep_alert(t);
		return true;
	case STORIES_OLD:
		decide(t, why);
		return true;
	case STORIES_ERROR:
		break;
	}
	return false;
}

/* Was the same said of this entry before?  Fifty times the same phrase is one decision. */
static bool
is_noted(const struct suppressed *v, size_t n, const struct suppressed *s)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].id == s->id && v[i].why == s->why && str_eq(v[i].by, s->by))
			return true;
	return false;
}

static void
note_suppressed(struct taken *t, const struct match_result *result)
{
	struct suppressed noted[INTAKE_DECISIONS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < result->n_suppressed && n < INTAKE_DECISIONS_MAX; i++) {
		const struct suppressed *s = &result->suppressed[i];

		if (is_noted(noted, n, s))
			continue;
		noted[n++] = *s;
		decide(t, (struct decision_new){
			      .watch = STR(""),
			      .entry = s->list.n ? str_fmt(t->w->arena, "%.*s/%.*s",
						       STR_ARG(s->list), STR_ARG(s->entry))
						 : s->entry,
			      .reason = str_c(suppression_reasons[s->why]),
			      .detail = s->by,
			  });
	}
}

static bool
take_item(struct work *w, const struct item *item, const struct newness_item *news)
{
	struct taken t = { .w = w, .new = &w->done->items[w->done->n_items++] };
	struct match_result result;

	*t.new = (struct item_new){ .item = item, .key = news->key, .link = news->link };
	stories_item(w->in->stories, item, w->arena);
	stories_learn(w->in->stories);
	match(&t, &result);
	for (size_t i = 0; i < result.n_fired; i++)
		if (is_baseline(w->in, item))
			decide(
			    &t, (struct decision_new){ .watch = result.fired[i].name,
				    .entry = STR(""),
				    .reason = STR("baseline"),
				    .detail = STR("it stood in the feed before it was watched") });
		else if (!owe(&t, &result.fired[i]))
			return false;
	note_suppressed(&t, &result);
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

/* What fired on the item in the words that it had. */
static void
match_known(const struct taken *t, const struct item_known *known, struct match_result *result)
{
	struct match_input input = t->input;

	input.zone[ZONE_TITLE] = known->title;
	input.zone[ZONE_SUMMARY] = known->summary;
	input.zone[ZONE_BODY] = known->body;
	input.zone[ZONE_AUTHOR] = known->author;
	input.zone[ZONE_CATEGORY] = known->categories;
	input.zone[ZONE_URL] = known->link;
	input.lang = known->lang;
	matcher_run(t->w->in->matcher, &input, t->w->arena, result);
}

/*
 * What was told (first: its facts) says something else now: a follow-up of the same story, unless
 * it was edited so often that this is no news.
 */
static bool
follow_up(struct taken *t, const struct watch_hit *fired, const struct item_known *known,
    struct str first)
{
	struct work *w = t->w;
	struct alert_new *ret = &t->new->alerts[t->new->n_alerts];
	struct alert told;

	if (!config_grouping(w->in->config, fired->watch)->edits)
		return true;
	make(t, fired, &ret->alert);
	if (!alert_edited(&ret->alert, known->title,
		known->summary.n ? known->summary : known->body, w->arena))
		return true;
	if (t->new->revision > INTAKE_EDITS_MAX) {
		decide(t, (struct decision_new){ .watch = fired->name,
			      .entry = STR(""),
			      .reason = STR("edited"),
			      .detail = str_fmt(w->arena, "edit %lld of what was told",
				  (long long)t->new->revision) });
		return true;
	}
	if (!alert_from_json(first, w->arena, &told, w->e))
		return false;
	ret->alert.story = (struct alert_story){
		.id = told.story.id,
		.opened_s = told.story.opened_s,
		.items = told.story.items,
		.outlets = told.story.outlets,
	};
	dispatch(t, fired, ret);
	keep_alert(t);
	return true;
}

/*
 * An item that was changed.  What matches now and did not before is told, once for each watch, and
 * what was told is followed up; of an item so old that it is not kept any more, everything counts
 * as new.
 */
static bool
take_edit(struct work *w, const struct item *item, const struct newness_item *news)
{
	struct taken t = { .w = w, .new = &w->done->items[w->done->n_items] };
	struct match_result result, old_result = { 0 };
	struct item_known known;

	if (!store_item(
		w->in->store, w->in->feed_id, news->key, w->done->places, w->arena, &known, w->e))
		return false;
	if (known.row && gist_same(known.title, item->title, w->arena) &&
	    gist_same(newness_lead(known.summary, known.body),
		newness_lead(item->summary, item->body), w->arena))
		return true;
	*t.new = (struct item_new){ .item = item,
		.key = news->key,
		.link = news->link,
		.row = known.row,
		.revision = known.revision + 1,
		.foreign = !known.own };
	stories_item(w->in->stories, item, w->arena);
	match(&t, &result);
	if (known.row)
		match_known(&t, &known, &old_result);
	for (size_t i = 0; i < result.n_fired; i++) {
		const struct watch_hit *fired = &result.fired[i];
		struct str first = STR("");

		if (known.row && !store_first_alert(
				     w->in->store, known.row, fired->name, w->arena, &first, w->e))
			return false;
		if (first.n == 0 && !has_fired(&old_result, fired->watch) && !owe(&t, fired))
			return false;
		if (first.n && known.own && !follow_up(&t, fired, &known, first))
			return false;
	}
	w->done->n_items++;
	w->done->n_edits++;
	return true;
}

/* ---- the document ---- */

/* Which items are new, and what is to be remembered of all. */
static bool
judge(struct work *w, struct newness *news)
{
	const struct intake *in = w->in;
	struct poll_done *done = w->done;
	struct known known = { STR(""), STR(""), STR("") };

	if (in->feed_id && !store_known(in->store, in->feed_id, w->arena, &known, w->e))
		return false;
	newness_judge(
	    &(struct newness_source){
		.items = w->doc->items,
		.n = w->doc->n_items,
		.seen = known.seen,
		.listed = known.listed,
		.delta = in->delta,
		.now_s = in->now_s,
	    },
	    w->arena, news);
	done->seen_changed = news->seen_changed;
	done->seen = news->seen_changed ? news->seen : known.seen;
	done->listed_changed = news->listed_changed;
	done->listed = news->listed_changed ? news->listed : known.listed;
	done->places = known.places;
	done->churn = news->churn;
	done->gap = news->gap;
	return true;
}

static bool
take(struct work *w, const struct newness *news)
{
	struct poll_done *done = w->done;

	done->items = ARENA_ARRAY(w->arena, struct item_new, news->n_new + news->n_changed);
	done->renamed = ARENA_ARRAY(w->arena, struct item_renamed, news->n_renamed);
	/* Feeds list the newest first; told in the order they happened. */
	for (size_t i = w->doc->n_items; i-- > 0;) {
		const struct newness_item *one = &news->items[i];

		switch (one->verdict) {
		case NEWNESS_KNOWN:
			break;
		case NEWNESS_NEW:
			if (!take_item(w, &w->doc->items[i], one))
				return false;
			break;
		case NEWNESS_CHANGED:
			if (!take_edit(w, &w->doc->items[i], one))
				return false;
			break;
		case NEWNESS_RENAMED:
			done->renamed[done->n_renamed++] =
			    (struct item_renamed){ one->old_key, one->key };
			break;
		}
	}
	return true;
}

bool
intake_document(const struct intake *in, const struct feed_doc *doc, struct arena *arena,
    struct poll_done *done, size_t *owed, struct err *e)
{
	struct work w = {
		.in = in,
		.doc = doc,
		.dispatch = { .routing = &in->config->routing, .now_s = in->now_s },
		.arena = arena,
		.done = done,
		.e = e,
	};
	struct newness news;

	*owed = 0;
	if (!judge(&w, &news) || !stories_begin(in->stories, in->now_s, e))
		return false;
	if (news.n_new + news.n_changed && !store_silences(in->store, in->now_s, arena,
					       &w.dispatch.silences, &w.dispatch.n_silences, e))
		return false;
	if (!take(&w, &news))
		return false;
	stories_end(in->stories, arena, done);
	*owed = w.owed;
	return true;
}
