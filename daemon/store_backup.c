#include "store_backup.h"

#include "store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BACKUP_PAGES 128   /* copied at once: the daemon waits at most for so many */
#define BACKUP_WAIT_MS 5   /* between two such steps */
#define BACKUP_TRIES 10000 /* steps that met a lock, before giving up: 50 s */

static bool
copy(struct store *s, sqlite3 *to, void (*progress)(int done, int all), struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", s->db, "main");
	int rc, tries = 0;

	if (!b)
		return err_set(e, ERR_SYSTEM, "backup: %s", sqlite3_errmsg(to));
	do {
		rc = sqlite3_backup_step(b, BACKUP_PAGES);
		if (rc == SQLITE_OK && progress)
			progress(sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b),
			    sqlite3_backup_pagecount(b));
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			tries++;
		if (rc != SQLITE_DONE)
			sqlite3_sleep(BACKUP_WAIT_MS);
	} while (rc == SQLITE_OK ||
		 ((rc == SQLITE_BUSY || rc == SQLITE_LOCKED) && tries < BACKUP_TRIES));
	sqlite3_backup_finish(b);
	return rc == SQLITE_DONE || err_set(e, ERR_SYSTEM, "backup: %s", sqlite3_errstr(rc));
}

static bool
is_sound(sqlite3 *db, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool good = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &st, NULL) == SQLITE_OK &&
		    sqlite3_step(st) == SQLITE_ROW &&
		    strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;

	sqlite3_finalize(st);
	return good || err_set(e, ERR_SYSTEM, "backup: the copy is damaged; is the database?");
}

bool
store_backup(struct store *s, const char *path, void (*progress)(int done, int all), struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	sqlite3 *to = NULL;
	bool good;

	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	close(fd);
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		good = err_set(e, ERR_SYSTEM, "%s: %s", path, sqlite3_errmsg(to));
	else
		good = copy(s, to, progress, e) && is_sound(to, e);
	sqlite3_close(to);
	if (!good)
		unlink(path);
	return good;
}
