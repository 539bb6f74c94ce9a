/*
 * newsbell channel test: send a test message and say what came back.  newsbell preview: show what
 * would be sent.
 */
#include "command.h"

#include "bundle.h"
#include "carry.h"
#include "file.h"
#include "json_out.h"
#include "mem.h"
#include "specimen.h"
#include "store_delivery.h"
#include "url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define JSON_MAX ((size_t)64 << 20)  /* bytes of a message shown */
#define FACTS_MAX ((size_t)64 << 20) /* bytes of a --facts file */
#define SECRET_SHOWN 4               /* what is shorter is no secret, and stands in words */
#define SPECIMENS 5                  /* alerts of a digest that is made up */

enum { OPTION_FACTS = 0x100, OPTION_SEVERITY, OPTION_DIGEST };

struct channel_options {
	struct command_options common;
	const char *facts;
	enum severity severity;
	bool digest;
};

/* What is to be sent. */
struct sample {
	struct alert *alerts;
	size_t n;
	bool digest;
	size_t told, messages; /* the first of its alerts, in messages that were sent already */
	struct str id;
};

static const char *
verdict_text(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_DELIVERED:
		return "delivered";
	case VERDICT_RETRY:
		return "not delivered: newsbelld would try again";
	case VERDICT_POISON:
		return "refused: this message, by a receiver that takes others";
	case VERDICT_MISCONFIGURED:
		return "refused: the receiver does not want messages from us so";
	case VERDICT_GONE:
		return "gone: the receiver asks us to stop";
	}
	return "";
}

static int
verdict_status(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_DELIVERED:
		return EX_OK;
	case VERDICT_RETRY:
		return EX_TEMPFAIL;
	case VERDICT_POISON:
		return EX_DATAERR;
	case VERDICT_MISCONFIGURED:
		return EX_CONFIG;
	case VERDICT_GONE:
		return EX_UNAVAILABLE;
	}
	return EX_SOFTWARE;
}

/* EX_OK; the arguments stand from optind on. */
static int
read_options(const char *command, int argc, char **argv, struct channel_options *o)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "facts", required_argument, NULL, OPTION_FACTS },
		{ "severity", required_argument, NULL, OPTION_SEVERITY },
		{ "digest", no_argument, NULL, OPTION_DIGEST }, { 0 } };
	int c;

	command_options_init(&o->common);
	o->severity = SEVERITY_NORMAL;
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		switch (c) {
		case OPTION_FACTS:
			o->facts = optarg;
			break;
		case OPTION_SEVERITY:
			if (!command_severity(command, optarg, &o->severity))
				return EX_USAGE;
			break;
		case OPTION_DIGEST:
			o->digest = true;
			break;
		default:
			if (!command_option(c, &o->common))
				return EX_USAGE;
		}
	return EX_OK;
}

static const struct channel *
find_channel(const char *command, const struct config *config, const char *name, int *status)
{
	struct str all = STR("");
	struct arena *arena;

	for (size_t i = 0; i < config->n_channels; i++)
		if (str_eq_c(config->channels[i].name, name))
			return &config->channels[i];
	arena = arena_new();
	for (size_t i = 0; i < config->n_channels; i++)
		all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "",
		    STR_ARG(config->channels[i].name));
	*status = command_fail(command, EX_DATAERR, "there is no channel '%s'; there %s: %.*s",
	    name, config->n_channels == 1 ? "is" : "are", STR_ARG(all));
	arena_free(arena);
	return NULL;
}

/* An alert a line. */
static bool
read_facts(struct str facts, struct arena *arena, struct sample *ret, struct err *e)
{
	size_t cap = 0;

	while (facts.n) {
		struct str line;

		str_cut(facts, '\n', &line, &facts);
		line = str_trim(line);
		if (line.n &&
		    !alert_from_json(line, arena, ARENA_PUSH(arena, ret->alerts, ret->n, cap), e))
			return false;
	}
	return ret->n || err_set(e, ERR_INPUT, "there are no facts of an alert");
}

