#include "confine.h"

#include "file.h"
#include "log.h"
#include "mem.h"
#include "reach.h"
#include "sandbox.h"

#include <stdlib.h>

struct confine {
	struct arena *arena;
	struct reach reach;
	bool shut;  /* no programs, and ... */
	bool files; /* ... no files but those in reach */
};

/* Libraries and their data; name service, TLS, time zones: whole directories, as their files are
 * replaced and lead from one to the other. */
static const char *const system_read[] = {
	"/etc",
	"/usr",
	"/lib",
	"/lib64",
	"/nix/store",
	"/run/NetworkManager",
	"/run/nscd",
	"/run/resolvconf",
	"/run/systemd/resolve",
	"/var/lib/ca-certificates",
	"/var/lib/sss",
	"/proc",
	"/sys/devices/system/cpu",
};

/* What is named by the environment, by options and by the layout of the configuration. */
static void
add_surroundings(struct reach *r, const struct home *home, const char *file)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	struct str dir = file_dirname(str_c(file));

	for (size_t i = 0; i < ARRAY_LEN(system_read); i++)
		reach_read_below(r, str_c(system_read[i]));
	reach_read(r, str_c(file));
	reach_read_all(r, dir);
	reach_read_all(r, str_fmt(r->arena, "%.*s/conf.d", STR_ARG(dir)));
	reach_read_all(r, str_fmt(r->arena, "%.*s/watchlists", STR_ARG(dir)));
	if (credentials)
		reach_read_all(r, str_c(credentials));
	reach_write(r, home->state);
	reach_write(r, home->control);
}

static struct sandbox_directory *
directories_of(struct confine *c, size_t *n)
{
	const struct str_list *lists[] = { &c->reach.read, &c->reach.write };
	struct sandbox_directory *v =
	    ARENA_ARRAY(c->arena, struct sandbox_directory, lists[0]->n + lists[1]->n);

	*n = 0;
	for (size_t l = 0; l < ARRAY_LEN(lists); l++)
		for (size_t i = 0; i < lists[l]->n; i++)
			v[(*n)++] = (struct sandbox_directory){ str_z(c->arena, lists[l]->v[i]),
				lists[l] == &c->reach.write };
	return v;
}

static void
shut(struct confine *c)
{
	size_t n;
	const struct sandbox_directory *directories = directories_of(c, &n);
	struct err e;

	if (!sandbox_serve(directories, n, &e)) {
		log_write(LOG_LEVEL_WARN, "not-confined", NULL, 0,
		    "%s: the daemon keeps the rights of its user; documents are parsed in confined "
		    "processes all the same",
		    e.text);
		return;
	}
	c->shut = true;
	c->files = sandbox_landlock_version() > 0;
	if (c->files)
		log_write(LOG_LEVEL_INFO, "confined",
		    LOG_FIELDS({ "read", log_number((int64_t)c->reach.read.n) },
			{ "write", log_number((int64_t)c->reach.write.n) }),
		    "no programs, and no files but those of the system and below the directories "
		    "that the configuration names");
	else
		log_write(LOG_LEVEL_WARN, "confined", NULL, 0,
		    "no programs; this kernel has no Landlock, so files elsewhere stay in reach as "
		    "far as the user's rights go");
}

struct confine *
confine_start(const struct config *config, const struct home *home, const char *file)
{
	struct confine *c = xcalloc(1, sizeof(*c));

	c->arena = arena_new();
	reach_find(config, c->arena, &c->reach);
	add_surroundings(&c->reach, home, file);
	if (!config->main.confine)
		log_write(LOG_LEVEL_WARN, "not-confined", NULL, 0,
		    "'confine = no': the daemon keeps the rights of its user");
	else if (c->reach.program.n)
		log_write(LOG_LEVEL_NOTICE, "not-confined",
		    LOG_FIELDS({ "program", c->reach.program }),
		    "programs of the configuration have the rights of the daemon, so it keeps "
		    "them");
	else
		shut(c);
	return c;
}

void
confine_free(struct confine *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	free(c);
}

static bool
all_covered(
    const struct str_list *wanted, const struct str_list *have, const char *verb, struct err *e)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!reach_covers(have, wanted->v[i]))
			return err_set(e, ERR_CONFIG,
			    "%.*s was not among the directories to %s when newsbelld started, and "
			    "it has given up all others: restart it",
			    STR_ARG(wanted->v[i]), verb);
	return true;
}

bool
confine_allows(const struct confine *c, const struct config *config, struct err *e)
{
	struct arena *arena;
	struct reach wanted;
	bool good = true;

	if (!c->shut)
		return true;
	arena = arena_new();
	reach_find(config, arena, &wanted);
	if (wanted.program.n)
		good = err_set(e, ERR_CONFIG,
		    "%.*s: newsbelld gave up starting programs when it started, as none was "
		    "configured: restart it",
		    STR_ARG(wanted.program));
	else if (c->files)
		good = all_covered(&wanted.read, &c->reach.read, "read", e) &&
		       all_covered(&wanted.write, &c->reach.write, "write", e);
	arena_free(arena);
	return good;
}
