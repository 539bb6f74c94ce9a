#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"

#define TEXT_MAX 4096 /* characters, once the marks are read */
#define SERVER "https://api.telegram.org"
#define BODY_MAX ((size_t)64 << 10) /* bytes */

struct telegram {
	struct secret token;
	struct str chat; /* a number or @name */
	int64_t thread;  /* a topic of a forum; 0: none */
	struct str server;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct telegram, member)
static const struct setting rows[] = {
	{ ROW("token", SETTING_SECRET, token), .required = true },
	{ ROW("chat", SETTING_TEXT, chat), .required = true },
	{ ROW("thread", SETTING_INT, thread), .min = 1, .max = INT32_MAX },
	{ ROW("url", SETTING_URL, server) },
	TARGET_ROWS(struct telegram, target),
};

static const struct chat_style style = {
	.escape = chat_escape_html,
	.link = chat_link_html,
	.bold = { "<b>", "</b>" },
	.mark = { "<b>", "</b>" },
	.gap = "\n",
	.newline = "\n",
};

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct telegram *s = ch->settings;
	int64_t id;

	for (size_t i = 0; i < s->token.text.n; i++) {
		char c = s->token.text.p[i];

		if (c != ':' && c != '_' && c != '-' && (c < '0' || c > '9') &&
		    ((c | 32) < 'a' || (c | 32) > 'z')) {
			diag_add(diags, DIAG_ERROR, s->token.at, STR("copy it from @BotFather"),
			    "this is no bot's token");
			break;
		}
	}
	if (s->chat.n && s->chat.p[0] != '@' && !str_to_i64(s->chat, &id))
		diag_add(diags, DIAG_ERROR, at, STR("write chat = -1001234567890 or chat = @name"),
		    "'%.*s' is no chat", STR_ARG(s->chat));
	target_check(&s->target, at, diags);
}

static struct str
make_text(const struct telling *t, const struct tz *zone, size_t *told, struct arena *arena)
{
	struct str title =
	    chat_linked(&style, t->alert->link, chat_title(t->alert, &style, 500, arena), arena);
	struct str footer = str_fmt(arena, "\n<i>%.*s</i>",
	    STR_ARG(chat_escaped(&style, chat_footer(t->alert, arena), arena)));
	size_t room = TEXT_MAX - chat_units(title) - chat_units(footer) - 10; /* "<b></b>\n" */

	return str_fmt(arena, "<b>%.*s</b>\n%.*s%.*s", STR_ARG(title),
	    STR_ARG(chat_body(t, &style, zone, room, told, arena)), STR_ARG(footer));
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct telegram *s = ch->settings;
	struct str server = s->server.n ? s->server : STR(SERVER);
	struct json_out o;
	int64_t id;
	size_t told;

	(void)e;
	while (server.n && server.p[server.n - 1] == '/')
		server.n--;
	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	if (str_to_i64(s->chat, &id))
		jout_i64(&o, "chat_id", id);
	else
		jout_str(&o, "chat_id", s->chat);
	if (s->thread)
		jout_i64(&o, "message_thread_id", s->thread);
	jout_str(&o, "text", make_text(t, context->zone, &told, arena));
	jout_str(&o, "parse_mode", STR("HTML"));
	jout_open(&o, "link_preview_options", '{');
	jout_bool(&o, "is_disabled", true);
	jout_close(&o, '}');
	jout_bool(&o, "disable_notification", t->alert->severity == SEVERITY_LOW);
	jout_close(&o, '}');
	*ret = (struct message){ .carrier = CARRIER_HTTP, .told = told };
	ret->http = chat_post(&s->target,
	    str_fmt(arena, "%.*s/bot%.*s/sendMessage", STR_ARG(server), STR_ARG(s->token.text)),
	    jout_done(&o, arena), arena);
	return true;
}

/* {"ok":false,"error_code":400,"description":"Bad Request: chat not found"}: what is about the chat
 * is about every message. */
static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	static const struct str about_us[] = {
		STR_INIT("chat not found"),
		STR_INIT("group chat was upgraded"),
		STR_INIT("message thread not found"),
		STR_INIT("not enough rights"),
		STR_INIT("have no rights"),
		STR_INIT("need administrator rights"),
		STR_INIT("chat_write_forbidden"),
	};
	struct arena *arena = arena_new();
	struct str said = chat_text(answer->body, "description", arena);
	struct verdict v = answer_http(answer, now_s);
	double wait = chat_number(answer->body, "parameters.retry_after", 0);

	(void)ch;
	if (answer->code == 400)
		for (size_t i = 0; i < ARRAY_LEN(about_us); i++)
			if (str_find_ci(said, about_us[i]) != STR_NONE)
				v = (struct verdict){ VERDICT_MISCONFIGURED, 0 };
	if (answer->code == 429 && wait > 0)
		v.not_before_s = answer_wish(wait, now_s);
	arena_free(arena);
	return v;
}

const struct channel_type channel_telegram = {
	.name = "telegram",
	.carrier = CARRIER_HTTP,
	.pace_ms = 3000, /* a group takes 20 a minute */
	.settings_size = sizeof(struct telegram),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
