#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"
#include "url.h"

/* An event has at most 65,536 bytes (client-server API, "size limits"), twice the text in it. */
#define TEXT_MAX 8000               /* characters of each form */
#define BODY_MAX ((size_t)60 << 10) /* bytes */

struct matrix {
	struct str server; /* of the account: https://matrix.example.org */
	struct str room;   /* !id:server */
	struct secret token;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct matrix, member)
static const struct setting rows[] = {
	{ ROW("url", SETTING_URL, server), .required = true },
	{ ROW("room", SETTING_TEXT, room), .required = true },
	{ ROW("token", SETTING_SECRET, token), .required = true },
	TARGET_ROWS(struct matrix, target),
};

static const struct chat_style plain = {
	.escape = chat_escape_plain,
	.link = chat_link_plain,
	.bold = { "", "" },
	.mark = { "*", "*" },
	.gap = "\n",
	.newline = "\n",
};

static const struct chat_style html = {
	.escape = chat_escape_html,
	.link = chat_link_html,
	.bold = { "<b>", "</b>" },
	.mark = { "<b>", "</b>" },
	.gap = "<br>",
	.newline = "<br>",
};

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct matrix *s = ch->settings;

	if (s->room.n && (s->room.p[0] != '!' || str_find_char(s->room, ' ') != STR_NONE))
		diag_add(diags, DIAG_ERROR, at,
		    STR("write the room's id, as !abc:example.org; it stands in the room's "
			"settings"),
		    "'%.*s' is no id of a room", STR_ARG(s->room));
	target_check(&s->target, at, diags);
}

/* The title in bold, linked; then all the rest. */
static struct str
text_of(const struct telling *t, const struct chat_style *style, const struct tz *zone,
    size_t *told, struct arena *arena)
{
	return str_fmt(arena, "%s%.*s%s%s%.*s%.*s", style->bold[0],
	    STR_ARG(
		chat_linked(style, t->alert->link, chat_title(t->alert, style, 500, arena), arena)),
	    style->bold[1], style->newline,
	    STR_ARG(chat_body(t, style, zone, TEXT_MAX, told, arena)),
	    STR_ARG(chat_escaped(style, chat_footer(t->alert, arena), arena)));
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	static const struct http_header json[] = { { STR_INIT("Content-Type"),
	    STR_INIT("application/json") } };
	const struct matrix *s = ch->settings;
	struct target target = s->target;
	struct str server = s->server, body, marked, bare;
	struct telling same = *t;
	struct bundle list;
	struct json_out o;
	size_t told, also;

	while (server.n && server.p[server.n - 1] == '/')
		server.n--;
	marked = text_of(t, &html, context->zone, &told, arena);
	if (t->bundle) { /* without its marks it is shorter */
		list = *t->bundle;
		list.n = told;
		same.bundle = &list;
	}
	bare = text_of(&same, &plain, context->zone, &also, arena);
	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "msgtype", STR("m.text"));
	jout_str(&o, "body", bare);
	jout_str(&o, "format", STR("org.matrix.custom.html"));
	jout_str(&o, "formatted_body", marked);
	jout_open(&o, "m.mentions", '{'); /* nobody, whatever stands in the text */
	jout_close(&o, '}');
	jout_close(&o, '}');
	body = jout_done(&o, arena);
	if (body.n == 0)
		return err_set(e, ERR_LIMIT, "the event is longer than %zu bytes", BODY_MAX);
	target.bearer = s->token;
	*ret = (struct message){ .carrier = CARRIER_HTTP, .told = told };
	/* the same transaction id again is the same event: a repetition is not seen */
	ret->http = target_request(&target, "PUT",
	    str_fmt(arena, "%.*s/_matrix/client/v3/rooms/%.*s/send/m.room.message/%.*s",
		STR_ARG(server), STR_ARG(url_encoded(s->room, arena)),
		STR_ARG(url_encoded(context->delivery_id, arena))),
	    json, 1, body, arena);
	return true;
}

static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	struct verdict v = answer_http(answer, now_s);
	double wait_ms = chat_number(answer->body, "retry_after_ms", 0);

	(void)ch;
	if (answer->code == 429 && wait_ms > 0)
		v.not_before_s = answer_wish(wait_ms / 1000, now_s);
	return v;
}

const struct channel_type channel_matrix = {
	.name = "matrix",
	.carrier = CARRIER_HTTP,
	.settings_size = sizeof(struct matrix),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
