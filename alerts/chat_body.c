#include "bundle.h"
#include "chat.h"
#include "wording.h"

#define BODY_MAX ((size_t)256 << 10) /* bytes */
#define SUMMARY_UNITS 600            /* of an alert that has more to say */
#define TITLE_UNITS 200              /* of an alert in a list */
#define SOURCE_UNITS 300
#define MORE_UNITS 24  /* kept for "and 1234 more" */
#define OTHERS_SHOWN 5 /* items of the same story below an alert of its own */
#define DOT " \xC2\xB7 "
#define BULLET "\xE2\x80\xA2 "

struct body {
	struct buf b;
	size_t length, max;
	struct arena *arena;
	const struct chat_style *style;
};

static size_t
length(const struct body *body, struct str piece)
{
	return body->style->length ? body->style->length(piece) : chat_units(piece);
}

/* All of it, or nothing and false. */
static bool
put(struct body *body, struct str piece)
{
	size_t n = length(body, piece);

	if (body->length + n > body->max || !buf_add(&body->b, piece))
		return false;
	body->length += n;
	return true;
}

/* The blocks of a text, each a line, as far as there is room. */
static void
put_summary(struct body *body, struct str summary, size_t max)
{
	size_t left = 0;

	if (max > body->max - body->length)
		max = body->max - body->length;
	max += body->length;
	while (summary.n) {
		struct str line;

		str_cut(summary, '\n', &line, &summary);
		line = chat_cut_escaped(
		    body->style, wording_line(line, body->arena), SUMMARY_UNITS, body->arena);
		if (line.n == 0)
			continue;
		if (left || body->length + length(body, line) + MORE_UNITS > max ||
		    !put(body, str_fmt(body->arena, "%.*s%s", STR_ARG(line), body->style->newline)))
			left++;
	}
	if (left)
		put(body, str_fmt(body->arena, "and %zu more%s", left, body->style->newline));
}