static void
make_specimens(const struct channel_options *o, struct arena *arena, struct sample *ret)
{
	int64_t now_s = (int64_t)time(NULL);

	ret->n = o->digest ? SPECIMENS : 1;
	ret->alerts = ARENA_ARRAY(arena, struct alert, ret->n);
	for (size_t i = 0; i < ret->n; i++)
		specimen_make(o->digest ? (enum severity)(i % SEVERITY_COUNT) : o->severity,
		    now_s - (int64_t)(ret->n - 1 - i) * 3600, arena, &ret->alerts[i]);
}

/* The alerts to send: from a file, from the database, or specimens.  Several are a digest. */
static bool
find_sample(const char *command, const struct channel_options *o, const char *id,
    struct arena *arena, struct sample *ret, int *status)
{
	struct str facts = STR("");
	struct store *store = NULL;
	struct err e = { 0 };
	bool good = true;

	*status = EX_OK;
	*ret = (struct sample){ 0 };
	if (o->facts) {
		good = file_read(o->facts, FACTS_MAX, arena, &facts, &e) &&
		       read_facts(facts, arena, ret, &e);
	} else if (id && strcmp(id, "test") != 0) {
		store = command_store(command, &o->common, status);
		if (!store)
			return false;
		good = store_alert_facts(store, str_c(id), arena, &facts, &e);
		if (good && facts.n == 0)
			good = err_set(&e, ERR_CONFIG, "there is no alert '%s'", id);
		good = good && read_facts(facts, arena, ret, &e);
	} else {
		make_specimens(o, arena, ret);
	}
	ret->digest = o->digest || ret->n > 1;
	ret->id = str_fmt(arena, "test%lld%ld", (long long)time(NULL), (long)getpid());
	if (!good)
		*status = command_fail(command, EX_DATAERR, "%s", e.text);
	store_close(store);
	return good;
}

/* The next message of it. */
static bool
render(const struct config *config, const struct channel *ch, const struct sample *sample,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct send_context context = {
		.delivery_id = sample->id,
		.now_s = (int64_t)time(NULL),
		.colour = command_colour(),
		.zone = config->zone,
	};
	const struct bundle bundle = {
		.kind = BUNDLE_DIGEST,
		.due_s = context.now_s,
		.alerts = sample->alerts,
		.n = sample->n,
		.told = sample->told,
		.messages = sample->messages,
	};
	bool good;

	if (sample->digest)
		return bundle_render(ch, &bundle, &context, arena, ret, e);
	good = ch->type->render(
	    ch, &(struct telling){ .alert = sample->alerts }, &context, arena, ret, e);
	ret->told = sample->n;
	return good;
}

/* ---- newsbell channel test ---- */

struct trial {
	struct ev_loop *loop;
	const struct channel *channel;
	struct verdict verdict;
	bool json;
};

