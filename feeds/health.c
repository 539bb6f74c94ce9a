#include "health.h"

#include "mem.h"
#include "rhythm.h"

#include <assert.h>

/* Since when nothing new came, 0 = nothing to count from. */
static int64_t
quiet_since(const struct feed_state *s)
{
	int64_t last = rhythm_last_s(&s->rhythm);

	if (s->last_change_s > last)
		last = s->last_change_s;
	return s->first_s > last ? s->first_s : last;
}

/* When silence would begin, or INT64_MAX. */
static int64_t
silent_from(const struct feed *feed, const struct feed_state *s)
{
	int64_t after = 0;

	switch (feed->rules->silent.mode) {
	case SILENT_AUTO:
		after = rhythm_silence_s(&s->rhythm);
		break;
	case SILENT_AFTER:
		after = feed->rules->silent.after_s;
		break;
	case SILENT_OFF:
		break;
	}
	return after == 0 || quiet_since(s) == 0 ? INT64_MAX : quiet_since(s) + after;
}

static bool
is_suspicious(const struct feed_state *s, int64_t now_s)
{
	return s->deaths > 0 || s->polls_no_feed >= HEALTH_NO_FEED_POLLS ||
	       s->polls_no_items >= HEALTH_NO_ITEMS_POLLS ||
	       s->polls_frozen >= HEALTH_FROZEN_POLLS ||
	       (s->hidden_s > 0 && now_s - s->hidden_s < HEALTH_HIDDEN_S);
}

static enum feed_health
judge(const struct feed *feed, const struct feed_state *s, int64_t now_s)
{
	if (s->gone_since_s > 0)
		return FEED_GONE;
	/* What answers 200 with no feed fails too, but the better word for it is suspicious. */
	if (s->deaths == 0 && s->polls_no_feed < HEALTH_NO_FEED_POLLS &&
	    s->failures >= HEALTH_BROKEN_FAILURES &&
	    s->last_try_s - s->failing_since_s >= HEALTH_BROKEN_S)
		return FEED_BROKEN;
	if (is_suspicious(s, now_s))
		return FEED_SUSPICIOUS;
	/* While it fails, nothing can be said about silence. */
	if (s->failing_since_s > 0)
		return s->health;
	return now_s >= silent_from(feed, s) ? FEED_SILENT : FEED_WELL;
}

/* Is it another than before? */
static bool
note(const struct feed *feed, struct feed_state *s, int64_t now_s)
{
	enum feed_health health = judge(feed, s, now_s);

	if (health == s->health)
		return false;
	s->health = health;
	s->health_since_s = now_s;
	return true;
}

const char *
health_name(enum feed_health health)
{
	switch (health) {
	case FEED_WELL:
		return "well";
	case FEED_BROKEN:
		return "broken";
	case FEED_SILENT:
		return "silent";
	case FEED_SUSPICIOUS:
		return "suspicious";
	case FEED_GONE:
		return "gone";
	case FEED_HEALTH_COUNT:
		break;
	}
	return "unknown";
}

static struct str
what(const struct feed_state *s, int64_t now_s, struct arena *arena)
{
	switch (s->health) {
	case FEED_WELL:
		return STR("recovered");
	case FEED_BROKEN:
		return str_fmt(arena, "broken for %.*s: %.*s",
		    STR_ARG(poll_span(now_s - s->failing_since_s, arena)), STR_ARG(s->error));
	case FEED_SILENT:
		return str_fmt(arena, "silent: nothing new for %.*s",
		    STR_ARG(poll_span(now_s - quiet_since(s), arena)));
	case FEED_SUSPICIOUS:
		if (s->deaths > 0 || s->polls_no_feed >= HEALTH_NO_FEED_POLLS)
			return str_fmt(arena, "suspicious: %.*s", STR_ARG(s->error));
		if (s->polls_no_items >= HEALTH_NO_ITEMS_POLLS)
			return STR("suspicious: no items, where there were some");
		if (s->polls_frozen >= HEALTH_FROZEN_POLLS)
			return STR("suspicious: new items, but their dates stand still");
		return STR("suspicious: the server answered \"not modified\" and hid new items");
	case FEED_GONE:
		return str_fmt(arena, "gone for good, says the server, for %.*s",
		    STR_ARG(poll_span(now_s - s->gone_since_s, arena)));
	case FEED_HEALTH_COUNT:
		break;
	}
	return STR("unknown");
}

