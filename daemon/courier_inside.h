/*
 * The inside of the courier: courier.c (who serves which channel), courier_desk.c (what goes out
 * when), courier_flight.c (one message, from rendered to written), courier_verdict.c (what its
 * answer means).
 */
#ifndef DAEMON_COURIER_INSIDE_H
#define DAEMON_COURIER_INSIDE_H

#include "courier.h"

#include "carry.h"
#include "retry.h"

#define DESK_SLEEP_MAX_S 60.0  /* a desk looks again at least so often, whatever it believes */
#define DESK_READ_AHEAD 128    /* deliveries read from the database at once */
#define DESK_UNWRITTEN_MAX 256 /* sent and not yet written: what a crash may send twice */
#define REFUSALS_MAX 2         /* a message that its receiver refused so often is a dead letter */
#define NOTICE_DOWN_S 300      /* a receiver that is away for so long is worth a word */
#define NOTICE_EVERY_S 3600    /* dead letters of a channel are told at most so often */
#define DESK_DOUBT_S 900       /* longer than any of our own pauses between two tries */
#define DESK_SPARES 4          /* arenas that are kept for the next messages, still warm */

/* One channel and its receiver: isolated, so that a dead one delays no other. */
struct desk {
	struct courier *courier;
	char *name;
	/* Of the configuration in force; NULL: no longer configured. */
	const struct channel *channel;
	struct breaker breaker;
	bool gone;           /* the receiver asked us to stop: until the next configuration */
	bool logged;         /* that it fails */
	bool noticed;        /* the operator was told that it fails */
	bool returned;       /* the receiver is back: what waited may be folded */
	int64_t dead_told_s; /* when he was last told of dead letters */
	size_t dead_untold;
	double last_begun; /* when the last message went out */
	struct mailer *mailer;
	ev_timer wake;
	struct flight *flights;
	size_t n_flights, n_aloft; /* all; those whose answer is awaited */
	size_t n_between; /* those that are through and not written, and others follow of their
			     bundle */
	/* what is due, read ahead; empty after anything that may have changed it */
	struct arena *ahead_arena;
	struct owed *ahead;
	size_t n_ahead, next_ahead;
	bool more; /* there may be more that is due than was read ahead */
	/* ahead[next_ahead], rendered while others are aloft; NULL: not yet */
	struct flight *ready;
	struct arena *spares[DESK_SPARES];
	size_t n_spares;
	struct desk *next;
};

/* One message under way. */
struct flight {
	struct desk *desk;
	struct config *config; /* the one it was begun by, and its channel there */
	const struct channel *channel;
	struct arena *arena; /* until it is settled: what is left then is in `kept` */
	char *kept;
	struct owed owed;
	struct alert *alerts; /* one, or those of a bundle */
	size_t n_alerts;
	size_t told, messages; /* of a bundle: the first of its alerts, which are through */
	int64_t rendered_s;    /* the time that its signature tells */
	struct message message;
	bool aloft;
	struct carry *carry; /* while it is aloft */
	struct ledger_attempt attempt;
	bool between;
	struct flight *next;
};

struct courier {
	struct courier_options options;
	struct config *config;
	struct desk *desks;
	bool stopped;
};

/* ---- courier_desk.c ---- */
struct desk *desk_new(struct courier *c, struct str name);
void desk_free(struct desk *desk);
int64_t desk_now_s(const struct desk *desk);
/* Look again at this time (of the loop's clock), or earlier. */
void desk_sleep_until(struct desk *desk, double at);
/* Send what may be sent now; what comes next is rendered while that is on its way. */
void desk_pump(struct desk *desk);
/* What was read ahead may be wrong by now. */
void desk_forget(struct desk *desk);

/* ---- courier_flight.c ---- */
/* Rendered and not sent; NULL when that cannot be: flight_launch has more to say of it. */
struct flight *flight_prepare(struct desk *desk, const struct owed *owed);
/* desk->ready when that is it.  False when the database cannot be written: then nothing was sent.
 */
bool flight_launch(struct desk *desk, const struct owed *owed);
/* It is broken off; still owed unless its attempt was written.  NULL is fine. */
void flight_free(struct flight *f);

/* ---- courier_verdict.c ---- */
/* It is one message of several that its bundle takes, and not the last. */
bool flight_others_follow(const struct flight *f);
/*
 * attempt.done holds the answer: what it means for the delivery is put to it, with what the
 * operator should hear; the log is told.
 */
void flight_judge(struct flight *f, struct verdict verdict);

#endif
