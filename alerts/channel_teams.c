#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "chat_hook.h"
#include "json_out.h"
#include "mem.h"
#include "url.h"
#include "wording.h"

/*
 * An Adaptive Card for a workflow's "When a Teams webhook request is received".  Texts are
 * RichTextBlocks: their runs are plain text, where a TextBlock would read Markdown and mentions.
 */
#define BODY_MAX ((size_t)28 << 10) /* bytes of a message */
#define TEXT_MAX 500                /* characters of a run */
#define ENTRIES_MAX 15
#define MORE_MAX 128 /* bytes of "and 1234 more" */

static const struct setting rows[] = { CHAT_HOOK_ROWS };

struct run {
	struct str text, link; /* link: an http(s) address, or empty */
	bool bold, quiet, mark, large;
};

static void
put_open(struct json_out *o, struct str link)
{
	jout_str(o, "type", STR("Action.OpenUrl"));
	jout_str(o, "title", STR("Open"));
	jout_str(o, "url", link);
}

static void
put_runs(struct json_out *o, const struct run *runs, size_t n)
{
	jout_open(o, NULL, '{');
	jout_str(o, "type", STR("RichTextBlock"));
	jout_open(o, "inlines", '[');
	for (size_t i = 0; i < n; i++) {
		if (runs[i].text.n == 0)
			continue;
		jout_open(o, NULL, '{');
		jout_str(o, "type", STR("TextRun"));
		jout_str(o, "text", runs[i].text);
		if (runs[i].bold)
			jout_str(o, "weight", STR("Bolder"));
		if (runs[i].large)
			jout_str(o, "size", STR("Medium"));
		if (runs[i].quiet)
			jout_bool(o, "isSubtle", true);
		if (runs[i].mark)
			jout_bool(o, "highlight", true);
		if (runs[i].link.n) {
			jout_open(o, "selectAction", '{');
			put_open(o, runs[i].link);
			jout_close(o, '}');
		}
		jout_close(o, '}');
	}
	jout_close(o, ']');
	jout_close(o, '}');
}

static void
put_entries(struct json_out *o, const struct alert *alert, size_t max, struct arena *arena)
{
	for (size_t i = 0; i < alert->n_entries && i < max; i++) {
		const struct alert_entry *entry = &alert->entries[i];
		const struct snippet *s = &entry->snippet;

		put_runs(o, &(struct run){ .text = wording_entry(entry, arena), .bold = true }, 1);
		if (s->marked.n)
			put_runs(o,
			    (const struct run[]){ { .text = s->before },
				{ .text = s->marked, .bold = true, .mark = true },
				{ .text = s->after } },
			    3);
	}
	if (alert->n_more || alert->n_entries > max)
		put_runs(o,
		    &(struct run){ .text = str_fmt(arena, "and %zu more",
				       alert->n_more +
					   (alert->n_entries > max ? alert->n_entries - max : 0)) },
		    1);
}

static void
put_lines(struct json_out *o, struct str text, size_t max, struct arena *arena)
{
	size_t left = 0;

	for (size_t n = 0; text.n; n++) {
		struct str line;

		str_cut(text, '\n', &line, &text);
		if (n >= max)
			left++;
		else
			put_runs(o,
			    &(struct run){
				.text = wording_cut(wording_line(line, arena), TEXT_MAX, arena) },
			    1);
	}
	if (left)
		put_runs(o, &(struct run){ .text = str_fmt(arena, "and %zu more", left) }, 1);
}

static struct str
link_of(struct str link)
{
	return url_is_http(link) && link.n <= CHAT_LINK_MAX ? link : STR("");
}

static void
put_more(struct json_out *o, int64_t left, struct arena *arena)
{
	if (left > 0)
		put_runs(o,
		    &(struct run){ .text = str_fmt(arena, "and %lld more", (long long)left) }, 1);
}

/* "title (outlet)", linked. */
static void
put_other(struct json_out *o, const struct alert_other *other, struct arena *arena)
{
	put_runs(o,
	    (const struct run[]){
		{ .text = wording_cut(wording_line(other->title, arena), TEXT_MAX, arena),
		    .link = link_of(other->link) },
		{ .text = str_fmt(arena, " (%.*s)", STR_ARG(wording_line(other->feed, arena))),
		    .quiet = true } },
	    2);
}

static void
put_story(struct json_out *o, const struct alert *alert, size_t max, const struct tz *zone,
    struct arena *arena)
{
	const struct alert_story *story = &alert->story;
	struct str line = wording_story(alert, zone, arena);
	size_t n = story->n_others < max ? story->n_others : max;

	if (line.n == 0)
		return;
	put_runs(o, &(struct run){ .text = line, .quiet = true }, 1);
	for (size_t i = 0; i < n; i++)
		put_other(o, &story->others[i], arena);
	put_more(o, n ? story->items - 1 - (int64_t)n : 0, arena);
}

/* ---- digests ---- */

/* Elements of a card, as far as there is room. */
struct elements {
	struct buf b; /* separated by commas */
	size_t max;
};

/* What was put is added if it leaves `spare` bytes. */
static bool
add(struct elements *e, struct json_out *o, size_t spare, struct arena *arena)
{
	struct str json = jout_done(o, arena);

	if (json.n == 0 || e->b.n + 1 + json.n + spare > e->max)
		return false;
	if (e->b.n)
		buf_add_char(&e->b, ',');
	return buf_add(&e->b, json);
}

