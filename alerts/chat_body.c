#include "bundle.h"
#include "chat.h"
#include "mem.h"
#include "wording.h"

#define BODY_MAX ((size_t)256 << 10) /* bytes */
#define SUMMARY_UNITS 600            /* of an alert that has more to say */
#define TITLE_UNITS 200              /* of an alert in a list */
#define SOURCE_UNITS 300
#define MORE_UNITS 24  /* kept for "and 1234 more" */
#define OTHERS_SHOWN 5 /* items of the same story */
#define DOT " \xC2\xB7 "
#define BULLET "\xE2\x80\xA2 "

struct body {
	struct buf b;
	size_t units, max;
	struct arena *arena;
	const struct chat_style *style;
};

/* All of it, or nothing and false. */
static bool
put(struct body *body, struct str piece)
{
	size_t units = chat_units(piece);

	if (body->units + units > body->max || !buf_add(&body->b, piece))
		return false;
	body->units += units;
	return true;
}

/* The blocks of a text, each a line, as far as there is room. */
static void
put_summary(struct body *body, struct str summary, size_t max)
{
	size_t left = 0;

	if (max > body->max - body->units)
		max = body->max - body->units;
	max += body->units;
	while (summary.n) {
		struct str line;

		str_cut(summary, '\n', &line, &summary);
		line = chat_cut_escaped(
		    body->style, wording_line(line, body->arena), SUMMARY_UNITS, body->arena);
		if (line.n == 0)
			continue;
		if (left || body->units + chat_units(line) + MORE_UNITS > max ||
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

/* The others of a story, a line each; those that are not shown are counted. */
static struct str
others_text(const struct body *body, const struct alert_story *story, const char *bullet)
{
	size_t shown = story->n_others < OTHERS_SHOWN ? story->n_others : OTHERS_SHOWN;
	int64_t left = story->items - 1 - (int64_t)shown;
	struct str s = STR("");

	for (size_t i = 0; i < shown; i++)
		s = str_fmt(body->arena, "%.*s%s%.*s%s", STR_ARG(s), bullet,
		    STR_ARG(other_text(body, &story->others[i])), body->style->newline);
	if (shown && left > 0)
		s = str_fmt(body->arena, "%.*s%sand %lld more%s", STR_ARG(s), bullet,
		    (long long)left, body->style->newline);
	return s;
}

static void
put_story(struct body *body, const struct alert *alert, const struct tz *zone)
{
	const struct chat_style *style = body->style;
	struct str line = wording_story(alert, zone, body->arena), others;

	if (line.n == 0)
		return;
	put(body,
	    str_fmt(body->arena, "%s%.*s%s", style->gap,
		STR_ARG(chat_cut_escaped(style, line, SOURCE_UNITS, body->arena)), style->newline));
	others = others_text(body, &alert->story, BULLET);
	if (body->units + chat_units(others) + MORE_UNITS <= body->max)
		put(body, others);
}

/* ---- bundles ---- */

/* "• [high] title", linked, and a line of who says so and which watch found it. */
static struct str
item_text(const struct body *body, const struct alert *a, const struct tz *zone, bool folded)
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
	return str_fmt(arena, BULLET "%s%.*s%s%.*s%s%.*s",
	    a->severity == SEVERITY_NORMAL
		? ""
		: str_z(arena, chat_escaped(style,
				   str_fmt(arena, "[%s] ", severity_names[a->severity]), arena)),
	    STR_ARG(chat_linked(
		style, a->link, chat_cut_escaped(style, title, TITLE_UNITS, arena), arena)),
	    style->newline, STR_ARG(chat_cut_escaped(style, why, SOURCE_UNITS, arena)),
	    style->newline,
	    STR_ARG(folded ? others_text(body, &a->story, "\xE2\x80\x93 ") : STR("")));
}

/* As much of the list as n parts take; *used of them.  Returns the number of alerts left out. */
static size_t
fill(const struct bundle *bundle, const struct body *like, const struct tz *zone, bool folded,
    struct str *parts, size_t n, size_t *used)
{
	size_t i = 0;

	for (*used = 0; *used < n && i < bundle->n; ++*used) {
		struct body part = *like;

		buf_init(&part.b, BODY_MAX);
		part.max -= MORE_UNITS;
		for (; i < bundle->n; i++)
			if (!put(&part, item_text(&part, &bundle->alerts[i], zone, folded)))
				break;
		parts[*used] = str_dup(like->arena, buf_str(&part.b));
		buf_free(&part.b);
		if (parts[*used].n == 0)
			break;
	}
	return bundle->n - i;
}

size_t
chat_parts(const struct bundle *bundle, const struct chat_style *style, const struct tz *zone,
    size_t max, struct str *parts, size_t n, struct arena *arena)
{
	const struct body like = { .max = max, .arena = arena, .style = style };
	size_t used, left = fill(bundle, &like, zone, true, parts, n, &used);

	if (left)
		left = fill(bundle, &like, zone, false, parts, n, &used);
	if (left && used)
		parts[used - 1] = str_fmt(
		    arena, "%.*sand %zu more%s", STR_ARG(parts[used - 1]), left, style->newline);
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

		if (left > alert->n_more || body.units + chat_units(text) + MORE_UNITS > max ||
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
    size_t max, struct arena *arena)
{
	struct str ret = STR("");

	if (!t->bundle)
		return alert_body(t->alert, style, zone, max, arena);
	chat_parts(t->bundle, style, zone, max, &ret, 1, arena);
	return ret;
}
