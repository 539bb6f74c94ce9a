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
	struct command_options o;
	struct store *store;
	struct err e;
	int status = EX_OK;
	bool good;

	if (!command_common(argc, argv, &o))
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
