#include "channel_kinds.h"

#include "answer.h"
#include "ascii.h"
#include "date.h"
#include "mail_body.h"
#include "mail_server.h"
#include "mem.h"
#include "mime.h"
#include "template.h"
#include "wording.h"

#include <nettle/sha2.h>
#include <string.h>

#define MESSAGE_MAX ((size_t)4 << 20) /* bytes of a mail */
#define SENDMAIL_TIMEOUT_S 120
#define SUBJECT_MAX 160      /* characters */
#define ENTRY_HEADERS_MAX 20 /* X-Newsbell-Entry headers */

struct email {
	/* one of these three is given */
	struct str_list smtp, lmtp; /* servers, in the order they are asked */
	struct str sendmail;        /* a program */
	struct str user, ca_file;
	struct secret password, token;
	int starttls;
	struct secret subject, text, html; /* templates, in place of our own forms */
	struct mailbox from;
	struct mailboxes {
		struct mailbox *v;
		size_t n;
	} to;
};

static bool
parse_mailbox(struct str value, void *field, struct arena *arena, struct err *e)
{
	(void)arena;
	return mailbox_parse(value, field, e);
}

static bool
parse_mailboxes(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct mailboxes *to = field;
	struct str_list list;

	if (!settings_list(value, &list, arena, e))
		return false;
	to->v = ARENA_ARRAY(arena, struct mailbox, list.n);
	to->n = list.n;
	for (size_t i = 0; i < list.n; i++)
		if (!mailbox_parse(list.v[i], &to->v[i], e))
			return false;
	return true;
}

static const char *const starttls_names[] = {
	[STARTTLS_REQUIRED] = "required",
	[STARTTLS_TRY] = "try",
	[STARTTLS_OFF] = "off",
	NULL,
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct email, member)
static const struct setting rows[] = {
	{ ROW("smtp", SETTING_CUSTOM, smtp), .parse = mail_servers_smtp },
	{ ROW("lmtp", SETTING_CUSTOM, lmtp), .parse = mail_servers_lmtp },
	{ ROW("starttls", SETTING_CHOICE, starttls), .choices = starttls_names },
	{ ROW("user", SETTING_TEXT, user) },
	{ ROW("password", SETTING_SECRET, password) },
	{ ROW("token", SETTING_SECRET, token) },
	{ ROW("sendmail", SETTING_CUSTOM, sendmail), .parse = mail_program, .reach = REACH_RUN },
	{ ROW("ca-file", SETTING_TEXT, ca_file), .reach = REACH_READ },
	{ ROW("subject", SETTING_DOCUMENT, subject) },
	{ ROW("text", SETTING_DOCUMENT, text) },
	{ ROW("html", SETTING_DOCUMENT, html) },
	{ ROW("from", SETTING_CUSTOM, from), .parse = parse_mailbox, .required = true },
	{ ROW("to", SETTING_CUSTOM, to), .parse = parse_mailboxes, .required = true },
};

static void
check_template(const struct secret *document, enum template_form form, struct diags *diags)
{
	if (document->text.n)
		template_read(document->text, form, document->at, diags->arena, diags);
}