static void
on_answer(void *cookie, const struct answer *answer, int64_t elapsed_ms)
{
	struct trial *t = cookie;

	t->verdict = t->channel->type->judge(t->channel, answer, (int64_t)time(NULL));
	if (t->json) {
		json_t *o = json_pack("{s:s%,s:b,s:i,s:s%,s:I}", "channel", t->channel->name.p,
		    t->channel->name.n, "delivered", t->verdict.kind == VERDICT_DELIVERED, "code",
		    answer->code, "answer", answer->text.n ? answer->text.p : "", answer->text.n,
		    "elapsed_ms", (json_int_t)elapsed_ms);

		if (o)
			json_dumpf(o, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(o);
	} else {
		printf("%.*s (%s): %.*s, after %lld ms\n%s\n", STR_ARG(t->channel->name),
		    t->channel->type->name, STR_ARG(answer->text), (long long)elapsed_ms,
		    verdict_text(t->verdict.kind));
	}
	ev_break(t->loop, EVBREAK_ALL);
}

static int
try_channel(const struct channel *ch, const struct message *message, bool json)
{
	struct trial trial = { .loop = ev_default_loop(0), .channel = ch, .json = json };
	struct carriers carriers = { .loop = trial.loop };
	struct err e = { 0 };
	struct carry *carry;
	bool good = true;

	if (message->carrier == CARRIER_HTTP)
		good = (carriers.wire = wire_new(trial.loop,
			    &(struct wire_options){ .user_agent = STR("newsbell/" NB_VERSION) },
			    &e)) != NULL;
	if (message->carrier == CARRIER_MAIL)
		good = (carriers.mailer = mailer_new(trial.loop, &e)) != NULL;
	if (!good)
		return command_fail("channel", EX_OSERR, "%s", e.text);
	carry = carry_begin(&carriers, message, on_answer, &trial);
	if (carry)
		ev_run(trial.loop, 0);
	mailer_free(carriers.mailer);
	wire_free(carriers.wire);
	return verdict_status(trial.verdict.kind);
}

/* All its messages, until one is not delivered. */
static int
try_sample(const struct config *config, const struct channel *ch, struct sample *sample, bool json,
    struct arena *arena)
{
	const struct timespec pace = { ch->type->pace_ms / 1000,
		ch->type->pace_ms % 1000 * 1000000 };
	struct message message = { 0 };
	struct err e = { 0 };
	int status = EX_OK;

	for (; status == EX_OK && sample->told < sample->n;
	     sample->told += message.told, sample->messages++) {
		if (sample->messages)
			nanosleep(&pace, NULL);
		if (render(config, ch, sample, arena, &message, &e))
			status = try_channel(ch, &message, json);
		else
			status = command_fail("channel", EX_DATAERR, "%s", e.text);
	}
	return status;
}

int
command_channel(int argc, char **argv)
{
	struct channel_options o = { 0 };
	int status = read_options("channel", argc, argv, &o);
	const struct channel *ch = NULL;
	struct arena *arena;
	struct config *config;
	struct sample sample;

	if (status != EX_OK)
		return status;
	if (argc - optind != 2 || strcmp(argv[optind], "test") != 0)
		return command_fail("channel", EX_USAGE,
		    "say 'test' and which channel: newsbell channel test NAME");
	arena = arena_new();
	config = command_config(&o.common, arena);
	status = config ? EX_OK : EX_CONFIG;
	if (config)
		ch = find_channel("channel", config, argv[optind + 1], &status);
	if (ch && find_sample("channel", &o, NULL, arena, &sample, &status))
		status = try_sample(config, ch, &sample, o.common.json, arena);
	config_unref(config);
	arena_free(arena);
	return status;
}

/* ---- newsbell preview ---- */

static void
put(FILE *to, struct str s)
{
	fwrite(s.p, 1, s.n, to);
}

/* What stands in an address behind its host may be a secret. */
static void
put_http(FILE *to, const struct http_request *r)
{
	struct url url;

	url_split(r->url, &url);
	fprintf(to, "%.*s %.*s://%.*s/...\n", STR_ARG(r->method), STR_ARG(url.scheme),
	    STR_ARG(url_host(r->url)));
	for (size_t i = 0; i < r->n_headers; i++)
		if (!str_eq_ci(r->headers[i].name, STR("Authorization")))
			fprintf(to, "%.*s: %.*s\n", STR_ARG(r->headers[i].name),
			    STR_ARG(r->headers[i].value));
	fputc('\n', to);
	put(to, r->body);
	fputc('\n', to);
}

static void
put_mail(FILE *to, const struct mail *m)
{
	fprintf(to, "from %.*s to", STR_ARG(m->from));
	for (size_t i = 0; i < m->to.n; i++)
		fprintf(to, "%s %.*s", i ? "," : "", STR_ARG(m->to.v[i]));
	fputs("\n\n", to);
	for (size_t i = 0; i < m->data.n; i++)
		if (m->data.p[i] != '\r')
			fputc(m->data.p[i], to);
}

static void
put_message(FILE *to, const struct message *m, struct arena *arena)
{
	switch (m->carrier) {
	case CARRIER_PRINT:
		put(to, m->print);
		break;
	case CARRIER_HTTP:
		put_http(to, &m->http);
		break;
	case CARRIER_MAIL:
		put_mail(to, &m->mail);
		break;
	case CARRIER_EXEC:
		for (size_t i = 0; i < m->exec.argv.n; i++)
			fprintf(to, "%s%.*s", i ? " " : "", STR_ARG(m->exec.argv.v[i]));
		fputc('\n', to);
		put(to, m->exec.input);
		break;
	case CARRIER_FILE:
		fprintf(to, "%.*s\n", STR_ARG(m->file.path));
		put(to, m->file.merge ? m->file.merge(&m->file, STR(""), arena) : m->file.data);
		break;
	}
}

/* The text without the channel's secrets. */
static struct str
without_secrets(const struct channel *ch, struct str text, struct arena *arena)
{
	for (size_t i = 0; i < ch->type->n_rows; i++) {
		const struct setting *row = &ch->type->rows[i];
		struct str secret = STR(""), rest = text, clean = STR("");
		size_t at;

		if (row->type == SETTING_SECRET)
			secret = ((const struct secret *)((const char *)ch->settings + row->offset))
				     ->text;
		if (secret.n < SECRET_SHOWN)
			continue;
		while ((at = str_find(rest, secret)) != STR_NONE) {
			clean = str_fmt(
			    arena, "%.*s%.*s***", STR_ARG(clean), STR_ARG(str_sub(rest, 0, at)));
			rest = str_sub(rest, at + secret.n, rest.n);
		}
		text = str_join(arena, clean, rest);
	}
	return text;
}

static void
print_message(const struct channel *ch, const struct message *m, bool json, struct arena *arena)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);
	struct json_out o;
	struct str clean;

	if (!to)
		abort();
	put_message(to, m, arena);
	fclose(to);
	clean = without_secrets(ch, str_n(text, n), arena);
	if (json) {
		jout_init(&o, JSON_MAX);
		jout_open(&o, NULL, '{');
		jout_str(&o, "channel", ch->name);
		jout_str(&o, "message", clean);
		jout_close(&o, '}');
		command_json_line(&o);
	} else {
		put(stdout, clean);
	}
	free(text);
}

