#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "chat_hook.h"
#include "json_out.h"
#include "mem.h"
#include "url.h"
#include "wording.h"

#define TEXT_MAX 4000               /* characters: what the oldest servers take */
#define BODY_MAX ((size_t)64 << 10) /* bytes */

struct mattermost {
	struct chat_hook hook;
	struct str room; /* in place of the hook's own */
};

static const struct setting rows[] = {
	CHAT_HOOK_ROWS,
	{ .key = "room", .type = SETTING_TEXT, .offset = offsetof(struct mattermost, room) },
};

static const struct chat_style style = {
	.escape = chat_escape_markdown,
	.link = chat_link_markdown,
	.bold = { "**", "**" },
	.mark = { "**", "**" },
	.gap = "\n",
	.newline = "\n\n",
};

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct alert *alert = t->alert;
	const struct mattermost *s = ch->settings;
	struct json_out o;
	size_t told;

	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	if (s->room.n)
		jout_str(&o, "channel", s->room);
	jout_open(&o, "props", '{'); /* @all and @channel call nobody */
	jout_bool(&o, "disable_group_highlight", true);
	jout_close(&o, '}');
	jout_open(&o, "attachments", '[');
	jout_open(&o, NULL, '{');
	jout_str(&o, "fallback", wording_subject(alert, 300, arena));
	jout_str(&o, "color", str_fmt(arena, "#%06x", (unsigned)chat_colour(alert->severity)));
	jout_str(&o, "title", chat_title(alert, &style, 300, arena));
	if (url_is_http(alert->link))
		jout_str(&o, "title_link", alert->link);
	jout_str(&o, "text", chat_body(t, &style, context->zone, TEXT_MAX, &told, arena));
	jout_str(&o, "footer", chat_footer(alert, arena));
	jout_close(&o, '}');
	jout_close(&o, ']');
	jout_close(&o, '}');
	return chat_hook_post(ch, jout_done(&o, arena), BODY_MAX, told, arena, ret, e);
}

/* {"id":"web.incoming_webhook.invalid.app_error",...}: an id says more than the status. */
static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	static const struct str about_us[] = {
		STR_INIT("web.incoming_webhook.invalid"),
		STR_INIT("web.incoming_webhook.disabled"),
		STR_INIT("web.incoming_webhook.permissions"),
		STR_INIT("web.incoming_webhook.channel"),
		STR_INIT("web.incoming_webhook.channel_locked"),
		STR_INIT("web.incoming_webhook.user"),
	};
	struct arena *arena = arena_new();
	struct str id = chat_text(answer->body, "id", arena);
	struct verdict v = answer_http(answer, now_s);

	(void)ch;
	for (size_t i = 0; answer->code >= 400 && i < ARRAY_LEN(about_us); i++)
		if (str_starts(id, about_us[i]))
			v = (struct verdict){ VERDICT_MISCONFIGURED, 0 };
	if (answer->code == 429 && v.not_before_s == 0)
		v.not_before_s = answer_wish(answer_seconds(answer, "X-Ratelimit-Reset"), now_s);
	arena_free(arena);
	return v;
}

const struct channel_type channel_mattermost = {
	.name = "mattermost",
	.carrier = CARRIER_HTTP,
	.settings_size = sizeof(struct mattermost),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = chat_hook_check,
	.render = render,
	.judge = judge,
};