static void
put_head(struct json_out *o, const struct alert *a, const struct tz *zone, struct arena *arena)
{
	struct str story = wording_outlets(a, arena);

	put_runs(o,
	    (const struct run[]){ { .text = str_fmt(arena, "[%s] ", severity_names[a->severity]) },
		{ .text = wording_cut(
		      wording_line(a->title.n ? a->title : a->link, arena), TEXT_MAX, arena),
		    .link = link_of(a->link),
		    .bold = true },
		{ .text = wording_cut(
		      str_fmt(arena, "  %.*s, %.*s%s%.*s", STR_ARG(wording_source(a, zone, arena)),
			  STR_ARG(wording_line(a->watch, arena)), story.n ? ", " : "",
			  STR_ARG(story)),
		      TEXT_MAX, arena),
		    .quiet = true } },
	    3);
}

/* With that many others of its story; alone in a card, as many of them as there is room for. */
static bool
add_item(struct elements *e, const struct alert *a, size_t others, const struct tz *zone,
    struct arena *arena)
{
	const struct alert_story *story = &a->story;
	size_t before = e->b.n, shown = 0,
	       most = others < story->n_others ? others : story->n_others;
	struct json_out o;

	jout_init(&o, BODY_MAX);
	put_head(&o, a, zone, arena);
	if (!add(e, &o, 0, arena))
		return false;
	for (bool room = true; room && shown < most; shown += room) {
		jout_init(&o, BODY_MAX);
		put_other(&o, &story->others[shown], arena);
		room = add(e, &o, MORE_MAX, arena);
	}
	if (shown < most && before) {
		e->b.n = before;
		return false;
	}
	if (shown && story->items - 1 > (int64_t)shown) {
		jout_init(&o, BODY_MAX);
		put_more(&o, story->items - 1 - (int64_t)shown, arena);
		add(e, &o, 0, arena);
	}
	return true;
}

/* As many alerts as there is room for. */
static struct str
digest(
    const struct telling *t, const struct tz *zone, size_t max, size_t *told, struct arena *arena)
{
	struct elements e = { .max = max };
	struct str ret;

	buf_init(&e.b, BODY_MAX);
	for (*told = 0; *told < t->bundle->n; ++*told)
		if (!add_item(&e, &t->bundle->alerts[*told], t->others, zone, arena))
			break;
	ret = str_dup(arena, buf_str(&e.b));
	buf_free(&e.b);
	return ret;
}

/* ---- the card ---- */

/* items: those of a digest; else there are at most n entries, others and lines.  Empty when that is
 * too much. */
static struct str
card(
    const struct telling *t, const struct tz *zone, size_t n, struct str items, struct arena *arena)
{
	const struct alert *alert = t->alert;
	struct json_out o;

	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "type", STR("message"));
	jout_open(&o, "attachments", '[');
	jout_open(&o, NULL, '{');
	jout_str(&o, "contentType", STR("application/vnd.microsoft.card.adaptive"));
	jout_raw(&o, "contentUrl", STR("null"));
	jout_open(&o, "content", '{');
	jout_str(&o, "$schema", STR("http://adaptivecards.io/schemas/adaptive-card.json"));
	jout_str(&o, "type", STR("AdaptiveCard"));
	jout_str(&o, "version", STR("1.4"));
	jout_open(&o, "msteams", '{');
	jout_str(&o, "width", STR("Full"));
	jout_close(&o, '}');
	jout_open(&o, "body", '[');
	put_runs(&o,
	    &(struct run){ .text = wording_cut(
			       wording_line(alert->title.n ? alert->title : alert->link, arena),
			       TEXT_MAX, arena),
		.bold = true,
		.large = true },
	    1);
	if (t->bundle) {
		if (items.n)
			jout_raw(&o, NULL, items);
		if (t->beyond)
			put_runs(&o,
			    &(struct run){ .text = str_fmt(arena,
					       "and %zu more: newsbell alerts --delivery %.*s",
					       t->beyond, STR_ARG(t->alert->id)) },
			    1);
	} else {
		put_runs(&o,
		    &(struct run){ .text = wording_source(alert, zone, arena), .quiet = true }, 1);
		put_lines(&o, wording_changes(alert, arena), n, arena);
		put_lines(&o, alert->summary, n, arena);
		put_entries(&o, alert, n, arena);
		put_story(&o, alert, n, zone, arena);
	}
	put_runs(&o, &(struct run){ .text = chat_footer(alert, arena), .quiet = true }, 1);
	jout_close(&o, ']');
	if (url_is_http(alert->link)) {
		jout_open(&o, "actions", '[');
		jout_open(&o, NULL, '{');
		put_open(&o, alert->link);
		jout_close(&o, '}');
		jout_close(&o, ']');
	}
	jout_close(&o, '}');
	jout_close(&o, '}');
	jout_close(&o, ']');
	jout_close(&o, '}');
	return jout_done(&o, arena);
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	struct str body = STR("");
	size_t told = 0;

	if (t->bundle) {
		size_t empty = card(t, context->zone, 0, STR(""), arena).n;

		body = card(t, context->zone, 0,
		    digest(t, context->zone, BODY_MAX - empty - 1, &told, arena), arena);
	}
	for (size_t n = ENTRIES_MAX; !t->bundle && body.n == 0 && n; n = n * 3 / 4)
		body = card(t, context->zone, n, STR(""), arena);
	return chat_hook_post(ch, body, BODY_MAX, told, arena, ret, e);
}

/* A connector in between says 200 and names the error of who is behind it. */
static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	if (answer->code == 200 && str_find(answer->body, STR("delivery failed")) != STR_NONE)
		return (struct verdict){ VERDICT_RETRY, 0 };
	return answer_http(answer, now_s);
}

const struct channel_type channel_teams = {
	.name = "teams",
	.carrier = CARRIER_HTTP,
	.pace_ms = 250, /* 4 a second */
	.settings_size = sizeof(struct chat_hook),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = chat_hook_check,
	.render = render,
	.judge = judge,
};