static int
print_sample(const struct config *config, const struct channel *ch, struct sample *sample,
    bool json, struct arena *arena)
{
	struct message message;
	struct err e = { 0 };

	for (; sample->told < sample->n; sample->told += message.told, sample->messages++) {
		if (!render(config, ch, sample, arena, &message, &e))
			return command_fail("preview", EX_DATAERR, "%s", e.text);
		if (sample->messages && !json)
			putchar('\n');
		print_message(ch, &message, json, arena);
	}
	return EX_OK;
}

int
command_preview(int argc, char **argv)
{
	struct channel_options o = { 0 };
	int status = read_options("preview", argc, argv, &o);
	const struct channel *ch = NULL;
	struct arena *arena;
	struct config *config;
	struct sample sample;

	if (status != EX_OK)
		return status;
	if (argc - optind != 2)
		return command_fail("preview", EX_USAGE,
		    "name an alert (its id, the beginning of it, or 'test') and a channel");
	arena = arena_new();
	config = command_config(&o.common, arena);
	status = config ? EX_OK : EX_CONFIG;
	if (config)
		ch = find_channel("preview", config, argv[optind + 1], &status);
	if (ch && find_sample("preview", &o, argv[optind], arena, &sample, &status))
		status = print_sample(config, ch, &sample, o.common.json, arena);
	config_unref(config);
	arena_free(arena);
	return status;
}
