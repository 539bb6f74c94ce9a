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
		put_runs(o,
		    (const struct run[]){
			{ .text = wording_cut(
			      wording_line(story->others[i].title, arena), TEXT_MAX, arena),
			    .link = link_of(story->others[i].link) },
			{ .text = str_fmt(arena, " (%.*s)",
			      STR_ARG(wording_line(story->others[i].feed, arena))),
			    .quiet = true } },
		    2);
	put_more(o, n ? story->items - 1 - (int64_t)n : 0, arena);
}

static void
put_bundle(struct json_out *o, const struct bundle *bundle, size_t max, const struct tz *zone,
    struct arena *arena)
{
	size_t n = bundle->n < max ? bundle->n : max;

	for (size_t i = 0; i < n; i++) {
		const struct alert *a = &bundle->alerts[i];
		struct str story = wording_outlets(a, arena);

		put_runs(o,
		    (const struct run[]){
			{ .text = str_fmt(arena, "[%s] ", severity_names[a->severity]) },
			{ .text = wording_cut(wording_line(a->title.n ? a->title : a->link, arena),
			      TEXT_MAX, arena),
			    .link = link_of(a->link),
			    .bold = true },
			{ .text = str_fmt(arena, "  %.*s, %.*s%s%.*s",
			      STR_ARG(wording_source(a, zone, arena)),
			      STR_ARG(wording_line(a->watch, arena)), story.n ? ", " : "",
			      STR_ARG(story)),
			    .quiet = true } },
		    3);
	}
	put_more(o, (int64_t)(bundle->n - n), arena);
}

static struct str
card(const struct telling *t, const struct tz *zone, size_t entries, struct arena *arena)
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
		put_bundle(&o, t->bundle, entries, zone, arena);
	} else {
		put_runs(&o,
		    &(struct run){ .text = wording_source(alert, zone, arena), .quiet = true }, 1);
		put_lines(&o, wording_changes(alert, arena), entries, arena);
		put_lines(&o, alert->summary, entries, arena);
		put_entries(&o, alert, entries, arena);
		put_story(&o, alert, entries, zone, arena);
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

	for (size_t n = t->bundle ? t->bundle->n : ENTRIES_MAX; body.n == 0 && n; n = n * 3 / 4)
		body = card(t, context->zone, n, arena);
	return chat_hook_post(ch, body, BODY_MAX, arena, ret, e);
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
