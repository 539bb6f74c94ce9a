/*
 * The doctor's look at this machine: files, disk, clock, certificates.
 */
#include "doctor.h"

#include "file.h"
#include "mem.h"

#include <curl/curl.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#define MB ((int64_t)1 << 20)
#define DISK_FAIL (16 * MB)
#define DISK_WARN (256 * MB)
#define CA_FILE_MAX ((size_t)16 << 20)  /* bytes */
#define WRITTEN_S ((int64_t)1764547200) /* this was written after 1 December 2025 */

void
doctor_configuration(struct doctor *d)
{
	const struct config_options files = { .path = d->config_path,
		.credentials = getenv("CREDENTIALS_DIRECTORY"),
		.state = d->state,
		.secrets = SECRETS_CHECKED };
	struct diags diags;
	size_t warnings = 0;

	diags_init(&diags, d->arena);
	d->config = config_load(&files, &diags);
	for (size_t i = 0; i < diags.n; i++)
		warnings += diags.v[i].level == DIAG_WARNING;
	if (!d->config)
		doctor_found(d, "configuration", FINDING_FAIL, "newsbell check shows each mistake",
		    "%s: %zu %s, the first: %.*s", d->config_path, diags.errors,
		    diags.errors == 1 ? "error" : "errors", STR_ARG(diags.v[0].text));
	else if (warnings)
		doctor_found(d, "configuration", FINDING_WARN, "newsbell check shows each",
		    "%s: good, with %zu warnings", d->config_path, warnings);
	else
		doctor_found(d, "configuration", FINDING_OK, NULL, "%s: %zu feed%s, %zu channel%s",
		    d->config_path, d->config->n_feeds, d->config->n_feeds == 1 ? "" : "s",
		    d->config->n_channels, d->config->n_channels == 1 ? "" : "s");
}

/* ---- who may read and write what ---- */

static struct str
name_of(struct doctor *d, uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	return pw ? str_dup(d->arena, str_c(pw->pw_name))
		  : str_fmt(d->arena, "user %u", (unsigned)uid);
}

/* What the daemon made is its own: a file of somebody else's stops it.  False after saying so. */
static bool
owns(struct doctor *d, const char *suffix, uid_t owner)
{
	const char *path =
	    str_z(d->arena, str_fmt(d->arena, "%.*s%s", STR_ARG(d->home.database), suffix));
	struct stat st;

	if (stat(path, &st) < 0 || st.st_uid == owner)
		return true;
	doctor_found(d, "permissions", FINDING_FAIL,
	    str_z(d->arena,
		str_fmt(d->arena, "chown --reference=%.*s %s", STR_ARG(d->home.state), path)),
	    "%s belongs to %.*s, the directory to %.*s", path, STR_ARG(name_of(d, st.st_uid)),
	    STR_ARG(name_of(d, owner)));
	return false;
}

void
doctor_permissions(struct doctor *d)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
	const char *state = str_z(d->arena, d->home.state);
	struct stat st;
	bool good = true;

	if (stat(state, &st) < 0) {
		doctor_found(d, "permissions", FINDING_FAIL,
		    "start newsbelld once, it makes it; or say another with --state DIR",
		    "the state directory %s: %s", state, strerror(errno));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		good = owns(d, suffixes[i], st.st_uid) && good;
	if (!good)
		return;
	if (st.st_mode & 0007)
		doctor_found(d, "permissions", FINDING_WARN,
		    str_z(d->arena, str_fmt(d->arena, "chmod o= %s", state)),
		    "others may look into %s", state);
	else if (access(state, R_OK | W_OK | X_OK) < 0)
		doctor_found(d, "permissions", FINDING_WARN,
		    str_z(d->arena, str_fmt(d->arena, "be root or %.*s to have all looked at",
					STR_ARG(name_of(d, st.st_uid)))),
		    "%s is not yours", state);
	else
		doctor_found(d, "permissions", FINDING_OK, NULL, "%s belongs to %.*s alone", state,
		    STR_ARG(name_of(d, st.st_uid)));
}

void
doctor_disk(struct doctor *d)
{
	const char *state = str_z(d->arena, d->home.state);
	struct statvfs fs;
	struct stat st;
	int64_t free_bytes, need = DISK_WARN;

	if (statvfs(state, &fs) < 0)
		return; /* said under permissions */
	free_bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	if (stat(str_z(d->arena, d->home.database), &st) == 0 && st.st_size > need)
		need = st.st_size; /* a backup, or a repair, takes as much again */
	if (fs.f_flag & ST_RDONLY)
		doctor_found(d, "disk", FINDING_FAIL,
		    "see the kernel's log (dmesg); mount it for writing again",
		    "%s is mounted read-only", state);
	else if (free_bytes < DISK_FAIL || fs.f_favail == 0)
		doctor_found(d, "disk", FINDING_FAIL, "make room; newsbelld goes on by itself then",
		    "%lld MB and %llu files are free at %s", (long long)(free_bytes / MB),
		    (unsigned long long)fs.f_favail, state);
	else
		doctor_found(d, "disk", free_bytes < need ? FINDING_WARN : FINDING_OK,
		    free_bytes < need ? "make room, or keep less ('keep' in [newsbell])" : NULL,
		    "%lld MB are free at %s", (long long)(free_bytes / MB), state);
}

/* ---- clock and certificates ---- */

void
doctor_time(struct doctor *d)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);

	if (d->now_s < WRITTEN_S)
		doctor_found(d, "time", FINDING_FAIL, "set it: timedatectl set-ntp true",
		    "the clock is wrong by years");
	else if (state < 0)
		doctor_found(d, "time", FINDING_OK, NULL,
		    "whether the clock is kept right cannot be seen here");
	else if (state == TIME_ERROR || t.status & STA_UNSYNC)
		doctor_found(d, "time", FINDING_WARN, "timedatectl set-ntp true",
		    "nothing keeps the clock right; digests and quiet hours go by it");
	else
		doctor_found(d, "time", FINDING_OK, NULL, "the clock is kept right");
}

void
doctor_tls(struct doctor *d)
{
	const char *path = curl_version_info(CURLVERSION_NOW)->cainfo;
	struct str text, rest;
	struct err e;
	size_t n = 0, at;

	if (!path) {
		doctor_found(d, "certificates", FINDING_WARN,
		    "set ca-file where servers have certificates of your own",
		    "libcurl has no bundle of its own");
		return;
	}
	if (!file_read(path, CA_FILE_MAX, d->arena, &text, &e)) {
		doctor_found(d, "certificates", FINDING_FAIL,
		    "install them (package ca-certificates)", "%s", e.text);
		return;
	}
	for (rest = text; (at = str_find(rest, STR("BEGIN CERTIFICATE"))) != STR_NONE; n++)
		rest = str_sub(rest, at + 1, rest.n);
	doctor_found(d, "certificates", n ? FINDING_OK : FINDING_FAIL,
	    n ? NULL : "install them anew (package ca-certificates)", "%zu authorities in %s", n,
	    path);
}
