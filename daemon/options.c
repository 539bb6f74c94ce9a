#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static void
usage(FILE *to)
{
	fputs("usage: newsbelld [-fv] [-c FILE] [--state DIR]\n"
	      "  -c, --config FILE   the main configuration file (" NB_SYSCONFDIR
	      "/newsbell/newsbell.conf)\n"
	      "  -f, --foreground    show alerts in colour when standard output is a terminal\n"
	      "      --state DIR     where newsbell.db lives\n"
	      "  -v, --verbose       log every poll\n"
	      "      --version       print the version\n"
	      "signals: TERM stop, HUP reload, USR1 poll every feed now\n",
	    to);
}

int
options_read(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "state", required_argument, NULL, 's' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	*ret = (struct options){ .config = NB_SYSCONFDIR "/newsbell/newsbell.conf" };
	while ((c = getopt_long(argc, argv, "c:fvh", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			ret->config = optarg;
			break;
		case 'f':
			ret->foreground = true;
			break;
		case 's':
			ret->state = optarg;
			break;
		case 'v':
			ret->verbose = true;
			break;
		case 'V':
			puts("newsbelld " NB_VERSION);
			exit(EX_OK);
		case 'h':
			usage(stdout);
			exit(EX_OK);
		default:
			usage(stderr);
			return EX_USAGE;
		}
	if (optind == argc)
		return EX_OK;
	fprintf(stderr, "newsbelld: it takes no argument, and '%s' is one\n", argv[optind]);
	usage(stderr);
	return EX_USAGE;
}
