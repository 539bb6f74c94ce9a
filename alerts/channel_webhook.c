#include "channel_kinds.h"

#include "answer.h"
#include "bundle.h"
#include "json_out.h"
#include "mem.h"
#include "signature.h"
#include "target.h"
#include "template.h"

enum method { METHOD_POST, METHOD_PUT, METHOD_PATCH };
static const char *const methods[] = {
	[METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH",
	NULL,
};

struct webhook {
	struct secret url;
	int method;
	struct secret secret, old_secret;
	struct secret body; /* a template, in place of our own form */
	struct str content_type;
	struct target target;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct webhook, member)
static const struct setting rows[] = {
	{ ROW("url", SETTING_ADDRESS, url), .required = true },
	{ ROW("method", SETTING_CHOICE, method), .choices = methods },
	{ ROW("secret", SETTING_SECRET, secret) },
	{ ROW("old-secret", SETTING_SECRET, old_secret) },
	{ ROW("body", SETTING_DOCUMENT, body) },
	{ ROW("content-type", SETTING_TEXT, content_type) },
	TARGET_ROWS(struct webhook, target),
	TARGET_AUTH_ROWS(struct webhook, target),
};

static void
check_secret(const struct secret *secret, struct diags *diags)
{
	struct str_list keys;
	struct err e;

	if (secret->text.n && !signature_keys(secret->text, diags->arena, &keys, &e))
		diag_add(diags, DIAG_ERROR, secret->at, STR(""), "%s", e.text);
}

/* JSON unless the content type says otherwise. */
static enum template_form
body_form(const struct webhook *s)
{
	if (s->content_type.n == 0 || str_find_ci(s->content_type, STR("json")) != STR_NONE)
		return TEMPLATE_JSON;
	return str_find_ci(s->content_type, STR("html")) != STR_NONE ? TEMPLATE_HTML
								     : TEMPLATE_TEXT;
}

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct webhook *s = ch->settings;

	check_secret(&s->secret, diags);
	check_secret(&s->old_secret, diags);
	if (s->old_secret.source != SECRET_NONE && s->secret.source == SECRET_NONE)
		diag_add(diags, DIAG_ERROR, s->old_secret.at, STR("add secret = ..."),
		    "an old-secret without secret");
	if (s->body.text.n)
		template_read(s->body.text, body_form(s), s->body.at, diags->arena, diags);
	if (s->content_type.n && s->body.source == SECRET_NONE)
		diag_add(diags, DIAG_ERROR, at, STR("add body = @file:PATH"),
		    "a content-type without a body of your own");
	if (!http_value_ok(s->content_type))
		diag_add(diags, DIAG_ERROR, at, STR(""), "content-type: more than one line");
	target_check(&s->target, at, diags);
}

/* A template is made for one alert: a bundle is shown to it as one. */
static bool
make_body(const struct webhook *s, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct str *ret, struct err *e)
{
	struct json_out o;

	if (s->body.text.n)
		return template_apply(&s->body, body_form(s), t->alert, context, arena, ret, e);
	jout_init(&o, TELLING_JSON_MAX);
	jout_open(&o, NULL, '{');
	telling_put_json(&o, t, context->delivery_id, arena);
	jout_close(&o, '}');
	*ret = jout_done(&o, arena);
	return ret->n ||
	       err_set(e, ERR_LIMIT, "the message is longer than %zu bytes", TELLING_JSON_MAX);
}

static bool
keys_of(const struct webhook *s, struct arena *arena, struct str_list *ret, struct err *e)
{
	struct str all = s->secret.text;

	if (s->old_secret.text.n)
		all = str_fmt(arena, "%.*s\n%.*s", STR_ARG(all), STR_ARG(s->old_secret.text));
	return signature_keys(all, arena, ret, e);
}

/* Signed, and known by the delivery's id. */
static bool
post(const struct webhook *s, struct str body, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	struct str id = str_join(arena, STR("msg_"), context->delivery_id);
	struct str_list keys;
	struct http_header own[5];
	size_t n = 0;

	if (!keys_of(s, arena, &keys, e))
		return false;
	own[n++] = (struct http_header){ STR("Content-Type"),
		s->content_type.n ? s->content_type : STR("application/json") };
	own[n++] = (struct http_header){ STR("webhook-id"), id };
	own[n++] = (struct http_header){ STR("webhook-timestamp"),
		str_fmt(arena, "%lld", (long long)context->now_s) };
	own[n++] = (struct http_header){ STR("Idempotency-Key"), id };
	if (keys.n)
		own[n++] = (struct http_header){ STR("webhook-signature"),
			signature_make(&keys, id, context->now_s, body, arena) };
	*ret = (struct message){ .carrier = CARRIER_HTTP };
	ret->http =
	    target_request(&s->target, methods[s->method], s->url.text, own, n, body, arena);
	return true;
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	struct str body;

	return make_body(ch->settings, t, context, arena, &body, e) &&
	       post(ch->settings, body, context, arena, ret, e);
}

static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	return answer_http(answer, now_s);
}

const struct channel_type channel_webhook = {
	.name = "webhook",
	.carrier = CARRIER_HTTP,
	.settings_size = sizeof(struct webhook),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
