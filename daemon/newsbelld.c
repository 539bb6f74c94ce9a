/*
 * newsbelld: built, run, taken down.
 */
#include "newsbelld_inside.h"

#include "log.h"
#include "memory.h"
#include "notify.h"
#include "nursery.h"
#include "poll.h"
#include "process.h"
#include "sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define PARSERS 2
#define DESCRIPTORS_KEPT 64  /* for the database, parsers, receivers, operators */
#define DESCRIPTORS_A_POLL 3 /* in use, looking up the name, kept open for the next one */

static void
on_files_changed(void *cookie)
{
	daemon_reload(cookie);
}

static void
on_owed(void *cookie)
{
	const struct daemon *d = cookie;

	courier_wake(d->courier);
}

/* That the database cannot be written cannot go through it; that it was so can. */
static void
on_ledger_changed(void *cookie, const struct err *why)
{
	struct daemon *d = cookie;
	struct arena *arena = arena_new();

	if (why) {
		distress_begin(d->distress, d->config,
		    str_fmt(
			arena, "newsbelld polls nothing until it can write again: %s", why->text));
	} else {
		struct str span = poll_span(distress_end(d->distress), arena);

		operator_note(d->operators, "store-recovered",
		    str_fmt(arena, "the database can be written again; nothing was polled for %.*s",
			STR_ARG(span)));
	}
	arena_free(arena);
}

/* Not at once: it is a poll's end that says so. */
static void
on_list_changed(void *cookie)
{
	const struct daemon *d = cookie;

	watch_files_note(d->files);
}

static bool
open_store(struct daemon *d, struct err *e)
{
	char *dir = str_z(d->arena, d->home.state);

	umask(0077);
	setenv("SQLITE_TMPDIR", dir, 1); /* no other place can be written */
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_set(e, ERR_SYSTEM,
		    "%s: %s (choose another with --state DIR or 'state = DIR')", dir,
		    strerror(errno));
	d->store = store_open(str_z(d->arena, d->home.database), STORE_WRITE, e);
	return d->store != NULL;
}

/* An exit status: with wrong files it does not help to start again, with a machine that fails it
 * may. */
static int
read_config(struct daemon *d)
{
	bool again;

	d->config = loader_read(&d->sources, &again);
	if (d->config)
		return EX_OK;
	return again ? EX_OSERR : EX_CONFIG;
}

/* Fetched lists of feeds are in the database, which only now is sure to be there and up to date. */
static int
read_fetched_lists(struct daemon *d)
{
	d->sources.has_database = true;
	if (!d->config->fetches_lists)
		return EX_OK;
	config_unref(d->config);
	return read_config(d);
}

static bool
listen_to_operator(struct daemon *d, struct err *e)
{
	d->verbs = (struct verbs){
		.monitor = d->monitor,
		.courier = d->courier,
		.ledger = d->ledger,
		.store = d->store,
		.lag = &d->lag,
		.started_s = (int64_t)ev_now(d->loop),
		.reload = daemon_reload,
		.daemon = d,
	};
	d->control = control_new(
	    &(struct control_options){
		.loop = d->loop,
		.path = str_z(d->arena, d->home.control),
		.verbs = control_verbs,
		.n_verbs = n_control_verbs,
		.cookie = &d->verbs,
	    },
	    e);
	d->front = front_new(d->loop, str_z(d->arena, d->home.database),
	    &(struct site){
		.monitor = d->monitor,
		.courier = d->courier,
		.ledger = d->ledger,
		.lag = &d->lag,
		.started_s = d->verbs.started_s,
	    });
	return d->control != NULL;
}

/* As many polls at once as there are descriptors for. */
static size_t
polls_at_once(const struct config *config)
{
	size_t all = process_descriptors(), n = 1;

	if (all >= DESCRIPTORS_KEPT + DESCRIPTORS_A_POLL)
		n = (all - DESCRIPTORS_KEPT) / DESCRIPTORS_A_POLL;
	if (n < (size_t)config->fetch.concurrency)
		log_write(LOG_LEVEL_WARN, "few-descriptors",
		    LOG_FIELDS({ "limit", log_number((int64_t)all) }),
		    "enough for %zu feeds at once, fewer than 'concurrency' says (LimitNOFILE=)",
		    n);
	return n;
}

