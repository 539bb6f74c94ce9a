#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"
#include "url.h"
#include "wording.h"

/* Events API v2: https://developer.pagerduty.com/docs/send-alert-event */
#define EVENTS "https://events.pagerduty.com/v2/enqueue"
#define SUMMARY_MAX 1024              /* characters */
#define EVENT_MAX ((size_t)512 << 10) /* bytes */
#define TEXT_MAX 100000               /* characters of what is told as text */

struct pagerduty {
	struct secret key;
	struct str url;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct pagerduty, member)
static const struct setting rows[] = {
	{ ROW("key", SETTING_SECRET, key), .required = true },
	{ ROW("url", SETTING_URL, url) },
	TARGET_ROWS(struct pagerduty, target),
};

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct pagerduty *s = ch->settings;

	if (s->key.text.n && s->key.text.n != 32)
		diag_add(diags, DIAG_ERROR, s->key.at,
		    STR("copy the integration key of an Events API v2 integration"),
		    "a routing key has 32 characters, this has %zu", s->key.text.n);
	target_check(&s->target, at, diags);
}

static const struct chat_style style = {
	.escape = chat_escape_plain,
	.link = chat_link_plain,
	.bold = { "", "" },
	.mark = { "*", "*" },
	.gap = "\n",
	.newline = "\n",
};

static void
put_payload(struct json_out *o, const struct telling *t, bool whole, size_t *told,
    const struct tz *zone, struct arena *arena)
{
	const struct alert *alert = t->alert;
	static const char *const severities[SEVERITY_COUNT] = { "info", "warning", "error",
		"critical" };

	jout_open(o, "payload", '{');
	jout_str(
	    o, "summary", chat_cut(wording_subject(alert, SUMMARY_MAX, arena), SUMMARY_MAX, arena));
	jout_str(o, "source", alert->feed.n ? alert->feed : STR("newsbell"));
	jout_str(o, "severity", str_c(severities[alert->severity]));
	jout_date(o, "timestamp", alert->created_s);
	jout_str(o, "group", wording_cut(wording_line(alert->watch, arena), 200, arena));
	jout_str(o, "class", STR("news"));
	jout_open(o, "custom_details", '{');
	if (whole)
		telling_put_json(o, t, t->alert->id, arena);
	else
		jout_str(o, "text", chat_body(t, &style, zone, TEXT_MAX, told, arena));
	jout_close(o, '}');
	jout_close(o, '}');
}

static struct str
event(const struct pagerduty *s, const struct telling *t, bool whole, size_t *told,
    const struct send_context *context, struct arena *arena)
{
	const struct alert *alert = t->alert;
	struct json_out o;

	jout_init(&o, EVENT_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "routing_key", s->key.text);
	jout_str(&o, "event_action", STR("trigger"));
	/* a repetition joins the incident */
	jout_str(&o, "dedup_key", str_fmt(arena, "newsbell-%.*s", STR_ARG(context->delivery_id)));
	jout_str(&o, "client", STR("newsbell"));
	if (url_is_http(alert->link)) {
		jout_open(&o, "links", '[');
		jout_open(&o, NULL, '{');
		jout_str(&o, "href", alert->link);
		jout_str(&o, "text", wording_cut(wording_line(alert->title, arena), 200, arena));
		jout_close(&o, '}');
		jout_close(&o, ']');
	}
	put_payload(&o, t, whole, told, context->zone, arena);
	jout_close(&o, '}');
	return jout_done(&o, arena);
}

/* All that is known; what is too much for the service, as text. */
static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	static const struct http_header json[] = { { STR_INIT("Content-Type"),
	    STR_INIT("application/json") } };
	const struct pagerduty *s = ch->settings;
	size_t told = 0;
	struct str body = event(s, t, true, &told, context, arena);

	if (body.n == 0)
		body = event(s, t, false, &told, context, arena);
	if (body.n == 0)
		return err_set(e, ERR_LIMIT, "the event is longer than %zu bytes", EVENT_MAX);
	*ret = (struct message){ .carrier = CARRIER_HTTP, .told = told };
	ret->http = target_request(
	    &s->target, "POST", s->url.n ? s->url : STR(EVENTS), json, 1, body, arena);
	return true;
}

/* 400 is about the event, unless it is about the key. */
static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	if (answer->code == 400 && str_find(answer->body, STR("routing_key")) != STR_NONE)
		return (struct verdict){ VERDICT_MISCONFIGURED, 0 };
	return answer_http(answer, now_s);
}

const struct channel_type channel_pagerduty = {
	.name = "pagerduty",
	.carrier = CARRIER_HTTP,
	.settings_size = sizeof(struct pagerduty),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
