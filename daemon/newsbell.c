/*
 * newsbell: the operator's tool.  A table of commands and nothing else.
 */
#include "command.h"

#include "buf.h"
#include "mem.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *synopsis, *summary;
} commands[] = {
	{ "alerts", command_alerts,
	    "[--watch W] [--feed F] [--severity S] [--since TIME] [--until TIME] [--limit N] "
	    "[--json] [ID]",
	    "what rang: why, in which story, and who was told; with an ID all of it" },
	{ "backtest", command_backtest,
	    "EXPR|WATCH|LIST [--since TIME] [--until TIME] [--feed F] [--limit N] [--json]",
	    "what would have fired on the items that are kept; nothing is sent" },
	{ "backup", command_backup, "FILE", "copy the database while the daemon runs" },
	{ "channel", command_channel, "test NAME [--severity WORD] [--digest] [--facts FILE]",
	    "send a test message and say what the receiver answered" },
	{ "check", command_check, "[-c FILE] [--terms [LIST|WATCH]]",
	    "say what is wrong with the configuration, or how its terms are understood" },
	{ "explain", command_explain, "ITEM|URL [WATCH]",
	    "the whole decision about an item, also when nothing fired" },
	{ "deliveries", command_deliveries,
	    "[--failed] [--pending] [--channel NAME] [--since TIME] [--until TIME] [--limit N] "
	    "[--json] [ID]",
	    "what was sent where, and what came of it" },
	{ "doctor", command_doctor, "[--offline] [--repair] [--json]",
	    "look for what may be wrong, and say what to do; --repair: salvage a damaged "
	    "database" },
	{ "export", command_export, "[-c FILE]", "print the configured feeds as OPML" },
	{ "feed", command_feed, "[--json] NAME|URL", "all that is known of one feed" },
	{ "feeds", command_feeds, "[--json] [--ailing]",
	    "how each feed is, when it is asked next and why" },
	{ "import", command_import, "FILE|-",
	    "print OPML, a list of URLs, rss2email.cfg or CSV as configuration or watchlist" },
	{ "items", command_items,
	    "[--feed F] [--watch W] [--since TIME] [--until TIME] [--limit N] [--json] [ITEM|URL]",
	    "the items that are kept; with an ITEM all that is known of it" },
	{ "lists", command_lists, "[LIST] [--all] [--json]",
	    "each term with what it found: dead, noisy, double and needless ones" },
	{ "match", command_match,
	    "[--list FILE | --lists DIR | --when EXPR | --watch NAME]... [--title TEXT] TEXT|- | "
	    "--batch",
	    "say whether a text matches, where and why" },
	{ "metrics", command_metrics, "[--json]",
	    "the daemon's figures as OpenMetrics text, over the control socket" },
	{ "parse", command_parse, "[--content-type CT] [--base-url URL] FILE|-|URL|--batch",
	    "print what a feed says, as JSON; --batch: of many, named on standard input" },
	{ "poll", command_poll, "NAME|--all", "have the daemon ask a feed, or all, now" },
	{ "preview", command_preview, "[--facts FILE] [--digest] ALERT|test CHANNEL",
	    "show what a channel would send" },
	{ "reload", command_reload, "", "have the daemon read its configuration anew" },
	{ "route", command_route,
	    "--explain [--at TIME] ITEM | --test NAME | [--severity S] [--watch W] [--feed F] "
	    "[--tag T]... [--list L]... [--entry E]... [--lang L]",
	    "show the path through the routes, and when each channel would be told" },
	{ "search", command_search,
	    "EXPR|WATCH|LIST [--since TIME] [--until TIME] [--feed F] [--limit N] [--json]",
	    "look for an expression in the items that are kept" },
	{ "retry", command_retry, "ID|--channel NAME", "try what failed again, under its old id" },
	{ "silence", command_silence,
	    "WATCH|LIST/ENTRY|FEED --for 2h --reason TEXT [--author NAME] | --list | --end ID",
	    "do not tell of a watch, an entry or a feed for a while" },
	{ "replay", command_replay, "DIR < ITEMS",
	    "run a whole configuration over items of another time; nothing is sent" },
	{ "status", command_status, "[--json]", "how everything is, on one screen" },
	{ "stories", command_stories,
	    "--batch [--explain] [--grouping copies|story] "
	    "[--strictness strict|normal|loose] [--window TIME]",
	    "say which items tell one story; JSON lines in, JSON lines out" },
	{ "try", command_try, "[--allow-private] [--all] [--json] URL TERM...",
	    "fetch a feed and show what terms would find in it; nothing is configured or stored" },
};

static void
usage(FILE *to)
{
	fputs("usage: newsbell COMMAND [ARGUMENT...]\n", to);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(to, "  newsbell %s %s\n      %s\n", commands[i].name, commands[i].synopsis,
		    commands[i].summary);
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
	static const char common[] = "--config\n--state\n--json\n";
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

static int
help_on(size_t which)
{
	printf("usage: newsbell %s %s\n%s; see newsbell(1)\n", commands[which].name,
	    commands[which].synopsis, commands[which].summary);
	return EX_OK;
}

static int
help(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--names") == 0) {
		print_names();
		return EX_OK;
	}
	if (argc == 3 && strcmp(argv[1], "--options") == 0) {
		print_options(argv[2]);
		return EX_OK;
	}
	for (size_t i = 0; argc == 2 && i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			return help_on(i);
	usage(stdout);
	return EX_OK;
}

/* The command, or what it takes when --help stands among its options. */
static int
run(size_t which, int argc, char **argv)
{
	static char name[64]; /* getopt puts it before what it has to say */

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return help_on(which);
	snprintf(name, sizeof(name), "newsbell %s", argv[0]);
	argv[0] = name;
	return commands[which].run(argc, argv);
}

int
main(int argc, char **argv)
{
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
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(i, argc - 1, argv + 1);
	fprintf(stderr, "newsbell: there is no command '%s'\n", argv[1]);
	usage(stderr);
	return EX_USAGE;
}
