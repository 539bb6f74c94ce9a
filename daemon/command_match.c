/*
 * newsbell match: does a text match, where and why?  With list files or an expression given on the
 * command line, or with the configuration.
 */
#include "command.h"

#include "file.h"
#include "match_batch.h"
#include "match_show.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct match_options {
	struct command_options common;
	struct match_lists lists;
	const char *when, *watch;
	const char *zones[ZONE_COUNT];
	bool plain, batch;
};

enum {
	OPTION_LIST = 1,
	OPTION_LISTS,
	OPTION_WHEN,
	OPTION_WATCH,
	OPTION_PLAIN,
	OPTION_BATCH,
	OPTION_ZONE
};

static const struct option longs[] = { COMMAND_LONGS,
	{ "list", required_argument, NULL, OPTION_LIST },
	{ "lists", required_argument, NULL, OPTION_LISTS },
	{ "when", required_argument, NULL, OPTION_WHEN },
	{ "watch", required_argument, NULL, OPTION_WATCH },
	{ "plain", no_argument, NULL, OPTION_PLAIN }, { "batch", no_argument, NULL, OPTION_BATCH },
	{ "title", required_argument, NULL, OPTION_ZONE + ZONE_TITLE },
	{ "author", required_argument, NULL, OPTION_ZONE + ZONE_AUTHOR },
	{ "category", required_argument, NULL, OPTION_ZONE + ZONE_CATEGORY },
	{ "url", required_argument, NULL, OPTION_ZONE + ZONE_URL }, { 0 } };

static int
match_text(
    const struct match_options *o, const struct watchset *set, struct str text, struct arena *arena)
{
	struct matcher *matcher = matcher_new(set);
	struct match_input in = { 0 };
	struct match_result result;

	for (unsigned z = 0; z < ZONE_COUNT; z++)
		in.zone[z] = match_zone(
		    z == ZONE_SUMMARY ? text : str_c(o->zones[z]), (enum zone)z, o->plain, arena);
	matcher_run(matcher, &in, arena, &result);
	match_only(&result, set, str_c(o->watch));
	if (o->common.json) {
		json_t *found = match_json(&result, &in, true, arena);

		json_dumpf(found, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(found);
	} else {
		printf("match: %s\n", result.n_fired ? "yes" : "no");
		match_print(stdout, &result, &in, command_colour());
	}
	matcher_free(matcher);
	return result.n_fired ? EX_OK : 1;
}

static int
match_with(const struct match_options *o, const struct watchset *set, const struct config *config,
    const char *text, struct arena *arena)
{
	struct str from = str_c(text);
	struct err e;

	if (o->watch && !command_knows_watch("match", set, o->watch))
		return EX_DATAERR;
	if (o->batch) {
		const struct batch batch = { .lists = o->lists,
			.config = config,
			.fixed = set,
			.watch = str_c(o->watch),
			.plain = o->plain };

		return batch_run(&batch, stdin, stdout);
	}
	if (strcmp(text, "-") == 0 && !file_read_stdin(MATCH_TEXT_MAX, arena, &from, &e))
		return command_fail("match", EX_NOINPUT, "%s", e.text);
	return match_text(o, set, from, arena);
}

/* Lists and an expression from the command line. */
static int
match_given(const struct match_options *o, const char *text, struct arena *arena)
{
	struct watchset *set = NULL;
	struct diags diags;
	int status;

	diags_init(&diags, arena);
	if (o->when || o->lists.n) {
		set = match_build(&o->lists, STR("--when"), str_c(o->when), NULL, &diags);
		command_diags(&diags);
		if (!set)
			return EX_CONFIG;
	}
	status = match_with(o, set, NULL, text, arena);
	watchset_free(set);
	return status;
}

static int
match_configured(struct match_options *o, const char *text, struct arena *arena)
{
	struct config *config = command_config(&o->common, arena);
	int status;

	if (!config)
		return EX_CONFIG;
	o->lists = (struct match_lists){ config->lists, config->n_lists, config->n_lists };
	status = match_with(o, config->watchset, config, text, arena);
	config_unref(config);
	return status;
}

/* One expression, one watch: of two, which was meant?  False after saying so. */
static bool
take_once(const char *option, const char **ret)
{
	if (*ret)
		command_fail(
		    "match", EX_USAGE, "%s stands there twice; OR joins expressions", option);
	else if (str_trim(str_c(optarg)).n == 0)
		command_fail("match", EX_USAGE, "%s has nothing behind it", option);
	else {
		*ret = optarg;
		return true;
	}
	return false;
}

/* False after saying what is wrong, with *status. */
static bool
read_option(struct match_options *o, int c, struct arena *arena, int *status)
{
	struct err e;
	bool good = true;

	*status = EX_NOINPUT;
	if (command_option(c, &o->common))
		return true;
	if (c >= OPTION_ZONE && c < OPTION_ZONE + ZONE_COUNT) {
		o->zones[c - OPTION_ZONE] = optarg;
		return true;
	}
	if (c == OPTION_LIST)
		good = match_lists_add(&o->lists, optarg, arena, &e);
	else if (c == OPTION_LISTS)
		good = match_lists_add_dir(&o->lists, optarg, arena, &e);
	else if (c == OPTION_WHEN || c == OPTION_WATCH) {
		*status = EX_USAGE;
		return c == OPTION_WHEN ? take_once("--when", &o->when)
					: take_once("--watch", &o->watch);
	} else if (c == OPTION_PLAIN)
		o->plain = true;
	else if (c == OPTION_BATCH)
		o->batch = true;
	else {
		*status = EX_USAGE;
		return false;
	}
	if (!good)
		command_fail("match", EX_NOINPUT, "%s", e.text);
	return good;
}

int
command_match(int argc, char **argv)
{
	struct match_options o = { 0 };
	struct arena *arena = arena_new();
	bool configured = false, of_text = false;
	int c, status = EX_OK;

	command_options_init(&o.common);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1) {
		configured = configured || c == 'c' || c == OPTION_WATCH;
		if (!read_option(&o, c, arena, &status)) {
			arena_free(arena);
			return status;
		}
	}
	for (unsigned z = 0; z < ZONE_COUNT; z++)
		of_text = of_text || o.zones[z];
	if (o.batch && of_text)
		status = command_fail("match", EX_USAGE,
		    "with --batch each line says title, author, category and url itself");
	else if (optind + !o.batch != argc)
		status = command_fail("match", EX_USAGE,
		    o.batch ? "--batch reads its texts from standard input"
			    : "give one TEXT, or -");
	else if (o.when && str_trim(str_c(o.when)).n == 0)
		status = command_fail("match", EX_USAGE, "--when is an empty expression");
	else if (configured && (o.lists.n || o.when))
		status = command_fail("match", EX_USAGE,
		    "--list, --lists and --when stand for the configuration; leave -c and --watch "
		    "out");
	else if (o.lists.n || o.when || (o.batch && !configured))
		status = match_given(&o, argv[optind], arena);
	else
		status = match_configured(&o, argv[optind], arena);
	arena_free(arena);
	return status;
}
