#include "command.h"

#include "store_backup.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

static void
show_progress(int done, int all)
{
	fprintf(stderr, "\r%d of %d pages", done, all);
}

int
command_backup(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS, { 0 } };
	struct command_options o;
	struct store *store;
	struct err e;
	int c, status = EX_OK;
	bool good;

	command_options_init(&o);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (!command_option(c, &o))
			return EX_USAGE;
	if (optind + 1 != argc)
		return command_fail("backup", EX_USAGE, "name one FILE to make");
	store = command_store("backup", &o, &status);
	if (!store)
		return status;
	good = store_backup(store, argv[optind], isatty(STDERR_FILENO) ? show_progress : NULL, &e);
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	if (good)
		printf(o.json
			   ? "{\"ok\":true}\n"
			   : "done, and checked. To restore: stop newsbelld, put the file in the "
			     "place of newsbell.db, remove newsbell.db-wal, start.\n");
	else
		status = command_fail("backup", EX_IOERR, "%s", e.text);
	store_close(store);
	return status;
}
