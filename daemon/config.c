#include "config_loader.h"

#include "config_routes.h"
#include "file.h"
#include "mem.h"
#include "query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIST_FILE_MAX ((size_t)256 << 20) /* bytes of a .list file */

enum naming { NAMED, UNNAMED };
static const struct section_kind {
	struct str kind;
	enum naming naming;
	void (*load)(struct loader *l, const struct section *section);
} kinds[] = {
	{ STR_INIT("newsbell"), UNNAMED, load_main },
	{ STR_INIT("fetch"), UNNAMED, load_fetch },
	{ STR_INIT("web"), UNNAMED, load_web },
	{ STR_INIT("host"), NAMED, load_host },
	{ STR_INIT("feed"), NAMED, load_feed },
	{ STR_INIT("feeds"), NAMED, load_feeds },
	{ STR_INIT("channel"), NAMED, load_channel },
	{ STR_INIT("watch"), NAMED, load_watch },
	{ STR_INIT("route"), NAMED, load_route },
	{ STR_INIT("health"), UNNAMED, load_health },
};

static const struct section_kind *
find_kind(struct loader *l, const struct section *section)
{
	struct str names[ARRAY_LEN(kinds)];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		names[i] = kinds[i].kind;
		if (str_eq(section->kind, kinds[i].kind))
			return &kinds[i];
	}
	diag_add(l->diags, DIAG_ERROR, section->at,
	    diag_suggest(section->kind, names, ARRAY_LEN(kinds), l->config->arena),
	    "unknown section [%.*s]", STR_ARG(section->kind));
	return NULL;
}

static bool
is_named_right(struct loader *l, const struct section *section, enum naming naming)
{
	struct str name = section->name;

	if (naming == UNNAMED && name.n)
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""), "[%.*s] takes no name",
		    STR_ARG(section->kind));
	else if (naming == NAMED && name.n == 0)
		diag_add(l->diags, DIAG_ERROR, section->at, STR(""),
		    "write [%.*s \"name\"]: it needs a name", STR_ARG(section->kind));
	else
		return true;
	return false;
}

static int
by_kind_and_name(const void *a, const void *b)
{
	const struct section *x = *(const struct section *const *)a,
			     *y = *(const struct section *const *)b;
	int d = str_cmp(x->kind, y->kind);

	return d ? d : str_cmp(x->name, y->name);
}

/* A name given twice would make one of the two vanish.  Sorted, as there may be 100,000. */
static void
find_duplicates(struct loader *l)
{
	const struct section **sorted =
	    ARENA_ARRAY(l->scratch, const struct section *, l->n_sections);
	size_t n = 0;

	for (size_t i = 0; i < l->n_sections; i++)
		if (l->sections[i].name.n)
			sorted[n++] = &l->sections[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_kind_and_name);
	for (size_t i = 1; i < n; i++) {
		const struct section *a = sorted[i - 1], *b = sorted[i];

		if (by_kind_and_name(&a, &b) != 0)
			continue;
		if (a > b) {
			const struct section *later = a;

			a = b;
			b = later;
		}
		diag_add(l->diags, DIAG_ERROR, b->at, STR("give one of them another name"),
		    "[%.*s \"%.*s\"] stands already in %.*s:%d", STR_ARG(b->kind), STR_ARG(b->name),
		    STR_ARG(a->at.file), a->at.line);
	}
}

static int
by_host(const void *a, const void *b)
{
	return str_cmp(((const struct host_rule *)a)->name, ((const struct host_rule *)b)->name);
}

const struct host_rule *
config_host(const struct config *c, struct str host)
{
	while (c->n_hosts > 0 && host.n > 0) {
		struct host_rule key = { .name = host };
		const struct host_rule *found =
		    bsearch(&key, c->hosts, c->n_hosts, sizeof(*c->hosts), by_host);
		struct str first;

		if (found)
			return found;
		str_cut(host, '.', &first, &host);
	}
	return &c->host;
}

/* ---- files ---- */

