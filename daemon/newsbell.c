/*
 * newsbell: the operator's tool.  A table of commands and nothing else.
 */
#include "command.h"

#include "buf.h"
#include "mem.h"
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* In the order of newsbell(1). */
enum chapter { TRY, LOOK, ACT, MOVE };
static const char *const chapters[] = {
	[TRY] = "Before trusting it",
	[LOOK] = "How things are",
	[ACT] = "Actions",
	[MOVE] = "Coming and going",
};

static const struct {
	enum chapter chapter;
	const char *name;
	int (*run)(int argc, char **argv);
	const char *synopsis, *summary;
} commands[] = {
	{ TRY, "try", command_try, "[--allow-private] [--all] [--json] URL TERM...",
	    "fetch a feed and show what terms would find in it; nothing is configured or stored" },
	{ TRY, "check", command_check, "[-c FILE] [--terms [LIST|WATCH]]",
	    "say what is wrong with the configuration, or how its terms are understood" },
	{ TRY, "match", command_match,
	    "[--list FILE | --lists DIR]... [--when EXPR | --watch NAME] [--plain] [--title TEXT] "
	    "[--author TEXT] [--category TEXT] [--url URL] TEXT|- | --batch",
	    "say whether a text matches, where and why" },
	{ TRY, "parse", command_parse, "[--content-type CT] [--base-url URL] FILE|-|URL|--batch",
	    "print what a feed says, as JSON; --batch: of many, named on standard input" },
	{ TRY, "stories", command_stories,
	    "--batch [--explain] [--grouping off|copies|story] "
	    "[--strictness strict|normal|loose] [--window TIME]",
	    "say which items tell one story; JSON lines in, JSON lines out" },
	{ TRY, "route", command_route,
	    "--explain [--at TIME] ITEM | --test NAME | [--severity S] [--watch W] [--feed F] "
	    "[--tag T]... [--list L]... [--entry E]... [--lang L]",
	    "show the path through the routes, and when each channel would be told" },
	{ TRY, "preview", command_preview,
	    "[--facts FILE] [--severity WORD] [--digest] ALERT|test CHANNEL",
	    "show what a channel would send" },
	{ TRY, "replay", command_replay, "DIR < ITEMS",
	    "run a whole configuration over items of another time; nothing is sent" },
	{ LOOK, "status", command_status, "[--json]", "how everything is, on one screen" },
	{ LOOK, "doctor", command_doctor, "[--offline] [--repair] [--json]",
	    "look for what may be wrong, and say what to do; --repair: salvage a damaged "
	    "database" },
	{ LOOK, "feeds", command_feeds, "[--json] [--ailing]",
	    "how each feed is, when it is asked next and why" },
	{ LOOK, "feed", command_feed, "[--json] NAME|URL", "all that is known of one feed" },
	{ LOOK, "items", command_items,
	    "[--feed F] [--watch W] [--since TIME] [--until TIME] [--limit N] [--json] [ITEM|URL]",
	    "the items that are kept; with an ITEM all that is known of it" },
	{ LOOK, "alerts", command_alerts,
	    "[--watch W] [--feed F] [--severity S] [--delivery ID] [--since TIME] [--until TIME] "
	    "[--limit N] [--json] [ID]",
	    "what rang: why, in which story, and who was told; with an ID all of it" },
	{ LOOK, "deliveries", command_deliveries,
	    "[--failed] [--pending] [--channel NAME] [--since TIME] [--until TIME] [--limit N] "
	    "[--json] [ID]",
	    "what was sent where, and what came of it" },
	{ LOOK, "explain", command_explain, "ITEM|URL [WATCH]",
	    "the whole decision about an item, also when nothing fired" },
	{ LOOK, "search", command_search,
	    "EXPR|WATCH|LIST [--since TIME] [--until TIME] [--feed F] [--limit N] [--json]",
	    "look for an expression in the items that are kept" },
	{ LOOK, "backtest", command_backtest,
	    "EXPR|WATCH|LIST [--since TIME] [--until TIME] [--feed F] [--limit N] [--json]",
	    "what would have fired on the items that are kept; nothing is sent" },
	{ LOOK, "lists", command_lists, "[LIST] [--all] [--json]",
	    "each term with what it found: dead, noisy, double and needless ones" },
	{ LOOK, "metrics", command_metrics, "[--json]",
	    "the daemon's figures as OpenMetrics text, over the control socket" },
	{ ACT, "poll", command_poll, "NAME|--all", "have the daemon ask a feed, or all, now" },
	{ ACT, "reload", command_reload, "", "have the daemon read its configuration anew" },
	{ ACT, "silence", command_silence,
	    "WATCH|LIST/ENTRY|FEED --for 2h --reason TEXT [--author NAME] | --list | --end ID",
	    "do not tell of a watch, an entry or a feed for a while" },
	{ ACT, "retry", command_retry, "ID|--channel NAME",
	    "try what failed again, under its old id" },
	{ ACT, "channel", command_channel, "test NAME [--severity WORD] [--digest] [--facts FILE]",
	    "send a test message and say what the receiver answered" },
	{ ACT, "backup", command_backup, "FILE", "copy the database while the daemon runs" },
	{ MOVE, "import", command_import, "FILE|-",
	    "print OPML, a list of URLs, rss2email.cfg or CSV as configuration or watchlist" },
	{ MOVE, "export", command_export, "[-c FILE]", "print the configured feeds as OPML" },
};

