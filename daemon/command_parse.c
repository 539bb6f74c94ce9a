#include "command.h"

#include "charsets.h"
#include "doc_json.h"
#include "fetch.h"
#include "file.h"
#include "parse.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define PARSE_BODY_MAX FETCH_BODY_MAX

static bool
read_source(const char *name, struct arena *arena, struct feed_source *source, struct err *e)
{
	if (strcmp(name, "-") == 0)
		return file_read_stdin(PARSE_BODY_MAX, arena, &source->body, e);
	if (str_starts_ci(str_c(name), STR("http://")) ||
	    str_starts_ci(str_c(name), STR("https://")))
		return fetch_source(str_c(name), true, arena, source, e); /* he named it himself */
	return file_read(name, PARSE_BODY_MAX, arena, &source->body, e);
}

static int
parse_one(const char *name, struct feed_source source)
{
	struct arena *arena = arena_new();
	struct feed_doc doc;
	struct err e = { 0 };
	int status = EX_OK;

	if (!read_source(name, arena, &source, &e)) {
		status = command_fail(
		    "parse", e.kind == ERR_NET ? EX_UNAVAILABLE : EX_NOINPUT, "%s", e.text);
	} else if (!feed_parse(&source, arena, &doc, &e)) {
		status = command_fail("parse", EX_DATAERR, "%s: %s", name, e.text);
		fetch_tell_leads(&source, &e);
	} else {
		struct str json = feed_doc_json(&doc, arena);

		printf("%.*s\n", STR_ARG(json));
	}
	arena_free(arena);
	return status;
}

static void
print_error(const char *file, const char *why)
{
	json_t *o = json_pack("{s:s?,s:s?}", "error", why, "file", file);
	char *line = o ? json_dumps(o, JSON_COMPACT) : NULL;

	/* a file's name need not be UTF-8 */
	puts(line ? line : "{\"error\":\"the file's name is not UTF-8\",\"file\":null}");
	free(line);
	json_decref(o);
}

/* One line of the batch: file TAB content type TAB base URL, the last two optional. */
static void
parse_line(struct str line, const struct feed_source *defaults, struct arena *arena)
{
	struct feed_source source = *defaults;
	struct str name, type, base;
	struct feed_doc doc;
	struct err e = { 0 };
	const char *file;

	str_cut(line, '\t', &name, &type);
	str_cut(type, '\t', &type, &base);
	if (type.n)
		source.content_type = type;
	if (base.n)
		source.base_url = base;
	file = str_z(arena, name);
	if (!file_read(file, PARSE_BODY_MAX, arena, &source.body, &e) ||
	    !feed_parse(&source, arena, &doc, &e)) {
		print_error(file, e.text);
	} else {
		struct str json = feed_doc_json(&doc, arena);

		printf("%.*s\n", STR_ARG(json));
	}
}

static int
parse_batch(const struct feed_source *defaults)
{
	struct arena *arena = arena_new();
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	charsets_keep();
	while ((n = getline(&line, &size, stdin)) > 0) {
		struct str s = str_n(line, (size_t)n);

		while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
			s.n--;
		if (s.n == 0)
			continue;
		parse_line(s, defaults, arena);
		fflush(stdout); /* whoever feeds the names may wait for the answers */
		arena_reset(arena);
	}
	charsets_drop();
	free(line);
	arena_free(arena);
	return ferror(stdout) ? command_fail("parse", EX_IOERR, "standard output: cannot write")
			      : EX_OK;
}

int
command_parse(int argc, char **argv)
{
	static const struct option longs[] = {
		COMMAND_LONGS,
		{ "content-type", required_argument, NULL, 't' },
		{ "base-url", required_argument, NULL, 'b' },
		{ "batch", no_argument, NULL, 'B' },
		{ 0 },
	};
	struct feed_source source = { .want_content = true };
	struct command_options common; /* JSON is all it prints */
	bool batch = false;
	int c;

	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		switch (c) {
		case 't':
			source.content_type = str_c(optarg);
			break;
		case 'b':
			source.base_url = str_c(optarg);
			break;
		case 'B':
			batch = true;
			break;
		default:
			if (!command_option(c, &common))
				return EX_USAGE;
		}
	if (batch && optind == argc)
		return parse_batch(&source);
	if (batch)
		return command_fail(
		    "parse", EX_USAGE, "--batch reads the names from standard input");
	if (optind + 1 != argc)
		return command_fail("parse", EX_USAGE, "name one FILE, - or URL");
	return parse_one(argv[optind], source);
}
