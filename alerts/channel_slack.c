#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "chat_hook.h"
#include "json_out.h"
#include "mem.h"
#include "wording.h"

/* https://api.slack.com/reference/block-kit/blocks: a section's text, a context's element. */
#define SECTION_MAX 3000
#define CONTEXT_MAX 2000
#define FALLBACK_MAX 300
#define PARTS_MAX 45                 /* sections of a list; a message has at most 50 blocks */
#define BODY_MAX ((size_t)512 << 10) /* bytes */

static const struct setting rows[] = { CHAT_HOOK_ROWS };

static const struct chat_style style = {
	.escape = chat_escape_slack,
	.link = chat_link_slack,
	.bold = { "*", "*" },
	.mark = { "*", "*" },
	.gap = "\n",
	.newline = "\n",
};

/* verbatim: names of people and channels in it are no links. */
static void
put_text(struct json_out *o, const char *key, struct str text)
{
	jout_open(o, key, '{');
	jout_str(o, "type", STR("mrkdwn"));
	jout_str(o, "text", text);
	jout_bool(o, "verbatim", true);
	jout_close(o, '}');
}

static void
put_section(struct json_out *o, struct str text)
{
	jout_open(o, NULL, '{');
	jout_str(o, "type", STR("section"));
	put_text(o, "text", text);
	jout_close(o, '}');
}

static void
put_body(struct json_out *o, const struct telling *t, struct str title, const struct tz *zone,
    size_t *told, struct arena *arena)
{
	struct str parts[PARTS_MAX];
	size_t n;

	if (!t->bundle) {
		put_section(o,
		    str_join(arena, title,
			chat_body(t, &style, zone, SECTION_MAX - chat_units(title), told, arena)));
		return;
	}
	put_section(o, title);
	n = chat_parts(t, &style, zone,
	    &(struct chat_space){ .parts = PARTS_MAX, .each = SECTION_MAX, .all = SIZE_MAX }, parts,
	    told, arena);
	for (size_t i = 0; i < n; i++)
		put_section(o, parts[i]);
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct alert *alert = t->alert;
	struct str title =
	    chat_linked(&style, alert->link, chat_title(alert, &style, 500, arena), arena);
	struct json_out o;
	size_t told;

	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_str(
	    &o, "text", chat_escaped(&style, wording_subject(alert, FALLBACK_MAX, arena), arena));
	jout_bool(&o, "unfurl_links", false);
	jout_bool(&o, "unfurl_media", false);
	jout_open(&o, "blocks", '[');
	put_body(&o, t, str_fmt(arena, "*%.*s*\n", STR_ARG(title)), context->zone, &told, arena);
	jout_open(&o, NULL, '{');
	jout_str(&o, "type", STR("context"));
	jout_open(&o, "elements", '[');
	put_text(&o, NULL,
	    chat_cut(chat_escaped(&style, chat_footer(alert, arena), arena), CONTEXT_MAX, arena));
	jout_close(&o, ']');
	jout_close(&o, '}');
	jout_close(&o, ']');
	jout_close(&o, '}');
	return chat_hook_post(ch, jout_done(&o, arena), BODY_MAX, told, arena, ret, e);
}

/* https://api.slack.com/messaging/webhooks#handling_errors: the reason is the body's one word. */
static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	if (answer->code == 410 || str_eq_c(str_trim(answer->body), "channel_is_archived"))
		return (struct verdict){ VERDICT_GONE, 0 };
	return answer_http(answer, now_s);
}

const struct channel_type channel_slack = {
	.name = "slack",
	.carrier = CARRIER_HTTP,
	.pace_ms = 1000,
	.settings_size = sizeof(struct chat_hook),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = chat_hook_check,
	.render = render,
	.judge = judge,
};
