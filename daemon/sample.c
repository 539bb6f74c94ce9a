#include "sample.h"

#include "config.h"
#include "file.h"
#include "specimen.h"
#include "store_delivery.h"

#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define FACTS_MAX ((size_t)64 << 20) /* bytes of a --facts file */
#define SPECIMENS 5                  /* alerts of a digest that is made up */

enum { OPTION_FACTS = 0x100, OPTION_SEVERITY, OPTION_DIGEST };

int
sample_options_read(const char *command, int argc, char **argv, struct sample_options *o)
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

const struct channel *
sample_channel(const char *command, const struct config *config, const char *name, int *status)
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
make_specimens(const struct sample_options *o, struct arena *arena, struct sample *ret)
{
	int64_t now_s = (int64_t)time(NULL);

	ret->n = o->digest ? SPECIMENS : 1;
	ret->alerts = ARENA_ARRAY(arena, struct alert, ret->n);
	for (size_t i = 0; i < ret->n; i++)
		specimen_make(o->digest ? (enum severity)(i % SEVERITY_COUNT) : o->severity,
		    now_s - (int64_t)(ret->n - 1 - i) * 3600, arena, &ret->alerts[i]);
}

bool
sample_find(const char *command, const struct sample_options *o, const char *id,
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

bool
sample_render(const struct config *config, const struct channel *ch, const struct sample *sample,
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