static struct str
one_line(const struct feed *feed, const struct feed_state *s, int64_t now_s, struct arena *arena)
{
	struct str good = s->last_ok_s == 0 ? STR("never good")
					    : str_fmt(arena, "last good %.*s ago",
						  STR_ARG(poll_span(now_s - s->last_ok_s, arena)));
	struct str next = s->next_due_s <= now_s
			      ? STR("next try now")
			      : str_fmt(arena, "next try in %.*s",
				    STR_ARG(poll_span(s->next_due_s - now_s, arena)));

	return str_fmt(arena, "%.*s: %.*s; %.*s, %.*s", STR_ARG(feed->name),
	    STR_ARG(what(s, now_s, arena)), STR_ARG(good), STR_ARG(next));
}

/* ---- what is worth telling ---- */

static const char *const kind_names[] = {
	[HEALTH_KIND_BROKEN] = "broken",
	[HEALTH_KIND_SILENT] = "silent",
	[HEALTH_KIND_SUSPICIOUS] = "suspicious",
	[HEALTH_KIND_GONE] = "gone",
	[HEALTH_KIND_RECOVERED] = "recovered",
	[HEALTH_KIND_GAP] = "gap",
	[HEALTH_KIND_CHURN] = "churn",
	[HEALTH_KIND_MOVED] = "moved",
};
static_assert(ARRAY_LEN(kind_names) == HEALTH_KIND_COUNT, "every kind has a name");

const char *
health_kind_name(enum health_kind kind)
{
	return kind < HEALTH_KIND_COUNT ? kind_names[kind] : "unknown";
}

static enum health_kind
kind_of(enum feed_health health)
{
	switch (health) {
	case FEED_BROKEN:
		return HEALTH_KIND_BROKEN;
	case FEED_SILENT:
		return HEALTH_KIND_SILENT;
	case FEED_SUSPICIOUS:
		return HEALTH_KIND_SUSPICIOUS;
	case FEED_GONE:
		return HEALTH_KIND_GONE;
	case FEED_WELL:
	case FEED_HEALTH_COUNT:
		break;
	}
	return HEALTH_KIND_RECOVERED;
}

size_t
health_tell(const struct feed *feed, const struct feed_state *before, struct feed_state *after,
    int64_t now_s, struct arena *arena, struct health_told *ret)
{
	size_t n = 0;

	if (note(feed, after, now_s))
		ret[n++] = (struct health_told){ kind_of(after->health),
			one_line(feed, after, now_s, arena) };
	if (after->gap_s != before->gap_s &&
	    (before->gap_s == 0 || after->gap_s - before->gap_s >= HEALTH_GAP_S))
		ret[n++] = (struct health_told){ HEALTH_KIND_GAP,
			str_fmt(arena,
			    "%.*s: nothing of what it lists was known from the poll before, %.*s "
			    "earlier: items may have come and gone unseen; it is asked more often "
			    "now, as far as 'every' allows",
			    STR_ARG(feed->name),
			    STR_ARG(poll_span(now_s - before->last_ok_s, arena))) };
	if (after->churn_s != before->churn_s &&
	    (before->churn_s == 0 || after->churn_s - before->churn_s >= HEALTH_CHURN_S))
		ret[n++] = (struct health_told){ HEALTH_KIND_CHURN,
			str_fmt(arena,
			    "%.*s: it gave its items new ids; they were known by link and title, "
			    "and "
			    "nothing was told twice",
			    STR_ARG(feed->name)) };
	if (poll_is_moved(after) && !poll_is_moved(before))
		ret[n++] = (struct health_told){ HEALTH_KIND_MOVED,
			str_fmt(arena, "%.*s: moved for good; it is asked there now: url = %.*s",
			    STR_ARG(feed->name), STR_ARG(after->moved_url)) };
	return n;
}
