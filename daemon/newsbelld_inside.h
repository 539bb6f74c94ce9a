/*
 * The inside of newsbelld, for newsbelld*.c alone: all that one daemon consists of.
 */
#ifndef DAEMON_NEWSBELLD_INSIDE_H
#define DAEMON_NEWSBELLD_INSIDE_H

#include "confine.h"
#include "courier.h"
#include "distress.h"
#include "front.h"
#include "home.h"
#include "janitor.h"
#include "lag.h"
#include "loader.h"
#include "monitor.h"
#include "operator.h"
#include "options.h"
#include "verbs.h"
#include "watch_files.h"
#include "wire.h"

struct daemon {
	struct options options;
	struct config_options sources;
	struct loader *loader;
	struct arena *arena; /* of home */
	struct home home;
	struct ev_loop *loop;
	struct config *config;
	struct confine *confine;
	struct store *store;
	struct ledger *ledger;
	struct stories *stories;
	struct wire *wire; /* to feeds ... */
	struct wire *post; /* ... and to receivers: a feed that hangs takes no place of theirs */
	struct parser *parser;
	struct monitor *monitor;
	struct courier *courier;
	struct janitor *janitor;
	struct lag lag;
	struct watch_files *files;
	struct front *front;
	struct operators *operators;
	struct distress *distress;
	struct verbs verbs;
	struct control *control;
	ev_signal term, intr, hup, usr1;
	ev_timer watchdog, stop_wait;
	ev_prepare idle;
	bool stopping;
};

/* newsbelld_reload.c: a configuration is taken into force while the daemon runs. */
/* To feeds, and to receivers. */
struct wire_options daemon_wire_options(const struct config *config);
struct wire_options daemon_post_options(const struct config *config);
/* Reading the files and the states took memory that is not needed any more. */
void daemon_give_back_memory(void);
/* A struct verbs's reload, and what else asks for one: the files are read anew, beside the loop. */
uint64_t daemon_reload(void *daemon);
/* The loader's answer: config, or NULL when it is refused. */
void daemon_on_loaded(void *daemon, struct config *config, uint64_t upto);

/* newsbelld_signals.c: what is heard from outside, and the end. */
/* Signals that would end a process that has no handlers yet: they wait until it has. */
void daemon_hold_signals(int how);
/* From now on signals are heeded, the watchdog is told, and a stop ends the loop. */
void daemon_watch(struct daemon *d);

#endif
