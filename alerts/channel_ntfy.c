#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "json_out.h"
#include "mem.h"
#include "target.h"
#include "url.h"
#include "wording.h"

#define MESSAGE_MAX ((size_t)4096) /* bytes: longer becomes an attachment */
#define TITLE_MAX 200              /* characters */
#define TOPIC_MAX 64
#define BODY_MAX ((size_t)64 << 10) /* bytes */

/* url = https://ntfy.example/topic; who knows the topic may read it, so it may be a secret. */
struct ntfy {
	struct secret url;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct ntfy, member)
static const struct setting rows[] = {
	{ ROW("url", SETTING_ADDRESS, url), .required = true },
	TARGET_ROWS(struct ntfy, target),
	TARGET_AUTH_ROWS(struct ntfy, target),
};

static const struct chat_style style = {
	.escape = chat_escape_plain,
	.link = chat_link_plain,
	.bold = { "", "" },
	.mark = { "\xC2\xBB", "\xC2\xAB" },
	.gap = "\n",
	.newline = "\n",
	.length = chat_bytes,
};

/* The server's own address and the topic behind its last slash. */
static bool
split(struct str url, struct str *server, struct str *topic)
{
	size_t slash = url.n;

	while (slash && url.p[slash - 1] != '/')
		slash--;
	*server = str_sub(url, 0, slash);
	*topic = str_sub(url, slash, url.n);
	if (!url_is_http(*server) || topic->n == 0 || topic->n > TOPIC_MAX)
		return false;
	for (size_t i = 0; i < topic->n; i++) {
		char c = topic->p[i];

		if (c != '_' && c != '-' && (c < '0' || c > '9') &&
		    ((c | 32) < 'a' || (c | 32) > 'z'))
			return false;
	}
	return true;
}

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct ntfy *s = ch->settings;
	struct str server, topic;

	if (s->url.text.n && !split(s->url.text, &server, &topic))
		diag_add(diags, DIAG_ERROR, s->url.at,
		    STR("write https://ntfy.example.org/TOPIC, a topic of letters, digits, - and "
			"_"),
		    "no topic at the end of the address");
	target_check(&s->target, at, diags);
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct alert *alert = t->alert;
	static const int priorities[SEVERITY_COUNT] = { 2, 3, 4, 5 };
	const struct ntfy *s = ch->settings;
	struct str server, topic, text;
	struct json_out o;
	size_t told;

	if (!split(s->url.text, &server, &topic))
		return err_set(e, ERR_CONFIG, "no topic at the end of the address");
	text = chat_body(t, &style, context->zone, MESSAGE_MAX, &told, arena);
	jout_init(&o, BODY_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "topic", topic);
	jout_str(&o, "title", wording_subject(alert, TITLE_MAX, arena));
	jout_str(&o, "message", text);
	jout_i64(&o, "priority", priorities[alert->severity]);
	jout_open(&o, "tags", '[');
	jout_str(&o, NULL, str_c(severity_names[alert->severity]));
	jout_close(&o, ']');
	if (url_is_http(alert->link))
		jout_str(&o, "click", alert->link);
	jout_close(&o, '}');
	*ret = (struct message){ .carrier = CARRIER_HTTP, .told = told };
	ret->http = chat_post(&s->target, server, jout_done(&o, arena), arena);
	return true;
}

static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	return answer_http(answer, now_s);
}

const struct channel_type channel_ntfy = {
	.name = "ntfy",
	.carrier = CARRIER_HTTP,
	.settings_size = sizeof(struct ntfy),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