static void
check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct email *s = ch->settings;

	check_template(&s->subject, TEMPLATE_LINE, diags);
	check_template(&s->text, TEMPLATE_TEXT, diags);
	check_template(&s->html, TEMPLATE_HTML, diags);

	if (s->password.source != SECRET_NONE && s->user.n == 0)
		diag_add(diags, DIAG_ERROR, s->password.at, STR("add user = ..."),
		    "a password without user");
	if (s->smtp.n + s->lmtp.n + s->sendmail.n == 0)
		diag_add(diags, DIAG_ERROR, at, STR("say who carries the mail, with one of them"),
		    "an email channel needs a good 'smtp = ...', 'lmtp = ...' or 'sendmail = ...'");
	else if ((s->smtp.n > 0) + (s->lmtp.n > 0) + (s->sendmail.n > 0) > 1)
		diag_add(diags, DIAG_ERROR, at, STR("keep one of them"),
		    "more than one of smtp, lmtp and sendmail");
	if (s->lmtp.n && s->user.n)
		diag_add(diags, DIAG_ERROR, at, STR("take 'user' out"),
		    "lmtp has no log-in: it is for a server on this machine");
	if (s->token.source != SECRET_NONE && s->user.n == 0)
		diag_add(
		    diags, DIAG_ERROR, s->token.at, STR("add user = ..."), "a token without user");
	if (s->token.source != SECRET_NONE && s->password.source != SECRET_NONE)
		diag_add(diags, DIAG_ERROR, s->token.at, STR("keep one of them"),
		    "both password and token");
	if (s->user.n && s->password.source == SECRET_NONE && s->token.source == SECRET_NONE)
		diag_add(diags, DIAG_ERROR, at, STR("add password = @file:PATH"),
		    "a user without password");
	for (size_t i = 0; i < s->smtp.n; i++)
		if (s->user.n && s->starttls != STARTTLS_REQUIRED &&
		    str_starts_ci(s->smtp.v[i], STR("smtp://")))
			diag_add(diags, DIAG_WARNING, at, STR("take 'starttls' out"),
			    "the password may go over the network in the clear");
}

/* ---- the message ---- */

/* A name as one label of a domain: readable, and never the same for two names. */
static struct str
label_of(struct str name, struct arena *arena)
{
	char *p = arena_bytes(arena, name.n + 1);
	struct sha256_ctx ctx;
	uint8_t digest[4];
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < 40; i++) {
		if (ascii_is_alnum(name.p[i]))
			p[n++] = ascii_lower(name.p[i]);
		else if (n && p[n - 1] != '-')
			p[n++] = '-';
	}
	while (n && p[n - 1] == '-')
		n--;
	sha256_init(&ctx);
	sha256_update(&ctx, name.n, (const uint8_t *)name.p);
	sha256_digest(&ctx, sizeof(digest), digest);
	return str_fmt(arena, "%.*s%s%02x%02x%02x%02x", (int)n, p, n ? "-" : "", digest[0],
	    digest[1], digest[2], digest[3]);
}

/* Its end, which tells it from all others. */
static struct str
label_hash(struct str label)
{
	return str_sub(label, label.n - 8, label.n);
}

/* What may stand after the @ of ids; the domain of `from`. */
static struct str
id_host(const struct email *s)
{
	struct str local, domain;

	str_cut(s->from.address, '@', &local, &domain);
	return domain.p[0] == '[' ? str_sub(domain, 1, domain.n - 1) : domain;
}

/* Who reads mail by threads sees a story as one, whatever its first mail was; without a story, what
 * is said of one item; of what is neither, a watch. */
static struct str
thread_of(const struct alert *alert, struct str label, struct str host, struct arena *arena)
{
	const struct alert_story *s = &alert->story;
	struct str item = label_of(
	    str_fmt(arena, "%.*s %.*s", STR_ARG(alert->feed), STR_ARG(alert->item_id)), arena);

	if (s->id)
		return str_fmt(arena, "<story.%lld.%lld.%.*s@%.*s>", (long long)s->id,
		    (long long)s->opened_s, STR_ARG(label_hash(label)), STR_ARG(host));
	if (alert->item_id.n)
		return str_fmt(arena, "<item.%.*s.%.*s@%.*s>", STR_ARG(label_hash(item)),
		    STR_ARG(label_hash(label)), STR_ARG(host));
	return str_fmt(arena, "<watch.%.*s@%.*s>", STR_ARG(label), STR_ARG(host));
}

