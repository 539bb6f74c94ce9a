/*
 * newsbell check: is the configuration good, and how are its lists and expressions understood?
 */
#include "command.h"

#include "check_terms.h"
#include "file.h"
#include "mem.h"
#include "route_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

enum { OPTION_TERMS = 1 };

/* Each expression with all its parentheses. */
static void
print_watches(const struct config *c, struct arena *arena)
{
	for (size_t i = 0; i < watchset_watches(c->watchset); i++) {
		struct str name = watchset_watch_name(c->watchset, i);
		struct str text = watchset_watch_text(c->watchset, i, arena);

		printf("watch \"%.*s\": %.*s\n", STR_ARG(name), STR_ARG(text));
	}
}

/* The expectations in tests.conf; those that are not met are said. */
static bool
run_tests(const struct config *config, const char *path, struct arena *arena)
{
	struct diags diags;
	struct route_test *tests;
	size_t n, failed = 0, errors;

	diags_init(&diags, arena);
	route_tests_read(config, file_dirname(str_c(path)), arena, &diags, &tests, &n);
	errors = diags.errors;
	for (size_t i = 0; i < n; i++) {
		size_t before = diags.errors;

		route_test_run(config, &tests[i], arena, &diags);
		failed += diags.errors > before;
	}
	command_diags(&diags);
	if (n)
		printf("%.*s/tests.conf: %zu of %zu tests passed\n",
		    STR_ARG(file_dirname(str_c(path))), n - failed, n);
	return failed + errors == 0;
}

static int
check(const struct command_options *o, bool terms, const char *name, struct arena *arena)
{
	const struct config_options files = { o->config, getenv("CREDENTIALS_DIRECTORY"),
		o->state };
	struct diags diags;
	struct config *config;
	int status = EX_OK;

	diags_init(&diags, arena);
	config = config_load(&files, &diags);
	command_diags(&diags);
	if (!config) {
		fprintf(stderr, "%s: %zu errors\n", o->config, diags.errors);
		return EX_CONFIG;
	}
	if (!terms) {
		print_watches(config, arena);
		check_capitals_print(config, stdout);
	} else if (!check_terms_print(config, name, stdout))
		status =
		    command_fail("check", EX_USAGE, "no list and no watch is named '%s'", name);
	if (!terms)
		printf("%s: good: %zu feeds, %zu watches, %zu lists, %zu channels\n", o->config,
		    config->n_feeds, watchset_watches(config->watchset), config->n_lists,
		    config->n_channels);
	if (!terms && !run_tests(config, o->config, arena))
		status = EX_CONFIG;
	config_unref(config);
	return status;
}

int
command_check(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "terms", no_argument, NULL, OPTION_TERMS }, { 0 } };
	struct command_options o;
	struct arena *arena;
	bool terms = false;
	int c, status;

	command_options_init(&o);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1) {
		if (command_option(c, &o))
			continue;
		if (c != OPTION_TERMS)
			return EX_USAGE;
		terms = true;
	}
	if (optind + terms < argc)
		return command_fail("check", EX_USAGE,
		    terms ? "give one name of a list or a watch, or none"
			  : "it takes no argument; use -c FILE");
	arena = arena_new();
	status = check(&o, terms, argv[optind], arena);
	arena_free(arena);
	return status;
}
