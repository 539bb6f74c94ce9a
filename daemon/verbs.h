/*
 * The commands of the control socket: one row each in verbs.c.
 */
#ifndef DAEMON_VERBS_H
#define DAEMON_VERBS_H

#include "control.h"
#include "courier.h"
#include "lag.h"
#include "monitor.h"

/* What they act on. */
struct verbs {
	struct monitor *monitor;
	struct courier *courier;
	const struct ledger *ledger;
	struct store *store;
	struct lag *lag;
	int64_t started_s;
	/* Begin to read the configuration anew: the number that control_settle is told. */
	uint64_t (*reload)(void *daemon);
	void *daemon;
};

extern const struct control_verb control_verbs[]; /* cookie: a struct verbs */
extern const size_t n_control_verbs;

#endif