static void
headers(struct buf *b, const struct channel *ch, const struct alert *alert, struct str subject,
    const struct send_context *context, struct arena *arena)
{
	const struct email *s = ch->settings;
	struct str host = id_host(s), label = label_of(alert->watch, arena),
		   watch = wording_line(alert->watch, arena),
		   thread = thread_of(alert, label, host, arena);

	mime_plain(b, "Date", date_rfc5322(alert->created_s, arena));
	mime_mailboxes(b, "From", &s->from, 1);
	mime_mailboxes(b, "To", s->to.v, s->to.n);
	mime_text(b, "Subject", subject);
	mime_plain(b, "Message-ID",
	    str_fmt(arena, "<%.*s@%.*s>", STR_ARG(context->delivery_id), STR_ARG(host)));
	mime_plain(b, "In-Reply-To", thread);
	mime_plain(b, "References", thread);
	mime_text(b, "List-ID",
	    str_fmt(arena, "%.*s <%.*s.newsbell.%.*s>",
		STR_ARG(str_find_char(watch, '<') == STR_NONE ? watch : STR("")), STR_ARG(label),
		STR_ARG(host)));
	mime_plain(b, "Auto-Submitted", STR("auto-generated"));
	mime_plain(b, "X-Auto-Response-Suppress", STR("All"));
	if (alert->severity >= SEVERITY_HIGH)
		mime_plain(b, "Importance", STR("high"));
	mime_plain(b, "X-Newsbell-Alert", alert->id);
	mime_text(b, "X-Newsbell-Watch", watch);
	mime_plain(b, "X-Newsbell-Severity", str_c(severity_names[alert->severity]));
	mime_text(b, "X-Newsbell-Feed", wording_line(alert->feed, arena));
	for (size_t i = 0; i < alert->n_entries && i < ENTRY_HEADERS_MAX; i++) {
		const struct alert_entry *e = &alert->entries[i];

		mime_text(b, "X-Newsbell-Entry",
		    wording_line(
			e->list.n ? str_fmt(arena, "%.*s/%.*s", STR_ARG(e->list), STR_ARG(e->name))
				  : e->name,
			arena));
	}
	mime_plain(b, "MIME-Version", STR("1.0"));
}

/* What people read of a mail. */
struct words {
	struct str subject, text, html;
};

static bool
find_words(const struct email *s, const struct alert *alert, const struct send_context *context,
    struct arena *arena, struct words *ret, struct err *e)
{
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	ret->subject = wording_subject(alert, SUBJECT_MAX, arena);
	mail_text(&b, alert, context->zone, arena);
	ret->text = str_dup(arena, buf_str(&b));
	buf_clear(&b);
	mail_html(&b, alert, context->zone, arena);
	ret->html = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return (s->subject.text.n == 0 || template_apply(&s->subject, TEMPLATE_LINE, alert, context,
					      arena, &ret->subject, e)) &&
	       (s->text.text.n == 0 ||
		   template_apply(&s->text, TEMPLATE_TEXT, alert, context, arena, &ret->text, e)) &&
	       (s->html.text.n == 0 ||
		   template_apply(&s->html, TEMPLATE_HTML, alert, context, arena, &ret->html, e));
}

static struct str
compose(const struct channel *ch, const struct alert *alert, const struct words *words,
    const struct send_context *context, struct arena *arena)
{
	struct str boundary = str_fmt(arena, "=_%.*s", STR_ARG(context->delivery_id)), data;
	struct buf message;

	buf_init(&message, MESSAGE_MAX);
	headers(&message, ch, alert, words->subject, context, arena);
	mime_plain(&message, "Content-Type",
	    str_fmt(arena, "multipart/alternative; boundary=\"%.*s\"", STR_ARG(boundary)));
	buf_add(&message, STR("\r\n"));
	mime_part(&message, boundary, "text/plain", words->text);
	mime_part(&message, boundary, "text/html", words->html);
	buf_addf(&message, "--%.*s--\r\n", STR_ARG(boundary));
	data = str_dup(arena, buf_str(&message));
	buf_free(&message);
	return data;
}

