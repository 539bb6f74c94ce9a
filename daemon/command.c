#include "command.h"

#include "json_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum { OPTION_STATE = 0x1000, OPTION_JSON };

void
command_options_init(struct command_options *o)
{
	*o = (struct command_options){ .config = NB_SYSCONFDIR "/newsbell/newsbell.conf" };
}

bool
command_option(int c, struct command_options *o)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		return true;
	case OPTION_STATE:
		o->state = optarg;
		return true;
	case OPTION_JSON:
		o->json = true;
		return true;
	default:
		return false;
	}
}

bool
command_common(int argc, char **argv, struct command_options *o)
{
	static const struct option longs[] = { COMMAND_LONGS, { 0 } };
	int c;

	command_options_init(o);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (!command_option(c, o))
			return false;
	return true;
}

void
command_home(const struct command_options *o, struct arena *arena, struct home *ret)
{
	home_find(o->state, config_state(o->config, arena), arena, ret);
}

struct store *
command_store(const char *command, const struct command_options *o, int *status)
{
	struct arena *arena = arena_new();
	struct home home;
	struct store *store;
	struct err e;

	command_home(o, arena, &home);
	store = store_open(str_z(arena, home.database), STORE_READ, &e);
	if (!store)
		*status = command_fail(command, EX_NOINPUT,
		    "%s (the daemon's state is looked for in %.*s; say another with --state DIR)",
		    e.text, STR_ARG(home.state));
	arena_free(arena);
	return store;
}

struct config *
command_config(const struct command_options *o, struct arena *arena)
{
	const struct config_options files = { o->config, getenv("CREDENTIALS_DIRECTORY"),
		o->state };
	struct diags diags;
	struct config *config;

	diags_init(&diags, arena);
	config = config_load(&files, &diags);
	if (!config)
		command_diags(&diags);
	return config;
}

void
command_diags(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		struct str text = diag_text(&diags->v[i], diags->arena);

		fprintf(stderr, "%.*s", STR_ARG(text));
	}
}

int
command_fail(const char *command, int status, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "newsbell %s: ", command);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return status;
}

bool
command_severity(const char *command, const char *word, enum severity *ret)
{
	for (int i = 0; severity_names[i]; i++)
		if (str_eq_ci(str_c(word), str_c(severity_names[i]))) {
			*ret = (enum severity)i;
			return true;
		}
	command_fail(command, EX_USAGE,
	    "there is no severity '%s': it is low, normal, high or critical", word);
	return false;
}

bool
command_json_line(struct json_out *o)
{
	bool good = !o->full;

	if (good)
		printf("%.*s\n", STR_ARG(buf_str(&o->b)));
	buf_free(&o->b);
	return good;
}

bool
command_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && !(term && str_eq_c(STR("dumb"), term));
}
