/*
 * newsbell doctor: what may be wrong here, and what to do.  doctor --repair: a damaged database
 * salvaged into a new one, the old one kept beside it.
 */
#include "command.h"

#include "doctor.h"
#include "json_out.h"
#include "mem.h"
#include "store_salvage.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define JSON_MAX ((size_t)1 << 20) /* bytes of a line */
#define COMPLAINTS 20

enum { OPTION_OFFLINE = 1, OPTION_REPAIR };

static const struct {
	const char *name;
	enum colour colour;
} kinds[] = {
	[FINDING_OK] = { "ok", COLOUR_GOOD },
	[FINDING_WARN] = { "warn", COLOUR_WARN },
	[FINDING_FAIL] = { "fail", COLOUR_BAD },
};

/* ---- what was found ---- */

static void
print_json(const struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct json_out o;

		jout_init(&o, JSON_MAX);
		jout_open(&o, NULL, '{');
		jout_str(&o, "check", d->v[i].check);
		jout_str(&o, "verdict", str_c(kinds[d->v[i].kind].name));
		jout_str(&o, "what", d->v[i].what);
		jout_str_or_null(&o, "todo", d->v[i].todo);
		jout_close(&o, '}');
		command_json_line(&o);
	}
}

static void
print_table(const struct doctor *d)
{
	static const char *const heads[] = { "CHECK", "", "WHAT, AND WHAT TO DO" };
	struct table t;

	table_init(&t, d->arena, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < d->n; i++) {
		const struct finding *f = &d->v[i];

		table_add(&t, f->check, COLOUR_NONE);
		table_add(&t, str_c(kinds[f->kind].name), kinds[f->kind].colour);
		table_add(&t, f->what, COLOUR_NONE);
		if (f->todo.n == 0)
			continue;
		table_add(&t, STR(""), COLOUR_NONE);
		table_add(&t, STR("->"), COLOUR_DIM);
		table_add(&t, f->todo, COLOUR_BOLD);
	}
	table_print(&t, stdout, command_colour());
}

static int
examine(const struct command_options *o, bool offline)
{
	struct doctor d = { .arena = arena_new(),
		.config_path = o->config,
		.state = o->state,
		.offline = offline,
		.now_s = (int64_t)time(NULL) };
	int status = EX_OK;

	doctor_examine(&d);
	if (o->json)
		print_json(&d);
	else
		print_table(&d);
	for (size_t i = 0; i < d.n; i++)
		if (d.v[i].kind == FINDING_FAIL)
			status = 1;
	doctor_free(&d);
	return status;
}

/* ---- repair ---- */

struct repair {
	struct arena *arena;
	const char *database;
	const char *fresh;   /* what is salvaged goes here first */
	const char *damaged; /* the old one's new name */
	bool json;
};

/* The old one and its log under another name, the new one in its place.  Undone when it fails. */
static int
exchange(const struct repair *r)
{
	const char *log = str_z(r->arena, str_fmt(r->arena, "%s-wal", r->database));
	const char *old_log = str_z(r->arena, str_fmt(r->arena, "%s-wal", r->damaged));
	struct stat st;

	if (stat(r->database, &st) == 0 &&
	    (chown(r->fresh, st.st_uid, st.st_gid) < 0 || chmod(r->fresh, st.st_mode & 0777) < 0))
		return command_fail("doctor", EX_OSERR, "%s: %m", r->fresh);
	if (rename(r->database, r->damaged) < 0)
		return command_fail("doctor", EX_OSERR, "%s: %m", r->damaged);
	if ((rename(log, old_log) < 0 && errno != ENOENT) || rename(r->fresh, r->database) < 0) {
		command_fail("doctor", EX_OSERR, "%s: %m", r->database);
		rename(old_log, log);
		rename(r->damaged, r->database);
		return EX_OSERR;
	}
	unlink(str_z(r->arena, str_fmt(r->arena, "%s-shm", r->database)));
	sync();
	return EX_OK;
}

static void
tell_json(const struct repair *r, const struct salvage *s)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_bool(&o, "repaired", true);
	jout_str(&o, "damaged", str_c(r->damaged));
	jout_i64(&o, "dropped", s->dropped);
	jout_bool(&o, "secret", s->secret);
	jout_open(&o, "tables", '[');
	for (size_t i = 0; i < s->n; i++) {
		jout_open(&o, NULL, '{');
		jout_str(&o, "name", s->tables[i].name);
		jout_i64(&o, "rows", s->tables[i].rows);
		jout_bool(&o, "whole", s->tables[i].whole);
		jout_close(&o, '}');
	}
	jout_close(&o, ']');
	jout_close(&o, '}');
	command_json_line(&o);
}

