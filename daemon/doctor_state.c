/*
 * The doctor's look at the state: the database, and who works with it.
 */
#include "doctor.h"

#include "control.h"
#include "poll.h"
#include "store_salvage.h"
#include "store_status.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define COMPLAINTS 5
#define FUTURE_S ((int64_t)120)
#define OVERDUE_S ((int64_t)3600)

#define REPAIR "stop newsbelld, then: newsbell doctor --repair; or restore a backup"

static void
look_inside(struct doctor *d, const char *path)
{
	struct store_status s;
	struct err e;
	struct store *store = store_open(path, STORE_READ, &e);

	if (!store || !store_status(store, d->now_s, &s, &e))
		doctor_found(d, "database", FINDING_FAIL,
		    "start newsbelld of this version; or: newsbell doctor --repair", "%s", e.text);
	else if (s.last_poll_s > d->now_s + FUTURE_S || s.last_alert_s > d->now_s + FUTURE_S)
		doctor_found(d, "database", FINDING_WARN, "set the clock right",
		    "it knows of things that have yet to come: the clock was set back");
	else
		doctor_found(d, "database", FINDING_OK, NULL, "%s: %lld items, %lld alerts, sound",
		    path, (long long)s.items, (long long)s.alerts);
	if (store && s.failed)
		doctor_found(d, "deliveries", FINDING_WARN,
		    "newsbell deliveries --failed says why; newsbell retry sends them again",
		    "%lld were given up", (long long)s.failed);
	if (store && s.pending && d->now_s - s.oldest_pending_s > OVERDUE_S)
		doctor_found(d, "deliveries", FINDING_WARN, "newsbell deliveries --pending",
		    "%lld are owed, the oldest for %.*s", (long long)s.pending,
		    STR_ARG(poll_span(d->now_s - s.oldest_pending_s, d->arena)));
	store_close(store);
}

void
doctor_database(struct doctor *d)
{
	const char *path = str_z(d->arena, d->home.database);
	struct str_list complaints;
	struct err e;

	if (access(path, F_OK) < 0)
		doctor_found(d, "database", FINDING_WARN,
		    "start newsbelld, it makes it; or say where it is with --state DIR",
		    "%s is not there", path);
	else if (!store_examine(path, STORE_PAGES, COMPLAINTS, d->arena, &complaints, &e))
		doctor_found(
		    d, "database", FINDING_FAIL, "be root, or newsbelld's user", "%s", e.text);
	else if (complaints.n)
		doctor_found(d, "database", FINDING_FAIL, REPAIR, "%s is damaged: %.*s", path,
		    STR_ARG(complaints.v[0]));
	else
		look_inside(d, path);
}

/* A daemon holds the lock, whether it answers or not. */
static bool
is_locked(struct doctor *d)
{
	const char *path =
	    str_z(d->arena, str_fmt(d->arena, "%.*s.lock", STR_ARG(d->home.database)));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0;

	if (fd >= 0)
		close(fd);
	return held;
}

void
doctor_daemon(struct doctor *d)
{
	const char *path = str_z(d->arena, d->home.control);
	json_t *request = json_pack("{s:s}", "command", "status"), *answer = NULL;
	struct err e = { 0 };

	if (control_ask(path, request, &answer, &e))
		doctor_found(d, "daemon", FINDING_OK, NULL, "version %s runs for %.*s, pid %lld",
		    json_string_value(json_object_get(answer, "version")),
		    STR_ARG(poll_span(
			json_integer_value(json_object_get(answer, "uptime_s")), d->arena)),
		    (long long)json_integer_value(json_object_get(answer, "pid")));
	else if (e.kind == ERR_NET && !is_locked(d))
		doctor_found(d, "daemon", FINDING_WARN,
		    "systemctl start newsbelld; journalctl -u newsbelld says why it ended",
		    "it does not run");
	else
		doctor_found(d, "daemon", FINDING_FAIL,
		    e.kind == ERR_NET
			? "journalctl -u newsbelld; systemctl restart newsbelld"
			: "be root, newsbelld's user, or a member of the socket's group",
		    "%s", e.text);
	json_decref(request);
	json_decref(answer);
}