static void
file_problem(struct loader *l, const char *path, const struct err *why)
{
	int cause = access(path, R_OK) < 0 ? errno : 0;
	struct str hint = STR("");

	l->diags->again |= why->kind == ERR_SYSTEM;
	if (cause == EACCES)
		hint = STR("let the user who runs this read it, or try sudo");
	else if (cause == ENOENT && strcmp(path, l->options->path) == 0)
		hint = STR("write it (newsbell.conf(5) says how), or say with -c FILE where it is");
	diag_add(l->diags, DIAG_ERROR, (struct place){ 0 }, hint, "%s", why->text);
}

static void
read_conf(struct loader *l, struct str path)
{
	struct arena *arena = l->config->arena;
	const char *name = str_z(arena, path);
	struct str text;
	struct err e;

	if (file_read(name, CONFIG_FILE_MAX, arena, &text, &e))
		settings_read(text, path, l->scratch, l->diags, &l->sections, &l->n_sections,
		    &l->cap_sections);
	else
		file_problem(l, name, &e);
}

static void
read_confs(struct loader *l, struct str dir)
{
	struct arena *arena = l->config->arena;
	const char *drop_in_dir = str_z(arena, str_fmt(arena, "%.*s/conf.d", STR_ARG(dir)));
	struct str_list drop_ins;
	struct err e;

	read_conf(l, str_dup(arena, str_c(l->options->path)));
	if (!file_list(drop_in_dir, ".conf", arena, &drop_ins, &e)) {
		file_problem(l, drop_in_dir, &e);
		return;
	}
	for (size_t i = 0; i < drop_ins.n; i++)
		read_conf(l, drop_ins.v[i]);
}

static struct str
list_name(struct str path)
{
	struct str dir = file_dirname(path);
	struct str name = str_sub(path, dir.n + 1, path.n);

	return str_sub(name, 0, name.n - (sizeof(".list") - 1));
}

static void
read_lists(struct loader *l, struct str dir)
{
	struct config *c = l->config;
	const char *lists_dir = str_z(c->arena, str_fmt(c->arena, "%.*s/watchlists", STR_ARG(dir)));
	struct str_list files;
	struct err e;

	if (!file_list(lists_dir, ".list", c->arena, &files, &e)) {
		file_problem(l, lists_dir, &e);
		return;
	}
	for (size_t i = 0; i < files.n; i++) {
		const char *name = str_z(c->arena, files.v[i]);
		struct str text;

		if (!file_read(name, LIST_FILE_MAX, c->arena, &text, &e)) {
			file_problem(l, name, &e);
			continue;
		}
		*ARENA_PUSH(c->arena, c->lists, c->n_lists, l->cap_lists) =
		    (struct list_source){ list_name(files.v[i]), files.v[i], text };
	}
}

/* ---- the whole ---- */

/* The first [watch] ends that each list is one, which who wrote it may not know. */
static void
warn_unwatched(struct loader *l)
{
	const struct config *c = l->config;

	for (size_t i = 0; i < c->n_lists; i++) {
		struct str name = query_print_list(c->lists[i].name, l->scratch);

		if (watchset_list_is_watched(c->watchset, i))
			continue;
		diag_add(l->diags, DIAG_WARNING, (struct place){ .file = c->lists[i].file },
		    str_fmt(l->scratch,
			"where there is a [watch], lists ring only through one: when = %.*s",
			STR_ARG(name)),
		    "no watch names the list %.*s", STR_ARG(name));
	}
}

static void
build_watchset(struct loader *l)
{
	struct config *c = l->config;
	struct str_list feeds = { ARENA_ARRAY(l->scratch, struct str, c->n_feeds), c->n_feeds };
	const struct feed_rules *last = NULL;
	struct str_list tags = { 0 };
	size_t cap = 0;

	for (size_t i = 0; i < c->n_feeds; i++) {
		feeds.v[i] = c->feeds[i].name;
		if (c->feeds[i].rules == last)
			continue;
		last = c->feeds[i].rules;
		for (size_t t = 0; t < last->tags.n; t++)
			*ARENA_PUSH(l->scratch, tags.v, tags.n, cap) = last->tags.v[t];
	}
	for (size_t i = 0; i < c->n_watches && !c->fetches_lists; i++)
		grouping_check(&c->groupings[i], c->watches[i].when.key_at, &feeds, &tags,
		    l->scratch, l->diags);
	if (c->n_watches == 0 && !c->fetches_lists)
		grouping_check(&c->grouping, (struct place){ .file = str_c(l->options->path) },
		    &feeds, &tags, l->scratch, l->diags);
	c->watchset = watchset_build(c->lists, c->n_lists, c->watches, c->n_watches,
	    c->fetches_lists ? NULL : &feeds, c->fetches_lists ? NULL : &tags, l->diags);
	if (c->watchset)
		warn_unwatched(l);
}

