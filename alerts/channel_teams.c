#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"
#include "url.h"
#include "wording.h"

/*
 * An Adaptive Card for a workflow's "When a Teams webhook request is received".  Texts are
 * RichTextBlocks: their runs are plain text, where a TextBlock would read Markdown and mentions.
 */
#define BODY_MAX ((size_t)28 << 10) /* bytes of a message */
#define TEXT_MAX 500                /* characters of a run */
#define ENTRIES_MAX 15

struct teams {
	struct secret url;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct teams, member)
static const struct setting rows[] = {
	{ ROW("url", SETTING_SECRET, url), .required = true },
	TARGET_ROWS(struct teams, target),
};

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct teams *s = ch->settings;

	target_check_url(&s->url, diags);
	target_check(&s->target, at, diags);
}

struct run {
	struct str text;
	bool bold, quiet, mark, large;
};

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
card(const struct alert *alert, const struct tz *zone, size_t entries, struct arena *arena)
{
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
	put_runs(&o, &(struct run){ .text = wording_source(alert, zone, arena), .quiet = true }, 1);
	put_lines(&o, alert->summary, entries, arena);
	put_entries(&o, alert, entries, arena);
	put_runs(&o, &(struct run){ .text = chat_footer(alert, arena), .quiet = true }, 1);
	jout_close(&o, ']');
	if (url_is_http(alert->link)) {
		jout_open(&o, "actions", '[');
		jout_open(&o, NULL, '{');
		jout_str(&o, "type", STR("Action.OpenUrl"));
		jout_str(&o, "title", STR("Open"));
		jout_str(&o, "url", alert->link);
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
render(const struct channel *ch, const struct alert *alert, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct teams *s = ch->settings;
	struct str body = STR("");

	for (size_t entries = ENTRIES_MAX; body.n == 0 && entries; entries /= 2)
		body = card(alert, context->zone, entries, arena);
	if (body.n == 0)
		return err_set(
		    e, ERR_LIMIT, "the card is longer than the %zu bytes Teams takes", BODY_MAX);
	*ret = (struct message){ .carrier = CARRIER_HTTP };
	ret->http = chat_post(&s->target, s->url.text, body, arena);
	return true;
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
	.settings_size = sizeof(struct teams),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
