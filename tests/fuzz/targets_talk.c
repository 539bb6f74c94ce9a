/*
 * What servers answer, operators ask and users write for alerts.
 */
#include "channel.h"
#include "control.h"
#include "lmtp.h"
#include "mem.h"
#include "poll.h"
#include "promise.h"
#include "route_expr.h"
#include "specimen.h"
#include "template.h"
#include "utf8.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NOW_S INT64_C(1788249600) /* 2026-09-01 08:00 UTC */

/* ---- HTTP ---- */

/* An answer as it might be written down: "STATUS reason", header lines, an empty line, the body. */
struct reply {
	int status;
	struct str reason, body;
	struct http_header *headers;
	size_t n_headers;
};

static void
read_reply(struct str in, struct arena *arena, struct reply *ret)
{
	struct str line, number;
	size_t cap = 0;
	int64_t status;

	*ret = (struct reply){ 0 };
	str_cut(in, '\n', &line, &in);
	str_cut(line, ' ', &number, &ret->reason);
	if (str_to_i64(number, &status) && status >= 100 && status <= 599)
		ret->status = (int)status;
	while (str_cut(in, '\n', &line, &in), line.n) {
		struct http_header *h = ARENA_PUSH(arena, ret->headers, ret->n_headers, cap);

		str_cut(line, ':', &h->name, &h->value);
		h->value = str_trim(h->value);
	}
	ret->body = in;
}

/* Every kind of channel judges it. */
void
run_answer(struct str in)
{
	struct arena *arena = arena_new();
	struct reply reply;
	struct answer answer;

	read_reply(in, arena, &reply);
	answer = (struct answer){ .code = reply.status,
		.text = reply.reason,
		.headers = reply.headers,
		.n_headers = reply.n_headers,
		.body = reply.body,
		.data_phase = reply.reason.n % 2 };
	for (size_t i = 0; i < n_channel_types; i++) {
		const struct channel channel = { .name = STR("c"),
			.type = channel_types[i],
			.settings = arena_alloc(arena, channel_types[i]->settings_size) };
		struct verdict v = channel_types[i]->judge(&channel, &answer, NOW_S);

		PROMISE(v.kind <= VERDICT_GONE);
		PROMISE(v.not_before_s == 0 || v.not_before_s > NOW_S);
		PROMISE(v.not_before_s <= NOW_S + 86400);
		PROMISE(v.kind != VERDICT_DELIVERED || reply.status / 100 == 2 ||
			channel_types[i]->carrier != CARRIER_HTTP);
	}
	arena_free(arena);
}

/* Two answers in a row, an hour apart, to one feed. */
void
run_poll(struct str in)
{
	struct arena *arena = arena_new();
	struct feed_section section;
	struct feed feed = {
		.name = STR("f"), .url = STR("https://news.example/feed"), .rules = &section.rules
	};
	struct feed_state state = { 0 };
	struct str part, rest = in;
	int64_t now_s = NOW_S;

	feed_init(&section);
	for (int i = 0; i < 2; i++, now_s += 3600) {
		size_t gap = str_find(rest, STR("\n\n\n"));
		struct http_request request;
		struct reply reply;
		struct poll_answer answer;

		part = str_sub(rest, 0, gap == STR_NONE ? rest.n : gap);
		rest = gap == STR_NONE ? STR("") : str_sub(rest, gap + 3, rest.n);
		read_reply(part, arena, &reply);
		poll_request(&feed, &state, now_s, arena, &request);
		for (size_t k = 0; k < request.n_headers; k++)
			PROMISE(http_value_ok(request.headers[k].value));
		poll_judge(&feed, &state, &request,
		    &(struct http_response){ .status = reply.status,
			.fault = reply.status ? HTTP_FAULT_NONE : HTTP_FAULT_PROTOCOL,
			.fault_text = reply.reason,
			.headers = reply.headers,
			.n_headers = reply.n_headers,
			.body = reply.body,
			.final_url = feed.url,
			.moved_url = STR("") },
		    now_s, arena, &answer);
		state = poll_next(&feed, &state, &answer,
		    answer.verdict == POLL_FRESH
			? &(struct poll_found){ .result = POLL_STORED, .n_items = 1 }
			: NULL,
		    now_s, 0);
		PROMISE(state.next_due_s > now_s);
		PROMISE(state.next_due_s <= now_s + POLL_GONE_S + POLL_GONE_S / 5);
		PROMISE(poll_why(&feed, &state, arena).n > 0);
	}
	arena_free(arena);
}

/* ---- LMTP: a server that says this and hangs up ---- */

struct lmtp_server {
	int fd;
	struct str says;
};

static void *
serve_lmtp(void *cookie)
{
	const struct lmtp_server *server = cookie;
	int fd = accept(server->fd, NULL, NULL);
	char heard[4096];

	for (struct str s = server->says; fd >= 0 && s.n;) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		s = str_sub(s, (size_t)n, s.n);
	}
	if (fd >= 0) {
		shutdown(fd, SHUT_WR);
		while (recv(fd, heard, sizeof(heard), 0) > 0)
			;
		close(fd);
	}
	return NULL;
}