static struct str
entry_text(const struct chat_style *style, const struct alert_entry *e, struct arena *arena)
{
	const struct snippet *s = &e->snippet;
	struct buf b;
	struct str ret;

	buf_init(&b, BODY_MAX);
	buf_add(&b, str_c(style->bold[0]));
	style->escape(&b, wording_line(e->name, arena));
	buf_add(&b, str_c(style->bold[1]));
	style->escape(
	    &b, str_sub(wording_entry(e, arena), wording_line(e->name, arena).n, SIZE_MAX));
	buf_add(&b, str_c(style->newline));
	if (s->marked.n) {
		style->escape(&b, s->before);
		buf_add(&b, str_c(style->mark[0]));
		style->escape(&b, wording_line(s->marked, arena));
		buf_add(&b, str_c(style->mark[1]));
		style->escape(&b, s->after);
		buf_add(&b, str_c(style->newline));
	}
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

/* ---- stories ---- */

/* "title (outlet)", linked. */
static struct str
other_text(const struct body *body, const struct alert_other *o)
{
	const struct chat_style *style = body->style;
	struct arena *arena = body->arena;
	struct str title = wording_line(o->title.n ? o->title : o->link, arena);

	return str_fmt(arena, "%.*s (%.*s)",
	    STR_ARG(chat_linked(
		style, o->link, chat_cut_escaped(style, title, TITLE_UNITS, arena), arena)),
	    STR_ARG(chat_escaped(style, wording_line(o->feed, arena), arena)));
}

/* Some others of a story, a line each, and how many are not shown. */
struct others {
	const struct alert_story *story;
	size_t shown, length;
	struct str text;
};

static struct str
more_others(const struct body *body, const struct others *o, const char *bullet)
{
	int64_t left = o->story->items - 1 - (int64_t)o->shown;

	if (o->shown == 0 || left <= 0)
		return STR("");
	return str_fmt(
	    body->arena, "%sand %lld more%s", bullet, (long long)left, body->style->newline);
}

/* At most `most`, as long as they take no more than `room`. */
static struct others
find_others(const struct body *body, const struct alert_story *story, size_t most, size_t room,
    const char *bullet)
{
	struct others o = { .story = story };
	struct buf b;

	buf_init(&b, BODY_MAX);
	for (; o.shown < story->n_others && o.shown < most; o.shown++) {
		struct str line = str_fmt(body->arena, "%s%.*s%s", bullet,
		    STR_ARG(other_text(body, &story->others[o.shown])), body->style->newline);
		size_t n = length(body, line);

		if (o.length + n + MORE_UNITS > room || !buf_add(&b, line))
			break;
		o.length += n;
	}
	o.text = str_join(body->arena, buf_str(&b), more_others(body, &o, bullet));
	buf_free(&b);
	return o;
}

static void
put_story(struct body *body, const struct alert *alert, const struct tz *zone)
{
	const struct chat_style *style = body->style;
	struct str line = wording_story(alert, zone, body->arena);
	struct others others;

	if (line.n == 0)
		return;
	put(body,
	    str_fmt(body->arena, "%s%.*s%s", style->gap,
		STR_ARG(chat_cut_escaped(style, line, SOURCE_UNITS, body->arena)), style->newline));
	others = find_others(body, &alert->story, OTHERS_SHOWN, body->max - body->length, BULLET);
	put(body, others.text);
}

/* ---- bundles ---- */

/* "• [high] title", linked, and a line of who says so and which watch found it. */
static struct str
item_text(const struct body *body, const struct alert *a, const struct tz *zone)
{
	const struct chat_style *style = body->style;
	struct arena *arena = body->arena;
	struct str title = wording_line(a->title.n ? a->title : a->link, arena),
		   source = wording_source(a, zone, arena), story = wording_outlets(a, arena),
		   why =
		       a->n_entries ? wording_names(a, 6, arena) : wording_line(a->summary, arena);

	why = str_fmt(arena, "%.*s%s%.*s: %.*s%s%.*s", STR_ARG(source), source.n ? DOT : "",
	    STR_ARG(wording_line(a->watch, arena)), STR_ARG(why), story.n ? DOT : "",
	    STR_ARG(story));
	return str_fmt(arena, BULLET "%s%.*s%s%.*s%s",
	    a->severity == SEVERITY_NORMAL
		? ""
		: str_z(arena, chat_escaped(style,
				   str_fmt(arena, "[%s] ", severity_names[a->severity]), arena)),
	    STR_ARG(chat_linked(
		style, a->link, chat_cut_escaped(style, title, TITLE_UNITS, arena), arena)),
	    style->newline, STR_ARG(chat_cut_escaped(style, why, SOURCE_UNITS, arena)),
	    style->newline);
}

/* Where the alerts stand that no message tells. */
static struct str
beyond_text(const struct body *body, const struct telling *t)
{
	if (t->beyond == 0)
		return STR("");
	return chat_escaped(body->style,
	    str_fmt(body->arena, "and %zu more: newsbell alerts --delivery %.*s", t->beyond,
		STR_ARG(t->alert->id)),
	    body->arena);
}

/*
 * With that many others of its story.  whole: no part has more room than this one, so that others
 * give way where they are too much for it.
 */
static bool
put_item(struct body *body, const struct telling *t, const struct alert *a, const struct tz *zone,
    bool whole)
{
	struct str text = item_text(body, a, zone);
	size_t n = length(body, text), room = body->max - body->length,
	       most = t->others < a->story.n_others ? t->others : a->story.n_others;
	struct others others;

	if (n > room)
		return false;
	others = find_others(body, &a->story, most, room - n, "\xE2\x80\x93 ");
	if (others.shown < most && !(whole && body->length == 0))
		return false;
	return put(body, str_join(body->arena, text, others.text));
}

size_t
chat_parts(const struct telling *t, const struct chat_style *style, const struct tz *zone,
    const struct chat_space *space, struct str *ret, size_t *told, struct arena *arena)
{
	const struct bundle *bundle = t->bundle;
	struct body like = { .arena = arena, .style = style };
	struct str beyond = beyond_text(&like, t);
	size_t each = space->each - length(&like, beyond), all = space->all - length(&like, beyond);
	size_t used = 0;

	for (*told = 0; used < space->parts && *told < bundle->n; used++) {
		struct body part = like;
		size_t before = *told;

		buf_init(&part.b, BODY_MAX);
		part.max = each < all ? each : all;
		while (*told < bundle->n &&
		       put_item(&part, t, &bundle->alerts[*told], zone, part.max == each))
			++*told;
		ret[used] = str_dup(arena, buf_str(&part.b));
		buf_free(&part.b);
		all -= part.length;
		if (*told == before)
			break;
	}
	if (used && beyond.n)
		ret[used - 1] = str_join(arena, ret[used - 1], beyond);
	return used;
}

/* ---- one alert ---- */

static struct str
alert_body(const struct alert *alert, const struct chat_style *style, const struct tz *zone,
    size_t max, struct arena *arena)
{
	struct body body = { .max = max, .arena = arena, .style = style };
	struct str source = wording_source(alert, zone, arena), ret;
	size_t left = alert->n_more;

	buf_init(&body.b, BODY_MAX);
	if (source.n)
		put(&body, str_fmt(arena, "%.*s%s",
			       STR_ARG(chat_cut_escaped(style, source, SOURCE_UNITS, arena)),
			       style->newline));
	put_summary(&body, wording_changes(alert, arena), SUMMARY_UNITS * 2);
	put_summary(&body, alert->summary, alert->n_entries ? SUMMARY_UNITS : max);
	if (alert->n_entries)
		put(&body, str_c(style->gap));
	for (size_t i = 0; i < alert->n_entries; i++) {
		struct str text = entry_text(style, &alert->entries[i], arena);

		if (left > alert->n_more || body.length + length(&body, text) + MORE_UNITS > max ||
		    !put(&body, text))
			left++;
	}
	if (left)
		put(&body, str_fmt(arena, "and %zu more%s", left, style->newline));
	put_story(&body, alert, zone);
	ret = str_dup(arena, buf_str(&body.b));
	buf_free(&body.b);
	return ret;
}

struct str
chat_body(const struct telling *t, const struct chat_style *style, const struct tz *zone,
    size_t max, size_t *told, struct arena *arena)
{
	struct str ret = STR("");

	*told = 0;
	if (!t->bundle)
		return alert_body(t->alert, style, zone, max, arena);
	chat_parts(t, style, zone, &(struct chat_space){ .parts = 1, .each = max, .all = max },
	    &ret, told, arena);
	return ret;
}
