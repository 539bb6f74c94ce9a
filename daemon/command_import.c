/*
 * newsbell import: other programs' lists as text for newsbell's own files; export: the configured
 * feeds as OPML.  Neither writes a file.
 */
#include "command.h"

#include "charset.h"
#include "file.h"
#include "import.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define IMPORT_FILE_MAX ((size_t)256 << 20) /* bytes */

static int
import(const char *name, struct arena *arena)
{
	struct charset_result charset;
	struct imported in;
	struct diags diags;
	struct err e = { 0 };
	struct str body, text;
	bool good = strcmp(name, "-") == 0 ? file_read_stdin(IMPORT_FILE_MAX, arena, &body, &e)
					   : file_read(name, IMPORT_FILE_MAX, arena, &body, &e);

	if (!good || !charset_to_utf8(body, STR(""), arena, &charset, &e))
		return command_fail("import", EX_NOINPUT, "%s", e.text);
	diags_init(&diags, arena);
	good = import_read(charset.utf8, str_c(name), arena, &diags, &in);
	command_diags(&diags);
	if (!good)
		return command_fail("import", EX_DATAERR,
		    "%s: no feeds and no names in it (OPML, a list of URLs, rss2email.cfg and CSV "
		    "are "
		    "read)",
		    name);
	text = import_write(&in, arena);
	printf("%.*s", STR_ARG(text));
	fprintf(stderr, "%s: %s, %zu %s\n", name, in.format, in.feeds.n ? in.feeds.n : in.n_entries,
	    in.feeds.n ? "feeds" : "entries");
	return EX_OK;
}

int
command_import(int argc, char **argv)
{
	static const struct option longs[] = { { 0 } };
	struct arena *arena;
	int status;

	if (getopt_long(argc, argv, "", longs, NULL) != -1)
		return EX_USAGE;
	if (optind + 1 != argc)
		return command_fail("import", EX_USAGE, "name one FILE or -");
	arena = arena_new();
	status = import(argv[optind], arena);
	arena_free(arena);
	return status;
}

static void export(const struct config *config, struct arena *arena)
{
	struct subscriptions feeds = { 0 };
	struct str opml;

	for (size_t i = 0; i < config->n_feeds; i++) {
		const struct feed *feed = &config->feeds[i];

		if (feed->rules->is_list) /* what it names is exported */
			continue;
		if (!subscriptions_add(&feeds, feed->url, feed->name, arena))
			continue;
		for (size_t t = 0; t < feed->rules->tags.n; t++)
			subscriptions_tag(&feeds, feed->rules->tags.v[t], arena);
	}
	opml = opml_write(STR("newsbell"), &feeds, arena);
	printf("%.*s", STR_ARG(opml));
}

int
command_export(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS, { 0 } };
	struct command_options o;
	struct config *config;
	struct arena *arena;
	int c;

	command_options_init(&o);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (!command_option(c, &o))
			return EX_USAGE;
	if (optind != argc)
		return command_fail("export", EX_USAGE, "it takes no argument");
	arena = arena_new();
	config = command_config(&o, arena);
	if (config)
		export(config, arena);
	arena_free(arena);
	config_unref(config);
	return config ? EX_OK : EX_CONFIG;
}
