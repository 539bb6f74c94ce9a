#include "own_arena.h"

#include "bundle.h"
#include "sample.h"
#include "signature.h"

#include <string.h>

static struct diags diags;

/* A channel of a [channel "name"] section's text; problems stand in diags. */
static struct channel
configure(const char *text)
{
	struct section *sections = NULL;
	size_t n = 0, cap = 0;
	struct str type = { 0 };
	struct channel ch;
	static const struct setting type_row[] = { { "type", SETTING_TEXT, 0, .required = true } };

	diags_init(&diags, arena);
	settings_read(str_fmt(arena, "[channel \"desk\"]\n%s", text), STR("test.conf"), arena,
	    &diags, &sections, &n, &cap);
	assert_int_equal(n, 1);
	assert_true(sections[0].n_lines > 0 && str_eq_c(sections[0].lines[0].key, "type"));
	ch = (struct channel){ .name = STR("desk"),
		.type = channel_type_find(sections[0].lines[0].value) };
	assert_non_null(ch.type);
	ch.settings = arena_alloc(arena, ch.type->settings_size);
	settings_apply(&sections[0],
	    (const struct settings_table[]){
		{ type_row, 1, &type }, { ch.type->rows, ch.type->n_rows, ch.settings } },
	    2, NULL, arena, &diags);
	if (ch.type->check)
		ch.type->check(&ch, sections[0].at, &diags);
	return ch;
}

static void
show_diags(const char *name)
{
	for (size_t i = 0; i < diags.n; i++)
		print_error("row '%s': %.*s", name, STR_ARG(diag_text(&diags.v[i], arena)));
}

static struct message
render(const struct channel *ch, const struct alert *alert)
{
	struct send_context context = { .delivery_id = STR("deliverydeliverydelivery22"),
		.now_s = 1795496411 };
	struct message m;
	struct err e = { 0 };

	if (!ch->type->render(ch, &(struct telling){ .alert = alert }, &context, arena, &m, &e))
		fail_msg("%s", e.text);
	assert_int_equal(m.carrier, ch->type->carrier);
	return m;
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_channel_types; i++) {
		const struct channel_type *t = channel_types[i];

		assert_ptr_equal(channel_type_find(str_c(t->name)), t);
		ROW(t->name, t->render && t->judge && t->settings_size > 0);
		ROW(t->name, i == 0 || strcmp(channel_types[i - 1]->name, t->name) < 0);
		ROW_I64(t->name,
		    t->judge(&(struct channel){ .type = t }, &(struct answer){ .code = 0 }, 7).kind,
		    VERDICT_RETRY);
	}
	assert_null(channel_type_find(STR("pigeon")));
	ROWS_DONE();
}

#define MAIL "type = email\nsmtp = smtp://mail.example:587\nfrom = bell@example.org\n"
#define LMTP "type = email\nfrom = a@b.example\nto = a@b.example\n"
#define HOOK "type = webhook\nurl = https://hook.example/x\n"

