/*
 * Commands that ask something of the running daemon.
 */
#include "command.h"

#include "control.h"

#include <stdio.h>
#include <sysexits.h>

static const int status_of[] = {
	[ERR_NONE] = EX_OK,
	[ERR_INPUT] = EX_DATAERR,
	[ERR_LIMIT] = EX_DATAERR,
	[ERR_CONFIG] = EX_CONFIG,
	[ERR_SYSTEM] = EX_NOPERM,
	[ERR_NET] = EX_UNAVAILABLE,
};

/*
 * Ask the running daemon.  Takes request.  EX_OK and *answer, to be given back by json_decref; or a
 * status to exit with, after saying why.
 */
static int
ask(const char *command, const struct command_options *o, json_t *request, json_t **answer)
{
	struct arena *arena = arena_new();
	struct home home;
	struct err e = { 0 };
	int status = EX_OK;

	command_home(o, arena, &home);
	if (!control_ask(str_z(arena, home.control), request, answer, &e))
		status = command_fail(command, status_of[e.kind], "%s", e.text);
	json_decref(request);
	arena_free(arena);
	return status;
}

static const struct option longs[] = { COMMAND_LONGS, { "all", no_argument, NULL, 'a' }, { 0 } };

int
command_poll(int argc, char **argv)
{
	struct command_options o;
	json_t *request, *answer;
	bool all = false;
	int c, status;

	command_options_init(&o);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1) {
		if (c == 'a')
			all = true;
		else if (!command_option(c, &o))
			return EX_USAGE;
	}
	if (all == (optind < argc) || argc - optind > 1)
		return command_fail("poll", EX_USAGE, "name one feed, or say --all");
	request = all ? json_pack("{s:s}", "command", "poll")
		      : json_pack("{s:s,s:s}", "command", "poll", "feed", argv[optind]);
	if (!request)
		return command_fail("poll", EX_DATAERR, "the feed's name is no UTF-8");
	status = ask("poll", &o, request, &answer);
	if (status != EX_OK)
		return status;
	if (o.json)
		printf("{\"feeds\":%lld}\n",
		    (long long)json_integer_value(json_object_get(answer, "feeds")));
	else
		printf("asking %lld of the feeds now; `newsbell feeds` shows what comes of it\n",
		    (long long)json_integer_value(json_object_get(answer, "feeds")));
	json_decref(answer);
	return EX_OK;
}

/* A command that takes no argument, to the daemon's verb of the same name. */
static int
ask_alone(int argc, char **argv, const char *name, struct command_options *o, json_t **answer)
{
	if (!command_common(argc, argv, o))
		return EX_USAGE;
	if (optind != argc)
		return command_fail(name, EX_USAGE, "it takes no argument");
	return ask(name, o, json_pack("{s:s}", "command", name), answer);
}

int
command_reload(int argc, char **argv)
{
	struct command_options o;
	json_t *answer;
	int status = ask_alone(argc, argv, "reload", &o, &answer);

	if (status != EX_OK)
		return status;
	puts(o.json ? "{\"ok\":true}" : "the new configuration is in force");
	json_decref(answer);
	return EX_OK;
}

int
command_metrics(int argc, char **argv)
{
	struct command_options o;
	json_t *answer;
	int status = ask_alone(argc, argv, "metrics", &o, &answer);

	if (status != EX_OK)
		return status;
	if (o.json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		fputs(json_string_value(json_object_get(answer, "metrics")), stdout);
	}
	json_decref(answer);
	return EX_OK;
}
