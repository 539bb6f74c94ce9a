#include "command.h"

#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

int
command_check(int argc, char **argv)
{
	static const struct option longs[] = { { "config", required_argument, NULL, 'c' }, { 0 } };
	struct config_options options = { NB_SYSCONFDIR "/newsbell/newsbell.conf",
		getenv("CREDENTIALS_DIRECTORY") };
	struct arena *arena;
	struct diags diags;
	struct config *config;
	int c;

	while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
		if (c != 'c')
			return EX_USAGE;
		options.path = optarg;
	}
	if (optind != argc)
		return command_fail("check", EX_USAGE, "it takes no argument; use -c FILE");
	arena = arena_new();
	diags_init(&diags, arena);
	config = config_load(&options, &diags);
	command_diags(&diags);
	if (config)
		printf("%s: good: %zu feeds, %zu watches, %zu lists, %zu channels\n", options.path,
		    config->n_feeds, watchset_watches(config->watchset), config->n_lists,
		    config->n_channels);
	else
		fprintf(stderr, "%s: %zu errors\n", options.path, diags.errors);
	config_unref(config);
	arena_free(arena);
	return config ? EX_OK : EX_CONFIG;
}
