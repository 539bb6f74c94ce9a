#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "chat_hook.h"
#include "json_out.h"
#include "mem.h"
#include "url.h"

/* https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
#define TITLE_MAX 256
#define DESCRIPTION_MAX 4096
#define FOOTER_MAX 500
#define EMBEDS_MAX 6000 /* all the texts of a message together */
#define EMBEDS 2        /* so many make use of that */
#define URL_MAX 2048
#define BODY_MAX ((size_t)64 << 10) /* bytes */

static const struct setting rows[] = { CHAT_HOOK_ROWS };

static const struct chat_style style = {
	.escape = chat_escape_markdown,
	.link = chat_link_markdown,
	.bold = { "**", "**" },
	.mark = { "**", "**" },
	.gap = "\n",
	.newline = "\n",
};

static void
put_embed(struct json_out *o, const struct alert *alert, struct str title, struct str text,
    struct str footer)
{
	jout_open(o, NULL, '{');
	if (title.n)
		jout_str(o, "title", title);
	if (title.n && url_is_http(alert->link) && alert->link.n <= URL_MAX)
		jout_str(o, "url", alert->link);
	jout_str(o, "description", text);
	jout_i64(o, "color", chat_colour(alert->severity));
	if (footer.n) {
		jout_date(o, "timestamp", alert->created_s);
		jout_open(o, "footer", '{');
		jout_str(o, "text", footer);
		jout_close(o, '}');
	}
	jout_close(o, '}');
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct alert *alert = t->alert;
	struct str title = chat_title(alert, &style, TITLE_MAX, arena),
		   footer = chat_cut(chat_footer(alert, arena), FOOTER_MAX, arena), texts[EMBEDS];
	struct json_out o;
	size_t n = 1, told = 0;

	if (t->bundle)
		n = chat_parts(t, &style, context->zone,
		    &(struct chat_space){ .parts = EMBEDS,
			.each = DESCRIPTION_MAX,
			.all = EMBEDS_MAX - chat_units(title) - chat_units(footer) },
		    texts, &told, arena);
	else
		texts[0] = chat_body(t, &style, context->zone, DESCRIPTION_MAX, &told, arena);
	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_open(&o, "allowed_mentions", '{'); /* nobody, whatever stands in the text */
	jout_open(&o, "parse", '[');
	jout_close(&o, ']');
	jout_close(&o, '}');
	jout_open(&o, "embeds", '[');
	for (size_t i = 0; i < n; i++) /* they look like one */
		put_embed(
		    &o, alert, i == 0 ? title : STR(""), texts[i], i + 1 == n ? footer : STR(""));
	jout_close(&o, ']');
	jout_close(&o, '}');
	return chat_hook_post(ch, jout_done(&o, arena), BODY_MAX, told, arena, ret, e);
}

/* A bucket that is empty says when it is full again, in parts of a second. */
static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	struct verdict v = answer_http(answer, now_s);
	double wait;

	(void)ch;
	if (answer->code == 429) {
		wait = chat_number(answer->body, "retry_after", 0);
		if (wait > 0)
			v.not_before_s = answer_wish(wait, now_s);
	} else if (v.kind == VERDICT_DELIVERED &&
		   str_eq_c(answer_header(answer, "X-RateLimit-Remaining"), "0")) {
		v.not_before_s =
		    answer_wish(answer_seconds(answer, "X-RateLimit-Reset-After"), now_s);
	}
	return v;
}

const struct channel_type channel_discord = {
	.name = "discord",
	.carrier = CARRIER_HTTP,
	.settings_size = sizeof(struct chat_hook),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = chat_hook_check,
	.render = render,
	.judge = judge,
};