static void
test_settings(void **state)
{
	static const struct {
		const char *name, *text, *want; /* want: in the problem's text; NULL: none */
	} rows[] = {
		{ "mail", MAIL "to = a@example.org, The Desk <b@example.org>\n", NULL },
		{ "mail with a password", MAIL "to = a@example.org\nuser = u\npassword = p\n",
		    NULL },
		{ "password without user", MAIL "to = a@example.org\npassword = p\n",
		    "without user" },
		{ "user without password", MAIL "to = a@example.org\nuser = u\n",
		    "without password" },
		{ "password in the clear",
		    MAIL "to = a@example.org\nuser = u\npassword = p\nstarttls = try\n", "clear" },
		{ "neither servers nor sendmail",
		    "type = email\nfrom = a@b.example\nto = a@b.example\n", "needs a good 'smtp" },
		{ "both", MAIL "to = a@example.org\nsendmail = /usr/sbin/sendmail\n",
		    "more than one of smtp" },
		{ "LMTP to a socket", LMTP "lmtp = /run/dovecot/lmtp\n", NULL },
		{ "LMTP over TCP", LMTP "lmtp = localhost:24, [::1]:24\n", NULL },
		{ "LMTP without port", LMTP "lmtp = localhost\n", "host:port" },
		{ "LMTP and SMTP", MAIL "to = a@example.org\nlmtp = /run/lmtp\n",
		    "more than one of smtp" },
		{ "LMTP with a password", LMTP "lmtp = /run/lmtp\nuser = u\npassword = p\n",
		    "no log-in" },
		{ "a token", MAIL "to = a@example.org\nuser = u\ntoken = t\n", NULL },
		{ "no recipient", MAIL, "needs 'to" },
		{ "a bad recipient", MAIL "to = a@example.org, b\n", "'b' is no mail address" },
		{ "no SMTP",
		    "type = email\nsmtp = http://mail.example\nfrom = a@b.example\nto = "
		    "a@b.example\n",
		    "smtp:// or smtps://" },
		{ "a password in the address",
		    "type = email\nsmtp = smtp://u:p@mail.example\nfrom = a@b.example\nto = "
		    "a@b.example\n",
		    "keys of their own" },
		{ "a port that is none",
		    "type = email\nsmtp = smtp://mail.example:0\nfrom = a@b.example\nto = "
		    "a@b.example\n",
		    "no port" },
		{ "IPv6",
		    "type = email\nsmtp = smtp://[::1]:25\nfrom = a@b.example\nto = a@b.example\n",
		    NULL },
		{ "webhook", HOOK, NULL },
		{ "webhook with all of it",
		    HOOK
		    "method = PUT\nsecret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nold-secret = "
		    "0123456789abcdefg\nheader = X-A: b\n  X-C: d\nbearer = t\ntimeout = 5s\n",
		    NULL },
		{ "a key that is none", HOOK "secret = whsec_*\n", "not base64" },
		{ "a key that is short", HOOK "secret = abc\n", "too short" },
		{ "an old key alone", HOOK "old-secret = 0123456789abcdefg\n", "without secret" },
		{ "a method for reading", HOOK "method = GET\n", "POST, PUT, PATCH" },
		{ "user and bearer", HOOK "user = u\npassword = p\nbearer = t\n", "keep one" },
		{ "key without certificate", HOOK "client-key = /k\n", "client-key without" },
		{ "no URL", "type = webhook\nurl = ftp://x\n", "no http" },
		{ "a header that is none", HOOK "header = what\n", "no header" },
		{ "journal", "type = journal\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool found = false;

		configure(rows[i].text);
		for (size_t k = 0; k < diags.n; k++) {
			struct str text = diag_text(&diags.v[k], arena);

			found = found ||
				(rows[i].want && str_find(text, str_c(rows[i].want)) != STR_NONE);
		}
		ROW(rows[i].name, rows[i].want ? found : diags.n == 0);
		if (rows_failed)
			show_diags(rows[i].name);
	}
	ROWS_DONE();
}

static void
test_journal(void **state)
{
	struct channel ch = configure("type = journal\n");
	struct alert a = sample_alert();

	(void)state;
	ROW_STR("printed", render(&ch, &a).print,
	    STR("[high] ICE and its cloud: ICE, Microsoft, Azure\n"
		"    Immigration and Customs Enforcement moves to Microsoft\xE2\x80\x99s <Azure> "
		"\xE2\x80\x93 what \"it\" costs & why\n"
		"    https://news.example/ice?a=1&b=2\n"
		"    Harbour Courier \xC2\xB7 24 Nov 2026 04:55 UTC \xC2\xB7 A. Writer\n"
		"    ICE (agencies, as \xE2\x80\x9CImmigration and Customs "
		"Enforcement\xE2\x80\x9D), 3 "
		"times, first in the title\n"
		"        Why [Immigration and Customs Enforcement] signs with "
		"Microsoft\xE2\x80\xA6\n"
		"    Microsoft (vendors), in the text\n"
		"        a <b>\"deal\"</b> with [Microsoft]\xE2\x80\x99s cloud & more @everyone\n"
		"    Azure, 2 times, first in the summary\n"));
	a.title = STR("turn\x1b[31m red\x07");
	ROW("no escape sequence gets through",
	    str_find_char(render(&ch, &a).print, '\x1b') == STR_NONE &&
		str_find_char(render(&ch, &a).print, '\x07') == STR_NONE);
	ROWS_DONE();
}

static struct str
header(const struct message *m, const char *name)
{
	return http_header_find(m->http.headers, m->http.n_headers, str_c(name));
}

/* Against Python's hmac: what is signed is the id, the time and the body, with points between. */
static void
test_signature(void **state)
{
	struct str_list keys;
	struct err e;

	(void)state;
	assert_true(signature_keys(
	    STR("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="), arena, &keys, &e));
	ROW_STR("one key", signature_make(&keys, STR("msg_1"), 1751364000, STR("{}"), arena),
	    STR("v1,5PHYPk5i5f9CAQffsohaFkDT93FdSjetoNG22UFxEFo="));
	ROWS_DONE();
}

static void
test_webhook(void **state)
{
	struct channel ch = configure(
	    HOOK "secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nold-secret = 0123456789abcdefg\n"
		 "header = X-A: b\ntimeout = 5s\n");
	struct alert a = sample_alert();
	struct message m = render(&ch, &a);

	(void)state;
	show_diags("webhook");
	ROW_STR("method", m.http.method, STR("POST"));
	ROW_STR("url", m.http.url, STR("https://hook.example/x"));
	ROW_STR("id", header(&m, "webhook-id"), STR("msg_deliverydeliverydelivery22"));
	ROW_STR("key", header(&m, "idempotency-key"), STR("msg_deliverydeliverydelivery22"));
	ROW_STR("timestamp", header(&m, "webhook-timestamp"), STR("1795496411"));
	ROW_STR("type", header(&m, "content-type"), STR("application/json"));
	ROW_STR("own", header(&m, "x-a"), STR("b"));
	ROW_I64("two signatures", header(&m, "webhook-signature").n, 2 * (3 + 44) + 1);
	ROW_I64("time", m.http.timeout_ms, 5000);
	ROW_I64("no redirects", m.http.max_redirects, 0);
	ROW("the body's frame",
	    str_starts(m.http.body,
		STR("{\"type\":\"alert\",\"timestamp\":\"2026-11-24T05:00:00Z\",\"data\":{")));
	ROW("the facts", str_find(m.http.body, alert_to_json(&a, arena)) != STR_NONE);
	ch = configure(HOOK);
	ROW_I64("unsigned",
	    header(&(struct message){ .http = render(&ch, &a).http }, "webhook-signature").n, 0);
	ROWS_DONE();
}

static struct str
mail(const char *extra, const struct alert *a)
{
	struct channel ch = configure(str_z(
	    arena, str_fmt(arena, MAIL "to = a@example.org, The Desk <b@example.org>\n%s", extra)));
	struct message m = render(&ch, a);

	show_diags("mail");
	assert_int_equal(m.mail.to.n, 2);
	assert_true(str_eq_c(m.mail.to.v[1], "b@example.org"));
	assert_true(str_eq_c(m.mail.from, "bell@example.org"));
	return m.mail.data;
}

static void
test_mail(void **state)
{
	static const char *const want[] = {
		"\r\nDate: Tue, 24 Nov 2026 05:00:00 +0000\r\n",
		"\r\nFrom: bell@example.org\r\n",
		"\r\nTo: a@example.org, The Desk <b@example.org>\r\n",
		"\r\nMessage-ID: <deliverydeliverydelivery22@example.org>\r\n",
		"\r\nAuto-Submitted: auto-generated\r\n",
		"\r\nX-Newsbell-Alert: abcdefghijklmnopqrstuvwxyz\r\n",
		"\r\nX-Newsbell-Severity: high\r\n",
		"\r\nX-Newsbell-Entry: agencies/ICE\r\n",
		"\r\nX-Newsbell-Entry: Azure\r\n",
		"\r\nMIME-Version: 1.0\r\n",
		"\r\nContent-Type: text/plain; charset=utf-8\r\n",
		"\r\nContent-Type: text/html; charset=utf-8\r\n",
		"https://news.example/ice?a=3D1&b=3D2",
		"href=3D\"https://news.example/ice?a=3D1&amp;b=3D2\"",
	};
	struct alert a = sample_alert();
	struct str data = mail("", &a);
	size_t at = 0;

	(void)state;
	data = str_join(arena, STR("\r\n"), data);
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		ROW(want[i], str_find(data, str_c(want[i])) != STR_NONE);
	for (size_t i = 0; i < data.n; i++) {
		unsigned char c = (unsigned char)data.p[i];

		at = c == '\n' ? 0 : at + 1;
		if (at > 77 || c >= 0x7f || (c < ' ' && c != '\r' && c != '\n')) {
			ROW("lines of ASCII, at most 76 characters", false);
			break;
		}
	}
	ROW_STR("the same bytes again", str_join(arena, STR("\r\n"), mail("", &a)), data);
	ROWS_DONE();
}

static void
test_mail_injection(void **state)
{
	static const char evil[] =
	    "x\r\nBcc: victim@example.org\r\n\r\n--=_\r\n<script>alert(1)</script>";
	struct alert a = sample_alert();
	struct alert_entry entry = { STR(evil), STR(evil), STR(evil), ZONE_TITLE, 1,
		{ STR(evil), STR(evil), STR(evil) } };
	struct str data, head, html;

	(void)state;
	a.title = a.watch = a.feed = a.feed_title = a.author = a.summary = a.id = STR(evil);
	a.link = STR("javascript:alert(1)");
	a.entries = &entry;
	a.n_entries = 1;
	data = mail("", &a);
	data = str_join(arena, STR("\r\n"), data);
	head = str_sub(data, 0, str_find(data, STR("\r\n\r\n")));
	html = str_sub(data, str_find(data, STR("Content-Type: text/html")), data.n);
	ROW("no header of its own", str_find_ci(head, STR("\r\nBcc:")) == STR_NONE);
	ROW("no element of its own", str_find_ci(html, STR("<script")) == STR_NONE);
	ROW("no link but http", str_find(data, STR("href=3D\"javascript")) == STR_NONE);
	ROWS_DONE();
}

/* Several alerts in one message; their order and their count stay. */
static void
test_bundles(void **state)
{
	struct alert alerts[3] = { sample_alert(), sample_alert(), sample_alert() };
	const struct bundle bundle = { .kind = BUNDLE_DIGEST,
		.route = STR("morning"),
		.due_s = SAMPLE_CREATED_S,
		.alerts = alerts,
		.n = 3 };
	const struct send_context context = { .delivery_id = STR("deliverydeliverydelivery22"),
		.now_s = 1795496411 };
	struct channel mail = configure(MAIL "to = a@example.org\n"), hook = configure(HOOK),
		       journal = configure("type = journal\n");
	struct message m, again;
	struct err e = { 0 };

	(void)state;
	alerts[1].watch = alerts[1].title = STR("Second <b>");
	alerts[2].severity = SEVERITY_CRITICAL;
	assert_true(bundle_render(&hook, &bundle, &context, arena, &m, &e));
	ROW("digest",
	    str_starts(m.http.body,
		STR("{\"type\":\"digest\",\"timestamp\":\"2026-11-24T05:00:00Z\",\"data\":{"
		    "\"kind\":\"digest\",\"id\":\"deliverydeliverydelivery22\",\"route\":"
		    "\"morning\",\"title\":\"3 alerts: ICE and its cloud (2), Second <b> (1)\","
		    "\"severity\":\"critical\",\"due\":\"2026-11-24T05:00:00Z\",\"count\":3,"
		    "\"alerts\":[{")));
	ROW("its alerts", str_find(m.http.body, alert_to_json(&alerts[1], arena)) != STR_NONE);
	assert_true(bundle_render(&mail, &bundle, &context, arena, &m, &e));
	assert_true(bundle_render(&mail, &bundle, &context, arena, &again, &e));
	ROW_STR("the same bytes", again.mail.data, m.mail.data);
	ROW("subject", str_find(m.mail.data,
			   STR("\r\nSubject: [critical] morning: 3 alerts: ICE and its cloud "
			       "(2), Second <b>")) != STR_NONE);
	ROW("id",
	    str_find(m.mail.data,
		STR("\r\nMessage-ID: <deliverydeliverydelivery22@example.org>\r\n")) != STR_NONE);
	ROW("escaped", str_find(m.mail.data, STR("Second &lt;b&gt;")) != STR_NONE);
	ROW("its list is its route's",
	    str_find(m.mail.data, STR("\r\nList-ID: morning <morning-")) != STR_NONE);
	assert_true(bundle_render(&journal, &bundle, &context, arena, &m, &e));
	ROW("every alert on a terminal",
	    str_find(m.print,
		STR("[critical] 3 alerts: ICE and its cloud (2), Second <b> (1)\n")) != STR_NONE &&
		str_find(m.print, STR("[high] Second <b>: ICE")) != STR_NONE);
	ROWS_DONE();
}

#define MANY 500

static size_t
occurrences(struct str text, struct str what)
{
	size_t n = 0, at;

	for (; (at = str_find(text, what)) != STR_NONE; n++)
		text = str_sub(text, at + what.n, text.n);
	return n;
}

/* All messages of a bundle, one after the other, and how many there are. */
static struct str
all_messages(const struct channel *ch, struct bundle bundle, size_t *n)
{
	static const struct send_context context = { .delivery_id = STR_INIT("id") };
	struct str ret = STR("");
	struct message m;
	struct err e = { 0 };

	for (*n = 0; bundle.told < bundle.n; ++*n) {
		if (!bundle_render(ch, &bundle, &context, arena, &m, &e))
			fail_msg("%s", e.text);
		bundle.told += m.told;
		bundle.messages++;
		ret = str_fmt(arena, "%.*s%.*s\n%.*s\n", STR_ARG(ret), STR_ARG(m.http.url),
		    STR_ARG(m.http.body));
	}
	return ret;
}

/* What does not fit into one message is told in several, each alert once. */
static void
test_parts(void **state)
{
	static const struct {
		const char *name, *conf, *first, *last;
		bool several;
	} rows[] = {
		{ "slack", "type = slack\nurl = https://x.example/\n", "*500 alerts", "", false },
		{ "discord", "type = discord\nurl = https://x.example/\n", "1 of ", "", true },
		{ "teams", "type = teams\nurl = https://x.example/\n", "1 of ", "", true },
		{ "mattermost", "type = mattermost\nurl = https://x.example/\n", "1 of ", "",
		    true },
		{ "ntfy", "type = ntfy\nurl = https://x.example/t\n", "\"title\":\"[high] 1 of ",
		    "", true },
		{ "telegram", "type = telegram\ntoken = 1:a\nchat = -1\n", "1 of ", "", true },
		{ "matrix", "type = matrix\nurl = https://x.example\nroom = !a:b\ntoken = c\n",
		    "/id.1-", "1 of ", true },
		{ "webhook", HOOK, "\"500 alerts", "", false },
	};
	struct alert *alerts = ARENA_ARRAY(arena, struct alert, MANY);
	const struct bundle bundle = { .kind = BUNDLE_DIGEST, .alerts = alerts, .n = MANY };

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		alerts[i] = sample_alert();
		alerts[i].title = str_fmt(arena, "s%03zux moves", i);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct channel ch = configure(rows[i].conf);
		size_t n;
		struct str all = all_messages(&ch, bundle, &n);

		ROW(rows[i].name, (n > 1) == rows[i].several);
		ROW(rows[i].name, str_find(all, str_c(rows[i].first)) != STR_NONE);
		ROW(rows[i].name, str_find(all, str_c(rows[i].last)) != STR_NONE);
		ROW(rows[i].name, str_find(all, STR("newsbell alerts --delivery")) == STR_NONE);
		for (size_t k = 0; k < MANY; k++)
			if (occurrences(all, str_fmt(arena, "s%03zux", k)) !=
			    (str_eq_c(STR("matrix"), rows[i].name) ? 2 : 1))
				ROW_STR(rows[i].name, str_fmt(arena, "alert %zu", k), STR("once"));
	}
	ROWS_DONE();
}

