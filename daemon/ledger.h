/*
 * What must be written, gathered: polls and attempts of the last moments commit together, at most
 * LEDGER_BATCH polls (four attempts count as one) or LEDGER_WAIT_S after the first.  Nothing counts
 * before its commit.
 */
#ifndef DAEMON_LEDGER_H
#define DAEMON_LEDGER_H

#include "lag.h"
#include "store.h"

#include <ev.h>

#define LEDGER_BATCH 50
#define LEDGER_WAIT_S 0.1
#define LEDGER_RETRY_S 5.0 /* after the database could not be written */

struct ledger;

/*
 * Called once for each poll when it is on disk (committed), or when it cannot be: then the database
 * is as before it and *why says it.
 */
typedef void ledger_settled(void *cookie, bool committed, const struct err *why);

struct ledger_poll {
	struct poll_done done;
	ledger_settled *settled;
	void *cookie;
};

/* An attempt is never given up: it is written when the database can be written again. */
struct ledger_attempt {
	struct attempt_done done;
	void (*settled)(void *cookie);
	void *cookie;
};

/* Told when the database cannot be written any more (why), and when it can again (NULL). */
typedef void ledger_changed(void *cookie, const struct err *why);

struct ledger *ledger_new(
    struct ev_loop *loop, struct store *store, ledger_changed *changed, void *cookie);
void ledger_free(struct ledger *l); /* what is not written is dropped without a call */

/* The entry is borrowed until it is settled. */
void ledger_add_poll(struct ledger *l, struct ledger_poll *poll);
void ledger_add_attempt(struct ledger *l, struct ledger_attempt *attempt);

/* Write what is there now; true when nothing is left to write. */
bool ledger_flush(struct ledger *l);
/* It could not even be read: as if a commit had failed. */
void ledger_distrust(struct ledger *l, const struct err *why);
struct ledger_figures {
	struct durations commits; /* how long they took, the failed ones too */
	uint64_t failed;          /* commits */
	size_t polls, attempts;   /* that wait to be written now */
};
void ledger_figures(const struct ledger *l, struct ledger_figures *ret);
/* The last commit failed: no new work should be begun until one succeeds. */
bool ledger_is_failing(const struct ledger *l);

#endif
