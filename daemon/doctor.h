/*
 * What an operator would look at when newsbell does not do what it should, one check after the
 * other, each with what to do.  Nothing is changed.
 */
#ifndef DAEMON_DOCTOR_H
#define DAEMON_DOCTOR_H

#include "config.h"
#include "home.h"

enum finding_kind { FINDING_OK, FINDING_WARN, FINDING_FAIL };

struct finding {
	enum finding_kind kind;
	struct str check; /* "disk" */
	struct str what;
	struct str todo; /* or empty */
};

struct doctor {
	struct arena *arena;
	const char *config_path;
	const char *state; /* --state, or NULL */
	bool offline;      /* nothing beyond this machine is asked */
	int64_t now_s;
	struct home home;
	struct config *config; /* NULL: it is wrong */
	struct finding *v;
	size_t n, cap;
};

/* All checks in order; the caller filled what stands before home, and frees by doctor_free. */
void doctor_examine(struct doctor *d);
void doctor_free(struct doctor *d);

/* ---- for the files of the doctor alone ---- */

/* todo: a format's end is the caller's; NULL: none. */
void doctor_found(struct doctor *d, const char *check, enum finding_kind kind, const char *todo,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* doctor_machine.c */
void doctor_configuration(struct doctor *d);
void doctor_permissions(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_time(struct doctor *d);
void doctor_tls(struct doctor *d);
/* doctor_state.c */
void doctor_database(struct doctor *d);
void doctor_daemon(struct doctor *d);
/* doctor_reach.c */
void doctor_names(struct doctor *d);
void doctor_channels(struct doctor *d);

#endif
