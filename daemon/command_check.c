/*
 * newsbell check: is the configuration good, and how are its lists and expressions understood?
 */
#include "command.h"

#include "check_terms.h"
#include "file.h"
#include "json_out.h"
#include "mem.h"
#include "route_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes */

enum { OPTION_TERMS = 1 };

struct checked {
	const struct command_options *o;
	struct arena *arena;
	struct config *config; /* NULL: it is wrong */
	struct diags diags;    /* of the configuration, then of the tests */
	size_t tests, failed;  /* expectations in tests.conf */
};

/* ---- for people ---- */

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

static void
print_counts(const char *path, const struct config *config)
{
	const struct {
		size_t n;
		const char *one, *many;
	} counts[] = {
		{ config->n_feeds, "feed", "feeds" },
		{ watchset_watches(config->watchset), "watch", "watches" },
		{ config->n_lists, "list", "lists" },
		{ config->n_channels, "channel", "channels" },
	};

	printf("%s: good:", path);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		printf("%s %zu %s", i ? "," : "", counts[i].n,
		    counts[i].n == 1 ? counts[i].one : counts[i].many);
	putchar('\n');
}

static void
print(const struct checked *v)
{
	command_diags(&v->diags);
	if (!v->config) {
		fprintf(stderr, "%s: %zu %s\n", v->o->config, v->diags.errors,
		    v->diags.errors == 1 ? "error" : "errors");
		return;
	}
	print_watches(v->config, v->arena);
	check_capitals_print(v->config, stdout);
	print_counts(v->o->config, v->config);
	if (v->tests)
		printf("%.*s/tests.conf: %zu of %zu tests passed\n",
		    STR_ARG(file_dirname(str_c(v->o->config))), v->tests - v->failed, v->tests);
}

/* ---- JSON ---- */

static void
put_diags(struct json_out *o, const struct diags *diags)
{
	static const char *const levels[] = {
		[DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_NOTE] = "note"
	};

	jout_open(o, "problems", '[');
	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->v[i];

		jout_open(o, NULL, '{');
		jout_str(o, "level", str_c(levels[d->level]));
		jout_str(o, "file", d->at.file);
		jout_i64(o, "line", d->at.line);
		jout_i64(o, "column", diag_column(&d->at));
		jout_str(o, "text", d->text);
		jout_str_or_null(o, "hint", d->hint);
		jout_close(o, '}');
	}
	jout_close(o, ']');
}

static void
put_config(struct json_out *o, const struct config *c, struct arena *arena)
{
	jout_i64(o, "feeds", (int64_t)c->n_feeds);
	jout_i64(o, "lists", (int64_t)c->n_lists);
	jout_i64(o, "channels", (int64_t)c->n_channels);
	jout_open(o, "watches", '[');
	for (size_t i = 0; i < watchset_watches(c->watchset); i++) {
		jout_open(o, NULL, '{');
		jout_str(o, "name", watchset_watch_name(c->watchset, i));
		jout_str(o, "when", watchset_watch_text(c->watchset, i, arena));
		jout_close(o, '}');
	}
	jout_close(o, ']');
}

static void
print_json(const struct checked *v)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_bool(&o, "good", v->config && v->diags.errors == 0);
	jout_str(&o, "file", str_c(v->o->config));
	put_diags(&o, &v->diags);
	if (v->config)
		put_config(&o, v->config, v->arena);
	jout_i64(&o, "tests", (int64_t)v->tests);
	jout_i64(&o, "tests_failed", (int64_t)v->failed);
	jout_close(&o, '}');
	command_json_line(&o);
}

/* ---- the command ---- */

/* The expectations in tests.conf; those that are not met become errors. */
static void
run_tests(struct checked *v)
{
	struct route_test *tests;

	route_tests_read(
	    v->config, file_dirname(str_c(v->o->config)), v->arena, &v->diags, &tests, &v->tests);
	for (size_t i = 0; i < v->tests; i++) {
		size_t before = v->diags.errors;

		route_test_run(v->config, &tests[i], v->arena, &v->diags);
		v->failed += v->diags.errors > before;
	}
}

static int
no_such_terms(const struct config *c, const char *name, struct arena *arena)
{
	struct str *names = ARENA_ARRAY(arena, struct str, c->n_lists + c->n_watches + 1), hint;
	size_t n = 0;

	for (size_t i = 0; i < c->n_lists; i++)
		names[n++] = c->lists[i].name;
	for (size_t i = 0; i < c->n_watches; i++)
		names[n++] = c->watches[i].name;
	hint = diag_suggest(str_c(name), names, n, arena);
	return command_fail("check", EX_DATAERR, "no list and no watch is named '%s'%s%.*s", name,
	    hint.n ? "; " : "", STR_ARG(hint));
}

static int
check(struct checked *v, bool terms, const char *name)
{
	const struct config_options files = { .path = v->o->config,
		.credentials = getenv("CREDENTIALS_DIRECTORY"),
		.state = v->o->state,
		.secrets = SECRETS_CHECKED };
	int status;

	diags_init(&v->diags, v->arena);
	v->config = config_load(&files, &v->diags);
	if (v->config && !terms)
		run_tests(v);
	status = v->config && v->diags.errors == 0 ? EX_OK : EX_CONFIG;
	if (terms && v->config && !v->o->json)
		command_diags(&v->diags);
	if (!v->config || !terms) {
		if (v->o->json)
			print_json(v);
		else
			print(v);
	} else if (!check_terms_print(v->config, name, v->o->json, stdout))
		status = no_such_terms(v->config, name, v->arena);
	config_unref(v->config);
	return status;
}

int
command_check(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "terms", no_argument, NULL, OPTION_TERMS }, { 0 } };
	struct command_options o;
	struct checked v = { .o = &o };
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
	v.arena = arena_new();
	status = check(&v, terms, argv[optind]);
	arena_free(v.arena);
	return status;
}
