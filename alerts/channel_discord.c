#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "date.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"
#include "url.h"
#include "wording.h"

/* https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
#define TITLE_MAX 256
#define DESCRIPTION_MAX 4096
#define FOOTER_MAX 2048
#define URL_MAX 2048
#define BODY_MAX ((size_t)64 << 10) /* bytes */

struct discord {
	struct secret url;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct discord, member)
static const struct setting rows[] = {
	{ ROW("url", SETTING_SECRET, url), .required = true },
	TARGET_ROWS(struct discord, target),
};

static const struct chat_style style = {
	.escape = chat_escape_markdown,
	.bold = { "**", "**" },
	.mark = { "**", "**" },
	.gap = "\n",
	.newline = "\n",
};

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct discord *s = ch->settings;

	target_check_url(&s->url, diags);
	target_check(&s->target, at, diags);
}

static bool
render(const struct channel *ch, const struct alert *alert, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct discord *s = ch->settings;
	struct json_out o;

	(void)e;
	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_open(&o, "allowed_mentions", '{'); /* nobody, whatever stands in the text */
	jout_open(&o, "parse", '[');
	jout_close(&o, ']');
	jout_close(&o, '}');
	jout_open(&o, "embeds", '[');
	jout_open(&o, NULL, '{');
	jout_str(&o, "title", chat_title(alert, &style, TITLE_MAX, arena));
	if (url_is_http(alert->link) && alert->link.n <= URL_MAX)
		jout_str(&o, "url", alert->link);
	jout_str(
	    &o, "description", chat_body(alert, &style, context->zone, DESCRIPTION_MAX, arena));
	jout_i64(&o, "color", chat_colour(alert->severity));
	jout_date(&o, "timestamp", alert->created_s);
	jout_open(&o, "footer", '{');
	jout_str(&o, "text", chat_cut(chat_footer(alert, arena), FOOTER_MAX, arena));
	jout_close(&o, '}');
	jout_close(&o, '}');
	jout_close(&o, ']');
	jout_close(&o, '}');
	*ret = (struct message){ .carrier = CARRIER_HTTP };
	ret->http = chat_post(&s->target, s->url.text, jout_done(&o, arena), arena);
	return true;
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
	.settings_size = sizeof(struct discord),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