static void
tell(const struct repair *r, const struct salvage *s)
{
	static const char *const heads[] = { "TABLE", "#ROWS", "" };
	struct table t;

	table_init(&t, r->arena, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < s->n; i++) {
		table_add(&t, s->tables[i].name, COLOUR_NONE);
		table_add(&t, str_fmt(r->arena, "%lld", (long long)s->tables[i].rows), COLOUR_NONE);
		table_add(&t, s->tables[i].whole ? STR("all of it") : STR("what could be read"),
		    s->tables[i].whole ? COLOUR_GOOD : COLOUR_WARN);
	}
	table_print(&t, stdout, command_colour());
	if (s->dropped)
		printf(
		    "%lld rows went too, as what they belong to is lost\n", (long long)s->dropped);
	if (!s->secret)
		puts("The instance secret is lost: what is owed goes out under new ids, so a\n"
		     "receiver may see an alert twice.");
	printf("Done.  The damaged one is kept as %s.\n"
	       "Next: start newsbelld; newsbell feeds --ailing; look after the disk (dmesg,\n"
	       "smartctl): a database does not damage itself.  A backup that is younger than\n"
	       "the damage is better than this.\n",
	    r->damaged);
}

static int
salvage(const struct repair *r)
{
	struct str_list complaints;
	struct salvage s;
	struct err e;
	int status;

	if (!store_examine(r->database, STORE_WHOLE, COMPLAINTS, r->arena, &complaints, &e))
		return command_fail("doctor", EX_NOINPUT, "%s", e.text);
	if (complaints.n == 0) {
		puts(r->json ? "{\"repaired\":false}" : "the database is sound: nothing to repair");
		return EX_OK;
	}
	for (size_t i = 0; i < complaints.n && !r->json; i++)
		printf("%.*s\n", STR_ARG(complaints.v[i]));
	if (!store_salvage(r->database, r->fresh, r->arena, &s, &e))
		return command_fail("doctor", EX_DATAERR,
		    "nothing of it can be had: %s; restore a backup, or move it away and start "
		    "newsbelld: it begins anew, and what the feeds list now is not told again",
		    e.text);
	status = exchange(r);
	if (status == EX_OK && r->json)
		tell_json(r, &s);
	else if (status == EX_OK)
		tell(r, &s);
	else
		unlink(r->fresh);
	return status;
}

static int
repair(const struct command_options *o)
{
	struct repair r = { .arena = arena_new(), .json = o->json };
	const time_t now = time(NULL);
	char stamp[32] = "";
	struct home home;
	struct err e;
	struct tm tm;
	int lock, status;

	command_home(o, r.arena, &home);
	r.database = str_z(r.arena, home.database);
	if (gmtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	r.damaged = str_z(r.arena, str_fmt(r.arena, "%s.damaged-%s", r.database, stamp));
	r.fresh = str_z(r.arena, str_fmt(r.arena, "%s.salvaged-%s", r.database, stamp));
	if (access(r.database, R_OK | W_OK) < 0)
		status = command_fail("doctor", EX_NOINPUT, "%s: %m", r.database);
	else if ((lock = store_lock(r.database, &e)) < 0)
		status = command_fail("doctor", EX_UNAVAILABLE,
		    "%s; stop it first: systemctl stop newsbelld", e.text);
	else {
		status = salvage(&r);
		close(lock);
	}
	arena_free(r.arena);
	return status;
}

int
command_doctor(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "offline", no_argument, NULL, OPTION_OFFLINE },
		{ "repair", no_argument, NULL, OPTION_REPAIR }, { 0 } };
	struct command_options o;
	bool offline = false, mend = false;
	int c;

	command_options_init(&o);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (c == OPTION_OFFLINE)
			offline = true;
		else if (c == OPTION_REPAIR)
			mend = true;
		else if (!command_option(c, &o))
			return EX_USAGE;
	if (optind != argc)
		return command_fail("doctor", EX_USAGE, "it takes no argument");
	return mend ? repair(&o) : examine(&o, offline);
}
