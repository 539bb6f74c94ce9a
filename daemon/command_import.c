/*
 * newsbell import: other programs' lists as text for newsbell's own files; export: the configured
 * feeds as OPML.  Neither writes a file.
 */
#include "command.h"

#include "charset.h"
#include "file.h"
#include "import.h"
#include "json_out.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define IMPORT_FILE_MAX ((size_t)256 << 20) /* bytes */
#define JSON_MAX (4 * IMPORT_FILE_MAX)

static void
put_feeds(struct json_out *o, const char *key, const struct subscriptions *feeds)
{
	jout_open(o, key, '[');
	for (size_t i = 0; i < feeds->n; i++) {
		jout_open(o, NULL, '{');
		jout_str(o, "url", feeds->v[i].url);
		jout_str_or_null(o, "title", feeds->v[i].title);
		jout_open(o, "tags", '[');
		for (size_t t = 0; t < feeds->v[i].n_tags; t++)
			jout_str(o, NULL, feeds->v[i].tags[t]);
		jout_close(o, ']');
		jout_close(o, '}');
	}
	jout_close(o, ']');
}

static void
print_imported(const struct imported *in)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "format", str_c(in->format));
	put_feeds(&o, "feeds", &in->feeds);
	jout_open(&o, "entries", '[');
	for (size_t i = 0; i < in->n_entries; i++) {
		jout_open(&o, NULL, '[');
		for (size_t k = 0; k < in->entries[i].n; k++)
			jout_str(&o, NULL, in->entries[i].terms[k]);
		jout_close(&o, ']');
	}
	jout_close(&o, ']');
	jout_close(&o, '}');
	command_json_line(&o);
}

static int
import(const char *name, bool json, struct arena *arena)
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
	if (json) {
		print_imported(&in);
		return EX_OK;
	}
	text = import_write(&in, arena);
	printf("%.*s", STR_ARG(text));
	if (in.feeds.n)
		fprintf(stderr, "%s: %s, %zu feed%s\n", name, in.format, in.feeds.n,
		    in.feeds.n == 1 ? "" : "s");
	else
		fprintf(stderr, "%s: %s, %zu entr%s\n", name, in.format, in.n_entries,
		    in.n_entries == 1 ? "y" : "ies");
	return EX_OK;
}

int
command_import(int argc, char **argv)
{
	struct command_options o;
	struct arena *arena;
	int status;

	if (!command_common(argc, argv, &o))
		return EX_USAGE;
	if (optind + 1 != argc)
		return command_fail("import", EX_USAGE, "name one FILE or -");
	arena = arena_new();
	status = import(argv[optind], o.json, arena);
	arena_free(arena);
	return status;
}

static void export(const struct config *config, bool json, struct arena *arena)
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
	if (json) {
		struct json_out o;

		jout_init(&o, JSON_MAX);
		put_feeds(&o, NULL, &feeds);
		command_json_line(&o);
		return;
	}
	opml = opml_write(STR("newsbell"), &feeds, arena);
	printf("%.*s", STR_ARG(opml));
}

int
command_export(int argc, char **argv)
{
	struct command_options o;
	struct config *config;
	struct arena *arena;

	if (!command_common(argc, argv, &o))
		return EX_USAGE;
	if (optind != argc)
		return command_fail("export", EX_USAGE, "it takes no argument");
	arena = arena_new();
	config = command_config(&o, arena);
	if (config)
		export(config, o.json, arena);
	arena_free(arena);
	config_unref(config);
	return config ? EX_OK : EX_CONFIG;
}