/* The recipients are named to it, not read from the message; lines end as Unix programs want. */
static struct exec
by_sendmail(const struct email *s, struct str data, struct arena *arena)
{
	struct exec exec = { .timeout_s = SENDMAIL_TIMEOUT_S };
	char *p = arena_bytes(arena, data.n);
	size_t n = 0;

	exec.argv.v = ARENA_ARRAY(arena, struct str, s->to.n + 5);
	exec.argv.v[exec.argv.n++] = s->sendmail;
	exec.argv.v[exec.argv.n++] = STR("-i");
	exec.argv.v[exec.argv.n++] = STR("-f");
	exec.argv.v[exec.argv.n++] = s->from.address;
	exec.argv.v[exec.argv.n++] = STR("--");
	for (size_t i = 0; i < s->to.n; i++)
		exec.argv.v[exec.argv.n++] = s->to.v[i].address;
	exec.env.v = ARENA_ARRAY(arena, struct str, 1);
	exec.env.v[exec.env.n++] =
	    STR("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	for (size_t i = 0; i < data.n; i++)
		if (data.p[i] != '\r')
			p[n++] = data.p[i];
	exec.input = str_n(p, n);
	return exec;
}

static void
hand_over(const struct email *s, struct str data, struct arena *arena, struct message *ret)
{
	const struct str_list *addresses = s->lmtp.n ? &s->lmtp : &s->smtp;
	struct mail_server *servers;

	if (s->sendmail.n) {
		*ret = (struct message){ .carrier = CARRIER_EXEC };
		ret->exec = by_sendmail(s, data, arena);
		return;
	}
	*ret = (struct message){ .carrier = CARRIER_MAIL };
	servers = ARENA_ARRAY(arena, struct mail_server, addresses->n);
	for (size_t i = 0; i < addresses->n; i++)
		servers[i] = (struct mail_server){ .address = addresses->v[i],
			.lmtp = s->lmtp.n > 0,
			.starttls = s->starttls,
			.user = s->user,
			.password = s->password.text,
			.token = s->token.text,
			.ca_file = s->ca_file };
	ret->mail = (struct mail){
		.servers = servers,
		.n_servers = addresses->n,
		.from = s->from.address,
		.to = { ARENA_ARRAY(arena, struct str, s->to.n), s->to.n },
		.data = data,
	};
	for (size_t i = 0; i < s->to.n; i++)
		ret->mail.to.v[i] = s->to.v[i].address;
}

/* One mail that lists all; its list is its route's.  Templates are made for one alert. */
static void
find_digest_words(const struct telling *t, const struct send_context *context, struct arena *arena,
    struct words *ret)
{
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	ret->subject = wording_subject(t->alert, SUBJECT_MAX, arena);
	mail_digest_text(&b, t->bundle, context->zone, arena);
	ret->text = str_dup(arena, buf_str(&b));
	buf_clear(&b);
	mail_digest_html(&b, t->bundle, context->zone, arena);
	ret->html = str_dup(arena, buf_str(&b));
	buf_free(&b);
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	struct alert alert = *t->alert;
	struct words words;

	if (t->bundle) {
		alert.watch = t->bundle->route.n ? t->bundle->route : STR("newsbell");
		find_digest_words(&(struct telling){ &alert, t->bundle }, context, arena, &words);
	} else if (!find_words(ch->settings, &alert, context, arena, &words, e)) {
		return false;
	}
	hand_over(ch->settings, compose(ch, &alert, &words, context, arena), arena, ret);
	return true;
}

static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	if (answer->code >= EXEC_CODE)
		return answer_exec(answer);
	return answer_smtp(answer, now_s);
}

const struct channel_type channel_email = {
	.name = "email",
	.carrier = CARRIER_MAIL,
	.settings_size = sizeof(struct email),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.check = check,
	.render = render,
	.judge = judge,
};