static bool
build(struct daemon *d, int nursery, struct err *e)
{
	const size_t at_once = polls_at_once(d->config);
	struct wire_options wire = daemon_wire_options(d->config),
			    post = daemon_post_options(d->config);

	wire.kept = at_once;
	d->parser = parser_new(&(struct parser_options){
	    .loop = d->loop,
	    .nursery = nursery,
	    .workers = PARSERS,
	    .mode = (enum parser_mode)d->config->main.parser,
	});
	d->ledger = ledger_new(d->loop, d->store, on_ledger_changed, d);
	d->stories = stories_new(d->store);
	d->janitor = janitor_new(d->loop, d->store);
	d->operators = operator_new(&(struct operator_options){ d->loop, d->store, on_owed, d });
	d->wire = wire_new(d->loop, &wire, e);
	d->post = d->wire ? wire_new(d->loop, &post, e) : NULL;
	if (!d->post)
		return false;
	d->distress = distress_new(d->loop, d->post, store_secret(d->store));
	d->courier = courier_new(&(struct courier_options){
	    .loop = d->loop,
	    .store = d->store,
	    .ledger = d->ledger,
	    .wire = d->post,
	    .terminal = d->options.foreground && isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
	});
	d->monitor = monitor_new(
	    &(struct monitor_options){
		.loop = d->loop,
		.store = d->store,
		.ledger = d->ledger,
		.wire = d->wire,
		.parser = d->parser,
		.stories = d->stories,
		.at_once = at_once,
		.owed = on_owed,
		.list_changed = on_list_changed,
		.cookie = d,
	    },
	    e);
	return d->monitor && listen_to_operator(d, e);
}

static void
run(struct daemon *d)
{
	daemon_watch(d);
	d->loader = loader_new(d->loop, &d->sources, daemon_on_loaded, d);
	courier_configure(d->courier, d->config);
	janitor_configure(d->janitor, &d->config->main);
	front_configure(d->front, d->config);
	operator_configure(d->operators, d->config);
	monitor_configure(d->monitor, d->config);
	d->files = watch_files_new(d->loop, on_files_changed, d);
	watch_files_set(d->files, &d->config->watched);
	lag_start(&d->lag, d->loop);
	daemon_give_back_memory();
	log_write(LOG_LEVEL_NOTICE, "started",
	    LOG_FIELDS({ "version", STR(NB_VERSION) },
		{ "feeds", log_number((int64_t)d->config->n_feeds) },
		{ "watches", log_number((int64_t)watchset_watches(d->config->watchset)) },
		{ "channels", log_number((int64_t)d->config->n_channels) }),
	    "watching");
	notify_send("READY=1");
	ev_run(d->loop, 0);
	if (!ledger_flush(d->ledger))
		log_write(LOG_LEVEL_ERROR, "stopping", NULL, 0,
		    "answers could not be written; their alerts go out again, under the same ids");
}

/* Undone in reverse; takes half-built ones too. */
static void
take_down(struct daemon *d)
{
	loader_free(d->loader);
	control_free(d->control);
	watch_files_free(d->files);
	lag_stop(&d->lag);
	front_free(d->front);
	monitor_free(d->monitor);
	ledger_free(d->ledger);
	stories_free(d->stories);
	courier_free(d->courier);
	operator_free(d->operators);
	janitor_free(d->janitor);
	distress_free(d->distress);
	wire_free(d->post);
	wire_free(d->wire);
	parser_free(d->parser);
	store_close(d->store);
	confine_free(d->confine);
	config_unref(d->config);
	arena_free(d->arena);
}

int
main(int argc, char **argv)
{
	struct daemon d = { 0 };
	struct err e = { 0 };
	int status, nursery;

	memory_share();
	daemon_hold_signals(SIG_BLOCK);
	status = options_read(argc, argv, &d.options);
	if (status != EX_OK)
		return status;
	log_init(d.options.verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	signal(SIGPIPE, SIG_IGN);
	nursery = nursery_start(&e); /* before anything is opened or read */
	if (nursery < 0) {
		log_write(LOG_LEVEL_CRIT, "start-failed", NULL, 0, "%s", e.text);
		return EX_OSERR;
	}
	sandbox_keep_secrets();
	d.sources = (struct config_options){ d.options.config, getenv("CREDENTIALS_DIRECTORY"),
		d.options.state };
	status = read_config(&d);
	if (status != EX_OK)
		return status;
	d.arena = arena_new();
	home_find(d.options.state, d.config->main.state, d.arena, &d.home);
	if (!open_store(&d, &e)) {
		log_write(LOG_LEVEL_CRIT, "start-failed", NULL, 0, "%s", e.text);
		status = EX_CANTCREAT;
	} else if ((status = read_fetched_lists(&d)) == EX_OK) {
		d.loop = ev_default_loop(0);
		if (build(&d, nursery, &e)) {
			d.confine = confine_start(d.config, &d.home, d.options.config);
			run(&d);
			status = parser_is_lost(d.parser) ? EX_SOFTWARE : EX_OK;
		} else {
			log_write(LOG_LEVEL_CRIT, "start-failed", NULL, 0, "%s", e.text);
			status = EX_OSERR;
		}
	}
	take_down(&d);
	return status;
}
