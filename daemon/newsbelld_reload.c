/*
 * newsbelld: a new configuration, in force between two turns of the loop.
 */
#include "newsbelld_inside.h"

#include "log.h"
#include "notify.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define POSTS_PER_HOST 256

void
daemon_give_back_memory(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

static struct str
user_agent(const struct config *config)
{
	if (config->main.contact.n)
		return str_fmt(config->arena, "newsbell/" NB_VERSION " (+" NB_URL "; %.*s)",
		    STR_ARG(config->main.contact));
	return STR("newsbell/" NB_VERSION " (+" NB_URL ")");
}

struct wire_options
daemon_wire_options(const struct config *config)
{
	return (struct wire_options){ .user_agent = user_agent(config),
		.per_host = (int)config->fetch.per_host };
}

struct wire_options
daemon_post_options(const struct config *config)
{
	return (struct wire_options){
		.user_agent = user_agent(config), .shards = 1, .per_host = POSTS_PER_HOST
	};
}

static void
put_in_force(struct daemon *d, struct config *config)
{
	struct wire_options wire, post;

	config_unref(d->config);
	d->config = config;
	wire = daemon_wire_options(config);
	post = daemon_post_options(config);
	wire_configure(d->wire, &wire);
	wire_configure(d->post, &post);
	monitor_configure(d->monitor, config);
	courier_configure(d->courier, config);
	janitor_configure(d->janitor, &config->main);
	watch_files_set(d->files, &config->watched);
	front_configure(d->front, config);
	operator_configure(d->operators, config);
	daemon_give_back_memory();
	log_write(LOG_LEVEL_NOTICE, "reloaded",
	    LOG_FIELDS({ "feeds", log_number((int64_t)config->n_feeds) },
		{ "watches", log_number((int64_t)watchset_watches(config->watchset)) }),
	    "the new configuration is in force");
}

static void
refuse(struct daemon *d, const struct err *why)
{
	struct arena *arena = arena_new();

	log_write(LOG_LEVEL_ERROR, "reload-failed",
	    LOG_FIELDS({ "file", str_c(d->options.config) }),
	    "the old configuration stays in force: %s", why->text);
	operator_note(d->operators, "reload-failed",
	    str_fmt(arena, "the new configuration was refused and the old one stays in force: %s",
		why->text));
	arena_free(arena);
}

void
daemon_on_loaded(void *daemon, struct config *config, uint64_t upto)
{
	struct daemon *d = daemon;
	struct err why, refused;

	if (d->stopping) {
		config_unref(config);
		return;
	}
	if (!config) {
		err_set(&why, ERR_CONFIG, "'newsbell check' says what is wrong with the new one");
	} else if (!confine_allows(d->confine, config, &why)) {
		config_unref(config);
		config = NULL;
	}
	if (config)
		put_in_force(d, config);
	else
		refuse(d, &why);
	err_set(&refused, ERR_CONFIG, "the old configuration stays in force: %s",
	    config ? "" : why.text);
	control_settle(d->control, upto, config ? NULL : &refused);
	if (!loader_is_busy(d->loader)) /* else there is more to come */
		notify_send("READY=1");
}

uint64_t
daemon_reload(void *daemon)
{
	struct daemon *d = daemon;

	notify_reloading();
	return loader_ask(d->loader);
}