/* All in one screen: of each command what it is for. */
static void
usage(FILE *to)
{
	fputs("usage: newsbell COMMAND [ARGUMENT...]\n", to);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (i == 0 || commands[i].chapter != commands[i - 1].chapter)
			fprintf(to, "\n%s:\n", chapters[commands[i].chapter]);
		fprintf(to, "  %-11s %.*s\n", commands[i].name,
		    (int)strcspn(commands[i].summary, ";"), commands[i].summary);
	}
	fputs("\nnewsbell COMMAND --help says what it takes, newsbell(1) all of it. Every command "
	      "takes\n-c FILE, --state DIR and, for programs, --json.\n",
	    to);
}

static void
print_names(void)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		puts(commands[i].name);
}

/* What all commands have, and what the synopsis calls options; each once. */
static void
print_options(const char *command)
{
	static const char common[] = "--config\n--state\n--json\n--help\n";
	const char *synopsis = "";
	struct buf b;

	buf_init(&b, sizeof(common) + 4096);
	buf_add(&b, STR(common));
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, command) == 0)
			synopsis = commands[i].synopsis;
	for (const char *p = synopsis; (p = strstr(p, "--")); p += 2) {
		size_t n = 2 + strspn(p + 2, "abcdefghijklmnopqrstuvwxyz-");
		char line[64];

		snprintf(line, sizeof(line), "%.*s\n", (int)n, p);
		if (str_find(buf_str(&b), str_c(line)) == STR_NONE)
			buf_add(&b, str_c(line));
	}
	printf("%.*s", STR_ARG(buf_str(&b)));
	buf_free(&b);
}

static void
synopsis(FILE *to, size_t which)
{
	fprintf(to, "usage: newsbell %s%s%s\n", commands[which].name,
	    commands[which].synopsis[0] ? " " : "", commands[which].synopsis);
}

static int
help_on(size_t which)
{
	synopsis(stdout, which);
	printf("%s; see newsbell(1)\n", commands[which].summary);
	return EX_OK;
}

static size_t
find(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_LEN(commands) && strcmp(commands[i].name, name) != 0)
		i++;
	return i;
}

/* Options stand behind the command: `newsbell -c FILE status` is no way to say it. */
static int
unknown(const char *name)
{
	struct str names[ARRAY_LEN(commands)], hint;
	struct arena *arena;

	if (name[0] == '-') {
		fprintf(stderr,
		    "newsbell: '%s' stands where the command does; options follow it: newsbell "
		    "COMMAND %s ...\n",
		    name, name);
		return EX_USAGE;
	}
	arena = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		names[i] = str_c(commands[i].name);
	hint = diag_suggest(str_c(name), names, ARRAY_LEN(names), arena);
	fprintf(stderr, "newsbell: there is no command '%s'; %.*s%s'newsbell help' shows all\n",
	    name, STR_ARG(hint), hint.n ? " " : "");
	arena_free(arena);
	return EX_USAGE;
}

static int
help(int argc, char **argv)
{
	size_t which;

	if (argc == 2 && strcmp(argv[1], "--names") == 0) {
		print_names();
		return EX_OK;
	}
	if (argc == 3 && strcmp(argv[1], "--options") == 0) {
		print_options(argv[2]);
		return EX_OK;
	}
	if (argc < 2) {
		usage(stdout);
		return EX_OK;
	}
	which = find(argv[1]);
	return which < ARRAY_LEN(commands) ? help_on(which) : unknown(argv[1]);
}

/* What was printed is on its way, or the status says that it is not: a full disk is no success. */
static int
written(int status)
{
	bool failed = ferror(stdout);

	if (fflush(stdout) < 0)
		fprintf(stderr, "newsbell: standard output: %s\n", strerror(errno));
	else if (failed)
		fputs("newsbell: standard output: not all could be written\n", stderr);
	else
		return status;
	return status == EX_OK || status == 1 ? EX_IOERR : status;
}

/* `search '-Brent ICE'`: an expression that begins with NOT, taken for options. */
static bool
has_dashed_text(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (argv[i][0] == '-' && strchr(argv[i], ' '))
			return true;
	return false;
}

/* The command, or what it takes when --help stands among its options or it was not understood. */
static int
run(size_t which, int argc, char **argv)
{
	static char name[64]; /* getopt puts it before what it has to say */
	int status;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return help_on(which);
	snprintf(name, sizeof(name), "newsbell %s", argv[0]);
	argv[0] = name;
	status = commands[which].run(argc, argv);
	if (status == EX_USAGE && has_dashed_text(argc, argv))
		fprintf(stderr,
		    "%s: put -- before a text or an expression that begins with a dash\n", name);
	if (status == EX_USAGE)
		synopsis(stderr, which);
	return status;
}

static int
answer(int argc, char **argv)
{
	size_t which;

	if (argc < 2) {
		usage(stderr);
		return EX_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help(argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0) {
		puts("newsbell " NB_VERSION);
		return EX_OK;
	}
	which = find(argv[1]);
	return which < ARRAY_LEN(commands) ? run(which, argc - 1, argv + 1) : unknown(argv[1]);
}

int
main(int argc, char **argv)
{
	memory_share();
	return written(answer(argc, argv));
}