static void
check_whole(struct loader *l, struct str dir)
{
	struct config *c = l->config;
	struct place at = { .file = str_c(l->options->path) };

	find_duplicates(l);
	find_same_urls(l);
	if (l->diags->errors)
		return; /* what follows would only repeat them */
	if (c->n_feeds == 0)
		diag_add(l->diags, DIAG_ERROR, at, STR("add [feed \"name\"] and url = https://..."),
		    "no feed is configured");
	if (c->n_lists == 0 && c->n_watches == 0)
		diag_add(l->diags, DIAG_ERROR, at,
		    str_fmt(c->arena, "write one entry a line into %.*s/watchlists/NAME.list",
			STR_ARG(dir)),
		    "nothing to watch for: no list and no [watch]");
	if (c->n_channels == 0)
		*ARENA_PUSH(c->arena, c->channels, c->n_channels, l->cap_channels) =
		    (struct channel){ .name = STR("journal"),
			    .type = channel_type_find(STR("journal")) };
}

static bool
gives_defaults(const struct section *section)
{
	return str_eq_c(section->kind, "fetch") || str_eq_c(section->kind, "newsbell");
}

struct config *
config_load(const struct config_options *options, struct diags *diags)
{
	struct config *c = xcalloc(1, sizeof(*c));
	struct loader l = { .options = options,
		.config = c,
		.diags = diags,
		.scratch = arena_new(),
		.dir = file_dirname(str_c(options->path)) };

	c->arena = arena_new_wiped();
	c->references = 1;
	sections_init(c);
	l.env = (struct settings_env){ read_secret, &l };
	feed_init(&l.feed_defaults);
	grouping_init(&c->grouping);
	read_confs(&l, l.dir);
	/* [fetch] and [newsbell] give feeds and watches their defaults wherever they stand. */
	for (int defaults = 1; defaults >= 0; defaults--)
		for (size_t i = 0; i < l.n_sections; i++) {
			const struct section *section = &l.sections[i];
			const struct section_kind *kind;

			if (gives_defaults(section) != (defaults == 1))
				continue;
			kind = find_kind(&l, section);
			if (kind && is_named_right(&l, section, kind->naming))
				kind->load(&l, section);
		}
	if (c->n_hosts)
		qsort(c->hosts, c->n_hosts, sizeof(*c->hosts), by_host);
	read_lists(&l, l.dir);
	check_whole(&l, l.dir);
	if (c->n_lists || c->n_watches)
		build_watchset(&l);
	if (c->watchset)
		config_routes(c, &l.health_to, diags);
	diags_sort(diags);
	arena_free(l.scratch);
	if (diags->errors || !c->watchset) {
		config_unref(c);
		return NULL;
	}
	return c;
}

struct str
config_state(const char *path, struct arena *arena)
{
	struct config scratch = { .arena = arena };
	const struct config_options options = { .path = path };
	struct diags ignored;
	struct loader l = {
		.options = &options, .config = &scratch, .diags = &ignored, .scratch = arena
	};
	struct str state = STR("");

	diags_init(&ignored, arena);
	read_confs(&l, file_dirname(str_c(path)));
	for (size_t i = 0; i < l.n_sections; i++)
		for (size_t k = 0; k < l.sections[i].n_lines; k++)
			if (str_eq_c(l.sections[i].kind, "newsbell") &&
			    str_eq_c(l.sections[i].lines[k].key, "state"))
				state = l.sections[i].lines[k].value;
	return state;
}

const struct grouping *
config_grouping(const struct config *c, size_t watch)
{
	return watch < c->n_watches ? &c->groupings[watch] : &c->grouping;
}

struct config *
config_ref(struct config *c)
{
	c->references++;
	return c;
}

void
config_unref(struct config *c)
{
	if (!c || --c->references > 0)
		return;
	watchset_free(c->watchset);
	arena_free(c->arena);
	free(c);
}
