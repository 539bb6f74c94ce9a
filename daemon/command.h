/*
 * The commands of `newsbell`: one function each, argv[0] is the command's name.  They return an
 * exit status of sysexits.h, print results on standard output and problems on standard error.
 */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include "config.h"
#include "home.h"
#include "store.h"

#include <getopt.h>
#include <jansson.h>

int command_alerts(int argc, char **argv);
int command_backtest(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_channel(int argc, char **argv);
int command_check(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_deliveries(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_export(int argc, char **argv);
int command_feed(int argc, char **argv);
int command_feeds(int argc, char **argv);
int command_import(int argc, char **argv);
int command_items(int argc, char **argv);
int command_lists(int argc, char **argv);
int command_match(int argc, char **argv);
int command_metrics(int argc, char **argv);
int command_parse(int argc, char **argv);
int command_poll(int argc, char **argv);
int command_preview(int argc, char **argv);
int command_reload(int argc, char **argv);
int command_route(int argc, char **argv);
int command_search(int argc, char **argv);
int command_retry(int argc, char **argv);
int command_silence(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_status(int argc, char **argv);
int command_stories(int argc, char **argv);
int command_try(int argc, char **argv);

/* ---- what commands have in common ---- */

/* Options that mean the same everywhere.  A command's own `struct option` array begins with
 * COMMAND_LONGS and its short options with COMMAND_SHORTS. */
struct command_options {
	const char *config; /* -c, --config FILE */
	const char *state;  /* --state DIR, or NULL */
	bool json;          /* --json: for programs */
};
#define COMMAND_SHORTS "c:"
#define COMMAND_LONGS                                                                              \
	{ "config", required_argument, NULL, 'c' }, { "state", required_argument, NULL, 0x1000 },  \
	{                                                                                          \
		"json", no_argument, NULL, 0x1001                                                  \
	}
void command_options_init(struct command_options *o);
/* What getopt_long returned: true when it is one of the common options; it is then in *o. */
bool command_option(int c, struct command_options *o);

/* For commands that have only these: reads them all; false when another was given. */
bool command_common(int argc, char **argv, struct command_options *o);

/* Where the daemon that is meant lives. */
void command_home(const struct command_options *o, struct arena *arena, struct home *ret);
/* Its database, read-only: works whether the daemon runs or not.  NULL after saying why, with
 * *status to exit with. */
struct store *command_store(const char *command, const struct command_options *o, int *status);
/*
 * The whole configuration, for who sends nothing: without the secrets in other files, so that it
 * works for who may not read these.  NULL after saying what is wrong with it; warnings are for
 * 'check'.
 */
struct config *command_config(const struct command_options *o, struct arena *arena);
/* The same with as many secrets as are said. */
struct config *command_config_with(
    const struct command_options *o, enum config_secrets secrets, struct arena *arena);

/* All of them on standard error. */
void command_diags(const struct diags *diags);
/* "newsbell COMMAND: why" on standard error, and the status back. */
int command_fail(const char *command, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * "none", and which of the names that were asked for (empty: not asked) the configuration does not
 * have: of what was taken out of it something may still be kept, so it is no mistake.
 */
struct command_names {
	struct str feed, watch, channel;
};
void command_none(
    const char *command, const struct command_options *o, const struct command_names *names);
/* Is there a watch of that name?  False after saying that there is none, and which may be meant. */
bool command_knows_watch(const char *command, const struct watchset *set, const char *name);
/* One of severity_names, in any case; false after saying that it is none. */
bool command_severity(const char *command, const char *word, enum severity *ret);
/* JSON on a line of its own; what was written is given back.  False when it grew too long. */
struct json_out;
bool command_json_line(struct json_out *o);
/* Standard output is a terminal that may be coloured: NO_COLOR is not set, and it is not dumb. */
bool command_colour(void);

#endif
