/*
 * newsbell channel test: send a test message and say what came back.
 */
#include "sample.h"

#include "carry.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

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
		if (sample_render(config, ch, sample, arena, &message, &e))
			status = try_channel(ch, &message, json);
		else
			status = command_fail("channel", EX_DATAERR, "%s", e.text);
	}
	return status;
}

int
command_channel(int argc, char **argv)
{
	struct sample_options o = { 0 };
	int status = sample_options_read("channel", argc, argv, &o);
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
	config = command_config_with(&o.common, SECRETS_READ, arena);
	status = config ? EX_OK : EX_CONFIG;
	if (config)
		ch = sample_channel("channel", config, argv[optind + 1], &status);
	if (ch && sample_find("channel", &o, NULL, arena, &sample, &status))
		status = try_sample(config, ch, &sample, o.common.json, arena);
	config_unref(config);
	arena_free(arena);
	return status;
}