void
run_lmtp(struct str in)
{
	static const atomic_bool stop;
	struct str to[] = { STR("a@news.example"), STR("b@news.example") };
	const struct mail mail = {
		.from = STR("n@news.example"), .to = { to, 2 }, .data = STR("A: b\r\n\r\n.\r\n")
	};
	char dir[] = "/tmp/newsbell-fuzz-XXXXXX";
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct lmtp_server server = { socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), in };
	struct lmtp_answer answer = { 0 };
	pthread_t thread;

	PROMISE(mkdtemp(dir) != NULL);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/s", dir);
	PROMISE(bind(server.fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	PROMISE(listen(server.fd, 1) == 0);
	PROMISE(pthread_create(&thread, NULL, serve_lmtp, &server) == 0);
	lmtp_send(str_c(at.sun_path), &mail, &stop, &answer);
	pthread_join(thread, NULL);
	PROMISE(answer.code == 0 || (answer.code >= 200 && answer.code <= 599));
	PROMISE(memchr(answer.text, '\0', sizeof(answer.text)) != NULL);
	close(server.fd);
	unlink(at.sun_path);
	rmdir(dir);
}

/* ---- the control socket ---- */

static bool
verb_echo(void *cookie, json_t *request, json_t *answer, struct err *e)
{
	(void)cookie;
	if (json_object_get(request, "refuse"))
		return err_set(e, ERR_INPUT, "as you wish");
	json_object_set(answer, "echo", request);
	return true;
}

void
run_control(struct str in)
{
	static const struct control_verb verbs[] = { { "echo", verb_echo, NULL } };
	struct buf reply;
	json_t *answer;

	buf_init(&reply, CONTROL_REPLY_MAX);
	PROMISE(control_answer(verbs, ARRAY_LEN(verbs), NULL, in, &reply) == 0);
	PROMISE(reply.n > 0 && reply.p[reply.n - 1] == '\n');
	PROMISE(memchr(reply.p, '\n', reply.n) == reply.p + reply.n - 1);
	answer = json_loadb(reply.p, reply.n, JSON_ALLOW_NUL, NULL);
	PROMISE(json_is_boolean(json_object_get(answer, "ok")));
	json_decref(answer);
	buf_free(&reply);
}

/* ---- what users write ---- */

void
run_route(struct str in)
{
	const struct route_names names = { .any_feed = true };
	const struct route_entry entry = { STR("agencies"), STR("ICE") };
	const struct route_subject subject = { .watch = STR("w"),
		.severity = SEVERITY_HIGH,
		.feed = STR("f"),
		.lang = STR("en-GB"),
		.entries = &entry,
		.n_entries = 1 };
	struct arena *arena = arena_new();
	struct setting_line line = { .value = utf8_repair(in, arena) };
	const struct route_expr *expr, *again;
	struct diags diags;

	diags_init(&diags, arena);
	expr = route_expr_parse(&line, &names, arena, &diags);
	for (size_t i = 0; i < diags.n; i++)
		diag_text(&diags.v[i], arena);
	if (expr) {
		struct setting_line printed = { .value = route_expr_print(expr, arena) };

		again = route_expr_parse(&printed, &names, arena, &diags);
		PROMISE(again != NULL);
		PROMISE(str_eq(route_expr_print(again, arena), printed.value));
		PROMISE(route_expr_matches(expr, &subject) == route_expr_matches(again, &subject));
		if (!route_expr_matches(expr, &subject))
			PROMISE(route_expr_why_not(expr, &subject, arena).n > 0);
	} else {
		PROMISE(diags.errors > 0);
	}
	arena_free(arena);
}

/* The first byte says which form. */
void
run_template(struct str in)
{
	const struct send_context context = { .delivery_id = STR("d"),
		.host = STR("news.example") };
	struct arena *arena = arena_new();
	enum template_form form = TEMPLATE_LINE;
	const struct template *t;
	struct diags diags;
	struct alert alert;

	if (in.n > 0) {
		form = (enum template_form)((unsigned char)in.p[0] % (TEMPLATE_JSON + 1));
		in = utf8_repair(str_sub(in, 1, in.n), arena);
	}
	diags_init(&diags, arena);
	specimen_make(SEVERITY_HIGH, NOW_S, arena, &alert);
	t = template_read(in, form, (struct place){ 0 }, arena, &diags);
	for (size_t i = 0; i < diags.n; i++)
		diag_text(&diags.v[i], arena);
	if (t) {
		struct str out;
		struct err e = { 0 };

		if (!template_run(t, &alert, &context, arena, &out, &e)) {
			PROMISE(e.text[0]);
		} else {
			PROMISE(out.n <= TEMPLATE_OUTPUT_MAX);
			PROMISE(utf8_valid_length(out) == out.n);
			PROMISE(form != TEMPLATE_LINE || str_find_char(out, '\n') == STR_NONE);
			PROMISE(form != TEMPLATE_JSON || out.n > 0);
		}
	} else {
		PROMISE(diags.errors > 0);
	}
	arena_free(arena);
}
