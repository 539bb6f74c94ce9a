#include "front.h"

#include "log.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

struct front {
	struct ev_loop *loop;
	char *database;
	struct site site;
	struct web *web;
	char *where; /* what web listens on, NULL: nothing */
	bool pages;
};

static char *
copy(struct str s)
{
	char *z = xmalloc(s.n + 1);

	if (s.n)
		memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	return z;
}

static void
shut(struct front *f)
{
	web_free(f->web);
	f->web = NULL;
	store_close(f->site.store);
	f->site.store = NULL;
	free(f->where);
	f->where = NULL;
}

static void
open_up(struct front *f, const struct config_web *wanted)
{
	struct err e;

	f->site.store = store_open(f->database, STORE_READ, &e);
	if (f->site.store)
		f->web = web_new(
		    &(struct web_options){
			.loop = f->loop,
			.where = wanted->listen,
			.pages = wanted->pages,
			.routes = site_routes,
			.n_routes = n_site_routes,
			.cookie = &f->site,
		    },
		    &e);
	if (!f->web) {
		shut(f);
		log_write(LOG_LEVEL_ERROR, "web-failed", LOG_FIELDS({ "listen", wanted->listen }),
		    "%s; no pages and no metrics until a reload finds it free", e.text);
		return;
	}
	f->where = copy(wanted->listen);
	f->pages = wanted->pages;
	log_write(LOG_LEVEL_INFO, "web", LOG_FIELDS({ "listen", wanted->listen }), "listening");
}

void
front_configure(struct front *f, const struct config *config)
{
	const struct config_web *wanted = &config->web;

	if (f->where && str_eq_c(wanted->listen, f->where) && wanted->pages == f->pages)
		return;
	shut(f);
	if (wanted->listen.n)
		open_up(f, wanted);
}

struct front *
front_new(struct ev_loop *loop, const char *database, const struct site *site)
{
	struct front *f = xcalloc(1, sizeof(*f));

	f->loop = loop;
	f->database = copy(str_c(database));
	f->site = *site;
	f->site.store = NULL;
	return f;
}

void
front_free(struct front *f)
{
	if (!f)
		return;
	shut(f);
	free(f->database);
	free(f);
}
