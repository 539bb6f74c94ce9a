#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"
#include "url.h"
#include "wording.h"

/* https://api.slack.com/reference/block-kit/blocks: a section's text, a context's element. */
#define SECTION_MAX 3000
#define CONTEXT_MAX 2000
#define FALLBACK_MAX 300
#define LINK_MAX 2000               /* bytes: what leaves room for words */
#define BODY_MAX ((size_t)64 << 10) /* bytes */

struct slack {
	struct secret url;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct slack, member)
static const struct setting rows[] = {
	{ ROW("url", SETTING_SECRET, url), .required = true },
	TARGET_ROWS(struct slack, target),
};

static const struct chat_style style = {
	.escape = chat_escape_slack,
	.bold = { "*", "*" },
	.mark = { "*", "*" },
	.gap = "\n",
	.newline = "\n",
};

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct slack *s = ch->settings;

	target_check_url(&s->url, diags);
	target_check(&s->target, at, diags);
}

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

/* A link's address must not end it: what would is percent-encoded. */
static struct str
link_address(struct str link, struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, BODY_MAX);
	for (size_t i = 0; i < link.n; i++)
		switch (link.p[i]) {
		case '|':
			buf_add(&b, STR("%7C"));
			break;
		case '<':
			buf_add(&b, STR("%3C"));
			break;
		case '>':
			buf_add(&b, STR("%3E"));
			break;
		case '&':
			buf_add(&b, STR("&amp;"));
			break;
		default:
			buf_add_char(&b, link.p[i]);
		}
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

static bool
render(const struct channel *ch, const struct alert *alert, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct slack *s = ch->settings;
	struct str title = chat_title(alert, &style, 500, arena),
		   link = link_address(alert->link, arena);
	struct json_out o;

	(void)e;
	if (url_is_http(alert->link) && link.n < LINK_MAX)
		title = str_fmt(arena, "*<%.*s|%.*s>*\n", STR_ARG(link), STR_ARG(title));
	else
		title = str_fmt(arena, "*%.*s*\n", STR_ARG(title));
	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_str(
	    &o, "text", chat_escaped(&style, wording_subject(alert, FALLBACK_MAX, arena), arena));
	jout_bool(&o, "unfurl_links", false);
	jout_bool(&o, "unfurl_media", false);
	jout_open(&o, "blocks", '[');
	put_section(&o,
	    str_join(arena, title,
		chat_body(alert, &style, context->zone, SECTION_MAX - chat_units(title), arena)));
	jout_open(&o, NULL, '{');
	jout_str(&o, "type", STR("context"));
	jout_open(&o, "elements", '[');
	put_text(&o, NULL,
	    chat_cut(chat_escaped(&style, chat_footer(alert, arena), arena), CONTEXT_MAX, arena));
	jout_close(&o, ']');
	jout_close(&o, '}');
	jout_close(&o, ']');
	jout_close(&o, '}');
	*ret = (struct message){ .carrier = CARRIER_HTTP };
	ret->http = chat_post(&s->target, s->url.text, jout_done(&o, arena), arena);
	return true;
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
	.settings_size = sizeof(struct slack),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
