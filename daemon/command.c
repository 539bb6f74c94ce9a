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
		*status = command_fail(command, EX_NOINPUT, "%s", e.text);
	arena_free(arena);
	return store;
}

struct config *
command_config(const struct command_options *o, struct arena *arena)
{
	return command_config_with(o, SECRETS_UNREAD, arena);
}

struct config *
command_config_with(
    const struct command_options *o, enum config_secrets secrets, struct arena *arena)
{
	const struct config_options files = { .path = o->config,
		.credentials = getenv("CREDENTIALS_DIRECTORY"),
		.state = o->state,
		.secrets = secrets };
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
command_knows_watch(const char *command, const struct watchset *set, const char *name)
{
	size_t n = watchset_watches(set);
	struct arena *arena = arena_new();
	struct str *names = ARENA_ARRAY(arena, struct str, n + 1), hint;
	bool known = false;

	for (size_t i = 0; i < n; i++) {
		names[i] = watchset_watch_name(set, i);
		known = known || str_eq_c(names[i], name);
	}
	hint = known ? STR("") : diag_suggest(str_c(name), names, n, arena);
	if (!known)
		command_fail(command, EX_DATAERR, "there is no watch '%s'%s%.*s", name,
		    hint.n ? "; " : "", STR_ARG(hint));
	arena_free(arena);
	return known;
}

static void
note_unknown(const char *command, const char *kind, struct str name, const struct str *known,
    size_t n, struct arena *arena)
{
	struct str hint;

	if (name.n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (str_eq(known[i], name))
			return;
	hint = diag_suggest(name, known, n, arena);
	command_fail(command, EX_OK, "no %s '%.*s' is configured%s%.*s", kind, STR_ARG(name),
	    hint.n ? "; " : "", STR_ARG(hint));
}

void
command_none(
    const char *command, const struct command_options *o, const struct command_names *names)
{
	const struct config_options files = {
		.path = o->config, .state = o->state, .secrets = SECRETS_UNREAD
	};
	struct arena *arena = arena_new();
	struct str *known[3];
	struct config *c;
	struct diags ignored;

	puts("none");
	diags_init(&ignored, arena);
	c = names->feed.n + names->watch.n + names->channel.n ? config_load(&files, &ignored)
							      : NULL;
	if (c) {
		size_t n = watchset_watches(c->watchset);

		known[0] = ARENA_ARRAY(arena, struct str, c->n_feeds + 1);
		known[1] = ARENA_ARRAY(arena, struct str, n + 1);
		known[2] = ARENA_ARRAY(arena, struct str, c->n_channels + 1);
		for (size_t i = 0; i < c->n_feeds; i++)
			known[0][i] = c->feeds[i].name;
		for (size_t i = 0; i < n; i++)
			known[1][i] = watchset_watch_name(c->watchset, i);
		for (size_t i = 0; i < c->n_channels; i++)
			known[2][i] = c->channels[i].name;
		note_unknown(command, "feed", names->feed, known[0], c->n_feeds, arena);
		note_unknown(command, "watch", names->watch, known[1], n, arena);
		note_unknown(command, "channel", names->channel, known[2], c->n_channels, arena);
	}
	config_unref(c);
	arena_free(arena);
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