/* There is an end to it, which says where the others stand. */
static void
test_beyond(void **state)
{
	struct alert *alerts = ARENA_ARRAY(arena, struct alert, MANY);
	struct bundle bundle = { .kind = BUNDLE_DIGEST, .alerts = alerts, .n = MANY };
	struct channel ch = configure("type = ntfy\nurl = https://x.example/t\n");
	char link[1900] = "https://x.example/";
	struct message m = { 0 };
	const struct send_context context = { .delivery_id = STR("id") };
	struct err e = { 0 };
	size_t said = 0;

	(void)state;
	memset(link + strlen(link), 'x', sizeof(link) - strlen(link));
	for (size_t i = 0; i < MANY; i++) {
		alerts[i] = sample_alert();
		alerts[i].link = str_n(link, sizeof(link));
	}
	for (; bundle.told < MANY; bundle.messages++) {
		assert_true(bundle_render(&ch, &bundle, &context, arena, &m, &e));
		bundle.told += m.told;
		said += str_find(m.http.body, STR("newsbell alerts --delivery id")) != STR_NONE;
	}
	ROW_I64("messages", (int64_t)bundle.messages, BUNDLE_MESSAGES_MAX);
	ROW_I64("the last says it", (int64_t)said, 1);
	ROW("how many",
	    str_find(m.http.body, STR("and 401 more: newsbell alerts --delivery id")) != STR_NONE ||
		str_find(m.http.body, STR("and 400 more: newsbell")) != STR_NONE);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_bundles),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_webhook),
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_mail_injection),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
